using System.Diagnostics;
using Mediation.Kit;
using Npgsql;

namespace Mediation.EndToEnd.Tests;

/// <summary>Stops and starts PostgreSQL or RabbitMQ of the run, by the scripts that started them.</summary>
internal static class Infrastructure
{
    public const string RabbitMq = "rabbitmq";
    public const string PostgreSql = "postgres";

    public static Task Stop(string part) => Script("down.sh", part);

    public static async Task Start(string part)
    {
        await Script("up.sh", part);
        // The pools of this process hold connections to the server that is gone.
        NpgsqlConnection.ClearAllPools();
    }

    private static async Task Script(string name, string part)
    {
        using var script = Process.Start(
            new ProcessStartInfo(DecisionTable.RepositoryFile("infra/" + name), ["test", part])
            {
                UseShellExecute = false,
                RedirectStandardError = true,
            }
        )!;
        var said = await script.StandardError.ReadToEndAsync();
        await script.WaitForExitAsync();
        if (script.ExitCode != 0)
            throw new InvalidOperationException($"{name} test {part} failed: {said}");
    }
}
