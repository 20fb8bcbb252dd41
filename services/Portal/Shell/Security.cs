using Microsoft.Extensions.Primitives;

namespace Mediation.Portal.Shell;

/// <summary>Headers of every answer. Scripts, styles, pictures and requests come from this origin only; nothing is
/// written inline, so the policy needs no exception.</summary>
public static class Security
{
    public const string ContentPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        + "connect-src 'self'; frame-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    /// <summary>A picture or PDF shown in a frame of a page. The browser's own PDF viewer is an object with styles of
    /// its own; the file can run nothing and load nothing.</summary>
    public const string FramedFilePolicy =
        "default-src 'none'; img-src 'self'; object-src 'self'; style-src 'unsafe-inline'; "
        + "form-action 'none'; frame-ancestors 'self'; base-uri 'none'";

    public static IApplicationBuilder UseSecurityHeaders(this IApplicationBuilder app) =>
        app.Use(
            (context, next) =>
            {
                context.Response.OnStarting(() =>
                {
                    var headers = context.Response.Headers;
                    if (StringValues.IsNullOrEmpty(headers.ContentSecurityPolicy))
                        headers.ContentSecurityPolicy = ContentPolicy;
                    headers.XContentTypeOptions = "nosniff";
                    headers["Referrer-Policy"] = "same-origin";
                    headers["Permissions-Policy"] = "camera=(self), geolocation=(), microphone=()";
                    headers["Cross-Origin-Opener-Policy"] = "same-origin";
                    // Pages show personal data: no cache may keep them. Static files set their own value.
                    if (StringValues.IsNullOrEmpty(headers.CacheControl))
                        headers.CacheControl = "no-store";
                    headers.Append("Vary", "HX-Request");
                    // Said by the renderer to a script this Portal does not load.
                    headers.Remove("blazor-enhanced-nav");
                    return Task.CompletedTask;
                });
                return next(context);
            }
        );

    /// <summary>The browser says that the request was made by a page of this site. Asked before a form without a valid
    /// token is offered to its sender again: a foreign page must not plant one.</summary>
    public static bool ComesFromHere(HttpRequest request)
    {
        if (request.Headers["Sec-Fetch-Site"] is [{ } site])
            return string.Equals(site, "same-origin", StringComparison.Ordinal);
        return request.Headers.Origin is [{ } origin]
            && Uri.TryCreate(origin, UriKind.Absolute, out var uri)
            && string.Equals(uri.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>A path of this site, or the start page: an address given with a link must not lead elsewhere.</summary>
    public static string LocalPath(string? path) =>
        path is { Length: > 0 and < 2000 }
        && path[0] == '/'
        && (path.Length == 1 || (path[1] != '/' && path[1] != '\\'))
        && !path.Any(char.IsControl)
            ? path
            : "/";
}
