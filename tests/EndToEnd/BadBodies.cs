using System.Globalization;
using System.Text.Json.Nodes;

namespace Mediation.EndToEnd.Tests;

/// <summary>A route as its service describes it (OpenAPI).</summary>
/// <param name="Body">Schema of the JSON it takes; null where it takes none.</param>
internal sealed record Route(string Service, string Method, string Path, Schema? Body, IReadOnlyList<string> Query)
{
    public override string ToString() => $"{Service} {Method} {Path}";
}

/// <summary>A schema with the document its references point into.</summary>
internal sealed record Schema(JsonObject Document, JsonObject Node)
{
    /// <summary>The schema itself, without references and without the choice of null.</summary>
    public Schema Plain
    {
        get
        {
            if (Node["$ref"] is { } reference)
                return (
                    this with
                    {
                        Node = Document["components"]!["schemas"]![((string)reference!).Split('/')[^1]]!.AsObject(),
                    }
                ).Plain;
            if (Node["oneOf"] is JsonArray choices)
                return (
                    this with
                    {
                        Node = choices.Select(c => c!.AsObject()).First(c => (string?)c["type"] != "null"),
                    }
                ).Plain;
            return this;
        }
    }

    public bool Nullable =>
        Node["oneOf"] is JsonArray choices && choices.Any(c => c!["type"] is JsonValue v && (string?)v == "null")
        || Node["type"] is JsonArray types && types.Any(t => (string?)t == "null");

    public bool Is(string type) =>
        Plain.Node["type"] switch
        {
            JsonArray types => types.Any(t => (string?)t == type),
            JsonValue one => (string?)one == type,
            _ => false,
        };

    public string? Format => (string?)Plain.Node["format"];

    public string[]? Words => Plain.Node["enum"] is JsonArray words ? [.. words.Select(w => (string?)w ?? "")] : null;

    public IEnumerable<(string Name, Schema Of)> Properties =>
        Plain.Node["properties"] is JsonObject properties
            ? properties.Select(p => (p.Key, this with { Node = p.Value!.AsObject() }))
            : [];

    public bool Requires(string name) =>
        Plain.Node["required"] is JsonArray names && names.Any(n => (string?)n == name);

    public Schema? Items => Plain.Node["items"] is JsonObject items ? this with { Node = items } : null;
}

/// <param name="Kind">What is wrong.</param>
/// <param name="Path">Where.</param>
/// <param name="Accepts">Statuses that are a good answer to it.</param>
internal sealed record BadBody(string Kind, string Path, string Body, Func<int, bool> Accepts);

/// <summary>Makes a body that fits a schema, and from it all that do not.</summary>
internal static class BadBodies
{
    /// <summary>Stands in everything typed; no answer may repeat it.</summary>
    public const string Marker = "字迹ZQXW";

    public static string Today { get; } =
        TimeZoneInfo
            .ConvertTime(TimeProvider.System.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai"))
            .ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>A body as a page might send it, with the ids of a real case.</summary>
    public static string Good(Route route, IReadOnlyDictionary<string, string> known) =>
        Make(route.Body!, "", known, full: false)!.ToJsonString();

    /// <summary>The same with one text, number or word changed.</summary>
    public static string Other(string body)
    {
        var node = JsonNode.Parse(body)!.AsObject();
        node["another"] = "property";
        return node.ToJsonString();
    }

    public static IEnumerable<BadBody> Of(Route route, IReadOnlyDictionary<string, string> known)
    {
        static bool Malformed(int status) => status == 400;
        static bool Any(int status) => status < 500;
        static bool No(int status) => status is >= 400 and < 500;
        foreach (
            var body in new[]
            {
                "{",
                "",
                "nothing",
                "null",
                "[]",
                "\"" + Marker + "\"",
                "{\"" + Marker + "\":",
                "\uFEFF{}x",
            }
        )
            yield return new("malformed", body, body, Malformed);
        yield return new("deep", "", new string('[', 500), Malformed);
        yield return new("oversize", "", BadInputTests.Large, s => s == 413);
        var full = Make(route.Body!, "", known, full: true)!;
        foreach (var (path, schema, required) in Leaves(route.Body!, [], true))
        {
            var name = path[^1];
            var at = string.Join('.', path);
            string With(JsonNode? value) => Set(full, path, value);
            if (required && !schema.Nullable)
                yield return new("missing", at, Without(full, path), Malformed);
            yield return new("object for a value", at, With(new JsonObject { ["a"] = Marker }), Malformed);
            if (schema.Items is null)
                yield return new("list for a value", at, With(new JsonArray(Marker)), Malformed);
            else
            {
                yield return new("null in a list", at, With(new JsonArray((JsonNode?)null)), Malformed);
                yield return new(
                    "endless list",
                    at,
                    With(
                        new JsonArray([
                            .. Enumerable.Range(0, 3_000).Select(_ => Make(schema.Items, name, known, false)),
                        ])
                    ),
                    Any
                );
                continue;
            }
            if (schema.Words is not null)
            {
                foreach (var word in new JsonNode[] { Marker, "", 0, 999, -1, true })
                    yield return new("unknown word", at, With(word), Malformed);
                continue;
            }
            if (schema.Format is "date")
                foreach (var day in new[] { "2026-02-30", "2026-13-01", "0000-01-01", "10000-01-01", Marker, "" })
                    yield return new("impossible day", at, With(day), Malformed);
            if (schema.Format is "date")
                foreach (var day in new[] { "0001-01-01", "9999-12-31" })
                    yield return new("edge of time", at, With(day), Any);
            if (schema.Format is "date-time")
                foreach (
                    var instant in new[]
                    {
                        "2026-02-30T00:00:00Z",
                        "0001-01-01T00:00:00+14:00",
                        "9999-12-31T23:59:59-14:00",
                        Marker,
                    }
                )
                    yield return new("impossible instant", at, With(instant), No);
            if (schema.Format is "uuid")
                foreach (var id in new[] { Marker, "00000000", "' or 1=1 --" })
                    yield return new("no id", at, With(id), Malformed);
            if (schema.Format is "uuid")
                foreach (var id in new[] { Guid.Empty.ToString(), Guid.CreateVersion7().ToString() })
                    yield return new("strange id", at, With(id), Any);
            if (schema.Is("integer"))
            {
                foreach (var number in new[] { "1e400", "99999999999999999999", "1.5", $"\"{Marker}\"" })
                    yield return new(
                        "no number",
                        at,
                        With("NUMBER").Replace("\"NUMBER\"", number, StringComparison.Ordinal),
                        Malformed
                    );
                foreach (var number in new[] { long.MinValue, long.MaxValue, -1 })
                    yield return new(
                        "number out of range",
                        at,
                        With(number),
                        name.EndsWith("Fen", StringComparison.Ordinal) && number != -1 ? No : Any
                    );
            }
            if (schema.Format is null && schema.Is("string") && !schema.Is("integer"))
            {
                foreach (var text in new[] { "\0", Marker + "\0", Marker + "\u0001", Marker + "\uFFFE" })
                    yield return new("control character", at, With(text), Malformed);
                yield return new(
                    "lone surrogate",
                    at,
                    With("SURROGATE").Replace("\"SURROGATE\"", "\"a\\ud800\"", StringComparison.Ordinal),
                    Malformed
                );
                yield return new("very long text", at, With(new string('长', 200_000)), No);
                yield return new("script", at, With($"<script>alert('{Marker}')</script>"), Any);
                yield return new("quotes", at, With($"'; drop table mt_events; -- {{0}} %s {Marker}"), Any);
                yield return new("right to left", at, With("\u202E" + Marker + "\uD83D\uDE00"), Any);
                if (name is "idNumber")
                    yield return new("wrong check digit", at, With("110105194912310021"), Malformed);
                if (name is "creditCode")
                    yield return new("wrong check digit", at, With("91110105MA0000000X"), Malformed);
            }
        }
    }

    // Every property of the schema, those of nested objects and of the first element of lists included.
    private static IEnumerable<(string[] Path, Schema Of, bool Required)> Leaves(Schema of, string[] at, bool required)
    {
        if (at.Length > 6)
            yield break;
        if (of.Items is { } items)
        {
            if (at.Length > 0)
                yield return (at, of, required);
            foreach (var leaf in Leaves(items, [.. at, "0"], true))
                if (leaf.Path[^1] != "0" || leaf.Of.Items is not null)
                    yield return leaf;
            yield break;
        }
        if (!of.Properties.Any())
        {
            if (at.Length > 0)
                yield return (at, of, required);
            yield break;
        }
        foreach (var (name, property) in of.Properties)
        foreach (var leaf in Leaves(property, [.. at, name], required && of.Requires(name) && !property.Nullable))
            yield return leaf;
    }

    private static JsonNode? Make(Schema of, string name, IReadOnlyDictionary<string, string> known, bool full)
    {
        if (of.Items is { } items)
            return new JsonArray(
                Make(items, name.EndsWith("Ids", StringComparison.Ordinal) ? name[..^1] : name, known, full)
            );
        if (of.Words is { } words)
            return words[0];
        if (of.Properties.Any())
        {
            var made = new JsonObject();
            foreach (var (property, schema) in of.Properties)
                if (full || !schema.Nullable && of.Requires(property))
                    made[property] = Make(schema, property, known, full);
            return made;
        }
        return of.Format switch
        {
            "uuid" => known.GetValueOrDefault(name, Guid.CreateVersion7().ToString()),
            "date" => Today,
            "date-time" => TimeProvider.System.GetUtcNow().ToString("O", CultureInfo.InvariantCulture),
            _ when of.Is("integer") => 1,
            _ when of.Is("boolean") => true,
            _ => known.GetValueOrDefault(name, Marker),
        };
    }

    private static string Set(JsonNode body, string[] path, JsonNode? value)
    {
        var copy = body.DeepClone();
        var parent = Parent(copy, path);
        if (parent is JsonArray list)
            list[int.Parse(path[^1], CultureInfo.InvariantCulture)] = value;
        else
            parent![path[^1]] = value;
        return copy.ToJsonString();
    }

    private static string Without(JsonNode body, string[] path)
    {
        var copy = body.DeepClone();
        (Parent(copy, path) as JsonObject)?.Remove(path[^1]);
        return copy.ToJsonString();
    }

    private static JsonNode? Parent(JsonNode body, string[] path)
    {
        JsonNode? at = body;
        foreach (var step in path[..^1])
            at = at is JsonArray list ? list[int.Parse(step, CultureInfo.InvariantCulture)] : at![step];
        return at;
    }
}
