using Mediation.Contracts.Deadlines;
using Mediation.Contracts.Http.Deadlines;
using Mediation.Contracts.Http.Disputes;
using Mediation.Contracts.Http.Identity;
using Mediation.Contracts.Http.Intake;
using Mediation.Contracts.Http.Outcomes;
using Mediation.Contracts.Identity;

namespace Mediation.Portal.Pages.Cases;

public sealed record CaseListModel(
    ListQuery Query,
    Page<DisputeRow>? Page,
    Problem? Problem,
    IReadOnlyList<StaffMember> Mediators
);

/// <param name="Lines">The money of the case, or null when Outcomes does not answer.</param>
/// <param name="Mediators">Whom the head may appoint.</param>
/// <param name="Clocks">Its statutory periods, as Deadlines answered.</param>
/// <param name="Notices">What its parties are to be told, as Intake answered.</param>
public sealed record CaseModel(
    DisputeDetails Case,
    DisputeLines? Lines,
    IReadOnlyList<MediatorLoad> Mediators,
    Answer<CaseClocks> Clocks,
    Answer<IReadOnlyList<NoticeRow>> Notices,
    Submission? State
)
{
    public string Post => $"/cases/{Case.Id}";

    /// <summary>The own duty that ends first: the light beside the number of the case.</summary>
    public ClockView? Nearest =>
        Clocks
            .Value?.Clocks.Where(c => c.Type is RuleType.Duty && Pages.Clocks.ClocksPanel.Open(c))
            .MinBy(c => c.Due ?? DateOnly.MaxValue);

    public bool Running => Case.ConcludedOn is null && Case.ClosedOn is null;
}

public sealed record TextModel(Guid CaseId, string CaseNumber, string Text);

/// <summary>案件: the list, and the page on which a case is worked from appointment to closure.</summary>
public static class CasePages
{
    private static readonly string[] Known =
    [
        "unit",
        "state",
        "mediator",
        "unassigned",
        "channel",
        "acceptedFrom",
        "acceptedTo",
        "text",
        "page",
        "size",
        "sort",
    ];

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/cases", List);
        app.MapGet("/cases.xlsx", Sheet);
        app.MapGet("/cases/{id:guid}", (Guid id, HttpContext context, Services s) => Show(id, context, s, null));
        app.MapPost("/cases/{id:guid}", Command);
        app.MapGet("/cases/{id:guid}/contents/{contentId:guid}", Content);
        app.MapGet("/cases/{id:guid}/papers/{paperId:guid}", Paper);
        // The address that services know a case by.
        app.MapGet("/disputes/{id:guid}", (Guid id) => Results.Redirect($"/cases/{id}"));
    }

    /// <summary>What the handlers of this area work with.</summary>
    public sealed class Services(
        DisputesClient disputes,
        OutcomesClient outcomes,
        IntakeClient intake,
        DeadlinesClient deadlines,
        IdentityClient identity,
        UnitNames units,
        Names names,
        Reader me
    )
    {
        public DeadlinesClient Deadlines => deadlines;
        public IntakeClient Intake => intake;
        public DisputesClient Disputes => disputes;
        public OutcomesClient Outcomes => outcomes;
        public IdentityClient Identity => identity;
        public UnitNames Units => units;
        public Names Names => names;
        public Reader Me => me;
    }

    private static async Task<IResult> List(HttpContext context, Services s)
    {
        var query = ListQuery.Of(context.Request, Known);
        var answer = s.Disputes.Disputes(Sorted(query));
        var mediators = s.Me.Is(Role.CentreHead, Role.Supervisor, Role.DistrictLegal, Role.CityLegal)
            ? s.Identity.Staff($"?unit={Uri.EscapeDataString(s.Me.HomeUnit)}&below=true&role={Codes.Of(Role.Mediator)}")
            : Task.FromResult(new Answer<IReadOnlyList<StaffMember>>([], null));
        await Task.WhenAll(answer, mediators, s.Units.Load(s.Identity));
        var page = (await answer).Value;
        if (page is not null)
            await s.Names.Load(
                page.Items.SelectMany(r => r.Workers.Concat(r.Employers)),
                page.Items.Select(r => r.Mediator)
            );
        return View.Of<CaseList>(new CaseListModel(query, page, (await answer).Problem, (await mediators).Value ?? []));
    }

    // On pages a column is sorted by its name with a minus for descending; Disputes takes the two apart.
    private static string Sorted(ListQuery query)
    {
        var sort = query["sort"];
        return sort is null
            ? query.ToString()
            : query
                .With("sort", sort.TrimStart('-'))
                .With("descending", sort.StartsWith('-') ? "true" : "false")
                .ToString();
    }

    private static async Task<IResult> Sheet(HttpContext context, Services s) =>
        Files.Send(context, await s.Disputes.Sheet(Sorted(ListQuery.Of(context.Request, Known).WithoutPage())));

    private static async Task<IResult> Paper(Guid id, Guid paperId, HttpContext context, Services s) =>
        Files.Send(context, await s.Disputes.Paper(id, paperId));

    private static async Task<IResult> Content(Guid id, Guid contentId, HttpContext context, Services s)
    {
        var answer = await s.Disputes.Content(id, contentId);
        if (answer.Value is not { } file || !file.MediaType.StartsWith("text/plain", StringComparison.Ordinal))
            return Files.Send(context, answer, inline: true);
        using var reader = new StreamReader(file.Content);
        var details = await s.Disputes.Dispute(id);
        return View.Of<CaseText>(
            new TextModel(id, details.Value?.CaseNumber ?? string.Empty, await reader.ReadToEndAsync())
        );
    }

    private static async Task<IResult> Show(Guid id, HttpContext context, Services s, Submission? state)
    {
        var dispute = s.Disputes.Dispute(id);
        var lines = s.Outcomes.Lines(id);
        var clocks = s.Deadlines.OfCase(id);
        await Task.WhenAll(dispute, lines, clocks, s.Units.Load(s.Identity));
        var answer = await dispute;
        if (answer.Problem is { } problem)
            // Announced by Intake and perhaps not arrived yet: asked again for half a minute, then it is an error.
            return
                problem.NotFound && Attempt(context) is var attempt and < 15 && context.Request.Query.ContainsKey("new")
                ? View.Of<Shared.Syncing>($"/cases/{id}?new={attempt + 1}", 202)
                : View.Problem(problem, state);
        // The forms about money stand beside the money; without it what was typed there would be gone.
        if (state?.Name.Split('-')[0] is "enterPayment" or "giveBack" && (await lines).Problem is { } silent)
            return View.Problem(silent, state);
        var details = answer.Value!;
        var notices = s.Intake.NoticesOf(details.RequestId);
        var mediators = details.Actions.Allows("appointMediator") ? (await s.Disputes.Mediators(id)).Value ?? [] : [];
        await s.Names.Load(
            details
                .Workers.Select(w => w.PartyId)
                .Concat(details.Employers.Select(e => e.PartyId))
                .Concat((await notices).Value?.Select(n => n.PartyId) ?? [])
                .Concat((await clocks).Value?.Clocks.Select(c => c.PartyId).OfType<Guid>() ?? []),
            details
                .Timeline.Select(t => t.Account)
                .Append(details.Mediator)
                .Concat(details.Recusals.Select(r => (Guid?)r.Mediator))
                .Concat(
                    details
                        .Timeline.SelectMany(t => t.Arguments.Where(a => a.Key is "mediator" or "previous"))
                        .Select(a => Guid.TryParse(a.Value, out var account) ? account : (Guid?)null)
                )
                .Concat(mediators.Select(m => (Guid?)m.Account))
        );
        return View.Of<CasePage>(
            new CaseModel(details, (await lines).Value, mediators, await clocks, await notices, state),
            state is null ? 200 : state.Problem?.Status ?? 422
        );
    }

    private static int Attempt(HttpContext context) =>
        int.TryParse(context.Request.Query["new"], System.Globalization.CultureInfo.InvariantCulture, out var attempt)
            ? attempt
            : 0;

    private static async Task<IResult> Command(Guid id, HttpContext context, Services s)
    {
        var form = await Submission.Read(context);
        var name = form.Name.Split('-')[0];
        if (name is "enterPayment")
            return await EnterPayment(id, context, s, form);
        if (name is "giveBack")
            return await GiveBack(id, context, s, form);
        if (!CaseForms.Exists(name))
            return View.Of<Shared.ErrorPage>(400, 400);
        // Read once to see what is wrong before any file is sent.
        CaseForms.Read(name, form, new Dictionary<string, Guid>(StringComparer.Ordinal));
        if (!form.Valid)
            return await Show(id, context, s, form);
        var sent = new Dictionary<string, Guid>(StringComparer.Ordinal);
        foreach (var (field, required) in CaseForms.FilesOf(name))
        {
            if (form.File(field) is { } file)
            {
                var upload = await s.Disputes.Upload(id, file);
                if (upload.Value is not { } reference)
                {
                    form.Failed(upload.Problem!);
                    return await Show(id, context, s, form);
                }
                sent[field] = reference.ContentId;
                form.Set($"{field}.sent", reference.ContentId.ToString());
            }
            else if (form.Id($"{field}.sent") is { } before)
                sent[field] = before;
            else if (required)
                form.Wrong(field, "field.file");
        }
        var (path, body) = CaseForms.Read(name, form, sent);
        return await form.Send(
            () => s.Disputes.Command(id, path, body, form.Head),
            _ => View.Go(context, $"/cases/{id}", $"case.{name}"),
            again => Show(id, context, s, again)
        );
    }

    private static async Task<IResult> EnterPayment(Guid id, HttpContext context, Services s, Submission form)
    {
        var shares = new List<Share>();
        foreach (var field in form.Values.Keys.Where(k => k.StartsWith("share.", StringComparison.Ordinal)).ToList())
            if (form.Fen(field) is { } fen && Guid.TryParse(field["share.".Length..], out var line))
                shares.Add(new(line, fen));
        if (shares.Count == 0 && form.Valid)
            form.Wrong(string.Empty, "payment.noShare");
        var payment = new EnterPayment(
            form.NewId,
            form.RequiredDay("paidOn"),
            form.RequiredChoice<PayerKind>("payer"),
            form.RequiredChoice<PayeeKind>("payee"),
            form.RequiredChoice<PaymentMeans>("means"),
            shares,
            form.Number("instalment"),
            form.Id("onBehalfOf"),
            form.Flag("excessConfirmed")
        );
        var receipt = form.File("receipt");
        if (receipt is null)
            form.Wrong("receipt", "field.file");
        return await form.Send(
            () => s.Outcomes.EnterPayment(id, payment, receipt!, form.File("debtPaper"), form.Head),
            _ => View.Go(context, $"/cases/{id}#money", "paymentEntered"),
            again => Show(id, context, s, again)
        );
    }

    private static async Task<IResult> GiveBack(Guid id, HttpContext context, Services s, Submission form)
    {
        var line = form.RequiredId("line");
        var request = new RecordGivenBack(
            form.NewId,
            form.RequiredFen("amount"),
            form.RequiredDay("on"),
            form.RequiredChoice<GivenBackCause>("cause"),
            form.Optional("remark")
        );
        return await form.Send(
            () => s.Outcomes.GiveBack(line, request, form.Head),
            _ => View.Go(context, $"/cases/{id}#money", "givenBack"),
            again => Show(id, context, s, again)
        );
    }
}
