using System.Globalization;
using Mediation.Content;
using Mediation.Contracts.Deadlines;
using Mediation.Contracts.Http;
using Mediation.Contracts.Http.Deadlines;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Npgsql;
using NpgsqlTypes;

namespace Mediation.Deadlines.Service;

/// <summary>The list of clocks behind every number of the overview, and the month.</summary>
internal sealed class ClockTable(
    Rights rights,
    ClockViews views,
    Laws laws,
    NpgsqlDataSource source,
    ProblemTexts texts
)
{
    private const int LargestPage = 200;
    private const int LargestExport = 20_000;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapGet(
                "/clocks",
                ([AsParameters] Asked asked, ClockTable table, CancellationToken ct) => table.Page(asked, ct)
            )
            .RequireRole(Rights.Readers);
        routes
            .MapGet(
                "/clocks.xlsx",
                ([AsParameters] Asked asked, ClockTable table, HttpResponse response, CancellationToken ct) =>
                    table.Export(asked, response, ct)
            )
            .RequireRole(Rights.Readers);
        routes
            .MapGet(
                "/month",
                (string? unit, Guid? person, string? month, ClockTable table, CancellationToken ct) =>
                    table.Month(unit, person, month, ct)
            )
            .RequireRole(Rights.Readers);
    }

    /// <summary>The query of an address; words are spelt as in JSON.</summary>
    internal sealed record Asked(
        string? Unit,
        bool? Own,
        Guid? Person,
        bool? Nobody,
        string? Band,
        string? Type,
        string? Rule,
        string? Standing,
        DateOnly? Due,
        int? Page,
        int? Size
    )
    {
        public ClockListQuery Query =>
            new(
                Unit,
                Own ?? false,
                Person,
                Nobody ?? false,
                QueryWord.Of<Band>(Band, "band"),
                QueryWord.Of<RuleType>(Type, "type"),
                Rule,
                QueryWord.Of<ClockStanding>(Standing, "standing"),
                Due
            );
    }

    private async Task<Page<ClockView>> Page(Asked asked, CancellationToken ct)
    {
        var size = Math.Clamp(asked.Size ?? 50, 1, LargestPage);
        var number = Math.Max(asked.Page ?? 1, 1);
        var (items, total) = await Rows(asked.Query, size, (number - 1L) * size, ct);
        return new(items, total, number, size);
    }

    private async Task Export(Asked asked, HttpResponse response, CancellationToken ct)
    {
        var (items, total) = await Rows(asked.Query, LargestExport, 0, ct);
        if (total > items.Count)
            throw Problem.TooManyRows(LargestExport);
        var title = texts.Of("sheet_clocks");
        var sheet = new Spreadsheet<ClockView>(title, title)
            .Text(texts.Of("column_case_number"), c => c.CaseNumber)
            .Text(texts.Of("column_unit"), c => c.Unit)
            .Text(texts.Of("column_rule"), c => c.Zh)
            .Text(texts.Of("column_type"), c => texts.Of("type_" + c.Type.Code()))
            .Text(texts.Of("column_standing"), c => texts.Of("standing_" + c.Standing.Code()))
            .Date(texts.Of("column_from"), c => c.From)
            .Date(texts.Of("column_due"), c => c.Due)
            .Text(texts.Of("column_provisional"), c => c.Provisional ? texts.Of("provisional") : "")
            .Whole(texts.Of("column_calendar_days_left"), c => c.CalendarDaysLeft)
            .Whole(texts.Of("column_working_days_left"), c => c.WorkingDaysLeft);
        response.ContentType = MediaTypes.Xlsx;
        response.Headers.ContentDisposition = "attachment; filename=\"clocks.xlsx\"";
        // The archive writes synchronously at its end, which a response does not allow.
        using var buffer = new MemoryStream();
        await sheet.WriteAsync(buffer, items.ToAsyncEnumerable(), ct);
        buffer.Position = 0;
        await buffer.CopyToAsync(response.Body, ct);
    }

    private async Task<(IReadOnlyList<ClockView> Items, int Total)> Rows(
        ClockListQuery query,
        int size,
        long skip,
        CancellationToken ct
    )
    {
        var today = rights.Today;
        var (from, to) = query.Band switch
        {
            Band.Overdue => (DateOnly.MinValue, today.AddDays(-1)),
            Band.Today => (today, today),
            Band.Within3 => (today.AddDays(1), today.AddDays(3)),
            Band.Within7 => (today.AddDays(4), today.AddDays(7)),
            Band.Later => (today.AddDays(8), DateOnly.MaxValue),
            _ => ((DateOnly?)null, (DateOnly?)null),
        };
        var suspended = ClockStanding.Suspended.Code();
        var where = $"""
             where c.row is not null and (c.unit = any($1) or f.responsible = any($2))
              and ($3::text[] is null or c.unit = any($3))
              and ($4::uuid is null or f.responsible = $4) and (not $5 or f.responsible is null)
              and ($6::text[] is null or c.type = any($6)) and ($7::text is null or c.rule = $7)
              and ($8::text is null or c.standing = $8)
              and ($9::date is null or c.due between $9 and $10) and ($11::date is null or c.due = $11)
              {(
                query.Band is null ? ""
                : query.Band is Band.Suspended ? $"and c.standing = '{suspended}'"
                : $"and c.open and c.standing <> '{suspended}'"
            )}
            """;
        NpgsqlParameter[] Parameters() =>
            [
                Sql.P(rights.ReadableUnits),
                Sql.P(rights.OwnAccounts),
                Texts(query.Unit is { } unit ? (query.Own ? [unit] : rights.Within(unit)) : null),
                Sql.Maybe(query.Person),
                Sql.P(query.Nobody),
                // A band counts what the overview counts.
                Texts(query.Type is not null || query.Band is not null ? Overview.Types(query.Type) : null),
                Sql.Maybe(query.Rule),
                Sql.Maybe(query.Standing?.Code()),
                Sql.Maybe(from),
                Sql.Maybe(to),
                Sql.Maybe(query.Due),
            ];
        var total = await source.Rows(
            $"select count(*) from clocks c left join cases f on f.stream_id = c.case_id {where}",
            r => (int)r.GetInt64(0),
            ct,
            Parameters()
        );
        var law = await laws.Current(ct);
        var items = await source.Rows(
            $"{views.Select} {where} order by c.open desc, c.due, c.stream_id limit {size} offset {skip}",
            r => ClockViews.Of(views.Read(r), today, law),
            ct,
            Parameters()
        );
        return (items, total[0]);
    }

    private async Task<DeadlineMonth> Month(string? asked, Guid? person, string? month, CancellationToken ct)
    {
        var today = rights.Today;
        var first =
            month is null ? new DateOnly(today.Year, today.Month, 1)
            : DateOnly.TryParseExact(
                month + "-01",
                "yyyy-MM-dd",
                CultureInfo.InvariantCulture,
                DateTimeStyles.None,
                out var day
            )
                ? day
            : throw Problem.Invalid("month", "malformed_request");
        var (earliest, latest) = Domain.LegalCalendar.Range;
        if (first < earliest || first.AddMonths(1) > latest)
            throw Problem.Invalid("month", "malformed_request");
        var readable = rights.ReadableUnits.ToHashSet(StringComparer.Ordinal);
        var unit = asked ?? rights.Highest(readable) ?? "";
        var last = first.AddMonths(1).AddDays(-1);
        var counts = (
            await source.Rows(
                """
                select c.due, c.rule, count(*)::int from clocks c left join cases f on f.stream_id = c.case_id
                where c.open and c.due between $1 and $2 and (c.unit = any($3) or f.responsible = any($4))
                  and (c.unit = any($5) or f.responsible = any($4)) and ($6::uuid is null or f.responsible = $6)
                group by c.due, c.rule
                """,
                r => (Due: r.GetFieldValue<DateOnly>(0), Rule: r.GetString(1), Clocks: r.GetInt32(2)),
                ct,
                Sql.P(first),
                Sql.P(last),
                Sql.P(readable.ToArray()),
                Sql.P(rights.OwnAccounts),
                Sql.P(unit.Length > 0 ? rights.Within(unit) : []),
                Sql.Maybe(person)
            )
        ).ToLookup(c => c.Due);
        var calendar = (await laws.Current(ct)).Law.Calendar;
        var days = new List<MonthDay>();
        for (var date = first; date <= last; date = date.AddDays(1))
        {
            var kind = calendar.Day(date);
            days.Add(
                new(
                    date,
                    kind.Kind.Code(),
                    kind.Name,
                    kind.Announced,
                    counts[date].Sum(c => c.Clocks),
                    counts[date].ToDictionary(c => c.Rule, c => c.Clocks, StringComparer.Ordinal)
                )
            );
        }
        return new(unit, $"{first:yyyy-MM}", today, days);
    }

    private static NpgsqlParameter Texts(string[]? values) =>
        new() { Value = (object?)values ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text };
}
