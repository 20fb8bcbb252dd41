using System.Globalization;

namespace Mediation.Hosting;

/// <summary>The one place where an instant becomes a legal day: the calendar day in Asia/Shanghai.</summary>
public static class LegalDay
{
    private static readonly TimeZoneInfo Shanghai = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai");

    public static DateOnly Of(DateTimeOffset instant) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(instant, Shanghai).DateTime);

    public static DateOnly Today(TimeProvider clock) => Of(clock.GetUtcNow());

    /// <summary>The instant at which a legal day begins.</summary>
    public static DateTimeOffset Begin(DateOnly day)
    {
        var midnight = day.ToDateTime(TimeOnly.MinValue);
        return new DateTimeOffset(midnight, Shanghai.GetUtcOffset(midnight)).ToUniversalTime();
    }

    /// <summary>Stops the start with a message when the time zone or ICU is missing: dates would be wrong by a day and
    /// Chinese names would sort by code point, both without a word.</summary>
    public static void CheckMachine()
    {
        try
        {
            if (Of(new DateTimeOffset(2026, 2, 28, 16, 0, 0, TimeSpan.Zero)) != new DateOnly(2026, 3, 1))
                throw new TimeZoneNotFoundException();
        }
        catch (Exception e) when (e is TimeZoneNotFoundException or TypeInitializationException)
        {
            throw new InvalidOperationException(
                "The time zone Asia/Shanghai is missing on this machine: install tzdata.",
                e
            );
        }
        var zh = CultureInfo.GetCultureInfo("zh-CN").CompareInfo;
        if (
            zh.Compare("李四", "王五", CompareOptions.None) >= 0
            || zh.Compare("张三", "阿强", CompareOptions.None) <= 0
        )
            throw new InvalidOperationException(
                "ICU is missing on this machine, so Chinese text cannot be sorted: install libicu."
            );
    }
}
