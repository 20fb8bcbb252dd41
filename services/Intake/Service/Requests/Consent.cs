using Mediation.Hosting.Authentication;
using Http = Mediation.Contracts.Http.Intake;

namespace Mediation.Intake.Service;

/// <summary>What one side answered when asked whether it agrees to mediation.</summary>
internal static class ConsentSlice
{
    private const int LongestNote = 2_000;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost(
                "/requests/{id:guid}/consents",
                (Guid id, Http.RecordConsent body, RequestDesk desk, HttpResponse response, CancellationToken ct) =>
                {
                    var manner = body.Manner.As<ConsentManner>();
                    return desk.Do(
                        id,
                        Rights.AskConsent,
                        response,
                        body.On,
                        string.IsNullOrWhiteSpace(body.Note)
                            ? null
                            : RequestDesk.Checked(body.Note, "note", LongestNote),
                        note => new RecordConsent(body.PartyId, body.Given, manner, body.On, note, desk.Today),
                        ct
                    );
                }
            )
            .RequireRole(Rights.AskConsent);
}
