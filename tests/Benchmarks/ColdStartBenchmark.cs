using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Mediation.Kit;

namespace Mediation.Benchmarks;

/// <summary>How long each service takes from its start until it says it is healthy, and how much memory it then holds.
/// The programs are those that this run built, each alone on the machine, on an empty, migrated schema.</summary>
internal static class ColdStartBenchmark
{
    private static readonly string[] Services = ["Identity", "Intake", "Disputes", "Outcomes", "Deadlines", "Portal"];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private const double AtMost = 10_000;

    public static async Task Run(Report report, int rounds)
    {
        var state = Directory.CreateTempSubdirectory("mediation-bench-").FullName;
        var key = Path.Combine(state, "master-key");
        await File.WriteAllTextAsync(key, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await using var broker = await TestBroker.Create("bench");
        foreach (var service in Services)
        {
            await using var database = await TestDatabase.Create(service.ToLowerInvariant());
            var settings = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["MEDIATION_SCHEMA"] = database.Schema,
                ["MEDIATION_DATABASE"] = database.ServiceConnection,
                ["MEDIATION_DATABASE_OWNER"] = database.OwnerConnection,
                ["MEDIATION_RABBITMQ"] = broker.Address.ToString(),
                ["MEDIATION_MASTER_KEY_FILE"] = key,
                ["MEDIATION_STATE"] = state,
                ["Logging__LogLevel__Default"] = "Warning",
            };
            foreach (var other in Services)
                settings[$"MEDIATION_{other.ToUpperInvariant()}_URL"] = "http://127.0.0.1:9";
            using (var migrate = Launch(service, settings, "migrate"))
            {
                await migrate.WaitForExitAsync();
                if (migrate.ExitCode != 0)
                    throw new InvalidOperationException($"{service} migrate ended with {migrate.ExitCode}.");
            }
            var (times, memory) = (new List<double>(), new List<double>());
            for (var round = 0; round < rounds; round++)
            {
                var (time, bytes) = await Start(service, settings);
                times.Add(time);
                memory.Add(bytes / 1048576.0);
            }
            var figures = new Figures(times);
            report.Row(
                $"cold start of {service} until healthy",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{figures.Median:N0} ms ({times.Min():N0}-{times.Max():N0}), {new Figures(memory).Median:N0} MB"
                )
            );
            report.Limit($"cold start of {service}", figures.Median, AtMost);
        }
        Directory.Delete(state, recursive: true);
    }

    private static async Task<(double Milliseconds, long Bytes)> Start(
        string service,
        Dictionary<string, string> settings
    )
    {
        var address = $"http://127.0.0.1:{FreePort()}";
        var watch = Stopwatch.StartNew();
        using var process = Launch(service, new(settings) { ["ASPNETCORE_URLS"] = address });
        using var client = new HttpClient { BaseAddress = new Uri(address) };
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!await Healthy(client))
        {
            if (process.HasExited || watch.Elapsed > Patience)
                throw new InvalidOperationException($"{service} did not become healthy.");
            await tick.WaitForNextTickAsync();
        }
        var time = watch.Elapsed.TotalMilliseconds;
        process.Refresh();
        var bytes = process.WorkingSet64;
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        return (time, bytes);
    }

    private static async Task<bool> Healthy(HttpClient client)
    {
        try
        {
            return (await client.GetAsync(new Uri("/health", UriKind.Relative))).StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static Process Launch(string service, Dictionary<string, string> settings, params string[] arguments)
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
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        var process = Process.Start(start)!;
        // Read, or the process would wait for ever once the pipe is full.
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
