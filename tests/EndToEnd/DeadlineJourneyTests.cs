using System.Globalization;
using Mediation.Kit;

namespace Mediation.EndToEnd.Tests;

/// <summary>A city whose clock goes ahead and whose law changes, which no other test could stand.</summary>
public sealed class CityOfItsOwn : IAsyncLifetime
{
    public BrowserFixture Fixture { get; } = new();

    public ValueTask InitializeAsync() => Fixture.InitializeAsync();

    public ValueTask DisposeAsync() => Fixture.DisposeAsync();
}

/// <summary>Statutory periods from acceptance to a breach that is cleared, under a clock that is moved ahead; and the law
/// as the city keeps it.</summary>
[Collection(Alone.Name)]
public sealed class DeadlineJourneyTests(CityOfItsOwn own) : IClassFixture<CityOfItsOwn>
{
    private const string Street = "110105001";
    private readonly BrowserFixture fixture = own.Fixture;

    [Fact]
    public async Task A_period_runs_is_lengthened_breached_followed_up_by_district_and_city_and_cleared()
    {
        // Handled by a street: its district supervises it, and the city after the district.
        var case_ = new Casework(fixture, "法定期限", unit: Street);
        await case_.RegisterAndAskForConsent();
        await case_.AcceptAndAppoint();
        using var before = new Desks(fixture.City);
        var run = await before.Clock(case_.Dispute, "MED_RUN");
        // Somebody else's agreement: the right to have it confirmed lasts thirty days.
        await before.Effective("工人巳", "示例履行有限公司", "拖欠工资。");

        await using (var mediator = await fixture.SignIn(before.Mediator))
        {
            await mediator.Open($"/cases/{case_.Dispute}");
            (await mediator.Text("#clocks")).ShouldContain("工作日");
            await mediator.Page.ClickAsync($"#clocks a[href='/clocks/{run.Id}']");
            await mediator.Page.WaitForSelectorAsync("#clock-explained .counting");
            (await mediator.Text("#clock-explained")).ShouldContain("计第 15 日");
            await mediator.Open($"/clocks/{run.Id}");
            await mediator.Act(
                "extend",
                new Dictionary<string, string> { ["by"] = "5" },
                new Dictionary<string, string> { ["document"] = Slips.Png("延期同意书") }
            );
            (await mediator.Text("h1")).ShouldContain("已延长 5");
            mediator.ConsoleErrors.ShouldBeEmpty();
        }

        await fixture.City.GoAhead(TimeSpan.FromDays(26));
        Guid supervision;
        using (var desks = new Desks(fixture.City))
        {
            var row = await desks.Breach(case_.Dispute);
            (row.Unit, row.By).ShouldBe((Street, "110105"));
            supervision = row.Id;
            await using var mediator = await fixture.SignIn(desks.Mediator);
            await mediator.Open($"/cases/{case_.Dispute}");
            (await mediator.Text($"#clocks tr:has(a[href='/clocks/{run.Id}'])")).ShouldContain("超期");
            await Eventually.True(
                async () =>
                {
                    await mediator.Open("/reminders");
                    return await mediator.Page.Locator($"main a[href='/cases/{case_.Dispute}']").CountAsync() > 0;
                },
                "she is reminded of what else ends in this case"
            );
            await using var head = await fixture.SignIn(desks.Head);
            await Eventually.True(
                async () =>
                {
                    await head.Open("/deadlines?type=duty");
                    return await head.Page.Locator("tr.whole a[href*='band=overdue']").CountAsync() == 1;
                },
                "the breach is counted"
            );
            await head.Page.ClickAsync("tr.whole a[href*='band=overdue']");
            (await head.Page.Locator($"a[href='/clocks/{run.Id}']").CountAsync()).ShouldBe(1);
            await head.Open("/supervisions?side=by&state=open");
            (await head.Page.Locator($"a[href='/supervisions/{row.Id}']").CountAsync()).ShouldBe(1);
            // The worker of the other case is to be told that her right ends; no gateway is there, so somebody phones.
            await using var clerk = await fixture.SignIn(desks.Intake);
            await Eventually.True(
                async () =>
                {
                    await clerk.Open("/notices?state=toPhone");
                    return (await clerk.Text()).Contains("司法确认申请", StringComparison.Ordinal);
                },
                "somebody has to phone her"
            );
        }

        // Four working days and more without a reply, whatever holidays there are.
        await fixture.City.GoAhead(TimeSpan.FromDays(42));
        using (var desks = new Desks(fixture.City))
        {
            await using var city = await fixture.SignIn("ducha.shi");
            await Eventually.True(
                async () =>
                {
                    await city.Open("/supervisions?side=by&state=open");
                    var mine = city.Page.Locator($"tr:has(a[href='/supervisions/{supervision}']) > td:nth-child(6)");
                    return await mine.CountAsync() == 1
                        && (await mine.InnerTextAsync()).Contains("北京市", StringComparison.Ordinal);
                },
                "it stands at the city"
            );
            await city.Page.ClickAsync($"a[href='/supervisions/{supervision}']");
            (await city.Text(".timeline")).ShouldContain("北京市");
            await using (var mediator = await fixture.SignIn(desks.Mediator))
            {
                await mediator.Open($"/supervisions/{supervision}");
                await mediator.Act("reply", new Dictionary<string, string> { ["text"] = "双方仍在协商，已另行安排。" });
            }
            await city.Open($"/supervisions/{supervision}");
            await city.Act("clear", new Dictionary<string, string> { ["confirmed"] = "on" });
            (await city.Text("h1")).ShouldContain("已销号");
            await Eventually.True(
                async () =>
                {
                    await city.Open("/supervisions?side=by&state=open");
                    return await city.Page.Locator($"a[href='/supervisions/{supervision}']").CountAsync() == 0;
                },
                "it is gone from the list"
            );
            // The breach itself stays in the history of the period.
            await city.Open($"/clocks/{run.Id}");
            (await city.Text(".timeline")).ShouldContain("发现超期");
        }
    }

    [Fact]
    public async Task A_year_is_typed_looked_at_and_announced_and_a_file_is_read()
    {
        await using var administrator = await fixture.SignIn(Desks.Administrator);
        await administrator.Open("/calendar");
        var year = await administrator.Page.InputValueAsync("#edit-year");
        await administrator.Page.ClickAsync("form.period:has(#edit-year) button");
        await administrator.Page.WaitForSelectorAsync("#editor");
        await administrator.Page.FillAsync("[name=notice]", "国办发明电示例号");
        await administrator.Page.ClickAsync("#editor button[value=add]");
        var rows = int.Parse(
            await administrator.Page.InputValueAsync("#editor [name=rows]"),
            CultureInfo.InvariantCulture
        );
        var last = $"row.{rows - 1}";
        await administrator.Page.FillAsync($"[name='{last}.name']", "示例节");
        await administrator.Page.FillAsync($"[name='{last}.from']", $"{year}-12-20");
        await administrator.Page.FillAsync($"[name='{last}.to']", $"{year}-12-20");
        await administrator.Page.ClickAsync("#editor button[value=preview]:not([tabindex])");
        await administrator.Page.WaitForSelectorAsync("#editor .card-body + *");
        (await administrator.Text("#editor")).ShouldContain("没有改动任何数据");
        await administrator.Page.ClickAsync($"#editor button[value='remove-{rows - 1}']");
        await administrator.Page.WaitForFunctionAsync(
            "rows => document.querySelector('#editor [name=rows]')?.value === rows",
            (rows - 1).ToString(CultureInfo.InvariantCulture)
        );
        await administrator.Page.ClickAsync("#editor button[value=announce]");
        await administrator.Page.WaitForSelectorAsync(".notice");
        (await administrator.Text(".notice")).ShouldContain($"{year} 年放假安排已公布");
        (await administrator.Text($"section.card:has(h2:has-text('{year}'))")).ShouldContain("国办发明电示例号");

        var file = Path.Combine(Directory.CreateTempSubdirectory("year-").FullName, "notice.csv");
        await File.WriteAllTextAsync(
            file,
            $"notice,国办发明电更正号\nholiday,元旦,{year}-01-01,{year}-01-03\nholiday,春节,{year}-02-10,{year}-02-16\n"
        );
        await administrator.Open("/calendar");
        await administrator.Act("read", null, new Dictionary<string, string> { ["file"] = file });
        (await administrator.Page.InputValueAsync("[name=notice]")).ShouldBe("国办发明电更正号");
        (await administrator.Page.InputValueAsync("[name='row.1.to']")).ShouldBe($"{year}-02-16");
    }

    [Fact]
    public async Task A_rule_is_signed_off_revised_and_given_a_length_of_a_unit()
    {
        await using (var legal = await fixture.SignIn("falv.shi"))
        {
            await legal.Open("/rules/TU_LA_DECIDE");
            (await legal.Text("h1")).ShouldContain("未核实");
            await legal.Act("signOff", null, new Dictionary<string, string> { ["document"] = Slips.Png("核实意见") });
            (await legal.Text(".notice")).ShouldContain("签字确认");
            (await legal.Text("main")).ShouldContain("市法律甲");
            var paper = await legal.Page.GetAttributeAsync("a[href*='/papers/']", "href");
            var opened = await legal.Page.APIRequest.GetAsync(
                $"{fixture.City.Portal.GetLeftPart(UriPartial.Authority)}{paper}"
            );
            (opened.Status, opened.Headers["content-type"]).ShouldBe((200, "image/png"));
        }
        await using var administrator = await fixture.SignIn(Desks.Administrator);
        await administrator.Open("/rules/MED_ACCEPT");
        await administrator.Act(
            "revise",
            new Dictionary<string, string> { ["validFrom"] = "2099-01-01", ["term.0.length"] = "5" }
        );
        (await administrator.Text(".notice")).ShouldContain("规则已修订");
        (await administrator.Text("main")).ShouldContain("自 2099-01-01 起施行");

        await administrator.Open("/rules/MED_LOCAL_CY");
        await administrator.Act(
            "setLength",
            new Dictionary<string, string>
            {
                ["unit"] = Street,
                ["length"] = "20",
                ["from"] = "2099-01-01",
            }
        );
        (await administrator.Text(".notice")).ShouldContain("已设定");
        (await administrator.Text("main")).ShouldContain("2099-01-01");
        // A length that is out of range is refused, and what was typed is kept.
        var refused = await Should.ThrowAsync<InvalidOperationException>(() =>
            administrator.Act(
                "setLength",
                new Dictionary<string, string>
                {
                    ["unit"] = Street,
                    ["length"] = "21",
                    ["from"] = "1901-01-01",
                }
            )
        );
        refused.Message.ShouldNotContain("Exception");
        (await administrator.Page.InputValueAsync("[name=length]")).ShouldBe("21");
    }
}
