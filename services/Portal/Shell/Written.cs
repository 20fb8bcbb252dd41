using System.Globalization;
using System.Text;

namespace Mediation.Portal.Shell;

/// <summary>How days, instants and amounts are written on pages and read from forms. Legal days and clock times are
/// those of Asia/Shanghai, amounts stand in yuan with fen, in reports in ten thousands of yuan.</summary>
public static class Written
{
    private static readonly TimeZoneInfo Beijing = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai");

    public static DateOnly Today(TimeProvider time) => DayOf(time.GetUtcNow());

    public static DateOnly DayOf(DateTimeOffset instant) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(instant, Beijing).DateTime);

    public static string Day(DateOnly? day) =>
        day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? string.Empty;

    public static string Moment(DateTimeOffset? instant) =>
        instant is { } i
            ? TimeZoneInfo.ConvertTime(i, Beijing).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)
            : string.Empty;

    /// <summary>The instant of a local clock time typed in a form (<c>yyyy-MM-ddTHH:mm</c>), or null.</summary>
    public static DateTimeOffset? Instant(string? text) =>
        DateTime.TryParseExact(
            text,
            ["yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd HH:mm", "yyyy-MM-dd'T'HH:mm:ss"],
            CultureInfo.InvariantCulture,
            DateTimeStyles.None,
            out var local
        )
            ? new DateTimeOffset(local, Beijing.GetUtcOffset(local)).ToUniversalTime()
            : null;

    public static string LocalInput(DateTimeOffset instant) =>
        TimeZoneInfo.ConvertTime(instant, Beijing).ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture);

    public static DateOnly? ParseDay(string? text) =>
        DateOnly.TryParseExact(
            text?.Trim(),
            ["yyyy-MM-dd", "yyyy-M-d", "yyyy/M/d", "yyyy.M.d", "yyyyMMdd", "yyyy年M月d日"],
            CultureInfo.InvariantCulture,
            DateTimeStyles.None,
            out var day
        )
            ? day
            : null;

    /// <summary>Fen as yuan with thousands separators and two decimals: 1234567 → 12,345.67.</summary>
    public static string Yuan(long fen) => (fen / 100m).ToString("#,##0.00", CultureInfo.InvariantCulture);

    public static string Yuan(long? fen) => fen is { } f ? Yuan(f) : "—";

    /// <summary>Fen as yuan without separators, for an input field.</summary>
    public static string YuanInput(long? fen) =>
        fen is { } f ? (f / 100m).ToString("0.00", CultureInfo.InvariantCulture) : string.Empty;

    /// <summary>Fen as ten thousands of yuan (万元) with two decimals, for reports.</summary>
    public static string Wan(long fen) => (fen / 1_000_000m).ToString("#,##0.00", CultureInfo.InvariantCulture);

    /// <summary>Reads yuan as people type them: separators, full-width digits, 元, and 万 for ten thousand. Exact: null
    /// where the text is no amount, has parts of a fen, or does not fit into 64 bits.</summary>
    public static long? ParseYuan(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;
        var plain = text.Normalize(NormalizationForm.FormKC)
            .Replace(",", "", StringComparison.Ordinal)
            .Replace(" ", "", StringComparison.Ordinal)
            .TrimStart('¥', '¥')
            .TrimEnd('元');
        var factor = 100m;
        if (plain.EndsWith('万'))
        {
            factor = 1_000_000m;
            plain = plain[..^1];
        }
        const NumberStyles style = NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign;
        if (plain.Length > 20 || !decimal.TryParse(plain, style, CultureInfo.InvariantCulture, out var yuan))
            return null;
        var fen = yuan * factor;
        return fen == decimal.Truncate(fen) && fen is >= long.MinValue and <= long.MaxValue ? (long)fen : null;
    }
}
