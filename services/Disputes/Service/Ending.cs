using FluentValidation;
using Mediation.Contracts.Http.Disputes;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace Mediation.Disputes.Service;

/// <summary>The ends without agreement: mediation failed (调解终止), or the applicant withdrew.</summary>
internal static class Ending
{
    /// <summary>Rule of the period of mediation (企业劳动争议协商调解规定, article 29).</summary>
    private const string MediationPeriod = "MED_RUN";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/disputes/{id:guid}/failure", Fail).Validate<FailMediation>().RequireRole(CaseAccess.Workers);
        routes
            .MapPost("/disputes/{id:guid}/withdrawal", Withdraw)
            .Validate<WithdrawClaims>()
            .RequireRole(CaseAccess.Workers);
    }

    private static async Task<IResult> Fail(
        Guid id,
        [FromBody] FailMediation body,
        Desk desk,
        NpgsqlDataSource source,
        HttpResponse response,
        CancellationToken ct
    )
    {
        var by = await desk.Work(id, ct);
        var opinion = await desk.Caseworker.Seal(id, "opinion", body.Opinion, by, ct);
        var signed = await desk.Caseworker.Find(id, body.SignedOpinion, ct);
        var command = new Domain.FailMediation(
            body.WorkerClaimIds ?? [],
            body.Reason.As<Domain.FailureReason>(),
            opinion!.Facts.Reference(),
            signed,
            body.RightToArbitrateTold,
            by,
            body.On,
            desk.Today,
            await CaseClocks.LastDay(source, id, MediationPeriod, ct)
        );
        return await desk.Do(response, id, command, ct, texts: [opinion], files: [signed]);
    }

    private static async Task<IResult> Withdraw(
        Guid id,
        [FromBody] WithdrawClaims body,
        Desk desk,
        HttpResponse response,
        CancellationToken ct
    )
    {
        var by = await desk.Work(id, ct);
        var command = new Domain.WithdrawClaims(
            body.WorkerClaimIds ?? [],
            body.Reason.As<Domain.WithdrawalReason>(),
            by,
            body.On,
            desk.Today
        );
        return await desk.Do(response, id, command, ct);
    }

    internal sealed class FailValidator : AbstractValidator<FailMediation>
    {
        public FailValidator()
        {
            RuleFor(b => b.Reason).Word();
            RuleFor(b => b.On).Day();
            RuleFor(b => b.Opinion).Cascade(CascadeMode.Stop).Needed().Short();
            RuleFor(b => b.WorkerClaimIds).AtMost(Rules.MostWorkers);
        }
    }

    internal sealed class WithdrawValidator : AbstractValidator<WithdrawClaims>
    {
        public WithdrawValidator()
        {
            RuleFor(b => b.Reason).Word();
            RuleFor(b => b.On).Day();
            RuleFor(b => b.WorkerClaimIds).AtMost(Rules.MostWorkers);
        }
    }
}
