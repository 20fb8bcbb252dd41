namespace Mediation.Disputes.Domain;

/// <summary>A file or text kept as encrypted content of the case; a stream holds the reference only.</summary>
public sealed record ContentRef(Guid ContentId, string Sha256, long Size, string MediaType);

/// <summary>Item of a claim (劳动争议调解仲裁法, articles 2 and 47). Those after <see cref="Other"/> have no amount, only
/// done or not done.</summary>
public enum ItemType
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

public enum SignatureMode
{
    Handwritten,
    Fingerprint,
    ESignature,
    Seal,
}

public enum FailureReason
{
    Refused,
    NoContact,
    Expired,
    WideGap,
    RefusedToSign,
}

public enum WithdrawalReason
{
    PersonalDecision,
    SettledPrivately,
    GoesToArbitration,
    Unreachable,
}

public enum UnperformedReason
{
    NotYetDue,
    ReferredToArbitration,
    ReferredToCourt,
    PaymentOrderSought,
    WorkerUnreachable,
    WorkerReleasedEmployer,
}

/// <summary>How the mediation of a case ended: agreed when an agreement binds at least one worker, otherwise the first of
/// settled on the spot, failed, withdrawn that is true of one of them.</summary>
public enum Outcome
{
    Agreed,
    SettledOnSpot,
    Failed,
    Withdrawn,
}
