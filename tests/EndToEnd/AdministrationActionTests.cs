using System.Globalization;
using Mediation.Kit;

namespace Mediation.EndToEnd.Tests;

/// <summary>Accounts, grants, absences and the tree of units on their pages, and what an operator repairs.</summary>
public sealed class AdministrationActionTests(BrowserFixture fixture) : IDisposable
{
    private readonly Desks office = new(fixture.City);

    /// <summary>An account that comes into being while other tests look at the list of accounts.</summary>
    public const string NewAccount = "ceshi.chaoyang";

    public void Dispose() => office.Dispose();

    [Fact]
    public async Task An_account_is_opened_given_a_role_locked_out_unlocked_and_suspended()
    {
        const string name = NewAccount;
        await using var administrator = await fixture.SignIn(Desks.Administrator);
        await administrator.Open("/admin/accounts/new");
        await administrator.Act(
            "create",
            Fields(("accountName", name), ("displayName", "示例接待"), ("unit", "110105"))
        );
        var temporary = await administrator.Text("output.secret");
        await administrator.Open("/admin/accounts");
        await administrator.Page.FillAsync("[name=search]", "示例接待");
        await administrator.Page.ClickAsync("form.filters button");
        administrator.Page.Url.ShouldNotContain("search", Case.Insensitive, "a name stands in no address");
        await administrator.Page.ClickAsync($"table a:has-text('{name}')");
        await administrator.Act("grantRole", Fields(("role", "intakeOfficer"), ("unit", "110105")));
        (await administrator.Text("table")).ShouldContain("接待");
        var account = administrator.Page.Url;

        // The temporary password is good for one thing: choosing another.
        await using var person = await Person.Arrive(fixture.Browser, fixture.City.Portal, account: name);
        await person.Open("/sign-in");
        await Enter(person, temporary);
        await person.Page.WaitForURLAsync(url => url.Contains("/password", StringComparison.Ordinal));
        await person.Open("/");
        person.Page.Url.ShouldEndWith("/password");
        await person.Act("password", Fields(("current", temporary), ("new", City.Password), ("repeat", City.Password)));
        await person.Open("/register");
        (await person.Page.Locator("#register").CountAsync()).ShouldBe(1);
        await person.Page.ClickAsync(".user-menu summary");
        await person.Page.ClickAsync("form[action='/sign-out'] button");

        for (var i = 0; i < 5; i++)
            await Enter(person, "vergessen");
        await Enter(person, City.Password);
        (await person.Text(".problem")).ShouldContain("分钟");
        await administrator.Page.GotoAsync(account);
        (await administrator.Text("h1")).ShouldNotContain("正常");
        await administrator.Act("unlock");
        (await administrator.Text("h1")).ShouldContain("正常");
        await Enter(person, City.Password);
        await person.Page.WaitForURLAsync(url => !url.Contains("/sign-in", StringComparison.Ordinal));

        await administrator.Act("lock", Fields(("reason", "suspended")));
        (await administrator.Text("h1")).ShouldContain("停用");
        await Eventually.True(
            async () =>
            {
                await person.Open("/requests");
                return person.Page.Url.Contains("/sign-in", StringComparison.Ordinal)
                    || (await person.Text("main")).Contains("登录", StringComparison.Ordinal);
            },
            "who is suspended is out"
        );
        administrator.ConsoleErrors.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_substitute_works_for_an_absent_mediator()
    {
        var dispute = await office.Accepted("工人甲", "示例代办有限公司", "拖欠工资。");
        await office.Appoint(dispute);
        await using var substitute = await fixture.SignIn(office.SecondMediator);
        (await substitute.Open($"/cases/{dispute}"))!.Status.ShouldBeOneOf(403, 404);

        await using var administrator = await fixture.SignIn(Desks.Administrator);
        var account = await office.AccountId(office.Mediator);
        await administrator.Open($"/admin/accounts/{account}");
        await administrator.Act(
            "recordAbsence",
            Fields(
                ("to", Day(Desks.Today.AddDays(2))),
                ("substitute", (await office.AccountId(office.SecondMediator)).ToString())
            )
        );
        (await administrator.Text()).ShouldContain("调解员乙");
        try
        {
            await using var later = await fixture.SignIn(office.SecondMediator);
            await later.Open("/profile");
            (await later.Text()).ShouldContain("调解员甲");
            await Eventually.True(
                async () => (await later.Open($"/cases/{dispute}"))!.Ok,
                "who stands in sees the case"
            );
            await later.Act(
                "holdSession",
                Fields(("minutes", "代办：双方到场。"), ("rightsNotified", "on"), ("recusalAsked", "on"))
            );
            (await later.Text("h1")).ShouldContain("调解中");
        }
        finally
        {
            await administrator.Open($"/admin/accounts/{account}");
            await administrator.Page.ClickAsync("form:has(input[value^='cancelAbsence-']) button");
            (await administrator.Text(".notice")).ShouldNotBeEmpty();
        }
        administrator.ConsoleErrors.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_street_is_moved_to_another_district_from_a_day_on()
    {
        const string street = "110105043";
        var day = Desks.Today.AddDays(30);
        await using var administrator = await fixture.SignIn(Desks.Administrator);
        await administrator.Open($"/admin/units/{street}");
        var name = (await administrator.Text("h1")).Split(' ')[0];
        await administrator.Act("move", Fields(("parent", "110112"), ("from", Day(day))));
        (await administrator.Text(".timeline")).ShouldContain(Day(day));
        (await Parent(administrator, day.AddDays(-1))).ShouldBe("朝阳区");
        (await Parent(administrator, day)).ShouldBe("通州区");
        administrator.ConsoleErrors.ShouldBeEmpty();

        async Task<string> Parent(Person person, DateOnly on)
        {
            await person.Open($"/admin/units?asOf={Day(on)}");
            var text = await person
                .Page.Locator($"details.branch:has(a[href='/admin/units/{street}']) > summary")
                .InnerTextAsync();
            name.ShouldNotBeEmpty();
            return text.Split(' ')[0];
        }
    }

    [Fact]
    public async Task A_street_is_given_the_number_that_its_notices_name()
    {
        const string street = "110105042";
        await using var administrator = await fixture.SignIn(Desks.Administrator);
        await administrator.Open($"/admin/units/{street}");
        (await administrator.Text("dl")).ShouldContain("沿用上级单位");
        await Should.ThrowAsync<InvalidOperationException>(() =>
            administrator.Act("phone", Fields(("phone", "12-34-")))
        );
        (await administrator.Text("form:has(input[name=phone])")).ShouldContain("5 至 20 位");
        (await administrator.Page.InputValueAsync("input[name=phone]")).ShouldBe("12-34-");
        await administrator.Act("phone", Fields(("phone", "010-83570001")));
        (await administrator.Text("dl")).ShouldContain("010-83570001");
        administrator.ConsoleErrors.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_failed_is_replayed_on_the_page_of_operations()
    {
        await using var administrator = await fixture.SignIn(Desks.Administrator);
        var page = administrator.Page;
        await Desks.Misplace(fixture.City);
        await Eventually.True(
            async () =>
            {
                await administrator.Open("/operations");
                (await administrator.Text("#service-deadlines")).ShouldContain("时限巡查");
                return (await administrator.Text("#service-disputes")).Contains(
                    "disputes.requests_skipped",
                    StringComparison.Ordinal
                );
            },
            "the failed message is on the page"
        );
        await page.ClickAsync("#service-disputes a[href*='/operations/errors']");
        (await administrator.Text("table")).ShouldContain("dead-letter");
        await page.ClickAsync("form:has(> input[value=replay]) button");
        await page.ClickAsync("#confirm-replay button[value=yes]");
        await page.WaitForURLAsync(url => url.EndsWith("/operations", StringComparison.Ordinal));
        (await administrator.Text(".notice")).ShouldMatch("[1-9]");

        administrator.ConsoleErrors.ShouldBeEmpty();
    }

    private static async Task Enter(Person person, string password)
    {
        await person.Page.FillAsync("input[name=account]", person.Account);
        await person.Page.FillAsync("input[name=password]", password);
        await person.Page.ClickAsync("form:has(input[name=password]) button");
        await person.Page.WaitForLoadStateAsync();
    }

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static Dictionary<string, string> Fields(params (string Name, string Value)[] fields) =>
        fields.ToDictionary(f => f.Name, f => f.Value, StringComparer.Ordinal);
}
