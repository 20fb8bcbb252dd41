namespace Mediation.Contracts.Disputes;

/// <summary>Messages of the Dispute stream.</summary>
public abstract record DisputeMessage(SourceEvent Source) : Message(Source);

/// <summary>A mediation case was opened for an accepted request.</summary>
public sealed record DisputeOpened(
    SourceEvent Source,
    Guid DisputeId,
    Guid RequestId,
    string CaseNumber,
    string Unit,
    Channel Channel,
    DateOnly AcceptedOn,
    IReadOnlyList<Guid> Employers
) : DisputeMessage(Source);

/// <summary>Who answers for the dispute from now on; null when a mediator left and none is appointed yet, then the
/// unit's head answers.</summary>
public sealed record ResponsibilityChanged(SourceEvent Source, Guid DisputeId, string Unit, Guid? ResponsibleAccount)
    : DisputeMessage(Source);

/// <summary>Mediation ended without agreement.</summary>
public sealed record MediationFailed(
    SourceEvent Source,
    Guid DisputeId,
    string Unit,
    string ReasonCode,
    DateOnly FailedOn
) : DisputeMessage(Source);

/// <summary>The applicant withdrew after acceptance.</summary>
public sealed record DisputeWithdrawn(SourceEvent Source, Guid DisputeId, string Unit, DateOnly WithdrawnOn)
    : DisputeMessage(Source);

/// <summary>All checks passed and the case was closed.</summary>
public sealed record DisputeClosed(
    SourceEvent Source,
    Guid DisputeId,
    string Unit,
    string OutcomeCode,
    DateOnly ClosedOn
) : DisputeMessage(Source);

/// <summary>Messages of the WorkerClaim stream: one worker's part of a dispute. Each carries the dispute, so that
/// nothing waits for a message of another stream.</summary>
public abstract record WorkerClaimMessage(SourceEvent Source) : Message(Source);

/// <summary>A worker became a party of a dispute with her claim items.</summary>
public sealed record WorkerJoined(
    SourceEvent Source,
    Guid WorkerClaimId,
    Guid DisputeId,
    string CaseNumber,
    string Unit,
    Channel Channel,
    DateOnly AcceptedOn,
    Guid PartyId,
    Guid PersonId,
    IReadOnlyList<JoinedEmployer> Employers,
    Intake.WorkerProfile Profile,
    IReadOnlyList<Intake.ClaimItem> Items,
    DateOnly? EmploymentEndedOn = null
) : WorkerClaimMessage(Source);

public sealed record JoinedEmployer(Guid PartyId, Guid GroupId);

/// <summary>The agreement binds this worker and the employers: all signatures and seals are recorded.</summary>
/// <param name="EffectiveOn">Legal day of the last signature or seal; both filing periods start here.</param>
public sealed record AgreementEffective(
    SourceEvent Source,
    Guid WorkerClaimId,
    Guid DisputeId,
    Guid AgreementId,
    DateOnly EffectiveOn,
    IReadOnlyList<AgreedItem> Items
) : WorkerClaimMessage(Source);

/// <summary>What was agreed on one claim item and when it falls due; the instalments add up to the amount. Items without
/// an amount (reinstatement, certificates) are not in the list.</summary>
/// <param name="AddedType">Set when the item was not claimed and first named in the agreement.</param>
/// <param name="ToFund">Contributions paid to the fund: no money of the worker.</param>
public sealed record AgreedItem(
    Guid ItemId,
    long AgreedFen,
    IReadOnlyList<Instalment> Instalments,
    ClaimItemType? AddedType = null,
    bool ToFund = false
);

public sealed record Instalment(int Number, long AmountFen, DateOnly DueOn);

/// <summary>Settled and paid on the spot: the note in the minutes suffices (small amounts), the payment proof is
/// mandatory. Agreed and paid in one.</summary>
/// <param name="RecordedByPerson">Who recorded it, as a person: nobody countersigns the payment she recorded, under
/// no other account either.</param>
public sealed record SettledOnSpot(
    SourceEvent Source,
    Guid WorkerClaimId,
    Guid DisputeId,
    DateOnly SettledOn,
    IReadOnlyList<AgreedItem> Items,
    ContentReference PaymentProof,
    Guid RecordedByAccount,
    Guid RecordedByPerson
) : WorkerClaimMessage(Source);

/// <summary>Mediation ended without agreement for this worker; what was agreed or paid for others stands.</summary>
public sealed record WorkerClaimFailed(
    SourceEvent Source,
    Guid WorkerClaimId,
    Guid DisputeId,
    string ReasonCode,
    DateOnly FailedOn
) : WorkerClaimMessage(Source);

/// <summary>This worker withdrew after acceptance.</summary>
public sealed record WorkerClaimWithdrawn(
    SourceEvent Source,
    Guid WorkerClaimId,
    Guid DisputeId,
    string ReasonCode,
    DateOnly WithdrawnOn
) : WorkerClaimMessage(Source);
