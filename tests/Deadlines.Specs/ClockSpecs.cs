using Mediation.Deadlines.Domain;
using Mediation.Kit;
using static Mediation.Deadlines.Specs.Facts;

namespace Mediation.Deadlines.Specs;

public abstract class ClockSpecs()
    : DeciderSpecs<Clock, IClockCommand, IClockEvent>(
        Clock.Initial,
        Clock.Evolve,
        ClockDecider.Decide,
        e => (e as Refused)?.Code
    )
{
    protected static readonly ClockSuspended Stay = new(
        Id(4),
        SuspensionCause.ForceMajeure,
        Start.AddDays(2),
        null,
        Start.AddDays(2),
        null
    );

    protected Given_ Running(params IEnumerable<IClockEvent> more) => Given([Armed(), .. more]);

    protected Given_ Limited(params IEnumerable<IClockEvent> more) => Given([Armed(Limitation), .. more]);

    protected Given_ Breached(params IEnumerable<IClockEvent> more) =>
        Given([Armed(), new ClockBreached(Due, Due.AddDays(3)), .. more]);

    protected Given_ Suspended(params IEnumerable<IClockEvent> more) => Given([Armed(Limitation), Stay, .. more]);

    protected Given_ Met() => Given(Armed(), new ClockMet(Fact(9, FactKind.Done, Due)));

    protected Given_ Expected(params IEnumerable<ClockFact> held) => Given(held.Select(h => new FactHeld(ClockId, h)));

    protected Given_ ExpectedDone() => Expected(Fact(5, FactKind.Done, Due));

    protected static PeriodFacts With(params IEnumerable<Restart> restarts) =>
        At(Start) with
        {
            Restarts = [.. restarts],
        };

    protected static ClockRestarted Restarted(ClockFact fact, params IEnumerable<Restart> restarts) =>
        new(fact, Dates(Limitation, With(restarts)));
}

public sealed class AClockIsArmed : ClockSpecs
{
    [Fact]
    public void UNKNOWN_to_RUNNING_by_the_trigger() => Given().When(Arm()).Then(Armed());

    [Fact]
    public void The_same_trigger_twice_arms_once()
    {
        Running().When(Arm()).ThenNothing();
        Breached().When(Arm()).ThenNothing();
        Met().When(Arm()).ThenNothing();
        Suspended().When(Arm(Limitation)).ThenNothing();
    }

    /// <summary>A second acceptance after the case was reopened.</summary>
    [Fact]
    public void STOPPED_and_PASSED_to_RUNNING_by_another_trigger()
    {
        var again = Arm() with { Fact = Id(77), From = Due.AddDays(30), EnteredOn = Due.AddDays(30) };
        var armed = Armed() with
        {
            Fact = Id(77),
            From = again.From,
            EnteredOn = again.From,
            Computed = ClockDecider.Compute(MedRun, At(again.From), null, again.From, Calendar),
        };
        Met().When(again).Then(armed);
        Breached().When(again).Then(armed);
    }

    /// <summary>Closed in the morning and accepted anew in the afternoon.</summary>
    [Fact]
    public void A_trigger_on_the_day_of_the_end_begins_it_once_more()
    {
        var again = Arm() with { Fact = Id(77), From = Due, EnteredOn = Due };
        Met()
            .When(again)
            .Then(
                Armed() with
                {
                    Fact = Id(77),
                    From = Due,
                    EnteredOn = Due,
                    Computed = ClockDecider.Compute(MedRun, At(Due), null, Due, Calendar),
                }
            );
    }

    /// <summary>Acceptance is told by the request and by the worker's claim; the second may come after the end.</summary>
    [Fact]
    public void The_same_trigger_told_by_another_message_after_the_end_begins_nothing()
    {
        var other = Arm() with { Fact = Id(78) };
        Met().When(other).ThenNothing();
        Breached().When(other).ThenNothing();
        Met().When(other with { From = Due.AddDays(-1) }).ThenNothing();
        Breached().When(other with { From = Due }).ThenNothing();
    }

    /// <summary>What ended the former run does not end the new one; what was told early of the new one does.</summary>
    [Fact]
    public void A_new_run_keeps_what_was_told_of_it_before_it_began()
    {
        var (second, early) = (Due.AddDays(30), Fact(8, FactKind.Done, Due.AddDays(33)));
        Given(Armed(), new ClockMet(Fact(9, FactKind.Done, Due)), new FactHeld(ClockId, early))
            .When(Arm() with { Fact = Id(77), From = second, EnteredOn = second })
            .Then(
                Armed() with
                {
                    Fact = Id(77),
                    From = second,
                    EnteredOn = second,
                    Computed = ClockDecider.Compute(MedRun, At(second), null, second, Calendar),
                },
                new ClockMet(early)
            );
    }

    [Fact]
    public void A_rule_that_does_not_hold_there_or_did_not_hold_then_starts_nothing()
    {
        var chaoyang = Book.On("MED_LOCAL_CY", Start);
        Given().When(Arm(chaoyang) with { Unit = "110105021" }).Then(Armed(chaoyang) with { Unit = "110105021" });
        Given().When(Arm(chaoyang) with { Unit = "110102" }).ThenNothing();
        Given().When(Arm() with { From = new(2011, 12, 31) }).ThenNothing();
    }

    [Fact]
    public void A_unit_has_its_own_length_only_where_the_statute_leaves_it_one()
    {
        var chaoyang = Book.On("MED_LOCAL_CY", Start);
        Given()
            .When(Arm(chaoyang) with { Length = 20 })
            .Then(
                Armed(chaoyang) with
                {
                    Length = 20,
                    Computed = ClockDecider.Compute(chaoyang, At(Start), 20, Start, Calendar),
                }
            );
        Given().When(Arm() with { Length = 20 }).Then(Armed());
    }

    [Fact]
    public void EXPECTED_to_STOPPED_when_the_end_was_known_before_the_beginning()
    {
        var done = Fact(5, FactKind.Done, Start.AddDays(3));
        Expected(done).When(Arm()).Then(Armed(), new ClockMet(done));
    }

    [Fact]
    public void EXPECTED_to_PASSED_when_the_end_known_before_came_too_late()
    {
        var done = Fact(5, FactKind.Done, Due.AddDays(2), Due.AddDays(4));
        Expected(done)
            .When(Arm() with { EnteredOn = Due.AddDays(9) })
            .Then(
                Armed() with
                {
                    EnteredOn = Due.AddDays(9),
                },
                new ClockBreached(Due, Due.AddDays(9)),
                new EndConfirmed(done, Due)
            );
    }

    [Fact]
    public void EXPECTED_to_RUNNING_anew_from_a_restart_known_before()
    {
        var demanded = new DateOnly(2026, 11, 20);
        Expected(Fact(6, FactKind.Restart, demanded))
            .When(Arm(Limitation))
            .Then(Armed(Limitation, With(Restart.At(demanded))));
    }
}

public sealed class AClockIsStopped : ClockSpecs
{
    [Fact]
    public void RUNNING_to_STOPPED_in_time() =>
        Running().When(Done(Due)).Then(new ClockMet(Fact(2, FactKind.Done, Due)));

    [Fact]
    public void RUNNING_to_STOPPED_because_nothing_is_left_to_do() =>
        Running().When(Void(Start)).Then(new ClockCancelled(Fact(2, FactKind.Void, Start)));

    [Fact]
    public void RUNNING_to_PASSED_by_a_fact_that_came_too_late_before_anybody_looked()
    {
        var late = Due.AddDays(1);
        Running()
            .When(Done(late))
            .Then(new ClockBreached(Due, late), new EndConfirmed(Fact(2, FactKind.Done, late), Due));
        Running()
            .When(Void(late))
            .Then(new ClockBreached(Due, late), new EndConfirmed(Fact(2, FactKind.Void, late), Due));
    }

    /// <summary>A fact cannot have been entered before it happened; its end is not found before it either.</summary>
    [Fact]
    public void An_end_is_found_after_the_last_day_whatever_day_of_entry_is_told() =>
        Running()
            .When(Done(Due.AddDays(2), Due))
            .Then(
                new ClockBreached(Due, Due.AddDays(2)),
                new EndConfirmed(Fact(2, FactKind.Done, Due.AddDays(2), Due), Due)
            );

    /// <summary>The gap between the day of the fact and the day of its entry stays in the history.</summary>
    [Fact]
    public void PASSED_is_rebutted_by_a_fact_entered_late_that_was_in_time() =>
        Breached()
            .When(Done(Due, Due.AddDays(10)))
            .Then(new EndRebutted(Fact(2, FactKind.Done, Due, Due.AddDays(10)), Due));

    [Fact]
    public void PASSED_is_confirmed_by_a_fact_after_the_end() =>
        Breached()
            .When(Done(Due.AddDays(1), Due.AddDays(10)))
            .Then(new EndConfirmed(Fact(2, FactKind.Done, Due.AddDays(1), Due.AddDays(10)), Due));

    [Fact]
    public void PASSED_and_confirmed_is_rebutted_by_an_earlier_fact_that_was_in_time_and_by_no_later_one()
    {
        var confirmed = new EndConfirmed(Fact(8, FactKind.Done, Due.AddDays(1)), Due);
        Breached(confirmed)
            .When(Done(Due, Due.AddDays(10)))
            .Then(new EndRebutted(Fact(2, FactKind.Done, Due, Due.AddDays(10)), Due));
        Breached(confirmed)
            .When(Done(Due.AddDays(2)))
            .Then(new FactHeld(ClockId, Fact(2, FactKind.Done, Due.AddDays(2))));
        Breached(confirmed).When(Done(Due.AddDays(1), id: 8)).ThenNothing();
    }

    [Fact]
    public void SUSPENDED_to_STOPPED()
    {
        Suspended().When(Done(Start.AddDays(9))).Then(new ClockMet(Fact(2, FactKind.Done, Start.AddDays(9))));
        Suspended().When(Void(Start.AddDays(9))).Then(new ClockCancelled(Fact(2, FactKind.Void, Start.AddDays(9))));
    }

    [Fact]
    public void STOPPED_stays_stopped_and_keeps_what_is_told_of_it()
    {
        Met().When(Done(Start)).Then(new FactHeld(ClockId, Fact(2, FactKind.Done, Start)));
        Met().When(Void(Due)).Then(new FactHeld(ClockId, Fact(2, FactKind.Void, Due)));
        Met().When(Done(Due, id: 9)).ThenNothing();
    }

    [Fact]
    public void UNKNOWN_to_EXPECTED_holds_the_fact()
    {
        var held = Fact(2, FactKind.Done, Due);
        Given().When(Done(Due)).Then(new FactHeld(ClockId, held));
        Expected(held).When(Done(Due)).ThenNothing();
        Expected(held).When(Void(Due, 6)).Then(new FactHeld(ClockId, Fact(6, FactKind.Void, Due)));
    }

    /// <summary>An external duty that is late is no breach, a gate that was open is none either.</summary>
    [Fact]
    public void Only_an_own_duty_is_breached()
    {
        foreach (var (id, end) in LateEnds)
        {
            var rule = Book.On(id, Start);
            var due = Dates(rule, At(Start)).Due;
            var late = due.AddDays(2);
            Given(Armed(rule))
                .When(Done(late))
                .Then(end(due, late), new EndConfirmed(Fact(2, FactKind.Done, late), due));
        }
    }

    private static readonly (string Rule, Func<DateOnly, DateOnly, IClockEvent> End)[] LateEnds =
    [
        ("MED_RUN", (due, found) => new ClockBreached(due, found)),
        ("ARB_LIMIT", (due, found) => new ClockLapsed(due, found)),
        ("ARB_AWARD", (due, found) => new ClockOverdue(due, found)),
        ("MED_GATE", (due, found) => new GateOpened(due, found)),
    ];
}

public sealed class AClockRunsAnew : ClockSpecs
{
    private static readonly DateOnly Demanded = new(2027, 3, 1);
    private static readonly ClockFact Demand = Fact(3, FactKind.Restart, Demanded);

    /// <summary>The limitation of 2026-11-02 ends on Tuesday 2027-11-02.</summary>
    private static readonly DateOnly End = new(2027, 11, 2);

    [Fact]
    public void RUNNING_to_RUNNING_by_an_interruption()
    {
        var restarted = Restarted(Demand, Restart.At(Demanded));
        restarted.Computed.Due.ShouldBe(new DateOnly(2028, 3, 1));
        Limited().When(Anew(Demanded)).Then(restarted);
        Limited(restarted).When(Anew(Demanded)).ThenNothing();
    }

    [Fact]
    public void RUNNING_is_not_revived_after_its_end_nor_by_what_happened_before_it()
    {
        var late = Demanded.AddYears(1);
        Limited().When(Anew(late)).Then(new FactHeld(ClockId, Fact(3, FactKind.Restart, late)));
        Limited().When(Anew(Start)).Then(new FactHeld(ClockId, Fact(3, FactKind.Restart, Start)));
    }

    /// <summary>A demand of 2028-02-01 was too late by what was known; that one of 2027-03-01, told afterwards, makes it
    /// timely.</summary>
    [Fact]
    public void A_restart_held_as_too_late_counts_once_another_shows_that_it_was_not()
    {
        var second = new DateOnly(2028, 2, 1);
        Limited(new FactHeld(ClockId, Fact(6, FactKind.Restart, second)))
            .When(Anew(Demanded))
            .Then(Restarted(Demand, Restart.At(Demanded), Restart.At(second)));
        Dates(Limitation, With(Restart.At(second), Restart.At(Demanded))).Due.ShouldBe(new DateOnly(2029, 2, 1));
    }

    /// <summary>Corrected papers begin the commission's five days anew, also when the first five had gone by.</summary>
    [Fact]
    public void PASSED_to_RUNNING_under_a_rule_that_begins_anew_whenever_the_fact_happens()
    {
        var accept = Book.On("ARB_ACCEPT", Start);
        var due = Dates(accept, At(Start)).Due;
        var completed = due.AddDays(20);
        var restarted = new ClockRestarted(
            Fact(3, FactKind.Restart, completed),
            Dates(accept, With(Restart.At(completed)))
        );
        restarted.Computed.Due.ShouldBeGreaterThan(completed);
        Given(Armed(accept), new ClockOverdue(due, due.AddDays(1)))
            .When(Anew(completed))
            .Then(restarted, new ClockReopened(restarted.Computed.Due));
    }

    [Fact]
    public void PASSED_to_RUNNING_by_an_interruption_in_time_that_was_entered_late()
    {
        var restarted = Restarted(Demand, Restart.At(Demanded));
        Limited(new ClockLapsed(End, End.AddDays(1)))
            .When(Anew(Demanded))
            .Then(restarted, new ClockReopened(restarted.Computed.Due));
        Replay(Armed(Limitation), new ClockLapsed(End, End.AddDays(1)), restarted, new ClockReopened(new(2028, 3, 1)))
            .ShouldBeOfType<Clock.Running>();
    }

    /// <summary>Filed on 2027-12-01, too late by what was known; a demand of 2027-03-01 shows that it was in time.</summary>
    [Fact]
    public void PASSED_is_rebutted_when_an_interruption_makes_the_fact_that_had_confirmed_it_timely()
    {
        var filed = Fact(8, FactKind.Done, new(2027, 12, 1));
        var restarted = Restarted(Demand, Restart.At(Demanded));
        Limited(new ClockLapsed(End, filed.On), new EndConfirmed(filed, End))
            .When(Anew(Demanded))
            .Then(restarted, new EndRebutted(filed, restarted.Computed.Due));
    }

    [Fact]
    public void SUSPENDED_stays_suspended_and_counts_it_when_it_goes_on()
    {
        Suspended().When(Anew(Demanded)).Then(Restarted(Demand, Restart.At(Demanded)));
        Replay(Armed(Limitation), Stay, Restarted(Demand, Restart.At(Demanded))).ShouldBeOfType<Clock.Suspended>();
    }

    [Fact]
    public void STOPPED_stays_stopped()
    {
        Met()
            .When(Anew(Start.AddDays(3)))
            .Then(
                new ClockRestarted(
                    Fact(3, FactKind.Restart, Start.AddDays(3)),
                    Dates(MedRun, With(Restart.At(Start.AddDays(3))))
                )
            );
        var filed = new ClockMet(Fact(9, FactKind.Done, Start.AddDays(5)));
        Replay(Armed(Limitation), filed, Restarted(Demand, Restart.At(Demanded))).ShouldBeOfType<Clock.Stopped>();
    }

    [Fact]
    public void UNKNOWN_to_EXPECTED_holds_the_restart()
    {
        Given().When(Anew(Demanded)).Then(new FactHeld(ClockId, Demand));
        Expected(Demand).When(Anew(Demanded)).ThenNothing();
    }
}

/// <summary>A filing interrupts the limitation; when it is withdrawn, the limitation runs anew in full from that day.</summary>
public sealed class WhatStoppedAClockIsTakenBack : ClockSpecs
{
    private static readonly DateOnly Filed = new(2027, 1, 4);
    private static readonly DateOnly Withdrawn = new(2028, 1, 10);
    private static readonly ClockFact Filing = Fact(9, FactKind.Done, Filed);
    private static readonly ClockFact Withdrawal = Fact(7, FactKind.DoneTakenBack, Withdrawn);

    /// <summary>The withdrawal lies after the first year, but the filing had interrupted it in time.</summary>
    [Fact]
    public void STOPPED_to_RUNNING_in_full_from_the_withdrawal()
    {
        var restarted = Restarted(Withdrawal, new Restart(Filed, Withdrawn));
        restarted.Computed.Due.ShouldBe(new DateOnly(2029, 1, 10));
        Limited(new ClockMet(Filing))
            .When(TakeBack(Withdrawn))
            .Then(restarted, new ClockReopened(new DateOnly(2029, 1, 10)));
        Limited(new ClockMet(Filing), restarted, new ClockReopened(new(2029, 1, 10)))
            .When(TakeBack(Withdrawn))
            .ThenNothing();
    }

    [Fact]
    public void A_filing_withdrawn_on_its_own_day_is_taken_back() =>
        Limited(new ClockMet(Filing))
            .When(TakeBack(Filed))
            .Then(
                Restarted(Fact(7, FactKind.DoneTakenBack, Filed), Restart.At(Filed)),
                new ClockReopened(new DateOnly(2028, 1, 4))
            );

    [Fact]
    public void RUNNING_to_RUNNING_when_the_withdrawal_is_told_before_the_filing()
    {
        var early = Fact(7, FactKind.DoneTakenBack, new(2027, 6, 1));
        Limited().When(TakeBack(early.On)).Then(Restarted(early, Restart.At(early.On)));
        Limited(new FactHeld(ClockId, Withdrawal))
            .When(Done(Filed, id: 9))
            .Then(Restarted(Filing, new Restart(Filed, Withdrawn)));
    }

    [Fact]
    public void RUNNING_to_STOPPED_when_it_is_filed_once_more()
    {
        var again = Fact(2, FactKind.Done, new(2028, 5, 2));
        Limited(
                new ClockMet(Filing),
                Restarted(Withdrawal, new Restart(Filed, Withdrawn)),
                new ClockReopened(new(2029, 1, 10))
            )
            .When(Done(again.On))
            .Then(new ClockMet(again));
    }

    /// <summary>Withdrawn on 2027-02-01, so until 2028-02-01; the second filing of 2028-03-01 was too late, and its withdrawal
    /// revives nothing.</summary>
    [Fact]
    public void A_second_filing_counts_on_its_own_day()
    {
        var first = new ClockMet(Fact(41, FactKind.Done, new(2027, 1, 4)));
        var back = Restarted(
            Fact(42, FactKind.DoneTakenBack, new(2027, 2, 1)),
            new Restart(new(2027, 1, 4), new(2027, 2, 1))
        );
        back.Computed.Due.ShouldBe(new DateOnly(2028, 2, 1));
        var second = Fact(43, FactKind.Done, new(2028, 3, 1));
        Limited(
                first,
                back,
                new ClockReopened(back.Computed.Due),
                new ClockLapsed(back.Computed.Due, second.On),
                new EndConfirmed(second, back.Computed.Due)
            )
            .When(TakeBack(new(2028, 4, 3)))
            .Then(
                new FactHeld(ClockId, Fact(7, FactKind.DoneTakenBack, new(2028, 4, 3))),
                new AnswerTakenBack(back.Computed.Due)
            );
    }

    /// <summary>Of two filings withdrawn together the first had interrupted it.</summary>
    [Fact]
    public void The_first_of_two_filings_interrupts() =>
        Limited(new ClockMet(Filing), new FactHeld(ClockId, Fact(43, FactKind.Done, new(2027, 12, 1))))
            .When(TakeBack(Withdrawn))
            .Then(Restarted(Withdrawal, new Restart(Filed, Withdrawn)), new ClockReopened(new DateOnly(2029, 1, 10)));

    [Fact]
    public void PASSED_stays_passed_when_a_filing_that_was_too_late_is_withdrawn()
    {
        var end = new DateOnly(2027, 11, 2);
        var late = Fact(9, FactKind.Done, new(2027, 12, 1));
        Limited(new ClockLapsed(end, late.On), new EndConfirmed(late, end))
            .When(TakeBack(Withdrawn))
            .Then(new FactHeld(ClockId, Withdrawal), new AnswerTakenBack(end));
    }

    [Fact]
    public void SUSPENDED_stays_suspended() =>
        Suspended()
            .When(TakeBack(new(2027, 6, 1)))
            .Then(Restarted(Fact(7, FactKind.DoneTakenBack, new(2027, 6, 1)), Restart.At(new(2027, 6, 1))));

    [Fact]
    public void UNKNOWN_to_EXPECTED_holds_the_withdrawal()
    {
        Given().When(TakeBack(Withdrawn)).Then(new FactHeld(ClockId, Withdrawal));
        Expected(Withdrawal).When(TakeBack(Withdrawn)).ThenNothing();
    }
}

public sealed class AClockIsExtended : ClockSpecs
{
    private static readonly Guid Paper = Id(50);

    private static ExtendClock Extend(int by, DateOnly? on = null, string? kind = null) =>
        new(Id(20), by, kind, Paper, on ?? Start.AddDays(5), on ?? Start.AddDays(5), InForce);

    private static ClockExtended Extended(int by, DateOnly? on = null) =>
        new(
            Id(20),
            by,
            Paper,
            on ?? Start.AddDays(5),
            on ?? Start.AddDays(5),
            Dates(MedRun, At(Start) with { ExtendedBy = by })
        );

    [Fact]
    public void RUNNING_to_RUNNING_longer_with_the_consent_of_both() => Running().When(Extend(20)).Then(Extended(20));

    [Fact]
    public void The_same_extension_twice_extends_once() => Running(Extended(20)).When(Extend(20)).ThenNothing();

    [Fact]
    public void New_forms_of_employment_are_extended_by_fifteen_days_at_most_and_several_extensions_add_up()
    {
        Running().When(Extend(15, kind: "newEmploymentForm")).Then(Extended(15));
        Running().When(Extend(16, kind: "newEmploymentForm")).Refused(StatuteRefusals.ExtensionOverCap);
        Running(Extended(10))
            .When(Extend(6, kind: "newEmploymentForm") with { Fact = Id(21) })
            .Refused(StatuteRefusals.ExtensionOverCap);
    }

    [Fact]
    public void The_cap_of_the_statute_holds_for_all_extensions_together()
    {
        var award = Book.On("ARB_AWARD", Start);
        Given(Armed(award)).When(Extend(16)).Refused(StatuteRefusals.ExtensionOverCap);
        Given(Armed(award))
            .When(Extend(15))
            .Then(Extended(15) with { Computed = Dates(award, At(Start) with { ExtendedBy = 15 }) });
    }

    [Fact]
    public void PASSED_to_RUNNING_by_an_extension_agreed_in_time_and_entered_late() =>
        Breached().When(Extend(20, Due)).Then(Extended(20, Due), new ClockReopened(Extended(20).Computed.Due));

    /// <summary>Extended by one day, entered late: the new last day had gone by too when the end was found.</summary>
    [Fact]
    public void PASSED_stays_passed_when_the_later_day_had_gone_by_too() =>
        Breached().When(Extend(1, Due)).Then(Extended(1, Due));

    [Fact]
    public void PASSED_and_confirmed_is_rebutted_when_what_was_done_lies_within_the_extension()
    {
        var done = Fact(8, FactKind.Done, Due.AddDays(4));
        Breached(new EndConfirmed(done, Due))
            .When(Extend(20, Due))
            .Then(Extended(20, Due), new EndRebutted(done, Extended(20).Computed.Due));
    }

    [Fact]
    public void What_is_agreed_after_the_end_is_refused()
    {
        Running().When(Extend(5, Due.AddDays(1))).Refused(ClockRefusals.AfterItsEnd);
        Breached().When(Extend(5, Due.AddDays(1))).Refused(ClockRefusals.AfterItsEnd);
    }

    [Fact]
    public void Not_what_has_not_begun_nor_stands_still_nor_has_ended()
    {
        Given().When(Extend(5)).Refused(ClockRefusals.NotBegun);
        ExpectedDone().When(Extend(5)).Refused(ClockRefusals.NotBegun);
        Met().When(Extend(5)).Refused(ClockRefusals.Stopped);
        Suspended().When(Extend(5)).Refused(ClockRefusals.IsSuspended);
    }

    [Fact]
    public void Not_by_nothing_and_not_where_the_statute_knows_no_extension()
    {
        Running().When(Extend(0)).Refused(ClockRefusals.ExtensionNotPositive);
        Running().When(Extend(5) with { Document = null }).Refused(ClockRefusals.ExtensionWithoutDocument);
        Limited().When(Extend(5)).Refused(StatuteRefusals.NoExtension);
    }
}

public sealed class AClockIsSuspendedAndResumed : ClockSpecs
{
    private static readonly DateOnly Until = Start.AddDays(30);
    private static readonly DateOnly End = new(2027, 11, 2);

    private static SuspendClock Suspend(DateOnly? from = null, DateOnly? to = null) =>
        new(Id(4), SuspensionCause.ForceMajeure, from ?? Stay.From, to, from ?? Stay.EnteredOn, InForce);

    private static ResumeClock Resume(DateOnly? to = null) => new(Id(30), to ?? Until, Until, InForce);

    private static Computed Later => Dates(Limitation, At(Start) with { Suspensions = [new(Start.AddDays(2), Until)] });

    private static ClockResumed Resumed => new(Id(30), Until, Until, Later);

    private static ClockSuspended Whole => Stay with { To = Until, Computed = Later };

    [Fact]
    public void RUNNING_to_SUSPENDED() => Limited().When(Suspend()).Then(Stay);

    [Fact]
    public void SUSPENDED_to_RUNNING_for_the_days_it_stood_still()
    {
        // From 11-04 to 12-02 twenty-nine days; 2027-11-02 and twenty-nine more are 2027-12-01.
        Later.Due.ShouldBe(new DateOnly(2027, 12, 1));
        Suspended().When(Resume()).Then(Resumed);
    }

    [Fact]
    public void RUNNING_to_RUNNING_by_a_suspension_whose_end_is_known() =>
        Limited().When(Suspend(to: Until)).Then(Whole);

    [Fact]
    public void Twice_is_once()
    {
        Suspended().When(Suspend()).ThenNothing();
        Limited(Stay, Resumed).When(Resume()).ThenNothing();
    }

    [Fact]
    public void PASSED_to_RUNNING_by_an_obstacle_in_time_that_was_entered_late_with_its_end() =>
        Limited(new ClockLapsed(End, End.AddDays(1)))
            .When(Suspend(to: Until))
            .Then(Whole, new ClockReopened(Later.Due));

    [Fact]
    public void Not_where_the_statute_knows_none_nor_outside_the_period()
    {
        Running().When(Suspend()).Refused(StatuteRefusals.NoSuspension);
        foreach (var day in (DateOnly[])[Start, End])
            Limited().When(Suspend(day)).Then(Stay with { From = day, EnteredOn = day });
        Limited().When(Suspend(End.AddDays(1))).Refused(ClockRefusals.AfterItsEnd);
        Limited().When(Suspend(new(2028, 1, 3))).Refused(ClockRefusals.AfterItsEnd);
        Limited().When(Suspend(Start.AddDays(-1))).Refused(ClockRefusals.BeforeItsBeginning);
        Suspended().When(Resume(Start)).Refused(ClockRefusals.ResumedBeforeSuspended);
    }

    [Fact]
    public void Not_in_another_state()
    {
        Given().When(Suspend()).Refused(ClockRefusals.NotBegun);
        Given().When(Resume()).Refused(ClockRefusals.NotBegun);
        ExpectedDone().When(Suspend()).Refused(ClockRefusals.NotBegun);
        ExpectedDone().When(Resume()).Refused(ClockRefusals.NotBegun);
        Suspended().When(Suspend() with { Fact = Id(44) }).Refused(ClockRefusals.IsSuspended);
        Limited(new ClockLapsed(End, End.AddDays(1))).When(Suspend()).Refused(ClockRefusals.HasPassed);
        Running().When(Resume()).Refused(ClockRefusals.NotSuspended);
        Breached().When(Resume()).Refused(ClockRefusals.NotSuspended);
        Met().When(Suspend()).Refused(ClockRefusals.Stopped);
        Met().When(Resume()).Refused(ClockRefusals.NotSuspended);
    }
}

public sealed class AClockIsComputedAnew : ClockSpecs
{
    private static readonly DateOnly Today = Due.AddDays(3);

    /// <summary>A calendar on which the last day of the mediation is a holiday.</summary>
    private static readonly LegalCalendar Changed = Calendar.With(
        new CalendarYear(2026, "later notice", [new("临时放假", Due, Due, [])])
    );

    private static readonly Computed Later = ClockDecider.Compute(MedRun, At(Start), null, Start, Changed);

    private static readonly ClockRecomputed Moved = new(RecomputeCause.Calendar, Start, MedRun.ValidFrom, Today, Later);

    private static RecomputeClock Recompute(LegalCalendar calendar) => new(Today, new(Book, calendar));

    private static CorrectTrigger Correct(DateOnly from) => new(from, Today, InForce);

    private static ClockRecomputed Corrected(DateOnly from) =>
        new(RecomputeCause.TriggerCorrected, from, MedRun.ValidFrom, Today, Dates(MedRun, At(from)));

    [Fact]
    public void RUNNING_to_RUNNING_on_a_new_calendar()
    {
        Later.Due.ShouldBe(Due.AddDays(1));
        Running().When(Recompute(Changed)).Then(Moved);
    }

    [Fact]
    public void The_same_calendar_changes_nothing() => Running().When(Recompute(Calendar)).ThenNothing();

    [Fact]
    public void PASSED_to_RUNNING_when_the_new_date_had_not_come_yet() =>
        Given(Armed(), new ClockBreached(Due, Due.AddDays(1)))
            .When(Recompute(Changed))
            .Then(Moved, new ClockReopened(Due.AddDays(1)));

    [Fact]
    public void PASSED_stays_passed_when_the_new_date_had_gone_by_too() =>
        Breached().When(Recompute(Changed)).Then(Moved);

    [Fact]
    public void PASSED_and_confirmed_is_rebutted_when_what_was_done_lies_before_the_new_date()
    {
        var done = Fact(8, FactKind.Done, Due.AddDays(1));
        Breached(new EndConfirmed(done, Due))
            .When(Recompute(Changed))
            .Then(Moved, new EndRebutted(done, Due.AddDays(1)));
    }

    [Fact]
    public void What_does_not_run_is_not_recomputed()
    {
        Given().When(Recompute(Changed)).ThenNothing();
        ExpectedDone().When(Recompute(Changed)).ThenNothing();
        Met().When(Recompute(Changed)).ThenNothing();
        Suspended().When(Recompute(Changed)).ThenNothing();
    }

    /// <summary>A revision of the book holds for triggers from its first day on; what runs keeps its version.</summary>
    [Fact]
    public void A_new_version_of_the_book_changes_no_clock_that_runs()
    {
        var revised = Revised(new(2026, 11, 10));
        Running().When(new RecomputeClock(Today, new(revised, Calendar))).ThenNothing();
        Running().When(new RecomputeClock(Today, new(revised, Changed))).Then(Moved);
        var later = new DateOnly(2026, 11, 12);
        Given()
            .When(Arm() with { From = later, EnteredOn = later, Law = new(revised, Calendar) })
            .Then(
                Armed() with
                {
                    From = later,
                    EnteredOn = later,
                    Version = new(2026, 11, 10),
                    Computed = ClockDecider.Compute(revised.On("MED_RUN", later), At(later), null, later, Calendar),
                }
            );
    }

    /// <summary>Only when the day itself turns out to lie after the revision does another version hold.</summary>
    [Fact]
    public void A_corrected_day_beyond_a_revision_takes_its_version()
    {
        var revised = Revised(new(2026, 11, 10));
        var later = new DateOnly(2026, 11, 12);
        Running()
            .When(new CorrectTrigger(later, later, new(revised, Calendar)))
            .Then(
                new ClockRecomputed(
                    RecomputeCause.TriggerCorrected,
                    later,
                    new(2026, 11, 10),
                    later,
                    ClockDecider.Compute(revised.On("MED_RUN", later), At(later), null, Start, Calendar)
                )
            );
        Running().When(new CorrectTrigger(new(2011, 12, 31), later, InForce)).Refused(StatuteRefusals.NotYetInForce);
    }

    [Fact]
    public void The_day_of_the_trigger_is_corrected()
    {
        var earlier = Start.AddDays(-3);
        Running().When(Correct(earlier)).Then(Corrected(earlier));
        Running().When(Correct(Start)).ThenNothing();
        Breached().When(Correct(earlier)).Then(Corrected(earlier));
        Suspended()
            .When(Correct(earlier))
            .Then(
                new ClockRecomputed(
                    RecomputeCause.TriggerCorrected,
                    earlier,
                    Limitation.ValidFrom,
                    Today,
                    Dates(Limitation, At(earlier))
                )
            );
        Given().When(Correct(earlier)).Refused(ClockRefusals.NotBegun);
        ExpectedDone().When(Correct(earlier)).Refused(ClockRefusals.NotBegun);
    }

    /// <summary>By the corrected day what was done on the last day was done three days too late.</summary>
    [Fact]
    public void STOPPED_to_PASSED_when_the_corrected_day_shows_that_it_was_too_late()
    {
        var earlier = Start.AddDays(-4);
        var corrected = Corrected(earlier);
        Met()
            .When(Correct(earlier))
            .Then(
                corrected,
                new ClockBreached(corrected.Computed.Due, Today),
                new EndConfirmed(Fact(9, FactKind.Done, Due), corrected.Computed.Due)
            );
        Met().When(Correct(Start.AddDays(4))).Then(Corrected(Start.AddDays(4)));
    }

    private static StatuteBook Revised(DateOnly from) =>
        new(Book.On(Start).Append(MedRun with { ValidFrom = from, Terms = [MedRun.Terms[0] with { Length = 10 }] }));
}

public sealed class TimePasses : ClockSpecs
{
    [Fact]
    public void RUNNING_to_PASSED_on_the_day_after_the_last()
    {
        Running().When(new PassTo(Due)).Then(new ClockWarned(3, Due, Due));
        Running().When(new PassTo(Due.AddDays(1))).Then(new ClockBreached(Due, Due.AddDays(1)));
        var limit = Dates(Limitation, At(Start)).Due;
        Limited().When(new PassTo(limit.AddDays(1))).Then(new ClockLapsed(limit, limit.AddDays(1)));
        var decide = Book.On("ARB_ACCEPT", Start);
        var decideBy = Dates(decide, At(Start)).Due;
        Given(Armed(decide))
            .When(new PassTo(decideBy.AddDays(1)))
            .Then(new ClockOverdue(decideBy, decideBy.AddDays(1)));
    }

    /// <summary>Fifteen days must have gone by before the worker may turn to arbitration (劳动争议调解仲裁法 14).</summary>
    [Fact]
    public void A_gate_opens_on_the_day_after_its_last_day()
    {
        var gate = Book.On("MED_GATE", Start);
        var open = Dates(gate, At(Start)).Due;
        Given(Armed(gate)).When(new PassTo(open)).ThenNothing();
        Given(Armed(gate)).When(new PassTo(open.AddDays(1))).Then(new GateOpened(open, open.AddDays(1)));
    }

    [Fact]
    public void A_gate_of_no_length_opens_on_the_day_itself()
    {
        var urgent = Book.On("LA_URGENT", Start);
        Given(Armed(urgent)).When(new PassTo(Start)).Then(new GateOpened(Start, Start));
    }

    [Fact]
    public void One_that_slept_says_when_it_found_the_end() =>
        Running().When(new PassTo(Due.AddDays(40))).Then(new ClockBreached(Due, Due.AddDays(40)));

    [Fact]
    public void A_clock_warns_of_each_stage_once_and_of_stages_slept_over_with_the_last()
    {
        var warned = new ClockWarned(1, Due, new(2026, 11, 9));
        Running().When(new PassTo(new(2026, 11, 8))).ThenNothing();
        Running().When(new PassTo(new(2026, 11, 9))).Then(warned);
        Running(warned).When(new PassTo(new(2026, 11, 9))).ThenNothing();
        Running(warned).When(new PassTo(new(2026, 11, 12))).ThenNothing();
        Running(warned).When(new PassTo(new(2026, 11, 13))).Then(new ClockWarned(2, Due, new(2026, 11, 13)));
        Running().When(new PassTo(new(2026, 11, 14))).Then(new ClockWarned(2, Due, new(2026, 11, 14)));
    }

    [Fact]
    public void Time_does_nothing_to_what_does_not_run()
    {
        Given().When(new PassTo(Due.AddDays(1))).ThenNothing();
        ExpectedDone().When(new PassTo(Due.AddDays(1))).ThenNothing();
        Suspended().When(new PassTo(Due.AddYears(3))).ThenNothing();
        Breached().When(new PassTo(Due.AddDays(9))).ThenNothing();
        Met().When(new PassTo(Due.AddDays(9))).ThenNothing();
    }
}

/// <summary>The limitation of 2026-11-02 ends on 2027-11-02.</summary>
public sealed class AidIsUrgent : ClockSpecs
{
    private static readonly DateOnly End = new(2027, 11, 2);

    [Fact]
    public void Only_with_fewer_than_seven_days_left_to_a_right_that_runs()
    {
        var running = Replay(Armed(Limitation));
        UrgentAid.IsDue(running, End.AddDays(-7)).ShouldBeFalse();
        UrgentAid.IsDue(running, End.AddDays(-6)).ShouldBeTrue();
        UrgentAid.IsDue(running, End).ShouldBeTrue();
        UrgentAid.IsDue(running, End.AddDays(1)).ShouldBeFalse();
    }

    [Fact]
    public void Not_for_a_duty_nor_for_what_stands_still_or_has_ended()
    {
        UrgentAid.IsDue(Replay(Armed()), Due).ShouldBeFalse();
        UrgentAid.IsDue(Replay(Armed(Limitation), Stay), End).ShouldBeFalse();
        UrgentAid.IsDue(Replay(Armed(Limitation), new ClockMet(Fact(9, FactKind.Done, End))), End).ShouldBeFalse();
        UrgentAid.IsDue(Clock.Initial, End).ShouldBeFalse();
    }
}
