using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Mediation.Kit;

namespace Mediation.Services.Tests.Deadlines;

/// <summary>The Deadlines service as a process of its own beside the host of the tests, on the same database and broker,
/// with its schedule and the machine's clock. It can be killed.</summary>
internal sealed class ServiceProcess : IAsyncDisposable
{
    private readonly Process process;
    private readonly HttpClient client;

    private ServiceProcess(Process process, Uri address) =>
        (this.process, client) = (process, new() { BaseAddress = address, Timeout = TimeSpan.FromSeconds(5) });

    public static ServiceProcess Start(DeadlinesHost host)
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var address = new Uri($"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}");
        free.Stop();
        var start = new ProcessStartInfo("dotnet") { UseShellExecute = false, WorkingDirectory = Path.GetTempPath() };
        start.ArgumentList.Add(DecisionTable.RepositoryFile(Program));
        foreach (var (name, value) in host.Settings)
            start.Environment[name] = value;
        start.Environment["ASPNETCORE_URLS"] = address.ToString();
        start.Environment["Logging__LogLevel__Default"] = "Warning";
        return new(System.Diagnostics.Process.Start(start)!, address);
    }

    /// <summary>Built with the tests, in the same configuration.</summary>
    public static string Program =>
        Path.Combine(
            "services/Deadlines/Service/bin",
            new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name,
            "net10.0/Mediation.Deadlines.Service.dll"
        );

    public async Task<bool> Healthy()
    {
        process.HasExited.ShouldBeFalse("the process ended");
        try
        {
            return (await client.GetAsync(new Uri("/health", UriKind.Relative))).IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }

    /// <summary>SIGKILL: it has no chance to finish anything.</summary>
    public void Kill() => process.Kill(entireProcessTree: true);

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        client.Dispose();
    }
}
