namespace Mediation.Contracts.Http.Disputes;

// Requests of the casework. All are POST below /disputes/{id}, need If-Match and Idempotency-Key, and answer Done.
// Texts typed by a person are kept as encrypted content of the case; files are sent before to
// POST /disputes/{id}/files (multipart, field "file": PDF, PNG or JPEG of at most 20 MiB), which answers the
// ContentReference named here by id. A file that no command names is removed after a day.
// GET /disputes/{id}/contents/{contentId} gives text or file to entitled readers; each reading is logged.

public enum MediatorChangeReason
{
    Workload,
    Absence,
    Recused,
    PartiesAsked,
    UnitTransfer,
}

/// <summary>`POST mediator`: appoints, or with another mediator in office reassigns (then a reason is needed).</summary>
public sealed record AppointMediator(Guid Mediator, DateOnly On, MediatorChangeReason? Reason = null);

/// <summary>`POST recusals`. A mediator discloses for herself; for a party the mediator or the head records the request.</summary>
public sealed record RaiseRecusal(
    RecusalSource Source,
    Guid? PartyId,
    RecusalGround Ground,
    DateOnly On,
    string? Statement = null
);

/// <summary>`POST recusals/{recusalId}/decision`, by a head who is not the mediator concerned.</summary>
public sealed record DecideRecusal(bool Accepted, DateOnly On);

/// <summary>`POST sessions`.</summary>
public sealed record ScheduleSession(DateTimeOffset StartsAt, SessionMode Mode, string? Place = null);

public enum SessionCancelReason
{
    PartyAsked,
    PartyUnreachable,
    MediatorAbsent,
    Rescheduled,
    CaseConcluded,
}

/// <summary>`POST sessions/{sessionId}/cancellation`.</summary>
public sealed record CancelSession(SessionCancelReason Reason);

/// <summary>`POST sessions/{sessionId}/minutes`: the session was held. A session that was never scheduled gets a new id
/// from the caller.</summary>
/// <param name="RightsNotified">The parties were told their rights and that mediation is voluntary.</param>
/// <param name="RecusalAsked">The parties were asked whether the mediator should step back.</param>
/// <param name="Minutes">调解笔录: statements and proposals.</param>
public sealed record HoldSession(
    DateOnly HeldOn,
    SessionMode Mode,
    IReadOnlyList<Attendee> Attendance,
    bool RightsNotified,
    bool RecusalAsked,
    string Minutes,
    string? UndisputedFacts = null,
    Guid? SignedMinutes = null
);

/// <summary>`POST offers`.</summary>
public sealed record MakeOffer(
    OfferSide Side,
    Guid? WorkerClaimId,
    Guid? ItemId,
    long AmountFen,
    DateOnly On,
    string? Statement = null
);

public enum OfferAnswer
{
    Accepted,
    Rejected,
    Withdrawn,
}

/// <summary>`POST offers/{offerId}/answer`.</summary>
public sealed record AnswerOffer(OfferAnswer Answer, DateOnly On);

public enum FailureReason
{
    Refused,
    NoContact,
    Expired,
    WideGap,
    RefusedToSign,
}

/// <summary>`POST failure`: mediation ends without agreement for the workers named, or for all still open.</summary>
/// <param name="Opinion">Issues and why it failed (调解意见书); the parties are told of their right to arbitrate.</param>
/// <param name="RightToArbitrateTold">The written notice was given.</param>
public sealed record FailMediation(
    FailureReason Reason,
    DateOnly On,
    string Opinion,
    bool RightToArbitrateTold,
    IReadOnlyList<Guid>? WorkerClaimIds = null,
    Guid? SignedOpinion = null
);

public enum WithdrawalReason
{
    PersonalDecision,
    SettledPrivately,
    GoesToArbitration,
    Unreachable,
}

/// <summary>`POST withdrawal`: the applicant withdraws; for the workers named, or for all still open.</summary>
public sealed record WithdrawClaims(WithdrawalReason Reason, DateOnly On, IReadOnlyList<Guid>? WorkerClaimIds = null);

/// <summary>`POST workers/{workerClaimId}/items/{itemId}/performance`: an item without an amount was done.</summary>
public sealed record RecordPerformance(DateOnly On, Guid Evidence);

/// <summary>Why a case is closed although what was agreed is not (known to be) fully performed.</summary>
public enum UnperformedReason
{
    NotYetDue,
    ReferredToArbitration,
    ReferredToCourt,
    PaymentOrderSought,
    WorkerUnreachable,
    WorkerReleasedEmployer,
}

public sealed record UnperformedWorker(Guid WorkerClaimId, UnperformedReason Reason);

/// <summary>`POST closure`.</summary>
public sealed record CloseDispute(DateOnly On, IReadOnlyList<UnperformedWorker>? Unperformed = null);

/// <summary>`GET mediators`: who may be appointed for this case, those with the fewest open cases first.</summary>
public sealed record MediatorLoad(Guid Account, int OpenCases);
