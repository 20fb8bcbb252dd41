using Mediation.Deadlines.Domain;

namespace Mediation.Deadlines.Specs;

/// <summary>What the specifications speak of.</summary>
internal static class Facts
{
    public static readonly StatuteBook Book = StatuteBook.Parse(Text("statute-book.json"));
    public static readonly LegalCalendar Calendar = StatuteBook.ParseCalendar(1, Text("calendar.json"));
    public static readonly Law InForce = new(Book, Calendar);

    /// <summary>Fifteen days of mediation from Monday 2026-11-02: until Tuesday 2026-11-17.</summary>
    public static readonly DateOnly Start = new(2026, 11, 2);
    public static readonly DateOnly Due = new(2026, 11, 17);
    public static readonly Guid ClockId = Id(1000);
    public static readonly Rule MedRun = Book.On("MED_RUN", Start);
    public static readonly Rule Limitation = Book.On("ARB_LIMIT", Start);
    public static readonly ClockSubject Subject = new(Id(11), Id(12), null);

    public static Guid Id(int number) => new(number, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0]);

    public static DateOnly Day(string text) => DateOnly.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    public static PeriodFacts At(DateOnly from) => new(from);

    public static Computed Dates(Rule rule, PeriodFacts facts) =>
        ClockDecider.Compute(rule, facts, null, Start, Calendar);

    public static ArmClock Arm(Rule? rule = null) =>
        new(ClockId, (rule ?? MedRun).Id, Subject, "110105", null, Id(1), Start, null, Start, InForce);

    public static ClockArmed Armed(Rule? rule = null, PeriodFacts? period = null)
    {
        var by = rule ?? MedRun;
        return new(
            ClockId,
            by.Id,
            by.ValidFrom,
            by.Type,
            Subject,
            "110105",
            null,
            Id(1),
            Start,
            null,
            Start,
            Dates(by, period ?? At(Start))
        );
    }

    public static ClockFact Fact(int id, FactKind kind, DateOnly on, DateOnly? enteredOn = null) =>
        new(Id(id), kind, on, enteredOn ?? on);

    public static StopClock Done(DateOnly on, DateOnly? enteredOn = null, int id = 2) =>
        new(ClockId, Id(id), StopCause.Done, on, enteredOn ?? on, InForce);

    public static StopClock Void(DateOnly on, int id = 2) => new(ClockId, Id(id), StopCause.Void, on, on, InForce);

    public static RestartClock Anew(DateOnly on, int id = 3) => new(ClockId, Id(id), on, on, InForce);

    public static TakeStopBack TakeBack(DateOnly on, int id = 7) => new(ClockId, Id(id), on, on, InForce);

    public static string Text(string resource)
    {
        using var stream = typeof(StatuteBook).Assembly.GetManifestResourceStream(resource)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
