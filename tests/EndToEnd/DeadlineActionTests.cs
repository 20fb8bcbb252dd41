using System.Globalization;
using Mediation.Contracts.Deadlines;
using Mediation.Kit;

namespace Mediation.EndToEnd.Tests;

/// <summary>What is done with statutory periods on the pages: a date explains itself and is moved by consent, a breach is
/// answered below and cleared above, a question changes nothing, and a calendar is read by whoever has its address.</summary>
public sealed class DeadlineActionTests(BrowserFixture fixture) : IDisposable
{
    private const string Facts = "拖欠两个月工资，多次催要未果。";
    private readonly Desks office = new(fixture.City);

    public void Dispose() => office.Dispose();

    [Fact]
    public async Task A_last_day_explains_itself_where_it_stands()
    {
        var dispute = await office.Accepted("工人甲", "示例期限有限公司", Facts);
        await office.Appoint(dispute);
        await office.Clocks(dispute);
        await using var mediator = await fixture.SignIn(office.Mediator);
        await mediator.Open($"/cases/{dispute}");
        (await mediator.Text("#clocks")).ShouldContain("调解期限");
        (await mediator.Text("#clocks")).ShouldContain("工作日");
        (await mediator.Text("h1 .light")).ShouldContain("剩");
        await mediator.Page.ClickAsync("#clocks tr:has-text('调解期限') a[href^='/clocks/']");
        await mediator.Page.WaitForSelectorAsync("#clock-explained .counting");
        (await mediator.Text("#clock-explained")).ShouldContain("计第 15 日");
        (await mediator.Text("#clock-explained")).ShouldContain("视为调解不成");
        mediator.IdInAddress().ShouldBe(dispute);
        mediator.ConsoleErrors.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_period_is_lengthened_by_consent_of_both_with_their_paper(bool script)
    {
        var dispute = await office.Accepted("工人乙", "示例延期有限公司", Facts);
        await office.Appoint(dispute);
        var before = (await office.Clocks(dispute)).Single(c => c.Rule == "MED_RUN");
        await using var mediator = await fixture.SignIn(office.Mediator, script);
        await mediator.Open($"/clocks/{before.Id}");
        await mediator.Act("extend", new Dictionary<string, string> { ["by"] = "5" }, Paper());
        (await mediator.Text(".notice")).ShouldContain("已延长");
        (await mediator.Text("h1")).ShouldContain("已延长 5");
        (await mediator.Text(".timeline")).ShouldContain("期限延长");
        var after = await Eventually.Get(
            async () => (await office.Clocks(dispute)).Single(c => c.Rule == "MED_RUN"),
            c => c.ExtendedBy == 5,
            "the case shows the longer period"
        );
        after.Due!.Value.ShouldBeGreaterThan(before.Due!.Value);
        // The paper stands with the line of the history that rests on it.
        (await mediator.Page.Locator(".timeline a[href*='/documents/']").CountAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task A_breach_is_answered_by_the_unit_sent_back_and_cleared_by_the_unit_above()
    {
        var request = await office.AppliedOn(Desks.Today.AddDays(-20), "工人丙", "示例超期有限公司", Facts);
        var row = await office.Breach(request);
        await using var head = await fixture.SignIn(office.Head);
        await head.Open("/supervisions?side=of&state=open");
        await head.Page.ClickAsync($"a[href='/supervisions/{row.Id}']");
        (await head.Text("h1")).ShouldContain("待回复");
        await head.Act("reply", new Dictionary<string, string> { ["text"] = "承办人请假，已另行安排。" });
        (await head.Text("h1")).ShouldContain("已回复待审");

        await using var city = await fixture.SignIn("ducha.shi");
        await city.Open("/supervisions?side=by&state=answered");
        await city.Page.ClickAsync($"a[href='/supervisions/{row.Id}']");
        (await city.Text(".timeline")).ShouldContain("已另行安排");
        await city.Act("sendBack", new Dictionary<string, string> { ["text"] = "请说明何时作出受理决定。" });
        (await city.Text("h1")).ShouldContain("待回复");

        await head.Open($"/supervisions/{row.Id}");
        (await head.Text(".timeline")).ShouldContain("何时作出受理决定");
        await head.Act("reply", new Dictionary<string, string> { ["text"] = "申请人已另案解决，不再办理。" });
        await city.Open($"/supervisions/{row.Id}");
        await city.Act("clear", new Dictionary<string, string> { ["confirmed"] = "on" });
        (await city.Text("h1")).ShouldContain("已销号");
        (await city.Text()).ShouldContain("不能或无需再办");
        head.Addresses.Concat(city.Addresses).ShouldAllBe(a => !a.Contains("%E6", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_breach_leads_from_the_overview_to_the_clock()
    {
        var request = await office.AppliedOn(Desks.Today.AddDays(-20), "工人丁", "示例总览有限公司", Facts);
        await office.Breach(request);
        var clock = (await office.Clocks(request)).Single(c => c.Rule == "MED_ACCEPT");
        await using var head = await fixture.SignIn(office.Head);
        await Eventually.True(
            async () =>
            {
                await head.Open("/deadlines?type=duty");
                return await head.Page.Locator("tr.whole a[href*='band=overdue']").CountAsync() == 1;
            },
            "the breach is counted"
        );
        await head.Page.ClickAsync("tr.whole a[href*='band=overdue']");
        await head.Page.ClickAsync($"a[href='/clocks/{clock.Id}']");
        (await head.Text("h1")).ShouldContain("超期");
        (await head.Text(".timeline")).ShouldContain("发现超期");
        clock.Standing.ShouldBe(ClockStanding.Breached);
    }

    [Fact]
    public async Task A_question_is_answered_and_changes_nothing()
    {
        var dispute = await office.Accepted("工人戊", "示例推演有限公司", Facts);
        await office.Appoint(dispute);
        var before = await office.Clocks(dispute);
        await using var head = await fixture.SignIn(office.Head, script: false);
        await head.Open("/simulation");
        await head.Act("date", new Dictionary<string, string> { ["rule"] = "MED_ACCEPT", ["from"] = "2026-02-13" });
        // Friday the 13th; Saturday the 14th is worked for the Spring Festival.
        (await head.Text("#date")).ShouldContain("2026-02-25");
        var due = before.Single(c => c.Rule == "MED_RUN").Due!.Value;
        await head.Act(
            "days",
            new Dictionary<string, string> { ["daysOff"] = due.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) }
        );
        (await head.Text("#effect")).ShouldContain("没有改动任何数据");
        (
            await head
                .Page.Locator($"#effect a[href='/clocks/{before.Single(c => c.Rule == "MED_RUN").Id}']")
                .CountAsync()
        ).ShouldBe(1);
        (await office.Clocks(dispute))
            .Select(c => (c.Id, c.Due, c.Version))
            .ShouldBe(before.Select(c => (c.Id, c.Due, c.Version)), ignoreOrder: true);
    }

    [Fact]
    public async Task A_calendar_feed_is_read_by_its_address_until_it_is_revoked()
    {
        var dispute = await office.Accepted("工人己", "示例订阅有限公司", Facts);
        await office.Appoint(dispute);
        await office.Clocks(dispute);
        await using var mediator = await fixture.SignIn(office.Mediator);
        await mediator.Open("/profile");
        await mediator.Act("feed");
        var address = await mediator.Text("#feed .secret");
        using var anybody = new HttpClient();
        var feed = await Eventually.Get(
            () => anybody.GetStringAsync(new Uri(address)),
            f => f.Contains("BEGIN:VEVENT", StringComparison.Ordinal),
            "the feed holds her periods"
        );
        feed.ShouldNotContain("工人");
        feed.ShouldNotContain("示例");
        // The address is never shown again.
        await mediator.Open("/profile");
        (await mediator.Page.Locator("#feed .secret").CountAsync()).ShouldBe(0);
        await mediator.Act("revokeFeed");
        (await anybody.GetAsync(new Uri(address))).StatusCode.ShouldBe(System.Net.HttpStatusCode.NotFound);
        File.ReadAllText(fixture.City.Log("Portal")).ShouldNotContain(new Uri(address).Segments[^1]);
    }

    private static Dictionary<string, string> Paper() => new() { ["document"] = Slips.Png("延期同意书") };
}
