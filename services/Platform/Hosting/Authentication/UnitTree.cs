using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace Mediation.Hosting.Authentication;

/// <summary>One dated fact about a unit of the organisation, as the service that owns the tree told it.</summary>
/// <param name="Version">Number of the fact in the unit's history, so that a fact told twice is kept once.</param>
/// <param name="From">First legal day on which it counts.</param>
/// <param name="Name">The new name, where the fact gives one.</param>
/// <param name="Parent">The new parent, where the fact gives one.</param>
/// <param name="Closes">The unit no longer exists from the day on.</param>
public sealed record UnitFact(string Code, long Version, DateOnly From, string? Name, string? Parent, bool Closes);

/// <summary>The organisation tree of every day, as an immutable value. Days matter: a street that moved to another
/// district counts there from its day on and not before.</summary>
public sealed class UnitTree
{
    /// <summary>More levels than any federation has; a longer chain means wrong data, which must not hang a request.</summary>
    private const int DeepestLevel = 16;

    private readonly ImmutableDictionary<string, ImmutableArray<UnitFact>> facts;
    private readonly ConcurrentDictionary<(string Ancestor, DateOnly On), IReadOnlySet<string>> subtrees = new();

    public UnitTree(IEnumerable<UnitFact> facts) =>
        this.facts = facts
            .GroupBy(f => f.Code, StringComparer.Ordinal)
            .ToImmutableDictionary(
                g => g.Key,
                g => g.OrderBy(f => f.From).ThenBy(f => f.Version).ToImmutableArray(),
                StringComparer.Ordinal
            );

    public static UnitTree Empty { get; } = new([]);

    public int Count => facts.Count;

    /// <summary>The unit is the ancestor or stood below it on the day. A closed unit stays where it stood last, so that
    /// its old cases keep an owner; before its first day it stands where it began.</summary>
    public bool IsWithin(string unit, string ancestor, DateOnly on)
    {
        var at = unit;
        for (var level = 0; level < DeepestLevel && at is not null; level++)
        {
            if (string.Equals(at, ancestor, StringComparison.Ordinal))
                return true;
            at = ParentOf(at, on);
        }
        return false;
    }

    /// <summary>Codes of the unit and all units below it on the day, for filters of lists.</summary>
    public IReadOnlySet<string> Within(string ancestor, DateOnly on)
    {
        // A service asks for today and for the days of its reports; more days than that are not worth keeping.
        if (subtrees.Count > 1000)
            subtrees.Clear();
        return subtrees.GetOrAdd(
            (ancestor, on),
            key =>
                facts
                    .Keys.Where(u => IsWithin(u, key.Ancestor, key.On))
                    .Append(key.Ancestor)
                    .ToHashSet(StringComparer.Ordinal)
        );
    }

    public string? ParentOf(string unit, DateOnly on) => Latest(unit, on, f => f.Parent);

    public string? NameOf(string unit, DateOnly on) => Latest(unit, on, f => f.Name);

    /// <summary>The unit has begun and is not closed on the day.</summary>
    public bool IsOpen(string unit, DateOnly on) =>
        facts.TryGetValue(unit, out var history)
        && history[0].From <= on
        && !history.Any(f => f.Closes && f.From <= on);

    private string? Latest(string unit, DateOnly on, Func<UnitFact, string?> value)
    {
        if (!facts.TryGetValue(unit, out var history))
            return null;
        string? latest = null;
        foreach (var fact in history)
        {
            if (fact.From > on && latest is not null)
                break;
            latest = value(fact) ?? latest;
        }
        return latest;
    }
}
