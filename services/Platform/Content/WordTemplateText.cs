using System.Text.RegularExpressions;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Wordprocessing;

namespace Mediation.Content;

/// <summary>The text form of <see cref="WordTemplate.FromText"/>, made into a DOCX. Every id is given here: the library's own
/// are random, and the same lines would give other bytes each time.</summary>
internal static partial class WordTemplateText
{
    private const string Body = "仿宋";
    private const string Heading = "黑体";
    private const string Latin = "Times New Roman";

    public static byte[] Docx(string text)
    {
        using var stream = new MemoryStream();
        using (var document = WordprocessingDocument.Create(stream, WordprocessingDocumentType.Document))
        {
            var main = document.AddNewPart<MainDocumentPart>(
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
                "rId1"
            );
            main.AddNewPart<StyleDefinitionsPart>("rId1").Styles = Styles();
            main.AddNewPart<FontTablePart>("rId2").Fonts = Fonts();
            main.AddNewPart<FooterPart>("rId3").Footer = PageNumber();
            var body = new Body(Blocks([.. text.ReplaceLineEndings("\n").Split('\n').Select(l => l.Trim())], new()));
            // 公文 measures (GB/T 9704): 37, 35, 28 and 26 mm.
            body.AppendChild(
                new SectionProperties(
                    new FooterReference { Type = HeaderFooterValues.Default, Id = "rId3" },
                    new PageSize { Width = 11906, Height = 16838 },
                    new PageMargin
                    {
                        Top = 2098,
                        Bottom = 1984,
                        Left = 1588,
                        Right = 1474,
                        Header = 851,
                        Footer = 992,
                        Gutter = 0,
                    }
                )
            );
            main.Document = new Document(body);
        }
        stream.Position = 0;
        return FixedZip.Normalise(stream);
    }

    /// <summary>Numbers of the controls, from 1.</summary>
    private sealed class Ids
    {
        private int last;

        public int Next() => ++last;
    }

    private static IEnumerable<OpenXmlElement> Blocks(string[] lines, Ids ids)
    {
        for (var i = 0; i < lines.Length; i++)
            if (lines[i].StartsWith('|'))
            {
                var rows = lines.Skip(i).TakeWhile(l => l.StartsWith('|')).ToList();
                i += rows.Count - 1;
                yield return Table(rows, ids);
                // Two tables without a paragraph between them become one.
                yield return new Paragraph();
            }
            else if (lines[i].Length > 0)
                yield return Repeatable(lines[i], out var group, out var rest)
                    ? new SdtBlock(Properties("#" + group, ids), new SdtContentBlock(Paragraph(rest, ids)))
                    : Paragraph(lines[i], ids);
    }

    private static Paragraph Paragraph(string line, Ids ids)
    {
        var (style, words) = line switch
        {
            ['#', '#', .. var rest] => ("Section", rest),
            ['#', .. var rest] => ("Title", rest),
            ['>', .. var rest] => ("Right", rest),
            ['!', .. var rest] => ("Plain", rest),
            _ => ("Indented", line),
        };
        return new(Runs(words.Trim(), ids).Prepend(new ParagraphProperties(new ParagraphStyleId { Val = style })));
    }

    private static Table Table(List<string> rows, Ids ids)
    {
        var cells = rows.ConvertAll(r => r.Trim('|').Split('|'));
        var columns = cells.Max(r => r.Length);
        var table = new Table(
            new TableProperties(
                new TableWidth { Width = "5000", Type = TableWidthUnitValues.Pct },
                new TableBorders(
                    new TopBorder { Val = BorderValues.Single, Size = 4 },
                    new LeftBorder { Val = BorderValues.Single, Size = 4 },
                    new BottomBorder { Val = BorderValues.Single, Size = 4 },
                    new RightBorder { Val = BorderValues.Single, Size = 4 },
                    new InsideHorizontalBorder { Val = BorderValues.Single, Size = 4 },
                    new InsideVerticalBorder { Val = BorderValues.Single, Size = 4 }
                )
            ),
            new TableGrid(Enumerable.Range(0, columns).Select(_ => new GridColumn { Width = $"{8844 / columns}" }))
        );
        for (var r = 0; r < cells.Count; r++)
        {
            OpenXmlElement row = Repeatable(cells[r][0], out var group, out var rest)
                ? new SdtRow(
                    Properties("#" + group, ids),
                    new SdtContentRow(Row([rest, .. cells[r].Skip(1)], columns, false, ids))
                )
                : Row(cells[r], columns, r == 0, ids);
            table.AppendChild(row);
        }
        return table;
    }

    private static TableRow Row(string[] cells, int columns, bool heading, Ids ids)
    {
        var row = new TableRow();
        if (heading)
            row.AppendChild(new TableRowProperties(new CantSplit(), new TableHeader()));
        for (var c = 0; c < columns; c++)
            row.AppendChild(
                new TableCell(
                    new Paragraph(
                        Runs(c < cells.Length ? cells[c].Trim() : "", ids)
                            .Prepend(
                                new ParagraphProperties(
                                    new ParagraphStyleId { Val = heading ? "TableHeading" : "TableText" }
                                )
                            )
                    )
                )
            );
        return row;
    }

    private static IEnumerable<OpenXmlElement> Runs(string words, Ids ids)
    {
        var from = 0;
        foreach (Match field in Field().Matches(words))
        {
            if (field.Index > from)
                yield return Run(words[from..field.Index]);
            var name = field.Groups["name"].Value;
            yield return new SdtRun(Properties(name, ids), new SdtContentRun(Run($"［{name}］")));
            from = field.Index + field.Length;
        }
        if (from < words.Length)
            yield return Run(words[from..]);
    }

    private static Run Run(string words) => new(new Text(words) { Space = SpaceProcessingModeValues.Preserve });

    private static SdtProperties Properties(string tag, Ids ids) =>
        new(new SdtAlias { Val = tag }, new Tag { Val = tag }, new SdtId { Val = ids.Next() });

    private static bool Repeatable(string line, out string group, out string rest)
    {
        var match = Group().Match(line.TrimStart());
        (group, rest) = (match.Groups["name"].Value, line.TrimStart()[match.Length..]);
        return match.Success;
    }

    private static Footer PageNumber() =>
        new(
            new Paragraph(
                new ParagraphProperties(
                    new ParagraphStyleId { Val = "Plain" },
                    new Justification { Val = JustificationValues.Center }
                ),
                Run("— "),
                new SimpleField(Run("1")) { Instruction = " PAGE " },
                Run(" —")
            )
        );

    private static Styles Styles()
    {
        var styles = new Styles(
            new DocDefaults(
                new RunPropertiesDefault(
                    new RunPropertiesBaseStyle(
                        new RunFonts
                        {
                            Ascii = Latin,
                            HighAnsi = Latin,
                            EastAsia = Body,
                            ComplexScript = Latin,
                        },
                        new FontSize { Val = "32" },
                        new Languages { Val = "en-US", EastAsia = "zh-CN" }
                    )
                ),
                new ParagraphPropertiesDefault(
                    new ParagraphPropertiesBaseStyle(
                        new SpacingBetweenLines { Line = "560", LineRule = LineSpacingRuleValues.Exact }
                    )
                )
            )
        );
        styles.Append(
            Style("Plain", null, null, isDefault: true),
            Style("Indented", new(new Indentation { FirstLineChars = 200 }), null),
            Style("Right", new(new Justification { Val = JustificationValues.Right }), null),
            Style(
                "Title",
                new(
                    new KeepNext(),
                    new SpacingBetweenLines
                    {
                        After = "280",
                        Line = "640",
                        LineRule = LineSpacingRuleValues.AtLeast,
                    },
                    new Justification { Val = JustificationValues.Center }
                ),
                new(Font(Heading), new FontSize { Val = "44" })
            ),
            Style("Section", new(new KeepNext(), new Indentation { FirstLineChars = 200 }), new(Font(Heading))),
            Style(
                "TableHeading",
                new(
                    new SpacingBetweenLines { Line = "360", LineRule = LineSpacingRuleValues.AtLeast },
                    new Justification { Val = JustificationValues.Center }
                ),
                new(Font(Heading), new FontSize { Val = "24" })
            ),
            Style(
                "TableText",
                new(new SpacingBetweenLines { Line = "360", LineRule = LineSpacingRuleValues.AtLeast }),
                new(new FontSize { Val = "24" })
            )
        );
        return styles;
    }

    private static Style Style(
        string id,
        StyleParagraphProperties? paragraph,
        StyleRunProperties? run,
        bool isDefault = false
    )
    {
        var style = new Style(new StyleName { Val = id }) { Type = StyleValues.Paragraph, StyleId = id };
        if (isDefault)
            style.Default = true;
        if (paragraph is not null)
            style.AppendChild(paragraph);
        if (run is not null)
            style.AppendChild(run);
        return style;
    }

    private static RunFonts Font(string name) =>
        new()
        {
            Ascii = Latin,
            HighAnsi = Latin,
            EastAsia = name,
        };

    /// <summary>What to take where a machine lacks the font.</summary>
    private static Fonts Fonts() =>
        new(
            Font(Body, "FangSong;仿宋_GB2312;Noto Serif CJK SC", FontFamilyValues.Modern),
            Font(Heading, "SimHei;Noto Sans CJK SC", FontFamilyValues.Modern),
            Font(Latin, "Liberation Serif", FontFamilyValues.Roman)
        );

    private static Font Font(string name, string alternatives, FontFamilyValues family) =>
        new(
            new AltName { Val = alternatives },
            new FontCharSet { Val = name == Latin ? "00" : "86" },
            new FontFamily { Val = family },
            new Pitch { Val = FontPitchValues.Variable }
        )
        {
            Name = name,
        };

    [GeneratedRegex(
        @"\{(?<name>[A-Za-z][A-Za-z0-9]*)\}",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Field();

    [GeneratedRegex(
        @"^\{#(?<name>[A-Za-z][A-Za-z0-9]*)\}",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Group();
}
