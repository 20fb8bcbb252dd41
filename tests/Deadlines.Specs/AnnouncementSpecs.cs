using Mediation.Deadlines.Domain;
using Mediation.Kit;
using static Mediation.Deadlines.Specs.Facts;

namespace Mediation.Deadlines.Specs;

/// <summary>The notice of 2027, invented: 春节 from Friday 02-05 to Thursday 02-11, Sunday 02-14 worked for it.</summary>
public sealed class AnnouncementSpecs()
    : DeciderSpecs<Announcements, ICalendarCommand, ICalendarEvent>(
        Announcements.Initial,
        Announcements.Evolve,
        AnnouncementDecider.Decide,
        e => (e as Refused)?.Code
    )
{
    private static readonly CalendarYear Year = new(
        2027,
        "国办发明电〔2026〕7号",
        [
            new("元旦", Day("2027-01-01"), Day("2027-01-03"), []),
            new("春节", Day("2027-02-05"), Day("2027-02-11"), [Day("2027-02-14")]),
        ]
    );

    private static readonly CalendarYear Corrected = Year with { Holidays = [Year.Holidays[0]] };

    private static AnnounceYear Announce(CalendarYear year) => new(year, Calendar);

    private static CalendarYear With(Holiday holiday) => Year with { Holidays = [.. Year.Holidays, holiday] };

    [Fact]
    public void A_year_is_announced_and_corrected_under_growing_versions()
    {
        var first = new YearAnnounced(Year, 2, 1);
        Given().When(Announce(Year)).Then(first);
        Given(first).When(Announce(Corrected)).Then(new YearCorrected(Corrected, 3, 1));
        var other = Year with { Year = 2024, Holidays = [new("元旦", Day("2024-01-01"), Day("2024-01-01"), [])] };
        Given(first).When(Announce(other)).Then(new YearCorrected(other, 3, 1));
    }

    [Fact]
    public void The_same_content_again_is_nothing()
    {
        var again = Year with
        {
            Holidays = [.. Year.Holidays.Select(h => h with { MakeUpWorkdays = [.. h.MakeUpWorkdays] })],
        };
        Given(new YearAnnounced(Year, 2, 1)).When(Announce(again)).ThenNothing();
        // What stands with the product is no news either.
        Given().When(Announce(Calendar.Years.Single(y => y.Year == 2026))).ThenNothing();
    }

    [Fact]
    public void What_is_no_notice_is_refused()
    {
        Given().When(Announce(Year with { Year = 1989 })).Refused(AnnouncementRefusals.OutOfRange);
        Given().When(Announce(Year with { Year = 2101 })).Refused(AnnouncementRefusals.OutOfRange);
        Given().When(Announce(Year with { Source = null })).Refused(AnnouncementRefusals.WithoutNotice);
        Given().When(Announce(Year with { Holidays = [] })).Refused(AnnouncementRefusals.Empty);
        var backwards = new Holiday("端午节", Day("2027-06-09"), Day("2027-06-08"), []);
        Given().When(Announce(With(backwards))).Refused(CalendarFault.EndsBeforeItBegins);
        var otherYear = new Holiday("元旦", Day("2028-01-01"), Day("2028-01-01"), []);
        Given().When(Announce(With(otherYear))).Refused(CalendarFault.OtherYear);
        var twice = new Holiday("端午节", Day("2027-02-11"), Day("2027-02-11"), []);
        Given().When(Announce(With(twice))).Refused(CalendarFault.Twice);
        var weekday = new Holiday("端午节", Day("2027-06-09"), Day("2027-06-09"), [Day("2027-06-10")]);
        Given().When(Announce(With(weekday))).Refused(CalendarFault.MakeUpOnWeekday);
    }

    [Fact]
    public void What_was_announced_outweighs_the_product_and_a_later_product_makes_a_new_version()
    {
        var announced = Replay(new YearAnnounced(Year, 2, 1));

        var today = announced.Over(Calendar);
        today.Version.ShouldBe(2);
        today.Day(Day("2027-02-14")).ShouldBe(new(Day("2027-02-14"), DayKind.MakeUpWorkday, "春节", true));
        today.IsAnnounced(Day("2026-05-01")).ShouldBeTrue();

        // The next product knows 2027 too, otherwise, and 2028.
        var later = new LegalCalendar(
            2,
            [.. Calendar.Years.Where(y => y.Year != 2027), Corrected, Corrected with { Year = 2028, Holidays = [] }]
        );
        var upgraded = announced.Over(later);
        upgraded.Version.ShouldBe(3);
        upgraded.IsWorking(Day("2027-02-14")).ShouldBeTrue();
        upgraded.IsAnnounced(Day("2028-03-01")).ShouldBeTrue();
        var next = (YearCorrected)AnnouncementDecider.Decide(announced, new AnnounceYear(Corrected, later)).Single();
        next.ShouldBe(new(Corrected, 4, 2));
    }

    [Fact]
    public void A_supposed_calendar_has_other_days_and_the_same_version()
    {
        // Thursday 2026-07-09 off; Friday 2026-10-02 of the National Day and Saturday 2028-03-04 worked.
        var supposed = Calendar.Supposing("推演", [Day("2026-07-09")], [Day("2026-10-02"), Day("2028-03-04")]);

        supposed.Version.ShouldBe(Calendar.Version);
        supposed.Day(Day("2026-07-09")).ShouldBe(new(Day("2026-07-09"), DayKind.Holiday, "推演", true));
        supposed.IsWorking(Day("2026-10-02")).ShouldBeTrue();
        supposed.IsWorking(Day("2026-10-01")).ShouldBeFalse();
        supposed.IsWorking(Day("2028-03-04")).ShouldBeTrue();
        supposed.IsAnnounced(Day("2028-03-04")).ShouldBeFalse();
        // One more off, one more worked.
        supposed.WorkingDaysIn(2026).ShouldBe(Calendar.WorkingDaysIn(2026));
        Calendar.IsWorking(Day("2026-07-09")).ShouldBeTrue();
    }
}
