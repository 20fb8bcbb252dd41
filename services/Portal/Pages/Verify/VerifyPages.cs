using Mediation.Contracts.Http.Disputes;
using Mediation.Contracts.Http.Outcomes;
using Mediation.Contracts.Identity;

namespace Mediation.Portal.Pages.Verify;

/// <summary>The list beside the payment that is read.</summary>
/// <param name="Verifying">The reader verifies: the list is her queue.</param>
/// <param name="Payment">The payment in the reading pane; null where the list is empty.</param>
/// <param name="Dispute">Its case with the agreement, or null where it may not be read or does not answer.</param>
/// <param name="Year">Figures of this year for the reader's highest unit, or null where she may not see totals.</param>
public sealed record VerifyModel(
    ListQuery Query,
    bool Verifying,
    Page<PaymentListItem>? Page,
    Problem? Problem,
    PaymentView? Payment,
    DisputeDetails? Dispute,
    bool DisputeSilent,
    TotalsView? Year,
    Submission? State
)
{
    public string PathOf(Guid id) => Query.On($"/review/{id}");

    /// <summary>The neighbours in the list as it is filtered and sorted; where the payment is not in it, in the queue.</summary>
    public string? NextPath => Beside(+1);

    public string? PreviousPath => Beside(-1);

    /// <summary>Where the eye goes when this payment has left the list.</summary>
    public Guid? Successor
    {
        get
        {
            var at = Index;
            if (Page is not { } page || at < 0)
                return Payment?.NextInQueue ?? Payment?.PreviousInQueue;
            return at + 1 < page.Items.Count ? page.Items[at + 1].PaymentId
                : at > 0 ? page.Items[at - 1].PaymentId
                : null;
        }
    }

    private int Index
    {
        get
        {
            for (var i = 0; i < (Page?.Items.Count ?? 0); i++)
                if (Page!.Items[i].PaymentId == Payment?.PaymentId)
                    return i;
            return -1;
        }
    }

    private string? Beside(int step)
    {
        var at = Index;
        if (Page is not { } page || at < 0)
            return (step > 0 ? Payment?.NextInQueue : Payment?.PreviousInQueue) is { } neighbour && Verifying
                ? PathOf(neighbour)
                : null;
        var to = at + step;
        if (to >= 0 && to < page.Items.Count)
            return PathOf(page.Items[to].PaymentId);
        var number = page.Number + step;
        if (number < 1 || (number - 1L) * page.Size >= page.Total)
            return null;
        var path = Query.With("page", number.ToString(System.Globalization.CultureInfo.InvariantCulture)).On("/review");
        return step < 0 ? $"{path}&at=last" : path;
    }
}

/// <summary>复核: payments are read one after the other with the slip beside what was agreed, and confirmed or sent back
/// by a second person. Everybody who may read a payment finds it here, with what she may do with it.</summary>
public static class VerifyPages
{
    /// <summary>Value of the state filter for payments of every state; without a value the list is what waits.</summary>
    public const string EveryState = "all";

    private static readonly string[] Known =
    [
        "unit",
        "state",
        "from",
        "to",
        "caseNumber",
        "sort",
        "descending",
        "page",
        "size",
    ];

    private static readonly Role[] TotalReaders =
    [
        Role.CentreHead,
        Role.DistrictLegal,
        Role.CityLegal,
        Role.Finance,
        Role.Verifier,
        Role.Supervisor,
        Role.ReportReviewer,
    ];

    /// <summary>Slips show names and account numbers: for those who enter, verify or audit. The service says no to
    /// everybody else; the page then leaves the picture out.</summary>
    private static readonly Role[] SlipReaders =
    [
        Role.Mediator,
        Role.CentreHead,
        Role.DistrictLegal,
        Role.CityLegal,
        Role.Finance,
        Role.Verifier,
        Role.Supervisor,
    ];

    public static bool ReadsSlips(Reader me) => me.Is(SlipReaders);

    /// <summary>What the handlers of this area work with.</summary>
    public sealed class Services(
        OutcomesClient outcomes,
        DisputesClient disputes,
        IdentityClient identity,
        UnitNames units,
        Names names,
        Reader me
    )
    {
        public OutcomesClient Outcomes => outcomes;
        public DisputesClient Disputes => disputes;
        public IdentityClient Identity => identity;
        public UnitNames Units => units;
        public Names Names => names;
        public Reader Me => me;
    }

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/review", (HttpContext context, Services s) => Show(null, context, s, null));
        app.MapGet("/review.xlsx", Sheet);
        app.MapGet("/review/{id:guid}", (Guid id, HttpContext context, Services s) => Show(id, context, s, null));
        app.MapPost("/review/{id:guid}", Command);
        app.MapGet("/review/{id:guid}/receipt", Receipt);
        app.MapGet("/review/{id:guid}/debt-paper", DebtPaper);
        // The address that services know a payment by.
        app.MapGet("/payments/{id:guid}", (Guid id) => Results.Redirect($"/review/{id}"));
    }

    private static async Task<IResult> Show(Guid? id, HttpContext context, Services s, Submission? state)
    {
        var query = ListQuery.Of(context.Request, Known);
        var verifying = s.Me.Is(Role.Verifier);
        var waiting = query["state"] is null || Is(query["state"], PaymentState.Awaiting);
        // The queue holds the units she verifies; the list all that she may read.
        var list =
            verifying && waiting
                ? s.Outcomes.Queue(query.With("state", null).ToString())
                : s.Outcomes.Payments(Listed(query).ToString());
        var year = s.Me.Is(TotalReaders)
            ? s.Outcomes.Totals(query["unit"] is { } unit ? $"?unit={Uri.EscapeDataString(unit)}" : string.Empty)
            : Task.FromResult(new Answer<TotalsView>(null, null));
        var asked = id is { } given ? s.Outcomes.Payment(given) : null;
        await Task.WhenAll([list, year, asked ?? Task.CompletedTask, s.Units.Load(s.Identity)]);
        var (page, problem, _) = await list;
        if (asked is null && page is { Items.Count: > 0 })
        {
            var last = context.Request.Query["at"] == "last";
            asked = s.Outcomes.Payment(page.Items[last ? ^1 : 0].PaymentId);
        }
        var payment = asked is null ? null : (await asked).Value;
        if (id is not null && asked is not null && (await asked).Problem is { } missing)
            return View.Problem(missing, state);
        var dispute = payment is null
            ? new Answer<DisputeDetails>(null, null)
            : await s.Disputes.Dispute(payment.DisputeId);
        await s.Names.Load(
            (page?.Items.SelectMany(i => i.WorkerPartyIds) ?? [])
                .Concat(payment?.Shares.Select(x => x.WorkerPartyId) ?? [])
                .Concat(payment?.OnBehalfOf is { } employer ? [employer] : [])
                .Concat(dispute.Value?.Employers.Select(e => e.PartyId) ?? []),
            payment?.Trail.Select(t => (Guid?)t.ByAccount),
            Contracts.Http.Intake.AccessPurpose.Countersignature
        );
        return View.Of<VerifyPage>(
            new VerifyModel(
                query,
                verifying,
                page,
                problem,
                payment,
                dispute.Value,
                dispute.Problem is { Unavailable: true },
                (await year).Value,
                state
            ),
            state is null ? 200 : state.Problem?.Status ?? 422
        );
    }

    private static bool Is(string? code, PaymentState state) => Codes.Parse<PaymentState>(code) == state;

    private static ListQuery Listed(ListQuery query) =>
        query["state"] switch
        {
            null => query.With("state", Codes.Of(PaymentState.Awaiting)),
            EveryState => query.With("state", null),
            _ => query,
        };

    private static async Task<IResult> Sheet(HttpContext context, Services s) =>
        Files.Send(
            context,
            await s.Outcomes.PaymentSheet(
                Listed(ListQuery.Of(context.Request, Known).WithoutPage()).With("format", "xlsx").ToString()
            )
        );

    private static async Task<IResult> Receipt(Guid id, HttpContext context, Services s)
    {
        var payment = await s.Outcomes.Payment(id);
        if (payment.Value is not { } view)
            return View.Problem(payment.Problem!);
        // A settlement on the spot was proven to Disputes; the slip stayed there.
        var file =
            view.ReceiptAt is ReceiptHome.Disputes
                ? await s.Disputes.Content(view.DisputeId, view.Receipt.ContentId)
                : await s.Outcomes.Receipt(id);
        return Files.Framed(context, file);
    }

    private static async Task<IResult> DebtPaper(Guid id, HttpContext context, Services s) =>
        Files.Framed(context, await s.Outcomes.DebtPaper(id));

    private static async Task<IResult> Command(Guid id, HttpContext context, Services s)
    {
        var form = await Submission.Read(context);
        var amount = form.Fen("amount") is { } fen ? Written.Yuan(fen) : null;
        return form.Name switch
        {
            "countersign" => await form.Send(
                () => s.Outcomes.Countersign(id, form.Head),
                _ => GoOn(context, form, "verify.confirmed", amount),
                again => Show(id, context, s, again)
            ),
            "return" => await Return(),
            "reverse" => await Reverse(),
            "resubmit" => await Resubmit(),
            _ => View.Of<Shared.ErrorPage>(400, 400),
        };

        Task<IResult> Return()
        {
            var request = new ReturnPayment(form.RequiredChoice<ReturnReason>("reason"), form.Optional("remark"));
            if (request is { Reason: ReturnReason.Other, Remark: null })
                form.Wrong("remark", "field.required");
            return form.Send(
                () => s.Outcomes.Return(id, request, form.Head),
                _ => GoOn(context, form, "verify.returned", amount),
                again => Show(id, context, s, again)
            );
        }

        Task<IResult> Reverse()
        {
            var request = new ReversePayment(form.RequiredChoice<ReversalCause>("cause"), form.Optional("remark"));
            return form.Send(
                () => s.Outcomes.Reverse(id, request, form.Head),
                _ => View.Go(context, $"/review/{id}", "verify.reversed", amount),
                again => Show(id, context, s, again)
            );
        }

        Task<IResult> Resubmit()
        {
            var shares = new List<Share>();
            foreach (
                var field in form.Values.Keys.Where(k => k.StartsWith("share.", StringComparison.Ordinal)).ToList()
            )
                if (form.Fen(field) is { } part && Guid.TryParse(field["share.".Length..], out var line))
                    shares.Add(new(line, part));
            var request = new ResubmitPayment(
                form.RequiredDay("paidOn"),
                form.RequiredChoice<PayerKind>("payer"),
                form.RequiredChoice<PayeeKind>("payee"),
                form.RequiredChoice<PaymentMeans>("means"),
                shares,
                form.Number("instalment"),
                form.Id("onBehalfOf"),
                form.Flag("excessConfirmed")
            );
            return form.Send(
                () => s.Outcomes.Resubmit(id, request, form.File("receipt"), form.File("debtPaper"), form.Head),
                _ => View.Go(context, $"/review/{id}", "verify.resubmitted"),
                again => Show(id, context, s, again)
            );
        }
    }

    /// <summary>The next payment stands in the pane; the one just decided has left the list.</summary>
    private static IResult GoOn(HttpContext context, Submission form, string notice, string? amount)
    {
        var query = ListQuery.Of(context.Request, Known);
        return View.Go(
            context,
            form.Id("next") is { } next ? query.On($"/review/{next}") : query.With("page", null).On("/review"),
            notice,
            amount
        );
    }
}
