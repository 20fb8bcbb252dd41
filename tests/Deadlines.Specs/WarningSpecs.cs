using Mediation.Deadlines.Domain;
using static Mediation.Deadlines.Specs.Facts;

namespace Mediation.Deadlines.Specs;

public sealed class WarningSpecs
{
    /// <summary>Fifteen days from 11-02: half time on 11-09, two working days before the 17th the 13th, one the 16th.</summary>
    [Fact]
    public void A_clock_warns_at_half_time_and_two_and_one_working_days_before() =>
        Dates(MedRun, At(Start)).WarnOn.ShouldBe([new(2026, 11, 9), new(2026, 11, 13), new(2026, 11, 16)]);

    /// <summary>Due on 2026-10-08, the first working day after the holiday: 09-30 is one working day before, 09-29 two.</summary>
    [Fact]
    public void Working_days_before_are_counted_across_a_holiday() =>
        Warnings
            .Schedule(RuleType.Duty, new(2026, 9, 16), new(2026, 10, 8), Calendar)
            .ShouldBe([new(2026, 9, 27), new(2026, 9, 29), new(2026, 9, 30)]);

    [Fact]
    public void A_clock_of_three_days_warns_once() =>
        Dates(Book.On("MED_ACCEPT", Start), At(Start)).WarnOn.ShouldBe([new(2026, 11, 4)]);

    /// <summary>From Monday 11-02: three working days end on the 5th, four on the 6th, with half time on the 4th.</summary>
    [Fact]
    public void A_clock_of_four_days_is_no_short_one()
    {
        Warnings.Schedule(RuleType.Duty, Start, new(2026, 11, 5), Calendar).ShouldBe([new(2026, 11, 4)]);
        Warnings
            .Schedule(RuleType.Duty, Start, new(2026, 11, 6), Calendar)
            .ShouldBe([new(2026, 11, 4), new(2026, 11, 5)]);
    }

    /// <summary>Five working days from Monday 11-02 end on 11-09: half time 11-05, which is two working days before too.</summary>
    [Fact]
    public void Two_reasons_on_one_day_warn_once() =>
        Warnings
            .Schedule(RuleType.Duty, Start, new(2026, 11, 9), Calendar)
            .ShouldBe([new(2026, 11, 5), new(2026, 11, 6)]);

    [Fact]
    public void A_period_of_one_day_has_no_day_to_warn_on() =>
        Warnings.Schedule(RuleType.Duty, Start, new(2026, 11, 3), Calendar).ShouldBeEmpty();

    /// <summary>An instalment is known long before its day; a hearing is set before the last day of its notice.</summary>
    [Fact]
    public void A_period_that_ends_no_later_than_its_trigger_warns_from_the_day_it_is_known()
    {
        var known = new DateOnly(2026, 11, 2);
        var instalment = ClockDecider.Compute(
            Book.On("AGR_PERFORM", known),
            At(new(2026, 12, 31)),
            null,
            known,
            Calendar
        );
        instalment.WarnOn.ShouldBe([new(2026, 12, 1), new(2026, 12, 29), new(2026, 12, 30)]);
        var adjourn = ClockDecider.Compute(
            Book.On("ARB_HEAR_ADJOURN", known),
            At(new(2026, 12, 1)),
            null,
            known,
            Calendar
        );
        adjourn.Due.ShouldBe(new DateOnly(2026, 11, 26));
        adjourn.WarnOn.ShouldBe([new(2026, 11, 14), new(2026, 11, 24), new(2026, 11, 25)]);
    }

    [Fact]
    public void Courts_are_watched_and_gates_only_open_and_nobody_is_warned_of_them()
    {
        Dates(Book.On("ARB_AWARD", Start), At(Start)).WarnOn.ShouldBeEmpty();
        Dates(Book.On("MED_GATE", Start), At(Start)).WarnOn.ShouldBeEmpty();
        Dates(Book.On("ARB_LIMIT", Start), At(Start)).WarnOn.Length.ShouldBe(3);
    }

    [Fact]
    public void A_person_has_one_letter_a_day_with_all_her_clocks_the_most_pressing_first()
    {
        var (anna, bao) = (Id(1), Id(2));
        Warning[] warnings =
        [
            new(anna, Id(11), 1, new(2026, 11, 20)),
            new(bao, Id(11), 1, new(2026, 11, 20)),
            new(anna, Id(12), 3, new(2026, 11, 17)),
            new(anna, Id(11), 2, new(2026, 11, 20)),
        ];
        var letters = Warnings.Fold(Start, warnings, new HashSet<Guid>());
        letters.Select(letter => (letter.Person, letter.On)).ShouldBe([(anna, Start), (bao, Start)]);
        letters[0].Warnings.ShouldBe([warnings[2], warnings[3]]);
        letters[1].Warnings.ShouldBe([warnings[1]]);
        Warnings.Fold(Start, warnings, new HashSet<Guid> { anna }).Select(letter => letter.Person).ShouldBe([bao]);
        Warnings.Fold(Start, [], new HashSet<Guid>()).ShouldBeEmpty();
    }
}
