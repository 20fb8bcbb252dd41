using Mediation.Contracts.Deadlines;

namespace Mediation.Contracts.Http.Deadlines;

/// <summary>Bands of the overview (时限总览), by calendar days from today. Every open clock is in exactly one.</summary>
public enum Band
{
    /// <summary>Its last day is over, and nothing has answered that yet.</summary>
    Overdue,
    Today,

    /// <summary>Tomorrow to the third day.</summary>
    Within3,

    /// <summary>The fourth to the seventh day.</summary>
    Within7,
    Later,
    Suspended,
}

/// <summary>Open clocks per band.</summary>
public sealed record BandCounts(int Overdue, int Today, int Within3, int Within7, int Later, int Suspended);

/// <summary><c>GET /overview?unit=CODE&amp;type=duty</c>: open clocks of a unit and all below it, by the units right below
/// it and by responsible person. Without <c>unit</c>: the highest unit of the caller.</summary>
/// <param name="Type">Only rules of this type; null: duties and rights.</param>
/// <param name="Persons">Of this unit itself and everything below, the most pressing first, at most 200.</param>
/// <param name="CountedAt">When the counters were written last.</param>
public sealed record DeadlineOverview(
    string Unit,
    DateOnly Today,
    RuleType? Type,
    BandCounts Total,
    IReadOnlyList<UnitBands> Units,
    IReadOnlyList<PersonBands> Persons,
    DateTimeOffset? CountedAt
);

/// <param name="Own">What the unit handles itself, without those below it (本级).</param>
public sealed record UnitBands(string Unit, bool Own, BandCounts Counts);

/// <param name="Account">Null: nobody is appointed, the head answers.</param>
public sealed record PersonBands(Guid? Account, BandCounts Counts);

/// <summary><c>GET /clocks?unit=&amp;own=&amp;person=&amp;nobody=&amp;band=&amp;type=&amp;rule=&amp;standing=&amp;due=&amp;page=&amp;size=</c>: a page of
/// clocks, the nearest day first; <c>/clocks.xlsx</c> with the same filters. <c>band</c> shows open clocks only.</summary>
public sealed record ClockListQuery(
    string? Unit,
    bool Own,
    Guid? Person,
    bool Nobody,
    Band? Band,
    RuleType? Type,
    string? Rule,
    ClockStanding? Standing,
    DateOnly? Due
);

/// <summary><c>GET /month?unit=&amp;person=&amp;month=2026-11</c>: every day of a month with the open clocks that end on it.</summary>
public sealed record DeadlineMonth(string Unit, string Month, DateOnly Today, IReadOnlyList<MonthDay> Days);

/// <param name="Kind"><c>workday</c>, <c>makeUpWorkday</c>, <c>weekend</c> or <c>holiday</c>.</param>
/// <param name="Holiday">Name of the holiday that touches the day.</param>
/// <param name="Announced">False in a year whose notice is not known.</param>
/// <param name="Rules">Open clocks by rule id.</param>
public sealed record MonthDay(
    DateOnly Day,
    string Kind,
    string? Holiday,
    bool Announced,
    int Clocks,
    IReadOnlyDictionary<string, int> Rules
);

/// <summary><c>GET /me/letters?page=</c>: reminders (提醒), one letter per person and day, the newest first.</summary>
public sealed record LetterView(Guid Id, DateOnly On, DateTimeOffset? ReadAt, IReadOnlyList<LetterLine> Lines);

/// <param name="Clock">As it stands now, which may be later than the letter.</param>
/// <param name="Due">Last day as the letter said it.</param>
/// <param name="AsHead">Sent to her as head of the responsible person.</param>
public sealed record LetterLine(ClockView Clock, DateOnly Due, bool AsHead);

/// <summary><c>GET /me/letters/unread</c>.</summary>
public sealed record UnreadLetters(int Count);

/// <summary><c>GET /me/feed</c>: her calendar feed. The address is shown once, when it is made.</summary>
public sealed record FeedState(bool Exists, DateTimeOffset? CreatedAt, DateTimeOffset? ReadAt);

/// <summary><c>POST /me/feed</c>: a new address; an earlier one ends with it. <c>POST /me/feed/revoke</c> ends it.
/// <c>GET /feeds/{token}.ics</c> answers the calendar to whoever has the address: case number and action only.</summary>
public sealed record FeedCreated(string Token);

/// <summary><c>GET /sweeps</c>: whether the days of clocks are seen.</summary>
/// <param name="Waiting">Clocks whose day has come and which have not acted yet.</param>
/// <param name="Since">The earliest of those days; null: nothing waits.</param>
/// <param name="Runs">The last runs that found something, the newest first.</param>
public sealed record SweepStatus(int Waiting, DateOnly? Since, IReadOnlyList<SweepRun> Runs);

/// <param name="Clocks">How many acted: warned, ended or were found overdue.</param>
/// <param name="DaysLate">Days between the day of the latest of them and the run; 0: all acted on their day, or as soon as
/// they were entered.</param>
public sealed record SweepRun(DateTimeOffset At, int Clocks, int DaysLate);
