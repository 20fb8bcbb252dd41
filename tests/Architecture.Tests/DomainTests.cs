using System.Reflection;

namespace Mediation.Architecture.Tests;

/// <summary>A decision is a function: no clock, no randomness, no input or output, nothing but the base library.</summary>
public sealed class DomainTests
{
    private static readonly IReadOnlyList<Assembly> Domains = Code.Assemblies("Mediation.*.Domain");

    private static readonly HashSet<string> Banned = new(StringComparer.Ordinal)
    {
        "System.DateTime.get_Now",
        "System.DateTime.get_UtcNow",
        "System.DateTime.get_Today",
        "System.DateTimeOffset.get_Now",
        "System.DateTimeOffset.get_UtcNow",
        "System.Guid.NewGuid",
        "System.Guid.CreateVersion7",
        "System.Environment.get_TickCount",
        "System.Environment.get_TickCount64",
        "System.Diagnostics.Stopwatch.GetTimestamp",
    };

    [Fact]
    public void A_domain_references_the_base_library_only()
    {
        Domains.Count.ShouldBeGreaterThanOrEqualTo(4);
        Domains.SelectMany(ForeignReferences).ShouldBeEmpty();
        // This assembly references much else.
        ForeignReferences(typeof(DomainTests).Assembly)
            .ShouldContain(r => r.EndsWith("Mediation.Contracts", StringComparison.Ordinal));
    }

    [Fact]
    public void A_domain_has_no_clock_no_chance_and_no_task()
    {
        Domains.SelectMany(d => d.GetTypes()).SelectMany(Impurities).ShouldBeEmpty();
        Domains
            .SelectMany(d => d.GetTypes())
            .SelectMany(Code.Methods)
            .SelectMany(Code.MembersMentionedBy)
            .Count()
            .ShouldBeGreaterThan(5000);
    }

    public static TheoryData<Type> Planted =>
        [
            typeof(PlantedNow),
            typeof(PlantedId),
            typeof(PlantedRandom),
            typeof(PlantedTask),
            typeof(PlantedClock),
            typeof(PlantedFile),
        ];

    [Theory]
    [MemberData(nameof(Planted))]
    public void A_planted_impurity_is_found(Type type) =>
        // Lambdas are nested types of their own.
        type.GetNestedTypes(BindingFlags.NonPublic).Append(type).SelectMany(Impurities).ShouldNotBeEmpty();

    private static IEnumerable<string> ForeignReferences(Assembly assembly) =>
        assembly
            .GetReferencedAssemblies()
            .Where(r =>
                r.Name is { } name && name != "netstandard" && !name.StartsWith("System.", StringComparison.Ordinal)
            )
            .Select(r => $"{assembly.GetName().Name} → {r.Name}");

    private static IEnumerable<string> Impurities(Type type)
    {
        foreach (var used in Code.TypesMentionedBy(type))
            if (
                used.FullName is { } name
                && (
                    name.StartsWith("System.Threading.Tasks.", StringComparison.Ordinal)
                    || name.StartsWith("System.IO.", StringComparison.Ordinal)
                    || name.StartsWith("System.Net.", StringComparison.Ordinal)
                    || used == typeof(TimeProvider)
                    || used == typeof(Random)
                    || used == typeof(System.Security.Cryptography.RandomNumberGenerator)
                )
            )
                yield return $"{type} mentions {name}";
        foreach (var method in Code.Methods(type))
        foreach (var member in Code.MembersMentionedBy(method))
            if (Banned.Contains($"{member.DeclaringType?.FullName}.{member.Name}"))
                yield return $"{type}.{method.Name} asks {member.DeclaringType?.Name}.{member.Name}";
    }

#pragma warning disable RS0030 // What is banned is planted here, to see that it would be found.
    private static class PlantedNow
    {
        public static DateTimeOffset At() => new(DateTime.UtcNow);
    }

    private static class PlantedId
    {
        public static IEnumerable<Guid> Ids() => Enumerable.Range(0, 3).Select(_ => Guid.CreateVersion7());
    }

    private static class PlantedRandom
    {
        public static int Roll() => Random.Shared.Next();
    }

    private static class PlantedTask
    {
        public static async Task<int> Later()
        {
            await Task.Yield();
            return 1;
        }
    }

    private static class PlantedClock
    {
        public static DateTimeOffset At(TimeProvider clock) => clock.GetUtcNow();
    }

    private static class PlantedFile
    {
        public static string Read() => File.ReadAllText("/etc/hostname");
    }
#pragma warning restore RS0030
}
