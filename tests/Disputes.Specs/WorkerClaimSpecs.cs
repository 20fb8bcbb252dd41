using Mediation.Disputes.Domain;
using Mediation.Kit;
using static Mediation.Disputes.Specs.A;

namespace Mediation.Disputes.Specs;

public sealed class WorkerClaimSpecs()
    : DeciderSpecs<WorkerClaim, IWorkerClaimCommand, IWorkerClaimEvent>(
        WorkerClaim.Initial,
        WorkerClaim.Evolve,
        WorkerClaimDecider.Decide,
        e => (e as Refused)?.Code
    )
{
    private static readonly TermsDrafted Drafted1 = new(FirstAgreement, SessionDay, [WageTerms, CertificateTerms]);

    private static readonly WorkerSigned Signed1 = new(
        FirstAgreement,
        SessionDay,
        SignatureMode.Fingerprint,
        Content(4)
    );

    private static readonly AgreementTookEffect InForce = new(
        CaseId,
        FirstAgreement,
        new(2026, 9, 11),
        [WageTerms, CertificateTerms]
    );

    private static readonly ClaimSettledOnSpot Settled1 = new(
        CaseId,
        SessionDay,
        Session,
        [new(Wages, new(3_000))],
        Content(10),
        Mediator,
        Id(45)
    );

    private static readonly ItemPerformed Certified = new(Certificate, new(2026, 9, 20), Content(11));
    private static readonly RecoveryNoted AllPaid = new(Wages, new(5_200_000), Money.Zero);

    private static readonly IWorkerClaimEvent[] OPEN = [Joined(Anna)];
    private static readonly IWorkerClaimEvent[] DRAFTED = [.. OPEN, Drafted1];
    private static readonly IWorkerClaimEvent[] AWAITING = [.. DRAFTED, Signed1];
    private static readonly IWorkerClaimEvent[] EFFECTIVE = [.. AWAITING, InForce];
    private static readonly IWorkerClaimEvent[] SETTLED = [.. OPEN, Settled1];

    private static readonly IWorkerClaimEvent[] FAILED =
    [
        .. OPEN,
        new ClaimFailed(CaseId, FailureReason.Refused, SessionDay),
    ];

    private static readonly IWorkerClaimEvent[] WITHDRAWN =
    [
        .. OPEN,
        new ClaimWithdrawn(CaseId, WithdrawalReason.PersonalDecision, SessionDay),
    ];

    private static readonly IWorkerClaimEvent[] CLOSED = [.. FAILED, new ClaimClosed(SessionDay, null)];

    private static readonly IWorkerClaimEvent[][] UNFINISHED = [OPEN, DRAFTED, AWAITING];
    private static readonly IWorkerClaimEvent[][] ENDED = [EFFECTIVE, SETTLED, FAILED, WITHDRAWN, CLOSED];

    private static readonly JoinWorker Join = new(Joined(Anna));
    private static readonly SignAsWorker Sign = new(FirstAgreement, SessionDay, Signed1.Mode, Content(4));
    private static readonly TakeEffect Effect = new(FirstAgreement, new(2026, 9, 11));
    private static readonly FailClaim Fail = new(FailureReason.Refused, SessionDay);
    private static readonly WithdrawClaim Withdraw = new(WithdrawalReason.PersonalDecision, SessionDay);
    private static readonly PerformItem Perform = new(Certificate, new(2026, 9, 20), Today, Content(11));
    private static readonly NoteRecovery Paid = new(Wages, new(5_200_000), Money.Zero);

    private static DraftTerms Draft(params ItemTerms[] items) => new(FirstAgreement, SessionDay, items);

    private static DraftTerms Redraft(params ItemTerms[] items) => new(SecondAgreement, SessionDay, items);

    private static SettleClaim Settle(params SettledItem[] items) =>
        new(SessionDay, Session, items, Content(10), Mediator, Id(45));

    private static CloseClaim Close(UnperformedReason? reason = null) => new(SessionDay, reason);

    private static IEnumerable<IWorkerClaimCommand> Everything =>
        [
            Draft(WageTerms),
            Sign,
            Effect,
            Settle(new SettledItem(Wages, new(3_000))),
            Fail,
            Withdraw,
            Perform,
            Paid,
            Close(),
        ];

    [Fact]
    public void NOT_JOINED_to_OPEN()
    {
        Given().When(Join).Then(Joined(Anna));
        foreach (var state in (IWorkerClaimEvent[][])[.. UNFINISHED, .. ENDED])
            Given(state).When(Join).ThenNothing();
    }

    [Fact]
    public void NOT_JOINED_refuses_everything_else()
    {
        foreach (var command in Everything)
            Given().When(command).Refused("worker_not_joined");
    }

    [Fact]
    public void OPEN_to_DRAFTED() => Given(OPEN).When(Draft(WageTerms, CertificateTerms)).Then(Drafted1);

    [Fact]
    public void DRAFTED_and_AWAITING_OTHERS_take_new_terms()
    {
        foreach (var state in (IWorkerClaimEvent[][])[DRAFTED, AWAITING])
        {
            Given(state).When(Draft(WageTerms, CertificateTerms)).ThenNothing();
            Given(state).When(Redraft(WageTerms)).Then(new TermsDrafted(SecondAgreement, SessionDay, [WageTerms]));
        }
        Replay([.. AWAITING, new TermsDrafted(SecondAgreement, SessionDay, [WageTerms])])
            .ShouldBeOfType<WorkerClaim.Drafted>();
    }

    [Fact]
    public void Terms_name_claimed_items_once_or_say_that_they_are_added()
    {
        var severance = Terms(Id(64), 100, (100, SessionDay)) with { AddedType = ItemType.Severance };
        Given(OPEN).When(Draft()).Refused("terms_empty");
        Given(OPEN).When(Draft(WageTerms, WageTerms)).Refused("item_named_twice");
        Given(OPEN).When(Draft(BaoTerms)).Refused("item_not_claimed");
        Given(OPEN).When(Draft(WageTerms with { AddedType = ItemType.Wages })).Refused("item_already_claimed");
        Given(OPEN).When(Draft(severance)).Then(new TermsDrafted(FirstAgreement, SessionDay, [severance]));
    }

    [Fact]
    public void Instalments_add_up_to_the_fen_in_order_and_not_before_the_agreement()
    {
        var (a, b) = (new DateOnly(2026, 9, 30), new DateOnly(2026, 10, 31));
        Given(OPEN).When(Draft(Terms(Wages, 100, (50, a), (49, b)))).Refused("instalments_do_not_add_up");
        Given(OPEN).When(Draft(Terms(Wages, 100))).Refused("instalments_do_not_add_up");
        Given(OPEN).When(Draft(Terms(Wages, 100, (50, b), (50, a)))).Refused("instalments_not_in_order");
        Given(OPEN).When(Draft(Terms(Wages, 100, (100, SessionDay.AddDays(-1))))).Refused("due_before_agreement");
        Given(OPEN).When(Draft(Terms(Wages, 0))).Refused("amount_not_possible");
        Given(OPEN).When(Draft(Terms(Wages, -100, (-100, a)))).Refused("amount_not_possible");
        Given(OPEN).When(Draft(Terms(Wages, 100, (150, a), (-50, b)))).Refused("amount_not_possible");
        Given(OPEN).When(Draft(Terms(Wages, long.MaxValue, (long.MaxValue, a)))).Refused("amount_not_possible");
    }

    [Fact]
    public void Items_without_an_amount_have_a_day_and_no_money()
    {
        var today = CertificateTerms;
        Given(OPEN).When(Draft(today with { Amount = new(1) })).Refused("item_has_no_amount");
        Given(OPEN).When(Draft(today with { DoneBy = null })).Refused("done_by_missing");
        Given(OPEN).When(Draft(today with { DoneBy = SessionDay.AddDays(-1) })).Refused("due_before_agreement");
        Given(OPEN).When(Draft(WageTerms with { DoneBy = SessionDay })).Refused("item_has_an_amount");
    }

    [Fact]
    public void A_penalty_stands_with_its_clause()
    {
        Given(OPEN).When(Draft(WageTerms with { Penalty = new(1) })).Refused("penalty_does_not_fit_clause");
        Given(OPEN)
            .When(Draft(WageTerms with { DefaultClause = DefaultClause.Penalty }))
            .Refused("penalty_does_not_fit_clause");
        var late = WageTerms with { DefaultClause = DefaultClause.Penalty, Penalty = new(2_000_000) };
        Given(OPEN).When(Draft(late)).Then(new TermsDrafted(FirstAgreement, SessionDay, [late]));
    }

    [Fact]
    public void DRAFTED_to_AWAITING_OTHERS_with_the_workers_signature()
    {
        Given(DRAFTED).When(Sign).Then(Signed1);
        Given(AWAITING).When(Sign).ThenNothing();
        Given(OPEN).When(Sign).Refused("terms_not_drafted");
        Given(DRAFTED).When(Sign with { AgreementId = SecondAgreement }).Refused("terms_of_another_agreement");
    }

    [Fact]
    public void AWAITING_OTHERS_to_EFFECTIVE()
    {
        Given(AWAITING).When(Effect).Then(InForce);
        Given(EFFECTIVE).When(Effect).ThenNothing();
        Given(AWAITING).When(Effect with { AgreementId = SecondAgreement }).Refused("terms_of_another_agreement");
        Given(OPEN).When(Effect).Refused("terms_not_drafted");
        Given(DRAFTED).When(Effect).Refused("terms_not_drafted");
    }

    [Fact]
    public void OPEN_to_SETTLED_ON_SPOT_with_claimed_money_items()
    {
        foreach (var state in UNFINISHED)
            Given(state).When(Settle(new SettledItem(Wages, new(3_000)))).Then(Settled1);
        Given(SETTLED).When(Settle(new SettledItem(Wages, new(3_000)))).ThenNothing();
        Given(OPEN).When(Settle()).Refused("terms_empty");
        Given(OPEN).When(Settle(new(Wages, new(1)), new(Wages, new(1)))).Refused("item_named_twice");
        Given(OPEN).When(Settle(new SettledItem(BaoWages, new(1)))).Refused("item_not_claimed");
        Given(OPEN).When(Settle(new SettledItem(Certificate, new(1)))).Refused("item_has_no_amount");
        Given(OPEN).When(Settle(new SettledItem(Wages, Money.Zero))).Refused("amount_not_possible");
    }

    [Fact]
    public void OPEN_DRAFTED_and_AWAITING_OTHERS_fail_or_are_withdrawn()
    {
        foreach (var state in UNFINISHED)
        {
            Given(state).When(Fail).Then(new ClaimFailed(CaseId, FailureReason.Refused, SessionDay));
            Given(state).When(Withdraw).Then(new ClaimWithdrawn(CaseId, WithdrawalReason.PersonalDecision, SessionDay));
            Given(state).When(Perform).Refused("agreement_not_effective");
            Given(state).When(Close()).Refused("claim_not_concluded");
        }
        Given(FAILED).When(Fail).ThenNothing();
        Given(WITHDRAWN).When(Withdraw).ThenNothing();
    }

    [Fact]
    public void What_ended_is_not_agreed_signed_settled_failed_or_withdrawn_again()
    {
        foreach (var state in ENDED)
        foreach (var command in Everything.Where(c => c is DraftTerms or SignAsWorker))
            Given(state).When(command).Refused("claim_already_concluded");
        foreach (
            var (state, commands) in ((IWorkerClaimEvent[], IWorkerClaimCommand[])[])
                [
                    (EFFECTIVE, [Settle(new SettledItem(Wages, new(1))), Fail, Withdraw]),
                    (SETTLED, [Effect, Fail, Withdraw]),
                    (FAILED, [Effect, Settle(new SettledItem(Wages, new(1))), Withdraw]),
                    (WITHDRAWN, [Effect, Settle(new SettledItem(Wages, new(1))), Fail]),
                    (CLOSED, [Effect, Settle(new SettledItem(Wages, new(1))), Fail, Withdraw]),
                ]
        )
        foreach (var command in commands)
            Given(state).When(command).Refused("claim_already_concluded");
        Given(EFFECTIVE).When(Effect with { AgreementId = SecondAgreement }).Refused("claim_already_concluded");
    }

    [Fact]
    public void EFFECTIVE_items_without_an_amount_are_done()
    {
        Given(EFFECTIVE).When(Perform).Then(Certified);
        Given([.. EFFECTIVE, Certified]).When(Perform).ThenNothing();
        Given(EFFECTIVE).When(Perform with { ItemId = BaoWages }).Refused("item_not_agreed");
        Given(EFFECTIVE).When(Perform with { ItemId = Wages }).Refused("item_has_an_amount");
        Given(EFFECTIVE).When(Perform with { On = Today.AddDays(1) }).Refused("performance_in_future");
        Given(EFFECTIVE).When(Perform with { On = Accepted.AddDays(-1) }).Refused("performance_before_acceptance");
        foreach (var state in (IWorkerClaimEvent[][])[SETTLED, FAILED, WITHDRAWN, CLOSED])
            Given(state).When(Perform).Refused("agreement_not_effective");
        Given([.. EFFECTIVE, Certified, new ClaimClosed(SessionDay, null)]).When(Perform).ThenNothing();
    }

    [Fact]
    public void What_Outcomes_tells_is_noted_in_every_state_once()
    {
        foreach (var state in (IWorkerClaimEvent[][])[.. UNFINISHED, .. ENDED])
        {
            Given(state).When(Paid).Then(AllPaid);
            Given([.. state, AllPaid]).When(Paid).ThenNothing();
        }
        Given([.. EFFECTIVE, AllPaid])
            .When(Paid with { Countersigned = Money.Zero })
            .Then(AllPaid with { Countersigned = Money.Zero });
    }

    [Fact]
    public void EFFECTIVE_to_CLOSED_when_performed_or_with_a_reason()
    {
        Given(EFFECTIVE).When(Close()).Refused("performance_unknown");
        Given([.. EFFECTIVE, AllPaid]).When(Close()).Refused("performance_unknown");
        Given([.. EFFECTIVE, Certified]).When(Close()).Refused("performance_unknown");
        Given([.. EFFECTIVE, Certified, AllPaid with { Countersigned = new(5_199_999) }])
            .When(Close())
            .Refused("performance_unknown");
        Given([.. EFFECTIVE, Certified, AllPaid])
            .When(Close(UnperformedReason.NotYetDue))
            .Then(new ClaimClosed(SessionDay, null));
        Given(EFFECTIVE)
            .When(Close(UnperformedReason.NotYetDue))
            .Then(new ClaimClosed(SessionDay, UnperformedReason.NotYetDue));
    }

    [Fact]
    public void SETTLED_FAILED_and_WITHDRAWN_to_CLOSED()
    {
        foreach (var state in (IWorkerClaimEvent[][])[SETTLED, FAILED, WITHDRAWN])
            Given(state).When(Close()).Then(new ClaimClosed(SessionDay, null));
        Given(CLOSED).When(Close()).ThenNothing();
    }
}
