using Mediation.Contracts.Intake;

namespace Mediation.Contracts.Http.Disputes;

/// <summary>`GET /disputes/{id}`: everything the case page shows. The ETag is <paramref name="Version"/>; commands send
/// it back as If-Match. Privileged entries (minutes, offers, statements on recusal, drafts' text) are empty for readers
/// who do not mediate, head or supervise the case: what is said to reach a compromise is no evidence later.</summary>
/// <param name="Privileged">Whether this reader sees the privileged entries.</param>
public sealed record DisputeDetails(
    Guid Id,
    Guid RequestId,
    string CaseNumber,
    string Unit,
    Channel Channel,
    LegalRelation Relation,
    StatutoryHead Head,
    DisputeState State,
    DateOnly ReceivedOn,
    DateOnly AcceptedOn,
    Guid? Mediator,
    DateOnly? ConcludedOn,
    DateOnly? ClosedOn,
    MoneyStrip Money,
    IReadOnlyList<WorkerOfDispute> Workers,
    IReadOnlyList<EmployerOfDispute> Employers,
    IReadOnlyList<RecusalView> Recusals,
    IReadOnlyList<SessionView> Sessions,
    IReadOnlyList<OfferView> Offers,
    IReadOnlyList<AgreementView> Agreements,
    IReadOnlyList<PaperView> Papers,
    IReadOnlyList<TimelineEntry> Timeline,
    IReadOnlyList<ActionState> Actions,
    bool Privileged,
    long Version
);

/// <summary>诉求, 协议, 到账: three different figures, all in fen. Paid is countersigned money only.</summary>
public sealed record MoneyStrip(long ClaimedFen, long AgreedFen, long PaidFen);

/// <summary>Where one worker's part stands.</summary>
public enum WorkerClaimState
{
    Open,
    Drafted,
    WorkerSigned,
    Effective,
    SettledOnSpot,
    Failed,
    Withdrawn,
    Closed,
}

/// <param name="AgreementId">The agreement whose terms stand for this worker now, drafted or in force.</param>
/// <param name="EffectiveOn">Legal day of the last signature or seal.</param>
/// <param name="ReasonCode">Why it failed, was withdrawn, or was closed before performance was complete.</param>
/// <param name="EmploymentEndedOn">Legal day on which the employment ended; null while it goes on or is not known.</param>
public sealed record WorkerOfDispute(
    Guid Id,
    Guid PartyId,
    WorkerProfile Profile,
    WorkerClaimState State,
    IReadOnlyList<ItemOfWorker> Items,
    Guid? AgreementId,
    DateOnly? SignedOn,
    DateOnly? EffectiveOn,
    DateOnly? ConcludedOn,
    string? ReasonCode,
    long Version,
    DateOnly? EmploymentEndedOn = null
);

/// <summary>A claim item with what became of it. <paramref name="ClaimedFen"/> is null for an item without an amount and
/// for one that was first named in the agreement (<paramref name="Added"/>).</summary>
/// <param name="AgreedFen">Agreed by the terms that stand now, whether or not they are in force yet.</param>
/// <param name="CountersignedFen">Paid and countersigned, as Outcomes last told.</param>
/// <param name="AwaitingFen">Entered with evidence, not yet countersigned.</param>
/// <param name="DoneOn">Day an item without an amount was performed.</param>
/// <param name="InfringedOn">Legal day from which the limitation runs; null when not known.</param>
public sealed record ItemOfWorker(
    Guid ItemId,
    ClaimItemType Type,
    DateOnly? PeriodFrom,
    DateOnly? PeriodTo,
    long? ClaimedFen,
    bool Added,
    long? AgreedFen,
    long CountersignedFen,
    long AwaitingFen,
    DateOnly? DoneOn,
    DateOnly? InfringedOn = null
);

public sealed record EmployerOfDispute(Guid PartyId, Guid GroupId, RespondentCapacity Capacity);

/// <summary>Who asked that the mediator step back, or the mediator's own disclosure.</summary>
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

/// <param name="Accepted">Null while the head has not decided.</param>
public sealed record RecusalView(
    Guid Id,
    Guid Mediator,
    RecusalSource Source,
    Guid? PartyId,
    RecusalGround Ground,
    DateOnly RaisedOn,
    ContentReference? Statement,
    bool? Accepted,
    DateOnly? DecidedOn
);

public enum SessionMode
{
    InPerson,
    Video,
    Telephone,
    OnSite,
}

public enum SessionStatus
{
    Scheduled,
    Held,
    Cancelled,
}

/// <param name="Place">Content: room, address or link as typed.</param>
/// <param name="Minutes">Content: 调解笔录 as typed; <paramref name="SignedMinutes"/> is the scan the parties signed.</param>
public sealed record SessionView(
    Guid Id,
    SessionStatus Status,
    SessionMode Mode,
    DateTimeOffset? StartsAt,
    DateOnly? HeldOn,
    ContentReference? Place,
    IReadOnlyList<Attendee> Attendance,
    ContentReference? Minutes,
    ContentReference? SignedMinutes,
    ContentReference? UndisputedFacts,
    SessionCancelReason? CancelReason
);

public enum AttendeeCapacity
{
    Self,
    Agent,
    LegalRepresentative,
}

/// <summary>A party who came, herself or by somebody acting for her.</summary>
public sealed record Attendee(Guid PartyId, AttendeeCapacity Capacity);

public enum OfferSide
{
    Worker,
    Employer,
    Mediator,
}

public enum OfferStatus
{
    Open,
    Accepted,
    Rejected,
    Withdrawn,
}

/// <param name="WorkerClaimId">Null: for all workers of the case together.</param>
public sealed record OfferView(
    Guid Id,
    OfferSide Side,
    Guid? WorkerClaimId,
    Guid? ItemId,
    long AmountFen,
    DateOnly MadeOn,
    ContentReference? Statement,
    OfferStatus Status,
    DateOnly? AnsweredOn
);

public enum AgreementStatus
{
    Draft,
    Signing,
    Effective,
    Superseded,
}

/// <summary>One agreement paper and who has signed it. With several workers it may be in force for some of them.</summary>
/// <param name="Number">1, 2, … within the case; a new draft gets the next.</param>
/// <param name="Missing">Signatures and seals not yet recorded.</param>
public sealed record AgreementView(
    Guid Id,
    int Number,
    AgreementStatus Status,
    DateOnly DraftedOn,
    PaymentManner Manner,
    IReadOnlyList<WorkerTerms> Terms,
    ContentReference? FreeTerms,
    IReadOnlyList<SignatureView> Signatures,
    IReadOnlyList<Signatory> Missing,
    Guid? PaperId
);

public sealed record SignatureView(
    Signatory Signatory,
    DateOnly On,
    SignatureMode Mode,
    ContentReference Evidence,
    bool Electronic
);

/// <summary>A paper of the case. It is issued once; a reprint (`GET /disputes/{id}/papers/{paperId}`) is the same bytes.</summary>
/// <param name="Kind">`mediation_agreement`.</param>
/// <param name="Number">文号, unique.</param>
/// <param name="TemplateVersion">Version of the template it was made from.</param>
/// <param name="Originals">How many originals are to be signed.</param>
public sealed record PaperView(
    Guid Id,
    string Kind,
    string Number,
    int TemplateVersion,
    int Originals,
    DateTimeOffset IssuedAt,
    Guid IssuedBy,
    ContentReference Content
);

/// <summary>What happened, newest first. The kind is the stored name of the event; its sentence is a resource of the
/// Portal, filled with the coded arguments (ids, codes, days, amounts).</summary>
public sealed record TimelineEntry(
    long Version,
    Guid Stream,
    DateTimeOffset At,
    DateOnly? On,
    string Kind,
    Guid? Account,
    Guid? PartyId,
    IReadOnlyDictionary<string, string> Arguments
);
