namespace Mediation.Contracts.Intake;

/// <summary>Messages of Intake: of the Request stream, and of the Notice stream.</summary>
public abstract record RequestMessage(SourceEvent Source) : Message(Source);

/// <summary>A request was registered (counts as 收案, not yet as 受理).</summary>
public sealed record RequestRegistered(
    SourceEvent Source,
    Guid RequestId,
    string Unit,
    Channel Channel,
    DateOnly ReceivedOn,
    bool ByProxy,
    bool Oral
) : RequestMessage(Source);

/// <summary>Mediation was applied for: from here the organisation has its days to decide, and the applicants theirs until
/// they may go to arbitration although mediation runs.</summary>
/// <param name="DisputeId">Id that the dispute will have if the application is accepted.</param>
/// <param name="ReceivedOn">Legal day the application was received.</param>
public sealed record MediationApplied(
    SourceEvent Source,
    Guid RequestId,
    Guid DisputeId,
    string Unit,
    Channel Channel,
    DateOnly ReceivedOn,
    IReadOnlyList<ApplyingWorker> Workers
) : RequestMessage(Source);

/// <summary>One applicant with what decides how long she may still go to arbitration.</summary>
/// <param name="EmploymentEndedOn">Legal day on which the employment ended; null while it goes on or is not known.</param>
public sealed record ApplyingWorker(
    Guid WorkerClaimId,
    Guid PartyId,
    bool NewEmploymentForm,
    DateOnly? EmploymentEndedOn,
    IReadOnlyList<ClaimItem> Items
);

/// <summary>What the applicants claim was completed or corrected after they had applied for mediation.</summary>
public sealed record ClaimsAmended(
    SourceEvent Source,
    Guid RequestId,
    Guid DisputeId,
    string Unit,
    IReadOnlyList<ApplyingWorker> Workers
) : RequestMessage(Source);

/// <summary>The same matter had been registered before; it goes on there.</summary>
public sealed record RequestDuplicateLinked(
    SourceEvent Source,
    Guid RequestId,
    string Unit,
    Guid OriginalId,
    DateOnly LinkedOn
) : RequestMessage(Source);

/// <summary>Mediation was accepted with the consent of both sides. The mediation case begins here; its dispute has the
/// id that Disputes derives from the request.</summary>
/// <param name="DisputeId">Name-based id from the request, so that pages can link before Disputes has opened it.</param>
/// <param name="CaseNumber">Gap-free number of the accepting unit, series and year.</param>
/// <param name="Unit">Code of the accepting unit; it owns the case and what is recovered.</param>
/// <param name="ReceivedOn">Legal day the application was received: starts the right to arbitrate after 15 days.</param>
/// <param name="AcceptedOn">Legal day of acceptance: starts the 15 days of mediation.</param>
public sealed record RequestAccepted(
    SourceEvent Source,
    Guid RequestId,
    Guid DisputeId,
    string CaseNumber,
    string Unit,
    Channel Channel,
    DateOnly ReceivedOn,
    DateOnly AcceptedOn,
    LegalRelation Relation,
    StatutoryHead Head,
    IReadOnlyList<AcceptedWorker> Workers,
    IReadOnlyList<AcceptedEmployer> Employers
) : RequestMessage(Source);

/// <summary>One worker of an accepted request with her claim items and the coded profile that statistics need.</summary>
public sealed record AcceptedWorker(
    Guid WorkerClaimId,
    Guid PartyId,
    Guid PersonId,
    WorkerProfile Profile,
    IReadOnlyList<ClaimItem> Items,
    DateOnly? EmploymentEndedOn = null
);

/// <summary>A respondent. Several are normal: dispatch agency and user unit, contractor, affiliates.</summary>
public sealed record AcceptedEmployer(Guid PartyId, Guid GroupId, RespondentCapacity Capacity);

public enum RespondentCapacity
{
    Employer,
    DispatchAgency,
    UserUnit,
    Contractor,
    Affiliate,
    Investor,
}

/// <summary>Coded facts about a worker for statistics; no identity.</summary>
/// <param name="Industry">Section letter of GB/T 4754, or null when unknown.</param>
/// <param name="Ownership">Registration type code, or null when unknown.</param>
/// <param name="AgeBand">Lower bound of the ten-year band, or null.</param>
public sealed record WorkerProfile(
    string? Industry,
    string? Ownership,
    bool NewEmploymentForm,
    bool MigrantWorker,
    bool UnionMember,
    Sex Sex,
    int? AgeBand
);

public enum Sex
{
    Unknown,
    Female,
    Male,
}

/// <summary>A claim item: type, period it is owed for, amount in fen (null where the item has no amount).</summary>
/// <param name="InfringedOn">Legal day on which the worker knew or should have known that her right was infringed: the
/// limitation runs from it (劳动争议调解仲裁法, article 27); null when not known yet.</param>
public sealed record ClaimItem(
    Guid ItemId,
    ClaimItemType Type,
    DateOnly? PeriodFrom,
    DateOnly? PeriodTo,
    long? ClaimedFen,
    DateOnly? InfringedOn = null
);

/// <summary>Mediation was not accepted; the applicant was told why and where else to go.</summary>
public sealed record RequestNotAccepted(
    SourceEvent Source,
    Guid RequestId,
    string Unit,
    string ReasonCode,
    string RouteCode,
    DateOnly? DecidedOn = null
) : RequestMessage(Source);

/// <summary>Ended by advice alone; counts as 咨询, never as a case.</summary>
public sealed record RequestAdvised(SourceEvent Source, Guid RequestId, string Unit, DateOnly? AdvisedOn = null)
    : RequestMessage(Source);

/// <summary>Handed to another body with a written notice.</summary>
public sealed record RequestReferredOut(
    SourceEvent Source,
    Guid RequestId,
    string Unit,
    string RouteCode,
    DateOnly? ReferredOn = null
) : RequestMessage(Source);

/// <summary>The applicant withdrew before acceptance.</summary>
public sealed record RequestWithdrawn(SourceEvent Source, Guid RequestId, string Unit, DateOnly? WithdrawnOn = null)
    : RequestMessage(Source);
