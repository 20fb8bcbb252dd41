using Mediation.Deadlines.Domain;
using static Mediation.Deadlines.Specs.Facts;

namespace Mediation.Deadlines.Specs;

public sealed class CountingSpecs
{
    /// <summary>Counted by hand on the State Council's calendars of 2024 to 2026.</summary>
    [Theory]
    // 09-29 Tue 1, 09-30 Wed 2, 10-01..07 National Day off, 10-08 Thu 3, 10-09 Fri 4, 10-10 Sat make-up 5.
    [InlineData(5, PeriodUnit.WorkingDay, "2026-09-28", "2026-10-10")]
    // 02-13 Fri 1, 02-14 Sat make-up 2, 02-15..23 off, 02-24 Tue 3, 02-25 4, 02-26 5.
    [InlineData(5, PeriodUnit.WorkingDay, "2026-02-12", "2026-02-26")]
    // 05-01..05 off, 05-06 Wed 1, 05-07 2, 05-08 3.
    [InlineData(3, PeriodUnit.WorkingDay, "2026-04-30", "2026-05-08")]
    // 09-28 Sun make-up 1, 09-29 2, 09-30 3, 10-01..08 off, 10-09 Thu 4, 10-10 Fri 5.
    [InlineData(5, PeriodUnit.WorkingDay, "2025-09-26", "2025-10-10")]
    // 02-14 Sat make-up 1, off to 02-23, 02-24..27 2-5, 02-28 Sat make-up 6, 03-02..05 7-10.
    [InlineData(10, PeriodUnit.WorkingDay, "2026-02-13", "2026-03-05")]
    // Raw 10-01, off until 10-07.
    [InlineData(15, PeriodUnit.CalendarDay, "2026-09-16", "2026-10-08")]
    // Raw 09-20, a Sunday on which people work.
    [InlineData(15, PeriodUnit.CalendarDay, "2026-09-05", "2026-09-20")]
    // Raw 02-28, a Saturday on which people work.
    [InlineData(15, PeriodUnit.CalendarDay, "2026-02-13", "2026-02-28")]
    // Raw 02-16, off until 02-23.
    [InlineData(15, PeriodUnit.CalendarDay, "2026-02-01", "2026-02-24")]
    // Raw 05-01, off until 05-05.
    [InlineData(15, PeriodUnit.CalendarDay, "2026-04-16", "2026-05-06")]
    // 2025 has no 02-29: the month's last day, a Friday.
    [InlineData(1, PeriodUnit.Year, "2024-02-29", "2025-02-28")]
    // Raw 2026-10-03, off until 10-07.
    [InlineData(1, PeriodUnit.Year, "2025-10-03", "2026-10-08")]
    // Raw 02-16, off until 02-23; against 02-10..13 1-4, 02-14 Sat make-up 5.
    [InlineData(7, PeriodUnit.CalendarDay, "2026-02-09", "2026-02-24")]
    [InlineData(5, PeriodUnit.WorkingDay, "2026-02-09", "2026-02-14")]
    // Raw 05-06, a Wednesday; against 04-30 1, off to 05-05, 05-06..08 2-4, 05-09 Sat make-up 5.
    [InlineData(7, PeriodUnit.CalendarDay, "2026-04-29", "2026-05-06")]
    [InlineData(5, PeriodUnit.WorkingDay, "2026-04-29", "2026-05-09")]
    public void Forward_periods_end_on_the_day_counted_by_hand(int length, PeriodUnit unit, string from, string due)
    {
        var result = Counting.Due(new Term(length, unit), new PeriodFacts(Day(from)), Calendar, explain: true);
        result.Date.ShouldBe(Day(due));
        result.Provisional.ShouldBeFalse();
        result.Steps[^1].ShouldBe(new CountingStep(StepKind.Due, Day(due), null, result.Steps[^1].Name));
    }

    [Theory]
    [InlineData(2024, 251)]
    [InlineData(2025, 248)]
    [InlineData(2026, 248)]
    public void A_year_has_the_working_days_of_its_notice(int year, int workingDays) =>
        Calendar.WorkingDaysIn(year).ShouldBe(workingDays);

    /// <summary>A hearing on 2026-10-12, a Monday: 10-10 Sat make-up 1 (10-11 is a Sunday), 10-09 2, 10-08 3, the holiday is
    /// skipped, 09-30 4, 09-29 5.</summary>
    [Fact]
    public void A_backward_period_counts_from_the_day_before_the_event() =>
        Counting
            .Due(
                new Term(5, PeriodUnit.WorkingDay, PeriodDirection.Backward),
                new PeriodFacts(new(2026, 10, 12)),
                Calendar
            )
            .Date.ShouldBe(new DateOnly(2026, 9, 29));

    /// <summary>2026-02-15 lies in the Spring Festival; 02-14 is a Saturday on which people work.</summary>
    [Fact]
    public void A_payday_in_a_holiday_moves_before_it() =>
        Counting
            .Due(
                new Term(0, PeriodUnit.CalendarDay, Roll: RollPolicy.Previous),
                new PeriodFacts(new(2026, 2, 15)),
                Calendar
            )
            .Date.ShouldBe(new DateOnly(2026, 2, 14));

    /// <summary>Left behind on 2026-09-29: 09-30 1, 10-08 2, 10-09 3 is day zero; fifteen days later is 10-24, a Saturday,
    /// so 10-26.</summary>
    [Fact]
    public void Service_by_leaving_behind_adds_three_working_days() =>
        Counting
            .Due(
                new Term(15, PeriodUnit.CalendarDay),
                new PeriodFacts(new(2026, 9, 29), ServiceMode.LeftBehind),
                Calendar
            )
            .Date.ShouldBe(new DateOnly(2026, 10, 26));

    /// <summary>Signed for, returned or arrived in the system on Friday 2026-10-09: fifteen days later is 10-24, a Saturday,
    /// so 10-26. A public notice of that day counts as served on 11-08; fifteen days later is Monday 11-23.</summary>
    [Theory]
    [InlineData(ServiceMode.SignedFor, "2026-10-09", "2026-10-26")]
    [InlineData(ServiceMode.ReturnedMail, "2026-10-09", "2026-10-26")]
    [InlineData(ServiceMode.Electronic, "2026-10-09", "2026-10-26")]
    [InlineData(ServiceMode.PublicNotice, "2026-11-08", "2026-11-23")]
    public void The_way_of_service_decides_day_zero(ServiceMode mode, string zero, string due)
    {
        var result = Counting.Due(
            new Term(15, PeriodUnit.CalendarDay),
            new PeriodFacts(new(2026, 10, 9), mode),
            Calendar,
            explain: true
        );
        result.DayZero.ShouldBe(Day(zero));
        result.Date.ShouldBe(Day(due));
        result.Steps.Any(step => step.Kind == StepKind.Served).ShouldBe(mode == ServiceMode.PublicNotice);
    }

    /// <summary>Filed on the web on Sunday 2026-11-22, dated Monday 11-23: five working days later is 11-30.</summary>
    [Fact]
    public void A_filing_on_a_rest_day_is_dated_the_next_working_day() =>
        Counting
            .Due(
                new Term(5, PeriodUnit.WorkingDay),
                new PeriodFacts(new(2026, 11, 22), ServiceMode.OnlineFiling),
                Calendar
            )
            .Date.ShouldBe(new DateOnly(2026, 11, 30));

    /// <summary>The last of ten working days from 2026-12-21 lies in 2027, whose notice is not known; the statutory New
    /// Year's Day is.</summary>
    [Fact]
    public void A_date_that_rests_on_an_unannounced_year_is_provisional()
    {
        var due = Counting.Due(
            new Term(10, PeriodUnit.WorkingDay),
            new PeriodFacts(new(2026, 12, 21)),
            Calendar,
            explain: true
        );
        due.Date.ShouldBe(new DateOnly(2027, 1, 5));
        due.Provisional.ShouldBeTrue();
        due.Steps.Where(s => s.Day.Year == 2027).ShouldAllBe(s => !s.Announced);
        due.Steps.ShouldContain(new CountingStep(StepKind.SkippedHoliday, new(2027, 1, 1), null, "元旦", false));
        var announced = Calendar.With(
            new CalendarYear(2027, "notice", [new("元旦", new(2027, 1, 1), new(2027, 1, 4), [])])
        );
        var known = Counting.Due(new Term(10, PeriodUnit.WorkingDay), new PeriodFacts(new(2026, 12, 21)), announced);
        known.ShouldBe(new DueDate(new(2027, 1, 6), new(2026, 12, 21), PeriodUnit.WorkingDay, false, known.Steps));
        announced.Version.ShouldBe(Calendar.Version + 1);
    }

    /// <summary>Counted from 2026-11-02: 3 days, four suspended, then 12 more: raw 11-21, a Saturday, so 11-23.</summary>
    [Fact]
    public void Suspended_days_do_not_count() =>
        Counting
            .Due(
                new Term(15, PeriodUnit.CalendarDay),
                new PeriodFacts(new(2026, 11, 2), Suspensions: [new(new(2026, 11, 6), new(2026, 11, 9))]),
                Calendar
            )
            .Date.ShouldBe(new DateOnly(2026, 11, 23));

    /// <summary>One year from 2025-03-10 would end on 2026-03-10; forty days of suspension follow, the last of them
    /// 2026-04-19, a Sunday, so 04-20.</summary>
    [Fact]
    public void A_suspended_year_goes_on_for_the_days_it_stood_still() =>
        Counting
            .Due(
                new Term(1, PeriodUnit.Year),
                new PeriodFacts(new(2025, 3, 10), Suspensions: [new(new(2025, 6, 1), new(2025, 7, 10))]),
                Calendar
            )
            .Date.ShouldBe(new DateOnly(2026, 4, 20));

    /// <summary>2026-03-10, a Tuesday, would be the last day and stands still: 03-11 is. When 03-12 is reached by what is
    /// appended and stands still too, it is made up for as well: 03-14, a Saturday, so 03-16.</summary>
    [Theory]
    [InlineData("2026-03-10", "2026-03-10", "2026-03-11")]
    [InlineData("2026-03-09", "2026-03-12", "2026-03-16")]
    [InlineData("2026-03-11", "2026-03-12", "2026-03-10")]
    public void The_last_day_of_a_year_may_stand_still_itself(string from, string to, string due) =>
        Counting
            .Due(
                new Term(1, PeriodUnit.Year),
                new PeriodFacts(new(2025, 3, 10), Suspensions: [new(Day(from), Day(to))]),
                Calendar
            )
            .Date.ShouldBe(Day(due));

    [Fact]
    public void A_suspension_that_goes_on_leaves_no_date() =>
        Should
            .Throw<Refused>(() =>
                Counting.Due(
                    new Term(15, PeriodUnit.CalendarDay),
                    new PeriodFacts(new(2026, 11, 2), Suspensions: [new(new(2026, 11, 6), null)]),
                    Calendar
                )
            )
            .Code.ShouldBe(PeriodRefusals.Suspended);

    /// <summary>A demand on 2026-05-20 begins the year anew; one after the end revives nothing.</summary>
    [Fact]
    public void A_restart_begins_the_period_anew_and_one_too_late_does_not()
    {
        var due = Counting.Due(
            new Term(1, PeriodUnit.Year),
            new PeriodFacts(new(2025, 8, 1), Restarts: [Restart.At(new(2027, 8, 1)), Restart.At(new(2026, 5, 20))]),
            Calendar,
            explain: true
        );
        due.Date.ShouldBe(new DateOnly(2027, 5, 20));
        due.Steps.ShouldContain(s => s.Kind == StepKind.Restarted && s.Day == new DateOnly(2026, 5, 20));
        due.Steps.ShouldContain(s => s.Kind == StepKind.RestartTooLate && s.Day == new DateOnly(2027, 8, 1));
    }

    /// <summary>The year of 2025-08-01 ends on 2026-08-03, a Monday: the day itself still interrupts, the next one not.</summary>
    [Theory]
    [InlineData("2026-08-03", "2027-08-03")]
    [InlineData("2026-08-04", "2026-08-03")]
    public void The_last_day_still_interrupts(string restart, string due) =>
        Counting
            .Due(new(1, PeriodUnit.Year), new(new(2025, 8, 1), Restarts: [Restart.At(Day(restart))]), Calendar)
            .Date.ShouldBe(Day(due));

    [Theory]
    [InlineData("2024-02-29", StepKind.MonthEnd)]
    [InlineData("2024-02-28", StepKind.CorrespondingDay)]
    public void The_explanation_says_when_a_month_has_no_such_day(string from, StepKind kind)
    {
        var due = Counting.Due(new(1, PeriodUnit.Year), new(Day(from)), Calendar, explain: true);
        due.Date.ShouldBe(new DateOnly(2025, 2, 28));
        due.Steps.Select(step => step.Kind).ShouldBe([StepKind.Trigger, StepKind.DayZero, kind, StepKind.Due]);
    }

    [Fact]
    public void A_day_outside_the_calendar_is_refused() =>
        Should
            .Throw<Refused>(() =>
                Counting.Due(new Term(3, PeriodUnit.WorkingDay), new PeriodFacts(new(2100, 12, 30)), Calendar)
            )
            .Code.ShouldBe(PeriodRefusals.OutsideCalendar);

    /// <summary>With and without the explanation, and whatever number somebody typed.</summary>
    [Theory]
    [InlineData(PeriodUnit.CalendarDay, "2026-03-02", 36_500)]
    [InlineData(PeriodUnit.CalendarDay, "2026-03-02", int.MaxValue)]
    [InlineData(PeriodUnit.WorkingDay, "2026-03-02", int.MaxValue)]
    [InlineData(PeriodUnit.Month, "2026-03-02", 36_500)]
    [InlineData(PeriodUnit.Year, "2026-03-02", int.MaxValue)]
    [InlineData(PeriodUnit.CalendarDay, "9999-12-31", 0)]
    [InlineData(PeriodUnit.CalendarDay, "0001-01-01", 0)]
    public void A_period_that_leaves_the_calendar_is_refused(PeriodUnit unit, string from, int extendedBy)
    {
        foreach (var roll in (RollPolicy[])[RollPolicy.None, RollPolicy.Next])
        foreach (var explain in (bool[])[false, true])
        foreach (var service in (ServiceMode?[])[null, ServiceMode.PublicNotice, ServiceMode.LeftBehind])
            Should
                .Throw<Refused>(() =>
                    Counting.Due(new(3, unit, Roll: roll), new(Day(from), service, extendedBy), Calendar, explain)
                )
                .Code.ShouldBe(PeriodRefusals.OutsideCalendar);
    }

    [Theory]
    [InlineData(PeriodUnit.CalendarDay)]
    [InlineData(PeriodUnit.WorkingDay)]
    [InlineData(PeriodUnit.Year)]
    public void A_suspension_to_the_end_of_time_leaves_the_calendar(PeriodUnit unit) =>
        Should
            .Throw<Refused>(() =>
                Counting.Due(
                    new(1, unit),
                    new(new(2026, 3, 2), Suspensions: [new(new(2026, 3, 3), DateOnly.MaxValue)]),
                    Calendar
                )
            )
            .Code.ShouldBe(PeriodRefusals.OutsideCalendar);
}
