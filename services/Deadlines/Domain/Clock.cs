using System.Collections.Immutable;

namespace Mediation.Deadlines.Domain;

public interface IClockEvent;

/// <summary>What a clock runs for. A clock whose trigger reaches each party on a day of its own (an award) runs once per
/// party, one whose right belongs to a worker once per worker, a limitation once per claim item.</summary>
/// <param name="Root">Request, dispute or proceeding on whose page the clock stands.</param>
/// <param name="Of">What the clock is about: the root itself, a worker's claim, a claim item, an instrument.</param>
/// <param name="PartyId">The party bound or entitled, where the rule runs per party.</param>
public sealed record ClockSubject(Guid Root, Guid Of, Guid? PartyId);

/// <summary>A date as it was computed, with what it was computed on.</summary>
/// <param name="Due">Last day of the period.</param>
/// <param name="Watch">End of the shorter period that runs beside it, where the rule has one.</param>
/// <param name="WarnOn">Days of the warnings, in order and before the last day: half time, two and one working days before.</param>
/// <param name="Calendar">Version of the calendar.</param>
public sealed record Computed(
    DateOnly Due,
    bool Provisional,
    DateOnly? Watch,
    ImmutableArray<DateOnly> WarnOn,
    int Calendar
);

/// <summary>The clock runs: its trigger became known.</summary>
/// <param name="Version">First day of the version of the rule by which it runs, to its end.</param>
/// <param name="Unit">The organisation that keeps the period or watches it.</param>
/// <param name="Length">The unit's own length, where the rule allows one.</param>
/// <param name="Fact">Id of the fact that armed it.</param>
/// <param name="From">Legal day of the trigger.</param>
/// <param name="EnteredOn">Legal day on which the fact was recorded; a gap to <paramref name="From"/> is shown.</param>
public sealed record ClockArmed(
    Guid ClockId,
    string Rule,
    DateOnly Version,
    RuleType Type,
    ClockSubject Subject,
    string Unit,
    int? Length,
    Guid Fact,
    DateOnly From,
    ServiceMode? Service,
    DateOnly EnteredOn,
    Computed Computed
) : IClockEvent;

/// <summary>Something that happened to the clock became known before what begins it: messages of two streams come in any
/// order. It is held and takes effect when the clock is armed.</summary>
public sealed record FactHeld(Guid ClockId, HeldFact Held) : IClockEvent;

public sealed record HeldFact(Guid Fact, HeldKind Kind, DateOnly On, DateOnly EnteredOn);

public enum HeldKind
{
    Done,
    Void,
    Restart,
}

public enum StopCause
{
    /// <summary>What was due has been done, or the right was used.</summary>
    Done,

    /// <summary>There is nothing left to do: withdrawn, replaced, entered in error.</summary>
    Void,
}

/// <param name="By">Units of the period, added to those of earlier extensions.</param>
/// <param name="Document">Content id of the paper that allows it.</param>
public sealed record ClockExtended(Guid Fact, int By, Guid Document, DateOnly On, Computed Computed) : IClockEvent;

public sealed record ClockSuspended(Guid Fact, SuspensionCause Cause, DateOnly From, DateOnly EnteredOn) : IClockEvent;

public enum SuspensionCause
{
    ForceMajeure,
    NoStatutoryAgent,
    Stay,
    PublicNotice,
    Supplement,
    Other,
}

/// <param name="To">Last day that does not count.</param>
public sealed record ClockResumed(Guid Fact, DateOnly To, DateOnly EnteredOn, Computed Computed) : IClockEvent;

/// <summary>It runs anew in full from the day of the fact.</summary>
public sealed record ClockRestarted(Guid Fact, DateOnly On, DateOnly EnteredOn, Computed Computed) : IClockEvent;

/// <summary>The same facts give another date: a notice announced the year, or the day of the trigger was corrected.</summary>
public sealed record ClockRecomputed(RecomputeCause Cause, DateOnly From, Computed Computed) : IClockEvent;

public enum RecomputeCause
{
    Calendar,
    TriggerCorrected,
}

/// <summary>Somebody is to be warned. Stages that passed unseen, while nothing ran, are not made up for one by one.</summary>
/// <param name="Stage">Place in the list of days to warn on, from 1.</param>
public sealed record ClockWarned(int Stage, DateOnly Due, DateOnly On) : IClockEvent;

/// <summary>Stopped in time.</summary>
public sealed record ClockMet(Guid Fact, DateOnly On, DateOnly EnteredOn) : IClockEvent;

/// <summary>Ended because nothing is left to do.</summary>
public sealed record ClockCancelled(Guid Fact, DateOnly On, DateOnly EnteredOn) : IClockEvent;

/// <summary>The last day passed with nothing known to have ended it: a duty of ours was not met.</summary>
/// <param name="FoundOn">The day this was found; later than the day after <paramref name="Due"/> when nothing watched.</param>
public sealed record ClockBreached(DateOnly Due, DateOnly FoundOn) : IClockEvent;

/// <summary>A party's right ended unused.</summary>
public sealed record ClockLapsed(DateOnly Due, DateOnly FoundOn) : IClockEvent;

/// <summary>A court or a commission is over its time; nothing of ours has failed.</summary>
public sealed record ClockOverdue(DateOnly Due, DateOnly FoundOn) : IClockEvent;

/// <summary>The step that waited for this day is open.</summary>
public sealed record GateOpened(DateOnly Due, DateOnly FoundOn) : IClockEvent;

/// <summary>A fact entered afterwards happened in time: the end stands as found and is answered.</summary>
public sealed record EndRebutted(Guid Fact, DateOnly On, DateOnly EnteredOn) : IClockEvent;

/// <summary>A fact entered afterwards happened too late: the end stands, and what was due is done.</summary>
public sealed record EndConfirmed(Guid Fact, DateOnly On, DateOnly EnteredOn) : IClockEvent;

/// <summary>How a clock ended by the passing of its last day.</summary>
public enum PassedEnd
{
    Breached,
    Lapsed,
    Overdue,
    Opened,
}

/// <summary>One clock: a rule running for one subject.</summary>
public abstract record Clock
{
    private Clock() { }

    public sealed record Unknown : Clock;

    /// <summary>Facts are held for it; its beginning is not known yet.</summary>
    public sealed record Expected(ImmutableArray<HeldFact> Held) : Clock;

    /// <summary>It has begun; what all states after that know.</summary>
    public abstract record Begun(ClockArmed Armed, PeriodFacts Facts, ImmutableHashSet<Guid> Seen, Computed Computed)
        : Clock;

    /// <param name="Warned">The highest stage that was warned of.</param>
    public sealed record Running(
        ClockArmed Armed,
        PeriodFacts Facts,
        ImmutableHashSet<Guid> Seen,
        Computed Computed,
        int Warned
    ) : Begun(Armed, Facts, Seen, Computed);

    public sealed record Suspended(
        ClockArmed Armed,
        PeriodFacts Facts,
        ImmutableHashSet<Guid> Seen,
        Computed Computed,
        DateOnly Since
    ) : Begun(Armed, Facts, Seen, Computed);

    /// <summary>The last day passed.</summary>
    /// <param name="AnsweredOn">Legal day of the fact that came afterwards; null while there is none.</param>
    /// <param name="Rebutted">The fact had happened in time.</param>
    public sealed record Passed(
        ClockArmed Armed,
        PeriodFacts Facts,
        ImmutableHashSet<Guid> Seen,
        Computed Computed,
        PassedEnd End,
        DateOnly FoundOn,
        DateOnly? AnsweredOn,
        bool Rebutted
    ) : Begun(Armed, Facts, Seen, Computed);

    /// <summary>Stopped before its last day passed.</summary>
    public sealed record Stopped(
        ClockArmed Armed,
        PeriodFacts Facts,
        ImmutableHashSet<Guid> Seen,
        Computed Computed,
        StopCause Cause,
        DateOnly On
    ) : Begun(Armed, Facts, Seen, Computed);

    public static Clock Initial { get; } = new Unknown();

    public static Clock Evolve(Clock state, IClockEvent e) =>
        (state, e) switch
        {
            (Unknown, FactHeld h) => new Expected([h.Held]),
            (Expected x, FactHeld h) => new Expected(x.Held.Add(h.Held)),
            (Unknown or Expected or Stopped or Passed, ClockArmed a) => new Running(
                a,
                new(a.From, a.Service),
                [.. FactsOf(state), a.Fact],
                a.Computed,
                0
            ),
            (Running or Passed, ClockExtended x) => Run(
                (Begun)state,
                x.Fact,
                f => f with { ExtendedBy = f.ExtendedBy + x.By },
                x.Computed
            ),
            (Running or Passed, ClockSuspended s) => Suspend((Begun)state, s),
            (Suspended s, ClockResumed r) => Run(
                s,
                r.Fact,
                f => f with { Suspensions = SuspensionsOf(f).Add(new(s.Since, r.To)) },
                r.Computed
            ),
            (Running or Passed or Stopped, ClockRestarted n) => Run(
                (Begun)state,
                n.Fact,
                f => f with { Restarts = RestartsOf(f).Add(n.On) },
                n.Computed
            ),
            // A new date later than the day on which the end was found: it had not ended then.
            (Passed p, ClockRecomputed n) when n.Computed.Due < p.FoundOn => p with
            {
                Facts = p.Facts with { From = n.From },
                Computed = n.Computed,
            },
            (Running or Passed, ClockRecomputed n) => Run((Begun)state, null, f => f with { From = n.From }, n.Computed),
            (Running r, ClockWarned w) => r with { Warned = w.Stage },
            (Running or Suspended, ClockMet m) => Stop((Begun)state, m.Fact, StopCause.Done, m.On),
            (Running or Suspended, ClockCancelled c) => Stop((Begun)state, c.Fact, StopCause.Void, c.On),
            (Running r, ClockBreached b) => Pass(r, PassedEnd.Breached, b.FoundOn),
            (Running r, ClockLapsed l) => Pass(r, PassedEnd.Lapsed, l.FoundOn),
            (Running r, ClockOverdue o) => Pass(r, PassedEnd.Overdue, o.FoundOn),
            (Running r, GateOpened g) => Pass(r, PassedEnd.Opened, g.FoundOn),
            (Passed p, EndRebutted b) => p with { Seen = p.Seen.Add(b.Fact), AnsweredOn = b.On, Rebutted = true },
            (Passed p, EndConfirmed c) => p with { Seen = p.Seen.Add(c.Fact), AnsweredOn = c.On },
            _ => throw new InvalidOperationException(
                $"{e.GetType().Name} does not follow on a Clock that is {state.GetType().Name}."
            ),
        };

    private static ImmutableHashSet<Guid> FactsOf(Clock state) => state is Begun b ? b.Seen : [];

    internal static ImmutableArray<Suspension> SuspensionsOf(PeriodFacts facts) =>
        facts.Suspensions.IsDefault ? [] : facts.Suspensions;

    internal static ImmutableArray<DateOnly> RestartsOf(PeriodFacts facts) =>
        facts.Restarts.IsDefault ? [] : facts.Restarts;

    private static Running Run(Begun clock, Guid? fact, Func<PeriodFacts, PeriodFacts> change, Computed computed) =>
        new(
            clock.Armed,
            change(clock.Facts),
            fact is { } seen ? clock.Seen.Add(seen) : clock.Seen,
            computed,
            // The stages of the old date say nothing of the new one.
            0
        );

    private static Suspended Suspend(Begun clock, ClockSuspended s) =>
        new(clock.Armed, clock.Facts, clock.Seen.Add(s.Fact), clock.Computed, s.From);

    private static Stopped Stop(Begun clock, Guid fact, StopCause cause, DateOnly on) =>
        new(clock.Armed, clock.Facts, clock.Seen.Add(fact), clock.Computed, cause, on);

    private static Passed Pass(Running clock, PassedEnd end, DateOnly foundOn) =>
        new(clock.Armed, clock.Facts, clock.Seen, clock.Computed, end, foundOn, null, false);
}
