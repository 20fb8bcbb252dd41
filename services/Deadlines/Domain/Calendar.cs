using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Mediation.Deadlines.Domain;

/// <summary>What a day is for the counting of periods (法定休假日 and 调休, facts section 2).</summary>
public enum DayKind
{
    /// <summary>Monday to Friday and no day off.</summary>
    Workday,

    /// <summary>A Saturday or Sunday on which people work in exchange for a day off (调休上班): it counts as a working
    /// day and stops a roll.</summary>
    MakeUpWorkday,

    /// <summary>A Saturday or Sunday that no notice touches.</summary>
    Weekend,

    /// <summary>A day off of the State Council's yearly notice, statutory or in lieu.</summary>
    Holiday,
}

/// <summary>A day of a calendar with all that a page says about it.</summary>
/// <param name="Name">Name of the holiday; null where no holiday touches the day.</param>
/// <param name="Announced">The notice of the day's year is known. In any other year the kind is an assumption, and a
/// date that rests on it is 暂定.</param>
public readonly record struct CalendarDay(DateOnly Date, DayKind Kind, string? Name, bool Announced)
{
    public bool IsWorking => Kind is DayKind.Workday or DayKind.MakeUpWorkday;
}

/// <summary>Days off in a row, and the weekend days worked for them.</summary>
/// <param name="Name">Chinese name as in the notice (春节); statute names stay Chinese on every page.</param>
public sealed record Holiday(string Name, DateOnly From, DateOnly To, ImmutableArray<DateOnly> MakeUpWorkdays);

/// <summary>One year of the calendar.</summary>
/// <param name="Source">Number or address of the State Council's notice; null as long as none is known. The holidays
/// are then the days that the regulation itself fixes (全国年节及纪念日放假办法 2024, article 2).</param>
public sealed record CalendarYear(int Year, string? Source, ImmutableArray<Holiday> Holidays)
{
    [JsonIgnore]
    public bool Announced => Source is not null;

    public bool SameAs(CalendarYear other) =>
        Year == other.Year
        && Source == other.Source
        && Holidays.Length == other.Holidays.Length
        && Holidays
            .Zip(other.Holidays)
            .All(h =>
                h.First with { MakeUpWorkdays = [] } == h.Second with { MakeUpWorkdays = [] }
                && h.First.MakeUpWorkdays.SequenceEqual(h.Second.MakeUpWorkdays)
            );

    /// <summary>What makes this year unusable, as codes with the day they speak of; empty when nothing does.</summary>
    public IEnumerable<CalendarFault> Faults()
    {
        var seen = new HashSet<DateOnly>();
        foreach (var holiday in Holidays)
        {
            if (holiday.To < holiday.From)
                yield return new(CalendarFault.EndsBeforeItBegins, holiday.From);
            for (var day = holiday.From; day <= holiday.To; day = day.AddDays(1))
            {
                if (day.Year != Year)
                    yield return new(CalendarFault.OtherYear, day);
                if (!seen.Add(day))
                    yield return new(CalendarFault.Twice, day);
            }
            foreach (var day in holiday.MakeUpWorkdays)
            {
                if (day.Year != Year)
                    yield return new(CalendarFault.OtherYear, day);
                if (day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday))
                    yield return new(CalendarFault.MakeUpOnWeekday, day);
                if (!seen.Add(day))
                    yield return new(CalendarFault.Twice, day);
            }
        }
    }
}

/// <summary>Something wrong with a year that somebody typed or imported.</summary>
public sealed record CalendarFault(string Code, DateOnly Day)
{
    public const string EndsBeforeItBegins = "calendar_ends_before_it_begins";
    public const string OtherYear = "calendar_other_year";
    public const string Twice = "calendar_day_twice";
    public const string MakeUpOnWeekday = "calendar_make_up_on_weekday";
}

/// <summary>The calendar that periods are counted on, at one version. Immutable: a new notice makes a new calendar, and
/// what was computed on the old one keeps its version.</summary>
public sealed class LegalCalendar
{
    private const int First = 1990;
    private const int Last = 2100;
    private static readonly int Origin = new DateOnly(First, 1, 1).DayNumber;

    private readonly DayKind[] kinds;
    private readonly string?[] names;

    // Working days before each day, so that their number between two days is a difference.
    private readonly int[] workedBefore;
    private readonly bool[] announced = new bool[Last - First + 1];
    private readonly ImmutableSortedDictionary<int, CalendarYear> years;

    /// <param name="version">Grows with every change of a year.</param>
    public LegalCalendar(int version, IEnumerable<CalendarYear> years)
    {
        Version = version;
        this.years = years.ToImmutableSortedDictionary(y => y.Year, y => y);
        kinds = new DayKind[new DateOnly(Last, 12, 31).DayNumber - Origin + 1];
        names = new string?[kinds.Length];
        for (var i = 0; i < kinds.Length; i++)
            kinds[i] = ByWeek(DateOnly.FromDayNumber(Origin + i));
        foreach (var year in this.years.Values)
        {
            if (year.Year is < First or > Last)
                throw new ArgumentOutOfRangeException(nameof(years), year.Year, "Outside the calendar.");
            announced[year.Year - First] = year.Announced;
            foreach (var holiday in year.Holidays)
            {
                for (var day = holiday.From; day <= holiday.To; day = day.AddDays(1))
                    Mark(day, DayKind.Holiday, holiday.Name);
                foreach (var day in holiday.MakeUpWorkdays)
                    Mark(day, DayKind.MakeUpWorkday, holiday.Name);
            }
        }
        workedBefore = new int[kinds.Length + 1];
        for (var i = 0; i < kinds.Length; i++)
            workedBefore[i + 1] = workedBefore[i] + (Works(kinds[i]) ? 1 : 0);
    }

    /// <summary>Grows with every change of a year.</summary>
    public int Version { get; }

    public IEnumerable<CalendarYear> Years => years.Values;

    /// <summary>The first and the last day this calendar can say anything about.</summary>
    public static (DateOnly From, DateOnly To) Range => (new(First, 1, 1), new(Last, 12, 31));

    public DayKind KindOf(DateOnly day) => kinds[Index(day)];

    public bool IsWorking(DateOnly day) => Works(KindOf(day));

    /// <summary>The notice of the day's year is known.</summary>
    public bool IsAnnounced(DateOnly day) => announced[Year(day) - First];

    public CalendarDay Day(DateOnly day)
    {
        var index = Index(day);
        return new(day, kinds[index], names[index], announced[day.Year - First]);
    }

    public int WorkingDaysIn(int year) =>
        WorkingDaysBetween(new DateOnly(year, 1, 1), new DateOnly(year, 12, 31))
        + (IsWorking(new DateOnly(year, 1, 1)) ? 1 : 0);

    /// <summary>Working days from the day after <paramref name="after"/> up to <paramref name="to"/>; negative when
    /// <paramref name="to"/> lies before.</summary>
    public int WorkingDaysBetween(DateOnly after, DateOnly to) =>
        workedBefore[Index(to) + 1] - workedBefore[Index(after) + 1];

    /// <summary>This calendar with one year put in or replaced, under the next version.</summary>
    public LegalCalendar With(CalendarYear year) => new(Version + 1, years.SetItem(year.Year, year).Values);

    /// <summary>This calendar with other days off and worked, as long as somebody wonders about them.</summary>
    /// <param name="name">Name of the supposed holiday.</param>
    public LegalCalendar Supposing(string name, IEnumerable<DateOnly> daysOff, IEnumerable<DateOnly> workedDays)
    {
        var supposed = daysOff
            .Select(day => (Day: day, Off: true))
            .Concat(workedDays.Select(day => (Day: day, Off: false)))
            .GroupBy(d => d.Day.Year)
            .Select(group =>
            {
                var year = years.GetValueOrDefault(group.Key) ?? new(group.Key, null, []);
                // Later marks outweigh earlier ones; a day worked is one of a holiday that has no other day.
                return year with
                {
                    Holidays =
                    [
                        .. year.Holidays,
                        .. group.Select(d =>
                            d.Off ? new Holiday(name, d.Day, d.Day, []) : new(name, d.Day, d.Day.AddDays(-1), [d.Day])
                        ),
                    ],
                };
            });
        return new(Version, years.SetItems(supposed.Select(y => KeyValuePair.Create(y.Year, y))).Values);
    }

    private void Mark(DateOnly day, DayKind kind, string name)
    {
        var index = Index(day);
        kinds[index] = kind;
        names[index] = name;
    }

    private static bool Works(DayKind kind) => kind is DayKind.Workday or DayKind.MakeUpWorkday;

    private static DayKind ByWeek(DateOnly day) =>
        day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday ? DayKind.Weekend : DayKind.Workday;

    private static int Year(DateOnly day) => day.Year is >= First and <= Last ? day.Year : throw OutOfRange(day);

    private static int Index(DateOnly day)
    {
        var index = day.DayNumber - Origin;
        return day.Year is >= First and <= Last ? index : throw OutOfRange(day);
    }

    internal static Refused OutOfRange(DateOnly day) => new(PeriodRefusals.OutsideCalendar, day, First, Last);
}
