using System.Globalization;
using Mediation.Contracts;
using Mediation.Contracts.Http.Disputes;
using Mediation.Kit;

namespace Mediation.EndToEnd.Tests;

/// <summary>What is done with a case beside the straight way to an agreement, pressed on its page.</summary>
public sealed class CaseActionTests(BrowserFixture fixture) : IDisposable
{
    private const string Facts = "拖欠工资及离职证明未开具。";
    private readonly Desks office = new(fixture.City);

    public void Dispose() => office.Dispose();

    [Fact]
    public async Task A_mediator_steps_back_and_another_takes_over()
    {
        var dispute = await office.Accepted("工人甲", "示例回避有限公司", Facts);
        await office.Appoint(dispute);
        await using var mediator = await fixture.SignIn(office.Mediator);
        await mediator.Open($"/cases/{dispute}");
        await mediator.Act("raiseRecusal", Fields(("source", "mediator"), ("ground", "interestInTheMatter")));
        (await mediator.Text()).ShouldContain("待决定");
        (await Offered(mediator, "holdSession")).ShouldBeFalse("who may have to step back does not go on");

        await using var head = await fixture.SignIn(office.Head);
        await head.Open("/?kind=recusal_to_decide");
        await head.Open($"/cases/{dispute}");
        await head.Act("decideRecusal", Fields(("accepted", "true")));
        await head.Act(
            "appointMediator",
            Fields(("mediator", (await office.AccountId(office.SecondMediator)).ToString()))
        );
        (await head.Text(".title-row")).ShouldContain("调解员乙");

        var gone = await mediator.Open($"/cases/{dispute}");
        gone!.Status.ShouldBeOneOf(403, 404);
        await using var second = await fixture.SignIn(office.SecondMediator);
        await second.Open($"/cases/{dispute}");
        await second.Act(
            "scheduleSession",
            Fields(
                ("startsAt", string.Create(CultureInfo.InvariantCulture, $"{Desks.Today.AddDays(1):yyyy-MM-dd}T09:30"))
            )
        );
        (await second.Text()).ShouldContain("09:30");
        await second.Act("cancelSession", Fields(("reason", "partyAsked")));
        (await second.Text()).ShouldContain("已取消");
        await second.Act(
            "holdSession",
            Fields(("minutes", "双方陈述意见。"), ("rightsNotified", "on"), ("recusalAsked", "on"))
        );
        (await second.Text("h1")).ShouldContain("调解中");
        second.ConsoleErrors.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_dispute_is_settled_on_the_spot_and_its_proof_is_seen_by_the_verifier()
    {
        var dispute = await office.Accepted("工人乙", "示例当场有限公司", Facts);
        await office.Appoint(dispute);
        await office.Hold(dispute);
        await using var mediator = await fixture.SignIn(office.Mediator);
        await mediator.Open($"/cases/{dispute}");
        await mediator.Act(
            "settleOnSpot",
            Fields(("settled.*", "12345.67")),
            Fields(("proof", Slips.Png("当场付款" + dispute)))
        );
        (await mediator.Text("h1")).ShouldContain("当场和解");

        var number = (await office.Case(dispute)).CaseNumber;
        await using var verifier = await fixture.SignIn(office.Verifier);
        await Eventually.True(
            async () =>
            {
                await verifier.Open($"/review?caseNumber={Uri.EscapeDataString(number)}");
                return await verifier.Page.Locator(".desk-items a").CountAsync() == 1;
            },
            "the settlement waits for its countersignature"
        );
        // The slip lies with Disputes; Outcomes answers receipt_at_disputes.
        (await verifier.Page.Locator(".slip img").EvaluateAsync<int>("i => i.naturalWidth")).ShouldBeGreaterThan(0);
        await verifier.Act("countersign");
        await Eventually.Get(
            () => office.Case(dispute),
            c => c.Money.PaidFen == 1_234_567,
            "what was paid on the spot counts"
        );
        verifier.ConsoleErrors.ShouldBeEmpty();
    }

    [Fact]
    public async Task Mediation_fails_and_claims_are_withdrawn()
    {
        var failing = await office.Accepted("工人丙", "示例终止有限公司", Facts);
        await office.Appoint(failing);
        await office.Hold(failing);
        await using var mediator = await fixture.SignIn(office.Mediator);
        await mediator.Open($"/cases/{failing}");
        await mediator.Act(
            "failMediation",
            Fields(("reason", "wideGap"), ("opinion", "双方对金额分歧较大。"), ("rightTold", "on"))
        );
        (await mediator.Text("h1")).ShouldContain("调解终止");
        await mediator.Act("closeDispute");
        (await mediator.Text("h1")).ShouldContain("已办结");

        var withdrawn = await office.Accepted("工人丁", "示例撤回有限公司", Facts);
        await office.Appoint(withdrawn);
        await mediator.Open($"/cases/{withdrawn}");
        await mediator.Act("withdrawClaims", Fields(("reason", "settledPrivately")));
        (await mediator.Text("h1")).ShouldContain("已撤回");
        mediator.ConsoleErrors.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_case_is_closed_once_everything_is_performed_and_says_what_is_missing_before()
    {
        var dispute = await office.Effective(
            "工人戊",
            "示例办结有限公司",
            Facts,
            items: [(ClaimItemType.Wages, 500_000), (ClaimItemType.CertificateOrFileTransfer, null)]
        );
        await using var mediator = await fixture.SignIn(office.Mediator);
        await mediator.Open($"/cases/{dispute}");
        var refused = await Should.ThrowAsync<InvalidOperationException>(() => mediator.Act("closeDispute"));
        refused.Message.ShouldContain("履行");
        (await mediator.Page.Locator("details.action[open] .tag.yellow").CountAsync()).ShouldBe(
            1,
            "one check is open and the others are done"
        );

        await mediator.Open($"/cases/{dispute}");
        await mediator.Act("recordPerformance", files: Fields(("evidence", Slips.Png("离职证明" + dispute))));
        (await mediator.Text()).ShouldContain("已于");
        await mediator.Page.ClickAsync("a[href='#enter-payment']");
        (
            await mediator.Page.Locator("#enter-payment details[open] input[name^='share.']").First.IsVisibleAsync()
        ).ShouldBeTrue("the link opens the form");
        await mediator.Act(
            "enterPayment",
            Fields(("share.*", "5000")),
            Fields(("receipt", Slips.Png("回单" + dispute)))
        );
        var number = (await office.Case(dispute)).CaseNumber;
        await using var verifier = await fixture.SignIn(office.Verifier);
        await verifier.Open($"/review?caseNumber={Uri.EscapeDataString(number)}");
        await verifier.Act("countersign");
        await Eventually.Get(
            () => office.Case(dispute),
            c => c.Money.PaidFen == 500_000,
            "the case knows what was countersigned"
        );
        await mediator.Open($"/cases/{dispute}");
        await mediator.Act("closeDispute");
        (await mediator.Text("h1")).ShouldContain("已办结");
        mediator.ConsoleErrors.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_case_not_performed_is_closed_with_the_reason_of_each_worker()
    {
        var dispute = await office.Effective("工人己", "示例未履行有限公司", Facts);
        await using var mediator = await fixture.SignIn(office.Mediator);
        await mediator.Open($"/cases/{dispute}");
        await mediator.Act("closeDispute", Fields(("unperformed.*", "paymentOrderSought")));
        (await mediator.Text("h1")).ShouldContain("已办结");
        (await office.Case(dispute)).State.ShouldBe(DisputeState.Closed);
    }

    [Fact]
    public async Task The_mediator_and_the_head_on_one_page_lose_nothing_typed()
    {
        var dispute = await office.Accepted("工人庚", "示例并行有限公司", Facts);
        await office.Appoint(dispute);
        await using var mediator = await fixture.SignIn(office.Mediator);
        await mediator.Open($"/cases/{dispute}");
        await office.Schedule(dispute);
        const string minutes = "这份笔录写了半个小时。";
        var stale = await Should.ThrowAsync<InvalidOperationException>(() =>
            mediator.Act(
                "holdSession",
                Fields(("session", ""), ("minutes", minutes), ("rightsNotified", "on"), ("recusalAsked", "on"))
            )
        );
        stale.Message.ShouldContain("他人已更新");
        (await mediator.Page.InputValueAsync("[name=minutes]")).ShouldBe(minutes);
        await mediator.Act("holdSession");
        (await mediator.Text("h1")).ShouldContain("调解中");
    }

    private static async Task<bool> Offered(Person person, string action) =>
        await person.Page.Locator($"form:has(> input[name=_form][value='{action}'])").CountAsync() > 0;

    private static Dictionary<string, string> Fields(params (string Name, string Value)[] fields) =>
        fields.ToDictionary(f => f.Name, f => f.Value, StringComparer.Ordinal);
}
