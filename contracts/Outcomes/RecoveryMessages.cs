namespace Mediation.Contracts.Outcomes;

/// <summary>Messages of the RecoveryLine stream: the money of one claim item of one worker.</summary>
public abstract record RecoveryMessage(SourceEvent Source) : Message(Source);

/// <summary>A payment to the worker was entered with its evidence; it counts once countersigned.</summary>
public sealed record PaymentEvidenced(
    SourceEvent Source,
    Guid LineId,
    Guid PaymentId,
    Guid WorkerClaimId,
    Guid DisputeId,
    long AmountFen,
    DateOnly PaidOn
) : RecoveryMessage(Source);

/// <summary>A second person confirmed the payment: it counts as recovered on the day the money reached the worker.</summary>
public sealed record PaymentCountersigned(
    SourceEvent Source,
    Guid LineId,
    Guid PaymentId,
    Guid WorkerClaimId,
    Guid DisputeId,
    long AmountFen,
    DateOnly PaidOn
) : RecoveryMessage(Source);

/// <summary>The verifier sent the payment back with a coded reason; it leaves the total.</summary>
public sealed record PaymentReturned(
    SourceEvent Source,
    Guid LineId,
    Guid PaymentId,
    Guid WorkerClaimId,
    Guid DisputeId,
    string ReasonCode
) : RecoveryMessage(Source);

/// <summary>A counted or waiting payment was taken back (entered in error, clawed back, set aside).</summary>
public sealed record PaymentReversed(
    SourceEvent Source,
    Guid LineId,
    Guid PaymentId,
    Guid WorkerClaimId,
    Guid DisputeId,
    string CauseCode
) : RecoveryMessage(Source);

/// <summary>What the worker has of this item so far, after each change: agreed, due, paid (countersigned), pending.</summary>
public sealed record RecoveryStanding(
    SourceEvent Source,
    Guid LineId,
    Guid WorkerClaimId,
    Guid DisputeId,
    Guid ItemId,
    long AgreedFen,
    long CountersignedFen,
    long AwaitingFen,
    IReadOnlyList<InstalmentStanding>? Instalments = null
) : RecoveryMessage(Source);

/// <summary>Whether an instalment in force is paid in full by countersigned payments.</summary>
/// <param name="Number">Number of the instalment in the agreement, from 1.</param>
/// <param name="PaidOn">Legal day of the payment that completed it; null while something of it is open.</param>
public sealed record InstalmentStanding(int Number, DateOnly DueOn, DateOnly? PaidOn);
