using System.Globalization;
using System.Text;
using System.Text.Json;
using Mediation.Contracts.Http.Deadlines;
using Mediation.Deadlines.Domain;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Microsoft.AspNetCore.Mvc;
using AnnounceYear = Mediation.Contracts.Http.Deadlines.AnnounceYear;

namespace Mediation.Deadlines.Service;

/// <summary>Reads a notice from a file, so that the administrator looks at it before it counts. Nothing is kept of the file.</summary>
internal static class ReadCalendarFile
{
    private const int Largest = 64 * 1024;

    /// <summary>Lines whose faults are said; after so many the file is another one than it should be.</summary>
    private const int MostFaults = 20;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost(
                "/calendar/read",
                async (HttpRequest request, LawRights rights, CancellationToken ct) =>
                {
                    rights.Keep();
                    var sent = await SentFile.Read(request, ct) ?? throw Problem.Invalid("file", "required");
                    var year = Parse(await Bytes(sent.Body, ct));
                    if (Faulty(year) is { Count: > 0 } faults)
                        throw new Problem(StatusCodes.Status400BadRequest, "invalid_input", errors: faults);
                    return year;
                }
            )
            .WithMetadata(new RequestSizeLimitAttribute(Largest + 16 * 1024))
            .RequireRole(LawRights.Keepers);

    private static async Task<byte[]> Bytes(Stream body, CancellationToken ct)
    {
        using var bytes = new MemoryStream();
        var buffer = new byte[16 * 1024];
        try
        {
            for (int read; (read = await body.ReadAsync(buffer, ct)) > 0; )
            {
                if (bytes.Length + read > Largest)
                    throw new Problem(StatusCodes.Status413PayloadTooLarge, "too_large");
                bytes.Write(buffer, 0, read);
            }
        }
        catch (IOException e) when (e is not BadHttpRequestException)
        {
            throw new Problem(StatusCodes.Status400BadRequest, "malformed_request");
        }
        return bytes.ToArray();
    }

    /// <summary>A year from the text of a file: JSON of <see cref="AnnounceYear"/>, or lines of kind,name,from,to.</summary>
    /// <exception cref="Problem">400 with every line that is wrong.</exception>
    public static AnnounceYear Parse(byte[] file)
    {
        var text = Text(file).TrimStart('\uFEFF').Trim();
        if (text.Length == 0)
            throw Problem.Invalid("file", "file_empty");
        return text[0] == '{' ? OfJson(text) : OfLines(text);
    }

    // Spreadsheets on Chinese Windows write GB 18030 where they do not write UTF-8.
    private static string Text(byte[] file)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(file);
        }
        catch (DecoderFallbackException)
        {
            return CodePagesEncodingProvider.Instance.GetEncoding("GB18030")!.GetString(file);
        }
    }

    private static AnnounceYear OfJson(string text)
    {
        try
        {
            var year = JsonSerializer.Deserialize<AnnounceYear>(text, Strict);
            return
                year is { Holidays: not null, Notice: not null }
                && year.Holidays.All(h => h is { Name: not null, MakeUpWorkdays: not null })
                ? year
                : throw Problem.Invalid("file", "file_not_understood");
        }
        catch (JsonException)
        {
            throw Problem.Invalid("file", "file_not_understood");
        }
    }

    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    private static AnnounceYear OfLines(string text)
    {
        var faults = new Dictionary<string, string>(StringComparer.Ordinal);
        var holidays = new List<(string Name, DateOnly From, DateOnly To, List<DateOnly> Worked)>();
        var worked = new List<(int Line, string Name, DateOnly Day)>();
        string? notice = null;
        foreach (var (index, line) in text.Split('\n').Index())
        {
            var fields = line.Split(',').Select(f => f.Trim().Trim('"')).ToArray();
            if (fields.All(f => f.Length == 0) || (index == 0 && fields[0] is "kind" or "类型"))
                continue;
            void Wrong(string code) => faults.TryAdd($"line {index + 1}", code);

            if (fields.Length < 2)
                Wrong("line_fields");
            else if (fields[1].Length == 0)
                Wrong("line_name_missing");
            else if (fields[0] is "notice" or "通知")
            {
                if (notice is not null)
                    Wrong("line_twice");
                notice = fields[1];
            }
            else if (fields[0] is not ("holiday" or "放假" or "workday" or "上班" or "调休"))
                Wrong("line_kind_unknown");
            else if (fields.Length < 3)
                Wrong("line_fields");
            else if (Day(fields[2]) is not { } from)
                Wrong("line_day_malformed");
            else if ((fields.Length > 3 && fields[3].Length > 0 ? Day(fields[3]) : from) is not { } to)
                Wrong("line_day_malformed");
            else if (to < from)
                Wrong("days_backwards");
            else if (to.DayNumber - from.DayNumber > MostDays)
                Wrong("span_too_long");
            else if (fields[0] is "holiday" or "放假")
                holidays.Add((fields[1], from, to, []));
            else
                for (var day = from; day <= to; day = day.AddDays(1))
                    worked.Add((index + 1, fields[1], day));
        }
        foreach (var (line, name, day) in worked)
            if (holidays.FirstOrDefault(h => h.Name == name) is { Worked: { } days })
                days.Add(day);
            else
                faults.TryAdd($"line {line}", "line_holiday_unknown");
        if (faults.Count > 0)
            throw new Problem(
                StatusCodes.Status400BadRequest,
                "invalid_input",
                errors: faults.Take(MostFaults).ToDictionary(f => f.Key, f => f.Value, StringComparer.Ordinal)
            );
        if (holidays.Count == 0)
            throw Problem.Invalid("file", "file_empty");
        int[] years = [.. holidays.Select(h => h.From.Year).Distinct()];
        return years is [var year]
            ? new(year, notice ?? "", [.. holidays.Select(h => new HolidayView(h.Name, h.From, h.To, h.Worked))])
            : throw Problem.Invalid("file", "file_years_differ");
    }

    /// <summary>No holiday is as long.</summary>
    private const int MostDays = 31;

    // The faults of the year by the days they speak of.
    private static Dictionary<string, string> Faulty(AnnounceYear read)
    {
        var (first, last) = LegalCalendar.Range;
        if (read.Year < first.Year || read.Year > last.Year)
            return new(StringComparer.Ordinal) { ["year"] = "day_out_of_range" };
        return new CalendarYear(
            read.Year,
            null,
            [.. read.Holidays.Select(h => new Holiday(h.Name, h.From, h.To, [.. h.MakeUpWorkdays]))]
        )
            .Faults()
            .Take(MostFaults)
            .DistinctBy(f => f.Day)
            .ToDictionary(
                f => f.Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                f =>
                    f.Code switch
                    {
                        CalendarFault.EndsBeforeItBegins => "days_backwards",
                        CalendarFault.OtherYear => "day_of_other_year",
                        CalendarFault.Twice => "day_twice",
                        _ => "day_of_no_weekend",
                    },
                StringComparer.Ordinal
            );
    }

    private static DateOnly? Day(string text) =>
        DateOnly.TryParseExact(
            text,
            ["yyyy-MM-dd", "yyyy/M/d"],
            CultureInfo.InvariantCulture,
            DateTimeStyles.None,
            out var day
        )
            ? day
            : null;
}
