using System.Globalization;

namespace Mediation.Portal.Pages.Overview;

/// <summary>A report period as it stands in an address (<c>2026</c>, <c>2026-H1</c>, <c>2026-Q2</c>, <c>2026-03</c>,
/// <c>2026-03-05..2026-04-10</c>) and as people choose and read it.</summary>
/// <param name="Part">Empty for the whole year, <c>H1</c>, <c>Q2</c>, <c>03</c>, or <c>custom</c>.</param>
public sealed record Periods(int Year, string Part, DateOnly? From, DateOnly? To)
{
    public const string Custom = "custom";

    public static readonly IReadOnlyList<string> Parts =
    [
        "",
        "H1",
        "H2",
        .. Enumerable.Range(1, 4).Select(q => $"Q{q}"),
        .. Enumerable.Range(1, 12).Select(m => m.ToString("00", CultureInfo.InvariantCulture)),
        Custom,
    ];

    /// <summary>Reads a code; the year of today where there is none or it is no period (the service then says so).</summary>
    public static Periods Of(string? code, DateOnly today)
    {
        if (code?.Split("..") is [{ } from, { } to])
            return new(today.Year, Custom, Written.ParseDay(from), Written.ParseDay(to));
        // 2026, 2026-H1, 2026-Q2, 2026-03.
        var (year, part) = code?.Split('-') switch
        {
            [{ Length: 4 } y] => (y, ""),
            [{ Length: 4 } y, { Length: 2 } p] => (y, p),
            _ => ("", Custom),
        };
        return
            int.TryParse(year, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && Parts.Contains(part, StringComparer.Ordinal)
            ? new(number, part, null, null)
            : new(today.Year, "", null, null);
    }

    /// <summary>The code of what was chosen in the form. Without a first day a period begins on the first of January,
    /// without a last it ends today.</summary>
    public static string Chosen(int year, string part, DateOnly? from, DateOnly? to, DateOnly today) =>
        part switch
        {
            Custom => $"{Written.Day(from ?? new DateOnly(today.Year, 1, 1))}..{Written.Day(to ?? today)}",
            "" => $"{year:0000}",
            _ => $"{year:0000}-{part}",
        };

    public static string Words(string code, Texts texts, DateOnly today)
    {
        var period = Of(code, today);
        return period.Part switch
        {
            Custom => texts["period.days", Written.Day(period.From), Written.Day(period.To)],
            "" => texts["period.year", period.Year],
            ['H', ..] => texts[period.Part is "H1" ? "period.firstHalf" : "period.secondHalf", period.Year],
            ['Q', var quarter] => texts["period.quarter", period.Year, quarter],
            _ => texts["period.month", period.Year, period.Part.TrimStart('0')],
        };
    }

    /// <summary>Words of a part alone, for the choice.</summary>
    public static string PartWords(string part, Texts texts) =>
        part switch
        {
            Custom => texts["period.part.custom"],
            "" => texts["period.part.year"],
            ['H', ..] => texts[part is "H1" ? "period.part.firstHalf" : "period.part.secondHalf"],
            ['Q', var quarter] => texts["period.part.quarter", quarter],
            _ => texts["period.part.month", part.TrimStart('0')],
        };
}
