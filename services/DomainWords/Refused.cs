namespace Mediation;

/// <summary>The one exception of a domain: the command is understood and not allowed in this state. The code is
/// stable and has a text in every language; the arguments fill that text and never hold personal data or anything
/// a person typed.</summary>
public sealed class Refused(string code, params IReadOnlyList<object> arguments) : Exception(code)
{
    public string Code { get; } = code;

    public IReadOnlyList<object> Arguments { get; } = arguments;
}
