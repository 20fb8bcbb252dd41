using Mediation.Content;
using Mediation.Contracts;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;

namespace Mediation.Disputes.Service;

/// <summary>Files sent before the command that names them, and the reading of files and texts of the case.</summary>
internal static class Files
{
    private static readonly ContentRules Accepted = ContentRules.Files with
    {
        AllowedTypes = new HashSet<string>(StringComparer.Ordinal) { MediaTypes.Pdf, MediaTypes.Png, MediaTypes.Jpeg },
    };

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapPost("/disputes/{id:guid}/files", Upload)
            .WithMetadata(new Microsoft.AspNetCore.Mvc.RequestSizeLimitAttribute(Accepted.MaximumBytes + 64 * 1024))
            .RequireRole(CaseAccess.Workers);
        routes.MapGet("/disputes/{id:guid}/contents/{contentId:guid}", Read).RequireRole(CaseAccess.Readers);
    }

    private static async Task<IResult> Upload(
        Guid id,
        Desk desk,
        ContentStore contents,
        HttpRequest request,
        CancellationToken ct
    )
    {
        var by = await desk.Work(id, ct);
        var file = await SentFile.Read(request, ct) ?? throw Problem.Invalid("file", "required");
        var stored = await SentFile.Whole(() =>
            contents.PutAsync(id, desk.Caseworker.NewId("file"), file.Body, file.Name, Accepted, by, ct)
        );
        return TypedResults.Ok(new ContentReference(stored.ContentId, stored.Sha256, stored.Size, stored.MediaType));
    }

    private static async Task<IResult> Read(
        Guid id,
        Guid contentId,
        CaseAccess access,
        DisputeList list,
        DisputePage page,
        ContentStore contents,
        HttpResponse response,
        CancellationToken ct
    )
    {
        var row = access.Read(await list.Find(id, ct));
        var use = await page.UseOf(id, contentId, ct);
        var entitled = use switch
        {
            ContentUse.Privileged => access.IsPrivileged(row),
            ContentUse.Evidence => access.MaySeeEvidence(row),
            _ => throw Problem.NotFound(),
        };
        if (!entitled)
            throw Problem.Forbidden();
        await SentFile.Send(contents, response, id, contentId, new(access.Account, "case_handling"), ct);
        return Results.Empty;
    }
}

/// <summary>What content of a case is, which decides who reads it.</summary>
internal enum ContentUse
{
    /// <summary>Not named by any event of the case.</summary>
    None,

    /// <summary>Minutes, offers, statements, places, drafts: said to reach a compromise.</summary>
    Privileged,

    /// <summary>Signatures, payment proofs, papers, opinions.</summary>
    Evidence,
}
