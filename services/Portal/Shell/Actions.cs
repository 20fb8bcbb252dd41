namespace Mediation.Portal.Shell;

/// <summary>What a service says may be done now, and why the rest may not.</summary>
public static class Actions
{
    /// <summary>Action names are words: <c>not-accept</c>, <c>not_accept</c> and <c>notAccept</c> are the same.</summary>
    public static string Name(string action)
    {
        var parts = action.Split('-', '_');
        return Codes.Camel(parts[0])
            + string.Concat(parts.Skip(1).Where(p => p.Length > 0).Select(p => char.ToUpperInvariant(p[0]) + p[1..]));
    }

    public static ActionState? Of(this IReadOnlyList<ActionState> actions, string name) =>
        actions.FirstOrDefault(a => string.Equals(Name(a.Action), name, StringComparison.Ordinal));

    public static bool Allows(this IReadOnlyList<ActionState> actions, string name) =>
        actions.Of(name) is { Allowed: true };

    /// <summary>The reason in words; the code itself where this Portal does not know it yet.</summary>
    public static string Reason(this Texts texts, ActionState action) =>
        texts.Reason(action.RefusalCode, action.Arguments);

    public static string Reason(this Texts texts, string? code, IReadOnlyList<string>? arguments = null)
    {
        if (code is null)
            return texts["reason.unknown"];
        var text = texts.Known($"reason.{code}", code);
        try
        {
            return string.Format(
                System.Globalization.CultureInfo.CurrentCulture,
                text,
                [.. (arguments ?? []).Cast<object>(), "", "", ""]
            );
        }
        catch (FormatException)
        {
            return text;
        }
    }
}
