using FluentValidation;
using Mediation.Contracts.Http;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Mediation.Identity.Domain;
using MediatR;
using Microsoft.AspNetCore.Identity;
using Http = Mediation.Contracts.Http.Identity;

namespace Mediation.Identity.Service;

/// <summary>What an administrator does to an account of her units: lock, unlock, new password, corrections.</summary>
internal static class ChangeAccount
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var accounts = routes.MapGroup("/accounts/{id:guid}");
        accounts.MapPost("/lock", Lock).RequireRole(Role.Administrator);
        accounts.MapPost("/unlock", Unlock).RequireRole(Role.Administrator);
        accounts.MapPost("/reset-password", ResetPassword).RequireRole(Role.Administrator);
        accounts.MapPost("/profile", EditProfile).Validate<Http.EditProfile>().RequireRole(Role.Administrator);
    }

    private static async Task<IResult> Lock(
        Guid id,
        Http.LockAccount body,
        Caller caller,
        UserManager<Account> users,
        IMediator mediator,
        HttpResponse response,
        CancellationToken ct
    )
    {
        await ShowAccount.Find(id, caller, users);
        var command = new LockAccount(Enum.Parse<LockReason>(body.Reason.ToString()), caller.AccountId);
        var done = await mediator.Send(
            new Execute<LockAccount>(id, command, Also: changes => Sessions.EndAll(changes, id)),
            ct
        );
        return Answer.Done(response, done.Version, new Done(id, done.Version));
    }

    private static async Task<IResult> Unlock(
        Guid id,
        Caller caller,
        UserManager<Account> users,
        IMediator mediator,
        HttpResponse response,
        CancellationToken ct
    )
    {
        var account = await ShowAccount.Find(id, caller, users);
        var done = await mediator.Send(new Execute<UnlockAccount>(id, new UnlockAccount()), ct);
        (account.LockoutEnd, account.AccessFailedCount) = (null, 0);
        await Store(users, account);
        return Answer.Done(response, done.Version, new Done(id, done.Version));
    }

    private static async Task<IResult> ResetPassword(
        Guid id,
        Caller caller,
        UserManager<Account> users,
        EndSessions end,
        CancellationToken ct
    )
    {
        var account = await ShowAccount.Find(id, caller, users);
        if (account.Id == caller.AccountId)
            throw new Problem(StatusCodes.Status422UnprocessableEntity, "own_password");
        var password = AccountMaker.TemporaryPassword();
        (account.TotpSecret, account.TotpConfirmed, account.TotpStep) = (null, false, 0);
        (account.MustChangePassword, account.LockoutEnd, account.AccessFailedCount) = (true, null, 0);
        account.PasswordHash = users.PasswordHasher.HashPassword(account, password);
        if (!(await users.UpdateSecurityStampAsync(account)).Succeeded)
            throw new Problem(StatusCodes.Status409Conflict, "changed_meanwhile");
        await end.Of(id, TokenRevocation.PasswordReset, ct);
        return Results.Ok(new Http.PasswordReset(password));
    }

    private static async Task<IResult> EditProfile(
        Guid id,
        Http.EditProfile body,
        Caller caller,
        Staff staff,
        UserManager<Account> users
    )
    {
        var account = await ShowAccount.Find(id, caller, users);
        if (!string.Equals(account.Unit, body.Unit, StringComparison.Ordinal))
        {
            caller.ActIn(body.Unit, Role.Administrator);
            if (!staff.UnitIsOpen(body.Unit, staff.Today))
                throw new Problem(StatusCodes.Status422UnprocessableEntity, GrantRefusals.UnitNotOpen, [body.Unit]);
        }
        (account.DisplayName, account.PhoneNumber, account.Email, account.Unit) = (
            body.DisplayName.Trim(),
            body.Phone,
            body.Email,
            body.Unit
        );
        await Store(users, account);
        return Results.NoContent();
    }

    private static async Task Store(UserManager<Account> users, Account account)
    {
        if (!(await users.UpdateAsync(account)).Succeeded)
            throw new Problem(StatusCodes.Status409Conflict, "changed_meanwhile");
    }

    internal sealed class ProfileValidator : AbstractValidator<Http.EditProfile>
    {
        public ProfileValidator()
        {
            RuleFor(x => x.Unit).NotEmpty().WithErrorCode("required");
            Include(new ProfileRules<Http.EditProfile>(x => x.DisplayName, x => x.Phone, x => x.Email));
        }
    }
}
