using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Http = Mediation.Contracts.Http.Intake;

namespace Mediation.Intake.Service;

/// <summary>Handed to another body with one written notice.</summary>
internal static class ReferOutSlice
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost(
                "/requests/{id:guid}/refer-out",
                (
                    Guid id,
                    Http.ReferOutRequest body,
                    RequestDesk desk,
                    AccessCopies copies,
                    HttpResponse response,
                    CancellationToken ct
                ) =>
                {
                    if (body.TargetUnit is { } unit && !copies.Tree.IsOpen(unit, desk.Today))
                        throw Problem.Invalid("targetUnit", "unit_unknown");
                    if (body.ActBy is { Year: > 2100 })
                        throw Problem.Invalid("actBy", "date_impossible");
                    var route = body.Route.As<ReferralRoute>();
                    return desk.Do(
                        id,
                        Rights.Handle,
                        response,
                        body.ReferredOn,
                        RequestDesk.Checked(body.Notice, "notice"),
                        notice => new ReferOut(
                            route,
                            body.TargetUnit,
                            body.ActBy,
                            notice!,
                            body.ReferredOn,
                            desk.Today
                        ),
                        ct
                    );
                }
            )
            .RequireRole(Rights.Handle);
}
