using System.Runtime.InteropServices;
using Mediation.Contracts.Http.Deadlines;
using Mediation.Deadlines.Domain;
using Mediation.EventStore;
using Npgsql;

namespace Mediation.Deadlines.Service;

/// <summary>What another calendar would do to open clocks. Nothing is written. Only clocks that touch the days in question
/// are looked at; the days of most follow from their row, and whoever has an extension and a beginning in common is counted
/// once.</summary>
internal sealed class Suppositions(
    EventJournal journal,
    NpgsqlDataSource source,
    ClockList clocks,
    ClockViews views,
    Rights rights
)
{
    /// <summary>Clocks that a page lists.</summary>
    public const int MostListed = 200;

    private const int StreamsAtOnce = 500;

    private sealed record Open(
        Guid Clock,
        string Unit,
        string Rule,
        DateOnly Version,
        int? Length,
        DateOnly From,
        int ExtendedBy,
        DateOnly Due,
        bool Provisional,
        bool Plain
    );

    private readonly record struct Alike(string Rule, DateOnly Version, int? Length, DateOnly From, int ExtendedBy);

    /// <param name="law">What holds.</param>
    /// <param name="supposed">What would hold.</param>
    /// <param name="units">Whose clocks are counted; those that the caller may read are listed.</param>
    /// <param name="between">First and last of the days on which the calendars differ.</param>
    public async Task<CalendarEffect> Effect(
        CurrentLaw law,
        LegalCalendar supposed,
        string[] units,
        (DateOnly From, DateOnly To) between,
        CancellationToken ct
    )
    {
        var open = await Touching(units, between, ct);
        var found = new Dictionary<Alike, DueDate>();
        var moved = new List<(Open Clock, DueDate Due)>();
        var settled = 0;
        void Compare(Open clock, DueDate due)
        {
            if (due.Date != clock.Due)
                moved.Add((clock, due));
            else if (clock.Provisional && !due.Provisional)
                settled++;
        }

        foreach (var clock in open.Where(c => c.Plain))
        {
            var key = new Alike(clock.Rule, clock.Version, clock.Length, clock.From, clock.ExtendedBy);
            ref var due = ref CollectionsMarshal.GetValueRefOrAddDefault(found, key, out var known);
            if (!known)
                due = StatuteBook.Due(
                    law.Law.Book.Version(clock.Rule, clock.Version),
                    new PeriodFacts(clock.From, null, clock.ExtendedBy),
                    supposed,
                    length: clock.Length
                );
            Compare(clock, due);
        }
        foreach (var some in open.Where(c => !c.Plain).Chunk(StreamsAtOnce))
        {
            var events = (await journal.Read([.. some.Select(c => c.Clock)], ct)).ToLookup(e => e.Stream);
            foreach (var clock in some)
                // It may have ended since it was listed.
                if (
                    Streams.Clock.Fold(clock.Clock, [.. events[clock.Clock]]).State is Clock.Begun begun
                    && begun is Clock.Running or Clock.Passed
                )
                    Compare(
                        clock,
                        StatuteBook.Due(
                            law.Law.Book.Version(begun.Armed.Rule, begun.Version),
                            begun.Known.Period,
                            supposed,
                            length: begun.Armed.Length
                        )
                    );
        }
        var readable = rights.ReadableUnits.ToHashSet(StringComparer.Ordinal);
        var listed = moved
            .Where(m => readable.Contains(m.Clock.Unit))
            .OrderBy(m => m.Clock.Due)
            .ThenBy(m => m.Clock.Clock)
            .Take(MostListed)
            .ToList();
        var rows = await views.ByIds([.. listed.Select(m => m.Clock.Clock)], ct);
        return new(
            [
                .. from m in listed
                where rows.ContainsKey(m.Clock.Clock)
                select new Contracts.Http.Deadlines.MovedClock(
                    ClockViews.Of(rows[m.Clock.Clock], rights.Today, law),
                    m.Due.Date,
                    m.Due.Provisional
                ),
            ],
            moved.Count,
            settled
        );
    }

    private Task<IReadOnlyList<Open>> Touching(
        string[] units,
        (DateOnly From, DateOnly To) between,
        CancellationToken ct
    ) =>
        source.Rows(
            $"""
            select stream_id, unit, rule, iso_day(row ->> 'ruleVersion'), (row ->> 'length')::int,
                   iso_day(row ->> 'from'), (row ->> 'extendedBy')::int, due, provisional, (row ->> 'plain')::boolean
            from {clocks.Table}
            where open and standing <> 'suspended' and unit = any($1) and {Recomputing.Touching("$2", "$3")}
            """,
            r => new Open(
                r.GetGuid(0),
                r.GetString(1),
                r.GetString(2),
                r.GetFieldValue<DateOnly>(3),
                r.IsDBNull(4) ? null : r.GetInt32(4),
                r.GetFieldValue<DateOnly>(5),
                r.GetInt32(6),
                r.GetFieldValue<DateOnly>(7),
                r.GetBoolean(8),
                !r.IsDBNull(9) && r.GetBoolean(9)
            ),
            ct,
            Sql.P(units),
            Sql.P(between.From),
            Sql.P(between.To)
        );
}
