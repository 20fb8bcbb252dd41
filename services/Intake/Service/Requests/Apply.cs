using Mediation.Hosting.Authentication;
using Http = Mediation.Contracts.Http.Intake;

namespace Mediation.Intake.Service;

/// <summary>Mediation is applied for, or proposed by the organisation.</summary>
internal static class ApplySlice
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost(
                "/requests/{id:guid}/apply",
                (Guid id, Http.ApplyForMediation body, RequestDesk desk, HttpResponse response, CancellationToken ct) =>
                {
                    var (initiative, form) = (
                        body.Initiative.As<MediationInitiative>(),
                        body.Form.As<ApplicationForm>()
                    );
                    return desk.Do(
                        id,
                        Rights.Handle,
                        response,
                        body.ReceivedOn,
                        null,
                        _ => new ApplyForMediation(
                            RequestDesk.DisputeOf(id),
                            initiative,
                            form,
                            body.ReceivedOn,
                            desk.Today
                        ),
                        ct
                    );
                }
            )
            .RequireRole(Rights.Handle);
}
