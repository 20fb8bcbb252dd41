using System.Globalization;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using DocumentFormat.OpenXml.Validation;

namespace Mediation.Content.Tests;

public sealed class SpreadsheetTests
{
    private sealed record Line(string? Text, DateOnly? Day, long? Fen, long? Count);

    private static Spreadsheet<Line> Ledger() =>
        new Spreadsheet<Line>("追回/台账[1]", "追回劳动报酬台账", "单位：元", "统计日期：2026-03-31")
            .Text("案号", l => l.Text, width: 24)
            .Date("受理日期", l => l.Day)
            .Yuan("金额|约定", l => l.Fen)
            .Yuan("金额|已付|其中核实", l => l.Fen / 2)
            .Yuan("金额|已付|待核实", l => l.Fen - (l.Fen / 2))
            .Whole("人数", l => l.Count);

    [Fact]
    public async Task A_ledger_is_a_valid_workbook_with_typed_cells()
    {
        var bytes = await Write([
            new("京海调〔2026〕7号", new(2026, 3, 4), 1_234_567, 98),
            new(null, null, null, null),
            new("𠮷", new(1899, 1, 2), -5, 0),
        ]);
        using var document = Open(bytes);
        var rows = Rows(document);
        rows[0][0].ShouldBe(("A1", "追回劳动报酬台账"));
        rows[1][0].ShouldBe(("A2", "单位：元"));
        rows[2][0].ShouldBe(("A3", "统计日期：2026-03-31"));
        rows[3].Select(c => c.Text).ShouldBe(["案号", "受理日期", "金额", "", "", "人数"]);
        rows[4].Select(c => c.Text).ShouldBe(["", "", "约定", "已付", "", ""]);
        rows[5].Select(c => c.Text).ShouldBe(["", "", "", "其中核实", "待核实", ""]);
        rows[6].Select(c => c.Text).ShouldBe(["京海调〔2026〕7号", "46085", "12345.67", "6172.83", "6172.84", "98"]);
        DateTime.FromOADate(46085).ShouldBe(new DateTime(2026, 3, 4));
        rows[7].Select(c => c.Text).ShouldBe(["", "", "", "", "", ""]);
        rows[8].Select(c => c.Text).ShouldBe(["𠮷", "1899-01-02", "-0.05", "-0.02", "-0.03", "0"]);

        var sheet = document.WorkbookPart!.WorksheetParts.Single().Worksheet;
        sheet
            .Descendants<MergeCell>()
            .Select(m => m.Reference!.Value)
            .ShouldBe(
                ["A4:A6", "B4:B6", "C4:E4", "F4:F6", "C5:C6", "D5:E5", "A1:F1", "A2:F2", "A3:F3"],
                ignoreOrder: true
            );
        var pane = sheet.Descendants<Pane>().Single();
        (pane.State!.Value, pane.VerticalSplit!.Value, pane.TopLeftCell!.Value).ShouldBe(
            (PaneStateValues.Frozen, 6d, "A7")
        );
        sheet.Descendants<Column>().Select(c => c.Width!.Value).ShouldBe([24d, 12, 16, 16, 16, 10]);
        document.WorkbookPart.Workbook.Descendants<Sheet>().Single().Name!.Value.ShouldBe("追回台账1");
        Format(document, "B7").ShouldBe(@"yyyy\-mm\-dd");
        Format(document, "C7").ShouldBe("4"); // built in: #,##0.00
        Format(document, "F7").ShouldBe("#,##0");
        Format(document, "A7").ShouldBe("49"); // built in: text
    }

    [Theory]
    [InlineData("=HYPERLINK(\"http://x\",\"y\")")]
    [InlineData("+1+1")]
    [InlineData("-2+3")]
    [InlineData("@SUM(A1)")]
    [InlineData("\t=1+1")]
    [InlineData("  =1+1")]
    [InlineData("<c><f>1+1</f></c>")]
    [InlineData("_x0041_ & _x000D_")]
    [InlineData("12345678901234567890")]
    [InlineData("首行\n次行")]
    public async Task Text_stays_text(string text)
    {
        using var document = Open(await Write([new(text, null, null, null)]));
        var cell = Cell(document, "A7");
        cell.CellFormula.ShouldBeNull();
        cell.DataType!.Value.ShouldBe(CellValues.InlineString);
        // As a spreadsheet program decodes it.
        cell.InnerText.Replace("_x005F_", "_", StringComparison.Ordinal).ShouldBe(text);
        document.WorkbookPart!.WorksheetParts.Single().Worksheet.Descendants<CellFormula>().ShouldBeEmpty();
        var quoted = CellFormat(document, "A7").QuotePrefix?.Value ?? false;
        quoted.ShouldBe(text[0] is '=' or '+' or '-' or '@' or '\t');
    }

    [Fact]
    public async Task Characters_xml_cannot_hold_and_endless_text_do_not_break_the_workbook()
    {
        using var document = Open(
            await Write([new("甲\u0001\uFFFE\uD800乙" + new string('长', 40_000), null, null, null)])
        );
        var text = Cell(document, "A7").InnerText;
        text.ShouldStartWith("甲乙长");
        text.ShouldEndWith("…");
        text.Length.ShouldBe(32_767);
    }

    [Fact]
    public async Task The_same_rows_give_the_same_bytes()
    {
        Line[] lines = [new("a", new(2026, 1, 1), 1, 1)];
        (await Write(lines)).ShouldBe(await Write(lines));
    }

    [Fact]
    public async Task An_empty_list_is_a_valid_workbook()
    {
        using var document = Open(await Write([]));
        Rows(document).Count.ShouldBe(6);
    }

    [Fact]
    public async Task A_long_list_reaches_a_receiver_that_cannot_seek_while_it_is_read()
    {
        const int count = 30_000;
        var receiver = new CountingStream();
        var receivedBeforeLastRow = 0L;
        async IAsyncEnumerable<Line> Rows()
        {
            for (var i = 0; i < count; i++)
            {
                if (i == count - 1)
                    receivedBeforeLastRow = receiver.Written;
                yield return new(i.ToString(CultureInfo.InvariantCulture), new(2026, 1, 1), i, i);
            }
            await Task.CompletedTask;
        }
        await Ledger().WriteAsync(receiver, Rows());
        receiver.Written.ShouldBeGreaterThan(300_000);
        receivedBeforeLastRow.ShouldBeGreaterThan(receiver.Written * 9 / 10);
    }

    [Fact]
    public async Task More_rows_than_a_sheet_holds_is_a_coded_error()
    {
        static async IAsyncEnumerable<int> TooMany()
        {
            for (var i = 0; i < Spreadsheet<int>.MaximumRows; i++)
                yield return i;
            await Task.CompletedTask;
        }
        var refused = await Should.ThrowAsync<ContentException>(() =>
            new Spreadsheet<int>("x", "x").Whole("n", i => i).WriteAsync(new CountingStream(), TooMany())
        );
        (refused.Code, refused.Arguments.Single()).ShouldBe(
            (ContentErrors.SheetTooLong, (object)(Spreadsheet<int>.MaximumRows - 2))
        );
    }

    [Fact]
    public async Task The_thirtieth_column_is_AD()
    {
        var sheet = new Spreadsheet<int>("宽", "宽");
        for (var c = 0; c < 30; c++)
            sheet.Whole($"列{c}", i => i);
        using var stream = new MemoryStream();
        await sheet.WriteAsync(stream, Async([1]));
        using var document = Open(stream.ToArray());
        Rows(document)[2][^1].At.ShouldBe("AD3");
    }

    private static async Task<byte[]> Write(IEnumerable<Line> lines)
    {
        using var stream = new MemoryStream();
        await Ledger().WriteAsync(stream, Async(lines));
        return stream.ToArray();
    }

    private static async IAsyncEnumerable<T> Async<T>(IEnumerable<T> items)
    {
        foreach (var item in items)
            yield return item;
        await Task.CompletedTask;
    }

    private static SpreadsheetDocument Open(byte[] bytes)
    {
        var document = SpreadsheetDocument.Open(new MemoryStream(bytes), isEditable: false);
        new OpenXmlValidator(FileFormatVersions.Office2019)
            .Validate(document)
            .Select(e => $"{e.Part?.Uri} {e.Path?.XPath}: {e.Description}")
            .ShouldBeEmpty();
        return document;
    }

    private static List<List<(string At, string Text)>> Rows(SpreadsheetDocument document) =>
        [
            .. document
                .WorkbookPart!.WorksheetParts.Single()
                .Worksheet.Descendants<Row>()
                .Select(r => r.Elements<Cell>().Select(c => (c.CellReference!.Value!, c.InnerText)).ToList()),
        ];

    private static Cell Cell(SpreadsheetDocument document, string at) =>
        document
            .WorkbookPart!.WorksheetParts.Single()
            .Worksheet.Descendants<Cell>()
            .Single(c => c.CellReference!.Value == at);

    private static CellFormat CellFormat(SpreadsheetDocument document, string at) =>
        document
            .WorkbookPart!.WorkbookStylesPart!.Stylesheet.CellFormats!.Elements<CellFormat>()
            .ElementAt((int)Cell(document, at).StyleIndex!.Value);

    private static string Format(SpreadsheetDocument document, string at)
    {
        var id = CellFormat(document, at).NumberFormatId!.Value;
        return document
                .WorkbookPart!.WorkbookStylesPart!.Stylesheet.NumberingFormats!.Elements<NumberingFormat>()
                .SingleOrDefault(f => f.NumberFormatId!.Value == id)
                ?.FormatCode!.Value
            ?? id.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>As a response body: takes bytes in order, asynchronously, and keeps none.</summary>
    private sealed class CountingStream : Stream
    {
        public long Written { get; private set; }

        public override bool CanRead => false;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => throw new NotSupportedException();
        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Written += buffer.Length;
            return ValueTask.CompletedTask;
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public override void Flush() => throw new InvalidOperationException("Synchronous operations are disallowed.");

        public override void Write(byte[] buffer, int offset, int count) =>
            throw new InvalidOperationException("Synchronous operations are disallowed.");

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
