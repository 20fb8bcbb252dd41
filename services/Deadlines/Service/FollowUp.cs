using Mediation.Deadlines.Domain;
using Mediation.EventStore;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Npgsql;

namespace Mediation.Deadlines.Service;

/// <summary>Every breach of a duty is followed up at the unit above (督办), and what the clock does afterwards is told to
/// it. Reads clocks in the order of the log, so a breach comes before its answer.</summary>
internal sealed class FollowUp(
    EventJournal journal,
    NpgsqlDataSource source,
    ClockList clocks,
    AccessCopies copies,
    Laws laws
) : Subscription
{
    public override string Name => "FollowUp:Clock";

    public override async Task Deliver(IReadOnlyList<StoredEvent> page, CancellationToken ct)
    {
        var turns = page.Where(e =>
                e.Data is ClockBreached or EndConfirmed or EndRebutted or ClockReopened or AnswerTakenBack
            )
            .ToList();
        if (turns.Count == 0)
            return;
        var law = await laws.Current(ct);
        var rows = (
            await source.Rows(
                $"select row::text from {clocks.Table} where stream_id = any($1) and type = 'duty'",
                r => clocks.Parse(r.GetString(0)),
                ct,
                Sql.P(turns.Select(t => t.Stream).Distinct().ToArray())
            )
        ).ToDictionary(r => r.ClockId);
        var open = (
            await source.Rows(
                "select clock_id, stream_id from supervisions where clock_id = any($1) and state <> 'cleared'",
                r => (Clock: r.GetGuid(0), Supervision: r.GetGuid(1)),
                ct,
                Sql.P(rows.Keys.ToArray())
            )
        ).ToDictionary(r => r.Clock, r => r.Supervision);
        var commands = new List<(Guid Supervision, ISupervisionCommand Command)>();
        foreach (var turn in turns)
        {
            if (!rows.TryGetValue(turn.Stream, out var row))
                continue;
            var day = LegalDay.Of(turn.RecordedAt);
            switch (turn.Data)
            {
                case ClockBreached breach:
                    open[turn.Stream] = NameBasedId.From(turn.Id, "supervision");
                    commands.Add(
                        (
                            open[turn.Stream],
                            new OpenSupervision(
                                open[turn.Stream],
                                row.ClockId,
                                row.Rule,
                                row.Subject,
                                breach.Due,
                                row.Unit,
                                copies.Tree.ParentOf(row.Unit, day) ?? row.Unit,
                                day,
                                law.Law.Calendar
                            )
                        )
                    );
                    break;
                case var answer when open.TryGetValue(turn.Stream, out var supervision):
                    commands.Add((supervision, new NoteClock(Turn(answer), day)));
                    break;
            }
        }
        await Commit(page[0].Id, commands, ct);
    }

    private static ClockTurn Turn(object e) =>
        e switch
        {
            EndConfirmed => ClockTurn.Confirmed,
            EndRebutted => ClockTurn.Rebutted,
            ClockReopened => ClockTurn.Reopened,
            AnswerTakenBack => ClockTurn.TakenBack,
            _ => throw new InvalidOperationException($"{e.GetType().Name} does not answer a breach."),
        };

    // Repeated after a crash it finds everything decided: no command of a supervision does anything twice.
    private async Task Commit(
        Guid cause,
        List<(Guid Supervision, ISupervisionCommand Command)> commands,
        CancellationToken ct
    )
    {
        if (commands.Count == 0)
            return;
        while (true)
        {
            var changes = new Changes(new Metadata(cause, nameof(FollowUp)));
            var events = (await journal.Read([.. commands.Select(c => c.Supervision).Distinct()], ct)).ToLookup(e =>
                e.Stream
            );
            foreach (var stream in commands.GroupBy(c => c.Supervision, c => c.Command))
            {
                var loaded = Streams.Supervision.Fold(stream.Key, [.. events[stream.Key]]);
                var (state, happened) = (loaded.State, new List<ISupervisionEvent>());
                foreach (var command in stream)
                foreach (var e in SupervisionDecider.Decide(state, command))
                {
                    happened.Add(e);
                    state = Domain.Supervision.Evolve(state, e);
                }
                changes.Append(Streams.Supervision.Name, loaded, happened);
            }
            try
            {
                await journal.Commit(changes, ct);
                return;
            }
            catch (AppendConflict e) when (e.Reason is AppendConflict.Kind.AlreadyRecorded)
            {
                return;
            }
            catch (AppendConflict e) when (e.Reason is AppendConflict.Kind.Version or AppendConflict.Kind.StreamExists)
            {
                // A person replied in the same moment; decided again on what stands now.
            }
        }
    }
}

/// <summary>Tells supervisions that time has passed: one without a reply goes to the unit above, or is urged.</summary>
internal sealed class SupervisionSweep(
    EventJournal journal,
    NpgsqlDataSource source,
    AccessCopies copies,
    Laws laws,
    TimeProvider clock
)
{
    private const int Batch = 200;

    public async Task<int> Run(CancellationToken ct)
    {
        var (today, acted) = (LegalDay.Today(clock), 0);
        var law = await laws.Current(ct);
        while (true)
        {
            var due = await source.Rows(
                """
                select stream_id, by_unit from supervisions where state = 'open' and reply_by < $1
                order by reply_by, stream_id limit $2
                """,
                r => (Id: r.GetGuid(0), By: r.GetString(1)),
                ct,
                Sql.P(today),
                Sql.P(Batch)
            );
            foreach (var (id, by) in due)
            {
                var done = await journal.Execute(
                    Streams.Supervision,
                    id,
                    new PassSupervisionTo(today, copies.Tree.ParentOf(by, today), law.Law.Calendar),
                    new Metadata(NameBasedId.From(id, $"{today:yyyy-MM-dd}"), nameof(SupervisionSweep)),
                    ct: ct
                );
                acted += done.Events.Count;
            }
            if (due.Count < Batch)
                return acted;
        }
    }
}
