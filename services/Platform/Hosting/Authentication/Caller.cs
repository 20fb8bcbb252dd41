using System.Security.Claims;
using System.Text.Json;

namespace Mediation.Hosting.Authentication;

/// <summary>Who makes the request and what she may do where. The questions are answered for today's tree: a case
/// follows its unit when the unit moves.</summary>
public sealed class Caller(AccessCopies copies, TimeProvider clock, Acting acting)
{
    private AccessToken? token;

    public bool IsSignedIn => token is not null;

    /// <exception cref="Problem">401 where nobody is signed in.</exception>
    public Guid AccountId => Token.Account;

    /// <summary>The human: a second account of hers is the same person, who may not countersign her own entry.</summary>
    public Guid PersonId => Token.Person;

    public IReadOnlyList<HeldGrant> Grants => Token.Grants;

    public IReadOnlyList<StandIn> StandsInFor => Token.StandsInFor;

    /// <summary>She has yet to change her password or to enrol a second factor.</summary>
    public bool Limited => Token.Limited;

    private AccessToken Token => token ?? throw new Problem(401, "token_missing");

    /// <summary>She holds one of the roles somewhere, herself or as a substitute.</summary>
    public bool Holds<TRole>(params IReadOnlyList<TRole> roles)
        where TRole : struct, Enum => Holds(Roles.Codes(roles));

    /// <summary>She holds one of the roles at the unit or above it, herself or as a substitute.</summary>
    public bool MayActIn<TRole>(string unit, params IReadOnlyList<TRole> roles)
        where TRole : struct, Enum => Find(unit, Roles.Codes(roles)) is not null;

    /// <summary>As <see cref="MayActIn"/>, and everything recorded from now on in this request says under which role, at
    /// which unit and for whom she acted. Her own grants come before those she stands in for.</summary>
    /// <exception cref="Problem">403 <c>outside_your_units</c> or <c>role_required</c>.</exception>
    public void ActIn<TRole>(string unit, params IReadOnlyList<TRole> roles)
        where TRole : struct, Enum
    {
        var codes = Roles.Codes(roles);
        var (grant, absent) =
            Find(unit, codes) ?? throw Problem.Forbidden(Holds(codes) ? "outside_your_units" : "role_required");
        acting.Role = grant.Role;
        acting.Unit = unit;
        acting.OnBehalfOf = absent?.Account.ToString();
    }

    /// <summary>She may do what only the given account may do: it is hers, or she stands in for it today.</summary>
    public bool IsOrStandsInFor(Guid account) => AccountId == account || StandsInFor.Any(s => s.Account == account);

    /// <summary>Codes of all units in which she may act under one of the roles, for filters of lists.</summary>
    public IReadOnlySet<string> UnitsOf<TRole>(params IReadOnlyList<TRole> roles)
        where TRole : struct, Enum
    {
        var codes = Roles.Codes(roles);
        var today = LegalDay.Today(clock);
        return AllGrants()
            .Where(g => codes.Contains(g.Grant.Role, StringComparer.Ordinal))
            .SelectMany(g => copies.Tree.Within(g.Grant.Unit, today))
            .ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Codes of the units at which she holds one of the roles, herself or as a substitute, without those below:
    /// what waits for a unit waits for its own people first.</summary>
    public string[] At<TRole>(params IReadOnlyList<TRole> roles)
        where TRole : struct, Enum
    {
        var codes = Roles.Codes(roles);
        return
        [
            .. AllGrants()
                .Where(g => codes.Contains(g.Grant.Role, StringComparer.Ordinal))
                .Select(g => g.Grant.Unit)
                .Distinct(StringComparer.Ordinal),
        ];
    }

    internal bool Holds(IReadOnlyList<string> codes) =>
        AllGrants().Any(g => codes.Contains(g.Grant.Role, StringComparer.Ordinal));

    internal void SignedIn(AccessToken accepted) => token = accepted;

    private (HeldGrant Grant, StandIn? Absent)? Find(string unit, IReadOnlyList<string> codes)
    {
        var today = LegalDay.Today(clock);
        foreach (var held in AllGrants())
            if (
                codes.Contains(held.Grant.Role, StringComparer.Ordinal)
                && copies.Tree.IsWithin(unit, held.Grant.Unit, today)
            )
                return held;
        return null;
    }

    private IEnumerable<(HeldGrant Grant, StandIn? Absent)> AllGrants() =>
        Token
            .Grants.Select(g => (g, (StandIn?)null))
            .Concat(Token.StandsInFor.SelectMany(s => s.Grants.Select(g => (g, (StandIn?)s))));
}

/// <summary>Codes of roles as they stand in tokens, metadata and JSON: the enum's name in camelCase.</summary>
public static class Roles
{
    public static string Code<TRole>(TRole role)
        where TRole : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(role.ToString());

    internal static string[] Codes<TRole>(IReadOnlyList<TRole> roles)
        where TRole : struct, Enum => [.. roles.Select(Code)];

    internal static ClaimsPrincipal Principal(AccessToken token, string scheme) =>
        new(
            new ClaimsIdentity(
                [new("sub", token.Account.ToString()), .. token.Grants.Select(g => new Claim("role", g.Role))],
                scheme,
                "sub",
                "role"
            )
        );
}
