using System.Globalization;
using System.Text;
using Npgsql;

namespace Mediation.Benchmarks;

/// <summary>Prints figures as they come, remembers whether a limit was broken, and writes all of it as a table with the
/// machine's description.</summary>
internal sealed class Report
{
    private readonly List<(string What, string Figure, string Limit)> rows = [];

    public bool Missed { get; private set; }

    /// <summary>A figure without a limit.</summary>
    public void Row(string what, string figure) => Add(what, figure, "");

    /// <summary>A ratio against its limit.</summary>
    public void Ratio(string what, double ratio, double atLeast) =>
        Add(what, Number($"{ratio:0.00}"), Number($"at least {atLeast:0.00}"), ratio >= atLeast);

    /// <summary>Operations per second of processor time against their limit.</summary>
    public void Rate(string what, double perSecond, double atLeast) =>
        Add(what, Number($"{perSecond:N0}/s"), Number($"at least {atLeast:N0}/s"), perSecond >= atLeast);

    /// <summary>A figure in milliseconds against its limit.</summary>
    public void Limit(string what, double milliseconds, double atMost) =>
        Add(what, Number($"{milliseconds:N1} ms"), Number($"at most {atMost:N0} ms"), milliseconds <= atMost);

    /// <summary>The table with what it was measured on.</summary>
    public async Task<string> Markdown(int rounds)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{TimeProvider.System.GetUtcNow():yyyy-MM-dd}, {await Machine()}. ")
            .Append(CultureInfo.InvariantCulture, $"Medians of {rounds} alternated rounds with the extremes; µs are ")
            .Append("processor time of client and database per operation, who share the cores.\n\n")
            .Append("| what | figure | limit |\n|---|---|---|\n");
        foreach (var (what, figure, limit) in rows)
            text.Append(CultureInfo.InvariantCulture, $"| {what} | {figure} | {limit} |\n");
        return text.ToString();
    }

    private void Add(string what, string figure, string limit, bool holds = true)
    {
        Missed |= !holds;
        rows.Add((what, figure, holds ? limit : $"{limit}: **missed**"));
        Console.WriteLine($"{(holds ? "" : "MISSED  ")}{what}: {figure}{(limit.Length > 0 ? $" ({limit})" : "")}");
    }

    private static async Task<string> Machine()
    {
        await using var source = NpgsqlDataSource.Create(
            Environment.GetEnvironmentVariable("MEDIATION_TEST_DATABASE_ADMIN")!
        );
        await using var version = source.CreateCommand(
            "select current_setting('server_version') || ', fsync ' || current_setting('fsync')"
        );
        var model = File.Exists("/proc/cpuinfo")
            ? File.ReadLines("/proc/cpuinfo")
                .FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))
                ?.Split(": ")[^1]
            : null;
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1073741824.0;
        return Number($"{Environment.ProcessorCount} cores ({model ?? "unknown processor"}), {memory:0} GB, ")
            + $"PostgreSQL {await version.ExecuteScalarAsync()}, .NET {Environment.Version}";
    }

    private static string Number(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
