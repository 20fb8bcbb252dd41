using System.Globalization;
using Mediation.Benchmarks;

// Arguments: how many rounds, and which parts; all of them where none is named.
var rounds = args.Select(a => int.TryParse(a, CultureInfo.InvariantCulture, out var n) ? n : 0)
    .FirstOrDefault(n => n > 0);
if (rounds == 0)
    rounds = 5;
var parts = new Dictionary<string, Func<Report, int, Task>>(StringComparer.Ordinal)
{
    ["append"] = AppendBenchmark.Run,
    ["rebuild"] = CaseListBenchmark.Run,
    ["http"] = HttpBenchmark.Run,
    ["count"] = CountingBenchmark.Run,
    ["sweep"] = SweepBenchmark.Run,
    ["overview"] = OverviewBenchmark.Run,
    ["start"] = ColdStartBenchmark.Run,
};
var report = new Report();
var chosen = args.Where(parts.ContainsKey).ToList();
foreach (var (name, run) in parts)
    if (chosen.Count == 0 || chosen.Contains(name))
        await run(report, rounds);
if (args.FirstOrDefault(a => a.EndsWith(".md", StringComparison.Ordinal)) is { } file)
    await File.WriteAllTextAsync(file, await report.Markdown(rounds));
return report.Missed ? 1 : 0;
