using System.Globalization;
using Dapper;
using Mediation.Content;
using Mediation.Contracts.Http;
using Mediation.Contracts.Http.Intake;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Npgsql;
using Http = Mediation.Contracts.Http.Intake;

namespace Mediation.Intake.Service;

/// <summary>Requests of the caller's units with filters, paging and sort, as rows and as the sheet of what is filtered.</summary>
internal static class List
{
    private const int MostSheetRows = 10_000;

    private static readonly Dictionary<string, string> Sorts = new(StringComparer.Ordinal)
    {
        ["receivedOn"] = "received_on",
        ["caseNumber"] = "case_number",
        ["state"] = "state",
        ["claimed"] = "claimed",
        ["nextDue"] = "next_due",
    };

    private static readonly string From = $"requests {CaseClocks.Next("clock_case")}";

    /// <summary>A request as found, with the nearest day of its clocks.</summary>
    private sealed record Found(string Row, DateOnly? NextDue);

    /// <summary>What can be asked for in the address; no text of a person can stand in it but a case number.</summary>
    internal sealed record Query(
        string? State,
        string? Channel,
        string? Unit,
        DateOnly? From,
        DateOnly? To,
        bool? Collective,
        bool? Escalated,
        bool? Incomplete,
        string? Number,
        string? Item,
        string? Sort,
        int? Page,
        int? Size
    );

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapGet(
                "/requests",
                async (
                    [AsParameters] Query query,
                    Caller caller,
                    AccessCopies copies,
                    NpgsqlDataSource source,
                    TimeProvider clock,
                    CancellationToken ct
                ) =>
                {
                    var (number, size) = (
                        Math.Clamp(query.Page ?? 1, 1, 1_000_000),
                        Math.Clamp(query.Size ?? 20, 1, 200)
                    );
                    var (where, arguments) = Where(query, caller, copies, LegalDay.Today(clock));
                    arguments.Add("rows", size);
                    arguments.Add("skip", (long)(number - 1) * size);
                    await using var connection = await source.OpenConnectionAsync(ct);
                    var total = await connection.ExecuteScalarAsync<int>(
                        new($"select count(*) from requests where {where}", arguments, cancellationToken: ct)
                    );
                    var rows = await connection.QueryAsync<Found>(
                        new(
                            $"""
                            select row::text as "Row", next_due as "NextDue" from {From} where {where}
                            order by {Order(query.Sort)} limit @rows offset @skip
                            """,
                            arguments,
                            cancellationToken: ct
                        )
                    );
                    return new Page<RequestRow>([.. rows.Select(Row)], total, number, size);
                }
            )
            .RequireRole(Rights.Read);
        routes
            .MapGet(
                "/requests.xlsx",
                async (
                    [AsParameters] Query query,
                    Caller caller,
                    AccessCopies copies,
                    NpgsqlDataSource source,
                    PartyRegister register,
                    PartyAccessLog access,
                    ProblemTexts texts,
                    HttpResponse response,
                    TimeProvider clock,
                    CancellationToken ct
                ) =>
                {
                    var today = LegalDay.Today(clock);
                    var (where, arguments) = Where(query, caller, copies, today);
                    arguments.Add("rows", MostSheetRows + 1);
                    await using var connection = await source.OpenConnectionAsync(ct);
                    var rows = (
                        await connection.QueryAsync<Found>(
                            new(
                                $"""
                                select row::text as "Row", next_due as "NextDue" from {From} where {where}
                                order by {Order(query.Sort)} limit @rows
                                """,
                                arguments,
                                cancellationToken: ct
                            )
                        )
                    ).Select(f => (Row: RequestsView.Read(f.Row), f.NextDue)).ToList();
                    if (rows.Count > MostSheetRows)
                        throw Problem.TooManyRows(MostSheetRows);
                    var ids = rows.SelectMany(r => r.Row.Parties).Distinct().ToList();
                    await access.Record("label", AccessPurpose.CaseHandling, ids, [PartyField.Name], ct);
                    var parties = await register.Find(ids, ct);
                    var opened = await register.Open([.. parties.Values], [PartyField.Name], ct);
                    string Names(IEnumerable<Guid> of) =>
                        string.Join(
                            '、',
                            of.Where(parties.ContainsKey).Select(id => PartyRegister.Label(parties[id], opened[id]))
                        );
                    string Word(string kind, Enum code) => texts.Of($"{kind}_{PartyData.Camel(code.ToString())}");
                    response.Headers.ContentDisposition = "attachment; filename=requests.xlsx";
                    response.ContentType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
                    using var sheet = new MemoryStream();
                    await new Spreadsheet<(int Number, RequestRecord Row, DateOnly? NextDue)>(
                        texts.Of("sheet_requests"),
                        texts.Of("sheet_requests"),
                        texts.Of(
                            "sheet_printed_on",
                            [today.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), rows.Count]
                        )
                    )
                        .Whole(texts.Of("column_sequence"), r => r.Number)
                        .Text(texts.Of("column_caseNumber"), r => r.Row.CaseNumber, 24)
                        .Text(texts.Of("column_channel"), r => Word("channel", r.Row.Channel))
                        .Text(texts.Of("column_unit"), r => copies.Tree.NameOf(r.Row.Unit, today) ?? r.Row.Unit, 24)
                        .Date(texts.Of("column_receivedOn"), r => r.Row.ReceivedOn)
                        .Text(texts.Of("column_state"), r => Word("state", r.Row.State))
                        .Text(texts.Of("column_applicants"), r => Names(r.Row.Applicants.Select(a => a.PartyId)), 24)
                        .Text(texts.Of("column_respondents"), r => Names(r.Row.Respondents.Select(p => p.PartyId)), 40)
                        .Text(
                            texts.Of("column_items"),
                            r => string.Join('、', r.Row.Items.Select(i => Word("item", i))),
                            32
                        )
                        .Yuan(texts.Of("column_claimed"), r => r.Row.ClaimedFen)
                        .Date(texts.Of("column_nextDue"), r => r.NextDue)
                        .Whole(texts.Of("column_missing"), r => r.Row.MissingCount)
                        .WriteAsync(
                            sheet,
                            rows.Select((found, i) => (i + 1, found.Row, found.NextDue)).ToAsyncEnumerable(),
                            ct
                        );
                    sheet.Position = 0;
                    await sheet.CopyToAsync(response.Body, ct);
                }
            )
            .RequireRole(Rights.Read);
        routes
            .MapPost(
                "/cases/by-parties",
                async (ByParties body, Caller caller, NpgsqlDataSource source, CancellationToken ct) =>
                {
                    if (body.PartyIds.Count > 200)
                        throw Problem.Invalid("partyIds", "too_many");
                    await using var connection = await source.OpenConnectionAsync(ct);
                    var rows = await connection.QueryAsync<Found>(
                        new(
                            $"""
                            select row::text as "Row", next_due as "NextDue" from {From} where row -> 'parties' ?| @parties and unit = any(@units)
                            order by received_on desc, stream_id limit @take
                            """,
                            new
                            {
                                parties = body.PartyIds.Select(p => p.ToString()).ToArray(),
                                units = caller.UnitsOf(Rights.Read).ToArray(),
                                take = Math.Clamp(body.Take, 1, 200),
                            },
                            cancellationToken: ct
                        )
                    );
                    return rows.Select(Row).ToList();
                }
            )
            .RequireRole(Rights.Read);
    }

    private static RequestRow Row(Found found)
    {
        var r = RequestsView.Read(found.Row);
        return new(
            r.Id,
            r.State,
            r.Channel.As<Contracts.Channel>(),
            r.Unit,
            r.ReceivedOn,
            r.CaseNumber,
            r.DisputeId,
            [.. r.Applicants.Select(a => a.PartyId)],
            [.. r.Respondents.Select(p => p.PartyId)],
            [.. r.Items.Select(i => i.As<Contracts.ClaimItemType>())],
            r.ClaimedFen,
            r.Collective,
            r.Escalated is not null,
            r.Ended ? 0 : r.MissingCount,
            r.Triage?.LimitationOn,
            r.ChangedAt,
            found.NextDue
        );
    }

    private static (string Where, DynamicParameters Arguments) Where(
        Query query,
        Caller caller,
        AccessCopies copies,
        DateOnly today
    )
    {
        var mine = caller.UnitsOf(Rights.Read);
        var units = query.Unit is null ? mine : copies.Tree.Within(query.Unit, today).Where(mine.Contains);
        var conditions = new List<string> { "unit = any(@units)" };
        var arguments = new DynamicParameters();
        arguments.Add("units", units.ToArray());
        void And(bool asked, string sql, string name = "", object? value = null)
        {
            if (!asked)
                return;
            conditions.Add(sql);
            if (name.Length > 0)
                arguments.Add(name, value);
        }
        And(query.State is not null, "state = @state", "state", Code<Http.RequestState>(query.State, "state"));
        And(
            query.Channel is not null,
            "channel = @channel",
            "channel",
            Code<Contracts.Channel>(query.Channel, "channel")
        );
        And(query.From is not null, "received_on >= @from", "from", query.From);
        And(query.To is not null, "received_on <= @to", "to", query.To);
        And(query.Collective is not null, "collective = @collective", "collective", query.Collective);
        And(query.Escalated is true, "escalated is not null");
        And(query.Escalated is false, "escalated is null");
        And(query.Incomplete is true, "missing > 0 and not ended");
        And(query.Incomplete is false, "(missing = 0 or ended)");
        And(query.Number is { Length: > 0 and <= 40 }, "position(@number in case_number) > 0", "number", query.Number);
        And(
            query.Item is not null,
            "row -> 'items' @> to_jsonb(@item::text)",
            "item",
            Code<Contracts.ClaimItemType>(query.Item, "item")
        );
        return (string.Join(" and ", conditions), arguments);
    }

    private static string Order(string? sort)
    {
        var descending = sort is null || sort.StartsWith('-');
        var column =
            sort is null ? "received_on"
            : Sorts.TryGetValue(sort.TrimStart('-'), out var known) ? known
            : throw Problem.Invalid("sort", "code_unknown");
        return $"{column} {(descending ? "desc nulls last" : "asc nulls last")}, stream_id";
    }

    private static string? Code<TWord>(string? typed, string field)
        where TWord : struct, Enum =>
        QueryWord.Of<TWord>(typed, field) is { } word ? PartyData.Camel(word.ToString()) : null;
}
