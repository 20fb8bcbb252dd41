using Mediation.Content;
using Mediation.Contracts.Http;
using Mediation.EventStore;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Http = Mediation.Contracts.Http.Outcomes;

namespace Mediation.Outcomes.Service;

/// <summary>Reductions: an entry that was never true is reversed, money really given back is recorded on its own day.
/// Both act at once.</summary>
internal sealed class Reduce(Rights rights, Bookkeeper books, ContentStore contents, Acting acting, TimeProvider clock)
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapPost(
                "/payments/{paymentId:guid}/reverse",
                async (
                    Guid paymentId,
                    Http.ReversePayment body,
                    Reduce reduce,
                    HttpResponse response,
                    CancellationToken ct
                ) =>
                {
                    var version = await reduce.Reverse(paymentId, body, ct);
                    return Answer.Done(response, version, new Done(paymentId, version));
                }
            )
            .RequireRole(Rights.Reducers);
        routes
            .MapPost(
                "/lines/{lineId:guid}/given-back",
                async (
                    Guid lineId,
                    Http.RecordGivenBack body,
                    Reduce reduce,
                    HttpResponse response,
                    CancellationToken ct
                ) =>
                {
                    var version = await reduce.GiveBack(lineId, body, ct);
                    return Answer.Done(response, version, new Done(lineId, version));
                }
            )
            .RequireRole(Rights.Reducers);
    }

    private async Task<long> Reverse(Guid paymentId, Http.ReversePayment body, CancellationToken ct)
    {
        var (row, lines) = await rights.Payment(paymentId, ct);
        rights.Reduce(row);
        acting.MustHaveSeen();
        if (!Enum.IsDefined(body.Cause))
            throw Problem.Invalid("cause", "unknown_code");
        var remark = await contents.Remark(row.DisputeId, books.NewId("remark"), body.Remark, rights.Account, ct);
        return await books.OnPayment(
            nameof(ReversePayment),
            lines,
            paymentId,
            (_, _) =>
                new ReversePayment(paymentId, body.Cause.As<ReversalCause>(), remark?.Facts.ContentId, rights.Staff),
            changes =>
            {
                Bookkeeper.Free(changes, paymentId);
                Bookkeeper.Insert(changes, [remark]);
            },
            ct
        );
    }

    private async Task<long> GiveBack(Guid lineId, Http.RecordGivenBack body, CancellationToken ct)
    {
        if ((await books.Load(lineId, ct)).State is not RecoveryLine.Opened line)
            throw Problem.NotFound();
        var row = await rights.Case(line.Facts.DisputeId, ct);
        rights.Reduce(row);
        acting.MustHaveSeen();
        if (body.GivenBackId == Guid.Empty)
            throw Problem.Invalid("givenBackId", "required");
        if (!Enum.IsDefined(body.Cause))
            throw Problem.Invalid("cause", "unknown_code");
        var remark = await contents.Remark(row.DisputeId, books.NewId("remark"), body.Remark, rights.Account, ct);
        return await books.Do(
            nameof(RecordGivenBack),
            body.On,
            async (changes, cancel) =>
            {
                var loaded = await books.Load(lineId, cancel);
                if (acting.ExpectedVersion != loaded.Version && !Known(loaded.State, body.GivenBackId))
                    throw new AppendConflict(AppendConflict.Kind.Version, lineId);
                var (_, version) = await books.Decide(
                    lineId,
                    [
                        new RecordGivenBack(
                            body.GivenBackId,
                            new(body.AmountFen),
                            body.On,
                            body.Cause.As<GivenBackCause>(),
                            remark?.Facts.ContentId,
                            LegalDay.Today(clock),
                            rights.Staff
                        ),
                    ],
                    changes,
                    cancel
                );
                if (!changes.IsEmpty)
                    Bookkeeper.Insert(changes, [remark]);
                return version;
            },
            ct
        );
    }

    private static bool Known(RecoveryLine state, Guid givenBack) =>
        state is RecoveryLine.Opened line && line.GivenBack.Any(g => g.GivenBackId == givenBack);
}
