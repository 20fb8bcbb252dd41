using static Mediation.Outcomes.Specs.Samples;

namespace Mediation.Outcomes.Specs;

/// <summary>What a line counts, day by day, with sums worked by hand.</summary>
public sealed class LedgerSpecs
{
    private static RecoveryLine.Opened Line(params IEnumerable<IRecoveryLineEvent> history) =>
        history.Aggregate(RecoveryLine.Initial, RecoveryLine.Evolve).ShouldBeAssignableTo<RecoveryLine.Opened>()!;

    private static Money On(RecoveryLine.Opened line, Column column, int year, int month, int day) =>
        Ledger.Stock(Ledger.Movements(line), column, new(year, month, day));

    [Fact]
    public void Paid_and_countersigned_counts_on_the_day_the_money_came_and_not_before_the_signature()
    {
        var waiting = Line(Opened(), Title(), Evidenced());
        On(waiting, Column.Recovered, 2026, 12, 31).ShouldBe(Money.Zero);
        On(waiting, Column.Effective, 2026, 3, 20).ShouldBe(Yuan(12_000));

        var counted = Line(Opened(), Title(), Evidenced(), Countersigned());
        On(counted, Column.Recovered, 2026, 4, 8).ShouldBe(Money.Zero);
        On(counted, Column.Recovered, 2026, 4, 9).ShouldBe(Yuan(12_000));
        On(counted, Column.Claimed, 2026, 3, 2).ShouldBe(Yuan(15_000));
    }

    [Fact]
    public void Instalments_fall_due_on_their_days_and_count_on_theirs()
    {
        var line = Line(
            Opened(),
            InThree(3_000),
            new PaymentEvidenced(Key, P1, Details(3_000, new(2026, 4, 9), instalment: 1), Mediator),
            Countersigned()
        );
        On(line, Column.Due, 2026, 4, 9).ShouldBe(Money.Zero);
        On(line, Column.Due, 2026, 4, 10).ShouldBe(Yuan(3_000));
        On(line, Column.Due, 2026, 12, 31).ShouldBe(Yuan(9_000));
        On(line, Column.Recovered, 2026, 12, 31).ShouldBe(Yuan(3_000));
        Ledger
            .Instalments(line, new(2026, 7, 11))
            .Select(i => (i.Paid, i.Open, i.Standing))
            .ShouldBe([
                (Yuan(3_000), Money.Zero, InstalmentStanding.Paid),
                (Money.Zero, Yuan(3_000), InstalmentStanding.Overdue),
                (Money.Zero, Yuan(3_000), InstalmentStanding.NotYetDue),
            ]);
    }

    [Fact]
    public void What_the_payer_did_not_designate_goes_to_the_earliest_instalment()
    {
        var line = Line(
            Opened(),
            InThree(3_000),
            new PaymentEvidenced(Key, P1, Details(3_500, instalment: 2), Mediator),
            Countersigned()
        );
        Ledger.Instalments(line, Today).Select(i => i.Paid).ShouldBe([Yuan(500), Yuan(3_000), Money.Zero]);
        Ledger.Instalments(line, Today)[0].Standing.ShouldBe(InstalmentStanding.Overdue);
        Ledger.Instalments(line, new(2026, 4, 10))[0].Standing.ShouldBe(InstalmentStanding.PartlyPaid);
    }

    [Fact]
    public void Money_before_its_title_counts_on_the_day_of_the_title()
    {
        var line = Line(Opened(), Evidenced(2_000, on: new(2026, 3, 10)), Countersigned(), Title(5_000));
        On(line, Column.Recovered, 2026, 3, 19).ShouldBe(Money.Zero);
        On(line, Column.Recovered, 2026, 3, 20).ShouldBe(Yuan(2_000));
        Ledger.Payments(Line(Opened(), Evidenced(), Countersigned()))[0].Why.ShouldBe(WhyCounted.WaitsForTitle);
    }

    [Fact]
    public void Above_the_amount_in_force_nothing_is_recovered_and_giving_the_excess_back_is_no_clawback()
    {
        var line = Line(
            Opened(),
            Title(5_000),
            new PaymentEvidenced(Key, P1, Details(5_200, confirmed: true), Mediator),
            Countersigned()
        );
        On(line, Column.Recovered, 2026, 4, 9).ShouldBe(Yuan(5_000));
        Ledger.Payments(line).ShouldBe([new(P1, Yuan(5_000), WhyCounted.CountedInPart)]);

        var back = Line(
            Opened(),
            Title(5_000),
            new PaymentEvidenced(Key, P1, Details(5_200, confirmed: true), Mediator),
            Countersigned(),
            GivenBack(200)
        );
        On(back, Column.Recovered, 2026, 12, 31).ShouldBe(Yuan(5_000));
        Ledger.Movements(back).ShouldNotContain(m => m.Column == Column.Clawback);
    }

    [Fact]
    public void Money_really_given_back_falls_on_its_own_day_and_shows_as_clawback()
    {
        var line = Line(Opened(), Title(), Evidenced(), Countersigned(), GivenBack(2_000, new(2026, 8, 1)));
        On(line, Column.Recovered, 2026, 7, 31).ShouldBe(Yuan(12_000));
        On(line, Column.Recovered, 2026, 8, 1).ShouldBe(Yuan(10_000));
        On(line, Column.Clawback, 2026, 8, 1).ShouldBe(Yuan(2_000));
    }

    [Fact]
    public void Returned_leaves_the_total_and_comes_back_resubmitted_and_countersigned_on_its_own_day()
    {
        var history = new List<IRecoveryLineEvent> { Opened(), Title(), Evidenced(), Countersigned(), Returned() };
        On(Line(history), Column.Recovered, 2026, 12, 31).ShouldBe(Money.Zero);
        history.Add(new PaymentResubmitted(Key, P1, Details(slip: 2), Mediator));
        On(Line(history), Column.Recovered, 2026, 12, 31).ShouldBe(Money.Zero);
        history.Add(Countersigned());
        On(Line(history), Column.Recovered, 2026, 4, 9).ShouldBe(Yuan(12_000));
    }

    [Fact]
    public void Reversed_is_undone_on_the_day_of_the_payment_and_the_entry_stays()
    {
        var line = Line(Opened(), Title(), Evidenced(), Countersigned(), Reversed());
        On(line, Column.Recovered, 2026, 4, 9).ShouldBe(Money.Zero);
        Ledger.Movements(line).ShouldNotContain(m => m.Column == Column.Clawback);
        line.Payments.ShouldHaveSingleItem().State.ShouldBe(PaymentState.Reversed);
    }

    [Fact]
    public void Before_acceptance_nothing_counts()
    {
        var line = Line(Opened(), Title(), Evidenced(700, on: new(2026, 1, 5)), Countersigned());
        On(line, Column.Recovered, 2026, 12, 31).ShouldBe(Money.Zero);
        Ledger.Payments(line).ShouldBe([new(P1, Money.Zero, WhyCounted.BeforeAcceptance)]);
    }

    [Fact]
    public void The_later_instrument_supersedes_and_only_the_difference_moves()
    {
        var line = Line(
            Opened(),
            Title(),
            Evidenced(),
            Countersigned(),
            Title(9_000, instrument: 23, on: new(2026, 5, 4))
        );
        On(line, Column.Agreed, 2026, 5, 4).ShouldBe(Yuan(9_000));
        Ledger.Movements(line).ShouldContain(new Movement(new(2026, 5, 4), Column.Effective, Yuan(-3_000)));
        On(line, Column.Recovered, 2026, 5, 4).ShouldBe(Yuan(9_000));
        On(line, Column.Clawback, 2026, 5, 4).ShouldBe(Yuan(3_000));
    }

    [Fact]
    public void Withdrawal_keeps_what_was_paid_and_ends_the_rest()
    {
        var line = Line(
            Opened(),
            Title(8_000),
            Evidenced(1_000),
            Countersigned(),
            new LineWithdrawn(new(2026, 4, 20)),
            new PaymentEvidenced(Key, P2, Details(500, new(2026, 4, 25), slip: 2), Mediator),
            Countersigned(P2)
        );
        On(line, Column.Effective, 2026, 4, 20).ShouldBe(Yuan(1_000));
        On(line, Column.Due, 2026, 4, 20).ShouldBe(Yuan(1_000));
        On(line, Column.Agreed, 2026, 4, 20).ShouldBe(Yuan(8_000));
        On(line, Column.Recovered, 2026, 12, 31).ShouldBe(Yuan(1_000));
        Ledger.Payments(line)[1].Why.ShouldBe(WhyCounted.AfterWithdrawal);
        Ledger.Instalments(line, Today).ShouldBeEmpty();
    }

    [Fact]
    public void Contributions_stand_in_their_own_column_and_nowhere_else()
    {
        var line = Line(
            Opened(ItemType.SocialInsuranceArrears),
            Title(3_000, toFund: true),
            new PaymentEvidenced(Key, P1, Details(3_000, payee: PayeeKind.Fund), Mediator),
            Countersigned()
        );
        Ledger.Movements(line).ShouldBe([new(PaidDay, Column.ToFund, Yuan(3_000))]);
        Ledger.Payments(line).ShouldBe([new(P1, Yuan(3_000), WhyCounted.ToFund)]);
    }

    [Fact]
    public void Wages_that_an_instrument_sends_to_a_fund_are_no_cash() =>
        Line(Opened(), Title(3_000, toFund: true)).Nature.ShouldBe(ItemNature.ToFund);

    [Fact]
    public void What_has_no_money_of_the_worker_moves_nothing()
    {
        Ledger.Movements(Line(Opened(ItemType.Reinstatement))).ShouldBeEmpty();
        Ledger.Movements(Line(Opened(ItemType.TrainingCostCounterclaim))).ShouldBeEmpty();
    }

    [Fact]
    public void Every_payment_says_why_it_counts_or_not()
    {
        var line = Line(
            Opened(),
            Title(5_000),
            Evidenced(1_000, Id(81)),
            Countersigned(Id(81)),
            Evidenced(1_000, Id(82)),
            Evidenced(1_000, Id(83)),
            Returned(Id(83)),
            Evidenced(1_000, Id(84)),
            Reversed(Id(84)),
            Blocked(),
            Evidenced(4_500, Id(85), new(2026, 4, 10)),
            Countersigned(Id(85)),
            Evidenced(100, Id(86), new(2026, 4, 11)),
            Countersigned(Id(86))
        );
        Ledger
            .Payments(line)
            .Select(c => (c.PaymentId, c.Amount, c.Why))
            .ShouldBe([
                (Id(81), Yuan(1_000), WhyCounted.Counted),
                (Id(82), Money.Zero, WhyCounted.WaitsForCountersignature),
                (Id(83), Money.Zero, WhyCounted.Returned),
                (Id(84), Money.Zero, WhyCounted.Reversed),
                (P1, Money.Zero, WhyCounted.ReceiptInUse),
                (Id(85), Yuan(4_000), WhyCounted.CountedInPart),
                (Id(86), Money.Zero, WhyCounted.NothingLeftInForce),
            ]);
        var returned = Line(Opened(), Title(5_000), Evidenced(1_000), Countersigned(), GivenBack(1_000));
        Ledger.Payments(returned).ShouldBe([new(P1, Money.Zero, WhyCounted.GivenBack)]);
    }

    [Fact]
    public void A_fen_is_a_fen()
    {
        var line = Line(Opened(), Title(0.01m), Evidenced(0.01m), Countersigned());
        On(line, Column.Recovered, 2026, 12, 31).ShouldBe(new Money(1));
        var large = Line(
            Opened(claimed: new(2_500_000_000)),
            new TitleTookEffect(Id(21), TitleKind.Agreement, Agreed, new(2_500_000_000), [], false),
            Evidenced(25_000_000),
            Countersigned()
        );
        On(large, Column.Recovered, 2026, 12, 31).Fen.ShouldBe(2_500_000_000);
    }

    [Fact]
    public void A_countersignature_tells_the_new_standing()
    {
        var line = Line(Opened(), Title(), Evidenced());
        RecoveryLineDecider
            .Decide(line, Sign())
            .ShouldBe([Countersigned(), new StandingChanged(Key, Yuan(12_000), Yuan(12_000), Money.Zero, [])]);
        RecoveryLineDecider
            .Decide(Line(Opened(), Title()), Enter())
            .ShouldBe([Evidenced(), new StandingChanged(Key, Yuan(12_000), Money.Zero, Yuan(12_000), [])]);
    }

    private static DateOnly?[] Completed(params IEnumerable<IRecoveryLineEvent> history) =>
        [.. Ledger.Completed(Line([Opened(), InThree(3_000), .. history])).Select(i => i.PaidOn)];

    private static PaymentEvidenced Pays(Guid id, decimal yuan, DateOnly on, int? instalment = null) =>
        new(Key, id, Details(yuan, on, slip: id == P1 ? 1 : 2, instalment: instalment, confirmed: true), Mediator);

    [Fact]
    public void An_instalment_is_complete_on_the_day_of_the_payment_that_filled_it()
    {
        var (first, second) = (new DateOnly(2026, 4, 3), new DateOnly(2026, 4, 9));
        Completed().ShouldBe([null, null, null]);
        Completed(Pays(P1, 1_000, first), Countersigned(P1), Pays(P2, 2_000, second)).ShouldBe([null, null, null]);
        IRecoveryLineEvent[] inTwoParts =
        [
            Pays(P1, 1_000, first),
            Countersigned(P1),
            Pays(P2, 2_000, second),
            Countersigned(P2),
        ];
        Completed(inTwoParts).ShouldBe([second, null, null]);
        // In whatever order they were entered.
        Completed(Pays(P2, 2_000, second), Countersigned(P2), Pays(P1, 1_000, first), Countersigned(P1))
            .ShouldBe([second, null, null]);
        Completed([.. inTwoParts, Reversed(P1)]).ShouldBe([null, null, null]);
        Completed([.. inTwoParts, GivenBack(100)]).ShouldBe([null, null, null]);
    }

    [Fact]
    public void What_one_instalment_does_not_need_completes_the_next()
    {
        var (first, second) = (new DateOnly(2026, 4, 3), new DateOnly(2026, 4, 9));
        Completed(Pays(P1, 6_500, first, instalment: 2), Countersigned(P1)).ShouldBe([first, first, null]);
        Completed(Pays(P1, 4_000, first), Countersigned(P1), Pays(P2, 2_000, second), Countersigned(P2))
            .ShouldBe([first, second, null]);
        Completed(Pays(P1, 9_500, first), Countersigned(P1)).ShouldBe([first, first, first]);
        Completed(Pays(P1, 9_000, first), Countersigned(P1), new LineWithdrawn(second)).ShouldBeEmpty();
    }

    [Fact]
    public void A_standing_is_told_anew_when_only_the_day_of_an_instalment_changed()
    {
        var line = Line(Opened(), InThree(3_000), Pays(P1, 3_000, new(2026, 4, 3)), Countersigned(P1));
        var told = Ledger.Standing(line);
        told.Instalments!.Select(i => (i.Number, i.PaidOn))
            .ShouldBe([(1, new DateOnly(2026, 4, 3)), (2, null), (3, null)]);
        told.ShouldBe(Ledger.Standing(line));
        told.ShouldNotBe(told with { Instalments = [.. told.Instalments!.Select(i => i with { PaidOn = null })] });
    }

    [Fact]
    public void An_event_out_of_place_is_a_damaged_log() =>
        Should.Throw<InvalidOperationException>(() => RecoveryLine.Evolve(RecoveryLine.Initial, Title()));
}
