using Mediation.Deadlines.Domain;

namespace Mediation.Deadlines.Specs;

/// <summary>What the specifications speak of.</summary>
internal static class Facts
{
    public static readonly LegalCalendar Calendar = StatuteBook.StandardCalendar;
    public static readonly DateOnly Start = new(2026, 11, 2);
    public static readonly DateOnly Due = new(2026, 11, 17);
    public static readonly Guid ClockId = Id(1000);
    public static readonly Rule MedRun = StatuteBook.Standard.On("MED_RUN", Start);
    public static readonly Rule Limitation = StatuteBook.Standard.On("ARB_LIMIT", Start);

    public static readonly ClockSuspended Stay = new(
        Id(4),
        SuspensionCause.ForceMajeure,
        Start.AddDays(2),
        Start.AddDays(2)
    );

    public static Guid Id(int number) => new(number, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0]);

    public static PeriodFacts At(DateOnly from) => new(from);

    public static Computed Dates(Rule rule, PeriodFacts facts) => ClockDecider.Compute(rule, facts, null, Calendar);

    public static ArmClock Arm(Rule? rule = null) =>
        new(
            ClockId,
            rule ?? MedRun,
            new(Id(11), Id(12), null),
            "110105",
            null,
            Id(1),
            Start,
            null,
            Start,
            Calendar
        );

    public static ClockArmed Armed(Rule? rule = null)
    {
        var by = rule ?? MedRun;
        return new(
            ClockId,
            by.Id,
            by.ValidFrom,
            by.Type,
            new(Id(11), Id(12), null),
            "110105",
            null,
            Id(1),
            Start,
            null,
            Start,
            Dates(by, At(Start))
        );
    }

    public static StopClock Done(DateOnly on) => new(ClockId, Id(2), StopCause.Done, on, on);
}
