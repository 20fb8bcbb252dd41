using System.Collections;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.RegularExpressions;
using Mediation.EventStore;
using Mediation.Kit;

namespace Mediation.Architecture.Tests;

/// <summary>One line of JSON per type, from an instance with a value in every member, written as the store and the bus write
/// it. A rename becomes a visible difference.</summary>
internal static class Snapshots
{
    public static void MustStandIn(string file, string lines)
    {
        var path = DecisionTable.RepositoryFile(file);
        if (Environment.GetEnvironmentVariable("UPDATE_TABLES") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, lines);
            return;
        }
        var stands = File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : "";
        lines.ShouldBe(
            stands,
            $"{file} is not what the code writes. A change of what is stored or sent is reviewed there; UPDATE_TABLES=1 prints it anew."
        );
    }

    /// <exception cref="InvalidOperationException">What is written is not what is read back.</exception>
    public static string Of(IEnumerable<(string Name, Type Type)> types)
    {
        var lines = types.OrderBy(t => t.Name, StringComparer.Ordinal).Select(t => $"{t.Name} {Json(t.Type)}\n");
        return string.Concat(lines);
    }

    private static string Json(Type type)
    {
        var json = JsonSerializer.Serialize(Sample(type, type.Name, []), type, EventTypes.Json);
        var again = JsonSerializer.Serialize(
            JsonSerializer.Deserialize(json, type, EventTypes.Json),
            type,
            EventTypes.Json
        );
        return json == again
            ? json
            : throw new InvalidOperationException($"{type} is not read back as it was written: {json} and {again}");
    }

    private static object Sample(Type type, string name, ImmutableStack<Type> within)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string))
            return Regex
                .Replace(name, "(?<!^)(?=[A-Z])", "_", RegexOptions.None, TimeSpan.FromSeconds(1))
                .ToLowerInvariant();
        if (type == typeof(Guid))
            return NameBasedId.From(Guid.Empty, name);
        if (type == typeof(DateOnly))
            return new DateOnly(2026, 1, 31);
        if (type == typeof(TimeOnly))
            return new TimeOnly(9, 30);
        if (type == typeof(DateTimeOffset))
            return new DateTimeOffset(2026, 1, 31, 1, 2, 3, TimeSpan.Zero);
        if (type == typeof(bool))
            return true;
        if (type.IsPrimitive || type == typeof(decimal))
            return Convert.ChangeType(7, type, null);
        if (type.IsEnum)
            // The second: a member added at the end changes no line, another default does.
            return Enum.GetValues(type).GetValue(Math.Min(1, Enum.GetValues(type).Length - 1))!;
        if (Item(type) is { } item)
            return Collection(type, item, name, within);
        if (within.Contains(type))
            throw new InvalidOperationException($"{type} contains itself; give the snapshot an end.");
        if (type.IsAbstract || type.IsInterface)
            type = type
                .Assembly.GetTypes()
                .Where(t => !t.IsAbstract && t.IsAssignableTo(type))
                .OrderBy(t => t.Name, StringComparer.Ordinal)
                .First();
        var constructor = type.GetConstructors().OrderByDescending(c => c.GetParameters().Length).First();
        return constructor.Invoke([
            .. constructor.GetParameters().Select(p => Sample(p.ParameterType, p.Name!, within.Push(type))),
        ]);
    }

    private static Type? Item(Type type) =>
        type.IsArray ? type.GetElementType()
        : type != typeof(string) && type.IsGenericType && type.IsAssignableTo(typeof(IEnumerable))
            ? type.GetGenericArguments()[^1]
        : null;

    private static object Collection(Type type, Type item, string name, ImmutableStack<Type> within)
    {
        var array = Array.CreateInstance(item, 1);
        array.SetValue(Sample(item, name, within), 0);
        if (type.IsAssignableFrom(array.GetType()))
            return array;
        if (type.GetGenericArguments() is [var key, _])
        {
            var dictionary = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(key, item))!;
            dictionary.Add(Sample(key, name + "Key", within), array.GetValue(0));
            return type.IsInstanceOfType(dictionary)
                ? dictionary
                : Create(typeof(ImmutableDictionary), [key, item], dictionary);
        }
        var maker = type.Name.Split('`')[0] switch
        {
            "ImmutableArray" => typeof(ImmutableArray),
            "ImmutableList" or "IImmutableList" => typeof(ImmutableList),
            "ImmutableHashSet" or "IImmutableSet" => typeof(ImmutableHashSet),
            "ImmutableSortedSet" => typeof(ImmutableSortedSet),
            _ => throw new InvalidOperationException($"No sample is known for {type}."),
        };
        return Create(maker, [item], array);
    }

    private static object Create(Type maker, Type[] arguments, object items) =>
        maker
            .GetMethods()
            .First(m =>
                m.Name == "CreateRange"
                && m.GetGenericArguments().Length == arguments.Length
                && m.GetParameters() is [{ ParameterType: { IsGenericType: true } p }]
                && p.GetGenericTypeDefinition() == typeof(IEnumerable<>)
            )
            .MakeGenericMethod(arguments)
            .Invoke(null, [items])!;
}
