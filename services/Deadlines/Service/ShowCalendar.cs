using Mediation.Contracts.Http.Deadlines;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Npgsql;

namespace Mediation.Deadlines.Service;

/// <summary>The years that periods are counted on, with when they changed and what that moved.</summary>
internal sealed class ShowCalendar(Laws laws, LawRights rights, ClockList clocks, NpgsqlDataSource source)
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet(
                "/calendar",
                async (ShowCalendar show, HttpResponse response, CancellationToken ct) =>
                {
                    var calendar = await show.View(ct);
                    Answer.Version(response, calendar.Version);
                    return calendar;
                }
            )
            .RequireSignIn();

    private async Task<CalendarView> View(CancellationToken ct)
    {
        var law = await laws.Current(ct);
        var calendar = law.Law.Calendar;
        var moved = (
            await source.Rows(
                "select version, moved from calendar_passes",
                r => (Version: r.GetInt32(0), Moved: r.GetInt32(1)),
                ct
            )
        ).ToDictionary(r => r.Version, r => r.Moved);
        var provisional = (
            await source.Rows(
                $"select extract(year from due)::int, count(*) from {clocks.Table} where open and provisional and due is not null group by 1",
                r => (Year: r.GetInt32(0), Clocks: (int)r.GetInt64(1)),
                ct
            )
        ).ToDictionary(r => r.Year, r => r.Clocks);
        return new(
            calendar.Version,
            [
                .. from year in calendar.Years
                select new CalendarYearView(
                    year.Year,
                    year.Source,
                    [.. year.Holidays.Select(h => new HolidayView(h.Name, h.From, h.To, h.MakeUpWorkdays))],
                    calendar.WorkingDaysIn(year.Year),
                    year.Announced ? 0 : provisional.GetValueOrDefault(year.Year),
                    [
                        .. from a in law.Announced
                        where a.Change.Year.Year == year.Year
                        orderby a.Change.Version descending
                        select new CalendarChange(
                            a.Change.Version,
                            a.At,
                            a.Account,
                            moved.GetValueOrDefault(a.Change.Version)
                        ),
                    ]
                ),
            ],
            [new("announce", rights.MayKeep, rights.MayKeep ? null : "forbidden", [])]
        );
    }
}
