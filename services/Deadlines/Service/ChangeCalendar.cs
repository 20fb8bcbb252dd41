using Mediation.Contracts.Http;
using Mediation.Deadlines.Domain;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using MediatR;
using Http = Mediation.Contracts.Http.Deadlines;

namespace Mediation.Deadlines.Service;

/// <summary>A year is announced as its notice has it, after a look at what that does to open clocks.</summary>
internal sealed class ChangeCalendar(
    Laws laws,
    LawRights rights,
    Suppositions suppositions,
    IMediator mediator,
    Acting acting
)
{
    private const int MostHolidays = 60;
    private const int MostWorkedDays = 60;
    private const int LongestName = 40;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapPost(
                "/calendar/{year:int}",
                (
                    int year,
                    Http.AnnounceYear body,
                    ChangeCalendar change,
                    HttpResponse response,
                    CancellationToken ct
                ) => change.Announce(year, body, response, ct)
            )
            .RequireRole(LawRights.Keepers);
        routes
            .MapPost(
                "/calendar/preview",
                (Http.AnnounceYear body, ChangeCalendar change, CancellationToken ct) => change.Preview(body, ct)
            )
            .RequireRole(LawRights.Keepers);
    }

    private async Task<IResult> Announce(int year, Http.AnnounceYear body, HttpResponse response, CancellationToken ct)
    {
        rights.Keep();
        acting.MustHaveSeen();
        if (year != body.Year)
            throw Problem.Invalid("year", "year_differs");
        var announced = Read(body);
        var law = await laws.Current(ct);
        // The page shows the version of the calendar; in the stream that is the number of what was announced. Who saw
        // another calendar is refused, unless this is the repetition of a command that was carried out.
        acting.ExpectedVersion = acting.ExpectedVersion == law.Law.Calendar.Version ? law.Announced.Count : -1;
        await mediator.Send(
            new Execute<AnnounceYear>(Streams.Announcements, new AnnounceYear(announced, law.Standard)),
            ct
        );
        var version = (await laws.Current(ct)).Law.Calendar.Version;
        return Answer.Done(response, version, new Done(Streams.Announcements, version));
    }

    private async Task<Http.CalendarEffect> Preview(Http.AnnounceYear body, CancellationToken ct)
    {
        rights.Keep();
        var year = Read(body);
        var law = await laws.Current(ct);
        _ = AnnouncementDecider.Decide(law.Announcements, new AnnounceYear(year, law.Standard));
        return await suppositions.Effect(
            law,
            law.Law.Calendar.With(year),
            rights.KeptUnits,
            (new(year.Year, 1, 1), new(year.Year, 12, 31)),
            ct
        );
    }

    /// <summary>A year as somebody typed it.</summary>
    /// <exception cref="Problem">400 with the fields that are wrong.</exception>
    public static CalendarYear Read(Http.AnnounceYear body)
    {
        var wrong = new Dictionary<string, string>(StringComparer.Ordinal);
        void Check(bool holds, string field, string code)
        {
            if (!holds)
                wrong.TryAdd(field, code);
        }

        Check(body.Notice.Trim().Length is >= 3 and <= 200, "notice", "notice_length");
        Check(body.Holidays.Count <= MostHolidays, "holidays", "too_many_entries");
        foreach (var (i, holiday) in body.Holidays.Index())
        {
            Check(holiday.Name.Trim().Length is >= 1 and <= LongestName, $"holidays[{i}].name", "name_length");
            Check(holiday.MakeUpWorkdays.Count <= MostWorkedDays, $"holidays[{i}].makeUpWorkdays", "too_many_entries");
        }
        return wrong.Count == 0
            ? new(
                body.Year,
                body.Notice.Trim(),
                [.. body.Holidays.Select(h => new Holiday(h.Name.Trim(), h.From, h.To, [.. h.MakeUpWorkdays]))]
            )
            : throw new Problem(StatusCodes.Status400BadRequest, "invalid_input", errors: wrong);
    }
}
