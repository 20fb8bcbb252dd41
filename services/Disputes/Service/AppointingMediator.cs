using Dapper;
using FluentValidation;
using Mediation.Contracts.Http.Disputes;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Microsoft.AspNetCore.Mvc;
using Npgsql;
using MediatorChangeReason = Mediation.Disputes.Domain.MediatorChangeReason;

namespace Mediation.Disputes.Service;

/// <summary>The head appoints the mediator, or puts another in her place. Only an account that mediates in the case's
/// unit or above it can be appointed.</summary>
internal static class AppointingMediator
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapPost("/disputes/{id:guid}/mediator", Appoint)
            .Validate<AppointMediator>()
            .RequireRole(CaseAccess.Heads);
        routes.MapGet("/disputes/{id:guid}/mediators", Candidates).RequireRole(CaseAccess.Heads);
    }

    private static async Task<IResult> Appoint(
        Guid id,
        [FromBody] AppointMediator body,
        Desk desk,
        DisputeList list,
        AccessCopies units,
        NpgsqlDataSource source,
        HttpResponse response,
        CancellationToken ct
    )
    {
        var by = await desk.Lead(id, ct);
        var unit = (await list.Find(id, ct))!.Unit;
        if ((await Of(source, units, unit, desk.Today, ct)).All(m => m.Account != body.Mediator))
            throw new Problem(StatusCodes.Status422UnprocessableEntity, "not_a_mediator_here");
        var command = new Domain.AppointMediator(
            body.Mediator,
            body.Reason?.As<MediatorChangeReason>(),
            by,
            body.On,
            desk.Today
        );
        return await desk.Do(response, id, command, ct);
    }

    private static async Task<IResult> Candidates(
        Guid id,
        Desk desk,
        DisputeList list,
        AccessCopies units,
        NpgsqlDataSource source,
        CancellationToken ct
    )
    {
        _ = await desk.Lead(id, ct);
        return TypedResults.Ok(await Of(source, units, (await list.Find(id, ct))!.Unit, desk.Today, ct));
    }

    private static async Task<IReadOnlyList<MediatorLoad>> Of(
        NpgsqlDataSource source,
        AccessCopies units,
        string unit,
        DateOnly today,
        CancellationToken ct
    )
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        var known = await connection.QueryAsync<(Guid Account, string[] Units, int Open)>(
            new(
                """
                select m.account, m.units, (select count(*)::int from dispute_list d
                    where d.mediator = m.account and d.state <> 'closed')
                from mediators m where cardinality(m.units) > 0
                """,
                cancellationToken: ct
            )
        );
        return
        [
            .. known
                .Where(m => m.Units.Any(granted => units.Tree.IsWithin(unit, granted, today)))
                .Select(m => new MediatorLoad(m.Account, m.Open))
                .OrderBy(m => m.OpenCases)
                .ThenBy(m => m.Account),
        ];
    }

    internal sealed class Validator : AbstractValidator<AppointMediator>
    {
        public Validator()
        {
            RuleFor(b => b.Mediator).Needed();
            RuleFor(b => b.On).Day();
        }
    }
}
