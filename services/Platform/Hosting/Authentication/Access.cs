using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;

namespace Mediation.Hosting.Authentication;

/// <summary>Who may call a route; every route says it, or says that it is open to everybody. The test of the
/// role × route matrix reads it.</summary>
/// <param name="Roles">Codes of the roles, one of which is enough; empty for everybody who is signed in.</param>
/// <param name="EvenLimited">Also for an account that has yet to change its password or enrol a second factor.</param>
public sealed record AllowedRoles(IReadOnlyList<string> Roles, bool EvenLimited = false) : IAuthorizationRequirement;

public static class Access
{
    /// <summary>The route is for holders of one of the roles; at which unit, the handler decides with
    /// <see cref="Caller.ActIn"/>, because the unit is known only with the object.</summary>
    public static TBuilder RequireRole<TBuilder, TRole>(this TBuilder route, params TRole[] roles)
        where TBuilder : IEndpointConventionBuilder
        where TRole : struct, Enum => route.Allow(new([.. roles.Select(Authentication.Roles.Code)]));

    /// <summary>The route is for everybody who is signed in.</summary>
    public static TBuilder RequireSignIn<TBuilder>(this TBuilder route, bool evenLimited = false)
        where TBuilder : IEndpointConventionBuilder => route.Allow(new([], evenLimited));

    private static TBuilder Allow<TBuilder>(this TBuilder route, AllowedRoles allowed)
        where TBuilder : IEndpointConventionBuilder
    {
        route.WithMetadata(allowed);
        return route.RequireAuthorization(policy => policy.AddRequirements(allowed));
    }
}

internal sealed class AllowedRolesHandler(Caller caller) : AuthorizationHandler<AllowedRoles>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, AllowedRoles requirement)
    {
        if (!caller.IsSignedIn)
            return Task.CompletedTask;
        if (caller.Limited && !requirement.EvenLimited)
            context.Fail(new(this, "account_not_ready"));
        else if (requirement.Roles.Count > 0 && !caller.Holds(requirement.Roles))
            context.Fail(new(this, "role_required"));
        else
            context.Succeed(requirement);
        return Task.CompletedTask;
    }
}
