namespace Mediation.Kit;

/// <summary>A clock that stands until the test moves it. Timers are real: only what is asked for the time sees it.</summary>
public sealed class ManualClock(DateTimeOffset now) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = now;

    public override DateTimeOffset GetUtcNow() => Now;
}
