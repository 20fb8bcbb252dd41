using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Wordprocessing;

namespace Mediation.Content;

/// <summary>One line of a repeated part of a paper: values by field name.</summary>
public sealed class PaperLine : Dictionary<string, string>
{
    public PaperLine()
        : base(StringComparer.Ordinal) { }
}

/// <summary>A paper with places to fill: a DOCX whose content controls carry the field's name as their tag. A control around a
/// table row or paragraphs, tagged <c>#name</c>, is repeated for every line of that name. Offices may edit the DOCX in
/// Word or WPS; the first version of each paper is written as lines of text, see <see cref="FromText"/>.</summary>
public sealed class WordTemplate
{
    private readonly byte[] docx;

    private WordTemplate(byte[] docx)
    {
        this.docx = docx;
        using var document = WordprocessingDocument.Open(new MemoryStream(docx, writable: false), isEditable: false);
        var tags = Roots(document).SelectMany(r => r.Descendants<SdtElement>()).Select(Tag).ToList();
        Fields = tags.Where(t => t.Length > 0 && t[0] != '#').ToHashSet(StringComparer.Ordinal);
        Repeated = tags.Where(t => t.Length > 0 && t[0] == '#').Select(t => t[1..]).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Names of single fields, those inside repeated parts included.</summary>
    public IReadOnlySet<string> Fields { get; }

    /// <summary>Names of repeated parts.</summary>
    public IReadOnlySet<string> Repeated { get; }

    /// <exception cref="OpenXmlPackageException">Not a DOCX.</exception>
    public static WordTemplate FromDocx(byte[] docx) => new(docx);

    /// <summary>Makes a template from lines of text, in the fonts and measures of an official paper (A4, 仿宋 三号, title 黑体
    /// 二号, page numbers):
    /// <code>
    /// # title              centred
    /// ## heading           bold
    /// > right aligned
    /// ! not indented       any other line is a paragraph indented by two characters
    /// {#name}paragraph     repeated for every line of name
    /// |head|head|          first row of a table
    /// |{#name}{a}|{b}|     row repeated for every line of name
    /// </code>
    /// <c>{field}</c> anywhere is a field. Empty lines divide tables.</summary>
    public static WordTemplate FromText(string lines) => new(WordTemplateText.Docx(lines));

    /// <summary>The template itself, to be edited in Word or WPS.</summary>
    public byte[] Docx() => [.. docx];

    /// <summary>Fills every place and removes the controls. The same values give the same bytes, so that a reprint is the
    /// paper that was issued.</summary>
    /// <param name="fields">Values by name; line breaks stay line breaks.</param>
    /// <param name="repeated">Lines by name of the repeated part; no line removes the part. A field inside that a line
    /// does not have is taken from <paramref name="fields"/>.</param>
    /// <exception cref="InvalidOperationException">A value is missing (a paper with a hole is not issued) or belongs to no
    /// place of the template.</exception>
    public byte[] Fill(
        IReadOnlyDictionary<string, string> fields,
        IReadOnlyDictionary<string, IReadOnlyList<PaperLine>>? repeated = null
    )
    {
        repeated ??= new Dictionary<string, IReadOnlyList<PaperLine>>(StringComparer.Ordinal);
        var strange = fields
            .Keys.Concat(repeated.Values.SelectMany(l => l).SelectMany(l => l.Keys))
            .Where(k => !Fields.Contains(k))
            .Concat(repeated.Keys.Where(k => !Repeated.Contains(k)).Select(k => "#" + k))
            .Distinct(StringComparer.Ordinal)
            .ToList();
        if (strange.Count > 0)
            throw new InvalidOperationException($"The template has no place for: {string.Join(", ", strange)}.");
        using var stream = new MemoryStream();
        stream.Write(docx);
        using (var document = WordprocessingDocument.Open(stream, isEditable: true))
            foreach (var root in Roots(document))
            {
                foreach (var part in root.Descendants<SdtElement>().Where(s => Tag(s).StartsWith('#')).ToList())
                    Repeat(part, Lines(part, repeated), fields);
                foreach (var place in root.Descendants<SdtElement>().Where(s => Tag(s).Length > 0).ToList())
                    Put(place, Value(place, fields));
            }
        stream.Position = 0;
        return FixedZip.Normalise(stream);
    }

    private static IEnumerable<OpenXmlPartRootElement> Roots(WordprocessingDocument document)
    {
        var main = document.MainDocumentPart ?? throw new InvalidOperationException("The template has no document.");
        return main
            .HeaderParts.Select(p => (OpenXmlPartRootElement)p.Header)
            .Concat(main.FooterParts.Select(p => p.Footer))
            .Prepend(main.Document);
    }

    private static string Tag(SdtElement control) => control.SdtProperties?.GetFirstChild<Tag>()?.Val?.Value ?? "";

    private static IReadOnlyList<PaperLine> Lines(
        SdtElement part,
        IReadOnlyDictionary<string, IReadOnlyList<PaperLine>> repeated
    ) =>
        repeated.TryGetValue(Tag(part)[1..], out var lines)
            ? lines
            : throw new InvalidOperationException($"The paper lacks the lines of {Tag(part)}.");

    private static string Value(SdtElement place, IReadOnlyDictionary<string, string> fields) =>
        fields.TryGetValue(Tag(place), out var value)
            ? value
            : throw new InvalidOperationException($"The paper lacks a value for {Tag(place)}.");

    private static void Repeat(
        SdtElement part,
        IReadOnlyList<PaperLine> lines,
        IReadOnlyDictionary<string, string> fields
    )
    {
        foreach (var line in lines)
        {
            // Filled inside a copy of the whole control, so that a field that is itself a child of it has a parent.
            var copy = (SdtElement)part.CloneNode(deep: true);
            part.InsertBeforeSelf(copy);
            foreach (var place in copy.Descendants<SdtElement>().Where(s => Tag(s).Length > 0).ToList())
                Put(place, line.TryGetValue(Tag(place), out var own) ? own : Value(place, fields));
            Unwrap(copy, [.. Content(copy)]);
        }
        var parent = part.Parent;
        part.Remove();
        // A cell without a paragraph is not a document.
        if (parent is TableCell && !parent.Elements<Paragraph>().Any())
            parent.AppendChild(new Paragraph());
    }

    private static void Put(SdtElement place, string value)
    {
        var format = place.Descendants<Run>().FirstOrDefault()?.RunProperties?.CloneNode(deep: true) as RunProperties;
        // Word shows an unfilled control in the grey style of placeholders; what is filled in is not one.
        format?.RemoveAllChildren<RunStyle>();
        var run = new Run();
        if (format is not null)
            run.AppendChild(format);
        var lines = SafeXml.Text(value).ReplaceLineEndings("\n").Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (i > 0)
                run.AppendChild(new Break());
            run.AppendChild(new Text(lines[i]) { Space = SpaceProcessingModeValues.Preserve });
        }
        if (place is SdtRun)
        {
            place.InsertBeforeSelf(run);
            place.Remove();
            return;
        }
        var paragraphs = place.Descendants<Paragraph>().ToList();
        var first = paragraphs[0];
        foreach (var child in first.ChildElements.Where(c => c is not ParagraphProperties).ToList())
            child.Remove();
        first.AppendChild(run);
        foreach (var other in paragraphs.Skip(1))
            other.Remove();
        Unwrap(place, [.. Content(place)]);
    }

    private static IEnumerable<OpenXmlElement> Content(SdtElement control) =>
        control.ChildElements.Where(c => c.LocalName == "sdtContent").SelectMany(c => c.ChildElements);

    private static void Unwrap(SdtElement control, List<OpenXmlElement> content)
    {
        foreach (var element in content)
        {
            element.Remove();
            control.InsertBeforeSelf(element);
        }
        control.Remove();
    }
}
