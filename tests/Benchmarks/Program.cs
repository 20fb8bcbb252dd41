using Mediation.Benchmarks;

var report = new Report();
var rounds =
    args is [{ } text] && int.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var given)
        ? given
        : 5;
await AppendBenchmark.Run(report, rounds);
return report.Missed ? 1 : 0;
