using System.Reflection;
using System.Reflection.Emit;

namespace Mediation.Architecture.Tests;

/// <summary>What compiled code mentions: members and types in signatures, fields, locals and instructions.</summary>
internal static class Code
{
    private const BindingFlags Own =
        BindingFlags.Public
        | BindingFlags.NonPublic
        | BindingFlags.Instance
        | BindingFlags.Static
        | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> Codes = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(f => (OpCode)f.GetValue(null)!)
        .ToDictionary(c => c.Value);

    /// <summary>Assemblies of this system beside the tests, by the beginning and end of their names.</summary>
    public static IReadOnlyList<Assembly> Assemblies(string pattern) =>
        [
            .. Directory
                .GetFiles(AppContext.BaseDirectory, pattern + ".dll")
                .Order(StringComparer.Ordinal)
                .Select(f => Assembly.Load(Path.GetFileNameWithoutExtension(f))),
        ];

    /// <summary>The type in whose source a type stands; what the compiler makes of lambdas and iterators is nested.</summary>
    public static Type Outermost(Type type) => type.DeclaringType is { } outer ? Outermost(outer) : type;

    public static HashSet<Type> TypesMentionedBy(Type type)
    {
        var found = new HashSet<Type>();
        Add(found, type.BaseType);
        foreach (var i in type.GetInterfaces())
            Add(found, i);
        foreach (var field in type.GetFields(Own))
            Add(found, field.FieldType);
        foreach (var method in Methods(type))
        {
            foreach (var parameter in method.GetParameters())
                Add(found, parameter.ParameterType);
            if (method is MethodInfo m)
                Add(found, m.ReturnType);
            foreach (var member in MembersMentionedBy(method))
                AddTypesOf(found, member);
            foreach (var local in method.GetMethodBody()?.LocalVariables ?? [])
                Add(found, local.LocalType);
        }
        return found;
    }

    public static IEnumerable<MethodBase> Methods(Type type) =>
        type.GetMethods(Own).Concat<MethodBase>(type.GetConstructors(Own));

    /// <summary>Types, fields and methods that a method's instructions name.</summary>
    public static IEnumerable<MemberInfo> MembersMentionedBy(MethodBase method)
    {
        if (method.GetMethodBody()?.GetILAsByteArray() is not { } il)
            yield break;
        var ofType = method.DeclaringType is { IsGenericType: true } t ? t.GetGenericArguments() : null;
        var ofMethod = method.IsGenericMethod ? method.GetGenericArguments() : null;
        for (var at = 0; at < il.Length; )
        {
            short value = il[at++];
            if (value == 0xFE)
                value = (short)(0xFE00 | il[at++]);
            var code = Codes[value];
            if (
                code.OperandType
                is OperandType.InlineField
                    or OperandType.InlineMethod
                    or OperandType.InlineTok
                    or OperandType.InlineType
            )
                yield return method.Module.ResolveMember(BitConverter.ToInt32(il, at), ofType, ofMethod)!;
            at += code.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(il, at)),
                _ => 4,
            };
        }
    }

    public static void AddTypesOf(HashSet<Type> found, MemberInfo member)
    {
        switch (member)
        {
            case Type type:
                Add(found, type);
                break;
            case FieldInfo field:
                Add(found, field.DeclaringType);
                Add(found, field.FieldType);
                break;
            case MethodBase method:
                Add(found, method.DeclaringType);
                if (method.IsGenericMethod)
                    foreach (var argument in method.GetGenericArguments())
                        Add(found, argument);
                if (method is MethodInfo { ReturnType: { } result })
                    Add(found, result);
                break;
        }
    }

    private static void Add(HashSet<Type> found, Type? type)
    {
        while (type is { HasElementType: true })
            type = type.GetElementType();
        if (type is null || type.IsGenericParameter || !found.Add(type) || !type.IsGenericType)
            return;
        foreach (var argument in type.GetGenericArguments())
            Add(found, argument);
    }
}
