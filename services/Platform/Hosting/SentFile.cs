using Mediation.Content;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Mediation.Hosting;

/// <summary>One file sent by form, and content sent to a browser.</summary>
public static class SentFile
{
    /// <summary>The part <c>file</c> of a form, read as it comes: the framework's form files are buffered to the machine's
    /// temporary folder in clear.</summary>
    /// <returns>Null where the form has no such part.</returns>
    /// <exception cref="Problem">415 where it is no form, 400 where it cannot be read.</exception>
    public static async Task<(Stream Body, string? Name)?> Read(HttpRequest request, CancellationToken ct)
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

    /// <summary>Reads a file to its end.</summary>
    /// <exception cref="Problem">400 where the form ends in the middle of it; one that is too large says so itself.</exception>
    public static async Task<StoredContent> Whole(Func<Task<StoredContent>> read)
    {
        try
        {
            return await read();
        }
        catch (IOException e) when (e is not BadHttpRequestException)
        {
            throw new Problem(StatusCodes.Status400BadRequest, "malformed_request");
        }
    }

    /// <summary>Sends content as an attachment that no browser may take for something else.</summary>
    public static async Task Send(
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
