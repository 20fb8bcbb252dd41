using FluentValidation;
using Mediation.Content;
using Mediation.Contracts.Http;
using Mediation.Contracts.Http.Disputes;
using Mediation.Disputes.Domain;
using Mediation.EventStore;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Microsoft.AspNetCore.Mvc;
using CloseDispute = Mediation.Contracts.Http.Disputes.CloseDispute;
using UnperformedReason = Mediation.Disputes.Domain.UnperformedReason;

namespace Mediation.Disputes.Service;

/// <summary>What follows the agreement: items without an amount are done, and the case is closed when the checks pass.</summary>
internal static class Closing
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapPost("/disputes/{id:guid}/workers/{workerClaimId:guid}/items/{itemId:guid}/performance", Perform)
            .Validate<RecordPerformance>()
            .RequireRole(CaseAccess.Workers);
        routes.MapPost("/disputes/{id:guid}/closure", Close).Validate<CloseDispute>().RequireRole(CaseAccess.Workers);
    }

    private static async Task<IResult> Perform(
        Guid id,
        Guid workerClaimId,
        Guid itemId,
        [FromBody] RecordPerformance body,
        Desk desk,
        EventJournal journal,
        Aggregate<WorkerClaim, IWorkerClaimCommand, IWorkerClaimEvent> claims,
        ContentStore contents,
        Acting acting,
        HttpResponse response,
        CancellationToken ct
    )
    {
        await desk.Work(id, ct);
        if (
            (await desk.Caseworker.LoadClaim(workerClaimId, ct)).State is not WorkerClaim.Joined joined
            || joined.Claim.DisputeId != id
        )
            throw Problem.NotFound();
        var evidence = (await desk.Caseworker.Find(id, body.Evidence, ct))!;
        // The worker's stream has a version of its own, and recording that something was done conflicts with nothing.
        var done = await journal.Execute(
            claims,
            workerClaimId,
            new PerformItem(itemId, body.On, desk.Today, evidence),
            acting.Metadata(nameof(PerformItem), body.On),
            null,
            (changes, _, events) =>
            {
                if (events.Count > 0)
                    changes.Also(contents.Keep(id, evidence.ContentId));
            },
            ct
        );
        return Answer.Done(response, done.Version, new Done(workerClaimId, done.Version));
    }

    private static async Task<IResult> Close(
        Guid id,
        [FromBody] CloseDispute body,
        Desk desk,
        HttpResponse response,
        CancellationToken ct
    )
    {
        var by = await desk.Work(id, ct);
        var unperformed = new Dictionary<Guid, UnperformedReason>();
        foreach (var worker in body.Unperformed ?? [])
            unperformed[worker.WorkerClaimId] = worker.Reason.As<UnperformedReason>();
        return await desk.Do(response, id, new Domain.CloseDispute(unperformed, by, body.On, desk.Today), ct);
    }

    internal sealed class PerformValidator : AbstractValidator<RecordPerformance>
    {
        public PerformValidator()
        {
            RuleFor(b => b.On).Day();
            RuleFor(b => b.Evidence).Needed();
        }
    }

    internal sealed class CloseValidator : AbstractValidator<CloseDispute>
    {
        public CloseValidator()
        {
            RuleFor(b => b.On).Day();
            RuleFor(b => b.Unperformed).AtMost(Rules.MostWorkers);
        }
    }
}
