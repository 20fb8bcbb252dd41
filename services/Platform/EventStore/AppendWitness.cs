using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace Mediation.EventStore;

/// <summary>Remembers what this process appended until the audit chain holds it. Who deletes the newest event and sets
/// the stream's version back, before it was sealed, leaves a log without any trace in the database; the process that
/// appended it knows better. What it misses it notes in <c>audit_findings</c>, where verify finds it, and in its log.
/// </summary>
internal sealed class AppendWitness(EventJournal journal, TimeProvider clock, ILogger<AppendWitness> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    // A caller's own transaction is rolled back or committed by then.
    private static readonly TimeSpan Undecided = TimeSpan.FromSeconds(30);

    // While sealing stands still, memory must not grow for ever; what comes then is held by its seal alone.
    private const int Most = 100_000;
    private readonly ConcurrentDictionary<long, Memory> unsealed = new();

    private sealed record Memory(string Seal, Guid Stream, bool Committed, DateTimeOffset Since);

    /// <summary>How many events wait for the chain.</summary>
    public int Unsealed => unsealed.Count;

    /// <param name="committed">False where the caller holds the transaction and may still roll it back.</param>
    public void Remember(IEnumerable<(long Position, Guid Stream, string Seal)> events, bool committed)
    {
        var now = clock.GetUtcNow();
        foreach (var (position, stream, seal) in events)
            if (unsealed.Count < Most)
                unsealed[position] = new(seal, stream, committed, now);
    }

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        journal.Witness = this;
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                var next = journal.NextAppend;
                if (unsealed.IsEmpty)
                    await next.WaitAsync(stoppingToken);
                await Task.Delay(Interval, clock, stoppingToken);
                try
                {
                    await Check(stoppingToken);
                }
                catch (Exception e) when (e is NpgsqlException or TimeoutException)
                {
                    logger.LogWarning("What was appended cannot be looked at: {Error}", e.GetType().Name);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested) { }
    }

    /// <summary>Holds what is remembered against what stands in the log.</summary>
    internal async Task Check(CancellationToken ct)
    {
        foreach (var page in unsealed.Keys.Order().Chunk(1000))
        {
            await using var command = journal.Source.CreateCommand(
                """
                select p.position, e.headers ->> 'hash', c.position is not null
                from unnest($1) as p (position) left join mt_events e on e.seq_id = p.position
                left join audit_chain c on c.position = p.position
                """
            );
            command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = page });
            var found = new List<(long Position, string? Seal, bool Sealed)>();
            await using (var reader = await command.ExecuteReaderAsync(ct))
                while (await reader.ReadAsync(ct))
                    found.Add(
                        (reader.GetInt64(0), reader.IsDBNull(1) ? null : reader.GetString(1), reader.GetBoolean(2))
                    );
            foreach (var (position, seal, isSealed) in found)
                await Compare(position, seal, isSealed, ct);
        }
    }

    private async Task Compare(long position, string? seal, bool isSealed, CancellationToken ct)
    {
        if (!unsealed.TryGetValue(position, out var memory))
            return;
        if (seal == memory.Seal)
        {
            if (isSealed)
                unsealed.TryRemove(position, out _);
            else if (!memory.Committed)
                unsealed[position] = memory with { Committed = true };
        }
        else if (memory.Committed)
        {
            await Note(position, memory.Stream, ct);
            unsealed.TryRemove(position, out _);
        }
        else if (clock.GetUtcNow() - memory.Since > Undecided)
            unsealed.TryRemove(position, out _);
    }

    private async Task Note(long position, Guid stream, CancellationToken ct)
    {
        logger.LogCritical(
            "Event {Position} of stream {Stream} was recorded by this process and does not stand as it was",
            position,
            stream
        );
        await using var command = journal.Source.CreateCommand(
            "insert into audit_findings (position, stream_id, at) values ($1, $2, $3) on conflict do nothing"
        );
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = position });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = stream });
        command.Parameters.Add(
            new NpgsqlParameter<DateTime>
            {
                TypedValue = clock.GetUtcNow().UtcDateTime,
                NpgsqlDbType = NpgsqlDbType.TimestampTz,
            }
        );
        await command.ExecuteNonQueryAsync(ct);
    }
}
