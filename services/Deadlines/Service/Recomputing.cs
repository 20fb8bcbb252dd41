using Mediation.Deadlines.Domain;
using Mediation.EventStore;
using Npgsql;

namespace Mediation.Deadlines.Service;

/// <summary>Sees a year announced, and clocks that were counted on an older calendar. It reads the log in settled order:
/// when an announcement is seen, everything recorded before it stands in the table of clocks, and whatever is recorded after
/// it is looked at here. So no clock is missed that another process counted while it did not know of the year yet.</summary>
internal sealed class CalendarChanges(Laws laws) : Subscription
{
    private int current;

    public override string Name => "CalendarChanges:All";

    public override async Task Deliver(IReadOnlyList<StoredEvent> page, CancellationToken ct) =>
        current = (await laws.Current(ct)).Law.Calendar.Version;

    public override void Write(IReadOnlyList<StoredEvent> page, NpgsqlBatch batch)
    {
        foreach (var announced in page.Select(e => e.Data).OfType<ICalendarEvent>())
        {
            var pass = new NpgsqlBatchCommand(
                "insert into calendar_passes (version, year) values ($1, $2) on conflict do nothing"
            );
            pass.Parameters.Add(Sql.P(announced.Version));
            pass.Parameters.Add(Sql.P(announced.Year.Year));
            batch.BatchCommands.Add(pass);
        }
        Guid[] late = [.. page.Where(e => IsLate(e.Data)).Select(e => e.Stream).Distinct()];
        if (late.Length == 0)
            return;
        var stragglers = new NpgsqlBatchCommand(
            "insert into calendar_stragglers select * from unnest($1) on conflict do nothing"
        );
        stragglers.Parameters.Add(Sql.P(late));
        batch.BatchCommands.Add(stragglers);
    }

    private bool IsLate(object data) =>
        data switch
        {
            ClockArmed e => IsOlder(e.Computed),
            ClockExtended e => IsOlder(e.Computed),
            ClockSuspended { Computed: { } computed } => IsOlder(computed),
            ClockResumed e => IsOlder(e.Computed),
            ClockRestarted e => IsOlder(e.Computed),
            ClockRecomputed e => IsOlder(e.Computed),
            // It had ended, so passes went by it, and it runs on with the day it had then.
            ClockReopened => true,
            _ => false,
        };

    private bool IsOlder(Computed computed) => computed.Calendar < current;
}

/// <summary>Counts clocks anew when the calendar has changed. A pass goes through the clocks that touch the year once, in the
/// order of their ids, and remembers how far it came in the transaction of what it did: who is killed loses nothing, and a
/// clock whose days stay the same is not looked at again.</summary>
internal sealed class Recomputing(
    EventJournal journal,
    NpgsqlDataSource source,
    Laws laws,
    TimeProvider clock,
    ILogger<Recomputing> logger
)
{
    /// <summary>Clocks of one transaction; it stays far below the two seconds that readers of the log may wait.</summary>
    private const int Batch = 500;

    /// <summary>A last day rests on days after it where it rolled back, and on days before its trigger where it is counted
    /// back; no holiday and no notice in the book is as long.</summary>
    public const int Margin = 31;

    /// <summary>Clocks that may rest on a day from the first to the last of two parameters.</summary>
    public static string Touching(string first, string last) =>
        $"""
            greatest(due, iso_day(row ->> 'from')) >= {first} - {Margin}
            and least(due, iso_day(row ->> 'from')) <= {last} + {Margin}
            """;

    private sealed record Pass(int Version, int? Year, Guid After);

    /// <returns>How many clocks were moved or settled.</returns>
    public async Task<int> Run(CancellationToken ct)
    {
        await NoteStandard(ct);
        var changed = 0;
        while (await Step(ct) is { } step)
            changed += step;
        changed += await Stragglers(ct);
        if (changed > 0)
            logger.LogInformation("{Clocks} clocks were counted anew", changed);
        return changed;
    }

    /// <summary>One batch of the oldest pass that is not done.</summary>
    /// <returns>How many clocks changed; null when every pass is done.</returns>
    internal async Task<int?> Step(CancellationToken ct)
    {
        var passes = await source.Rows(
            "select version, year, after from calendar_passes where done_at is null order by version limit 1",
            r => new Pass(r.GetInt32(0), r.IsDBNull(1) ? null : r.GetInt32(1), r.GetGuid(2)),
            ct
        );
        if (passes is not [var pass])
            return null;
        var clocks = await Next(pass, ct);
        if (clocks.Length > 0)
            return await Act(pass, clocks, ct);
        await using var done = source.CreateCommand(
            "update calendar_passes set done_at = $2 where version = $1 and after = $3 and done_at is null"
        );
        done.Parameters.Add(Sql.P(pass.Version));
        done.Parameters.Add(Sql.P(clock.GetUtcNow().UtcDateTime));
        done.Parameters.Add(Sql.P(pass.After));
        await done.ExecuteNonQueryAsync(ct);
        return 0;
    }

    // A product with another calendar announces nothing: all clocks counted before are looked at once.
    private async Task NoteStandard(CancellationToken ct)
    {
        if (await laws.Current(ct) is not { IsOfProduct: true } law)
            return;
        await using var note = source.CreateCommand(
            "insert into calendar_passes (version) select $1 where not exists (select 1 from calendar_passes where version >= $1) on conflict do nothing"
        );
        note.Parameters.Add(Sql.P(law.Law.Calendar.Version));
        await note.ExecuteNonQueryAsync(ct);
    }

    private async Task<Guid[]> Next(Pass pass, CancellationToken ct) =>
        [
            .. await source.Rows(
                $"""
                select stream_id from clocks
                where stream_id > $1 and calendar < $2
                  and standing in ('running', 'breached', 'lapsed', 'overdue', 'opened', 'rebutted', 'doneLate')
                  and ($3 or {Touching("$4", "$5")})
                order by stream_id limit {Batch}
                """,
                r => r.GetGuid(0),
                ct,
                Sql.P(pass.After),
                Sql.P(pass.Version),
                Sql.P(pass.Year is null),
                Sql.P(new DateOnly(pass.Year ?? 2000, 1, 1)),
                Sql.P(new DateOnly(pass.Year ?? 2000, 12, 31))
            ),
        ];

    private async Task<int> Act(Pass pass, Guid[] clocks, CancellationToken ct)
    {
        try
        {
            return await Together(pass, clocks, ct);
        }
        // One stream that cannot be read or decided on must not keep the others from their day.
        catch (Exception e) when (e is not (OperationCanceledException or NpgsqlException))
        {
            var changed = 0;
            foreach (var one in clocks)
            {
                try
                {
                    changed += await Together(pass, [one], ct);
                }
                catch (Exception failed) when (failed is not (OperationCanceledException or NpgsqlException))
                {
                    logger.LogError("Clock {Clock} cannot be counted anew: {Error}", one, failed.GetType().Name);
                    await Leave(pass, one, ct);
                }
                pass = pass with { After = one };
            }
            return changed;
        }
    }

    private async Task<int> Together(Pass pass, Guid[] clocks, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        // First and alone, so that of two processes at the same pass the second finds that it went on.
        await using var go = new NpgsqlCommand(
            "update calendar_passes set after = $3 where version = $1 and after = $2 and done_at is null",
            connection,
            transaction
        );
        go.Parameters.Add(Sql.P(pass.Version));
        go.Parameters.Add(Sql.P(pass.After));
        go.Parameters.Add(Sql.P(clocks[^1]));
        if (await go.ExecuteNonQueryAsync(ct) == 0)
            return 0;
        var (changes, changed, moved, held) = await Decide(clocks, connection, transaction, ct);
        changes.Also(
            "update calendar_passes set moved = moved + $2 where version = $1",
            Sql.P(pass.Version),
            Sql.P(moved)
        );
        if (held.Length > 0)
            changes.Also(
                "insert into calendar_stragglers select * from unnest($1) on conflict do nothing",
                Sql.P(held)
            );
        await journal.Commit(changes, connection, transaction, ct);
        await transaction.CommitAsync(ct);
        journal.Signal();
        return changed;
    }

    // Goes by one that fails; it is tried again and again beside the passes, and the log says so each time.
    private async Task Leave(Pass pass, Guid failing, CancellationToken ct)
    {
        await using var leave = source.CreateCommand(
            """
            with gone as (
                update calendar_passes set after = $3 where version = $1 and after = $2 and done_at is null returning 1
            )
            insert into calendar_stragglers select $3 from gone on conflict do nothing
            """
        );
        leave.Parameters.Add(Sql.P(pass.Version));
        leave.Parameters.Add(Sql.P(pass.After));
        leave.Parameters.Add(Sql.P(failing));
        await leave.ExecuteNonQueryAsync(ct);
    }

    private async Task<int> Stragglers(CancellationToken ct)
    {
        var (changed, after) = (0, Guid.Empty);
        while (true)
        {
            Guid[] clocks =
            [
                .. await source.Rows(
                    "select clock_id from calendar_stragglers where clock_id > $1 order by clock_id limit 500",
                    r => r.GetGuid(0),
                    ct,
                    Sql.P(after)
                ),
            ];
            if (clocks.Length == 0)
                return changed;
            after = clocks[^1];
            try
            {
                changed += await Together(clocks, ct);
            }
            catch (Exception e) when (e is not (OperationCanceledException or NpgsqlException))
            {
                foreach (var one in clocks)
                    try
                    {
                        changed += await Together([one], ct);
                    }
                    catch (Exception failed) when (failed is not (OperationCanceledException or NpgsqlException))
                    {
                        logger.LogError("Clock {Clock} cannot be counted anew: {Error}", one, failed.GetType().Name);
                    }
            }
        }
    }

    private async Task<int> Together(Guid[] stragglers, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var (changes, changed, moved, held) = await Decide(stragglers, connection, transaction, ct);
        changes
            .Also(
                "delete from calendar_stragglers where clock_id = any($1) and clock_id <> all($2)",
                Sql.P(stragglers),
                Sql.P(held)
            )
            .Also(
                "update calendar_passes set moved = moved + $1 where version = (select max(version) from calendar_passes)",
                Sql.P(moved)
            );
        await journal.Commit(changes, connection, transaction, ct);
        await transaction.CommitAsync(ct);
        journal.Signal();
        return changed;
    }

    /// <summary>Decides on clocks whose streams it could lock; those that another process holds are left.</summary>
    private async Task<(Changes Changes, int Changed, int Moved, Guid[] Held)> Decide(
        Guid[] clocks,
        NpgsqlConnection connection,
        NpgsqlTransaction transaction,
        CancellationToken ct
    )
    {
        await using var claim = new NpgsqlCommand(
            "select id from mt_streams where id = any($1) order by id for update skip locked",
            connection,
            transaction
        );
        claim.Parameters.Add(Sql.P(clocks));
        var claimed = await claim.Rows(r => r.GetGuid(0), ct);
        var events = (await journal.Read(claimed, ct)).ToLookup(e => e.Stream);
        var law = await laws.Current(ct);
        var command = new RecomputeClock(Mediation.Hosting.LegalDay.Today(clock), law.Law);
        var changes = new Changes(new Metadata(Guid.CreateVersion7(), nameof(Recomputing)));
        var (changed, moved) = (0, 0);
        foreach (var id in claimed)
        {
            var loaded = Streams.Clock.Fold(id, [.. events[id]]);
            var happened = ClockDecider.Decide(loaded.State, command);
            changes.Append(Streams.Clock.Name, loaded, happened);
            if (happened is not [ClockRecomputed recomputed, ..])
                continue;
            changed++;
            if (recomputed.Computed.Due != ((Clock.Begun)loaded.State).Computed.Due)
                moved++;
        }
        return (changes, changed, moved, [.. clocks.Except(claimed)]);
    }
}
