namespace Mediation.Deadlines.Domain;

public interface ICalendarCommand;

/// <param name="Standard">The calendar that stands with the product.</param>
public sealed record AnnounceYear(CalendarYear Year, LegalCalendar Standard) : ICalendarCommand;

public static class AnnouncementRefusals
{
    /// <summary>Arguments: first and last year of the calendar.</summary>
    public const string OutOfRange = "calendar_year_out_of_range";

    /// <summary>What is announced has a number or an address.</summary>
    public const string WithoutNotice = "calendar_without_notice";

    /// <summary>No notice leaves a year without days off: something was forgotten.</summary>
    public const string Empty = "calendar_year_empty";
}

public static class AnnouncementDecider
{
    /// <exception cref="Refused">A code of <see cref="AnnouncementRefusals"/> or <see cref="CalendarFault"/>, the latter
    /// with the day.</exception>
    public static IReadOnlyList<ICalendarEvent> Decide(Announcements state, ICalendarCommand command)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (command is not AnnounceYear { Year: var year, Standard: var standard })
            throw new InvalidOperationException($"{command.GetType().Name} is not a command of the calendar.");
        var (first, last) = LegalCalendar.Range;
        if (year.Year < first.Year || year.Year > last.Year)
            throw new Refused(AnnouncementRefusals.OutOfRange, first.Year, last.Year);
        if (!year.Announced)
            throw new Refused(AnnouncementRefusals.WithoutNotice);
        if (year.Holidays.IsEmpty)
            throw new Refused(AnnouncementRefusals.Empty);
        if (year.Faults().FirstOrDefault() is { } fault)
            throw new Refused(fault.Code, fault.Day);
        var calendar = state.Over(standard);
        var (version, known) = (calendar.Version + 1, calendar.Years.FirstOrDefault(y => y.Year == year.Year));
        return known?.SameAs(year) == true ? []
            : known is { Announced: true } ? [new YearCorrected(year, version, standard.Version)]
            : [new YearAnnounced(year, version, standard.Version)];
    }
}
