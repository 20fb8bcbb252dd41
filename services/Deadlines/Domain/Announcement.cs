using System.Collections.Immutable;

namespace Mediation.Deadlines.Domain;

public interface ICalendarEvent;

/// <summary>A year of the calendar as its notice has it; what was announced of it before is replaced and stays in the
/// history.</summary>
/// <param name="Version">Version of the calendar from this on.</param>
/// <param name="Standard">Version of the calendar that stood with the product then.</param>
public sealed record YearAnnounced(CalendarYear Year, int Version, int Standard) : ICalendarEvent;

/// <summary>What was announced beyond the calendar that stands with the product.</summary>
public abstract record Announcements
{
    private Announcements() { }

    public sealed record None : Announcements;

    /// <param name="Years">As announced last.</param>
    /// <param name="Last">The latest announcement.</param>
    public sealed record Some(ImmutableSortedDictionary<int, CalendarYear> Years, YearAnnounced Last) : Announcements;

    public static Announcements Initial { get; } = new None();

    public static Announcements Evolve(Announcements state, ICalendarEvent e) =>
        (state, e) switch
        {
            (None, YearAnnounced a) => new Some(
                ImmutableSortedDictionary.Create<int, CalendarYear>().SetItem(a.Year.Year, a.Year),
                a
            ),
            (Some s, YearAnnounced a) => new Some(s.Years.SetItem(a.Year.Year, a.Year), a),
            _ => throw new InvalidOperationException($"{e.GetType().Name} is not an event of the calendar."),
        };

    /// <summary>The calendar to count on. An announcement outweighs what stands with the product, also with a later one;
    /// and a later product makes a new version, however many announcements there were.</summary>
    public LegalCalendar Over(LegalCalendar standard)
    {
        ArgumentNullException.ThrowIfNull(standard);
        return this is Some some
            ? new(
                some.Last.Version + standard.Version - some.Last.Standard,
                standard.Years.Where(y => !some.Years.ContainsKey(y.Year)).Concat(some.Years.Values)
            )
            : standard;
    }
}

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
        return calendar.Years.FirstOrDefault(y => y.Year == year.Year)?.SameAs(year) == true
            ? []
            : [new YearAnnounced(year, calendar.Version + 1, standard.Version)];
    }
}
