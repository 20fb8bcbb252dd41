using System.Globalization;

namespace Mediation.Intake;

/// <summary>Pinyin initials of Chinese names, for searching 张三 by zs. There is no pinyin table among our packages, so
/// the initial is found by ICU's collation of zh-CN, which sorts by pinyin: each letter begins at a known character,
/// and a character belongs to the last letter whose first character is not after it. ICU gives one reading per
/// character; surnames that are read differently (单 曾 仇 解 查 …) stand in a small table, and a name whose first
/// character has two readings is found under both. Given names keep ICU's one reading: a rare reading there is missed,
/// and the name is still found whole or by pairs of characters.</summary>
public static class PinyinInitials
{
    private static readonly CompareInfo Pinyin = CompareInfo.GetCompareInfo("zh-CN");

    // First characters of each letter in pinyin order; what sorts before B is A, and I, U and V begin no syllable.
    private static readonly (char Letter, string First)[] Boundaries =
    [
        ('B', "八"),
        ('C', "嚓"),
        ('D', "咑"),
        ('E', "妸"),
        ('F', "发"),
        ('G', "旮"),
        ('H', "哈"),
        ('J', "丌"),
        ('K', "咔"),
        ('L', "垃"),
        ('M', "妈"),
        ('N', "拏"),
        ('O', "噢"),
        ('P', "妑"),
        ('Q', "七"),
        ('R', "呥"),
        ('S', "仨"),
        ('T', "他"),
        ('W', "屲"),
        ('X', "夕"),
        ('Y', "丫"),
        ('Z', "帀"),
    ];

    // Readings as a surname; where officers type the everyday reading as well, both are kept.
    private static readonly Dictionary<char, string> AsSurname = new()
    {
        ['单'] = "SD",
        ['曾'] = "ZC",
        ['仇'] = "QC",
        ['解'] = "XJ",
        ['查'] = "ZC",
        ['区'] = "OQ",
        ['任'] = "R",
        ['尉'] = "YW",
        ['乐'] = "YL",
        ['朴'] = "P",
        ['盖'] = "G",
        ['覃'] = "QT",
        ['谌'] = "CS",
        ['缪'] = "M",
        ['种'] = "CZ",
        ['召'] = "SZ",
        ['秘'] = "BM",
        ['繁'] = "PF",
        ['员'] = "Y",
        ['洗'] = "XS",
        ['折'] = "SZ",
        ['黑'] = "H",
        ['翟'] = "ZD",
        ['褚'] = "CZ",
        ['重'] = "CZ",
        ['隗'] = "KW",
        ['牟'] = "M",
        ['厘'] = "XL",
        ['粘'] = "NZ",
        ['万'] = "WM",
        ['宿'] = "SX",
        ['薄'] = "B",
        ['柏'] = "B",
        ['卜'] = "B",
        ['石'] = "S",
        ['长'] = "ZC",
        ['沈'] = "S",
        ['盛'] = "SC",
        ['车'] = "C",
        ['葛'] = "G",
        ['贾'] = "J",
        ['纪'] = "J",
        ['阚'] = "K",
        ['呙'] = "GW",
        ['逄'] = "P",
        ['冼'] = "X",
        ['佘'] = "S",
        ['晁'] = "C",
        ['郗'] = "XC",
        ['郇'] = "XH",
    };

    /// <summary>Initials of a name, upper case; more than one when its first character is read in more than one way.
    /// Characters that are neither Chinese nor letters are left out; an empty list when nothing is left.</summary>
    public static IReadOnlyList<string> Of(string name)
    {
        var text = Typed.Name(name);
        if (text.Length == 0)
            return [];
        var first = Readings(text[0]);
        var rest = string.Concat(text.Skip(1).Select(Initial).Where(c => c is not null));
        return first.Length == 0 ? (rest.Length == 0 ? [] : [rest]) : [.. first.Select(f => f + rest)];
    }

    private static string Readings(char c) =>
        AsSurname.TryGetValue(c, out var readings) ? readings
        : Initial(c) is { } one ? one.ToString()
        : "";

    private static char? Initial(char c)
    {
        if (char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c))
            return c;
        if (c is < '\u3400' or > '\u9fff')
            return null;
        var text = c.ToString();
        var found = 'A';
        foreach (var (letter, boundary) in Boundaries)
            if (Pinyin.Compare(text, boundary, CompareOptions.None) >= 0)
                found = letter;
            else
                break;
        return found;
    }
}
