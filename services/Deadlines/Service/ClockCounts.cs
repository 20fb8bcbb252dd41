using Mediation.Deadlines.Domain;
using Mediation.EventStore;
using Npgsql;

namespace Mediation.Deadlines.Service;

/// <summary>Counts open clocks by unit, responsible person, type and last day. A clock that changed is looked at as it
/// stands and counted instead of what was counted of it before, so that no event is counted twice and none is missed.</summary>
internal sealed class ClockCounts : Subscription
{
    /// <summary>Who is counted where nobody is appointed.</summary>
    public static readonly Guid Nobody = Guid.Empty;

    private static readonly string[] Statements =
    [
        "delete from clock_counting",
        $"""
            insert into clock_counting
            select c.stream_id, c.open, c.case_id, coalesce(c.due, 'infinity'), c.unit, c.type,
                   coalesce(f.responsible, '{Nobody}')
            from clocks c left join cases f on f.stream_id = c.case_id
            where c.row is not null
              and (c.stream_id = any($1)
                   or c.case_id = any($2) and (c.open or exists (select 1 from clock_counted k where k.clock_id = c.stream_id)))
            """,
        """
            insert into clock_counts as t (due, unit, type, person, clocks)
            select due, unit, type, person, sum(n) from (
                select d.due, k.unit, k.type, k.person, -1 as n
                from clock_counted k join clock_counting using (clock_id)
                cross join lateral (values (k.due), ('-infinity'::date)) d (due)
                union all
                select d.due, c.unit, c.type, c.person, 1
                from clock_counting c cross join lateral (values (c.due), ('-infinity'::date)) d (due) where c.open
            ) changes group by due, unit, type, person having sum(n) <> 0
            on conflict (due, unit, type, person) do update set clocks = t.clocks + excluded.clocks
            """,
        "delete from clock_counts where clocks = 0",
        "delete from clock_counted k using clock_counting c where k.clock_id = c.clock_id and not c.open",
        """
            insert into clock_counted (clock_id, case_id, due, unit, type, person)
            select clock_id, case_id, due, unit, type, person from clock_counting where open
            on conflict (clock_id) do update set case_id = excluded.case_id, due = excluded.due, unit = excluded.unit,
                type = excluded.type, person = excluded.person
            """,
        "insert into clock_counted_at (at) values (now()) on conflict (one) do update set at = excluded.at",
    ];

    public override string Name => "ClockCounts:All";

    public override void Write(IReadOnlyList<StoredEvent> page, NpgsqlBatch batch)
    {
        Guid[] clocks = [.. page.Where(e => e.Data is IClockEvent).Select(e => e.Stream).Distinct()];
        Guid[] cases = [.. page.Where(e => e.Data is ResponsibilityNoted).Select(e => e.Stream).Distinct()];
        if (clocks.Length + cases.Length == 0)
            return;
        foreach (var statement in Statements)
        {
            var command = new NpgsqlBatchCommand(statement);
            if (statement.Contains("$1", StringComparison.Ordinal))
            {
                command.Parameters.Add(Sql.P(clocks));
                command.Parameters.Add(Sql.P(cases));
            }
            batch.BatchCommands.Add(command);
        }
    }
}
