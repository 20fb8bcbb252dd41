namespace Mediation.Disputes.Domain;

/// <summary>A dispute and the claims of its workers are separate streams that change together. What the dispute decided
/// is carried to each worker's stream by these commands, in the same transaction; a refusal there refuses the whole.</summary>
public static class Casework
{
    public static IReadOnlyList<(Guid WorkerClaimId, IWorkerClaimCommand Command)> Consequences(
        Dispute before,
        IDisputeCommand command,
        IReadOnlyList<IDisputeEvent> decided
    ) => [.. decided.SelectMany(e => Of(before, command, e))];

    private static IEnumerable<(Guid, IWorkerClaimCommand)> Of(
        Dispute before,
        IDisputeCommand command,
        IDisputeEvent happened
    ) =>
        (command, happened) switch
        {
            (OpenDispute c, DisputeOpened) => c.Workers.Select(w =>
                (w.WorkerClaimId, (IWorkerClaimCommand)new JoinWorker(w))
            ),
            (DraftAgreement c, AgreementDrafted e) => c.Workers.Select(w =>
                (w.WorkerClaimId, (IWorkerClaimCommand)new DraftTerms(e.AgreementId, e.On, w.Items))
            ),
            (RecordWorkerSignature c, WorkerSignatureNoted e) =>
            [
                (e.WorkerClaimId, new SignAsWorker(e.AgreementId, e.On, c.Mode, c.Evidence)),
            ],
            (_, WorkersBound e) => e.Workers.Select(w =>
                (w, (IWorkerClaimCommand)new TakeEffect(e.AgreementId, e.EffectiveOn))
            ),
            (SettleOnSpot c, WorkerSettled e) =>
            [
                (e.WorkerClaimId, new SettleClaim(e.On, e.SessionId, c.Items, c.PaymentProof, c.By, c.Person)),
            ],
            (_, MediationFailed e) => e.Workers.Select(w => (w, (IWorkerClaimCommand)new FailClaim(e.Reason, e.On))),
            (_, WorkersWithdrew e) => e.Workers.Select(w =>
                (w, (IWorkerClaimCommand)new WithdrawClaim(e.Reason, e.On))
            ),
            (CloseDispute c, DisputeClosed e) => ((Dispute.Opened)before)
                .Matter.Members.Keys.Order()
                .Select(w =>
                    (
                        w,
                        (IWorkerClaimCommand)
                            new CloseClaim(e.On, c.Unperformed.TryGetValue(w, out var reason) ? reason : null)
                    )
                ),
            _ => [],
        };
}
