using Mediation.Content;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Mediation.Identity.Domain;
using Microsoft.AspNetCore.Identity;
using Http = Mediation.Contracts.Http.Identity;

namespace Mediation.Identity.Service;

/// <summary>Makes the tokens of an account from what it holds on the legal day.</summary>
internal sealed class Tokens(
    Grants grants,
    SigningKeys keys,
    Sessions sessions,
    UserManager<Account> users,
    TimeProvider clock,
    IConfiguration configuration
)
{
    // An installation may want what it revokes to end sooner; longer than the longest life no service would accept.
    private readonly TimeSpan life = TimeSpan.FromSeconds(
        Math.Clamp(
            configuration.GetValue("MEDIATION_ACCESS_TOKEN_SECONDS", AccessToken.LongestLife.TotalSeconds),
            1,
            AccessToken.LongestLife.TotalSeconds
        )
    );

    // Who looks after accounts, and who oversees, cannot hand that on by going on leave.
    private static readonly Role[] NotHandedOn = [Role.Administrator, Role.Supervisor];

    private static readonly Role[] NeedSecondFactor = [Role.Verifier, Role.AidApprover, Role.Supervisor];

    /// <summary>A new session. The security stamp goes into it: a password changed elsewhere ends it.</summary>
    public async Task<Http.SignedIn> Begin(Account account, HeldGrants held, CancellationToken ct)
    {
        var (refresh, expires) = await sessions.Begin(account.Id, await users.GetSecurityStampAsync(account), ct);
        return await Issue(account, held, refresh, expires, ct);
    }

    public async Task<Http.SignedIn> Issue(
        Account account,
        HeldGrants held,
        string refresh,
        DateTimeOffset refreshExpires,
        CancellationToken ct
    )
    {
        var now = clock.GetUtcNow();
        var today = LegalDay.Of(now);
        var needsTotp = NeedsTotp(held, today) && !account.TotpConfirmed;
        var limited = account.MustChangePassword || needsTotp;
        var token = new AccessToken(
            account.Id,
            held.Row.PersonId,
            held.Version,
            limited,
            limited ? [] : [.. held.Row.RolesOn(today).Select(Claim).Distinct()],
            limited ? [] : [.. (await StandsInFor(account.Id, today, ct)).Select(s => StandIn(s, today))]
        );
        return new(
            account.Id,
            keys.Sign(token, now, life),
            now + life,
            refresh,
            refreshExpires,
            account.MustChangePassword,
            needsTotp
        );
    }

    /// <summary>Colleagues who are away on the day and named the account as substitute.</summary>
    public async Task<IReadOnlyList<HeldGrants>> StandsInFor(Guid account, DateOnly day, CancellationToken ct) =>
        [
            .. (await grants.WithSubstitute(account, ct)).Where(g =>
                g.Row.AbsenceOn(day)?.SubstituteAccountId == account
            ),
        ];

    public static IEnumerable<HeldRole> HandedOn(HeldGrants absent, DateOnly day) =>
        absent.Row.RolesOn(day).Where(r => !NotHandedOn.Contains(r.Role));

    /// <summary>The installation asks for a second factor and the account holds a role that approves or oversees.</summary>
    public bool NeedsTotp(HeldGrants held, DateOnly day) =>
        configuration.GetValue("MEDIATION_REQUIRE_TOTP", defaultValue: false)
        && held.Row.RolesOn(day).Any(r => NeedSecondFactor.Contains(r.Role));

    private static StandIn StandIn(HeldGrants absent, DateOnly day) =>
        new(absent.Account, absent.Row.PersonId, absent.Version, [.. HandedOn(absent, day).Select(Claim).Distinct()]);

    private static HeldGrant Claim(HeldRole held) => new(Roles.Code(held.Role), held.Unit);
}

/// <summary>The second factor's secret as it stands in the row.</summary>
internal sealed class SecondFactor(FieldCipher cipher, TimeProvider clock)
{
    public byte[] Seal(Guid account, byte[] secret) => cipher.Encrypt(Convert.ToBase64String(secret), Place(account));

    /// <summary>Takes a code and notes that it is used; the caller stores the account.</summary>
    public bool Accepts(Account account, string code)
    {
        if (account.TotpSecret is not { } secret)
            return false;
        var plain = Convert.FromBase64String(cipher.Decrypt(secret, Place(account.Id)));
        if (Totp.Match(plain, code, clock.GetUtcNow(), account.TotpStep) is not { } step)
            return false;
        account.TotpStep = step;
        return true;
    }

    private static FieldPlace Place(Guid account) => new("accounts", "totp_secret", account);
}
