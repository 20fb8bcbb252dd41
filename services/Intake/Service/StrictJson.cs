using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Mediation.Intake.Service;

/// <summary>A body must say what its contract calls for: a property that is left out would otherwise silently be the
/// first channel, false, or a null where none is expected. Only what may be null or has a default may be left out.</summary>
internal static class StrictJson
{
    public static void Apply(JsonSerializerOptions options)
    {
        options.RespectNullableAnnotations = true;
        options.Converters.Add(new ListsWithoutNulls());
        options.TypeInfoResolver = (options.TypeInfoResolver ?? new DefaultJsonTypeInfoResolver()).WithAddedModifier(
            type =>
            {
                if (type.Type.Namespace != typeof(Contracts.Http.Intake.RegisterRequest).Namespace)
                    return;
                foreach (var property in type.Properties)
                    if (property.AssociatedParameter is { HasDefaultValue: false, IsNullable: false } parameter)
                        property.IsRequired =
                            !parameter.ParameterType.IsValueType
                            || Nullable.GetUnderlyingType(parameter.ParameterType) is null;
            }
        );
    }

    private sealed class ListsWithoutNulls : JsonConverterFactory
    {
        public override bool CanConvert(Type typeToConvert) =>
            typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(IReadOnlyList<>);

        public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
            (JsonConverter)
                Activator.CreateInstance(typeof(Lists<>).MakeGenericType(typeToConvert.GetGenericArguments()))!;
    }

    private sealed class Lists<T> : JsonConverter<IReadOnlyList<T>>
    {
        public override IReadOnlyList<T> Read(
            ref Utf8JsonReader reader,
            Type typeToConvert,
            JsonSerializerOptions options
        )
        {
            var list = JsonSerializer.Deserialize<List<T>>(ref reader, options)!;
            return list.TrueForAll(item => item is not null) ? list : throw new JsonException("A list holds a null.");
        }

        public override void Write(Utf8JsonWriter writer, IReadOnlyList<T> value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize<IEnumerable<T>>(writer, value, options);
    }
}
