using System.Globalization;
using System.Net.Http.Headers;
using System.Text;

namespace Mediation.Demonstration;

/// <summary>A paper to hand in: one page of PDF that says what it stands for and that it is for demonstration.</summary>
internal static class Slip
{
    public static HttpContent Of(string reference, long? fen, DateOnly on)
    {
        var text = new StringBuilder("BT /F1 22 Tf 60 760 Td (DEMONSTRATION) Tj /F1 13 Tf 0 -40 Td ");
        if (fen is { } amount)
            text.Append(CultureInfo.InvariantCulture, $"(CNY {amount / 100m:N2}) Tj 0 -22 Td ");
        text.Append(CultureInfo.InvariantCulture, $"({on:yyyy-MM-dd}) Tj /F1 9 Tf 0 -22 Td ({reference}) Tj ET");
        string[] objects =
        [
            "<</Type/Catalog/Pages 2 0 R>>",
            "<</Type/Pages/Kids[3 0 R]/Count 1>>",
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
            $"<</Length {text.Length}>>stream\n{text}\nendstream",
            "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        ];
        var pdf = new StringBuilder("%PDF-1.4\n");
        var places = new List<int>();
        foreach (var (body, i) in objects.Select((o, i) => (o, i)))
        {
            places.Add(pdf.Length);
            pdf.Append(CultureInfo.InvariantCulture, $"{i + 1} 0 obj{body}endobj\n");
        }
        var table = pdf.Length;
        pdf.Append(CultureInfo.InvariantCulture, $"xref\n0 {objects.Length + 1}\n0000000000 65535 f \n");
        foreach (var place in places)
            pdf.Append(CultureInfo.InvariantCulture, $"{place:D10} 00000 n \n");
        pdf.Append(
            CultureInfo.InvariantCulture,
            $"trailer<</Size {objects.Length + 1}/Root 1 0 R>>\nstartxref\n{table}\n%%EOF\n"
        );
        return new ByteArrayContent(Encoding.ASCII.GetBytes(pdf.ToString()))
        {
            Headers = { ContentType = new MediaTypeHeaderValue("application/pdf") },
        };
    }
}
