using System.IO.Compression;
using System.Net;
using Mediation.Contracts.Deadlines;
using Mediation.Contracts.Disputes;
using Mediation.Contracts.Http;
using Mediation.Contracts.Http.Intake;
using Mediation.Contracts.Identity;
using Mediation.Contracts.Intake;
using Mediation.EventStore;
using Mediation.Kit;

namespace Mediation.Services.Tests.Intake;

/// <summary>A right of a worker ends, and she comes to know: over a real gateway and a real mail server, or because
/// somebody phones.</summary>
public sealed class NoticeTests(IntakeHost host) : IClassFixture<IntakeHost>
{
    private static readonly DateOnly Due = Invented.Today.AddDays(9);

    private readonly Person officer = host.SignIn(Role.IntakeOfficer, IntakeHost.Chaoyang);

    /// <summary>A request of this worker for whom a right ends on <see cref="Due"/>.</summary>
    private async Task<(Guid Request, ClockChanged Clock, Guid Party)> RightEnds(PersonEntry worker)
    {
        var request = await officer.Ask<RegisteredRequest>("/requests", Invented.Matter(IntakeHost.Chaoyang, worker));
        var party = (await officer.Get<RequestDetails>($"/requests/{request.Id}")).Applicants.Single().PartyId;
        var clock = await host.Clock(
            NameBasedId.From(request.Id, "dispute"),
            Due,
            "ARB_LIMIT",
            RuleType.Right,
            party: party
        );
        await host.Tell(Ask(clock, 2));
        return (request.Id, clock, party);
    }

    private static NoticeDue Ask(ClockChanged clock, long version) =>
        new(
            IntakeHost.Source(clock.ClockId, version),
            clock.ClockId,
            clock.DisputeId,
            clock.PartyId!.Value,
            IntakeHost.Chaoyang,
            "right_ending",
            clock.Rule,
            Due
        );

    private async Task<NoticeRow> Notice(Guid request, NoticeState state) =>
        (
            await Eventually.Get(
                async () => (await officer.Get<NoticeRow[]>($"/requests/{request}/notices")).SingleOrDefault(),
                n => n?.State == state,
                $"the notice is {state}"
            )
        )!;

    private static async Task<long> Seen(Person by, Guid notice) =>
        (await by.Get<NoticeDetails>($"/notices/{notice}")).Version;

    // As if the time the sender waits had gone by.
    private Task TimeGoesBy(Guid notice) =>
        host.Database.Plant($"update notice_sendings set next_at = now() where notice_id = '{notice}'");

    private async Task<HttpResponseMessage> Receipt(string id, bool delivered, string? key)
    {
        using var gateway = new HttpClient { BaseAddress = host.Address };
        if (key is not null)
            gateway.DefaultRequestHeaders.Add("X-Gateway-Key", key);
        // As a gateway does: told again while the service cannot take it.
        return await Eventually.Get(
            () => gateway.PostAsJsonAsync("/notices/receipts", new NoticeReceipt(id, delivered), EventTypes.Json),
            r => r.StatusCode is not HttpStatusCode.ServiceUnavailable,
            "the receipt is taken or refused"
        );
    }

    [Fact]
    public async Task A_message_says_the_action_and_the_day_and_counts_with_its_receipt()
    {
        var administrator = host.SignIn(Role.Administrator, IntakeHost.City);
        await administrator.Invalid(
            "phone",
            "office_phone_invalid",
            "/notices/offices",
            new OfficePhone(IntakeHost.City, "x")
        );
        (
            await administrator.Post("/notices/offices", new OfficePhone(IntakeHost.City, "010-83575000"))
        ).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        var worker = Invented.Worker() with { MessageConsent = true };
        var (request, clock, party) = await RightEnds(worker);
        await host.Tell(Ask(clock, 3));

        var notice = await Notice(request, NoticeState.Sent);
        var sms = host.Carriers.Sms.Where(m => m.Number == worker.Phone).ShouldHaveSingleItem("asked twice, told once");
        sms.Text.ShouldBe(
            $"提醒：您可以申请劳动仲裁，最后一日为{Due.Year}年{Due.Month}月{Due.Day}日，请及时办理。咨询电话：010-83575000。"
        );
        sms.Reference.ShouldBe(notice.Id);
        (notice.Due, notice.Rule, notice.Means, notice.PartyId).ShouldBe((Due, "ARB_LIMIT", NoticeMeans.Sms, party));
        (await officer.Get<NoticeRow[]>($"/requests/{request}/notices")).Single().Id.ShouldBe(notice.Id);

        foreach (var wrong in (string?[])[null, "", "gateway-kex"])
            (await Receipt(sms.Id, true, wrong)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await Receipt("strange", true, Carriers.Key)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        foreach (var _ in (int[])[1, 2])
            (await Receipt(sms.Id, true, Carriers.Key)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await Notice(request, NoticeState.Settled)).Outcome.ShouldBe(NoticeOutcome.Told);
        var settled = await host.Told<NoticeSettled>(notice.Id);
        (settled.ClockId, settled.DisputeId, settled.Means, settled.Outcome, settled.On).ShouldBe(
            (clock.ClockId, clock.DisputeId, NoticeMeans.Sms, NoticeOutcome.Told, Invented.Today)
        );

        var log = await host.SignIn(Role.Supervisor, IntakeHost.City)
            .Get<Page<PartyAccess>>($"/parties/{party}/accesses");
        var reading = log.Items.Single(a => a.Purpose is AccessPurpose.Notice);
        (reading.Account, reading.Kind, reading.Recipient).ShouldBe((Guid.Empty, "disclose", "party"));
        reading.Fields.ShouldContain(PartyField.Phone);
    }

    [Fact]
    public async Task What_the_gateway_does_not_take_is_tried_again_and_void_when_the_day_moves()
    {
        var (away, moves) = (
            Invented.Worker() with
            {
                MessageConsent = true,
            },
            Invented.Worker() with
            {
                MessageConsent = true,
            }
        );
        foreach (var worker in (PersonEntry[])[away, moves])
            host.Carriers.Refused[worker.Phone!] = 503;
        var (request, _, _) = await RightEnds(away);
        var (other, clock, _) = await RightEnds(moves);
        foreach (var worker in (PersonEntry[])[away, moves])
            await Eventually.True(
                () => Task.FromResult(host.Carriers.Tries.GetValueOrDefault(worker.Phone!) == 1),
                "it is tried"
            );
        var notice = await Notice(request, NoticeState.Waiting);
        host.Carriers.Refused.TryRemove(away.Phone!, out var _);
        await Eventually.True(
            async () =>
                await host.Scalar<bool>(
                    $"select next_at > now() + interval '50 seconds' and next_at < now() + interval '70 seconds' from notice_sendings where notice_id = '{notice.Id}'"
                ),
            "the next attempt is in a minute"
        );
        await TimeGoesBy(notice.Id);
        await Notice(request, NoticeState.Sent);
        host.Carriers.Tries[away.Phone!].ShouldBe(2);

        var stale = await Notice(other, NoticeState.Waiting);
        await host.Tell(clock with { Source = IntakeHost.Source(clock.ClockId, 3), Due = Due.AddDays(30) });
        (await Notice(other, NoticeState.Settled)).Outcome.ShouldBe(NoticeOutcome.Void);
        (await host.Told<NoticeSettled>(stale.Id)).Outcome.ShouldBe(NoticeOutcome.Void);
        host.Carriers.Refused.TryRemove(moves.Phone!, out var _);
        await TimeGoesBy(stale.Id);
        await Eventually.True(
            async () =>
                await host.Scalar<bool>(
                    $"select next_at = 'infinity' from notice_sendings where notice_id = '{stale.Id}'"
                ),
            "the sender looked at it and left it"
        );
        host.Carriers.Sms.ShouldNotContain(m => m.Number == moves.Phone);
    }

    [Fact]
    public async Task A_number_the_gateway_will_never_take_and_a_message_without_receipt_are_phoned()
    {
        var (refused, silent, failed) = (
            Invented.Worker() with
            {
                MessageConsent = true,
            },
            Invented.Worker() with
            {
                MessageConsent = true,
            },
            Invented.Worker() with
            {
                MessageConsent = true,
            }
        );
        host.Carriers.Refused[refused.Phone!] = 400;
        var never = await Notice((await RightEnds(refused)).Request, NoticeState.ToPhone);
        (await officer.Get<NoticeDetails>($"/notices/{never.Id}")).CallReason.ShouldBe(CallReason.SendingFailed);
        var (request, _, _) = await RightEnds(silent);
        var sent = await Notice(request, NoticeState.Sent);
        (
            await host.Scalar<bool>(
                $"select next_at > now() + interval '23 hours' from notice_sendings where notice_id = '{sent.Id}'"
            )
        ).ShouldBeTrue();
        await TimeGoesBy(sent.Id);
        await Notice(request, NoticeState.ToPhone);
        (await officer.Get<NoticeDetails>($"/notices/{sent.Id}")).CallReason.ShouldBe(CallReason.NoReceipt);
        var (third, _, _) = await RightEnds(failed);
        await Notice(third, NoticeState.Sent);
        await Receipt(host.Carriers.Sms.Single(m => m.Number == failed.Phone).Id, false, Carriers.Key);
        (
            await officer.Get<NoticeDetails>($"/notices/{(await Notice(third, NoticeState.ToPhone)).Id}")
        ).CallReason.ShouldBe(CallReason.NotDelivered);
    }

    [Fact]
    public async Task Without_consent_somebody_phones_and_after_three_calls_in_vain_a_letter_goes_out()
    {
        var worker = Invented.Worker("工人王五") with { MailingAddress = "北京市朝阳区虚构路1号" };
        var (request, _, party) = await RightEnds(worker);
        var notice = await Notice(request, NoticeState.ToPhone);
        host.Carriers.Tries.ShouldNotContainKey(worker.Phone!);
        var path = $"/notices/{notice.Id}";
        var item = (await officer.Get<Worklist>("/worklist?take=200&kind=notice_phone")).Items.Single(i =>
            i.Id == notice.Id
        );
        (item.Path, item.Due).ShouldBe((path, Due));
        item.PartyIds.ShouldBe([party]);
        var details = await officer.Get<NoticeDetails>(path);
        details.Text.ShouldContain("申请劳动仲裁");
        details.CallReason.ShouldBe(CallReason.NoChannel);
        details.Actions.Single(a => a.Action == "printed").RefusalCode.ShouldBe("notice_not_to_print");

        var now = TimeProvider.System.GetUtcNow();
        var inVain = new NoticeCalled(CallMeans.Telephone, false, now);
        await officer.Refused(400, "version_missing", $"{path}/called", inVain);
        await officer.Refused(
            422,
            "notice_call_ahead",
            $"{path}/called",
            inVain with
            {
                CalledAt = now.AddHours(1),
            },
            details.Version
        );
        await officer.Refused(
            422,
            "notice_not_to_print",
            $"{path}/printed",
            new NoticePosted(Invented.Today),
            details.Version
        );
        for (var n = 0; n < 3; n++)
            await officer.Do($"{path}/called", inVain, await Seen(officer, notice.Id));
        await Notice(request, NoticeState.ToPrint);
        (await officer.Get<Worklist>("/worklist?take=200&kind=notice_print")).Items.ShouldContain(i =>
            i.Id == notice.Id
        );
        using var letter = new ZipArchive(new MemoryStream(await officer.Client.GetByteArrayAsync($"{path}/letter")));
        using var document = new StreamReader(letter.GetEntry("word/document.xml")!.Open());
        var text = await document.ReadToEndAsync();
        text.ShouldContain("工人王五");
        text.ShouldContain("北京市朝阳区虚构路1号");
        text.ShouldContain("申请劳动仲裁");
        await officer.Do($"{path}/printed", new NoticePosted(Invented.Today), await Seen(officer, notice.Id));
        var settled = await Notice(request, NoticeState.Settled);
        (settled.Means, settled.Outcome, settled.SettledOn).ShouldBe(
            (NoticeMeans.Letter, NoticeOutcome.Sent, Invented.Today)
        );
        (await officer.Get<NoticeDetails>(path)).Steps.Count(s => s.Reached == false).ShouldBe(3);
    }

    [Fact]
    public async Task Who_has_only_a_mailbox_gets_a_mail_and_who_has_only_an_address_a_letter()
    {
        var mailbox = Invented.Worker() with
        {
            Phone = null,
            Email = "gongren.jia@example.test",
            MessageConsent = true,
        };
        await officer.Invalid(
            "applicants[0].person.email",
            "email_invalid",
            "/requests",
            Invented.Matter(IntakeHost.Chaoyang, mailbox with { Email = "a@b.example, c@d.example" })
        );
        var (request, _, party) = await RightEnds(mailbox);
        var settled = await Notice(request, NoticeState.Settled);
        (settled.Means, settled.Outcome).ShouldBe((NoticeMeans.Email, NoticeOutcome.Sent));
        var mail = host.Carriers.Mails.Single(m => m.To == mailbox.Email);
        var content = mail.Content.ReplaceLineEndings("\n");
        var body = content[content.IndexOf("\n\n", StringComparison.Ordinal)..].ReplaceLineEndings("");
        System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(body)).ShouldContain("申请劳动仲裁");
        (await officer.Get<PartyCard>($"/parties/{party}"))
            .Fields.Single(f => f.Field is PartyField.Email)
            .Value.ShouldBe("g****@example.test");

        var address = Invented.Worker() with { Phone = null, MailingAddress = "北京市丰台区虚构路2号" };
        await Notice((await RightEnds(address)).Request, NoticeState.ToPrint);
    }

    [Fact]
    public async Task Supervisors_read_other_units_see_nothing_and_the_mediator_of_the_case_may_call()
    {
        var (request, clock, _) = await RightEnds(Invented.Worker());
        var notice = await Notice(request, NoticeState.ToPhone);
        var path = $"/notices/{notice.Id}";
        var supervisor = host.SignIn(Role.Supervisor, IntakeHost.City);
        var seen = await supervisor.Get<NoticeDetails>(path);
        seen.Actions.ShouldAllBe(a => !a.Allowed);
        (
            await supervisor.Get<Page<NoticeRow>>($"/notices?state=toPhone&unit={IntakeHost.Chaoyang}&size=200")
        ).Items.ShouldContain(n => n.Id == notice.Id);
        var call = new NoticeCalled(CallMeans.InPerson, true, TimeProvider.System.GetUtcNow());
        await supervisor.Refused(403, "role_required", $"{path}/called", call, seen.Version);
        var elsewhere = host.SignIn(Role.IntakeOfficer, IntakeHost.Haidian);
        (await elsewhere.Client.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await elsewhere.Get<Page<NoticeRow>>("/notices")).Total.ShouldBe(0);
        (await elsewhere.Client.GetAsync($"/requests/{request}/notices")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await officer.Client.GetAsync("/notices?state=nonsense")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);

        var mediator = host.SignIn(Role.Mediator, IntakeHost.Haidian);
        (await mediator.Client.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await host.Tell(
            new ResponsibilityChanged(
                IntakeHost.Source(clock.DisputeId, 1),
                clock.DisputeId,
                IntakeHost.Chaoyang,
                mediator.Account
            )
        );
        (await mediator.Get<Worklist>("/worklist?take=200"))
            .Items.Single(i => i.Id == notice.Id)
            .Kind.ShouldBe("notice_phone");
        await mediator.Do($"{path}/called", call, seen.Version);
        (await Notice(request, NoticeState.Settled)).Outcome.ShouldBe(NoticeOutcome.Told);
        (await officer.Refused(422, "notice_settled", $"{path}/called", call, seen.Version + 2))
            .ToString()
            .ShouldNotBeEmpty();
    }

    [Fact]
    public async Task A_right_that_ended_while_nobody_reached_her_says_so()
    {
        var (request, clock, _) = await RightEnds(Invented.Worker());
        await Notice(request, NoticeState.ToPhone);
        await host.Tell(
            clock with
            {
                Source = IntakeHost.Source(clock.ClockId, 3),
                Standing = ClockStanding.Lapsed,
                Due = null,
            }
        );
        (await Notice(request, NoticeState.Settled)).Outcome.ShouldBe(NoticeOutcome.NotReached);
    }
}
