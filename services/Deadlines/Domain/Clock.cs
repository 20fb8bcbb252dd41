using System.Collections.Immutable;

namespace Mediation.Deadlines.Domain;

public interface IClockEvent;

/// <summary>What a clock runs for; the rule's <see cref="RunsPer"/> says how many there are.</summary>
/// <param name="Root">Request, dispute or proceeding on whose page the clock stands.</param>
/// <param name="Of">What the clock is about: the root itself, a worker's claim, a claim item, an instalment, an
/// instrument.</param>
/// <param name="PartyId">The party bound or entitled, where the rule runs per party.</param>
public sealed record ClockSubject(Guid Root, Guid Of, Guid? PartyId);

/// <summary>A date as it was computed, with what it was computed on.</summary>
/// <param name="Due">Last day of the period.</param>
/// <param name="Watch">End of the shorter period that runs beside it, where the rule has one.</param>
/// <param name="WarnOn">Days of the warnings, in order and before the last day.</param>
/// <param name="Calendar">Version of the calendar.</param>
public sealed record Computed(
    DateOnly Due,
    bool Provisional,
    DateOnly? Watch,
    ImmutableArray<DateOnly> WarnOn,
    int Calendar
)
{
    /// <summary>The same days, on whatever version of the calendar.</summary>
    public bool SameDays(Computed other) =>
        Due == other.Due
        && Provisional == other.Provisional
        && Watch == other.Watch
        && WarnOn.SequenceEqual(other.WarnOn);
}

/// <summary>The clock runs: its trigger became known. What was held for it has its effect on the dates already.</summary>
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

/// <summary>A fact became known that changes nothing as things stand: what begins the clock has not been told yet, or
/// another fact outweighs it. It is kept, because what is told later may give it weight: messages of two streams come in
/// any order.</summary>
public sealed record FactHeld(Guid ClockId, ClockFact Fact) : IClockEvent;

/// <summary>Something that happened outside and bears on a clock.</summary>
/// <param name="Id">Id of the message or of the person's command.</param>
/// <param name="On">Legal day on which it happened.</param>
/// <param name="EnteredOn">Legal day on which it was recorded; the gap is shown.</param>
public sealed record ClockFact(Guid Id, FactKind Kind, DateOnly On, DateOnly EnteredOn);

public enum FactKind
{
    /// <summary>What was due has been done, or the right was used.</summary>
    Done,

    /// <summary>There is nothing left to do: withdrawn, replaced, entered in error.</summary>
    Void,

    /// <summary>The period begins anew.</summary>
    Restart,

    /// <summary>What had been done was taken back: a filing was withdrawn.</summary>
    DoneTakenBack,
}

/// <param name="By">Units of the period, added to those of earlier extensions.</param>
/// <param name="Document">Content id of the paper that allows it.</param>
public sealed record ClockExtended(Guid Fact, int By, Guid Document, DateOnly On, DateOnly EnteredOn, Computed Computed)
    : IClockEvent;

/// <param name="To">Last day that does not count; null while it goes on.</param>
/// <param name="Computed">Null while it goes on: there is no last day to name.</param>
public sealed record ClockSuspended(
    Guid Fact,
    SuspensionCause Cause,
    DateOnly From,
    DateOnly? To,
    DateOnly EnteredOn,
    Computed? Computed
) : IClockEvent;

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

/// <summary>A fact moved the beginning of the period: it runs anew in full.</summary>
public sealed record ClockRestarted(ClockFact Fact, Computed Computed) : IClockEvent;

/// <summary>The same facts give another date: a notice announced the year, or the day of the trigger was corrected.</summary>
/// <param name="Version">The version of the rule; another one when the corrected day lies before a revision.</param>
public sealed record ClockRecomputed(
    RecomputeCause Cause,
    DateOnly From,
    DateOnly Version,
    DateOnly EnteredOn,
    Computed Computed
) : IClockEvent;

public enum RecomputeCause
{
    Calendar,
    TriggerCorrected,
}

/// <summary>Somebody is to be warned. Stages that passed unseen, while nothing ran, are not made up for one by one.</summary>
/// <param name="Stage">Place in the list of days to warn on, from 1.</param>
public sealed record ClockWarned(int Stage, DateOnly Due, DateOnly On) : IClockEvent;

/// <summary>Done in time.</summary>
public sealed record ClockMet(ClockFact Fact) : IClockEvent;

/// <summary>Ended in time because nothing is left to do.</summary>
public sealed record ClockCancelled(ClockFact Fact) : IClockEvent;

/// <summary>The last day passed with nothing known to have ended it: a duty of ours was not met.</summary>
/// <param name="FoundOn">The day this was found; later than the day after <paramref name="Due"/> when nothing watched.</param>
public sealed record ClockBreached(DateOnly Due, DateOnly FoundOn) : IClockEvent;

/// <summary>A party's right ended unused.</summary>
public sealed record ClockLapsed(DateOnly Due, DateOnly FoundOn) : IClockEvent;

/// <summary>A court or a commission is over its time; nothing of ours has failed.</summary>
public sealed record ClockOverdue(DateOnly Due, DateOnly FoundOn) : IClockEvent;

/// <summary>The step that waited for this day is open.</summary>
public sealed record GateOpened(DateOnly Due, DateOnly FoundOn) : IClockEvent;

/// <summary>A fact known afterwards happened in time: the end stands as found and is answered.</summary>
public sealed record EndRebutted(ClockFact Fact, DateOnly Due) : IClockEvent;

/// <summary>A fact known afterwards happened too late: the end stands, and nothing is due any more.</summary>
public sealed record EndConfirmed(ClockFact Fact, DateOnly Due) : IClockEvent;

/// <summary>It runs again: what had ended it was taken back, or the last day moved to or beyond the day on which its end
/// had been found. The end that was found stays in the history.</summary>
public sealed record ClockReopened(DateOnly Due) : IClockEvent;

/// <summary>The fact that had answered the end was taken back, too late to open it again: it stands unanswered.</summary>
public sealed record AnswerTakenBack(DateOnly Due) : IClockEvent;

/// <summary>How a clock ended by the passing of its last day.</summary>
public enum PassedEnd
{
    Breached,
    Lapsed,
    Overdue,
    Opened,
}

/// <summary>What came after the end was found.</summary>
public enum EndAnswer
{
    None,
    Rebutted,
    Confirmed,
}

/// <summary>All that is known about a period. The order in which it became known leaves no trace here.</summary>
/// <param name="Taken">Ids of every fact that was taken in.</param>
public sealed record Known(
    DateOnly From,
    ServiceMode? Service,
    int ExtendedBy,
    ImmutableArray<Suspension> Suspensions,
    ImmutableArray<ClockFact> Facts,
    ImmutableHashSet<Guid> Taken
)
{
    /// <summary>The fact that ends the clock: the earliest that no later fact took back; null while there is none.</summary>
    public ClockFact? End
    {
        get
        {
            var back = Facts.Where(f => f.Kind == FactKind.DoneTakenBack).Select(f => f.On).DefaultIfEmpty().Max();
            return Facts
                .Where(f => f.Kind == FactKind.Void || (f.Kind == FactKind.Done && f.On > back))
                .OrderBy(f => f.On)
                .ThenBy(f => f.Kind)
                .ThenBy(f => f.Id)
                .FirstOrDefault();
        }
    }

    /// <summary>What is counted with. A filing that was withdrawn interrupted the period on its own day, and the period
    /// runs anew from the day of the withdrawal.</summary>
    public PeriodFacts Period
    {
        get
        {
            var restarts = ImmutableArray.CreateBuilder<Restart>();
            foreach (var fact in Facts.Where(f => f.Kind == FactKind.Restart))
                restarts.Add(Restart.At(fact.On));
            var after = DateOnly.MinValue;
            foreach (var back in Facts.Where(f => f.Kind == FactKind.DoneTakenBack).OrderBy(f => f.On))
            {
                var filed = Facts
                    .Where(f => f.Kind == FactKind.Done && f.On > after && f.On <= back.On)
                    .Select(f => f.On)
                    .DefaultIfEmpty(back.On)
                    .Min();
                restarts.Add(new(filed, back.On));
                after = back.On;
            }
            return new(From, Service, ExtendedBy, Suspensions, restarts.ToImmutable());
        }
    }

    public Known With(ClockFact fact) =>
        Taken.Contains(fact.Id) ? this : this with { Facts = Facts.Add(fact), Taken = Taken.Add(fact.Id) };
}

/// <summary>One clock: a rule running for one subject.</summary>
public abstract record Clock
{
    private Clock() { }

    public sealed record Unknown : Clock;

    /// <summary>Facts are held for it; its beginning is not known yet.</summary>
    public sealed record Expected(ImmutableArray<ClockFact> Held) : Clock;

    /// <summary>It has begun; what all states after that know.</summary>
    /// <param name="Version">Version of the rule it runs by.</param>
    public abstract record Begun(ClockArmed Armed, DateOnly Version, Known Known, Computed Computed) : Clock;

    /// <param name="WarnedOn">Day of the last warning.</param>
    public sealed record Running(ClockArmed Armed, DateOnly Version, Known Known, Computed Computed, DateOnly? WarnedOn)
        : Begun(Armed, Version, Known, Computed);

    public sealed record Suspended(ClockArmed Armed, DateOnly Version, Known Known, Computed Computed, DateOnly Since)
        : Begun(Armed, Version, Known, Computed);

    /// <summary>The last day passed.</summary>
    public sealed record Passed(
        ClockArmed Armed,
        DateOnly Version,
        Known Known,
        Computed Computed,
        PassedEnd End,
        DateOnly FoundOn,
        EndAnswer Answer
    ) : Begun(Armed, Version, Known, Computed);

    /// <summary>Ended before its last day passed, by the end its facts tell.</summary>
    public sealed record Stopped(ClockArmed Armed, DateOnly Version, Known Known, Computed Computed)
        : Begun(Armed, Version, Known, Computed);

    public static Clock Initial { get; } = new Unknown();

    public static Clock Evolve(Clock state, IClockEvent e) =>
        (state, e) switch
        {
            (Unknown, FactHeld h) => new Expected([h.Fact]),
            (Expected x, FactHeld h) => new Expected(x.Held.Add(h.Fact)),
            (Begun b, FactHeld h) => b with { Known = b.Known.With(h.Fact) },
            (Unknown or Expected or Stopped or Passed, ClockArmed a) => Begin(state, a),
            (Begun b, ClockExtended x) => b with
            {
                Known = b.Known with { ExtendedBy = b.Known.ExtendedBy + x.By, Taken = b.Known.Taken.Add(x.Fact) },
                Computed = x.Computed,
            },
            (Running r, ClockSuspended { To: null } s) => new Suspended(
                r.Armed,
                r.Version,
                r.Known with
                {
                    Taken = r.Known.Taken.Add(s.Fact),
                },
                r.Computed,
                s.From
            ),
            (Begun b, ClockSuspended { To: not null, Computed: { } computed } s) => b with
            {
                Known = b.Known with
                {
                    Suspensions = b.Known.Suspensions.Add(new(s.From, s.To)),
                    Taken = b.Known.Taken.Add(s.Fact),
                },
                Computed = computed,
            },
            (Suspended s, ClockResumed r) => new Running(
                s.Armed,
                s.Version,
                s.Known with
                {
                    Suspensions = s.Known.Suspensions.Add(new(s.Since, r.To)),
                    Taken = s.Known.Taken.Add(r.Fact),
                },
                r.Computed,
                null
            ),
            (Begun b, ClockRestarted n) => b with { Known = b.Known.With(n.Fact), Computed = n.Computed },
            (Begun b, ClockRecomputed n) => b with
            {
                Version = n.Version,
                Known = b.Known with { From = n.From },
                Computed = n.Computed,
            },
            (Running r, ClockWarned w) => r with { WarnedOn = w.On },
            (Running or Suspended, ClockMet m) => Stop((Begun)state, m.Fact),
            (Running or Suspended, ClockCancelled c) => Stop((Begun)state, c.Fact),
            (Running or Stopped, ClockBreached b) => Pass((Begun)state, PassedEnd.Breached, b.FoundOn),
            (Running or Stopped, ClockLapsed l) => Pass((Begun)state, PassedEnd.Lapsed, l.FoundOn),
            (Running or Stopped, ClockOverdue o) => Pass((Begun)state, PassedEnd.Overdue, o.FoundOn),
            (Running or Stopped, GateOpened g) => Pass((Begun)state, PassedEnd.Opened, g.FoundOn),
            (Passed p, EndRebutted b) => p with { Known = p.Known.With(b.Fact), Answer = EndAnswer.Rebutted },
            (Passed p, EndConfirmed c) => p with { Known = p.Known.With(c.Fact), Answer = EndAnswer.Confirmed },
            (Passed p, AnswerTakenBack) => p with { Answer = EndAnswer.None },
            (Stopped or Passed, ClockReopened) => Reopen((Begun)state),
            _ => throw new InvalidOperationException(
                $"{e.GetType().Name} does not follow on a Clock that is {state.GetType().Name}."
            ),
        };

    /// <summary>What a clock that is armed knows of before: what was held for it, or, when it begins once more, what
    /// happened since its new trigger and did not end its former run.</summary>
    internal static (ImmutableArray<ClockFact> Facts, ImmutableHashSet<Guid> Taken) Before(
        Clock state,
        DateOnly from
    ) =>
        state switch
        {
            Expected x => (x.Held, [.. x.Held.Select(f => f.Id)]),
            Begun b => ([.. b.Known.Facts.Where(f => f.On >= from && f != b.Known.End)], b.Known.Taken),
            _ => ([], []),
        };

    private static Running Begin(Clock state, ClockArmed a)
    {
        var (facts, taken) = Before(state, a.From);
        return new(a, a.Version, new(a.From, a.Service, 0, [], facts, taken.Add(a.Fact)), a.Computed, null);
    }

    private static Running Reopen(Begun clock) => new(clock.Armed, clock.Version, clock.Known, clock.Computed, null);

    private static Stopped Stop(Begun clock, ClockFact fact) =>
        new(clock.Armed, clock.Version, clock.Known.With(fact), clock.Computed);

    private static Passed Pass(Begun clock, PassedEnd end, DateOnly foundOn) =>
        new(clock.Armed, clock.Version, clock.Known, clock.Computed, end, foundOn, EndAnswer.None);
}
