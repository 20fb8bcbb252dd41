using FluentValidation;
using Mediation.Contracts.Http;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Mediation.Identity.Domain;
using MediatR;
using Microsoft.AspNetCore.Identity;
using Http = Mediation.Contracts.Http.Identity;

namespace Mediation.Identity.Service;

internal static class GiveRole
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/accounts/{id:guid}/grants", Grant).Validate<Http.GrantRole>().RequireRole(Role.Administrator);
        routes.MapPost("/accounts/{id:guid}/grants/{grantId:guid}/revoke", Revoke).RequireRole(Role.Administrator);
    }

    private static async Task<IResult> Grant(
        Guid id,
        Http.GrantRole body,
        Caller caller,
        Staff staff,
        UserManager<Account> users,
        IMediator mediator,
        HttpResponse response,
        CancellationToken ct
    )
    {
        await ShowAccount.Find(id, caller, users);
        caller.ActIn(body.Unit, Role.Administrator);
        var command = new GrantRole(
            body.GrantId,
            Staff.RoleOf(body.Role),
            body.Unit,
            staff.UnitIsOpen(body.Unit, body.From),
            body.From,
            body.To,
            caller.AccountId
        );
        var done = await mediator.Send(new Execute<GrantRole>(id, command), ct);
        return Answer.Done(response, done.Version, new Done(id, done.Version));
    }

    private static async Task<IResult> Revoke(
        Guid id,
        Guid grantId,
        Caller caller,
        Grants grants,
        UserManager<Account> users,
        IMediator mediator,
        HttpResponse response,
        CancellationToken ct
    )
    {
        await ShowAccount.Find(id, caller, users);
        // A grant at the city cannot be taken by a district's administrator who happens to look after the account.
        if ((await grants.Find(id, ct))?.Row.Roles.FirstOrDefault(r => r.GrantId == grantId) is { } held)
            caller.ActIn(held.Unit, Role.Administrator);
        var done = await mediator.Send(new Execute<RevokeRole>(id, new RevokeRole(grantId)), ct);
        return Answer.Done(response, done.Version, new Done(id, done.Version));
    }

    internal sealed class Validator : AbstractValidator<Http.GrantRole>
    {
        public Validator()
        {
            RuleFor(x => x.GrantId).NotEmpty().WithErrorCode("required");
            RuleFor(x => x.Unit).NotEmpty().WithErrorCode("required");
            RuleFor(x => x.Role).IsInEnum().WithErrorCode("unknown_value");
            RuleFor(x => x.From).InclusiveBetween(Days.First, Days.Last).WithErrorCode("date_out_of_range");
            RuleFor(x => x.To).InclusiveBetween(Days.First, Days.Last).WithErrorCode("date_out_of_range");
        }
    }
}

/// <summary>Days a person can mean; others are slips of the keyboard.</summary>
internal static class Days
{
    public static readonly DateOnly First = new(1949, 10, 1);
    public static readonly DateOnly Last = new(2199, 12, 31);
}
