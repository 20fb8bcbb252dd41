namespace Mediation.Deadlines.Domain;

public interface IClockCommand;

/// <summary>What is counted by: the statute book with all its versions, and the calendar.</summary>
public sealed record Law(StatuteBook Book, LegalCalendar Calendar);

/// <summary>The trigger of a rule became known for a subject.</summary>
/// <param name="Length">The unit's own length, where the rule allows one.</param>
public sealed record ArmClock(
    Guid ClockId,
    string Rule,
    ClockSubject Subject,
    string Unit,
    int? Length,
    Guid Fact,
    DateOnly From,
    ServiceMode? Service,
    DateOnly EnteredOn,
    Law Law
) : IClockCommand;

/// <summary>A fact that ends the clock.</summary>
/// <param name="On">Legal day of the fact.</param>
/// <param name="EnteredOn">Legal day on which it was recorded.</param>
public sealed record StopClock(Guid ClockId, Guid Fact, StopCause Cause, DateOnly On, DateOnly EnteredOn, Law Law)
    : IClockCommand;

public enum StopCause
{
    /// <summary>What was due has been done, or the right was used.</summary>
    Done,

    /// <summary>There is nothing left to do: withdrawn, replaced, entered in error.</summary>
    Void,
}

/// <summary>What had ended the clock was taken back, such as a filing that was withdrawn.</summary>
public sealed record TakeStopBack(Guid ClockId, Guid Fact, DateOnly On, DateOnly EnteredOn, Law Law) : IClockCommand;

/// <summary>A fact from which it runs anew.</summary>
public sealed record RestartClock(Guid ClockId, Guid Fact, DateOnly On, DateOnly EnteredOn, Law Law) : IClockCommand;

/// <param name="By">Units of the period.</param>
/// <param name="CaseKind">Kind of the case where the rule caps extensions by it; null where none does.</param>
/// <param name="Document">Content id of the paper that allows it; without one nothing is extended.</param>
public sealed record ExtendClock(
    Guid Fact,
    int By,
    string? CaseKind,
    Guid? Document,
    DateOnly On,
    DateOnly EnteredOn,
    Law Law
) : IClockCommand;

/// <param name="To">Last day that does not count, where it is known already.</param>
public sealed record SuspendClock(
    Guid Fact,
    SuspensionCause Cause,
    DateOnly From,
    DateOnly? To,
    DateOnly EnteredOn,
    Law Law
) : IClockCommand;

/// <param name="To">Last day that does not count.</param>
public sealed record ResumeClock(Guid Fact, DateOnly To, DateOnly EnteredOn, Law Law) : IClockCommand;

/// <summary>The day of the trigger was entered wrongly.</summary>
public sealed record CorrectTrigger(DateOnly From, DateOnly EnteredOn, Law Law) : IClockCommand;

/// <summary>The calendar has a new version. A new version of the book changes no clock that runs.</summary>
public sealed record RecomputeClock(DateOnly Today, Law Law) : IClockCommand;

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

    /// <summary>Its end has been found; only a suspension whose last day is known can still move it.</summary>
    public const string HasPassed = "clock_passed";

    /// <summary>Arguments: last day of the period. What is agreed after it cannot lengthen it.</summary>
    public const string AfterItsEnd = "clock_fact_after_end";

    /// <summary>The paper that allows it is missing.</summary>
    public const string ExtensionWithoutDocument = "extension_without_document";

    public const string ExtensionNotPositive = "extension_not_positive";

    /// <summary>Arguments: first day of the suspension.</summary>
    public const string ResumedBeforeSuspended = "resumed_before_suspended";

    /// <summary>Arguments: day of the trigger.</summary>
    public const string BeforeItsBeginning = "clock_fact_before_beginning";
}

/// <summary>What becomes of a clock. Facts that come as messages are never refused, in whatever order and however late
/// they come, and the order leaves no trace in where the clock stands; what a person asks for is refused when the
/// statute does not know it.</summary>
public static class ClockDecider
{
    /// <exception cref="Refused">A code of <see cref="ClockRefusals"/>, <see cref="StatuteRefusals"/> or
    /// <see cref="PeriodRefusals"/>.</exception>
    public static IReadOnlyList<IClockEvent> Decide(Clock state, IClockCommand command) =>
        command switch
        {
            ArmClock c => Arm(state, c),
            StopClock c => Take(
                state,
                c.ClockId,
                new(c.Fact, c.Cause == StopCause.Done ? FactKind.Done : FactKind.Void, c.On, c.EnteredOn),
                c.Law
            ),
            TakeStopBack c => Take(state, c.ClockId, new(c.Fact, FactKind.DoneTakenBack, c.On, c.EnteredOn), c.Law),
            RestartClock c => Take(state, c.ClockId, new(c.Fact, FactKind.Restart, c.On, c.EnteredOn), c.Law),
            ExtendClock c => Extend(state, c),
            SuspendClock c => Suspend(state, c),
            ResumeClock c => Resume(state, c),
            CorrectTrigger c => Correct(state, c),
            RecomputeClock c => Recompute(state, c),
            PassTo c => Pass(state, c.Today),
            _ => throw new InvalidOperationException($"{command.GetType().Name} is not a command of a clock."),
        };

    /// <summary>The dates of a period.</summary>
    /// <param name="knownOn">The day on which the trigger was recorded; it begins the warnings of a period that ends no
    /// later than its trigger, such as an instalment or a notice before a hearing.</param>
    public static Computed Compute(Rule rule, PeriodFacts facts, int? length, DateOnly knownOn, LegalCalendar calendar)
    {
        var due = StatuteBook.Due(rule, facts, calendar, length: length);
        DateOnly? watch = rule.Watch is { } term
            ? Counting.Due(term, facts, calendar, restarts: rule.RestartRule).Date
            : null;
        var beginning = due.Date > due.DayZero ? due.DayZero : knownOn;
        return new(
            due.Date,
            due.Provisional,
            watch,
            Warnings.Schedule(rule.Type, beginning, due.Date, calendar),
            calendar.Version
        );
    }

    private static IReadOnlyList<IClockEvent> Arm(Clock state, ArmClock c)
    {
        if (state is Clock.Begun begun && !BeginsOnceMore(begun, c))
            return [];
        // A rule that did not hold then or does not hold there starts nothing.
        if (c.Law.Book.Find(c.Rule, c.From) is not { } rule || !rule.HoldsIn(c.Unit))
            return [];
        var (held, taken) = Clock.Before(state, c.From);
        var known = new Known(c.From, c.Service, 0, [], held, taken);
        var length = rule.Parameter ? c.Length : null;
        var armed = new ClockArmed(
            c.ClockId,
            rule.Id,
            rule.ValidFrom,
            rule.Type,
            c.Subject,
            c.Unit,
            length,
            c.Fact,
            c.From,
            c.Service,
            c.EnteredOn,
            Compute(rule, known.Period, length, c.EnteredOn, c.Law.Calendar)
        );
        return Settled(state, armed, c.EnteredOn);
    }

    /// <summary>A clock that has ended begins once more by a trigger after its end. What runs keeps its first trigger until
    /// it is corrected; and two messages that tell of one trigger, the second after the end, are one.</summary>
    private static bool BeginsOnceMore(Clock.Begun clock, ArmClock c) =>
        clock is Clock.Stopped or Clock.Passed
        && !clock.Known.Taken.Contains(c.Fact)
        && c.From > clock.Known.From
        && (clock.Known.End is { } end ? c.From >= end.On : c.From > clock.Computed.Due);

    private static IReadOnlyList<IClockEvent> Take(Clock state, Guid clockId, ClockFact fact, Law law)
    {
        switch (state)
        {
            case Clock.Expected x when x.Held.Any(h => h.Id == fact.Id):
                return [];
            case Clock.Unknown or Clock.Expected:
                return [new FactHeld(clockId, fact)];
        }
        var clock = (Clock.Begun)state;
        if (clock.Known.Taken.Contains(fact.Id))
            return [];
        var with = clock.Known.With(fact);
        // Against the same law, so that a new calendar is not taken for the effect of the fact.
        var moved = Compute(clock, with, law);
        if (!moved.SameDays(Compute(clock, clock.Known, law)))
            return Settled(clock, new ClockRestarted(fact, moved), fact.EnteredOn);
        var events = Settle(clock with { Known = with }, fact.EnteredOn).ToList();
        return events.Any(e => Carries(e, fact)) ? events : [new FactHeld(clockId, fact), .. events];
    }

    private static IReadOnlyList<IClockEvent> Extend(Clock state, ExtendClock c)
    {
        var clock = Begun(state);
        if (clock.Known.Taken.Contains(c.Fact))
            return [];
        MustGoOn(clock);
        if (c.By <= 0)
            throw new Refused(ClockRefusals.ExtensionNotPositive);
        if (c.Document is not { } document)
            throw new Refused(ClockRefusals.ExtensionWithoutDocument);
        if (c.On > clock.Computed.Due)
            throw new Refused(ClockRefusals.AfterItsEnd, clock.Computed.Due);
        var rule = RuleOf(clock, c.Law);
        var known = clock.Known with { ExtendedBy = clock.Known.ExtendedBy + c.By };
        if (
            c.CaseKind is { } kind
            && rule.Extension?.MaxFor is { } caps
            && caps.TryGetValue(kind, out var max)
            && known.ExtendedBy > max
        )
            throw new Refused(StatuteRefusals.ExtensionOverCap, rule.Id, max, rule.Extension.Unit);
        return Settled(
            clock,
            new ClockExtended(c.Fact, c.By, document, c.On, c.EnteredOn, Compute(clock, known, c.Law)),
            c.EnteredOn
        );
    }

    private static void MustGoOn(Clock.Begun clock)
    {
        if (clock is Clock.Stopped)
            throw new Refused(ClockRefusals.Stopped);
        if (clock is Clock.Suspended)
            throw new Refused(ClockRefusals.IsSuspended);
    }

    private static IReadOnlyList<IClockEvent> Suspend(Clock state, SuspendClock c)
    {
        var clock = Begun(state);
        if (clock.Known.Taken.Contains(c.Fact))
            return [];
        MustGoOn(clock);
        if (clock is Clock.Passed && c.To is null)
            throw new Refused(ClockRefusals.HasPassed);
        if (RuleOf(clock, c.Law).Suspension == SuspensionRule.Never)
            throw new Refused(StatuteRefusals.NoSuspension, clock.Armed.Rule);
        if (c.From > clock.Computed.Due)
            throw new Refused(ClockRefusals.AfterItsEnd, clock.Computed.Due);
        if (c.From < clock.Known.From)
            throw new Refused(ClockRefusals.BeforeItsBeginning, clock.Known.From);
        if (c.To is not { } to)
            return [new ClockSuspended(c.Fact, c.Cause, c.From, null, c.EnteredOn, null)];
        var known = clock.Known with { Suspensions = clock.Known.Suspensions.Add(new(c.From, to)) };
        return Settled(
            clock,
            new ClockSuspended(c.Fact, c.Cause, c.From, to, c.EnteredOn, Compute(clock, known, c.Law)),
            c.EnteredOn
        );
    }

    private static IReadOnlyList<IClockEvent> Resume(Clock state, ResumeClock c)
    {
        var clock = Begun(state);
        if (clock.Known.Taken.Contains(c.Fact))
            return [];
        if (clock is not Clock.Suspended suspended)
            throw new Refused(ClockRefusals.NotSuspended);
        if (c.To < suspended.Since)
            throw new Refused(ClockRefusals.ResumedBeforeSuspended, suspended.Since);
        var known = clock.Known with { Suspensions = clock.Known.Suspensions.Add(new(suspended.Since, c.To)) };
        return [new ClockResumed(c.Fact, c.To, c.EnteredOn, Compute(clock, known, c.Law))];
    }

    private static IReadOnlyList<IClockEvent> Correct(Clock state, CorrectTrigger c)
    {
        var clock = Begun(state);
        if (clock.Known.From == c.From)
            return [];
        var rule = c.Law.Book.On(clock.Armed.Rule, c.From);
        var computed = Compute(
            rule,
            (clock.Known with { From = c.From }).Period,
            clock.Armed.Length,
            clock.Armed.EnteredOn,
            c.Law.Calendar
        );
        return Settled(
            clock,
            new ClockRecomputed(RecomputeCause.TriggerCorrected, c.From, rule.ValidFrom, c.EnteredOn, computed),
            c.EnteredOn
        );
    }

    private static IReadOnlyList<IClockEvent> Recompute(Clock state, RecomputeClock c)
    {
        // What stands still is computed when it goes on; what was done in time stays so.
        if (state is not (Clock.Running or Clock.Passed))
            return [];
        var clock = (Clock.Begun)state;
        var computed = Compute(clock, clock.Known, c.Law);
        if (computed.SameDays(clock.Computed))
            return [];
        return Settled(
            clock,
            new ClockRecomputed(RecomputeCause.Calendar, clock.Known.From, clock.Version, c.Today, computed),
            c.Today
        );
    }

    /// <summary>The first day on which <see cref="PassTo"/> does something to a running clock: what is due is asked of a
    /// table, not of every clock.</summary>
    /// <param name="from">Day of the trigger.</param>
    /// <param name="warnedOn">Day of the last warning.</param>
    public static DateOnly WakesOn(RuleType type, DateOnly from, Computed computed, DateOnly? warnedOn)
    {
        foreach (var day in computed.WarnOn)
            if (!(day <= warnedOn))
                return day;
        return OverOn(type, from, computed.Due);
    }

    // A gate of no length stands open on the day itself.
    private static DateOnly OverOn(RuleType type, DateOnly from, DateOnly due) =>
        type == RuleType.Gate && due == from ? due : due.AddDays(1);

    private static IReadOnlyList<IClockEvent> Pass(Clock state, DateOnly today)
    {
        if (state is not Clock.Running clock)
            return [];
        var due = clock.Computed.Due;
        if (today >= OverOn(clock.Armed.Type, clock.Known.From, due))
            return [Over(clock, today)];
        var stage = clock.Computed.WarnOn.Count(day => day <= today);
        return stage > 0 && !(clock.Computed.WarnOn[stage - 1] <= clock.WarnedOn)
            ? [new ClockWarned(stage, due, today)]
            : [];
    }

    private static IReadOnlyList<IClockEvent> Settled(Clock state, IClockEvent change, DateOnly today) =>
        [change, .. Settle((Clock.Begun)Clock.Evolve(state, change), today)];

    /// <summary>What the facts that are known make of a clock after one of them, or a date, has changed.</summary>
    private static IEnumerable<IClockEvent> Settle(Clock.Begun clock, DateOnly today)
    {
        var (end, due) = (clock.Known.End, clock.Computed.Due);
        switch (clock)
        {
            case Clock.Running or Clock.Suspended when end is null:
            case Clock.Stopped when end?.On <= due:
                yield break;
            case Clock.Suspended:
            case Clock.Running when end!.On <= due:
                yield return end!.Kind == FactKind.Done ? new ClockMet(end) : new ClockCancelled(end);
                yield break;
            case Clock.Running or Clock.Stopped when end is not null:
                // Its end had not been found yet, and the fact itself shows it.
                yield return Over(clock, today > due ? today : end.On);
                yield return new EndConfirmed(end, due);
                yield break;
            case Clock.Stopped:
                yield return new ClockReopened(due);
                yield break;
            case Clock.Passed p when end is null:
                if (due >= p.FoundOn)
                    yield return new ClockReopened(due);
                else if (p.Answer != EndAnswer.None)
                    yield return new AnswerTakenBack(due);
                yield break;
            case Clock.Passed p:
                if (end.On <= due && p.Answer != EndAnswer.Rebutted)
                    yield return new EndRebutted(end, due);
                else if (end.On > due && p.Answer != EndAnswer.Confirmed)
                    yield return new EndConfirmed(end, due);
                yield break;
            default:
                throw new InvalidOperationException($"No such state of a clock: {clock.GetType().Name}.");
        }
    }

    private static bool Carries(IClockEvent e, ClockFact fact) =>
        e switch
        {
            ClockMet m => m.Fact == fact,
            ClockCancelled c => c.Fact == fact,
            EndRebutted r => r.Fact == fact,
            EndConfirmed c => c.Fact == fact,
            _ => false,
        };

    private static IClockEvent Over(Clock.Begun clock, DateOnly foundOn) =>
        clock.Armed.Type switch
        {
            RuleType.Duty => new ClockBreached(clock.Computed.Due, foundOn),
            RuleType.Right => new ClockLapsed(clock.Computed.Due, foundOn),
            RuleType.External => new ClockOverdue(clock.Computed.Due, foundOn),
            RuleType.Gate => new GateOpened(clock.Computed.Due, foundOn),
            _ => throw new InvalidOperationException($"A rule of type {clock.Armed.Type}."),
        };

    private static Computed Compute(Clock.Begun clock, Known known, Law law) =>
        Compute(RuleOf(clock, law), known.Period, clock.Armed.Length, clock.Armed.EnteredOn, law.Calendar);

    private static Rule RuleOf(Clock.Begun clock, Law law) => law.Book.Version(clock.Armed.Rule, clock.Version);

    private static Clock.Begun Begun(Clock state) => state as Clock.Begun ?? throw new Refused(ClockRefusals.NotBegun);
}
