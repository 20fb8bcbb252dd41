using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Mediation.EventStore;

/// <summary>Stored names of events. CLR names are no storage format: a record may be renamed, its stored name not.</summary>
public sealed class EventTypes
{
    /// <summary>How events, view rows and messages are written: camelCase, enums by name.</summary>
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private readonly Dictionary<string, Type> byName = new(StringComparer.Ordinal);
    private readonly Dictionary<Type, (string Stored, string Dotnet)> byType = [];
    private readonly Dictionary<string, Func<JsonObject, JsonObject>> upcasters = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, Type> Names => byName;

    /// <summary>Declares an event under snake_case of its short name, or under the name given.</summary>
    public EventTypes Add<TEvent>(string? name = null) => Add(typeof(TEvent), name);

    /// <summary>Declares every sealed record of the family <typeparamref name="TFamily"/> found in its assembly.</summary>
    public EventTypes AddFamily<TFamily>()
    {
        var family = typeof(TFamily)
            .Assembly.GetTypes()
            .Where(t => t is { IsAbstract: false, IsInterface: false } && typeof(TFamily).IsAssignableFrom(t));
        foreach (var type in family.OrderBy(t => t.Name, StringComparer.Ordinal))
            Add(type, null);
        return this;
    }

    /// <summary>An event stored under a name or in a shape that is no longer written: the function makes today's shape
    /// of the stored JSON when it is read; the stored bytes stay as they are.</summary>
    public EventTypes Upcast<TEvent>(string storedName, Func<JsonObject, JsonObject> upcast)
    {
        byName[storedName] = typeof(TEvent);
        upcasters[storedName] = upcast;
        return this;
    }

    /// <summary>The stored name, and the type's own in the form Marten keeps beside it.</summary>
    internal (string Stored, string Dotnet) NamesOf(Type type) =>
        byType.TryGetValue(type, out var names)
            ? names
            : throw new InvalidOperationException($"{type} has no stored name; declare it in EventTypes.");

    internal object Read(string name, string json)
    {
        if (!byName.TryGetValue(name, out var type))
            throw new UnknownEvent(name);
        var data = upcasters.TryGetValue(name, out var upcast)
            ? upcast(JsonNode.Parse(json)!.AsObject()).Deserialize(type, Json)
            : JsonSerializer.Deserialize(json, type, Json);
        return data ?? throw new JsonException($"The log holds nothing as '{name}'.");
    }

    private EventTypes Add(Type type, string? name)
    {
        name ??= SnakeCase(type.Name);
        if (!byName.TryAdd(name, type) || !byType.TryAdd(type, (name, DotnetName(type))))
            throw new InvalidOperationException($"'{name}' is declared twice.");
        return this;
    }

    private static string DotnetName(Type type) => $"{type.FullName}, {type.Assembly.GetName().Name}";

    private static string SnakeCase(string name)
    {
        var text = new StringBuilder(name.Length + 8);
        foreach (var c in name)
        {
            if (char.IsUpper(c) && text.Length > 0)
                text.Append('_');
            text.Append(char.ToLowerInvariant(c));
        }
        return text.ToString();
    }
}
