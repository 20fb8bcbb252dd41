using Mediation.Deadlines.Domain;
using static Mediation.Deadlines.Specs.Facts;

namespace Mediation.Deadlines.Specs;

/// <summary>Every rule against dates worked out by hand; the counting stands beside them in <c>worked-dates.txt</c>.</summary>
public sealed class WorkedDateSpecs
{
    private sealed record Worked(string Rule, DateOnly From, DateOnly Due, string Words);

    private static readonly Worked[] All =
    [
        .. from line in Read()
        where line.Length > 0 && line[0] != '#'
        let part = line.Split('|', 4, StringSplitOptions.TrimEntries)
        select new Worked(part[0], Day(part[1]), Day(part[2]), part[3]),
    ];

    public static TheoryData<string, DateOnly, DateOnly> Dates
    {
        get
        {
            var data = new TheoryData<string, DateOnly, DateOnly>();
            foreach (var worked in All)
                data.Add(worked.Rule, worked.From, worked.Due);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Dates))]
    public void The_rule_gives_the_date_worked_out_by_hand(string rule, DateOnly from, DateOnly due) =>
        StatuteBook.Due(Book.On(rule, from), new(from), Calendar).Date.ShouldBe(due);

    [Fact]
    public void Every_rule_has_two_dates_and_one_of_them_lies_across_a_holiday_with_worked_weekends()
    {
        var rules = Book.On(new DateOnly(2026, 1, 1)).Select(rule => rule.Id).ToList();
        rules.Count.ShouldBe(80);
        All.Select(worked => worked.Rule).Except(rules).ShouldBeEmpty();
        rules.Where(rule => All.Count(w => w.Rule == rule) < 2).ShouldBeEmpty();
        rules.Where(rule => !All.Any(w => w.Rule == rule && AcrossHoliday(w))).ShouldBeEmpty();
        // What lies across none is told apart from what does.
        All.Count(AcrossHoliday).ShouldBeInRange(rules.Count, All.Length - 50);
    }

    [Fact]
    public void The_counting_beside_each_date_comes_to_it() =>
        All.Where(worked => !worked.Words.Contains($"{worked.Due:MM-dd}", StringComparison.Ordinal)).ShouldBeEmpty();

    private static bool AcrossHoliday(Worked worked)
    {
        var (from, to) = worked.From < worked.Due ? (worked.From, worked.Due) : (worked.Due, worked.From);
        return Calendar
            .Years.SelectMany(year => year.Holidays)
            .Any(holiday => !holiday.MakeUpWorkdays.IsEmpty && holiday.From <= to && holiday.To >= from);
    }

    private static string[] Read()
    {
        using var stream = typeof(WorkedDateSpecs).Assembly.GetManifestResourceStream("worked-dates.txt")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.TrimEntries);
    }
}
