using Mediation.Contracts.Deadlines;
using Mediation.Contracts.Identity;
using Mediation.Kit;

namespace Mediation.Services.Tests.Deadlines;

/// <summary>Clocks over their whole life: told by messages, moved by the passing of time.</summary>
public sealed class LifeTests(DeadlinesHost host) : IClassFixture<DeadlinesHost>
{
    [Fact]
    public async Task A_case_arms_its_clocks_and_acceptance_stops_the_first()
    {
        var told = await Case().Accept(new(2026, 7, 6), new(2026, 7, 7), null);

        (await Standings(told)).ShouldBe([
            "MED_ACCEPT met 2026-07-09",
            "MED_GATE running 2026-07-21",
            "MED_RUN running 2026-07-22",
        ]);
    }

    [Fact]
    public async Task Messages_in_any_order_twice_and_late_leave_the_same_clocks()
    {
        var told = Case(infringed: new(2026, 1, 5));
        var (received, accepted) = (new DateOnly(2026, 7, 1), new DateOnly(2026, 7, 3));
        var applied = told.Applied(received);
        var acceptance = told.Accepted(received, accepted);
        var joined = told.Joined(told.Worker, accepted);
        var failed = told.Failed(told.Worker, new(2026, 7, 7));
        // The claim's stream before the request's, its end first, and the application last and twice.
        foreach (var message in new Contracts.Message[] { failed, joined, acceptance, failed, applied, applied })
            await host.Tell(message);

        string[] expected =
        [
            "ARB_LIMIT running 2027-07-07",
            "MED_ACCEPT met 2026-07-06",
            "MED_GATE cancelled 2026-07-16",
            "MED_RUN met 2026-07-20",
        ];
        await Eventually.True(
            async () => (await Standings(told)).Order().SequenceEqual(expected.Order()),
            "all clocks stand where the facts say"
        );
    }

    [Fact]
    public async Task An_end_that_was_not_met_is_found_followed_up_and_rebutted_by_a_fact_entered_late()
    {
        var (district, street) = await host.NewDistrict();
        var mediator = Guid.CreateVersion7();
        host.Today = DeadlinesHost.FirstDay;
        var told = await Case(street).Accept(host.Today, host.Today, mediator);
        host.Today = new(2026, 7, 30);

        await host.AskWhatIsDue();

        (await Standings(told)).ShouldContain("MED_RUN breached 2026-07-23");
        await Eventually.True(
            async () =>
                await host.Count(
                    $"select count(*) from supervisions where case_id = '{told.Dispute}' and state = 'open' and unit = '{street}' and by_unit = '{district}'"
                ) == 1,
            "the unit above follows the breach up"
        );
        await host.Tell(told.Failed(told.Worker, new(2026, 7, 20)));
        await Eventually.True(
            async () =>
                await host.Count(
                    $"select count(*) from supervisions where case_id = '{told.Dispute}' and state = 'cleared' and row ->> 'ground' = 'rebutted'"
                ) == 1,
            "the supervision is cleared by the fact"
        );
        (await Standings(told)).ShouldContain("MED_RUN rebutted 2026-07-23");
        (
            await host.Count(
                $"select count(*) from mt_events e join clocks c on c.stream_id = e.stream_id where c.case_id = '{told.Dispute}' and e.type = 'clock_breached'"
            )
        ).ShouldBe(1, "the breach stays in the history");
        await Eventually.True(
            () =>
                Task.FromResult(
                    host.Published.OfType<ClockChanged>()
                        .Any(c => c.DisputeId == told.Dispute && c.Standing == ClockStanding.Rebutted)
                ),
            "the others hear of it"
        );
    }

    [Fact]
    public async Task Everybody_who_answers_has_one_letter_a_day_and_the_worker_is_told_of_her_right()
    {
        var (district, street) = await host.NewDistrict();
        var (mediator, head) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await Head(head, district);
        host.Today = DeadlinesHost.FirstDay;
        var first = await Case(street).Accept(host.Today, host.Today, mediator);
        var second = await Case(street).Accept(host.Today, host.Today, mediator);
        await host.Tell(first.Effective(first.Worker, host.Today, new DateOnly(2026, 7, 31)));
        await Eventually.True(
            async () => (await Standings(first)).Contains("AGR_CONFIRM running 2026-08-07"),
            "the agreement's clocks run"
        );
        // Half of the fifteen days.
        host.Today = new(2026, 7, 15);

        await host.AskWhatIsDue();
        await host.AskWhatIsDue();

        foreach (var person in new[] { mediator, head })
            (await host.Count($"select count(*) from warning_letters where person = '{person}'")).ShouldBe(1);
        (
            await host.Count(
                $"select count(*) from warnings w join warning_letters l using (letter_id) where l.person = '{head}' and as_head"
            )
        ).ShouldBeGreaterThanOrEqualTo(2, "both cases stand in the head's letter");
        await Eventually.True(
            () =>
                Task.FromResult(
                    host.Published.OfType<NoticeDue>()
                        .Any(n =>
                            n.DisputeId == first.Dispute
                            && n.PartyId == first.Worker.Party
                            && n.Rule == "AGR_ARB_REVIEW"
                            && n.Due == new DateOnly(2026, 7, 23)
                        )
                ),
            "the worker is told"
        );
        host.Published.OfType<NoticeDue>().ShouldAllBe(n => n.DisputeId != second.Dispute, "a duty is not her right");
    }

    private ToldCase Case(string unit = MemberHost.EastStreet, DateOnly? infringed = null) =>
        new(host, unit) { InfringedOn = infringed };

    private async Task Head(Guid account, string unit)
    {
        await host.Tell(
            new GrantsChanged(
                MemberHost.Source(account, 1, 0),
                account,
                Guid.CreateVersion7(),
                [new(Role.CentreHead, unit)],
                host.Time.GetUtcNow()
            )
        );
        await Eventually.True(
            async () => await host.Count($"select count(*) from staff where stream_id = '{account}'") == 1,
            "the head is known"
        );
    }

    private async Task<IReadOnlyList<string>> Standings(ToldCase told)
    {
        var rows = await host.Database.Rows(
            $"select rule || ' ' || standing || ' ' || coalesce((row ->> 'due'), '-') from clocks where case_id = '{told.Dispute}' order by rule"
        );
        return [.. rows.Select(r => (string)r[0])];
    }
}
