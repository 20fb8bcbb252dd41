using FsCheck.Fluent;
using Mediation.Deadlines.Domain;
using static Mediation.Deadlines.Specs.Facts;

namespace Mediation.Deadlines.Specs;

/// <summary>Laws of counting, on every rule of the book and on every day of the announced years and the two after.</summary>
public sealed class CountingProperties
{
    private static readonly Rule[] Rules = [.. Book.On(new DateOnly(2026, 1, 1))];
    private static readonly DateOnly First = new(2023, 12, 1);

    private sealed record Try(Rule Rule, Term Term, DateOnly From, int Days, int Length, ServiceMode? Service)
    {
        public DueDate Due(DateOnly? from = null, int extended = 0, bool explain = false) =>
            Counting.Due(Term, new(from ?? From, Service, extended), Calendar, explain);
    }

    private static void ForAll(Func<Try, bool> holds) =>
        FsCheck.Check.One(
            FsCheck.Config.QuickThrowOnFailure.WithMaxTest(3000),
            Prop.ForAll(
                Gen.Choose(0, 1 << 24)
                    .ListOf(6)
                    .Select(n =>
                    {
                        var rule = Rules[n[0] % Rules.Length];
                        return new Try(
                            rule,
                            rule.Terms[n[1] % rule.Terms.Length],
                            First.AddDays(n[2] % 1800),
                            n[3] % 40,
                            1 + (n[4] % 60),
                            n[5] % 7 < 6 ? (ServiceMode)(n[5] % 7) : null
                        );
                    })
                    .ToArbitrary(),
                holds
            )
        );

    [Fact]
    public void A_later_day_zero_never_gives_an_earlier_date() =>
        ForAll(t => t.Due().Date <= t.Due(t.From.AddDays(t.Days)).Date);

    [Fact]
    public void A_later_day_zero_never_gives_an_earlier_date_where_days_stand_still() =>
        ForAll(t =>
        {
            if (t.Term.Unit is PeriodUnit.Month or PeriodUnit.Year)
                return true;
            var still = new Suspension(t.From.AddDays(3), t.From.AddDays(3 + t.Days));
            var facts = new PeriodFacts(t.From, Suspensions: [still]);
            var later = facts with { From = t.From.AddDays(t.Length) };
            return Counting.Due(t.Term, facts, Calendar).Date <= Counting.Due(t.Term, later, Calendar).Date;
        });

    [Fact]
    public void So_many_working_days_contain_exactly_so_many() =>
        ForAll(t =>
        {
            var due = Counting.Due(new Term(t.Length, PeriodUnit.WorkingDay), new(t.From), Calendar).Date;
            var back = Counting
                .Due(new Term(t.Length, PeriodUnit.WorkingDay, PeriodDirection.Backward), new(t.From), Calendar)
                .Date;
            return Working(t.From.AddDays(1), due) == t.Length
                && Working(back, t.From.AddDays(-1)) == t.Length
                && Calendar.IsWorking(due)
                && Calendar.IsWorking(back);
        });

    [Fact]
    public void An_extension_never_shortens() =>
        ForAll(t =>
            t.Term.Direction == PeriodDirection.Backward
            || t.Due(extended: t.Days).Date <= t.Due(extended: t.Days + 1).Date
        );

    [Fact]
    public void A_suspension_never_shortens() =>
        ForAll(t =>
        {
            if (t.Term.Direction == PeriodDirection.Backward)
                return true;
            var still = new Suspension(t.From.AddDays(t.Length), t.From.AddDays(t.Length + t.Days));
            return t.Due().Date <= Counting.Due(t.Term, new(t.From, t.Service, 0, [still]), Calendar).Date;
        });

    [Fact]
    public void The_last_day_is_worked_on_wherever_it_rolls() =>
        ForAll(t => t.Term.Roll == RollPolicy.None || Calendar.IsWorking(t.Due().Date));

    [Fact]
    public void Computed_again_it_is_the_same() =>
        ForAll(t =>
        {
            var (one, two) = (t.Due(explain: true), t.Due(explain: true));
            return one with { Steps = two.Steps } == two && one.Steps.SequenceEqual(two.Steps);
        });

    /// <summary>Whoever follows the sentences comes to the date: every day after day zero stands there once and in order,
    /// counted or skipped for what the calendar says of it, then rolled, and the last sentence is the date.</summary>
    [Fact]
    public void The_explanation_and_the_date_agree() =>
        ForAll(t =>
        {
            var plain = t.Due();
            var due = t.Due(explain: true);
            if (plain.Date != due.Date || plain.Provisional != due.Provisional || plain.Steps.Count != 0)
                return false;
            var steps = due.Steps.ToList();
            var zero = steps.FindLastIndex(s => s.Kind == StepKind.DayZero);
            if (steps[^1].Kind != StepKind.Due || steps[^1].Day != due.Date || steps[zero].Day != due.DayZero)
                return false;
            var step = t.Term.Direction == PeriodDirection.Forward ? 1 : -1;
            var (day, counted) = (due.DayZero, 0);
            foreach (var s in steps[(zero + 1)..^1])
            {
                if (s.Kind is StepKind.RolledWeekend or StepKind.RolledHoliday)
                {
                    if (s.Day != day || Calendar.IsWorking(day))
                        return false;
                    day = day.AddDays(t.Term.Roll == RollPolicy.Next ? 1 : -1);
                    continue;
                }
                if (s.Kind is StepKind.CorrespondingDay or StepKind.MonthEnd)
                {
                    day = s.Day;
                    continue;
                }
                day = day.AddDays(step);
                if (s.Day != day || s.Announced != (t.Term.Unit == PeriodUnit.CalendarDay || Calendar.IsAnnounced(day)))
                    return false;
                if (s.Count is { } n && n != ++counted)
                    return false;
                var kind = Calendar.KindOf(day);
                var expected = (t.Term.Unit, kind) switch
                {
                    (PeriodUnit.CalendarDay, _) or (_, DayKind.Workday) => StepKind.Counted,
                    (_, DayKind.MakeUpWorkday) => StepKind.CountedMakeUp,
                    (_, DayKind.Weekend) => StepKind.SkippedWeekend,
                    _ => StepKind.SkippedHoliday,
                };
                if (s.Kind != expected)
                    return false;
            }
            return day == due.Date && (t.Term.Unit is PeriodUnit.Month or PeriodUnit.Year || counted == t.Term.Length);
        });

    [Fact]
    public void A_date_is_provisional_exactly_when_it_rests_on_a_day_of_a_year_without_notice() =>
        ForAll(t =>
        {
            var due = t.Due(explain: true);
            var rests =
                t.Term.Unit == PeriodUnit.WorkingDay && t.Term.Length > 0 ? Days(due.DayZero, due.Date)
                : t.Term.Roll == RollPolicy.None ? []
                : Days(due.Date, due.Date)
                    .Concat(
                        due.Steps.Where(s => s.Kind is StepKind.RolledWeekend or StepKind.RolledHoliday)
                            .Select(s => s.Day)
                    );
            // Service that is itself counted on the calendar makes a date an assumption of its own.
            var service = t.Service is ServiceMode.LeftBehind or ServiceMode.OnlineFiling
                ? due.Steps.TakeWhile(s => s.Kind != StepKind.DayZero).Where(s => !s.Announced).Select(s => s.Day)
                : [];
            return due.Provisional == rests.Concat(service).Any(day => !Calendar.IsAnnounced(day))
                && due.Steps[^1].Announced != due.Provisional
                && (due.Provisional || due.Steps.All(s => s.Announced));
        });

    // From the day after the one to the other, forward or back.
    private static IEnumerable<DateOnly> Days(DateOnly zero, DateOnly last)
    {
        if (zero == last)
            yield return last;
        for (var day = zero; day != last; )
            yield return day = day.AddDays(last > zero ? 1 : -1);
    }

    private static int Working(DateOnly from, DateOnly to)
    {
        var count = 0;
        for (var day = from; day <= to; day = day.AddDays(1))
            if (Calendar.IsWorking(day))
                count++;
        return count;
    }
}
