using System.IO.Compression;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Validation;
using DocumentFormat.OpenXml.Wordprocessing;

namespace Mediation.Content.Tests;

public sealed class PaperTests
{
    private static readonly WordTemplate Template = WordTemplate.FromText(
        """
        # 调解协议书
        > 编号：{number}
        甲方（申请人）：{worker}，乙方（被申请人）：{employer}。
        ## 约定事项
        {#terms}{order}、{term}

        |项目|金额（元）|支付日期|
        |{#items}{item}|{amount}|{due}|
        |合计|{total}||

        ! 签名：{worker}
        """
    );

    [Fact]
    public void The_template_names_its_places()
    {
        Template.Fields.ShouldBe(
            ["number", "worker", "employer", "order", "term", "item", "amount", "due", "total"],
            ignoreOrder: true
        );
        Template.Repeated.ShouldBe(["terms", "items"], ignoreOrder: true);
        MustBeValid(Template.Docx());
    }

    [Fact]
    public void A_filled_paper_is_a_valid_document_with_every_value_in_its_place()
    {
        var docx = Fill();
        MustBeValid(docx);
        using var document = WordprocessingDocument.Open(new MemoryStream(docx), isEditable: false);
        var body = document.MainDocumentPart!.Document.Body!;
        body.Descendants<SdtElement>().ShouldBeEmpty();
        var paragraphs = body.Elements<Paragraph>().Select(p => p.InnerText).Where(t => t.Length > 0).ToList();
        paragraphs.ShouldBe([
            "调解协议书",
            "编号：京海调〔2026〕7号",
            "甲方（申请人）：工人甲 <&\"'>，乙方（被申请人）：演示公司。",
            "约定事项",
            "1、支付工资第二行",
            "2、无其他争议",
            "签名：工人甲 <&\"'>",
        ]);
        body.Descendants<Paragraph>()
            .Single(p => p.InnerText.StartsWith("1、", StringComparison.Ordinal))
            .Descendants<Break>()
            .Count()
            .ShouldBe(1);
        var rows = body.Descendants<TableRow>()
            .Select(r => string.Join('|', r.Descendants<TableCell>().Select(c => c.InnerText)));
        rows.ShouldBe([
            "项目|金额（元）|支付日期",
            "工资|8000.00|2026-05-01",
            "经济补偿|4000.50|2026-06-01",
            "合计|12000.50|",
        ]);
        var fonts = document
            .MainDocumentPart.StyleDefinitionsPart!.Styles!.Descendants<RunFonts>()
            .Select(f => f.EastAsia!.Value);
        fonts.Distinct().ShouldBe(["仿宋", "黑体"], ignoreOrder: true);
        document
            .MainDocumentPart.FontTablePart!.Fonts.Elements<Font>()
            .Select(f => f.Name!.Value)
            .ShouldContain("仿宋");
    }

    [Fact]
    public void The_same_values_give_the_same_bytes()
    {
        Fill().ShouldBe(Fill());
        WordTemplate.FromDocx(Template.Docx()).Fill(Fields(), Lines()).ShouldBe(Fill());
        WordTemplate.FromText("{a}").Docx().ShouldBe(WordTemplate.FromText("{a}").Docx());
        var other = Fields();
        other["number"] = "京海调〔2026〕8号";
        Template.Fill(other, Lines()).ShouldNotBe(Fill());
        using var archive = new ZipArchive(new MemoryStream(Fill()));
        archive.Entries.ShouldAllBe(e => e.LastWriteTime.Year == 1980);
        archive.Entries[0].FullName.ShouldBe("[Content_Types].xml");
    }

    [Fact]
    public void A_paper_with_a_hole_is_not_issued()
    {
        var fields = Fields();
        fields.Remove("employer");
        Should.Throw<InvalidOperationException>(() => Template.Fill(fields, Lines())).Message.ShouldContain("employer");
        var lines = Lines();
        lines["items"][1].Remove("due");
        Should.Throw<InvalidOperationException>(() => Template.Fill(Fields(), lines)).Message.ShouldContain("due");
        Should.Throw<InvalidOperationException>(() => Template.Fill(Fields())).Message.ShouldContain("#");
    }

    [Fact]
    public void A_value_without_a_place_is_an_error()
    {
        var fields = Fields();
        fields["emploier"] = "x";
        Should.Throw<InvalidOperationException>(() => Template.Fill(fields, Lines())).Message.ShouldContain("emploier");
        var lines = Lines();
        lines["item"] = [];
        Should.Throw<InvalidOperationException>(() => Template.Fill(Fields(), lines)).Message.ShouldContain("#item");
    }

    [Fact]
    public void No_line_leaves_no_row_and_characters_xml_cannot_hold_do_not_break_the_paper()
    {
        var lines = Lines();
        lines["items"] = [];
        lines["terms"] = [];
        var fields = Fields();
        fields["worker"] = "甲\u0000\u0008\uFFFF𠮷\uD800";
        var docx = Template.Fill(fields, lines);
        MustBeValid(docx);
        using var document = WordprocessingDocument.Open(new MemoryStream(docx), isEditable: false);
        document.MainDocumentPart!.Document.Body!.Descendants<TableRow>().Count().ShouldBe(2);
        document.MainDocumentPart.Document.Body!.InnerText.ShouldContain("签名：甲𠮷");
    }

    [Fact]
    public void Controls_as_an_office_draws_them_are_filled_too()
    {
        using var stream = new MemoryStream();
        using (var document = WordprocessingDocument.Create(stream, WordprocessingDocumentType.Document))
        {
            var main = document.AddMainDocumentPart();
            var header = main.AddNewPart<HeaderPart>("rId9");
            header.Header = new Header(
                new Paragraph(Control(new SdtRun(), "inHeader", new SdtContentRun(new Run(new Text("…")))))
            );
            main.Document = new Document(
                new Body(
                    Control(
                        new SdtBlock(),
                        "block",
                        new SdtContentBlock(
                            new Paragraph(
                                new ParagraphProperties(new Justification { Val = JustificationValues.Right }),
                                new Run(
                                    new RunProperties(new RunStyle { Val = "PlaceholderText" }, new Bold()),
                                    new Text("…")
                                )
                            ),
                            new Paragraph(new Run(new Text("second")))
                        )
                    ),
                    new Table(
                        new TableProperties(new TableWidth { Width = "5000", Type = TableWidthUnitValues.Pct }),
                        new TableGrid(new GridColumn(), new GridColumn()),
                        new TableRow(
                            Control(
                                new SdtCell(),
                                "cell",
                                new SdtContentCell(new TableCell(new Paragraph(new Run(new Text("…")))))
                            ),
                            new TableCell(
                                Control(
                                    new SdtBlock(),
                                    "#many",
                                    new SdtContentBlock(
                                        new Paragraph(
                                            Control(new SdtRun(), "one", new SdtContentRun(new Run(new Text("…"))))
                                        )
                                    )
                                )
                            )
                        )
                    ),
                    new Paragraph(),
                    new SectionProperties(new HeaderReference { Type = HeaderFooterValues.Default, Id = "rId9" })
                )
            );
        }
        var template = WordTemplate.FromDocx(stream.ToArray());
        var values = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["inHeader"] = "页眉",
            ["block"] = "整段",
            ["cell"] = "单元格",
        };
        foreach (var count in (int[])[0, 3])
        {
            var docx = template.Fill(
                values,
                new Dictionary<string, IReadOnlyList<PaperLine>>(StringComparer.Ordinal)
                {
                    ["many"] = [.. Enumerable.Range(1, count).Select(i => new PaperLine { ["one"] = $"第{i}项" })],
                }
            );
            MustBeValid(docx);
            using var document = WordprocessingDocument.Open(new MemoryStream(docx), isEditable: false);
            var body = document.MainDocumentPart!.Document.Body!;
            var first = body.Elements<Paragraph>().First();
            first.InnerText.ShouldBe("整段");
            first.ParagraphProperties!.Justification!.Val!.Value.ShouldBe(JustificationValues.Right);
            first.Descendants<Bold>().ShouldHaveSingleItem();
            first.Descendants<RunStyle>().ShouldBeEmpty();
            body.InnerText.ShouldNotContain("second");
            var cells = body.Descendants<TableCell>().ToList();
            cells[0].InnerText.ShouldBe("单元格");
            cells[1].Elements<Paragraph>().Count().ShouldBe(Math.Max(1, count));
            cells[1].InnerText.ShouldBe(string.Concat(Enumerable.Range(1, count).Select(i => $"第{i}项")));
            document.MainDocumentPart.HeaderParts.Single().Header.InnerText.ShouldBe("页眉");
        }
    }

    private static T Control<T>(T control, string tag, OpenXmlElement contents)
        where T : SdtElement
    {
        control.Append(new SdtProperties(new Tag { Val = tag }), contents);
        return control;
    }

    private static byte[] Fill() => Template.Fill(Fields(), Lines());

    private static Dictionary<string, string> Fields() =>
        new(StringComparer.Ordinal)
        {
            ["number"] = "京海调〔2026〕7号",
            ["worker"] = "工人甲 <&\"'>",
            ["employer"] = "演示公司",
            ["total"] = "12000.50",
        };

    private static Dictionary<string, IReadOnlyList<PaperLine>> Lines() =>
        new(StringComparer.Ordinal)
        {
            ["terms"] =
            [
                new() { ["order"] = "1", ["term"] = "支付工资\n第二行" },
                new() { ["order"] = "2", ["term"] = "无其他争议" },
            ],
            ["items"] =
            [
                new()
                {
                    ["item"] = "工资",
                    ["amount"] = "8000.00",
                    ["due"] = "2026-05-01",
                },
                new()
                {
                    ["item"] = "经济补偿",
                    ["amount"] = "4000.50",
                    ["due"] = "2026-06-01",
                },
            ],
        };

    private static void MustBeValid(byte[] docx)
    {
        using var document = WordprocessingDocument.Open(new MemoryStream(docx), isEditable: false);
        new OpenXmlValidator(FileFormatVersions.Office2019)
            .Validate(document)
            .Select(e => $"{e.Path?.XPath}: {e.Description}")
            .ShouldBeEmpty();
    }
}
