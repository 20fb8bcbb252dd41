using Mediation.Content;
using Mediation.Contracts.Http;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Microsoft.AspNetCore.Mvc;
using Npgsql;
using static Mediation.Outcomes.Service.Sql;
using Http = Mediation.Contracts.Http.Outcomes;

namespace Mediation.Outcomes.Service;

/// <summary>A payment to the worker is entered with its receipt, one share per line; a returned one is sent in again.</summary>
internal sealed class PaymentEntry(
    Rights rights,
    Bookkeeper books,
    ContentStore contents,
    NpgsqlDataSource source,
    Acting acting,
    TimeProvider clock
)
{
    /// <summary>More than the wage bill of the country; a larger number is a mistake of the keyboard or an attack, and a
    /// few of them would overflow the sums.</summary>
    private const long LargestFen = 1_000_000_000_000_000;

    private static readonly DateOnly Earliest = new(2000, 1, 1);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapPost(
                "/disputes/{disputeId:guid}/payments",
                async (
                    Guid disputeId,
                    HttpRequest request,
                    PaymentEntry entry,
                    HttpResponse response,
                    CancellationToken ct
                ) =>
                {
                    var (payment, version) = await entry.Enter(disputeId, request, ct);
                    return Answer.Done(response, version, new Done(payment, version));
                }
            )
            .WithMetadata(new RequestSizeLimitAttribute(PaymentForm.Largest))
            .RequireRole(Rights.Enterers);
        routes
            .MapPost(
                "/payments/{paymentId:guid}/resubmit",
                async (
                    Guid paymentId,
                    HttpRequest request,
                    PaymentEntry entry,
                    HttpResponse response,
                    CancellationToken ct
                ) =>
                {
                    var version = await entry.Resubmit(paymentId, request, ct);
                    return Answer.Done(response, version, new Done(paymentId, version));
                }
            )
            .WithMetadata(new RequestSizeLimitAttribute(PaymentForm.Largest))
            .RequireRole(Rights.Enterers);
    }

    private async Task<(Guid Payment, long Version)> Enter(Guid dispute, HttpRequest request, CancellationToken ct)
    {
        var row = await rights.Case(dispute, ct);
        rights.Enter(row);
        var form = await PaymentForm<Http.EnterPayment>.Read(
            request,
            dispute,
            rights.Account,
            contents,
            books.NewId,
            ct
        );
        var said = form.Said;
        Check(said.PaymentId != Guid.Empty, "paymentId", "required");
        var terms = new Http.ResubmitPayment(
            said.PaidOn,
            said.Payer,
            said.Payee,
            said.Means,
            said.Shares,
            said.Instalment,
            said.OnBehalfOf,
            said.ExcessConfirmed
        );
        CheckTerms(terms);
        Check(said.Shares.All(s => row.Lines.Contains(s.LineId)), "shares", "line_not_of_case");
        var known = await source.Query(
            "select line_id from payments where payment_id = $1",
            r => r.GetGuid(0),
            ct,
            P(said.PaymentId)
        );
        if (known.Count > 0 && !known.ToHashSet().SetEquals(said.Shares.Select(s => s.LineId)))
            throw new Refused(RecoveryLineRefusals.PaymentIdUsed);
        var receipt = form.Receipt?.Facts.AsEvidence();
        var entered = await books.Do(
            nameof(EnterPayment),
            said.PaidOn,
            async (changes, cancel) =>
            {
                var holder = receipt is null ? null : await books.HolderOf(receipt.Sha256, cancel);
                var version = 0L;
                foreach (var share in said.Shares.OrderBy(s => s.LineId))
                {
                    await MustKnowEmployer(share.LineId, said.OnBehalfOf, cancel);
                    var details = Details(terms, share.AmountFen, receipt, form.DebtPaper?.Facts.AsEvidence());
                    var (after, _) = await books.Decide(
                        share.LineId,
                        [new EnterPayment(said.PaymentId, details, holder, LegalDay.Today(clock), rights.Staff)],
                        changes,
                        cancel
                    );
                    version = ((RecoveryLine.Opened)after).Find(said.PaymentId)!.Version;
                }
                if (!changes.IsEmpty)
                {
                    Bookkeeper.Hold(changes, receipt!.Sha256, said.PaymentId, dispute);
                    Bookkeeper.Insert(changes, [form.Receipt, form.DebtPaper]);
                }
                return version;
            },
            ct
        );
        return (said.PaymentId, entered);
    }

    private async Task<long> Resubmit(Guid paymentId, HttpRequest request, CancellationToken ct)
    {
        var (row, lines) = await rights.Payment(paymentId, ct);
        rights.Enter(row);
        acting.MustHaveSeen();
        var form = await PaymentForm<Http.ResubmitPayment>.Read(
            request,
            row.DisputeId,
            rights.Account,
            contents,
            books.NewId,
            ct
        );
        var said = form.Said;
        CheckTerms(said);
        Check(said.Shares.Select(s => s.LineId).ToHashSet().SetEquals(lines), "shares", "lines_of_payment_stay");
        foreach (var line in lines)
            await MustKnowEmployer(line, said.OnBehalfOf, ct);
        var shares = said.Shares.ToDictionary(s => s.LineId, s => s.AmountFen);
        var sent = form.Receipt?.Facts.AsEvidence();
        var before = ((RecoveryLine.Opened)(await books.Load(lines[0], ct)).State).Find(paymentId)!;
        var receipt = sent ?? before.Details.Receipt!;
        var debtPaper = form.DebtPaper?.Facts.AsEvidence() ?? before.Details.DebtPaper;
        var holder = await books.HolderOf(receipt.Sha256, ct);
        return await books.OnPayment(
            nameof(ResubmitPayment),
            lines,
            paymentId,
            (line, _) =>
                new ResubmitPayment(
                    paymentId,
                    Details(said, shares[line], receipt, debtPaper),
                    holder,
                    LegalDay.Today(clock),
                    rights.Staff
                ),
            changes =>
            {
                Bookkeeper.Hold(changes, receipt.Sha256, paymentId, row.DisputeId);
                Bookkeeper.Insert(changes, [form.Receipt, form.DebtPaper]);
            },
            ct
        );
    }

    private static PaymentDetails Details(
        Http.ResubmitPayment said,
        long fen,
        Evidence? receipt,
        Evidence? debtPaper
    ) =>
        new(
            new(fen),
            said.PaidOn,
            said.Payer.As<PayerKind>(),
            said.OnBehalfOf,
            said.Payee.As<PayeeKind>(),
            said.Means.As<PaymentMeans>(),
            said.Instalment,
            receipt,
            debtPaper,
            said.ExcessConfirmed
        );

    private async Task MustKnowEmployer(Guid line, Guid? onBehalfOf, CancellationToken ct)
    {
        if (onBehalfOf is not { } employer)
            return;
        var known =
            (await books.Load(line, ct)).State is RecoveryLine.Opened opened
            && opened.Facts.Employers.Any(e => e.PartyId == employer);
        Check(known, "onBehalfOf", "employer_not_of_case");
    }

    private static void CheckTerms(Http.ResubmitPayment said)
    {
        Check(said.PaidOn >= Earliest, "paidOn", "day_out_of_range");
        Check(Enum.IsDefined(said.Payer), "payer", "unknown_code");
        Check(Enum.IsDefined(said.Payee), "payee", "unknown_code");
        Check(Enum.IsDefined(said.Means) && said.Means is not Http.PaymentMeans.NotStated, "means", "unknown_code");
        Check(said.Shares is { Count: > 0 and <= 500 } && said.Shares.All(s => s is not null), "shares", "required");
        Check(said.Shares.DistinctBy(s => s.LineId).Count() == said.Shares.Count, "shares", "line_named_twice");
        Check(
            said.Shares.All(s => s.AmountFen <= LargestFen && s.AmountFen >= -LargestFen),
            "shares",
            "amount_out_of_range"
        );
    }

    private static void Check(bool holds, string field, string code)
    {
        if (!holds)
            throw Problem.Invalid(field, code);
    }
}

internal static class Entries
{
    public static Evidence AsEvidence(this StoredContent stored) =>
        new(stored.ContentId, stored.Sha256, stored.Size, stored.MediaType, EvidenceHome.Outcomes);
}
