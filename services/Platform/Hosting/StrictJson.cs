using System.Collections;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using System.Xml;

namespace Mediation.Hosting;

/// <summary>A body must say what its contract calls for: a property that is left out would otherwise silently be the
/// first word, false, or a null where none is expected. Only what may be null or has a default may be left out; a word is
/// a word and never its number; a text holds nothing that neither a table nor a paper can hold.</summary>
internal static partial class StrictJson
{
    private const int LongestPath = 120;

    /// <param name="contracts">Assembly of the published language; only its types are held to what they declare.</param>
    public static void Apply(JsonSerializerOptions options, Assembly contracts)
    {
        options.RespectNullableAnnotations = true;
        options.Converters.Insert(
            0,
            new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
        );
        options.Converters.Insert(0, new StorableText());
        options.TypeInfoResolver = (options.TypeInfoResolver ?? new DefaultJsonTypeInfoResolver()).WithAddedModifier(
            type =>
            {
                if (type.Type.Assembly != contracts || type.Kind is not JsonTypeInfoKind.Object)
                    return;
                foreach (var property in type.Properties)
                    if (property.AssociatedParameter is { HasDefaultValue: false, IsNullable: false } parameter)
                        property.IsRequired = Nullable.GetUnderlyingType(parameter.ParameterType) is null;
                JsonPropertyInfo[] lists = [.. type.Properties.Where(p => p.Get is not null && HoldsReferences(p))];
                if (lists.Length > 0)
                    type.OnDeserialized = made =>
                    {
                        foreach (var list in lists)
                            if (list.Get!(made) is IEnumerable items && items.Cast<object?>().Any(i => i is null))
                                throw new JsonException("A list holds a null.");
                    };
            }
        );
    }

    /// <summary>What was wrong with a body, by field, without a word of what it held.</summary>
    public static Problem Problem(JsonException error)
    {
        // The path names properties of the contract; where it could name anything else it is left out.
        var path =
            error.Path is { Length: <= LongestPath } p && Plain().IsMatch(p) ? p.TrimStart('$').TrimStart('.') : "";
        var missing = Missing().Match(error.Message);
        if (missing.Success)
            return Invalid(
                Named().Matches(missing.Groups["names"].Value).Select(m => Join(path, m.Groups["name"].Value)),
                "required"
            );
        if (path.Length == 0)
            return new(400, "malformed_request");
        return Invalid([path], error is Unstorable ? "control_character" : "malformed_value");
    }

    private static Problem Invalid(IEnumerable<string> fields, string code) =>
        new(400, "invalid_input", errors: fields.Distinct(StringComparer.Ordinal).ToDictionary(f => f, _ => code));

    private static string Join(string path, string name) => path.Length == 0 ? name : path + "." + name;

    private static bool HoldsReferences(JsonPropertyInfo property) =>
        property.PropertyType.IsGenericType
        && property.PropertyType.GetGenericTypeDefinition() == typeof(IReadOnlyList<>)
        && !property.PropertyType.GetGenericArguments()[0].IsValueType;

    [GeneratedRegex(@"^\$[A-Za-z0-9.\[\]]*$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Plain();

    // The serializer tells the names of missing properties in the sentence only.
    [GeneratedRegex("missing required properties including: (?<names>.*)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Missing();

    [GeneratedRegex("'(?<name>[A-Za-z0-9]+)'", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Named();

    private sealed class Unstorable() : JsonException("A text holds a control character.");

    // PostgreSQL keeps no NUL, and the XML of papers and sheets no control character but tab and line ends.
    private sealed class StorableText : JsonConverter<string>
    {
        public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType is not JsonTokenType.String ? throw new JsonException("A text is expected.")
            : reader.GetString() is { } text && IsStorable(text) ? text
            : throw new Unstorable();

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value);

        public override string ReadAsPropertyName(
            ref Utf8JsonReader reader,
            Type typeToConvert,
            JsonSerializerOptions options
        ) => reader.GetString()!;

        public override void WriteAsPropertyName(Utf8JsonWriter writer, string value, JsonSerializerOptions options) =>
            writer.WritePropertyName(value);

        private static bool IsStorable(string text)
        {
            for (var i = 0; i < text.Length; i++)
                if (XmlConvert.IsXmlChar(text[i]))
                    continue;
                else if (i + 1 < text.Length && XmlConvert.IsXmlSurrogatePair(text[i + 1], text[i]))
                    i++;
                else
                    return false;
            return true;
        }
    }
}
