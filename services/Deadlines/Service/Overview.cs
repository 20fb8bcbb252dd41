using Mediation.Contracts.Http.Deadlines;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Npgsql;

namespace Mediation.Deadlines.Service;

/// <summary>时限总览: open clocks in bands, by unit and by person, from counters by last day; a million clocks are some
/// thousand rows.</summary>
internal sealed class Overview(Rights rights, NpgsqlDataSource source)
{
    private const int MostPersons = 200;

    /// <summary>Sums of the bands over rows of the counters, as <see cref="BandsOf"/> reads them.</summary>
    private const string Bands = """
        coalesce(sum(clocks) filter (where due > '-infinity' and due < $3), 0)::int,
        coalesce(sum(clocks) filter (where due = $3), 0)::int,
        coalesce(sum(clocks) filter (where due > $3 and due <= $3 + 3), 0)::int,
        coalesce(sum(clocks) filter (where due > $3 + 3 and due <= $3 + 7), 0)::int,
        coalesce(sum(clocks) filter (where due = 'infinity'), 0)::int,
        coalesce(sum(clocks) filter (where due = '-infinity'), 0)::int
        """;

    /// <summary>What lies far ahead is in the sum of all days alone.</summary>
    private const string Near = "unit = any($1) and type = any($2) and (due <= $3 + 7 or due = 'infinity')";

    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet(
                "/overview",
                (string? unit, string? type, Overview overview, CancellationToken ct) => overview.Get(unit, type, ct)
            )
            .RequireRole(Rights.OverviewReaders);

    /// <summary>Types of rules that the bands speak of: what is ours to do and what a party may lose.</summary>
    public static string[] Types(Contracts.Deadlines.RuleType? type) =>
        type is { } one
            ? [one.Code()]
            : [Contracts.Deadlines.RuleType.Duty.Code(), Contracts.Deadlines.RuleType.Right.Code()];

    private async Task<DeadlineOverview> Get(string? asked, string? type, CancellationToken ct)
    {
        var ruleType = QueryWord.Of<Contracts.Deadlines.RuleType>(type, "type");
        var mine = rights.OverviewUnits.ToHashSet(StringComparer.Ordinal);
        var unit = asked ?? rights.Highest(mine) ?? throw Problem.Forbidden("outside_your_units");
        if (!mine.Contains(unit))
            throw Problem.Forbidden("outside_your_units");
        var today = rights.Today;
        var within = rights.Within(unit);
        var types = Types(ruleType);
        // One look at the counters for both: of a whole city they are some ten thousand rows.
        var sums = await source.Rows(
            $"select unit, person, {Bands} from clock_counts where {Near} group by unit, person",
            r => (Unit: r.GetString(0), Person: r.GetGuid(1), Counts: BandsOf(r, 2)),
            ct,
            Sql.P(within),
            Sql.P(types),
            Sql.P(today)
        );
        var byUnit = sums.GroupBy(s => s.Unit, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => Sum(g.Select(s => s.Counts)), StringComparer.Ordinal);
        var persons = sums.GroupBy(s => s.Person)
            .Select(g => (Person: g.Key, Counts: Sum(g.Select(s => s.Counts))))
            .OrderByDescending(p => (p.Counts.Overdue, p.Counts.Today, p.Counts.Within3, p.Counts.Within7))
            .ThenBy(p => p.Person)
            .Take(MostPersons)
            .Select(p => new PersonBands(p.Person == ClockCounts.Nobody ? null : p.Person, p.Counts))
            .ToList();
        var at = await source.Rows("select at from clock_counted_at", r => r.GetFieldValue<DateTimeOffset>(0), ct);
        return new(
            unit,
            today,
            ruleType,
            Sum(byUnit.Values),
            [.. Below(unit, within, byUnit, today)],
            persons,
            at.Count > 0 ? at[0] : null
        );
    }

    private IEnumerable<UnitBands> Below(
        string unit,
        string[] within,
        Dictionary<string, BandCounts> byUnit,
        DateOnly today
    )
    {
        yield return new(unit, true, byUnit.GetValueOrDefault(unit) ?? Sum([]));
        foreach (
            var child in within
                .Where(u => rights.Tree.ParentOf(u, today) == unit && rights.Tree.IsOpen(u, today))
                .Order(StringComparer.Ordinal)
        )
            yield return new(
                child,
                false,
                Sum(rights.Within(child).Select(u => byUnit.GetValueOrDefault(u)).OfType<BandCounts>())
            );
    }

    private static BandCounts Sum(IEnumerable<BandCounts> counts) =>
        counts.Aggregate(
            new BandCounts(0, 0, 0, 0, 0, 0),
            (a, b) =>
                new(
                    a.Overdue + b.Overdue,
                    a.Today + b.Today,
                    a.Within3 + b.Within3,
                    a.Within7 + b.Within7,
                    a.Later + b.Later,
                    a.Suspended + b.Suspended
                )
        );

    private static BandCounts BandsOf(NpgsqlDataReader r, int at)
    {
        var (overdue, today, within3, within7) = (
            r.GetInt32(at),
            r.GetInt32(at + 1),
            r.GetInt32(at + 2),
            r.GetInt32(at + 3)
        );
        var (suspended, all) = (r.GetInt32(at + 4), r.GetInt32(at + 5));
        return new(overdue, today, within3, within7, all - overdue - today - within3 - within7 - suspended, suspended);
    }
}
