using System.Collections.Concurrent;
using Mediation.Contracts;
using Mediation.Contracts.Http.Disputes;
using Mediation.Contracts.Http.Intake;
using Mediation.Contracts.Http.Outcomes;

namespace Mediation.EndToEnd.Tests;

/// <summary>An office with a dispute in each state that has a face of its own. Made once, when the first test asks.</summary>
public sealed class Registry : IDisposable
{
    private readonly ConcurrentDictionary<string, Guid> ids = new(StringComparer.Ordinal);
    private readonly Lazy<Task> made;

    public Registry(BrowserFixture fixture)
    {
        Desks = new(fixture.City);
        made = new(async () =>
        {
            Desks.Picture = await DrawSlip(fixture);
            await Desks.Misplace(fixture.City);
            await Task.WhenAll(Requests(), Casework(), Money());
        });
    }

    public Desks Desks { get; }

    /// <summary>Texts typed by somebody; they stay in the language they were typed in.</summary>
    public static IReadOnlyList<string> Typed { get; } =
    [
        "公司连续三个月未发工资，累计一万二千余元，多次催要无果。",
        "咨询未签合同二倍工资如何主张，尚未准备申请调解。",
        "公司要求先走仲裁，不同意由工会调解。",
        "主要工作地点在海淀区，宜由海淀区总工会办理。",
        "三人均反映同一公司拖欠加班费，现场情绪激动。",
        "双方到场，核对事实，调解员说明权利义务。",
        "双方对金额分歧较大，未能达成一致。",
        "愿意协商",
        "第一调解室",
        "回单金额与录入金额不符，请核对后重新上传。",
        "二倍工资自用工之日起满一个月的次日起计算，建议先收集考勤和转账记录。",
        "您的诉求不属于劳动争议，可向人民法院起诉。",
        "请携带材料到海淀区总工会办理。",
    ];

    public Guid this[string name] => ids[name];

    public Task Make() => made.Value;

    public void Dispose() => Desks.Dispose();

    private static async Task<byte[]> DrawSlip(BrowserFixture fixture)
    {
        var page = await fixture.Browser.NewPageAsync(
            new()
            {
                ViewportSize = new() { Width = 560, Height = 330 },
            }
        );
        await page.SetContentAsync(
            """
            <html lang="zh-CN"><body style="margin:0;padding:22px 28px;font:15px/1.9 'Noto Sans CJK SC',sans-serif;color:#223;background:#fdfcf7">
            <h1 style="font-size:20px;text-align:center;margin:0 0 10px">演示银行　电子回单</h1>
            <table style="width:100%;border-collapse:collapse" border="1" cellpadding="5">
            <tr><td>付款人</td><td>示例机械制造有限公司</td></tr><tr><td>收款人</td><td>工人辰</td></tr>
            <tr><td>金额</td><td>（演示）详见登记金额</td></tr><tr><td>用途</td><td>调解协议约定工资</td></tr>
            <tr><td>交易流水号</td><td>DEMO-0000-0000</td></tr></table>
            <p style="margin:10px 0 0;color:#b3261e;text-align:right">演示样张，非真实凭证</p></body></html>
            """
        );
        var picture = await page.ScreenshotAsync();
        await page.CloseAsync();
        return picture;
    }

    private async Task Requests()
    {
        ids["registered"] = await Desks.Register("工人甲", "示例建筑劳务有限公司", Typed[0]);
        ids["triaged"] = await Desks.Register("工人乙", "示例餐饮管理有限公司", Typed[0], Channel.Hotline12351);
        await Desks.Triage(ids["triaged"]);
        ids["applied"] = await Desks.Register("工人丙", "示例网络科技有限公司", Typed[0], Channel.Online);
        await Desks.Triage(ids["applied"]);
        await Desks.Apply(ids["applied"], consent: false);
        ids["consented"] = await Desks.Register("工人丁", "示例物流有限公司", Typed[4], Channel.ArbitrationDesk);
        await Desks.Triage(ids["consented"]);
        await Desks.Apply(ids["consented"]);
        await Desks.OnRequest(
            Desks.Head,
            ids["consented"],
            "escalate",
            _ => new EscalateRequest(EscalationReason.EmployerFled)
        );
        ids["notice"] = await Desks.RightEnds(ids["consented"]);
        ids["late"] = await Desks.AppliedOn(Desks.Today.AddDays(-20), "工人未", "示例仓储有限公司", Typed[0]);
        ids["advised"] = await Desks.Register("工人戊", "示例家政服务有限公司", Typed[1], Channel.Hotline12345);
        await Desks.Triage(ids["advised"]);
        await Desks.OnRequest(Desks.Intake, ids["advised"], "advise", _ => new AdviseRequest(Typed[10], Desks.Today));
        ids["notAccepted"] = await Desks.Register("工人己", "示例装饰工程有限公司", Typed[2], Channel.Petition);
        await Desks.Triage(ids["notAccepted"]);
        await Desks.Apply(ids["notAccepted"], consent: false);
        await Desks.NotAccept(ids["notAccepted"], Typed[11]);
        ids["referred"] = await Desks.Register("工人庚", "示例教育咨询有限公司", Typed[3], Channel.Inspection);
        await Desks.Triage(ids["referred"]);
        await Desks.OnRequest(
            Desks.Intake,
            ids["referred"],
            "refer-out",
            _ => new ReferOutRequest(ReferralRoute.UnionUnit, "110108", Desks.Today.AddDays(10), Typed[12], Desks.Today)
        );
        ids["withdrawn"] = await Desks.Register("工人辛", "示例商贸有限公司", Typed[0], Channel.Grassroots);
        await Desks.OnRequest(
            Desks.Intake,
            ids["withdrawn"],
            "withdraw",
            _ => new WithdrawRequest(Contracts.Http.Intake.WithdrawalReason.SettledPrivately, Desks.Today)
        );
        ids["duplicate"] = await Desks.RegisterAgain(ids["registered"], Channel.CourtDelegated, Typed[0]);
        await Desks.OnRequest(
            Desks.Intake,
            ids["duplicate"],
            "link-duplicate",
            _ => new LinkDuplicate(ids["registered"])
        );
    }

    private async Task Casework()
    {
        ids["accepted"] = await Desks.Accepted("工人壬", "示例保安服务有限公司", Typed[0]);
        ids["session"] = await Desks.Accepted("工人癸", "示例物业服务有限公司", Typed[0]);
        await Desks.Appoint(ids["session"]);
        await Desks.Schedule(ids["session"]);
        ids["bargaining"] = await Desks.Accepted(
            "工人子",
            "示例印刷有限公司",
            Typed[0],
            null,
            (ClaimItemType.Wages, 1_860_000),
            (ClaimItemType.Severance, 2_400_000),
            (ClaimItemType.CertificateOrFileTransfer, null)
        );
        await Desks.Appoint(ids["bargaining"]);
        await Desks.Hold(ids["bargaining"]);
        await Desks.Offer(ids["bargaining"], OfferSide.Worker, 4_000_000);
        await Desks.Offer(ids["bargaining"], OfferSide.Employer, 2_500_000);
        var worker = (await Desks.Case(ids["bargaining"])).Workers[0].PartyId;
        await Desks.OnCase(
            Desks.Mediator,
            ids["bargaining"],
            "recusals",
            _ => new RaiseRecusal(RecusalSource.Worker, worker, RecusalGround.OtherRelation, Desks.Today)
        );
        ids["signing"] = await Desks.Accepted(
            "工人丑",
            "示例服装加工有限公司",
            Typed[0],
            null,
            (ClaimItemType.Wages, 980_000),
            (ClaimItemType.CertificateOrFileTransfer, null)
        );
        await Desks.Appoint(ids["signing"]);
        await Desks.Hold(ids["signing"]);
        await Desks.Draft(ids["signing"], instalments: 3);
        await Desks.Sign(ids["signing"], most: 2);
        ids["failed"] = await Desks.Accepted("工人寅", "示例健身管理有限公司", Typed[0]);
        await Desks.Appoint(ids["failed"]);
        await Desks.Hold(ids["failed"]);
        await Desks.Fail(ids["failed"]);
        ids["withdrawnCase"] = await Desks.Accepted("工人卯", "示例美容美发有限公司", Typed[0]);
        await Desks.Appoint(ids["withdrawnCase"]);
        await Desks.Withdraw(ids["withdrawnCase"]);
    }

    private async Task Money()
    {
        ids["paying"] = await Desks.Effective(
            "工人辰",
            "示例机械制造有限公司",
            Typed[0],
            instalments: 6,
            (ClaimItemType.Wages, 3_600_000),
            (ClaimItemType.Overtime, 1_280_050)
        );
        ids["countersigned"] = await Desks.Pay(ids["paying"], 600_000);
        await Desks.Countersign(ids["countersigned"]);
        ids["returned"] = await Desks.Pay(ids["paying"], 500_000);
        await Desks.Return(ids["returned"], ReturnReason.AmountDiffers, Typed[9]);
        ids["reversed"] = await Desks.Pay(ids["paying"], 100_000);
        await Desks.Countersign(ids["reversed"]);
        await Desks.Reverse(ids["reversed"]);
        ids["awaiting"] = await Desks.Pay(ids["paying"], 400_000);
        ids["spot"] = await Desks.Accepted("工人巳", "示例超市连锁有限公司", Typed[0]);
        await Desks.Appoint(ids["spot"]);
        await Desks.Hold(ids["spot"]);
        await Desks.SettleOnSpot(ids["spot"]);
        ids["closed"] = await Desks.Effective("工人午", "示例快递有限公司", Typed[0]);
        await Desks.Countersign(await Desks.Pay(ids["closed"], 1_234_567));
        await Kit.Eventually.Get(
            () => Desks.Case(ids["closed"]),
            c => c.Money.PaidFen == 1_234_567,
            "the case knows what was countersigned"
        );
        await Desks.Close(ids["closed"]);
    }
}
