using System.Globalization;
using Mediation.Contracts.Http.Deadlines;
using Microsoft.Extensions.Primitives;

namespace Mediation.Portal.Pages.Statutes;

/// <param name="Editor">The year in the editor; null where none is edited.</param>
/// <param name="Rows">Rows of the editor.</param>
/// <param name="Effect">What the year in the editor would do, where that was asked.</param>
public sealed record CalendarModel(
    CalendarView? Calendar,
    Problem? Problem,
    Submission? Editor,
    int Rows,
    CalendarEffect? Effect
);

/// <summary>工作日历: the years that periods are counted on, and the editor with which a notice is announced.</summary>
public static class CalendarPages
{
    /// <summary>No notice has had more than nine holidays.</summary>
    private const int MostRows = 20;

    private const int MostDays = 60;

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/calendar", Open);
        app.MapPost("/calendar", Command);
    }

    private static async Task<IResult> Open(Clocks.ClockPages.Services s, Texts texts, Reader me, string? year)
    {
        var (calendar, problem, _) = await s.Deadlines.Calendar();
        if (problem is { Unavailable: false })
            return View.Problem(problem);
        var chosen =
            int.TryParse(year, CultureInfo.InvariantCulture, out var number) && number is >= 1990 and <= 2100
                ? number
                : (int?)null;
        if (calendar is null || chosen is not { } edited || !calendar.Actions.Allows("announce"))
            return await Shown(s, calendar, problem, null, 0, null);
        var known = calendar.Years.FirstOrDefault(y => y.Year == edited);
        var read = new AnnounceYear(edited, known?.Source ?? "", known?.Holidays ?? []);
        return await Shown(s, calendar, null, Filled(texts, read), Math.Max(1, read.Holidays.Count), null);
    }

    private static async Task<IResult> Shown(
        Clocks.ClockPages.Services s,
        CalendarView? calendar,
        Problem? problem,
        Submission? editor,
        int rows,
        CalendarEffect? effect
    )
    {
        await s.Names.Load(
            effect?.Moved.Select(m => m.Clock.PartyId).OfType<Guid>() ?? [],
            calendar?.Years.SelectMany(y => y.Changes).Select(c => c.Account)
        );
        return View.Of<CalendarPage>(
            new CalendarModel(calendar, problem, editor, rows, effect),
            editor is { Valid: false } ? editor.Problem?.Status ?? 422 : 200
        );
    }

    private static async Task<IResult> Command(HttpContext context, Clocks.ClockPages.Services s, Texts texts)
    {
        var form = await Submission.Read(context);
        var (calendar, problem, _) = await s.Deadlines.Calendar();
        if (calendar is null)
            return View.Problem(problem!, form);
        var rows = form.Count("rows", 0, MostRows);
        if (form.Name is "read")
            return await ReadFile();
        if (form.Name is not "year")
            return View.Of<Shared.ErrorPage>(400, 400);
        switch (form.First("do"))
        {
            case "add":
                return await Again(form, Math.Min(rows + 1, MostRows));
            case ['r', 'e', 'm', 'o', 'v', 'e', '-', .. var index]
                when int.TryParse(index, CultureInfo.InvariantCulture, out var removed)
                    && removed >= 0
                    && removed < rows:
                for (var i = removed; i < rows - 1; i++)
                    foreach (var field in Fields)
                        form.Set($"row.{i}.{field}", form.First($"row.{i + 1}.{field}"));
                foreach (var field in Fields)
                    form.Set($"row.{rows - 1}.{field}", "");
                return await Again(form, Math.Max(rows - 1, 1));
            case "preview":
                var tried = Read(form, rows);
                if (!form.Valid)
                    return await Again(form, rows);
                var (effect, failure, _) = await s.Deadlines.PreviewYear(tried);
                return failure is null
                    ? await Shown(s, calendar, null, form, rows, effect)
                    : await Again(form.Failed(failure, Renamed), rows);
            default:
                var year = Read(form, rows);
                return await form.Send(
                    () => s.Deadlines.AnnounceYear(year, form.Head),
                    _ =>
                        View.Go(
                            context,
                            "/calendar",
                            "yearAnnounced",
                            year.Year.ToString(CultureInfo.InvariantCulture)
                        ),
                    failed => Again(failed, rows),
                    Renamed
                );
        }

        Task<IResult> Again(Submission typed, int count) => Shown(s, calendar, null, typed, count, null);

        async Task<IResult> ReadFile()
        {
            if (form.File("file") is not { } file)
            {
                form.Wrong("file", "field.file");
                return await Again(form, 0);
            }
            var (read, failure, _) = await s.Deadlines.ReadCalendarFile(file);
            return read is null
                ? await Again(form.Failed(failure!), 0)
                : await Again(Filled(texts, read), Math.Max(1, read.Holidays.Count));
        }
    }

    private static readonly string[] Fields = ["name", "from", "to", "makeUp"];

    /// <summary>A year in the fields of the editor.</summary>
    private static Submission Filled(Texts texts, AnnounceYear year)
    {
        var values = new Dictionary<string, StringValues>(StringComparer.Ordinal)
        {
            [Submission.NameField] = "year",
            ["year"] = year.Year.ToString(CultureInfo.InvariantCulture),
            ["notice"] = year.Notice,
        };
        foreach (var (i, holiday) in year.Holidays.Index())
        {
            values[$"row.{i}.name"] = holiday.Name;
            values[$"row.{i}.from"] = Written.Day(holiday.From);
            values[$"row.{i}.to"] = Written.Day(holiday.To);
            values[$"row.{i}.makeUp"] = string.Join(' ', holiday.MakeUpWorkdays.Select(d => Written.Day(d)));
        }
        return Submission.From(texts, values);
    }

    private static AnnounceYear Read(Submission form, int rows)
    {
        var holidays = new List<HolidayView>();
        for (var i = 0; i < rows; i++)
            // A row nobody filled in is none.
            if (Fields.Any(f => form.First($"row.{i}.{f}").Length > 0))
                holidays.Add(
                    new(
                        form.Required($"row.{i}.name"),
                        form.RequiredDay($"row.{i}.from"),
                        form.RequiredDay($"row.{i}.to"),
                        form.Days($"row.{i}.makeUp", MostDays)
                    )
                );
        if (holidays.Count == 0)
            form.Wrong("row.0.name", "field.required");
        return new(form.RequiredNumber("year", 1990, 2100), form.Required("notice"), holidays);
    }

    // The service names a field holidays[2].from; it stands in row.2.from.
    private static string Renamed(string field)
    {
        var parts = field
            .Replace("holidays[", "row.", StringComparison.OrdinalIgnoreCase)
            .Replace("]", "", StringComparison.Ordinal);
        return parts.Replace("makeUpWorkdays", "makeUp", StringComparison.OrdinalIgnoreCase);
    }
}
