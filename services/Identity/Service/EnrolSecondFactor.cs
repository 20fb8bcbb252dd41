using System.Security.Cryptography;
using FluentValidation;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Mediation.Identity.Domain;
using Microsoft.AspNetCore.Identity;
using Http = Mediation.Contracts.Http.Identity;

namespace Mediation.Identity.Service;

/// <summary>One-time codes of an authenticator app as second factor.</summary>
internal static class EnrolSecondFactor
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/totp/enrol", Enrol).RequireSignIn(evenLimited: true);
        routes.MapPost("/totp/verify", Verify).Validate<Http.VerifyTotp>().RequireSignIn(evenLimited: true);
        routes.MapPost("/totp/remove", Remove).Validate<Http.VerifyTotp>().RequireSignIn();
    }

    private static async Task<IResult> Enrol(Caller caller, UserManager<Account> users, SecondFactor factor)
    {
        var account = await Find(caller, users);
        if (account.TotpConfirmed)
            throw Refused("totp_enrolled_already");
        var secret = RandomNumberGenerator.GetBytes(Totp.SecretBytes);
        account.TotpSecret = factor.Seal(account.Id, secret);
        account.TotpStep = 0;
        await Store(users, account);
        var shown = Totp.ToBase32(secret);
        var label = Uri.EscapeDataString(account.UserName!);
        return Results.Ok(
            new Http.TotpEnrolment(shown, $"otpauth://totp/Mediation:{label}?secret={shown}&issuer=Mediation")
        );
    }

    private static async Task<IResult> Verify(
        Http.VerifyTotp body,
        Caller caller,
        UserManager<Account> users,
        SecondFactor factor,
        Grants grants,
        Tokens tokens,
        Failures failures,
        EndSessions end,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        var account = await Find(caller, users);
        if (account.TotpSecret is null || account.TotpConfirmed)
            throw Refused(account.TotpConfirmed ? "totp_enrolled_already" : "totp_not_enrolled");
        await Check(account, body.Code, users, factor, failures, clock, ct);
        account.TotpConfirmed = true;
        await Store(users, account);
        await end.Of(account.Id, TokenRevocation.SecondFactorChanged, ct);
        var held = await grants.Find(account.Id, ct) ?? throw Problem.NotFound();
        return Results.Ok(await tokens.Begin(account, held, ct));
    }

    private static async Task<IResult> Remove(
        Http.VerifyTotp body,
        Caller caller,
        UserManager<Account> users,
        SecondFactor factor,
        Grants grants,
        Tokens tokens,
        Failures failures,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        var account = await Find(caller, users);
        if (!account.TotpConfirmed)
            throw Refused("totp_not_enrolled");
        var held = await grants.Find(account.Id, ct) ?? throw Problem.NotFound();
        if (tokens.NeedsTotp(held, LegalDay.Today(clock)))
            throw Refused("totp_required_for_role");
        await Check(account, body.Code, users, factor, failures, clock, ct);
        (account.TotpSecret, account.TotpConfirmed, account.TotpStep) = (null, false, 0);
        await Store(users, account);
        return Results.NoContent();
    }

    private static async Task Check(
        Account account,
        string code,
        UserManager<Account> users,
        SecondFactor factor,
        Failures failures,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        if (await users.IsLockedOutAsync(account))
            throw SignInDesk.Locked(account.LockoutEnd!.Value - clock.GetUtcNow());
        if (factor.Accepts(account, code))
            return;
        await failures.Of(account.Id, ct);
        throw Refused("totp_wrong");
    }

    private static async Task<Account> Find(Caller caller, UserManager<Account> users) =>
        await users.FindByIdAsync(caller.AccountId.ToString()) ?? throw Problem.NotFound();

    private static async Task Store(UserManager<Account> users, Account account)
    {
        if (!(await users.UpdateAsync(account)).Succeeded)
            throw new Problem(StatusCodes.Status409Conflict, "changed_meanwhile");
    }

    private static Problem Refused(string code) => new(StatusCodes.Status422UnprocessableEntity, code);

    internal sealed class Validator : AbstractValidator<Http.VerifyTotp>
    {
        public Validator()
        {
            RuleFor(x => x.Code).NotEmpty().WithErrorCode("required");
            RuleFor(x => x.Code).Matches("^[0-9]{6}$").WithErrorCode("totp_malformed");
        }
    }
}
