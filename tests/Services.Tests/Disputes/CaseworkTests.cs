using System.IO.Compression;
using System.Net;
using Mediation.Contracts;
using Mediation.Contracts.Deadlines;
using Mediation.Contracts.Disputes;
using Mediation.Contracts.Http;
using Mediation.Contracts.Http.Disputes;
using Mediation.Contracts.Outcomes;
using Mediation.EventStore;
using Mediation.Hosting;
using static Mediation.Services.Tests.Disputes.Cases;
using static Mediation.Services.Tests.Disputes.DisputesFixture;

namespace Mediation.Services.Tests.Disputes;

/// <summary>Casework from acceptance to closing, through HTTP and messages.</summary>
public sealed class CaseworkTests(DisputesFixture fixture) : IClassFixture<DisputesFixture>
{
    private static DateOnly Today => OpenedCase.Today;

    private Person Mediator => fixture.Mediator;

    private static readonly (ClaimItemType, long?)[] Wages = [(ClaimItemType.Wages, 8_000_000)];

    [Fact]
    public async Task Accepted_twice_and_after_its_successor_opens_one_dispute()
    {
        var accepted = Accepted(Wages);
        // The successor overtakes the acceptance; both come twice.
        var withdrawn = new Contracts.Intake.RequestWithdrawn(
            Source(accepted.RequestId, 4, 3),
            accepted.RequestId,
            accepted.Unit
        );
        await fixture.Send(withdrawn);
        await fixture.Send(accepted);
        await fixture.Send(withdrawn);
        await fixture.Send(accepted);
        var opened = await fixture.Open(accepted);
        var details = await opened.Details();
        details.Version.ShouldBe(1);
        details.State.ShouldBe(DisputeState.Accepted);
        details.CaseNumber.ShouldBe(accepted.CaseNumber);
        details.Workers.ShouldHaveSingleItem().Items.ShouldHaveSingleItem().ClaimedFen.ShouldBe(8_000_000);
        await Until(() =>
            Task.FromResult(
                fixture.Published.OfType<Contracts.Disputes.WorkerJoined>().Count(m => m.DisputeId == opened.Id) == 1
            )
        );
    }

    [Fact]
    public async Task From_acceptance_to_an_agreement_in_force_paid_and_closed()
    {
        var accepted = Accepted([(ClaimItemType.Wages, 8_000_000), (ClaimItemType.CertificateOrFileTransfer, null)]);
        fixture.Register(accepted);
        var opened = await fixture.Open(accepted);
        var (worker, items) = (accepted.Workers[0].WorkerClaimId, accepted.Workers[0].Items);
        await opened.ToSession();
        var offer = await opened.Do(
            Mediator,
            "/offers",
            new MakeOffer(OfferSide.Employer, worker, items[0].ItemId, 5_000_000, Today, Planted.Text)
        );
        await opened.Do(Mediator, $"/offers/{offer.Id}/answer", new AnswerOffer(OfferAnswer.Rejected, Today));
        var agreement = (
            await opened.Do(
                Mediator,
                "/agreements",
                new DraftAgreement(
                    Today,
                    PaymentManner.BankTransfer,
                    [
                        new(
                            worker,
                            [
                                Money(items[0].ItemId, (2_600_000, Today), (2_600_000, Today.AddDays(30))),
                                Done(items[1].ItemId, Today.AddDays(7)),
                            ]
                        ),
                    ],
                    Planted.Text
                )
            )
        ).Id;
        await opened.SignAll(agreement);
        var details = await opened.Details(Mediator);
        details.State.ShouldBe(DisputeState.Agreed);
        details.Money.ShouldBe(new MoneyStrip(8_000_000, 5_200_000, 0));
        details.Workers[0].EffectiveOn.ShouldBe(Today);
        details.Agreements[0].Status.ShouldBe(AgreementStatus.Effective);
        details.Agreements[0].Signatures.Count.ShouldBe(4);
        await Until(() =>
            Task.FromResult(fixture.Published.OfType<AgreementEffective>().Any(m => m.DisputeId == opened.Id))
        );
        var effective = fixture.Published.OfType<AgreementEffective>().Single(m => m.DisputeId == opened.Id);
        effective.EffectiveOn.ShouldBe(Today);
        effective.Items.ShouldHaveSingleItem().Instalments.Sum(i => i.AmountFen).ShouldBe(5_200_000);

        // Not closed without paper, nor while nobody knows whether it was performed.
        var close = new CloseDispute(Today);
        await opened.Refused(
            Mediator,
            "/closure",
            close,
            HttpStatusCode.UnprocessableEntity,
            "agreement_paper_missing"
        );
        await opened.Do(Mediator, $"/agreements/{agreement}/paper", new IssuePaper());
        await opened.Refused(Mediator, "/closure", close, HttpStatusCode.UnprocessableEntity, "performance_unknown");
        await opened.Do(
            Mediator,
            $"/workers/{worker}/items/{items[1].ItemId}/performance",
            new RecordPerformance(Today, await opened.File(Mediator))
        );
        var line = Guid.CreateVersion7();
        await fixture.Send(
            new RecoveryStanding(Source(line), line, worker, opened.Id, items[0].ItemId, 5_200_000, 5_200_000, 0)
        );
        await Until(async () => (await opened.Details()).Money.PaidFen == 5_200_000);
        (await opened.Details(Mediator)).Actions.Single(a => a.Action == "close_dispute").Allowed.ShouldBeTrue();
        await opened.Do(Mediator, "/closure", close);
        details = await opened.Details(Mediator);
        details.State.ShouldBe(DisputeState.Closed);
        details.Workers[0].State.ShouldBe(WorkerClaimState.Closed);
        details.Actions.Where(a => a.Allowed).ShouldBeEmpty();
        await Until(() =>
            Task.FromResult(
                fixture.Published.OfType<Contracts.Disputes.DisputeClosed>().Any(m => m.DisputeId == opened.Id)
            )
        );
    }

    [Fact]
    public async Task The_day_of_effect_is_that_of_the_last_signature_not_of_the_session_or_the_entry()
    {
        var accepted = Accepted(Today.AddDays(-5), 2, Wages, Wages);
        var opened = await fixture.Open(accepted);
        await opened.ToSession();
        var drafted = Today;
        var agreement = (
            await opened.Do(
                Mediator,
                "/agreements",
                new DraftAgreement(
                    drafted.AddDays(-4),
                    PaymentManner.Cash,
                    [
                        .. accepted.Workers.Select(w => new WorkerTerms(
                            w.WorkerClaimId,
                            [Money(w.Items[0].ItemId, (100, Today))]
                        )),
                    ]
                )
            )
        ).Id;
        await opened.Sign(agreement, new(SignatoryKind.Organisation), Today.AddDays(-2), SignatureMode.Seal);
        await opened.Sign(agreement, new(SignatoryKind.Mediator), Today.AddDays(-3), SignatureMode.Handwritten);
        foreach (var employer in accepted.Employers)
            await opened.Sign(
                agreement,
                new(SignatoryKind.Employer, employer.PartyId),
                Today.AddDays(-3),
                SignatureMode.Seal
            );
        await opened.Sign(
            agreement,
            new(SignatoryKind.Worker, accepted.Workers[0].PartyId),
            Today.AddDays(-4),
            SignatureMode.Fingerprint
        );
        var half = await opened.Details();
        half.State.ShouldBe(DisputeState.InSession);
        half.Workers.Single(w => w.Id == accepted.Workers[0].WorkerClaimId).EffectiveOn.ShouldBe(Today.AddDays(-2));
        await opened.Sign(
            agreement,
            new(SignatoryKind.Worker, accepted.Workers[1].PartyId),
            Today.AddDays(-1),
            SignatureMode.ESignature
        );
        var whole = await opened.Details();
        whole.State.ShouldBe(DisputeState.Agreed);
        whole.Workers.Single(w => w.Id == accepted.Workers[1].WorkerClaimId).EffectiveOn.ShouldBe(Today.AddDays(-1));
    }

    [Fact]
    public async Task Settled_on_the_spot_with_payment_proof()
    {
        var accepted = Accepted([(ClaimItemType.Wages, 300_000)]);
        var opened = await fixture.Open(accepted);
        var session = await opened.ToSession();
        var (worker, item) = (accepted.Workers[0].WorkerClaimId, accepted.Workers[0].Items[0].ItemId);
        await opened.Refused(
            Mediator,
            $"/workers/{worker}/settlement",
            new SettleOnSpot(Today, session, [new(item, 300_000)], Guid.NewGuid()),
            HttpStatusCode.NotFound,
            "content_not_found"
        );
        await opened.Do(
            Mediator,
            $"/workers/{worker}/settlement",
            new SettleOnSpot(Today, session, [new(item, 300_000)], await opened.File(Mediator))
        );
        (await opened.Details()).State.ShouldBe(DisputeState.SettledOnSpot);
        await Until(() =>
            Task.FromResult(fixture.Published.OfType<SettledOnSpot>().Any(m => m.DisputeId == opened.Id))
        );
        var told = fixture.Published.OfType<SettledOnSpot>().Single(m => m.DisputeId == opened.Id);
        told.Items.ShouldHaveSingleItem().AgreedFen.ShouldBe(300_000);
        told.PaymentProof.MediaType.ShouldBe("image/png");
        told.RecordedByPerson.ShouldBe(Mediator.Human);
        await opened.Do(Mediator, "/closure", new CloseDispute(Today));
    }

    [Fact]
    public async Task Failure_needs_the_notice_and_is_told()
    {
        var opened = await fixture.Open(Accepted(Wages));
        await opened.ToSession();
        await opened.Refused(
            Mediator,
            "/failure",
            new FailMediation(FailureReason.WideGap, Today, Planted.Text, false),
            HttpStatusCode.UnprocessableEntity,
            "right_to_arbitrate_not_told"
        );
        await Clock(opened, "MED_RUN", RuleType.Duty, Today.AddDays(12));
        await opened.Refused(
            Mediator,
            "/failure",
            new FailMediation(FailureReason.Expired, Today, Planted.Text, true),
            HttpStatusCode.UnprocessableEntity,
            "mediation_not_expired"
        );
        await opened.Do(
            Mediator,
            "/failure",
            new FailMediation(FailureReason.WideGap, Today, Planted.Text, true, null, await opened.File(Mediator))
        );
        (await opened.Details()).State.ShouldBe(DisputeState.Failed);
        await Until(() =>
            Task.FromResult(
                fixture
                    .Published.OfType<Contracts.Disputes.MediationFailed>()
                    .Any(m => m.DisputeId == opened.Id && m is { ReasonCode: "wide_gap", Unit: Chaoyang })
            )
        );
    }

    [Fact]
    public async Task A_mediator_who_stepped_back_is_out_of_the_case()
    {
        var accepted = Accepted(Wages);
        var opened = await fixture.Open(accepted);
        await opened.Do(fixture.Head, "/mediator", new AppointMediator(Mediator.Account, Today));
        var raised = await opened.Do(
            Mediator,
            "/recusals",
            new RaiseRecusal(
                RecusalSource.Worker,
                accepted.Workers[0].PartyId,
                RecusalGround.OtherRelation,
                Today,
                Planted.Text
            )
        );
        await opened.Refused(
            Mediator,
            "/sessions",
            new ScheduleSession(TimeProvider.System.GetUtcNow().AddDays(1), SessionMode.Video),
            HttpStatusCode.UnprocessableEntity,
            "recusal_pending"
        );
        var decision = $"/recusals/{raised.Id}/decision";
        using (var byHerself = await opened.Post(Mediator, decision, new DecideRecusal(false, Today)))
            byHerself.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        await opened.Do(fixture.Head, decision, new DecideRecusal(true, Today));
        (await fixture.As(Mediator).GetAsync($"/disputes/{opened.Id}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await opened.Refused(
            fixture.Head,
            "/mediator",
            new AppointMediator(Mediator.Account, Today),
            HttpStatusCode.UnprocessableEntity,
            "mediator_recused"
        );
        await opened.Do(fixture.Head, "/mediator", new AppointMediator(fixture.OtherMediator.Account, Today));
        (await opened.Details(fixture.OtherMediator)).Mediator.ShouldBe(fixture.OtherMediator.Account);
        await Until(() =>
            Task.FromResult(
                fixture
                    .Published.OfType<ResponsibilityChanged>()
                    .Where(m => m.DisputeId == opened.Id)
                    .Select(m => m.ResponsibleAccount)
                    .SequenceEqual([Mediator.Account, null, fixture.OtherMediator.Account])
            )
        );
    }

    [Fact]
    public async Task Only_a_mediator_of_the_unit_is_appointed()
    {
        var opened = await fixture.Open(Accepted(Wages));
        foreach (var stranger in new[] { Guid.NewGuid(), fixture.HeadOfFengtai.Account })
            await opened.Refused(
                fixture.Head,
                "/mediator",
                new AppointMediator(stranger, Today),
                HttpStatusCode.UnprocessableEntity,
                "not_a_mediator_here"
            );
        (await opened.Get<MediatorLoad[]>(fixture.Head, "/mediators"))
            .Select(m => m.Account)
            .ShouldBe([Mediator.Account, fixture.OtherMediator.Account], ignoreOrder: true);
    }

    [Fact]
    public async Task The_paper_holds_every_field_and_a_reprint_is_the_same_bytes()
    {
        var accepted = Accepted(
            Today.AddDays(-3),
            2,
            [(ClaimItemType.Wages, 8_000_000)],
            [(ClaimItemType.Severance, 1_234_567)]
        );
        fixture.Register(accepted);
        var opened = await fixture.Open(accepted);
        await opened.ToSession();
        var agreement = (
            await opened.Do(
                Mediator,
                "/agreements",
                new DraftAgreement(
                    Today,
                    PaymentManner.BankTransfer,
                    [
                        new(
                            accepted.Workers[0].WorkerClaimId,
                            [
                                Money(accepted.Workers[0].Items[0].ItemId, (5_200_000, new(2026, 12, 30))) with
                                {
                                    DefaultClause = DefaultClause.Penalty,
                                    PenaltyFen = 2_000_000,
                                },
                            ]
                        ),
                        new(
                            accepted.Workers[1].WorkerClaimId,
                            [
                                Money(
                                    accepted.Workers[1].Items[0].ItemId,
                                    (234_567, Today),
                                    (1_000_000, Today.AddDays(9))
                                ),
                            ]
                        ),
                    ],
                    "法定代表人承担连带保证责任。"
                )
            )
        ).Id;

        fixture.RegisterDown = true;
        await opened.Refused(
            Mediator,
            $"/agreements/{agreement}/paper",
            new IssuePaper(),
            HttpStatusCode.ServiceUnavailable,
            "register_unavailable"
        );
        fixture.RegisterDown = false;
        var paper = await opened.Do(Mediator, $"/agreements/{agreement}/paper", new IssuePaper());
        fixture.Disclosures.ShouldContain(d =>
            d.Authorization.StartsWith("Bearer ") && d.Request.Ids.Contains(accepted.Workers[0].PartyId)
        );
        var asked = fixture.Disclosures.Count;
        (await opened.Do(Mediator, $"/agreements/{agreement}/paper", new IssuePaper())).ShouldBe(paper);
        fixture.Disclosures.Count.ShouldBe(asked);

        var first = await fixture.As(Mediator).GetByteArrayAsync($"/disputes/{opened.Id}/papers/{paper.Id}");
        var again = await fixture.As(fixture.Verifier).GetByteArrayAsync($"/disputes/{opened.Id}/papers/{paper.Id}");
        again.ShouldBe(first);
        var text = await WordText(first);
        foreach (
            var expected in (string[])
                [
                    accepted.CaseNumber + "-协1",
                    "劳动争议调解协议书",
                    "北京市朝阳区总工会",
                    "52,000.00",
                    "12,345.67",
                    "违约金 20,000.00 元",
                    "第2期",
                    "2026年12月30日前",
                    "银行转账",
                    "税前",
                    "放弃本项其余请求",
                    "64,345.67",
                    "一式3份",
                    "法定代表人承担连带保证责任。",
                    .. fixture.Parties[accepted.Workers[0].PartyId].Where(f => f.Value != "male").Select(f => f.Value),
                    .. fixture.Parties[accepted.Employers[1].PartyId].Select(f => f.Value),
                ]
        )
            text.ShouldContain(expected);
        var view = (await opened.Details(Mediator)).Papers.ShouldHaveSingleItem();
        view.Number.ShouldBe(accepted.CaseNumber + "-协1");
        view.Content.Sha256.ShouldBe(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(first)));
    }

    [Fact]
    public async Task A_stale_page_is_told_and_a_double_submit_is_done_once()
    {
        var opened = await fixture.Open(Accepted(Wages));
        var appoint = new AppointMediator(Mediator.Account, Today);
        await opened.Do(fixture.Head, "/mediator", appoint);
        var session = new ScheduleSession(TimeProvider.System.GetUtcNow().AddDays(1), SessionMode.Telephone);
        using (var stale = await opened.Post(Mediator, "/sessions", session, version: 1))
            stale.StatusCode.ShouldBe(HttpStatusCode.PreconditionFailed);
        var key = Guid.NewGuid().ToString();
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(_ => opened.Post(Mediator, "/sessions", session, version: 2, key: key))
        );
        var done = new List<Done>();
        foreach (var answer in answers)
        {
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
            done.Add((await answer.Content.ReadFromJsonAsync<Done>(EventTypes.Json))!);
        }
        done.Distinct().ShouldHaveSingleItem();
        (await opened.Details()).Sessions.ShouldHaveSingleItem();
    }

    /// <summary>Tells of a clock as Deadlines would, and waits until it is known.</summary>
    private async Task<ClockChanged> Clock(
        OpenedCase of,
        string rule,
        RuleType type,
        DateOnly? due,
        ClockStanding standing = ClockStanding.Running,
        ClockChanged? before = null
    )
    {
        var id = before?.ClockId ?? Guid.CreateVersion7();
        var last = before?.Source.Version ?? 0;
        var clock = new ClockChanged(
            DisputesFixture.Source(id, last + 2, last),
            id,
            of.Id,
            of.Id,
            null,
            rule,
            type,
            Chaoyang,
            standing,
            due,
            false
        );
        await fixture.Send(clock);
        await Until(async () =>
            (
                await fixture.Database.Rows(
                    $"select 1 from inbox where source_stream = '{id}' and version = {last + 2}"
                )
            ).Count == 1
        );
        return clock;
    }

    [Fact]
    public async Task Worklist_and_list_stand_by_the_nearest_day_of_clocks_and_session()
    {
        var opened = await fixture.Open(Accepted(Wages));
        async Task<WorklistItem> Item(Person by) =>
            (await fixture.As(by).GetFromJsonAsync<Worklist>("/worklist?size=200", EventTypes.Json))!.Items.Single(i =>
                i.Id == opened.Id
            );
        async Task<DateOnly?> Listed()
        {
            var page = await fixture
                .As(fixture.Head)
                .GetFromJsonAsync<Page<DisputeRow>>(
                    "/disputes?size=100&sort=nextDue&descending=false",
                    EventTypes.Json
                );
            page!
                .Items.Select(r => r.NextDue ?? DateOnly.MaxValue)
                .ShouldBeInOrder(SortDirection.Ascending, "the list is sorted by the next day");
            return page.Items.SingleOrDefault(r => r.Id == opened.Id)?.NextDue;
        }
        (await Item(fixture.Head)).Due.ShouldBeNull("Deadlines said nothing yet");
        var run = await Clock(opened, "MED_RUN", RuleType.Duty, Today.AddDays(12));
        await Clock(opened, "ARB_AWARD", RuleType.External, Today.AddDays(1));
        await Clock(opened, "MED_GATE", RuleType.Gate, Today.AddDays(2));
        (await Item(fixture.Head)).Due.ShouldBe(Today.AddDays(12), "neither a court's time nor a gate is ours to keep");
        var right = await Clock(opened, "ARB_LIMIT", RuleType.Right, Today.AddDays(7));
        (await Item(fixture.Head)).Due.ShouldBe(Today.AddDays(7));
        (await Listed()).ShouldBe(Today.AddDays(7));
        await Clock(opened, "ARB_LIMIT", RuleType.Right, null, ClockStanding.Suspended, right);
        (await Item(fixture.Head)).Due.ShouldBe(Today.AddDays(12));
        await opened.Do(fixture.Head, "/mediator", new AppointMediator(Mediator.Account, Today));
        await opened.Do(
            Mediator,
            "/sessions",
            new ScheduleSession(TimeProvider.System.GetUtcNow().AddDays(3), SessionMode.Video)
        );
        (await Item(Mediator)).Due.ShouldBe(LegalDay.Of(TimeProvider.System.GetUtcNow().AddDays(3)));
        (await Listed()).ShouldBe(Today.AddDays(12));
        // Missed, it stays the nearest until it is done.
        run = await Clock(opened, "MED_RUN", RuleType.Duty, Today.AddDays(-1), ClockStanding.Running, run);
        run = await Clock(opened, "MED_RUN", RuleType.Duty, null, ClockStanding.Breached, run);
        (await Item(Mediator)).Due.ShouldBe(Today.AddDays(-1));
        await Clock(opened, "MED_RUN", RuleType.Duty, null, ClockStanding.DoneLate, run);
        (await Listed()).ShouldBeNull();
    }

    [Fact]
    public async Task Lists_search_worklist_and_sheet_show_what_the_reader_may_see()
    {
        var accepted = Accepted(Wages);
        var opened = await fixture.Open(accepted);
        async Task<T> Get<T>(Person by, string path) =>
            (await fixture.As(by).GetFromJsonAsync<T>(path, EventTypes.Json))!;
        var query = $"/disputes?text={Uri.EscapeDataString(accepted.CaseNumber)}";
        (await Get<Page<DisputeRow>>(fixture.Head, query)).Items.ShouldHaveSingleItem().ClaimedFen.ShouldBe(8_000_000);
        (await Get<Page<DisputeRow>>(Mediator, query)).Total.ShouldBe(0);
        (await Get<Page<DisputeRow>>(fixture.HeadOfFengtai, query)).Total.ShouldBe(0);
        foreach (
            var filter in (string[])
                [
                    "&state=accepted&unassigned=true&channel=walkIn",
                    $"&unit={City}&sort=claimedFen&descending=true",
                    $"&acceptedFrom={Today.AddDays(-3):yyyy-MM-dd}&acceptedTo={Today:yyyy-MM-dd}&size=1&sort=nextSession",
                ]
        )
            (await Get<Page<DisputeRow>>(fixture.Head, query + filter)).Total.ShouldBe(1);
        (await Get<Page<DisputeRow>>(fixture.Head, query + "&state=closed")).Total.ShouldBe(0);
        (await Get<Page<DisputeRow>>(fixture.Head, query + $"&unit={Chaoyang}&below=false")).Total.ShouldBe(1);

        var byParties = new CasesByParties([accepted.Workers[0].PartyId, Guid.NewGuid()]);
        async Task<CaseOfParties[]> Cases(Person by) =>
            (
                await (
                    await fixture.As(by).PostAsJsonAsync("/cases/by-parties", byParties, EventTypes.Json)
                ).Content.ReadFromJsonAsync<CaseOfParties[]>(EventTypes.Json)
            )!;
        (await Cases(fixture.Head)).ShouldHaveSingleItem().PartyIds.ShouldBe([accepted.Workers[0].PartyId]);
        (await Cases(fixture.HeadOfFengtai)).ShouldBeEmpty();

        var head = await Get<Worklist>(fixture.Head, "/worklist?size=200");
        head.Items.Single(i => i.Id == opened.Id).Kind.ShouldBe("appoint_mediator");
        head.Items.Single(i => i.Id == opened.Id).Due.ShouldBeNull();
        head.Counts["appoint_mediator"].ShouldBe(head.Items.Count(i => i.Kind == "appoint_mediator"));
        await opened.Do(fixture.Head, "/mediator", new AppointMediator(Mediator.Account, Today));
        (await Get<Worklist>(fixture.Head, "/worklist?size=200")).Items.ShouldNotContain(i => i.Id == opened.Id);
        await opened.Do(
            Mediator,
            "/sessions",
            new ScheduleSession(TimeProvider.System.GetUtcNow().AddMinutes(1), SessionMode.Video)
        );
        (await Get<Worklist>(Mediator, "/worklist?size=200"))
            .Items.Single(i => i.Id == opened.Id)
            .Kind.ShouldBe("hold_session");
        // Page by page it is the same list.
        var (paged, next) = (new List<Guid>(), (string?)"");
        while (next is not null)
        {
            var page = await Get<Worklist>(Mediator, "/worklist?size=2" + (next.Length > 0 ? "&cursor=" + next : ""));
            paged.AddRange(page.Items.Select(i => i.Id));
            next = page.Next;
        }
        paged.ShouldBe((await Get<Worklist>(Mediator, "/worklist?size=200")).Items.Select(i => i.Id));

        var sheet = await fixture.As(fixture.Head).GetByteArrayAsync("/disputes.xlsx" + query["/disputes".Length..]);
        var cells = await SheetText(sheet);
        cells.ShouldContain(accepted.CaseNumber);
        cells.ShouldContain("80000");
        (await SheetText(await fixture.As(fixture.HeadOfFengtai).GetByteArrayAsync("/disputes.xlsx"))).ShouldNotContain(
            accepted.CaseNumber
        );
    }

    private static async Task<string> WordText(byte[] docx)
    {
        using var archive = new ZipArchive(new MemoryStream(docx));
        using var reader = new StreamReader(await archive.GetEntry("word/document.xml")!.OpenAsync());
        var xml = System.Xml.Linq.XDocument.Parse(await reader.ReadToEndAsync());
        return string.Concat(
            xml.Descendants()
                .Where(e => e.Name.LocalName is "t" or "p")
                .Select(e => e.Name.LocalName == "t" ? e.Value : "\n")
        );
    }

    private static async Task<string> SheetText(byte[] xlsx)
    {
        using var archive = new ZipArchive(new MemoryStream(xlsx));
        using var reader = new StreamReader(await archive.GetEntry("xl/worksheets/sheet1.xml")!.OpenAsync());
        return await reader.ReadToEndAsync();
    }
}
