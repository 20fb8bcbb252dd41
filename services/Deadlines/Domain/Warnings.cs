using System.Collections.Immutable;

namespace Mediation.Deadlines.Domain;

/// <summary>Somebody to be warned of a clock.</summary>
/// <param name="Person">Account of the responsible person, of her substitute or of her head.</param>
public sealed record Warning(Guid Person, Guid ClockId, int Stage, DateOnly Due);

/// <summary>All that one person is warned of on one day, the most pressing first.</summary>
public sealed record WarningLetter(Guid Person, DateOnly On, ImmutableArray<Warning> Warnings);

/// <summary>When a clock warns, and how warnings of many clocks become one letter per person and day.</summary>
public static class Warnings
{
    /// <summary>A period with at most so many working days warns once, on the working day before its last.</summary>
    public const int ShortPeriod = 3;

    /// <summary>Half time, two and one working days before the last day. Courts are watched and gates only open: nobody is
    /// warned of them.</summary>
    /// <param name="beginning">The day from which the period is known to run; warnings lie after it.</param>
    public static ImmutableArray<DateOnly> Schedule(
        RuleType type,
        DateOnly beginning,
        DateOnly due,
        LegalCalendar calendar
    )
    {
        if (type is RuleType.External or RuleType.Gate || due <= beginning)
            return [];
        var one = WorkingDayBefore(due, calendar);
        if (calendar.WorkingDaysBetween(beginning, due) <= ShortPeriod)
            return one > beginning ? [one] : [];
        var half = beginning.AddDays((due.DayNumber - beginning.DayNumber) / 2);
        var two = WorkingDayBefore(one, calendar);
        return [.. new[] { half, two, one }.Where(day => day > beginning).Distinct().Order()];
    }

    /// <summary>One letter per person. Who had hers today gets the rest with tomorrow's; a clock is in it once, with its
    /// last stage.</summary>
    /// <param name="had">Persons who have had their letter of this day.</param>
    public static ImmutableArray<WarningLetter> Fold(
        DateOnly today,
        IEnumerable<Warning> warnings,
        IReadOnlySet<Guid> had
    ) =>
        [
            .. from warning in warnings
            where !had.Contains(warning.Person)
            group warning by warning.Person into person
            orderby person.Key
            select new WarningLetter(
                person.Key,
                today,
                [
                    .. from warning in person
                    group warning by warning.ClockId into clock
                    let last = clock.MaxBy(w => w.Stage)!
                    orderby last.Due, last.ClockId
                    select last,
                ]
            ),
        ];

    private static DateOnly WorkingDayBefore(DateOnly day, LegalCalendar calendar)
    {
        do day = day.AddDays(-1);
        while (!calendar.IsWorking(day));
        return day;
    }
}
