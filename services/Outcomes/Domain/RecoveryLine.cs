namespace Mediation.Outcomes;

/// <summary>Item of a claim; the same words as in the published language.</summary>
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

/// <summary>What an item is, for counting.</summary>
public enum ItemNature
{
    /// <summary>Money of the worker: the only nature that is recovered.</summary>
    Cash,

    /// <summary>Contributions paid to a fund: their own column, no cash, no case, no person.</summary>
    ToFund,

    /// <summary>The employer claims from the worker: nothing to recover.</summary>
    Counterclaim,

    /// <summary>Done or not done, no amount.</summary>
    NoMoney,
}

public enum TitleKind
{
    Agreement,
    OnTheSpot,
}

public enum PayerKind
{
    Employer,
    JointlyLiable,
    ThirdParty,
    Court,
    UnionRelief,
}

public enum PayeeKind
{
    Worker,
    Fund,
    Agent,
    Other,
}

public enum PaymentMeans
{
    BankTransfer,
    Cash,
    ElectronicWallet,
    NotStated,
}

public enum ReturnReason
{
    Illegible,
    AmountDiffers,
    DateDiffers,
    PayeeNotWorker,
    PayerNotLiable,
    WrongLine,
    NotProofOfReceipt,
    Incomplete,
    Other,
}

public enum ReversalCause
{
    EnteredInError,
    TransferBounced,
    ReceiptForged,
    EnteredTwice,
}

public enum GivenBackCause
{
    Overpaid,
    InstrumentSetAside,
    EnforcementReversed,
    AgreedByParties,
}

/// <summary>Which service keeps the bytes of a receipt.</summary>
public enum EvidenceHome
{
    Outcomes,
    Disputes,
}

/// <summary>A receipt or paper as recorded in a content store.</summary>
/// <param name="Sha256">Hash of the bytes; one hash serves one live payment.</param>
public sealed record Evidence(Guid ContentId, string Sha256, long Size, string MediaType, EvidenceHome Home);

/// <summary>An employer of the line: the party and the group of employers it belongs to.</summary>
public sealed record LineEmployer(Guid PartyId, Guid GroupId);

public sealed record Instalment(int Number, Money Amount, DateOnly DueOn);

/// <summary>A member of staff as account and as person: two accounts may belong to one person.</summary>
public sealed record Staff(Guid Account, Guid Person);

/// <summary>What a payment entry says.</summary>
/// <param name="PaidOn">Money day: the Shanghai day on which the money reached the worker.</param>
/// <param name="ExcessConfirmed">The slip really shows more than what is in force and unpaid.</param>
public sealed record PaymentDetails(
    Money Amount,
    DateOnly PaidOn,
    PayerKind Payer,
    Guid? OnBehalfOf,
    PayeeKind Payee,
    PaymentMeans Means,
    int? Instalment,
    Evidence? Receipt,
    Evidence? DebtPaper,
    bool ExcessConfirmed
);

/// <summary>What a payment's event says about its place, so that nobody who hears of it has to ask for more.</summary>
public sealed record LineKey(Guid WorkerClaimId, Guid DisputeId, Guid ItemId);

public interface IRecoveryLineEvent;

/// <summary>The line of one claim item of one worker exists, with everything it is counted by.</summary>
/// <param name="Claimed">Null where the item has no amount or was first named in the agreement.</param>
public sealed record LineOpened(
    Guid LineId,
    Guid WorkerClaimId,
    Guid DisputeId,
    Guid ItemId,
    Guid PartyId,
    Guid PersonId,
    IReadOnlyList<LineEmployer> Employers,
    ItemType Type,
    DateOnly? PeriodFrom,
    DateOnly? PeriodTo,
    Money? Claimed,
    string CaseNumber,
    string Unit,
    DateOnly AcceptedOn
) : IRecoveryLineEvent;

/// <summary>An instrument gives the worker this amount from a day on. The instrument that last took effect supersedes,
/// up or down.</summary>
/// <param name="ToFund">The amount goes to a fund and not to the worker.</param>
public sealed record TitleTookEffect(
    Guid InstrumentId,
    TitleKind Kind,
    DateOnly EffectiveOn,
    Money Amount,
    IReadOnlyList<Instalment> Instalments,
    bool ToFund
) : IRecoveryLineEvent;

public sealed record PaymentEvidenced(LineKey Line, Guid PaymentId, PaymentDetails Details, Staff By)
    : IRecoveryLineEvent;

/// <summary>Paid on the spot with a receipt that already serves another payment: the title stands, the payment never
/// counts and has to be entered anew with a receipt of its own.</summary>
public sealed record PaymentBlocked(LineKey Line, Guid PaymentId, PaymentDetails Details, Guid ReceiptHeldBy, Staff By)
    : IRecoveryLineEvent;

public sealed record PaymentCountersigned(LineKey Line, Guid PaymentId, Money Amount, DateOnly PaidOn, Staff By)
    : IRecoveryLineEvent;

/// <param name="Remark">Content id of what the verifier typed.</param>
public sealed record PaymentReturned(LineKey Line, Guid PaymentId, ReturnReason Reason, Guid? Remark, Staff By)
    : IRecoveryLineEvent;

public sealed record PaymentResubmitted(LineKey Line, Guid PaymentId, PaymentDetails Details, Staff By)
    : IRecoveryLineEvent;

/// <summary>The entry was never true; it is undone on the day of the payment. The entry itself stays readable.</summary>
public sealed record PaymentReversed(LineKey Line, Guid PaymentId, ReversalCause Cause, Guid? Remark, Staff By)
    : IRecoveryLineEvent;

/// <summary>Money the worker really gave back or had taken back, on its own day.</summary>
public sealed record MoneyGivenBack(
    Guid GivenBackId,
    Money Amount,
    DateOnly On,
    GivenBackCause Cause,
    Guid? Remark,
    Staff By
) : IRecoveryLineEvent;

/// <summary>The worker withdrew: what was discharged stays, the rest falls away on that day.</summary>
public sealed record LineWithdrawn(DateOnly On) : IRecoveryLineEvent;

/// <summary>What the line counts after a change; follows every change of it, so that others need no ledger of their own.</summary>
/// <param name="InForce">Amount in force.</param>
/// <param name="Recovered">Countersigned and covered by a title.</param>
/// <param name="Awaiting">Entered and not yet countersigned.</param>
/// <param name="Instalments">Instalments in force by due day; null where it was recorded when events did not say it.</param>
public sealed record StandingChanged(
    LineKey Line,
    Money InForce,
    Money Recovered,
    Money Awaiting,
    IReadOnlyList<InstalmentDone>? Instalments = null
) : IRecoveryLineEvent
{
    // Records compare lists by reference; the standing is told only when its content changed.
    public bool Equals(StandingChanged? other) =>
        other is not null
        && (Line, InForce, Recovered, Awaiting) == (other.Line, other.InForce, other.Recovered, other.Awaiting)
        && (Instalments ?? []).SequenceEqual(other.Instalments ?? []);

    public override int GetHashCode() => HashCode.Combine(Line, InForce, Recovered, Awaiting);
}

/// <summary>An instalment and the day of the countersigned payment that completed it; null while something is open.</summary>
public sealed record InstalmentDone(int Number, DateOnly DueOn, DateOnly? PaidOn);

/// <summary>Mediation ended without agreement on this line; a later title may still come.</summary>
public sealed record LineFailed(DateOnly On) : IRecoveryLineEvent;

public enum PaymentState
{
    Awaiting,
    Countersigned,
    Returned,
    Reversed,
    Blocked,
}

/// <summary>A payment's part on this line.</summary>
/// <param name="Enterers">Everyone who entered or resubmitted it.</param>
/// <param name="Version">Number of facts about this payment: what a person saw when she decided.</param>
/// <param name="Order">Place among the entries of the line.</param>
public sealed record Payment(
    Guid Id,
    PaymentDetails Details,
    PaymentState State,
    IReadOnlyList<Staff> Enterers,
    Guid? ReceiptHeldBy,
    long Version,
    int Order
)
{
    /// <summary>Neither returned nor reversed nor blocked: its receipt serves nothing else.</summary>
    public bool Live => State is PaymentState.Awaiting or PaymentState.Countersigned;
}

/// <summary>The money of one claim item of one worker, from claim to payment.</summary>
public abstract record RecoveryLine
{
    public sealed record NotOpened : RecoveryLine;

    /// <param name="Titles">In the order they were recorded.</param>
    /// <param name="Withdrawals">Days on which the worker withdrew.</param>
    public abstract record Opened(
        LineOpened Facts,
        IReadOnlyList<TitleTookEffect> Titles,
        IReadOnlyList<Payment> Payments,
        IReadOnlyList<MoneyGivenBack> GivenBack,
        IReadOnlyList<DateOnly> Withdrawals
    ) : RecoveryLine
    {
        /// <summary>The instrument that last took effect; of two of one day the one recorded last.</summary>
        public TitleTookEffect? InForceTitle => Titles.OrderBy(t => t.EffectiveOn).LastOrDefault();

        /// <summary>Contributions in arrears always go to the fund; other items go there when the instrument says so.</summary>
        public ItemNature Nature => InForceTitle is { ToFund: true } ? ItemNature.ToFund : ByType(Facts.Type);

        public LineKey Key => new(Facts.WorkerClaimId, Facts.DisputeId, Facts.ItemId);

        public Payment? Find(Guid paymentId) => Payments.FirstOrDefault(p => p.Id == paymentId);
    }

    /// <summary>Claimed; nothing is in force.</summary>
    public sealed record Claimed(
        LineOpened Facts,
        IReadOnlyList<TitleTookEffect> Titles,
        IReadOnlyList<Payment> Payments,
        IReadOnlyList<MoneyGivenBack> GivenBack,
        IReadOnlyList<DateOnly> Withdrawals
    ) : Opened(Facts, Titles, Payments, GivenBack, Withdrawals);

    /// <summary>An instrument is in force.</summary>
    public sealed record InForce(
        LineOpened Facts,
        IReadOnlyList<TitleTookEffect> Titles,
        IReadOnlyList<Payment> Payments,
        IReadOnlyList<MoneyGivenBack> GivenBack,
        IReadOnlyList<DateOnly> Withdrawals
    ) : Opened(Facts, Titles, Payments, GivenBack, Withdrawals);

    /// <summary>Mediation ended without agreement.</summary>
    public sealed record Failed(
        LineOpened Facts,
        IReadOnlyList<TitleTookEffect> Titles,
        IReadOnlyList<Payment> Payments,
        IReadOnlyList<MoneyGivenBack> GivenBack,
        IReadOnlyList<DateOnly> Withdrawals
    ) : Opened(Facts, Titles, Payments, GivenBack, Withdrawals);

    /// <summary>The worker withdrew the item.</summary>
    public sealed record Withdrawn(
        LineOpened Facts,
        IReadOnlyList<TitleTookEffect> Titles,
        IReadOnlyList<Payment> Payments,
        IReadOnlyList<MoneyGivenBack> GivenBack,
        IReadOnlyList<DateOnly> Withdrawals
    ) : Opened(Facts, Titles, Payments, GivenBack, Withdrawals);

    public static readonly RecoveryLine Initial = new NotOpened();

    /// <summary>Nature of an item before an instrument says who receives the money.</summary>
    public static ItemNature ByType(ItemType type) =>
        type switch
        {
            ItemType.SocialInsuranceArrears or ItemType.HousingFund => ItemNature.ToFund,
            ItemType.TrainingCostCounterclaim => ItemNature.Counterclaim,
            ItemType.Reinstatement or ItemType.CertificateOrFileTransfer => ItemNature.NoMoney,
            _ => ItemNature.Cash,
        };

    /// <exception cref="InvalidOperationException">The event cannot follow on this state: the log is damaged.</exception>
    public static RecoveryLine Evolve(RecoveryLine state, IRecoveryLineEvent e) =>
        (state, e) switch
        {
            (NotOpened, LineOpened o) => new Claimed(o, [], [], [], []),
            (Opened l, TitleTookEffect t) => new InForce(
                l.Facts,
                [.. l.Titles, t],
                l.Payments,
                l.GivenBack,
                l.Withdrawals
            ),
            (Opened l, PaymentEvidenced p) => l with
            {
                Payments =
                [
                    .. l.Payments,
                    new(p.PaymentId, p.Details, PaymentState.Awaiting, [p.By], null, 1, l.Payments.Count),
                ],
            },
            (Opened l, PaymentBlocked p) => l with
            {
                Payments =
                [
                    .. l.Payments,
                    new(p.PaymentId, p.Details, PaymentState.Blocked, [p.By], p.ReceiptHeldBy, 1, l.Payments.Count),
                ],
            },
            (Opened l, PaymentCountersigned c) => Change(
                l,
                c.PaymentId,
                p => p with { State = PaymentState.Countersigned }
            ),
            (Opened l, PaymentReturned r) => Change(l, r.PaymentId, p => p with { State = PaymentState.Returned }),
            (Opened l, PaymentResubmitted r) => Change(
                l,
                r.PaymentId,
                p => p with { Details = r.Details, State = PaymentState.Awaiting, Enterers = [.. p.Enterers, r.By] }
            ),
            (Opened l, PaymentReversed r) => Change(l, r.PaymentId, p => p with { State = PaymentState.Reversed }),
            (Opened l, MoneyGivenBack g) => l with { GivenBack = [.. l.GivenBack, g] },
            (Opened l, LineWithdrawn w) => new Withdrawn(
                l.Facts,
                l.Titles,
                l.Payments,
                l.GivenBack,
                [.. l.Withdrawals, w.On]
            ),
            (Opened l, StandingChanged) => l,
            (Opened l, LineFailed) => new Failed(l.Facts, l.Titles, l.Payments, l.GivenBack, l.Withdrawals),
            _ => throw new InvalidOperationException($"{e.GetType().Name} cannot follow on {state.GetType().Name}."),
        };

    private static Opened Change(Opened line, Guid paymentId, Func<Payment, Payment> change) =>
        line with
        {
            Payments =
            [
                .. line.Payments.Select(p => p.Id == paymentId ? change(p) with { Version = p.Version + 1 } : p),
            ],
        };
}
