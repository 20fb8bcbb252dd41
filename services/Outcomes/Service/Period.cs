using System.Globalization;
using System.Text.RegularExpressions;
using Mediation.Hosting;

namespace Mediation.Outcomes.Service;

/// <summary>A report period of Shanghai days, both included: year, half, quarter, month, or two days.</summary>
internal sealed partial record Period(string Code, DateOnly From, DateOnly To)
{
    /// <exception cref="Problem">400: not a period.</exception>
    public static Period Parse(string? code, DateOnly today)
    {
        code ??= today.Year.ToString(CultureInfo.InvariantCulture);
        if (Calendar().Match(code) is { Success: true } m)
        {
            var year = Number(m.Groups["year"]);
            var (first, months) =
                m.Groups["half"].Success ? (Number(m.Groups["half"]) * 6 - 5, 6)
                : m.Groups["quarter"].Success ? (Number(m.Groups["quarter"]) * 3 - 2, 3)
                : m.Groups["month"].Success ? (Number(m.Groups["month"]), 1)
                : (1, 12);
            if (year is >= 2000 and <= 9998 && first is >= 1 and <= 12)
            {
                var from = new DateOnly(year, first, 1);
                return new(code, from, from.AddMonths(months).AddDays(-1));
            }
        }
        if (
            code.Split("..") is [{ } begin, { } end]
            && DateOnly.TryParseExact(begin, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var a)
            && DateOnly.TryParseExact(end, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var b)
            && a <= b
        )
            return new(code, a, b);
        throw Problem.Invalid("period", "unknown_period");
    }

    private static int Number(Group group) => int.Parse(group.ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(
        @"^(?<year>\d{4})(-(H(?<half>[12])|Q(?<quarter>[1-4])|(?<month>\d{2})))?$",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 100
    )]
    private static partial Regex Calendar();
}
