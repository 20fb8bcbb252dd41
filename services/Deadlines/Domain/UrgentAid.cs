namespace Mediation.Deadlines.Domain;

/// <summary>Whether legal aid is given before the papers are complete (法律援助法 44).</summary>
public static class UrgentAid
{
    /// <summary>Fewer days than these left to the end of a limitation or another period of a party.</summary>
    public const int Days = 7;

    /// <summary>A right of a party that still runs is about to end. What stands still is not, and what has ended is past
    /// saving by haste.</summary>
    public static bool IsDue(Clock clock, DateOnly today) =>
        clock is Clock.Running { Armed.Type: RuleType.Right } running
        && running.Computed.Due >= today
        && running.Computed.Due.DayNumber - today.DayNumber < Days;
}
