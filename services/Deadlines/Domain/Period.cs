using System.Collections.Immutable;

namespace Mediation.Deadlines.Domain;

public enum PeriodUnit
{
    /// <summary>自然日: every day counts, the last one rolls.</summary>
    CalendarDay,

    /// <summary>工作日: working days count, make-up weekends among them.</summary>
    WorkingDay,
    Month,
    Year,
}

public enum PeriodDirection
{
    Forward,

    /// <summary>Counted back from the day before an event, such as notice of a hearing.</summary>
    Backward,
}

/// <summary>What becomes of a last day on which nobody works.</summary>
public enum RollPolicy
{
    /// <summary>The first working day after it (民法典 203; 民事诉讼法 85).</summary>
    Next,

    /// <summary>The last working day before it: wages are paid early, not late (保障农民工工资支付条例 14).</summary>
    Previous,

    /// <summary>It stays: a day the parties wrote down themselves.</summary>
    None,
}

/// <summary>A length as the statute states it.</summary>
public sealed record Term(
    int Length,
    PeriodUnit Unit,
    PeriodDirection Direction = PeriodDirection.Forward,
    RollPolicy Roll = RollPolicy.Next
);

/// <summary>How a paper reached its recipient; it decides which day is day zero (facts section 2).</summary>
public enum ServiceMode
{
    /// <summary>Receipt signed (送达回证): that day.</summary>
    SignedFor,

    /// <summary>Refused and left behind with photographs: three working days later (仲裁办案规则 20, 80).</summary>
    LeftBehind,

    /// <summary>Returned mail: the day it came back.</summary>
    ReturnedMail,

    /// <summary>Arrival in the system the recipient agreed to (民事诉讼法 90).</summary>
    Electronic,

    /// <summary>Public notice: thirty days after it (民事诉讼法 95).</summary>
    PublicNotice,

    /// <summary>Filed over the web: on a rest day it is dated the next working day (北京仲裁网上立案 9).</summary>
    OnlineFiling,
}

/// <param name="From">First day that does not count.</param>
/// <param name="To">Last day that does not count; null while it goes on.</param>
public sealed record Suspension(DateOnly From, DateOnly? To);

/// <summary>What happened to a period since its trigger.</summary>
/// <param name="From">The day of the trigger as it was received.</param>
/// <param name="Service">How it was served or filed; null where the trigger is no paper.</param>
/// <param name="ExtendedBy">Units of the period added by those who may add them.</param>
/// <param name="Restarts">Facts from which the period begins anew in full, in any order.</param>
public sealed record PeriodFacts(
    DateOnly From,
    ServiceMode? Service = null,
    int ExtendedBy = 0,
    ImmutableArray<Suspension> Suspensions = default,
    ImmutableArray<Restart> Restarts = default
);

/// <summary>The period begins anew: an interruption, a joinder, corrected papers.</summary>
/// <param name="On">Day of the fact; an interruption counts only when the period still ran on it.</param>
/// <param name="From">New day zero: the day of the fact, or the end of the proceeding that the fact began
/// (民法典 195).</param>
public sealed record Restart(DateOnly On, DateOnly From)
{
    public static Restart At(DateOnly day) => new(day, day);
}

public enum RestartRule
{
    /// <summary>The period begins anew whenever the fact happens.</summary>
    Anew,

    /// <summary>Only while it still runs: what has lapsed is not revived (时效中断).</summary>
    Interruption,
}

/// <summary>One sentence of an explanation: what was done with a day and why.</summary>
/// <param name="Day">The day spoken of.</param>
/// <param name="Count">Its place in the count; null where the day did not count.</param>
/// <param name="Name">Name of the holiday, where there is one.</param>
/// <param name="Announced">False where the step is an assumption: it rests on what a day of a year without notice is. A
/// calendar day counts whatever it is.</param>
public readonly record struct CountingStep(
    StepKind Kind,
    DateOnly Day,
    int? Count = null,
    string? Name = null,
    bool Announced = true
);

public enum StepKind
{
    /// <summary>The trigger, as received.</summary>
    Trigger,

    /// <summary>Service or filing moved the trigger to this day.</summary>
    Served,

    /// <summary>Day zero, which is never counted (民法典 201; 民事诉讼法 85).</summary>
    DayZero,

    /// <summary>A restart, from which the whole period runs anew.</summary>
    Restarted,

    /// <summary>A restart that came when the period had already run out.</summary>
    RestartTooLate,

    /// <summary>Counted: a calendar day, or a working day.</summary>
    Counted,

    /// <summary>Counted: a weekend day worked in exchange.</summary>
    CountedMakeUp,

    /// <summary>Not counted: weekend.</summary>
    SkippedWeekend,

    /// <summary>Not counted: holiday.</summary>
    SkippedHoliday,

    /// <summary>Not counted: the period was suspended.</summary>
    SkippedSuspended,

    /// <summary>The corresponding day of the last month or year.</summary>
    CorrespondingDay,

    /// <summary>The month has no such day: its last day (民法典 202).</summary>
    MonthEnd,

    /// <summary>Days of suspension appended to a period of months or years.</summary>
    SuspensionAppended,

    /// <summary>The last day is a weekend or a holiday: on to the neighbour.</summary>
    RolledWeekend,
    RolledHoliday,

    /// <summary>Last day of the other of two periods that run for the same duty; the earlier decides.</summary>
    OtherTerm,

    /// <summary>The day that results.</summary>
    Due,
}

/// <summary>A date and how it came about.</summary>
/// <param name="DayZero">The day from which it was counted in the end: after service, and after the last restart.</param>
/// <param name="Unit">What was counted.</param>
/// <param name="Provisional">It rests on a day of a year whose notice is not known (暂定).</param>
/// <param name="Steps">Empty unless asked for.</param>
public readonly record struct DueDate(
    DateOnly Date,
    DateOnly DayZero,
    PeriodUnit Unit,
    bool Provisional,
    IReadOnlyList<CountingStep> Steps
);

public static class PeriodRefusals
{
    /// <summary>Arguments: the day, first and last year of the calendar.</summary>
    public const string OutsideCalendar = "day_outside_calendar";

    /// <summary>A suspension that has not ended leaves no day to name.</summary>
    public const string Suspended = "period_suspended";

    public const string NegativeExtension = "extension_negative";

    /// <summary>Arguments: first and last day.</summary>
    public const string SuspensionBackwards = "suspension_ends_before_it_begins";
}

/// <summary>The counting of periods: one function for the date and for its explanation, so that they cannot disagree.
/// Sources: 民法典 200-204, 民事诉讼法 85, 劳动人事争议仲裁办案规则 19, 20, 80.</summary>
public static class Counting
{
    private static readonly IReadOnlyList<CountingStep> None = [];

    /// <summary>The last day of a period.</summary>
    /// <param name="explain">Also say what was done with every day.</param>
    /// <exception cref="Refused">A code of <see cref="PeriodRefusals"/>.</exception>
    public static DueDate Due(
        Term term,
        PeriodFacts facts,
        LegalCalendar calendar,
        bool explain = false,
        RestartRule restarts = RestartRule.Interruption
    )
    {
        ArgumentNullException.ThrowIfNull(term);
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(calendar);
        if (facts.ExtendedBy < 0)
            throw new Refused(PeriodRefusals.NegativeExtension, facts.ExtendedBy);
        if (!facts.Suspensions.IsDefaultOrEmpty)
            foreach (var suspension in facts.Suspensions)
                if (suspension.To < suspension.From)
                    throw new Refused(PeriodRefusals.SuspensionBackwards, suspension.From, suspension.To);
        var count = new Count(calendar, explain ? [] : null, facts.Suspensions);
        return count.Run(term, facts, restarts);
    }

    /// <summary>The earlier of two periods that run for the same duty; the explanation is that of the one that decides,
    /// and names the end of the other before its own.</summary>
    public static DueDate Earlier(DueDate one, DueDate other)
    {
        var (earlier, later) = other.Date < one.Date ? (other, one) : (one, other);
        return earlier.Steps.Count == 0
            ? earlier
            : earlier with
            {
                Steps =
                [
                    .. earlier.Steps.SkipLast(1),
                    later.Steps[^1] with
                    {
                        Kind = StepKind.OtherTerm,
                    },
                    earlier.Steps[^1],
                ],
            };
    }

    private struct Count(LegalCalendar calendar, List<CountingStep>? steps, ImmutableArray<Suspension> suspensions)
    {
        private bool provisional;
        private bool workingDays;

        public DueDate Run(Term term, PeriodFacts facts, RestartRule restarts)
        {
            Within(facts.From);
            Say(StepKind.Trigger, facts.From);
            var zero = Served(facts.From, facts.Service);
            var due = From(zero, term, facts.ExtendedBy);
            if (!facts.Restarts.IsDefaultOrEmpty)
                foreach (var restart in facts.Restarts.OrderBy(r => r.On).ThenByDescending(r => r.From))
                {
                    if (restarts == RestartRule.Interruption && restart.On > due)
                    {
                        Say(StepKind.RestartTooLate, restart.On);
                        continue;
                    }
                    if (restart.From <= zero)
                        continue;
                    // What was counted up to here is void, and so is what was assumed for it.
                    provisional = false;
                    Say(StepKind.Restarted, restart.From);
                    zero = restart.From;
                    due = From(zero, term, facts.ExtendedBy);
                }
            Within(due);
            Say(StepKind.Due, due);
            return new(due, zero, term.Unit, provisional, steps ?? None);
        }

        private DateOnly Served(DateOnly from, ServiceMode? mode)
        {
            switch (mode)
            {
                case ServiceMode.LeftBehind:
                    var left = WorkingDays(from, 3, forward: true);
                    Say(StepKind.Served, left);
                    return left;
                case ServiceMode.PublicNotice:
                    var noticed = from.AddDays(30);
                    Say(StepKind.Served, noticed);
                    return noticed;
                case ServiceMode.OnlineFiling:
                    var filed = Roll(from, 1);
                    Say(StepKind.Served, filed);
                    return filed;
                default:
                    return from;
            }
        }

        private DateOnly From(DateOnly zero, Term term, int extendedBy)
        {
            Within(zero);
            Say(StepKind.DayZero, zero);
            // More than the calendar has in any unit; adding first could wrap around and end before it began.
            var (first, last) = LegalCalendar.Range;
            if (extendedBy > last.DayNumber - first.DayNumber)
                throw LegalCalendar.OutOfRange(last.AddDays(1));
            var length = term.Length + extendedBy;
            var forward = term.Direction == PeriodDirection.Forward;
            var raw = term.Unit switch
            {
                PeriodUnit.WorkingDay => WorkingDays(zero, length, forward),
                PeriodUnit.CalendarDay => CalendarDays(zero, length, forward),
                PeriodUnit.Month => Corresponding(zero, forward ? length : -length),
                PeriodUnit.Year => Corresponding(zero, 12 * (forward ? length : -length)),
                _ => throw new ArgumentOutOfRangeException(nameof(term), term.Unit, null),
            };
            // A count of working days ends on one; asking again would only repeat the step.
            return term.Roll switch
            {
                RollPolicy.None => raw,
                _ when term.Unit == PeriodUnit.WorkingDay && length > 0 => raw,
                RollPolicy.Next => Roll(raw, 1),
                RollPolicy.Previous => Roll(raw, -1),
                _ => throw new ArgumentOutOfRangeException(nameof(term), term.Roll, null),
            };
        }

        private DateOnly WorkingDays(DateOnly zero, int length, bool forward)
        {
            workingDays = true;
            var day = zero;
            for (var n = 0; n < length; )
            {
                day = Within(day.AddDays(forward ? 1 : -1));
                if (IsSuspended(day))
                {
                    Say(StepKind.SkippedSuspended, day);
                    continue;
                }
                Assume(day);
                switch (calendar.KindOf(day))
                {
                    case DayKind.Workday:
                        Say(StepKind.Counted, day, ++n);
                        break;
                    case DayKind.MakeUpWorkday:
                        Say(StepKind.CountedMakeUp, day, ++n);
                        break;
                    case DayKind.Weekend:
                        Say(StepKind.SkippedWeekend, day);
                        break;
                    case DayKind.Holiday:
                        Say(StepKind.SkippedHoliday, day);
                        break;
                }
            }
            return day;
        }

        private DateOnly CalendarDays(DateOnly zero, int length, bool forward)
        {
            workingDays = false;
            var day = zero;
            for (var n = 0; n < length; )
            {
                day = Within(day.AddDays(forward ? 1 : -1));
                if (IsSuspended(day))
                    Say(StepKind.SkippedSuspended, day);
                else
                    Say(StepKind.Counted, day, ++n);
            }
            return day;
        }

        private DateOnly Corresponding(DateOnly zero, int months)
        {
            var (first, last) = LegalCalendar.Range;
            if (Math.Abs((long)months) > 12 * (last.Year - first.Year))
                throw LegalCalendar.OutOfRange(last.AddDays(1));
            var day = Within(zero.AddMonths(months));
            Say(day.Day == zero.Day ? StepKind.CorrespondingDay : StepKind.MonthEnd, day);
            if (suspensions.IsDefaultOrEmpty)
                return day;
            // What was suspended continues afterwards: as many days as fell into the period, also those that the
            // appended days reach.
            for (var probe = zero.AddDays(1); probe <= day; probe = probe.AddDays(1))
                if (IsSuspended(probe))
                {
                    day = Within(day.AddDays(1));
                    Say(StepKind.SuspensionAppended, day);
                }
            return day;
        }

        private DateOnly Roll(DateOnly day, int direction)
        {
            Assume(day);
            while (!calendar.IsWorking(day))
            {
                Say(calendar.KindOf(day) == DayKind.Holiday ? StepKind.RolledHoliday : StepKind.RolledWeekend, day);
                day = day.AddDays(direction);
                Assume(day);
            }
            return day;
        }

        private readonly bool IsSuspended(DateOnly day)
        {
            if (suspensions.IsDefaultOrEmpty)
                return false;
            foreach (var suspension in suspensions)
                if (day >= suspension.From && (suspension.To is not { } to || day <= to))
                    return suspension.To is null ? throw new Refused(PeriodRefusals.Suspended, suspension.From) : true;
            return false;
        }

        // What is said of a day must not depend on whether anybody asks for the explanation.
        private static DateOnly Within(DateOnly day)
        {
            var (first, last) = LegalCalendar.Range;
            return day >= first && day <= last ? day : throw LegalCalendar.OutOfRange(day);
        }

        private void Assume(DateOnly day) => provisional |= !calendar.IsAnnounced(day);

        private readonly void Say(StepKind kind, DateOnly day, int? count = null)
        {
            if (steps is null)
                return;
            var known = calendar.Day(day);
            var assumed = kind switch
            {
                StepKind.Served or StepKind.Due => provisional,
                StepKind.Counted => workingDays && !known.Announced,
                StepKind.Trigger
                or StepKind.DayZero
                or StepKind.Restarted
                or StepKind.RestartTooLate
                or StepKind.SkippedSuspended
                or StepKind.CorrespondingDay
                or StepKind.MonthEnd
                or StepKind.SuspensionAppended => false,
                _ => !known.Announced,
            };
            steps.Add(new(kind, day, count, known.Name, !assumed));
        }
    }
}
