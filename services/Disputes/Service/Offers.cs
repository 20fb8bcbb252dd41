using FluentValidation;
using Mediation.Contracts.Http.Disputes;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Microsoft.AspNetCore.Mvc;

namespace Mediation.Disputes.Service;

/// <summary>Offers and what became of them. Their amounts and words are privileged.</summary>
internal static class Offers
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/disputes/{id:guid}/offers", Make).Validate<MakeOffer>().RequireRole(CaseAccess.Workers);
        routes
            .MapPost("/disputes/{id:guid}/offers/{offerId:guid}/answer", Reply)
            .Validate<AnswerOffer>()
            .RequireRole(CaseAccess.Workers);
    }

    private static async Task<IResult> Make(
        Guid id,
        [FromBody] MakeOffer body,
        Desk desk,
        HttpResponse response,
        CancellationToken ct
    )
    {
        var by = await desk.Work(id, ct);
        var offer = desk.Caseworker.NewId("offer");
        var statement = await desk.Caseworker.Seal(id, "statement", body.Statement, by, ct);
        var command = new Domain.MakeOffer(
            offer,
            body.Side.As<Domain.OfferSide>(),
            body.WorkerClaimId,
            body.ItemId,
            new(body.AmountFen),
            statement?.Facts.Reference(),
            by,
            body.On,
            desk.Today
        );
        return await desk.Do(response, id, command, ct, offer, [statement]);
    }

    private static async Task<IResult> Reply(
        Guid id,
        Guid offerId,
        [FromBody] AnswerOffer body,
        Desk desk,
        HttpResponse response,
        CancellationToken ct
    )
    {
        var by = await desk.Work(id, ct);
        var command = new Domain.AnswerOffer(offerId, body.Answer.As<Domain.OfferAnswer>(), by, body.On, desk.Today);
        return await desk.Do(response, id, command, ct, offerId);
    }

    internal sealed class MakeValidator : AbstractValidator<MakeOffer>
    {
        public MakeValidator()
        {
            RuleFor(b => b.Side).Word();
            RuleFor(b => b.On).Day();
            RuleFor(b => b.Statement).Short();
        }
    }

    internal sealed class AnswerValidator : AbstractValidator<AnswerOffer>
    {
        public AnswerValidator()
        {
            RuleFor(b => b.Answer).Word();
            RuleFor(b => b.On).Day();
        }
    }
}
