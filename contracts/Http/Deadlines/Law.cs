using Mediation.Contracts.Deadlines;

namespace Mediation.Contracts.Http.Deadlines;

/// <summary><c>GET /rules?type=&amp;table=&amp;connected=&amp;on=</c>: the statute book of a day, in the order of its tables;
/// <c>POST /rules/search</c> with <see cref="FindRules"/> the same by what somebody typed, which stands in no
/// address.</summary>
/// <param name="Length">Length in words of the caller's language.</param>
/// <param name="Connected">False: no message arms it yet (未接入), so no case has such a clock.</param>
/// <param name="Verified">False: 未核实.</param>
/// <param name="SignedOffOn">Day on which a lawyer signed the unverified rule off.</param>
public sealed record RuleRow(
    string Id,
    string Table,
    string Zh,
    string En,
    RuleType Type,
    string Bound,
    string Length,
    string Article,
    DateOnly ValidFrom,
    bool Verified,
    DateOnly? SignedOffOn,
    bool Connected,
    bool Parameter
);

/// <param name="Text">Looked for in ids, names, statutes and articles; at most 100 characters, and every word of it must
/// be there.</param>
/// <param name="On">Day whose book is asked for; null: today's.</param>
public sealed record FindRules(string? Text, RuleType? Type, string? Table, bool? Connected, DateOnly? On);

/// <summary><c>GET /rules/{id}</c>, with ETag: a rule with every version.</summary>
/// <param name="Versions">The newest first.</param>
/// <param name="Facts">What begins, ends and moves it, and which message tells it.</param>
/// <param name="Parameters">Lengths that units set for themselves.</param>
/// <param name="OpenClocks">How many run now within the caller's units.</param>
public sealed record RuleView(
    RuleRow Row,
    string MissedZh,
    string MissedEn,
    IReadOnlyList<string> OnlyFor,
    IReadOnlyList<RuleVersion> Versions,
    IReadOnlyList<RuleFact> Facts,
    IReadOnlyList<UnitLength> Parameters,
    int OpenClocks,
    IReadOnlyList<ActionState> Actions,
    long Version
);

/// <param name="Terms">Of several the earliest decides.</param>
/// <param name="Article">The basis in words, as it stands beside dates.</param>
/// <param name="SignedOffPaper">What the lawyer signed: <c>GET /law/files/{id}</c>.</param>
/// <param name="RevisedOn">Null where the version stands with the product.</param>
public sealed record RuleVersion(
    DateOnly ValidFrom,
    IReadOnlyList<RuleTerm> Terms,
    string? ExtensionBy,
    string? ExtensionUnit,
    int? ExtensionMax,
    string Suspension,
    IReadOnlyList<RuleBasis> Basis,
    string Article,
    bool Verified,
    DateOnly? SignedOffOn,
    Guid? SignedOffBy,
    Guid? SignedOffPaper,
    DateOnly? RevisedOn,
    Guid? RevisedBy
);

/// <param name="Unit"><c>calendarDay</c>, <c>workingDay</c>, <c>month</c> or <c>year</c>.</param>
/// <param name="Direction"><c>forward</c> or <c>backward</c>.</param>
/// <param name="Roll"><c>next</c>, <c>previous</c> or <c>none</c>.</param>
public sealed record RuleTerm(int Length, string Unit, string Direction, string Roll);

public sealed record RuleBasis(string Statute, string Article);

/// <param name="Effect"><c>arms</c>, <c>stops</c>, <c>voids</c>, <c>restarts</c> or <c>takesStopBack</c>.</param>
/// <param name="Messages">Messages that tell it, as service and type; empty: recorded by hand, or not at all.</param>
public sealed record RuleFact(string Fact, string Effect, IReadOnlyList<string> Messages);

/// <param name="Length">Null: from that day on the rule's own again.</param>
public sealed record UnitLength(string Unit, int? Length, DateOnly From, Guid Account);

/// <summary><c>POST /rules/{id}/sign-off</c> with If-Match: the length of an unverified version was checked. The paper
/// is uploaded first (<c>POST /law/files</c>).</summary>
public sealed record SignOffRule(DateOnly Version, Guid Document);

/// <summary><c>POST /rules/{id}/versions</c> with If-Match: the rule from a day on. What is not named stays as in the
/// version before. Clocks that run keep their version.</summary>
/// <param name="ValidFrom">First day on which it holds; after the newest version's.</param>
/// <param name="Verified">Whether the new text was read.</param>
public sealed record ReviseRule(
    DateOnly ValidFrom,
    IReadOnlyList<RuleTerm> Terms,
    int? ExtensionMax,
    IReadOnlyList<RuleBasis> Basis,
    bool Verified
);

/// <summary><c>POST /rules/{id}/parameters</c> with If-Match: a unit's own length of a rule that allows one.</summary>
/// <param name="Length">Units of the rule's first term, 1 to 3,650; null: the rule's own length again.</param>
public sealed record SetUnitLength(string Unit, int? Length, DateOnly From);

/// <summary><c>GET /calendar</c>, with ETag: the years that periods are counted on.</summary>
/// <param name="Version">Grows with every change of a year.</param>
public sealed record CalendarView(
    int Version,
    IReadOnlyList<CalendarYearView> Years,
    IReadOnlyList<ActionState> Actions
);

/// <param name="Source">Number or address of the State Council's notice; null: not announced, dates in it are 暂定.</param>
/// <param name="WorkingDays">Working days of the year.</param>
/// <param name="ProvisionalClocks">Open clocks whose date rests on the year while it is not announced.</param>
/// <param name="Changes">When the year was imported or typed, the newest first.</param>
public sealed record CalendarYearView(
    int Year,
    string? Source,
    IReadOnlyList<HolidayView> Holidays,
    int WorkingDays,
    int ProvisionalClocks,
    IReadOnlyList<CalendarChange> Changes
);

/// <summary>Days off in a row, and the weekend days worked for them.</summary>
public sealed record HolidayView(string Name, DateOnly From, DateOnly To, IReadOnlyList<DateOnly> MakeUpWorkdays);

/// <param name="Recomputed">Clocks whose day moved by it so far.</param>
public sealed record CalendarChange(int Version, DateTimeOffset At, Guid? Account, int Recomputed);

/// <summary><c>POST /calendar/{year}</c> with If-Match: the year as the notice has it, typed or read from a file.
/// <c>POST /calendar/preview</c> with the same body changes nothing and answers <see cref="CalendarEffect"/>.
/// <c>POST /calendar/read</c> takes a file (multipart, JSON or CSV of kind,name,from,to) and answers this record, so that
/// the administrator looks at it before it counts.</summary>
/// <param name="Notice">Number or address of the notice, 3 to 200 characters; it is public.</param>
public sealed record AnnounceYear(int Year, string Notice, IReadOnlyList<HolidayView> Holidays);

/// <summary>What a calendar would do to open clocks: of the units in which the caller may read or announces.</summary>
/// <param name="Moved">At most 200 that the caller may read, the nearest first.</param>
/// <param name="Total">How many would move in all.</param>
/// <param name="Settled">How many would be 暂定 no more without moving.</param>
public sealed record CalendarEffect(IReadOnlyList<MovedClock> Moved, int Total, int Settled);

/// <param name="Clock">As it stands.</param>
/// <param name="NewDue">Its day under the supposition.</param>
public sealed record MovedClock(ClockView Clock, DateOnly NewDue, bool NewProvisional);
