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
    /// <summary>Fifteen days of mediation from Monday 2026-11-02: until Tuesday 2026-11-17.</summary>
    protected Given_ Running(params IEnumerable<IClockEvent> more) => Given([Armed(), .. more]);

    protected Given_ Breached(params IEnumerable<IClockEvent> more) =>
        Given([Armed(), new ClockBreached(Due, Due.AddDays(3)), .. more]);

    protected Given_ Suspended() => Given(Armed(Limitation), Stay);

    protected Given_ Met() => Given(Armed(), new ClockMet(Id(9), Due, Due));

    protected Given_ Expected(params IEnumerable<HeldFact> held) =>
        Given(held.Select(h => new FactHeld(ClockId, h)));
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

    [Fact]
    public void STOPPED_to_RUNNING_by_another_trigger() =>
        Met().When(Arm() with { Fact = Id(77) }).Then(Armed() with { Fact = Id(77) });

    [Fact]
    public void EXPECTED_to_STOPPED_when_the_end_was_known_before_the_beginning() =>
        Expected(new HeldFact(Id(5), HeldKind.Done, Start.AddDays(3), Start.AddDays(3)))
            .When(Arm())
            .Then(Armed(), new ClockMet(Id(5), Start.AddDays(3), Start.AddDays(3)));

    [Fact]
    public void EXPECTED_to_PASSED_when_the_end_known_before_came_too_late() =>
        Expected(new HeldFact(Id(5), HeldKind.Done, Due.AddDays(2), Due.AddDays(4)))
            .When(Arm())
            .Then(
                Armed(),
                new ClockBreached(Due, Due.AddDays(4)),
                new EndConfirmed(Id(5), Due.AddDays(2), Due.AddDays(4))
            );

    [Fact]
    public void EXPECTED_to_RUNNING_anew_from_a_restart_known_before()
    {
        var demanded = new DateOnly(2026, 11, 20);
        Expected(new HeldFact(Id(6), HeldKind.Restart, demanded, demanded))
            .When(Arm(Limitation))
            .Then(
                Armed(Limitation),
                new ClockRestarted(Id(6), demanded, demanded, Dates(Limitation, At(Start) with { Restarts = [demanded] }))
            );
    }
}

public sealed class AClockIsStopped : ClockSpecs
{
    [Fact]
    public void RUNNING_to_STOPPED_in_time() =>
        Running().When(Done(Due)).Then(new ClockMet(Id(2), Due, Due));

    [Fact]
    public void RUNNING_to_STOPPED_because_nothing_is_left_to_do() =>
        Running()
            .When(new StopClock(ClockId, Id(2), StopCause.Void, Start, Start))
            .Then(new ClockCancelled(Id(2), Start, Start));

    [Fact]
    public void RUNNING_to_PASSED_by_a_fact_that_came_too_late_before_anybody_looked() =>
        Running()
            .When(Done(Due.AddDays(1)))
            .Then(
                new ClockBreached(Due, Due.AddDays(1)),
                new EndConfirmed(Id(2), Due.AddDays(1), Due.AddDays(1))
            );

    /// <summary>The gap between the day of the fact and the day of its entry stays in the history.</summary>
    [Fact]
    public void PASSED_is_rebutted_by_a_fact_entered_late_that_was_in_time() =>
        Breached()
            .When(new StopClock(ClockId, Id(2), StopCause.Done, Due, Due.AddDays(10)))
            .Then(new EndRebutted(Id(2), Due, Due.AddDays(10)));

    [Fact]
    public void PASSED_is_confirmed_by_a_fact_after_the_end() =>
        Breached()
            .When(new StopClock(ClockId, Id(2), StopCause.Done, Due.AddDays(1), Due.AddDays(10)))
            .Then(new EndConfirmed(Id(2), Due.AddDays(1), Due.AddDays(10)));

    [Fact]
    public void PASSED_is_answered_once() =>
        Breached(new EndConfirmed(Id(2), Due.AddDays(1), Due.AddDays(10))).When(Done(Due)).ThenNothing();

    [Fact]
    public void PASSED_is_not_undone_by_what_became_void_afterwards() =>
        Breached()
            .When(new StopClock(ClockId, Id(2), StopCause.Void, Due.AddDays(1), Due.AddDays(1)))
            .ThenNothing();

    [Fact]
    public void SUSPENDED_to_STOPPED() =>
        Suspended().When(Done(Start.AddDays(9))).Then(new ClockMet(Id(2), Start.AddDays(9), Start.AddDays(9)));

    [Fact]
    public void STOPPED_stays_stopped() => Met().When(Done(Start)).ThenNothing();

    [Fact]
    public void UNKNOWN_to_EXPECTED_holds_the_fact()
    {
        var held = new HeldFact(Id(2), HeldKind.Done, Due, Due);
        Given().When(Done(Due)).Then(new FactHeld(ClockId, held));
        Expected(held).When(Done(Due)).ThenNothing();
    }
}

public sealed class AClockRunsAnew : ClockSpecs
{
    private static readonly DateOnly Demanded = new(2027, 3, 1);

    private static RestartClock Restart(Rule rule, DateOnly on) =>
        new(ClockId, rule, Id(3), on, on, Calendar);

    private static ClockRestarted Restarted(Rule rule, DateOnly on) =>
        new(Id(3), on, on, Dates(rule, At(Start) with { Restarts = [on] }));

    [Fact]
    public void RUNNING_to_RUNNING_by_an_interruption() =>
        Given(Armed(Limitation)).When(Restart(Limitation, Demanded)).Then(Restarted(Limitation, Demanded));

    [Fact]
    public void RUNNING_is_not_revived_after_its_end() =>
        Given(Armed(Limitation)).When(Restart(Limitation, Demanded.AddYears(1))).ThenNothing();

    [Fact]
    public void RUNNING_is_not_restarted_by_what_happened_before_it() =>
        Given(Armed(Limitation)).When(Restart(Limitation, Start)).ThenNothing();

    [Fact]
    public void STOPPED_to_RUNNING_when_what_interrupted_it_is_withdrawn() =>
        Given(Armed(Limitation), new ClockMet(Id(9), Start.AddDays(5), Start.AddDays(5)))
            .When(Restart(Limitation, Demanded))
            .Then(Restarted(Limitation, Demanded));

    [Fact]
    public void STOPPED_stays_stopped_under_a_rule_that_merely_begins_anew() =>
        Met().When(Restart(MedRun, Due)).ThenNothing();

    [Fact]
    public void SUSPENDED_is_not_restarted() => Suspended().When(Restart(Limitation, Demanded)).ThenNothing();

    [Fact]
    public void PASSED_to_RUNNING_by_an_interruption_in_time_that_was_entered_late() =>
        Given(Armed(Limitation), new ClockLapsed(new(2027, 11, 2), new(2027, 11, 3)))
            .When(Restart(Limitation, Demanded))
            .Then(new EndRebutted(Id(3), Demanded, Demanded), Restarted(Limitation, Demanded));

    [Fact]
    public void UNKNOWN_to_EXPECTED_holds_the_restart()
    {
        var held = new HeldFact(Id(3), HeldKind.Restart, Demanded, Demanded);
        Given().When(Restart(Limitation, Demanded)).Then(new FactHeld(ClockId, held));
        Expected(held).When(Restart(Limitation, Demanded)).ThenNothing();
    }
}

public sealed class AClockIsExtended : ClockSpecs
{
    private static readonly Guid Paper = Id(50);

    private static ExtendClock Extend(int by, DateOnly? on = null, string? kind = null, Rule? rule = null) =>
        new(rule ?? MedRun, Id(20), by, kind, Paper, on ?? Start.AddDays(5), Calendar);

    private static ClockExtended Extended(int by, DateOnly? on = null) =>
        new(Id(20), by, Paper, on ?? Start.AddDays(5), Dates(MedRun, At(Start) with { ExtendedBy = by }));

    [Fact]
    public void RUNNING_to_RUNNING_longer_with_the_consent_of_both() =>
        Running().When(Extend(20)).Then(Extended(20));

    [Fact]
    public void The_same_extension_twice_extends_once() => Running(Extended(20)).When(Extend(20)).ThenNothing();

    [Fact]
    public void New_forms_of_employment_are_extended_by_fifteen_days_at_most()
    {
        Running().When(Extend(15, kind: "newEmploymentForm")).Then(Extended(15));
        Running().When(Extend(16, kind: "newEmploymentForm")).Refused(StatuteRefusals.ExtensionOverCap);
    }

    [Fact]
    public void PASSED_to_RUNNING_by_an_extension_agreed_in_time_and_entered_late() =>
        Breached().When(Extend(20, Due)).Then(new EndRebutted(Id(20), Due, Due), Extended(20, Due));

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
        Expected(new HeldFact(Id(5), HeldKind.Done, Due, Due)).When(Extend(5)).Refused(ClockRefusals.NotBegun);
        Met().When(Extend(5)).Refused(ClockRefusals.Stopped);
        Suspended().When(Extend(5, rule: Limitation)).Refused(ClockRefusals.IsSuspended);
    }

    [Fact]
    public void Not_by_nothing_and_not_where_the_statute_knows_no_extension()
    {
        Running().When(Extend(0)).Refused(ClockRefusals.ExtensionNotPositive);
        Given(Armed(Limitation)).When(Extend(5, rule: Limitation)).Refused(StatuteRefusals.NoExtension);
    }
}

public sealed class AClockIsSuspendedAndResumed : ClockSpecs
{
    private static readonly DateOnly Until = Start.AddDays(30);

    private static SuspendClock Suspend(DateOnly? from = null, Rule? rule = null) =>
        new(
            rule ?? Limitation,
            Id(4),
            SuspensionCause.ForceMajeure,
            from ?? Stay.From,
            from ?? Stay.EnteredOn
        );

    private static ResumeClock Resume(DateOnly? to = null) => new(Limitation, Id(30), to ?? Until, Until, Calendar);

    private static ClockResumed Resumed() =>
        new(Id(30), Until, Until, Dates(Limitation, At(Start) with { Suspensions = [new(Stay.From, Until)] }));

    [Fact]
    public void RUNNING_to_SUSPENDED() => Given(Armed(Limitation)).When(Suspend()).Then(Stay);

    [Fact]
    public void SUSPENDED_to_RUNNING_for_the_days_it_stood_still() => Suspended().When(Resume()).Then(Resumed());

    [Fact]
    public void Twice_is_once()
    {
        Suspended().When(Suspend()).ThenNothing();
        Given(Armed(Limitation), Stay, Resumed()).When(Resume()).ThenNothing();
    }

    [Fact]
    public void PASSED_to_SUSPENDED_by_an_obstacle_in_time_that_was_entered_late()
    {
        var lapsed = new ClockLapsed(new(2027, 11, 2), new(2027, 11, 3));
        Given(Armed(Limitation), lapsed)
            .When(Suspend())
            .Then(new EndRebutted(Id(4), Stay.From, Stay.EnteredOn), Stay);
    }

    [Fact]
    public void Not_where_the_statute_knows_none_nor_outside_the_period()
    {
        Running().When(Suspend(rule: MedRun)).Refused(StatuteRefusals.NoSuspension);
        Given(Armed(Limitation)).When(Suspend(new(2028, 1, 3))).Refused(ClockRefusals.AfterItsEnd);
        Given(Armed(Limitation)).When(Suspend(Start.AddDays(-1))).Refused(ClockRefusals.BeforeItsBeginning);
        Suspended().When(Resume(Start)).Refused(ClockRefusals.ResumedBeforeSuspended);
    }

    [Fact]
    public void Not_in_another_state()
    {
        Given().When(Suspend()).Refused(ClockRefusals.NotBegun);
        Given().When(Resume()).Refused(ClockRefusals.NotBegun);
        Expected(new HeldFact(Id(5), HeldKind.Done, Due, Due)).When(Suspend()).Refused(ClockRefusals.NotBegun);
        Expected(new HeldFact(Id(5), HeldKind.Done, Due, Due)).When(Resume()).Refused(ClockRefusals.NotBegun);
        Suspended().When(Suspend() with { Fact = Id(44) }).Refused(ClockRefusals.IsSuspended);
        Running().When(Resume()).Refused(ClockRefusals.NotSuspended);
        Breached().When(Resume()).Refused(ClockRefusals.NotSuspended);
        Met().When(Suspend()).Refused(ClockRefusals.Stopped);
        Met().When(Resume()).Refused(ClockRefusals.NotSuspended);
    }
}

public sealed class AClockIsComputedAnew : ClockSpecs
{
    /// <summary>A calendar on which the last day of the mediation is a holiday.</summary>
    private static readonly LegalCalendar Changed = Calendar.With(
        new CalendarYear(2026, "later notice", [new("临时放假", Due, Due, [])])
    );

    private static readonly Computed Later = ClockDecider.Compute(MedRun, At(Start), null, Changed);

    private static CorrectTrigger Correct(DateOnly from) => new(MedRun, from, Calendar);

    private static RecomputeClock Recompute(LegalCalendar calendar, Rule? rule = null) =>
        new(rule ?? MedRun, calendar);

    [Fact]
    public void RUNNING_to_RUNNING_on_a_new_calendar()
    {
        Later.Due.ShouldBe(Due.AddDays(1));
        Running()
            .When(Recompute(Changed))
            .Then(new ClockRecomputed(RecomputeCause.Calendar, Start, Later));
    }

    [Fact]
    public void The_same_calendar_changes_nothing() => Running().When(Recompute(Calendar)).ThenNothing();

    [Fact]
    public void PASSED_to_RUNNING_when_the_new_date_had_not_come_yet() =>
        Replay(
                Armed(),
                new ClockBreached(Due, Due.AddDays(1)),
                new ClockRecomputed(RecomputeCause.Calendar, Start, Later)
            )
            .ShouldBeOfType<Clock.Running>();

    [Fact]
    public void PASSED_stays_passed_when_the_new_date_had_gone_by_too()
    {
        Breached().When(Recompute(Changed)).Then(new ClockRecomputed(RecomputeCause.Calendar, Start, Later));
        Replay(
                Armed(),
                new ClockBreached(Due, Due.AddDays(3)),
                new ClockRecomputed(RecomputeCause.Calendar, Start, Later)
            )
            .ShouldBeOfType<Clock.Passed>();
    }

    [Fact]
    public void What_does_not_run_is_not_recomputed()
    {
        Given().When(Recompute(Changed)).ThenNothing();
        Expected(new HeldFact(Id(5), HeldKind.Done, Due, Due)).When(Recompute(Changed)).ThenNothing();
        Met().When(Recompute(Changed)).ThenNothing();
        Suspended().When(Recompute(Changed, Limitation)).ThenNothing();
    }

    [Fact]
    public void The_day_of_the_trigger_is_corrected()
    {
        var earlier = Start.AddDays(-3);
        var corrected = new ClockRecomputed(RecomputeCause.TriggerCorrected, earlier, Dates(MedRun, At(earlier)));
        Running().When(Correct(earlier)).Then(corrected);
        Breached().When(Correct(earlier)).Then(corrected);
        Running().When(Correct(Start)).ThenNothing();
        Met().When(Correct(earlier)).ThenNothing();
        Suspended().When(Correct(earlier)).ThenNothing();
        Given().When(Correct(earlier)).Refused(ClockRefusals.NotBegun);
        Expected(new HeldFact(Id(5), HeldKind.Done, Due, Due)).When(Correct(earlier)).Refused(ClockRefusals.NotBegun);
    }
}

public sealed class TimePasses : ClockSpecs
{
    [Fact]
    public void RUNNING_to_PASSED_on_the_day_after_the_last()
    {
        Running().When(new PassTo(Due.AddDays(1))).Then(new ClockBreached(Due, Due.AddDays(1)));
        var limit = Dates(Limitation, At(Start)).Due;
        Given(Armed(Limitation))
            .When(new PassTo(limit.AddDays(1)))
            .Then(new ClockLapsed(limit, limit.AddDays(1)));
        var decide = StatuteBook.Standard.On("ARB_ACCEPT", Start);
        var decideBy = Dates(decide, At(Start)).Due;
        Given(Armed(decide))
            .When(new PassTo(decideBy.AddDays(1)))
            .Then(new ClockOverdue(decideBy, decideBy.AddDays(1)));
        var gate = StatuteBook.Standard.On("MED_GATE", Start);
        var open = Dates(gate, At(Start)).Due;
        Given(Armed(gate)).When(new PassTo(open.AddDays(1))).Then(new GateOpened(open, open.AddDays(1)));
    }

    [Fact]
    public void One_that_slept_says_when_it_found_the_end() =>
        Running().When(new PassTo(Due.AddDays(40))).Then(new ClockBreached(Due, Due.AddDays(40)));

    /// <summary>Fifteen days from 11-02: half time on 11-09, two working days before the 17th the 13th, one the 16th.</summary>
    [Fact]
    public void Warnings_come_at_half_time_and_two_and_one_working_days_before()
    {
        Dates(MedRun, At(Start)).WarnOn.ShouldBe([new(2026, 11, 9), new(2026, 11, 13), new(2026, 11, 16)]);
        Running().When(new PassTo(new(2026, 11, 8))).ThenNothing();
        Running().When(new PassTo(new(2026, 11, 9))).Then(new ClockWarned(1, Due, new(2026, 11, 9)));
        Running(new ClockWarned(1, Due, new(2026, 11, 9))).When(new PassTo(new(2026, 11, 10))).ThenNothing();
        Running().When(new PassTo(Due)).Then(new ClockWarned(3, Due, Due));
    }

    [Fact]
    public void A_period_of_three_days_warns_once() =>
        Dates(StatuteBook.Standard.On("MED_ACCEPT", Start), At(Start)).WarnOn.ShouldBe([new(2026, 11, 4)]);

    [Fact]
    public void A_court_is_watched_and_nobody_is_warned_of_it() =>
        Dates(StatuteBook.Standard.On("ARB_AWARD", Start), At(Start)).WarnOn.ShouldBeEmpty();

    [Fact]
    public void Time_does_nothing_to_what_does_not_run()
    {
        Given().When(new PassTo(Due.AddDays(1))).ThenNothing();
        Expected(new HeldFact(Id(5), HeldKind.Done, Due, Due)).When(new PassTo(Due.AddDays(1))).ThenNothing();
        Suspended().When(new PassTo(Due.AddYears(3))).ThenNothing();
        Breached().When(new PassTo(Due.AddDays(9))).ThenNothing();
        Met().When(new PassTo(Due.AddDays(9))).ThenNothing();
    }
}
