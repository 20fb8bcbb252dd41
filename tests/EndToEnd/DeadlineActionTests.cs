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
    public async Task A_breach_leads_from_the_overview_to_the_clock_and_is_cleared_once_it_is_done()
    {
        var request = await office.AppliedOn(Desks.Today.AddDays(-20), "工人丁", "示例总览有限公司", Facts);
        var supervision = (await office.Breach(request)).Id;
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

        // Done too late, it stays a breach, and is cleared as remedied.
        await office.NotAccept(request, "被申请人不同意调解。");
        await Eventually.True(
            async () =>
            {
                await head.Open($"/supervisions/{supervision}");
                return (await head.Text("h1")).Contains("应办事项已完成", StringComparison.Ordinal);
            },
            "the supervision knows that it is done"
        );
        await head.Act("reply", new Dictionary<string, string> { ["text"] = "已作出不予受理决定。" });
        await using var city = await fixture.SignIn("ducha.shi");
        await city.Open($"/supervisions/{supervision}");
        await city.Act("clear");
        (await city.Text("h1")).ShouldContain("已销号");
        (await city.Text("dl.facts")).ShouldNotContain("不能或无需再办");
        await head.Open($"/clocks/{clock.Id}");
        (await head.Text("h1")).ShouldContain("超期");

        // She was warned of what else ends in that request, in one letter.
        await Eventually.True(
            async () =>
            {
                await head.Open("/reminders");
                return await head.Page.Locator("form:has(> input[name=letter]) button").CountAsync() > 0;
            },
            "she has a letter"
        );
        var letter = await head.Page.Locator("input[name=letter]").First.InputValueAsync();
        await head.Act($"read-{letter}");
        (await head.Text(".notice")).ShouldContain("已读");
        (await head.Page.Locator($"input[name=letter][value='{letter}']").CountAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Alike_periods_are_lengthened_together_and_not_beyond_their_cap()
    {
        var dispute = await office.AcceptedTogether("示例平台有限公司", Facts, true, "工人丑", "工人寅");
        await office.Appoint(dispute);
        var clocks = (await office.Clocks(dispute)).Where(c => c.Rule == "MED_RUN").ToList();
        clocks.Count.ShouldBe(2);
        await using var mediator = await fixture.SignIn(office.Mediator);
        await mediator.Open($"/clocks/{clocks[0].Id}");
        (await mediator.Page.Locator($"form input[name=clock][value^='{clocks[1].Id}']:checked").CountAsync()).ShouldBe(
            1
        );
        await mediator.Page.EvaluateAsync("document.querySelector('[name=by]').removeAttribute('max')");
        var refused = await Should.ThrowAsync<InvalidOperationException>(() =>
            mediator.Act(
                "extend",
                new Dictionary<string, string> { ["by"] = "16", ["workerConsentedOn"] = Written(Desks.Today) },
                Paper()
            )
        );
        refused.Message.ShouldContain("至多延长 15");
        // What was typed and the paper that was taken are still there.
        (await mediator.Page.InputValueAsync("[name=by]")).ShouldBe("16");
        await mediator.Act("extend", new Dictionary<string, string> { ["by"] = "15" });
        (await mediator.Text(".notice")).ShouldContain("已延长");
        await Eventually.True(
            async () => (await office.Clocks(dispute)).Where(c => c.Rule == "MED_RUN").All(c => c.ExtendedBy == 15),
            "both run longer"
        );
    }

    [Fact]
    public async Task A_limitation_stands_still_goes_on_and_begins_anew_as_it_is_recorded()
    {
        var dispute = await office.AcceptedTogether("示例时效有限公司", Facts, false, "工人卯");
        await office.Appoint(dispute);
        var clock = await office.Clock(dispute, "ARB_LIMIT");
        var today = Written(Desks.Today);
        await using var mediator = await fixture.SignIn(office.Mediator);
        await mediator.Open($"/clocks/{clock.Id}");
        await mediator.Act("suspend", new Dictionary<string, string> { ["cause"] = "forceMajeure", ["from"] = today });
        (await mediator.Text(".notice")).ShouldContain("已中止");
        (await mediator.Text("h1")).ShouldContain("中止");
        await mediator.Act("resume", new Dictionary<string, string> { ["to"] = today });
        (await mediator.Text("h1")).ShouldNotContain("中止");
        await mediator.Act(
            "record",
            new Dictionary<string, string> { ["fact"] = "askedAuthority", ["on"] = today },
            Paper()
        );
        (await mediator.Text(".timeline")).ShouldContain("重新计算");
        (await mediator.Text(".timeline")).ShouldContain("中止");
        await mediator.Act("record", new Dictionary<string, string> { ["fact"] = "arbitrationFiled", ["on"] = today });
        await Eventually.True(
            async () => (await office.Clocks(dispute)).Single(c => c.Id == clock.Id).Standing is ClockStanding.Met,
            "it ended with the application for arbitration"
        );
    }

    [Fact]
    public async Task Somebody_phones_in_vain_and_posts_a_letter_or_reaches_her()
    {
        var request = await office.Register("工人辰", "示例告知有限公司", Facts);
        await office.Triage(request);
        await office.Apply(request);
        await using var clerk = await fixture.SignIn(office.Intake);
        await clerk.Open($"/notices/{await office.RightEnds(request)}");
        (await clerk.Text("main")).ShouldContain("电话");
        foreach (var _ in Enumerable.Range(0, 3))
            await clerk.Act(
                "called",
                new Dictionary<string, string> { ["reached"] = "false", ["means"] = "telephone" }
            );
        (await clerk.Text("h1")).ShouldContain("待打印");
        var letter = await clerk.Page.APIRequest.GetAsync(
            new Uri(
                fixture.City.Portal,
                (await clerk.Page.Locator("a[href$='/letter']").GetAttributeAsync("href"))!
            ).ToString()
        );
        letter.Status.ShouldBe(200);
        using (var paper = new System.IO.Compression.ZipArchive(new MemoryStream(await letter.BodyAsync())))
        using (var text = new StreamReader(paper.GetEntry("word/document.xml")!.Open()))
            (await text.ReadToEndAsync()).ShouldContain("工人辰");
        await clerk.Act("printed");
        (await clerk.Text(".timeline")).ShouldContain("办结");
        (await clerk.Page.Locator("form:has(> input[name=_form][value=called])").CountAsync()).ShouldBe(0);

        await clerk.Open($"/notices/{await office.RightEnds(request)}");
        await clerk.Act("called", new Dictionary<string, string> { ["reached"] = "true", ["means"] = "inPerson" });
        (await clerk.Text(".timeline")).ShouldContain("当面");
        (await clerk.Page.Locator("form:has(> input[name=_form][value=called])").CountAsync()).ShouldBe(0);
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
        await head.Act("days", new Dictionary<string, string> { ["daysOff"] = Written(due) });
        (await head.Text("#effect")).ShouldContain("没有改动任何数据");
        (
            await head
                .Page.Locator($"#effect a[href='/clocks/{before.Single(c => c.Rule == "MED_RUN").Id}']")
                .CountAsync()
        ).ShouldBe(1);
        await head.Page.CheckAsync($"[name=accounts][value='{await office.AccountId(office.Mediator)}']");
        await head.Act("absence", new Dictionary<string, string> { ["to"] = Written(due) });
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

    private static string Written(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static Dictionary<string, string> Paper() => new() { ["document"] = Slips.Png("延期同意书") };
}
