using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mediation.EventStore;

/// <summary>JSON with sorted keys and no insignificant space. jsonb reorders keys, so stored text is never hashed as
/// it comes; its canonical form is.</summary>
internal static class CanonicalJson
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly Comparer<JsonProperty> ByName = Comparer<JsonProperty>.Create(
        (a, b) => string.CompareOrdinal(a.Name, b.Name)
    );

    public static byte[] Of(string json) => Of(Encoding.UTF8.GetBytes(json));

    public static byte[] Of(byte[] json)
    {
        var buffer = new ArrayBufferWriter<byte>(json.Length);
        try
        {
            using var document = JsonDocument.Parse(json);
            using var writer = new Utf8JsonWriter(buffer, Plain);
            Write(document.RootElement, writer);
        }
        catch (JsonException)
        {
            // The database takes deeper nesting than the parser. Nothing of ours is so deep; a row that somebody planted
            // must be found and located, and not stop the sealing of the others.
            return json;
        }
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>JSON to look into, or null where it is nested deeper than anything of ours.</summary>
    public static JsonNode? Parse(string json)
    {
        try
        {
            return JsonNode.Parse(json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void Write(JsonElement element, Utf8JsonWriter writer)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                var count = element.GetPropertyCount();
                var properties = ArrayPool<JsonProperty>.Shared.Rent(count);
                var filled = 0;
                foreach (var property in element.EnumerateObject())
                    properties[filled++] = property;
                Array.Sort(properties, 0, count, ByName);
                foreach (var property in properties.AsSpan(0, count))
                {
                    writer.WritePropertyName(property.Name);
                    Write(property.Value, writer);
                }
                ArrayPool<JsonProperty>.Shared.Return(properties, clearArray: true);
                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in element.EnumerateArray())
                    Write(item, writer);
                writer.WriteEndArray();
                break;
            default:
                element.WriteTo(writer);
                break;
        }
    }
}
