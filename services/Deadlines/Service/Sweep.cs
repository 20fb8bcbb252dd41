using Mediation.Deadlines.Domain;
using Mediation.EventStore;
using Mediation.Hosting;
using Npgsql;

namespace Mediation.Deadlines.Service;

/// <summary>Tells clocks that time has passed. What is due is asked of the table of clocks, a batch at a time: its streams
/// are locked before anything is decided, and one that another process holds is left to it. Whoever slept acts on waking,
/// because nothing but the table says what is due.</summary>
internal sealed class Sweep(EventJournal journal, NpgsqlDataSource source, TimeProvider clock, ILogger<Sweep> logger)
{
    /// <summary>Clocks of one transaction; it stays far below the two seconds that readers of the log may wait.</summary>
    private const int Batch = 500;

    /// <summary>How long it is kept what a run found.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(90);

    /// <returns>How many clocks acted.</returns>
    public async Task<int> Run(CancellationToken ct)
    {
        var (today, acted, late) = (LegalDay.Today(clock), 0, 0);
        var after = (Wakes: DateOnly.MinValue, Clock: Guid.Empty);
        while (true)
        {
            var due = await Next(today, after, ct);
            if (due.Count == 0)
                break;
            after = due[^1];
            var (told, days) = await Act(due, today, ct);
            (acted, late) = (acted + told, Math.Max(late, days));
        }
        if (acted == 0)
            return 0;
        logger.LogInformation("{Clocks} clocks acted, the latest {Days} days late", acted, late);
        await using var note = source.CreateCommand(
            """
            with old as (delete from sweeps where at < $1 - $4)
            insert into sweeps (at, clocks, days_late) values ($1, $2, $3)
            """
        );
        note.Parameters.Add(Sql.P(clock.GetUtcNow().UtcDateTime));
        note.Parameters.Add(Sql.P(acted));
        note.Parameters.Add(Sql.P(late));
        note.Parameters.Add(Sql.P(Remembered));
        await note.ExecuteNonQueryAsync(ct);
        return acted;
    }

    private async Task<IReadOnlyList<(DateOnly Wakes, Guid Clock)>> Next(
        DateOnly today,
        (DateOnly Wakes, Guid Clock) after,
        CancellationToken ct
    ) =>
        await source.Rows(
            """
            select wakes, stream_id from clocks
            where wakes <= $1 and (wakes, stream_id) > ($2, $3) order by wakes, stream_id limit $4
            """,
            r => (r.GetFieldValue<DateOnly>(0), r.GetGuid(1)),
            ct,
            Sql.P(today),
            Sql.P(after.Wakes),
            Sql.P(after.Clock),
            Sql.P(Batch)
        );

    private async Task<(int Acted, int Late)> Act(
        IReadOnlyList<(DateOnly Wakes, Guid Clock)> clocks,
        DateOnly today,
        CancellationToken ct
    )
    {
        try
        {
            return await Together(clocks, today, ct);
        }
        // One stream that cannot be read or decided on must not keep the others from their day.
        catch (Exception e) when (clocks.Count > 1 && e is not (OperationCanceledException or NpgsqlException))
        {
            var (acted, late) = (0, 0);
            foreach (var one in clocks)
                try
                {
                    var (told, days) = await Together([one], today, ct);
                    (acted, late) = (acted + told, Math.Max(late, days));
                }
                catch (Exception failed) when (failed is not (OperationCanceledException or NpgsqlException))
                {
                    logger.LogError("Clock {Clock} cannot act: {Error}", one.Clock, failed.GetType().Name);
                }
            return (acted, late);
        }
    }

    private async Task<(int Acted, int Late)> Together(
        IReadOnlyList<(DateOnly Wakes, Guid Clock)> clocks,
        DateOnly today,
        CancellationToken ct
    )
    {
        var wakes = clocks.ToDictionary(c => c.Clock, c => c.Wakes);
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        // Streams first, as every append does, and only then their rows: otherwise two could wait for each other.
        await using var claim = new NpgsqlCommand(
            "select id from mt_streams where id = any($1) order by id for update skip locked",
            connection,
            transaction
        );
        claim.Parameters.Add(Sql.P(wakes.Keys.ToArray()));
        var claimed = await claim.Rows(r => r.GetGuid(0), ct);
        var events = (await journal.Read(claimed, ct)).ToLookup(e => e.Stream);
        var changes = new Changes(new Metadata(Guid.CreateVersion7(), nameof(Sweep)));
        var warned = new List<(Guid Clock, ClockWarned Warning)>();
        var (acted, late) = (0, 0);
        foreach (var id in claimed)
        {
            var loaded = Streams.Clock.Fold(id, [.. events[id]]);
            var happened = ClockDecider.Decide(loaded.State, new PassTo(today));
            changes.Append(Streams.Clock.Name, loaded, happened);
            warned.AddRange(happened.OfType<ClockWarned>().Select(w => (id, w)));
            if (happened.Count == 0)
                continue;
            acted++;
            // A period that was entered when its day was over was seen at once.
            if (loaded.State is Clock.Running { Armed.EnteredOn: var entered })
                late = Math.Max(late, today.DayNumber - Math.Max(wakes[id].DayNumber, entered.DayNumber));
        }
        if (acted == 0)
            return (0, 0);
        if (warned.Count > 0)
            changes.Also(
                """
                insert into warnings (clock_id, stage, due, warned_on)
                select clock_id, stage, due, $4 from unnest($1, $2, $3) as w (clock_id, stage, due)
                """,
                Sql.P(warned.Select(w => w.Clock).ToArray()),
                Sql.P(warned.Select(w => w.Warning.Stage).ToArray()),
                Sql.P(warned.Select(w => w.Warning.Due).ToArray()),
                Sql.P(today)
            );
        await journal.Commit(changes, connection, transaction, ct);
        await transaction.CommitAsync(ct);
        journal.Signal();
        return (acted, late);
    }
}
