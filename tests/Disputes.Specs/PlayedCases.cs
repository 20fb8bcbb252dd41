using Mediation.Disputes.Domain;
using static Mediation.Disputes.Specs.A;

namespace Mediation.Disputes.Specs;

/// <summary>A case played by choices: each number picks a command fitting or not fitting the moment, refused ones leave
/// no trace. Dispute and claims change together or not at all, as in the service.</summary>
internal sealed class PlayedCase
{
    private static readonly Guid[] Workers = [Anna, Bao];
    private static readonly Guid[] Mediators = [Mediator, Other, Id(44)];

    private readonly List<IDisputeEvent> dispute = [];
    private readonly Dictionary<Guid, List<IWorkerClaimEvent>> claims = Workers.ToDictionary(
        w => w,
        _ => new List<IWorkerClaimEvent>()
    );

    internal List<(IDisputeCommand Command, Dispute Before)> Accepted { get; } = [];
    internal int Refusals { get; private set; }

    internal Dispute State { get; private set; } = Dispute.Initial;
    internal Dictionary<Guid, WorkerClaim> Claims { get; } = Workers.ToDictionary(w => w, _ => WorkerClaim.Initial);
    internal IReadOnlyList<IDisputeEvent> Events => dispute;
    internal IReadOnlyDictionary<Guid, List<IWorkerClaimEvent>> ClaimEvents => claims;

    internal IEnumerable<Type> Happened =>
        dispute.Select(e => e.GetType()).Concat(claims.Values.SelectMany(c => c.Select(e => e.GetType())));

    internal PlayedCase(IEnumerable<int> choices)
    {
        Do(new OpenDispute(Opened(Workers), [.. Workers.Select(Joined)]));
        var step = 0;
        foreach (var choice in choices)
            Step(choice & int.MaxValue, ++step);
    }

    private void Step(int n, int step)
    {
        var day = SessionDay.AddDays(step % 20);
        var worker = Workers[n / 32 % 2];
        var by = Mediators[n / 64 % 3];
        var agreement = Agreements.Count == 0 ? Id(1) : Agreements[^1];
        if (n % 32 >= 28)
        {
            Direct(worker, n, day);
            return;
        }
        IDisputeCommand command = (n % 28) switch
        {
            0 or 1 => new AppointMediator(by, n % 3 == 0 ? null : MediatorChangeReason.Workload, Head, day, Day(40)),
            2 => new RaiseRecusal(
                Id(2000 + step),
                RecusalSource.Mediator,
                null,
                RecusalGround.Other,
                null,
                by,
                day,
                Day(40)
            ),
            3 or 4 => new DecideRecusal(LastRecusal, n / 2 % 4 == 0, Head, day, Day(40)),
            5 => new ScheduleSession(Id(3000 + step), Noon(41), Noon(40), SessionMode.Video, null, by, Day(40)),
            6 => new CancelSession(LastSession, SessionCancelReason.Rescheduled, by, Day(40)),
            7 or 8 or 9 => new HoldSession(
                n % 2 == 0 ? LastSession : Id(4000 + step),
                SessionMode.InPerson,
                [new(AnnaParty, AttendeeCapacity.Self)],
                true,
                true,
                Content(1),
                null,
                null,
                by,
                day,
                Day(40)
            ),
            10 => new MakeOffer(Id(5000 + step), OfferSide.Worker, worker, null, new(n % 100), null, by, day, Day(40)),
            11 => new AnswerOffer(LastOffer, OfferAnswer.Rejected, by, day, Day(40)),
            12 or 13 => new DraftAgreement(
                Id(6000 + step),
                PaymentManner.Cash,
                n % 3 == 0 ? [TermsFor(worker, day, n)] : [TermsFor(Anna, day, n), TermsFor(Bao, day, n)],
                null,
                by,
                day,
                Day(40)
            ),
            14 or 15 or 16 => new RecordWorkerSignature(
                agreement,
                worker,
                SignatureMode.Handwritten,
                Content(2),
                by,
                day,
                Day(40)
            ),
            17 or 18 => new RecordCommonSignature(
                agreement,
                CommonSignatory.Employer,
                Employer,
                SignatureMode.Seal,
                Content(2),
                by,
                day,
                Day(40)
            ),
            19 or 20 => new RecordCommonSignature(
                agreement,
                CommonSignatory.Mediator,
                null,
                SignatureMode.ESignature,
                Content(2),
                by,
                day,
                Day(40)
            ),
            21 or 22 => new RecordCommonSignature(
                agreement,
                CommonSignatory.Organisation,
                null,
                SignatureMode.Seal,
                Content(2),
                by,
                day,
                Day(40)
            ),
            23 => new SettleOnSpot(
                worker,
                LastSession,
                [new(worker == Anna ? Wages : BaoWages, new(500))],
                Content(3),
                Id(45),
                by,
                LastHeld,
                Day(40)
            ),
            24 => n % 5 > 1
                ? new CancelSession(LastSession, SessionCancelReason.Rescheduled, by, Day(40))
                : new FailMediation([worker], FailureReason.NoContact, Content(4), null, true, by, day, Day(40)),
            25 => new WithdrawClaims(n % 7 == 0 ? [] : [worker], WithdrawalReason.PersonalDecision, Head, day, Day(40)),
            26 => new IssueAgreementPaper(Id(7000 + step), agreement, 1, 3, Content(5), by, Day(40)),
            _ => new CloseDispute(
                Workers
                    .Where(w => n % 2 == 0 && Claims[w] is WorkerClaim.Effective)
                    .ToDictionary(w => w, _ => UnperformedReason.NotYetDue),
                by,
                Day(40),
                Day(40)
            ),
        };
        Do(command);
    }

    private void Direct(Guid worker, int n, DateOnly day)
    {
        IWorkerClaimCommand command = (n % 3) switch
        {
            0 => new PerformItem(Certificate, day, Day(40), Content(6)),
            1 => new NoteRecovery(worker == Anna ? Wages : BaoWages, new(n % 1_000_000), new(n % 10)),
            _ => new NoteRecovery(worker == Anna ? Wages : BaoWages, new(9_000_000), Money.Zero),
        };
        try
        {
            var events = WorkerClaimDecider.Decide(Claims[worker], command);
            claims[worker].AddRange(events);
            Claims[worker] = events.Aggregate(Claims[worker], WorkerClaim.Evolve);
        }
        catch (Refused)
        {
            Refusals++;
        }
    }

    internal void Do(IDisputeCommand command)
    {
        try
        {
            var events = DisputeDecider.Decide(State, command);
            var next = events.Aggregate(State, Dispute.Evolve);
            var changed = Casework
                .Consequences(State, command, events)
                .GroupBy(c => c.WorkerClaimId, c => c.Command)
                .ToDictionary(g => g.Key, g => DecideAll(Claims[g.Key], g));
            Accepted.Add((command, State));
            State = next;
            dispute.AddRange(events);
            foreach (var (worker, (state, happened)) in changed)
            {
                Claims[worker] = state;
                claims[worker].AddRange(happened);
            }
        }
        catch (Refused)
        {
            Refusals++;
        }
    }

    private static (WorkerClaim, List<IWorkerClaimEvent>) DecideAll(
        WorkerClaim state,
        IEnumerable<IWorkerClaimCommand> commands
    )
    {
        var happened = new List<IWorkerClaimEvent>();
        foreach (var command in commands)
        {
            var events = WorkerClaimDecider.Decide(state, command);
            happened.AddRange(events);
            state = events.Aggregate(state, WorkerClaim.Evolve);
        }
        return (state, happened);
    }

    private static DateOnly Day(int n) => SessionDay.AddDays(n);

    private static DateTimeOffset Noon(int n) => new(Day(n).ToDateTime(new(4, 0)), TimeSpan.Zero);

    private static WorkerTerms TermsFor(Guid worker, DateOnly day, int n)
    {
        var parts = Enumerable
            .Range(1, (n % 4) + 1)
            .Select(i => new Instalment(new((n % 997) + i), day.AddDays(i * 30)));
        // Every fifth draft is wrong by one fen and must leave no trace on any stream.
        var sum = Money.Sum(parts.Select(p => p.Amount)) + new Money(n % 5 == 0 ? 1 : 0);
        var wages = Terms(worker == Anna ? Wages : BaoWages, sum.Fen) with { Instalments = [.. parts] };
        return new(worker, worker == Anna ? [wages, CertificateTerms with { DoneBy = day }] : [wages]);
    }

    private List<Guid> Agreements => [.. dispute.OfType<AgreementDrafted>().Select(e => e.AgreementId)];

    private Guid LastRecusal => dispute.OfType<RecusalRaised>().LastOrDefault()?.RecusalId ?? Id(1);

    private Guid LastOffer => dispute.OfType<OfferMade>().LastOrDefault()?.OfferId ?? Id(1);

    private Guid LastSession =>
        dispute.LastOrDefault(e => e is SessionScheduled or SessionHeld) switch
        {
            SessionScheduled e => e.SessionId,
            SessionHeld e => e.SessionId,
            _ => Id(1),
        };

    private DateOnly LastHeld => dispute.OfType<SessionHeld>().LastOrDefault()?.HeldOn ?? SessionDay;
}

internal static class PlayedCases
{
    /// <summary>Five hundred cases from fixed seeds.</summary>
    internal static IReadOnlyList<PlayedCase> All { get; } =
    [.. Enumerable.Range(1, 500).Select(seed => new PlayedCase(Choices(seed, 80)))];

    // A small generator of its own: the same choices on every machine and every version of the framework.
    private static IEnumerable<int> Choices(int seed, int count)
    {
        var x = (uint)seed * 2654435761u;
        for (var i = 0; i < count; i++)
        {
            x ^= x << 13;
            x ^= x >> 17;
            x ^= x << 5;
            yield return (int)(x >> 1);
        }
    }
}
