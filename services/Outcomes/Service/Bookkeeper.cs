using Mediation.Content;
using Mediation.EventStore;
using Mediation.Hosting;
using Npgsql;

namespace Mediation.Outcomes.Service;

/// <summary>Carries out commands on lines: a payment's slip may pay several of them, and they change together or not at
/// all. Receipts are looked up before the decision and held by their natural key inside the transaction.</summary>
internal sealed class Bookkeeper(EventJournal journal, NpgsqlDataSource source, Acting acting)
{
    private const int Attempts = 6;

    /// <summary>Ids of what a command makes come from the command's own id, so that its repetition makes nothing new.</summary>
    public Guid NewId(string what) => NameBasedId.From(acting.Cause, what);

    public Task<Loaded<RecoveryLine>> Load(Guid line, CancellationToken ct) => journal.Load(Streams.Line, line, ct: ct);

    /// <summary>Decides on one line and adds the events and the line's rows to the changes.</summary>
    /// <returns>The line after it and its version.</returns>
    public async Task<(RecoveryLine State, long Version)> Decide(
        Guid line,
        IReadOnlyList<IRecoveryLineCommand> commands,
        Changes changes,
        CancellationToken ct
    ) => Decide(await Load(line, ct), commands, changes);

    private static (RecoveryLine State, long Version) Decide(
        Loaded<RecoveryLine> loaded,
        IReadOnlyList<IRecoveryLineCommand> commands,
        Changes changes
    )
    {
        var state = loaded.State;
        var happened = new List<IRecoveryLineEvent>();
        foreach (var command in commands)
        {
            var events = RecoveryLineDecider.Decide(state, command);
            happened.AddRange(events);
            state = events.Aggregate(state, RecoveryLine.Evolve);
        }
        if (happened.Count == 0)
            return (state, loaded.Version);
        changes.Append(Streams.Line.Name, loaded, happened);
        var history = loaded
            .History.Select(e => (e.Version, (IRecoveryLineEvent)e.Data))
            .Concat(happened.Select((e, i) => (loaded.Version + i + 1, e)));
        foreach (var row in LedgerRows.Of(loaded.Stream, [.. history]))
            changes.Also(row);
        return (state, loaded.Version + happened.Count);
    }

    /// <summary>Runs a decision and commits it; a lost race is decided again on what stands then.</summary>
    /// <param name="decide">Adds to the changes and returns the version to answer.</param>
    public async Task<long> Do(
        string handler,
        DateOnly? effectiveOn,
        Func<Changes, CancellationToken, Task<long>> decide,
        CancellationToken ct
    )
    {
        for (var attempt = 1; ; attempt++)
        {
            var changes = new Changes(acting.Metadata(handler, effectiveOn));
            var version = await decide(changes, ct);
            if (changes.IsEmpty)
                return version;
            try
            {
                await journal.Commit(changes, ct);
                return version;
            }
            catch (AppendConflict e) when (e.Reason is AppendConflict.Kind.AlreadyRecorded)
            {
                return version;
            }
            catch (AppendConflict e) when (e.Reason is AppendConflict.Kind.Version && attempt < Attempts) { }
        }
    }

    /// <summary>Decides on every line of a payment. The version a person saw is that of the payment.</summary>
    /// <param name="command">The command for a line, from what the payment is there.</param>
    /// <param name="also">What else belongs to the change.</param>
    public Task<long> OnPayment(
        string handler,
        IReadOnlyList<Guid> lines,
        Guid paymentId,
        Func<Guid, Payment, IRecoveryLineCommand> command,
        Action<Changes> also,
        CancellationToken ct
    ) =>
        Do(
            handler,
            null,
            async (changes, cancel) =>
            {
                var version = 0L;
                foreach (var line in lines.Order())
                {
                    var loaded = await Load(line, cancel);
                    var payment = PaymentOn(loaded.State, paymentId);
                    // Sent twice and carried out once: the second is told what the first did.
                    if (loaded.History.Any(e => e.Metadata.Cause == acting.Cause))
                        return payment.Version;
                    if (acting.ExpectedVersion is { } seen && seen != payment.Version)
                        throw new AppendConflict(AppendConflict.Kind.Version, line);
                    // Decided on what was just looked at: a second load could see the twin of this very request.
                    var after = Decide(loaded, [command(line, payment)], changes);
                    version = PaymentOn(after.State, paymentId).Version;
                }
                if (!changes.IsEmpty)
                    also(changes);
                return version;
            },
            ct
        );

    /// <summary>The live payment that a receipt serves already.</summary>
    public async Task<Guid?> HolderOf(string sha256, CancellationToken ct)
    {
        await using var command = source.CreateCommand("select payment_id from receipts where sha256 = $1");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = sha256 });
        return await command.ExecuteScalarAsync(ct) as Guid?;
    }

    /// <summary>Holds a receipt for a payment; who comes second within the same moment loses the race and is then
    /// refused by the look-up.</summary>
    public static void Hold(Changes changes, string sha256, Guid paymentId, Guid disputeId) =>
        changes
            .Also(
                "insert into receipts (sha256, payment_id, dispute_id) values ($1, $2, $3) on conflict do nothing",
                new NpgsqlParameter<string> { TypedValue = sha256 },
                new NpgsqlParameter<Guid> { TypedValue = paymentId },
                new NpgsqlParameter<Guid> { TypedValue = disputeId }
            )
            .Also(
                """
                select journal_refuse('version')
                where not exists (select 1 from receipts where sha256 = $1 and payment_id = $2)
                """,
                new NpgsqlParameter<string> { TypedValue = sha256 },
                new NpgsqlParameter<Guid> { TypedValue = paymentId }
            );

    /// <summary>Frees the receipt of a payment that no longer lives.</summary>
    public static void Free(Changes changes, Guid paymentId) =>
        changes.Also(
            "delete from receipts where payment_id = $1",
            new NpgsqlParameter<Guid> { TypedValue = paymentId }
        );

    public static void Insert(Changes changes, IEnumerable<SealedContent?> contents)
    {
        foreach (var statement in contents.OfType<SealedContent>().SelectMany(c => c.Insert()))
            changes.Also(statement);
    }

    private static Payment PaymentOn(RecoveryLine line, Guid paymentId) =>
        (line as RecoveryLine.Opened)?.Find(paymentId) ?? throw Problem.NotFound();
}
