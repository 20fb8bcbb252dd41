extern alias identity;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using Mediation.Contracts;
using Mediation.EventStore;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Mediation.Identity.Service;
using Mediation.Kit;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Role = Mediation.Contracts.Identity.Role;

namespace Mediation.Services.Tests.Identity;

using Mediation.Contracts.Http.Identity;

/// <summary>Identity as it runs, migrated and with its demonstration accounts, and beside it another service that
/// knows of tree and grants only what messages told it.</summary>
public sealed class IdentityFixture : IAsyncLifetime
{
    public const string Password = "Zhengque2026Mima";
    private readonly string keyFile = Path.Combine(Path.GetTempPath(), $"mediation-key-{Guid.NewGuid():N}");
    private TestBroker broker = null!;
    private TestDatabase otherDatabase = null!;

    public TestDatabase Database { get; private set; } = null!;

    public WebApplication Identity { get; private set; } = null!;

    public WebApplication Other { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllTextAsync(keyFile, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(keyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        (broker, Database, otherDatabase) = (
            await TestBroker.Create("identity"),
            await TestDatabase.Create("identity"),
            await TestDatabase.Create("other")
        );
        // All topology before the first publisher: what is published to no queue is lost.
        (await OtherHost(["migrate", .. Settings(otherDatabase)]).Run()).ShouldBe(0);
        (await IdentityHost.Create(["migrate", .. Settings(Database)]).Run()).ShouldBe(0);
        Environment.SetEnvironmentVariable("MEDIATION_DEMO_PASSWORD", Password);
        (await IdentityHost.Create(["demo", .. Settings(Database)]).Run()).ShouldBe(0);
        Identity = IdentityHost.Create(Settings(Database)).Build();
        await Identity.StartAsync();
        Other = OtherHost([.. Settings(otherDatabase), $"--MEDIATION_IDENTITY_URL={Address(Identity)}"]).Build();
        await Other.StartAsync();
        await Eventually.True(
            () => Task.FromResult(Other.Services.GetRequiredService<AccessCopies>().Tree.Count >= 361),
            "the tree reaches the other service"
        );
    }

    public async ValueTask DisposeAsync()
    {
        await Other.StopAsync();
        await Other.DisposeAsync();
        await Identity.StopAsync();
        await Identity.DisposeAsync();
        await Database.DisposeAsync();
        await otherDatabase.DisposeAsync();
        await broker.DisposeAsync();
        File.Delete(keyFile);
    }

    /// <summary>A second process of the service, on the same database.</summary>
    public async Task<WebApplication> AnotherInstance(params string[] settings)
    {
        var app = IdentityHost.Create([.. Settings(Database), .. settings]).Build();
        await app.StartAsync();
        return app;
    }

    public static HttpClient Client(WebApplication app, string? accessToken = null, string language = "zh-CN")
    {
        var client = new HttpClient { BaseAddress = new Uri(Address(app)) };
        client.DefaultRequestHeaders.AcceptLanguage.ParseAdd(language);
        if (accessToken is not null)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        return client;
    }

    public Task<HttpResponseMessage> TrySignIn(string name, string password = Password, string? code = null) =>
        Client(Identity).PostAsJsonAsync("/sign-in", new SignIn(name, password, code));

    public async Task<SignedIn> SignIn(string name, string password = Password, string? code = null)
    {
        var response = await TrySignIn(name, password, code);
        ((int)response.StatusCode).ShouldBe(200, await response.Content.ReadAsStringAsync());
        return await Read<SignedIn>(response);
    }

    /// <summary>A client of Identity signed in as the account.</summary>
    public async Task<HttpClient> As(string name, string password = Password) =>
        Client(Identity, (await SignIn(name, password)).AccessToken);

    /// <summary>A fresh account of one role, so that a test can do to it what it likes.</summary>
    public async Task<(Guid Id, string Name, string Password)> NewAccount(Role? role = null, string unit = "110105")
    {
        using var administrator = await As("guanli.shi");
        var (id, name) = (Guid.CreateVersion7(), "ceshi-" + Guid.NewGuid().ToString("N")[..12]);
        var created = await Read<AccountCreated>(
            await administrator.PostAsJsonAsync("/accounts", new CreateAccount(id, name, "测试甲", null, null, unit))
        );
        if (role is { } granted)
            await Grant(administrator, id, granted, unit);
        using var limited = await As(name, created.TemporaryPassword);
        var password = "Xin" + Guid.NewGuid().ToString("N");
        (
            await limited.PostAsJsonAsync("/password", new ChangePassword(created.TemporaryPassword, password))
        ).EnsureSuccessStatusCode();
        return (id, name, password);
    }

    public static async Task<Guid> Grant(HttpClient administrator, Guid account, Role role, string unit)
    {
        var grant = Guid.CreateVersion7();
        var response = await administrator.PostAsJsonAsync(
            $"/accounts/{account}/grants",
            new GrantRole(grant, role, unit, LegalDay.Today(TimeProvider.System), null),
            EventTypes.Json
        );
        ((int)response.StatusCode).ShouldBe(200, await response.Content.ReadAsStringAsync());
        return grant;
    }

    public static async Task<T> Read<T>(HttpResponseMessage response)
    {
        ((int)response.StatusCode).ShouldBeInRange(200, 299, await response.Content.ReadAsStringAsync());
        return (await response.Content.ReadFromJsonAsync<T>(EventTypes.Json))!;
    }

    /// <summary>Status and code of a ProblemDetails answer.</summary>
    public static async Task<(int Status, string Code)> Problem(HttpResponseMessage response)
    {
        response.Content.Headers.ContentType?.MediaType.ShouldBe("application/problem+json");
        var body = await response.Content.ReadFromJsonAsync<JsonElement>();
        body.GetProperty("detail").GetString().ShouldNotBeNullOrEmpty();
        return ((int)response.StatusCode, body.GetProperty("code").GetString()!);
    }

    private static string Address(WebApplication app) =>
        app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    private string[] Settings(TestDatabase database) =>
        [
            $"--MEDIATION_DATABASE={database.ServiceConnection}",
            $"--MEDIATION_DATABASE_OWNER={database.OwnerConnection}",
            $"--MEDIATION_SCHEMA={database.Schema}",
            $"--MEDIATION_RABBITMQ={broker.Address}",
            $"--MEDIATION_MASTER_KEY_FILE={keyFile}",
            $"--MEDIATION_STATE={Path.Combine(AppContext.BaseDirectory, "state", database.Schema)}",
            "--urls=http://127.0.0.1:0",
            "--Logging:LogLevel:Default=Warning",
        ];

    /// <summary>A service with one route for everybody, one for centre heads and one for centre heads at a unit.</summary>
    private static ServiceHost<Message> OtherHost(string[] args)
    {
        var host = new ServiceHost<Message>("other", args).Origins(m =>
            new(
                m.Source.EventId,
                m.Source.Stream,
                m.Source.Version,
                m.Source.PreviousVersion,
                m.Source.RecordedAt,
                m.Source.EffectiveOn
            )
        );
        return identity::Mediation
            .AccessMessages.Access(host)
            .Routes(routes =>
            {
                routes.MapGet("/open", () => "open").AllowAnonymous();
                routes.MapGet("/silent", (Caller caller) => caller.AccountId);
                routes.MapGet("/heads", () => "heads").RequireRole(Role.CentreHead);
                routes
                    .MapPost(
                        "/heads/{unit}",
                        (string unit, Caller caller, Acting acting) =>
                        {
                            caller.ActIn(unit, Role.CentreHead);
                            return new Acted(acting.Account, acting.Role, acting.Unit, acting.OnBehalfOf);
                        }
                    )
                    .RequireRole(Role.CentreHead);
            });
    }

    internal sealed record Acted(string? Account, string? Role, string? Unit, string? OnBehalfOf);
}

[CollectionDefinition(Name)]
public sealed class IdentityCollection : ICollectionFixture<IdentityFixture>
{
    public const string Name = "identity";
}
