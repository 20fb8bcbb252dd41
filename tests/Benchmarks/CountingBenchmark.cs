using Mediation.Deadlines.Domain;

namespace Mediation.Benchmarks;

/// <summary>Due dates of every rule from every day of a year, with and without their explanation, on one core. What else
/// the machine does costs time and no processor time, so the rate is per second of processor time.</summary>
internal static class CountingBenchmark
{
    private const double WithoutSteps = 200_000;
    private const double WithSteps = 20_000;
    private static readonly DateOnly First = new(2025, 1, 1);
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(1);

    public static Task Run(Report report, int rounds)
    {
        var book = StatuteBook.Parse(Text("statute-book.json"));
        var calendar = StatuteBook.ParseCalendar(1, Text("calendar.json"));
        var rules = book.On(First).ToArray();
        foreach (var (what, explain, atLeast) in new[] { ("without", false, WithoutSteps), ("with", true, WithSteps) })
        {
            Count(rules, calendar, explain);
            report.Rate(
                $"due date {what} steps, {rules.Length} rules",
                new Figures([.. Enumerable.Range(0, rounds).Select(_ => Count(rules, calendar, explain))]).Median,
                atLeast
            );
        }
        return Task.CompletedTask;
    }

    // Dates per second of processor time.
    private static double Count(Rule[] rules, LegalCalendar calendar, bool explain)
    {
        var (dates, used) = (0L, Processor.OwnSeconds());
        var until = used + Round.TotalSeconds;
        var now = used;
        for (var day = First; now < until; day = day.Year == First.Year ? day.AddDays(1) : First)
        {
            var facts = new PeriodFacts(day);
            foreach (var rule in rules)
                if (StatuteBook.Due(rule, facts, calendar, explain).Date >= First.AddYears(-1))
                    dates++;
            now = Processor.OwnSeconds();
        }
        return dates / (now - used);
    }

    private static string Text(string resource)
    {
        using var stream = typeof(StatuteBook).Assembly.GetManifestResourceStream(resource)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
