using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Mediation.Benchmarks;

/// <summary>Processor time that this process and the database server have used. Where other programs share the machine,
/// time per operation says more than operations per second.</summary>
internal sealed class Processor
{
    private const double TicksPerSecond = 100;
    private readonly int server;

    private Processor(int server) => this.server = server;

    /// <summary>Looks at the server behind the connections; one on another machine or in a container counts as nothing.</summary>
    public static async Task<Processor> Of(NpgsqlDataSource source)
    {
        await using var command = source.CreateCommand("select pg_backend_pid()");
        var backend = (int)(await command.ExecuteScalarAsync())!;
        return new(Stat($"/proc/{backend}") is { } stat ? int.Parse(stat[1], CultureInfo.InvariantCulture) : -1);
    }

    /// <summary>Seconds this process has used so far, on all cores together.</summary>
    public static double OwnSeconds()
    {
        using var own = Process.GetCurrentProcess();
        return own.TotalProcessorTime.TotalSeconds;
    }

    /// <summary>Seconds used so far, client and server together.</summary>
    public double Used()
    {
        var seconds = OwnSeconds();
        if (server < 0)
            return seconds;
        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(f => char.IsAsciiDigit(f[6])))
            if (Stat(folder) is { } stat && int.Parse(stat[1], CultureInfo.InvariantCulture) == server)
                seconds += (Number(stat[11]) + Number(stat[12])) / TicksPerSecond;
        return seconds;
    }

    // The fields of a PostgreSQL process after its name: state, parent, ..., 11 and 12 are user and system time.
    private static string[]? Stat(string folder)
    {
        try
        {
            var stat = File.ReadAllText(folder + "/stat");
            return stat.Contains("(postgres)", StringComparison.Ordinal)
                ? stat[(stat.LastIndexOf(')') + 2)..].Split(' ')
                : null;
        }
        catch (IOException)
        {
            return null; // No such process, or ended meanwhile.
        }
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
