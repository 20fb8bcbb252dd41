using Mediation.Content;
using Mediation.Contracts.Http;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Http = Mediation.Contracts.Http.Outcomes;

namespace Mediation.Outcomes.Service;

/// <summary>A second person countersigns a payment or sends it back.</summary>
internal sealed class ReviewPayment(Rights rights, Bookkeeper books, ContentStore contents, Acting acting)
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapPost(
                "/payments/{paymentId:guid}/countersign",
                async (Guid paymentId, ReviewPayment review, HttpResponse response, CancellationToken ct) =>
                {
                    var version = await review.Countersign(paymentId, ct);
                    return Answer.Done(response, version, new Done(paymentId, version));
                }
            )
            .RequireRole(Rights.Verifiers);
        routes
            .MapPost(
                "/payments/{paymentId:guid}/return",
                async (
                    Guid paymentId,
                    Http.ReturnPayment body,
                    ReviewPayment review,
                    HttpResponse response,
                    CancellationToken ct
                ) =>
                {
                    var version = await review.Return(paymentId, body, ct);
                    return Answer.Done(response, version, new Done(paymentId, version));
                }
            )
            .RequireRole(Rights.Verifiers);
    }

    private async Task<long> Countersign(Guid paymentId, CancellationToken ct)
    {
        var (row, lines) = await rights.Payment(paymentId, ct);
        rights.Verify(row);
        acting.MustHaveSeen();
        return await books.OnPayment(
            nameof(Countersign),
            lines,
            paymentId,
            (_, _) => new Countersign(paymentId, rights.Reviewer),
            _ => { },
            ct
        );
    }

    private async Task<long> Return(Guid paymentId, Http.ReturnPayment body, CancellationToken ct)
    {
        var (row, lines) = await rights.Payment(paymentId, ct);
        rights.Verify(row);
        acting.MustHaveSeen();
        if (!Enum.IsDefined(body.Reason))
            throw Problem.Invalid("reason", "unknown_code");
        if (body.Reason is Http.ReturnReason.Other && string.IsNullOrWhiteSpace(body.Remark))
            throw Problem.Invalid("remark", "required");
        var remark = await contents.Remark(row.DisputeId, books.NewId("remark"), body.Remark, rights.Account, ct);
        return await books.OnPayment(
            nameof(ReturnPayment),
            lines,
            paymentId,
            (_, _) =>
                new ReturnPayment(paymentId, body.Reason.As<ReturnReason>(), remark?.Facts.ContentId, rights.Reviewer),
            changes =>
            {
                Bookkeeper.Free(changes, paymentId);
                Bookkeeper.Insert(changes, [remark]);
            },
            ct
        );
    }
}

internal static class Remarks
{
    /// <summary>Words of a person become encrypted content of the case; no remark is none.</summary>
    public static async Task<SealedContent?> Remark(
        this ContentStore contents,
        Guid owner,
        Guid id,
        string? text,
        Guid actor,
        CancellationToken ct
    ) => string.IsNullOrWhiteSpace(text) ? null : await contents.SealTextAsync(owner, id, text, actor, ct);
}
