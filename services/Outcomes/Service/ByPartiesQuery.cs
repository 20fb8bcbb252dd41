using Mediation.Contracts.Http.Outcomes;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Npgsql;
using static Mediation.Outcomes.Service.Sql;

namespace Mediation.Outcomes.Service;

/// <summary>Recovery of the cases of given parties, for the one search box: the register finds parties, every service
/// says what it holds of them.</summary>
internal sealed class ByPartiesQuery(Rights rights, NpgsqlDataSource source, TimeProvider clock)
{
    private const int MostParties = 200;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost(
                "/cases/by-parties",
                (ByParties body, ByPartiesQuery query, CancellationToken ct) => query.Get(body, ct)
            )
            .RequireRole(Rights.Readers);

    private Task<IReadOnlyList<PartyRecovery>> Get(ByParties body, CancellationToken ct)
    {
        if (body.PartyIds is not { Count: <= MostParties })
            throw Problem.Invalid("partyIds", "too_many");
        return source.Query(
            """
            with found as (
                select party.id as party, l.line_id, l.dispute_id, l.case_number, l.unit
                from unnest($1) as party (id)
                join recovery_lines l on l.party_id = party.id or l.employers && array[party.id]
                join cases c on c.stream_id = l.dispute_id
                where l.unit = any($2) or c.responsible = any($3))
            select f.party, f.dispute_id, f.case_number, f.unit,
                   coalesce(sum(m.fen) filter (where m.figure = 'effective'), 0)::bigint,
                   coalesce(sum(m.fen) filter (where m.figure = 'recovered'), 0)::bigint
            from found f left join movements m on m.line_id = f.line_id and m.day <= $4
            group by 1, 2, 3, 4 order by f.case_number, f.party limit 500
            """,
            r => new PartyRecovery(
                r.GetGuid(0),
                r.GetGuid(1),
                r.GetString(2),
                r.GetString(3),
                r.GetInt64(4),
                r.GetInt64(5)
            ),
            ct,
            P(body.PartyIds.Distinct().ToArray()),
            P(rights.ReadableUnits),
            P(rights.OwnAccounts),
            P(LegalDay.Today(clock))
        );
    }
}
