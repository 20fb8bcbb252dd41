using System.Globalization;

namespace Mediation.Intake;

/// <summary>A resident ID number that passed its checks.</summary>
/// <param name="Number">Canonical: 18 characters, upper-case X, without spaces.</param>
/// <param name="Region">Six digits of the place of first registration.</param>
public sealed record ResidentId(string Number, string Region, DateOnly BirthDate, Sex Sex)
{
    private static readonly int[] Weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

    // Provinces of GB/T 2260; 83 stands on residence permits for Taiwan residents.
    private static readonly HashSet<int> Provinces =
    [
        .. (int[])[11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37],
        .. (int[])[41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54, 61, 62, 63, 64, 65, 71, 81, 82, 83],
    ];

    /// <summary>Reads a number as people type it: lower-case x, spaces, full-width digits and the 15 digits issued until
    /// 1999 (no check character, born in the twentieth century; gives the 18 characters of the same person).
    /// Source: GB 11643. Regions are checked by province only, because counties were renamed for decades and old
    /// numbers stay valid.</summary>
    /// <returns>Null and a coded reason: <c>id_length</c>, <c>id_character</c>, <c>id_region</c>, <c>id_birth_date</c>,
    /// <c>id_check</c>.</returns>
    public static ResidentId? Read(string text, DateOnly today, out string? fault)
    {
        var number = Typed.Compact(text);
        if (number.Length is not (15 or 18))
            return No("id_length", out fault);
        if (
            !number[..^1].All(char.IsAsciiDigit)
            || !(char.IsAsciiDigit(number[^1]) || (number.Length == 18 && number[^1] == 'X'))
        )
            return No("id_character", out fault);
        if (number.Length == 15)
        {
            var long17 = $"{number[..6]}19{number[6..]}";
            number = long17 + Check(long17);
        }
        if (!Provinces.Contains((number[0] - '0') * 10 + number[1] - '0'))
            return No("id_region", out fault);
        if (
            !DateOnly.TryParseExact(
                number.AsSpan(6, 8),
                "yyyyMMdd",
                CultureInfo.InvariantCulture,
                DateTimeStyles.None,
                out var birth
            )
            || birth > today
            || birth.Year < 1850
        )
            return No("id_birth_date", out fault);
        if (Check(number) != number[17])
            return No("id_check", out fault);
        fault = null;
        return new(number, number[..6], birth, (number[16] - '0') % 2 == 1 ? Sex.Male : Sex.Female);
    }

    private static char Check(string number)
    {
        var sum = 0;
        for (var i = 0; i < Weights.Length; i++)
            sum += (number[i] - '0') * Weights[i];
        return "10X98765432"[sum % 11];
    }

    private static ResidentId? No(string code, out string? fault)
    {
        fault = code;
        return null;
    }
}

/// <summary>A unified social credit code (GB 32100-2015) that passed its checks: 18 characters without I, O, S, V, Z;
/// the check character may be any of the 31.</summary>
/// <param name="Code">Canonical: upper case, without spaces.</param>
/// <param name="SoleTrader">Registered as 个体工商户 (92): a person, not an organisation.</param>
public sealed record CreditCode(string Code, string Region, bool SoleTrader)
{
    private const string Alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";

    private static readonly int[] Weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

    /// <returns>Null and a coded reason: <c>credit_code_length</c>, <c>credit_code_character</c>,
    /// <c>credit_code_region</c>, <c>credit_code_check</c>.</returns>
    public static CreditCode? Read(string text, out string? fault)
    {
        fault = null;
        var code = Typed.Compact(text);
        if (code.Length != 18)
            fault = "credit_code_length";
        else if (code.Any(c => !Alphabet.Contains(c, StringComparison.Ordinal)))
            fault = "credit_code_character";
        else if (!code[2..8].All(char.IsAsciiDigit))
            fault = "credit_code_region";
        else if (Check(code) != code[17])
            fault = "credit_code_check";
        return fault is null ? new(code, code[2..8], code.StartsWith("92", StringComparison.Ordinal)) : null;
    }

    private static char Check(string code)
    {
        var sum = 0;
        for (var i = 0; i < Weights.Length; i++)
            sum += Alphabet.IndexOf(code[i], StringComparison.Ordinal) * Weights[i];
        return Alphabet[(31 - sum % 31) % 31];
    }
}

/// <summary>ID documents other than the resident ID card. Their numbers have no public check character, so only the
/// shape is tested; a foreign passport may be almost anything.</summary>
public static class OtherDocument
{
    /// <returns>The canonical number, or null when the shape is impossible.</returns>
    public static string? Passport(string text) => Shaped(text, 5, 20, letters: true);

    /// <summary>来往内地通行证 of Hong Kong (H) and Macau (M) residents: letter and 8 digits, older cards 10.</summary>
    public static string? HongKongMacauPermit(string text) =>
        Typed.Compact(text) is var n && n.Length is 9 or 11 && n[0] is 'H' or 'M' && n[1..].All(char.IsAsciiDigit)
            ? n
            : null;

    /// <summary>台湾居民来往大陆通行证: 8 digits.</summary>
    public static string? TaiwanPermit(string text) =>
        Typed.Compact(text) is var n && n.Length == 8 && n.All(char.IsAsciiDigit) ? n : null;

    /// <summary>港澳台居民居住证: built like a resident ID number, region 81, 82 or 83.</summary>
    public static ResidentId? ResidencePermit(string text, DateOnly today) =>
        ResidentId.Read(text, today, out _) is { } id && id.Region[..2] is "81" or "82" or "83" ? id : null;

    /// <summary>外国人永久居留身份证: until 2023 three letters and 12 digits, since then 9 and 17 digits.</summary>
    public static string? ForeignPermanentResidence(string text)
    {
        var n = Typed.Compact(text);
        var old = n.Length == 15 && n[..3].All(char.IsAsciiLetterUpper) && n[3..].All(char.IsAsciiDigit);
        var five = n.Length == 18 && n[0] == '9' && n[..^1].All(char.IsAsciiDigit);
        return old || five ? n : null;
    }

    public static string? Other(string text) => Shaped(text, 3, 40, letters: true);

    private static string? Shaped(string text, int least, int most, bool letters)
    {
        var n = Typed.Compact(text);
        return
            n.Length >= least
            && n.Length <= most
            && n.All(c => char.IsAsciiDigit(c) || (letters && (char.IsAsciiLetterUpper(c) || c is '-' or '/')))
            && n.Any(char.IsAsciiDigit)
            ? n
            : null;
    }
}

/// <summary>Telephone numbers.</summary>
public static class Phone
{
    /// <summary>Canonical digits of a mainland mobile number (11, from 13 to 19), a fixed line with area code (10 to 12
    /// digits from 0), or a foreign number with + (7 to 15 digits after it). Null when it is none of these.</summary>
    public static string? Read(string text)
    {
        var n = new string([.. Typed.Compact(text).Where(c => c is not ('-' or '(' or ')' or '（' or '）'))]);
        if (n.StartsWith("+86", StringComparison.Ordinal))
            n = n[3..];
        else if (n.StartsWith("0086", StringComparison.Ordinal))
            n = n[4..];
        if (n.StartsWith('+'))
            return n.Length is >= 8 and <= 16 && n[1..].All(char.IsAsciiDigit) ? n : null;
        if (n.Length == 0 || !n.All(char.IsAsciiDigit))
            return null;
        return
            (n.Length == 11 && n[0] == '1' && n[1] is >= '3' and <= '9') || (n[0] == '0' && n.Length is >= 10 and <= 12)
            ? n
            : null;
    }

    /// <summary>Numbers of people invented for demonstration: whoever has one is shown as invented.</summary>
    /// <param name="number">Canonical digits.</param>
    public static bool OfDemonstration(string number) =>
        number.Length == 11 && number.StartsWith("1990000", StringComparison.Ordinal);
}

/// <summary>Text as people type it.</summary>
public static class Typed
{
    /// <summary>Without spaces (ideographic ones too), full-width forms narrowed, upper case.</summary>
    public static string Compact(string text) =>
        new([
            .. text.Where(c => !char.IsWhiteSpace(c) && c is not '\u200b')
                .Select(c => c is >= '\uff01' and <= '\uff5e' ? (char)(c - 0xfee0) : c)
                .Select(char.ToUpperInvariant),
        ]);

    /// <summary>A name for comparing: no spaces, no dot between the parts of a minority name, upper case.</summary>
    public static string Name(string text) =>
        new([.. Compact(text).Where(c => c is not ('·' or '•' or '・' or '.' or '．' or '‧'))]);
}
