using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace Mediation.EventStore;

/// <summary>The append-only log of one service in PostgreSQL: read a stream, decide on it, append to it.</summary>
/// <param name="source">Connections of the service's role; its search path is the service's schema.</param>
/// <param name="integrityKey">Key of the seal that every event carries in its headers. Who can write the tables but
/// has not this key cannot make or alter an event unnoticed, even before the audit chain has reached it.</param>
public sealed class EventJournal(
    NpgsqlDataSource source,
    EventTypes types,
    IEnumerable<IStreamView> views,
    TimeProvider clock,
    byte[] integrityKey
)
{
    private const int Attempts = 6;
    private readonly ILookup<string, IStreamView> viewsOf = views.ToLookup(v => v.StreamType, StringComparer.Ordinal);
    private CommitQueue? commits;
    private TaskCompletionSource appended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource news = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal NpgsqlDataSource Source => source;

    internal EventTypes Types => types;

    internal byte[] IntegrityKey => integrityKey;

    /// <summary>Who remembers what this process appends; nobody while no service runs in it.</summary>
    internal AppendWitness? Witness { get; set; }

    /// <summary>Completes with the next append of this process.</summary>
    internal Task NextAppend => Volatile.Read(ref appended).Task;

    /// <summary>Completes with the next append of this process or of another that told so; whoever reads the log need
    /// not wait for its poll.</summary>
    internal Task NextNews => Volatile.Read(ref news).Task;

    /// <summary>Waits for news, but not longer than a poll.</summary>
    internal async Task<bool> News(Task news, TimeSpan poll, CancellationToken ct)
    {
        try
        {
            await news.WaitAsync(poll, clock, ct);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <summary>Whether other processes are heard at present. While they are not, their appends are found by polling.</summary>
    internal bool Hears { get; set; }

    /// <summary>Reads the events of a stream, oldest first, up to a version or up to a moment of recording.</summary>
    public async Task<IReadOnlyList<StoredEvent>> Read(
        Guid stream,
        long? toVersion = null,
        DateTimeOffset? toMoment = null,
        CancellationToken ct = default
    )
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        return await Read(connection, stream, 0, toVersion, toMoment, ct);
    }

    /// <summary>Reads the events of several streams in one round trip, in the order in which they were recorded.</summary>
    public async Task<IReadOnlyList<StoredEvent>> Read(
        IReadOnlyCollection<Guid> streams,
        CancellationToken ct = default
    )
    {
        await using var command = source.CreateCommand(
            EventRow.Select + " where e.stream_id = any($1) order by e.seq_id"
        );
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. streams] });
        var events = new List<StoredEvent>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            events.Add(EventRow.Read(reader, types));
        return events;
    }

    /// <summary>Folds a stream to its state, as of a version or a moment if one is given.</summary>
    public async Task<Loaded<TState>> Load<TState, TCommand, TEvent>(
        Aggregate<TState, TCommand, TEvent> aggregate,
        Guid stream,
        long? toVersion = null,
        DateTimeOffset? toMoment = null,
        CancellationToken ct = default
    )
        where TState : class
        where TCommand : class
        where TEvent : class
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        var (state, from) = (aggregate.Initial, 0L);
        if (toVersion is null && toMoment is null)
            (state, from) = await Snapshots.Find(connection, aggregate, stream, ct) ?? (state, from);
        var history = await Read(connection, stream, from, toVersion, toMoment, ct);
        foreach (var stored in history)
            state = aggregate.Evolve(state, (TEvent)stored.Data);
        return new(stream, state, history.Count > 0 ? history[^1].Version : from, history, from == 0);
    }

    /// <summary>Loads, decides and appends in one call. With an expected version a lost race is an
    /// <see cref="AppendConflict"/>, because the person decided on what she saw; without one the decision is taken
    /// again on the newer state.</summary>
    /// <param name="also">Adds what belongs to the same transaction; called anew on each attempt.</param>
    public async Task<Appended> Execute<TState, TCommand, TEvent>(
        Aggregate<TState, TCommand, TEvent> aggregate,
        Guid stream,
        TCommand command,
        Metadata metadata,
        long? expectedVersion = null,
        Action<Changes, Loaded<TState>, IReadOnlyList<TEvent>>? also = null,
        CancellationToken ct = default
    )
        where TState : class
        where TCommand : class
        where TEvent : class
    {
        for (var attempt = 1; ; attempt++)
        {
            var loaded = await Load(aggregate, stream, ct: ct);
            if (expectedVersion is { } expected && expected != loaded.Version)
            {
                if (await Recorded(stream, metadata, ct))
                    return new(stream, loaded.Version, []);
                throw new AppendConflict(AppendConflict.Kind.Version, stream);
            }
            IReadOnlyList<TEvent> events;
            try
            {
                events = aggregate.Decide(loaded.State, command);
            }
            catch (Exception) when (loaded.Version > 0)
            {
                // What the command itself did may be why it is not allowed any more; repeated, it is done, not refused.
                if (await Recorded(stream, metadata, ct))
                    return new(stream, loaded.Version, []);
                throw;
            }
            var changes = new Changes(metadata).Append(aggregate.Name, loaded, events);
            also?.Invoke(changes, loaded, events);
            if (changes.IsEmpty)
                return new(stream, loaded.Version, []);
            try
            {
                var done = await Commit(changes, ct);
                await Snapshots.Keep(source, aggregate, loaded, events, ct);
                return done with { Stream = stream, Version = loaded.Version + events.Count };
            }
            catch (AppendConflict e) when (e.Reason is AppendConflict.Kind.AlreadyRecorded)
            {
                return new(stream, (await Load(aggregate, stream, ct: ct)).Version, []);
            }
            catch (AppendConflict e)
                when (expectedVersion is null
                    && attempt < Attempts
                    && e.Reason is AppendConflict.Kind.Version or AppendConflict.Kind.StreamExists
                )
            {
                // Somebody was faster; decide again on what stands now.
            }
        }
    }

    /// <summary>Decides on one more stream and adds the result to changes that are committed together.</summary>
    public async Task<IReadOnlyList<TEvent>> Decide<TState, TCommand, TEvent>(
        Aggregate<TState, TCommand, TEvent> aggregate,
        Guid stream,
        TCommand command,
        Changes changes,
        CancellationToken ct = default
    )
        where TState : class
        where TCommand : class
        where TEvent : class
    {
        var loaded = await Load(aggregate, stream, ct: ct);
        var events = aggregate.Decide(loaded.State, command);
        changes.Append(aggregate.Name, loaded, events);
        return events;
    }

    /// <summary>Commits changes whole or not at all. What several callers commit at the same moment may share one round
    /// trip and one transaction; each still gets its own answer.</summary>
    /// <exception cref="AppendConflict">A stream moved on, exists, is archived, or the cause was recorded before.</exception>
    public async Task<Appended> Commit(Changes changes, CancellationToken ct = default)
    {
        if (changes.IsEmpty)
            return new(Guid.Empty, 0, []);
        var done = await LazyInitializer
            .EnsureInitialized(ref commits, () => new CommitQueue(this))
            .Enqueue(changes, ct);
        Signal();
        return done;
    }

    /// <summary>Commits inside a transaction that the caller holds, for a fact that must be read under a lock in the
    /// same transaction (a gap-free number). The caller commits, then calls <see cref="Signal"/>.</summary>
    public async Task<Appended> Commit(
        Changes changes,
        NpgsqlConnection connection,
        NpgsqlTransaction transaction,
        CancellationToken ct = default
    ) => changes.IsEmpty ? new(Guid.Empty, 0, []) : (await Write([changes], connection, transaction, ct))[0];

    /// <summary>Writes changes in one batch, which is one transaction where the caller holds none.</summary>
    internal async Task<IReadOnlyList<Appended>> Write(
        IReadOnlyList<Changes> together,
        NpgsqlConnection connection,
        NpgsqlTransaction? transaction,
        CancellationToken ct
    )
    {
        var recordedAt = Microseconds(clock.GetUtcNow());
        // Streams are locked in the order of their ids, so that two transactions over the same streams cannot deadlock.
        var streams = together
            .SelectMany(c => c.Appends.Select(a => (Append: a, Events: Store(a, c.Metadata, recordedAt))))
            .OrderBy(s => s.Append.Stream)
            .ToList();
        await using var batch = new NpgsqlBatch(connection, transaction);
        var seals = new List<string>();
        if (streams.Count > 0)
            batch.BatchCommands.Add(AppendCommand(streams, recordedAt, seals));
        foreach (var type in streams.GroupBy(s => s.Append.StreamType, StringComparer.Ordinal))
        foreach (var view in viewsOf[type.Key])
        {
            var rows = new List<ViewRow>();
            foreach (var (append, events) in type)
                rows.Add(
                    append.Whole
                        ? view.Fold(append.Stream, append.History.Concat(events))
                        : await view.FoldOn(connection, append.Stream, this, events, ct)
                );
            batch.BatchCommands.Add(ViewRow.Upsert(view.Table, rows));
        }
        foreach (var command in together.SelectMany(c => c.Commands))
            batch.BatchCommands.Add(command);
        try
        {
            await using var reader = await batch.ExecuteReaderAsync(ct);
            foreach (var (_, events) in streams)
                for (var n = 0; n < events.Count && await reader.ReadAsync(ct); n++)
                    events[n] = events[n] with { Position = reader.GetInt64(0) };
            // The driver keeps silent about an error in results nobody asked for, and the transaction is lost with it.
            while (await reader.NextResultAsync(ct)) { }
        }
        catch (PostgresException e) when (ConflictOf(e) is { } reason)
        {
            var stream =
                Guid.TryParse(e.MessageText.Split(' ')[^1], out var lost) ? lost
                : streams.Count > 0 ? streams[0].Append.Stream
                : Guid.Empty;
            throw new AppendConflict(reason, stream, e);
        }
        Witness?.Remember(
            streams.SelectMany(s => s.Events).Zip(seals, (e, seal) => (e.Position, e.Stream, seal)),
            committed: transaction is null
        );
        var written = streams.ToLookup(s => s.Append, s => s.Events);
        return
        [
            .. together.Select(c =>
            {
                var first = c.Appends.Count > 0 ? c.Appends[0] : null;
                return new Appended(
                    first?.Stream ?? Guid.Empty,
                    first is null ? 0 : first.ExpectedVersion + first.Events.Count,
                    [.. c.Appends.SelectMany(a => written[a]).SelectMany(e => e)]
                );
            }),
        ];
    }

    /// <summary>Wakes the subscriptions of this process after a commit of the caller's own transaction.</summary>
    public void Signal()
    {
        Complete(ref appended);
        Hear();
    }

    /// <summary>Another process told of an append.</summary>
    internal void Hear() => Complete(ref news);

    private static void Complete(ref TaskCompletionSource signal) =>
        Interlocked.Exchange(ref signal, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    /// <summary>Closes a stream for good: every further append is refused.</summary>
    public async Task Archive(Guid stream, CancellationToken ct = default)
    {
        await using var command = source.CreateCommand("update mt_streams set is_archived = true where id = $1");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = stream });
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Whether a consumer has worked off a message.</summary>
    public async Task<bool> Processed(string consumer, Guid messageId, CancellationToken ct = default)
    {
        await using var command = source.CreateCommand(
            "select exists (select 1 from processed where consumer = $1 and message_id = $2)"
        );
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = consumer });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = messageId });
        return (bool)(await command.ExecuteScalarAsync(ct))!;
    }

    internal async Task<IReadOnlyList<StoredEvent>> Read(
        NpgsqlConnection connection,
        Guid stream,
        long afterVersion,
        long? toVersion,
        DateTimeOffset? toMoment,
        CancellationToken ct
    )
    {
        await using var command = new NpgsqlCommand(
            EventRow.Select
                + """
                 where e.stream_id = $1 and e.version > $2 and e.version <= $3 and e.timestamp <= $4 order by e.version
                """,
            connection
        );
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = stream });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = afterVersion });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = toVersion ?? long.MaxValue });
        command.Parameters.Add(
            new NpgsqlParameter<DateTime> { TypedValue = (toMoment ?? DateTimeOffset.MaxValue).UtcDateTime }
        );
        var events = new List<StoredEvent>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            events.Add(EventRow.Read(reader, types));
        return events;
    }

    /// <summary>Events after a position up to another, in order; not every one of them need be settled, and what cannot
    /// be read is there as <see cref="Unreadable"/>.</summary>
    internal async Task<List<StoredEvent>> Page(
        NpgsqlConnection connection,
        long after,
        long upTo,
        int limit,
        CancellationToken ct
    )
    {
        await using var command = new NpgsqlCommand(
            EventRow.Select + " where e.seq_id > $1 and e.seq_id <= $2 order by e.seq_id limit $3",
            connection
        );
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = after });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = upTo });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        var events = new List<StoredEvent>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            events.Add(EventRow.ReadAny(reader, types));
        return events;
    }

    private async Task<bool> Recorded(Guid stream, Metadata metadata, CancellationToken ct)
    {
        await using var command = source.CreateCommand("select exists (select 1 from mt_events where id = $1)");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = EventId(stream, metadata, 0) });
        return (bool)(await command.ExecuteScalarAsync(ct))!;
    }

    private List<StoredEvent> Store(Changes.StreamAppend append, Metadata metadata, DateTimeOffset recordedAt) =>
        [
            .. append.Events.Select(
                (data, index) =>
                    new StoredEvent(
                        0,
                        EventId(append.Stream, metadata, index),
                        append.Stream,
                        append.StreamType,
                        append.ExpectedVersion + index + 1,
                        types.NamesOf(data.GetType()).Stored,
                        data,
                        recordedAt,
                        metadata
                    )
            ),
        ];

    private static Guid EventId(Guid stream, Metadata metadata, int index) =>
        NameBasedId.From(
            stream,
            string.Create(CultureInfo.InvariantCulture, $"{metadata.Cause:N}:{metadata.Handler}:{index}")
        );

    private NpgsqlBatchCommand AppendCommand(
        IReadOnlyList<(Changes.StreamAppend Append, List<StoredEvent> Events)> streams,
        DateTimeOffset recordedAt,
        List<string> seals
    )
    {
        var events = streams.SelectMany(s => s.Events).ToList();
        var (datas, headers) = (new byte[events.Count][], new byte[events.Count][]);
        var seal = new EventSeal(integrityKey);
        var written = new ArrayBufferWriter<byte>(512);
        for (var i = 0; i < events.Count; i++)
        {
            var e = events[i];
            datas[i] = JsonSerializer.SerializeToUtf8Bytes(e.Data, e.Data.GetType(), EventTypes.Json);
            written.ResetWrittenCount();
            EventHeaders.Write(e.Metadata, written);
            var row = seal.Bytes(
                e.Id,
                e.Stream,
                e.Version,
                e.Name,
                e.RecordedAt,
                types.NamesOf(e.Data.GetType()).Dotnet,
                Correlation(e),
                e.Metadata.Cause.ToString(),
                e.Metadata.Account,
                written.WrittenSpan,
                CanonicalJson.Of(datas[i])
            );
            seals.Add(seal.Seal(row));
            headers[i] = EventHeaders.Sealed(written.WrittenSpan, seals[i]);
        }
        var command = new NpgsqlBatchCommand(
            "select * from journal_append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)"
        );
        var p = command.Parameters;
        p.Add(Array(streams, s => s.Append.Stream));
        p.Add(Texts(streams, s => s.Append.StreamType));
        p.Add(Array(streams, s => s.Append.ExpectedVersion));
        p.Add(Array(streams, s => (long)s.Events.Count));
        p.Add(new NpgsqlParameter<DateTime> { TypedValue = recordedAt.UtcDateTime });
        p.Add(Array(events, e => e.Id));
        p.Add(Array(events, e => e.Stream));
        p.Add(Array(events, e => e.Version));
        p.Add(Jsonb(datas));
        p.Add(Texts(events, e => e.Name));
        p.Add(Texts(events, e => types.NamesOf(e.Data.GetType()).Dotnet));
        p.Add(Texts(events, Correlation));
        p.Add(Texts(events, e => e.Metadata.Cause.ToString()));
        p.Add(Jsonb(headers));
        p.Add(Texts(events, e => e.Metadata.Account));
        return command;
    }

    private static string Correlation(StoredEvent e) => e.Metadata.Correlation ?? e.Metadata.Cause.ToString();

    private static AppendConflict.Kind? ConflictOf(PostgresException e) =>
        (e.SqlState, e.ConstraintName, e.MessageText.Split(' ')[0]) switch
        {
            ("EJ001", _, "exists") => AppendConflict.Kind.StreamExists,
            ("EJ001", _, "archived") => AppendConflict.Kind.Archived,
            ("EJ001", _, "version") => AppendConflict.Kind.Version,
            (PostgresErrorCodes.UniqueViolation, "pk_mt_events_stream_and_version", _) => AppendConflict.Kind.Version,
            (PostgresErrorCodes.UniqueViolation, "idx_mt_events_event_id" or "processed_pkey", _) => AppendConflict
                .Kind
                .AlreadyRecorded,
            (PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure, _, _) => AppendConflict
                .Kind
                .Version,
            _ => null,
        };

    // PostgreSQL keeps microseconds; what is hashed must be what is read back.
    private static DateTimeOffset Microseconds(DateTimeOffset instant) =>
        new(instant.UtcTicks - instant.UtcTicks % TimeSpan.TicksPerMicrosecond, TimeSpan.Zero);

    private static NpgsqlParameter<TValue[]> Array<T, TValue>(IReadOnlyList<T> of, Func<T, TValue> value) =>
        new() { TypedValue = [.. of.Select(value)] };

    private static NpgsqlParameter<string?[]> Texts<T>(IReadOnlyList<T> of, Func<T, string?> text) =>
        new() { TypedValue = [.. of.Select(text)], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Varchar };

    private static NpgsqlParameter<byte[][]> Jsonb(byte[][] texts) =>
        new() { TypedValue = texts, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb };
}
