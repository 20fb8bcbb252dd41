using Mediation.Contracts.Http.Deadlines;
using Mediation.Deadlines.Domain;
using Mediation.EventStore;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;

namespace Mediation.Deadlines.Service;

/// <summary>The clocks of a case, and one clock with how its date came about and what happened to it.</summary>
internal sealed class ShowClocks(Rights rights, EventJournal journal, ClockList clocks, ClockViews views, Laws laws)
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapGet("/cases/{id:guid}/clocks", (Guid id, ShowClocks show, CancellationToken ct) => show.OfCase(id, ct))
            .RequireRole(Rights.Readers);
        routes
            .MapGet(
                "/clocks/{id:guid}",
                async (Guid id, ShowClocks show, HttpResponse response, CancellationToken ct) =>
                {
                    var details = await show.One(id, ct);
                    Answer.Version(response, details.Clock.Version);
                    return details;
                }
            )
            .RequireRole(Rights.Readers);
    }

    private async Task<Contracts.Http.Deadlines.CaseClocks> OfCase(Guid id, CancellationToken ct)
    {
        // A case announced elsewhere and not arrived here looks like an unknown id: nothing is told of either.
        if (await rights.Find(id, ct) is not { } file)
            return new(id, false, null, null, null, []);
        if (!rights.MaySee(file))
            throw Problem.NotFound();
        var law = await laws.Current(ct);
        return new(
            file.CaseId,
            true,
            file.CaseNumber,
            file.Unit,
            file.Responsible,
            [.. (await views.OfCase(file.CaseId, ct)).Select(c => ClockViews.Of(c, rights.Today, law))]
        );
    }

    private async Task<ClockDetails> One(Guid id, CancellationToken ct)
    {
        var (loaded, file) = await rights.Clock(journal, id, ct);
        var clock = (Clock.Begun)loaded.State;
        var law = await laws.Current(ct);
        var rule = law.Law.Book.Version(clock.Armed.Rule, clock.Version);
        var all = await views.OfCase(file.CaseId, ct);
        // Not the row that stands in the list by now: what is shown belongs together.
        var listed = new ListedClock(clocks.Of(loaded.History)!, loaded.Version, file);
        var entitled = rights.MayMove(file);
        var kind = MoveClock.CaseKind(
            (await journal.Load(Streams.Case, file.CaseId, ct: ct)).State,
            clock.Armed.Subject
        );
        return new(
            ClockViews.Of(listed, rights.Today, law),
            ClockViews.Text(rule),
            clock is Clock.Suspended ? null : Counted(clock, rule, law),
            [.. loaded.History.Select(Line)],
            [
                .. all.Where(c =>
                        c.Clock.ClockId != id
                        && c.Clock.Rule == listed.Clock.Rule
                        && c.Clock.Standing == listed.Clock.Standing
                        && c.Clock.Due == listed.Clock.Due
                    )
                    .Select(c => ClockViews.Of(c, rights.Today, law)),
            ],
            [.. Recordable(rule, law.Connections)],
            rule.Extension?.By.Code(),
            MoveClock.CapOf(rule, kind),
            [.. Actions(clock, entitled, law, kind)]
        );
    }

    /// <summary>Facts of a rule that nobody tells by message.</summary>
    public static IEnumerable<RecordableFact> Recordable(Rule rule, Connections connections) =>
        from fact in connections.Untold(rule).Distinct()
        let effect = rule.EffectOf(fact)
        where effect is not (FactEffect.None or FactEffect.Arms)
        select new RecordableFact(fact, effect.Code());

    private static Counted Counted(Clock.Begun clock, Rule rule, CurrentLaw law) =>
        ClockViews.Counted(
            rule,
            clock.Known.From,
            StatuteBook.Due(rule, clock.Known.Period, law.Law.Calendar, explain: true, clock.Armed.Length),
            law.Law.Calendar.Version
        );

    private IEnumerable<Contracts.Http.ActionState> Actions(
        Clock.Begun clock,
        bool entitled,
        CurrentLaw law,
        string? kind
    )
    {
        var (today, any) = (rights.Today, Guid.CreateVersion7());
        Contracts.Http.ActionState Action(string name, IClockCommand probe)
        {
            if (!entitled)
                return new(name, false, "forbidden", []);
            try
            {
                ClockDecider.Decide(clock, probe);
                return new(name, true, null, []);
            }
            catch (Refused refused)
            {
                return new(name, false, refused.Code, [.. refused.Arguments.Select(a => a.ToString() ?? "")]);
            }
        }
        yield return Action("extend", new ExtendClock(any, 1, kind, any, Earlier(today, clock), today, law.Law));
        yield return Action(
            "suspend",
            new SuspendClock(any, Domain.SuspensionCause.Other, Earlier(today, clock), null, today, law.Law)
        );
        yield return Action("resume", new ResumeClock(any, today, today, law.Law));
        yield return new(
            "record",
            entitled && Recordable(law.Law.Book.Version(clock.Armed.Rule, clock.Version), law.Connections).Any(),
            entitled ? null : "forbidden",
            []
        );
    }

    // Consent may have been given while it still ran, and is entered afterwards.
    private static DateOnly Earlier(DateOnly today, Clock.Begun clock) =>
        today > clock.Computed.Due ? clock.Computed.Due : today;

    private static ClockHistoryLine Line(StoredEvent stored)
    {
        var account = Guid.TryParse(stored.Metadata.Account, out var who) ? who : (Guid?)null;
        ClockHistoryLine At(
            DateOnly? on,
            DateOnly? enteredOn = null,
            DateOnly? due = null,
            int? by = null,
            int? late = null,
            Guid? document = null
        ) => new(stored.Name, stored.RecordedAt, account, on, enteredOn, due, by, late > 0 ? late : null, document);
        ClockHistoryLine Fact(ClockFact f, DateOnly? due = null) =>
            At(f.On, f.EnteredOn, due, late: f.EnteredOn.DayNumber - f.On.DayNumber);
        ClockHistoryLine Over(DateOnly due, DateOnly found) =>
            At(found, due: due, late: found.DayNumber - due.DayNumber - 1);
        return stored.Data switch
        {
            ClockArmed e => At(e.From, e.EnteredOn, e.Computed.Due, late: e.EnteredOn.DayNumber - e.From.DayNumber),
            FactHeld e => Fact(e.Fact),
            ClockExtended e => At(e.On, e.EnteredOn, e.Computed.Due, e.By, document: e.Document),
            ClockSuspended e => At(e.From, e.EnteredOn, e.Computed?.Due),
            ClockResumed e => At(e.To, e.EnteredOn, e.Computed.Due),
            ClockRestarted e => Fact(e.Fact, e.Computed.Due),
            ClockRecomputed e => At(e.From, e.EnteredOn, e.Computed.Due),
            ClockWarned e => At(e.On, due: e.Due),
            ClockMet e => Fact(e.Fact),
            ClockCancelled e => Fact(e.Fact),
            ClockBreached e => Over(e.Due, e.FoundOn),
            ClockLapsed e => Over(e.Due, e.FoundOn),
            ClockOverdue e => Over(e.Due, e.FoundOn),
            GateOpened e => Over(e.Due, e.FoundOn),
            EndRebutted e => Fact(e.Fact, e.Due),
            EndConfirmed e => Fact(e.Fact, e.Due),
            ClockReopened e => At(null, due: e.Due),
            AnswerTakenBack e => At(null, due: e.Due),
            _ => throw new InvalidOperationException($"{stored.Name} is not an event of a clock."),
        };
    }
}
