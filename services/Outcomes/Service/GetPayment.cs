using Mediation.Content;
using Mediation.Contracts;
using Mediation.Contracts.Http;
using Mediation.Contracts.Http.Outcomes;
using Mediation.EventStore;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Npgsql;
using static Mediation.Outcomes.Service.Sql;
using Http = Mediation.Contracts.Http.Outcomes;

namespace Mediation.Outcomes.Service;

/// <summary>One payment with everything a verifier needs on one page, and its papers.</summary>
internal sealed class GetPayment(
    Rights rights,
    Bookkeeper books,
    ContentStore contents,
    NpgsqlDataSource source,
    TimeProvider clock
)
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapGet(
                "/payments/{paymentId:guid}",
                async (Guid paymentId, GetPayment get, HttpResponse response, CancellationToken ct) =>
                {
                    var payment = await get.View(paymentId, ct);
                    Answer.Version(response, payment.Version);
                    return payment;
                }
            )
            .RequireRole(Rights.Readers);
        routes
            .MapGet(
                "/payments/{paymentId:guid}/receipt",
                (Guid paymentId, GetPayment get, HttpResponse response, CancellationToken ct) =>
                    get.Paper(paymentId, d => d.Receipt, "view_receipt", response, ct)
            )
            .RequireRole([Contracts.Identity.Role.Mediator, .. Rights.SlipReaders]);
        routes
            .MapGet(
                "/payments/{paymentId:guid}/debt-paper",
                (Guid paymentId, GetPayment get, HttpResponse response, CancellationToken ct) =>
                    get.Paper(paymentId, d => d.DebtPaper, "view_debt_paper", response, ct)
            )
            .RequireRole([Contracts.Identity.Role.Mediator, .. Rights.SlipReaders]);
    }

    private async Task<PaymentView> View(Guid paymentId, CancellationToken ct)
    {
        var (row, lineIds) = await rights.Payment(paymentId, ct);
        var today = LegalDay.Today(clock);
        var lines = new List<(RecoveryLine.Opened Line, IReadOnlyList<StoredEvent> History)>();
        foreach (var id in lineIds)
        {
            var loaded = await books.Load(id, ct);
            lines.Add(((RecoveryLine.Opened)loaded.State, loaded.History));
        }
        var shares = lines.ConvertAll(l => ShareOf(l.Line, paymentId, today));
        var payment = lines[0].Line.Find(paymentId)!;
        var details = payment.Details;
        var (previous, next) = await Neighbours(paymentId, ct);
        return new(
            paymentId,
            row.DisputeId,
            row.CaseNumber,
            row.Unit,
            payment.State.As<Http.PaymentState>(),
            shares.Sum(s => s.AmountFen),
            shares.Sum(s => s.CountedFen),
            shares.Select(s => s.Why).Distinct().Count() == 1 ? shares[0].Why : Http.WhyCounted.CountedInPart,
            details.PaidOn,
            details.Payer.As<Http.PayerKind>(),
            details.OnBehalfOf,
            details.Payee.As<Http.PayeeKind>(),
            details.Means.As<Http.PaymentMeans>(),
            details.Instalment,
            details.ExcessConfirmed,
            payment.ReceiptHeldBy,
            details.Receipt!.Reference(),
            details.Receipt!.Home.As<ReceiptHome>(),
            details.DebtPaper?.Reference(),
            shares,
            await Trail(row, paymentId, lines[0].History, ct),
            previous,
            next,
            Actions(row, payment, lines.ConvertAll(l => l.Line)),
            payment.Version
        );
    }

    private static PaymentShare ShareOf(RecoveryLine.Opened line, Guid paymentId, DateOnly today)
    {
        var part = LineViews.Payments(line).Single(p => p.PaymentId == paymentId);
        return new(
            line.Facts.LineId,
            line.Facts.WorkerClaimId,
            line.Facts.PartyId,
            line.Facts.Type.As<ClaimItemType>(),
            line.Nature.As<Http.ItemNature>(),
            line.Facts.PeriodFrom,
            line.Facts.PeriodTo,
            part.AmountFen,
            part.CountedFen,
            part.Why,
            LineViews.Ladder(line, today),
            LineViews.Instalments(line, today)
        );
    }

    private IReadOnlyList<ActionState> Actions(CaseRow row, Payment payment, List<RecoveryLine.Opened> lines)
    {
        ActionState Ask(string name, bool entitled, Func<RecoveryLine.Opened, IRecoveryLineCommand> probe) =>
            LineViews.Action(
                name,
                entitled,
                () =>
                {
                    foreach (var line in lines)
                        _ = RecoveryLineDecider.Decide(line, probe(line));
                }
            );
        var today = LegalDay.Today(clock);
        return
        [
            Ask("countersign", rights.MayVerify(row), _ => new Countersign(payment.Id, rights.Reviewer)),
            Ask(
                "return",
                rights.MayVerify(row),
                _ => new ReturnPayment(payment.Id, ReturnReason.Other, null, rights.Reviewer)
            ),
            Ask(
                "resubmit",
                rights.MayEnter(row),
                l => new ResubmitPayment(
                    payment.Id,
                    l.Find(payment.Id)!.Details with
                    {
                        ExcessConfirmed = true,
                    },
                    null,
                    today,
                    rights.Staff
                )
            ),
            Ask(
                "reverse",
                rights.MayReduce(row) && payment.State is not PaymentState.Reversed,
                _ => new ReversePayment(payment.Id, ReversalCause.EnteredInError, null, rights.Staff)
            ),
        ];
    }

    private async Task<IReadOnlyList<TrailEntry>> Trail(
        CaseRow row,
        Guid paymentId,
        IReadOnlyList<StoredEvent> history,
        CancellationToken ct
    )
    {
        var steps = history
            .Where(e => LedgerRows.PaymentOf((IRecoveryLineEvent)e.Data) == paymentId)
            .Select(e => (e.RecordedAt, Step: Step((IRecoveryLineEvent)e.Data)))
            .ToList();
        var remarks = steps.Select(s => s.Step.Remark).OfType<Guid>().ToList();
        var texts =
            remarks.Count > 0 && rights.MayReadSlips(row)
                ? await contents.GetTextsAsync(row.DisputeId, remarks, new(rights.Account, "view_remark"), ct)
                : new Dictionary<Guid, string>();
        return
        [
            .. steps.Select(s => new TrailEntry(
                s.Step.Kind,
                s.RecordedAt,
                s.Step.By.Account,
                s.Step.Reason,
                s.Step.Remark is { } id ? texts.GetValueOrDefault(id) : null
            )),
        ];
    }

    private static (TrailKind Kind, Staff By, string? Reason, Guid? Remark) Step(IRecoveryLineEvent e) =>
        e switch
        {
            PaymentEvidenced p => (TrailKind.Entered, p.By, null, null),
            PaymentBlocked p => (TrailKind.Blocked, p.By, RecoveryLineRefusals.ReceiptInUse, null),
            PaymentCountersigned p => (TrailKind.Countersigned, p.By, null, null),
            PaymentReturned p => (TrailKind.Returned, p.By, p.Reason.Code(), p.Remark),
            PaymentResubmitted p => (TrailKind.Resubmitted, p.By, null, null),
            PaymentReversed p => (TrailKind.Reversed, p.By, p.Cause.Code(), p.Remark),
            _ => throw new InvalidOperationException($"{e.GetType().Name} is no step of a payment."),
        };

    private async Task<(Guid? Previous, Guid? Next)> Neighbours(Guid paymentId, CancellationToken ct)
    {
        async Task<Guid?> Beside(string than, string order) =>
            (
                await source.Query(
                    $"""
                    select p.payment_id from payments p, (
                        select min(entered_at) as at from payments where payment_id = $1) as this
                    where p.state = 'awaiting' and p.unit = any($2) and (p.entered_at, p.payment_id) {than} (this.at, $1)
                    order by p.entered_at {order}, p.payment_id {order} limit 1
                    """,
                    r => (Guid?)r.GetGuid(0),
                    ct,
                    P(paymentId),
                    P(rights.VerifiedUnits)
                )
            ).SingleOrDefault();
        return (await Beside("<", "desc"), await Beside(">", "asc"));
    }

    private async Task Paper(
        Guid paymentId,
        Func<PaymentDetails, Evidence?> which,
        string purpose,
        HttpResponse response,
        CancellationToken ct
    )
    {
        var (row, lines) = await rights.Payment(paymentId, ct);
        rights.ReadSlips(row);
        var line = (RecoveryLine.Opened)(await books.Load(lines[0], ct)).State;
        if (which(line.Find(paymentId)!.Details) is not { } paper)
            throw Problem.NotFound();
        if (paper.Home is not EvidenceHome.Outcomes)
            throw new Problem(StatusCodes.Status404NotFound, "receipt_at_disputes", [paper.ContentId]);
        var content = await contents.OpenAsync(row.DisputeId, paper.ContentId, new(rights.Account, purpose), ct);
        // Never the name a person gave: it stays in the encrypted header.
        var extension = paper.MediaType switch
        {
            MediaTypes.Pdf => "pdf",
            MediaTypes.Png => "png",
            _ => "jpg",
        };
        response.ContentType = paper.MediaType;
        response.ContentLength = paper.Size;
        response.Headers.ContentDisposition = $"attachment; filename=\"{paymentId:N}.{extension}\"";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.CacheControl = "no-store";
        await content.CopyToAsync(response.Body, ct);
    }
}
