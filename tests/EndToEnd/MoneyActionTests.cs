using System.Globalization;
using System.Text.RegularExpressions;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using Mediation.Contracts;
using Mediation.Kit;

namespace Mediation.EndToEnd.Tests;

/// <summary>The verifier's desk by its keys, the way from a total down to the slip, and the lists: filter, order, pages
/// and the sheet of what is filtered. In a district whose lists and totals no other test moves meanwhile.</summary>
[Collection(nameof(District.Haidian))]
public sealed partial class MoneyActionTests(BrowserFixture fixture) : IDisposable
{
    private const string Facts = "拖欠工资。";
    private readonly Desks office = new(fixture.City, District.Haidian);

    public void Dispose() => office.Dispose();

    [Fact]
    public async Task The_queue_is_worked_by_keys_and_what_is_sent_back_returns_corrected()
    {
        var dispute = await office.Effective("工人甲", "示例复核有限公司", Facts);
        await office.Pay(dispute, 100_000);
        await office.Pay(dispute, 200_000);
        await office.Pay(dispute, 300_000);
        var number = (await office.Case(dispute)).CaseNumber;
        await using var verifier = await fixture.SignIn(office.Verifier);
        var page = verifier.Page;
        await verifier.Open($"/review?caseNumber={Uri.EscapeDataString(number)}");
        (await Amount(verifier)).ShouldBe("1,000.00");
        await Press("j", "2,000.00");
        await Press("j", "3,000.00");
        await Press("k", "2,000.00");
        await Press("y", "3,000.00");
        (await verifier.Text(".notice")).ShouldContain("2,000.00");

        await page.Keyboard.PressAsync("r");
        (await page.EvaluateAsync<string>("document.activeElement.name")).ShouldBe("reason");
        await page.SelectOptionAsync("[name=reason]", "amountDiffers");
        await page.FillAsync("[name=remark]", "回单上是两千九百元。");
        await page.ClickAsync("form:has(> input[value=return]) button");
        (await verifier.Text("#confirm-return")).ShouldContain("金额不符");
        await page.ClickAsync("#confirm-return button[value=no]");
        (await page.Locator("#confirm-return[open]").CountAsync()).ShouldBe(0);
        await page.ClickAsync("form:has(> input[value=return]) button");
        await page.ClickAsync("#confirm-return button[value=yes]");
        await Shown("1,000.00");

        await using var mediator = await fixture.SignIn(office.Mediator);
        await mediator.Open($"/review?state=returned&caseNumber={Uri.EscapeDataString(number)}");
        (await mediator.Text("#payment")).ShouldContain("回单上是两千九百元");
        await mediator.Act("resubmit", Fields(("share.*", "2900")));
        await verifier.Open($"/review?caseNumber={Uri.EscapeDataString(number)}");
        (await page.Locator(".desk-items a").CountAsync()).ShouldBe(2);
        await page.ClickAsync(".desk-items a:has-text('2,900.00')");
        await Shown("2,900.00");
        await page.Keyboard.PressAsync("y");
        await Shown("1,000.00");

        await verifier.Open($"/review?state=countersigned&caseNumber={Uri.EscapeDataString(number)}");
        await page.ClickAsync(".desk-items a:has-text('2,900.00')");
        await Shown("2,900.00");
        await verifier.Act("reverse", Fields(("cause", "transferBounced")));
        (await verifier.Text("#payment h2")).ShouldContain("已冲销");
        await Eventually.Get(
            () => office.Case(dispute),
            c => c.Money.PaidFen == 200_000,
            "what never arrived is in no total"
        );

        await mediator.Open($"/cases/{dispute}");
        await mediator.Act(await GiveBack(mediator), Fields(("amount", "500"), ("cause", "overpaid")));
        (await mediator.Text("#recovery")).ShouldContain("500.00");
        verifier.ConsoleErrors.ShouldBeEmpty();

        async Task Press(string key, string amount)
        {
            await page.Keyboard.PressAsync(key);
            await Shown(amount);
        }

        // Keys are answered once the page has loaded with its scripts.
        async Task Shown(string amount)
        {
            await Eventually.True(async () => await Amount(verifier) == amount, $"{amount} is in the pane");
            await page.WaitForLoadStateAsync();
        }
    }

    [Fact]
    public async Task A_total_leads_down_to_the_line_and_its_slip()
    {
        var dispute = await office.Effective("工人乙", "示例下钻有限公司", Facts);
        var payment = await office.Pay(dispute, 777_701);
        await office.Countersign(payment);
        await using var supervisor = await fixture.SignIn("ducha.shi");
        var page = supervisor.Page;
        await supervisor.Open("/overview");
        await page.ClickAsync("table.totals th a:has-text('海淀区')");
        await page.WaitForURLAsync(url => url.Contains("unit=110108", StringComparison.Ordinal));
        var total = await supervisor.Text(".tile.main .exact");
        await page.ClickAsync(".tile.main");
        await page.WaitForURLAsync(url => url.Contains("/overview/lines", StringComparison.Ordinal));
        (await supervisor.Text("[data-total=sum]")).Split(' ')[0].ShouldBe(total.Split(' ')[0]);
        await page.ClickAsync("table a:has-text('7,777.01')");
        await page.WaitForURLAsync(url => url.Contains($"/review/{payment}", StringComparison.Ordinal));
        (await page.Locator(".slip img").EvaluateAsync<int>("i => i.naturalWidth")).ShouldBeGreaterThan(0);
        await page.ClickAsync($"#payment a[href='/cases/{dispute}']");
        (await supervisor.Text(".title-row")).ShouldContain("示例下钻有限公司");
        supervisor.ConsoleErrors.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_list_is_filtered_sorted_paged_and_its_sheet_holds_the_same()
    {
        for (var i = 1; i <= 3; i++)
            await office.Accepted("工人丙", "示例列表有限公司", Facts, null, (ClaimItemType.Wages, 100_000 * i));
        await using var head = await fixture.SignIn(office.Head);
        var page = head.Page;
        await head.Open("/cases?state=accepted&size=2&sort=-claimedFen");
        var total = await Total(head);
        total.ShouldBeGreaterThanOrEqualTo(3);
        var amounts = new List<decimal>(await Amounts());
        amounts.Count.ShouldBe(2);
        await page.ClickAsync(".pager a:has-text('下一页')");
        page.Url.ShouldContain("page=2");
        page.Url.ShouldContain("state=accepted");
        amounts.AddRange(await Amounts());
        amounts.ShouldBe(amounts.OrderDescending());
        await page.FillAsync(".pager input[name=page]", "1");
        await page.ClickAsync(".pager-go button");
        page.Url.ShouldContain("page=1");
        await page.ClickAsync("thead a:has-text('诉求金额')");
        page.Url.ShouldContain("sort=claimedFen");
        var ascending = await Amounts();
        ascending.ShouldBe(ascending.Order());

        // Changing the language keeps the page, with its filter.
        var here = page.Url;
        await page.ClickAsync("form[action='/language'] button");
        page.Url.ShouldBe(here);
        (await page.GetAttributeAsync("html", "lang")).ShouldBe("en");
        await page.ClickAsync("form[action='/language'] button");
        (await page.GetAttributeAsync("html", "lang")).ShouldBe("zh-CN");

        var sheet = await Sheet(head);
        var numbers = CaseNumbers(string.Join('\n', sheet.SelectMany(r => r)));
        numbers.Count.ShouldBe(total, "the sheet holds what the filter holds, on all pages");
        await head.Open("/cases?state=accepted&size=100");
        numbers.ShouldBe(CaseNumbers(await head.Text("table")), ignoreOrder: true);

        async Task<List<decimal>> Amounts() =>
            [
                .. (await page.Locator("tbody tr td:nth-child(7)").AllInnerTextsAsync()).Select(t =>
                    decimal.Parse(t, NumberStyles.Number, CultureInfo.InvariantCulture)
                ),
            ];
    }

    [Fact]
    public async Task Every_list_gives_the_sheet_of_what_it_shows()
    {
        var dispute = await office.Effective("工人丁", "示例导出有限公司", Facts);
        await office.Countersign(await office.Pay(dispute, 424_242));
        await office.Pay(dispute, 131_313);
        var number = (await office.Case(dispute)).CaseNumber;
        await using var supervisor = await fixture.SignIn(office.Supervisor);

        await supervisor.Open($"/requests?number={Uri.EscapeDataString(number)}");
        var requests = await Sheet(supervisor);
        CaseNumbers(Joined(requests)).ShouldBe([number]);
        (await Total(supervisor)).ShouldBe(1);

        await supervisor.Open($"/review?state=awaiting&caseNumber={Uri.EscapeDataString(number)}");
        var payments = Joined(await Sheet(supervisor));
        payments.ShouldContain("1313.13");
        payments.ShouldNotContain("4242.42");

        await supervisor.Open("/overview");
        var exact = (await supervisor.Text(".tile.main .exact"))
            .Split(' ')[0]
            .Replace(",", "", StringComparison.Ordinal);
        Joined(await Sheet(supervisor)).ShouldContain(Trim(exact));

        await supervisor.Open("/overview/lines?figure=recovered");
        var sum = (await supervisor.Text("[data-total=sum]")).Split(' ')[0].Replace(",", "", StringComparison.Ordinal);
        sum.ShouldBe(exact);
        var lines = await Sheet(supervisor);
        Joined(lines).ShouldContain("4242.42");
        CaseNumbers(Joined(lines)).Count.ShouldBe(CaseNumbers(await supervisor.Text("table")).Count);
    }

    private static async Task<string> Amount(Person verifier) => (await verifier.Text("#payment h2")).Split(' ')[0];

    private static async Task<string> GiveBack(Person person) =>
        await person.Page.Locator("#recovery input[name=_form][value^='giveBack-']").First.InputValueAsync();

    private static async Task<int> Total(Person person) =>
        int.Parse(Count().Match(await person.Text(".pager")).Groups["n"].Value, CultureInfo.InvariantCulture);

    private static HashSet<string> CaseNumbers(string text) =>
        [.. CaseNumber().Matches(text).Select(m => m.Value.Replace("\n", "", StringComparison.Ordinal))];

    private static string Joined(List<List<string>> sheet) => string.Join('\n', sheet.SelectMany(r => r));

    private static string Trim(string amount) =>
        decimal.Parse(amount, CultureInfo.InvariantCulture).ToString("0.##", CultureInfo.InvariantCulture);

    private static Dictionary<string, string> Fields(params (string Name, string Value)[] fields) =>
        fields.ToDictionary(f => f.Name, f => f.Value, StringComparer.Ordinal);

    /// <summary>Presses 导出 Excel on the open page and reads the first sheet of what is saved.</summary>
    private static async Task<List<List<string>>> Sheet(Person person)
    {
        var download = await person.Page.RunAndWaitForDownloadAsync(() => person.Page.ClickAsync("a[href*='.xlsx']"));
        download.SuggestedFilename.ShouldEndWith(".xlsx");
        using var document = SpreadsheetDocument.Open(await download.PathAsync(), isEditable: false);
        var book = document.WorkbookPart!;
        var first = book.Workbook.Descendants<DocumentFormat.OpenXml.Spreadsheet.Sheet>().First();
        var shared = book
            .SharedStringTablePart?.SharedStringTable.Elements<SharedStringItem>()
            .Select(i => i.InnerText)
            .ToList();
        return
        [
            .. ((WorksheetPart)book.GetPartById(first.Id!))
                .Worksheet.Descendants<Row>()
                .Select(row =>
                    row.Elements<Cell>()
                        .Select(cell =>
                            cell.DataType?.Value == CellValues.SharedString
                                ? shared![int.Parse(cell.InnerText, CultureInfo.InvariantCulture)]
                                : cell.InnerText
                        )
                        .ToList()
                ),
        ];
    }

    [GeneratedRegex(@"共 (?<n>\d+) 条", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Count();

    [GeneratedRegex(@"\p{IsCJKUnifiedIdeographs}+〔\d{4}〕[\d-]+号", RegexOptions.None, 1000)]
    private static partial Regex CaseNumber();
}
