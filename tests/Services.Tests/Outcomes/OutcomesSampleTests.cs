using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Mediation.Contracts;
using Mediation.Contracts.Http;
using Mediation.Contracts.Http.Outcomes;
using Mediation.Contracts.Identity;
using Mediation.Kit;

namespace Mediation.Services.Tests.Outcomes;

/// <summary>Settlement shapes of real union cases, followed to countersigned payments with sums equal to the fen. The
/// published texts give the amounts; nothing of them enters a name, a message or a log.</summary>
[Collection("outcomes")]
public sealed partial class OutcomesSampleTests(OutcomesHost host)
{
    private static readonly DateOnly Accepted = new(2025, 3, 3);
    private static readonly DateOnly AgreedOn = new(2025, 3, 20);

    [Fact]
    public async Task UF_11_forty_four_of_ninety_six_are_owed_and_each_is_paid_her_own_share()
    {
        var owed = Fields("UF-11").GetProperty("owed_yuan").GetInt64() * 100;
        var workers = Fields("UF-11").GetProperty("workers_owed").GetInt32();
        var totals = await Follow([.. Split(owed, workers).Select(fen => new Shape(fen, fen, [fen]))]);
        (totals.RecoveredFen, totals.RecoveredPersons, totals.RecoveredCases).ShouldBe((owed, workers, 1));
    }

    [Fact]
    public async Task UF_12_claimed_agreed_and_paid_are_three_figures()
    {
        var fields = Fields("UF-12");
        var (claimed, agreed) = (
            fields.GetProperty("owed_yuan").GetInt64() * 100,
            fields.GetProperty("settlement_yuan").GetInt64() * 100
        );
        var totals = await Follow([new(claimed, agreed, [agreed / 2])]);
        (totals.ClaimedFen, totals.AgreedFen, totals.RecoveredFen, totals.PendingFen).ShouldBe(
            (claimed, agreed, agreed / 2, agreed - agreed / 2)
        );
    }

    [Fact]
    public async Task UF_13_what_was_paid_before_acceptance_is_no_recovery()
    {
        var fields = Fields("UF-13");
        var (rest, before) = (
            fields.GetProperty("remaining_yuan").GetInt64() * 100,
            fields.GetProperty("paid_before_yuan").GetInt64() * 100
        );
        var totals = await Follow([new(fields.GetProperty("owed_yuan").GetInt64() * 100, rest, [rest])], early: before);
        totals.RecoveredFen.ShouldBe(rest);
    }

    [Fact]
    public async Task UF_14_two_workers_share_what_is_owed()
    {
        var owed = Fields("UF-14").GetProperty("owed_yuan").GetInt64() * 100;
        var totals = await Follow([
            .. Split(owed, Fields("UF-14").GetProperty("workers").GetInt32()).Select(f => new Shape(f, f, [f])),
        ]);
        (totals.RecoveredFen, totals.RecoveredPersons).ShouldBe((owed, 2));
    }

    [Fact]
    public async Task UF_15_half_at_once_and_three_instalments_for_thirteen()
    {
        var fields = Fields("UF-15");
        var owed = fields.GetProperty("owed_yuan").GetInt64() * 100;
        var workers = fields.GetProperty("workers").GetInt32();
        var totals = await Follow([
            .. Split(owed, workers)
                .Select(fen => new Shape(
                    fen,
                    fen,
                    [fen / 2, .. Split(fen - fen / 2, fields.GetProperty("remaining_instalments").GetInt32())]
                )),
        ]);
        (totals.RecoveredFen, totals.PendingFen, totals.RecoveredPersons).ShouldBe((owed, 0, workers));
    }

    [Fact]
    public async Task UF_16_paid_on_the_spot()
    {
        var fen = Fields("UF-16").GetProperty("paid_yuan").GetInt64() * 100;
        var (district, street) = await host.NewDistrict();
        var mediator = host.SignIn((Role.Mediator, street));
        var verifier = host.SignIn((Role.Verifier, district));
        var told = await new ToldCase(host, street, Accepted, mediator.Account).Tell();
        var worker = told.Worker((ClaimItemType.WorkInjuryBenefits, fen));
        await worker.Tell(worker.Joined());
        await worker.Tell(worker.Settled(AgreedOn, Papers.Slip(), mediator, (0, fen)));
        await SignAll(verifier, 1);
        (await Totals(verifier, district)).RecoveredFen.ShouldBe(fen);
    }

    [Fact]
    public async Task UF_17_terms_differ_from_worker_to_worker()
    {
        var shapes = Enumerable
            .Range(1, Fields("UF-17").GetProperty("workers").GetInt32())
            .Select(n => new Shape(n * 10_000_01L, n * 8_000_03L, [.. Split(n * 8_000_03L, n)]))
            .ToArray();
        var totals = await Follow(shapes);
        (totals.RecoveredFen, totals.RecoveredPersons).ShouldBe((shapes.Sum(s => s.Agreed), shapes.Length));
    }

    [Fact]
    public async Task The_table_of_a_real_arbitration_paper_adds_up_to_128_980_yuan()
    {
        var line = File.ReadLines(SampleData.Find("cn-labor-qa-spans/cases.jsonl"))
            .Single(l => l.Contains("\"CJRC-dev-173\"", StringComparison.Ordinal));
        using var document = JsonDocument.Parse(line);
        var text = document.RootElement.GetProperty("context").GetString()!;
        var rows = Rows()
            .Matches(text)
            .Select(m =>
                (
                    Computed: (Number(m, "wage") * Number(m, "share") - Number(m, "paid")) * Number(m, "months"),
                    Said: Number(m, "sum")
                )
            )
            .ToList();
        rows.Count.ShouldBe(4);
        rows.ShouldAllBe(r => r.Computed == r.Said);
        // The text breaks off before the last year; its row is what the total and the months leave.
        var parts = rows.Select(r => (long)(r.Said * 100)).Append(11 * 3_397_60L).ToArray();
        var total = long.Parse(Total().Match(text).Groups["sum"].ValueSpan, CultureInfo.InvariantCulture) * 100;
        parts.Sum().ShouldBe(total);
        var totals = await Follow([new(total, total, parts)]);
        (totals.RecoveredFen, totals.PendingFen).ShouldBe((12_898_000, 0));
    }

    /// <summary>Amounts in fen of one worker.</summary>
    private sealed record Shape(long Claimed, long Agreed, IReadOnlyList<long> Paid);

    private async Task<Totals> Follow(IReadOnlyList<Shape> shapes, long early = 0)
    {
        var (district, street) = await host.NewDistrict();
        var mediator = host.SignIn((Role.Mediator, street));
        var verifier = host.SignIn((Role.Verifier, district));
        var told = await new ToldCase(host, street, Accepted, mediator.Account).Tell();
        foreach (var shape in shapes)
        {
            var worker = told.Worker((ClaimItemType.Wages, shape.Claimed));
            var rest = shape.Agreed - shape.Paid.Sum();
            var parts = shape
                .Paid.Append(rest)
                .Where(fen => fen > 0)
                .Select((fen, n) => (fen, AgreedOn.AddDays(10 * (n + 1))))
                .ToArray();
            await host.Tell(worker.Joined());
            await worker.Tell(worker.Agreed(AgreedOn, (0, shape.Agreed, parts)));
            var days = shape.Paid.Select((fen, n) => (fen, Day: AgreedOn.AddDays(10 * (n + 1)))).ToList();
            if (early > 0)
                days.Add((early, Accepted.AddDays(-300)));
            foreach (var (fen, day) in days)
                await mediator.Do(
                    $"/disputes/{told.Dispute}/payments",
                    Papers.Form(Papers.Payment(day, (worker.Line(0), fen)), Papers.Slip())
                );
        }
        await SignAll(verifier, shapes.Sum(s => s.Paid.Count) + (early > 0 ? 1 : 0));
        var totals = await Totals(verifier, district);
        var lines = await verifier.Get<FigureLines>(
            $"/totals/lines?unit={district}&period=2025&figure=recovered&size=100"
        );
        lines.SumFen.ShouldBe(totals.RecoveredFen);
        return totals;
    }

    private static async Task SignAll(Person verifier, int expected)
    {
        var signed = 0;
        while ((await verifier.Get<Page<PaymentListItem>>("/payments/queue?size=100")).Items is { Count: > 0 } waiting)
            foreach (var payment in waiting)
            {
                await verifier.Do($"/payments/{payment.PaymentId}/countersign", null, payment.Version);
                signed++;
            }
        signed.ShouldBe(expected);
    }

    private static async Task<Totals> Totals(Person reader, string unit) =>
        (await reader.Get<TotalsView>($"/totals?unit={unit}&period=2025")).Units[0].Totals;

    /// <summary>Equal parts to the fen; the first take what is left over.</summary>
    private static IEnumerable<long> Split(long fen, int parts) =>
        Enumerable.Range(0, parts).Select(n => fen / parts + (n < fen % parts ? 1 : 0));

    private static JsonElement Fields(string id)
    {
        foreach (var line in File.ReadLines(SampleData.Find("cn-union-facts/facts.jsonl")))
        {
            var fact = JsonDocument.Parse(line).RootElement;
            if (fact.GetProperty("id").GetString() == id)
                return fact.GetProperty("fields");
        }
        throw new InvalidOperationException($"The samples have no {id}.");
    }

    private static decimal Number(Match match, string group) =>
        decimal.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(
        @"\((?<wage>[\d.]+)&times;(?<share>[\d.]+)-(?<paid>[\d.]+)\)&times;(?<months>\d+)=(?<sum>[\d.]+)元",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Rows();

    [GeneratedRegex(@"人民币(?<sum>\d+)元", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Total();
}
