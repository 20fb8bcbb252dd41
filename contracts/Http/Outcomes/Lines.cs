namespace Mediation.Contracts.Http.Outcomes;

/// <summary>How far a line has come. The amounts of every step stand beside it; the stage is only the headline.</summary>
public enum LineStage
{
    Claimed,
    InForce,
    Due,
    PartlyPaid,
    Paid,
    Withdrawn,
    Failed,
}

/// <summary>What an item is, for counting: cash of the worker; contributions paid to a fund (own column, never
/// recovery); a claim of the employer; something without an amount.</summary>
public enum ItemNature
{
    Cash,
    ToFund,
    Counterclaim,
    NoMoney,
}

public enum InstalmentStanding
{
    NotYetDue,
    PartlyPaid,
    Paid,
    Overdue,
}

/// <summary>The steps of the ladder in fen. <paramref name="ClaimedFen"/> is null where the item was first named in the
/// agreement or has no amount. <paramref name="PendingFen"/> = in force less recovered.</summary>
/// <param name="EffectiveFen">In force today.</param>
/// <param name="DueFen">In force and fallen due up to today.</param>
/// <param name="RecoveredFen">Paid, evidenced, countersigned and covered by a title: what counts.</param>
/// <param name="AwaitingFen">Entered and not yet countersigned.</param>
/// <param name="ReturnedFen">Sent back by the verifier and not resubmitted.</param>
public sealed record Ladder(
    long? ClaimedFen,
    long AgreedFen,
    long EffectiveFen,
    long DueFen,
    long RecoveredFen,
    long PendingFen,
    long AwaitingFen,
    long ReturnedFen
);

/// <summary>An instalment of the instrument in force with what has been recovered on it.</summary>
public sealed record InstalmentView(
    int Number,
    long AmountFen,
    DateOnly DueOn,
    long PaidFen,
    long OpenFen,
    InstalmentStanding Standing
);

/// <summary>The money of one claim item of one worker. `GET /lines/{lineId}`; also as a list in
/// <see cref="DisputeLines"/>.</summary>
/// <param name="Payments">Every payment ever entered for the line, also returned and reversed ones, by money day.</param>
/// <param name="Actions">recordGivenBack.</param>
public sealed record LineView(
    Guid LineId,
    Guid WorkerClaimId,
    Guid DisputeId,
    Guid ItemId,
    Guid WorkerPartyId,
    IReadOnlyList<Guid> EmployerPartyIds,
    string CaseNumber,
    string Unit,
    DateOnly AcceptedOn,
    ClaimItemType Type,
    ItemNature Nature,
    DateOnly? PeriodFrom,
    DateOnly? PeriodTo,
    LineStage Stage,
    Ladder Ladder,
    DateOnly? EffectiveOn,
    IReadOnlyList<InstalmentView> Instalments,
    IReadOnlyList<LinePayment> Payments,
    IReadOnlyList<GivenBackView> GivenBack,
    IReadOnlyList<ActionState> Actions,
    long Version
);

/// <summary>A payment's part on one line.</summary>
/// <param name="CountedFen">How much of it counts as recovered today.</param>
/// <param name="Why">Code of the reason why it counts, counts in part, or does not.</param>
public sealed record LinePayment(
    Guid PaymentId,
    PaymentState State,
    long AmountFen,
    long CountedFen,
    DateOnly PaidOn,
    int? Instalment,
    WhyCounted Why
);

/// <summary>Money the worker really gave back or had taken back, on its own day.</summary>
public sealed record GivenBackView(Guid GivenBackId, long AmountFen, DateOnly On, GivenBackCause Cause, Guid ByAccount);

public enum GivenBackCause
{
    Overpaid,
    InstrumentSetAside,
    EnforcementReversed,
    AgreedByParties,
}

/// <summary>`GET /disputes/{disputeId}/lines` (all workers) and `GET /claims/{workerClaimId}/lines` (one worker): the
/// money strip of the case and its lines. Empty with <paramref name="Arrived"/> false while the case was announced and
/// has not arrived here yet.</summary>
/// <param name="Sum">Sum over the lines whose nature is cash.</param>
/// <param name="ToFundFen">Paid to funds, countersigned: beside the sum.</param>
/// <param name="Workers">Number of workers with a line.</param>
/// <param name="Actions">enterPayment.</param>
public sealed record DisputeLines(
    Guid DisputeId,
    bool Arrived,
    string? CaseNumber,
    string? Unit,
    int Workers,
    Ladder Sum,
    long ToFundFen,
    IReadOnlyList<LineView> Lines,
    IReadOnlyList<ActionState> Actions
);

/// <summary>`POST /lines/{lineId}/given-back` (If-Match: the line's version): acts at once, nobody countersigns it.</summary>
public sealed record RecordGivenBack(
    Guid GivenBackId,
    long AmountFen,
    DateOnly On,
    GivenBackCause Cause,
    string? Remark = null
);
