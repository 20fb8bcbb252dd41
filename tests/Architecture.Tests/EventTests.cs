using System.Reflection;
using Mediation.EventStore;

namespace Mediation.Architecture.Tests;

/// <summary>Every event is named once, folded explicitly, and its JSON stands in a reviewed file.</summary>
public sealed class EventTests
{
    public static TheoryData<string> Services =>
        [.. Code.Assemblies("Mediation.*.Domain").Select(a => a.GetName().Name!)];

    [Theory]
    [MemberData(nameof(Services))]
    public void Every_event_is_a_sealed_record_of_its_own_and_is_folded(string domain)
    {
        var assembly = Assembly.Load(domain);
        var families = Families(assembly.GetTypes()).ToList();
        families.ShouldNotBeEmpty();
        foreach (var family in families)
            Events(assembly.GetTypes(), family).Count().ShouldBeGreaterThan(1);
        Faults(assembly.GetTypes()).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void The_json_of_every_event_is_the_reviewed_one(string domain)
    {
        var names = new EventTypes();
        var assembly = Assembly.Load(domain);
        foreach (var family in Families(assembly.GetTypes()))
            typeof(EventTypes).GetMethod(nameof(EventTypes.AddFamily))!.MakeGenericMethod(family).Invoke(names, null);
        Snapshots.MustStandIn(
            $"tests/Architecture.Tests/Snapshots/{domain.Split('.')[1]}.events.txt",
            Snapshots.Of(names.Names.Select(n => (n.Key, n.Value)))
        );
    }

    [Fact]
    public void Planted_events_that_are_nested_open_or_forgotten_are_found()
    {
        Type[] planted =
        [
            typeof(IPlantedEvent),
            typeof(PlantedSound),
            typeof(PlantedOpen),
            typeof(PlantedForgotten),
            typeof(PlantedHolder),
            typeof(PlantedHolder.Nested),
            typeof(PlantedState),
        ];
        Faults(planted)
            .ShouldBe(
                [
                    "PlantedForgotten is not folded by any Evolve",
                    "PlantedOpen is not sealed",
                    "Nested is nested, and its stored name would lose the outer one",
                ],
                ignoreOrder: true
            );
        Faults([typeof(IPlantedEvent), typeof(PlantedSound)]).ShouldBe(["IPlantedEvent has no Evolve"]);
    }

    [Fact]
    public void A_renamed_retyped_or_removed_member_is_another_json()
    {
        string Of(Type type) => Snapshots.Of([("planted", type)]);
        var first = Of(typeof(PlantedFirst));
        foreach (var other in (Type[])[typeof(PlantedRenamed), typeof(PlantedRetyped), typeof(PlantedRemoved)])
            Of(other).ShouldNotBe(first);
        Snapshots.Of([("renamed", typeof(PlantedFirst))]).ShouldNotBe(first);
        Should.Throw<InvalidOperationException>(() => Of(typeof(PlantedUnreadable)));
    }

    private static IEnumerable<Type> Families(IEnumerable<Type> types) =>
        types.Where(t => t.IsInterface && t.Name.EndsWith("Event", StringComparison.Ordinal));

    private static IEnumerable<Type> Events(IEnumerable<Type> types, Type family) =>
        types.Where(t => t is { IsInterface: false, IsAbstract: false } && t.IsAssignableTo(family));

    private static List<string> Faults(IReadOnlyCollection<Type> types)
    {
        var faults = new List<string>();
        foreach (var family in Families(types))
        {
            var evolve = types
                .SelectMany(t =>
                    t.GetMethods(
                        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.DeclaredOnly
                    )
                )
                .Where(m =>
                    m.Name == "Evolve" && m.GetParameters() is [_, { } second] && second.ParameterType == family
                )
                .ToList();
            if (evolve.Count == 0)
            {
                faults.Add($"{family.Name} has no Evolve");
                continue;
            }
            var folded = Tested(evolve);
            foreach (var type in Events(types, family))
            {
                if (!type.IsSealed)
                    faults.Add($"{type.Name} is not sealed");
                if (type.IsNested)
                    faults.Add($"{type.Name} is nested, and its stored name would lose the outer one");
                if (!folded.Contains(type))
                    faults.Add($"{type.Name} is not folded by any Evolve");
            }
        }
        return faults;
    }

    /// <summary>Types that the methods, and what they call in their own assembly, test for.</summary>
    private static HashSet<Type> Tested(IEnumerable<MethodBase> methods)
    {
        var types = new HashSet<Type>();
        var seen = new HashSet<MethodBase>();
        var open = new Stack<MethodBase>(methods);
        while (open.TryPop(out var method))
        {
            if (!seen.Add(method))
                continue;
            foreach (var member in Code.MembersMentionedBy(method))
                if (member is Type type)
                    types.Add(type);
                else if (member is MethodInfo called && called.Module == method.Module)
                    open.Push(called);
        }
        return types;
    }
}

internal interface IPlantedEvent;

internal sealed record PlantedSound : IPlantedEvent;

#pragma warning disable CA1852 // Open on purpose.
internal record PlantedOpen : IPlantedEvent;
#pragma warning restore CA1852

internal sealed record PlantedForgotten : IPlantedEvent;

internal static class PlantedHolder
{
    internal sealed record Nested : IPlantedEvent;
}

internal sealed record PlantedState
{
    public static PlantedState Evolve(PlantedState state, IPlantedEvent e) =>
        e switch
        {
            PlantedSound => new(),
            PlantedHolder.Nested => new(),
            PlantedOpen => state,
            _ => state,
        };
}

internal sealed record PlantedFirst(Guid Id, int Amount, DateOnly? On);

internal sealed record PlantedRenamed(Guid Id, int Amounts, DateOnly? On);

internal sealed record PlantedRetyped(Guid Id, string Amount, DateOnly? On);

internal sealed record PlantedRemoved(Guid Id, int Amount);

internal sealed record PlantedUnreadable(int Amount)
{
    public int Doubled { get; private init; } = Amount * Random.Shared.Next(2, 9999);
}
