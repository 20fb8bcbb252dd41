using Microsoft.AspNetCore.Http.HttpResults;

namespace Mediation.Portal.Shell;

/// <summary>Answers with pages. Every page and fragment is one component with one <c>Model</c>.</summary>
public static class View
{
    private const string NoticeCookie = "mediation.notice";

    public static IResult Of<TPage>(object? model = null, int status = 200)
        where TPage : IComponent =>
        new RazorComponentResult<TPage>(
            model is null
                ? new Dictionary<string, object?>(StringComparer.Ordinal)
                : new Dictionary<string, object?>(StringComparer.Ordinal) { ["Model"] = model }
        )
        {
            StatusCode = status,
            PreventStreamingRendering = true,
        };

    /// <summary>The page that a problem of a whole page becomes: not found, not allowed, not answering.</summary>
    public static IResult Problem(Problem problem) =>
        problem switch
        {
            { NotFound: true } => Of<Pages.Shared.ErrorPage>(404, 404),
            { Forbidden: true } => Of<Pages.Shared.ErrorPage>(403, 403),
            { Unavailable: true } => Of<Pages.Shared.ErrorPage>(503, 503),
            { Status: 401 } => Of<Pages.Shared.ErrorPage>(401, 401),
            _ => Of<Pages.Shared.ErrorPage>(problem.Status, problem.Status),
        };

    /// <summary>The same for a page that was to show a form again. When a service falls silent between the typing and
    /// the sending, the page of the form cannot be made either; what was typed is shown with a button to send it again.</summary>
    public static IResult Problem(Problem problem, Submission? typed) =>
        typed is not null && problem is { NotFound: false, Forbidden: false }
            ? Of<Pages.SignIn.SendAgain>(
                new Pages.SignIn.SendAgainModel(KeptForms.Keep(typed), typed.Problem ?? problem),
                problem.Status
            )
            : Problem(problem);

    /// <summary>Leads on after a command, with one sentence that the next page shows once. Codes and numbers only:
    /// the sentence travels in a cookie.</summary>
    public static IResult Go(HttpContext context, string path, string? notice = null, string? argument = null)
    {
        if (notice is not null)
            context.Response.Cookies.Append(
                NoticeCookie,
                Uri.EscapeDataString(argument is null ? notice : $"{notice}|{argument}"),
                new CookieOptions
                {
                    HttpOnly = true,
                    SameSite = SameSiteMode.Strict,
                    MaxAge = TimeSpan.FromMinutes(2),
                    IsEssential = true,
                }
            );
        return Results.Redirect(Security.LocalPath(path), permanent: false, preserveMethod: false);
    }

    public static string? TakeNotice(HttpContext context, Texts texts)
    {
        if (context.Request.Cookies[NoticeCookie] is not { Length: > 0 } cookie)
            return null;
        if (!context.Response.HasStarted)
            context.Response.Cookies.Delete(NoticeCookie);
        var parts = Uri.UnescapeDataString(cookie).Split('|', 2);
        var key = $"notice.{parts[0]}";
        return texts.Has(key) ? texts[key, parts.Length > 1 ? parts[1] : string.Empty] : null;
    }

    public static bool IsFragment(HttpRequest request) =>
        request.Headers.ContainsKey("HX-Request") && !request.Headers.ContainsKey("HX-Boosted");
}
