using Mediation.Contracts.Deadlines;
using Mediation.Contracts.Http.Deadlines;
using Mediation.Contracts.Identity;
using Mediation.Deadlines.Service;
using Mediation.Kit;

namespace Mediation.Services.Tests.Deadlines;

/// <summary>The sweep, by several processes and through outages.</summary>
public sealed class SweepTests(DeadlinesHost host) : IClassFixture<DeadlinesHost>
{
    private const int Many = 100_000;
    private const int Days = 50;

    // A unit that no other test counts in.
    private const string Unit = "110101099";

    [Fact]
    public async Task Two_sweeps_at_the_same_moment_tell_each_clock_once()
    {
        host.Today = DeadlinesHost.FirstDay;
        var clocks = await host.Arm("AGR_CONFIRM", host.Today, 2_000);
        host.Today = host.Today.AddDays(60);
        var sweep = host.Provider.GetRequiredService<Sweep>();

        var acted = await Task.WhenAll(sweep.Run(CancellationToken.None), sweep.Run(CancellationToken.None));

        (await Told(clocks, "clock_lapsed")).ShouldBe((2_000, 1));
        acted.Sum().ShouldBeGreaterThanOrEqualTo(2_000);
        (await sweep.Run(CancellationToken.None)).ShouldBe(0, "nothing is left that the time could do");
        var status = await host.SignIn((Role.Administrator, MemberHost.City)).Get<SweepStatus>("/sweeps");
        (status.Waiting, status.Since).ShouldBe((0, null));
        status
            .Runs.Where(r => r.Clocks >= 1000)
            .Max(r => r.DaysLate)
            .ShouldBeGreaterThanOrEqualTo(
                60 - 15,
                "it says how late it was: half time was the first day on which something was to be done"
            );
    }

    [Fact]
    public async Task Of_two_processes_one_is_killed_and_then_the_other_and_each_of_many_clocks_acts_once()
    {
        // The processes live today; what ended in spring is long due for them.
        var law = (await host.Law()).Law;
        await host.Stop();
        var clocks = new List<Guid>();
        await using (var idle = host.Make().Build())
            for (var day = 0; day < Days; day++)
                clocks.AddRange(
                    await host.Arm(
                        "AGR_CONFIRM",
                        new DateOnly(2026, 3, 2).AddDays(day),
                        Many / Days,
                        Unit,
                        law,
                        services: idle.Services
                    )
                );
        var planted = await host.Count("select max(seq_id) from mt_events");
        // That they began was told long ago; what is looked at is that they end.
        await host.Database.Plant(
            $"update mt_event_progression set last_seq_id = {planted} where name <> 'AuditChain:All'"
        );
        try
        {
            await using var one = ServiceProcess.Start(host);
            await using var two = ServiceProcess.Start(host);
            await Reached(Many / 10);
            one.Kill();
            await Reached(Many / 3);
            await using var three = ServiceProcess.Start(host);
            await Eventually.True(three.Healthy, "the third process serves", TimeSpan.FromSeconds(60));
            two.Kill();
            // Numbers of the log have gaps; at the end the open clocks themselves are asked for, by their index.
            await Reached(Many * 98 / 100);
            await Eventually.True(
                async () =>
                    await host.Count(
                        $"select count(*) from (select 1 from clocks where rule = 'AGR_CONFIRM' and unit = '{Unit}' and open limit 1) c"
                    ) == 0,
                "all clocks have acted",
                TimeSpan.FromSeconds(120)
            );
        }
        finally
        {
            await host.Start();
        }

        (await Told(clocks, "clock_lapsed")).ShouldBe((Many, 1));

        // Every clock that acts appends one event; counting the clocks themselves, again and again, would slow what is
        // waited for.
        async Task Reached(int acted) =>
            await Eventually.True(
                async () => await host.Count("select max(seq_id) from mt_events") - planted >= acted,
                $"{acted} clocks have acted",
                TimeSpan.FromSeconds(240)
            );
    }

    [Fact]
    public async Task What_falls_due_while_the_broker_is_away_is_told_when_it_is_back()
    {
        host.Today = DeadlinesHost.FirstDay;
        var told = await new ToldCase(host, MemberHost.EastStreet).Accept(host.Today, host.Today, null);
        await host.Tell(told.Effective(told.Worker, host.Today, new DateOnly(2026, 7, 31)));
        await Eventually.True(
            async () =>
                await host.Count(
                    $"select count(*) from clocks where case_id = '{told.Dispute}' and rule = 'AGR_ARB_REVIEW'"
                ) == 1,
            "the clock runs"
        );
        host.Today = new(2026, 7, 15);
        await using (host.WithoutBroker())
        {
            await host.AskWhatIsDue();
            (
                await host.Count(
                    $"select count(*) from clocks where case_id = '{told.Dispute}' and row ->> 'warnedOn' is not null"
                )
            ).ShouldBeGreaterThan(0, "the clock warned without a broker");
            host.Published.OfType<NoticeDue>().ShouldAllBe(n => n.DisputeId != told.Dispute);
        }
        await Eventually.True(
            () => Task.FromResult(host.Published.OfType<NoticeDue>().Any(n => n.DisputeId == told.Dispute)),
            "the notice arrives afterwards",
            TimeSpan.FromSeconds(90)
        );
        host.Published.OfType<NoticeDue>().Count(n => n.DisputeId == told.Dispute).ShouldBe(1);
    }

    /// <summary>How many of the clocks have such an event, and how many times at most one of them.</summary>
    private async Task<(int Clocks, int MostOfOne)> Told(IReadOnlyList<Guid> clocks, string name)
    {
        var known = clocks.ToHashSet();
        var rows = await host.Database.Rows(
            $"select stream_id, count(*)::int from mt_events where type = '{name}' group by stream_id"
        );
        var mine = rows.Where(r => known.Contains((Guid)r[0])).Select(r => (int)r[1]).ToList();
        return (mine.Count, mine.Max());
    }
}
