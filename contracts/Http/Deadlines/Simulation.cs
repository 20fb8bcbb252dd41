namespace Mediation.Contracts.Http.Deadlines;

/// <summary><c>POST /simulate/date</c>: the date of a rule "if received on…". Changes nothing.</summary>
/// <param name="Rule">Id of the rule.</param>
/// <param name="From">Legal day of the trigger.</param>
/// <param name="Service">How the paper reached its recipient; null where the trigger is no paper.</param>
/// <param name="Unit">Organisation whose own length counts, where the rule allows one.</param>
/// <param name="ExtendBy">Units added, from 0.</param>
/// <param name="Suspensions">Days that do not count.</param>
public sealed record SimulateDate(
    string Rule,
    DateOnly From,
    ServiceMode? Service,
    string? Unit,
    int ExtendBy,
    IReadOnlyList<SuspendedDays> Suspensions
);

public enum ServiceMode
{
    SignedFor,
    LeftBehind,
    ReturnedMail,
    Electronic,
    PublicNotice,
    OnlineFiling,
}

public sealed record SuspendedDays(DateOnly From, DateOnly To);

/// <summary><c>POST /simulate/days</c>: "if these days become days off, or are worked". Answers
/// <see cref="CalendarEffect"/>; changes nothing.</summary>
/// <param name="Unit">With all units below it.</param>
public sealed record SimulateDays(string Unit, IReadOnlyList<DateOnly> DaysOff, IReadOnlyList<DateOnly> WorkedDays);

/// <summary><c>POST /simulate/absence</c>: "if these people are absent". Changes nothing.</summary>
/// <param name="Accounts">1 to 50 people.</param>
public sealed record SimulateAbsence(string Unit, IReadOnlyList<Guid> Accounts, DateOnly From, DateOnly To);

/// <summary>What would end while they are away, and who would answer for it.</summary>
/// <param name="Clocks">At most 200, the nearest first.</param>
/// <param name="Total">How many in all.</param>
public sealed record AbsenceEffect(IReadOnlyList<ClockOfAbsent> Clocks, int Total);

/// <param name="Absent">Who is away.</param>
/// <param name="AnswersInstead">Her substitute, or the head of the unit or of one above; null where nobody is left.</param>
public sealed record ClockOfAbsent(ClockView Clock, Guid Absent, Guid? AnswersInstead);
