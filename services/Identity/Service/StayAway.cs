using FluentValidation;
using Mediation.Contracts.Http;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Mediation.Identity.Domain;
using MediatR;
using Microsoft.AspNetCore.Identity;
using Http = Mediation.Contracts.Http.Identity;

namespace Mediation.Identity.Service;

/// <summary>Absences with a substitute (代办), recorded by the person herself, the head of her unit or an administrator.</summary>
internal static class StayAway
{
    private static readonly Role[] Others = [Role.CentreHead, Role.Administrator];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/accounts/{id:guid}/absences", Record).Validate<Http.RecordAbsence>().RequireSignIn();
        routes.MapPost("/accounts/{id:guid}/absences/{absenceId:guid}/cancel", Cancel).RequireSignIn();
    }

    private static async Task<IResult> Record(
        Guid id,
        Http.RecordAbsence body,
        Caller caller,
        Staff staff,
        Grants grants,
        UserManager<Account> users,
        IMediator mediator,
        HttpResponse response,
        CancellationToken ct
    )
    {
        await MayDecide(id, caller, users);
        var substitute = await grants.Find(body.SubstituteAccountId, ct);
        var fact = new SubstituteFact(
            body.SubstituteAccountId,
            substitute?.Row.PersonId ?? Guid.Empty,
            substitute is { Row.Locked: false },
            substitute?.Row.Absences.Any(a => !a.Cancelled && a.From <= body.To && body.From <= a.To) ?? false
        );
        var command = new RecordAbsence(body.AbsenceId, fact, body.From, body.To, staff.Today);
        var done = await mediator.Send(new Execute<RecordAbsence>(id, command), ct);
        return Answer.Done(response, done.Version, new Done(id, done.Version));
    }

    private static async Task<IResult> Cancel(
        Guid id,
        Guid absenceId,
        Caller caller,
        Staff staff,
        UserManager<Account> users,
        IMediator mediator,
        HttpResponse response,
        CancellationToken ct
    )
    {
        await MayDecide(id, caller, users);
        var done = await mediator.Send(new Execute<CancelAbsence>(id, new CancelAbsence(absenceId, staff.Today)), ct);
        return Answer.Done(response, done.Version, new Done(id, done.Version));
    }

    private static async Task MayDecide(Guid id, Caller caller, UserManager<Account> users)
    {
        if (id == caller.AccountId)
            return;
        var account = await users.FindByIdAsync(id.ToString());
        if (account is null || !caller.MayActIn(account.Unit, Others))
            throw Problem.NotFound("account_unknown");
        caller.ActIn(account.Unit, Others);
    }

    internal sealed class Validator : AbstractValidator<Http.RecordAbsence>
    {
        public Validator()
        {
            RuleFor(x => x.AbsenceId).NotEmpty().WithErrorCode("required");
            RuleFor(x => x.SubstituteAccountId).NotEmpty().WithErrorCode("required");
            RuleFor(x => x.From).InclusiveBetween(Days.First, Days.Last).WithErrorCode("date_out_of_range");
            RuleFor(x => x.To).InclusiveBetween(Days.First, Days.Last).WithErrorCode("date_out_of_range");
        }
    }
}
