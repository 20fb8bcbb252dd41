using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Mediation.Content;
using Mediation.Hosting;

namespace Mediation.Outcomes.Service;

/// <summary>A list as XLSX or CSV with the same columns.</summary>
internal sealed class Sheet<T>(string title)
{
    private readonly List<Func<T, string>> cells = [];
    private readonly List<string> headings = [];
    private readonly Spreadsheet<T> sheet = new(title, title);

    public Sheet<T> Text(string heading, Func<T, string?> value)
    {
        sheet.Text(heading, value);
        return Add(heading, r => value(r) ?? "");
    }

    public Sheet<T> Date(string heading, Func<T, DateOnly?> value)
    {
        sheet.Date(heading, value);
        return Add(heading, r => value(r)?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "");
    }

    public Sheet<T> Yuan(string heading, Func<T, long?> fen)
    {
        sheet.Yuan(heading, fen);
        return Add(heading, r => (fen(r) / 100m)?.ToString("0.00", CultureInfo.InvariantCulture) ?? "");
    }

    public Sheet<T> Whole(string heading, Func<T, long?> value)
    {
        sheet.Whole(heading, value);
        return Add(heading, r => value(r)?.ToString(CultureInfo.InvariantCulture) ?? "");
    }

    public async Task Write(HttpResponse response, string? format, IReadOnlyList<T> rows, CancellationToken ct)
    {
        switch (format)
        {
            case null or "xlsx":
                response.ContentType = MediaTypes.Xlsx;
                response.Headers.ContentDisposition = "attachment; filename=\"export.xlsx\"";
                // The archive writes synchronously at its end, which a response does not allow.
                using (var buffer = new MemoryStream())
                {
                    await sheet.WriteAsync(buffer, Stream(rows, ct), ct);
                    buffer.Position = 0;
                    await buffer.CopyToAsync(response.Body, ct);
                }
                break;
            case "csv":
                response.ContentType = "text/csv; charset=utf-8";
                response.Headers.ContentDisposition = "attachment; filename=\"export.csv\"";
                var text = new StringBuilder("\uFEFF");
                Line(text, headings);
                foreach (var row in rows)
                    Line(text, cells.Select(c => c(row)));
                await response.WriteAsync(text.ToString(), ct);
                break;
            default:
                throw Problem.Invalid("format", "unknown_code");
        }
    }

    private Sheet<T> Add(string heading, Func<T, string> cell)
    {
        headings.Add(heading);
        cells.Add(cell);
        return this;
    }

    private static void Line(StringBuilder text, IEnumerable<string> values) =>
        text.AppendJoin(',', values.Select(Quote)).Append("\r\n");

    // A cell that begins like a formula would be carried out by the office program that opens the file.
    private static string Quote(string value)
    {
        var safe = value is ['=' or '+' or '@' or '\t' or '\r', ..] ? "'" + value : value;
        return safe.AsSpan().ContainsAny(",\"\r\n")
            ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : safe;
    }

    private static async IAsyncEnumerable<T> Stream(
        IReadOnlyList<T> rows,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        foreach (var row in rows)
        {
            ct.ThrowIfCancellationRequested();
            yield return row;
        }
        await Task.CompletedTask;
    }
}
