namespace Mediation.Outcomes;

public interface IRecoveryLineCommand;

/// <summary>A worker became a party with this item, or the agreement named an item nobody had claimed.</summary>
public sealed record OpenLine(LineOpened Facts) : IRecoveryLineCommand;

/// <summary>An agreement took effect.</summary>
public sealed record PutInForce(
    Guid InstrumentId,
    DateOnly EffectiveOn,
    Money Amount,
    IReadOnlyList<Instalment> Instalments,
    bool ToFund
) : IRecoveryLineCommand;

/// <summary>Agreed and paid in one; the payment still needs a countersignature.</summary>
/// <param name="ReceiptHeldBy">The live payment which the receipt serves already, looked up by its hash.</param>
public sealed record SettleOnSpot(
    Guid InstrumentId,
    DateOnly SettledOn,
    Money Amount,
    bool ToFund,
    Guid PaymentId,
    Evidence Receipt,
    Guid? ReceiptHeldBy,
    Staff By
) : IRecoveryLineCommand;

/// <param name="ReceiptHeldBy">The live payment which the receipt serves already, looked up by its hash.</param>
/// <param name="Today">The Shanghai day of the entry.</param>
public sealed record EnterPayment(Guid PaymentId, PaymentDetails Details, Guid? ReceiptHeldBy, DateOnly Today, Staff By)
    : IRecoveryLineCommand;

/// <summary>A returned payment, corrected or with better evidence.</summary>
public sealed record ResubmitPayment(
    Guid PaymentId,
    PaymentDetails Details,
    Guid? ReceiptHeldBy,
    DateOnly Today,
    Staff By
) : IRecoveryLineCommand;

/// <summary>Who reviews, with the roles that matter: supervisors and mediators countersign nothing.</summary>
public sealed record Reviewer(Staff Staff, bool Verifier, bool Mediator, bool Supervisor);

public sealed record Countersign(Guid PaymentId, Reviewer By) : IRecoveryLineCommand;

public sealed record ReturnPayment(Guid PaymentId, ReturnReason Reason, Guid? Remark, Reviewer By)
    : IRecoveryLineCommand;

public sealed record ReversePayment(Guid PaymentId, ReversalCause Cause, Guid? Remark, Staff By) : IRecoveryLineCommand;

public sealed record RecordGivenBack(
    Guid GivenBackId,
    Money Amount,
    DateOnly On,
    GivenBackCause Cause,
    Guid? Remark,
    DateOnly Today,
    Staff By
) : IRecoveryLineCommand;

public sealed record Withdraw(DateOnly On) : IRecoveryLineCommand;

public sealed record NoteFailure(DateOnly On) : IRecoveryLineCommand;

/// <summary>Why a command on a line is not allowed.</summary>
public static class RecoveryLineRefusals
{
    public const string LineUnknown = "line_unknown";
    public const string NothingPayable = "nothing_payable";
    public const string AmountNotPositive = "amount_not_positive";
    public const string InstalmentsDoNotAddUp = "instalments_do_not_add_up";
    public const string PaidInFuture = "paid_in_future";
    public const string UnionReliefNoRecovery = "union_relief_no_recovery";
    public const string ThirdPartyNeedsPaper = "third_party_needs_paper";
    public const string PayeeNotWorker = "payee_not_worker";
    public const string PayeeNotFund = "payee_not_fund";
    public const string EvidenceMissing = "evidence_missing";
    public const string ReceiptInUse = "receipt_in_use";
    public const string InstalmentUnknown = "instalment_unknown";
    public const string OverAmountInForce = "over_amount_in_force";
    public const string ClaimWithdrawn = "claim_withdrawn";
    public const string PaymentUnknown = "payment_unknown";
    public const string PaymentIdUsed = "payment_id_used";
    public const string NotVerifier = "not_verifier";
    public const string MediatorCountersignsNothing = "mediator_countersigns_nothing";
    public const string SupervisorCountersignsNothing = "supervisor_countersigns_nothing";
    public const string SelfCountersign = "self_countersign";
    public const string SamePerson = "same_person";
    public const string AlreadyCountersigned = "already_countersigned";
    public const string PaymentIsReturned = "payment_returned";
    public const string PaymentIsReversed = "payment_reversed";
    public const string PaymentIsBlocked = "payment_blocked";
    public const string NotReturned = "not_returned";
    public const string GivenBackInFuture = "given_back_in_future";
    public const string GivenBackOverPaid = "given_back_over_paid";
    public const string GivenBackIdUsed = "given_back_id_used";
}

public static class RecoveryLineDecider
{
    /// <exception cref="Refused">The command is not allowed, with one of <see cref="RecoveryLineRefusals"/>.</exception>
    public static IReadOnlyList<IRecoveryLineEvent> Decide(RecoveryLine state, IRecoveryLineCommand command)
    {
        var events = Answer(state, command);
        if (events.Aggregate(state, RecoveryLine.Evolve) is not RecoveryLine.Opened after)
            return events;
        var standing = Ledger.Standing(after);
        var before = state is RecoveryLine.Opened line
            ? Ledger.Standing(line)
            : new(after.Key, Money.Zero, Money.Zero, Money.Zero, []);
        return standing == before ? events : [.. events, standing];
    }

    private static IReadOnlyList<IRecoveryLineEvent> Answer(RecoveryLine state, IRecoveryLineCommand command) =>
        (state, command) switch
        {
            (RecoveryLine.NotOpened, OpenLine c) => [c.Facts],
            (RecoveryLine.Opened, OpenLine) => [],
            (RecoveryLine.NotOpened, _) => throw new Refused(RecoveryLineRefusals.LineUnknown),
            (RecoveryLine.Opened l, PutInForce c) => PutInForce(l, c),
            (RecoveryLine.Opened l, SettleOnSpot c) => Settle(l, c),
            (RecoveryLine.Opened l, EnterPayment c) => Enter(l, c),
            (RecoveryLine.Opened l, ResubmitPayment c) => Resubmit(l, c),
            (RecoveryLine.Opened l, Countersign c) => Countersign(l, c),
            (RecoveryLine.Opened l, ReturnPayment c) => Return(l, c),
            (RecoveryLine.Opened l, ReversePayment c) => Reverse(l, c),
            (RecoveryLine.Opened l, RecordGivenBack c) => GiveBack(l, c),
            (RecoveryLine.Withdrawn, Withdraw) => [],
            (RecoveryLine.Opened, Withdraw c) => [new LineWithdrawn(c.On)],
            // What is agreed for this worker stands although mediation of the dispute ended.
            (RecoveryLine.InForce or RecoveryLine.Failed or RecoveryLine.Withdrawn, NoteFailure) => [],
            (RecoveryLine.Opened, NoteFailure c) => [new LineFailed(c.On)],
            _ => throw new InvalidOperationException($"{command.GetType().Name} is not a command of a recovery line."),
        };

    private static IReadOnlyList<IRecoveryLineEvent> PutInForce(RecoveryLine.Opened line, PutInForce c)
    {
        if (line.Titles.Any(t => t.InstrumentId == c.InstrumentId))
            return [];
        if (c.Amount < Money.Zero)
            throw new Refused(RecoveryLineRefusals.AmountNotPositive);
        if (c.Instalments.Count > 0 && Money.Sum(c.Instalments.Select(i => i.Amount)) != c.Amount)
            throw new Refused(RecoveryLineRefusals.InstalmentsDoNotAddUp);
        return
        [
            new TitleTookEffect(c.InstrumentId, TitleKind.Agreement, c.EffectiveOn, c.Amount, c.Instalments, c.ToFund),
        ];
    }

    private static IReadOnlyList<IRecoveryLineEvent> Settle(RecoveryLine.Opened line, SettleOnSpot c)
    {
        if (line.Titles.Any(t => t.InstrumentId == c.InstrumentId))
            return [];
        if (c.Amount <= Money.Zero)
            throw new Refused(RecoveryLineRefusals.AmountNotPositive);
        var title = new TitleTookEffect(
            c.InstrumentId,
            TitleKind.OnTheSpot,
            c.SettledOn,
            c.Amount,
            [new(1, c.Amount, c.SettledOn)],
            c.ToFund
        );
        var details = new PaymentDetails(
            c.Amount,
            c.SettledOn,
            PayerKind.Employer,
            null,
            c.ToFund ? PayeeKind.Fund : PayeeKind.Worker,
            PaymentMeans.NotStated,
            1,
            c.Receipt,
            null,
            ExcessConfirmed: false
        );
        return c.ReceiptHeldBy is { } holder && holder != c.PaymentId
            ? [title, new PaymentBlocked(line.Key, c.PaymentId, details, holder, c.By)]
            : [title, new PaymentEvidenced(line.Key, c.PaymentId, details, c.By)];
    }

    private static IReadOnlyList<IRecoveryLineEvent> Enter(RecoveryLine.Opened line, EnterPayment c)
    {
        if (line.Find(c.PaymentId) is { } known)
            return known.Details.SaysTheSameAs(c.Details) && known.Enterers[0] == c.By
                ? []
                : throw new Refused(RecoveryLineRefusals.PaymentIdUsed);
        Check(line, c.PaymentId, c.Details, c.ReceiptHeldBy, c.Today);
        return [new PaymentEvidenced(line.Key, c.PaymentId, c.Details, c.By)];
    }

    private static IReadOnlyList<IRecoveryLineEvent> Resubmit(RecoveryLine.Opened line, ResubmitPayment c)
    {
        var payment = Known(line, c.PaymentId);
        if (payment.State is not PaymentState.Returned)
            throw new Refused(RecoveryLineRefusals.NotReturned);
        Check(line, c.PaymentId, c.Details, c.ReceiptHeldBy, c.Today);
        return [new PaymentResubmitted(line.Key, c.PaymentId, c.Details, c.By)];
    }

    private static void Check(
        RecoveryLine.Opened line,
        Guid paymentId,
        PaymentDetails details,
        Guid? receiptHeldBy,
        DateOnly today
    )
    {
        if (line.Nature is ItemNature.Counterclaim or ItemNature.NoMoney)
            throw new Refused(RecoveryLineRefusals.NothingPayable);
        if (details.Amount <= Money.Zero)
            throw new Refused(RecoveryLineRefusals.AmountNotPositive);
        if (details.PaidOn > today)
            throw new Refused(RecoveryLineRefusals.PaidInFuture, details.PaidOn);
        if (details.Payer is PayerKind.UnionRelief)
            throw new Refused(RecoveryLineRefusals.UnionReliefNoRecovery);
        if (details.Payer is PayerKind.ThirdParty && (details.OnBehalfOf is null || details.DebtPaper is null))
            throw new Refused(RecoveryLineRefusals.ThirdPartyNeedsPaper);
        if (line.Nature is ItemNature.Cash && details.Payee is not PayeeKind.Worker)
            throw new Refused(RecoveryLineRefusals.PayeeNotWorker);
        if (line.Nature is ItemNature.ToFund && details.Payee is not PayeeKind.Fund)
            throw new Refused(RecoveryLineRefusals.PayeeNotFund);
        if (details.Receipt is null)
            throw new Refused(RecoveryLineRefusals.EvidenceMissing);
        if (receiptHeldBy is { } holder && holder != paymentId)
            throw new Refused(RecoveryLineRefusals.ReceiptInUse, holder);
        if (line.Withdrawals.Count > 0 && line is RecoveryLine.Withdrawn && details.PaidOn > line.Withdrawals[^1])
            throw new Refused(RecoveryLineRefusals.ClaimWithdrawn, line.Withdrawals[^1]);
        if (line.InForceTitle is not { } title)
            return;
        if (details.Instalment is { } number && title.Instalments.All(i => i.Number != number))
            throw new Refused(RecoveryLineRefusals.InstalmentUnknown, number);
        // What was paid before acceptance never counts, so it takes nothing of the open amount.
        if (details.PaidOn < line.Facts.AcceptedOn)
            return;
        // A slip over the open amount is mostly a slip of the keyboard; a real overpayment is entered on purpose and
        // its excess does not count.
        var open = title.Amount - Ledger.Entered(line, except: paymentId);
        if (details.Amount > open && !details.ExcessConfirmed)
            throw new Refused(RecoveryLineRefusals.OverAmountInForce, title.Amount.Fen, open.Fen);
    }

    private static IReadOnlyList<IRecoveryLineEvent> Countersign(RecoveryLine.Opened line, Countersign c)
    {
        var payment = Known(line, c.PaymentId);
        Review(payment, c.By);
        return payment.State switch
        {
            PaymentState.Awaiting =>
            [
                new PaymentCountersigned(
                    line.Key,
                    c.PaymentId,
                    payment.Details.Amount,
                    payment.Details.PaidOn,
                    c.By.Staff
                ),
            ],
            PaymentState.Countersigned => throw new Refused(RecoveryLineRefusals.AlreadyCountersigned),
            PaymentState.Returned => throw new Refused(RecoveryLineRefusals.PaymentIsReturned),
            PaymentState.Reversed => throw new Refused(RecoveryLineRefusals.PaymentIsReversed),
            _ => throw new Refused(RecoveryLineRefusals.PaymentIsBlocked, payment.ReceiptHeldBy!),
        };
    }

    private static IReadOnlyList<IRecoveryLineEvent> Return(RecoveryLine.Opened line, ReturnPayment c)
    {
        var payment = Known(line, c.PaymentId);
        Review(payment, c.By);
        return payment.State switch
        {
            PaymentState.Awaiting or PaymentState.Countersigned =>
            [
                new PaymentReturned(line.Key, c.PaymentId, c.Reason, c.Remark, c.By.Staff),
            ],
            PaymentState.Returned => throw new Refused(RecoveryLineRefusals.PaymentIsReturned),
            PaymentState.Reversed => throw new Refused(RecoveryLineRefusals.PaymentIsReversed),
            _ => throw new Refused(RecoveryLineRefusals.PaymentIsBlocked, payment.ReceiptHeldBy!),
        };
    }

    private static IReadOnlyList<IRecoveryLineEvent> Reverse(RecoveryLine.Opened line, ReversePayment c)
    {
        var payment = Known(line, c.PaymentId);
        return payment.State switch
        {
            PaymentState.Reversed => [],
            PaymentState.Blocked => throw new Refused(RecoveryLineRefusals.PaymentIsBlocked, payment.ReceiptHeldBy!),
            _ => [new PaymentReversed(line.Key, c.PaymentId, c.Cause, c.Remark, c.By)],
        };
    }

    private static IReadOnlyList<IRecoveryLineEvent> GiveBack(RecoveryLine.Opened line, RecordGivenBack c)
    {
        if (line.GivenBack.FirstOrDefault(g => g.GivenBackId == c.GivenBackId) is { } known)
            return known.Amount == c.Amount && known.On == c.On && known.Cause == c.Cause
                ? []
                : throw new Refused(RecoveryLineRefusals.GivenBackIdUsed);
        if (c.Amount <= Money.Zero)
            throw new Refused(RecoveryLineRefusals.AmountNotPositive);
        if (c.On > c.Today)
            throw new Refused(RecoveryLineRefusals.GivenBackInFuture, c.On);
        var held = Ledger.Held(line);
        if (c.Amount > held)
            throw new Refused(RecoveryLineRefusals.GivenBackOverPaid, held.Fen);
        return [new MoneyGivenBack(c.GivenBackId, c.Amount, c.On, c.Cause, c.Remark, c.By)];
    }

    private static Payment Known(RecoveryLine.Opened line, Guid paymentId) =>
        line.Find(paymentId) ?? throw new Refused(RecoveryLineRefusals.PaymentUnknown);

    private static void Review(Payment payment, Reviewer by)
    {
        if (by.Supervisor)
            throw new Refused(RecoveryLineRefusals.SupervisorCountersignsNothing);
        if (by.Mediator)
            throw new Refused(RecoveryLineRefusals.MediatorCountersignsNothing);
        if (!by.Verifier)
            throw new Refused(RecoveryLineRefusals.NotVerifier);
        if (payment.Enterers.Any(s => s.Account == by.Staff.Account))
            throw new Refused(RecoveryLineRefusals.SelfCountersign);
        if (payment.Enterers.Any(s => s.Person == by.Staff.Person))
            throw new Refused(RecoveryLineRefusals.SamePerson);
    }

    // The content id differs when the same file is sent a second time.
    private static bool SaysTheSameAs(this PaymentDetails known, PaymentDetails said) =>
        known with { Receipt = null, DebtPaper = null } == said with { Receipt = null, DebtPaper = null }
        && known.Receipt?.Sha256 == said.Receipt?.Sha256
        && known.DebtPaper?.Sha256 == said.DebtPaper?.Sha256;
}
