using Mediation.Contracts.Http;
using Mediation.Contracts.Http.Disputes;
using Mediation.Disputes.Domain;
using Mediation.EventStore;
using Mediation.Hosting;

namespace Mediation.Disputes.Service;

/// <summary>What a reader may do with a case now, and why not the rest.</summary>
internal sealed class DisputeActions(CaseAccess access, Caseworker caseworker, TimeProvider clock)
{
    // Each action is tried as it would be carried out today; what the decider says is what the page says.
    public List<ActionState> Of(
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
                new(
                    action,
                    refused is null,
                    refused?.Code,
                    [.. (refused?.Arguments ?? []).Select(a => DisputeTimeline.Text(a))]
                )
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
