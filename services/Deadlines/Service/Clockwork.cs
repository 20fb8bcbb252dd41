using Mediation.Deadlines.Domain;
using Mediation.EventStore;

namespace Mediation.Deadlines.Service;

/// <summary>A fact as a message or a person tells it.</summary>
/// <param name="Name">As in the statute book, such as <c>agreementEffective</c>.</param>
/// <param name="Id">The same however often it is told.</param>
/// <param name="On">Legal day on which it happened.</param>
/// <param name="EnteredOn">Legal day on which it was recorded.</param>
/// <param name="Corrects">The day told now replaces the one told before.</param>
internal sealed record ToldFact(string Name, Guid Id, DateOnly On, DateOnly EnteredOn, bool Corrects = false);

/// <summary>Whom a fact concerns; the rule says for which of them it has clocks.</summary>
/// <param name="Whole">The case as a whole is concerned, not only some of its workers.</param>
internal sealed record Concerned(
    Guid Case,
    string Unit,
    bool Whole,
    IReadOnlyList<CaseWorker> Workers,
    ClockSubject? Instalment = null
)
{
    public IEnumerable<ClockSubject> Subjects(Rule rule) =>
        rule.Per switch
        {
            RunsPer.Case => Whole ? [new(Case, Case, null)] : [],
            RunsPer.Worker => Workers.Select(w => new ClockSubject(Case, w.WorkerClaimId, w.PartyId)),
            RunsPer.ClaimItem => Workers.SelectMany(w =>
                w.Items.Where(rule.SpeaksOf).Select(i => new ClockSubject(Case, i.ItemId, w.PartyId))
            ),
            RunsPer.Party => Workers.Select(w => new ClockSubject(Case, w.WorkerClaimId, w.PartyId)),
            RunsPer.Instalment => Instalment is { } one ? [one] : [],
            _ => throw new ArgumentOutOfRangeException(nameof(rule), rule.Per, null),
        };
}

/// <summary>Tells facts to the clocks that the statute book gives them to. The facts of one message are gathered, so that
/// a clock concerned by several of them is decided once and appended to once.</summary>
internal sealed class Clockwork(EventJournal journal, Laws laws)
{
    /// <summary>What is to be done with a clock that stands so; null where nothing is.</summary>
    public delegate IClockCommand? Ask(Clock clock, CurrentLaw law);

    /// <summary>Tells facts that happened.</summary>
    public Task Tell(IEnumerable<(ToldFact Fact, Concerned To)> facts, Changes changes, CancellationToken ct) =>
        Do(
            law =>
                facts.SelectMany(f =>
                    Clocks(law, f.Fact, f.To)
                        .Select(c => (c.Clock, (Ask)((state, _) => Command(c.Clock, c.Rule, c.Subject, f, state, law))))
                ),
            changes,
            ct
        );

    /// <summary>Tells how things stand with what ends clocks: done on a day, or not done. What a clock knows already is no
    /// new fact to it.</summary>
    public Task Settle(
        IEnumerable<(ToldFact Fact, DateOnly? DoneOn, Concerned To)> standings,
        Changes changes,
        CancellationToken ct
    ) =>
        Do(
            law =>
                standings.SelectMany(s =>
                    Clocks(law, s.Fact, s.To)
                        .Select(c =>
                            (
                                c.Clock,
                                (Ask)(
                                    (state, _) =>
                                        s.DoneOn == DoneOn(state) ? null
                                        : s.DoneOn is { } on
                                            ? new StopClock(
                                                c.Clock,
                                                s.Fact.Id,
                                                StopCause.Done,
                                                on,
                                                s.Fact.EnteredOn,
                                                law.Law
                                            )
                                        : new TakeStopBack(c.Clock, s.Fact.Id, s.Fact.On, s.Fact.EnteredOn, law.Law)
                                )
                            )
                        )
                ),
            changes,
            ct
        );

    private static DateOnly? DoneOn(Clock clock) =>
        clock switch
        {
            Clock.Begun b => b.Known.End?.On,
            Clock.Expected { Held: [.., { Kind: FactKind.Done } last] } => last.On,
            _ => null,
        };

    /// <summary>The clocks of a fact's rules for those whom it concerns.</summary>
    private static IEnumerable<(Guid Clock, Rule Rule, ClockSubject Subject)> Clocks(
        CurrentLaw law,
        ToldFact fact,
        Concerned to
    ) =>
        from rule in law.Law.Book.On(fact.EnteredOn)
        where rule.EffectOf(fact.Name) != FactEffect.None && rule.HoldsIn(to.Unit)
        from subject in to.Subjects(rule)
        select (Streams.ClockOf(rule, subject), rule, subject);

    private static IClockCommand Command(
        Guid clock,
        Rule rule,
        ClockSubject subject,
        (ToldFact Fact, Concerned To) told,
        Clock state,
        CurrentLaw law
    )
    {
        var (fact, unit) = (told.Fact, told.To.Unit);
        return rule.EffectOf(fact.Name) switch
        {
            FactEffect.Arms when fact.Corrects && state is Clock.Begun => new CorrectTrigger(
                fact.On,
                fact.EnteredOn,
                law.Law
            ),
            FactEffect.Arms => new ArmClock(
                clock,
                rule.Id,
                subject,
                unit,
                law.LengthOf(rule.Id, unit, fact.On),
                fact.Id,
                fact.On,
                null,
                fact.EnteredOn,
                law.Law
            ),
            FactEffect.Stops => new StopClock(clock, fact.Id, StopCause.Done, fact.On, fact.EnteredOn, law.Law),
            FactEffect.Voids => new StopClock(clock, fact.Id, StopCause.Void, fact.On, fact.EnteredOn, law.Law),
            FactEffect.Restarts => new RestartClock(clock, fact.Id, fact.On, fact.EnteredOn, law.Law),
            FactEffect.TakesStopBack => new TakeStopBack(clock, fact.Id, fact.On, fact.EnteredOn, law.Law),
            var effect => throw new InvalidOperationException($"{fact.Name} has the effect {effect} on {rule.Id}."),
        };
    }

    private async Task Do(
        Func<CurrentLaw, IEnumerable<(Guid Clock, Ask Ask)>> told,
        Changes changes,
        CancellationToken ct
    )
    {
        var law = await laws.Current(ct);
        var byClock = told(law).ToLookup(t => t.Clock, t => t.Ask);
        if (byClock.Count == 0)
            return;
        var events = (await journal.Read([.. byClock.Select(c => c.Key)], ct)).ToLookup(e => e.Stream);
        foreach (var asked in byClock)
        {
            var loaded = Streams.Clock.Fold(asked.Key, [.. events[asked.Key]]);
            var (state, happened) = (loaded.State, new List<IClockEvent>());
            foreach (var ask in asked)
                if (ask(state, law) is { } command)
                    foreach (var e in ClockDecider.Decide(state, command))
                    {
                        happened.Add(e);
                        state = Clock.Evolve(state, e);
                    }
            changes.Append(Streams.Clock.Name, loaded, happened);
        }
    }
}
