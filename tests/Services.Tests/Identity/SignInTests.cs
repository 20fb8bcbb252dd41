using System.Net;
using Mediation.EventStore;
using Mediation.Identity.Service;
using Mediation.Kit;
using static Mediation.Services.Tests.Identity.IdentityFixture;
using Role = Mediation.Contracts.Identity.Role;

namespace Mediation.Services.Tests.Identity;

using Mediation.Contracts.Http.Identity;

[Collection(IdentityCollection.Name)]
public sealed class SignInTests(IdentityFixture fixture)
{
    [Fact]
    public async Task A_demonstration_account_signs_in_and_is_told_who_she_is()
    {
        using var client = await fixture.As("tiaojie.chaoyang");
        var me = await Read<WhoAmI>(await client.GetAsync("/me"));
        me.AccountName.ShouldBe("tiaojie.chaoyang");
        me.DisplayName.ShouldBe("调解员甲");
        me.UnitName.ShouldBe("朝阳区");
        me.MustChangePassword.ShouldBeFalse();
        var grant = me.Grants.ShouldHaveSingleItem();
        (grant.Role, grant.Unit, grant.ActiveToday).ShouldBe((Role.Mediator, "110105", true));
    }

    [Fact]
    public async Task Signing_in_in_several_places_at_the_same_moment_lets_all_in()
    {
        var (_, name, password) = await fixture.NewAccount(Role.IntakeOfficer);
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => fixture.TrySignIn(name, password)));
        answers.Select(a => a.StatusCode).Distinct().ShouldBe([HttpStatusCode.OK]);
    }

    [Fact]
    public async Task Wrong_name_and_wrong_password_get_the_same_answer_in_both_languages()
    {
        var (_, name, _) = await fixture.NewAccount();
        var wrongName = await fixture.TrySignIn("nobody-" + Guid.NewGuid().ToString("N")[..8]);
        var wrongPassword = await fixture.TrySignIn(name, "Falsch2026Falsch");
        (await Problem(wrongName)).ShouldBe((401, "sign_in_failed"));
        (await Problem(wrongPassword)).ShouldBe((401, "sign_in_failed"));
        wrongName.Headers.WwwAuthenticate.ToString().ShouldBe(wrongPassword.Headers.WwwAuthenticate.ToString());
        using var english = Client(fixture.Identity, language: "en");
        var answer = await english.PostAsJsonAsync("/sign-in", new SignIn(name, "Falsch2026Falsch"));
        (await answer.Content.ReadAsStringAsync()).ShouldContain("The account name or password is wrong");
        (await wrongName.Content.ReadAsStringAsync()).ShouldContain("账号名或密码不正确");
    }

    [Fact]
    public async Task Five_wrong_passwords_lock_for_a_while_and_an_administrator_unlocks()
    {
        var (id, name, password) = await fixture.NewAccount(Role.IntakeOfficer);
        for (var i = 0; i < AccountRules.FailuresUntilLockOut; i++)
            (await Problem(await fixture.TrySignIn(name, "Falsch2026Falsch"))).Code.ShouldBe("sign_in_failed");
        (await Problem(await fixture.TrySignIn(name, password))).ShouldBe((429, "sign_in_locked"));
        using var administrator = await fixture.As("guanli.chaoyang");
        (await Read<AccountView>(await administrator.GetAsync($"/accounts/{id}"))).State.ShouldBe(
            AccountState.LockedOut
        );
        (await administrator.PostAsync($"/accounts/{id}/unlock", null)).EnsureSuccessStatusCode();
        await fixture.SignIn(name, password);
    }

    [Fact]
    public async Task A_name_nobody_has_locks_like_an_account()
    {
        var name = "nobody-" + Guid.NewGuid().ToString("N")[..8];
        for (var i = 0; i < AccountRules.FailuresUntilLockOut; i++)
            (await Problem(await fixture.TrySignIn(name))).Code.ShouldBe("sign_in_failed");
        (await Problem(await fixture.TrySignIn(name))).ShouldBe((429, "sign_in_locked"));
        var dump = await fixture.Database.Dump();
        dump.ShouldAllBe(t => !t.Value.Contains(name, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Guesses_made_at_the_same_moment_all_count()
    {
        var (_, name, password) = await fixture.NewAccount();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => fixture.TrySignIn(name, "Falsch2026Falsch")));
        (await Problem(await fixture.TrySignIn(name, password))).ShouldBe((429, "sign_in_locked"));
    }

    [Fact]
    public async Task Neither_names_nor_passwords_stand_where_they_should_not()
    {
        var (_, name, password) = await fixture.NewAccount(Role.Mediator);
        await fixture.SignIn(name, password);
        var dump = await fixture.Database.Dump();
        dump["accounts"].ShouldContain(name);
        dump.Where(t => t.Key != "accounts").ShouldAllBe(t => !t.Value.Contains(name, StringComparison.Ordinal));
        dump.ShouldAllBe(t => !t.Value.Contains(password, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_new_account_can_only_change_its_password_until_it_has()
    {
        using var administrator = await fixture.As("guanli.shi");
        var (id, name) = (Guid.CreateVersion7(), "xin-" + Guid.NewGuid().ToString("N")[..8]);
        var created = await Read<AccountCreated>(
            await administrator.PostAsJsonAsync(
                "/accounts",
                new CreateAccount(id, name, "测试乙", null, null, "110105")
            )
        );
        await Grant(administrator, id, Role.IntakeOfficer, "110105");
        var first = await fixture.SignIn(name, created.TemporaryPassword);
        first.MustChangePassword.ShouldBeTrue();
        using var limited = Client(fixture.Identity, first.AccessToken);
        (await Problem(await limited.GetAsync("/units"))).ShouldBe((403, "account_not_ready"));
        (await limited.GetAsync("/me")).EnsureSuccessStatusCode();
        using var elsewhere = Client(fixture.Other, first.AccessToken);
        (await Problem(await elsewhere.GetAsync("/silent"))).ShouldBe((403, "account_not_ready"));

        (int, string) weak = await Problem(
            await limited.PostAsJsonAsync("/password", new ChangePassword(created.TemporaryPassword, "kurz"))
        );
        weak.ShouldBe((400, "invalid_input"));
        var changed = await Read<SignedIn>(
            await limited.PostAsJsonAsync("/password", new ChangePassword(created.TemporaryPassword, "Xinmima2026Hao"))
        );
        changed.MustChangePassword.ShouldBeFalse();
        using var free = Client(fixture.Identity, changed.AccessToken);
        (await free.GetAsync("/units")).EnsureSuccessStatusCode();
        (await Problem(await fixture.TrySignIn(name, created.TemporaryPassword))).Code.ShouldBe("sign_in_failed");
    }

    [Fact]
    public async Task Refresh_tokens_rotate_and_an_old_one_ends_the_session()
    {
        var (_, name, password) = await fixture.NewAccount();
        var first = await fixture.SignIn(name, password);
        var second = await Refresh(first.RefreshToken);
        second.RefreshToken.ShouldNotBe(first.RefreshToken);
        var third = await Refresh(second.RefreshToken);
        (await Problem(await TryRefresh(first.RefreshToken))).ShouldBe((401, "refresh_refused"));
        (await Problem(await TryRefresh(third.RefreshToken))).ShouldBe((401, "refresh_refused"));
    }

    [Fact]
    public async Task Two_tabs_that_refresh_at_the_same_moment_go_on()
    {
        var (_, name, password) = await fixture.NewAccount();
        var first = await fixture.SignIn(name, password);
        var both = await Task.WhenAll(Refresh(first.RefreshToken), Refresh(first.RefreshToken));
        both[0].RefreshToken.ShouldBe(both[1].RefreshToken);
        await Refresh(both[0].RefreshToken);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task A_made_up_refresh_token_is_refused(string token) =>
        ((int)(await TryRefresh(token)).StatusCode).ShouldBe(token.Length == 0 ? 400 : 401);

    [Fact]
    public async Task A_forged_counter_is_refused()
    {
        var (_, name, password) = await fixture.NewAccount();
        var token = (await fixture.SignIn(name, password)).RefreshToken;
        for (var i = 0; i < token.Length; i += 7)
        {
            var forged = token[..i] + (token[i] == 'A' ? 'B' : 'A') + token[(i + 1)..];
            (await Problem(await TryRefresh(forged))).ShouldBe((401, "refresh_refused"));
        }
        await Refresh(token);
    }

    [Fact]
    public async Task Sign_out_ends_this_session_and_no_other()
    {
        var (_, name, password) = await fixture.NewAccount();
        var (here, there) = (await fixture.SignIn(name, password), await fixture.SignIn(name, password));
        using var client = Client(fixture.Identity);
        var signedOut = await client.PostAsJsonAsync("/sign-out", new SignOut(here.RefreshToken));
        signedOut.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await Problem(await TryRefresh(here.RefreshToken))).Code.ShouldBe("refresh_refused");
        await Refresh(there.RefreshToken);
    }

    [Fact]
    public async Task A_changed_password_ends_all_other_sessions()
    {
        var (_, name, password) = await fixture.NewAccount();
        var (here, there) = (await fixture.SignIn(name, password), await fixture.SignIn(name, password));
        using var client = Client(fixture.Identity, here.AccessToken);
        (
            await Problem(await client.PostAsJsonAsync("/password", new ChangePassword("falsch", "Xinmima2026Hao")))
        ).ShouldBe((422, "password_wrong"));
        (await Problem(await client.PostAsJsonAsync("/password", new ChangePassword(password, password)))).ShouldBe(
            (422, "password_same")
        );
        var renewed = await Read<SignedIn>(
            await client.PostAsJsonAsync("/password", new ChangePassword(password, "Xinmima2026Hao"))
        );
        (await Problem(await TryRefresh(there.RefreshToken))).Code.ShouldBe("refresh_refused");
        (await Problem(await TryRefresh(here.RefreshToken))).Code.ShouldBe("refresh_refused");
        await Refresh(renewed.RefreshToken);
        using var again = Client(fixture.Identity, renewed.AccessToken);
        (await again.GetAsync("/me")).EnsureSuccessStatusCode();
    }

    [Fact]
    public async Task Signing_out_everywhere_reaches_another_service_within_about_a_second()
    {
        var (_, name, password) = await fixture.NewAccount(Role.CentreHead);
        var signedIn = await fixture.SignIn(name, password);
        using var elsewhere = Client(fixture.Other, signedIn.AccessToken);
        (await elsewhere.GetAsync("/heads")).EnsureSuccessStatusCode();
        using var client = Client(fixture.Identity, signedIn.AccessToken);
        (await client.PostAsync("/sign-out-everywhere", null)).EnsureSuccessStatusCode();
        var refused = await Eventually.Get(
            () => elsewhere.GetAsync("/heads"),
            r => r.StatusCode == HttpStatusCode.Unauthorized,
            "the token is refused elsewhere",
            TimeSpan.FromSeconds(5)
        );
        (await Problem(refused)).Code.ShouldBe("token_stale");
        refused.Headers.WwwAuthenticate.ToString().ShouldBe("Bearer");
        (await Problem(await TryRefresh(signedIn.RefreshToken))).Code.ShouldBe("refresh_refused");
        // A new sign-in is not touched by the old revocation.
        using var anew = Client(fixture.Other, (await fixture.SignIn(name, password)).AccessToken);
        (await anew.GetAsync("/heads")).EnsureSuccessStatusCode();
    }

    [Fact]
    public async Task A_revoked_role_is_gone_elsewhere_within_about_a_second_and_the_session_goes_on()
    {
        var (id, name, password) = await fixture.NewAccount();
        using var administrator = await fixture.As("guanli.shi");
        var grant = await Grant(administrator, id, Role.CentreHead, "110105");
        var signedIn = await fixture.SignIn(name, password);
        using var elsewhere = Client(fixture.Other, signedIn.AccessToken);
        (await elsewhere.PostAsync("/heads/110105001", null)).EnsureSuccessStatusCode();
        (await Problem(await elsewhere.PostAsync("/heads/110108", null))).ShouldBe((403, "outside_your_units"));
        (await administrator.PostAsync($"/accounts/{id}/grants/{grant}/revoke", null)).EnsureSuccessStatusCode();
        await Eventually.Get(
            () => elsewhere.PostAsync("/heads/110105001", null),
            r => r.StatusCode == HttpStatusCode.Unauthorized,
            "the old grant is refused elsewhere",
            TimeSpan.FromSeconds(5)
        );
        var refreshed = await Refresh(signedIn.RefreshToken);
        using var without = Client(fixture.Other, refreshed.AccessToken);
        (await Problem(await without.PostAsync("/heads/110105001", null))).ShouldBe((403, "role_required"));
    }

    [Fact]
    public async Task A_locked_account_is_out_everywhere_and_back_when_unlocked()
    {
        var (id, name, password) = await fixture.NewAccount(Role.CentreHead);
        var signedIn = await fixture.SignIn(name, password);
        using var administrator = await fixture.As("guanli.chaoyang");
        (
            await administrator.PostAsJsonAsync(
                $"/accounts/{id}/lock",
                new LockAccount(LockReason.Suspended),
                EventTypes.Json
            )
        ).EnsureSuccessStatusCode();
        (await Problem(await fixture.TrySignIn(name, password))).Code.ShouldBe("sign_in_failed");
        (await Problem(await TryRefresh(signedIn.RefreshToken))).Code.ShouldBe("refresh_refused");
        using var elsewhere = Client(fixture.Other, signedIn.AccessToken);
        await Eventually.Get(
            () => elsewhere.GetAsync("/heads"),
            r => r.StatusCode == HttpStatusCode.Unauthorized,
            "the locked account is out elsewhere",
            TimeSpan.FromSeconds(5)
        );
        (await administrator.PostAsync($"/accounts/{id}/unlock", null)).EnsureSuccessStatusCode();
        await fixture.SignIn(name, password);
    }

    [Fact]
    public async Task A_second_factor_is_enrolled_asked_for_and_works_once()
    {
        var (_, name, password) = await fixture.NewAccount();
        using var client = await fixture.As(name, password);
        var enrolment = await Read<TotpEnrolment>(await client.PostAsync("/totp/enrol", null));
        enrolment.Uri.ShouldStartWith("otpauth://totp/Mediation:");
        var secret = FromBase32(enrolment.Secret);
        var step = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / 30;
        (await Problem(await client.PostAsJsonAsync("/totp/verify", new VerifyTotp("12345")))).ShouldBe(
            (400, "invalid_input")
        );
        await Read<SignedIn>(await client.PostAsJsonAsync("/totp/verify", new VerifyTotp(Totp.Code(secret, step))));
        (await Problem(await fixture.TrySignIn(name, password))).ShouldBe((401, "totp_required"));
        (await Problem(await fixture.TrySignIn(name, password, Totp.Code(secret, step)))).ShouldBe((401, "totp_wrong"));
        await fixture.SignIn(name, password, Totp.Code(secret, step + 1));
        (await fixture.Database.Dump())["accounts"].ShouldNotContain(enrolment.Secret);
    }

    // RFC 6238, appendix B (SHA-1), last six digits.
    [Theory]
    [InlineData(59, "287082")]
    [InlineData(1111111109, "081804")]
    [InlineData(1111111111, "050471")]
    [InlineData(1234567890, "005924")]
    [InlineData(2000000000, "279037")]
    [InlineData(20000000000, "353130")]
    public void One_time_codes_are_those_of_RFC_6238(long seconds, string code) =>
        Totp.Code("12345678901234567890"u8.ToArray(), seconds / 30).ShouldBe(code);

    // RFC 4648, section 10, without padding.
    [Theory]
    [InlineData("f", "MY")]
    [InlineData("fo", "MZXQ")]
    [InlineData("foo", "MZXW6")]
    [InlineData("foob", "MZXW6YQ")]
    [InlineData("fooba", "MZXW6YTB")]
    [InlineData("foobar", "MZXW6YTBOI")]
    public void Secrets_are_shown_in_base32(string text, string base32) =>
        Totp.ToBase32(System.Text.Encoding.ASCII.GetBytes(text)).ShouldBe(base32);

    [Fact]
    public async Task An_installation_may_demand_a_second_factor_of_those_who_approve()
    {
        var (_, name, password) = await fixture.NewAccount(Role.Verifier);
        await using var strict = await fixture.AnotherInstance("--MEDIATION_REQUIRE_TOTP=true");
        using var client = Client(strict);
        var first = await Read<SignedIn>(await client.PostAsJsonAsync("/sign-in", new SignIn(name, password)));
        first.MustEnrolTotp.ShouldBeTrue();
        using var limited = Client(strict, first.AccessToken);
        (await Problem(await limited.GetAsync("/units"))).ShouldBe((403, "account_not_ready"));
        var enrolment = await Read<TotpEnrolment>(await limited.PostAsync("/totp/enrol", null));
        var code = Totp.Code(FromBase32(enrolment.Secret), TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / 30);
        var full = await Read<SignedIn>(await limited.PostAsJsonAsync("/totp/verify", new VerifyTotp(code)));
        full.MustEnrolTotp.ShouldBeFalse();
        using var free = Client(strict, full.AccessToken);
        (await free.GetAsync("/units")).EnsureSuccessStatusCode();
        (await Problem(await free.PostAsJsonAsync("/totp/remove", new VerifyTotp(code)))).ShouldBe(
            (422, "totp_required_for_role")
        );
        await strict.StopAsync();
    }

    private Task<HttpResponseMessage> TryRefresh(string token) =>
        Client(fixture.Identity).PostAsJsonAsync("/refresh", new Refresh(token));

    private async Task<SignedIn> Refresh(string token) => await Read<SignedIn>(await TryRefresh(token));

    private static byte[] FromBase32(string text)
    {
        const string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        var bits = string.Concat(text.Select(c => Convert.ToString(alphabet.IndexOf(c), 2).PadLeft(5, '0')));
        return [.. Enumerable.Range(0, bits.Length / 8).Select(i => Convert.ToByte(bits.Substring(i * 8, 8), 2))];
    }
}
