using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using MassTransit;
using Mediation.Contracts;
using Mediation.Contracts.Http;
using Mediation.Contracts.Identity;
using Mediation.EventStore;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Mediation.Kit;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Npgsql;

namespace Mediation.Services.Tests;

/// <summary>One service over a real database and a real broker, with the organisation of a district told by message, and a
/// bus that speaks for the other services and hears what this one publishes.</summary>
public abstract class MemberHost(string name) : IAsyncLifetime
{
    public const string City = "110000";
    public const string EastDistrict = "110101";
    public const string EastStreet = "110101001";

    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly List<Instance> instances = [];
    private TestDatabase? database;
    private TestBroker? broker;
    private Wire? wire;
    private IBusControl? bus;

    private sealed record Instance(string Name, IServiceProvider Provider, Uri Address, Task<int> Running);

    /// <summary>Of the instance that was started last of those that run.</summary>
    public IServiceProvider Provider => instances[^1].Provider;

    public Uri Address => instances[^1].Address;

    public TestDatabase Database => database!;

    public IBusControl Bus => bus!;

    /// <summary>What the service published.</summary>
    public ConcurrentQueue<Message> Published { get; } = [];

    protected virtual TimeProvider Clock => TimeProvider.System;

    public virtual async ValueTask InitializeAsync()
    {
        database = await TestDatabase.Create(name);
        broker = await TestBroker.Create(name);
        wire = new Wire(broker.Address.Host, broker.Address.Port);
        if (Environment.GetEnvironmentVariable("MEDIATION_MASTER_KEY_FILE") is null)
        {
            var file = Path.Combine(Path.GetTempPath(), $"mediation-key-{Guid.NewGuid():N}");
            await File.WriteAllTextAsync(file, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            Environment.SetEnvironmentVariable("MEDIATION_MASTER_KEY_FILE", file);
        }
        await StartBus();
        (await Make("migrate").Run()).ShouldBe(0);
        await Start();
        await TellOrganisation();
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        if (bus is not null)
            await bus.StopAsync();
        if (wire is not null)
            await wire.DisposeAsync();
        if (broker is not null)
            await broker.DisposeAsync();
        if (database is not null)
            await database.DisposeAsync();
        key.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Starts an instance; a second one under another name runs beside the first.</summary>
    public async Task Start(string instance = "one")
    {
        var started = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        IServiceProvider? provider = null;
        var host = Make();
        host.Builder.WebHost.UseUrls("http://127.0.0.1:0");
        host.Starting(services =>
        {
            provider = services;
            services
                .GetRequiredService<IHostApplicationLifetime>()
                .ApplicationStarted.Register(() =>
                    started.SetResult(
                        new Uri(
                            services
                                .GetRequiredService<IServer>()
                                .Features.Get<IServerAddressesFeature>()!
                                .Addresses.First()
                        )
                    )
                );
        });
        var running = host.Run();
        if (await Task.WhenAny(running, started.Task) == running)
            await running;
        instances.Add(new(instance, provider!, await started.Task, running));
    }

    /// <summary>Stops every instance.</summary>
    public async Task Stop()
    {
        foreach (var instance in instances.ToList())
            await Stop(instance.Name);
    }

    public async Task Stop(string instance)
    {
        if (instances.Find(i => i.Name == instance) is not { } stopped)
            return;
        instances.Remove(stopped);
        stopped.Provider.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        await stopped.Running;
    }

    /// <summary>What a process of the service is given.</summary>
    public IReadOnlyDictionary<string, string> Settings =>
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["MEDIATION_DATABASE"] = Database.ServiceConnection,
            ["MEDIATION_DATABASE_OWNER"] = Database.OwnerConnection,
            ["MEDIATION_SCHEMA"] = Database.Schema,
            ["MEDIATION_RABBITMQ"] = new UriBuilder(broker!.Address)
            {
                Host = "127.0.0.1",
                Port = wire!.Port,
            }.Uri.ToString(),
            ["MEDIATION_MASTER_KEY_FILE"] = Environment.GetEnvironmentVariable("MEDIATION_MASTER_KEY_FILE")!,
            ["MEDIATION_STATE"] = Path.Combine(AppContext.BaseDirectory, "state", Database.Schema),
        };

    /// <summary>The broker is away for the service, until the returned value is disposed.</summary>
    public IAsyncDisposable WithoutBroker() => wire!.Cut();

    /// <summary>A service put together as in production; only settings and the public key are the test's.</summary>
    public ServiceHost<Message> Make(params string[] args)
    {
        var host = new ServiceHost<Message>(name, args);
        foreach (var (setting, value) in Settings)
            host.Builder.Configuration[setting] = value;
        host.Builder.Logging.SetMinimumLevel(LogLevel.Warning);
        host.Services.AddSingleton(Clock);
        Register(host, serves: args is []);
        var parameters = key.ExportParameters(false);
        host.Services.AddSingleton<IAccessTokenKeys>(new OneKey(new("test", parameters.Q.X!, parameters.Q.Y!)));
        return host;
    }

    protected abstract void Register(ServiceHost<Message> host, bool serves);

    /// <summary>Listens to the contracts that the tests look at, each noted with <see cref="Hear{T}"/>.</summary>
    protected abstract void Listen(IRabbitMqReceiveEndpointConfigurator endpoint);

    protected void Hear<T>(IRabbitMqReceiveEndpointConfigurator endpoint)
        where T : Message =>
        endpoint.Handler<T>(c =>
        {
            Published.Enqueue(c.Message);
            return Task.CompletedTask;
        });

    /// <summary>A person at work with the roles given, e.g. <c>(Role.Verifier, "110101")</c>.</summary>
    public Person SignIn(params (Role Role, string Unit)[] grants) => SignIn(Guid.CreateVersion7(), grants);

    /// <summary>Another account of the same human.</summary>
    public Person SignIn(Guid human, params (Role Role, string Unit)[] grants) =>
        SignInAs(Guid.CreateVersion7(), human, grants);

    public Person SignInAs(Guid account, Guid human, params (Role Role, string Unit)[] grants) =>
        new(
            account,
            human,
            new HttpClient(
                new FreshToken(() =>
                    new AccessTokenSigner(key, "test").Sign(
                        new AccessToken(
                            account,
                            human,
                            1,
                            false,
                            [.. grants.Select(g => new HeldGrant(Roles.Code(g.Role), g.Unit))],
                            []
                        ),
                        Clock.GetUtcNow(),
                        AccessToken.LongestLife
                    )
                )
            )
            {
                BaseAddress = Address,
            }
        );

    public async Task<long> Count(string sql)
    {
        await using var connection = new NpgsqlConnection(Database.ServiceConnection);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return Convert.ToInt64(await command.ExecuteScalarAsync(), System.Globalization.CultureInfo.InvariantCulture);
    }

    public Task Tell(Message message) => Bus.Publish(message, message.GetType());

    /// <summary>Tells a dated fact of the tree and waits until the service knows it.</summary>
    public async Task TellUnit(OrgUnitMessage message)
    {
        var before = await Count("select count(*) from org_unit_facts");
        await Tell(message);
        await Eventually.True(
            async () => await Count("select count(*) from org_unit_facts") > before,
            "the fact of the tree arrives"
        );
        await Provider.GetRequiredService<AccessCopies>().Refresh(CancellationToken.None);
    }

    public static SourceEvent Source(Guid stream, long version, long previous, DateOnly? effectiveOn = null) =>
        new(Guid.CreateVersion7(), stream, version, previous, TimeProvider.System.GetUtcNow(), effectiveOn);

    private int districts = 200;

    /// <summary>A district with one street that no other test counts in.</summary>
    public async Task<(string District, string Street)> NewDistrict()
    {
        var district = $"110{Interlocked.Increment(ref districts)}";
        foreach (
            var (code, parent, level) in new[]
            {
                (district, City, UnitLevel.District),
                (district + "001", district, UnitLevel.Street),
            }
        )
            await TellUnit(
                new OrgUnitOpened(
                    Source(Guid.CreateVersion7(), 1, 0),
                    code,
                    parent,
                    "单位" + code,
                    level,
                    1,
                    new(2000, 1, 1)
                )
            );
        return (district, district + "001");
    }

    private async Task TellOrganisation()
    {
        foreach (
            var (code, parent, level) in new[]
            {
                (City, (string?)null, UnitLevel.City),
                (EastDistrict, City, UnitLevel.District),
                (EastStreet, EastDistrict, UnitLevel.Street),
            }
        )
            await TellUnit(
                new OrgUnitOpened(
                    Source(Guid.CreateVersion7(), 1, 0),
                    code,
                    parent,
                    "单位" + code,
                    level,
                    1,
                    new(2000, 1, 1)
                )
            );
    }

    private async Task StartBus()
    {
        bus = MassTransit.Bus.Factory.CreateUsingRabbitMq(x =>
        {
            x.Host(broker!.Address);
            x.ConfigureJsonSerializerOptions(options =>
            {
                options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase));
                return options;
            });
            x.ReceiveEndpoint("listener", Listen);
        });
        await bus.StartAsync();
    }

    /// <summary>Signs each request anew, so that somebody stays signed in while the tests move the clock.</summary>
    private sealed class FreshToken(Func<string> sign) : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken ct)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", sign());
            return base.SendAsync(request, ct);
        }
    }

    private sealed class OneKey(PublicKey key) : IAccessTokenKeys
    {
        public ValueTask<PublicKey?> Find(string keyId, CancellationToken ct) =>
            ValueTask.FromResult(keyId == key.Id ? key : null);
    }
}

/// <summary>Somebody with a token, and what she asks of the service.</summary>
public sealed record Person(Guid Account, Guid Human, HttpClient Client)
{
    public async Task<T> Get<T>(string path)
    {
        var response = await Client.GetAsync(path);
        var body = await response.Content.ReadAsStringAsync();
        response.IsSuccessStatusCode.ShouldBeTrue($"GET {path}: {(int)response.StatusCode} {body}");
        return JsonSerializer.Deserialize<T>(body, EventTypes.Json)!;
    }

    public async Task<HttpResponseMessage> Post(string path, object? body, long? version = null, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content =
                body as HttpContent
                ?? JsonContent.Create(body, body?.GetType() ?? typeof(object), null, EventTypes.Json),
        };
        if (version is { } seen)
            request.Headers.TryAddWithoutValidation("If-Match", $"\"{seen}\"");
        request.Headers.Add("Idempotency-Key", key ?? Guid.NewGuid().ToString());
        return await Client.SendAsync(request);
    }

    public async Task<Done> Do(string path, object? body, long? version = null)
    {
        var response = await Post(path, body, version);
        var text = await response.Content.ReadAsStringAsync();
        response.IsSuccessStatusCode.ShouldBeTrue($"POST {path}: {(int)response.StatusCode} {text}");
        return JsonSerializer.Deserialize<Done>(text, EventTypes.Json)!;
    }

    /// <summary>The code with which the service says no.</summary>
    public async Task Refused(int status, string code, string path, object? body, long? version = null)
    {
        var response = await Post(path, body, version);
        var text = await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode).ShouldBe(status, text);
        using var problem = JsonDocument.Parse(text);
        problem.RootElement.GetProperty("code").GetString().ShouldBe(code, text);
        problem.RootElement.GetProperty("detail").GetString().ShouldNotBe(code, "a code without a text");
    }
}
