using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Reflection;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using MassTransit;
using Mediation.Contracts;
using Mediation.Contracts.Disputes;
using Mediation.Contracts.Http;
using Mediation.Contracts.Http.Disputes;
using Mediation.Contracts.Http.Intake;
using Mediation.Contracts.Identity;
using Mediation.Contracts.Intake;
using Mediation.Disputes.Service;
using Mediation.EventStore;
using Mediation.Hosting.Authentication;
using Mediation.Kit;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Mediation.Services.Tests.Disputes;

/// <summary>The Disputes service on real PostgreSQL and RabbitMQ, with the wire of its neighbours: keys as Identity tells
/// them, and a register that discloses planted data, so that a leak shows.</summary>
public sealed class DisputesFixture : IAsyncLifetime
{
    public const string City = "110000";
    public const string Chaoyang = "110105";
    public const string Fengtai = "110106";

    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly string keyFile = Path.GetTempFileName();
    private WebApplication neighbours = null!;
    private IBusControl bus = null!;
    private WebApplication service = null!;

    public TestDatabase Database { get; private set; } = null!;

    public TestBroker Broker { get; private set; } = null!;

    internal IServiceProvider Services => service.Services;

    /// <summary>What the service published, in the order of arrival.</summary>
    public ConcurrentQueue<Message> Published { get; } = new();

    /// <summary>Personal data the register would disclose, by party.</summary>
    public ConcurrentDictionary<Guid, PartyFieldValue[]> Parties { get; } = new();

    public ConcurrentQueue<(string Authorization, DiscloseParties Request)> Disclosures { get; } = new();

    public bool RegisterDown { get; set; }

    public Person Mediator { get; } = new([new("mediator", Chaoyang)]);

    public Person OtherMediator { get; } = new([new("mediator", Chaoyang)]);

    public Person Head { get; } = new([new("centreHead", Chaoyang)]);

    public Person HeadOfFengtai { get; } = new([new("centreHead", Fengtai)]);

    public Person Verifier { get; } = new([new("verifier", Chaoyang)]);

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllTextAsync(keyFile, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(keyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Database = await TestDatabase.Create("disputes");
        Broker = await TestBroker.Create("disputes");
        neighbours = await Neighbours();
        bus = await Listen();
        string[] settings =
        [
            $"--MEDIATION_DATABASE={Database.ServiceConnection}",
            $"--MEDIATION_DATABASE_OWNER={Database.OwnerConnection}",
            $"--MEDIATION_SCHEMA={Database.Schema}",
            $"--MEDIATION_RABBITMQ={Broker.Address}",
            $"--MEDIATION_MASTER_KEY_FILE={keyFile}",
            $"--MEDIATION_STATE={Path.Combine(AppContext.BaseDirectory, "state", Database.Schema)}",
            $"--MEDIATION_IDENTITY_URL={neighbours.Urls.First()}",
            $"--MEDIATION_INTAKE_URL={neighbours.Urls.First()}",
            "--urls=http://127.0.0.1:0",
            "--Logging:LogLevel:Default=Warning",
        ];
        (await DisputesHost.Create(["migrate", .. settings]).Run()).ShouldBe(0);
        service = DisputesHost.Create(settings).Build();
        await service.StartAsync();
        await Tell();
    }

    public async ValueTask DisposeAsync()
    {
        await service.StopAsync();
        await service.DisposeAsync();
        await bus.StopAsync();
        await neighbours.DisposeAsync();
        await Broker.DisposeAsync();
        await Database.DisposeAsync();
        key.Dispose();
        File.Delete(keyFile);
    }

    /// <summary>A client signed in as somebody.</summary>
    public HttpClient As(Person person)
    {
        var client = Nobody();
        client.DefaultRequestHeaders.Authorization = new(
            "Bearer",
            new AccessTokenSigner(key, "k1").Sign(
                new(person.Account, person.Human, 1, false, person.Grants, []),
                TimeProvider.System.GetUtcNow(),
                TimeSpan.FromMinutes(5)
            )
        );
        return client;
    }

    public HttpClient Nobody() =>
        new()
        {
            BaseAddress = new Uri(
                service
                    .Services.GetRequiredService<IServer>()
                    .Features.Get<IServerAddressesFeature>()!
                    .Addresses.First()
            ),
        };

    /// <summary>Sends a message as its service would.</summary>
    public Task Send(Message message) =>
        bus.Publish(message, message.GetType(), Pipe.Execute<SendContext>(c => c.MessageId = message.Source.EventId));

    public static SourceEvent Source(Guid stream, long version = 1, long previous = 0) =>
        new(NameBasedId.From(stream, "event" + version), stream, version, previous, TimeProvider.System.GetUtcNow());

    /// <summary>Opens a case by its message and waits until it is there.</summary>
    public async Task<OpenedCase> Open(RequestAccepted accepted)
    {
        await Send(accepted);
        await Until(async () =>
            (await As(Head).GetAsync($"/disputes/{accepted.DisputeId}")).StatusCode == HttpStatusCode.OK
        );
        return new(this, accepted);
    }

    public static Task Until(Func<Task<bool>> condition) => Eventually.True(condition, "what was sent has arrived");

    // The tree and the mediators, as Identity tells them.
    private async Task Tell()
    {
        foreach (var (code, parent) in new[] { (City, null), (Chaoyang, City), (Fengtai, City) })
            await Send(
                new OrgUnitOpened(
                    Source(Guid.NewGuid()),
                    code,
                    parent,
                    code == Chaoyang ? "北京市朝阳区总工会" : "单位" + code,
                    parent is null ? UnitLevel.City : UnitLevel.District,
                    1,
                    new(2020, 1, 1)
                )
            );
        foreach (var person in new[] { Mediator, OtherMediator })
            await Send(
                new GrantsChanged(
                    Source(person.Account),
                    person.Account,
                    person.Human,
                    [new(Role.Mediator, Chaoyang)],
                    TimeProvider.System.GetUtcNow().AddHours(-1)
                )
            );
        await Until(async () =>
        {
            await using var command = Services
                .GetRequiredService<Npgsql.NpgsqlDataSource>()
                .CreateCommand("select (select count(*) from mediators) + (select count(*) from org_unit_facts)");
            return (long)(await command.ExecuteScalarAsync())! == 5;
        });
        await Services.GetRequiredService<AccessCopies>().Refresh(CancellationToken.None);
    }

    private async Task<WebApplication> Neighbours()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var (x, y) = new PublicKey(
            "k1",
            key.ExportParameters(false).Q.X!,
            key.ExportParameters(false).Q.Y!
        ).Coordinates;
        app.MapGet(
            "/keys",
            () =>
                Results.Json(
                    new
                    {
                        keys = new[]
                        {
                            new
                            {
                                kty = "EC",
                                crv = "P-256",
                                kid = "k1",
                                x,
                                y,
                            },
                        },
                    }
                )
        );
        app.MapPost(
            "/parties/disclose",
            async (HttpRequest request) =>
            {
                if (RegisterDown)
                    return Results.StatusCode(503);
                var body = await request.ReadFromJsonAsync<DiscloseParties>(EventTypes.Json);
                Disclosures.Enqueue((request.Headers.Authorization.ToString(), body!));
                return Results.Json(
                    new DisclosedParties([
                        .. body!
                            .Ids.Where(Parties.ContainsKey)
                            .Select(id => new RevealedParty(
                                id,
                                [.. Parties[id].Where(f => body.Fields.Contains(f.Field))]
                            )),
                    ]),
                    EventTypes.Json
                );
            }
        );
        await app.StartAsync();
        return app;
    }

    private async Task<IBusControl> Listen()
    {
        var control = Bus.Factory.CreateUsingRabbitMq(c =>
        {
            c.Host(Broker.Address);
            c.ConfigureJsonSerializerOptions(o =>
            {
                o.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase));
                return o;
            });
            c.ReceiveEndpoint(
                "probe",
                e =>
                {
                    e.ConcurrentMessageLimit = 1;
                    foreach (
                        var contract in typeof(DisputeMessage)
                            .Assembly.GetTypes()
                            .Where(t =>
                                !t.IsAbstract
                                && (
                                    t.IsAssignableTo(typeof(DisputeMessage))
                                    || t.IsAssignableTo(typeof(WorkerClaimMessage))
                                )
                            )
                    )
                        typeof(DisputesFixture)
                            .GetMethod(nameof(Hear), BindingFlags.NonPublic | BindingFlags.Instance)!
                            .MakeGenericMethod(contract)
                            .Invoke(this, [e]);
                }
            );
        });
        await control.StartAsync();
        return control;
    }

    private void Hear<T>(IReceiveEndpointConfigurator endpoint)
        where T : Message =>
        endpoint.Handler<T>(context =>
        {
            Published.Enqueue(context.Message);
            return Task.CompletedTask;
        });
}

/// <summary>An account with its grants.</summary>
public sealed record Person(IReadOnlyList<HeldGrant> Grants)
{
    public Guid Account { get; } = Guid.CreateVersion7();

    public Guid Human { get; } = Guid.CreateVersion7();
}

/// <summary>A case on which the tests work through HTTP.</summary>
public sealed class OpenedCase(DisputesFixture fixture, RequestAccepted accepted)
{
    public static readonly DateOnly Today = Hosting.LegalDay.Today(TimeProvider.System);

    public Guid Id => accepted.DisputeId;

    public RequestAccepted Accepted => accepted;

    public Task<DisputeDetails> Details(Person? by = null) => Get<DisputeDetails>(by ?? fixture.Head, "");

    public async Task<T> Get<T>(Person by, string path)
    {
        using var response = await fixture.As(by).GetAsync($"/disputes/{Id}{path}");
        response.StatusCode.ShouldBe(HttpStatusCode.OK, await response.Content.ReadAsStringAsync());
        return (await response.Content.ReadFromJsonAsync<T>(EventTypes.Json))!;
    }

    /// <summary>Posts with the version that stands, as a person who has just looked would.</summary>
    public async Task<HttpResponseMessage> Post(
        Person by,
        string path,
        object body,
        long? version = null,
        string? key = null
    )
    {
        var client = fixture.As(by);
        using var message = new HttpRequestMessage(HttpMethod.Post, $"/disputes/{Id}{path}")
        {
            Content = JsonContent.Create(body, body.GetType(), options: EventTypes.Json),
        };
        message.Headers.TryAddWithoutValidation("If-Match", $"\"{version ?? (await Details()).Version}\"");
        message.Headers.TryAddWithoutValidation("Idempotency-Key", key ?? Guid.NewGuid().ToString());
        return await client.SendAsync(message);
    }

    public async Task<Done> Do(Person by, string path, object body)
    {
        using var response = await Post(by, path, body);
        response.StatusCode.ShouldBe(HttpStatusCode.OK, await response.Content.ReadAsStringAsync());
        return (await response.Content.ReadFromJsonAsync<Done>(EventTypes.Json))!;
    }

    public async Task Refused(Person by, string path, object body, HttpStatusCode status, string code)
    {
        using var response = await Post(by, path, body);
        var text = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(status, text);
        using var problem = JsonDocument.Parse(text);
        problem.RootElement.GetProperty("code").GetString().ShouldBe(code, text);
        problem.RootElement.GetProperty("detail").GetString().ShouldNotBe(code);
    }

    public async Task<HttpResponseMessage> Upload(Person by, byte[] bytes, string name = "扫描件.png")
    {
        using var form = new MultipartFormDataContent();
        var file = new ByteArrayContent(bytes);
        file.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        form.Add(file, "file", name);
        using var message = new HttpRequestMessage(HttpMethod.Post, $"/disputes/{Id}/files") { Content = form };
        message.Headers.TryAddWithoutValidation("Idempotency-Key", Guid.NewGuid().ToString());
        return await fixture.As(by).SendAsync(message);
    }

    /// <summary>The smallest PNG, made unlike every other by a text chunk of random bytes behind its end.</summary>
    public async Task<Guid> File(Person by)
    {
        using var response = await Upload(by, Picture(), $"{Planted.Mark}.png");
        response.StatusCode.ShouldBe(HttpStatusCode.OK, await response.Content.ReadAsStringAsync());
        return (await response.Content.ReadFromJsonAsync<ContentReference>(EventTypes.Json))!.ContentId;
    }

    public static byte[] Picture() =>
        [
            .. Convert.FromBase64String(
                "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
            ),
            .. RandomNumberGenerator.GetBytes(16),
        ];

    /// <summary>Appoints the mediator and holds a session with everybody.</summary>
    public async Task<Guid> ToSession()
    {
        await Do(fixture.Head, "/mediator", new AppointMediator(fixture.Mediator.Account, Today));
        var planned = await Do(
            fixture.Mediator,
            "/sessions",
            new ScheduleSession(TimeProvider.System.GetUtcNow().AddHours(2), SessionMode.InPerson, Planted.Text)
        );
        await Do(
            fixture.Mediator,
            $"/sessions/{planned.Id}/minutes",
            new HoldSession(
                Today,
                SessionMode.InPerson,
                [
                    .. accepted.Workers.Select(w => new Attendee(w.PartyId, AttendeeCapacity.Self)),
                    .. accepted.Employers.Select(e => new Attendee(e.PartyId, AttendeeCapacity.Agent)),
                ],
                true,
                true,
                Planted.Text,
                Planted.Text
            )
        );
        return planned.Id;
    }

    public async Task Sign(Guid agreement, Signatory who, DateOnly on, SignatureMode mode) =>
        await Do(
            fixture.Mediator,
            $"/agreements/{agreement}/signatures",
            new RecordSignature(who, on, mode, await File(fixture.Mediator))
        );

    public async Task SignAll(Guid agreement)
    {
        foreach (var missing in (await Details()).Agreements.Single(a => a.Id == agreement).Missing)
            await Sign(
                agreement,
                missing,
                Today,
                missing.Kind is SignatoryKind.Employer or SignatoryKind.Organisation
                    ? SignatureMode.Seal
                    : SignatureMode.Handwritten
            );
    }
}

/// <summary>Text that must be found nowhere but in encrypted content.</summary>
internal static class Planted
{
    public const string Mark = "ZQX7431";

    public const string Text = $"{Mark}：工人甲称班组长口头答应月底付清。<script>alert('{Mark}')</script>";
}
