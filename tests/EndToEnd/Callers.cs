using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Mediation.Contracts;
using Mediation.Kit;

namespace Mediation.EndToEnd.Tests;

/// <summary>Everybody who may call a service, straight at its door: their tokens, the routes the services describe, and
/// the ids of three real cases at different stages.</summary>
internal sealed partial class Callers
{
    // In this order they are asked for a route, so that the mediator of the case comes before others.
    private static readonly string[] Staff =
    [
        "tiaojie.chaoyang",
        "zhuren.chaoyang",
        "jiedai.chaoyang",
        "fuhe.chaoyang",
        "guanli.shi",
        "ducha.chaoyang",
    ];

    private static readonly HttpClient Http = new(
        new SocketsHttpHandler { Expect100ContinueTimeout = TimeSpan.FromSeconds(30) }
    )
    {
        Timeout = TimeSpan.FromSeconds(60),
    };

    private readonly City city;
    private readonly Dictionary<string, (string Token, DateTimeOffset At)> tokens = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> passwords = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> known = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> places = new(StringComparer.Ordinal);
    private readonly List<string> secrets = [BadBodies.Marker];
    private string self = "";
    private string administrator = "";
    private string lawyer = "";
    private int asked;

    private Callers(City city) => this.city = city;

    public IReadOnlyList<Route> Routes { get; private set; } = [];

    /// <summary>Ids and texts of the real cases by the name under which bodies carry them.</summary>
    public IReadOnlyDictionary<string, string> Known => known;

    /// <summary>What no answer may hold.</summary>
    public IReadOnlyList<string> Secrets => secrets;

    /// <summary>Colleagues of another district in every role that works on cases.</summary>
    public IReadOnlyList<string> Strangers { get; } =
    ["jiedai.haidian", "zhuren.haidian", "tiaojie.haidian", "fuhe.haidian"];

    /// <summary>Three new cases: one whose agreement is being paid, one in mediation, one not yet accepted.</summary>
    public static async Task<Callers> Enter(BrowserFixture fixture)
    {
        var callers = new Callers(fixture.City);
        using var desks = new Desks(fixture.City);
        async Task<Guid> Register()
        {
            var name = "坏" + Guid.NewGuid().ToString("N")[..8];
            var (worker, employer, facts, phone) = (
                "工人" + name,
                $"示例{name}有限公司",
                "拖欠工资事实" + name,
                desks.Phone()
            );
            callers.secrets.AddRange([worker, employer, facts, phone]);
            var request = await desks.Register(worker, employer, facts, Channel.WalkIn, phone);
            await desks.Triage(request);
            await desks.Apply(request);
            return request;
        }
        var late = await desks.AppliedOn(
            Desks.Today.AddDays(-20),
            "工人" + callers.Secret(),
            $"示例{callers.Secret()}有限公司",
            "拖欠工资事实" + callers.Secret()
        );
        var paid = await desks.Accept(await Register());
        await desks.BringIntoForce(paid);
        await desks.Pay(paid, 100_000);
        var open = await desks.Accept(await Register());
        await desks.Appoint(open);
        var fresh = await Register();
        var run = await desks.Clock(open, "MED_RUN");
        callers.places["/clocks/id"] = run.Id.ToString();
        callers.known["clockId"] = run.Id.ToString();
        callers.places["/cases/id"] = open.ToString();
        callers.places["/supervisions/id"] = (await desks.Breach(late)).Id.ToString();
        callers.places["/notices/id"] = (await desks.RightEnds(fresh)).ToString();
        callers.places["/rules/id"] = "MED_RUN";
        callers.places["year"] = "2031";
        await callers.Learn(paid, open, fresh);
        return callers;
    }

    // A name that no answer may repeat.
    private string Secret()
    {
        secrets.Add("坏" + Guid.NewGuid().ToString("N")[..8]);
        return secrets[^1];
    }

    /// <summary>The route's address leads to one of the cases.</summary>
    public static bool BelongsToCase(Route route) =>
        route.Path.Contains('{', StringComparison.Ordinal)
        && (
            route.Path.StartsWith("/requests/", StringComparison.Ordinal)
            || route.Path.StartsWith("/disputes/", StringComparison.Ordinal)
            || route.Path.StartsWith("/payments/", StringComparison.Ordinal)
            || route.Path.StartsWith("/lines/", StringComparison.Ordinal)
            || route.Path.StartsWith("/claims/", StringComparison.Ordinal)
            || route.Path.StartsWith("/cases/", StringComparison.Ordinal)
            || route.Path.StartsWith("/clocks/", StringComparison.Ordinal)
            || route.Path.StartsWith("/supervisions/", StringComparison.Ordinal)
            || route.Path.StartsWith("/notices/", StringComparison.Ordinal)
        );

    /// <summary>The first of the staff whose role the route admits; null where nobody need sign in.</summary>
    public async Task<string?> CallerOf(Route route)
    {
        // A version that is none is refused after the question of roles and before anything is done.
        if ((await Send(route, null, null, ifMatch: "x")).Code == "malformed_version")
            return null;
        foreach (var account in route.Service == "Identity" ? (string[])[self, administrator] : [.. Staff, lawyer])
            if ((await Send(route, account, null, ifMatch: "x")).Code == "malformed_version")
                return account;
        throw new InvalidOperationException($"Nobody gets into {route}.");
    }

    /// <summary>The version of the page on which a command of the route is decided.</summary>
    public async Task<string?> Version(Route route, string? caller)
    {
        if (!BelongsToCase(route))
            return null;
        var page = string.Join('/', route.Path.Split('/')[..3]);
        using var request = Request(route with { Method = "GET", Path = page }, "");
        using var response = await Signed(request, caller);
        return response.Headers.ETag?.ToString();
    }

    public Task<long> Events(string service) => city.Count(service, "select count(*) from mt_events");

    public Task<Answered> Send(
        Route route,
        string? caller,
        string? json,
        string? key = null,
        string? ifMatch = null,
        string query = ""
    ) =>
        Upload(
            route,
            caller,
            json is null ? null : new StringContent(json, new UTF8Encoding(false), "application/json"),
            key,
            ifMatch,
            query
        );

    public async Task<Answered> Upload(
        Route route,
        string? caller,
        HttpContent? content,
        string? key = null,
        string? ifMatch = null,
        string query = ""
    )
    {
        using var request = Request(route, query);
        request.Content = content;
        // Who will not take so much says so before it is sent, and need not hang up in the middle.
        request.Headers.ExpectContinue = content?.Headers.ContentLength > 1024 * 1024;
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        if (ifMatch is not null)
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        var english = ++asked % 2 == 0;
        request.Headers.AcceptLanguage.ParseAdd(english ? "en" : "zh-CN");
        using var response = await Signed(request, caller);
        var body = await response.Content.ReadAsStringAsync();
        var media = response.Content.Headers.ContentType?.MediaType;
        var code = media == "application/problem+json" ? (string?)JsonNode.Parse(body)!["code"] : null;
        return new((int)response.StatusCode, code, body, media, english, response.Headers.ETag is not null);
    }

    private HttpRequestMessage Request(Route route, string query) =>
        new(
            new HttpMethod(route.Method),
            new Uri(
                city.Address(route.Service),
                Parameter().Replace(route.Path, m => Place(route, m.Groups["name"].Value)) + query
            )
        );

    private string Place(Route route, string name) =>
        places.GetValueOrDefault($"/{route.Path.Split('/')[1]}/{name}")
        ?? known.GetValueOrDefault(name)
        ?? places.GetValueOrDefault(name)
        ?? Guid.CreateVersion7().ToString();

    private async Task<HttpResponseMessage> Signed(HttpRequestMessage request, string? caller)
    {
        if (caller is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await Token(caller));
        return await Http.SendAsync(request);
    }

    // Tokens live five minutes.
    private async Task<string> Token(string account)
    {
        var now = TimeProvider.System.GetUtcNow();
        if (tokens.TryGetValue(account, out var held) && now - held.At < TimeSpan.FromMinutes(3))
            return held.Token;
        var signedIn = await Ask(
            "Identity",
            "/sign-in",
            null,
            new JsonObject
            {
                ["accountName"] = account,
                ["password"] = passwords.GetValueOrDefault(account, City.Password),
            }
        );
        tokens[account] = ((string)signedIn["accessToken"]!, now);
        return tokens[account].Token;
    }

    private async Task<JsonNode> Ask(string service, string path, string? caller, JsonNode? body)
    {
        using var request = new HttpRequestMessage(
            body is null ? HttpMethod.Get : HttpMethod.Post,
            new Uri(city.Address(service), path)
        );
        if (body is not null)
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        using var response = await Signed(request, caller);
        var text = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode
            ? JsonNode.Parse(text.Length == 0 ? "{}" : text)!
            : throw new InvalidOperationException($"{path}: {(int)response.StatusCode} {text}");
    }

    private async Task Learn(Guid paid, Guid open, Guid fresh)
    {
        // Ids of the three cases; of the same name the first one counts.
        Harvest(await Ask("Disputes", $"/disputes/{open}", "tiaojie.chaoyang", null));
        Harvest(await Ask("Intake", $"/requests/{fresh}", "jiedai.chaoyang", null));
        Harvest(
            await Eventually.Get(
                () => Ask("Outcomes", $"/disputes/{paid}/lines", "tiaojie.chaoyang", null),
                lines => lines["lines"] is JsonArray { Count: > 0 },
                "the lines of the case have arrived"
            )
        );
        var openClaim = known["workerClaimId"];
        known["unit"] = "110105";
        known["phone"] = "19900000009";
        known["mediator"] = NameBased("tiaojie2.chaoyang");
        places["/requests/id"] = fresh.ToString();
        places["/disputes/id"] = open.ToString();
        places["/disputes/disputeId"] = paid.ToString();
        places["/parties/id"] = known["partyId"];
        places["/drafts/id"] = Guid.CreateVersion7().ToString();
        places["/claims/workerClaimId"] = openClaim;
        places["queue"] = "intake.disputes_error";
        places["name"] = "Publishing:All";
        places["position"] = "1";
        (self, _) = await Newcomer("own");
        (_, var target) = await Newcomer("other");
        places["/accounts/id"] = target;
        administrator = await Appointed("guanli", "administrator");
        lawyer = await Appointed("falv", "cityLegal");
        // A street of its own, so that closing and renaming it takes nothing from the other tests.
        places["code"] = "110105999";
        var routes = new List<Route>();
        foreach (var service in new[] { "Identity", "Intake", "Disputes", "Outcomes", "Deadlines" })
        {
            var document = (await Ask(service, "/openapi.json", null, null)).AsObject();
            foreach (var (path, methods) in document["paths"]!.AsObject())
            foreach (var (method, about) in methods!.AsObject())
            {
                var body = about!["requestBody"]?["content"]?["application/json"]?["schema"]?.AsObject();
                var query = (about["parameters"]?.AsArray() ?? [])
                    .Where(p => (string?)p!["in"] == "query")
                    .Select(p => (string)p!["name"]!);
                routes.Add(
                    new(service, method.ToUpperInvariant(), path, body is null ? null : new(document, body), [.. query])
                );
            }
        }
        Routes = routes;
    }

    // An account of its own for what a caller may do to herself, and one for what an administrator may do to others:
    // wrong passwords and locks must not hit those on whom the other tests depend.
    private async Task<(string Name, string Id)> Newcomer(string what)
    {
        var (id, name) = (Guid.CreateVersion7().ToString(), $"huai.{what}{Random.Shared.Next(100_000)}");
        var made = await Ask(
            "Identity",
            "/accounts",
            "guanli.shi",
            new JsonObject
            {
                ["accountId"] = id,
                ["accountName"] = name,
                ["displayName"] = "坏输入",
                ["phone"] = null,
                ["email"] = null,
                ["unit"] = "110105",
            }
        );
        passwords[name] = (string)made["temporaryPassword"]!;
        await Ask(
            "Identity",
            "/password",
            name,
            new JsonObject { ["current"] = passwords[name], ["new"] = City.Password + "-2" }
        );
        passwords[name] = City.Password + "-2";
        tokens.Remove(name);
        return (name, id);
    }

    // With a role at the city.
    private async Task<string> Appointed(string what, string role)
    {
        var (name, id) = await Newcomer(what);
        await Ask(
            "Identity",
            $"/accounts/{id}/grants",
            "guanli.shi",
            new JsonObject
            {
                ["grantId"] = Guid.CreateVersion7().ToString(),
                ["role"] = role,
                ["unit"] = "110000",
                ["from"] = "2024-01-01",
                ["to"] = null,
            }
        );
        tokens.Remove(name);
        return name;
    }

    private void Harvest(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject properties:
                foreach (var (name, value) in properties)
                    if (value is JsonValue leaf && leaf.TryGetValue<string>(out var text) && Guid.TryParse(text, out _))
                        known.TryAdd(name, text);
                    else
                        Harvest(value);
                break;
            case JsonArray items:
                foreach (var item in items)
                    Harvest(item);
                break;
            default:
                break;
        }
    }

    private static string NameBased(string account)
    {
#pragma warning disable CA5350 // Version 5 is defined on SHA-1.
        var bytes = System.Security.Cryptography.SHA1.HashData([
            .. new byte[16],
            .. Encoding.UTF8.GetBytes("demonstration-account:" + account),
        ]);
#pragma warning restore CA5350
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x50);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes.AsSpan(0, 16), bigEndian: true).ToString();
    }

    [GeneratedRegex(@"\{(?<name>[A-Za-z]+)\}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Parameter();
}
