using Mediation.Hosting.Authentication;
using Http = Mediation.Contracts.Http.Intake;

namespace Mediation.Intake.Service;

/// <summary>不予受理, with reason, route and written notice.</summary>
internal static class NotAcceptSlice
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost(
                "/requests/{id:guid}/not-accept",
                (Guid id, Http.NotAcceptRequest body, RequestDesk desk, HttpResponse response, CancellationToken ct) =>
                {
                    var (reason, route) = (body.Reason.As<NonAcceptanceReason>(), body.Route.As<ReferralRoute>());
                    return desk.Do(
                        id,
                        Rights.Accept,
                        response,
                        body.DecidedOn,
                        RequestDesk.Checked(body.Notice, "notice"),
                        notice => new DeclineRequest(reason, route, notice!, body.DecidedOn, desk.Today),
                        ct
                    );
                }
            )
            .RequireRole(Rights.Accept);
}
