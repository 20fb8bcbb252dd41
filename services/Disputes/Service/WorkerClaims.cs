using Dapper;
using Mediation.Contracts;
using Mediation.Contracts.Http.Disputes;
using Mediation.Disputes.Domain;
using Mediation.EventStore;
using Npgsql;
using WorkerTerms = Mediation.Contracts.Http.Disputes.WorkerTerms;

namespace Mediation.Disputes.Service;

/// <summary>One worker's part of a dispute as pages show it: her items with what was claimed, agreed and paid.</summary>
/// <param name="Claimed">Sums in fen, for lists. What was agreed counts here from the day it is in force.</param>
internal sealed record WorkerClaimRow(
    Guid DisputeId,
    WorkerOfDispute Worker,
    IReadOnlyDictionary<Guid, WorkerTerms> Terms,
    IReadOnlyDictionary<Guid, SignatureView> Signatures,
    long Claimed,
    long Agreed,
    long Paid
);

/// <summary>One row per worker's claim; lists sum them, the case page shows them.</summary>
internal sealed class WorkerClaims(NpgsqlDataSource source) : StreamView<WorkerClaimRow>
{
    public override string Table => "worker_claims";

    public override string StreamType => Streams.WorkerClaim;

    public override (string Columns, string Indexes) Ddl =>
        (
            """
            dispute uuid generated always as ((row ->> 'disputeId')::uuid) stored,
            claimed bigint generated always as ((row ->> 'claimed')::bigint) stored,
            agreed bigint generated always as ((row ->> 'agreed')::bigint) stored,
            paid bigint generated always as ((row ->> 'paid')::bigint) stored
            """,
            "create index {table}_dispute on {table} (dispute) include (claimed, agreed, paid);"
        );

    protected override WorkerClaimRow? Fold(WorkerClaimRow? row, StoredEvent stored)
    {
        var next = stored.Data is WorkerJoined joined ? Join(joined) : Next(row!, stored);
        return next with
        {
            Worker = next.Worker with { Version = stored.Version },
            Claimed = next.Worker.Items.Sum(i => i.ClaimedFen ?? 0),
            Paid = next.Worker.Items.Sum(i => i.CountersignedFen),
        };
    }

    private static WorkerClaimRow Next(WorkerClaimRow row, StoredEvent stored)
    {
        var worker = row.Worker;
        return stored.Data switch
        {
            TermsDrafted e => row with
            {
                Worker = worker with
                {
                    State = WorkerClaimState.Drafted,
                    AgreementId = e.AgreementId,
                    SignedOn = null,
                    Items = Draft(worker.Items, e.Items),
                },
                Terms = new Dictionary<Guid, WorkerTerms>(row.Terms)
                {
                    [e.AgreementId] = new(stored.Stream, [.. e.Items.Select(Published)]),
                },
            },
            WorkerSigned e => row with
            {
                Worker = worker with { State = WorkerClaimState.WorkerSigned, SignedOn = e.On },
                Signatures = new Dictionary<Guid, SignatureView>(row.Signatures)
                {
                    [e.AgreementId] = new(
                        new(SignatoryKind.Worker, worker.PartyId),
                        e.On,
                        e.Mode.As<Contracts.Http.Disputes.SignatureMode>(),
                        e.Evidence.Published(),
                        e.Mode is Domain.SignatureMode.ESignature
                    ),
                },
            },
            AgreementTookEffect e => row with
            {
                Worker = worker with
                {
                    State = WorkerClaimState.Effective,
                    EffectiveOn = e.EffectiveOn,
                    ConcludedOn = e.EffectiveOn,
                },
                Agreed = e.Items.Sum(i => i.Amount.Fen),
            },
            ClaimSettledOnSpot e => row with
            {
                Worker = Undrafted(worker) with
                {
                    State = WorkerClaimState.SettledOnSpot,
                    ConcludedOn = e.On,
                    Items =
                    [
                        .. Undrafted(worker)
                            .Items.Select(i =>
                                e.Items.FirstOrDefault(s => s.ItemId == i.ItemId) is { } settled
                                    ? i with
                                    {
                                        AgreedFen = settled.Amount.Fen,
                                    }
                                    : i
                            ),
                    ],
                },
                Agreed = e.Items.Sum(i => i.Amount.Fen),
            },
            ClaimFailed e => row with
            {
                Worker = Undrafted(worker) with
                {
                    State = WorkerClaimState.Failed,
                    ConcludedOn = e.On,
                    ReasonCode = e.Reason.Code(),
                },
            },
            ClaimWithdrawn e => row with
            {
                Worker = Undrafted(worker) with
                {
                    State = WorkerClaimState.Withdrawn,
                    ConcludedOn = e.On,
                    ReasonCode = e.Reason.Code(),
                },
            },
            ItemPerformed e => row with { Worker = Item(worker, e.ItemId, i => i with { DoneOn = e.On }) },
            RecoveryNoted e => row with
            {
                Worker = Item(
                    worker,
                    e.ItemId,
                    i => i with { CountersignedFen = e.Countersigned.Fen, AwaitingFen = e.Awaiting.Fen }
                ),
            },
            ClaimClosed e => row with
            {
                Worker = worker with
                {
                    State = WorkerClaimState.Closed,
                    ReasonCode = e.Unperformed?.Code() ?? worker.ReasonCode,
                },
            },
            _ => row,
        };
    }

    private static WorkerClaimRow Join(WorkerJoined e) =>
        new(
            e.DisputeId,
            new(
                e.WorkerClaimId,
                e.PartyId,
                Publishing.Profile(e.Profile),
                WorkerClaimState.Open,
                [
                    .. e.Items.Select(i => new ItemOfWorker(
                        i.ItemId,
                        i.Type.As<ClaimItemType>(),
                        i.PeriodFrom,
                        i.PeriodTo,
                        i.Claimed?.Fen,
                        false,
                        null,
                        0,
                        0,
                        null,
                        i.InfringedOn
                    )),
                ],
                null,
                null,
                null,
                null,
                null,
                0,
                e.EmploymentEndedOn
            ),
            new Dictionary<Guid, WorkerTerms>(),
            new Dictionary<Guid, SignatureView>(),
            0,
            0,
            0
        );

    // A draft replaces the one before it: its items and amounts take the place of the earlier draft's.
    private static List<ItemOfWorker> Draft(IReadOnlyList<ItemOfWorker> items, IReadOnlyList<Domain.ItemTerms> terms) =>
        [
            .. items
                .Where(i => !i.Added)
                .Select(i => i with { AgreedFen = terms.FirstOrDefault(t => t.ItemId == i.ItemId)?.Amount.Fen }),
            .. terms
                .Where(t => t.AddedType is not null)
                .Select(t => new ItemOfWorker(
                    t.ItemId,
                    t.AddedType!.Value.As<ClaimItemType>(),
                    null,
                    null,
                    null,
                    true,
                    t.Amount.Fen,
                    0,
                    0,
                    null
                )),
        ];

    private static WorkerOfDispute Undrafted(WorkerOfDispute worker) =>
        worker with
        {
            Items = [.. worker.Items.Where(i => !i.Added).Select(i => i with { AgreedFen = null })],
            AgreementId = null,
            SignedOn = null,
        };

    private static WorkerOfDispute Item(WorkerOfDispute worker, Guid item, Func<ItemOfWorker, ItemOfWorker> change) =>
        worker with
        {
            Items = [.. worker.Items.Select(i => i.ItemId == item ? change(i) : i)],
        };

    internal static Contracts.Http.Disputes.ItemTerms Published(Domain.ItemTerms t) =>
        new(
            t.ItemId,
            t.AddedType?.As<ClaimItemType>(),
            t.Amount.Fen,
            t.Tax.As<Contracts.Http.Disputes.TaxBasis>(),
            t.Payee.As<Contracts.Http.Disputes.Payee>(),
            [.. t.Instalments.Select(i => new InstalmentTerms(i.Amount.Fen, i.DueOn))],
            t.DoneBy,
            t.DefaultClause.As<Contracts.Http.Disputes.DefaultClause>(),
            t.Penalty.Fen,
            t.Waiver.As<Contracts.Http.Disputes.Waiver>()
        );

    /// <summary>The claims of a dispute in the order of their ids.</summary>
    public async Task<IReadOnlyList<WorkerClaimRow>> Of(Guid dispute, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        var rows = await connection.QueryAsync<string>(
            new(
                "select row::text from worker_claims where dispute = @dispute order by stream_id",
                new { dispute },
                cancellationToken: ct
            )
        );
        return [.. rows.Select(Parse)];
    }
}
