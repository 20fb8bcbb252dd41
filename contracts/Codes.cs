namespace Mediation.Contracts;

/// <summary>Channel a request came by (facts 3.1).</summary>
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

/// <summary>Item of a claim (facts 4.4). Items after <see cref="Reinstatement"/> have no amount, only done or not done.</summary>
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

/// <summary>What binds worker and employer (facts 3.1, triage).</summary>
public enum LegalRelation
{
    Labour,
    Personnel,
    NewEmploymentForm,
    OverAge,
    ServiceContract,
    Unclear,
}

/// <summary>Statutory head of the dispute (劳动争议调解仲裁法, article 2).</summary>
public enum StatutoryHead
{
    ConfirmRelation,
    ContractConclusionToTermination,
    RemovalDismissalResignation,
    HoursRestInsuranceWelfareTraining,
    PayInjurySeveranceDamages,
    Other,
}

/// <summary>How a file was recorded in its owner's content store. The bytes and the name given by a person stay there.</summary>
/// <param name="ContentId">Id in the owning service.</param>
/// <param name="Sha256">Hash of the bytes, lower-case hexadecimal.</param>
/// <param name="Size">Bytes.</param>
/// <param name="MediaType">As found in the bytes, not as claimed by the sender.</param>
public sealed record ContentReference(Guid ContentId, string Sha256, long Size, string MediaType);
