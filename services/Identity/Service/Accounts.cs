using System.Text.Json;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace Mediation.Identity.Service;

/// <summary>An account with the staff profile: plain rows that an administrator corrects. What the account may do is
/// decided by its Grant stream, which has the same id and knows none of this.</summary>
internal sealed class Account : IdentityUser<Guid>
{
    public required string DisplayName { get; set; }

    /// <summary>Home unit: whose administrators look after the account.</summary>
    public required string Unit { get; set; }

    public Guid PersonId { get; set; }

    public bool MustChangePassword { get; set; }

    public DateTimeOffset? LastSignInAt { get; set; }

    /// <summary>Secret of the second factor, encrypted; it counts only when confirmed.</summary>
    public byte[]? TotpSecret { get; set; }

    public bool TotpConfirmed { get; set; }

    /// <summary>Time step of the code used last; a code works once.</summary>
    public long TotpStep { get; set; }
}

/// <summary>The tables of ASP.NET Core Identity; the one place of the system with Entity Framework, because the
/// framework's stores for hashes, stamps and lock-out come with it.</summary>
internal sealed class Accounts(DbContextOptions<Accounts> options) : IdentityUserContext<Account, Guid>(options)
{
    /// <summary>Statements that make the tables where they are missing.</summary>
    public static string Script()
    {
        var options = new DbContextOptionsBuilder<Accounts>().UseNpgsql("Host=none").Options;
        using var context = new Accounts(options);
        return context
            .Database.GenerateCreateScript()
            .Replace("CREATE TABLE ", "CREATE TABLE IF NOT EXISTS ", StringComparison.Ordinal)
            .Replace("CREATE UNIQUE INDEX ", "CREATE UNIQUE INDEX IF NOT EXISTS ", StringComparison.Ordinal)
            .Replace("CREATE INDEX ", "CREATE INDEX IF NOT EXISTS ", StringComparison.Ordinal);
    }

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.Entity<Account>(account =>
        {
            account.HasIndex(a => a.Unit);
            account.HasIndex(a => a.PersonId);
        });
        builder.Entity<Account>().ToTable("accounts");
        builder.Entity<IdentityUserClaim<Guid>>().ToTable("account_claims");
        builder.Entity<IdentityUserLogin<Guid>>().ToTable("account_logins");
        builder.Entity<IdentityUserToken<Guid>>().ToTable("account_tokens");
        foreach (var property in builder.Model.GetEntityTypes().SelectMany(e => e.GetProperties()))
            property.SetColumnName(JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name));
    }
}

internal static class AccountRules
{
    public const int FailuresUntilLockOut = 5;
    public static readonly TimeSpan LockOut = TimeSpan.FromMinutes(15);
    public const int ShortestPassword = 10;

    public static IServiceCollection AddAccounts(this IServiceCollection services)
    {
        services.AddDbContext<Accounts>(
            (provider, options) => options.UseNpgsql(provider.GetRequiredService<Npgsql.NpgsqlDataSource>())
        );
        services
            .AddIdentityCore<Account>(o =>
            {
                o.Lockout.MaxFailedAccessAttempts = FailuresUntilLockOut;
                o.Lockout.DefaultLockoutTimeSpan = LockOut;
                o.Lockout.AllowedForNewUsers = true;
                o.Password.RequiredLength = ShortestPassword;
                o.Password.RequiredUniqueChars = 5;
                o.Password.RequireNonAlphanumeric = false;
            })
            .AddEntityFrameworkStores<Accounts>()
            .AddPasswordValidator<PasswordNamesNobody>();
        return services;
    }

    private sealed class PasswordNamesNobody : IPasswordValidator<Account>
    {
        public Task<IdentityResult> ValidateAsync(UserManager<Account> manager, Account user, string? password) =>
            Task.FromResult(
                user.UserName is { Length: > 0 } name
                && password?.Contains(name, StringComparison.OrdinalIgnoreCase) == true
                    ? IdentityResult.Failed(new IdentityError { Code = "PasswordContainsName" })
                    : IdentityResult.Success
            );
    }
}
