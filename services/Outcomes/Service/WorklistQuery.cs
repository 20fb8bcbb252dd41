using System.Globalization;
using Mediation.Contracts.Http;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Npgsql;
using static Mediation.Outcomes.Service.Sql;

namespace Mediation.Outcomes.Service;

/// <summary>What the caller has to do here: countersign, answer a return, chase an unpaid instalment. Ordered by (due,
/// id) like the worklist of every service.</summary>
internal sealed class WorklistQuery(Rights rights, NpgsqlDataSource source, TimeProvider clock)
{
    /// <summary>An instalment comes up this many days before it is due.</summary>
    private const int DaysBefore = 3;

    private const string Items = """
        with items (id, kind, path, dispute_id, due, since, parties) as (
            select p.payment_id, 'paymentToCountersign', '/payments/' || p.payment_id, p.dispute_id, null::date,
                   min(p.entered_at), array_agg(distinct p.party_id)
            from payments p
            where p.state = 'awaiting' and p.unit = any($1) and not p.enterer_accounts && array[$2]
              and not p.enterer_persons && array[$3]
            group by p.payment_id, p.dispute_id
            union all
            select p.payment_id, 'paymentReturned', '/payments/' || p.payment_id, p.dispute_id, null::date,
                   min(p.changed_at), array_agg(distinct p.party_id)
            from payments p join cases c on c.stream_id = p.dispute_id
            where p.state = 'returned'
              and (p.enterer_accounts && array[$2] or c.responsible = any($4)
                   or c.responsible is null and c.unit = any($5))
            group by p.payment_id, p.dispute_id
            union all
            select md5(o.line_id::text || ':' || o.number)::uuid,
                   case when o.due_on < $6 then 'instalmentOverdue' else 'instalmentDue' end,
                   '/cases/' || o.dispute_id, o.dispute_id, o.due_on, o.due_on::timestamp at time zone 'Asia/Shanghai',
                   array[o.party_id]
            from open_instalments o join cases c on c.stream_id = o.dispute_id
            where o.due_on <= $7 and (c.responsible = any($4) or c.responsible is null and c.unit = any($5))
        )
        """;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet(
                "/worklist",
                (string? cursor, int? size, WorklistQuery worklist, CancellationToken ct) =>
                    worklist.Get(cursor, Math.Clamp(size ?? 20, 1, 100), ct)
            )
            .RequireSignIn();

    private async Task<Worklist> Get(string? cursor, int size, CancellationToken ct)
    {
        var (due, id) = Cursor(cursor);
        var items = await source.Query(
            Items
                + """
                select i.id, i.kind, i.path, c.row ->> 'caseNumber', i.due, i.since, i.parties
                from items i join cases c on c.stream_id = i.dispute_id
                where (coalesce(i.due, 'infinity'::date), i.id) > ($8, $9)
                order by coalesce(i.due, 'infinity'::date), i.id limit $10
                """,
            r => new WorklistItem(
                r.GetGuid(0),
                r.GetString(1),
                r.GetString(2),
                r.GetString(3),
                r.IsDBNull(4) ? null : r.GetFieldValue<DateOnly>(4),
                r.GetFieldValue<DateTimeOffset>(5),
                r.GetFieldValue<Guid[]>(6)
            ),
            ct,
            [.. Mine(), P(due), P(id), P(size)]
        );
        var counts = await source.Query(
            Items + "select kind, count(*) from items group by kind",
            r => (Kind: r.GetString(0), Count: (int)r.GetInt64(1)),
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

    private NpgsqlParameter[] Mine()
    {
        var today = LegalDay.Today(clock);
        var reviewer = rights.Reviewer;
        return
        [
            P(reviewer is { Verifier: true, Mediator: false, Supervisor: false } ? rights.VerifiedUnits : []),
            P(reviewer.Staff.Account),
            P(reviewer.Staff.Person),
            P(rights.OwnAccounts),
            P(rights.HeadedUnits),
            P(today),
            P(today.AddDays(DaysBefore)),
        ];
    }

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
