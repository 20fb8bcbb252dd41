using System.Globalization;
using Mediation.Contracts.Http;
using Mediation.Contracts.Identity;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Npgsql;

namespace Mediation.Deadlines.Service;

/// <summary>What the caller has to do here: answer for a breach, or look at an answer. Ordered by (due, id) like the
/// worklist of every service; the clocks themselves stand beside the work of the services that own it.</summary>
internal sealed class WorklistQuery(Rights rights, NpgsqlDataSource source, SupervisionList list)
{
    private const int LargestPage = 200;

    private string Items =>
        $"""
            with items (id, kind, case_id, due, since) as (
                select s.stream_id, 'supervisionToReply', s.case_id, s.reply_by, s.row -> 'opened' ->> 'openedOn'
                from {list.Table} s left join cases f on f.stream_id = s.case_id
                where s.state = 'open' and (f.responsible = any($1) or s.unit = any($2))
                union all
                select s.stream_id, 'supervisionToClear', s.case_id, null::date, s.row -> 'opened' ->> 'openedOn'
                from {list.Table} s
                where s.state = 'answered' and s.by_unit = any($3) and (s.row ->> 'replied')::uuid is distinct from $4
            )
            """;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet(
                "/worklist",
                (string? cursor, int? size, WorklistQuery worklist, CancellationToken ct) =>
                    worklist.Get(cursor, Math.Clamp(size ?? 50, 1, LargestPage), ct)
            )
            .RequireSignIn();

    private async Task<Worklist> Get(string? cursor, int size, CancellationToken ct)
    {
        var (due, id) = Cursor(cursor);
        var items = await source.Rows(
            Items
                + """
                select i.id, i.kind, f.row ->> 'caseNumber', i.due, iso_day(i.since)
                from items i left join cases f on f.stream_id = i.case_id
                where (coalesce(i.due, 'infinity'::date), i.id) > ($5, $6)
                order by coalesce(i.due, 'infinity'::date), i.id limit $7
                """,
            r => new WorklistItem(
                r.GetGuid(0),
                r.GetString(1),
                $"/supervisions/{r.GetGuid(0)}",
                r.IsDBNull(2) ? null : r.GetString(2),
                r.IsDBNull(3) ? null : r.GetFieldValue<DateOnly>(3),
                LegalDay.Begin(r.GetFieldValue<DateOnly>(4)),
                []
            ),
            ct,
            [.. Mine(), Sql.P(due), Sql.P(id), Sql.P(size)]
        );
        var counts = await source.Rows(
            Items + " select kind, count(*)::int from items group by kind",
            r => (Kind: r.GetString(0), Count: r.GetInt32(1)),
            ct,
            Mine()
        );
        return new(
            items,
            items.Count < size
                ? null
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"{items[^1].Due ?? DateOnly.MaxValue:yyyy-MM-dd}_{items[^1].Id:N}"
                ),
            counts.ToDictionary(c => c.Kind, c => c.Count, StringComparer.Ordinal)
        );
    }

    private NpgsqlParameter[] Mine() =>
        [
            Sql.P(rights.OwnAccounts),
            Sql.P(rights.Caller.At(Role.CentreHead)),
            Sql.P(rights.Caller.At(Rights.Followers)),
            Sql.P(rights.Account),
        ];

    private static (DateOnly Due, Guid Id) Cursor(string? cursor)
    {
        if (cursor is null)
            return (DateOnly.MinValue, Guid.Empty);
        return
            cursor.Split('_') is [{ } day, { } id]
            && DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var due)
            && Guid.TryParseExact(id, "N", out var item)
            ? (due, item)
            : throw Problem.Invalid("cursor", "unknown_code");
    }
}
