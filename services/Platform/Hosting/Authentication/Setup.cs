using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Mediation.Hosting.Authentication;

public static class Setup
{
    /// <summary>Authentication by access token, authorization by role and unit, and the copies they need, kept from the
    /// messages of the service that owns tree and grants.</summary>
    /// <param name="unit">The fact about a unit that a message tells, or null.</param>
    /// <param name="revocation">The account whose tokens a message voids, and the version of its grants from which on
    /// new ones count; or null.</param>
    public static ServiceHost<TMessage> Access<TMessage, TUnits, TGrants>(
        this ServiceHost<TMessage> host,
        Func<TMessage, UnitFact?> unit,
        Func<TMessage, (Guid Account, long Version)?> revocation
    )
        where TMessage : class
        where TUnits : TMessage
        where TGrants : TMessage
    {
        host.Services.AddSingleton<IAccessTokenKeys>(p => new IdentityKeys(
            new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(2) })
            {
                BaseAddress = new Uri(host.Configuration["MEDIATION_IDENTITY_URL"] ?? "http://127.0.0.1:5087"),
                Timeout = TimeSpan.FromSeconds(5),
            },
            p.GetRequiredService<TimeProvider>()
        ));
        return host.Access(AccessQueries.Copies)
            .Migration("access", Sql())
            .Consumes(
                "access",
                c =>
                    c.Family<TUnits>()
                        .Family<TGrants>()
                        .OnEach(
                            (message, changes) =>
                            {
                                if (unit(message) is { } fact)
                                    AccessCopies.Keep(changes, fact);
                                if (revocation(message) is { } voided)
                                    AccessCopies.Revoke(changes, voided.Account, voided.Version);
                            }
                        )
            );
    }

    /// <summary>The same for the owner of tree and grants itself: it reads its own tables and brings its own keys
    /// (<see cref="IAccessTokenKeys"/>). A route that names no roles is closed to everybody who is not signed in.</summary>
    public static ServiceHost<TMessage> Access<TMessage>(this ServiceHost<TMessage> host, AccessQueries queries)
        where TMessage : class
    {
        var services = host.Services;
        services.AddSingleton(queries);
        services.AddSingleton<AccessCopies>();
        services.AddHostedService(p => p.GetRequiredService<AccessCopies>());
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<AccessTokenVerifier>();
        services.AddScoped<Caller>();
        services.AddScoped<IAuthorizationHandler, AllowedRolesHandler>();
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, AccessDenied>();
        services
            .AddAuthentication(AccessTokenHandler.SchemeName)
            .AddScheme<AuthenticationSchemeOptions, AccessTokenHandler>(AccessTokenHandler.SchemeName, null);
        services
            .AddAuthorizationBuilder()
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().AddRequirements(new AllowedRoles([])).Build());
        return host.Pipeline(app => app.UseAuthentication().UseAuthorization());
    }

    private static string Sql()
    {
        using var stream = typeof(Setup).Assembly.GetManifestResourceStream(
            "Mediation.Hosting.Authentication.Schema.sql"
        )!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
