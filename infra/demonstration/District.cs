using System.Globalization;
using Mediation.Contracts;
using Mediation.Contracts.Http.Disputes;
using Mediation.Contracts.Http.Intake;
using Mediation.Contracts.Http.Outcomes;
using Mediation.Contracts.Intake;

namespace Mediation.Demonstration;

/// <summary>The demonstration of one district: invented people (工人甲), phones 1990000xxxx, which the register flags as
/// demonstration.</summary>
/// <param name="place">Place among the districts, from 0; keeps people and employers apart.</param>
/// <param name="name">Short name, in the names of the employers.</param>
/// <param name="streets">Codes of some streets of the district: every third matter is one of a street.</param>
internal sealed class District(
    Office office,
    int place,
    string name,
    IReadOnlyList<string> streets,
    IReadOnlyList<Story> stories,
    DateTimeOffset now
)
{
    private static readonly (string Trade, string Industry)[] Trades =
    [
        ("建筑劳务", "E"),
        ("餐饮管理", "H"),
        ("网络科技", "I"),
        ("物流", "G"),
        ("家政服务", "O"),
        ("教育咨询", "P"),
        ("机械制造", "C"),
    ];

    private readonly DateOnly today = DateOnly.FromDateTime(
        TimeZoneInfo.ConvertTime(now, TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai")).DateTime
    );
    private int people;

    /// <returns>How many matters were brought to their endings.</returns>
    public async Task<int> Play()
    {
        // The front door in the order of the days, so that case numbers rise with them; then the casework of several
        // cases at once, as colleagues do.
        var begun = new List<(Story Story, Journey Journey, Matter Matter)>();
        for (var i = 0; i < stories.Count; i++)
        {
            var matter = Matter(i, stories[i]);
            if (stories[i].Ending is Ending.Duplicate)
                matter = await Again(matter, begun);
            var journey = new Journey(office, matter);
            // An earlier playing that broke off may have been on another day.
            matter = matter with
            {
                ReceivedOn = await Begin(stories[i], journey, begun),
            };
            begun.Add((stories[i], journey, matter));
        }
        await Parallel.ForEachAsync(
            begun.Where(b => b.Story.Ending >= Ending.Unappointed),
            new ParallelOptions { MaxDegreeOfParallelism = 3 },
            async (b, _) => await Mediate(b.Story, b.Journey, b.Matter)
        );
        return begun.Count;
    }

    // The same worker comes again with the same matter, and is found in the register.
    private static async Task<Matter> Again(Matter matter, List<(Story Story, Journey Journey, Matter Matter)> before)
    {
        var first = before.Last(b => b.Story.Ending is Ending.Registered);
        var known = (await first.Journey.Register()).Applicants[0].PartyId;
        return matter with { Claimants = [matter.Claimants[0] with { Known = known }] };
    }

    /// <returns>The day the matter was received.</returns>
    private async Task<DateOnly> Begin(
        Story story,
        Journey journey,
        List<(Story Story, Journey Journey, Matter Matter)> before
    )
    {
        var request = await journey.Register();
        await Begin(story, journey, request.ReceivedOn, request.Applicants.Count, before);
        return request.ReceivedOn;
    }

    private async Task Begin(
        Story story,
        Journey journey,
        DateOnly received,
        int workers,
        List<(Story Story, Journey Journey, Matter Matter)> before
    )
    {
        var ending = story.Ending;
        if (ending is Ending.Registered or Ending.Incomplete)
            return;
        if (ending is Ending.Duplicate)
        {
            await journey.LinkTo(before.Last(b => b.Story.Ending is Ending.Registered).Matter.Id);
            return;
        }
        await journey.Triage(Triage(story, received, workers));
        switch (ending)
        {
            case Ending.Triaged:
                return;
            case Ending.Escalated:
                await journey.Escalate(EscalationReason.TenOrMoreWorkers);
                return;
            case Ending.Advised:
                await journey.Advise("演示：已告知可先与单位协商，并说明应保存的证据。", received);
                return;
            case Ending.ReferredOut:
                await journey.ReferOut(
                    new(
                        ReferralRoute.SocialInsurance,
                        null,
                        Day(received, 30),
                        "演示：补缴社会保险由征收机构处理。",
                        received
                    )
                );
                return;
            case Ending.WithdrawnEarly:
                await journey.Withdraw(Contracts.Http.Intake.WithdrawalReason.SettledPrivately, Day(received, 2));
                return;
        }
        await journey.Apply(received);
        if (ending is Ending.AskingConsent)
            return;
        await journey.Consent(ending is not Ending.NotAccepted, Day(received, 1));
        if (ending is Ending.NotAccepted)
            await journey.NotAccept(
                NonAcceptanceReason.RespondentRefused,
                ReferralRoute.Arbitration,
                "演示：被申请人不同意调解，可向劳动人事争议仲裁委员会申请仲裁。",
                Day(received, 2)
            );
        else if (ending is not Ending.ReadyToAccept)
            await journey.Accept(Day(received, 2));
    }

    private async Task Mediate(Story story, Journey journey, Matter matter)
    {
        var (received, ending) = (matter.ReceivedOn, story.Ending);
        var (appointed, held, agreed) = (Day(received, 3), Day(received, 6), Day(received, 8));
        if (ending is Ending.Unappointed)
            return;
        await journey.Appoint(office.Mediator, appointed);
        switch (ending)
        {
            case Ending.RecusalRaised:
                await journey.Recuse(RecusalGround.OtherRelation, appointed, "演示：调解员与一方当事人是旧同事。");
                return;
            case Ending.SessionPlanned:
                await journey.Plan(now.AddDays(3), SessionMode.InPerson, "演示：第一调解室");
                return;
            case Ending.SessionSoon:
                await journey.Plan(now.AddHours(1), SessionMode.Video, "演示：视频调解");
                return;
            case Ending.Withdrawn or Ending.WithdrawnAndClosed:
                await journey.Withdraw(Contracts.Http.Disputes.WithdrawalReason.PersonalDecision, held);
                if (ending is Ending.WithdrawnAndClosed)
                    await journey.Close(Day(held, 1));
                return;
        }
        await journey.Hold(1, held, "演示：双方陈述意见，调解员告知权利义务。");
        switch (ending)
        {
            case Ending.InSession:
                await journey.Plan(now.AddDays(1), SessionMode.InPerson, "演示：第二调解室");
                return;
            case Ending.OfferOpen:
                await journey.Offer(1, OfferSide.Worker, story.Yuan * 100L, held, "演示：职工要求全额支付。");
                await journey.AnswerOffer(1, OfferAnswer.Rejected, held);
                await journey.Offer(2, OfferSide.Employer, story.Yuan * 70L, agreed, "演示：单位提出支付七成。");
                return;
            case Ending.Failed or Ending.FailedAndClosed:
                await journey.Fail(FailureReason.WideGap, agreed, "演示：双方差距较大，调解未达成协议。");
                if (ending is Ending.FailedAndClosed)
                    await journey.Close(Day(agreed, 1));
                return;
            case Ending.SettledOnSpot or Ending.SettledAndClosed or Ending.SlipTwice:
                await Settle(story, journey, held);
                return;
        }
        if (story.HasAmount)
        {
            await journey.Offer(1, OfferSide.Mediator, Agreed(story), held, "演示：调解员提出方案。");
            await journey.AnswerOffer(1, OfferAnswer.Accepted, agreed);
        }
        await journey.Draft(
            agreed,
            i => Terms(story, matter.Claimants[i].Items[0].ItemId, agreed),
            "演示：逾期按约定承担责任。"
        );
        if (ending is Ending.Drafted)
            return;
        if (ending is Ending.PartlySigned)
        {
            var first = journey.PartyOf(0);
            await journey.Sign(agreed, s => s.Kind is SignatoryKind.Employer || s.PartyId == first);
            return;
        }
        await journey.Sign(agreed);
        await journey.IssuePaper();
        if (ending is not (Ending.Effective or Ending.NothingDelivered))
            await Pay(story, journey, agreed);
    }

    private static async Task Settle(Story story, Journey journey, DateOnly held)
    {
        for (var worker = 0; worker < story.Workers; worker++)
            await journey.SettleOnSpot(
                worker,
                held,
                story.Ending is Ending.SlipTwice ? "slip" : $"slip {worker}",
                story.Yuan * 100L
            );
        if (story.Ending is not Ending.SettledAndClosed)
            return;
        await journey.CountersignAll();
        await journey.Close(held);
    }

    private async Task Pay(Story story, Journey journey, DateOnly agreed)
    {
        await journey.Money();
        for (var worker = 0; worker < story.Workers; worker++)
        {
            var parts = Instalments(story, agreed);
            // What is still open of an agreement in instalments lies ahead, or was missed.
            var paid = story.Ending is Ending.PartlyPaid or Ending.Overdue ? 1 : parts.Count;
            for (var part = 0; part < paid; part++)
            {
                var on = parts[part].DueOn < today ? parts[part].DueOn : today;
                var payment = await journey.Pay(worker, 0, part, parts[part].AmountFen, on, part + 1);
                if (part == paid - 1 && story.Ending is Ending.AwaitingCountersignature)
                    continue;
                if (part == paid - 1 && story.Ending is Ending.PaymentReturned)
                {
                    await journey.Return(payment, ReturnReason.Illegible, "演示：回单金额看不清。");
                    continue;
                }
                await journey.Countersign(payment);
                if (part == paid - 1 && story.Ending is Ending.PaymentReversed)
                    await journey.Reverse(payment, ReversalCause.TransferBounced, "演示：转账被退回。");
            }
            if (story.Ending is Ending.GivenBack)
                await journey.GiveBack(worker, 0, 100_000, Day(parts[^1].DueOn, 9));
        }
        if (story.Ending is Ending.PaidAndClosed)
            await journey.Close(Day(Instalments(story, agreed)[^1].DueOn, 1));
    }

    // What was asked, or nine tenths of it.
    private static long Agreed(Story story) => story.Yuan * (story.Yuan % 1_000 == 0 ? 90L : 100L);

    private List<InstalmentTerms> Instalments(Story story, DateOnly agreed)
    {
        var fen = Agreed(story);
        DateOnly[] due = story.Ending switch
        {
            // The next one comes up in two days, so that it stands on the worklist.
            Ending.Effective => [today.AddDays(2), today.AddDays(32), today.AddDays(62)],
            Ending.PartlyPaid => [agreed.AddDays(7), today.AddDays(20), today.AddDays(50)],
            Ending.Overdue => [agreed.AddDays(7), today.AddDays(-4), today.AddDays(26)],
            Ending.PaidAndClosed when story.Yuan > 20_000 =>
            [
                agreed.AddDays(7),
                agreed.AddDays(37),
                agreed.AddDays(67),
            ],
            _ => [agreed.AddDays(7)],
        };
        var rest = fen - (fen / due.Length * (due.Length - 1));
        return [.. due.Select((on, i) => new InstalmentTerms(i == 0 ? rest : fen / due.Length, on))];
    }

    private List<ItemTerms> Terms(Story story, Guid item, DateOnly agreed)
    {
        var terms = new ItemTerms(
            item,
            null,
            Agreed(story),
            TaxBasis.Gross,
            story.Item is ClaimItemType.HousingFund ? Payee.Fund : Payee.Worker,
            story.HasAmount ? Instalments(story, agreed) : [],
            story.HasAmount ? null : today.AddDays(10),
            story.HasAmount ? DefaultClause.RestFallsDue : DefaultClause.None,
            0,
            story.HasAmount ? Waiver.RestOfThisItem : Waiver.None
        );
        return [terms];
    }

    private Matter Matter(int i, Story story)
    {
        var id = Journey.IdOf(Guid.Empty, $"demonstration {office.Unit} {i}");
        var received = today.AddDays(-story.DaysAgo);
        var complete = story.Ending is not (Ending.Incomplete or Ending.AskingConsent or Ending.Triaged);
        var trade = story.Ending is Ending.Registered or Ending.Duplicate ? Trades[3] : Trades[i % Trades.Length];
        return new(
            id,
            i % 3 == 2 && streets.Count > 0 ? streets[i / 3 % streets.Count] : office.Unit,
            story.Channel,
            received,
            [
                .. Enumerable
                    .Range(0, story.Workers)
                    .Select(w => new Claimant(
                        Person(complete),
                        [
                            new ClaimEntry(
                                Journey.IdOf(id, $"item {w}"),
                                story.Item,
                                complete ? received.AddMonths(-3) : null,
                                complete ? received.AddDays(-5) : null,
                                story.HasAmount ? story.Yuan * 100L : null
                            ),
                        ]
                    )),
            ],
            new OrganisationEntry(
                $"演示{name}{trade.Trade}有限公司",
                CreditCode(Array.IndexOf(Trades, trade)),
                trade.Industry,
                "173",
                $"北京市演示路{place + 1}号",
                PerformanceDistrict: office.Unit,
                SeatDistrict: office.Unit,
                ContactName: "演示联系人",
                ContactPhone: "19900009999"
            ),
            "演示：" + Facts(story)
        );
    }

    private PersonEntry Person(bool complete)
    {
        var n = (place * 500) + people++;
        var person = new PersonEntry(
            "工人" + Name(n),
            Phone: string.Create(CultureInfo.InvariantCulture, $"1990000{n:D4}")
        );
        return complete
            ? person with
            {
                IdType = IdType.Other,
                IdNumber = string.Create(CultureInfo.InvariantCulture, $"DEMO-{n:D4}"),
                Sex = n % 2 == 0 ? Sex.Male : Sex.Female,
                BirthDate = new DateOnly(1968 + n % 34, 1 + n % 12, 1 + n % 28),
                UsualAddress = $"北京市演示路{n + 1}号",
                MigrantWorker = n % 3 == 0,
                UnionMember = n % 4 != 0,
                NewEmploymentForm = n % 9 == 4,
            }
            : person;
    }

    // 甲, 乙, … 癸, then 甲子, 甲丑, …: names that nobody has.
    private static string Name(int n)
    {
        const string stems = "甲乙丙丁戊己庚辛壬癸";
        const string branches = "子丑寅卯辰巳午未申酉戌亥";
        var name = stems[n % stems.Length].ToString();
        for (n /= stems.Length; n > 0; n /= branches.Length)
            name += branches[n % branches.Length];
        return name;
    }

    /// <summary>A code with a right check digit (GB 32100) for an organisation that is not there.</summary>
    private string CreditCode(int trade)
    {
        const string alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
        int[] weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
        var code = string.Create(CultureInfo.InvariantCulture, $"91{office.Unit}DEM0000{place}{trade}");
        return code + alphabet[(31 - code.Select((c, i) => alphabet.IndexOf(c) * weights[i]).Sum() % 31) % 31];
    }

    private TriageRequest Triage(Story story, DateOnly received, int workers) =>
        new(
            true,
            null,
            story.Channel is Channel.Online ? LegalRelation.NewEmploymentForm : LegalRelation.Labour,
            null,
            StatutoryHead.PayInjurySeveranceDamages,
            story.Item is ClaimItemType.Severance or ClaimItemType.UnlawfulDismissalDamages
                ? StatisticsCategory.ContractTermination
                : StatisticsCategory.Pay,
            story.Item is not ClaimItemType.Wages ? null
                : received.Year >= 2026 ? "205.5"
                : "186.5",
            received.AddDays(300),
            office.Unit,
            office.Unit,
            [],
            workers,
            workers >= 10 ? RiskLevel.Yellow : RiskLevel.None,
            null
        );

    private static string Facts(Story story) =>
        story.Item switch
        {
            ClaimItemType.Wages => "三个月工资未发。",
            ClaimItemType.Overtime => "休息日加班未付加班费。",
            ClaimItemType.Severance or ClaimItemType.UnlawfulDismissalDamages => "被单位解除劳动合同，要求补偿。",
            ClaimItemType.DoubleWage => "入职八个月未签劳动合同。",
            ClaimItemType.DepositRefund => "离职后押金未退。",
            ClaimItemType.WorkInjuryBenefits or ClaimItemType.MedicalExpenses => "工作中受伤，待遇未付。",
            _ => "与单位协商未果。",
        };

    private DateOnly Day(DateOnly from, int days) => from.AddDays(days) < today ? from.AddDays(days) : today;
}
