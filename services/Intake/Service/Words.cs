using Mediation.Hosting;

namespace Mediation.Intake.Service;

/// <summary>The coded words of the domain and of the published language have the same names (a test holds them
/// together); a word is carried over by its name, never by its number.</summary>
internal static class Words
{
    /// <exception cref="Problem">400 <c>code_unknown</c>: a number was sent in the place of a word.</exception>
    public static TWord As<TWord>(this Enum word)
        where TWord : struct, Enum =>
        Enum.TryParse<TWord>(word.ToString(), out var same) && Enum.IsDefined(same)
            ? same
            : throw Problem.Invalid(typeof(TWord).Name, "code_unknown");
}
