using System.Diagnostics;
using System.Globalization;

namespace Mediation.Benchmarks;

/// <summary>Measures things side by side: rounds alternate within one run, so that what else the machine does hits all
/// alike, and only ratios are judged.</summary>
internal static class Rounds
{
    /// <summary>Operations per second of each contender in each round.</summary>
    public static async Task<IReadOnlyDictionary<string, Figures>> Alternate(
        int rounds,
        Processor processor,
        IReadOnlyList<(string Name, Func<Task<long>> Round)> contenders
    )
    {
        var rates = contenders.ToDictionary(c => c.Name, _ => new List<double>());
        var costs = contenders.ToDictionary(c => c.Name, _ => new List<double>());
        foreach (var (_, round) in contenders)
            await round();
        for (var i = 0; i < rounds; i++)
            foreach (var (name, round) in i % 2 == 0 ? contenders : contenders.Reverse())
            {
                var (watch, used) = (Stopwatch.StartNew(), processor.Used());
                var operations = await round();
                rates[name].Add(operations / watch.Elapsed.TotalSeconds);
                costs[name].Add((processor.Used() - used) / operations);
            }
        return rates.ToDictionary(r => r.Key, r => new Figures(r.Value, new Figures(costs[r.Key]).Median));
    }

    /// <summary>Runs a loop in several clients until the time is over and counts what they did.</summary>
    public static async Task<long> Clients(int clients, TimeSpan time, Func<int, Task> operation)
    {
        var until = Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency);
        var counts = await Task.WhenAll(
            Enumerable
                .Range(0, clients)
                .Select(client =>
                    Task.Run(async () =>
                    {
                        var count = 0L;
                        for (; Stopwatch.GetTimestamp() < until; count++)
                            await operation(client);
                        return count;
                    })
                )
        );
        return counts.Sum();
    }
}

/// <summary>Median and spread of one contender.</summary>
/// <param name="Cost">Processor seconds of client and database per operation.</param>
internal sealed record Figures(IReadOnlyList<double> Values, double Cost = 0)
{
    public double Median => Quantile(0.5);

    public double Quantile(double q)
    {
        var sorted = Values.Order().ToList();
        return sorted[(int)Math.Round(q * (sorted.Count - 1))];
    }

    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Median:N0}/s ({Values.Min():N0}-{Values.Max():N0}), {Cost * 1e6:N0} µs"
        );
}
