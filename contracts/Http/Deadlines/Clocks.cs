using Mediation.Contracts.Deadlines;

namespace Mediation.Contracts.Http.Deadlines;

/// <summary><c>GET /cases/{id}/clocks</c>: every clock of a case, those that run first, by day. The id is that of the
/// dispute, or of the request while it is not accepted.</summary>
/// <param name="Known">False while nothing of the case has arrived here.</param>
/// <param name="Responsible">Account that answers for the case; null: the unit's head does.</param>
public sealed record CaseClocks(
    Guid CaseId,
    bool Known,
    string? CaseNumber,
    string? Unit,
    Guid? Responsible,
    IReadOnlyList<ClockView> Clocks
);

/// <summary>A clock as lists and pages show it.</summary>
/// <param name="Rule">Id in the statute book; <paramref name="Zh"/> and <paramref name="En"/> are its names.</param>
/// <param name="Of">What it runs for; equal to <paramref name="CaseId"/> where it runs for the case as a whole.</param>
/// <param name="From">Legal day of the trigger.</param>
/// <param name="EnteredOn">Legal day on which the trigger was recorded.</param>
/// <param name="Due">Last day; null while suspended.</param>
/// <param name="Provisional">暂定: it rests on a year whose notice is not known.</param>
/// <param name="Watch">End of the shorter period that runs beside it, where the rule has one.</param>
/// <param name="CalendarDaysLeft">Days from today to the last day; negative after it; null where none runs.</param>
/// <param name="WorkingDaysLeft">Working days from tomorrow to the last day; negative after it.</param>
/// <param name="EndedOn">Legal day of the fact that ended or answered it.</param>
/// <param name="FoundOn">Day on which it was found that the last day had passed.</param>
/// <param name="ExtendedBy">Units of the period added.</param>
/// <param name="Verified">False: 未核实, no text was found for its length, and nobody signed it off.</param>
public sealed record ClockView(
    Guid Id,
    Guid CaseId,
    Guid? RequestId,
    string? CaseNumber,
    string Unit,
    Guid? Responsible,
    string Rule,
    string Zh,
    string En,
    RuleType Type,
    Guid Of,
    Guid? PartyId,
    ClockStanding Standing,
    DateOnly From,
    DateOnly EnteredOn,
    DateOnly? Due,
    bool Provisional,
    DateOnly? Watch,
    int? CalendarDaysLeft,
    int? WorkingDaysLeft,
    DateOnly? EndedOn,
    DateOnly? FoundOn,
    int ExtendedBy,
    bool Verified,
    long Version
);

/// <summary><c>GET /clocks/{id}</c>: a clock with how its date came about and what happened to it.</summary>
/// <param name="Counting">The counting of the date that stands; null while suspended.</param>
/// <param name="Alike">Clocks of the same rule and case that stand on the same day, such as of other workers of a
/// group; what is decided for one is offered for all.</param>
/// <param name="Recordable">Facts that nobody tells by message and that a person may record here.</param>
/// <param name="ExtensionCap">Units that may be added at most; null where the statute sets no cap.</param>
/// <param name="ExtensionBy"><c>bothParties</c> or <c>approval</c>; null where the statute knows no extension.</param>
public sealed record ClockDetails(
    ClockView Clock,
    RuleText Rule,
    Counted? Counting,
    IReadOnlyList<ClockHistoryLine> History,
    IReadOnlyList<ClockView> Alike,
    IReadOnlyList<RecordableFact> Recordable,
    string? ExtensionBy,
    int? ExtensionCap,
    IReadOnlyList<ActionState> Actions
);

/// <summary>What a page says of the rule beside a date.</summary>
/// <param name="Version">First day of the version by which the clock runs.</param>
/// <param name="Article">Statutes and articles in words.</param>
/// <param name="MissedZh">What follows if it is missed.</param>
public sealed record RuleText(
    string Id,
    string Zh,
    string En,
    RuleType Type,
    string Bound,
    string Article,
    string MissedZh,
    string MissedEn,
    DateOnly Version,
    bool Verified
);

/// <summary>A date and how it came about, day by day.</summary>
/// <param name="Unit">What was counted: <c>calendarDay</c>, <c>workingDay</c>, <c>month</c>, <c>year</c>.</param>
/// <param name="Calendar">Version of the calendar it was counted on.</param>
public sealed record Counted(
    DateOnly From,
    DateOnly DayZero,
    DateOnly Due,
    string Unit,
    bool Provisional,
    int Calendar,
    string Article,
    IReadOnlyList<CountedDay> Steps
);

/// <param name="Kind">Code of what was done with the day, such as <c>counted</c>, <c>skippedHoliday</c>.</param>
/// <param name="Count">Its place in the count; null where it did not count.</param>
/// <param name="Text">The sentence in the caller's language.</param>
/// <param name="Announced">False where it is assumed, because the year's notice is not known.</param>
public sealed record CountedDay(string Kind, DateOnly Day, int? Count, string Text, bool Announced);

/// <summary>One line of a clock's history.</summary>
/// <param name="Event">Code of what happened, such as <c>clock_armed</c>.</param>
/// <param name="On">Legal day on which it happened; with <paramref name="EnteredOn"/> it shows what was entered late.</param>
/// <param name="Due">Last day after it.</param>
/// <param name="Account">Who recorded it; null where a message or the passing of time did.</param>
/// <param name="DaysLate">Days between the end and the day on which it was found, or between fact and entry.</param>
/// <param name="Document">Content id of the paper it rests on.</param>
public sealed record ClockHistoryLine(
    string Event,
    DateTimeOffset RecordedAt,
    Guid? Account,
    DateOnly? On,
    DateOnly? EnteredOn,
    DateOnly? Due,
    int? By,
    int? DaysLate,
    Guid? Document
);

/// <summary>A fact that a person may record on a clock, because no message tells it yet.</summary>
/// <param name="Fact">Code as in the statute book, such as <c>reviewAccepted</c>.</param>
/// <param name="Effect"><c>stops</c>, <c>voids</c>, <c>restarts</c> or <c>takesStopBack</c>.</param>
public sealed record RecordableFact(string Fact, string Effect);

/// <summary>A clock at the version that the person saw.</summary>
public sealed record ClockAt(Guid ClockId, long Version);

/// <summary><c>POST /cases/{id}/clocks/extend</c>: periods of one case are lengthened together, all or none. A rule that
/// needs both parties needs the day on which each agreed, and the paper both signed; one that needs an approval needs the
/// day of the approval and its paper. The paper is uploaded first (<c>POST /cases/{id}/files</c>).</summary>
/// <param name="By">Units of the period, at least 1.</param>
/// <param name="Document">Content id of the paper.</param>
public sealed record ExtendClocks(
    IReadOnlyList<ClockAt> Clocks,
    int By,
    DateOnly? WorkerConsentedOn,
    DateOnly? EmployerConsentedOn,
    DateOnly? ApprovedOn,
    Guid Document
);

/// <summary><c>POST /clocks/{id}/suspend</c> with If-Match.</summary>
/// <param name="From">First day that does not count.</param>
/// <param name="To">Last day that does not count, where it is known already.</param>
public sealed record SuspendPeriod(SuspensionCause Cause, DateOnly From, DateOnly? To);

public enum SuspensionCause
{
    ForceMajeure,
    NoStatutoryAgent,
    Stay,
    PublicNotice,
    Supplement,
    Other,
}

/// <summary><c>POST /clocks/{id}/resume</c> with If-Match.</summary>
/// <param name="To">Last day that does not count.</param>
public sealed record ResumePeriod(DateOnly To);

/// <summary><c>POST /clocks/{id}/record</c> with If-Match: what happened outside and no message tells.</summary>
/// <param name="Fact">One of <see cref="ClockDetails.Recordable"/>.</param>
/// <param name="On">Legal day on which it happened; today or earlier.</param>
/// <param name="Document">Content id of the paper that shows it, where there is one.</param>
public sealed record RecordClockFact(string Fact, DateOnly On, Guid? Document);
