using System.Collections.Immutable;

namespace Mediation.Disputes.Domain;

public interface IDisputeEvent;

/// <summary>An accepted request became a mediation case.</summary>
/// <param name="ReceivedOn">Legal day the application was received: the right to arbitrate opens 15 days later
/// (劳动争议调解仲裁法, article 14). Never to be confused with <paramref name="AcceptedOn"/>, from which mediation runs.</param>
public sealed record DisputeOpened(
    Guid DisputeId,
    Guid RequestId,
    string CaseNumber,
    string Unit,
    string Channel,
    string Relation,
    string Head,
    DateOnly ReceivedOn,
    DateOnly AcceptedOn,
    IReadOnlyList<Respondent> Employers,
    IReadOnlyList<MemberOpened> Workers
) : IDisputeEvent;

public sealed record Respondent(Guid PartyId, Guid GroupId, string Capacity);

public sealed record MemberOpened(Guid WorkerClaimId, Guid PartyId);

public sealed record MediatorAppointed(string Unit, Guid Mediator, DateOnly On) : IDisputeEvent;

public sealed record MediatorReplaced(
    string Unit,
    Guid Mediator,
    Guid Previous,
    MediatorChangeReason Reason,
    DateOnly On
) : IDisputeEvent;

public enum MediatorChangeReason
{
    Workload,
    Absence,
    Recused,
    PartiesAsked,
    UnitTransfer,
}

/// <summary>The mediator disclosed a tie, or a party asked her to step back (回避).</summary>
public sealed record RecusalRaised(
    Guid RecusalId,
    Guid Mediator,
    RecusalSource Source,
    Guid? PartyId,
    RecusalGround Ground,
    DateOnly On,
    ContentRef? Statement
) : IDisputeEvent;

public enum RecusalSource
{
    Mediator,
    Worker,
    Employer,
}

public enum RecusalGround
{
    PartyOrNearRelative,
    InterestInTheMatter,
    OtherRelation,
    EarlierAgentOrWitness,
    Other,
}

/// <summary>The head let the mediator step back; she never acts in this case again.</summary>
/// <param name="Vacates">She was in office, so nobody is now; false when somebody had taken her place before.</param>
public sealed record RecusalAccepted(string Unit, Guid RecusalId, Guid Mediator, DateOnly On, bool Vacates)
    : IDisputeEvent;

public sealed record RecusalDeclined(Guid RecusalId, Guid Mediator, DateOnly On) : IDisputeEvent;

public enum SessionMode
{
    InPerson,
    Video,
    Telephone,
    OnSite,
}

public sealed record SessionScheduled(Guid SessionId, DateTimeOffset StartsAt, SessionMode Mode, ContentRef? Place)
    : IDisputeEvent;

public enum SessionCancelReason
{
    PartyAsked,
    PartyUnreachable,
    MediatorAbsent,
    Rescheduled,
    CaseConcluded,
}

public sealed record SessionCancelled(Guid SessionId, SessionCancelReason Reason) : IDisputeEvent;

public enum AttendeeCapacity
{
    Self,
    Agent,
    LegalRepresentative,
}

public sealed record Attendee(Guid PartyId, AttendeeCapacity Capacity);

/// <summary>A session took place; the minutes (调解笔录) are content, and privileged: what is said to reach a compromise
/// is no evidence later (企业劳动争议协商调解规定, article 11).</summary>
public sealed record SessionHeld(
    Guid SessionId,
    DateOnly HeldOn,
    SessionMode Mode,
    IReadOnlyList<Attendee> Attendance,
    ContentRef Minutes,
    ContentRef? UndisputedFacts,
    ContentRef? SignedMinutes
) : IDisputeEvent;

public enum OfferSide
{
    Worker,
    Employer,
    Mediator,
}

public enum OfferAnswer
{
    Accepted,
    Rejected,
    Withdrawn,
}

/// <param name="WorkerClaimId">Null: for all workers together.</param>
public sealed record OfferMade(
    Guid OfferId,
    OfferSide Side,
    Guid? WorkerClaimId,
    Guid? ItemId,
    Money Amount,
    DateOnly On,
    ContentRef? Statement
) : IDisputeEvent;

public sealed record OfferAnswered(Guid OfferId, OfferAnswer Answer, DateOnly On) : IDisputeEvent;

public enum PaymentManner
{
    BankTransfer,
    Cash,
    ElectronicWallet,
}

/// <summary>A draft of the agreement for some of the workers. Each worker's terms stand on her own stream; an earlier
/// draft that named her is superseded for her.</summary>
/// <param name="Number">1, 2, … within the case.</param>
public sealed record AgreementDrafted(
    Guid AgreementId,
    int Number,
    DateOnly On,
    PaymentManner Manner,
    IReadOnlyList<Guid> Workers,
    ContentRef? FreeTerms
) : IDisputeEvent;

public enum CommonSignatory
{
    Employer,
    Mediator,
    Organisation,
}

/// <summary>A signature or seal that counts for every worker of the agreement was recorded.</summary>
/// <param name="Employer">Which employer signed; null for mediator and organisation.</param>
public sealed record CommonSignatureRecorded(
    Guid AgreementId,
    CommonSignatory Signatory,
    Guid? Employer,
    DateOnly On,
    SignatureMode Mode,
    ContentRef Evidence
) : IDisputeEvent;

/// <summary>A worker signed; the signature itself stands on her stream.</summary>
public sealed record WorkerSignatureNoted(Guid AgreementId, Guid WorkerClaimId, DateOnly On) : IDisputeEvent;

/// <summary>For these workers all four kinds of signatures and seals are recorded (劳动争议调解仲裁法, article 14).</summary>
/// <param name="EffectiveOn">Legal day of the last signature or seal, never the day of the session.</param>
public sealed record WorkersBound(Guid AgreementId, IReadOnlyList<Guid> Workers, DateOnly EffectiveOn) : IDisputeEvent;

/// <summary>Settled and paid in the session; the minutes hold the note.</summary>
public sealed record WorkerSettled(Guid WorkerClaimId, Guid SessionId, DateOnly On) : IDisputeEvent;

public sealed record MediationFailed(
    IReadOnlyList<Guid> Workers,
    FailureReason Reason,
    DateOnly On,
    ContentRef Opinion,
    ContentRef? SignedOpinion
) : IDisputeEvent;

public sealed record WorkersWithdrew(IReadOnlyList<Guid> Workers, WithdrawalReason Reason, DateOnly On) : IDisputeEvent;

/// <summary>No worker is open any more.</summary>
/// <param name="Failure">Set when the outcome is failed: the reason recorded last.</param>
public sealed record MediationConcluded(string Unit, Outcome Outcome, DateOnly On, FailureReason? Failure)
    : IDisputeEvent;

/// <summary>The agreement was issued as paper; a reprint is the same bytes.</summary>
public sealed record AgreementPaperIssued(
    Guid PaperId,
    Guid AgreementId,
    string Number,
    int TemplateVersion,
    int Originals,
    ContentRef Content
) : IDisputeEvent;

public sealed record DisputeClosed(string Unit, Outcome Outcome, DateOnly On) : IDisputeEvent;

/// <summary>State of one mediation case.</summary>
public abstract record Dispute
{
    private Dispute() { }

    public static readonly Dispute Initial = new NotOpened();

    public sealed record NotOpened : Dispute;

    public abstract record Opened(Matter Matter) : Dispute;

    /// <summary>Open; no mediator, or the mediator stepped back before the first session.</summary>
    public sealed record Accepted(Matter Matter) : Opened(Matter);

    public sealed record Assigned(Matter Matter) : Opened(Matter);

    public sealed record InSession(Matter Matter) : Opened(Matter);

    public abstract record Concluded(Matter Matter, Outcome Outcome, DateOnly On) : Opened(Matter);

    public sealed record Agreed(Matter Matter, DateOnly On) : Concluded(Matter, Outcome.Agreed, On);

    public sealed record SettledOnSpot(Matter Matter, DateOnly On) : Concluded(Matter, Outcome.SettledOnSpot, On);

    public sealed record Failed(Matter Matter, DateOnly On) : Concluded(Matter, Outcome.Failed, On);

    public sealed record Withdrawn(Matter Matter, DateOnly On) : Concluded(Matter, Outcome.Withdrawn, On);

    public sealed record Closed(Matter Matter, Outcome Outcome, DateOnly On) : Opened(Matter);

    public static Dispute Evolve(Dispute state, IDisputeEvent happened) =>
        (state, happened) switch
        {
            (NotOpened, DisputeOpened e) => new Accepted(Matter.Of(e)),
            (Accepted s, MediatorAppointed e) => new Assigned(s.Matter with { Mediator = e.Mediator }),
            (Opened s, MediatorAppointed e) => s with { Matter = s.Matter with { Mediator = e.Mediator } },
            (Opened s, MediatorReplaced e) => s with { Matter = s.Matter with { Mediator = e.Mediator } },
            (Opened s, RecusalRaised e) => s with
            {
                Matter = s.Matter with { Recusals = s.Matter.Recusals.Add(e.RecusalId, new(e.Mediator, null)) },
            },
            // Before the first session the case waits for a mediator again; later it stays in session without one.
            (Assigned s, RecusalAccepted { Vacates: true } e) => new Accepted(s.Matter.SteppedBack(e)),
            (Opened s, RecusalAccepted e) => s with { Matter = s.Matter.SteppedBack(e) },
            (Opened s, RecusalDeclined e) => s with
            {
                Matter = s.Matter with { Recusals = s.Matter.Recusals.SetItem(e.RecusalId, new(e.Mediator, false)) },
            },
            (Opened s, SessionScheduled e) => s with
            {
                Matter = s.Matter with { Sessions = s.Matter.Sessions.SetItem(e.SessionId, new SessionPlan()) },
            },
            (Opened s, SessionCancelled e) => s with
            {
                Matter = s.Matter with
                {
                    Sessions = s.Matter.Sessions.SetItem(e.SessionId, new SessionPlan(Cancelled: true)),
                },
            },
            (Opened s, SessionHeld e) => new InSession(
                s.Matter with
                {
                    Sessions = s.Matter.Sessions.SetItem(e.SessionId, new SessionPlan(HeldOn: e.HeldOn)),
                }
            ),
            (Opened s, OfferMade e) => s with
            {
                Matter = s.Matter with { Offers = s.Matter.Offers.SetItem(e.OfferId, new(e.On, null)) },
            },
            (Opened s, OfferAnswered e) => s with
            {
                Matter = s.Matter with
                {
                    Offers = s.Matter.Offers.SetItem(e.OfferId, s.Matter.Offers[e.OfferId] with { Answer = e.Answer }),
                },
            },
            (Opened s, AgreementDrafted e) => s with
            {
                Matter = s.Matter with
                {
                    Agreements = s.Matter.Agreements.SetItem(e.AgreementId, new(e.Number, e.On, [], false)),
                    Members = s.Matter.Change(e.Workers, m => m with { AgreementId = e.AgreementId, SignedOn = null }),
                },
            },
            (Opened s, CommonSignatureRecorded e) => s with
            {
                Matter = s.Matter with
                {
                    Agreements = s.Matter.Agreements.SetItem(
                        e.AgreementId,
                        s.Matter.Agreements[e.AgreementId] with
                        {
                            Signatures = s
                                .Matter.Agreements[e.AgreementId]
                                .Signatures.Add(new(e.Signatory, e.Employer, e.On)),
                        }
                    ),
                },
            },
            (Opened s, WorkerSignatureNoted e) => s with
            {
                Matter = s.Matter with
                {
                    Members = s.Matter.Change([e.WorkerClaimId], m => m with { SignedOn = e.On }),
                },
            },
            (Opened s, WorkersBound e) => s with { Matter = s.Matter.End(e.Workers, Outcome.Agreed) },
            (Opened s, WorkerSettled e) => s with { Matter = s.Matter.End([e.WorkerClaimId], Outcome.SettledOnSpot) },
            (Opened s, MediationFailed e) => s with
            {
                Matter = s.Matter.End(e.Workers, Outcome.Failed) with { Failure = e.Reason },
            },
            (Opened s, WorkersWithdrew e) => s with { Matter = s.Matter.End(e.Workers, Outcome.Withdrawn) },
            (Opened s, MediationConcluded e) => e.Outcome switch
            {
                Outcome.Agreed => new Agreed(s.Matter, e.On),
                Outcome.SettledOnSpot => new SettledOnSpot(s.Matter, e.On),
                Outcome.Failed => new Failed(s.Matter, e.On),
                _ => new Withdrawn(s.Matter, e.On),
            },
            (Opened s, AgreementPaperIssued e) => s with
            {
                Matter = s.Matter with
                {
                    Agreements = s.Matter.Agreements.SetItem(
                        e.AgreementId,
                        s.Matter.Agreements[e.AgreementId] with
                        {
                            PaperIssued = true,
                        }
                    ),
                },
            },
            (Opened s, DisputeClosed e) => new Closed(s.Matter, e.Outcome, e.On),
            _ => throw new InvalidOperationException(
                $"{happened.GetType().Name} cannot follow {state.GetType().Name} in a Dispute stream."
            ),
        };
}

/// <summary>What a decision about an open case looks at.</summary>
public sealed record Matter(
    Guid Id,
    string CaseNumber,
    string Unit,
    DateOnly AcceptedOn,
    ImmutableArray<Guid> Employers,
    ImmutableDictionary<Guid, Member> Members,
    Guid? Mediator,
    ImmutableHashSet<Guid> Recused,
    ImmutableDictionary<Guid, Recusal> Recusals,
    ImmutableDictionary<Guid, SessionPlan> Sessions,
    ImmutableDictionary<Guid, Offer> Offers,
    ImmutableDictionary<Guid, Agreement> Agreements,
    FailureReason? Failure
)
{
    public IEnumerable<Guid> Open => Members.Where(m => m.Value.Outcome is null).Select(m => m.Key).Order();

    public bool RecusalPending => Recusals.Values.Any(r => r.Accepted is null && r.Mediator == Mediator);

    public bool SessionWasHeld => Sessions.Values.Any(s => s.HeldOn is not null);

    public bool IsParty(Guid party) => Employers.Contains(party) || Members.Values.Any(m => m.PartyId == party);

    internal static Matter Of(DisputeOpened e) =>
        new(
            e.DisputeId,
            e.CaseNumber,
            e.Unit,
            e.AcceptedOn,
            [.. e.Employers.Select(r => r.PartyId)],
            e.Workers.ToImmutableDictionary(w => w.WorkerClaimId, w => new Member(w.PartyId, null, null, null)),
            null,
            [],
            ImmutableDictionary<Guid, Recusal>.Empty,
            ImmutableDictionary<Guid, SessionPlan>.Empty,
            ImmutableDictionary<Guid, Offer>.Empty,
            ImmutableDictionary<Guid, Agreement>.Empty,
            null
        );

    internal Matter SteppedBack(RecusalAccepted e) =>
        this with
        {
            Recusals = Recusals.SetItem(e.RecusalId, new(e.Mediator, true)),
            Recused = Recused.Add(e.Mediator),
            Mediator = e.Vacates ? null : Mediator,
        };

    internal ImmutableDictionary<Guid, Member> Change(IEnumerable<Guid> workers, Func<Member, Member> change) =>
        Members.SetItems(workers.Select(w => KeyValuePair.Create(w, change(Members[w]))));

    internal Matter End(IEnumerable<Guid> workers, Outcome outcome) =>
        this with
        {
            Members = Change(workers, m => m with { Outcome = outcome }),
        };
}

/// <param name="AgreementId">The agreement that names the worker now.</param>
public sealed record Member(Guid PartyId, Guid? AgreementId, DateOnly? SignedOn, Outcome? Outcome);

public sealed record Recusal(Guid Mediator, bool? Accepted);

public sealed record SessionPlan(DateOnly? HeldOn = null, bool Cancelled = false);

public sealed record Offer(DateOnly On, OfferAnswer? Answer);

public sealed record Agreement(int Number, DateOnly On, ImmutableArray<CommonSignature> Signatures, bool PaperIssued);

public sealed record CommonSignature(CommonSignatory Signatory, Guid? Employer, DateOnly On);
