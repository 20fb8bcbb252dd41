using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using MassTransit;
using Mediation.Contracts;
using Mediation.Contracts.Deadlines;
using Mediation.Contracts.Http;
using Mediation.Contracts.Http.Intake;
using Mediation.Contracts.Identity;
using Mediation.EventStore;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Mediation.Intake.Service;
using Mediation.Kit;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Npgsql;
using Messages = Mediation.Contracts.Intake;

namespace Mediation.Services.Tests.Intake;

/// <summary>The Intake service over a real database and a real broker, with the organisation of two districts told by
/// message, and a bus that hears what it publishes.</summary>
public sealed class IntakeHost : IAsyncLifetime
{
    public const string City = "110000";
    public const string Chaoyang = "110105";
    public const string Haidian = "110108";
    public const string Street = "110105021";

    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private TestDatabase? database;
    private TestBroker? broker;
    private Task<int>? running;
    private IHostApplicationLifetime? lifetime;

    public IServiceProvider Provider { get; private set; } = null!;

    /// <summary>Where notices go out to.</summary>
    public Carriers Carriers { get; private set; } = null!;

    public Uri Address { get; private set; } = null!;

    public TestDatabase Database => database!;

    public IBusControl Bus { get; private set; } = null!;

    /// <summary>What the service told the others.</summary>
    public ConcurrentQueue<Message> Published { get; } = [];

    /// <summary>The first message of this kind about a stream; waits until it is told.</summary>
    public async Task<TMessage> Told<TMessage>(Guid stream)
        where TMessage : Message =>
        (
            await Eventually.Get(
                () => Task.FromResult(Published.OfType<TMessage>().FirstOrDefault(m => m.Source.Stream == stream)),
                m => m is not null,
                $"{typeof(TMessage).Name} is published"
            )
        )!;

    private Task Note<TMessage>(ConsumeContext<TMessage> context)
        where TMessage : Message
    {
        Published.Enqueue(context.Message);
        return Task.CompletedTask;
    }

    public async ValueTask InitializeAsync()
    {
        database = await TestDatabase.Create("intake");
        broker = await TestBroker.Create("intake");
        Carriers = await Carriers.Start();
        await MasterKeyFile();
        Bus = MassTransit.Bus.Factory.CreateUsingRabbitMq(x =>
        {
            x.Host(broker.Address);
            x.ConfigureJsonSerializerOptions(options =>
            {
                options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase));
                return options;
            });
            x.ReceiveEndpoint(
                "listener",
                e =>
                {
                    // Publishing is mandatory: what nobody takes would stop the publisher.
                    e.Handler<Messages.RequestRegistered>(Note);
                    e.Handler<Messages.MediationApplied>(Note);
                    e.Handler<Messages.ClaimsAmended>(Note);
                    e.Handler<Messages.RequestDuplicateLinked>(Note);
                    e.Handler<Messages.RequestAccepted>(Note);
                    e.Handler<Messages.RequestNotAccepted>(Note);
                    e.Handler<Messages.RequestAdvised>(Note);
                    e.Handler<Messages.RequestReferredOut>(Note);
                    e.Handler<Messages.RequestWithdrawn>(Note);
                    e.Handler<Messages.NoticeSettled>(Note);
                }
            );
        });
        await Bus.StartAsync();
        (await Make("migrate").Run()).ShouldBe(0);
        (await Make("migrate").Run()).ShouldBe(0);
        await Start();
        await TellOrganisation();
    }

    public async ValueTask DisposeAsync()
    {
        lifetime?.StopApplication();
        if (running is not null)
            await running;
        await Bus.StopAsync();
        await Carriers.DisposeAsync();
        await broker!.DisposeAsync();
        await database!.DisposeAsync();
        key.Dispose();
    }

    /// <summary>The service put together as in production; only settings and the public key are the test's.</summary>
    public ServiceHost<Message> Make(params string[] args)
    {
        var host = new ServiceHost<Message>("intake", args);
        foreach (
            var (name, value) in new[]
            {
                ("MEDIATION_DATABASE", Database.ServiceConnection),
                ("MEDIATION_DATABASE_OWNER", Database.OwnerConnection),
                ("MEDIATION_SCHEMA", Database.Schema),
                ("MEDIATION_RABBITMQ", broker!.Address.ToString()),
                ("MEDIATION_MASTER_KEY_FILE", Environment.GetEnvironmentVariable("MEDIATION_MASTER_KEY_FILE")!),
                ("MEDIATION_SMS_URL", Carriers.SmsUrl),
                ("MEDIATION_SMS_KEY", Carriers.Key),
                ("MEDIATION_SMTP_URL", Carriers.SmtpUrl),
                ("MEDIATION_NOTICE_SECONDS", "0.2"),
                ("MEDIATION_STATE", Path.Combine(AppContext.BaseDirectory, "state", Database.Schema)),
            }
        )
            host.Builder.Configuration[name] = value;
        host.Builder.Logging.SetMinimumLevel(LogLevel.Warning);
        IntakeService.Describe(host);
        var parameters = key.ExportParameters(false);
        host.Services.AddSingleton<IAccessTokenKeys>(new OneKey(new("test", parameters.Q.X!, parameters.Q.Y!)));
        return host;
    }

    /// <summary>Somebody with the role at the unit.</summary>
    public Person SignIn(Role role, string unit) => SignIn([(role, unit)]);

    public Person SignIn(params (Role Role, string Unit)[] grants)
    {
        var account = Guid.CreateVersion7();
        var token = new AccessTokenSigner(key, "test").Sign(
            new AccessToken(
                account,
                Guid.CreateVersion7(),
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
        client.DefaultRequestHeaders.AcceptLanguage.ParseAdd("zh-CN");
        return new(account, client);
    }

    public async Task<T> Scalar<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(Database.ServiceConnection);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public static SourceEvent Source(Guid stream, long version) =>
        new(Guid.CreateVersion7(), stream, version, version - 1, TimeProvider.System.GetUtcNow());

    /// <summary>Tells where a clock stands, as Deadlines would, and waits until it is known.</summary>
    public async Task<ClockChanged> Clock(
        Guid dispute,
        DateOnly? due,
        string rule = "MED_ACCEPT",
        RuleType type = RuleType.Duty,
        ClockStanding standing = ClockStanding.Running,
        ClockChanged? before = null,
        Guid? party = null
    )
    {
        var id = before?.ClockId ?? Guid.CreateVersion7();
        var version = (before?.Source.Version ?? 0) + 1;
        var clock = new ClockChanged(
            Source(id, version),
            id,
            dispute,
            dispute,
            party,
            rule,
            type,
            Chaoyang,
            standing,
            due,
            false
        );
        await Tell(clock);
        return clock;
    }

    /// <summary>Publishes a message of another service and waits until it is applied.</summary>
    public async Task Tell<TMessage>(TMessage message)
        where TMessage : Message
    {
        await Bus.Publish(message);
        await Eventually.True(
            async () =>
                await Scalar<long>(
                    $"select count(*) from inbox where source_stream = '{message.Source.Stream}' and version >= {message.Source.Version}"
                ) > 0,
            $"{typeof(TMessage).Name} is applied"
        );
    }

    private async Task TellOrganisation()
    {
        foreach (
            var (code, parent, level) in new (string, string?, UnitLevel)[]
            {
                (City, null, UnitLevel.City),
                (Chaoyang, City, UnitLevel.District),
                (Haidian, City, UnitLevel.District),
                (Street, Chaoyang, UnitLevel.Street),
            }
        )
            await Bus.Publish(
                new OrgUnitOpened(
                    Source(Guid.CreateVersion7(), 1),
                    code,
                    parent,
                    "单位" + code,
                    level,
                    1,
                    new(2000, 1, 1)
                )
            );
        await Eventually.True(
            async () => await Scalar<long>("select count(*) from org_unit_facts") == 4,
            "the organisation arrives"
        );
        await Provider.GetRequiredService<AccessCopies>().Refresh(CancellationToken.None);
    }

    private async Task Start()
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

    private static async Task MasterKeyFile()
    {
        if (Environment.GetEnvironmentVariable("MEDIATION_MASTER_KEY_FILE") is not null)
            return;
        var file = Path.Combine(Path.GetTempPath(), $"mediation-key-{Guid.NewGuid():N}");
        await File.WriteAllTextAsync(file, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Environment.SetEnvironmentVariable("MEDIATION_MASTER_KEY_FILE", file);
    }

    private sealed class OneKey(PublicKey key) : IAccessTokenKeys
    {
        public ValueTask<PublicKey?> Find(string keyId, CancellationToken ct) =>
            ValueTask.FromResult(keyId == key.Id ? key : null);
    }
}

/// <summary>Somebody with a token, and what she asks of the service.</summary>
public sealed record Person(Guid Account, HttpClient Client)
{
    public async Task<T> Get<T>(string path)
    {
        var response = await Client.GetAsync(path);
        var body = await response.Content.ReadAsStringAsync();
        response.IsSuccessStatusCode.ShouldBeTrue($"GET {path}: {(int)response.StatusCode} {body}");
        return JsonSerializer.Deserialize<T>(body, EventTypes.Json)!;
    }

    public async Task<HttpResponseMessage> Post(string path, object body, long? version = null, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = body as HttpContent ?? JsonContent.Create(body, body.GetType(), null, EventTypes.Json),
        };
        if (version is { } seen)
            request.Headers.TryAddWithoutValidation("If-Match", $"\"{seen}\"");
        request.Headers.Add("Idempotency-Key", key ?? Guid.NewGuid().ToString());
        return await Client.SendAsync(request);
    }

    public async Task<T> Ask<T>(string path, object body, long? version = null)
    {
        var response = await Post(path, body, version);
        var text = await response.Content.ReadAsStringAsync();
        response.IsSuccessStatusCode.ShouldBeTrue($"POST {path}: {(int)response.StatusCode} {text}");
        return JsonSerializer.Deserialize<T>(text, EventTypes.Json)!;
    }

    public Task<Done> Do(string path, object body, long? version = null) => Ask<Done>(path, body, version);

    /// <summary>The service says no with this status and code, in words.</summary>
    public async Task<JsonElement> Refused(int status, string code, string path, object body, long? version = null)
    {
        var response = await Post(path, body, version);
        var text = await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode).ShouldBe(status, text);
        var problem = JsonDocument.Parse(text).RootElement;
        problem.GetProperty("code").GetString().ShouldBe(code, text);
        problem.GetProperty("detail").GetString().ShouldNotBe(code, "a code without a text");
        return problem;
    }

    /// <summary>400 with this code at this field, in words.</summary>
    public async Task Invalid(string field, string code, string path, object body)
    {
        var problem = await Refused(400, "invalid_input", path, body);
        var errors = problem.GetProperty("errors");
        errors.TryGetProperty(field, out var error).ShouldBeTrue($"{field} in {errors}");
        error.GetProperty("code").GetString().ShouldBe(code);
        error.GetProperty("detail").GetString().ShouldNotBe(code, "a code without a text");
    }
}

/// <summary>Invented people and matters; every number is new and passes its check.</summary>
internal static class Invented
{
    private static int count;

    public static DateOnly Today => LegalDay.Today(TimeProvider.System);

    public static string Phone() => $"199{Interlocked.Increment(ref count):D8}";

    /// <summary>An ID number with a birth date far in the past and a serial that counts.</summary>
    public static string IdNumber()
    {
        var n = Interlocked.Increment(ref count);
        var digits = $"110101{new DateOnly(1901, 1, 1).AddDays(n % 10_000):yyyyMMdd}{n % 1000:D3}";
        int[] weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
        return digits + "10X98765432"[digits.Select((d, i) => (d - '0') * weights[i]).Sum() % 11];
    }

    public static string CreditCode()
    {
        const string alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
        int[] weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
        var code = $"91110105MA{Interlocked.Increment(ref count):D7}";
        return code + alphabet[(31 - code.Select((c, i) => alphabet.IndexOf(c) * weights[i]).Sum() % 31) % 31];
    }

    public static PersonEntry Worker(string name = "工人甲") => new(name, IdType.ResidentId, IdNumber(), Phone());

    public static OrganisationEntry Employer(string? name = null) =>
        new(name ?? $"北京虚构科技{Interlocked.Increment(ref count)}有限公司", CreditCode());

    public static RegisterRequest Matter(
        string unit,
        PersonEntry? worker = null,
        OrganisationEntry? employer = null,
        long? fen = 1_250_000,
        string facts = "拖欠工资两个月"
    ) =>
        new(
            Guid.CreateVersion7(),
            unit,
            Channel.WalkIn,
            Today.AddDays(-1),
            TimeProvider.System.GetUtcNow().AddSeconds(-70),
            true,
            null,
            [
                new(
                    null,
                    worker ?? Worker(),
                    [new(Guid.CreateVersion7(), ClaimItemType.Wages, new(2026, 1, 1), new(2026, 2, 28), fen)]
                ),
            ],
            [new(null, employer ?? Employer(), null, Messages.RespondentCapacity.Employer)],
            facts,
            new(true, "2026-1", ConsentForm.Oral, false)
        );

    public static TriageRequest Triage =>
        new(
            true,
            null,
            LegalRelation.Labour,
            null,
            StatutoryHead.PayInjurySeveranceDamages,
            StatisticsCategory.Pay,
            "205.5",
            Today.AddDays(200),
            "110105",
            "110108",
            [],
            1,
            RiskLevel.None,
            null
        );

    /// <summary>Registers a matter and brings it to where only the number is missing.</summary>
    public static async Task<(Guid Id, RequestDetails Details)> ReadyToAccept(
        Person officer,
        string unit,
        RegisterRequest? matter = null
    )
    {
        var registered = await officer.Ask<RegisteredRequest>("/requests", matter ?? Matter(unit));
        var path = $"/requests/{registered.Id}";
        await officer.Do($"{path}/triage", Triage);
        await officer.Do(
            $"{path}/apply",
            new ApplyForMediation(MediationInitiative.Applicant, ApplicationForm.Oral, Today)
        );
        var details = await officer.Get<RequestDetails>(path);
        foreach (var respondent in details.Respondents)
            await officer.Do(
                $"{path}/consents",
                new RecordConsent(respondent.PartyId, true, ConsentManner.Telephone, Today)
            );
        return (registered.Id, await officer.Get<RequestDetails>(path));
    }
}
