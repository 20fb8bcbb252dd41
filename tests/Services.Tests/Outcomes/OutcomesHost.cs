using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using MassTransit;
using Mediation.Contracts;
using Mediation.Contracts.Disputes;
using Mediation.Contracts.Http;
using Mediation.Contracts.Http.Outcomes;
using Mediation.Contracts.Identity;
using Mediation.Contracts.Intake;
using Mediation.EventStore;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Mediation.Kit;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Npgsql;
using Service = Mediation.Outcomes.Service;

namespace Mediation.Services.Tests.Outcomes;

/// <summary>The Outcomes service over a real database and a real broker, with the organisation of two districts told by
/// message, and a bus that speaks for Disputes.</summary>
public sealed class OutcomesHost : IAsyncLifetime
{
    public const string City = "110000";
    public const string EastDistrict = "110101";
    public const string EastStreet = "110101001";

    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private TestDatabase? database;
    private TestBroker? broker;
    private IBusControl? bus;
    private Task<int>? running;
    private IHostApplicationLifetime? lifetime;

    public IServiceProvider Provider { get; private set; } = null!;

    public Uri Address { get; private set; } = null!;

    public TestDatabase Database => database!;

    public IBusControl Bus => bus!;

    /// <summary>What the service published.</summary>
    public System.Collections.Concurrent.ConcurrentQueue<Message> Published { get; } = [];

    public async ValueTask InitializeAsync()
    {
        database = await TestDatabase.Create("outcomes");
        broker = await TestBroker.Create("outcomes");
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
        if (broker is not null)
            await broker.DisposeAsync();
        if (database is not null)
            await database.DisposeAsync();
        key.Dispose();
    }

    public async Task Start()
    {
        var started = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        var host = Make();
        host.Builder.WebHost.UseUrls("http://127.0.0.1:0");
        host.Starting(services =>
        {
            Provider = services;
            lifetime = services.GetRequiredService<IHostApplicationLifetime>();
            lifetime.ApplicationStarted.Register(() =>
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
        running = host.Run();
        if (await Task.WhenAny(running, started.Task) == running)
            await running;
        Address = await started.Task;
    }

    public async Task Stop()
    {
        lifetime?.StopApplication();
        if (running is not null)
            await running;
    }

    /// <summary>A service put together as in production; only settings and the public key are the test's.</summary>
    public ServiceHost<Message> Make(params string[] args)
    {
        var host = new ServiceHost<Message>("outcomes", args);
        foreach (
            var (name, value) in new[]
            {
                ("MEDIATION_DATABASE", Database.ServiceConnection),
                ("MEDIATION_DATABASE_OWNER", Database.OwnerConnection),
                ("MEDIATION_SCHEMA", Database.Schema),
                ("MEDIATION_RABBITMQ", broker!.Address.ToString()),
                ("MEDIATION_STATE", Path.Combine(AppContext.BaseDirectory, "state", Database.Schema)),
            }
        )
            host.Builder.Configuration[name] = value;
        host.Builder.Logging.SetMinimumLevel(LogLevel.Warning);
        Service.Outcomes.Register(host);
        var parameters = key.ExportParameters(false);
        host.Services.AddSingleton<IAccessTokenKeys>(new OneKey(new("test", parameters.Q.X!, parameters.Q.Y!)));
        return host;
    }

    /// <summary>A person at work with the roles given, e.g. <c>(Role.Verifier, "110101")</c>.</summary>
    public Person SignIn(params (Role Role, string Unit)[] grants) => SignIn(Guid.CreateVersion7(), grants);

    /// <summary>Another account of the same human.</summary>
    public Person SignIn(Guid human, params (Role Role, string Unit)[] grants)
    {
        var account = Guid.CreateVersion7();
        var token = new AccessTokenSigner(key, "test").Sign(
            new AccessToken(
                account,
                human,
                1,
                false,
                [.. grants.Select(g => new HeldGrant(Roles.Code(g.Role), g.Unit))],
                []
            ),
            TimeProvider.System.GetUtcNow(),
            AccessToken.LongestLife
        );
        var client = new HttpClient { BaseAddress = Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return new(account, human, client);
    }

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
            x.ReceiveEndpoint(
                "listener",
                e =>
                {
                    e.Handler<Contracts.Outcomes.PaymentEvidenced>(c => Note(c.Message));
                    e.Handler<Contracts.Outcomes.PaymentCountersigned>(c => Note(c.Message));
                    e.Handler<Contracts.Outcomes.PaymentReturned>(c => Note(c.Message));
                    e.Handler<Contracts.Outcomes.PaymentReversed>(c => Note(c.Message));
                    e.Handler<Contracts.Outcomes.RecoveryStanding>(c => Note(c.Message));
                }
            );
        });
        await bus.StartAsync();
    }

    private Task Note(Message message)
    {
        Published.Enqueue(message);
        return Task.CompletedTask;
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

/// <summary>Invented papers and entries.</summary>
internal static class Papers
{
    /// <summary>A slip whose bytes no other has.</summary>
    public static byte[] Slip() =>
        [.. "%PDF-1.7\n"u8, .. System.Text.Encoding.ASCII.GetBytes(Guid.NewGuid().ToString()), .. "\n%%EOF"u8];

    public static MultipartFormDataContent Form(
        object said,
        byte[]? receipt,
        string fileName = "slip.pdf",
        byte[]? debtPaper = null
    )
    {
        var form = new MultipartFormDataContent
        {
            { JsonContent.Create(said, said.GetType(), null, EventTypes.Json), "payment" },
        };
        if (receipt is not null)
            form.Add(new ByteArrayContent(receipt), "receipt", fileName);
        if (debtPaper is not null)
            form.Add(new ByteArrayContent(debtPaper), "debtPaper", "debt.pdf");
        return form;
    }

    public static EnterPayment Payment(DateOnly on, params (Guid Line, long Fen)[] shares) =>
        new(
            Guid.CreateVersion7(),
            on,
            PayerKind.Employer,
            PayeeKind.Worker,
            PaymentMeans.BankTransfer,
            [.. shares.Select(s => new Share(s.Line, s.Fen))]
        );
}

/// <summary>A case as Disputes tells it: one stream of the dispute, one per worker.</summary>
internal sealed class ToldCase(OutcomesHost host, string unit, DateOnly acceptedOn, Guid? mediator = null)
{
    private static int numbers;
    private readonly string number = $"测试〔2025〕{Interlocked.Increment(ref numbers):D5}";

    public Guid Dispute { get; } = Guid.CreateVersion7();

    public Guid Employer { get; } = Guid.CreateVersion7();

    public Guid EmployerGroup { get; } = Guid.CreateVersion7();

    public string Number => number;

    public DisputeOpened Opened(long version = 1) =>
        new(
            OutcomesHost.Source(Dispute, version, version - 1),
            Dispute,
            Guid.CreateVersion7(),
            number,
            unit,
            Channel.WalkIn,
            acceptedOn,
            [Employer]
        );

    public ResponsibilityChanged Appointed(long version = 2) =>
        new(OutcomesHost.Source(Dispute, version, version - 1), Dispute, unit, mediator);

    /// <summary>Tells the case with its mediator and waits until it has arrived.</summary>
    public async Task<ToldCase> Tell()
    {
        await host.Tell(Opened());
        await host.Tell(Appointed());
        await Eventually.True(
            async () =>
                await host.Count($"select count(*) from inbox where source_stream = '{Dispute}' and version = 2") == 1,
            "the case arrives"
        );
        return this;
    }

    public ToldWorker Worker(params (ClaimItemType Type, long Fen)[] items) =>
        new(host, this, unit, number, acceptedOn, items);
}

internal sealed class ToldWorker(
    OutcomesHost host,
    ToldCase of,
    string unit,
    string number,
    DateOnly acceptedOn,
    (ClaimItemType Type, long Fen)[] items
)
{
    private long version;

    public Guid Claim { get; } = Guid.CreateVersion7();

    public Guid Party { get; } = Guid.CreateVersion7();

    public Guid Person { get; } = Guid.CreateVersion7();

    public IReadOnlyList<Guid> Items { get; } = [.. items.Select(_ => Guid.CreateVersion7())];

    public Guid Line(int item) => NameBasedId.From(Claim, Items[item].ToString());

    public WorkerJoined Joined() =>
        new(
            Next(),
            Claim,
            of.Dispute,
            number,
            unit,
            Channel.WalkIn,
            acceptedOn,
            Party,
            Person,
            [new(of.Employer, of.EmployerGroup)],
            new("E", null, false, true, false, Sex.Female, 30),
            [.. items.Select((i, n) => new ClaimItem(Items[n], i.Type, null, null, i.Fen))]
        );

    public AgreementEffective Agreed(
        DateOnly on,
        params (int Item, long Fen, (long Fen, DateOnly Due)[] Parts)[] terms
    ) =>
        new(
            Next(on),
            Claim,
            of.Dispute,
            Guid.CreateVersion7(),
            on,
            [
                .. terms.Select(t => new AgreedItem(
                    Items[t.Item],
                    t.Fen,
                    [.. t.Parts.Select((p, n) => new Instalment(n + 1, p.Fen, p.Due))]
                )),
            ]
        );

    public SettledOnSpot Settled(DateOnly on, byte[] slip, Person by, params (int Item, long Fen)[] paid) =>
        new(
            Next(on),
            Claim,
            of.Dispute,
            on,
            [.. paid.Select(p => new AgreedItem(Items[p.Item], p.Fen, [new(1, p.Fen, on)]))],
            new(Guid.CreateVersion7(), Convert.ToHexStringLower(SHA256.HashData(slip)), slip.Length, "application/pdf"),
            by.Account,
            by.Human
        );

    public WorkerClaimWithdrawn Withdrawn(DateOnly on) => new(Next(on), Claim, of.Dispute, "partyAsked", on);

    public async Task Tell(Message message)
    {
        await host.Tell(message);
        await Arrived(message.Source.Version);
    }

    public Task Arrived(long upTo) =>
        Eventually.True(
            async () =>
                await host.Count($"select count(*) from inbox where source_stream = '{Claim}' and version >= {upTo}")
                == 1,
            "the message arrives"
        );

    private SourceEvent Next(DateOnly? on = null) => OutcomesHost.Source(Claim, ++version, version - 1, on);
}

[CollectionDefinition("outcomes")]
public sealed class OutcomesCollection : ICollectionFixture<OutcomesHost>;
