using System.Net;
using Mediation.Contracts.Http;
using Mediation.EventStore;
using Mediation.Hosting;
using Mediation.Kit;
using static Mediation.Services.Tests.Identity.IdentityFixture;
using Role = Mediation.Contracts.Identity.Role;

namespace Mediation.Services.Tests.Identity;

using Mediation.Contracts.Http.Identity;

[Collection(IdentityCollection.Name)]
public sealed class AccountTests(IdentityFixture fixture)
{
    private static DateOnly Today => LegalDay.Today(TimeProvider.System);

    [Fact]
    public async Task An_administrator_lists_searches_and_sees_the_accounts_of_her_units_only()
    {
        using var district = await fixture.As("guanli.chaoyang");
        var all = await Read<Page<AccountListItem>>(await district.GetAsync("/accounts?size=200&sort=-displayName"));
        all.Items.ShouldNotBeEmpty();
        all.Items.ShouldAllBe(a => a.Unit.StartsWith("110105"));
        var found = await Read<Page<AccountListItem>>(
            await district.GetAsync("/accounts?search=接待&role=intakeOfficer&state=active")
        );
        found.Items.ShouldContain(a => a.AccountName == "jiedai.chaoyang");
        var haidian = Demo("jiedai.haidian");
        (await Problem(await district.GetAsync($"/accounts/{haidian}"))).ShouldBe((404, "account_unknown"));
        (await Read<Page<AccountListItem>>(await district.GetAsync("/accounts?unit=110108"))).Total.ShouldBe(0);
        (await Problem(await district.GetAsync("/accounts?sort=passwordHash"))).ShouldBe((400, "invalid_input"));
        (await Problem(await district.GetAsync("/accounts?page=0"))).ShouldBe((400, "invalid_input"));
        (await Read<Page<AccountListItem>>(await district.GetAsync("/accounts?search=%25"))).Total.ShouldBe(0);
    }

    [Fact]
    public async Task Roles_are_given_within_the_administrators_units_and_never_to_herself()
    {
        var (id, _, _) = await fixture.NewAccount();
        using var district = await fixture.As("guanli.chaoyang");
        await Grant(district, id, Role.Mediator, "110105001");
        (await Problem(await Give(district, id, Role.Mediator, "110108"))).ShouldBe((403, "outside_your_units"));
        (await Problem(await Give(district, id, Role.Mediator, "110000"))).ShouldBe((403, "outside_your_units"));
        (await Problem(await Give(district, Demo("guanli.chaoyang"), Role.Verifier, "110105"))).ShouldBe(
            (422, "own_grant")
        );
        (await Problem(await Give(district, Demo("jiedai.haidian"), Role.Mediator, "110105"))).ShouldBe(
            (404, "account_unknown")
        );
        var view = await Read<AccountView>(await district.GetAsync($"/accounts/{id}"));
        view.Grants.ShouldHaveSingleItem().UnitName.ShouldBe("建外街道");
        view.Actions.Single(a => a.Action == "revokeRole").Allowed.ShouldBeTrue();
    }

    [Fact]
    public async Task A_role_of_another_day_is_not_in_todays_token()
    {
        var (id, name, password) = await fixture.NewAccount();
        using var administrator = await fixture.As("guanli.shi");
        var tomorrow = new GrantRole(Guid.CreateVersion7(), Role.CentreHead, "110105", Today.AddDays(1), null);
        (
            await administrator.PostAsJsonAsync($"/accounts/{id}/grants", tomorrow, EventTypes.Json)
        ).EnsureSuccessStatusCode();
        var signedIn = await fixture.SignIn(name, password);
        using var elsewhere = Client(fixture.Other, signedIn.AccessToken);
        (await Problem(await elsewhere.GetAsync("/heads"))).ShouldBe((403, "role_required"));
        using var me = Client(fixture.Identity, signedIn.AccessToken);
        (await Read<WhoAmI>(await me.GetAsync("/me"))).Grants.ShouldHaveSingleItem().ActiveToday.ShouldBeFalse();
    }

    [Fact]
    public async Task A_substitute_acts_on_behalf_until_the_absence_is_cancelled()
    {
        var (head, headName, headPassword) = await fixture.NewAccount(Role.CentreHead);
        var (stand, standName, standPassword) = await fixture.NewAccount(Role.Mediator);
        using var client = await fixture.As(headName, headPassword);
        var absence = new RecordAbsence(Guid.CreateVersion7(), stand, Today, Today.AddDays(3));
        (await client.PostAsJsonAsync($"/accounts/{head}/absences", absence)).EnsureSuccessStatusCode();
        (
            await Problem(
                await client.PostAsJsonAsync(
                    $"/accounts/{head}/absences",
                    absence with
                    {
                        AbsenceId = Guid.CreateVersion7(),
                    }
                )
            )
        ).ShouldBe((422, "absence_overlaps"));
        var signedIn = await fixture.SignIn(standName, standPassword);
        using var me = Client(fixture.Identity, signedIn.AccessToken);
        var standsIn = (await Read<WhoAmI>(await me.GetAsync("/me"))).StandsInFor.ShouldHaveSingleItem();
        (standsIn.AccountId, standsIn.Grants[0].Role).ShouldBe((head, Role.CentreHead));
        using var elsewhere = Client(fixture.Other, signedIn.AccessToken);
        var acted = await Read<Acted>(await elsewhere.PostAsync("/heads/110105001", null));
        acted.ShouldBe(new Acted(stand.ToString(), "centreHead", "110105001", head.ToString()));
        // She stands in for the head, and not for anybody's substitute.
        (
            await Problem(
                await me.PostAsJsonAsync(
                    $"/accounts/{stand}/absences",
                    absence with
                    {
                        AbsenceId = Guid.CreateVersion7(),
                        SubstituteAccountId = head,
                    }
                )
            )
        ).ShouldBe((422, "substitute_away"));

        (
            await client.PostAsync($"/accounts/{head}/absences/{absence.AbsenceId}/cancel", null)
        ).EnsureSuccessStatusCode();
        await Eventually.Get(
            () => elsewhere.PostAsync("/heads/110105001", null),
            r => r.StatusCode == HttpStatusCode.Unauthorized,
            "the substitution ends elsewhere",
            TimeSpan.FromSeconds(5)
        );
        using var after = Client(fixture.Other, (await fixture.SignIn(standName, standPassword)).AccessToken);
        (await Problem(await after.PostAsync("/heads/110105001", null))).ShouldBe((403, "role_required"));
    }

    [Fact]
    public async Task Absences_of_others_are_for_heads_and_administrators_of_their_unit()
    {
        var (id, _, _) = await fixture.NewAccount(Role.Mediator);
        var absence = new RecordAbsence(Guid.CreateVersion7(), Demo("tiaojie.chaoyang"), Today, Today);
        using var colleague = await fixture.As("jiedai.chaoyang");
        (await Problem(await colleague.PostAsJsonAsync($"/accounts/{id}/absences", absence))).ShouldBe(
            (404, "account_unknown")
        );
        using var neighbour = await fixture.As("zhuren.haidian");
        (await Problem(await neighbour.PostAsJsonAsync($"/accounts/{id}/absences", absence))).ShouldBe(
            (404, "account_unknown")
        );
        using var head = await fixture.As("zhuren.chaoyang");
        (await head.PostAsJsonAsync($"/accounts/{id}/absences", absence)).EnsureSuccessStatusCode();
    }

    [Fact]
    public async Task A_reset_password_ends_sessions_and_must_be_changed()
    {
        var (id, name, password) = await fixture.NewAccount(Role.Mediator);
        var session = await fixture.SignIn(name, password);
        using var administrator = await fixture.As("guanli.chaoyang");
        var reset = await Read<PasswordReset>(await administrator.PostAsync($"/accounts/{id}/reset-password", null));
        (await Problem(await fixture.TrySignIn(name, password))).Code.ShouldBe("sign_in_failed");
        (await fixture.SignIn(name, reset.TemporaryPassword)).MustChangePassword.ShouldBeTrue();
        using var anonymous = Client(fixture.Identity);
        (await Problem(await anonymous.PostAsJsonAsync("/refresh", new Refresh(session.RefreshToken)))).Code.ShouldBe(
            "refresh_refused"
        );
        (
            await Problem(await administrator.PostAsync($"/accounts/{Demo("guanli.chaoyang")}/reset-password", null))
        ).ShouldBe((422, "own_password"));
    }

    [Fact]
    public async Task A_profile_is_corrected_and_leaves_no_trace_in_any_event()
    {
        var (id, _, _) = await fixture.NewAccount(Role.Mediator);
        using var administrator = await fixture.As("guanli.chaoyang");
        var digits = Guid.NewGuid().ToString("N")[..8];
        var marker = "丙丁" + digits;
        var edit = new EditProfile(marker, "13800138000", $"{digits}@example.org", "110105002");
        (await administrator.PostAsJsonAsync($"/accounts/{id}/profile", edit)).StatusCode.ShouldBe(
            HttpStatusCode.NoContent
        );
        var view = await Read<AccountView>(await administrator.GetAsync($"/accounts/{id}"));
        (view.DisplayName, view.Phone, view.Unit).ShouldBe((marker, "13800138000", "110105002"));
        var labels = await Read<AccountLabels>(
            await administrator.PostAsJsonAsync("/accounts/labels", new ResolveAccounts([id, Guid.NewGuid()]))
        );
        labels.Labels.ShouldHaveSingleItem().ShouldBe(new AccountLabel(id, marker));
        (await fixture.Database.Dump())
            .Where(t => t.Key != "accounts")
            .ShouldAllBe(t =>
                !t.Value.Contains(marker, StringComparison.Ordinal)
                && !t.Value.Contains(digits, StringComparison.OrdinalIgnoreCase)
            );
        (
            await Problem(await administrator.PostAsJsonAsync($"/accounts/{id}/profile", edit with { Phone = "abc" }))
        ).ShouldBe((400, "invalid_input"));
        (
            await Problem(await administrator.PostAsJsonAsync($"/accounts/{id}/profile", edit with { Unit = "110108" }))
        ).ShouldBe((403, "outside_your_units"));
        (
            await Problem(
                await administrator.PostAsJsonAsync(
                    "/accounts/labels",
                    new ResolveAccounts([.. Enumerable.Range(0, 201).Select(_ => id)])
                )
            )
        ).ShouldBe((400, "invalid_input"));
    }

    [Fact]
    public async Task A_head_finds_the_mediators_who_may_act_in_a_unit_of_hers()
    {
        using var head = await fixture.As("zhuren.chaoyang");
        var mediators = await Read<List<StaffMember>>(await head.GetAsync("/staff?unit=110105001&role=mediator"));
        mediators.ShouldContain(m => m.DisplayName == "调解员甲");
        mediators.ShouldAllBe(m => m.Roles.Contains(Role.Mediator));
        mediators.ShouldNotContain(m => m.DisplayName == "调解员丙");
        (await Problem(await head.GetAsync("/staff?unit=110108&role=mediator"))).ShouldBe((403, "outside_your_units"));
        (await Problem(await head.GetAsync("/staff"))).Status.ShouldBe(400);
    }

    [Fact]
    public async Task Who_stands_above_units_finds_the_people_below_and_who_does_not_finds_none()
    {
        using var supervisor = await fixture.As("ducha.shi");
        var above = await Read<List<StaffMember>>(await supervisor.GetAsync("/staff?unit=110000&role=mediator"));
        above.ShouldNotContain(m => m.DisplayName == "调解员甲");
        var all = await Read<List<StaffMember>>(
            await supervisor.GetAsync("/staff?unit=110000&below=true&role=mediator")
        );
        all.ShouldContain(m => m.DisplayName == "调解员甲");
        all.ShouldContain(m => m.DisplayName == "调解员丙");
        using var head = await fixture.As("zhuren.chaoyang");
        (await Problem(await head.GetAsync("/staff?unit=110000&below=true"))).ShouldBe((403, "outside_your_units"));
    }

    [Fact]
    public async Task Two_administrators_cannot_make_one_name_twice()
    {
        using var administrator = await fixture.As("guanli.shi");
        var name = "chongming-" + Guid.NewGuid().ToString("N")[..8];
        var both = await Task.WhenAll(
            Enumerable
                .Range(0, 2)
                .Select(_ =>
                    administrator.PostAsJsonAsync(
                        "/accounts",
                        new CreateAccount(Guid.CreateVersion7(), name, "测试丁", null, null, "110105")
                    )
                )
        );
        both.Count(r => r.IsSuccessStatusCode).ShouldBe(1);
        (await Problem(both.Single(r => !r.IsSuccessStatusCode))).ShouldBe((422, "account_name_taken"));
    }

    [Theory]
    [InlineData("/accounts", "{")]
    [InlineData("/accounts", "null")]
    [InlineData("/accounts", "[]")]
    [InlineData("/accounts", "{\"accountId\":\"x\"}")]
    [InlineData("/accounts", "{}")]
    [InlineData(
        "/accounts",
        "{\"accountId\":\"00000000-0000-7000-8000-000000000001\",\"accountName\":\"a\\u0000b\",\"displayName\":\"\\u0000\",\"unit\":\"110105\"}"
    )]
    [InlineData("/accounts/labels", "{\"ids\":null}")]
    [InlineData("/units", "{\"from\":\"2026-02-30\"}")]
    [InlineData("/units/110105001/rename", "{\"name\":\"<script>\",\"from\":\"99999-01-01\"}")]
    [InlineData("/sign-in", "{\"accountName\":null,\"password\":null}")]
    [InlineData("/sign-in", "{\"accountName\":\"a\\u0000\",\"password\":\"b\\u0000\"}")]
    [InlineData("/password", "{\"current\":[],\"new\":{}}")]
    public async Task Bad_input_is_answered_and_never_an_error_of_ours(string path, string body)
    {
        using var client = await fixture.As("guanli.shi");
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        var (status, code) = await Problem(await client.PostAsync(path, content));
        status.ShouldBeInRange(400, 422, code);
    }

    [Fact]
    public async Task The_next_signing_key_is_shown_before_it_signs()
    {
        using var anonymous = Client(fixture.Identity);
        var key = (await Read<KeySet>(await anonymous.GetAsync("/keys"))).Keys.ShouldHaveSingleItem();
        (key.Kty, key.Crv, key.Alg, key.Use).ShouldBe(("EC", "P-256", "ES256", "sig"));
        (await fixture.Database.Dump())["signing_keys"].ShouldContain(key.Kid);
        await fixture.Database.Plant("update signing_keys set signs_from = signs_from - interval '31 days'");
        var keys = fixture.Identity.Services.GetRequiredService<Mediation.Identity.Service.SigningKeys>();
        await keys.Renew(default);
        var both = (await Read<KeySet>(await anonymous.GetAsync("/keys"))).Keys;
        both.Count.ShouldBe(2);
        var before = await fixture.SignIn("tiaojie.chaoyang");
        KeyOf(before).ShouldBe(key.Kid);
        // The new one's time has come and the old one's tokens are dead.
        await fixture.Database.Plant(
            $"update signing_keys set signs_from = signs_from - interval '30 minutes' where id <> '{key.Kid}'"
        );
        await using var restarted = await fixture.AnotherInstance();
        using var there = Client(restarted);
        (await Read<KeySet>(await there.GetAsync("/keys"))).Keys.ShouldHaveSingleItem().Kid.ShouldNotBe(key.Kid);
        var after = await Read<SignedIn>(
            await there.PostAsJsonAsync("/sign-in", new SignIn("tiaojie.chaoyang", Password))
        );
        using var elsewhere = Client(fixture.Other, after.AccessToken);
        await Eventually.Get(
            () => elsewhere.GetAsync("/silent"),
            r => r.IsSuccessStatusCode,
            "the new key is known elsewhere"
        );
        await keys.Renew(default);
        await restarted.StopAsync();

        static string KeyOf(SignedIn signedIn) =>
            System
                .Text.Json.JsonDocument.Parse(
                    System.Buffers.Text.Base64Url.DecodeFromChars(signedIn.AccessToken.Split('.')[0])
                )
                .RootElement.GetProperty("kid")
                .GetString()!;
    }

    private static Task<HttpResponseMessage> Give(HttpClient client, Guid account, Role role, string unit) =>
        client.PostAsJsonAsync(
            $"/accounts/{account}/grants",
            new GrantRole(Guid.CreateVersion7(), role, unit, Today, null),
            EventTypes.Json
        );

    private static Guid Demo(string name) => Mediation.Identity.Service.Demo.AccountId(name);
}
