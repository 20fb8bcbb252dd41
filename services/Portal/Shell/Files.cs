using Microsoft.Net.Http.Headers;

namespace Mediation.Portal.Shell;

/// <summary>Passes files of a service on to the browser.</summary>
public static class Files
{
    /// <summary>Types a browser shows without running anything in them.</summary>
    private static readonly HashSet<string> Shown = new(StringComparer.OrdinalIgnoreCase)
    {
        "application/pdf",
        "image/png",
        "image/jpeg",
    };

    /// <param name="inline">Shown in the page's frame where the type is harmless; otherwise saved.</param>
    public static IResult Send(HttpContext context, Answer<FileAnswer> answer, bool inline = false)
    {
        if (answer.Value is not { } file)
            return View.Problem(answer.Problem!);
        context.Response.Headers.ContentDisposition = new ContentDispositionHeaderValue(
            inline && Shown.Contains(file.MediaType) ? "inline" : "attachment"
        )
        {
            FileNameStar = file.Name,
        }.ToString();
        context.Response.ContentLength = file.Size;
        return Results.Stream(file.Content, file.MediaType);
    }

    /// <summary>Shown inside a page of this Portal: beside what it proves, and nowhere else.</summary>
    public static IResult Framed(HttpContext context, Answer<FileAnswer> answer)
    {
        if (answer.Value is not null)
            context.Response.Headers.ContentSecurityPolicy = Security.FramedFilePolicy;
        return Send(context, answer, inline: true);
    }
}
