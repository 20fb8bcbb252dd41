using Mediation.Contracts;
using Mediation.EventStore;
using Mediation.Hosting;
using Published = Mediation.Contracts.Intake;

namespace Mediation.Intake.Service;

/// <summary>What other services learn of requests.</summary>
internal sealed class Publishing : IPublish<Message>
{
    public Message? Map(StoredEvent stored, Origin origin)
    {
        var source = origin.Source();
        var unit = stored.Metadata.Unit ?? "";
        return stored.Data switch
        {
            RequestRegistered e => new Published.RequestRegistered(
                source,
                e.RequestId,
                e.Unit,
                e.Channel.As<Contracts.Channel>(),
                e.ReceivedOn,
                e.Proxy is not null,
                e.Oral
            ),
            RequestAccepted e => new Published.RequestAccepted(
                source,
                e.RequestId,
                e.DisputeId,
                e.CaseNumber,
                e.Unit,
                e.Channel.As<Contracts.Channel>(),
                e.ReceivedOn,
                e.AcceptedOn,
                e.Relation.As<Contracts.LegalRelation>(),
                e.Head.As<Contracts.StatutoryHead>(),
                [
                    .. e.Applicants.Select(a => new Published.AcceptedWorker(
                        a.WorkerClaimId,
                        a.PartyId,
                        a.PersonId,
                        a.Profile.Contract(),
                        [.. a.Items.Select(i => i.Contract())]
                    )),
                ],
                [
                    .. e.Respondents.Select(r => new Published.AcceptedEmployer(
                        r.PartyId,
                        r.GroupId,
                        r.Capacity.As<Published.RespondentCapacity>()
                    )),
                ]
            ),
            RequestNotAccepted e => new Published.RequestNotAccepted(
                source,
                stored.Stream,
                unit,
                PartyData.Camel(e.Reason.ToString()),
                PartyData.Camel(e.Route.ToString())
            ),
            AdviceGiven => new Published.RequestAdvised(source, stored.Stream, unit),
            RequestReferredOut e => new Published.RequestReferredOut(
                source,
                stored.Stream,
                unit,
                PartyData.Camel(e.Route.ToString())
            ),
            RequestWithdrawn => new Published.RequestWithdrawn(source, stored.Stream, unit),
            _ => null,
        };
    }
}
