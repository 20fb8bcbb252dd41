using Mediation.Kit;
using static Mediation.Outcomes.Specs.Samples;

namespace Mediation.Outcomes.Specs;

public abstract class LineSpecs()
    : DeciderSpecs<RecoveryLine, IRecoveryLineCommand, IRecoveryLineEvent>(
        RecoveryLine.Initial,
        RecoveryLine.Evolve,
        // What the line counts after a change follows every change; the laws below hold it once for all rows.
        (state, command) => [.. RecoveryLineDecider.Decide(state, command).Where(e => e is not StandingChanged)],
        e => (e as Refused)?.Code
    )
{
    protected Given_ Claimed(params IEnumerable<IRecoveryLineEvent> more) => Given([Opened(), .. more]);

    protected Given_ InForce(params IEnumerable<IRecoveryLineEvent> more) => Given([Opened(), Title(), .. more]);

    protected Given_ Failed(params IEnumerable<IRecoveryLineEvent> more) =>
        Given([Opened(), new LineFailed(Agreed), .. more]);

    protected Given_ Withdrawn(params IEnumerable<IRecoveryLineEvent> more) =>
        Given([Opened(), Title(), .. more, new LineWithdrawn(new(2026, 4, 10))]);
}

public sealed class ALineIsOpened : LineSpecs
{
    [Fact]
    public void NOT_OPENED_to_CLAIMED_by_the_item() => Given().When(new OpenLine(Opened())).Then(Opened());

    [Fact]
    public void Opened_twice_changes_nothing()
    {
        Claimed().When(new OpenLine(Opened())).ThenNothing();
        InForce().When(new OpenLine(Opened())).ThenNothing();
        Failed().When(new OpenLine(Opened())).ThenNothing();
        Withdrawn().When(new OpenLine(Opened())).ThenNothing();
    }

    [Fact]
    public void NOT_OPENED_knows_nothing_else()
    {
        Given().When(Force()).Refused(RecoveryLineRefusals.LineUnknown);
        Given().When(Spot()).Refused(RecoveryLineRefusals.LineUnknown);
        Given().When(Enter()).Refused(RecoveryLineRefusals.LineUnknown);
        Given().When(Resubmit()).Refused(RecoveryLineRefusals.LineUnknown);
        Given().When(Sign()).Refused(RecoveryLineRefusals.LineUnknown);
        Given().When(Return()).Refused(RecoveryLineRefusals.LineUnknown);
        Given().When(Reverse()).Refused(RecoveryLineRefusals.LineUnknown);
        Given().When(GiveBack()).Refused(RecoveryLineRefusals.LineUnknown);
        Given().When(new Withdraw(Today)).Refused(RecoveryLineRefusals.LineUnknown);
        Given().When(new NoteFailure(Today)).Refused(RecoveryLineRefusals.LineUnknown);
    }
}

public sealed class AnInstrumentTakesEffect : LineSpecs
{
    [Fact]
    public void CLAIMED_to_IN_FORCE_by_an_agreement() => Claimed().When(Force()).Then(Title());

    [Fact]
    public void FAILED_to_IN_FORCE_when_mediated_again() => Failed().When(Force()).Then(Title());

    [Fact]
    public void IN_FORCE_superseded_by_a_later_agreement() =>
        InForce().When(Force(9_000, instrument: 23)).Then(Title(9_000, instrument: 23));

    [Fact]
    public void WITHDRAWN_to_IN_FORCE_by_a_new_agreement() =>
        Withdrawn().When(Force(9_000, instrument: 23)).Then(Title(9_000, instrument: 23));

    [Fact]
    public void Told_twice_changes_nothing() => InForce().When(Force()).ThenNothing();

    [Fact]
    public void Instalments_add_up_to_the_amount()
    {
        Claimed()
            .When(Force(300, 21, new Instalment(1, Yuan(100), Today), new Instalment(2, Yuan(100), Today)))
            .Refused(RecoveryLineRefusals.InstalmentsDoNotAddUp);
        Claimed().When(Force(-1)).Refused(RecoveryLineRefusals.AmountNotPositive);
    }

    [Fact]
    public void Settled_on_the_spot_is_title_and_payment_in_one()
    {
        Claimed().When(Spot()).Then(SpotTitle(), new PaymentEvidenced(Key, P1, SpotDetails(), Mediator));
        InForce().When(Spot()).Then(SpotTitle(), new PaymentEvidenced(Key, P1, SpotDetails(), Mediator));
        Failed().When(Spot()).Then(SpotTitle(), new PaymentEvidenced(Key, P1, SpotDetails(), Mediator));
        Withdrawn().When(Spot()).Then(SpotTitle(), new PaymentEvidenced(Key, P1, SpotDetails(), Mediator));
    }

    [Fact]
    public void Settled_on_the_spot_to_a_fund() =>
        Claimed()
            .When(Spot(toFund: true))
            .Then(SpotTitle(toFund: true), new PaymentEvidenced(Key, P1, SpotDetails(toFund: true), Mediator));

    [Fact]
    public void Settled_on_the_spot_with_a_used_receipt_is_a_title_without_payment() =>
        Claimed().When(Spot(heldBy: P2)).Then(SpotTitle(), new PaymentBlocked(Key, P1, SpotDetails(), P2, Mediator));

    [Fact]
    public void Settled_on_the_spot_told_twice_changes_nothing() =>
        Claimed(SpotTitle(), new PaymentEvidenced(Key, P1, SpotDetails(), Mediator)).When(Spot()).ThenNothing();

    [Fact]
    public void Nothing_is_settled_with_nothing() =>
        Claimed().When(Spot(0)).Refused(RecoveryLineRefusals.AmountNotPositive);
}

public sealed class APaymentIsEntered : LineSpecs
{
    private static PaymentEvidenced Entered(PaymentDetails? details = null) =>
        new(Key, P1, details ?? Details(), Mediator);

    [Fact]
    public void IN_FORCE_evidenced() => InForce().When(Enter()).Then(Entered());

    [Fact]
    public void CLAIMED_evidenced_waits_for_its_title() => Claimed().When(Enter()).Then(Entered());

    [Fact]
    public void FAILED_evidenced_waits_for_a_title() => Failed().When(Enter()).Then(Entered());

    [Fact]
    public void WITHDRAWN_a_payment_from_before_the_withdrawal_is_entered_late() =>
        Withdrawn().When(Enter()).Then(Entered());

    [Fact]
    public void WITHDRAWN_a_later_payment_is_refused() =>
        Withdrawn().When(Enter(Details(on: new(2026, 4, 11)))).Refused(RecoveryLineRefusals.ClaimWithdrawn);

    [Fact]
    public void Entered_twice_changes_nothing() => InForce(Entered()).When(Enter()).ThenNothing();

    [Fact]
    public void The_id_of_a_payment_is_not_used_for_another() =>
        InForce(Entered()).When(Enter(Details(11_000))).Refused(RecoveryLineRefusals.PaymentIdUsed);

    [Fact]
    public void Nothing_and_less_than_nothing_is_no_payment()
    {
        InForce().When(Enter(Details(0))).Refused(RecoveryLineRefusals.AmountNotPositive);
        InForce().When(Enter(Details(-1))).Refused(RecoveryLineRefusals.AmountNotPositive);
    }

    [Fact]
    public void Tomorrow_has_not_been_paid() =>
        InForce().When(Enter(Details(on: Today.AddDays(1)))).Refused(RecoveryLineRefusals.PaidInFuture);

    [Fact]
    public void Today_has() => InForce().When(Enter(Details(on: Today))).Then(Entered(Details(on: Today)));

    [Fact]
    public void Without_evidence_nothing_is_entered() =>
        InForce().When(Enter(Details() with { Receipt = null })).Refused(RecoveryLineRefusals.EvidenceMissing);

    [Fact]
    public void A_receipt_serves_one_live_payment() =>
        InForce().When(Enter(heldBy: P2)).Refused(RecoveryLineRefusals.ReceiptInUse);

    [Fact]
    public void The_receipt_of_the_same_slip_on_another_line_is_one_use() =>
        InForce().When(Enter(heldBy: P1)).Then(Entered());

    [Fact]
    public void Union_relief_is_no_recovery() =>
        InForce()
            .When(Enter(Details(payer: PayerKind.UnionRelief)))
            .Refused(RecoveryLineRefusals.UnionReliefNoRecovery);

    [Fact]
    public void A_third_party_needs_the_paper_that_names_the_debt()
    {
        var third = Details(payer: PayerKind.ThirdParty);
        InForce().When(Enter(third)).Refused(RecoveryLineRefusals.ThirdPartyNeedsPaper);
        InForce().When(Enter(third with { OnBehalfOf = Id(16) })).Refused(RecoveryLineRefusals.ThirdPartyNeedsPaper);
        var proven = third with { OnBehalfOf = Id(16), DebtPaper = Slip(2) };
        InForce().When(Enter(proven)).Then(Entered(proven));
    }

    [Fact]
    public void Money_of_the_worker_is_received_by_the_worker()
    {
        InForce().When(Enter(Details(payee: PayeeKind.Agent))).Refused(RecoveryLineRefusals.PayeeNotWorker);
        InForce().When(Enter(Details(payee: PayeeKind.Other))).Refused(RecoveryLineRefusals.PayeeNotWorker);
        InForce().When(Enter(Details(payee: PayeeKind.Fund))).Refused(RecoveryLineRefusals.PayeeNotWorker);
    }

    [Fact]
    public void Contributions_are_received_by_the_fund()
    {
        var toFund = new IRecoveryLineEvent[] { Opened(ItemType.SocialInsuranceArrears), Title(toFund: true) };
        Given(toFund).When(Enter()).Refused(RecoveryLineRefusals.PayeeNotFund);
        var fund = Details(payee: PayeeKind.Fund);
        Given(toFund).When(Enter(fund)).Then(Entered(fund));
    }

    [Fact]
    public void Items_without_money_of_the_worker_take_no_payment()
    {
        Given(Opened(ItemType.Reinstatement)).When(Enter()).Refused(RecoveryLineRefusals.NothingPayable);
        Given(Opened(ItemType.TrainingCostCounterclaim)).When(Enter()).Refused(RecoveryLineRefusals.NothingPayable);
    }

    [Fact]
    public void More_than_is_in_force_and_unpaid_needs_a_second_look()
    {
        InForce().When(Enter(Details(12_000.01m))).Refused(RecoveryLineRefusals.OverAmountInForce);
        InForce(Evidenced(7_000, P2)).When(Enter(Details(5_000.01m))).Refused(RecoveryLineRefusals.OverAmountInForce);
        InForce(Evidenced(7_000, P2)).When(Enter(Details(5_000))).Then(Entered(Details(5_000)));
        InForce(Evidenced(7_000, P2), Returned(P2)).When(Enter()).Then(Entered());
        InForce().When(Enter(Details(13_000, confirmed: true))).Then(Entered(Details(13_000, confirmed: true)));
    }

    [Fact]
    public void What_was_paid_before_acceptance_takes_nothing_of_what_is_open()
    {
        var before = Details(700, new(2026, 1, 5), slip: 2);
        InForce(Evidenced(id: P2)).When(Enter(before)).Then(Entered(before));
    }

    [Fact]
    public void An_instalment_is_one_of_the_instrument()
    {
        Claimed(InThree(4_000))
            .When(Enter(Details(4_000, instalment: 4)))
            .Refused(RecoveryLineRefusals.InstalmentUnknown);
        Claimed(InThree(4_000)).When(Enter(Details(4_000, instalment: 2))).Then(Entered(Details(4_000, instalment: 2)));
    }
}

public sealed class APaymentIsReviewed : LineSpecs
{
    [Fact]
    public void EVIDENCED_to_VERIFIED_by_another_person()
    {
        InForce(Evidenced()).When(Sign()).Then(Countersigned());
        Claimed(Evidenced()).When(Sign()).Then(Countersigned());
        Failed(Evidenced()).When(Sign()).Then(Countersigned());
        Withdrawn(Evidenced()).When(Sign()).Then(Countersigned());
    }

    [Fact]
    public void Nobody_countersigns_what_she_entered()
    {
        InForce(Evidenced()).When(Sign(Reviewing(Mediator))).Refused(RecoveryLineRefusals.SelfCountersign);
        InForce(Evidenced()).When(Sign(Reviewing(MediatorsOther))).Refused(RecoveryLineRefusals.SamePerson);
    }

    [Fact]
    public void Nobody_countersigns_what_she_resubmitted() =>
        InForce(Evidenced(), Returned(), new PaymentResubmitted(Key, P1, Details(slip: 2), Verifier))
            .When(Sign())
            .Refused(RecoveryLineRefusals.SelfCountersign);

    [Fact]
    public void Only_a_verifier_countersigns()
    {
        var by = Reviewing(Verifier);
        InForce(Evidenced()).When(Sign(by with { Verifier = false })).Refused(RecoveryLineRefusals.NotVerifier);
        InForce(Evidenced())
            .When(Sign(by with { Mediator = true }))
            .Refused(RecoveryLineRefusals.MediatorCountersignsNothing);
        InForce(Evidenced())
            .When(Sign(by with { Supervisor = true }))
            .Refused(RecoveryLineRefusals.SupervisorCountersignsNothing);
    }

    [Fact]
    public void Countersigned_once() =>
        InForce(Evidenced(), Countersigned()).When(Sign()).Refused(RecoveryLineRefusals.AlreadyCountersigned);

    [Fact]
    public void What_is_returned_reversed_or_blocked_is_not_countersigned()
    {
        InForce(Evidenced(), Returned()).When(Sign()).Refused(RecoveryLineRefusals.PaymentIsReturned);
        InForce(Evidenced(), Reversed()).When(Sign()).Refused(RecoveryLineRefusals.PaymentIsReversed);
        InForce(Blocked()).When(Sign()).Refused(RecoveryLineRefusals.PaymentIsBlocked);
        InForce().When(Sign()).Refused(RecoveryLineRefusals.PaymentUnknown);
    }

    [Fact]
    public void EVIDENCED_or_VERIFIED_to_RETURNED()
    {
        InForce(Evidenced()).When(Return()).Then(Returned());
        InForce(Evidenced(), Countersigned()).When(Return()).Then(Returned());
        Claimed(Evidenced()).When(Return()).Then(Returned());
        Failed(Evidenced()).When(Return()).Then(Returned());
        Withdrawn(Evidenced()).When(Return()).Then(Returned());
    }

    [Fact]
    public void Returned_once_and_by_a_verifier()
    {
        InForce(Evidenced(), Returned()).When(Return()).Refused(RecoveryLineRefusals.PaymentIsReturned);
        InForce(Evidenced(), Reversed()).When(Return()).Refused(RecoveryLineRefusals.PaymentIsReversed);
        InForce(Blocked()).When(Return()).Refused(RecoveryLineRefusals.PaymentIsBlocked);
        InForce(Evidenced())
            .When(Return(Reviewing(Verifier) with { Verifier = false }))
            .Refused(RecoveryLineRefusals.NotVerifier);
    }

    [Fact]
    public void RETURNED_to_EVIDENCED_resubmitted()
    {
        var again = new PaymentResubmitted(Key, P1, Details(slip: 2), Mediator);
        InForce(Evidenced(), Returned()).When(Resubmit()).Then(again);
        Claimed(Evidenced(), Returned()).When(Resubmit()).Then(again);
        Failed(Evidenced(), Returned()).When(Resubmit()).Then(again);
        Withdrawn(Evidenced(), Returned()).When(Resubmit()).Then(again);
    }

    [Fact]
    public void Only_what_is_returned_is_resubmitted_under_the_same_rules()
    {
        InForce(Evidenced()).When(Resubmit()).Refused(RecoveryLineRefusals.NotReturned);
        InForce(Evidenced(), Returned()).When(Resubmit(heldBy: P2)).Refused(RecoveryLineRefusals.ReceiptInUse);
        InForce(Evidenced(), Returned()).When(Resubmit(Details(0))).Refused(RecoveryLineRefusals.AmountNotPositive);
    }
}

public sealed class MoneyFallsAway : LineSpecs
{
    [Fact]
    public void Any_entry_to_REVERSED()
    {
        InForce(Evidenced()).When(Reverse()).Then(Reversed());
        InForce(Evidenced(), Countersigned()).When(Reverse()).Then(Reversed());
        InForce(Evidenced(), Returned()).When(Reverse()).Then(Reversed());
        Claimed(Evidenced()).When(Reverse()).Then(Reversed());
        Failed(Evidenced()).When(Reverse()).Then(Reversed());
        Withdrawn(Evidenced()).When(Reverse()).Then(Reversed());
    }

    [Fact]
    public void Reversed_twice_changes_nothing() => InForce(Evidenced(), Reversed()).When(Reverse()).ThenNothing();

    [Fact]
    public void Blocked_is_already_nothing() =>
        InForce(Blocked()).When(Reverse()).Refused(RecoveryLineRefusals.PaymentIsBlocked);

    [Fact]
    public void Given_back_on_its_own_day()
    {
        InForce(Evidenced(), Countersigned()).When(GiveBack()).Then(GivenBack());
        Claimed(Evidenced(), Countersigned()).When(GiveBack()).Then(GivenBack());
        Failed(Evidenced(), Countersigned()).When(GiveBack()).Then(GivenBack());
        Withdrawn(Evidenced(), Countersigned()).When(GiveBack()).Then(GivenBack());
    }

    [Fact]
    public void Given_back_is_no_more_than_the_worker_holds()
    {
        InForce(Evidenced()).When(GiveBack()).Refused(RecoveryLineRefusals.GivenBackOverPaid);
        InForce(Evidenced(), Countersigned())
            .When(GiveBack(12_000.01m))
            .Refused(RecoveryLineRefusals.GivenBackOverPaid);
        InForce(Evidenced(), Countersigned()).When(GiveBack(0)).Refused(RecoveryLineRefusals.AmountNotPositive);
        InForce(Evidenced(), Countersigned())
            .When(GiveBack(on: Today.AddDays(1)))
            .Refused(RecoveryLineRefusals.GivenBackInFuture);
    }

    [Fact]
    public void Given_back_twice_with_one_id_is_once()
    {
        InForce(Evidenced(), Countersigned(), GivenBack()).When(GiveBack()).ThenNothing();
        InForce(Evidenced(), Countersigned(), GivenBack())
            .When(GiveBack(200))
            .Refused(RecoveryLineRefusals.GivenBackIdUsed);
    }

    [Fact]
    public void Withdrawn_once()
    {
        Claimed().When(new Withdraw(Today)).Then(new LineWithdrawn(Today));
        InForce().When(new Withdraw(Today)).Then(new LineWithdrawn(Today));
        Failed().When(new Withdraw(Today)).Then(new LineWithdrawn(Today));
        Withdrawn().When(new Withdraw(Today)).ThenNothing();
    }

    [Fact]
    public void CLAIMED_to_FAILED_while_what_is_in_force_stands()
    {
        Claimed().When(new NoteFailure(Today)).Then(new LineFailed(Today));
        InForce().When(new NoteFailure(Today)).ThenNothing();
        Failed().When(new NoteFailure(Today)).ThenNothing();
        Withdrawn().When(new NoteFailure(Today)).ThenNothing();
    }
}

public sealed class TheDecisionTable
{
    [Fact]
    public void Of_the_recovery_line_is_whole_and_stands_in_the_readme()
    {
        var rows = DecisionTable.Collect<RecoveryLine>(typeof(TheDecisionTable).Assembly);
        DecisionTable.Gaps<RecoveryLine, IRecoveryLineCommand>(rows, typeof(RecoveryLineRefusals)).ShouldBe([]);
        DecisionTable.MustStandIn("services/Outcomes/README.md", "RecoveryLine", DecisionTable.Markdown(rows));
    }

    [Fact]
    public void Of_the_case_file_is_whole_and_stands_in_the_readme()
    {
        var rows = DecisionTable.Collect<CaseFile>(typeof(TheDecisionTable).Assembly);
        DecisionTable.Gaps<CaseFile, ICaseFileCommand>(rows, typeof(CaseFileRefusals)).ShouldBe([]);
        DecisionTable.MustStandIn("services/Outcomes/README.md", "CaseFile", DecisionTable.Markdown(rows));
    }
}
