using System.Globalization;
using Dapper;
using Mediation.Contracts.Http;
using Mediation.Contracts.Http.Disputes;
using Mediation.Disputes.Domain;
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

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/worklist", List).RequireRole(CaseAccess.Workers);

    /// <summary>What has to be done next in a case and until when. Mediation ends with the fifteenth day after acceptance
    /// (a last day on a holiday is later; the earlier day is shown, so that nobody is late by trusting it).</summary>
    public static (string? ToDo, DateOnly? Due) Next(DisputeListRow row)
    {
        var last = row.AcceptedOn.AddDays(DisputeDecider.MediationDays);
        return row switch
        {
            { State: DisputeState.Closed } => (null, null),
            { RecusalPending: true } => (DecideRecusal, last),
            { State: DisputeState.Agreed or DisputeState.SettledOnSpot } => (Close, null),
            { State: DisputeState.Failed or DisputeState.Withdrawn } => (Close, null),
            { Mediator: null } => (Appoint, last),
            { Signing: true } => (Sign, last),
            { NextSession: { } session } => (Hold, LegalDay.Of(session)),
            _ => (Schedule, last),
        };
    }

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
        var rows = await connection.QueryAsync<(Guid Id, string Row)>(
            new(
                $"""
                select d.stream_id, d.row::text from dispute_list d
                where {mine} and (coalesce(d.due, '9999-12-31'), d.stream_id) > (@afterDue::date, @afterId)
                order by coalesce(d.due, '9999-12-31'), d.stream_id limit @size
                """,
                parameters,
                cancellationToken: ct
            )
        );
        var items = rows.Select(r => Item(r.Id, list.Parse(r.Row))).ToList();
        var byKind = counts.ToList();
        var all = byKind.ToDictionary(c => c.Kind, c => c.Count, StringComparer.Ordinal);
        all[Today] = byKind.Sum(c => c.Today);
        return TypedResults.Ok(
            new Worklist(
                items,
                items.Count == parameters.size ? $"{Iso(items[^1].Due ?? new(9999, 12, 31))}_{items[^1].Id:N}" : null,
                all
            )
        );
    }

    private static WorklistItem Item(Guid id, DisputeListRow row) =>
        new(
            id,
            row.ToDo!,
            Paths.Of(id),
            row.CaseNumber,
            row.Due,
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
