using System.Net;
using Mediation.Contracts;
using Mediation.Contracts.Http;
using Mediation.Contracts.Http.Intake;
using Mediation.Contracts.Identity;
using Mediation.EventStore;
using Mediation.Kit;
using Messages = Mediation.Contracts.Intake;

namespace Mediation.Services.Tests.Intake;

/// <summary>From the desk to the case number, over HTTP.</summary>
public sealed class JourneyTests(IntakeHost host) : IClassFixture<IntakeHost>
{
    private readonly Person officer = host.SignIn(Role.IntakeOfficer, IntakeHost.Chaoyang);
    private readonly Person head = host.SignIn(Role.CentreHead, IntakeHost.Chaoyang);

    [Fact]
    public async Task A_matter_goes_from_the_desk_to_an_accepted_case_that_others_hear_of()
    {
        var matter = Invented.Matter(IntakeHost.Chaoyang);
        var registered = await officer.Ask<RegisteredRequest>("/requests", matter);
        registered.Missing.ShouldContain("migrantWorker");
        registered.Missing.ShouldNotContain("idNumber");
        registered.CompleteBy.ShouldBe(Invented.Today.AddDays(5));
        registered.SameEmployer.ShouldBe(1);
        registered.GroupSuggested.ShouldBeFalse();

        var path = $"/requests/{registered.Id}";
        var details = await officer.Get<RequestDetails>(path);
        details.State.ShouldBe(RequestState.Registered);
        details.ClaimedFen.ShouldBe(1_250_000);
        details.Actions.Single(a => a.Action == "triage").Allowed.ShouldBeTrue();
        details.Actions.Single(a => a.Action == "apply").RefusalCode.ShouldBe("request_not_triaged");
        details.Actions.Single(a => a.Action == "accept").RefusalCode.ShouldBe("role_required");
        var facts = details.Texts.Single();
        (await officer.Get<TextOf>($"{path}/texts/{facts.Content.ContentId}")).Text.ShouldBe(matter.Facts);

        await officer.Refused(
            422,
            "request_not_triaged",
            $"{path}/apply",
            new ApplyForMediation(MediationInitiative.Applicant, ApplicationForm.Oral, Invented.Today)
        );
        await officer.Do($"{path}/triage", Invented.Triage, 1);
        await head.Refused(422, "mediation_not_applied", $"{path}/accept", new AcceptRequest(Invented.Today));
        await officer.Do(
            $"{path}/apply",
            new ApplyForMediation(MediationInitiative.Applicant, ApplicationForm.Oral, Invented.Today)
        );
        await head.Refused(422, "consent_missing", $"{path}/accept", new AcceptRequest(Invented.Today));
        details = await officer.Get<RequestDetails>(path);
        details.Consents.Count.ShouldBe(2);
        details.Consents.Single(c => !c.Respondent).Given.ShouldBe(true);
        details.Consents.Single(c => c.Respondent).Given.ShouldBeNull();
        var respondent = details.Respondents.Single().PartyId;
        await officer.Do(
            $"{path}/consents",
            new RecordConsent(respondent, false, ConsentManner.Telephone, Invented.Today, "老板说不来")
        );
        await head.Refused(422, "consent_refused", $"{path}/accept", new AcceptRequest(Invented.Today));
        await officer.Do(
            $"{path}/consents",
            new RecordConsent(respondent, true, ConsentManner.InPerson, Invented.Today)
        );
        await head.Refused(
            422,
            "request_must_be_accepted",
            $"{path}/not-accept",
            new NotAcceptRequest(
                NonAcceptanceReason.RespondentRefused,
                ReferralRoute.Arbitration,
                "不予受理",
                Invented.Today
            )
        );

        var accepted = await head.Ask<AcceptedRequest>($"{path}/accept", new AcceptRequest(Invented.Today));
        accepted.CaseNumber.ShouldMatch($"^朝工调〔{Invented.Today.Year}〕\\d+号$");
        accepted.DisputeId.ShouldBe(NameBasedId.From(registered.Id, "dispute"));
        (await head.Ask<AcceptedRequest>($"{path}/accept", new AcceptRequest(Invented.Today))).CaseNumber.ShouldBe(
            accepted.CaseNumber
        );

        var message = await host.Told<Messages.RequestAccepted>(registered.Id);
        message.CaseNumber.ShouldBe(accepted.CaseNumber);
        message.DisputeId.ShouldBe(accepted.DisputeId);
        var application = await host.Told<Messages.MediationApplied>(registered.Id);
        application.DisputeId.ShouldBe(accepted.DisputeId);
        application.ReceivedOn.ShouldBe(Invented.Today);
        application.Unit.ShouldBe(IntakeHost.Chaoyang);
        message.Source.PreviousVersion.ShouldBe(application.Source.Version);
        application.Source.PreviousVersion.ShouldBe(1);
        var worker = message.Workers.Single();
        worker.PartyId.ShouldBe(details.Applicants.Single().PartyId);
        worker.WorkerClaimId.ShouldBe(NameBasedId.From(registered.Id, $"worker:{worker.PartyId:N}"));
        worker.Items.Single().ClaimedFen.ShouldBe(1_250_000);
        message.Employers.Single().PartyId.ShouldBe(respondent);

        details = await officer.Get<RequestDetails>(path);
        details.State.ShouldBe(RequestState.Accepted);
        details.Steps.Select(s => s.Step).First().ShouldBe("request_registered");
        details.Steps.ShouldAllBe(s => s.By == officer.Account || s.By == head.Account);
        details.Actions.ShouldAllBe(a => !a.Allowed);
        await officer.Refused(
            422,
            "request_already_accepted",
            $"{path}/withdraw",
            new WithdrawRequest(WithdrawalReason.Other, Invented.Today)
        );
        var found = await officer.Ask<SearchResult>("/search", new SearchBox(accepted.CaseNumber));
        found.Kind.ShouldBe("caseNumber");
        found.Requests.Single().RequestId.ShouldBe(registered.Id);
    }

    [Fact]
    public async Task LEGAL_the_days_of_a_limitation_go_with_application_amendment_and_acceptance()
    {
        var matter = Invented.Matter(IntakeHost.Chaoyang);
        var (infringed, ended) = (Invented.Today.AddDays(-40), Invented.Today.AddDays(-30));
        RegisterRequest With(DateOnly? infringedOn, DateOnly? endedOn) =>
            matter with
            {
                Applicants =
                [
                    matter.Applicants[0] with
                    {
                        Items = [matter.Applicants[0].Items[0] with { InfringedOn = infringedOn }],
                        EmploymentEndedOn = endedOn,
                    },
                ],
            };
        await officer.Invalid(
            "applicants[0].items[0].infringedOn",
            "date_ahead",
            "/requests",
            With(Invented.Today.AddDays(1), null)
        );
        await officer.Invalid(
            "applicants[0].employmentEndedOn",
            "date_impossible",
            "/requests",
            With(null, new(1989, 12, 31))
        );
        var (id, details) = await Invented.ReadyToAccept(officer, IntakeHost.Chaoyang, With(infringed, null));
        details.Applicants.Single().Items.Single().InfringedOn.ShouldBe(infringed);
        var applied = (await host.Told<Messages.MediationApplied>(id)).Workers.Single();
        applied.Items.Single().InfringedOn.ShouldBe(infringed);
        applied.EmploymentEndedOn.ShouldBeNull();

        var amended = With(infringed, ended).Applicants[0] with { PartyId = details.Applicants[0].PartyId };
        await officer.Do($"/requests/{id}/amend", new AmendRequest([amended], null, null));
        var told = await host.Told<Messages.ClaimsAmended>(id);
        told.DisputeId.ShouldBe(NameBasedId.From(id, "dispute"));
        told.Unit.ShouldBe(IntakeHost.Chaoyang);
        told.Workers.Single().EmploymentEndedOn.ShouldBe(ended);
        told.Workers.Single().WorkerClaimId.ShouldBe(applied.WorkerClaimId);

        await head.Ask<AcceptedRequest>($"/requests/{id}/accept", new AcceptRequest(Invented.Today));
        var worker = (await host.Told<Messages.RequestAccepted>(id)).Workers.Single();
        worker.EmploymentEndedOn.ShouldBe(ended);
        worker.Items.Single().InfringedOn.ShouldBe(infringed);
    }

    [Fact]
    public async Task Every_end_tells_its_legal_day()
    {
        async Task<Guid> Triaged()
        {
            var request = await officer.Ask<RegisteredRequest>("/requests", Invented.Matter(IntakeHost.Chaoyang));
            await officer.Do($"/requests/{request.Id}/triage", Invented.Triage);
            return request.Id;
        }
        var yesterday = Invented.Today.AddDays(-1);
        var withdrawn = await Triaged();
        await officer.Do(
            $"/requests/{withdrawn}/withdraw",
            new WithdrawRequest(WithdrawalReason.ClaimDropped, yesterday)
        );
        (await host.Told<Messages.RequestWithdrawn>(withdrawn)).WithdrawnOn.ShouldBe(yesterday);
        var advised = await Triaged();
        await officer.Do($"/requests/{advised}/advise", new AdviseRequest("可以向劳动监察投诉", yesterday));
        (await host.Told<Messages.RequestAdvised>(advised)).AdvisedOn.ShouldBe(yesterday);
        var referred = await Triaged();
        await officer.Do(
            $"/requests/{referred}/refer-out",
            new ReferOutRequest(ReferralRoute.Arbitration, null, null, "转仲裁", yesterday)
        );
        (await host.Told<Messages.RequestReferredOut>(referred)).ReferredOn.ShouldBe(yesterday);
        var declined = await Triaged();
        await officer.Do(
            $"/requests/{declined}/apply",
            new ApplyForMediation(MediationInitiative.Applicant, ApplicationForm.Oral, yesterday)
        );
        await head.Do(
            $"/requests/{declined}/not-accept",
            new NotAcceptRequest(
                NonAcceptanceReason.RespondentSilent,
                ReferralRoute.Arbitration,
                "不予受理",
                Invented.Today
            )
        );
        (await host.Told<Messages.RequestNotAccepted>(declined)).DecidedOn.ShouldBe(Invented.Today);

        var (worker, employer) = (Invented.Worker(), Invented.Employer());
        var original = await officer.Ask<RegisteredRequest>(
            "/requests",
            Invented.Matter(IntakeHost.Chaoyang, worker, employer)
        );
        var first = (await officer.Get<RequestDetails>($"/requests/{original.Id}")).Applicants.Single().PartyId;
        var again = Invented.Matter(IntakeHost.Chaoyang, worker, employer);
        var second = await officer.Ask<RegisteredRequest>(
            "/requests",
            again with
            {
                Applicants = [again.Applicants[0] with { PartyId = first }],
            }
        );
        await officer.Do($"/requests/{second.Id}/link-duplicate", new LinkDuplicate(original.Id));
        var linked = await host.Told<Messages.RequestDuplicateLinked>(second.Id);
        linked.OriginalId.ShouldBe(original.Id);
        linked.LinkedOn.ShouldBe(Invented.Today);
    }

    [Fact]
    public async Task Numbers_have_no_gap_and_none_is_given_twice_when_many_accept_at_once()
    {
        var street = host.SignIn((Role.IntakeOfficer, IntakeHost.Street), (Role.CentreHead, IntakeHost.Street));
        var ready = await Task.WhenAll(
            Enumerable.Range(0, 12).Select(_ => Invented.ReadyToAccept(street, IntakeHost.Street))
        );
        var notReady = await Task.WhenAll(
            Enumerable
                .Range(0, 4)
                .Select(_ => street.Ask<RegisteredRequest>("/requests", Invented.Matter(IntakeHost.Street)))
        );
        var refused = notReady.Select(r => street.Post($"/requests/{r.Id}/accept", new AcceptRequest(Invented.Today)));
        // Each is accepted twice at once, with refused ones in between.
        var accepting = ready
            .SelectMany(r => new[] { r, r })
            .Select(r => street.Ask<AcceptedRequest>($"/requests/{r.Id}/accept", new AcceptRequest(Invented.Today)))
            .ToList();
        (await Task.WhenAll(refused)).ShouldAllBe(r => r.StatusCode == HttpStatusCode.UnprocessableEntity);
        var numbers = (await Task.WhenAll(accepting)).Select(a => a.CaseNumber).ToList();
        var year = Invented.Today.Year;
        numbers
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .ShouldBe(Enumerable.Range(1, 12).Select(n => $"朝工调〔{year}〕021-{n}号").Order(StringComparer.Ordinal));
        (await host.Scalar<int>($"select last from case_numbers where unit = '{IntakeHost.Street}'")).ShouldBe(12);
    }

    [Fact]
    public async Task A_double_submit_is_one_request()
    {
        var matter = Invented.Matter(IntakeHost.Chaoyang);
        var first = await officer.Post("/requests", matter, key: "same-key");
        var second = await officer.Post("/requests", matter, key: "same-key");
        first.StatusCode.ShouldBe(HttpStatusCode.Created);
        second.StatusCode.ShouldBe(HttpStatusCode.Created);
        (await second.Content.ReadAsStringAsync()).ShouldBe(await first.Content.ReadAsStringAsync());
        (await host.Scalar<long>($"select count(*) from mt_events where stream_id = '{matter.RequestId}'")).ShouldBe(1);
    }

    [Fact]
    public async Task Who_decides_on_an_old_page_is_told()
    {
        var registered = await officer.Ask<RegisteredRequest>("/requests", Invented.Matter(IntakeHost.Chaoyang));
        await officer.Do($"/requests/{registered.Id}/triage", Invented.Triage, 1);
        await officer.Refused(
            412,
            "changed_meanwhile",
            $"/requests/{registered.Id}/withdraw",
            new WithdrawRequest(WithdrawalReason.Other, Invented.Today),
            1
        );
        var (id, details) = await Invented.ReadyToAccept(officer, IntakeHost.Chaoyang);
        await head.Refused(
            412,
            "changed_meanwhile",
            $"/requests/{id}/accept",
            new AcceptRequest(Invented.Today),
            details.Version - 1
        );
        await head.Ask<AcceptedRequest>($"/requests/{id}/accept", new AcceptRequest(Invented.Today), details.Version);
    }

    [Fact]
    public async Task The_other_ends_are_advice_referral_withdrawal_and_non_acceptance()
    {
        async Task<string> Triaged()
        {
            var registered = await officer.Ask<RegisteredRequest>("/requests", Invented.Matter(IntakeHost.Chaoyang));
            await officer.Do($"/requests/{registered.Id}/triage", Invented.Triage);
            return $"/requests/{registered.Id}";
        }
        var advised = await Triaged();
        await officer.Do($"{advised}/advise", new AdviseRequest("可以申请仲裁", Invented.Today));
        (await officer.Get<RequestDetails>(advised)).State.ShouldBe(RequestState.Advised);
        var referred = await Triaged();
        await officer.Do(
            $"{referred}/refer-out",
            new ReferOutRequest(
                ReferralRoute.LabourInspection,
                null,
                Invented.Today.AddDays(60),
                "请到劳动监察大队",
                Invented.Today
            )
        );
        var outcome = (await officer.Get<RequestDetails>(referred)).Outcome.ShouldNotBeNull();
        (outcome.Route, outcome.ActBy).ShouldBe((ReferralRoute.LabourInspection, Invented.Today.AddDays(60)));
        var withdrawn = await Triaged();
        await officer.Do(
            $"{withdrawn}/withdraw",
            new WithdrawRequest(WithdrawalReason.SettledPrivately, Invented.Today)
        );
        await officer.Refused(422, "request_ended", $"{withdrawn}/triage", Invented.Triage);
        var escalated = await Triaged();
        await head.Refused(
            422,
            "group_under_ten",
            $"{escalated}/escalate",
            new EscalateRequest(EscalationReason.TenOrMoreWorkers)
        );
        await officer.Do($"{escalated}/triage", Invented.Triage with { GroupSize = 12, Risk = RiskLevel.Orange });
        await head.Do($"{escalated}/escalate", new EscalateRequest(EscalationReason.TenOrMoreWorkers));
        var group = await officer.Get<RequestDetails>(escalated);
        (group.Collective, group.Escalated).ShouldBe((true, EscalationReason.TenOrMoreWorkers));
        group.Warnings.ShouldContain("collective_dispute");
        await officer.Do(
            $"{escalated}/apply",
            new ApplyForMediation(MediationInitiative.Applicant, ApplicationForm.Written, Invented.Today)
        );
        await head.Do(
            $"{escalated}/not-accept",
            new NotAcceptRequest(
                NonAcceptanceReason.RespondentSilent,
                ReferralRoute.Arbitration,
                "单位未答复，可申请仲裁",
                Invented.Today
            )
        );
        (await officer.Get<RequestDetails>(escalated)).State.ShouldBe(RequestState.NotAccepted);
    }

    [Fact]
    public async Task The_same_matter_twice_is_seen_at_once_and_linked_once()
    {
        var worker = Invented.Worker();
        var employer = Invented.Employer();
        var first = await officer.Ask<RegisteredRequest>(
            "/requests",
            Invented.Matter(IntakeHost.Chaoyang, worker, employer)
        );
        var party = (await officer.Get<RequestDetails>($"/requests/{first.Id}")).Applicants.Single().PartyId;
        var again = Invented.Matter(IntakeHost.Chaoyang, worker, employer);
        again = again with { Applicants = [again.Applicants[0] with { PartyId = party, Person = null }] };
        var second = await officer.Ask<RegisteredRequest>("/requests", again);
        second.Similar.ShouldBe([first.Id]);
        second.SameEmployer.ShouldBe(2);
        var other = await officer.Ask<RegisteredRequest>("/requests", Invented.Matter(IntakeHost.Chaoyang));
        await officer.Refused(
            422,
            "duplicate_shares_no_party",
            $"/requests/{other.Id}/link-duplicate",
            new LinkDuplicate(first.Id)
        );
        await officer.Refused(
            422,
            "duplicate_of_itself",
            $"/requests/{second.Id}/link-duplicate",
            new LinkDuplicate(second.Id)
        );
        await officer.Do($"/requests/{second.Id}/link-duplicate", new LinkDuplicate(first.Id));
        await officer.Refused(
            422,
            "original_is_duplicate",
            $"/requests/{first.Id}/link-duplicate",
            new LinkDuplicate(second.Id)
        );
    }

    [Fact]
    public async Task What_is_missing_is_completed_later_and_leaves_the_list()
    {
        var registered = await officer.Ask<RegisteredRequest>(
            "/requests",
            Invented.Matter(IntakeHost.Chaoyang, fen: null)
        );
        registered.Missing.ShouldContain("claimAmount");
        var details = await officer.Get<RequestDetails>($"/requests/{registered.Id}");
        var applicant = details.Applicants.Single();
        var item = applicant.Items.Single();
        await officer.Do(
            $"/requests/{registered.Id}/amend",
            new AmendRequest(
                [
                    new(
                        applicant.PartyId,
                        new PersonEntry(
                            "工人甲",
                            MigrantWorker: true,
                            UnionMember: false,
                            UsualAddress: "北京市朝阳区虚构路1号"
                        ),
                        [new(item.ItemId, item.Type, item.PeriodFrom, item.PeriodTo, 900_000)]
                    ),
                ],
                null,
                null
            )
        );
        var after = await officer.Get<RequestDetails>($"/requests/{registered.Id}");
        after.ClaimedFen.ShouldBe(900_000);
        after.Missing.ShouldNotContain("claimAmount");
        after.Missing.ShouldNotContain("migrantWorker");
        after.Applicants.Single().Profile.MigrantWorker.ShouldBeTrue();
        after.Missing.ShouldContain("industry");
    }

    [Fact]
    public async Task Lists_worklist_sheet_and_entry_times_show_what_is_there()
    {
        var haidian = host.SignIn((Role.IntakeOfficer, IntakeHost.Haidian), (Role.CentreHead, IntakeHost.Haidian));
        for (var i = 0; i < 3; i++)
            await haidian.Ask<RegisteredRequest>("/requests", Invented.Matter(IntakeHost.Haidian, fen: 100 * (i + 1)));
        var (ready, _) = await Invented.ReadyToAccept(haidian, IntakeHost.Haidian);
        var page = await haidian.Get<Page<RequestRow>>("/requests?state=registered&sort=claimed&size=2");
        (page.Total, page.Items.Count).ShouldBe((3, 2));
        page.Items.Select(r => r.ClaimedFen).ShouldBe([100L, 200L]);
        (await haidian.Get<Page<RequestRow>>("/requests?state=registered&sort=claimed&size=2&page=2"))
            .Items.Single()
            .ClaimedFen.ShouldBe(300);
        (await haidian.Get<Page<RequestRow>>("/requests?channel=online")).Total.ShouldBe(0);
        (
            await haidian.Get<Page<RequestRow>>("/requests?item=wages&incomplete=true&from=2026-01-01&to=2099-01-01")
        ).Total.ShouldBe(4);
        (await officer.Get<Page<RequestRow>>($"/requests?unit={IntakeHost.Haidian}")).Total.ShouldBe(0);
        var city = host.SignIn(Role.Supervisor, IntakeHost.City);
        (await city.Get<Page<RequestRow>>($"/requests?unit={IntakeHost.Haidian}")).Total.ShouldBe(4);

        var worklist = await haidian.Get<Worklist>("/worklist?take=3");
        worklist.Counts["request_triage"].ShouldBe(3);
        worklist.Counts["request_accept"].ShouldBe(1);
        worklist.Counts["request_complete"].ShouldBe(4);
        var all = new List<WorklistItem>(worklist.Items);
        for (var next = worklist.Next; next is not null; )
        {
            var more = await haidian.Get<Worklist>($"/worklist?take=3&cursor={Uri.EscapeDataString(next)}");
            all.AddRange(more.Items);
            next = more.Next;
        }
        all.Count.ShouldBe(8);
        all.Select(i => i.Id).Distinct().Count().ShouldBe(8);
        all.Count(i => i.Due == Invented.Today.AddDays(5)).ShouldBe(4);
        all.Single(i => i.Kind == "request_accept").Path.ShouldBe($"/requests/{ready}");

        all.Where(i => i.Kind != "request_complete").ShouldAllBe(i => i.Due == null, "Deadlines said nothing yet");

        // The clock of an application stands under the id its dispute would have.
        await host.Clock(NameBasedId.From(ready, "dispute"), Invented.Today.AddDays(2));
        var first = (await haidian.Get<Worklist>("/worklist?take=1")).Items.Single();
        (first.Kind, first.Due).ShouldBe(("request_accept", Invented.Today.AddDays(2)));
        var sorted = (await haidian.Get<Page<RequestRow>>("/requests?sort=nextDue")).Items;
        (sorted[0].Id, sorted[0].NextDue).ShouldBe((ready, Invented.Today.AddDays(2)));
        (await haidian.Get<Page<RequestRow>>("/requests?sort=-nextDue"))
            .Items[0]
            .Id.ShouldBe(ready, "no day comes last");

        var sheet = await haidian.Client.GetAsync("/requests.xlsx?state=registered");
        sheet.StatusCode.ShouldBe(HttpStatusCode.OK);
        using var zip = new System.IO.Compression.ZipArchive(await sheet.Content.ReadAsStreamAsync());
        using var cells = new StreamReader(
            zip.Entries.Single(e => e.FullName.EndsWith("sheet1.xml", StringComparison.Ordinal)).Open()
        );
        var xml = await cells.ReadToEndAsync();
        xml.ShouldContain("工**");
        xml.ShouldContain("北京虚构科技");
        xml.ShouldNotContain("工人甲");

        var times = await haidian.Get<EntryTimes>(
            $"/statistics/entry-times?from={Invented.Today:yyyy-MM-dd}&to={Invented.Today:yyyy-MM-dd}"
        );
        var walkIn = times.Channels.Single(c => c.Channel == Channel.WalkIn);
        walkIn.Count.ShouldBe(4);
        walkIn.P50Seconds.ShouldBeInRange(70, 100);
        walkIn.P90Seconds.ShouldBeGreaterThanOrEqualTo(walkIn.P50Seconds);
    }

    [Fact]
    public async Task A_draft_is_kept_for_its_account_only_and_leaves_with_the_registration()
    {
        var id = Guid.CreateVersion7();
        var put = await officer.Client.PutAsync(
            $"/drafts/{id}",
            System.Net.Http.Json.JsonContent.Create(
                new SaveDraft(Channel.Online, TimeProvider.System.GetUtcNow(), "{\"name\":\"半截\"}"),
                options: EventTypes.Json
            )
        );
        put.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await officer.Get<Draft>($"/drafts/{id}")).Form.ShouldContain("半截");
        (await officer.Get<List<DraftLine>>("/drafts")).ShouldContain(d => d.Id == id);
        (await head.Client.GetAsync($"/drafts/{id}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await head.Client.DeleteAsync($"/drafts/{id}")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await host.Scalar<long>($"select count(*) from drafts where draft_id = '{id}'")).ShouldBe(1);
        await officer.Ask<RegisteredRequest>("/requests", Invented.Matter(IntakeHost.Chaoyang) with { DraftId = id });
        (await officer.Client.GetAsync($"/drafts/{id}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_unit_gets_another_short_name_for_its_next_numbers_and_no_two_share_one()
    {
        var admin = host.SignIn(Role.Administrator, IntakeHost.City);
        (await admin.Post("/numbering", new CaseNumbering(IntakeHost.Haidian, "海总调"))).StatusCode.ShouldBe(
            HttpStatusCode.NoContent
        );
        await admin.Refused(409, "prefix_taken", "/numbering", new CaseNumbering(IntakeHost.Street, "海总调"));
        await admin.Refused(409, "prefix_taken", "/numbering", new CaseNumbering(IntakeHost.Street, "朝工调"));
        await admin.Invalid("prefix", "prefix_invalid", "/numbering", new CaseNumbering(IntakeHost.Street, "<b>"));
        (await admin.Get<List<CaseNumbering>>("/numbering")).Single().Prefix.ShouldBe("海总调");
        (await officer.Get<CodeLists>("/code-lists?on=2025-12-31")).CourtCauseVersion.ShouldBe("2020");
    }

    [Fact]
    public async Task Real_consultations_are_answered_or_accepted()
    {
        var lines = (await File.ReadAllLinesAsync(SampleData.Find("cn-consultations/labor-questions.jsonl")))
            .Take(20)
            .ToList();
        lines.Count.ShouldBe(20);
        var (answered, accepted) = (0, 0);
        foreach (var (line, number) in lines.Select((l, i) => (l, i)))
        {
            using var json = System.Text.Json.JsonDocument.Parse(line);
            var text = json.RootElement.GetProperty("question").GetString()!;
            if (number % 2 == 0)
            {
                var registered = await officer.Ask<RegisteredRequest>(
                    "/requests",
                    Invented.Matter(IntakeHost.Chaoyang, facts: text)
                );
                await officer.Do($"/requests/{registered.Id}/triage", Invented.Triage);
                await officer.Do($"/requests/{registered.Id}/advise", new AdviseRequest("已口头解答", Invented.Today));
                var details = await officer.Get<RequestDetails>($"/requests/{registered.Id}");
                (await officer.Get<TextOf>($"/requests/{registered.Id}/texts/{details.Texts[0].Content.ContentId}"))
                    .Text.Equals(text, StringComparison.Ordinal)
                    .ShouldBeTrue("the text came back as it was typed");
                answered++;
            }
            else
            {
                var (id, _) = await Invented.ReadyToAccept(
                    officer,
                    IntakeHost.Chaoyang,
                    Invented.Matter(IntakeHost.Chaoyang, facts: text)
                );
                (
                    await head.Ask<AcceptedRequest>($"/requests/{id}/accept", new AcceptRequest(Invented.Today))
                ).CaseNumber.ShouldNotBeEmpty();
                accepted++;
            }
        }
        (answered, accepted).ShouldBe((10, 10));
    }
}
