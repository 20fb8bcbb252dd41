using System.Reflection;
using System.Text;
using Xunit;

namespace Mediation.Kit;

/// <summary>The public surface of an assembly as text, held against a reviewed file: a small library stays small only
/// where growth is seen.</summary>
public static class PublicSurface
{
    public static void MustStandIn(string file, Assembly assembly)
    {
        var path = DecisionTable.RepositoryFile(file);
        var surface = Of(assembly);
        if (Environment.GetEnvironmentVariable("UPDATE_TABLES") == "1")
            File.WriteAllText(path, surface);
        else
            Assert.Equal(File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : "", surface);
    }

    public static string Of(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (var type in assembly.GetExportedTypes().OrderBy(t => t.FullName, StringComparer.Ordinal))
        {
            text.Append(type.FullName)
                .Append(type.BaseType is { } b && b != typeof(object) ? " : " + Name(b) : "")
                .Append('\n');
            const BindingFlags own =
                BindingFlags.Public
                | BindingFlags.NonPublic
                | BindingFlags.Instance
                | BindingFlags.Static
                | BindingFlags.DeclaredOnly;
            var members = type.GetMembers(own).Where(IsSurface).Select(Line).Distinct().Order(StringComparer.Ordinal);
            foreach (var member in members)
                text.Append("    ").Append(member).Append('\n');
        }
        return text.ToString();
    }

    // Accessors are shown by their property; what the compiler makes for every record says nothing.
    private static bool IsSurface(MemberInfo member) =>
        member switch
        {
            MethodInfo m => (m.IsPublic || m.IsFamily)
                && !m.IsSpecialName
                && m.GetBaseDefinition() == m
                && !m.Name.StartsWith('<')
                && m.Name is not ("Deconstruct" or "Equals" or "PrintMembers"),
            ConstructorInfo c => c.IsPublic || c.IsFamily && c.GetParameters() is not [{ Name: "original" }],
            FieldInfo f => f.IsPublic && !f.IsSpecialName,
            PropertyInfo p => (p.GetMethod ?? p.SetMethod) is { } a
                && (a.IsPublic || a.IsFamily)
                && p.Name != "EqualityContract",
            _ => false,
        };

    private static string Line(MemberInfo member) =>
        member switch
        {
            MethodInfo m => $"{Name(m.ReturnType)} {m.Name}({Parameters(m)})",
            ConstructorInfo c => $"new({Parameters(c)})",
            FieldInfo f => $"{Name(f.FieldType)} {f.Name}",
            PropertyInfo p =>
                $"{Name(p.PropertyType)} {p.Name} {{{(p.CanRead ? " get;" : "")}{(p.CanWrite ? " set;" : "")} }}",
            _ => member.Name,
        };

    private static string Parameters(MethodBase method) =>
        string.Join(
            ", ",
            method.GetParameters().Select(p => $"{Name(p.ParameterType)} {p.Name}{(p.HasDefaultValue ? "?" : "")}")
        );

    private static string Name(Type type) =>
        type.IsGenericType
            ? $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>"
            : type.Name;
}
