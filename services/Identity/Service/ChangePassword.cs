using FluentValidation;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Mediation.Identity.Domain;
using Microsoft.AspNetCore.Identity;
using Http = Mediation.Contracts.Http.Identity;

namespace Mediation.Identity.Service;

internal static class ChangePassword
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/password", Handle).Validate<Http.ChangePassword>().RequireSignIn(evenLimited: true);

    private static async Task<IResult> Handle(
        Http.ChangePassword body,
        Caller caller,
        UserManager<Account> users,
        Grants grants,
        Tokens tokens,
        EndSessions end,
        SignInCrowd crowd,
        Failures failures,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        await using var turn = await crowd.Enter(ct);
        var account = await users.FindByIdAsync(caller.AccountId.ToString()) ?? throw Problem.NotFound();
        // Whoever sits down at an unlocked screen must not be able to try passwords here either.
        if (await users.IsLockedOutAsync(account))
            throw SignInDesk.Locked(account.LockoutEnd!.Value - clock.GetUtcNow());
        if (!await users.CheckPasswordAsync(account, body.Current))
        {
            await failures.Of(account.Id, ct);
            throw new Problem(StatusCodes.Status422UnprocessableEntity, "password_wrong");
        }
        if (string.Equals(body.Current, body.New, StringComparison.Ordinal))
            throw new Problem(StatusCodes.Status422UnprocessableEntity, "password_same");
        account.MustChangePassword = false;
        var changed = await users.ChangePasswordAsync(account, body.Current, body.New);
        if (!changed.Succeeded)
            throw changed.Errors.Any(e => e.Code == "ConcurrencyFailure")
                ? new Problem(StatusCodes.Status409Conflict, "changed_meanwhile")
                : Problem.Invalid("new", PasswordCode(changed));
        await end.Of(account.Id, TokenRevocation.PasswordChanged, ct);
        var held = await grants.Find(account.Id, ct) ?? throw Problem.NotFound();
        return Results.Ok(await tokens.Begin(account, held, ct));
    }

    internal static string PasswordCode(IdentityResult result) =>
        result.Errors.Any(e => e.Code == "PasswordContainsName") ? "password_contains_name" : "password_too_weak";

    internal sealed class Validator : AbstractValidator<Http.ChangePassword>
    {
        public Validator()
        {
            RuleFor(x => x.Current).NotEmpty().WithErrorCode("required");
            RuleFor(x => x.Current).MaximumLength(256).WithErrorCode("too_long");
            RuleFor(x => x.New).NotEmpty().WithErrorCode("required");
            RuleFor(x => x.New).MaximumLength(256).WithErrorCode("too_long");
        }
    }
}
