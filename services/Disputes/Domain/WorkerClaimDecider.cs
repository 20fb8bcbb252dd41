namespace Mediation.Disputes.Domain;

public interface IWorkerClaimCommand;

public sealed record JoinWorker(WorkerJoined Worker) : IWorkerClaimCommand;

public sealed record DraftTerms(Guid AgreementId, DateOnly On, IReadOnlyList<ItemTerms> Items) : IWorkerClaimCommand;

public sealed record SignAsWorker(Guid AgreementId, DateOnly On, SignatureMode Mode, ContentRef Evidence)
    : IWorkerClaimCommand;

public sealed record TakeEffect(Guid AgreementId, DateOnly EffectiveOn) : IWorkerClaimCommand;

public sealed record SettleClaim(
    DateOnly On,
    Guid SessionId,
    IReadOnlyList<SettledItem> Items,
    ContentRef PaymentProof,
    Guid Account,
    Guid Person
) : IWorkerClaimCommand;

public sealed record FailClaim(FailureReason Reason, DateOnly On) : IWorkerClaimCommand;

public sealed record WithdrawClaim(WithdrawalReason Reason, DateOnly On) : IWorkerClaimCommand;

public sealed record PerformItem(Guid ItemId, DateOnly On, DateOnly Today, ContentRef Evidence) : IWorkerClaimCommand;

public sealed record NoteRecovery(Guid ItemId, Money Countersigned, Money Awaiting) : IWorkerClaimCommand;

public sealed record CloseClaim(DateOnly On, UnperformedReason? Unperformed) : IWorkerClaimCommand;

public static class WorkerClaimRefusals
{
    public const string NotJoined = "worker_not_joined";
    public const string Ended = "claim_already_concluded";
    public const string NotEnded = "claim_not_concluded";
    public const string NoTerms = "terms_empty";
    public const string ItemTwice = "item_named_twice";
    public const string ItemNotClaimed = "item_not_claimed";
    public const string ItemClaimed = "item_already_claimed";
    public const string AmountNotPossible = "amount_not_possible";
    public const string InstalmentsDiffer = "instalments_do_not_add_up";
    public const string InstalmentOrder = "instalments_not_in_order";
    public const string DueBeforeAgreement = "due_before_agreement";
    public const string HasNoAmount = "item_has_no_amount";
    public const string HasAmount = "item_has_an_amount";
    public const string DoneByMissing = "done_by_missing";
    public const string PenaltyAndClause = "penalty_does_not_fit_clause";
    public const string NotDrafted = "terms_not_drafted";
    public const string OtherAgreement = "terms_of_another_agreement";
    public const string ItemNotAgreed = "item_not_agreed";
    public const string NotEffective = "agreement_not_effective";
    public const string InFuture = "performance_in_future";
    public const string BeforeEffect = "performance_before_acceptance";
    public const string PerformanceUnknown = "performance_unknown";
}

public static class WorkerClaimDecider
{
    /// <summary>Largest amount of one item: 100 billion yuan less one fen. Far above any claim, and small enough that no
    /// sum of a case overflows.</summary>
    public static readonly Money Largest = new(9_999_999_999_999);

    public static IReadOnlyList<IWorkerClaimEvent> Decide(WorkerClaim state, IWorkerClaimCommand command) =>
        (state, command) switch
        {
            (WorkerClaim.NotJoined, JoinWorker c) => [c.Worker],
            (WorkerClaim.NotJoined, _) => throw new Refused(WorkerClaimRefusals.NotJoined),
            (_, JoinWorker) => [],

            (WorkerClaim.Joined s, NoteRecovery c) => Note(s.Claim, c),

            (WorkerClaim.Effective s, PerformItem c) => Perform(s, c),
            (WorkerClaim.Closed s, PerformItem c) when s.Claim.Performed.Contains(c.ItemId) => [],
            (_, PerformItem) => throw new Refused(WorkerClaimRefusals.NotEffective),

            (WorkerClaim.Effective s, CloseClaim c) => [new ClaimClosed(c.On, Unperformed(s, c))],
            (WorkerClaim.SettledOnSpot or WorkerClaim.Failed or WorkerClaim.Withdrawn, CloseClaim c) =>
            [
                new ClaimClosed(c.On, null),
            ],
            (WorkerClaim.Closed, CloseClaim) => [],
            (_, CloseClaim) => throw new Refused(WorkerClaimRefusals.NotEnded),

            (WorkerClaim.Effective s, TakeEffect c) when s.Terms.AgreementId == c.AgreementId => [],
            (WorkerClaim.SettledOnSpot, SettleClaim) => [],
            (WorkerClaim.Failed, FailClaim) => [],
            (WorkerClaim.Withdrawn, WithdrawClaim) => [],
            (
                WorkerClaim.Effective
                    or WorkerClaim.SettledOnSpot
                    or WorkerClaim.Failed
                    or WorkerClaim.Withdrawn
                    or WorkerClaim.Closed,
                _
            ) => throw new Refused(WorkerClaimRefusals.Ended),

            (WorkerClaim.Drafted s, DraftTerms c) when s.Terms.AgreementId == c.AgreementId => [],
            (WorkerClaim.AwaitingOthers s, DraftTerms c) when s.Terms.AgreementId == c.AgreementId => [],
            (WorkerClaim.Joined s, DraftTerms c) => [new TermsDrafted(c.AgreementId, c.On, Checked(s.Claim, c))],

            (WorkerClaim.Drafted s, SignAsWorker c) when s.Terms.AgreementId == c.AgreementId =>
            [
                new WorkerSigned(c.AgreementId, c.On, c.Mode, c.Evidence),
            ],
            (WorkerClaim.AwaitingOthers s, SignAsWorker c) when s.Terms.AgreementId == c.AgreementId => [],
            (WorkerClaim.Drafted or WorkerClaim.AwaitingOthers, SignAsWorker) => throw new Refused(
                WorkerClaimRefusals.OtherAgreement
            ),
            (_, SignAsWorker) => throw new Refused(WorkerClaimRefusals.NotDrafted),

            (WorkerClaim.AwaitingOthers s, TakeEffect c) when s.Terms.AgreementId == c.AgreementId =>
            [
                new AgreementTookEffect(s.Claim.DisputeId, c.AgreementId, c.EffectiveOn, s.Terms.Items),
            ],
            (WorkerClaim.AwaitingOthers, TakeEffect) => throw new Refused(WorkerClaimRefusals.OtherAgreement),
            (_, TakeEffect) => throw new Refused(WorkerClaimRefusals.NotDrafted),

            (WorkerClaim.Joined s, SettleClaim c) =>
            [
                new ClaimSettledOnSpot(
                    s.Claim.DisputeId,
                    c.On,
                    c.SessionId,
                    Checked(s.Claim, c),
                    c.PaymentProof,
                    c.Account,
                    c.Person
                ),
            ],
            (WorkerClaim.Joined s, FailClaim c) => [new ClaimFailed(s.Claim.DisputeId, c.Reason, c.On)],
            (WorkerClaim.Joined s, WithdrawClaim c) => [new ClaimWithdrawn(s.Claim.DisputeId, c.Reason, c.On)],
            _ => throw new InvalidOperationException($"Unknown command {command.GetType().Name}."),
        };

    /// <summary>Whether the item is money. The others are done or not done.</summary>
    public static bool HasAmount(ItemType type) =>
        type is not (ItemType.Reinstatement or ItemType.CertificateOrFileTransfer);

    private static IReadOnlyList<ItemTerms> Checked(Claim claim, DraftTerms c)
    {
        if (c.Items.Count == 0)
            throw new Refused(WorkerClaimRefusals.NoTerms);
        if (c.Items.Select(i => i.ItemId).Distinct().Count() < c.Items.Count)
            throw new Refused(WorkerClaimRefusals.ItemTwice);
        foreach (var item in c.Items)
            Check(TypeOf(claim, item), item, c.On);
        return c.Items;
    }

    private static ItemType TypeOf(Claim claim, ItemTerms item) =>
        (claim.Items.TryGetValue(item.ItemId, out var claimed), item.AddedType) switch
        {
            (true, null) => claimed,
            (true, _) => throw new Refused(WorkerClaimRefusals.ItemClaimed, item.ItemId),
            (false, { } added) => added,
            (false, null) => throw new Refused(WorkerClaimRefusals.ItemNotClaimed, item.ItemId),
        };

    private static void Check(ItemType type, ItemTerms item, DateOnly agreedOn)
    {
        var hasPenalty = item.DefaultClause is DefaultClause.Penalty or DefaultClause.RestFallsDueAndPenalty;
        if (hasPenalty ? !Possible(item.Penalty) : item.Penalty != Money.Zero)
            throw new Refused(WorkerClaimRefusals.PenaltyAndClause, item.ItemId);
        if (!HasAmount(type))
        {
            if (item.Amount != Money.Zero || item.Instalments.Count > 0)
                throw new Refused(WorkerClaimRefusals.HasNoAmount, item.ItemId);
            if (item.DoneBy is not { } doneBy)
                throw new Refused(WorkerClaimRefusals.DoneByMissing, item.ItemId);
            if (doneBy < agreedOn)
                throw new Refused(WorkerClaimRefusals.DueBeforeAgreement, item.ItemId, agreedOn);
            return;
        }
        if (item.DoneBy is not null)
            throw new Refused(WorkerClaimRefusals.HasAmount, item.ItemId);
        if (!Possible(item.Amount) || !item.Instalments.All(i => Possible(i.Amount)))
            throw new Refused(WorkerClaimRefusals.AmountNotPossible, item.ItemId);
        var sum = Money.Sum(item.Instalments.Select(i => i.Amount));
        if (sum != item.Amount)
            throw new Refused(WorkerClaimRefusals.InstalmentsDiffer, item.ItemId, sum.Fen, item.Amount.Fen);
        if (item.Instalments.Zip(item.Instalments.Skip(1)).Any(pair => pair.Second.DueOn < pair.First.DueOn))
            throw new Refused(WorkerClaimRefusals.InstalmentOrder, item.ItemId);
        if (item.Instalments[0].DueOn < agreedOn)
            throw new Refused(WorkerClaimRefusals.DueBeforeAgreement, item.ItemId, agreedOn);
    }

    private static IReadOnlyList<SettledItem> Checked(Claim claim, SettleClaim c)
    {
        if (c.Items.Count == 0)
            throw new Refused(WorkerClaimRefusals.NoTerms);
        if (c.Items.Select(i => i.ItemId).Distinct().Count() < c.Items.Count)
            throw new Refused(WorkerClaimRefusals.ItemTwice);
        foreach (var item in c.Items)
        {
            if (!claim.Items.TryGetValue(item.ItemId, out var type))
                throw new Refused(WorkerClaimRefusals.ItemNotClaimed, item.ItemId);
            if (!HasAmount(type))
                throw new Refused(WorkerClaimRefusals.HasNoAmount, item.ItemId);
            if (!Possible(item.Amount))
                throw new Refused(WorkerClaimRefusals.AmountNotPossible, item.ItemId);
        }
        return c.Items;
    }

    private static bool Possible(Money amount) => amount > Money.Zero && amount <= Largest;

    private static IReadOnlyList<IWorkerClaimEvent> Note(Claim claim, NoteRecovery c) =>
        claim.Standings.TryGetValue(c.ItemId, out var known) && known == new Standing(c.Countersigned, c.Awaiting)
            ? []
            : [new RecoveryNoted(c.ItemId, c.Countersigned, c.Awaiting)];

    private static IReadOnlyList<IWorkerClaimEvent> Perform(WorkerClaim.Effective s, PerformItem c)
    {
        if (s.Claim.Performed.Contains(c.ItemId))
            return [];
        var item =
            s.Terms.Items.FirstOrDefault(i => i.ItemId == c.ItemId)
            ?? throw new Refused(WorkerClaimRefusals.ItemNotAgreed, c.ItemId);
        if (HasAmount(item.AddedType ?? s.Claim.Items[item.ItemId]))
            throw new Refused(WorkerClaimRefusals.HasAmount, c.ItemId);
        if (c.On > c.Today)
            throw new Refused(WorkerClaimRefusals.InFuture, c.On);
        if (c.On < s.Claim.AcceptedOn)
            throw new Refused(WorkerClaimRefusals.BeforeEffect, s.Claim.AcceptedOn);
        return [new ItemPerformed(c.ItemId, c.On, c.Evidence)];
    }

    // An agreement is not money: a case may only be closed when it is known that everything was performed, or with the
    // coded reason why nobody waits for it any longer.
    private static UnperformedReason? Unperformed(WorkerClaim.Effective s, CloseClaim c)
    {
        var performed = s.Terms.Items.All(i =>
            HasAmount(i.AddedType ?? s.Claim.Items[i.ItemId])
                ? s.Claim.Standings.TryGetValue(i.ItemId, out var standing) && standing.Countersigned >= i.Amount
                : s.Claim.Performed.Contains(i.ItemId)
        );
        return performed
            ? null
            : c.Unperformed ?? throw new Refused(WorkerClaimRefusals.PerformanceUnknown, s.Claim.Id);
    }
}
