using Mediation.Contracts;
using Mediation.EventStore;
using Mediation.Hosting;
using Published = Mediation.Contracts.Intake;

namespace Mediation.Intake.Service;

/// <summary>What other services learn of requests and of notices.</summary>
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
            // Applications recorded when the event did not say for whom are known only by what came of them.
            MediationApplied { Application: { } a } e => new Published.MediationApplied(
                source,
                stored.Stream,
                a.DisputeId,
                a.Unit,
                a.Channel.As<Contracts.Channel>(),
                e.ReceivedOn,
                [.. a.Applicants.Select(w => w.Applying())]
            ),
            RequestAmended { DisputeId: { } dispute, Unit: { } of } e => new Published.ClaimsAmended(
                source,
                stored.Stream,
                dispute,
                of,
                [.. e.Applicants.Select(w => w.Applying())]
            ),
            DuplicateLinked e => new Published.RequestDuplicateLinked(
                source,
                stored.Stream,
                unit,
                e.OriginalId,
                e.LinkedOn ?? LegalDay.Of(stored.RecordedAt)
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
                        [.. a.Items.Select(i => i.Contract())],
                        a.EmploymentEndedOn
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
                PartyData.Camel(e.Route.ToString()),
                e.DecidedOn
            ),
            AdviceGiven e => new Published.RequestAdvised(source, stored.Stream, unit, e.AdvisedOn),
            RequestReferredOut e => new Published.RequestReferredOut(
                source,
                stored.Stream,
                unit,
                PartyData.Camel(e.Route.ToString()),
                e.ReferredOn
            ),
            RequestWithdrawn e => new Published.RequestWithdrawn(source, stored.Stream, unit, e.WithdrawnOn),
            NoticeClosed e => new Published.NoticeSettled(
                source,
                e.Notice.NoticeId,
                e.Notice.ClockId,
                e.Notice.DisputeId,
                e.Notice.PartyId,
                e.Notice.Unit,
                e.Means?.As<Published.NoticeMeans>(),
                e.Outcome.As<Published.NoticeOutcome>(),
                e.On
            ),
            _ => null,
        };
    }
}
