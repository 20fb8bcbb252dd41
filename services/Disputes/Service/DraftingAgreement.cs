using FluentValidation;
using Mediation.Contracts.Http.Disputes;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Microsoft.AspNetCore.Mvc;

namespace Mediation.Disputes.Service;

/// <summary>A draft of the agreement with the terms of each worker, item by item.</summary>
internal static class DraftingAgreement
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost("/disputes/{id:guid}/agreements", Draft)
            .Validate<DraftAgreement>()
            .RequireRole(CaseAccess.Workers);

    private static async Task<IResult> Draft(
        Guid id,
        [FromBody] DraftAgreement body,
        Desk desk,
        HttpResponse response,
        CancellationToken ct
    )
    {
        var by = await desk.Work(id, ct);
        var agreement = desk.Caseworker.NewId("agreement");
        var terms = await desk.Caseworker.Seal(id, "terms", body.FreeTerms, by, ct);
        var command = new Domain.DraftAgreement(
            agreement,
            body.Manner.As<Domain.PaymentManner>(),
            [.. body.Workers.Select(w => new Domain.WorkerTerms(w.WorkerClaimId, [.. w.Items.Select(Terms)]))],
            terms?.Facts.Reference(),
            by,
            body.On,
            desk.Today
        );
        return await desk.Do(response, id, command, ct, agreement, [terms]);
    }

    private static Domain.ItemTerms Terms(ItemTerms t) =>
        new(
            t.ItemId,
            t.AddedType?.As<Domain.ItemType>(),
            new(t.AmountFen),
            t.Tax.As<Domain.TaxBasis>(),
            t.Payee.As<Domain.Payee>(),
            [.. t.Instalments.Select(i => new Domain.Instalment(new(i.AmountFen), i.DueOn))],
            t.DoneBy,
            t.DefaultClause.As<Domain.DefaultClause>(),
            new(t.PenaltyFen),
            t.Waiver.As<Domain.Waiver>()
        );

    internal sealed class Validator : AbstractValidator<DraftAgreement>
    {
        public Validator()
        {
            RuleFor(b => b.On).Day();
            RuleFor(b => b.Manner).Word();
            RuleFor(b => b.FreeTerms).Short();
            RuleFor(b => b.Workers)
                .Cascade(CascadeMode.Stop)
                .NotNull()
                .WithErrorCode("required")
                .AtMost(Rules.MostWorkers);
            RuleForEach(b => b.Workers).SetValidator(new WorkerValidator()).When(b => b.Workers is not null);
        }
    }

    private sealed class WorkerValidator : AbstractValidator<WorkerTerms>
    {
        public WorkerValidator()
        {
            RuleFor(w => w.Items).Cascade(CascadeMode.Stop).NotNull().WithErrorCode("required").AtMost(Rules.MostItems);
            RuleForEach(w => w.Items).SetValidator(new ItemValidator()).When(w => w.Items is not null);
        }
    }

    private sealed class ItemValidator : AbstractValidator<ItemTerms>
    {
        public ItemValidator()
        {
            RuleFor(i => i.Tax).Word();
            RuleFor(i => i.Payee).Word();
            RuleFor(i => i.DefaultClause).Word();
            RuleFor(i => i.Waiver).Word();
            RuleFor(i => i.Instalments)
                .Cascade(CascadeMode.Stop)
                .NotNull()
                .WithErrorCode("required")
                .AtMost(Rules.MostItems);
            RuleForEach(i => i.Instalments)
                .ChildRules(p => p.RuleFor(x => x.DueOn).Day())
                .When(i => i.Instalments is not null);
        }
    }
}
