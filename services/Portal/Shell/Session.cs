using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Mediation.Contracts.Http.Identity;
using Mediation.Contracts.Identity;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace Mediation.Portal.Shell;

/// <summary>Who is signed in, as pages need it: name, unit, roles held today (her own and those she stands in with).
/// What she may really do, the services decide.</summary>
public sealed class Reader(ClaimsPrincipal principal)
{
    public const string Person = "person";
    public const string Unit = "unit";
    public const string UnitName = "unit_name";
    public const string Duty = "duty";

    public bool SignedIn => principal.Identity?.IsAuthenticated == true;
    public Guid AccountId =>
        Guid.TryParse(principal.FindFirstValue(ClaimTypes.NameIdentifier), out var id) ? id : default;
    public string Name => principal.Identity?.Name ?? string.Empty;
    public string HomeUnit => principal.FindFirstValue(Unit) ?? string.Empty;
    public string HomeUnitName => principal.FindFirstValue(UnitName) ?? string.Empty;
    public bool MustChangePassword => principal.HasClaim(Duty, "password");
    public bool MustEnrolTotp => principal.HasClaim(Duty, "totp");

    public bool Is(params ReadOnlySpan<Role> roles)
    {
        foreach (var role in roles)
            if (principal.IsInRole(Codes.Of(role)))
                return true;
        return false;
    }
}

/// <summary>Identity has ended the session while a request was under way: signed out everywhere, locked, or too long
/// away. <see cref="KeptForms"/> answers it.</summary>
public sealed class SessionEnded : Exception;

/// <summary>The signed-in session of a browser: one encrypted cookie with the tokens of Identity, renewed before they
/// expire. The refresh token works once, so requests that meet at a renewal share it.</summary>
public sealed class Session(IServiceScopeFactory scopes, TimeProvider time, ILogger<Session> log)
{
    private const string Access = "access_token";
    private const string RefreshName = "refresh_token";
    private const string Expires = "expires_at";
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(45);
    private static readonly object Stale = new();

    private readonly ConcurrentDictionary<string, (Task<Answer<Renewed>> Task, DateTimeOffset At)> _renewals = new(
        StringComparer.Ordinal
    );

    public sealed record Renewed(SignedIn Tokens, WhoAmI Me);

    public static async Task<string?> AccessToken(HttpContext context) =>
        context.Items.TryGetValue(Access, out var renewed) ? (string?)renewed : await context.GetTokenAsync(Access);

    /// <summary>Writes the cookie for tokens just received.</summary>
    public static Task Begin(HttpContext context, Renewed renewed) =>
        context.SignInAsync(
            CookieAuthenticationDefaults.AuthenticationScheme,
            Principal(renewed),
            Properties(renewed.Tokens)
        );

    public static async Task<string?> RefreshToken(HttpContext context) => await context.GetTokenAsync(RefreshName);

    /// <summary>Called on every request that brings the cookie.</summary>
    public async Task Validate(CookieValidatePrincipalContext context)
    {
        var properties = context.Properties;
        if (
            properties.GetTokenValue(RefreshName) is not { } refresh
            || !DateTimeOffset.TryParse(
                properties.GetTokenValue(Expires),
                CultureInfo.InvariantCulture,
                DateTimeStyles.RoundtripKind,
                out var expires
            )
        )
        {
            context.RejectPrincipal();
            return;
        }
        var now = time.GetUtcNow();
        if (expires - now > Margin)
            return;
        var answer = await Renew(refresh);
        if (answer.Value is { } renewed)
        {
            context.ReplacePrincipal(Principal(renewed));
            context.Properties.StoreTokens(Tokens(renewed.Tokens));
            context.Properties.ExpiresUtc = renewed.Tokens.RefreshTokenExpiresAt;
            context.ShouldRenew = true;
            context.HttpContext.Items[Access] = renewed.Tokens.AccessToken;
        }
        else if (answer.Problem is { Unavailable: false })
        {
            // Identity has ended the session: signed out everywhere, locked, or too long away.
            context.RejectPrincipal();
            await context.HttpContext.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        }
        // Identity does not answer: the cookie stays. A token that has run out is refused by the services, and the
        // page says so; throwing the person out would lose what she typed.
    }

    /// <summary>A service found the token too old for the grants of today: renews once in the middle of a request, for
    /// all calls of the request that were refused.</summary>
    /// <returns>The new access token, or null when there is none to be had now.</returns>
    /// <exception cref="SessionEnded">Identity has ended the session.</exception>
    public Task<string?> RenewNow(HttpContext context)
    {
        lock (Stale)
        {
            if (context.Items.TryGetValue(Stale, out var under) && under is Task<string?> way)
                return way;
            var renewal = Renewal(context);
            context.Items[Stale] = renewal;
            return renewal;
        }
    }

    private async Task<string?> Renewal(HttpContext context)
    {
        if (context.Response.HasStarted || await context.GetTokenAsync(RefreshName) is not { } refresh)
            return null;
        var answer = await Renew(refresh);
        if (answer.Problem is { Unavailable: false })
            throw new SessionEnded();
        if (answer.Value is not { } renewed)
            return null;
        await Begin(context, renewed);
        context.Items[Access] = renewed.Tokens.AccessToken;
        return renewed.Tokens.AccessToken;
    }

    private async Task<Answer<Renewed>> Renew(string refresh)
    {
        var now = time.GetUtcNow();
        foreach (var (old, entry) in _renewals)
            if (now - entry.At > TimeSpan.FromMinutes(2))
                _renewals.TryRemove(old, out _);
        var key = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(refresh)));
        var (task, _) = _renewals.GetOrAdd(key, _ => (AskIdentity(refresh), now));
        var answer = await task;
        if (answer.Problem is { Unavailable: true })
            _renewals.TryRemove(key, out _);
        return answer;
    }

    private async Task<Answer<Renewed>> AskIdentity(string refresh)
    {
        using var scope = scopes.CreateScope();
        var identity = scope.ServiceProvider.GetRequiredService<IdentityClient>();
        var tokens = await identity.Refresh(new Refresh(refresh));
        if (tokens.Value is not { } signedIn)
        {
            log.LogInformation("A session was not renewed: {Code}", tokens.Problem?.Code);
            return new(default, tokens.Problem);
        }
        var me = await identity.MeWith(signedIn.AccessToken);
        return me.Value is { } who ? new(new Renewed(signedIn, who), null) : new(default, me.Problem);
    }

    private static ClaimsPrincipal Principal(Renewed renewed)
    {
        var me = renewed.Me;
        var claims = new List<Claim>
        {
            new(ClaimTypes.NameIdentifier, me.AccountId.ToString()),
            new(ClaimTypes.Name, me.DisplayName),
            new(Reader.Person, me.PersonId.ToString()),
            new(Reader.Unit, me.Unit),
            new(Reader.UnitName, me.UnitName),
        };
        claims.AddRange(
            me.Grants.Where(g => g.ActiveToday)
                .Concat(me.StandsInFor.SelectMany(s => s.Grants))
                .Select(g => Codes.Of(g.Role))
                .Distinct(StringComparer.Ordinal)
                .Select(role => new Claim(ClaimTypes.Role, role))
        );
        if (renewed.Tokens.MustChangePassword)
            claims.Add(new(Reader.Duty, "password"));
        if (renewed.Tokens.MustEnrolTotp)
            claims.Add(new(Reader.Duty, "totp"));
        return new ClaimsPrincipal(new ClaimsIdentity(claims, CookieAuthenticationDefaults.AuthenticationScheme));
    }

    private static AuthenticationProperties Properties(SignedIn tokens)
    {
        var properties = new AuthenticationProperties
        {
            IsPersistent = false,
            AllowRefresh = false,
            ExpiresUtc = tokens.RefreshTokenExpiresAt,
        };
        properties.StoreTokens(Tokens(tokens));
        return properties;
    }

    private static AuthenticationToken[] Tokens(SignedIn tokens) =>
        [
            new() { Name = Access, Value = tokens.AccessToken },
            new() { Name = RefreshName, Value = tokens.RefreshToken },
            new() { Name = Expires, Value = tokens.AccessTokenExpiresAt.ToString("O", CultureInfo.InvariantCulture) },
        ];
}
