using System.Security.Cryptography;
using System.Text;
using FluentValidation;
using Mediation.Content;
using Mediation.Hosting;
using Microsoft.AspNetCore.Identity;
using Npgsql;
using Http = Mediation.Contracts.Http.Identity;

namespace Mediation.Identity.Service;

internal static class SignIn
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost("/sign-in", (Http.SignIn body, SignInDesk desk, CancellationToken ct) => desk.SignIn(body, ct))
            .Validate<Http.SignIn>()
            .AllowAnonymous();

    internal sealed class Validator : AbstractValidator<Http.SignIn>
    {
        public Validator()
        {
            RuleFor(x => x.AccountName).NotEmpty().WithErrorCode("required");
            RuleFor(x => x.AccountName).MaximumLength(64).WithErrorCode("too_long");
            // PostgreSQL knows no NUL in a text.
            RuleFor(x => x.AccountName)
                .Must(n => n is null || !n.Any(char.IsControl))
                .WithErrorCode("control_character");
            RuleFor(x => x.Password).NotEmpty().WithErrorCode("required");
            RuleFor(x => x.Password).MaximumLength(256).WithErrorCode("too_long");
            RuleFor(x => x.Code).Matches("^[0-9]{6}$").When(x => x.Code is not null).WithErrorCode("totp_malformed");
        }
    }
}

/// <summary>Lets people in. Every way to fail takes the same time and, until a lock-out, gives the same answer, so that
/// nobody learns which names exist. Neither names nor passwords are logged.</summary>
internal sealed class SignInDesk(
    UserManager<Account> users,
    Grants grants,
    Tokens tokens,
    SecondFactor secondFactor,
    Failures failures,
    SignInCrowd crowd,
    TimeProvider clock
)
{
    // A hash like every other, of nothing anybody knows: checked when there is no account, for its time.
    private static readonly string NoHash = new PasswordHasher<Account>().HashPassword(
        null!,
        Convert.ToHexString(RandomNumberGenerator.GetBytes(16))
    );

    public async Task<IResult> SignIn(Http.SignIn asked, CancellationToken ct)
    {
        await using var turn = await crowd.Enter(ct);
        var now = clock.GetUtcNow();
        var account = await users.FindByNameAsync(asked.AccountName);
        if (account is null)
        {
            if (await failures.LockedUntil(asked.AccountName, ct) is { } until && until > now)
                throw Locked(until - now);
            _ = users.PasswordHasher.VerifyHashedPassword(null!, NoHash, asked.Password);
            await failures.Unknown(asked.AccountName, ct);
            throw Failed();
        }
        if (await users.IsLockedOutAsync(account))
            throw Locked(account.LockoutEnd!.Value - now);
        if (!await users.CheckPasswordAsync(account, asked.Password))
        {
            await failures.Of(account.Id, ct);
            throw Failed();
        }
        if (await grants.Find(account.Id, ct) is not { Row.Locked: false } held)
            throw Failed();
        if (account.TotpConfirmed)
        {
            if (asked.Code is null)
                throw new Problem(StatusCodes.Status401Unauthorized, "totp_required");
            if (!secondFactor.Accepts(account, asked.Code))
            {
                await failures.Of(account.Id, ct);
                throw new Problem(StatusCodes.Status401Unauthorized, "totp_wrong");
            }
        }
        // The row's stamp is checked: the same one-time code in two requests at once lets in only one of them. A password
        // may be used in two places at the same moment.
        if (account.TotpConfirmed && !(await users.UpdateAsync(account)).Succeeded)
            throw new Problem(StatusCodes.Status409Conflict, "changed_meanwhile");
        await failures.Forget(account.Id, ct);
        return Results.Ok(await tokens.Begin(account, held, ct));
    }

    internal static Problem Locked(TimeSpan left) =>
        new(
            StatusCodes.Status429TooManyRequests,
            "sign_in_locked",
            [Math.Max(1, (int)Math.Ceiling(left.TotalMinutes))]
        );

    private static Problem Failed() => new(StatusCodes.Status401Unauthorized, "sign_in_failed");
}

/// <summary>Checking a password costs a tenth of a second of a processor, on purpose. A crowd at this door must not take
/// the processors from those who are inside.</summary>
internal sealed class SignInCrowd : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly SemaphoreSlim places = new(Math.Max(1, Environment.ProcessorCount / 2) * 2);

    public async Task<IAsyncDisposable> Enter(CancellationToken ct)
    {
        if (!await places.WaitAsync(Patience, ct))
            throw new Problem(StatusCodes.Status429TooManyRequests, "sign_in_crowded");
        return new Place(places);
    }

    public void Dispose() => places.Dispose();

    private sealed class Place(SemaphoreSlim places) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            places.Release();
            return ValueTask.CompletedTask;
        }
    }
}

/// <summary>Counts failures, for accounts and by the same rules for names that no account has. In one statement each:
/// of guesses made at the same moment every one counts.</summary>
internal sealed class Failures(NpgsqlDataSource source, KeyRing ring, TimeProvider clock)
{
    private readonly byte[] key = ring.Derive("unknown-names");

    public Task Of(Guid account, CancellationToken ct) =>
        Count(
            """
            update accounts set
                access_failed_count = case when access_failed_count + 1 >= $3 then 0 else access_failed_count + 1 end,
                lockout_end = case when access_failed_count + 1 >= $3 then $2 + $4 else lockout_end end
            where id = $1
            """,
            new NpgsqlParameter<Guid> { TypedValue = account },
            ct
        );

    /// <summary>The account's owner is in.</summary>
    public async Task Forget(Guid account, CancellationToken ct)
    {
        await using var command = source.CreateCommand(
            "update accounts set access_failed_count = 0, last_sign_in_at = $2 where id = $1"
        );
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = account });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = clock.GetUtcNow() });
        await command.ExecuteNonQueryAsync(ct);
    }

    public Task Unknown(string name, CancellationToken ct) =>
        Count(
            """
            with old as (delete from unknown_names where at < $2 - interval '1 day')
            insert into unknown_names as n (name_hash, failures, at) values ($1, 1, $2)
            on conflict (name_hash) do update set at = $2,
                failures = case when n.failures + 1 >= $3 then 0 else n.failures + 1 end,
                locked_until = case when n.failures + 1 >= $3 then $2 + $4 else n.locked_until end
            """,
            Hash(name),
            ct
        );

    public async Task<DateTimeOffset?> LockedUntil(string unknownName, CancellationToken ct)
    {
        await using var command = source.CreateCommand("select locked_until from unknown_names where name_hash = $1");
        command.Parameters.Add(Hash(unknownName));
        return await command.ExecuteScalarAsync(ct) is DateTime until ? new DateTimeOffset(until) : null;
    }

    private async Task Count(string sql, NpgsqlParameter who, CancellationToken ct)
    {
        await using var command = source.CreateCommand(sql);
        command.Parameters.Add(who);
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = clock.GetUtcNow() });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = AccountRules.FailuresUntilLockOut });
        command.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = AccountRules.LockOut });
        await command.ExecuteNonQueryAsync(ct);
    }

    private NpgsqlParameter<byte[]> Hash(string name) =>
        new() { TypedValue = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(name.ToUpperInvariant())) };
}
