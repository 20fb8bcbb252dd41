namespace Mediation.Contracts.Http.Intake;

// Every command here is a POST below /requests/{id}, carries If-Match with the version the person saw and an
// Idempotency-Key, and answers Done(id, version) with ETag. Legal days are Asia/Shanghai days, today or earlier
// unless said otherwise.

/// <summary><c>POST /requests/{id}/triage</c>: the scope test and what it rests on.</summary>
/// <param name="InScope">Within 劳动争议调解仲裁法, article 2.</param>
/// <param name="OutOfScope">Why not; required when <paramref name="InScope"/> is false.</param>
/// <param name="OverAgeMatter">What an over-age worker's dispute is about; required for that relation.</param>
/// <param name="Head">Statutory head.</param>
/// <param name="Statistics">Category of the labour authority's statistics.</param>
/// <param name="CourtCause">Code of the cause in the court's list, see <c>GET /code-lists</c>; its version follows from
/// the day the request was received.</param>
/// <param name="LimitationOn">Last day to apply for arbitration as far as known; later or earlier than today.</param>
/// <param name="PerformanceDistrict">Code of the district where the work is done; wins over the seat (article 21).</param>
/// <param name="SeatDistrict">Code of the district of the employer's seat.</param>
/// <param name="Pending">Other procedures about the same matter.</param>
/// <param name="GroupSize">Workers with the same claim, 1 to 100,000; ten or more flags a collective dispute.</param>
/// <param name="AidEligible">Seems entitled to legal aid; null when not asked.</param>
public sealed record TriageRequest(
    bool InScope,
    OutOfScopeReason? OutOfScope,
    LegalRelation Relation,
    OverAgeMatter? OverAgeMatter,
    StatutoryHead Head,
    StatisticsCategory Statistics,
    string? CourtCause,
    DateOnly? LimitationOn,
    string? PerformanceDistrict,
    string? SeatDistrict,
    IReadOnlyList<PendingProcedure> Pending,
    int GroupSize,
    RiskLevel Risk,
    bool? AidEligible
);

/// <summary>The first six: 最高人民法院关于审理劳动争议案件适用法律问题的解释（一）, article 2.</summary>
public enum OutOfScopeReason
{
    SocialInsurancePayout,
    HousingReform,
    DisabilityGrading,
    DomesticHelp,
    CraftsmanHelper,
    FarmHire,
    ServiceContract,
    OverAgeOtherMatter,
    AlreadyDecided,
    NotALabourMatter,
}

/// <summary>人社部令第56号, article 19 (from 2026-07-01): the first four go the way of labour disputes, the rest to court.</summary>
public enum OverAgeMatter
{
    Pay,
    Rest,
    Safety,
    InjuryCover,
    Other,
}

/// <summary>Categories of the labour authority's statistics.</summary>
public enum StatisticsCategory
{
    Pay,
    SocialInsurance,
    WorkInjuryInsurance,
    ContractChange,
    ContractTermination,
    ContractExpiry,
    ConfirmRelation,
    Other,
}

public enum PendingProcedure
{
    Arbitration,
    Court,
    LabourInspection,
    Petition,
    WorkInjuryRecognition,
    Enforcement,
}

public enum RiskLevel
{
    None,
    Blue,
    Yellow,
    Orange,
    Red,
}

/// <summary><c>POST /requests/{id}/advise</c>: ended by advice alone; counts as 咨询, never as a case.</summary>
/// <param name="Advice">What was told, 1 to 20,000 characters; kept encrypted as content.</param>
public sealed record AdviseRequest(string Advice, DateOnly AdvisedOn);

/// <summary><c>POST /requests/{id}/apply</c>: mediation is applied for. When the applicant applies, that is her
/// consent; when the organisation proposes it (企业劳动争议协商调解规定, article 23), hers is asked for too.</summary>
/// <param name="ReceivedOn">Legal day the application was received: starts the 3 working days and the 15 days of article 14.</param>
public sealed record ApplyForMediation(MediationInitiative Initiative, ApplicationForm Form, DateOnly ReceivedOn);

public enum MediationInitiative
{
    Applicant,
    Organisation,
}

public enum ApplicationForm
{
    Written,
    Oral,
    Online,
}

/// <summary><c>POST /requests/{id}/consents</c>: what one side said when asked. Silence is no consent and is not recorded.</summary>
/// <param name="PartyId">An applicant or a respondent of the request.</param>
/// <param name="Note">What was said, optional, at most 2,000 characters; kept encrypted as content.</param>
public sealed record RecordConsent(Guid PartyId, bool Given, ConsentManner Manner, DateOnly On, string? Note = null);

public enum ConsentManner
{
    InPerson,
    Telephone,
    Written,
    Online,
}

/// <summary><c>POST /requests/{id}/accept</c>: 受理. Answers <see cref="AcceptedRequest"/>. The case number is the next of
/// unit, series and year, without gaps.</summary>
public sealed record AcceptRequest(DateOnly AcceptedOn);

public sealed record AcceptedRequest(Guid Id, long Version, Guid DisputeId, string CaseNumber);

/// <summary><c>POST /requests/{id}/not-accept</c>: 不予受理, with the way that remains open.</summary>
/// <param name="Notice">Text of the written notice, 1 to 20,000 characters; kept encrypted as content.</param>
public sealed record NotAcceptRequest(
    NonAcceptanceReason Reason,
    ReferralRoute Route,
    string Notice,
    DateOnly DecidedOn
);

public enum NonAcceptanceReason
{
    OutOfScope,
    RespondentRefused,
    RespondentSilent,
    ApplicantRefused,
    AnotherBodyCompetent,
}

/// <summary>Where else the applicant may go.</summary>
public enum ReferralRoute
{
    Arbitration,
    Court,
    LabourInspection,
    SocialInsurance,
    HousingFund,
    Police,
    LegalAid,
    UnionUnit,
    None,
}

/// <summary><c>POST /requests/{id}/refer-out</c>: handed to another body with one written notice.</summary>
/// <param name="TargetUnit">Unit that is to take it; required for <see cref="ReferralRoute.UnionUnit"/>, else null.</param>
/// <param name="ActBy">Day by which the applicant must have gone there; null when the route has none. May lie ahead.</param>
public sealed record ReferOutRequest(
    ReferralRoute Route,
    string? TargetUnit,
    DateOnly? ActBy,
    string Notice,
    DateOnly ReferredOn
);

/// <summary><c>POST /requests/{id}/withdraw</c>, before acceptance.</summary>
public sealed record WithdrawRequest(WithdrawalReason Reason, DateOnly WithdrawnOn);

public enum WithdrawalReason
{
    SettledPrivately,
    ClaimDropped,
    GoesToArbitration,
    GoesToCourt,
    Unreachable,
    EnteredInError,
    Other,
}

/// <summary><c>POST /requests/{id}/link-duplicate</c>: the same parties and matter as another request; nothing is
/// deleted, it counts once.</summary>
public sealed record LinkDuplicate(Guid OriginalId);

/// <summary><c>POST /requests/{id}/escalate</c>: reported to the legal department; the request goes on.</summary>
public sealed record EscalateRequest(EscalationReason Reason);

public enum EscalationReason
{
    TenOrMoreWorkers,
    Stoppage,
    EmployerFled,
    PublicImpact,
}
