using System.Globalization;
using Mediation.Contracts;
using Mediation.Contracts.Http;
using Mediation.Contracts.Http.Disputes;
using Mediation.Contracts.Intake;
using Mediation.Disputes.Domain;
using Mediation.EventStore;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;

namespace Mediation.Disputes.Service;

/// <summary>The case page, folded from the streams of the dispute and its workers when it is asked for (some dozens of
/// events, with many workers some hundreds, in one round trip), with the workers' rows beside it.</summary>
internal sealed class DisputePage(
    EventJournal journal,
    WorkerClaims claims,
    CaseAccess access,
    Caseworker caseworker,
    TimeProvider clock
)
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
            Timeline(all, privileged),
            Actions(row, state, workers, all),
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
                        Account(e) ?? Guid.Empty,
                        paper.Content.Published()
                    );
                }),
        ];

    private static Guid? Account(StoredEvent e) => Guid.TryParse(e.Metadata.Account, out var id) ? id : null;

    private static List<TimelineEntry> Timeline(IReadOnlyList<StoredEvent> all, bool privileged) =>
        [
            .. all.Select(e => (Stored: e, Entry: Entry(e, privileged)))
                .Where(e => e.Entry is not null)
                .OrderByDescending(e => e.Stored.Position)
                .Select(e => e.Entry!),
        ];

    // What workers' streams repeat of the dispute's is told once, by the dispute.
    private static TimelineEntry? Entry(StoredEvent stored, bool privileged)
    {
        (DateOnly? On, Guid? Party, (string, object?)[] Arguments)? told = stored.Data switch
        {
            DisputeOpened e => (e.AcceptedOn, null, [("caseNumber", e.CaseNumber), ("workers", e.Workers.Count)]),
            MediatorAppointed e => (e.On, null, [("mediator", e.Mediator)]),
            MediatorReplaced e => (
                e.On,
                null,
                [("mediator", e.Mediator), ("previous", e.Previous), ("reason", e.Reason)]
            ),
            RecusalRaised e => (e.On, e.PartyId, [("source", e.Source), ("ground", e.Ground)]),
            RecusalAccepted e => (e.On, null, [("mediator", e.Mediator)]),
            RecusalDeclined e => (e.On, null, [("mediator", e.Mediator)]),
            SessionScheduled e => (LegalDay.Of(e.StartsAt), null, [("startsAt", e.StartsAt), ("mode", e.Mode)]),
            SessionCancelled e => (null, null, [("reason", e.Reason)]),
            SessionHeld e => (e.HeldOn, null, [("mode", e.Mode), ("attended", e.Attendance.Count)]),
            OfferMade e => privileged ? (e.On, null, [("side", e.Side), ("amountFen", e.Amount.Fen)]) : null,
            OfferAnswered e => privileged ? (e.On, null, [("answer", e.Answer)]) : null,
            AgreementDrafted e => (e.On, null, [("number", e.Number), ("workers", e.Workers.Count)]),
            CommonSignatureRecorded e => (e.On, e.Employer, [("signatory", e.Signatory), ("mode", e.Mode)]),
            WorkerSignatureNoted e => (e.On, null, [("workerClaim", e.WorkerClaimId)]),
            WorkersBound e => (e.EffectiveOn, null, [("workers", e.Workers.Count)]),
            WorkerSettled e => (e.On, null, [("workerClaim", e.WorkerClaimId)]),
            MediationFailed e => (e.On, null, [("reason", e.Reason), ("workers", e.Workers.Count)]),
            WorkersWithdrew e => (e.On, null, [("reason", e.Reason), ("workers", e.Workers.Count)]),
            MediationConcluded e => (e.On, null, [("outcome", e.Outcome)]),
            AgreementPaperIssued e => (null, null, [("number", e.Number), ("paper", e.PaperId)]),
            DisputeClosed e => (e.On, null, [("outcome", e.Outcome)]),
            ItemPerformed e => (e.On, null, [("item", e.ItemId)]),
            RecoveryNoted e => (
                null,
                null,
                [("item", e.ItemId), ("countersignedFen", e.Countersigned.Fen), ("awaitingFen", e.Awaiting.Fen)]
            ),
            _ => null,
        };
        return told is not { } entry
            ? null
            : new(
                stored.Version,
                stored.Stream,
                stored.RecordedAt,
                entry.On,
                stored.Name,
                Account(stored),
                entry.Party,
                entry.Arguments.ToDictionary(a => a.Item1, a => Text(a.Item2), StringComparer.Ordinal)
            );
    }

    private static string Text(object? value) =>
        value switch
        {
            Enum word => word.Code(),
            DateTimeOffset at => at.ToString("O", CultureInfo.InvariantCulture),
            DateOnly on => on.ToString("O", CultureInfo.InvariantCulture),
            IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
            _ => value?.ToString() ?? "",
        };

    // Each action is tried as it would be carried out today; what the decider says is what the page says.
    private List<ActionState> Actions(
        DisputeListRow row,
        Dispute state,
        IReadOnlyList<WorkerClaimRow> workers,
        IReadOnlyList<StoredEvent> all
    )
    {
        var (by, today, now) = (access.Account, LegalDay.Today(clock), clock.GetUtcNow());
        var matter = ((Dispute.Opened)state).Matter;
        var nothing = new ContentRef(Guid.Empty, "", 0, "");
        var open = matter.Open.ToList();
        var held = matter.Sessions.FirstOrDefault(s => s.Value.HeldOn is not null);
        var pending = matter.Recusals.FirstOrDefault(r => r.Value.Accepted is null);
        var planned = matter.Sessions.FirstOrDefault(s => s.Value is { HeldOn: null, Cancelled: false });
        var unanswered = matter.Offers.FirstOrDefault(o => o.Value.Answer is null);
        var current = matter
            .Agreements.Where(a => matter.Members.Values.Any(m => m.AgreementId == a.Key && m.Outcome is null))
            .OrderByDescending(a => a.Value.Number)
            .FirstOrDefault();
        var unissued = matter
            .Agreements.Where(a => !a.Value.PaperIssued && matter.Members.Values.Any(m => m.AgreementId == a.Key))
            .OrderByDescending(a => a.Value.Number)
            .FirstOrDefault();
        var unissuedId = unissued.Value is null ? current.Key : unissued.Key;
        (string Action, bool Entitled, Act Command)[] actions =
        [
            (
                "appoint_mediator",
                access.MayLead(row),
                new Domain.AppointMediator(Guid.NewGuid(), Domain.MediatorChangeReason.Workload, by, today, today)
            ),
            (
                "raise_recusal",
                access.MayWork(row),
                new Domain.RaiseRecusal(
                    Guid.NewGuid(),
                    Domain.RecusalSource.Mediator,
                    null,
                    Domain.RecusalGround.Other,
                    null,
                    by,
                    today,
                    today
                )
            ),
            ("decide_recusal", access.MayLead(row), new Domain.DecideRecusal(pending.Key, true, by, today, today)),
            (
                "schedule_session",
                access.MayWork(row),
                new Domain.ScheduleSession(Guid.NewGuid(), now, now, Domain.SessionMode.InPerson, null, by, today)
            ),
            (
                "cancel_session",
                access.MayWork(row),
                new Domain.CancelSession(planned.Key, Domain.SessionCancelReason.PartyAsked, by, today)
            ),
            (
                "hold_session",
                access.MayWork(row),
                new Domain.HoldSession(
                    Guid.NewGuid(),
                    Domain.SessionMode.InPerson,
                    [.. matter.Employers.Select(e => new Domain.Attendee(e, Domain.AttendeeCapacity.Agent))],
                    true,
                    true,
                    nothing,
                    null,
                    null,
                    by,
                    today,
                    today
                )
            ),
            (
                "make_offer",
                access.MayWork(row),
                new Domain.MakeOffer(
                    Guid.NewGuid(),
                    Domain.OfferSide.Worker,
                    null,
                    null,
                    new(1),
                    null,
                    by,
                    today,
                    today
                )
            ),
            (
                "answer_offer",
                access.MayWork(row),
                new Domain.AnswerOffer(unanswered.Key, Domain.OfferAnswer.Accepted, by, today, today)
            ),
            (
                "draft_agreement",
                access.MayWork(row),
                new Domain.DraftAgreement(
                    Guid.NewGuid(),
                    Domain.PaymentManner.BankTransfer,
                    [.. open.Select(w => new Domain.WorkerTerms(w, []))],
                    null,
                    by,
                    today,
                    today
                )
            ),
            ("record_signature", access.MayWork(row), Signature(matter, current.Key, nothing, by, today)),
            (
                "issue_paper",
                access.MayWork(row),
                new IssueAgreementPaper(Guid.NewGuid(), unissuedId, 1, 3, nothing, by, today)
            ),
            (
                "settle_on_spot",
                access.MayWork(row),
                new Domain.SettleOnSpot(
                    open.FirstOrDefault(),
                    held.Key,
                    [],
                    nothing,
                    access.Person,
                    by,
                    held.Value?.HeldOn ?? today,
                    today
                )
            ),
            (
                "fail_mediation",
                access.MayWork(row),
                new Domain.FailMediation([], Domain.FailureReason.Refused, nothing, null, true, by, today, today)
            ),
            (
                "withdraw_claims",
                access.MayWork(row),
                new Domain.WithdrawClaims([], Domain.WithdrawalReason.PersonalDecision, by, today, today)
            ),
            (
                "close_dispute",
                access.MayWork(row),
                new Domain.CloseDispute(new Dictionary<Guid, Domain.UnperformedReason>(), by, today, today)
            ),
        ];
        var states = new List<ActionState>();
        foreach (var (action, entitled, command) in actions)
        {
            var refused = entitled ? Refusal(state, command, all) : new Refused("forbidden");
            states.Add(
                new(action, refused is null, refused?.Code, [.. (refused?.Arguments ?? []).Select(a => Text(a))])
            );
        }
        var undone = workers
            .Where(w => w.Worker.State is WorkerClaimState.Effective)
            .Any(w => w.Worker.Items.Any(i => i is { AgreedFen: 0, DoneOn: null }));
        states.Add(
            access.MayWork(row) && undone
                ? new("record_performance", true, null, [])
                : new("record_performance", false, access.MayWork(row) ? "item_not_agreed" : "forbidden", [])
        );
        return states;
    }

    private Refused? Refusal(Dispute state, Act command, IReadOnlyList<StoredEvent> all)
    {
        // Closing is also decided by the workers' streams: what is not known to be performed needs a reason.
        var refused = caseworker.Probe(state, command);
        if (refused is not null || command is not Domain.CloseDispute)
            return refused;
        var claimEvents = all.ToLookup(e => e.Stream, e => e.Data as IWorkerClaimEvent);
        try
        {
            foreach (
                var (claim, consequence) in Casework.Consequences(state, command, DisputeDecider.Decide(state, command))
            )
                _ = WorkerClaimDecider.Decide(
                    claimEvents[claim].OfType<IWorkerClaimEvent>().Aggregate(WorkerClaim.Initial, WorkerClaim.Evolve),
                    consequence
                );
            return null;
        }
        catch (Refused ofClaim)
        {
            return ofClaim;
        }
    }

    private static Act Signature(Matter matter, Guid agreementId, ContentRef nothing, Guid by, DateOnly today)
    {
        var unsigned = matter.Members.FirstOrDefault(m =>
            m.Value.AgreementId == agreementId && m.Value is { SignedOn: null, Outcome: null }
        );
        if (unsigned.Value is not null)
            return new RecordWorkerSignature(
                agreementId,
                unsigned.Key,
                Domain.SignatureMode.Handwritten,
                nothing,
                by,
                today,
                today
            );
        var signatures = matter.Agreements.TryGetValue(agreementId, out var agreement) ? agreement.Signatures : [];
        var employer = matter.Employers.FirstOrDefault(e => signatures.All(s => s.Employer != e));
        var (who, mode) =
            employer != Guid.Empty ? (CommonSignatory.Employer, Domain.SignatureMode.Seal)
            : signatures.All(s => s.Signatory is not CommonSignatory.Mediator)
                ? (CommonSignatory.Mediator, Domain.SignatureMode.Handwritten)
            : (CommonSignatory.Organisation, Domain.SignatureMode.Seal);
        return new RecordCommonSignature(
            agreementId,
            who,
            who is CommonSignatory.Employer ? employer : null,
            mode,
            nothing,
            by,
            today,
            today
        );
    }
}
