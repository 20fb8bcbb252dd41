using System.Text.Json;
using Mediation.Contracts.Http.Deadlines;
using Mediation.Contracts.Identity;
using Mediation.EventStore;
using Mediation.Kit;

namespace Mediation.Services.Tests.Deadlines;

/// <summary>What-if questions: answered from what stands, and nothing stands otherwise afterwards.</summary>
public sealed class SimulationTests(DeadlinesHost host) : IClassFixture<DeadlinesHost>
{
    [Fact]
    public async Task A_date_is_counted_with_all_that_may_happen_to_it()
    {
        var reader = host.SignIn((Role.IntakeOfficer, MemberHost.EastStreet));
        var asked = new SimulateDate("MED_RUN", new(2026, 9, 16), null, null, 0, []);

        var counted = await Ask<Counted>(reader, "date", asked);
        // Fifteen days end on Thursday 10-01 of the National Day, so on Thursday 10-08.
        counted.Due.ShouldBe(new(2026, 10, 8));
        counted.Steps.ShouldContain(s => s.Kind == "rolledHoliday" && s.Text.Contains("国庆节"));
        (await Ask<Counted>(reader, "date", asked with { ExtendBy = 10 })).Due.ShouldBe(new(2026, 10, 12));
        // The award is signed for on 07-08 or left behind: three working days later.
        var award = new SimulateDate("ARB_SUE_W", new(2026, 7, 8), ServiceMode.LeftBehind, null, 0, []);
        (await Ask<Counted>(reader, "date", award)).DayZero.ShouldBe(new(2026, 7, 13));

        await reader.Refused(
            422,
            "rule_has_no_suspension",
            "/simulate/date",
            asked with
            {
                Suspensions = [new(new(2026, 9, 20), new(2026, 9, 21))],
            }
        );
        await reader.Refused(
            422,
            "rule_not_in_unit",
            "/simulate/date",
            asked with
            {
                Rule = "MED_LOCAL_CY",
                Unit = "110101",
            }
        );
        await reader.Refused(422, "rule_not_yet_in_force", "/simulate/date", asked with { From = new(2000, 1, 1) });
        await reader.Refused(400, "invalid_input", "/simulate/date", asked with { Rule = "NONSENSE" });
        await reader.Refused(400, "invalid_input", "/simulate/date", asked with { From = new(1800, 1, 1) });
        await reader.Refused(400, "invalid_input", "/simulate/date", asked with { ExtendBy = -1 });
    }

    [Fact]
    public async Task Days_off_move_the_clocks_of_the_callers_units_and_change_nothing()
    {
        var (district, street) = await host.NewDistrict();
        var (_, elsewhere) = await host.NewDistrict();
        // Tuesday 07-07: 07-08, 07-09, 07-10. With Thursday off Monday 07-13.
        var moved = (await host.Arm("MED_ACCEPT", new(2026, 7, 7), count: 3, unit: street)).ToHashSet();
        await host.Arm("MED_ACCEPT", new(2026, 7, 7), unit: elsewhere);
        await host.Arm("MED_ACCEPT", new(2026, 9, 1), unit: street);
        var head = host.SignIn((Role.CentreHead, district));
        var before = await host.Count("select count(*) from mt_events");

        var off = await Ask<CalendarEffect>(head, "days", new SimulateDays(district, [new(2026, 7, 9)], []));
        off.Total.ShouldBe(3);
        off.Moved.Select(m => m.Clock.Id).ToHashSet().SetEquals(moved).ShouldBeTrue();
        off.Moved.ShouldAllBe(m => m.NewDue == new DateOnly(2026, 7, 13) && m.Clock.Due == new DateOnly(2026, 7, 10));
        // Saturday and Sunday worked move nothing that ends on the Friday before.
        (
            await Ask<CalendarEffect>(
                head,
                "days",
                new SimulateDays(district, [], [new(2026, 7, 11), new(2026, 7, 12)])
            )
        ).Total.ShouldBe(0);

        (await host.Count("select count(*) from mt_events")).ShouldBe(before);
        await head.Refused(
            403,
            "outside_your_units",
            "/simulate/days",
            new SimulateDays(MemberHost.City, [new(2026, 7, 9)], [])
        );
        await head.Refused(400, "invalid_input", "/simulate/days", new SimulateDays(district, [], []));
        await head.Refused(
            400,
            "invalid_input",
            "/simulate/days",
            new SimulateDays(district, [new(2026, 7, 9)], [new(2026, 7, 9)])
        );
        await host.SignIn((Role.Mediator, street))
            .Refused(403, "role_required", "/simulate/days", new SimulateDays(street, [new(2026, 7, 9)], []));
    }

    [Fact]
    public async Task A_clock_that_was_suspended_and_lengthened_is_supposed_with_all_that_happened_to_it()
    {
        var (district, street) = await host.NewDistrict();
        var id = (await host.Arm("ARB_LIMIT", new(2026, 1, 5), unit: street))[0];
        var journal = host.Provider.GetRequiredService<EventJournal>();
        var law = (await host.Law()).Law;
        await journal.Execute(
            Mediation.Deadlines.Service.Streams.Clock,
            id,
            new Mediation.Deadlines.Domain.RestartClock(id, Guid.CreateVersion7(), new(2026, 7, 6), host.Today, law),
            new Metadata(Guid.CreateVersion7(), "test")
        );
        (await host.Clock(id)).Clock.Computed.Due.ShouldBe(new(2027, 7, 6));
        var head = host.SignIn((Role.CentreHead, district));

        // The year runs anew from the interruption and ends on Tuesday 2027-07-06, so with that day off on Wednesday.
        var effect = await Ask<CalendarEffect>(head, "days", new SimulateDays(district, [new(2027, 7, 6)], []));
        effect.Moved.Single().NewDue.ShouldBe(new(2027, 7, 7));
        (await Ask<CalendarEffect>(head, "days", new SimulateDays(district, [new(2027, 1, 5)], []))).Total.ShouldBe(0);
    }

    [Fact]
    public async Task Absent_people_are_answered_for_by_substitutes_and_heads()
    {
        var (district, street) = await host.NewDistrict();
        var (mediator, substitute, head) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        await host.Tell(
            new GrantsChanged(
                MemberHost.Source(head, 1, 0),
                head,
                head,
                [new RoleGrant(Role.CentreHead, district)],
                host.Time.GetUtcNow()
            )
        );
        var told = await new ToldCase(host, street).Accept(host.Today, host.Today, mediator);
        await Eventually.True(
            async () => await host.Count($"select count(*) from staff where stream_id = '{head}'") == 1,
            "the head is known"
        );
        var city = host.SignIn((Role.CityLegal, MemberHost.City));
        var asked = new SimulateAbsence(street, [mediator], host.Today, host.Today.AddDays(30));
        var before = await host.Count("select count(*) from mt_events");

        var effect = await Ask<AbsenceEffect>(city, "absence", asked);
        effect.Total.ShouldBe(1);
        effect
            .Clocks.Single()
            .ShouldSatisfyAllConditions(
                c => c.Clock.Rule.ShouldBe("MED_RUN"),
                c => c.Clock.CaseId.ShouldBe(told.Dispute),
                c => c.Absent.ShouldBe(mediator),
                c => c.AnswersInstead.ShouldBe(head)
            );
        (await Ask<AbsenceEffect>(city, "absence", asked with { Accounts = [mediator, head] }))
            .Clocks.Single()
            .AnswersInstead.ShouldBeNull();
        (await Ask<AbsenceEffect>(city, "absence", asked with { Accounts = [head] })).Total.ShouldBe(0);
        (await host.Count("select count(*) from mt_events")).ShouldBe(before);

        await host.Tell(
            new AbsenceRecorded(
                MemberHost.Source(mediator, 1, 0),
                mediator,
                Guid.CreateVersion7(),
                substitute,
                host.Today,
                host.Today.AddDays(60)
            )
        );
        await Eventually.True(
            async () => await host.Count($"select count(*) from staff where stream_id = '{mediator}'") == 1,
            "the absence is known"
        );
        (await Ask<AbsenceEffect>(city, "absence", asked)).Clocks.Single().AnswersInstead.ShouldBe(substitute);
        // Her substitute away too: she is the one who is missed, and the head answers.
        var both = (await Ask<AbsenceEffect>(city, "absence", asked with { Accounts = [mediator, substitute] }));
        both.Clocks.Single()
            .ShouldSatisfyAllConditions(c => c.Absent.ShouldBe(substitute), c => c.AnswersInstead.ShouldBe(head));
        await city.Refused(400, "invalid_input", "/simulate/absence", asked with { Accounts = [] });
        await city.Refused(400, "invalid_input", "/simulate/absence", asked with { To = host.Today.AddDays(-1) });
    }

    private static async Task<T> Ask<T>(Person person, string what, object question)
    {
        var response = await person.Post($"/simulate/{what}", question);
        var text = await response.Content.ReadAsStringAsync();
        response.IsSuccessStatusCode.ShouldBeTrue(text);
        return JsonSerializer.Deserialize<T>(text, EventTypes.Json)!;
    }
}
