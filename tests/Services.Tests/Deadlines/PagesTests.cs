using System.Net;
using System.Text;
using Mediation.Contracts;
using Mediation.Contracts.Deadlines;
using Mediation.Contracts.Http;
using Mediation.Contracts.Http.Deadlines;
using Mediation.Contracts.Identity;
using Mediation.EventStore;
using Mediation.Kit;

namespace Mediation.Services.Tests.Deadlines;

/// <summary>What people see of clocks and do with them, over HTTP.</summary>
public sealed class PagesTests(DeadlinesHost host) : IClassFixture<DeadlinesHost>
{
    [Fact]
    public async Task A_date_explains_itself_and_is_lengthened_when_both_agreed()
    {
        var (mediator, told) = await Accepted(newForm: true);
        var clock = await Clock(mediator, told, "MED_RUN");
        clock.Due.ShouldBe(new(2026, 7, 23));
        clock.CalendarDaysLeft.ShouldBe(15);
        clock.WorkingDaysLeft.ShouldBe(11);
        var page = await mediator.Get<ClockDetails>($"/clocks/{clock.Id}");
        page.Counting!.Steps.Count(s => s.Count is not null).ShouldBe(15);
        page.Counting.Steps[^1].Day.ShouldBe(clock.Due!.Value);
        page.Counting.Article.ShouldContain("第29条");
        page.Rule.MissedZh.ShouldContain("视为调解不成");
        page.ExtensionBy.ShouldBe("bothParties");
        page.ExtensionCap.ShouldBe(15, "new forms of employment have a cap in Beijing");
        page.Actions.Single(a => a.Action == "extend").Allowed.ShouldBeTrue();
        var paper = await Paper(mediator, told);
        ExtendClocks Ask(int by, DateOnly? employer, Guid document) =>
            new([new(clock.Id, clock.Version)], by, host.Today, employer, null, document);
        var path = $"/cases/{told.Dispute}/clocks/extend";

        await mediator.Refused(422, "extension_without_both_consents", path, Ask(10, null, paper));
        await mediator.Refused(422, "extension_over_cap", path, Ask(16, host.Today, paper));
        await mediator.Refused(400, "invalid_input", path, Ask(10, host.Today.AddDays(1), paper));
        await mediator.Refused(404, "content_not_found", path, Ask(10, host.Today, Guid.CreateVersion7()));
        await mediator.Do(path, Ask(15, host.Today, paper));

        var after = await mediator.Get<ClockDetails>($"/clocks/{clock.Id}");
        after.Clock.Due.ShouldBe(new(2026, 8, 7));
        after.Clock.ExtendedBy.ShouldBe(15);
        after
            .History[^1]
            .ShouldSatisfyAllConditions(
                h => h.Event.ShouldBe("clock_extended"),
                h => h.Account.ShouldBe(mediator.Account),
                h => h.Document.ShouldBe(paper)
            );
        (await mediator.Post(path, Ask(1, host.Today, paper))).StatusCode.ShouldBe(
            HttpStatusCode.PreconditionFailed,
            "somebody who saw the old date decides on nothing"
        );
        var file = await mediator.Client.GetAsync($"/cases/{told.Dispute}/contents/{paper}");
        file.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task What_no_message_tells_is_recorded_by_hand()
    {
        var (mediator, told) = await Accepted();
        await host.Tell(told.Effective(told.Worker, host.Today, new DateOnly(2026, 7, 31)));
        var review = await Eventually.Get(
            async () => (await Clocks(mediator, told)).FirstOrDefault(c => c.Rule == "AGR_ARB_REVIEW"),
            c => c is not null,
            "the joint review can be applied for"
        );
        var page = await mediator.Get<ClockDetails>($"/clocks/{review!.Id}");
        page.Recordable.Select(r => r.Fact).ShouldBe(["reviewAccepted", "reviewRefused", "confirmationAccepted"]);

        var path = $"/clocks/{review.Id}/record";
        await mediator.Refused(
            400,
            "invalid_input",
            path,
            new RecordClockFact("agreementEffective", host.Today, null),
            review.Version
        );
        await mediator.Refused(400, "version_missing", path, new RecordClockFact("reviewAccepted", host.Today, null));
        await mediator.Do(path, new RecordClockFact("reviewAccepted", host.Today, null), review.Version);

        (await Clock(mediator, told, "AGR_ARB_REVIEW")).Standing.ShouldBe(ClockStanding.Met);
        // The end of the review window is no end of the other.
        (await Clock(mediator, told, "AGR_CONFIRM")).Standing.ShouldBe(ClockStanding.Running);
    }

    [Fact]
    public async Task A_limitation_stands_still_for_an_obstacle_and_goes_on()
    {
        var (mediator, told) = await Accepted(infringed: new(2026, 6, 1));
        var limit = await Clock(mediator, told, "ARB_LIMIT");
        limit.Due.ShouldBe(new(2027, 7, 8), "interrupted by the application");
        await mediator.Do(
            $"/clocks/{limit.Id}/suspend",
            new SuspendPeriod(SuspensionCause.ForceMajeure, host.Today, null),
            limit.Version
        );
        var still = await Clock(mediator, told, "ARB_LIMIT");
        still.ShouldSatisfyAllConditions(
            c => c.Standing.ShouldBe(ClockStanding.Suspended),
            c => c.Due.ShouldBeNull(),
            c => c.CalendarDaysLeft.ShouldBeNull()
        );
        await mediator.Refused(
            422,
            "clock_suspended",
            $"/clocks/{limit.Id}/suspend",
            new SuspendPeriod(SuspensionCause.Other, host.Today, null),
            still.Version
        );
        // What falls into the period moves its end: the first day stood still, being day zero, does not.
        host.Today = host.Today.AddDays(1);
        await mediator.Do($"/clocks/{limit.Id}/resume", new ResumePeriod(host.Today), still.Version);
        (await Clock(mediator, told, "ARB_LIMIT")).Due.ShouldBe(new(2027, 7, 9));
        await mediator.Refused(
            422,
            "rule_has_no_suspension",
            $"/clocks/{(await Clock(mediator, told, "MED_RUN")).Id}/suspend",
            new SuspendPeriod(SuspensionCause.Other, host.Today, null),
            (await Clock(mediator, told, "MED_RUN")).Version
        );
    }

    [Fact]
    public async Task A_clock_of_another_unit_does_not_exist_and_a_supervisor_moves_none()
    {
        var (mediator, told) = await Accepted();
        var clock = await Clock(mediator, told, "MED_RUN");
        var stranger = host.SignIn((Role.CentreHead, "110101"));
        var (elsewhere, _) = await host.NewDistrict();
        var outside = host.SignIn((Role.CentreHead, elsewhere));
        var supervisor = host.SignIn((Role.Supervisor, MemberHost.City));

        (await outside.Client.GetAsync($"/clocks/{clock.Id}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await outside.Client.GetAsync($"/cases/{told.Dispute}/clocks")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await stranger.Client.GetAsync($"/clocks/{clock.Id}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await supervisor.Get<ClockDetails>($"/clocks/{clock.Id}")).Actions.ShouldAllBe(a => !a.Allowed);
        await supervisor.Refused(
            403,
            "role_required",
            $"/clocks/{clock.Id}/suspend",
            new SuspendPeriod(SuspensionCause.Other, host.Today, null),
            clock.Version
        );
        var unknown = await mediator.Get<Contracts.Http.Deadlines.CaseClocks>($"/cases/{Guid.CreateVersion7()}/clocks");
        unknown.Known.ShouldBeFalse();
    }

    [Fact]
    public async Task Every_number_of_the_overview_opens_into_its_clocks()
    {
        var (mediator, told) = await Accepted();
        var (unit, district) = (told.Unit, told.Unit[..6]);
        var head = host.SignIn((Role.CentreHead, district));
        // Another case nobody is appointed to, which ends earlier.
        host.Today = DeadlinesHost.FirstDay.AddDays(-10);
        await new ToldCase(host, unit).Accept(host.Today, host.Today, null);
        host.Today = DeadlinesHost.FirstDay;

        var overview = await Eventually.Get(
            () => head.Get<DeadlineOverview>($"/overview?unit={district}&type=duty"),
            o => Sum(o.Total) == 2,
            "both are counted"
        );

        overview.Total.ShouldBe(new BandCounts(0, 0, 0, 1, 1, 0));
        overview.Units.Single(u => u.Unit == unit).Counts.ShouldBe(overview.Total);
        overview
            .Units.Single(u => u.Own)
            .ShouldSatisfyAllConditions(u => u.Unit.ShouldBe(district), u => Sum(u.Counts).ShouldBe(0));
        overview.Persons.Single(p => p.Account == mediator.Account).Counts.Later.ShouldBe(1);
        overview.Persons.Single(p => p.Account is null).Counts.Within7.ShouldBe(1);
        foreach (
            var (query, expected) in new[]
            {
                ($"unit={district}&band=within7&type=duty", 1),
                ($"unit={district}&band=later&type=duty&person={mediator.Account}", 1),
                ($"unit={district}&band=within7&type=duty&nobody=true", 1),
                ($"unit={district}&own=true&band=later", 0),
                ($"unit={district}&type=gate&standing=running", 2),
            }
        )
            (await head.Get<Page<ClockView>>($"/clocks?{query}")).Total.ShouldBe(expected, query);
        var month = await head.Get<DeadlineMonth>($"/month?unit={district}&month=2026-07");
        month.Days.Count.ShouldBe(31);
        month.Days.Single(d => d.Day == new DateOnly(2026, 7, 23)).Rules["MED_RUN"].ShouldBe(1);
        month.Days.Single(d => d.Day == new DateOnly(2026, 7, 11)).Kind.ShouldBe("weekend");
        var sheet = await head.Client.GetAsync($"/clocks.xlsx?unit={district}");
        sheet.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await sheet.Content.ReadAsByteArrayAsync())[..2].ShouldBe("PK"u8.ToArray());
        (await head.Client.GetAsync("/overview?unit=110000")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_breach_is_answered_sent_back_answered_again_and_cleared_by_another()
    {
        var (mediator, told) = await Accepted();
        var district = told.Unit[..6];
        var head = host.SignIn((Role.CentreHead, district));
        var supervision = await Breached(told);
        await head.Refused(
            422,
            "supervision_without_reply",
            $"/supervisions/{supervision}/clear",
            new ClearSupervision(false),
            (await head.Get<SupervisionView>($"/supervisions/{supervision}")).Version
        );
        (await mediator.Get<Worklist>("/worklist")).Items.ShouldContain(i =>
            i.Id == supervision && i.Kind == "supervisionToReply"
        );
        await Say(mediator, supervision, "reply", "等候用人单位证据。");
        (await head.Get<Worklist>("/worklist")).Counts["supervisionToClear"].ShouldBeGreaterThanOrEqualTo(1);
        await Say(head, supervision, "send-back", "请写明何时办结。");
        await Say(mediator, supervision, "reply", "本周内办结。");
        var page = await head.Get<SupervisionView>($"/supervisions/{supervision}");
        page.History.Select(h => h.Text)
            .OfType<string>()
            .ShouldBe(["等候用人单位证据。", "请写明何时办结。", "本周内办结。"]);
        await head.Refused(
            422,
            "supervision_duty_open",
            $"/supervisions/{supervision}/clear",
            new ClearSupervision(false),
            page.Version
        );
        await host.Tell(told.Failed(told.Worker, host.Today));
        page = await Eventually.Get(
            () => head.Get<SupervisionView>($"/supervisions/{supervision}"),
            v => v.Row.DutyDone,
            "what had been due is done"
        );
        page.Actions.Single(a => a.Action == "clear").Allowed.ShouldBeTrue();
        await mediator.Refused(
            403,
            "role_required",
            $"/supervisions/{supervision}/clear",
            new ClearSupervision(false),
            page.Version
        );
        await head.Do($"/supervisions/{supervision}/clear", new ClearSupervision(false), page.Version);

        var cleared = await head.Get<SupervisionView>($"/supervisions/{supervision}");
        cleared.Row.State.ShouldBe(SupervisionState.Cleared);
        cleared.Ground.ShouldBe("remedied");
        (await head.Get<Page<SupervisionRow>>($"/supervisions?side=by&unit={told.Unit}")).Total.ShouldBe(1);
        (await host.Count("select count(*) from mt_events where data::text like '%用人单位证据%'")).ShouldBe(
            0,
            "what people write is content, not an event"
        );
    }

    [Fact]
    public async Task Without_a_reply_the_city_takes_over_from_the_district()
    {
        var (_, told) = await Accepted();
        var supervision = await Breached(told);
        var city = host.SignIn((Role.CityLegal, MemberHost.City));
        var before = await city.Get<SupervisionView>($"/supervisions/{supervision}");
        before.Row.By.ShouldBe(told.Unit[..6]);
        host.Today = before.Row.ReplyBy!.Value.AddDays(1);

        await host.AskWhatIsDue();

        var after = await city.Get<SupervisionView>($"/supervisions/{supervision}");
        after.Row.By.ShouldBe(MemberHost.City);
        after.Row.ReplyBy!.Value.ShouldBeGreaterThan(host.Today);
        after.History[^1].Event.ShouldBe("supervision_escalated");
    }

    [Fact]
    public async Task The_feed_shows_case_number_and_action_to_whoever_has_its_address_until_it_is_revoked()
    {
        var (mediator, told) = await Accepted();
        using var nobody = new HttpClient { BaseAddress = host.Address };
        (await mediator.Get<FeedState>("/me/feed")).Exists.ShouldBeFalse();
        var made = await Made(mediator);
        var calendar = await nobody.GetStringAsync($"/feeds/{made.Token}.ics");

        calendar.ShouldContain(told.CaseNumber);
        calendar.ShouldContain("DTSTART;VALUE=DATE:20260723");
        calendar.ShouldContain("调解期限");
        calendar.Split("\r\n").ShouldAllBe(l => Encoding.UTF8.GetByteCount(l) <= 75);
        calendar.ShouldNotContain(told.Worker.Party.ToString("N"));
        (
            await host.Count($"select count(*) from calendar_feeds where encode(token, 'escape') like '%{made.Token}%'")
        ).ShouldBe(0, "only its hash is kept");
        var again = await Made(mediator);
        (await nobody.GetAsync($"/feeds/{made.Token}.ics")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await nobody.GetAsync($"/feeds/{again.Token}.ics")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await mediator.Post("/me/feed/revoke", null)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await nobody.GetAsync($"/feeds/{again.Token}.ics")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    private static async Task<FeedCreated> Made(Person person)
    {
        var answer = await person.Post("/me/feed", null);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return System.Text.Json.JsonSerializer.Deserialize<FeedCreated>(
            await answer.Content.ReadAsStringAsync(),
            EventTypes.Json
        )!;
    }

    private async Task<(Person Mediator, ToldCase Told)> Accepted(bool newForm = false, DateOnly? infringed = null)
    {
        host.Today = DeadlinesHost.FirstDay;
        var (_, street) = await host.NewDistrict();
        var mediator = host.SignIn((Role.Mediator, street));
        var told = new ToldCase(host, street, newForm: newForm) { InfringedOn = infringed };
        await told.Accept(host.Today, host.Today, mediator.Account);
        return (mediator, told);
    }

    private async Task<Guid> Breached(ToldCase told)
    {
        host.Today = new(2026, 7, 24);
        await host.AskWhatIsDue();
        var found = await Eventually.Get(
            () => host.Database.Rows($"select stream_id from supervisions where case_id = '{told.Dispute}'"),
            rows => rows.Count == 1,
            "the breach is followed up"
        );
        return (Guid)found[0][0];
    }

    private static async Task Say(Person person, Guid supervision, string what, string text) =>
        await person.Do(
            $"/supervisions/{supervision}/{what}",
            new SupervisionText(text),
            (await person.Get<SupervisionView>($"/supervisions/{supervision}")).Version
        );

    private static async Task<Guid> Paper(Person person, ToldCase told)
    {
        using var form = new MultipartFormDataContent();
        var bytes = Encoding.ASCII.GetBytes($"%PDF-1.7\n{Guid.NewGuid()}\n%%EOF");
        form.Add(new ByteArrayContent(bytes), "file", "consent.pdf");
        var response = await person.Post($"/cases/{told.Dispute}/files", form);
        var text = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        return System.Text.Json.JsonSerializer.Deserialize<ContentReference>(text, EventTypes.Json)!.ContentId;
    }

    private static async Task<IReadOnlyList<ClockView>> Clocks(Person person, ToldCase told) =>
        (await person.Get<Contracts.Http.Deadlines.CaseClocks>($"/cases/{told.Request}/clocks")).Clocks;

    private static async Task<ClockView> Clock(Person person, ToldCase told, string rule) =>
        (await Clocks(person, told)).Single(c => c.Rule == rule);

    private static int Sum(BandCounts c) => c.Overdue + c.Today + c.Within3 + c.Within7 + c.Later + c.Suspended;
}
