using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;

namespace Mediation.Portal.Shell;

/// <summary>Checks the token of every form, and keeps what was typed when a form cannot be taken because the session
/// or the page has grown old: the person signs in or confirms, and the same form goes on.</summary>
public sealed class KeptForms(IDataProtectionProvider protection, IAntiforgery antiforgery)
{
    public const string Field = "_kept";
    private static readonly TimeSpan KeptFor = TimeSpan.FromHours(12);
    private readonly ITimeLimitedDataProtector _protector = protection
        .CreateProtector("kept form")
        .ToTimeLimitedDataProtector();

    public sealed record Kept(string Path, Dictionary<string, string?[]> Fields, bool FilesLost);

    public static IApplicationBuilder Use(IApplicationBuilder app) =>
        app.Use(
            async (context, next) =>
            {
                var kept = context.RequestServices.GetRequiredService<KeptForms>();
                if (await kept.Intercept(context))
                    return;
                try
                {
                    await next(context);
                }
                catch (SessionEnded) when (!context.Response.HasStarted)
                {
                    await kept.AskToSignIn(context);
                }
            }
        );

    /// <returns>True when the request was answered here.</returns>
    private async Task<bool> Intercept(HttpContext context)
    {
        if (!HttpMethods.IsPost(context.Request.Method))
            return false;
        if (!context.Request.HasFormContentType)
        {
            await View.Of<Pages.Shared.ErrorPage>(415, 415).ExecuteAsync(context);
            return true;
        }
        var open = context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null;
        var signedIn = context.User.Identity?.IsAuthenticated == true;
        // One form cannot have a token yet (see Resume.razor); it shows a page and changes nothing.
        var exempt =
            context.GetEndpoint()?.Metadata.GetMetadata<IAntiforgeryMetadata>() is { RequiresValidation: false };
        var genuine = exempt || await antiforgery.IsRequestValidAsync(context);
        if (genuine && (signedIn || open))
            return false;
        if (!Security.ComesFromHere(context.Request))
        {
            await View.Of<Pages.Shared.ErrorPage>(400, 400).ExecuteAsync(context);
            return true;
        }
        if (View.IsFragment(context.Request))
        {
            // A small part of a page: the page itself stays as it is, the next full form keeps what was typed.
            await View.Of<Pages.Shared.Expired>().ExecuteAsync(context);
            return true;
        }
        if (signedIn || open)
            await View.Of<Pages.SignIn.SendAgain>(
                    new Pages.SignIn.SendAgainModel(Keep(await Submission.Read(context))),
                    400
                )
                .ExecuteAsync(context);
        else
            await SignIn(context);
        return true;
    }

    /// <summary>The session ended in the middle of a request: a form is kept, a page is come back to.</summary>
    private async Task AskToSignIn(HttpContext context)
    {
        await context.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        if (!HttpMethods.IsPost(context.Request.Method))
            await View.Go(
                    context,
                    $"/sign-in?back={Uri.EscapeDataString($"{context.Request.Path}{context.Request.QueryString}")}"
                )
                .ExecuteAsync(context);
        else if (View.IsFragment(context.Request))
            await View.Of<Pages.Shared.Expired>().ExecuteAsync(context);
        else
        {
            // The page that asks for the password is nobody's any more, menu and form token included.
            context.User = new ClaimsPrincipal(new ClaimsIdentity());
            await SignIn(context);
        }
    }

    private async Task SignIn(HttpContext context) =>
        await View.Of<Pages.SignIn.SignInPage>(
                new Pages.SignIn.SignInModel("/", Seal(Keep(await Submission.Read(context))), null, Expired: true),
                401
            )
            .ExecuteAsync(context);

    /// <summary>What can be carried through a page: everything but passwords and files.</summary>
    public static Kept Keep(Submission form) =>
        new(
            form.Path,
            form.Values.Where(f => f.Key is not "__RequestVerificationToken" && !Secret(f.Key))
                .ToDictionary(f => f.Key, f => f.Value.ToArray(), StringComparer.Ordinal),
            form.Files?.Any(f => f.Length > 0) == true
        );

    public string Seal(Kept kept) => _protector.Protect(JsonSerializer.Serialize(kept), KeptFor);

    public Kept? Open(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        try
        {
            return JsonSerializer.Deserialize<Kept>(_protector.Unprotect(text));
        }
        catch (Exception e) when (e is System.Security.Cryptography.CryptographicException or JsonException)
        {
            return null;
        }
    }

    // Passwords are typed again: they are not carried through a page.
    private static bool Secret(string field) => field is "password" or "current" or "new" or "repeat" or "code";
}
