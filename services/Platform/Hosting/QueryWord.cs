namespace Mediation.Hosting;

/// <summary>Words in the query of an address.</summary>
public static class QueryWord
{
    /// <summary>A word spelt as in JSON, in any case; the framework would want it spelt as in the source, and would take
    /// its number.</summary>
    /// <returns>Null where nothing was asked for.</returns>
    /// <exception cref="Problem">400 <c>unknown_word</c> at the field.</exception>
    public static TWord? Of<TWord>(string? text, string field)
        where TWord : struct, Enum
    {
        if (string.IsNullOrEmpty(text))
            return null;
        foreach (var word in Enum.GetValues<TWord>())
            if (string.Equals(word.ToString(), text, StringComparison.OrdinalIgnoreCase))
                return word;
        throw Problem.Invalid(field, "unknown_word");
    }
}
