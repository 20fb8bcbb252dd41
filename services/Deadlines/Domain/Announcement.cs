using System.Collections.Immutable;

namespace Mediation.Deadlines.Domain;

public interface ICalendarEvent
{
    CalendarYear Year { get; }

    /// <summary>Version of the calendar from this on.</summary>
    int Version { get; }

    /// <summary>Version of the calendar that stood with the product then.</summary>
    int Standard { get; }
}

/// <summary>A year whose notice was not known.</summary>
public sealed record YearAnnounced(CalendarYear Year, int Version, int Standard) : ICalendarEvent;

/// <summary>A year announced before, as it should have read or as a later notice has it. What stood there stays in the
/// history.</summary>
public sealed record YearCorrected(CalendarYear Year, int Version, int Standard) : ICalendarEvent;

/// <summary>What was announced beyond the calendar that stands with the product.</summary>
public abstract record Announcements
{
    private Announcements() { }

    public sealed record None : Announcements;

    /// <param name="Years">As announced last.</param>
    /// <param name="Last">The latest announcement.</param>
    public sealed record Some(ImmutableSortedDictionary<int, CalendarYear> Years, ICalendarEvent Last) : Announcements;

    public static Announcements Initial { get; } = new None();

    public static Announcements Evolve(Announcements state, ICalendarEvent e) =>
        e is YearAnnounced or YearCorrected
            ? new Some(
                (state is Some some ? some.Years : ImmutableSortedDictionary<int, CalendarYear>.Empty).SetItem(
                    e.Year.Year,
                    e.Year
                ),
                e
            )
            : throw new InvalidOperationException($"{e.GetType().Name} is not an event of the calendar.");

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
