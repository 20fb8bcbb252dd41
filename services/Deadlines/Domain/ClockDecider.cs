using System.Collections.Immutable;

namespace Mediation.Deadlines.Domain;

public interface IClockCommand;

/// <summary>The trigger of a rule became known for a subject.</summary>
/// <param name="Rule">The version in force on the day of the trigger.</param>
/// <param name="Length">The unit's own length, where the rule allows one.</param>
public sealed record ArmClock(
    Guid ClockId,
    Rule Rule,
    ClockSubject Subject,
    string Unit,
    int? Length,
    Guid Fact,
    DateOnly From,
    ServiceMode? Service,
    DateOnly EnteredOn,
    LegalCalendar Calendar
) : IClockCommand;

/// <summary>A fact that ends the clock.</summary>
/// <param name="On">Legal day of the fact.</param>
/// <param name="EnteredOn">Legal day on which it was recorded.</param>
public sealed record StopClock(Guid ClockId, Guid Fact, StopCause Cause, DateOnly On, DateOnly EnteredOn)
    : IClockCommand;

/// <summary>A fact from which it runs anew.</summary>
public sealed record RestartClock(
    Guid ClockId,
    Rule Rule,
    Guid Fact,
    DateOnly On,
    DateOnly EnteredOn,
    LegalCalendar Calendar
) : IClockCommand;

/// <param name="By">Units of the period.</param>
/// <param name="CaseKind">Kind of the case where the rule caps extensions by it; null where none does.</param>
public sealed record ExtendClock(
    Rule Rule,
    Guid Fact,
    int By,
    string? CaseKind,
    Guid Document,
    DateOnly On,
    LegalCalendar Calendar
) : IClockCommand;

public sealed record SuspendClock(Rule Rule, Guid Fact, SuspensionCause Cause, DateOnly From, DateOnly EnteredOn)
    : IClockCommand;

/// <param name="To">Last day that does not count.</param>
public sealed record ResumeClock(Rule Rule, Guid Fact, DateOnly To, DateOnly EnteredOn, LegalCalendar Calendar)
    : IClockCommand;

/// <summary>The day of the trigger was entered wrongly.</summary>
public sealed record CorrectTrigger(Rule Rule, DateOnly From, LegalCalendar Calendar) : IClockCommand;

/// <summary>The calendar has a new version.</summary>
public sealed record RecomputeClock(Rule Rule, LegalCalendar Calendar) : IClockCommand;

/// <summary>Time passed; the only command that comes from no fact.</summary>
public sealed record PassTo(DateOnly Today) : IClockCommand;

public static class ClockRefusals
{
    /// <summary>No such clock has begun.</summary>
    public const string NotBegun = "clock_not_begun";

    /// <summary>It was stopped; there is nothing to lengthen or suspend.</summary>
    public const string Stopped = "clock_stopped";

    public const string IsSuspended = "clock_suspended";
    public const string NotSuspended = "clock_not_suspended";

    /// <summary>Arguments: last day of the period. What is agreed after it cannot lengthen it.</summary>
    public const string AfterItsEnd = "clock_fact_after_end";

    public const string ExtensionNotPositive = "extension_not_positive";

    /// <summary>Arguments: first day of the suspension.</summary>
    public const string ResumedBeforeSuspended = "resumed_before_suspended";

    /// <summary>Arguments: day of the trigger.</summary>
    public const string BeforeItsBeginning = "clock_fact_before_beginning";
}

/// <summary>What becomes of a clock. Facts that come as messages are never refused, in whatever order and however late
/// they come; what a person asks for is.</summary>
public static class ClockDecider
{
    /// <exception cref="Refused">A code of <see cref="ClockRefusals"/> or <see cref="StatuteRefusals"/>.</exception>
    public static IReadOnlyList<IClockEvent> Decide(Clock state, IClockCommand command) =>
        command switch
        {
            ArmClock c => Arm(state, c),
            StopClock c => Stop(state, c),
            RestartClock c => Restart(state, c),
            ExtendClock c => Extend(state, c),
            SuspendClock c => Suspend(state, c),
            ResumeClock c => Resume(state, c),
            CorrectTrigger c => Correct(state, c),
            RecomputeClock c => Recompute(state, c),
            PassTo c => Pass(state, c.Today),
            _ => throw new InvalidOperationException($"{command.GetType().Name} is not a command of a clock."),
        };

    /// <summary>The dates of a clock on these facts.</summary>
    public static Computed Compute(Rule rule, PeriodFacts facts, int? length, LegalCalendar calendar)
    {
        var due = StatuteBook.Due(rule, facts, calendar, length: length);
        DateOnly? watch = rule.Watch is { } term ? Counting.Due(term, facts, calendar).Date : null;
        return new(due.Date, due.Provisional, watch, Warnings(rule.Type, Beginning(facts), due.Date, calendar), calendar.Version);
    }

    private static List<IClockEvent> Arm(Clock state, ArmClock c)
    {
        // Known already, or another trigger of what runs: the first one counts until it is corrected.
        if (state is Clock.Running or Clock.Suspended || (state is Clock.Begun b && b.Seen.Contains(c.Fact)))
            return [];
        var facts = new PeriodFacts(c.From, c.Service);
        var events = new List<IClockEvent>
        {
            new ClockArmed(
                c.ClockId,
                c.Rule.Id,
                c.Rule.ValidFrom,
                c.Rule.Type,
                c.Subject,
                c.Unit,
                c.Length,
                c.Fact,
                c.From,
                c.Service,
                c.EnteredOn,
                Compute(c.Rule, facts, c.Length, c.Calendar)
            ),
        };
        var clock = Clock.Evolve(state, events[0]);
        if (state is Clock.Expected { Held: var held })
            foreach (var fact in held.OrderBy(f => f.On))
            {
                IClockCommand then = fact.Kind switch
                {
                    HeldKind.Restart => new RestartClock(
                        c.ClockId,
                        c.Rule,
                        fact.Fact,
                        fact.On,
                        fact.EnteredOn,
                        c.Calendar
                    ),
                    HeldKind.Done => new StopClock(c.ClockId, fact.Fact, StopCause.Done, fact.On, fact.EnteredOn),
                    HeldKind.Void => new StopClock(c.ClockId, fact.Fact, StopCause.Void, fact.On, fact.EnteredOn),
                    _ => throw new InvalidOperationException($"A held fact of kind {fact.Kind}."),
                };
                foreach (var e in Decide(clock, then))
                {
                    events.Add(e);
                    clock = Clock.Evolve(clock, e);
                }
            }
        return events;
    }

    private static IReadOnlyList<IClockEvent> Stop(Clock state, StopClock c) =>
        state switch
        {
            Clock.Begun b when b.Seen.Contains(c.Fact) => [],
            Clock.Unknown or Clock.Expected => Hold(
                state,
                c.ClockId,
                new(c.Fact, c.Cause == StopCause.Done ? HeldKind.Done : HeldKind.Void, c.On, c.EnteredOn)
            ),
            Clock.Stopped => [],
            Clock.Passed { AnsweredOn: not null } => [],
            Clock.Passed p when c.On <= p.Computed.Due => [new EndRebutted(c.Fact, c.On, c.EnteredOn)],
            // What became void after the end was due until then.
            Clock.Passed when c.Cause == StopCause.Void => [],
            Clock.Passed => [new EndConfirmed(c.Fact, c.On, c.EnteredOn)],
            Clock.Suspended => [Stopped(c)],
            Clock.Running r when c.On <= r.Computed.Due => [Stopped(c)],
            // Its end had not been found yet, and the fact itself shows it.
            Clock.Running r when c.Cause == StopCause.Done =>
            [
                End(r, c.EnteredOn),
                new EndConfirmed(c.Fact, c.On, c.EnteredOn),
            ],
            Clock.Running r => [End(r, c.EnteredOn)],
            _ => throw Impossible(state),
        };

    private static IReadOnlyList<IClockEvent> Restart(Clock state, RestartClock c)
    {
        switch (state)
        {
            case Clock.Begun b when b.Seen.Contains(c.Fact):
                return [];
            case Clock.Unknown or Clock.Expected:
                return Hold(state, c.ClockId, new(c.Fact, HeldKind.Restart, c.On, c.EnteredOn));
            // Filing had interrupted it; it begins again when the filing is withdrawn.
            case Clock.Stopped s when c.Rule.RestartRule == RestartRule.Interruption && c.On >= s.On:
                return [Restarted(s, c)];
            case Clock.Stopped or Clock.Suspended:
                return [];
        }
        var clock = (Clock.Begun)state;
        if (c.On <= clock.Facts.From)
            return [];
        if (c.On > clock.Computed.Due && c.Rule.RestartRule == RestartRule.Interruption)
            return [];
        return clock is Clock.Passed { AnsweredOn: null } && c.On <= clock.Computed.Due
            ? [new EndRebutted(c.Fact, c.On, c.EnteredOn), Restarted(clock, c)]
            : [Restarted(clock, c)];
    }

    private static IReadOnlyList<IClockEvent> Extend(Clock state, ExtendClock c)
    {
        var clock = Begun(state);
        if (clock.Seen.Contains(c.Fact))
            return [];
        if (clock is Clock.Stopped)
            throw new Refused(ClockRefusals.Stopped);
        if (clock is Clock.Suspended)
            throw new Refused(ClockRefusals.IsSuspended);
        if (c.By <= 0)
            throw new Refused(ClockRefusals.ExtensionNotPositive);
        if (c.On > clock.Computed.Due)
            throw new Refused(ClockRefusals.AfterItsEnd, clock.Computed.Due);
        var facts = clock.Facts with { ExtendedBy = clock.Facts.ExtendedBy + c.By };
        if (
            c.CaseKind is { } kind
            && c.Rule.Extension?.MaxFor is { } caps
            && caps.TryGetValue(kind, out var max)
            && facts.ExtendedBy > max
        )
            throw new Refused(StatuteRefusals.ExtensionOverCap, c.Rule.Id, max, c.Rule.Extension.Unit);
        var extended = new ClockExtended(
            c.Fact,
            c.By,
            c.Document,
            c.On,
            Compute(c.Rule, facts, clock.Armed.Length, c.Calendar)
        );
        return clock is Clock.Passed ? [new EndRebutted(c.Fact, c.On, c.On), extended] : [extended];
    }

    private static IReadOnlyList<IClockEvent> Suspend(Clock state, SuspendClock c)
    {
        var clock = Begun(state);
        if (clock.Seen.Contains(c.Fact))
            return [];
        if (clock is Clock.Stopped)
            throw new Refused(ClockRefusals.Stopped);
        if (clock is Clock.Suspended)
            throw new Refused(ClockRefusals.IsSuspended);
        if (c.Rule.Suspension == SuspensionRule.Never)
            throw new Refused(StatuteRefusals.NoSuspension, c.Rule.Id);
        if (c.From > clock.Computed.Due)
            throw new Refused(ClockRefusals.AfterItsEnd, clock.Computed.Due);
        if (c.From < clock.Facts.From)
            throw new Refused(ClockRefusals.BeforeItsBeginning, clock.Facts.From);
        var suspended = new ClockSuspended(c.Fact, c.Cause, c.From, c.EnteredOn);
        return clock is Clock.Passed ? [new EndRebutted(c.Fact, c.From, c.EnteredOn), suspended] : [suspended];
    }

    private static IReadOnlyList<IClockEvent> Resume(Clock state, ResumeClock c)
    {
        var clock = Begun(state);
        if (clock.Seen.Contains(c.Fact))
            return [];
        if (clock is not Clock.Suspended suspended)
            throw new Refused(ClockRefusals.NotSuspended);
        if (c.To < suspended.Since)
            throw new Refused(ClockRefusals.ResumedBeforeSuspended, suspended.Since);
        var facts = clock.Facts with { Suspensions = Clock.SuspensionsOf(clock.Facts).Add(new(suspended.Since, c.To)) };
        return [new ClockResumed(c.Fact, c.To, c.EnteredOn, Compute(c.Rule, facts, clock.Armed.Length, c.Calendar))];
    }

    private static IReadOnlyList<IClockEvent> Correct(Clock state, CorrectTrigger c)
    {
        var clock = Begun(state);
        return clock.Facts.From == c.From || clock is Clock.Stopped or Clock.Suspended
            ? []
            : Recomputed(clock, RecomputeCause.TriggerCorrected, clock.Facts with { From = c.From }, c.Rule, c.Calendar);
    }

    private static IReadOnlyList<IClockEvent> Recompute(Clock state, RecomputeClock c) =>
        state is Clock.Running or Clock.Passed { AnsweredOn: null } && state is Clock.Begun clock
            ? Recomputed(clock, RecomputeCause.Calendar, clock.Facts, c.Rule, c.Calendar)
            : [];

    private static IReadOnlyList<IClockEvent> Recomputed(
        Clock.Begun clock,
        RecomputeCause cause,
        PeriodFacts facts,
        Rule rule,
        LegalCalendar calendar
    )
    {
        var computed = Compute(rule, facts, clock.Armed.Length, calendar);
        var same =
            facts.From == clock.Facts.From
            && computed.Due == clock.Computed.Due
            && computed.Provisional == clock.Computed.Provisional
            && computed.Watch == clock.Computed.Watch
            && computed.WarnOn.SequenceEqual(clock.Computed.WarnOn);
        return same ? [] : [new ClockRecomputed(cause, facts.From, computed)];
    }

    private static IReadOnlyList<IClockEvent> Pass(Clock state, DateOnly today)
    {
        if (state is not Clock.Running clock)
            return [];
        if (today > clock.Computed.Due)
            return [End(clock, today)];
        var stage = clock.Computed.WarnOn.Count(day => day <= today);
        return stage > clock.Warned ? [new ClockWarned(stage, clock.Computed.Due, today)] : [];
    }

    private static IClockEvent End(Clock.Running clock, DateOnly foundOn) =>
        clock.Armed.Type switch
        {
            RuleType.Duty => new ClockBreached(clock.Computed.Due, foundOn),
            RuleType.Right => new ClockLapsed(clock.Computed.Due, foundOn),
            RuleType.External => new ClockOverdue(clock.Computed.Due, foundOn),
            RuleType.Gate => new GateOpened(clock.Computed.Due, foundOn),
            _ => throw new InvalidOperationException($"A rule of type {clock.Armed.Type}."),
        };

    private static IClockEvent Stopped(StopClock c) =>
        c.Cause == StopCause.Done
            ? new ClockMet(c.Fact, c.On, c.EnteredOn)
            : new ClockCancelled(c.Fact, c.On, c.EnteredOn);

    private static ClockRestarted Restarted(Clock.Begun clock, RestartClock c) =>
        new(
            c.Fact,
            c.On,
            c.EnteredOn,
            Compute(
                c.Rule,
                clock.Facts with
                {
                    Restarts = Clock.RestartsOf(clock.Facts).Add(c.On),
                },
                clock.Armed.Length,
                c.Calendar
            )
        );

    private static IReadOnlyList<IClockEvent> Hold(Clock state, Guid clockId, HeldFact fact) =>
        state is Clock.Expected x && x.Held.Any(h => h.Fact == fact.Fact) ? [] : [new FactHeld(clockId, fact)];

    private static Clock.Begun Begun(Clock state) =>
        state as Clock.Begun ?? throw new Refused(ClockRefusals.NotBegun);

    private static InvalidOperationException Impossible(Clock state) =>
        new($"No such state of a clock: {state.GetType().Name}.");

    private static DateOnly Beginning(PeriodFacts facts) =>
        facts.Restarts.IsDefaultOrEmpty ? facts.From : facts.Restarts.Max();

    /// <summary>Half time, two and one working days before the last day; a period of three working days or fewer warns
    /// once. Courts are watched and gates only open: nobody is warned of them.</summary>
    private static ImmutableArray<DateOnly> Warnings(
        RuleType type,
        DateOnly beginning,
        DateOnly due,
        LegalCalendar calendar
    )
    {
        if (type is RuleType.External or RuleType.Gate)
            return [];
        var one = Back(due, 1);
        if (calendar.WorkingDaysBetween(beginning, due) <= 3)
            return one > beginning ? [one] : [];
        var half = beginning.AddDays((due.DayNumber - beginning.DayNumber) / 2);
        return [.. new[] { half, Back(due, 2), one }.Where(day => day > beginning && day < due).Distinct().Order()];

        DateOnly Back(DateOnly day, int workingDays)
        {
            for (var n = 0; n < workingDays; )
            {
                day = day.AddDays(-1);
                if (calendar.IsWorking(day))
                    n++;
            }
            return day;
        }
    }
}
