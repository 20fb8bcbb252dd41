namespace Mediation.Intake;

/// <summary>What is shown instead of personal data until it is revealed. Enough to recognise somebody who stands at
/// the desk, not enough to learn it.</summary>
public static class Masking
{
    /// <summary>Surname and a star for each further character: 张*, 欧阳**; Latin names keep their first letter.</summary>
    public static string Name(string name)
    {
        var trimmed = name.Trim();
        if (trimmed.Length == 0)
            return "";
        var shown = trimmed.Length > 2 && Surnames.Double.Contains(trimmed[..2]) ? 2 : 1;
        if (char.IsHighSurrogate(trimmed[0]) && trimmed.Length > 1)
            shown = 2;
        return trimmed[..shown] + new string('*', Math.Clamp(trimmed.Length - shown, 1, 4));
    }

    /// <summary>First three and last four digits of a mobile number, the last two of shorter ones.</summary>
    public static string Phone(string phone) =>
        phone.Length >= 11 ? $"{phone[..3]}****{phone[^4..]}" : $"****{phone[^Math.Min(2, phone.Length)..]}";

    /// <summary>First character of the mailbox, and the host.</summary>
    public static string Email(string address) =>
        address.IndexOf('@', StringComparison.Ordinal) is > 0 and var at ? $"{address[0]}****{address[at..]}" : "****";

    /// <summary>Region's first two digits and the last two characters: sex is not legible from it.</summary>
    public static string IdNumber(string number) =>
        number.Length >= 8 ? $"{number[..2]}{new string('*', number.Length - 4)}{number[^2..]}" : "****";

    /// <summary>Last four digits.</summary>
    public static string Account(string account) => account.Length > 8 ? $"****{account[^4..]}" : "****";

    /// <summary>Up to and including the district; the rest is hidden. Without one nothing is shown.</summary>
    public static string Address(string address)
    {
        var end = address.IndexOfAny(['区', '县']);
        return end is > 0 and < 12 ? address[..(end + 1)] + "****" : "****";
    }

    /// <summary>Hidden whole, whatever it is.</summary>
    public static string Whole(string value) => value.Length == 0 ? "" : "****";
}

/// <summary>Surnames of two characters.</summary>
internal static class Surnames
{
    public static readonly HashSet<string> Double =
    [
        "欧阳",
        "司马",
        "上官",
        "诸葛",
        "东方",
        "皇甫",
        "尉迟",
        "公孙",
        "慕容",
        "令狐",
        "宇文",
        "长孙",
        "司徒",
        "司空",
        "夏侯",
        "端木",
        "独孤",
        "南宫",
        "东郭",
        "西门",
        "万俟",
        "澹台",
        "呼延",
        "轩辕",
        "闻人",
        "申屠",
        "太史",
        "公羊",
        "钟离",
        "百里",
    ];
}
