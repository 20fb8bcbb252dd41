using Mediation.Content;
using Mediation.Contracts;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

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
        var file = await FilePart(request, ct) ?? throw Problem.Invalid("file", "required");
        try
        {
            var stored = await contents.PutAsync(
                id,
                desk.Caseworker.NewId("file"),
                file.Body,
                file.Name,
                Accepted,
                by,
                ct
            );
            return TypedResults.Ok(
                new ContentReference(stored.ContentId, stored.Sha256, stored.Size, stored.MediaType)
            );
        }
        catch (IOException e) when (e is not BadHttpRequestException)
        {
            // The form ends in the middle of the file; one that is too large says so itself.
            throw new Problem(StatusCodes.Status400BadRequest, "malformed_request");
        }
    }

    // Read as it comes: the framework's form files are buffered to the machine's temporary folder in clear.
    private static async Task<(Stream Body, string? Name)?> FilePart(HttpRequest request, CancellationToken ct)
    {
        if (
            !MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            || HeaderUtilities.RemoveQuotes(type.Boundary).Value is not { Length: > 0 and <= 200 } boundary
        )
            throw new Problem(StatusCodes.Status415UnsupportedMediaType, "status_415");
        var reader = new MultipartReader(boundary, request.Body);
        try
        {
            while (await reader.ReadNextSectionAsync(ct) is { } section)
                if (
                    ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition)
                    && disposition.IsFileDisposition()
                    && HeaderUtilities.RemoveQuotes(disposition.Name).Equals("file", StringComparison.Ordinal)
                )
                    return (
                        section.Body,
                        HeaderUtilities
                            .RemoveQuotes(
                                disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName
                            )
                            .Value
                    );
        }
        catch (IOException e) when (e is not BadHttpRequestException)
        {
            throw new Problem(StatusCodes.Status400BadRequest, "malformed_request");
        }
        return null;
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
        await Send(contents, response, id, contentId, new(access.Account, "case_handling"), ct);
        return Results.Empty;
    }

    /// <summary>Sends content as an attachment that no browser may take for something else.</summary>
    internal static async Task Send(
        ContentStore contents,
        HttpResponse response,
        Guid owner,
        Guid contentId,
        ContentAccess by,
        CancellationToken ct
    )
    {
        var content = await contents.OpenAsync(owner, contentId, by, ct);
        response.ContentType = content.Facts.MediaType;
        response.ContentLength = content.Facts.Size;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.CacheControl = "no-store";
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(content.FileName ?? $"{contentId:N}.txt");
        response.Headers.ContentDisposition = disposition.ToString();
        await content.CopyToAsync(response.Body, ct);
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
