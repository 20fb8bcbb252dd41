using Mediation.Hosting.Authentication;
using Http = Mediation.Contracts.Http.Intake;

namespace Mediation.Intake.Service;

/// <summary>Ended by advice alone (咨询).</summary>
internal static class AdviseSlice
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost(
                "/requests/{id:guid}/advise",
                (Guid id, Http.AdviseRequest body, RequestDesk desk, HttpResponse response, CancellationToken ct) =>
                    desk.Do(
                        id,
                        Rights.Advise,
                        response,
                        body.AdvisedOn,
                        RequestDesk.Checked(body.Advice, "advice"),
                        advice => new GiveAdvice(advice!, body.AdvisedOn, desk.Today),
                        ct
                    )
            )
            .RequireRole(Rights.Advise);
}
