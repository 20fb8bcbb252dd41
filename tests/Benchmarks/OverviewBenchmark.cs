using System.Diagnostics;
using Mediation.Contracts.Http;
using Mediation.Contracts.Http.Deadlines;
using Mediation.Contracts.Identity;
using Mediation.Kit;
using Mediation.Services.Tests;
using Mediation.Services.Tests.Deadlines;

namespace Mediation.Benchmarks;

/// <summary>时限总览 over a million open clocks of seventeen districts and their streets, over HTTP, as the city sees it, and
/// the list behind one of its numbers.</summary>
internal static class OverviewBenchmark
{
    private const int Clocks = 1_000_000;
    private const int Districts = 17;
    private const int Streets = 20;
    private const int PerRound = 40;
    private const double TailAtMost = 100;

    public static async Task Run(Report report, int rounds)
    {
        await using var host = new DeadlinesHost();
        await host.InitializeAsync();
        await host.Arm("MED_RUN", DeadlinesHost.FirstDay);
        await host.Database.Plant(Multiply(host.Today));
        await Eventually.True(
            async () => await host.Count("select count(*) from org_unit_facts") > Districts * Streets,
            "the tree stands"
        );
        await host.Provider.GetRequiredService<Hosting.Authentication.AccessCopies>().Refresh(default);
        var city = host.SignIn((Role.CityLegal, MemberHost.City));
        var (overview, list) = (new List<double>(), new List<double>());
        var counted = await city.Get<DeadlineOverview>("/overview");
        var sum = counted.Total;
        var open = sum.Overdue + sum.Today + sum.Within3 + sum.Within7 + sum.Later + sum.Suspended;
        if (open < Clocks)
            throw new InvalidOperationException($"Only {open} clocks are counted.");
        for (var round = 0; round <= rounds; round++)
        for (var n = 0; n < PerRound; n++)
        {
            var times = (await Timed(() => city.Get<DeadlineOverview>("/overview")), await Timed(List));
            // The first round warms up.
            if (round == 0)
                continue;
            overview.Add(times.Item1);
            list.Add(times.Item2);
        }
        report.Limit(
            $"时限总览 of the city over {Clocks:N0} open clocks, p95",
            new Figures(overview).Quantile(0.95),
            TailAtMost
        );
        report.Row(
            "list behind one of its numbers, p95",
            string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"{new Figures(list).Quantile(0.95):N1} ms"
            )
        );

        Task<Page<ClockView>> List() => city.Get<Page<ClockView>>("/clocks?band=today&unit=110200");
    }

    private static async Task<double> Timed<T>(Func<Task<T>> ask)
    {
        var watch = Stopwatch.StartNew();
        await ask();
        return watch.Elapsed.TotalMilliseconds;
    }

    // Last days lie from ten days ago to a year ahead; three people of each street answer for them.
    private static string Multiply(DateOnly today) =>
        $"""
            insert into org_unit_facts (code, version, from_day, name, parent, closes)
            select '110' || (200 + d), 1, date '2000-01-01', 'D', '{MemberHost.City}', false from generate_series(0, {Districts
            - 1}) d
            union all
            select '110' || (200 + d) || lpad(s::text, 3, '0'), 1, date '2000-01-01', 'S', '110' || (200 + d), false
            from generate_series(0, {Districts - 1}) d, generate_series(1, {Streets}) s;
            create temp table many as
            select gen_random_uuid() as id, n, gen_random_uuid() as root,
                   '110' || (200 + n % {Districts}) || lpad((1 + n / {Districts} % {Streets})::text, 3, '0') as unit,
                   '{today:yyyy-MM-dd}'::date - 10 + (n::bigint * 7919 % 375)::int as due
            from generate_series(1, {Clocks}) n;
            insert into cases (stream_id, version, row)
            select root, 1, jsonb_build_object('caseId', root, 'unit', unit, 'caseNumber', 'N' || n,
                   'responsible', md5(unit || n % 3)::uuid) from many;
            insert into clocks (stream_id, version, row)
            select s.id, 1, o.row || jsonb_build_object(
                'clockId', s.id, 'unit', s.unit, 'due', s.due,
                'type', case when n % 3 = 0 then 'right' else 'duty' end,
                'standing', case when s.due < '{today:yyyy-MM-dd}' then 'breached' else 'running' end,
                'subject', jsonb_build_object('root', s.root, 'of', s.root),
                'wakes', greatest(s.due, '{today:yyyy-MM-dd}') + 1)
            from many s, (select row from clocks limit 1) o;
            insert into clock_counts (due, unit, type, person, clocks)
            select d.due, c.unit, c.type, (f.row ->> 'responsible')::uuid, count(*)
            from clocks c join cases f on f.stream_id = c.case_id
            cross join lateral (values (c.due), ('-infinity'::date)) d (due)
            group by d.due, c.unit, c.type, (f.row ->> 'responsible')::uuid;
            analyze clocks; analyze cases; analyze clock_counts
            """;
}
