using Mediation.Content;
using Mediation.Contracts;
using Mediation.EventStore;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Microsoft.AspNetCore.Mvc;

namespace Mediation.Deadlines.Service;

/// <summary>Papers on which the law of this service rests: what a lawyer signed. They are sent before the command that
/// names them.</summary>
internal static class LawFiles
{
    /// <summary>Whose key encrypts them.</summary>
    public static readonly Guid Owner = NameBasedId.From(Guid.Empty, "law");

    private static readonly ContentRules Accepted = ContentRules.Files with
    {
        MaximumBytes = 10 * 1024 * 1024,
        AllowedTypes = new HashSet<string>(StringComparer.Ordinal) { MediaTypes.Pdf, MediaTypes.Png, MediaTypes.Jpeg },
    };

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapPost(
                "/law/files",
                async (
                    HttpRequest request,
                    LawRights rights,
                    ContentStore contents,
                    Acting acting,
                    CancellationToken ct
                ) =>
                {
                    rights.Upload();
                    var sent = await SentFile.Read(request, ct) ?? throw Problem.Invalid("file", "required");
                    var stored = await SentFile.Whole(() =>
                        contents.PutAsync(
                            Owner,
                            NameBasedId.From(acting.Cause, "file"),
                            sent.Body,
                            sent.Name,
                            Accepted,
                            rights.Account,
                            ct
                        )
                    );
                    return new ContentReference(stored.ContentId, stored.Sha256, stored.Size, stored.MediaType);
                }
            )
            .WithMetadata(new RequestSizeLimitAttribute(Accepted.MaximumBytes + 64 * 1024))
            .RequireRole(LawRights.Uploaders);
        routes
            .MapGet(
                "/law/files/{id:guid}",
                async (Guid id, LawRights rights, ContentStore contents, HttpResponse response, CancellationToken ct) =>
                {
                    await SentFile.Send(contents, response, Owner, id, new(rights.Account, "statute_book"), ct);
                    return Results.Empty;
                }
            )
            .RequireSignIn();
    }
}
