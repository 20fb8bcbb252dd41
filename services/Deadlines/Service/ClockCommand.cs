using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Mediation.Deadlines.Domain;

namespace Mediation.Deadlines.Service;

/// <summary>The command <c>clock</c>: a date with its counting, by the book and the calendar that stand with the product,
/// without settings, database or broker.</summary>
internal static class ClockCommand
{
    public const string Usage = """
        clock RULE --from 2026-02-13 [--unit CODE] [--extend DAYS] [--suspend FROM..TO] [--json]
        clock --batch
            reads lines RULE,DATE[,extend=N][,suspend=FROM..TO] and answers each with one JSON object
        """;

    private const int Done = 0;
    private const int BadArguments = 2;
    private static readonly byte[] NewLine = "\n"u8.ToArray();

    /// <summary>A clock that somebody asked for.</summary>
    /// <param name="Unit">Code of the organisation, where one was named.</param>
    private sealed record Asked(
        string Rule,
        DateOnly From,
        string? Unit,
        int ExtendedBy,
        IReadOnlyList<Suspension> Suspensions
    );

    public static int Run(string[] args)
    {
        using var output = Console.OpenStandardOutput();
        using var error = new StreamWriter(Console.OpenStandardError(), new UTF8Encoding(false)) { AutoFlush = true };
        using var input = Console.OpenStandardInput();
        try
        {
            return Run(args, input, output, error);
        }
        catch (IOException)
        {
            // Whoever read the answers has gone, as `head` does.
            return Done;
        }
    }

    /// <summary>Exit code 0, or 2 where the arguments are no question the book can answer.</summary>
    public static int Run(IReadOnlyList<string> args, Stream input, Stream output, TextWriter error)
    {
        switch (args)
        {
            case ["--help" or "-h"]:
                output.Write(Encoding.UTF8.GetBytes(Usage + "\n"));
                return Done;
            case ["--batch"]:
                Batch(StandardLaw.Read(), input, output);
                return Done;
        }
        var (asked, json, fault) = Parse(args);
        if (asked is null)
        {
            error.WriteLine(fault);
            error.WriteLine(Usage);
            return BadArguments;
        }
        var law = StandardLaw.Read();
        try
        {
            var (rule, due) = Compute(law, asked);
            if (json)
            {
                using var answers = new Answers(output);
                answers.Date(asked, rule, due);
            }
            else
            {
                output.Write(Encoding.UTF8.GetBytes(Page(rule, due, law)));
            }
            return Done;
        }
        catch (Refused refused)
        {
            error.WriteLine(Explanation.Refusal(refused, Explanation.Chinese));
            return BadArguments;
        }
    }

    private static void Batch(Law law, Stream input, Stream output)
    {
        using var lines = new StreamReader(input, new UTF8Encoding(false));
        using var answers = new Answers(output);
        while (lines.ReadLine() is { } line)
        {
            if (ParseLine(line) is not { } asked)
            {
                answers.Malformed(line);
                continue;
            }
            try
            {
                var (rule, due) = Compute(law, asked);
                answers.Date(asked, rule, due);
            }
            catch (Refused refused)
            {
                answers.Refused(asked, refused);
            }
        }
    }

    private static (Rule Rule, DueDate Due) Compute(Law law, Asked asked)
    {
        var rule = law.Book.On(asked.Rule, asked.From);
        if (asked.Unit is { } unit && !rule.HoldsIn(unit))
            throw new Refused(StatuteRefusals.NotInUnit, rule.Id, unit);
        var facts = new PeriodFacts(asked.From, null, asked.ExtendedBy, [.. asked.Suspensions]);
        return (rule, StatuteBook.Due(rule, facts, law.Calendar, explain: true));
    }

    private static (Asked? Asked, bool Json, string? Fault) Parse(IReadOnlyList<string> args)
    {
        string? rule = null;
        string? unit = null;
        DateOnly? from = null;
        int? extend = null;
        var json = false;
        var suspensions = new List<Suspension>();
        for (var i = 0; i < args.Count; i++)
        {
            var option = args[i];
            if (option == "--json")
            {
                json = true;
                continue;
            }
            if (!option.StartsWith("--", StringComparison.Ordinal))
            {
                if (rule is not null)
                    return (null, json, $"Two rules: {rule} and {option}.");
                rule = option;
                continue;
            }
            if (++i == args.Count)
                return (null, json, $"{option} needs a value.");
            var value = args[i];
            switch (option)
            {
                case "--from" when from is null && ParseDay(value) is { } day:
                    from = day;
                    break;
                case "--unit" when unit is null && value.Length > 0 && value.All(char.IsAsciiLetterOrDigit):
                    unit = value;
                    break;
                case "--extend" when extend is null && ParseNumber(value) is { } days:
                    extend = days;
                    break;
                case "--suspend" when ParseSuspension(value) is { } suspension:
                    suspensions.Add(suspension);
                    break;
                case "--from" or "--unit" or "--extend" or "--suspend":
                    return (null, json, $"{option} {value} is not possible, or is there twice.");
                default:
                    return (null, json, $"{option} is unknown.");
            }
        }
        if (rule is null || from is not { } first)
            return (null, json, rule is null ? "Which rule?" : "--from is missing.");
        return (new(rule, first, unit, extend ?? 0, suspensions), json, null);
    }

    private static Asked? ParseLine(string line)
    {
        var fields = line.Split(',', StringSplitOptions.TrimEntries);
        if (fields.Length < 2 || fields[0].Length == 0 || ParseDay(fields[1]) is not { } from)
            return null;
        int? extend = null;
        var suspensions = new List<Suspension>();
        foreach (var field in fields.Skip(2))
        {
            if (field.StartsWith("extend=", StringComparison.Ordinal))
            {
                if (extend is not null || ParseNumber(field["extend=".Length..]) is not { } days)
                    return null;
                extend = days;
            }
            else if (field.StartsWith("suspend=", StringComparison.Ordinal))
            {
                if (ParseSuspension(field["suspend=".Length..]) is not { } suspension)
                    return null;
                suspensions.Add(suspension);
            }
            else
            {
                return null;
            }
        }
        return new(fields[0], from, null, extend ?? 0, suspensions);
    }

    private static DateOnly? ParseDay(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? day
            : null;

    private static int? ParseNumber(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static Suspension? ParseSuspension(string text) =>
        text.Split("..") is [var a, var b] && ParseDay(a) is { } from && ParseDay(b) is { } to && from <= to
            ? new(from, to)
            : null;

    private static string Page(Rule rule, DueDate due, Law law)
    {
        var zh = Explanation.Chinese;
        var page = new StringBuilder();
        void Line(string text) => page.Append(text).Append('\n');
        string Dated(DateOnly day) => $"{day:yyyy-MM-dd} {Explanation.Weekday(day, zh)}";

        Line($"{rule.Id} {rule.Zh}（{Explanation.Text("type_" + Explanation.Code(rule.Type), zh)}）");
        Line(
            Explanation.Text(
                "page_term",
                zh,
                string.Join(
                    '、',
                    rule.Terms.Select(t => Explanation.Text("term_" + Explanation.Code(t.Unit), zh, t.Length))
                )
            )
        );
        Line(Explanation.Text("page_basis", zh, Explanation.Article(rule)));
        Line(Explanation.Text("page_version", zh, rule.ValidFrom, law.Calendar.Version));
        if (!rule.Verified)
            Line(Explanation.Text("page_unverified", zh));
        foreach (var step in due.Steps)
            Line($"  {Dated(step.Day)}  {Explanation.Sentence(step, zh)}");
        Line(Explanation.Text(due.Provisional ? "page_due_provisional" : "page_due", zh, Dated(due.Date)));
        return page.ToString();
    }

    /// <summary>Writes one JSON object per line.</summary>
    private sealed class Answers(Stream output) : IDisposable
    {
        private readonly ArrayBufferWriter<byte> buffer = new();
        private readonly Utf8JsonWriter json = new(
            Stream.Null,
            // The answers go to a terminal or a file, never into a page.
            new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }
        );

        public void Dispose() => json.Dispose();

        public void Date(Asked asked, Rule rule, DueDate due)
        {
            Begin();
            json.WriteString("rule", rule.Id);
            Day("from", asked.From);
            Day("due", due.Date);
            json.WriteBoolean("provisional", due.Provisional);
            json.WriteString("unit", Explanation.Code(due.Unit));
            json.WriteString("article", Explanation.Article(rule));
            json.WriteStartArray("steps");
            foreach (var step in due.Steps)
            {
                json.WriteStartObject();
                Day("day", step.Day);
                json.WriteString("kind", Explanation.Code(step.Kind));
                if (step.Count is { } count)
                    json.WriteNumber("count", count);
                if (step.Name is { } name)
                    json.WriteString("name", name);
                json.WriteBoolean("announced", step.Announced);
                json.WriteString("text", Explanation.Sentence(step, Explanation.Chinese));
                json.WriteEndObject();
            }
            json.WriteEndArray();
            End();
        }

        public void Refused(Asked asked, Refused refused)
        {
            Begin();
            json.WriteString("rule", asked.Rule);
            Day("from", asked.From);
            json.WriteString("error", refused.Code);
            json.WriteString("detail", Explanation.Refusal(refused, Explanation.Chinese));
            End();
        }

        public void Malformed(string line)
        {
            Begin();
            json.WriteString("line", line);
            json.WriteString("error", "line_malformed");
            json.WriteString("detail", Explanation.Text("line_malformed", Explanation.Chinese));
            End();
        }

        private void Begin()
        {
            buffer.ResetWrittenCount();
            json.Reset(buffer);
            json.WriteStartObject();
        }

        // Whole lines at once, so that whoever asks line by line is answered line by line.
        private void End()
        {
            json.WriteEndObject();
            json.Flush();
            buffer.Write(NewLine);
            output.Write(buffer.WrittenSpan);
            output.Flush();
        }

        private void Day(string name, DateOnly day)
        {
            Span<char> text = stackalloc char[10];
            day.TryFormat(text, out _, "O", CultureInfo.InvariantCulture);
            json.WriteString(name, text);
        }
    }
}
