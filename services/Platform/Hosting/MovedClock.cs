using System.Globalization;

namespace Mediation;

/// <summary>The machine's clock, moved ahead by a fixed span for a training or a trial of what the coming days bring. Every
/// process of an installation is moved alike, or they take each other's access tokens for expired. What was recorded under
/// a moved clock keeps its days.</summary>
public sealed class MovedClock : TimeProvider
{
    private const string Setting = "MEDIATION_CLOCK_AHEAD";
    private readonly TimeSpan ahead;

    private MovedClock(TimeSpan ahead) => this.ahead = ahead;

    /// <summary>The clock that the setting asks for: <c>20.00:00:00</c> is twenty days ahead; none: the machine's own.</summary>
    /// <exception cref="InvalidOperationException">The setting is no span of time, or goes back.</exception>
    public static TimeProvider Of(Microsoft.Extensions.Configuration.IConfiguration configuration) =>
        configuration[Setting] switch
        {
            null or "" => System,
            { } text
                when TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var span) && span >= TimeSpan.Zero =>
                new MovedClock(span),
            _ => throw new InvalidOperationException($"{Setting} is no span of time, such as 20.00:00:00."),
        };

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + ahead;
}
