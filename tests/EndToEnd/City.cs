using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Mediation.Kit;

namespace Mediation.EndToEnd.Tests;

/// <summary>The whole product as processes of their own over the run's PostgreSQL and RabbitMQ: every service with its
/// own schema and role, the Portal, and the demonstration accounts. A process can be killed and started again, and a
/// second instance started beside the first.</summary>
public sealed class City(bool withPortal = true) : IAsyncLifetime
{
    public const string Password = "Demo1-end-to-end";

    private readonly string[] names =
    [
        "Identity",
        "Intake",
        "Disputes",
        "Outcomes",
        "Deadlines",
        .. withPortal ? ["Portal"] : Array.Empty<string>(),
    ];
    private readonly Dictionary<string, TestDatabase> databases = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Uri> addresses = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Process> processes = new(StringComparer.Ordinal);
    private readonly string state = Directory.CreateTempSubdirectory("mediation-city-").FullName;
    private TestBroker broker = null!;
    private Collector collector = null!;

    /// <summary>Ids of messages that no service sent: a test put them into the broker, by contract.</summary>
    public ConcurrentBag<(string Contract, Guid Id)> Planted { get; } = [];

    public Uri Portal => addresses["Portal"];

    public IReadOnlyDictionary<string, TestDatabase> Databases => databases;

    public TestBroker Broker => broker;

    /// <summary>Telemetry of all processes.</summary>
    internal Collector Collector => collector;

    /// <summary>Folder of the master key, the audit roots and the processes' logs.</summary>
    public string State => state;

    /// <summary>Where all processes put temporary files.</summary>
    public string Temporary => Directory.CreateDirectory(Path.Combine(state, "tmp")).FullName;

    public Uri Address(string service) => addresses[service];

    public string Log(string process) => Path.Combine(state, process + ".log");

    public async ValueTask InitializeAsync()
    {
        try
        {
            await Found();
        }
        catch
        {
            // The runner disposes nothing whose start failed: the processes would go on for ever.
            await KillAll();
            throw;
        }
    }

    private async Task Found()
    {
        broker = await TestBroker.Create("city");
        collector = await Collector.Start();
        var key = Path.Combine(state, "master-key");
        await File.WriteAllTextAsync(key, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        foreach (var name in names)
        {
            databases[name] = await TestDatabase.Create(name.ToLowerInvariant());
            addresses[name] = new Uri($"http://127.0.0.1:{FreePort()}");
        }
        await Task.WhenAll(names.Select(name => Once(name, "migrate")));
        await Once("Identity", "demo");
        await Task.WhenAll(names.Select(name => Start(name)));
    }

    // The first sign-in of a cold Identity takes longer than the Portal waits for an answer when the machine is busy; the
    // person would only be told to try again, and so would every test.
    private static async Task WarmUp(Uri identity)
    {
        using var client = new HttpClient { BaseAddress = identity, Timeout = TimeSpan.FromMinutes(1) };
        (
            await client.PostAsJsonAsync("/sign-in", new { accountName = "jiedai.chaoyang", password = Password })
        ).EnsureSuccessStatusCode();
    }

    private async Task KillAll()
    {
        foreach (var process in processes.Values)
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillAll();
        foreach (var database in databases.Values)
            await database.DisposeAsync();
        await broker.DisposeAsync();
        await collector.DisposeAsync();
        if (Environment.GetEnvironmentVariable("MEDIATION_KEEP_STATE") is null)
            Directory.Delete(state, recursive: true);
    }

    /// <summary>The number that a query of one row answers with.</summary>
    public async Task<long> Count(string service, string sql) => (long)(await databases[service].Rows(sql))[0][0];

    /// <summary>Starts a service and waits until it is healthy.</summary>
    /// <param name="instance">Name of the process; another than the service's starts a second one beside the first, at
    /// an address of its own.</param>
    /// <param name="settings">Environment of this process beside or instead of the usual one.</param>
    public async Task<Uri> Start(
        string service,
        string? instance = null,
        IReadOnlyDictionary<string, string>? settings = null
    )
    {
        instance ??= service;
        var address = instance == service ? addresses[service] : new Uri($"http://127.0.0.1:{FreePort()}");
        var process = Launch(service, instance, address, [], settings);
        processes[instance] = process;
        using var client = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(5) };
        await Eventually.True(
            async () =>
            {
                if (process.HasExited)
                    throw new InvalidOperationException($"{instance} ended: {Tail(instance)}");
                try
                {
                    return (await client.GetAsync(new Uri("/health", UriKind.Relative))).IsSuccessStatusCode;
                }
                catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
                {
                    return false;
                }
            },
            $"{instance} is healthy",
            TimeSpan.FromSeconds(240)
        );
        if (service == "Identity")
            await WarmUp(address);
        return address;
    }

    /// <summary>SIGKILL: the process has no chance to finish anything.</summary>
    public async Task Kill(string instance)
    {
        var process = processes[instance];
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
    }

    /// <summary>All processes end and start anew with a clock that is so far ahead of the machine's.</summary>
    public async Task GoAhead(TimeSpan ahead)
    {
        foreach (var name in names)
            await Kill(name);
        var settings = new Dictionary<string, string>
        {
            ["MEDIATION_CLOCK_AHEAD"] = ahead.ToString("c", System.Globalization.CultureInfo.InvariantCulture),
        };
        await Task.WhenAll(names.Select(name => Start(name, settings: settings)));
    }

    private async Task Once(string service, string command)
    {
        using var process = Launch(service, $"{service}-{command}", addresses[service], [command]);
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{service} {command} failed: {Tail($"{service}-{command}")}");
    }

    private Process Launch(
        string service,
        string instance,
        Uri address,
        string[] arguments,
        IReadOnlyDictionary<string, string>? settings = null
    )
    {
        var project = DecisionTable.RepositoryFile(
            service == "Portal" ? "services/Portal" : $"services/{service}/Service"
        );
        var assembly = service == "Portal" ? "Mediation.Portal.dll" : $"Mediation.{service}.Service.dll";
        var configuration = AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal)
            ? "Release"
            : "Debug";
        var start = new ProcessStartInfo("dotnet")
        {
            WorkingDirectory = project,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.ArgumentList.Add(Path.Combine(project, "bin", configuration, "net10.0", assembly));
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        var database = databases[service];
        var environment = start.Environment;
        environment["ASPNETCORE_URLS"] = address.ToString();
        environment["MEDIATION_SCHEMA"] = database.Schema;
        environment["MEDIATION_DATABASE"] = database.ServiceConnection;
        environment["MEDIATION_DATABASE_OWNER"] = database.OwnerConnection;
        environment["MEDIATION_RABBITMQ"] = broker.Address.ToString();
        environment["MEDIATION_MASTER_KEY_FILE"] = Path.Combine(state, "master-key");
        environment["MEDIATION_STATE"] = state;
        environment["ASPNETCORE_TEMP"] = environment["TMPDIR"] = Temporary;
        environment["MEDIATION_DEMO_PASSWORD"] = Password;
        // Measuring what runs often costs more than it brings a process that lives for minutes.
        environment["DOTNET_TieredPGO"] = "0";
        // Nor does compiling anew what runs often; only who measures them wants them at their best.
        if (configuration == "Debug")
            environment["DOTNET_TC_CallCounting"] = "0";
        environment["MEDIATION_OTLP"] = collector.Address.ToString();
        foreach (var (name, url) in addresses)
            environment[$"MEDIATION_{name.ToUpperInvariant()}_URL"] = url.ToString();
        foreach (var (name, value) in settings ?? new Dictionary<string, string>())
            environment[name] = value;
        var process = Process.Start(start)!;
        var log = TextWriter.Synchronized(new StreamWriter(Log(instance), append: true) { AutoFlush = true });
        process.OutputDataReceived += (_, line) => log.WriteLine(line.Data);
        process.ErrorDataReceived += (_, line) => log.WriteLine(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private string Tail(string instance) => string.Join('\n', File.ReadLines(Log(instance)).TakeLast(25));

    // Outside the range from which the system gives ports to outgoing connections: a port that is merely free now may be
    // somebody's a moment later, and that somebody may even be the same service of another city.
    private static int FreePort()
    {
        for (var tries = 0; tries < 200; tries++)
        {
            var port = Random.Shared.Next(20_000, 30_000);
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                if (Given.TryAdd(port, true))
                    return port;
            }
            catch (SocketException)
            {
                // Taken; another one.
            }
        }
        throw new InvalidOperationException("No free port between 20000 and 30000.");
    }

    private static readonly ConcurrentDictionary<int, bool> Given = new();
}
