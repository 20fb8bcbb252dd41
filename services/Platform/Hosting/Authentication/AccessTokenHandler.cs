using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mediation.Hosting.Authentication;

/// <summary>ASP.NET authentication by <c>Authorization: Bearer</c>. A token made from grants that were changed since is
/// refused with its own code, so that the caller refreshes it instead of asking for a password.</summary>
internal sealed class AccessTokenHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder,
    AccessTokenVerifier verifier,
    AccessCopies copies
) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "Bearer";
    private const string Prefix = SchemeName + " ";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (
            Request.Headers.Authorization is not [{ } header]
            || !header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)
        )
            return AuthenticateResult.NoResult();
        try
        {
            var token = await verifier.Verify(header[Prefix.Length..].Trim(), Context.RequestAborted);
            if (IsStale(token))
                return AuthenticateResult.Fail(new Problem(StatusCodes.Status401Unauthorized, "token_stale"));
            Context.RequestServices.GetRequiredService<Caller>().SignedIn(token);
            return AuthenticateResult.Success(new(Roles.Principal(token, SchemeName), SchemeName));
        }
        catch (TokenRejected rejected)
        {
            // Which check failed is for operators; a forger learns only that it did.
            Logger.LogInformation("Access token refused: {Fault}", rejected.Fault);
            return AuthenticateResult.Fail(
                new Problem(
                    StatusCodes.Status401Unauthorized,
                    rejected.Fault is TokenFault.Expired ? "token_expired" : "token_invalid"
                )
            );
        }
        catch (KeysUnavailable)
        {
            return AuthenticateResult.Fail(
                new Problem(StatusCodes.Status503ServiceUnavailable, "identity_unavailable")
            );
        }
    }

    private bool IsStale(AccessToken token) =>
        token.Version < copies.RevokedBefore(token.Account)
        || token.StandsInFor.Any(s => s.Version < copies.RevokedBefore(s.Account));
}

/// <summary>Answers a refused request as every other error is answered: coded, in the caller's language.</summary>
internal sealed class AccessDenied : IAuthorizationMiddlewareResultHandler
{
    public async Task HandleAsync(
        RequestDelegate next,
        HttpContext context,
        AuthorizationPolicy policy,
        PolicyAuthorizationResult authorizeResult
    )
    {
        if (authorizeResult.Succeeded)
        {
            await next(context);
            return;
        }
        if (authorizeResult.Forbidden)
            throw Problem.Forbidden(
                authorizeResult.AuthorizationFailure?.FailureReasons.FirstOrDefault()?.Message ?? "role_required"
            );
        // RFC 6750, 3. The error handler clears the headers of the answer, so it is set at the very end.
        context.Response.OnStarting(() =>
        {
            context.Response.Headers.WWWAuthenticate = AccessTokenHandler.SchemeName;
            return Task.CompletedTask;
        });
        // Asked again, the handler answers what it found the first time.
        throw (await context.AuthenticateAsync(AccessTokenHandler.SchemeName)).Failure as Problem
            ?? new Problem(StatusCodes.Status401Unauthorized, "token_missing");
    }
}
