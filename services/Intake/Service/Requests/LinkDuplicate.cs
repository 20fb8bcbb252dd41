using Mediation.Hosting.Authentication;
using Http = Mediation.Contracts.Http.Intake;

namespace Mediation.Intake.Service;

/// <summary>The same parties and matter as another request: linked, never deleted, counted once.</summary>
internal static class LinkDuplicateSlice
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost(
                "/requests/{id:guid}/link-duplicate",
                async (
                    Guid id,
                    Http.LinkDuplicate body,
                    RequestDesk desk,
                    HttpResponse response,
                    CancellationToken ct
                ) =>
                {
                    var (request, _) = await desk.Open(id, ct);
                    var (original, _) = await desk.Open(body.OriginalId, ct);
                    var shares =
                        request.Persons.Intersect(original.Persons).Any()
                        && request.Groups.Intersect(original.Groups).Any();
                    return await desk.Do(
                        id,
                        Rights.Handle,
                        response,
                        null,
                        null,
                        _ => new LinkDuplicate(
                            id,
                            body.OriginalId,
                            shares,
                            original.State is Http.RequestState.DuplicateLinked,
                            desk.Today
                        ),
                        ct
                    );
                }
            )
            .RequireRole(Rights.Handle);
}
