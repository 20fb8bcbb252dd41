namespace Mediation.Contracts.Http.Outcomes;

public enum PaymentState
{
    Awaiting,
    Countersigned,
    Returned,
    Reversed,
    Blocked,
}

/// <summary>Who paid. A third party counts only for an employer and with a paper that names the debt; union relief is
/// never recovery and is refused.</summary>
public enum PayerKind
{
    Employer,
    JointlyLiable,
    ThirdParty,
    Court,
    UnionRelief,
}

/// <summary>Who received the money. Money of the worker counts when she received it herself; contributions go to the
/// fund; other receivers are refused.</summary>
public enum PayeeKind
{
    Worker,
    Fund,
    Agent,
    Other,
}

/// <summary>How the money came. <see cref="NotStated"/> only where a settlement on the spot did not say it; it cannot be
/// entered.</summary>
public enum PaymentMeans
{
    BankTransfer,
    Cash,
    ElectronicWallet,
    NotStated,
}

/// <summary>Why a payment counts or does not.</summary>
public enum WhyCounted
{
    Counted,
    CountedInPart,
    NothingLeftInForce,
    WaitsForTitle,
    WaitsForCountersignature,
    Returned,
    Reversed,
    ReceiptInUse,
    BeforeAcceptance,
    AfterWithdrawal,
    GivenBack,
    ToFund,
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

/// <summary>The part of a payment that falls on one line (the payer's designation).</summary>
public sealed record Share(Guid LineId, long AmountFen);

/// <summary>`POST /disputes/{disputeId}/payments`, multipart/form-data: part `payment` (this record as JSON), part
/// `receipt` (PDF, PNG or JPEG, at most 10 MB), part `debtPaper` for a third party. Answers <see cref="Done"/> with the
/// payment's id. The same body again answers the same.</summary>
/// <param name="PaymentId">Made by the caller, so that a double submit is one payment.</param>
/// <param name="PaidOn">Day the money reached the worker (Asia/Shanghai), not the day of entry.</param>
/// <param name="Shares">One share per line; the slip's amount is their sum.</param>
/// <param name="Instalment">Number of the instalment the payer meant; null when none was named.</param>
/// <param name="OnBehalfOf">Employer for whom a third party paid.</param>
/// <param name="ExcessConfirmed">More than what is in force and unpaid is refused (over_amount_in_force) until the
/// person confirms that the slip really shows it; the excess never counts.</param>
public sealed record EnterPayment(
    Guid PaymentId,
    DateOnly PaidOn,
    PayerKind Payer,
    PayeeKind Payee,
    PaymentMeans Means,
    IReadOnlyList<Share> Shares,
    int? Instalment = null,
    Guid? OnBehalfOf = null,
    bool ExcessConfirmed = false
);

/// <summary>`POST /payments/{paymentId}/resubmit` (If-Match), multipart like the first entry. Without a `receipt` part
/// the receipt of the first entry stays. The lines of the payment stay.</summary>
public sealed record ResubmitPayment(
    DateOnly PaidOn,
    PayerKind Payer,
    PayeeKind Payee,
    PaymentMeans Means,
    IReadOnlyList<Share> Shares,
    int? Instalment = null,
    Guid? OnBehalfOf = null,
    bool ExcessConfirmed = false
);

/// <summary>`POST /payments/{paymentId}/return` (If-Match). The remark is kept as encrypted content.</summary>
public sealed record ReturnPayment(ReturnReason Reason, string? Remark = null);

/// <summary>`POST /payments/{paymentId}/reverse` (If-Match): an entry that was never true. Acts at once, on the day of
/// the payment it undoes; both entries stay.</summary>
public sealed record ReversePayment(ReversalCause Cause, string? Remark = null);

// `POST /payments/{paymentId}/countersign` (If-Match) has an empty body and answers Done.

/// <summary>Order of <see cref="PaymentQuery"/>.</summary>
public enum PaymentSort
{
    WaitingLongest,
    PaidOn,
    Amount,
    CaseNumber,
}

/// <summary>Query of `GET /payments` (list), `GET /payments/queue` and `GET /payments/export?format=xlsx|csv`. The
/// reader sees her units and those below; <paramref name="Unit"/> narrows to a unit and below.</summary>
/// <param name="From">First money day.</param>
/// <param name="To">Last money day.</param>
public sealed record PaymentQuery(
    string? Unit = null,
    PaymentState? State = null,
    DateOnly? From = null,
    DateOnly? To = null,
    string? CaseNumber = null,
    PaymentSort Sort = PaymentSort.WaitingLongest,
    bool Descending = false,
    int Page = 1,
    int Size = 20
);

/// <summary>One row of a payment list.</summary>
/// <param name="MayCountersign">This reader may countersign it; else <paramref name="WhyNot"/> is the refusal code.</param>
public sealed record PaymentListItem(
    Guid PaymentId,
    Guid DisputeId,
    string CaseNumber,
    string Unit,
    IReadOnlyList<Guid> WorkerPartyIds,
    long AmountFen,
    long CountedFen,
    DateOnly PaidOn,
    PaymentState State,
    WhyCounted Why,
    PaymentMeans Means,
    DateTimeOffset EnteredAt,
    Guid EnteredBy,
    DateTimeOffset ChangedAt,
    bool MayCountersign,
    string? WhyNot,
    long Version
);

/// <summary>`GET /payments/{paymentId}` (ETag): everything the verifier needs on one page.</summary>
/// <param name="Shares">The payment's part on each line, with the line's ladder beside it.</param>
/// <param name="Receipt">Download: `GET /payments/{paymentId}/receipt`, logged. For a settlement on the spot the slip
/// was sent to Disputes and its content id is one of that service: <paramref name="ReceiptAt"/> says where.</param>
/// <param name="DebtPaper">Download: `GET /payments/{paymentId}/debt-paper`.</param>
/// <param name="Trail">What happened to the payment, oldest first.</param>
/// <param name="PreviousInQueue">Neighbours in the countersignature queue of the reader (keys J and K); null at the
/// ends.</param>
/// <param name="Actions">countersign, return, resubmit, reverse.</param>
public sealed record PaymentView(
    Guid PaymentId,
    Guid DisputeId,
    string CaseNumber,
    string Unit,
    PaymentState State,
    long AmountFen,
    long CountedFen,
    WhyCounted Why,
    DateOnly PaidOn,
    PayerKind Payer,
    Guid? OnBehalfOf,
    PayeeKind Payee,
    PaymentMeans Means,
    int? Instalment,
    bool ExcessConfirmed,
    Guid? BlockedBy,
    ContentReference Receipt,
    ReceiptHome ReceiptAt,
    ContentReference? DebtPaper,
    IReadOnlyList<PaymentShare> Shares,
    IReadOnlyList<TrailEntry> Trail,
    Guid? PreviousInQueue,
    Guid? NextInQueue,
    IReadOnlyList<ActionState> Actions,
    long Version
);

public enum ReceiptHome
{
    Outcomes,
    Disputes,
}

public sealed record PaymentShare(
    Guid LineId,
    Guid WorkerClaimId,
    Guid WorkerPartyId,
    ClaimItemType Type,
    ItemNature Nature,
    DateOnly? PeriodFrom,
    DateOnly? PeriodTo,
    long AmountFen,
    long CountedFen,
    WhyCounted Why,
    Ladder Ladder,
    IReadOnlyList<InstalmentView> Instalments
);

public enum TrailKind
{
    Entered,
    Blocked,
    Countersigned,
    Returned,
    Resubmitted,
    Reversed,
}

/// <summary>One step of a payment's life.</summary>
/// <param name="ReasonCode">Code of a return or a reversal.</param>
/// <param name="Remark">Typed remark, decrypted for a reader who may see the case.</param>
public sealed record TrailEntry(TrailKind Kind, DateTimeOffset At, Guid ByAccount, string? ReasonCode, string? Remark);
