using Mediation.Contracts;
using Mediation.Contracts.Http.Disputes;
using Mediation.Contracts.Intake;
using Mediation.Disputes.Domain;
using Mediation.EventStore;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;

namespace Mediation.Disputes.Service;

/// <summary>The case page, folded from the streams of the dispute and its workers when it is asked for (some dozens of
/// events, with many workers some hundreds, in one round trip), with the workers' rows beside it.</summary>
internal sealed class DisputePage(EventJournal journal, WorkerClaims claims, CaseAccess access, DisputeActions actions)
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet(
                "/disputes/{id:guid}",
                async (
                    Guid id,
                    DisputeList list,
                    CaseAccess access,
                    DisputePage page,
                    HttpResponse response,
                    CancellationToken ct
                ) =>
                {
                    var details = await page.Of(id, access.Read(await list.Find(id, ct)), ct);
                    Answer.Version(response, details.Version);
                    return TypedResults.Ok(details);
                }
            )
            .RequireRole(CaseAccess.Readers);

    /// <summary>What a piece of content is in this case.</summary>
    public async Task<ContentUse> UseOf(Guid dispute, Guid contentId, CancellationToken ct)
    {
        foreach (var stored in await Events(dispute, await claims.Of(dispute, ct), ct))
        {
            var (privileged, evidence) = stored.Data switch
            {
                RecusalRaised e => (One(e.Statement), None),
                SessionScheduled e => (One(e.Place), None),
                SessionHeld e => ([.. One(e.Minutes), .. One(e.UndisputedFacts), .. One(e.SignedMinutes)], None),
                OfferMade e => (One(e.Statement), None),
                AgreementDrafted e => (One(e.FreeTerms), None),
                CommonSignatureRecorded e => (None, One(e.Evidence)),
                MediationFailed e => (None, [.. One(e.Opinion), .. One(e.SignedOpinion)]),
                AgreementPaperIssued e => (None, One(e.Content)),
                WorkerSigned e => (None, One(e.Evidence)),
                ClaimSettledOnSpot e => (None, One(e.PaymentProof)),
                ItemPerformed e => (None, One(e.Evidence)),
                _ => (None, None),
            };
            if (privileged.Contains(contentId))
                return ContentUse.Privileged;
            if (evidence.Contains(contentId))
                return ContentUse.Evidence;
        }
        return ContentUse.None;
    }

    private static Guid[] None => [];

    private static Guid[] One(ContentRef? content) => content is null ? [] : [content.ContentId];

    private Task<IReadOnlyList<StoredEvent>> Events(
        Guid dispute,
        IReadOnlyList<WorkerClaimRow> workers,
        CancellationToken ct
    ) => journal.Read([dispute, .. workers.Select(w => w.Worker.Id)], ct);

    private async Task<DisputeDetails> Of(Guid id, DisputeListRow row, CancellationToken ct)
    {
        var workers = await claims.Of(id, ct);
        var all = await Events(id, workers, ct);
        var own = all.Where(e => e.Stream == id).ToList();
        var opened = (DisputeOpened)own[0].Data;
        var state = own.Select(e => (IDisputeEvent)e.Data).Aggregate(Dispute.Initial, Dispute.Evolve);
        var matter = ((Dispute.Opened)state).Matter;
        var privileged = access.IsPrivileged(row);
        return new(
            id,
            opened.RequestId,
            opened.CaseNumber,
            opened.Unit,
            Enum.Parse<Channel>(opened.Channel),
            Enum.Parse<LegalRelation>(opened.Relation),
            Enum.Parse<StatutoryHead>(opened.Head),
            row.State,
            opened.ReceivedOn,
            opened.AcceptedOn,
            matter.Mediator,
            own.Select(e => e.Data).OfType<MediationConcluded>().FirstOrDefault()?.On,
            row.ClosedOn,
            new(workers.Sum(w => w.Claimed), workers.Sum(w => w.Agreed), workers.Sum(w => w.Paid)),
            [.. workers.Select(w => w.Worker)],
            [
                .. opened.Employers.Select(e => new EmployerOfDispute(
                    e.PartyId,
                    e.GroupId,
                    Enum.Parse<RespondentCapacity>(e.Capacity)
                )),
            ],
            Recusals(own, matter, privileged),
            SessionsOf(own, privileged),
            privileged ? OffersOf(own, matter) : [],
            [
                .. own.Select(e => e.Data)
                    .OfType<AgreementDrafted>()
                    .Select(e => AgreementOf(e, own, matter, workers, privileged)),
            ],
            Papers(own),
            DisputeTimeline.Of(all, privileged),
            actions.Of(row, state, workers, all),
            privileged,
            own[^1].Version
        );
    }

    private static List<RecusalView> Recusals(List<StoredEvent> own, Matter matter, bool privileged) =>
        [
            .. own.Select(e => e.Data)
                .OfType<RecusalRaised>()
                .Select(e => new RecusalView(
                    e.RecusalId,
                    e.Mediator,
                    e.Source.As<Contracts.Http.Disputes.RecusalSource>(),
                    e.PartyId,
                    e.Ground.As<Contracts.Http.Disputes.RecusalGround>(),
                    e.On,
                    privileged ? e.Statement?.Published() : null,
                    matter.Recusals[e.RecusalId].Accepted,
                    own.Select(o =>
                            o.Data switch
                            {
                                RecusalAccepted a when a.RecusalId == e.RecusalId => a.On,
                                RecusalDeclined d when d.RecusalId == e.RecusalId => d.On,
                                _ => (DateOnly?)null,
                            }
                        )
                        .FirstOrDefault(on => on is not null)
                )),
        ];

    private static List<SessionView> SessionsOf(List<StoredEvent> own, bool privileged)
    {
        var sessions = new Dictionary<Guid, SessionView>();
        foreach (var stored in own)
            switch (stored.Data)
            {
                case SessionScheduled e:
                    sessions[e.SessionId] = new(
                        e.SessionId,
                        SessionStatus.Scheduled,
                        e.Mode.As<Contracts.Http.Disputes.SessionMode>(),
                        e.StartsAt,
                        null,
                        privileged ? e.Place?.Published() : null,
                        [],
                        null,
                        null,
                        null,
                        null
                    );
                    break;
                case SessionCancelled e:
                    sessions[e.SessionId] = sessions[e.SessionId] with
                    {
                        Status = SessionStatus.Cancelled,
                        CancelReason = e.Reason.As<Contracts.Http.Disputes.SessionCancelReason>(),
                    };
                    break;
                case SessionHeld e:
                    var planned = sessions.GetValueOrDefault(e.SessionId);
                    sessions[e.SessionId] = new(
                        e.SessionId,
                        SessionStatus.Held,
                        e.Mode.As<Contracts.Http.Disputes.SessionMode>(),
                        planned?.StartsAt,
                        e.HeldOn,
                        planned?.Place,
                        [
                            .. e.Attendance.Select(a => new Contracts.Http.Disputes.Attendee(
                                a.PartyId,
                                a.Capacity.As<Contracts.Http.Disputes.AttendeeCapacity>()
                            )),
                        ],
                        privileged ? e.Minutes.Published() : null,
                        privileged ? e.SignedMinutes?.Published() : null,
                        privileged ? e.UndisputedFacts?.Published() : null,
                        null
                    );
                    break;
            }
        return [.. sessions.Values];
    }

    private static List<OfferView> OffersOf(List<StoredEvent> own, Matter matter) =>
        [
            .. own.Select(e => e.Data)
                .OfType<OfferMade>()
                .Select(e => new OfferView(
                    e.OfferId,
                    e.Side.As<Contracts.Http.Disputes.OfferSide>(),
                    e.WorkerClaimId,
                    e.ItemId,
                    e.Amount.Fen,
                    e.On,
                    e.Statement?.Published(),
                    matter.Offers[e.OfferId].Answer?.As<OfferStatus>() ?? OfferStatus.Open,
                    own.Select(o => o.Data).OfType<OfferAnswered>().FirstOrDefault(a => a.OfferId == e.OfferId)?.On
                )),
        ];

    private static AgreementView AgreementOf(
        AgreementDrafted drafted,
        List<StoredEvent> own,
        Matter matter,
        IReadOnlyList<WorkerClaimRow> workers,
        bool privileged
    )
    {
        var named = matter.Members.Values.Where(m => m.AgreementId == drafted.AgreementId).ToList();
        var signatures = own.Select(e => e.Data)
            .OfType<CommonSignatureRecorded>()
            .Where(e => e.AgreementId == drafted.AgreementId)
            .Select(e => new SignatureView(
                new(e.Signatory.As<SignatoryKind>(), e.Employer),
                e.On,
                e.Mode.As<Contracts.Http.Disputes.SignatureMode>(),
                e.Evidence.Published(),
                e.Mode is Domain.SignatureMode.ESignature
            ))
            .Concat(workers.Select(w => w.Signatures.GetValueOrDefault(drafted.AgreementId)).OfType<SignatureView>())
            .OrderBy(s => s.On)
            .ToList();
        var open = named.Where(m => m.Outcome is null).ToList();
        var bound = named.Any(m => m.Outcome is Outcome.Agreed);
        Signatory[] needed =
        [
            .. open.Select(m => new Signatory(SignatoryKind.Worker, m.PartyId)),
            .. matter.Employers.Select(e => new Signatory(SignatoryKind.Employer, e)),
            new(SignatoryKind.Mediator),
            new(SignatoryKind.Organisation),
        ];
        return new(
            drafted.AgreementId,
            drafted.Number,
            bound && open.Count == 0 ? AgreementStatus.Effective
                : open.Count == 0 ? AgreementStatus.Superseded
                : signatures.Count > 0 ? AgreementStatus.Signing
                : AgreementStatus.Draft,
            drafted.On,
            drafted.Manner.As<Contracts.Http.Disputes.PaymentManner>(),
            [
                .. workers
                    .Select(w => w.Terms.GetValueOrDefault(drafted.AgreementId))
                    .OfType<Contracts.Http.Disputes.WorkerTerms>(),
            ],
            privileged ? drafted.FreeTerms?.Published() : null,
            signatures,
            open.Count == 0 ? [] : [.. needed.Except(signatures.Select(s => s.Signatory))],
            own.Select(e => e.Data)
                .OfType<AgreementPaperIssued>()
                .FirstOrDefault(p => p.AgreementId == drafted.AgreementId)
                ?.PaperId
        );
    }

    private static List<PaperView> Papers(List<StoredEvent> own) =>
        [
            .. own.Where(e => e.Data is AgreementPaperIssued)
                .Select(e =>
                {
                    var paper = (AgreementPaperIssued)e.Data;
                    return new PaperView(
                        paper.PaperId,
                        "mediation_agreement",
                        paper.Number,
                        paper.TemplateVersion,
                        paper.Originals,
                        e.RecordedAt,
                        DisputeTimeline.Account(e) ?? Guid.Empty,
                        paper.Content.Published()
                    );
                }),
        ];
}
