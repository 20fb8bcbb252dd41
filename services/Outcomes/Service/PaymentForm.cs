using System.Text.Json;
using Mediation.Content;
using Mediation.Hosting;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Mediation.Outcomes.Service;

internal static class PaymentForm
{
    /// <summary>Bytes of one paper.</summary>
    public const long LargestPaper = 10 * 1024 * 1024;

    /// <summary>Bytes of an entry with both papers.</summary>
    public const long Largest = 2 * LargestPaper + 1024 * 1024;
}

/// <summary>A payment entry as it comes over HTTP: what is said of the payment as JSON, and the papers, encrypted while
/// they are read, so that nothing of them touches the disk in clear.</summary>
/// <param name="Said">The part <c>payment</c>.</param>
internal sealed record PaymentForm<T>(T Said, SealedContent? Receipt, SealedContent? DebtPaper)
{
    private const int LongestText = 256 * 1024;
    private const int MostParts = 8;

    /// <summary>Slips are scanned or photographed; anything else is no evidence a verifier could look at.</summary>
    private static readonly ContentRules Slips = new(
        PaymentForm.LargestPaper,
        new HashSet<string>(StringComparer.Ordinal) { MediaTypes.Pdf, MediaTypes.Png, MediaTypes.Jpeg }
    );

    /// <param name="owner">The case: everything of it is encrypted under its key.</param>
    public static async Task<PaymentForm<T>> Read(
        HttpRequest request,
        Guid owner,
        Guid actor,
        ContentStore contents,
        Func<string, Guid> newId,
        CancellationToken ct
    )
    {
        if (
            !MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            || HeaderUtilities.RemoveQuotes(type.Boundary).Value is not { Length: > 0 } boundary
        )
            throw new Problem(StatusCodes.Status415UnsupportedMediaType, "multipart_expected");
        var options = request
            .HttpContext.RequestServices.GetRequiredService<IOptions<JsonOptions>>()
            .Value.SerializerOptions;
        var (said, receipt, debtPaper) = (default(T), (SealedContent?)null, (SealedContent?)null);
        var parts = new MultipartReader(boundary, request.Body) { HeadersCountLimit = 8 };
        var count = 0;
        try
        {
            while (await parts.ReadNextSectionAsync(ct) is { } part)
            {
                if (++count > MostParts)
                    throw new Problem(StatusCodes.Status400BadRequest, "malformed_request");
                var about = part.GetContentDispositionHeader();
                var name = HeaderUtilities.RemoveQuotes(about?.Name ?? default).Value;
                var file = HeaderUtilities.RemoveQuotes(about?.FileNameStar ?? default).Value is { Length: > 0 } star
                    ? star
                    : HeaderUtilities.RemoveQuotes(about?.FileName ?? default).Value;
                switch (name)
                {
                    case "payment":
                        said = await ReadJson(part.Body, options, ct);
                        break;
                    case "receipt":
                        receipt = await Seal(part.Body, "receipt", file);
                        break;
                    case "debtPaper":
                        debtPaper = await Seal(part.Body, "debtPaper", file);
                        break;
                    default:
                        throw new Problem(StatusCodes.Status400BadRequest, "malformed_request");
                }
            }
        }
        catch (IOException e) when (e is not BadHttpRequestException)
        {
            throw new Problem(StatusCodes.Status400BadRequest, "malformed_request");
        }
        return new(said is null ? throw Problem.Invalid("payment", "required") : said, receipt, debtPaper);

        Task<SealedContent> Seal(Stream bytes, string what, string? fileName) =>
            contents.SealAsync(owner, newId(what), bytes, fileName, Slips, actor, ct);
    }

    private static async Task<T?> ReadJson(Stream body, JsonSerializerOptions options, CancellationToken ct)
    {
        using var text = new MemoryStream();
        var buffer = new byte[16 * 1024];
        for (int read; (read = await body.ReadAsync(buffer, ct)) > 0; )
        {
            if (text.Length + read > LongestText)
                throw new Problem(StatusCodes.Status413PayloadTooLarge, "too_large");
            text.Write(buffer, 0, read);
        }
        return JsonSerializer.Deserialize<T>(text.GetBuffer().AsSpan(0, (int)text.Length), options);
    }
}
