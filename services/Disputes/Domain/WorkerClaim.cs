using System.Collections.Immutable;

namespace Mediation.Disputes.Domain;

public interface IWorkerClaimEvent;

/// <summary>A worker became a party of a dispute with her claim items.</summary>
/// <param name="EmploymentEndedOn">Null while the employment goes on, where it is not known, and where it was recorded
/// when events did not say it.</param>
public sealed record WorkerJoined(
    Guid WorkerClaimId,
    Guid DisputeId,
    string CaseNumber,
    string Unit,
    string Channel,
    DateOnly AcceptedOn,
    Guid PartyId,
    Guid PersonId,
    IReadOnlyList<Respondent> Employers,
    WorkerProfile Profile,
    IReadOnlyList<ClaimItem> Items,
    DateOnly? EmploymentEndedOn = null
) : IWorkerClaimEvent;

/// <summary>Coded facts for statistics as they were at acceptance.</summary>
public sealed record WorkerProfile(
    string? Industry,
    string? Ownership,
    bool NewEmploymentForm,
    bool MigrantWorker,
    bool UnionMember,
    string Sex,
    int? AgeBand
);

/// <param name="Claimed">Null for an item without an amount, or where the worker could not name one.</param>
/// <param name="InfringedOn">Day on which she knew or should have known that her right was infringed; null when not known.</param>
public sealed record ClaimItem(
    Guid ItemId,
    ItemType Type,
    DateOnly? PeriodFrom,
    DateOnly? PeriodTo,
    Money? Claimed,
    DateOnly? InfringedOn = null
);

public enum TaxBasis
{
    Gross,
    Net,
}

/// <summary>Contributions go to the fund and are no money of the worker.</summary>
public enum Payee
{
    Worker,
    Fund,
}

public enum DefaultClause
{
    None,
    RestFallsDue,
    Penalty,
    RestFallsDueAndPenalty,
}

public enum Waiver
{
    None,
    RestOfThisItem,
    AllClaimsOfTheRelation,
}

public sealed record Instalment(Money Amount, DateOnly DueOn);

/// <summary>What is agreed on one item (facts 4.2, 调解协议书).</summary>
/// <param name="AddedType">Set when the worker had not claimed the item.</param>
/// <param name="DoneBy">Last day for an item without an amount.</param>
public sealed record ItemTerms(
    Guid ItemId,
    ItemType? AddedType,
    Money Amount,
    TaxBasis Tax,
    Payee Payee,
    IReadOnlyList<Instalment> Instalments,
    DateOnly? DoneBy,
    DefaultClause DefaultClause,
    Money Penalty,
    Waiver Waiver
);

/// <summary>The terms of a draft for this worker; they take the place of earlier ones, and with them her signature.</summary>
public sealed record TermsDrafted(Guid AgreementId, DateOnly On, IReadOnlyList<ItemTerms> Items) : IWorkerClaimEvent;

public sealed record WorkerSigned(Guid AgreementId, DateOnly On, SignatureMode Mode, ContentRef Evidence)
    : IWorkerClaimEvent;

/// <summary>The agreement binds this worker and the employers. Both filing periods (15 and 30 days) start on
/// <paramref name="EffectiveOn"/>.</summary>
public sealed record AgreementTookEffect(
    Guid DisputeId,
    Guid AgreementId,
    DateOnly EffectiveOn,
    IReadOnlyList<ItemTerms> Items
) : IWorkerClaimEvent;

public sealed record SettledItem(Guid ItemId, Money Amount);

/// <summary>Agreed and paid in one, with its payment proof.</summary>
public sealed record ClaimSettledOnSpot(
    Guid DisputeId,
    DateOnly On,
    Guid SessionId,
    IReadOnlyList<SettledItem> Items,
    ContentRef PaymentProof,
    Guid RecordedByAccount,
    Guid RecordedByPerson
) : IWorkerClaimEvent;

public sealed record ClaimFailed(Guid DisputeId, FailureReason Reason, DateOnly On) : IWorkerClaimEvent;

public sealed record ClaimWithdrawn(Guid DisputeId, WithdrawalReason Reason, DateOnly On) : IWorkerClaimEvent;

/// <summary>An agreed item without an amount was done.</summary>
public sealed record ItemPerformed(Guid ItemId, DateOnly On, ContentRef Evidence) : IWorkerClaimEvent;

/// <summary>What Outcomes last told about the money of one item; only closing looks at it.</summary>
public sealed record RecoveryNoted(Guid ItemId, Money Countersigned, Money Awaiting) : IWorkerClaimEvent;

/// <param name="Unperformed">Set when what was agreed was not known to be performed in full.</param>
public sealed record ClaimClosed(DateOnly On, UnperformedReason? Unperformed) : IWorkerClaimEvent;

/// <summary>State of one worker's part of a dispute.</summary>
public abstract record WorkerClaim
{
    private WorkerClaim() { }

    public static readonly WorkerClaim Initial = new NotJoined();

    public sealed record NotJoined : WorkerClaim;

    public abstract record Joined(Claim Claim) : WorkerClaim;

    public sealed record Open(Claim Claim) : Joined(Claim);

    public sealed record Drafted(Claim Claim, Terms Terms) : Joined(Claim);

    public sealed record AwaitingOthers(Claim Claim, Terms Terms, DateOnly SignedOn) : Joined(Claim);

    public sealed record Effective(Claim Claim, Terms Terms, DateOnly EffectiveOn) : Joined(Claim);

    public sealed record SettledOnSpot(Claim Claim) : Joined(Claim);

    public sealed record Failed(Claim Claim) : Joined(Claim);

    public sealed record Withdrawn(Claim Claim) : Joined(Claim);

    public sealed record Closed(Claim Claim) : Joined(Claim);

    public static WorkerClaim Evolve(WorkerClaim state, IWorkerClaimEvent happened) =>
        (state, happened) switch
        {
            (NotJoined, WorkerJoined e) => new Open(Claim.Of(e)),
            (Joined s, TermsDrafted e) => new Drafted(s.Claim, new(e.AgreementId, e.On, e.Items)),
            (Drafted s, WorkerSigned e) => new AwaitingOthers(s.Claim, s.Terms, e.On),
            (AwaitingOthers s, AgreementTookEffect e) => new Effective(s.Claim, s.Terms, e.EffectiveOn),
            (Joined s, ClaimSettledOnSpot) => new SettledOnSpot(s.Claim),
            (Joined s, ClaimFailed) => new Failed(s.Claim),
            (Joined s, ClaimWithdrawn) => new Withdrawn(s.Claim),
            (Joined s, ItemPerformed e) => s with
            {
                Claim = s.Claim with { Performed = s.Claim.Performed.Add(e.ItemId) },
            },
            (Joined s, RecoveryNoted e) => s with
            {
                Claim = s.Claim with
                {
                    Standings = s.Claim.Standings.SetItem(e.ItemId, new(e.Countersigned, e.Awaiting)),
                },
            },
            (Joined s, ClaimClosed) => new Closed(s.Claim),
            _ => throw new InvalidOperationException(
                $"{happened.GetType().Name} cannot follow {state.GetType().Name} in a WorkerClaim stream."
            ),
        };
}

/// <summary>What a decision about one worker's part looks at.</summary>
public sealed record Claim(
    Guid Id,
    Guid DisputeId,
    DateOnly AcceptedOn,
    ImmutableDictionary<Guid, ItemType> Items,
    ImmutableHashSet<Guid> Performed,
    ImmutableDictionary<Guid, Standing> Standings
)
{
    internal static Claim Of(WorkerJoined e) =>
        new(
            e.WorkerClaimId,
            e.DisputeId,
            e.AcceptedOn,
            e.Items.ToImmutableDictionary(i => i.ItemId, i => i.Type),
            [],
            ImmutableDictionary<Guid, Standing>.Empty
        );
}

public sealed record Terms(Guid AgreementId, DateOnly On, IReadOnlyList<ItemTerms> Items);

public sealed record Standing(Money Countersigned, Money Awaiting);
