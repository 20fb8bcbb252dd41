using System.Globalization;
using System.Resources;
using System.Text.Json;
using Mediation.Deadlines.Domain;

namespace Mediation.Deadlines.Service;

/// <summary>A date, its rule and its counting in words.</summary>
internal static class Explanation
{
    public static readonly ResourceManager Texts = new(
        "Mediation.Deadlines.Service.Texts",
        typeof(Explanation).Assembly
    );

    /// <summary>Law and calendar are Chinese; so is what is said of them where nobody asks in another language.</summary>
    public static readonly CultureInfo Chinese = CultureInfo.GetCultureInfo("zh-CN");

    /// <summary>What was done with a day.</summary>
    public static string Sentence(CountingStep step, CultureInfo culture)
    {
        var sentence = Text($"step_{Code(step.Kind)}", culture, step.Count ?? 0, step.Name ?? "");
        return step.Announced ? sentence : sentence + Text("step_not_announced", culture);
    }

    public static string Weekday(DateOnly day, CultureInfo culture) =>
        culture.DateTimeFormat.GetAbbreviatedDayName(day.DayOfWeek);

    /// <summary>Where the rule stands written, one source after the other.</summary>
    public static string Article(Rule rule) =>
        string.Join(
            '；',
            from basis in rule.Basis
            group basis.Article by basis.Statute into statute
            select Title(statute.Key) + string.Join('、', statute.Select(Number))
        );

    public static string Refusal(Refused refused, CultureInfo culture) =>
        Text(refused.Code, culture, [.. refused.Arguments]);

    public static string Text(string key, CultureInfo culture, params object[] arguments) =>
        Texts.GetString(key, culture) is { } text
            ? string.Format(culture, text, arguments)
            : throw new MissingManifestResourceException($"No text for '{key}'.");

    /// <summary>A word of the domain as it stands in JSON and in the names of texts.</summary>
    public static string Code(Enum word) => JsonNamingPolicy.CamelCase.ConvertName(word.ToString());

    // A document that has only a number is no title.
    private static string Title(string statute) => statute.EndsWith('号') ? statute : $"《{statute}》";

    // "22" is 第22条, "27（4）" 第27条（4）; numbers in words and points of a notice stand as they are.
    private static string Number(string article)
    {
        var digits = article.TakeWhile(char.IsAsciiDigit).Count();
        return digits == 0 ? article : $"第{article[..digits]}条{article[digits..]}";
    }
}
