using System.Globalization;
using Dapper;
using Mediation.Contracts.Http;
using Mediation.Contracts.Http.Disputes;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Npgsql;

namespace Mediation.Disputes.Service;

/// <summary>待办 of this service: heads appoint and decide on recusals, mediators hold sessions, collect signatures and
/// close. A case without mediator is the head's.</summary>
internal static class WorklistOfCases
{
    public const string Appoint = "appoint_mediator";
    public const string DecideRecusal = "decide_recusal";
    public const string Schedule = "schedule_session";
    public const string Hold = "hold_session";
    public const string Sign = "record_signatures";
    public const string Close = "close_dispute";

    /// <summary>Count of the sessions of today, beside the kinds.</summary>
    public const string Today = "session_today";

    private const int MaximumSize = 200;

    // Cases without a day come last.
    private static readonly DateOnly NoDay = new(9999, 12, 31);

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/worklist", List).RequireRole(CaseAccess.Workers);

    /// <summary>What has to be done next in a case, and the day of the session where that is it. Until when the rest has
    /// to be done, the clocks say.</summary>
    public static (string? ToDo, DateOnly? Due) Next(DisputeListRow row) =>
        row switch
        {
            { State: DisputeState.Closed } => (null, null),
            { RecusalPending: true } => (DecideRecusal, null),
            { State: DisputeState.Agreed or DisputeState.SettledOnSpot } => (Close, null),
            { State: DisputeState.Failed or DisputeState.Withdrawn } => (Close, null),
            { Mediator: null } => (Appoint, null),
            { Signing: true } => (Sign, null),
            { NextSession: { } session } => (Hold, LegalDay.Of(session)),
            _ => (Schedule, null),
        };

    private static async Task<IResult> List(
        NpgsqlDataSource source,
        CaseAccess access,
        DisputeList list,
        TimeProvider clock,
        CancellationToken ct,
        string? cursor = null,
        int size = 50
    )
    {
        var (afterDue, afterId) = Cursor(cursor);
        var parameters = new
        {
            headed = access.HeadedUnits.ToArray(),
            own = access.OwnAccounts,
            heads = new[] { Appoint, DecideRecusal },
            hold = Hold,
            today = Iso(LegalDay.Today(clock)),
            afterDue,
            afterId,
            size = Math.Clamp(size, 1, MaximumSize),
        };
        const string mine = """
            d.to_do is not null and ((d.unit = any(@headed) and (d.to_do = any(@heads) or d.mediator is null))
                or (d.mediator = any(@own) and d.to_do <> all(@heads)))
            """;
        await using var connection = await source.OpenConnectionAsync(ct);
        var counts = await connection.QueryAsync<(string Kind, int Count, int Today)>(
            new(
                $"""
                select d.to_do, count(*)::int, (count(*) filter (where d.to_do = @hold and d.due = @today::date))::int
                from dispute_list d where {mine} group by d.to_do
                """,
                parameters,
                cancellationToken: ct
            )
        );
        // The nearest of session and clocks; either may be missing.
        const string due = "coalesce(least(d.due, next_due), '9999-12-31')";
        var rows = await connection.QueryAsync<(Guid Id, string Row, DateOnly Due)>(
            new(
                $"""
                select d.stream_id, d.row::text, {due} from dispute_list d {CaseClocks.Next("d.stream_id")}
                where {mine} and ({due}, d.stream_id) > (@afterDue::date, @afterId)
                order by {due}, d.stream_id limit @size
                """,
                parameters,
                cancellationToken: ct
            )
        );
        var items = rows.Select(r => Item(r.Id, list.Parse(r.Row), r.Due == NoDay ? null : r.Due)).ToList();
        var byKind = counts.ToList();
        var all = byKind.ToDictionary(c => c.Kind, c => c.Count, StringComparer.Ordinal);
        all[Today] = byKind.Sum(c => c.Today);
        return TypedResults.Ok(
            new Worklist(
                items,
                items.Count == parameters.size ? $"{Iso(items[^1].Due ?? NoDay)}_{items[^1].Id:N}" : null,
                all
            )
        );
    }

    private static WorklistItem Item(Guid id, DisputeListRow row, DateOnly? due) =>
        new(
            id,
            row.ToDo!,
            Paths.Of(id),
            row.CaseNumber,
            due,
            row.StateSince,
            [.. row.Workers.Take(1), .. row.Employers.Take(1)]
        );

    private static (string Due, Guid Id) Cursor(string? cursor)
    {
        if (cursor is null)
            return ("0001-01-01", Guid.Empty);
        if (
            cursor.Split('_') is [var due, var id]
            && DateOnly.TryParseExact(due, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
            && Guid.TryParseExact(id, "N", out var after)
        )
            return (due, after);
        throw Problem.Invalid("cursor", "malformed_request");
    }

    private static string Iso(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
