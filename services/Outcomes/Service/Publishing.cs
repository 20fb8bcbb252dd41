using Mediation.Contracts;
using Mediation.EventStore;
using Mediation.Hosting;
using Published = Mediation.Contracts.Outcomes;

namespace Mediation.Outcomes.Service;

/// <summary>What others may know of a line: payments through their stages and what the line counts after each change.</summary>
internal sealed class Publishing : IPublish<Message>
{
    public Message? Map(StoredEvent stored, Origin origin)
    {
        var source = origin.Source();
        return stored.Data switch
        {
            PaymentEvidenced e => new Published.PaymentEvidenced(
                source,
                stored.Stream,
                e.PaymentId,
                e.Line.WorkerClaimId,
                e.Line.DisputeId,
                e.Details.Amount.Fen,
                e.Details.PaidOn
            ),
            // Sent in again is evidence again.
            PaymentResubmitted e => new Published.PaymentEvidenced(
                source,
                stored.Stream,
                e.PaymentId,
                e.Line.WorkerClaimId,
                e.Line.DisputeId,
                e.Details.Amount.Fen,
                e.Details.PaidOn
            ),
            PaymentCountersigned e => new Published.PaymentCountersigned(
                source,
                stored.Stream,
                e.PaymentId,
                e.Line.WorkerClaimId,
                e.Line.DisputeId,
                e.Amount.Fen,
                e.PaidOn
            ),
            PaymentReturned e => new Published.PaymentReturned(
                source,
                stored.Stream,
                e.PaymentId,
                e.Line.WorkerClaimId,
                e.Line.DisputeId,
                e.Reason.Code()
            ),
            PaymentReversed e => new Published.PaymentReversed(
                source,
                stored.Stream,
                e.PaymentId,
                e.Line.WorkerClaimId,
                e.Line.DisputeId,
                e.Cause.Code()
            ),
            StandingChanged e => new Published.RecoveryStanding(
                source,
                stored.Stream,
                e.Line.WorkerClaimId,
                e.Line.DisputeId,
                e.Line.ItemId,
                e.InForce.Fen,
                e.Recovered.Fen,
                e.Awaiting.Fen,
                e.Instalments?.Select(i => new Published.InstalmentStanding(i.Number, i.DueOn, i.PaidOn)).ToList()
            ),
            _ => null,
        };
    }
}
