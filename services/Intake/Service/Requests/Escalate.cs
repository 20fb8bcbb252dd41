using Mediation.Hosting.Authentication;
using Http = Mediation.Contracts.Http.Intake;

namespace Mediation.Intake.Service;

/// <summary>Reported to the legal department; the request goes on.</summary>
internal static class EscalateSlice
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost(
                "/requests/{id:guid}/escalate",
                (Guid id, Http.EscalateRequest body, RequestDesk desk, HttpResponse response, CancellationToken ct) =>
                {
                    var reason = body.Reason.As<EscalationReason>();
                    return desk.Do(id, Rights.Escalate, response, null, null, _ => new Escalate(reason), ct);
                }
            )
            .RequireRole(Rights.Escalate);
}
