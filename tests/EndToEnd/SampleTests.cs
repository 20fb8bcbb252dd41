using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Mediation.Contracts;
using Mediation.Contracts.Http.Disputes;
using Mediation.Contracts.Http.Intake;
using Mediation.Contracts.Http.Outcomes;
using Mediation.Demonstration;
using Mediation.Kit;

namespace Mediation.EndToEnd.Tests;

/// <summary>Settlements that unions and courts have published, from the front door to countersigned payments through the
/// running services, every worker with her own claim, signature, instalments and payments. The published texts give
/// shapes and amounts; nothing else of them is typed anywhere.</summary>
public sealed partial class SampleTests(BrowserFixture fixture)
{
    // 门头沟, where one of the cases comes from.
    private const string Unit = "110109";

    private static readonly DateOnly Today = DateOnly.FromDateTime(
        TimeZoneInfo
            .ConvertTime(TimeProvider.System.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai"))
            .DateTime
    );

    private static readonly DateOnly Received = Today.AddDays(-200);

    private static int people;

    [Fact]
    public async Task Real_settlements_end_in_a_total_that_is_their_sum_to_the_fen()
    {
        Shape[] shapes = [.. Settlements()];
        shapes.Length.ShouldBe(8);
        using var services = fixture.City.Services();
        var office = await Offices.Make(services, Unit);
        foreach (var shape in shapes)
            await Follow(office, shape);

        var recovered = shapes.Sum(s => s.Recovered);
        var supervisor = await services.SignIn("ducha.shi", City.Password);
        var period = $"{Received:yyyy-MM-dd}..{Today:yyyy-MM-dd}";
        var city = await supervisor.Get<TotalsView>(Service.Outcomes, $"/totals?unit=110000&period={period}");
        var totals = city.Units.Single(u => u.Unit == Unit).Totals;
        totals.RecoveredFen.ShouldBe(recovered);
        totals.ClaimedFen.ShouldBe(shapes.Sum(s => s.Workers.Sum(w => w.Claimed)));
        totals.AgreedFen.ShouldBe(shapes.Sum(s => s.Workers.Sum(w => w.Agreed)));
        totals.PendingFen.ShouldBe(totals.AgreedFen - recovered);
        totals.AcceptedCases.ShouldBe(shapes.Length);
        totals.AcceptedPersons.ShouldBe(shapes.Sum(s => s.Workers.Count));
        totals.RecoveredPersons.ShouldBe(totals.AcceptedPersons);
        var lines = await supervisor.Get<FigureLines>(
            Service.Outcomes,
            $"/totals/lines?unit={Unit}&period={period}&figure=recovered&size=100"
        );
        (lines.SumFen, lines.Lines.Items.Sum(l => l.AmountFen), lines.Lines.Total).ShouldBe(
            (recovered, recovered, totals.AcceptedPersons)
        );
    }

    /// <summary>Amounts in fen of one worker.</summary>
    /// <param name="Paid">What was paid and countersigned, oldest first; the rest of what was agreed is one more
    /// instalment.</param>
    private sealed record Terms(long Claimed, long Agreed, IReadOnlyList<long> Paid);

    private sealed record Shape(string Name, IReadOnlyList<Terms> Workers)
    {
        public Channel Channel { get; init; } = Channel.WalkIn;

        public ClaimItemType Item { get; init; } = ClaimItemType.Wages;

        public int Sessions { get; init; } = 1;

        public bool OnTheSpot { get; init; }

        /// <summary>Paid long before anybody asked for mediation.</summary>
        public long Before { get; init; }

        public long PenaltyFen { get; init; }

        public long Recovered => Workers.Sum(w => w.Paid.Sum());
    }

    private static IEnumerable<Shape> Settlements()
    {
        var facts = Facts();
        long Yuan(string id, string field) => facts[id].GetProperty(field).GetInt64() * 100;
        int Number(string id, string field) => facts[id].GetProperty(field).GetInt32();
        yield return new(
            "UF-11",
            [.. Split(Yuan("UF-11", "owed_yuan"), Number("UF-11", "workers_owed")).Select(f => new Terms(f, f, [f]))]
        )
        {
            Channel = Channel.Petition,
        };
        var settled = Yuan("UF-12", "settlement_yuan");
        yield return new("UF-12", [new(Yuan("UF-12", "owed_yuan"), settled, [settled / 2])])
        {
            PenaltyFen = Yuan("UF-12", "penalty_if_late_yuan"),
        };
        var rest = Yuan("UF-13", "remaining_yuan");
        yield return new("UF-13", [new(Yuan("UF-13", "owed_yuan"), rest, [rest])])
        {
            Before = Yuan("UF-13", "paid_before_yuan"),
        };
        yield return new(
            "UF-14",
            [.. Split(Yuan("UF-14", "owed_yuan"), Number("UF-14", "workers")).Select(f => new Terms(f, f, [f]))]
        )
        {
            Sessions = Number("UF-14", "mediation_rounds"),
        };
        yield return new(
            "UF-15",
            [
                .. Split(Yuan("UF-15", "owed_yuan"), Number("UF-15", "workers"))
                    .Select(f => new Terms(
                        f,
                        f,
                        [f / 2, .. Split(f - f / 2, Number("UF-15", "remaining_instalments"))]
                    )),
            ]
        );
        var injury = Yuan("UF-16", "paid_yuan");
        yield return new("UF-16", [new(injury, injury, [injury])])
        {
            Item = ClaimItemType.WorkInjuryBenefits,
            OnTheSpot = true,
        };
        yield return new(
            "UF-17",
            [
                .. Enumerable
                    .Range(1, Number("UF-17", "workers"))
                    .Select(n => new Terms(n * 10_000_01L, n * 8_000_03L, [.. Split(n * 8_000_03L, n)])),
            ]
        )
        {
            Channel = Channel.ArbitrationSuggested,
        };
        var table = InstalmentTable();
        yield return new("table", [new(table.Sum(), table.Sum(), table)]);
    }

    private async Task Follow(Office office, Shape shape)
    {
        var matter = new Matter(
            Guid.CreateVersion7(),
            Unit,
            shape.Channel,
            Received,
            [
                .. shape.Workers.Select(w => new Claimant(
                    Worker(),
                    [new(Guid.CreateVersion7(), shape.Item, Received.AddYears(-1), Received, w.Claimed)]
                )),
            ],
            new OrganisationEntry($"示例{shape.Name}有限公司"),
            "拖欠未付"
        );
        var journey = new Journey(office, matter);
        await journey.Register();
        await journey.Triage(Triage(shape.Workers.Count));
        await journey.Apply(Received);
        await journey.Consent(true, Received.AddDays(1));
        await journey.Accept(Received.AddDays(2));
        await journey.Appoint(office.Mediator, Received.AddDays(2));
        for (var session = 1; session <= shape.Sessions; session++)
            await journey.Hold(session, Received.AddDays(3 + session), "双方到场");
        var agreed = Received.AddDays(3 + shape.Sessions);
        if (shape.OnTheSpot)
            await journey.SettleOnSpot(0, agreed, "slip", shape.Workers[0].Agreed);
        else
        {
            await journey.Draft(agreed, i => [Agreed(shape, i, matter.Claimants[i].Items[0].ItemId, agreed)]);
            await journey.Sign(agreed);
            await journey.IssuePaper();
        }
        (await journey.Money()).Workers.ShouldBe(shape.Workers.Count, shape.Name);
        if (shape.Before > 0)
            await journey.Countersign(await journey.Pay(0, 0, 99, shape.Before, Received.AddYears(-3)));
        if (shape.OnTheSpot)
            await journey.CountersignAll();
        else
            foreach (var (worker, i) in shape.Workers.Select((w, i) => (w, i)))
            foreach (var (fen, n) in worker.Paid.Select((p, n) => (p, n)))
                await journey.Countersign(await journey.Pay(i, 0, n, fen, Due(agreed, n), n + 1));

        // Each worker has what was hers, at Outcomes and, told by message, at Disputes.
        var lines = (await journey.Money()).Lines;
        lines
            .Select(l => l.Ladder.RecoveredFen)
            .Order()
            .ShouldBe(shape.Workers.Select(w => w.Paid.Sum()).Order(), shape.Name);
        lines.Sum(l => l.Ladder.PendingFen).ShouldBe(shape.Workers.Sum(w => w.Agreed) - shape.Recovered, shape.Name);
        lines.ShouldAllBe(l => l.Ladder.AwaitingFen == 0);
        var details = await Eventually.Get(
            () => office.Mediator.Get<DisputeDetails>(Service.Disputes, $"/disputes/{journey.DisputeId}"),
            d => d.Money.PaidFen >= shape.Recovered,
            $"{shape.Name}: Disputes is told what was paid"
        );
        details.Money.ShouldBe(
            new MoneyStrip(shape.Workers.Sum(w => w.Claimed), shape.Workers.Sum(w => w.Agreed), shape.Recovered),
            shape.Name
        );
        details.Workers.ShouldAllBe(w => w.Items.All(i => i.AwaitingFen == 0));
        if (shape.Workers.Count > 40)
            await Folded(journey.DisputeId, shape);
    }

    // A page with 44 workers stays readable: those who stand alike are one line.
    private async Task Folded(Guid dispute, Shape shape)
    {
        await using var head = await fixture.SignIn($"centrehead.{Unit}");
        await head.Open($"/cases/{dispute}");
        (await head.Text()).ShouldContain($"{shape.Workers.Count} 人同日");
        head.ConsoleErrors.ShouldBeEmpty();
    }

    private static ItemTerms Agreed(Shape shape, int worker, Guid item, DateOnly agreed)
    {
        var terms = shape.Workers[worker];
        var parts = terms.Paid.Append(terms.Agreed - terms.Paid.Sum()).Where(fen => fen > 0);
        return new(
            item,
            null,
            terms.Agreed,
            TaxBasis.Gross,
            Payee.Worker,
            [.. parts.Select((fen, n) => new InstalmentTerms(fen, Due(agreed, n)))],
            null,
            shape.PenaltyFen > 0 ? DefaultClause.Penalty : DefaultClause.None,
            shape.PenaltyFen,
            Waiver.RestOfThisItem
        );
    }

    private static DateOnly Due(DateOnly agreed, int n) => agreed.AddDays(10 * (n + 1));

    private static PersonEntry Worker()
    {
        var n = Interlocked.Increment(ref people);
        return new(
            string.Create(CultureInfo.InvariantCulture, $"工人{n}"),
            Phone: string.Create(CultureInfo.InvariantCulture, $"1991{n:D7}")
        );
    }

    private static TriageRequest Triage(int workers) =>
        new(
            true,
            null,
            Contracts.LegalRelation.Labour,
            null,
            StatutoryHead.PayInjurySeveranceDamages,
            StatisticsCategory.Pay,
            null,
            null,
            Unit,
            Unit,
            [],
            workers,
            RiskLevel.None,
            null
        );

    /// <summary>Equal parts to the fen; the first take what is left over.</summary>
    private static IEnumerable<long> Split(long fen, int parts) =>
        Enumerable.Range(0, parts).Select(n => fen / parts + (n < fen % parts ? 1 : 0));

    private static Dictionary<string, JsonElement> Facts() =>
        File.ReadLines(SampleData.Find("cn-union-facts/facts.jsonl"))
            .Select(line => JsonDocument.Parse(line).RootElement)
            .ToDictionary(f => f.GetProperty("id").GetString()!, f => f.GetProperty("fields"), StringComparer.Ordinal);

    // Four rows as printed; the text breaks off before the last, which is what the printed total and its months leave.
    private static List<long> InstalmentTable()
    {
        var line = File.ReadLines(SampleData.Find("cn-labor-qa-spans/cases.jsonl"))
            .Single(l => l.Contains("\"CJRC-dev-173\"", StringComparison.Ordinal));
        using var document = JsonDocument.Parse(line);
        var text = document.RootElement.GetProperty("context").GetString()!;
        var rows = Rows()
            .Matches(text)
            .Select(m => (long)(decimal.Parse(m.Groups["sum"].ValueSpan, CultureInfo.InvariantCulture) * 100))
            .Append(11 * 3_397_60L)
            .ToList();
        (rows.Count, rows.Sum()).ShouldBe((5, 12_898_000L));
        return rows;
    }

    [GeneratedRegex(@"&times;\d+=(?<sum>[\d.]+)元", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Rows();
}
