using Mediation.Contracts;

namespace Mediation.Demonstration;

/// <summary>How far a matter has come today.</summary>
internal enum Ending
{
    Registered,
    Incomplete,
    Duplicate,
    Triaged,
    Escalated,
    Advised,
    ReferredOut,
    WithdrawnEarly,
    AskingConsent,
    ReadyToAccept,
    NotAccepted,
    Unappointed,
    RecusalRaised,
    SessionPlanned,
    SessionSoon,
    InSession,
    OfferOpen,
    Drafted,
    PartlySigned,
    Effective,
    NothingDelivered,
    PartlyPaid,
    Overdue,
    AwaitingCountersignature,
    PaymentReturned,
    SlipTwice,
    PaymentReversed,
    GivenBack,
    PaidToFund,
    Paid,
    PaidAndClosed,
    SettledOnSpot,
    SettledAndClosed,
    Failed,
    FailedAndClosed,
    Withdrawn,
    WithdrawnAndClosed,
}

/// <summary>One matter of the demonstration.</summary>
/// <param name="DaysAgo">When it came to the front door.</param>
/// <param name="Yuan">Claimed by each worker; 0 where the item has no amount.</param>
internal sealed record Story(int DaysAgo, Channel Channel, ClaimItemType Item, int Yuan, int Workers, Ending Ending)
{
    public bool HasAmount => Yuan > 0;

    /// <summary>What a district has on its desks, oldest first: a year with something in every month, state, channel,
    /// list and total.</summary>
    public static readonly IReadOnlyList<Story> All =
    [
        new(352, Channel.WalkIn, ClaimItemType.Wages, 18_600, 1, Ending.PaidAndClosed),
        new(340, Channel.Hotline12345, ClaimItemType.SocialInsuranceArrears, 7_400, 1, Ending.ReferredOut),
        new(322, Channel.Hotline12351, ClaimItemType.Overtime, 4_200, 1, Ending.SettledAndClosed),
        new(296, Channel.ArbitrationDesk, ClaimItemType.Severance, 52_000, 1, Ending.PaidAndClosed),
        new(268, Channel.CourtDelegated, ClaimItemType.Wages, 9_600, 3, Ending.PaidAndClosed),
        new(241, Channel.Online, ClaimItemType.DoubleWage, 24_000, 1, Ending.FailedAndClosed),
        new(214, Channel.WalkIn, ClaimItemType.DepositRefund, 800, 2, Ending.SettledAndClosed),
        new(187, Channel.Petition, ClaimItemType.AnnualLeavePay, 1_800, 1, Ending.WithdrawnAndClosed),
        new(172, Channel.WalkIn, ClaimItemType.Wages, 14_300, 1, Ending.PaidAndClosed),
        new(160, Channel.ArbitrationSuggested, ClaimItemType.WorkInjuryBenefits, 86_000, 1, Ending.PaymentReversed),
        new(140, Channel.WalkIn, ClaimItemType.Other, 3_000, 1, Ending.Advised),
        new(134, Channel.Grassroots, ClaimItemType.CommissionOrBonus, 11_000, 1, Ending.GivenBack),
        new(112, Channel.Inspection, ClaimItemType.Wages, 6_300, 12, Ending.Paid),
        new(90, Channel.WalkIn, ClaimItemType.HousingFund, 6_000, 1, Ending.PaidToFund),
        new(76, Channel.Online, ClaimItemType.Wages, 16_200, 1, Ending.WithdrawnEarly),
        new(62, Channel.Hotline12345, ClaimItemType.Wages, 28_000, 1, Ending.Overdue),
        new(48, Channel.WalkIn, ClaimItemType.Severance, 41_000, 1, Ending.PartlyPaid),
        new(39, Channel.WalkIn, ClaimItemType.Wages, 5_200, 1, Ending.NotAccepted),
        new(31, Channel.Online, ClaimItemType.Overtime, 7_300, 1, Ending.AwaitingCountersignature),
        new(27, Channel.MonitoringPoint, ClaimItemType.Wages, 12_500, 1, Ending.PaymentReturned),
        new(23, Channel.WalkIn, ClaimItemType.Wages, 7_700, 2, Ending.SlipTwice),
        new(20, Channel.CourtDelegated, ClaimItemType.UnlawfulDismissalDamages, 66_000, 1, Ending.Effective),
        new(18, Channel.WalkIn, ClaimItemType.Wages, 5_600, 1, Ending.Failed),
        new(17, Channel.Hotline12351, ClaimItemType.Overtime, 3_100, 1, Ending.Withdrawn),
        new(16, Channel.WalkIn, ClaimItemType.DepositRefund, 500, 1, Ending.SettledOnSpot),
        new(14, Channel.WalkIn, ClaimItemType.CertificateOrFileTransfer, 0, 1, Ending.NothingDelivered),
        new(12, Channel.Hotline12351, ClaimItemType.Wages, 21_000, 4, Ending.PartlySigned),
        new(11, Channel.ArbitrationDesk, ClaimItemType.DoubleWage, 33_000, 1, Ending.Drafted),
        new(9, Channel.WalkIn, ClaimItemType.PayInLieuOfNotice, 8_000, 1, Ending.OfferOpen),
        new(8, Channel.Online, ClaimItemType.SocialInsuranceLoss, 19_000, 1, Ending.InSession),
        new(7, Channel.WalkIn, ClaimItemType.MedicalExpenses, 9_100, 1, Ending.SessionSoon),
        new(6, Channel.Petition, ClaimItemType.HeatOrSickPay, 2_400, 1, Ending.SessionPlanned),
        new(5, Channel.WalkIn, ClaimItemType.Wages, 30_500, 1, Ending.RecusalRaised),
        new(4, Channel.Online, ClaimItemType.NonCompeteCompensation, 72_000, 1, Ending.Unappointed),
        new(3, Channel.ArbitrationSuggested, ClaimItemType.Severance, 27_000, 1, Ending.ReadyToAccept),
        new(2, Channel.WalkIn, ClaimItemType.Wages, 9_900, 1, Ending.AskingConsent),
        new(2, Channel.Hotline12345, ClaimItemType.Overtime, 1_500, 1, Ending.Triaged),
        new(1, Channel.Grassroots, ClaimItemType.Wages, 8_000, 11, Ending.Escalated),
        new(1, Channel.Online, ClaimItemType.Wages, 6_800, 1, Ending.Registered),
        new(0, Channel.WalkIn, ClaimItemType.Wages, 6_800, 1, Ending.Duplicate),
        new(0, Channel.WalkIn, ClaimItemType.Wages, 8_800, 1, Ending.Incomplete),
    ];
}
