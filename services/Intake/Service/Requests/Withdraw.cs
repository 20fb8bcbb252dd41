using Mediation.Hosting.Authentication;
using Http = Mediation.Contracts.Http.Intake;

namespace Mediation.Intake.Service;

/// <summary>The party withdraws before acceptance.</summary>
internal static class WithdrawSlice
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost(
                "/requests/{id:guid}/withdraw",
                (Guid id, Http.WithdrawRequest body, RequestDesk desk, HttpResponse response, CancellationToken ct) =>
                {
                    var reason = body.Reason.As<WithdrawalReason>();
                    return desk.Do(
                        id,
                        Rights.Handle,
                        response,
                        body.WithdrawnOn,
                        null,
                        _ => new Withdraw(reason, body.WithdrawnOn, desk.Today),
                        ct
                    );
                }
            )
            .RequireRole(Rights.Handle);
}
