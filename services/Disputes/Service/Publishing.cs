using Mediation.Contracts;
using Mediation.Contracts.Disputes;
using Mediation.Contracts.Intake;
using Mediation.Disputes.Domain;
using Mediation.EventStore;
using Mediation.Hosting;
using Published = Mediation.Contracts.Disputes;

namespace Mediation.Disputes.Service;

/// <summary>What other services are told. Names of parties, minutes, offers and terms as typed never leave.</summary>
internal sealed class Publishing : IPublish<Message>
{
    public Message? Map(StoredEvent stored, Origin origin)
    {
        var source = origin.Source();
        return stored.Data switch
        {
            Domain.DisputeOpened e => new Published.DisputeOpened(
                source,
                e.DisputeId,
                e.RequestId,
                e.CaseNumber,
                e.Unit,
                Enum.Parse<Channel>(e.Channel),
                e.AcceptedOn,
                [.. e.Employers.Select(r => r.PartyId)]
            ),
            MediatorAppointed e => new ResponsibilityChanged(source, stored.Stream, e.Unit, e.Mediator),
            MediatorReplaced e => new ResponsibilityChanged(source, stored.Stream, e.Unit, e.Mediator),
            RecusalAccepted { Vacates: true } e => new ResponsibilityChanged(source, stored.Stream, e.Unit, null),
            MediationConcluded { Outcome: Outcome.Failed } e => new Published.MediationFailed(
                source,
                stored.Stream,
                e.Unit,
                (e.Failure ?? FailureReason.Refused).Code(),
                e.On
            ),
            MediationConcluded { Outcome: Outcome.Withdrawn } e => new DisputeWithdrawn(
                source,
                stored.Stream,
                e.Unit,
                e.On
            ),
            Domain.DisputeClosed e => new Published.DisputeClosed(
                source,
                stored.Stream,
                e.Unit,
                e.Outcome.Code(),
                e.On
            ),
            Domain.WorkerJoined e => new Published.WorkerJoined(
                source,
                e.WorkerClaimId,
                e.DisputeId,
                e.CaseNumber,
                e.Unit,
                Enum.Parse<Channel>(e.Channel),
                e.AcceptedOn,
                e.PartyId,
                e.PersonId,
                [.. e.Employers.Select(r => new JoinedEmployer(r.PartyId, r.GroupId))],
                Profile(e.Profile),
                [.. e.Items.Select(Item)],
                e.EmploymentEndedOn
            ),
            AgreementTookEffect e => new AgreementEffective(
                source,
                stored.Stream,
                e.DisputeId,
                e.AgreementId,
                e.EffectiveOn,
                [.. e.Items.Where(i => i.Instalments.Count > 0).Select(Agreed)]
            ),
            ClaimSettledOnSpot e => new SettledOnSpot(
                source,
                stored.Stream,
                e.DisputeId,
                e.On,
                [
                    .. e.Items.Select(i => new AgreedItem(
                        i.ItemId,
                        i.Amount.Fen,
                        [new Published.Instalment(1, i.Amount.Fen, e.On)]
                    )),
                ],
                e.PaymentProof.Published(),
                e.RecordedByAccount,
                e.RecordedByPerson
            ),
            ClaimFailed e => new WorkerClaimFailed(source, stored.Stream, e.DisputeId, e.Reason.Code(), e.On),
            ClaimWithdrawn e => new WorkerClaimWithdrawn(source, stored.Stream, e.DisputeId, e.Reason.Code(), e.On),
            _ => null,
        };
    }

    private static AgreedItem Agreed(ItemTerms item) =>
        new(
            item.ItemId,
            item.Amount.Fen,
            [.. item.Instalments.Select((p, i) => new Published.Instalment(i + 1, p.Amount.Fen, p.DueOn))],
            item.AddedType?.As<ClaimItemType>(),
            item.Payee is Payee.Fund
        );

    internal static Contracts.Intake.WorkerProfile Profile(Domain.WorkerProfile p) =>
        new(
            p.Industry,
            p.Ownership,
            p.NewEmploymentForm,
            p.MigrantWorker,
            p.UnionMember,
            Enum.Parse<Sex>(p.Sex),
            p.AgeBand
        );

    private static Contracts.Intake.ClaimItem Item(Domain.ClaimItem i) =>
        new(i.ItemId, i.Type.As<ClaimItemType>(), i.PeriodFrom, i.PeriodTo, i.Claimed?.Fen, i.InfringedOn);
}
