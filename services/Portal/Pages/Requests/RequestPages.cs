using Mediation.Contracts.Http.Deadlines;
using Mediation.Contracts.Http.Intake;
using Mediation.Contracts.Identity;

namespace Mediation.Portal.Pages.Requests;

public sealed record RequestListModel(ListQuery Query, Page<RequestRow>? Page, Problem? Problem);

/// <param name="Accesses">Who read the party shown; null for readers who may not see that.</param>
/// <param name="Clocks">Its statutory periods, as Deadlines answered.</param>
/// <param name="Notices">Notices to its parties; none where Intake does not answer.</param>
/// <param name="Facts">The facts as written down, when this reader may see them.</param>
public sealed record RequestModel(
    RequestDetails Request,
    TextOf? Facts,
    CodeLists? Lists,
    Submission? State,
    PartyCard? Card,
    RevealedParty? Revealed,
    Page<PartyAccess>? Accesses,
    Answer<CaseClocks> Clocks,
    Answer<IReadOnlyList<NoticeRow>> Notices
);

/// <summary>收案: the list of requests and the page of one, from registration to acceptance or another end.</summary>
public static class RequestPages
{
    private static readonly string[] Known =
    [
        "state",
        "channel",
        "unit",
        "from",
        "to",
        "collective",
        "escalated",
        "incomplete",
        "number",
        "item",
        "sort",
        "page",
        "size",
    ];

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/requests", List);
        app.MapGet("/requests.xlsx", Sheet);
        app.MapGet("/requests/{id:guid}", (Guid id, Services s, string? party) => Show(id, s, null, party: party));
        app.MapPost("/requests/{id:guid}", Command);
        app.MapGet("/requests/{id:guid}/texts/{contentId:guid}", Text);
    }

    private static readonly Role[] AccessReaders =
    [
        Role.CentreHead,
        Role.Supervisor,
        Role.CityLegal,
        Role.Administrator,
    ];

    /// <summary>What the handlers of this area work with.</summary>
    public sealed class Services(
        IntakeClient intake,
        DeadlinesClient deadlines,
        IdentityClient identity,
        UnitNames units,
        Names names,
        TimeProvider time,
        Reader me
    )
    {
        public Reader Me => me;
        public IntakeClient Intake => intake;
        public DeadlinesClient Deadlines => deadlines;
        public IdentityClient Identity => identity;
        public UnitNames Units => units;
        public Names Names => names;
        public TimeProvider Time => time;
    }

    private static async Task<IResult> List(HttpContext context, Services s)
    {
        var query = ListQuery.Of(context.Request, Known);
        var answer = s.Intake.Requests(query.ToString());
        await Task.WhenAll(answer, s.Units.Load(s.Identity));
        var page = (await answer).Value;
        if (page is not null)
            await s.Names.Load(page.Items.SelectMany(r => r.Applicants.Concat(r.Respondents)));
        return View.Of<RequestList>(new RequestListModel(query, page, (await answer).Problem));
    }

    private static async Task<IResult> Sheet(HttpContext context, Services s) =>
        Files.Send(context, await s.Intake.RequestSheet(ListQuery.Of(context.Request, Known).WithoutPage().ToString()));

    private static async Task<IResult> Text(Guid id, Guid contentId, Services s)
    {
        var answer = await s.Intake.Text(id, contentId);
        return answer.Problem is { } problem
            ? View.Problem(problem)
            : View.Of<RequestTextPage>(new RequestTextModel(id, answer.Value!.Text));
    }

    private static async Task<IResult> Show(
        Guid id,
        Services s,
        Submission? state,
        string? party = null,
        RevealedParty? revealed = null
    )
    {
        var answer = await s.Intake.Request(id);
        if (answer.Problem is { } problem)
            return View.Problem(problem, state);
        var request = answer.Value!;
        var facts = request.Texts.LastOrDefault(t => t.Kind is "facts") is { } text
            ? s.Intake.Text(id, text.Content.ContentId)
            : Task.FromResult(new Answer<TextOf>(null, null));
        var lists = s.Intake.CodeLists(request.ReceivedOn);
        var card = Guid.TryParse(party, out var partyId)
            ? s.Intake.Party(partyId)
            : Task.FromResult(new Answer<PartyCard>(null, null));
        var accesses =
            party is not null && s.Me.Is(AccessReaders)
                ? s.Intake.Accesses(partyId, 1)
                : Task.FromResult(new Answer<Page<PartyAccess>>(null, null));
        var clocks = s.Deadlines.OfCase(request.ClockCase);
        var notices = s.Intake.NoticesOf(id);
        await Task.WhenAll(
            notices,
            facts,
            lists,
            card,
            accesses,
            clocks,
            s.Units.Load(s.Identity),
            s.Names.Load(
                request
                    .Applicants.Select(a => a.PartyId)
                    .Concat(request.Respondents.Select(r => r.PartyId))
                    .Concat(request.Proxy is { } proxy ? [proxy.PartyId] : []),
                request.Steps.Select(x => x.By)
            )
        );
        var log = (await accesses).Value;
        await s.Names.Load(
            (await clocks).Value?.Clocks.Select(c => c.PartyId).OfType<Guid>() ?? [],
            log?.Items.Select(a => (Guid?)a.Account)
        );
        return View.Of<RequestPage>(
            new RequestModel(
                request,
                (await facts).Value,
                (await lists).Value,
                state,
                (await card).Value,
                revealed,
                log,
                await clocks,
                await notices
            ),
            state is null ? 200 : state.Problem?.Status ?? 422
        );
    }

    private static async Task<IResult> Command(Guid id, HttpContext context, Services s)
    {
        var form = await Submission.Read(context);
        var name = form.Name.Split('-')[0];
        if (name is "reveal")
            return await Reveal();
        if (name is "correct")
        {
            var party = form.RequiredId("party");
            var correction = new CorrectParty(
                [new(form.RequiredChoice<PartyField>("field"), form.Optional("value"))],
                form.RequiredChoice<CorrectionReason>("reason")
            );
            return await form.Send(
                () => s.Intake.Correct(party, correction, form.Head),
                _ => View.Go(context, $"/requests/{id}?party={party}#party", "partyCorrected"),
                again => Show(id, s, again, party.ToString())
            );
        }
        if (Read(name, form) is not var (verb, body))
            return View.Of<Shared.ErrorPage>(400, 400);
        if (name is "accept")
            return await form.Send(
                () => s.Intake.Command<AcceptedRequest>(id, verb, body, form.Head),
                done =>
                    View.Go(context, $"/cases/{done.Value!.DisputeId}?new=1", "requestAccepted", done.Value.CaseNumber),
                again => Show(id, s, again)
            );
        return await form.Send(
            () => s.Intake.Command<Done>(id, verb, body, form.Head),
            _ => View.Go(context, $"/requests/{id}", $"request.{name}"),
            again => Show(id, s, again)
        );

        async Task<IResult> Reveal()
        {
            var fields = form.All("fields").Select(f => Codes.Parse<PartyField>(f)).OfType<PartyField>().ToList();
            if (fields.Count == 0)
                form.Wrong("fields", "field.choose");
            var party = form.RequiredId("party");
            var purpose = form.RequiredChoice<AccessPurpose>("purpose");
            if (!form.Valid)
                return await Show(id, s, form, party.ToString());
            var answer = await s.Intake.Reveal(party, new RevealParty(fields, purpose));
            return answer.Problem is { } problem
                ? await Show(id, s, form.Failed(problem), party.ToString())
                : await Show(id, s, null, party.ToString(), answer.Value);
        }
    }

    /// <summary>The command of a form and the last part of its path.</summary>
    private static (string Verb, object Body)? Read(string name, Submission form) =>
        name switch
        {
            "triage" => (
                "triage",
                new TriageRequest(
                    form.First("inScope") is "true",
                    form.Choice<OutOfScopeReason>("outOfScope"),
                    form.RequiredChoice<LegalRelation>("relation"),
                    form.Choice<OverAgeMatter>("overAgeMatter"),
                    form.RequiredChoice<StatutoryHead>("head"),
                    form.RequiredChoice<StatisticsCategory>("statistics"),
                    form.Optional("courtCause"),
                    form.Day("limitationOn"),
                    form.Optional("performanceDistrict"),
                    form.Optional("seatDistrict"),
                    [.. form.All("pending").Select(p => Codes.Parse<PendingProcedure>(p)).OfType<PendingProcedure>()],
                    form.Number("groupSize") ?? 1,
                    form.RequiredChoice<RiskLevel>("risk"),
                    form.YesNo("aidEligible")
                )
            ),
            "advise" => ("advise", new AdviseRequest(form.Required("advice"), form.RequiredDay("advisedOn"))),
            "apply" => (
                "apply",
                new ApplyForMediation(
                    form.RequiredChoice<MediationInitiative>("initiative"),
                    form.RequiredChoice<ApplicationForm>("form"),
                    form.RequiredDay("receivedOn")
                )
            ),
            "consent" => (
                "consents",
                new RecordConsent(
                    form.RequiredId("partyId"),
                    form.First("given") is "true",
                    form.RequiredChoice<ConsentManner>("manner"),
                    form.RequiredDay("on"),
                    form.Optional("note")
                )
            ),
            "accept" => ("accept", new AcceptRequest(form.RequiredDay("acceptedOn"))),
            "notAccept" => (
                "not-accept",
                new NotAcceptRequest(
                    form.RequiredChoice<NonAcceptanceReason>("reason"),
                    form.RequiredChoice<ReferralRoute>("route"),
                    form.Required("notice"),
                    form.RequiredDay("decidedOn")
                )
            ),
            "referOut" => (
                "refer-out",
                new ReferOutRequest(
                    form.RequiredChoice<ReferralRoute>("route"),
                    form.Optional("targetUnit"),
                    form.Day("actBy"),
                    form.Required("notice"),
                    form.RequiredDay("referredOn")
                )
            ),
            "withdraw" => (
                "withdraw",
                new WithdrawRequest(form.RequiredChoice<WithdrawalReason>("reason"), form.RequiredDay("withdrawnOn"))
            ),
            "linkDuplicate" => ("link-duplicate", new LinkDuplicate(Original(form))),
            "escalate" => ("escalate", new EscalateRequest(form.RequiredChoice<EscalationReason>("reason"))),
            "amend" => ("amend", new AmendRequest(ClaimFields.Read(form), null, form.Optional("facts"))),
            _ => null,
        };

    // The page of the other request is what people have at hand: its address, or the id in it.
    private static Guid Original(Submission form)
    {
        var typed = form.Required("original");
        var last = typed.TrimEnd('/').Split('/')[^1].Split('?')[0];
        if (Guid.TryParse(last, out var id))
            return id;
        form.Wrong("original", "request.originalForm");
        return default;
    }
}

public sealed record RequestTextModel(Guid RequestId, string Text);
