using System.Net;
using System.Text;
using Mediation.Contracts;
using Mediation.Contracts.Http;
using Mediation.Contracts.Http.Outcomes;
using Mediation.Contracts.Identity;
using Mediation.Contracts.Outcomes;
using Mediation.Hosting;
using Mediation.Kit;
using InstalmentStanding = Mediation.Contracts.Http.Outcomes.InstalmentStanding;

namespace Mediation.Services.Tests.Outcomes;

/// <summary>From what Disputes tells to a countersigned yuan in the total, over HTTP, a real database and a real broker.</summary>
[Collection("outcomes")]
public sealed class RecoveryTests(OutcomesHost host)
{
    private static readonly DateOnly Accepted = new(2025, 3, 3);
    private static readonly DateOnly AgreedOn = new(2025, 3, 20);

    [Fact]
    public async Task Two_instalments_go_from_the_agreement_to_the_total_and_back_down_to_the_slip()
    {
        var (district, street) = await host.NewDistrict();
        var mediator = host.SignIn((Role.Mediator, street));
        var verifier = host.SignIn((Role.Verifier, district));
        var supervisor = host.SignIn((Role.Supervisor, OutcomesHost.City));
        var told = await new ToldCase(host, street, Accepted, mediator.Account).Tell();
        var worker = told.Worker((ClaimItemType.Wages, 12_000_00), (ClaimItemType.Severance, 8_000_01));
        await worker.Tell(worker.Joined());
        await worker.Tell(
            worker.Agreed(
                AgreedOn,
                (0, 10_000_00, [(4_000_00, new(2025, 4, 10)), (6_000_00, new(2025, 7, 10))]),
                (1, 7_000_01, [(7_000_01, new(2025, 4, 10))])
            )
        );
        var slip = Papers.Slip();
        var first = await mediator.Do(
            $"/disputes/{told.Dispute}/payments",
            Papers.Form(
                Papers.Payment(new(2025, 4, 9), (worker.Line(0), 4_000_00), (worker.Line(1), 7_000_01)) with
                {
                    Instalment = 1,
                },
                slip
            )
        );
        var second = await mediator.Do(
            $"/disputes/{told.Dispute}/payments",
            Papers.Form(Papers.Payment(new(2025, 7, 8), (worker.Line(0), 6_000_00)), Papers.Slip())
        );

        var before = await supervisor.Get<TotalsView>($"/totals?unit={district}&period=2025-H1");
        before
            .Units[0]
            .Totals.ShouldBe(
                new Totals(
                    1,
                    1,
                    20_000_01,
                    17_000_01,
                    17_000_01,
                    11_000_01,
                    0,
                    0,
                    0,
                    17_000_01,
                    11_000_01,
                    1,
                    0,
                    0,
                    0,
                    0
                )
            );

        var queue = await verifier.Get<Page<PaymentListItem>>("/payments/queue");
        queue.Items.Select(p => p.PaymentId).ShouldBe([first.Id, second.Id]);
        queue.Items.ShouldAllBe(p => p.MayCountersign);
        var page = await verifier.Get<PaymentView>($"/payments/{first.Id}");
        (page.PreviousInQueue, page.NextInQueue).ShouldBe((null, second.Id));
        page.Actions.Where(a => a.Allowed).Select(a => a.Action).ShouldBe(["countersign", "return", "reverse"]);
        foreach (var payment in queue.Items)
            await verifier.Do($"/payments/{payment.PaymentId}/countersign", null, payment.Version);

        var half = await supervisor.Get<TotalsView>($"/totals?unit={district}&period=2025-H1");
        half.Units[0].Totals.RecoveredFen.ShouldBe(11_000_01);
        half.Units[0].Totals.PendingFen.ShouldBe(6_000_00);
        half.Units.Select(u => (u.Unit, u.Own)).ShouldBe([(district, false), (district, true), (street, false)]);
        half.Units[2].Totals.ShouldBe(half.Units[0].Totals);
        var year = await supervisor.Get<TotalsView>($"/totals?unit={district}&period=2025");
        year.Units[0].Totals.RecoveredFen.ShouldBe(17_000_01);
        year.Units[0].Totals.RecoveredCases.ShouldBe(1);
        year.Units[0].Totals.PendingFen.ShouldBe(0);
        foreach (
            var (period, fen) in new[]
            {
                ("2025-Q2", 11_000_01L),
                ("2025-07", 6_000_00L),
                ("2025-04-09..2025-04-09", 11_000_01L),
                ("2025-04-10..2025-07-07", 0L),
            }
        )
            (await supervisor.Get<TotalsView>($"/totals?unit={district}&period={period}"))
                .Units[0]
                .Totals.RecoveredFen.ShouldBe(fen, period);

        foreach (var figure in Enum.GetValues<Figure>().Where(f => f is not Figure.AcceptedCases))
        {
            var lines = await supervisor.Get<FigureLines>(
                $"/totals/lines?unit={district}&period=2025-H1&figure={figure}"
            );
            lines.SumFen.ShouldBe(Of(half.Units[0].Totals, figure), figure.ToString());
            lines.Lines.Items.Sum(l => l.AmountFen).ShouldBe(lines.SumFen, figure.ToString());
        }
        var behind = await supervisor.Get<FigureLines>(
            $"/totals/lines?unit={district}&period=2025-H1&figure=recovered"
        );
        behind.Lines.Items.SelectMany(l => l.Payments).Select(p => p.PaymentId).Distinct().ShouldBe([first.Id]);
        var receipt = await supervisor.Client.GetAsync($"/payments/{first.Id}/receipt");
        receipt.Content.Headers.ContentType!.MediaType.ShouldBe("application/pdf");
        (await receipt.Content.ReadAsByteArrayAsync()).ShouldBe(slip);
        (
            await host.Count(
                $"select count(*) from content_access where actor = '{supervisor.Account}' and purpose = 'view_receipt'"
            )
        ).ShouldBe(1);

        var lines2 = await mediator.Get<DisputeLines>($"/disputes/{told.Dispute}/lines");
        lines2.Sum.ShouldBe(new Ladder(20_000_01, 17_000_01, 17_000_01, 17_000_01, 17_000_01, 0, 0, 0));
        lines2.Lines.ShouldAllBe(l => l.Stage == LineStage.Paid);
        lines2
            .Lines[0]
            .Instalments.Select(i => (i.PaidFen, i.Standing))
            .ShouldBe([(4_000_00, InstalmentStanding.Paid), (6_000_00, InstalmentStanding.Paid)]);
        await Eventually.True(
            () =>
                Task.FromResult(
                    host.Published.OfType<RecoveryStanding>()
                        .Where(s => s.DisputeId == told.Dispute)
                        .GroupBy(s => s.LineId)
                        .Sum(g => g.MaxBy(s => s.Source.Version)!.CountersignedFen) == 17_000_01
                ),
            "the standing is published"
        );
        host.Published.OfType<PaymentCountersigned>()
            .Where(p => p.DisputeId == told.Dispute)
            .Sum(p => p.AmountFen)
            .ShouldBe(17_000_01);
    }

    [Fact]
    public async Task Returned_leaves_the_total_resubmitted_comes_back_reversed_keeps_both_entries()
    {
        var (district, street) = await host.NewDistrict();
        var (mediator, verifier, worker, told) = await Agreed(district, street, 5_000_00);
        var payment = await Enter(mediator, told, worker, 5_000_00);
        var signed = await verifier.Do($"/payments/{payment.Id}/countersign", null, payment.Version);
        (await Recovered(verifier, district)).ShouldBe(5_000_00);

        var returned = await verifier.Do(
            $"/payments/{payment.Id}/return",
            new ReturnPayment(ReturnReason.Illegible, "看不清收款人"),
            signed.Version
        );
        var after = (await verifier.Get<TotalsView>($"/totals?unit={district}&period=2025")).Units[0].Totals;
        (after.RecoveredFen, after.ReturnedFen, after.ReturnedPayments).ShouldBe((0, 5_000_00, 1));
        (await mediator.Get<Worklist>("/worklist")).Counts["paymentReturned"].ShouldBe(1);

        var sent = Papers.Payment(new(2025, 4, 9), (worker.Line(0), 5_000_00));
        var again = await mediator.Do(
            $"/payments/{payment.Id}/resubmit",
            Papers.Form(
                new ResubmitPayment(sent.PaidOn, sent.Payer, sent.Payee, sent.Means, sent.Shares),
                Papers.Slip()
            ),
            returned.Version
        );
        (await Recovered(verifier, district)).ShouldBe(0);
        var once = await verifier.Do($"/payments/{payment.Id}/countersign", null, again.Version);
        (await Recovered(verifier, district)).ShouldBe(5_000_00);

        await mediator.Do(
            $"/payments/{payment.Id}/reverse",
            new ReversePayment(ReversalCause.TransferBounced),
            once.Version
        );
        (await Recovered(verifier, district)).ShouldBe(0);
        var view = await verifier.Get<PaymentView>($"/payments/{payment.Id}");
        view.Trail.Select(t => t.Kind)
            .ShouldBe([
                TrailKind.Entered,
                TrailKind.Countersigned,
                TrailKind.Returned,
                TrailKind.Resubmitted,
                TrailKind.Countersigned,
                TrailKind.Reversed,
            ]);
        view.Trail[2].Remark.ShouldBe("看不清收款人");
        view.Why.ShouldBe(WhyCounted.Reversed);
        (await mediator.Get<DisputeLines>($"/disputes/{told.Dispute}/lines")).Lines[0].Payments.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task What_a_unit_handles_itself_is_a_row_of_its_own_beside_the_units_below()
    {
        var (district, street) = await host.NewDistrict();
        foreach (var (unit, fen) in new[] { (district, 7_000_07), (street, 2_000_00) })
        {
            var (mediator, verifier, worker, told) = await Agreed(district, unit, fen);
            var payment = await Enter(mediator, told, worker, fen);
            await verifier.Do($"/payments/{payment.Id}/countersign", null, payment.Version);
        }
        var supervisor = host.SignIn((Role.Supervisor, OutcomesHost.City));
        var view = await supervisor.Get<TotalsView>($"/totals?unit={district}&period=2025");
        view.Units.Select(u => (u.Unit, u.Own, u.HasUnitsBelow, u.Totals.RecoveredFen))
            .ShouldBe([
                (district, false, false, 9_000_07),
                (district, true, false, 7_000_07),
                (street, false, false, 2_000_00),
            ]);
        async Task<long> Behind(string unit, string own) =>
            (await supervisor.Get<FigureLines>($"/totals/lines?unit={unit}&period=2025&figure=recovered{own}")).SumFen;
        (await Behind(district, "")).ShouldBe(9_000_07);
        (await Behind(district, "&own=true")).ShouldBe(7_000_07);
        (await Behind(street, "")).ShouldBe(2_000_00);
        (await supervisor.Get<TotalsView>($"/totals?unit={street}&period=2025")).Units.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Money_given_back_is_deducted_on_its_own_day_and_shown_as_clawback()
    {
        var (district, street) = await host.NewDistrict();
        var (mediator, verifier, worker, told) = await Agreed(district, street, 5_000_00);
        var payment = await Enter(mediator, told, worker, 5_000_00);
        await verifier.Do($"/payments/{payment.Id}/countersign", null, payment.Version);
        var line = await mediator.Get<LineView>($"/lines/{worker.Line(0)}");
        var back = new RecordGivenBack(
            Guid.CreateVersion7(),
            1_200_00,
            new(2025, 8, 1),
            GivenBackCause.AgreedByParties
        );
        await mediator.Do($"/lines/{worker.Line(0)}/given-back", back, line.Version);
        await mediator.Refused(
            412,
            "changed_meanwhile",
            $"/lines/{worker.Line(0)}/given-back",
            back with
            {
                GivenBackId = Guid.CreateVersion7(),
            },
            line.Version
        );
        (await Recovered(verifier, district, "2025-H1")).ShouldBe(5_000_00);
        var second = (await verifier.Get<TotalsView>($"/totals?unit={district}&period=2025-H2")).Units[0].Totals;
        (second.RecoveredFen, second.ClawbackFen, second.RecoveredCases).ShouldBe((-1_200_00, 1_200_00, 0));
        (await Recovered(verifier, district)).ShouldBe(3_800_00);
    }

    [Fact]
    public async Task Messages_doubled_and_out_of_order_make_the_same_ledger()
    {
        var (district, street) = await host.NewDistrict();
        var head = host.SignIn((Role.CentreHead, district));
        var told = new ToldCase(host, street, Accepted, head.Account);
        var worker = told.Worker((ClaimItemType.Wages, 3_000_00));
        var joined = worker.Joined();
        var agreed = worker.Agreed(AgreedOn, (0, 2_500_00, []));
        var withdrawn = worker.Withdrawn(new(2025, 5, 1));
        foreach (
            var message in new Message[]
            {
                withdrawn,
                agreed,
                told.Appointed(),
                withdrawn,
                joined,
                joined,
                told.Opened(),
                agreed,
                told.Opened(),
            }
        )
            await host.Tell(message);
        await worker.Arrived(3);
        var lines = await head.Get<DisputeLines>($"/disputes/{told.Dispute}/lines");
        var line = lines.Lines.ShouldHaveSingleItem();
        (line.Stage, line.Ladder.AgreedFen, line.Ladder.EffectiveFen).ShouldBe((LineStage.Withdrawn, 2_500_00, 0));
        await Eventually.True(
            async () =>
                await host.Count(
                    $"select count(*) from cases where stream_id = '{told.Dispute}' and row ->> 'opened' = 'true'"
                ) == 1,
            "the case arrives"
        );
        (
            await host.Count(
                $"select count(*) from mt_events where stream_id in ('{told.Dispute}', '{worker.Line(0)}')"
            )
        ).ShouldBe(
            3 + 5,
            "case opened, worker noted, responsibility; line opened, title, standing, withdrawn, standing"
        );
        (await host.Count("select count(*) from parked")).ShouldBe(0);
    }

    [Fact]
    public async Task A_dispute_withdrawn_before_its_worker_is_told_ends_her_line_too()
    {
        var (district, street) = await host.NewDistrict();
        var head = host.SignIn((Role.CentreHead, district));
        var told = await new ToldCase(host, street, Accepted, head.Account).Tell();
        await host.Tell(
            new Contracts.Disputes.DisputeWithdrawn(
                OutcomesHost.Source(told.Dispute, 3, 2),
                told.Dispute,
                street,
                new(2025, 4, 1)
            )
        );
        await Eventually.True(
            async () =>
                await host.Count($"select count(*) from inbox where source_stream = '{told.Dispute}' and version = 3")
                == 1,
            "the withdrawal arrives"
        );
        var worker = told.Worker((ClaimItemType.Wages, 3_000_00));
        await worker.Tell(worker.Joined());
        (await head.Get<LineView>($"/lines/{worker.Line(0)}")).Stage.ShouldBe(LineStage.Withdrawn);
    }

    [Fact]
    public async Task One_slip_serves_one_payment_and_the_second_is_told_which()
    {
        var (district, street) = await host.NewDistrict();
        var (mediator, verifier, worker, told) = await Agreed(district, street, 5_000_00);
        var slip = Papers.Slip();
        var path = $"/disputes/{told.Dispute}/payments";
        var first = await mediator.Do(
            path,
            Papers.Form(Papers.Payment(new(2025, 4, 9), (worker.Line(0), 1_000_00)), slip)
        );
        var response = await mediator.Post(
            path,
            Papers.Form(Papers.Payment(new(2025, 4, 10), (worker.Line(0), 1_000_00)), slip)
        );
        response.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await response.Content.ReadAsStringAsync()).ShouldContain(first.Id.ToString());

        await verifier.Do($"/payments/{first.Id}/return", new ReturnPayment(ReturnReason.WrongLine), first.Version);
        await mediator.Do(path, Papers.Form(Papers.Payment(new(2025, 4, 10), (worker.Line(0), 1_000_00)), slip));
        var sent = Papers.Payment(new(2025, 4, 9), (worker.Line(0), 1_000_00));
        await mediator.Refused(
            422,
            "receipt_in_use",
            $"/payments/{first.Id}/resubmit",
            Papers.Form(new ResubmitPayment(sent.PaidOn, sent.Payer, sent.Payee, sent.Means, sent.Shares), null),
            first.Version + 1
        );
    }

    [Fact]
    public async Task Of_two_entries_of_one_slip_at_the_same_moment_one_stands()
    {
        var (district, street) = await host.NewDistrict();
        var (mediator, _, worker, told) = await Agreed(district, street, 50_000_00);
        var other = told.Worker((ClaimItemType.Wages, 9_000_00));
        await other.Tell(other.Joined());
        var slip = Papers.Slip();
        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(i =>
                    mediator.Post(
                        $"/disputes/{told.Dispute}/payments",
                        Papers.Form(
                            Papers.Payment(new(2025, 4, 9), ((i % 2 == 0 ? worker : other).Line(0), 100_00)),
                            slip
                        )
                    )
                )
        );
        answers.Count(a => a.IsSuccessStatusCode).ShouldBe(1);
        answers
            .Where(a => !a.IsSuccessStatusCode)
            .ShouldAllBe(a => (int)a.StatusCode == 422 || (int)a.StatusCode == 409);
        (await host.Count($"select count(*) from payments where dispute_id = '{told.Dispute}'")).ShouldBe(1);
    }

    [Fact]
    public async Task Settled_on_the_spot_waits_for_another_person_and_a_used_slip_is_blocked()
    {
        var (district, street) = await host.NewDistrict();
        var mediator = host.SignIn((Role.Mediator, street));
        var told = await new ToldCase(host, street, Accepted, mediator.Account).Tell();
        var (first, second) = (told.Worker((ClaimItemType.Wages, 900_00)), told.Worker((ClaimItemType.Wages, 900_00)));
        var slip = Papers.Slip();
        await first.Tell(first.Joined());
        await first.Tell(first.Settled(new(2025, 3, 10), slip, mediator, (0, 800_00)));
        await second.Tell(second.Joined());
        await second.Tell(second.Settled(new(2025, 3, 10), slip, mediator, (0, 800_00)));

        var verifier = host.SignIn((Role.Verifier, district));
        var page = await verifier.Get<Page<PaymentListItem>>($"/payments?unit={district}");
        page.Items.Select(p => p.State).ShouldBe([PaymentState.Awaiting, PaymentState.Blocked], ignoreOrder: true);
        var waiting = page.Items.Single(p => p.State is PaymentState.Awaiting);
        var blocked = page.Items.Single(p => p.State is PaymentState.Blocked);
        blocked.Why.ShouldBe(WhyCounted.ReceiptInUse);
        (await verifier.Get<PaymentView>($"/payments/{blocked.PaymentId}")).BlockedBy.ShouldBe(waiting.PaymentId);
        (await verifier.Get<PaymentView>($"/payments/{waiting.PaymentId}")).ReceiptAt.ShouldBe(ReceiptHome.Disputes);
        var sameHuman = host.SignIn(mediator.Human, (Role.Verifier, district));
        await sameHuman.Refused(
            422,
            "same_person",
            $"/payments/{waiting.PaymentId}/countersign",
            null,
            waiting.Version
        );
        await verifier.Do($"/payments/{waiting.PaymentId}/countersign", null, waiting.Version);
        await verifier.Refused(
            422,
            "payment_blocked",
            $"/payments/{blocked.PaymentId}/countersign",
            null,
            blocked.Version
        );
        (await Recovered(verifier, district)).ShouldBe(800_00);
    }

    [Fact]
    public async Task Nobody_countersigns_what_she_or_her_other_account_entered()
    {
        var (district, street) = await host.NewDistrict();
        var human = Guid.CreateVersion7();
        var finance = host.SignIn(human, (Role.Finance, district), (Role.Verifier, district));
        var other = host.SignIn(human, (Role.Verifier, district));
        var told = await new ToldCase(host, street, Accepted).Tell();
        var worker = told.Worker((ClaimItemType.Wages, 900_00));
        await worker.Tell(worker.Joined());
        await worker.Tell(worker.Agreed(AgreedOn, (0, 900_00, [])));
        var payment = await Enter(finance, told, worker, 900_00);
        var path = $"/payments/{payment.Id}/countersign";
        await finance.Refused(422, "self_countersign", path, null, payment.Version);
        await other.Refused(422, "same_person", path, null, payment.Version);
        var supervisor = host.SignIn((Role.Supervisor, district), (Role.Verifier, district));
        await supervisor.Refused(422, "supervisor_countersigns_nothing", path, null, payment.Version);
        var mediator = host.SignIn((Role.Mediator, district), (Role.Verifier, district));
        await mediator.Refused(422, "mediator_countersigns_nothing", path, null, payment.Version);
        (await other.Get<Worklist>("/worklist")).Counts.Keys.ShouldNotContain("paymentToCountersign");

        // The list says the same as the decider, for everybody.
        foreach (var person in new[] { finance, other, supervisor, mediator })
        {
            var item = (await person.Get<Page<PaymentListItem>>($"/payments?unit={district}")).Items.Single();
            var action = (await person.Get<PaymentView>($"/payments/{payment.Id}")).Actions.Single(a =>
                a.Action == "countersign"
            );
            (item.MayCountersign, item.WhyNot).ShouldBe((false, action.RefusalCode));
        }
        var free = host.SignIn((Role.Verifier, street));
        (await free.Get<Worklist>("/worklist")).Counts["paymentToCountersign"].ShouldBe(1);
        await free.Do(path, null, payment.Version);
    }

    [Fact]
    public async Task A_street_that_moves_counts_where_it_stood_on_the_day()
    {
        var (district, street) = await host.NewDistrict();
        var (newDistrict, _) = await host.NewDistrict();
        var (mediator, verifier, worker, told) = await Agreed(district, street, 9_000_00);
        foreach (
            var (day, fen) in new[] { (new DateOnly(2025, 4, 30), 4_000_00L), (new DateOnly(2025, 5, 1), 5_000_00L) }
        )
        {
            var payment = await mediator.Do(
                $"/disputes/{told.Dispute}/payments",
                Papers.Form(Papers.Payment(day, (worker.Line(0), fen)), Papers.Slip())
            );
            await verifier.Do($"/payments/{payment.Id}/countersign", null, payment.Version);
        }
        await host.TellUnit(
            new OrgUnitMoved(OutcomesHost.Source(Guid.CreateVersion7(), 2, 0), street, newDistrict, new(2025, 5, 1))
        );
        var city = host.SignIn((Role.Supervisor, OutcomesHost.City));
        var (before, after) = (await Recovered(city, district), await Recovered(city, newDistrict));
        (before, after).ShouldBe((4_000_00, 5_000_00));
        var view = await city.Get<TotalsView>($"/totals?unit={OutcomesHost.City}&period=2025");
        view.Units.Single(u => u.Unit == district).Totals.RecoveredFen.ShouldBe(4_000_00);
        view.Units.Single(u => u.Unit == newDistrict).Totals.RecoveredFen.ShouldBe(5_000_00);
        (await city.Get<FigureLines>($"/totals/lines?unit={newDistrict}&period=2025&figure=recovered")).SumFen.ShouldBe(
            5_000_00
        );
    }

    [Fact]
    public async Task Contributions_to_a_fund_are_beside_the_total()
    {
        var (district, street) = await host.NewDistrict();
        var mediator = host.SignIn((Role.Mediator, street));
        var verifier = host.SignIn((Role.Verifier, district));
        var told = await new ToldCase(host, street, Accepted, mediator.Account).Tell();
        var worker = told.Worker((ClaimItemType.SocialInsuranceArrears, 2_000_00));
        await worker.Tell(worker.Joined());
        await worker.Tell(worker.Agreed(AgreedOn, (0, 2_000_00, [])));
        var said = Papers.Payment(new(2025, 4, 9), (worker.Line(0), 2_000_00));
        await mediator.Refused(
            422,
            "payee_not_fund",
            $"/disputes/{told.Dispute}/payments",
            Papers.Form(said, Papers.Slip())
        );
        var payment = await mediator.Do(
            $"/disputes/{told.Dispute}/payments",
            Papers.Form(said with { PaymentId = Guid.CreateVersion7(), Payee = PayeeKind.Fund }, Papers.Slip())
        );
        await verifier.Do($"/payments/{payment.Id}/countersign", null, payment.Version);
        var totals = (await verifier.Get<TotalsView>($"/totals?unit={district}&period=2025")).Units[0].Totals;
        totals.ShouldBe(new Totals(1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2_000_00, 0));
    }

    [Fact]
    public async Task Unpaid_instalments_stand_in_the_worklist_of_the_mediator()
    {
        var (_, street) = await host.NewDistrict();
        var mediator = host.SignIn((Role.Mediator, street));
        var told = await new ToldCase(host, street, Accepted, mediator.Account).Tell();
        var worker = told.Worker((ClaimItemType.Wages, 900_00));
        await worker.Tell(worker.Joined());
        var today = LegalDay.Today(TimeProvider.System);
        await worker.Tell(
            worker.Agreed(
                AgreedOn,
                (0, 900_00, [(300_00, today.AddDays(-1)), (300_00, today.AddDays(1)), (300_00, today.AddDays(30))])
            )
        );
        var list = await mediator.Get<Worklist>("/worklist?size=1");
        list.Counts.ShouldBe(
            new Dictionary<string, int> { ["instalmentOverdue"] = 1, ["instalmentDue"] = 1 },
            ignoreOrder: true
        );
        list.Items.ShouldHaveSingleItem().Due.ShouldBe(today.AddDays(-1));
        var next = await mediator.Get<Worklist>($"/worklist?size=5&cursor={list.Next}");
        next.Items.ShouldHaveSingleItem().Kind.ShouldBe("instalmentDue");
        next.Next.ShouldBeNull();
    }

    [Fact]
    public async Task What_is_shown_is_exported_with_exact_amounts()
    {
        var (district, street) = await host.NewDistrict();
        var (mediator, verifier, worker, told) = await Agreed(district, street, 5_000_01);
        var payment = await Enter(mediator, told, worker, 5_000_01);
        await verifier.Do($"/payments/{payment.Id}/countersign", null, payment.Version);
        foreach (
            var path in new[]
            {
                $"/totals/export?unit={district}&period=2025",
                $"/totals/lines/export?unit={district}&period=2025&figure=recovered",
                $"/payments/export?unit={district}",
            }
        )
        {
            var csv = await verifier.Client.GetStringAsync(path + "&format=csv");
            csv.ShouldContain("5000.01", customMessage: path);
            var sheet = await verifier.Client.GetAsync(path + "&format=xlsx");
            var bytes = await sheet.Content.ReadAsByteArrayAsync();
            Encoding.ASCII.GetString(bytes, 0, 2).ShouldBe("PK", path);
            (await verifier.Client.GetAsync(path + "&format=doc")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        }
    }

    [Fact]
    public async Task Rows_written_anew_from_the_events_are_the_rows()
    {
        var (district, street) = await host.NewDistrict();
        var (mediator, verifier, worker, told) = await Agreed(district, street, 5_000_00);
        var payment = await Enter(mediator, told, worker, 4_000_00);
        await verifier.Do($"/payments/{payment.Id}/countersign", null, payment.Version);
        var rebuild = host.Provider.GetRequiredService<Mediation.Outcomes.Service.RebuildLedger>();
        // Other tests take rows away on purpose; those are back after the first time.
        await rebuild.Run(CancellationToken.None);
        var (before, tables) = (
            await host.Database.Dump(),
            new[] { "recovery_lines", "movements", "payments", "open_instalments", "cases" }
        );
        await host.Database.Plant(
            $"delete from movements where line_id = '{worker.Line(0)}'; update payments set counted_fen = 1;"
        );
        (await rebuild.Run(CancellationToken.None)).ShouldBeGreaterThan(0);
        var after = await host.Database.Dump();
        foreach (var table in tables)
            after[table]
                .Split('\n')
                .Order(StringComparer.Ordinal)
                .ShouldBe(before[table].Split('\n').Order(StringComparer.Ordinal), table);
    }

    internal static long Of(Totals t, Figure figure) =>
        figure switch
        {
            Figure.AcceptedCases => t.AcceptedCases,
            Figure.Claimed => t.ClaimedFen,
            Figure.Agreed => t.AgreedFen,
            Figure.Effective => t.EffectiveFen,
            Figure.Due => t.DueFen,
            Figure.Recovered => t.RecoveredFen,
            Figure.Pending => t.PendingFen,
            Figure.Awaiting => t.AwaitingFen,
            Figure.Returned => t.ReturnedFen,
            Figure.ToFund => t.ToFundFen,
            Figure.Clawback => t.ClawbackFen,
            _ => throw new ArgumentOutOfRangeException(nameof(figure)),
        };

    private async Task<(Person Mediator, Person Verifier, ToldWorker Worker, ToldCase Told)> Agreed(
        string district,
        string street,
        long fen
    )
    {
        var mediator = host.SignIn((Role.Mediator, street));
        var verifier = host.SignIn((Role.Verifier, district));
        var told = await new ToldCase(host, street, Accepted, mediator.Account).Tell();
        var worker = told.Worker((ClaimItemType.Wages, fen));
        await worker.Tell(worker.Joined());
        await worker.Tell(worker.Agreed(AgreedOn, (0, fen, [])));
        return (mediator, verifier, worker, told);
    }

    private static Task<Done> Enter(Person by, ToldCase told, ToldWorker worker, long fen) =>
        by.Do(
            $"/disputes/{told.Dispute}/payments",
            Papers.Form(Papers.Payment(new(2025, 4, 9), (worker.Line(0), fen)), Papers.Slip())
        );

    private static async Task<long> Recovered(Person reader, string unit, string period = "2025") =>
        (await reader.Get<TotalsView>($"/totals?unit={unit}&period={period}")).Units[0].Totals.RecoveredFen;
}
