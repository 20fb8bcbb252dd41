using Mediation.Contracts;
using Mediation.Kit;

namespace Mediation.EndToEnd.Tests;

/// <summary>What can become of a request besides acceptance, pressed on its page; the register behind it; and what
/// happens to typed text when something comes between.</summary>
public sealed class RequestActionTests(BrowserFixture fixture) : IDisposable
{
    private const string Facts = "入职以来从未签订合同，离职时仍有两个月工资未结。";
    private readonly Desks office = new(fixture.City);

    public void Dispose() => office.Dispose();

    [Fact]
    public async Task Every_way_a_request_can_end_is_pressed()
    {
        await using var intake = await fixture.SignIn(office.Intake);
        await using var head = await fixture.SignIn(office.Head);

        var advised = await Triaged("工人甲");
        await intake.Open($"/requests/{advised}");
        await intake.Act(
            "advise",
            new Dictionary<string, string> { ["advice"] = "可自收到仲裁裁决之日起十五日内起诉。" }
        );
        await Ended(intake, "咨询办结");
        await intake.Page.ClickAsync("main a[href*='/texts/']");
        (await intake.Text()).ShouldContain("十五日内起诉");

        await intake.Open($"/requests/{await Triaged("工人乙")}");
        await intake.Act(
            "referOut",
            new Dictionary<string, string>
            {
                ["route"] = "unionUnit",
                ["targetUnit"] = "110108",
                ["notice"] = "合同履行地在海淀区。",
            }
        );
        await Ended(intake, "已转出");
        (await intake.Text()).ShouldContain("海淀区");

        var first = await office.Register("工人丙", "示例撤回有限公司", Facts);
        await intake.Open($"/requests/{first}");
        await intake.Act("withdraw", new Dictionary<string, string> { ["reason"] = "settledPrivately" });
        await Ended(intake, "已撤回");

        var original = await office.Register("工人丁", "示例重复有限公司", Facts);
        await intake.Open($"/requests/{await office.RegisterAgain(original, Channel.Petition, Facts)}");
        await intake.Act(
            "linkDuplicate",
            new Dictionary<string, string> { ["original"] = $"{fixture.City.Portal}requests/{original}" }
        );
        await Ended(intake, "重复件");
        (await intake.Page.Locator($"main a[href='/requests/{original}']").CountAsync()).ShouldBe(1);

        var refused = await Triaged("工人戊");
        await office.Apply(refused, consent: false);
        await intake.Open($"/requests/{refused}");
        await intake.Act("consent", new Dictionary<string, string> { ["given"] = "false" });
        await head.Open($"/requests/{refused}");
        await head.Act(
            "notAccept",
            new Dictionary<string, string>
            {
                ["reason"] = "respondentRefused",
                ["route"] = "arbitration",
                ["notice"] = "用人单位不同意调解，可申请劳动仲裁。",
            }
        );
        await Ended(head, "不予受理");
        (await head.Text()).ShouldContain("劳动人事争议仲裁委员会");
        intake.ConsoleErrors.ShouldBeEmpty();
        head.ConsoleErrors.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_request_out_of_scope_comes_back_is_amended_and_reported()
    {
        var request = await office.Register("工人己", "示例上报有限公司", Facts);
        await using var intake = await fixture.SignIn(office.Intake);
        await intake.Open($"/requests/{request}");
        await intake.Act(
            "triage",
            new Dictionary<string, string> { ["inScope"] = "false", ["outOfScope"] = "serviceContract" }
        );
        (await intake.Text()).ShouldContain("劳务合同");
        await intake.Act("triage", new Dictionary<string, string> { ["inScope"] = "true", ["outOfScope"] = "" });
        (await office.Request(request)).Triage!.InScope.ShouldBeTrue();
        await intake.Act(
            "amend",
            new Dictionary<string, string>
            {
                ["facts"] = Facts + "补充：社保缴至上月。",
                ["applicants[0].employmentEndedOn"] = "2026-03-31",
                ["applicants[0].items[0].infringedOn"] = "2026-04-10",
                ["applicants[0].items[1].type"] = "overtime",
                ["applicants[0].items[1].claimedFen"] = "1,234.56",
            }
        );
        (await intake.Text()).ShouldContain("社保缴至上月");
        var amended = (await office.Request(request)).Applicants.Single();
        amended.EmploymentEndedOn.ShouldBe(new(2026, 3, 31));
        amended
            .Items.Select(i => (i.Type, i.InfringedOn, i.ClaimedFen))
            .ShouldBe([
                (ClaimItemType.Wages, new DateOnly(2026, 4, 10), 1_234_567L),
                (ClaimItemType.Overtime, (DateOnly?)null, 123_456L),
            ]);

        await using var head = await fixture.SignIn(office.Head);
        await head.Open($"/requests/{request}");
        await head.Act("escalate", new Dictionary<string, string> { ["reason"] = "stoppage" });
        (await head.Text("h1")).ShouldContain("已上报");
        await intake.Open("/requests?escalated=true");
        (await intake.Text()).ShouldContain("示例上报有限公司");
    }

    [Fact]
    public async Task A_phone_number_is_revealed_for_a_purpose_corrected_and_both_are_on_record()
    {
        var phone = office.Phone();
        var request = await office.Register("工人庚", "示例查阅有限公司", Facts, Channel.WalkIn, phone);
        var party = (await office.Request(request)).Applicants[0].PartyId;
        await using var head = await fixture.SignIn(office.Head);
        await head.Open($"/requests/{request}?party={party}");
        (await head.Text("#party")).ShouldNotContain(phone);
        await head.Page.ClickAsync("#party details:has(input[name=purpose], select[name=purpose]) > summary");
        await head.Page.CheckAsync("#party input[name=fields][value=phone]");
        await head.Act("reveal", new Dictionary<string, string> { ["purpose"] = "contactParty" });
        (await head.Text("#party dl")).ShouldContain(phone);
        var log = await head.Text("#party table");
        log.ShouldContain("查看完整信息");
        log.ShouldContain("联系当事人");
        log.ShouldContain("中心主任甲");

        var corrected = office.Phone();
        await head.Open($"/requests/{request}?party={party}");
        await head.Act(
            "correct",
            new Dictionary<string, string>
            {
                ["field"] = "phone",
                ["value"] = corrected,
                ["reason"] = "enteredWrongly",
            }
        );
        (await head.Text("#party dl")).ShouldContain(corrected[^4..]);
        (await head.Text("#party table")).ShouldContain("更正");

        await using var intake = await fixture.SignIn(office.Intake);
        await intake.Open($"/requests/{request}?party={party}");
        (await intake.Page.Locator("#accesses").CountAsync()).ShouldBe(0, "the log is for those who oversee");
    }

    [Fact]
    public async Task What_was_typed_is_kept_aside_and_taken_up_again()
    {
        var phone = office.Phone();
        string draft;
        await using (var intake = await fixture.SignIn(office.Intake))
        {
            await intake.Open("/register");
            await intake.Page.FillAsync("[name=reach]", phone);
            await intake.Page.FillAsync("[name='applicants[0].person.name']", "工人辛");
            await intake.Page.FillAsync("[name=facts]", Facts);
            await intake.Page.ClickAsync("button[name=_do][value=draft]");
            await intake.Page.WaitForURLAsync(url => url.Contains("draft=", StringComparison.Ordinal));
            (await intake.Text(".notice")).ShouldContain("暂存");
            draft = $"aside a[href='/register?draft={intake.IdInAddress()}']";
        }
        await using var later = await fixture.SignIn(office.Intake);
        await later.Open("/register");
        await later.Page.ClickAsync(draft);
        (await later.Page.InputValueAsync("[name=reach]")).ShouldBe(phone);
        (await later.Page.InputValueAsync("[name=facts]")).ShouldBe(Facts);
        await later.Act(
            "register",
            new Dictionary<string, string>
            {
                ["respondents[0].name"] = "示例暂存有限公司",
                ["items[0].type"] = "wages",
                ["privacy"] = "on",
            }
        );
        (await later.Text()).ShouldContain(Facts);
        await later.Open("/register");
        (await later.Page.Locator(draft).CountAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Two_people_on_one_page_and_nothing_typed_is_lost()
    {
        var request = await Triaged("工人壬");
        await using var intake = await fixture.SignIn(office.Intake);
        await intake.Open($"/requests/{request}");
        await office.OnRequest(
            office.Head,
            request,
            "escalate",
            _ => new Contracts.Http.Intake.EscalateRequest(Contracts.Http.Intake.EscalationReason.PublicImpact)
        );
        const string advice = "建议先向劳动监察部门投诉。";
        var stale = await Should.ThrowAsync<InvalidOperationException>(() =>
            intake.Act("advise", new Dictionary<string, string> { ["advice"] = advice })
        );
        stale.Message.ShouldContain("他人已更新");
        (await intake.Page.InputValueAsync("[name=advice]")).ShouldBe(advice);
        (await intake.Text("h1")).ShouldContain("已上报", Case.Sensitive, "the page shows how things stand now");
        await intake.Act("advise");
        await Ended(intake, "咨询办结");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_session_that_ended_meanwhile_loses_nothing_typed(bool endedElsewhere)
    {
        await using var intake = await fixture.SignIn("jiedai.haidian");
        await intake.Open("/register");
        var form = new Dictionary<string, string>
        {
            ["reach"] = office.Phone(),
            ["applicants[0].person.name"] = "工人癸",
            ["respondents[0].name"] = "示例过期有限公司",
            ["items[0].type"] = "wages",
            ["facts"] = Facts,
            ["privacy"] = "on",
        };
        if (endedElsewhere)
            await office.Post<object>("jiedai.haidian", "Identity", "sign-out-everywhere", null);
        else
            await intake.Page.Context.ClearCookiesAsync(new() { Name = "mediation.session" });
        office.Forget("jiedai.haidian");
        await intake.Act("register", form);
        (await intake.Text()).ShouldContain("登录已过期");
        await intake.EnterPassword(awaitLeaving: false);
        await intake.Page.ClickAsync("main form button:has-text('继续')");
        await intake.Page.ClickAsync("main form button:has-text('再次提交')");
        await intake.Page.WaitForURLAsync(url => url.Contains("/requests/", StringComparison.Ordinal));
        (await intake.Text()).ShouldContain(Facts);
    }

    [Fact]
    public async Task A_form_left_open_past_the_life_of_its_token_is_sent_all_the_same()
    {
        // Tokens of this Identity live three seconds instead of five minutes, so nobody waits.
        var identity = await fixture.City.Start(
            "Identity",
            "Identity-brief",
            new Dictionary<string, string> { ["MEDIATION_ACCESS_TOKEN_SECONDS"] = "3" }
        );
        var portal = await fixture.City.Start(
            "Portal",
            "Portal-brief",
            new Dictionary<string, string> { ["MEDIATION_IDENTITY_URL"] = identity.ToString() }
        );
        try
        {
            var request = await Triaged("工人子");
            await using var intake = await Person.SignIn(fixture.Browser, portal, office.Intake);
            await intake.Open($"/requests/{request}");
            using var http = new HttpClient();
            var token = await office.SignIn(office.Intake, identity);
            await Eventually.True(
                async () =>
                {
                    using var ask = new HttpRequestMessage(
                        HttpMethod.Get,
                        new Uri(fixture.City.Address("Intake"), $"requests/{request}")
                    );
                    ask.Headers.Authorization = new("Bearer", token.AccessToken);
                    using var answer = await http.SendAsync(ask);
                    return (int)answer.StatusCode == 401;
                },
                "a token of the same age has run out",
                TimeSpan.FromSeconds(40)
            );
            await intake.Act("advise", new Dictionary<string, string> { ["advice"] = "材料齐备后再来申请。" });
            await Ended(intake, "咨询办结");
            // Many requests of one browser meet at a renewal and share it; a refresh token works once.
            await Task.WhenAll(
                Enumerable
                    .Range(0, 8)
                    .Select(_ => intake.Page.Context.APIRequest.GetAsync(new Uri(portal, "/cases").ToString()))
            );
            await intake.Open(new Uri(portal, "/").PathAndQuery);
            (await intake.Text("h1")).ShouldContain("接待甲");
        }
        finally
        {
            await fixture.City.Kill("Portal-brief");
            await fixture.City.Kill("Identity-brief");
        }
    }

    private async Task<Guid> Triaged(string worker)
    {
        var request = await office.Register(worker, "示例办理有限公司", Facts);
        await office.Triage(request);
        return request;
    }

    private static async Task<bool> Offered(Person person, string action) =>
        await person.Page.Locator($"form:has(> input[name=_form][value='{action}'])").CountAsync() > 0;

    private static async Task Ended(Person person, string state)
    {
        (await person.Text("h1")).ShouldContain(state);
        (await person.Page.Locator(".problem").CountAsync()).ShouldBe(0);
        (await person.Page.Locator(".notice").CountAsync()).ShouldBe(1, "what was done is said");
        (await Offered(person, "withdraw")).ShouldBeFalse("an ended request is not ended again");
    }
}
