using System.Security.Cryptography;
using FluentValidation;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Mediation.Identity.Domain;
using MediatR;
using Microsoft.AspNetCore.Identity;
using Http = Mediation.Contracts.Http.Identity;

namespace Mediation.Identity.Service;

internal static class CreateAccount
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/accounts", Handle).Validate<Http.CreateAccount>().RequireRole(Role.Administrator);

    private static async Task<IResult> Handle(
        Http.CreateAccount body,
        Caller caller,
        Staff staff,
        Grants grants,
        AccountMaker maker,
        CancellationToken ct
    )
    {
        caller.ActIn(body.Unit, Role.Administrator);
        if (!staff.UnitIsOpen(body.Unit, staff.Today))
            throw new Problem(422, GrantRefusals.UnitNotOpen, [body.Unit]);
        // A person is named by an account she has, never invented: otherwise a typing error would make two persons of
        // one, who could then countersign herself.
        if (body.PersonId is { } person && !(await grants.All(ct)).Any(g => g.Row.PersonId == person))
            throw Problem.Invalid("personId", "person_unknown");
        var password = AccountMaker.TemporaryPassword();
        var version = await maker.Make(
            new Account
            {
                Id = body.AccountId,
                UserName = body.AccountName,
                DisplayName = body.DisplayName.Trim(),
                PhoneNumber = body.Phone,
                Email = body.Email,
                Unit = body.Unit,
                PersonId = body.PersonId ?? Guid.CreateVersion7(),
                MustChangePassword = true,
            },
            password,
            ct
        );
        // Without an ETag: this answer holds a password and must not be kept for repetitions.
        return Results.Ok(new Http.AccountCreated(body.AccountId, version, password));
    }

    internal sealed class Validator : AbstractValidator<Http.CreateAccount>
    {
        public Validator()
        {
            RuleFor(x => x.AccountId).NotEmpty().WithErrorCode("required");
            RuleFor(x => x.AccountName).NotEmpty().WithErrorCode("required");
            RuleFor(x => x.AccountName).Matches("^[a-z][a-z0-9._-]{2,31}$").WithErrorCode("account_name_malformed");
            RuleFor(x => x.Unit).NotEmpty().WithErrorCode("required");
            Include(new ProfileRules<Http.CreateAccount>(x => x.DisplayName, x => x.Phone, x => x.Email));
        }
    }
}

/// <summary>What every staff profile must keep to.</summary>
internal sealed class ProfileRules<T> : AbstractValidator<T>
{
    public ProfileRules(
        System.Linq.Expressions.Expression<Func<T, string>> name,
        System.Linq.Expressions.Expression<Func<T, string?>> phone,
        System.Linq.Expressions.Expression<Func<T, string?>> email
    )
    {
        RuleFor(name).Must(n => !string.IsNullOrWhiteSpace(n)).WithErrorCode("required");
        RuleFor(name).MaximumLength(50).WithErrorCode("too_long");
        RuleFor(name).Must(n => n is null || !n.Any(char.IsControl)).WithErrorCode("control_character");
        RuleFor(phone).Matches("^[0-9+][0-9 -]{5,19}$").WithErrorCode("phone_malformed");
        RuleFor(email).EmailAddress().WithErrorCode("email_malformed");
        RuleFor(email).MaximumLength(200).WithErrorCode("too_long");
    }
}

/// <summary>Makes an account: its Grant stream first, then the row, so that no row can sign in without a stream; a
/// repetition after a crash in between finds the stream and makes the row.</summary>
internal sealed class AccountMaker(UserManager<Account> users, IMediator mediator, Grants grants)
{
    private const string Letters = "abcdefghjkmnpqrstuvwxyz";
    private const string Capitals = "ABCDEFGHJKMNPQRSTUVWXYZ";
    private const string Digits = "23456789";

    /// <summary>Sixteen characters without the ones that look alike, with all kinds the rules ask for.</summary>
    public static string TemporaryPassword() =>
        RandomNumberGenerator.GetString(Capitals, 4)
        + RandomNumberGenerator.GetString(Letters, 6)
        + RandomNumberGenerator.GetString(Digits, 6);

    /// <returns>Version of the Grant stream.</returns>
    public async Task<long> Make(Account account, string password, CancellationToken ct)
    {
        if (await users.FindByIdAsync(account.Id.ToString()) is not null)
            throw new Problem(StatusCodes.Status409Conflict, "exists_already");
        if (await users.FindByNameAsync(account.UserName!) is not null)
            throw new Problem(StatusCodes.Status422UnprocessableEntity, "account_name_taken");
        // An interrupted attempt with the same id has decided the person already.
        if (await grants.Find(account.Id, ct) is { } begun)
            account.PersonId = begun.Row.PersonId;
        var enrolled = await mediator.Send(
            new Execute<EnrolAccount>(account.Id, new EnrolAccount(account.Id, account.PersonId)),
            ct
        );
        var created = await Create(account, password);
        if (!created.Succeeded)
            throw created.Errors.Any(e => e.Code == "DuplicateUserName")
                ? new Problem(StatusCodes.Status422UnprocessableEntity, "account_name_taken")
                : Problem.Invalid("password", ChangePassword.PasswordCode(created));
        return enrolled.Version;
    }

    private async Task<IdentityResult> Create(Account account, string password)
    {
        try
        {
            return await users.CreateAsync(account, password);
        }
        catch (Microsoft.EntityFrameworkCore.DbUpdateException e)
            when (e.InnerException is Npgsql.PostgresException { SqlState: Npgsql.PostgresErrorCodes.UniqueViolation })
        {
            return IdentityResult.Failed(new IdentityError { Code = "DuplicateUserName" });
        }
    }
}
