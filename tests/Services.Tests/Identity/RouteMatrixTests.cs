using Mediation.Hosting.Authentication;
using Microsoft.AspNetCore.Authorization;
using static Mediation.Services.Tests.Identity.IdentityFixture;
using Role = Mediation.Contracts.Identity.Role;

namespace Mediation.Services.Tests.Identity;

/// <summary>Every route of the service × every role × nobody: who gets in is what the route says, found by asking.</summary>
[Collection(IdentityCollection.Name)]
public sealed class RouteMatrixTests(IdentityFixture fixture)
{
    [Fact]
    public void Every_route_says_who_may_call_it() =>
        Routes()
            .Where(r =>
                r.Metadata.GetMetadata<AllowedRoles>() is null && r.Metadata.GetMetadata<IAllowAnonymous>() is null
            )
            .Select(r => r.DisplayName)
            .ShouldBeEmpty();

    [Fact]
    public async Task Every_role_gets_into_the_routes_that_allow_it_and_into_no_other()
    {
        var tokens = new Dictionary<Role, string>();
        foreach (var role in Enum.GetValues<Role>())
        {
            var (_, name, password) = await fixture.NewAccount(role);
            tokens[role] = (await fixture.SignIn(name, password)).AccessToken;
        }
        var (allowed, refused) = (0, 0);
        foreach (var route in Routes())
        {
            var open = route.Metadata.GetMetadata<IAllowAnonymous>() is not null;
            var roles = route.Metadata.GetMetadata<AllowedRoles>()?.Roles ?? [];
            (await GetsIn(route, null)).ShouldBe(open, $"nobody at {route.DisplayName}");
            foreach (var (role, token) in tokens)
            {
                // What ends the session would spoil the token for the next route.
                if (route.RoutePattern.RawText is "/sign-out-everywhere")
                    continue;
                var may = open || roles.Count == 0 || roles.Contains(Roles.Code(role));
                (await GetsIn(route, token)).ShouldBe(may, $"{role} at {route.DisplayName}");
                _ = may ? allowed++ : refused++;
            }
        }
        allowed.ShouldBeGreaterThan(100);
        refused.ShouldBeGreaterThan(100);
    }

    // With an empty body and ids of nothing: whoever gets in is told that something else is wrong.
    private async Task<bool> GetsIn(RouteEndpoint route, string? token)
    {
        var method = route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods[0] ?? "GET";
        var path = System.Text.RegularExpressions.Regex.Replace(
            route.RoutePattern.RawText!,
            @"\{[^}:]+(?<guid>:guid)?\}",
            m => m.Groups["guid"].Success ? Guid.Empty.ToString() : "000000",
            System.Text.RegularExpressions.RegexOptions.ExplicitCapture,
            TimeSpan.FromSeconds(1)
        );
        using var client = Client(fixture.Identity, token);
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (method == "POST")
            request.Content = new StringContent("{}", System.Text.Encoding.UTF8, "application/json");
        var response = await client.SendAsync(request);
        ((int)response.StatusCode).ShouldBeLessThan(500, route.DisplayName);
        if ((int)response.StatusCode is not (401 or 403))
            return true;
        var (_, code) = await Problem(response);
        return code is not ("token_missing" or "role_required");
    }

    private List<RouteEndpoint> Routes()
    {
        var routes = fixture
            .Identity.Services.GetRequiredService<EndpointDataSource>()
            .Endpoints.OfType<RouteEndpoint>()
            .ToList();
        routes.Count.ShouldBeGreaterThan(25);
        return routes;
    }
}
