using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml;

namespace Mediation.Content;

/// <summary>A ledger as XLSX: title, lines under it (unit, day, what was filtered), a heading of one or more levels that stays
/// in sight, and rows that go straight to the receiver, however many there are. Cells are typed; what is text stays
/// text, also <c>=HYPERLINK(…)</c>, and also when somebody edits the cell.</summary>
/// <param name="name">Of the tab; what a tab's name cannot hold is left out.</param>
/// <param name="title">First line, over all columns.</param>
/// <param name="lines">Lines between the title and the heading.</param>
public sealed partial class Spreadsheet<T>(string name, string title, params IReadOnlyList<string> lines)
{
    /// <summary>Rows of a sheet, as the format limits them.</summary>
    public const int MaximumRows = 1_048_576;

    // Places in the list of cell formats of the styles part.
    private enum Style
    {
        Plain,
        Title,
        Line,
        Heading,
        Text,
        QuotedText,
        Date,
        Yuan,
        Whole,
    }

    private const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    private const string Relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    private const int CellTextLimit = 32_767;
    private static readonly DateOnly DayZero = new(1899, 12, 30);
    private static readonly DateOnly FirstDay = new(1900, 3, 1);

    private readonly List<Column> columns = [];

    private sealed record Column(string[] Heading, double Width, Action<XmlWriter, string, T> Write);

    /// <summary>A column of text.</summary>
    /// <param name="heading">Levels from above to below, divided by <c>|</c>; equal neighbours are merged.</param>
    /// <param name="width">In characters of the default font.</param>
    public Spreadsheet<T> Text(string heading, Func<T, string?> value, double width = 16) =>
        Add(heading, width, (xml, at, row) => TextCell(xml, at, value(row), null));

    /// <summary>A column of legal days, shown as 2026-01-31 and sortable.</summary>
    /// <inheritdoc cref="Text"/>
    public Spreadsheet<T> Date(string heading, Func<T, DateOnly?> value, double width = 12) =>
        Add(
            heading,
            width,
            (xml, at, row) =>
            {
                // Before March 1900 the format counts a day that never was.
                if (value(row) is not { } day)
                    NumberCell(xml, at, null, Style.Date);
                else if (day < FirstDay)
                    TextCell(xml, at, day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), null);
                else
                    NumberCell(xml, at, day.DayNumber - DayZero.DayNumber, Style.Date);
            }
        );

    /// <summary>A column of amounts given in fen and shown in yuan with two decimals, exact.</summary>
    /// <inheritdoc cref="Text"/>
    public Spreadsheet<T> Yuan(string heading, Func<T, long?> fen, double width = 16) =>
        Add(heading, width, (xml, at, row) => NumberCell(xml, at, fen(row) / 100m, Style.Yuan));

    /// <summary>A column of whole numbers.</summary>
    /// <inheritdoc cref="Text"/>
    public Spreadsheet<T> Whole(string heading, Func<T, long?> value, double width = 10) =>
        Add(heading, width, (xml, at, row) => NumberCell(xml, at, value(row), Style.Whole));

    /// <summary>Writes the workbook; a receiver that cannot seek (an HTTP response) is enough.</summary>
    /// <exception cref="ContentException"><see cref="ContentErrors.SheetTooLong"/>, after the rows that fit.</exception>
    public async Task WriteAsync(Stream destination, IAsyncEnumerable<T> rows, CancellationToken cancellation = default)
    {
        if (columns.Count == 0)
            throw new InvalidOperationException("A sheet needs a column.");
        await using var pending = new PendingStream(destination);
        using (var archive = new ZipArchive(pending, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8))
        {
            foreach (var (path, xml) in FixedParts())
                FixedZip.Write(archive, path, Encoding.UTF8.GetBytes(xml));
            await using var part = FixedZip.Open(archive, "xl/worksheets/sheet1.xml");
            using var sheet = XmlWriter.Create(part, new() { Encoding = new UTF8Encoding(false) });
            await WriteSheetAsync(sheet, rows, pending, cancellation);
        }
        await pending.HandOnAsync(cancellation);
    }

    private int HeadingLevels => columns.Max(c => c.Heading.Length);

    private int HeadingRow => 1 + lines.Count + 1;

    private int LastHeadingRow => HeadingRow + HeadingLevels - 1;

    private Spreadsheet<T> Add(string heading, double width, Action<XmlWriter, string, T> write)
    {
        columns.Add(new(heading.Split('|'), width, write));
        return this;
    }

    private async Task WriteSheetAsync(
        XmlWriter xml,
        IAsyncEnumerable<T> rows,
        PendingStream pending,
        CancellationToken cancellation
    )
    {
        xml.WriteStartDocument(standalone: true);
        xml.WriteStartElement("worksheet", Main);
        xml.WriteStartElement("sheetPr", Main);
        Element(xml, "pageSetUpPr", ("fitToPage", "1"));
        xml.WriteEndElement();
        xml.WriteStartElement("sheetViews", Main);
        xml.WriteStartElement("sheetView", Main);
        xml.WriteAttributeString("workbookViewId", "0");
        Element(
            xml,
            "pane",
            ("ySplit", Number(LastHeadingRow)),
            ("topLeftCell", $"A{Number(LastHeadingRow + 1)}"),
            ("activePane", "bottomLeft"),
            ("state", "frozen")
        );
        xml.WriteEndElement();
        xml.WriteEndElement();
        xml.WriteStartElement("cols", Main);
        for (var c = 0; c < columns.Count; c++)
            Element(
                xml,
                "col",
                ("min", Number(c + 1)),
                ("max", Number(c + 1)),
                ("width", columns[c].Width.ToString(CultureInfo.InvariantCulture)),
                ("customWidth", "1")
            );
        xml.WriteEndElement();
        xml.WriteStartElement("sheetData", Main);
        Row(xml, 1, () => TextCell(xml, "A1", title, Style.Title));
        for (var i = 0; i < lines.Count; i++)
        {
            var number = 2 + i;
            Row(xml, number, () => TextCell(xml, $"A{Number(number)}", lines[number - 2], Style.Line));
        }
        var merged = WriteHeading(xml);
        var at = LastHeadingRow;
        await foreach (var row in rows.WithCancellation(cancellation))
        {
            if (++at > MaximumRows)
                throw new ContentException(ContentErrors.SheetTooLong, MaximumRows - LastHeadingRow);
            Row(
                xml,
                at,
                () =>
                {
                    for (var c = 0; c < columns.Count; c++)
                        columns[c].Write(xml, $"{Letters(c)}{Number(at)}", row);
                }
            );
            if (at % 256 == 0)
                await pending.HandOnAsync(cancellation);
        }
        xml.WriteEndElement();
        for (var number = 1; number < HeadingRow; number++)
            if (columns.Count > 1)
                merged.Add($"A{Number(number)}:{Letters(columns.Count - 1)}{Number(number)}");
        if (merged.Count > 0)
        {
            xml.WriteStartElement("mergeCells", Main);
            xml.WriteAttributeString("count", Number(merged.Count));
            foreach (var range in merged)
                Element(xml, "mergeCell", ("ref", range));
            xml.WriteEndElement();
        }
        Element(xml, "pageSetup", ("paperSize", "9"), ("fitToHeight", "0"), ("orientation", "landscape"));
        xml.WriteEndElement();
    }

    /// <returns>Ranges to merge: equal neighbours of one level, and a short heading down to the lowest level.</returns>
    private List<string> WriteHeading(XmlWriter xml)
    {
        var merged = new List<string>();
        for (var level = 0; level < HeadingLevels; level++)
        {
            var number = HeadingRow + level;
            Row(
                xml,
                number,
                () =>
                {
                    for (var c = 0; c < columns.Count; c++)
                    {
                        var first = c == 0 || !SameAbove(c - 1, c, level);
                        var words = level < columns[c].Heading.Length && first ? columns[c].Heading[level] : "";
                        TextCell(xml, $"{Letters(c)}{Number(number)}", words, Style.Heading);
                    }
                }
            );
            for (var c = 0; c < columns.Count; c++)
            {
                if (level >= columns[c].Heading.Length || (c > 0 && SameAbove(c - 1, c, level)))
                    continue;
                var right = c;
                while (right + 1 < columns.Count && SameAbove(c, right + 1, level))
                    right++;
                var bottom = level == columns[c].Heading.Length - 1 ? LastHeadingRow : number;
                if (right > c || bottom > number)
                    merged.Add($"{Letters(c)}{Number(number)}:{Letters(right)}{Number(bottom)}");
            }
        }
        return merged;
    }

    private bool SameAbove(int left, int right, int level) =>
        level < columns[left].Heading.Length - 1
        && level < columns[right].Heading.Length - 1
        && columns[left]
            .Heading.Take(level + 1)
            .SequenceEqual(columns[right].Heading.Take(level + 1), StringComparer.Ordinal);

    private static void Row(XmlWriter xml, int number, Action cells)
    {
        xml.WriteStartElement("row", Main);
        xml.WriteAttributeString("r", Number(number));
        cells();
        xml.WriteEndElement();
    }

    private static void NumberCell(XmlWriter xml, string at, decimal? number, Style style)
    {
        xml.WriteStartElement("c", Main);
        xml.WriteAttributeString("r", at);
        xml.WriteAttributeString("s", Number((int)style));
        if (number is { } value)
            xml.WriteElementString("v", Main, value.ToString(CultureInfo.InvariantCulture));
        xml.WriteEndElement();
    }

    // An inline string is never a formula. The quote in front (as a property of the cell, not a character) keeps it so when
    // the cell is edited.
    private static void TextCell(XmlWriter xml, string at, string? text, Style? style)
    {
        var plain = SafeXml.Text(text ?? "");
        if (plain.Length > CellTextLimit)
            plain = plain[..(CellTextLimit - 1)] + "…";
        var shown =
            style
            ?? (
                plain.Length > 0 && "=+-@\t\r\n".Contains(plain[0], StringComparison.Ordinal)
                    ? Style.QuotedText
                    : Style.Text
            );
        xml.WriteStartElement("c", Main);
        xml.WriteAttributeString("r", at);
        xml.WriteAttributeString("s", Number((int)shown));
        if (plain.Length > 0)
        {
            xml.WriteAttributeString("t", "inlineStr");
            xml.WriteStartElement("is", Main);
            xml.WriteStartElement("t", Main);
            xml.WriteAttributeString("xml", "space", null, "preserve");
            // The format reads _x0041_ as "A"; the underscore itself is written that way.
            xml.WriteString(EscapeLike().Replace(plain, "_x005F_"));
            xml.WriteEndElement();
            xml.WriteEndElement();
        }
        xml.WriteEndElement();
    }

    private static void Element(
        XmlWriter xml,
        string element,
        params ReadOnlySpan<(string Name, string Value)> attributes
    )
    {
        xml.WriteStartElement(element, Main);
        foreach (var (attribute, value) in attributes)
            xml.WriteAttributeString(attribute, value);
        xml.WriteEndElement();
    }

    private IEnumerable<(string Path, string Xml)> FixedParts()
    {
        var tab = string.Concat(SafeXml.Text(name).Where(c => !"[]:*?/\\'".Contains(c, StringComparison.Ordinal)));
        tab = System.Security.SecurityElement.Escape(
            tab.Length is 0 ? "Sheet1"
            : tab.Length > 31 ? tab[..31]
            : tab
        );
        const string head = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>""";
        const string package = "http://schemas.openxmlformats.org/package/2006";
        const string kind = "application/vnd.openxmlformats-officedocument.spreadsheetml";
        yield return (
            "[Content_Types].xml",
            $"""
            {head}<Types xmlns="{package}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="{kind}.styles+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/></Types>
            """
        );
        yield return (
            "_rels/.rels",
            $"""
            {head}<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" Type="{Relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>
            """
        );
        yield return (
            "xl/_rels/workbook.xml.rels",
            $"""
            {head}<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" Type="{Relations}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="{Relations}/styles" Target="styles.xml"/></Relationships>
            """
        );
        yield return (
            "xl/workbook.xml",
            $"""
            {head}<workbook xmlns="{Main}" xmlns:r="{Relations}"><sheets><sheet name="{tab}" sheetId="1" r:id="rId1"/></sheets><definedNames><definedName name="_xlnm.Print_Titles" localSheetId="0">'{tab}'!${Number(
                HeadingRow
            )}:${Number(LastHeadingRow)}</definedName></definedNames></workbook>
            """
        );
        // The order of cellXfs is that of Style.
        yield return (
            "xl/styles.xml",
            $"""
            {head}<styleSheet xmlns="{Main}"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd"/><numFmt numFmtId="165" formatCode="#,##0"/></numFmts><fonts count="3"><font><sz val="11"/><name val="宋体"/><charset val="134"/></font><font><b/><sz val="11"/><name val="宋体"/><charset val="134"/></font><font><b/><sz val="16"/><name val="宋体"/><charset val="134"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="2"><border><left/><right/><top/><bottom/><diagonal/></border><border><left style="thin"/><right style="thin"/><top style="thin"/><bottom style="thin"/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="9"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="49" fontId="2" fillId="0" borderId="0" xfId="0" applyFont="1" applyAlignment="1"><alignment horizontal="center" vertical="center"/></xf><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="49" fontId="1" fillId="0" borderId="1" xfId="0" applyFont="1" applyBorder="1" applyAlignment="1"><alignment horizontal="center" vertical="center" wrapText="1"/></xf><xf numFmtId="49" fontId="0" fillId="0" borderId="1" xfId="0" applyNumberFormat="1" applyBorder="1" applyAlignment="1"><alignment vertical="center" wrapText="1"/></xf><xf numFmtId="49" fontId="0" fillId="0" borderId="1" xfId="0" quotePrefix="1" applyNumberFormat="1" applyBorder="1" applyAlignment="1"><alignment vertical="center" wrapText="1"/></xf><xf numFmtId="164" fontId="0" fillId="0" borderId="1" xfId="0" applyNumberFormat="1" applyBorder="1"/><xf numFmtId="4" fontId="0" fillId="0" borderId="1" xfId="0" applyNumberFormat="1" applyBorder="1"/><xf numFmtId="165" fontId="0" fillId="0" borderId="1" xfId="0" applyNumberFormat="1" applyBorder="1"/></cellXfs></styleSheet>
            """
        );
    }

    private static string Letters(int column) =>
        column < 26 ? ((char)('A' + column)).ToString() : Letters((column / 26) - 1) + (char)('A' + (column % 26));

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex("_(?=x[0-9A-Fa-f]{4}_)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex EscapeLike();
}
