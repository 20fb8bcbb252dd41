namespace Mediation.Portal.Pages.Shared;

/// <summary>A step of the breadcrumb; without path it is the page itself.</summary>
public sealed record Crumb(string Text, string? Path = null)
{
    /// <summary>The way to a page of deadlines: by the overview, for those to whom it is open.</summary>
    public static IReadOnlyList<Crumb> OfDeadlines(Texts texts, Reader reader, string text) =>
        Place.For(reader).Any(p => p.Path is "/deadlines")
            ? [new(texts["deadlines.title"], "/deadlines"), new(text)]
            : [new(text)];
}

/// <summary>A choice of a list: the value sent and the words shown.</summary>
public sealed record Option(string Value, string Text, string? Group = null)
{
    /// <summary>All values of a coded list in the reader's language, in the order of the list.</summary>
    public static IReadOnlyList<Option> Of<TEnum>(Texts texts, string family)
        where TEnum : struct, Enum =>
        [.. Enum.GetValues<TEnum>().Select(v => new Option(Codes.Of(v), texts.Code(family, v)))];
}
