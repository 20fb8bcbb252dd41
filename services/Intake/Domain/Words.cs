namespace Mediation.Intake;

// The coded words of the intake desk. What they mean in law stands with the same names in the published language.

public enum Channel
{
    WalkIn,
    Hotline12351,
    Online,
    ArbitrationDesk,
    CourtDelegated,
    ArbitrationSuggested,
    Petition,
    Inspection,
    Grassroots,
    MonitoringPoint,
    Hotline12345,
}

public enum ClaimItemType
{
    Wages,
    Overtime,
    DoubleWage,
    AnnualLeavePay,
    Severance,
    UnlawfulDismissalDamages,
    PayInLieuOfNotice,
    WorkInjuryBenefits,
    MedicalExpenses,
    SocialInsuranceLoss,
    SocialInsuranceArrears,
    HousingFund,
    CommissionOrBonus,
    NonCompeteCompensation,
    HeatOrSickPay,
    DepositRefund,
    PunitiveCompensation,
    TrainingCostCounterclaim,
    Other,
    Reinstatement,
    CertificateOrFileTransfer,
}

public enum LegalRelation
{
    Labour,
    Personnel,
    NewEmploymentForm,
    OverAge,
    ServiceContract,
    Unclear,
}

public enum StatutoryHead
{
    ConfirmRelation,
    ContractConclusionToTermination,
    RemovalDismissalResignation,
    HoursRestInsuranceWelfareTraining,
    PayInjurySeveranceDamages,
    Other,
}

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

public enum RespondentCapacity
{
    Employer,
    DispatchAgency,
    UserUnit,
    Contractor,
    Affiliate,
    Investor,
}

public enum Sex
{
    Unknown,
    Female,
    Male,
}

public enum ProxyTitle
{
    Lawyer,
    NearRelative,
    RecommendedCitizen,
    WorkersRepresentative,
    UnionStaff,
}

public enum ConsentForm
{
    Written,
    Oral,
    Online,
}

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

public enum OverAgeMatter
{
    Pay,
    Rest,
    Safety,
    InjuryCover,
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

public enum ConsentManner
{
    InPerson,
    Telephone,
    Written,
    Online,
}

public enum NonAcceptanceReason
{
    OutOfScope,
    RespondentRefused,
    RespondentSilent,
    ApplicantRefused,
    AnotherBodyCompetent,
}

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

public enum EscalationReason
{
    TenOrMoreWorkers,
    Stoppage,
    EmployerFled,
    PublicImpact,
}

/// <summary>What is still to be completed after registration (待补录).</summary>
public enum MissingFact
{
    IdNumber,
    Phone,
    SexOrBirthDate,
    UsualAddress,
    MigrantWorker,
    UnionMember,
    CreditCode,
    RespondentAddress,
    Industry,
    PerformanceDistrict,
    ClaimAmount,
    ClaimPeriod,
    ProxyPaper,
}

/// <summary>A text or file kept encrypted in the content store: all that an event knows of it.</summary>
public sealed record ContentRef(Guid ContentId, string Sha256, long Size, string MediaType);

/// <summary>A claim item; <paramref name="Claimed"/> is null when the amount is not known yet or there is none.</summary>
/// <param name="InfringedOn">Legal day on which she knew or should have known that her right was infringed; null when it
/// is not known yet.</param>
public sealed record ClaimItem(
    Guid ItemId,
    ClaimItemType Type,
    DateOnly? PeriodFrom,
    DateOnly? PeriodTo,
    Money? Claimed,
    DateOnly? InfringedOn = null
)
{
    /// <summary>Items that are done or not done and have no amount.</summary>
    public bool HasNoAmount => Type is ClaimItemType.Reinstatement or ClaimItemType.CertificateOrFileTransfer;
}

/// <summary>Coded facts about a worker for statistics; no identity.</summary>
/// <param name="AgeBand">Lower bound of the ten-year band on the day of registration.</param>
public sealed record Profile(
    string? Industry,
    string? Ownership,
    bool NewEmploymentForm,
    bool MigrantWorker,
    bool UnionMember,
    Sex Sex,
    int? AgeBand
);

/// <summary>A worker who applies, with what she claims.</summary>
/// <param name="WorkerClaimId">Id under which her part of the dispute will run; derived from request and party.</param>
/// <param name="EmploymentEndedOn">Legal day on which her employment ended; null while it goes on or is not known.</param>
public sealed record Applicant(
    Guid WorkerClaimId,
    Guid PartyId,
    Guid PersonId,
    Profile Profile,
    IReadOnlyList<ClaimItem> Items,
    DateOnly? EmploymentEndedOn = null
);

/// <summary>A respondent; several are normal (dispatch agency and user unit, contractor, affiliates).</summary>
public sealed record Respondent(Guid PartyId, Guid GroupId, RespondentCapacity Capacity);

/// <summary>Who acts for the applicants.</summary>
public sealed record Proxy(Guid PartyId, ProxyTitle Title, bool PaperSeen);

/// <summary>Notice and consent given at registration (个人信息保护法, articles 17, 29).</summary>
public sealed record PrivacyConsent(bool NoticeGiven, string NoticeVersion, ConsentForm Form, bool SensitiveConsent);

/// <summary>Result of the scope test and what it rests on.</summary>
/// <param name="CourtCause">Code in the court's list of causes, or null.</param>
/// <param name="CourtCauseVersion">Year of that list; follows from the day of receipt.</param>
/// <param name="LimitationOn">Last day to apply for arbitration as entered.</param>
/// <param name="GroupSize">Workers with the same claim.</param>
public sealed record Triage(
    bool InScope,
    OutOfScopeReason? OutOfScope,
    LegalRelation Relation,
    OverAgeMatter? OverAgeMatter,
    StatutoryHead Head,
    StatisticsCategory Statistics,
    string? CourtCause,
    string? CourtCauseVersion,
    DateOnly? LimitationOn,
    string? PerformanceDistrict,
    string? SeatDistrict,
    IReadOnlyList<PendingProcedure> Pending,
    int GroupSize,
    RiskLevel Risk,
    bool? AidEligible
)
{
    /// <summary>Ten workers or more with a common claim (劳动争议调解仲裁法, article 7).</summary>
    public bool Collective => GroupSize >= 10;

    /// <summary>Same content; records compare their lists by reference, so they are compared here.</summary>
    public bool SameAs(Triage other) =>
        Pending.SequenceEqual(other.Pending) && this with { Pending = other.Pending } == other;
}
