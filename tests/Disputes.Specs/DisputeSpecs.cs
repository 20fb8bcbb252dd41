using Mediation.Disputes.Domain;
using Mediation.Kit;
using static Mediation.Disputes.Specs.A;

namespace Mediation.Disputes.Specs;

public sealed class DisputeSpecs()
    : DeciderSpecs<Dispute, IDisputeCommand, IDisputeEvent>(
        Dispute.Initial,
        Dispute.Evolve,
        DisputeDecider.Decide,
        e => (e as Refused)?.Code
    )
{
    private static readonly IDisputeEvent[] ACCEPTED = [Opened(Anna)];
    private static readonly IDisputeEvent[] ASSIGNED = [.. ACCEPTED, Appointed];
    private static readonly IDisputeEvent[] IN_SESSION = [.. ASSIGNED, Held];
    private static readonly IDisputeEvent[] BOTH_IN_SESSION = [Opened(Anna, Bao), Appointed, Held];
    private static readonly IDisputeEvent[] DRAFTED = [.. IN_SESSION, Drafted(FirstAgreement, 1, Anna)];

    private static readonly IDisputeEvent[] ALL_BUT_SEAL =
    [
        .. DRAFTED,
        Noted(Anna, 8),
        Signed(CommonSignatory.Employer, 9),
        Signed(CommonSignatory.Mediator, 8),
    ];

    private static readonly IDisputeEvent[] AGREED =
    [
        .. ALL_BUT_SEAL,
        Signed(CommonSignatory.Organisation, 11),
        new WorkersBound(FirstAgreement, [Anna], new(2026, 9, 11)),
        new MediationConcluded(Unit, Outcome.Agreed, new(2026, 9, 11), null),
    ];

    private static readonly IDisputeEvent[] SETTLED =
    [
        .. IN_SESSION,
        new WorkerSettled(Anna, Session, SessionDay),
        new MediationConcluded(Unit, Outcome.SettledOnSpot, SessionDay, null),
    ];

    private static readonly IDisputeEvent[] FAILED =
    [
        .. IN_SESSION,
        FailedAnna,
        new MediationConcluded(Unit, Outcome.Failed, FailedAnna.On, FailureReason.WideGap),
    ];

    private static readonly WorkersWithdrew WithdrewAnna = new(
        [Anna],
        WithdrawalReason.PersonalDecision,
        new(2026, 9, 9)
    );

    private static readonly IDisputeEvent[] WITHDRAWN =
    [
        .. ACCEPTED,
        WithdrewAnna,
        new MediationConcluded(Unit, Outcome.Withdrawn, WithdrewAnna.On, null),
    ];

    private static readonly IDisputeEvent[] CLOSED =
    [
        .. FAILED,
        new DisputeClosed(Unit, Outcome.Failed, new(2026, 9, 12)),
    ];

    private static readonly IDisputeEvent[] RECUSAL = [.. ASSIGNED, Raised];

    private static RecusalRaised Raised =>
        new(
            RecusalId,
            Mediator,
            RecusalSource.Worker,
            AnnaParty,
            RecusalGround.OtherRelation,
            Accepted.AddDays(2),
            Content(7)
        );

    // Commands as a person who may act today would give them.
    private static readonly OpenDispute Open = new(Opened(Anna), [Joined(Anna)]);

    private static AppointMediator Appoint(Guid who, MediatorChangeReason? reason = null) =>
        new(who, reason, Head, Accepted.AddDays(1), Today);

    private static RaiseRecusal Raise(Guid id, RecusalSource source = RecusalSource.Worker, Guid? party = null) =>
        new(id, source, party, RecusalGround.OtherRelation, Content(7), Mediator, Accepted.AddDays(2), Today);

    private static DecideRecusal DecideOn(bool accepted, Guid? by = null) =>
        new(RecusalId, accepted, by ?? Head, new(2026, 9, 4), Today);

    private static ScheduleSession Schedule(Guid id, int day = 1) =>
        new(
            id,
            new(2026, 10, day, 1, 0, 0, TimeSpan.Zero),
            new(2026, 9, 30, 1, 0, 0, TimeSpan.Zero),
            SessionMode.InPerson,
            Content(8),
            Mediator,
            Today
        );

    private static CancelSession Cancel(Guid id) => new(id, SessionCancelReason.PartyAsked, Mediator, Today);

    private static HoldSession Hold(
        Guid? id = null,
        bool rights = true,
        bool recusal = true,
        IReadOnlyList<Attendee>? who = null,
        Guid? by = null,
        DateOnly? on = null
    ) =>
        new(
            id ?? Session,
            Held.Mode,
            who ?? Held.Attendance,
            rights,
            recusal,
            Held.Minutes,
            Held.UndisputedFacts,
            null,
            by ?? Mediator,
            on ?? SessionDay,
            Today
        );

    private static MakeOffer Offer(long fen = 100, Guid? worker = null, Guid? id = null) =>
        new(id ?? OfferId, OfferSide.Employer, worker, null, new(fen), Content(9), Mediator, SessionDay, Today);

    private static readonly OfferMade Offered = new(
        OfferId,
        OfferSide.Employer,
        Anna,
        null,
        new(100),
        SessionDay,
        Content(9)
    );

    private static AnswerOffer Answer(OfferAnswer answer, int day = 9, Guid? id = null) =>
        new(id ?? OfferId, answer, Mediator, new(2026, 9, day), Today);

    private static DraftAgreement Draft(Guid id, params Guid[] workers) =>
        new(
            id,
            PaymentManner.BankTransfer,
            [.. workers.Select(w => new WorkerTerms(w, w == Anna ? [WageTerms, CertificateTerms] : [BaoTerms]))],
            Content(3),
            Mediator,
            SessionDay,
            Today
        );

    private static RecordCommonSignature Sign(
        CommonSignatory who,
        int day,
        SignatureMode? mode = null,
        Guid? agreement = null,
        Guid? employer = null
    ) =>
        new(
            agreement ?? FirstAgreement,
            who,
            who is CommonSignatory.Employer ? employer ?? Employer : employer,
            mode ?? (who is CommonSignatory.Organisation ? SignatureMode.Seal : SignatureMode.Handwritten),
            Content(4),
            Mediator,
            new(2026, 9, day),
            Today
        );

    private static RecordWorkerSignature SignAs(
        Guid worker,
        int day,
        SignatureMode mode = SignatureMode.Fingerprint,
        Guid? agreement = null
    ) => new(agreement ?? FirstAgreement, worker, mode, Content(4), Mediator, new(2026, 9, day), Today);

    private static SettleOnSpot Settle(Guid worker, DateOnly? on = null, Guid? session = null) =>
        new(worker, session ?? Session, [new(Wages, new(100))], Content(10), Id(45), Mediator, on ?? SessionDay, Today);

    private static FailMediation Fail(
        FailureReason reason = FailureReason.WideGap,
        int day = 10,
        bool told = true,
        params Guid[] workers
    ) => new(workers, reason, Content(6), null, told, Mediator, new(2026, 9, day), Today, new DateOnly(2026, 9, 16));

    private static WithdrawClaims Withdraw(params Guid[] workers) =>
        new(workers, WithdrawalReason.PersonalDecision, Mediator, new(2026, 9, 9), Today);

    private static IssueAgreementPaper Issue(Guid? agreement = null) =>
        new(Paper, agreement ?? FirstAgreement, 1, 3, Content(5), Mediator, Today);

    private static CloseDispute Close(int day = 12, params Guid[] unperformed) =>
        new(unperformed.ToDictionary(w => w, _ => UnperformedReason.NotYetDue), Mediator, new(2026, 9, day), Today);

    private static IEnumerable<IDisputeCommand> Everything =>
        [
            Appoint(Other),
            Raise(Id(92), party: AnnaParty),
            DecideOn(true),
            Schedule(Id(52)),
            Cancel(Id(53)),
            Hold(Id(54)),
            Offer(),
            Answer(OfferAnswer.Accepted, id: Id(96)),
            Draft(SecondAgreement, Anna),
            Sign(CommonSignatory.Mediator, 29),
            SignAs(Anna, 29, agreement: SecondAgreement),
            Settle(Bao),
            Fail(workers: Bao),
            Withdraw(Bao),
            Issue(SecondAgreement),
            Close(),
        ];

    // 3.2: MED_APPLIED → ACCEPTED is Intake's; here the case begins with the accepted request.

    [Fact]
    public void NOT_OPENED_to_ACCEPTED_when_the_request_was_accepted() => Given().When(Open).Then(Opened(Anna));

    [Fact]
    public void NOT_OPENED_refuses_everything_else()
    {
        foreach (var command in Everything)
            Given().When(command).Refused("dispute_not_opened");
    }

    [Fact]
    public void An_acceptance_delivered_again_opens_nothing()
    {
        foreach (
            var state in (IDisputeEvent[][])[ACCEPTED, ASSIGNED, IN_SESSION, AGREED, SETTLED, FAILED, WITHDRAWN, CLOSED]
        )
            Given(state).When(Open).ThenNothing();
    }

    [Fact]
    public void CLOSED_refuses_everything_that_did_not_happen_before()
    {
        foreach (var command in Everything.Where(c => c is not CloseDispute))
            Given(CLOSED).When(command).Refused("dispute_closed");
        Given(CLOSED).When(Close()).ThenNothing();
    }

    [Fact]
    public void Concluded_mediation_refuses_casework()
    {
        foreach (var state in (IDisputeEvent[][])[AGREED, SETTLED, FAILED, WITHDRAWN])
        foreach (
            var command in Everything.Where(c => c is not (AppointMediator or CloseDispute or IssueAgreementPaper))
        )
            Given(state).When(command).Refused("mediation_already_concluded");
        foreach (var state in (IDisputeEvent[][])[SETTLED, FAILED, WITHDRAWN])
            Given(state).When(Issue(SecondAgreement)).Refused("mediation_already_concluded");
    }

    [Fact]
    public void Open_cases_are_not_closed()
    {
        foreach (var state in (IDisputeEvent[][])[ACCEPTED, ASSIGNED, IN_SESSION])
            Given(state).When(Close()).Refused("mediation_not_concluded");
    }

    [Fact]
    public void Nothing_happened_tomorrow_or_before_acceptance()
    {
        Given(ASSIGNED).When(Hold(on: Today.AddDays(1))).Refused("date_in_future");
        Given(ASSIGNED).When(Hold(on: Accepted.AddDays(-1))).Refused("date_before_acceptance");
    }

    // The mediator

    [Fact]
    public void ACCEPTED_to_ASSIGNED_by_appointment() => Given(ACCEPTED).When(Appoint(Mediator)).Then(Appointed);

    [Fact]
    public void ASSIGNED_the_same_mediator_again_is_already_so() =>
        Given(ASSIGNED).When(Appoint(Mediator)).ThenNothing();

    [Fact]
    public void Another_mediator_needs_a_reason_in_every_open_or_concluded_state()
    {
        foreach (var state in (IDisputeEvent[][])[ASSIGNED, IN_SESSION, AGREED, SETTLED, FAILED])
        {
            Given(state).When(Appoint(Other)).Refused("mediator_change_needs_reason");
            Given(state)
                .When(Appoint(Other, MediatorChangeReason.Absence))
                .Then(new MediatorReplaced(Unit, Other, Mediator, MediatorChangeReason.Absence, Accepted.AddDays(1)));
        }
    }

    [Fact]
    public void WITHDRAWN_without_mediator_gets_one_for_closing() =>
        Given(WITHDRAWN).When(Appoint(Mediator)).Then(Appointed);

    [Fact]
    public void ACCEPTED_has_no_mediator_to_do_casework()
    {
        foreach (var command in Everything.Where(c => c is MediatorsAct or RaiseRecusal))
            Given(ACCEPTED).When(command).Refused("no_mediator");
    }

    // RecusalId (回避)

    [Fact]
    public void ASSIGNED_mediator_is_asked_to_step_back() =>
        Given(ASSIGNED).When(Raise(RecusalId, party: AnnaParty)).Then(Raised);

    [Fact]
    public void IN_SESSION_mediator_discloses_herself() =>
        Given(IN_SESSION)
            .When(Raise(RecusalId, RecusalSource.Mediator))
            .Then(Raised with { Source = RecusalSource.Mediator, PartyId = null });

    [Fact]
    public void Only_parties_ask_and_a_disclosure_names_no_party()
    {
        Given(ASSIGNED).When(Raise(RecusalId, party: Id(999))).Refused("not_a_party");
        Given(ASSIGNED).When(Raise(RecusalId)).Refused("not_a_party");
        Given(ASSIGNED).When(Raise(RecusalId, RecusalSource.Mediator, AnnaParty)).Refused("not_a_party");
    }

    [Fact]
    public void While_a_recusal_is_pending_the_mediator_does_nothing()
    {
        Given(RECUSAL).When(Raise(RecusalId, party: AnnaParty)).ThenNothing();
        foreach (var command in Everything.Where(c => c is MediatorsAct or RaiseRecusal))
            Given(RECUSAL).When(command).Refused("recusal_pending");
    }

    [Fact]
    public void ASSIGNED_to_ACCEPTED_when_the_recusal_is_accepted()
    {
        Given(RECUSAL).When(DecideOn(true)).Then(new RecusalAccepted(Unit, RecusalId, Mediator, new(2026, 9, 4), true));
        Replay([.. RECUSAL, new RecusalAccepted(Unit, RecusalId, Mediator, new(2026, 9, 4), true)])
            .ShouldBeOfType<Dispute.Accepted>();
    }

    [Fact]
    public void IN_SESSION_stays_without_a_mediator_when_the_recusal_is_accepted()
    {
        IDisputeEvent[] vacant =
        [
            .. IN_SESSION,
            Raised,
            new RecusalAccepted(Unit, RecusalId, Mediator, new(2026, 9, 10), true),
        ];
        Given([.. IN_SESSION, Raised])
            .When(DecideOn(true))
            .Then(new RecusalAccepted(Unit, RecusalId, Mediator, new(2026, 9, 4), true));
        Given(vacant).When(Hold(Id(55))).Refused("mediator_recused");
        Given(vacant).When(Hold(Id(55), by: Head)).Refused("no_mediator");
        Given(vacant).When(Appoint(Mediator)).Refused("mediator_recused");
        Given(vacant).When(Appoint(Other)).Then(new MediatorAppointed(Unit, Other, Accepted.AddDays(1)));
    }

    [Fact]
    public void A_declined_recusal_leaves_the_mediator_in_office()
    {
        var declined = new RecusalDeclined(RecusalId, Mediator, new(2026, 9, 4));
        Given(RECUSAL).When(DecideOn(false)).Then(declined);
        Given([.. RECUSAL, declined]).When(DecideOn(false)).ThenNothing();
        Given([.. RECUSAL, declined]).When(DecideOn(true)).Refused("recusal_already_decided");
        Given([.. RECUSAL, declined]).When(Hold()).Then(Held);
    }

    [Fact]
    public void Nobody_decides_on_her_own_recusal_or_on_one_never_raised()
    {
        Given(RECUSAL).When(DecideOn(false, by: Mediator)).Refused("own_recusal");
        Given(ACCEPTED).When(DecideOn(true)).Refused("recusal_unknown");
        Given(ASSIGNED).When(DecideOn(true)).Refused("recusal_unknown");
        Given(IN_SESSION).When(DecideOn(true)).Refused("recusal_unknown");
    }

    // Sessions

    [Fact]
    public void ASSIGNED_and_IN_SESSION_schedule_sessions()
    {
        var c = Schedule(Id(52));
        foreach (var state in (IDisputeEvent[][])[ASSIGNED, IN_SESSION])
        {
            Given(state).When(c).Then(new SessionScheduled(c.SessionId, c.StartsAt, c.Mode, c.Place));
            Given(state).When(c with { StartsAt = c.Now.AddHours(-1) }).Refused("session_in_past");
        }
        Given([.. ASSIGNED, new SessionScheduled(c.SessionId, c.StartsAt, c.Mode, c.Place)]).When(c).ThenNothing();
    }

    [Fact]
    public void ASSIGNED_to_IN_SESSION_with_minutes() => Given(ASSIGNED).When(Hold()).Then(Held);

    [Fact]
    public void IN_SESSION_holds_further_sessions()
    {
        Given(IN_SESSION).When(Hold(Id(54))).Then(Held with { SessionId = Id(54) });
        Given(IN_SESSION).When(Hold()).ThenNothing();
    }

    [Fact]
    public void A_session_needs_the_notice_of_rights_the_recusal_question_and_parties()
    {
        Given(ASSIGNED).When(Hold(rights: false)).Refused("rights_not_notified");
        Given(ASSIGNED).When(Hold(recusal: false)).Refused("recusal_not_asked");
        Given(ASSIGNED).When(Hold(who: [])).Refused("nobody_attended");
        Given(ASSIGNED).When(Hold(who: [new(Id(999), AttendeeCapacity.Self)])).Refused("not_a_party");
    }

    [Fact]
    public void A_session_is_cancelled_unless_it_was_held()
    {
        var planned = new SessionScheduled(Id(53), new(2026, 10, 1, 1, 0, 0, TimeSpan.Zero), SessionMode.Video, null);
        var off = new SessionCancelled(Id(53), SessionCancelReason.PartyAsked);
        Given([.. ASSIGNED, planned]).When(Cancel(Id(53))).Then(off);
        Given([.. IN_SESSION, planned]).When(Cancel(Id(53))).Then(off);
        Given([.. ASSIGNED, planned, off]).When(Cancel(Id(53))).ThenNothing();
        Given([.. ASSIGNED, planned, off]).When(Hold(Id(53))).Refused("session_cancelled");
        Given(IN_SESSION).When(Cancel(Session)).Refused("session_held");
        Given(ACCEPTED).When(Cancel(Id(53))).Refused("session_unknown");
    }

    // Offers

    [Fact]
    public void Offers_are_made_for_a_worker_or_for_all()
    {
        foreach (var state in (IDisputeEvent[][])[ASSIGNED, IN_SESSION])
        {
            Given(state).When(Offer(worker: Anna)).Then(Offered);
            Given(state).When(Offer()).Then(Offered with { WorkerClaimId = null });
        }
        Given([.. ASSIGNED, Offered]).When(Offer(worker: Anna)).ThenNothing();
        Given(ASSIGNED).When(Offer(fen: 0)).Refused("offer_amount_not_possible");
        Given(ASSIGNED).When(Offer(fen: -5)).Refused("offer_amount_not_possible");
        Given(ASSIGNED).When(Offer(fen: long.MaxValue)).Refused("offer_amount_not_possible");
        Given(ASSIGNED).When(Offer(worker: Id(999))).Refused("worker_unknown");
    }

    [Fact]
    public void An_offer_is_answered_once_and_not_before_it_was_made()
    {
        foreach (var state in (IDisputeEvent[][])[ASSIGNED, IN_SESSION])
        {
            IDisputeEvent[] offered = [.. state, Offered];
            var rejected = new OfferAnswered(OfferId, OfferAnswer.Rejected, new(2026, 9, 9));
            Given(offered).When(Answer(OfferAnswer.Rejected)).Then(rejected);
            Given([.. offered, rejected]).When(Answer(OfferAnswer.Rejected)).ThenNothing();
            Given([.. offered, rejected]).When(Answer(OfferAnswer.Accepted)).Refused("offer_already_answered");
            Given(offered).When(Answer(OfferAnswer.Accepted, day: 7)).Refused("answer_before_offer");
            Given(state).When(Answer(OfferAnswer.Accepted)).Refused("offer_unknown");
        }
    }

    // Agreement

    [Fact]
    public void ASSIGNED_agrees_nothing_before_a_session()
    {
        foreach (
            var command in Everything.Where(c =>
                c
                    is DraftAgreement
                        or RecordCommonSignature
                        or RecordWorkerSignature
                        or SettleOnSpot
                        or IssueAgreementPaper
            )
        )
            Given(ASSIGNED).When(command).Refused("no_session_held");
    }

    [Fact]
    public void IN_SESSION_drafts_an_agreement_for_some_or_all_workers()
    {
        Given(IN_SESSION).When(Draft(FirstAgreement, Anna)).Then(Drafted(FirstAgreement, 1, Anna));
        Given(BOTH_IN_SESSION).When(Draft(FirstAgreement, Anna, Bao)).Then(Drafted(FirstAgreement, 1, Anna, Bao));
        Given(DRAFTED).When(Draft(FirstAgreement, Anna)).ThenNothing();
        Given(IN_SESSION).When(Draft(FirstAgreement)).Refused("agreement_names_nobody");
        Given(IN_SESSION).When(Draft(FirstAgreement, Anna, Anna)).Refused("worker_named_twice");
        Given(IN_SESSION).When(Draft(FirstAgreement, Bao)).Refused("worker_unknown");
    }

    [Fact]
    public void A_new_draft_supersedes_and_voids_the_signatures_on_the_old_one()
    {
        IDisputeEvent[] redrafted = [.. ALL_BUT_SEAL, Drafted(SecondAgreement, 2, Anna)];
        Given(ALL_BUT_SEAL).When(Draft(SecondAgreement, Anna)).Then(Drafted(SecondAgreement, 2, Anna));
        Given(redrafted).When(Sign(CommonSignatory.Organisation, 11)).Refused("agreement_superseded");
        Given(redrafted).When(SignAs(Anna, 11)).Refused("agreement_superseded");
        Given(redrafted).When(Issue()).Refused("agreement_superseded");
    }

    [Fact]
    public void A_worker_moved_to_another_draft_does_not_sign_the_first()
    {
        IDisputeEvent[] moved =
        [
            .. BOTH_IN_SESSION,
            Drafted(FirstAgreement, 1, Anna, Bao),
            Drafted(SecondAgreement, 2, Bao),
        ];
        Given(moved).When(SignAs(Bao, 9)).Refused("agreement_superseded");
        Given(moved).When(SignAs(Anna, 9)).Then(Noted(Anna, 9));
    }

    [Fact]
    public void Signatures_are_recorded_one_by_one_and_bind_nobody_before_all_four_kinds_are_there()
    {
        Given(DRAFTED).When(SignAs(Anna, 8)).Then(Noted(Anna, 8));
        Given(DRAFTED).When(Sign(CommonSignatory.Employer, 9)).Then(Signed(CommonSignatory.Employer, 9));
        Given(DRAFTED).When(Sign(CommonSignatory.Organisation, 9)).Then(Signed(CommonSignatory.Organisation, 9));
        Given(ALL_BUT_SEAL).When(SignAs(Anna, 8)).ThenNothing();
        Given(ALL_BUT_SEAL).When(SignAs(Anna, 9)).Refused("already_signed");
        Given(ALL_BUT_SEAL).When(Sign(CommonSignatory.Mediator, 8)).ThenNothing();
        Given(ALL_BUT_SEAL).When(Sign(CommonSignatory.Mediator, 9)).Refused("already_signed");
    }

    [Fact]
    public void IN_SESSION_to_AGREED_on_the_day_of_the_last_signature_or_seal() =>
        Given(ALL_BUT_SEAL)
            .When(Sign(CommonSignatory.Organisation, 11))
            .Then(
                Signed(CommonSignatory.Organisation, 11),
                new WorkersBound(FirstAgreement, [Anna], new(2026, 9, 11)),
                new MediationConcluded(Unit, Outcome.Agreed, new(2026, 9, 11), null)
            );

    [Fact]
    public void A_seal_entered_last_does_not_move_the_day_when_an_earlier_entry_is_the_later_signature() =>
        Given([.. ALL_BUT_SEAL])
            .When(Sign(CommonSignatory.Organisation, 8))
            .Then(
                Signed(CommonSignatory.Organisation, 8),
                new WorkersBound(FirstAgreement, [Anna], new(2026, 9, 9)),
                new MediationConcluded(Unit, Outcome.Agreed, new(2026, 9, 9), null)
            );

    [Fact]
    public void Each_worker_is_bound_on_her_own_day()
    {
        IDisputeEvent[] sealed_ =
        [
            .. BOTH_IN_SESSION,
            Drafted(FirstAgreement, 1, Anna, Bao),
            Signed(CommonSignatory.Employer, 9),
            Signed(CommonSignatory.Mediator, 8),
            Signed(CommonSignatory.Organisation, 10),
        ];
        Given(sealed_)
            .When(SignAs(Anna, 8))
            .Then(Noted(Anna, 8), new WorkersBound(FirstAgreement, [Anna], new(2026, 9, 10)));
        Given([.. sealed_, Noted(Anna, 8), new WorkersBound(FirstAgreement, [Anna], new(2026, 9, 10))])
            .When(SignAs(Bao, 14))
            .Then(
                Noted(Bao, 14),
                new WorkersBound(FirstAgreement, [Bao], new(2026, 9, 14)),
                new MediationConcluded(Unit, Outcome.Agreed, new(2026, 9, 14), null)
            );
    }

    [Fact]
    public void Workers_who_signed_on_different_days_are_bound_on_different_days_by_an_earlier_seal() =>
        Given([
                .. BOTH_IN_SESSION,
                Drafted(FirstAgreement, 1, Anna, Bao),
                Noted(Anna, 9),
                Noted(Bao, 12),
                Signed(CommonSignatory.Employer, 9),
                Signed(CommonSignatory.Mediator, 9),
            ])
            .When(Sign(CommonSignatory.Organisation, 10))
            .Then(
                Signed(CommonSignatory.Organisation, 10),
                new WorkersBound(FirstAgreement, [Anna], new(2026, 9, 10)),
                new WorkersBound(FirstAgreement, [Bao], new(2026, 9, 12)),
                new MediationConcluded(Unit, Outcome.Agreed, new(2026, 9, 12), null)
            );

    [Fact]
    public void Signatures_that_cannot_be()
    {
        Given(DRAFTED)
            .When(Sign(CommonSignatory.Organisation, 9, SignatureMode.Handwritten))
            .Refused("signature_mode_not_possible");
        Given(DRAFTED)
            .When(Sign(CommonSignatory.Mediator, 9, SignatureMode.Seal))
            .Refused("signature_mode_not_possible");
        Given(DRAFTED).When(SignAs(Anna, 9, SignatureMode.Seal)).Refused("signature_mode_not_possible");
        Given(DRAFTED).When(Sign(CommonSignatory.Employer, 9, employer: Id(999))).Refused("not_a_party");
        Given(DRAFTED).When(Sign(CommonSignatory.Mediator, 9, employer: Employer)).Refused("not_a_party");
        Given(DRAFTED).When(Sign(CommonSignatory.Mediator, 7)).Refused("signed_before_draft");
        Given(IN_SESSION).When(Sign(CommonSignatory.Mediator, 9)).Refused("agreement_unknown");
        Given(IN_SESSION).When(SignAs(Anna, 9)).Refused("agreement_unknown");
    }

    [Fact]
    public void AGREED_keeps_a_repeated_signature() =>
        Given(AGREED).When(Sign(CommonSignatory.Organisation, 11)).ThenNothing();

    [Fact]
    public void The_paper_is_issued_once()
    {
        Given(DRAFTED).When(Issue()).Then(Issued);
        Given([.. DRAFTED, Issued]).When(Issue()).ThenNothing();
        Given(AGREED).When(Issue()).Then(Issued);
        Given(AGREED).When(Issue(SecondAgreement)).Refused("agreement_unknown");
        Given(IN_SESSION).When(Issue()).Refused("agreement_unknown");
    }

    // Other ends

    [Fact]
    public void IN_SESSION_to_SETTLED_ON_SPOT_on_the_day_of_the_session()
    {
        Given(IN_SESSION)
            .When(Settle(Anna))
            .Then(
                new WorkerSettled(Anna, Session, SessionDay),
                new MediationConcluded(Unit, Outcome.SettledOnSpot, SessionDay, null)
            );
        Given(IN_SESSION).When(Settle(Anna, SessionDay.AddDays(1))).Refused("settled_not_in_session");
        Given(IN_SESSION).When(Settle(Anna, session: Id(999))).Refused("settled_not_in_session");
        Given(IN_SESSION).When(Settle(Bao)).Refused("worker_unknown");
        Given(SETTLED).When(Settle(Anna)).ThenNothing();
    }

    [Fact]
    public void IN_SESSION_to_FAILED_and_what_was_planned_is_off()
    {
        var planned = new SessionScheduled(Id(53), new(2026, 10, 1, 1, 0, 0, TimeSpan.Zero), SessionMode.Video, null);
        Given([.. IN_SESSION, planned])
            .When(Fail())
            .Then(
                FailedAnna,
                new MediationConcluded(Unit, Outcome.Failed, FailedAnna.On, FailureReason.WideGap),
                new SessionCancelled(Id(53), SessionCancelReason.CaseConcluded)
            );
        Given(FAILED).When(Fail()).ThenNothing();
    }

    [Fact]
    public void ASSIGNED_to_FAILED_without_contact_but_not_for_a_gap_nobody_talked_about()
    {
        Given(ASSIGNED)
            .When(Fail(FailureReason.NoContact))
            .Then(
                FailedAnna with
                {
                    Reason = FailureReason.NoContact,
                },
                new MediationConcluded(Unit, Outcome.Failed, FailedAnna.On, FailureReason.NoContact)
            );
        Given(ASSIGNED).When(Fail()).Refused("no_session_held");
        Given(ASSIGNED).When(Fail(FailureReason.RefusedToSign)).Refused("no_session_held");
        Given(ASSIGNED).When(Fail(FailureReason.NoContact, told: false)).Refused("right_to_arbitrate_not_told");
    }

    [Fact]
    public void ACCEPTED_to_FAILED_by_expiry_only_after_the_last_day_of_its_clock()
    {
        // Extended, it is not over; where no clock is known nothing is held against it.
        var day17 = Fail(FailureReason.Expired, day: 17);
        Given(ACCEPTED).When(day17 with { LastDay = new(2026, 9, 20) }).Refused("mediation_not_expired");
        DisputeDecider.Decide(Replay(ACCEPTED), day17 with { LastDay = null }).ShouldNotBeEmpty();
        Given(ACCEPTED).When(Fail(FailureReason.Expired, day: 16)).Refused("mediation_not_expired");
        Given(ACCEPTED)
            .When(Fail(FailureReason.Expired, day: 17))
            .Then(
                FailedAnna with
                {
                    Reason = FailureReason.Expired,
                    On = new(2026, 9, 17),
                },
                new MediationConcluded(Unit, Outcome.Failed, new(2026, 9, 17), FailureReason.Expired)
            );
    }

    [Fact]
    public void One_worker_fails_and_the_case_goes_on_for_the_other()
    {
        Given(BOTH_IN_SESSION).When(Fail(workers: Anna)).Then(FailedAnna);
        Given([.. BOTH_IN_SESSION, FailedAnna]).When(Fail(workers: Anna)).ThenNothing();
        Given([.. BOTH_IN_SESSION, FailedAnna]).When(Settle(Anna)).Refused("worker_already_concluded");
        Given([.. BOTH_IN_SESSION, FailedAnna])
            .When(Draft(FirstAgreement, Anna, Bao))
            .Refused("worker_already_concluded");
        Given([.. BOTH_IN_SESSION, FailedAnna])
            .When(Withdraw())
            .Then(
                WithdrewAnna with
                {
                    Workers = [Bao],
                },
                new MediationConcluded(Unit, Outcome.Failed, WithdrewAnna.On, FailureReason.WideGap)
            );
    }

    [Fact]
    public void Withdrawal_ends_ACCEPTED_ASSIGNED_and_IN_SESSION()
    {
        foreach (var state in (IDisputeEvent[][])[ACCEPTED, ASSIGNED, IN_SESSION])
        {
            Given(state)
                .When(Withdraw())
                .Then(WithdrewAnna, new MediationConcluded(Unit, Outcome.Withdrawn, WithdrewAnna.On, null));
            Given(state).When(Withdraw(Bao)).Refused("worker_unknown");
        }
        Given(WITHDRAWN).When(Withdraw()).ThenNothing();
    }

    // Closing

    [Fact]
    public void AGREED_to_CLOSED_only_with_the_paper()
    {
        Given(AGREED).When(Close()).Refused("agreement_paper_missing");
        Given([.. AGREED, Issued]).When(Close()).Then(new DisputeClosed(Unit, Outcome.Agreed, new(2026, 9, 12)));
        Given([.. AGREED, Issued]).When(Close(10)).Refused("closed_before_conclusion");
        Given([.. AGREED, Issued])
            .When(Close(12, Anna))
            .Then(new DisputeClosed(Unit, Outcome.Agreed, new(2026, 9, 12)));
    }

    [Fact]
    public void SETTLED_FAILED_and_WITHDRAWN_to_CLOSED()
    {
        Given(SETTLED).When(Close()).Then(new DisputeClosed(Unit, Outcome.SettledOnSpot, new(2026, 9, 12)));
        Given(FAILED).When(Close()).Then(new DisputeClosed(Unit, Outcome.Failed, new(2026, 9, 12)));
        Given(WITHDRAWN).When(Close()).Then(new DisputeClosed(Unit, Outcome.Withdrawn, new(2026, 9, 12)));
        Given(FAILED).When(Close(12, Anna)).Refused("unperformed_reason_without_worker");
        Given(FAILED).When(Close(12, Id(999))).Refused("unperformed_reason_without_worker");
    }
}
