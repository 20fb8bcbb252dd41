using System.Globalization;
using System.Resources;

namespace Mediation.Portal.Shell;

/// <summary>The words of the pages in the language of the request: Chinese, or English where chosen. Every file in
/// <c>Resources</c> is a catalogue, so that each area keeps its own; keys are unique over all of them.</summary>
public sealed class Texts(ILogger<Texts> log)
{
    private static readonly ResourceManager[] Catalogues =
    [
        .. typeof(Texts)
            .Assembly.GetManifestResourceNames()
            .Where(n => n.EndsWith(".resources", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(n => new ResourceManager(n[..^".resources".Length], typeof(Texts).Assembly)),
    ];

    /// <summary>Text of a key. A key without a text shows itself and is logged: a page with one ugly word is better
    /// than no page; the test of the catalogues keeps it from happening.</summary>
    public string this[string key]
    {
        get
        {
            if (Find(key) is { } text)
                return text;
            log.LogError("No text for key {Key} in {Culture}", key, CultureInfo.CurrentUICulture.Name);
            return key;
        }
    }

    public string this[string key, params object?[] arguments] =>
        string.Format(CultureInfo.CurrentCulture, this[key], arguments);

    /// <summary>Text of a coded value: <c>channel.walkIn</c> for <c>Code("channel", Channel.WalkIn)</c>.</summary>
    public string Code<TEnum>(string family, TEnum value)
        where TEnum : struct, Enum => this[$"{family}.{Codes.Of(value)}"];

    /// <summary>Text of a code another service sent, or the fallback where this Portal does not know it yet (the
    /// service may be newer).</summary>
    public string Known(string key, string fallback) => Find(key) ?? fallback;

    public bool Has(string key) => Find(key) is not null;

    private static string? Find(string key)
    {
        foreach (var catalogue in Catalogues)
            if (catalogue.GetString(key, CultureInfo.CurrentUICulture) is { } text)
                return text;
        return null;
    }
}

/// <summary>Enum values as they travel in JSON and stand in forms and keys: camelCase.</summary>
public static class Codes
{
    public static string Of<TEnum>(TEnum value)
        where TEnum : struct, Enum => Camel(value.ToString());

    public static TEnum? Parse<TEnum>(string? code)
        where TEnum : struct, Enum =>
        !string.IsNullOrEmpty(code)
        && !char.IsAsciiDigit(code[0])
        && Enum.TryParse<TEnum>(code, ignoreCase: true, out var value)
        && Enum.IsDefined(value)
            ? value
            : null;

    public static string Camel(string name) => name.Length == 0 ? name : char.ToLowerInvariant(name[0]) + name[1..];
}
