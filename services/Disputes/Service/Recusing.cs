using FluentValidation;
using Mediation.Contracts.Http.Disputes;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Microsoft.AspNetCore.Mvc;

namespace Mediation.Disputes.Service;

/// <summary>回避: a mediator discloses a tie or a party asks her to step back; the head decides.</summary>
internal static class Recusing
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/disputes/{id:guid}/recusals", Raise).Validate<RaiseRecusal>().RequireRole(CaseAccess.Workers);
        routes
            .MapPost("/disputes/{id:guid}/recusals/{recusalId:guid}/decision", Decide)
            .Validate<DecideRecusal>()
            .RequireRole(CaseAccess.Heads);
    }

    private static async Task<IResult> Raise(
        Guid id,
        [FromBody] RaiseRecusal body,
        Desk desk,
        HttpResponse response,
        CancellationToken ct
    )
    {
        var by = await desk.Work(id, ct);
        var recusal = desk.Caseworker.NewId("recusal");
        var statement = await desk.Caseworker.Seal(id, "statement", body.Statement, by, ct);
        var command = new Domain.RaiseRecusal(
            recusal,
            body.Source.As<Domain.RecusalSource>(),
            body.PartyId,
            body.Ground.As<Domain.RecusalGround>(),
            statement?.Facts.Reference(),
            by,
            body.On,
            desk.Today
        );
        return await desk.Do(response, id, command, ct, recusal, [statement]);
    }

    private static async Task<IResult> Decide(
        Guid id,
        Guid recusalId,
        [FromBody] DecideRecusal body,
        Desk desk,
        HttpResponse response,
        CancellationToken ct
    )
    {
        var by = await desk.Lead(id, ct);
        var command = new Domain.DecideRecusal(recusalId, body.Accepted, by, body.On, desk.Today);
        return await desk.Do(response, id, command, ct);
    }

    internal sealed class RaiseValidator : AbstractValidator<RaiseRecusal>
    {
        public RaiseValidator()
        {
            RuleFor(b => b.Source).Word();
            RuleFor(b => b.Ground).Word();
            RuleFor(b => b.On).Day();
            RuleFor(b => b.Statement).Short();
        }
    }

    internal sealed class DecideValidator : AbstractValidator<DecideRecusal>
    {
        public DecideValidator() => RuleFor(b => b.On).Day();
    }
}
