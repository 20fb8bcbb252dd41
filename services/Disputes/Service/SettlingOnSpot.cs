using FluentValidation;
using Mediation.Contracts.Http.Disputes;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Microsoft.AspNetCore.Mvc;

namespace Mediation.Disputes.Service;

/// <summary>Settled and paid in the session; without a payment proof nothing is settled.</summary>
internal static class SettlingOnSpot
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost("/disputes/{id:guid}/workers/{workerClaimId:guid}/settlement", Settle)
            .Validate<SettleOnSpot>()
            .RequireRole(CaseAccess.Workers);

    private static async Task<IResult> Settle(
        Guid id,
        Guid workerClaimId,
        [FromBody] SettleOnSpot body,
        Desk desk,
        HttpResponse response,
        CancellationToken ct
    )
    {
        var by = await desk.Work(id, ct);
        var proof = (await desk.Caseworker.Find(id, body.PaymentProof, ct))!;
        var command = new Domain.SettleOnSpot(
            workerClaimId,
            body.SessionId,
            [.. body.Items.Select(i => new Domain.SettledItem(i.ItemId, new(i.AmountFen)))],
            proof,
            desk.Person,
            by,
            body.On,
            desk.Today
        );
        return await desk.Do(response, id, command, ct, workerClaimId, files: [proof]);
    }

    internal sealed class Validator : AbstractValidator<SettleOnSpot>
    {
        public Validator()
        {
            RuleFor(b => b.On).Day();
            RuleFor(b => b.Items).Cascade(CascadeMode.Stop).NotNull().WithErrorCode("required").AtMost(Rules.MostItems);
            RuleFor(b => b.PaymentProof).Needed();
        }
    }
}
