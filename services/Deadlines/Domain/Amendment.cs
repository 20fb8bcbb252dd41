using System.Collections.Immutable;

namespace Mediation.Deadlines.Domain;

public interface IRuleEvent;

/// <summary>A rule reads otherwise from a day on. What is not said here stays as in the version before. Clocks that run keep
/// theirs.</summary>
/// <param name="ValidFrom">First day on which it holds.</param>
/// <param name="ExtensionMax">Cap on extensions; null: as before.</param>
/// <param name="Verified">The new text was read.</param>
/// <param name="On">Legal day on which it was entered.</param>
public sealed record RuleRevised(
    string Rule,
    DateOnly ValidFrom,
    ImmutableArray<Term> Terms,
    int? ExtensionMax,
    ImmutableArray<Basis> Basis,
    bool Verified,
    Guid Account,
    DateOnly On
) : IRuleEvent;

/// <summary>A lawyer stands for the length of a version that was found in no text.</summary>
/// <param name="Document">Content id of the paper.</param>
public sealed record RuleSignedOff(string Rule, DateOnly Version, Guid Document, Guid Account, DateOnly On)
    : IRuleEvent;

/// <summary>A unit's own length of a rule that leaves it to units.</summary>
/// <param name="Length">Units of the rule's first term; null: the rule's own again.</param>
/// <param name="From">First day for whose triggers it counts.</param>
public sealed record UnitLengthSet(string Rule, string Unit, int? Length, DateOnly From, Guid Account, DateOnly On)
    : IRuleEvent;

/// <summary>What was changed of one rule beyond the book that stands with the product.</summary>
public abstract record Amendments(
    ImmutableArray<RuleRevised> Revisions,
    ImmutableArray<RuleSignedOff> SignOffs,
    ImmutableArray<UnitLengthSet> Lengths
)
{
    public sealed record None() : Amendments([], [], []);

    public sealed record Some(
        ImmutableArray<RuleRevised> Revisions,
        ImmutableArray<RuleSignedOff> SignOffs,
        ImmutableArray<UnitLengthSet> Lengths
    ) : Amendments(Revisions, SignOffs, Lengths);

    public static Amendments Initial { get; } = new None();

    public static Amendments Evolve(Amendments state, IRuleEvent e)
    {
        ArgumentNullException.ThrowIfNull(state);
        return e switch
        {
            RuleRevised r => new Some(state.Revisions.Add(r), state.SignOffs, state.Lengths),
            RuleSignedOff s => new Some(state.Revisions, state.SignOffs.Add(s), state.Lengths),
            UnitLengthSet l => new Some(
                state.Revisions,
                state.SignOffs,
                state.Lengths.RemoveAll(x => x.Unit == l.Unit && x.From == l.From).Add(l)
            ),
            _ => throw new InvalidOperationException($"{e.GetType().Name} is not an event of a rule."),
        };
    }

    /// <summary>Every version of the rule, the newest first. A revision outweighs a version of the same day that came with
    /// a later product, and stands beside those of other days.</summary>
    /// <param name="standard">Versions that stand with the product, at least one.</param>
    public ImmutableArray<Rule> Over(IEnumerable<Rule> standard)
    {
        var ofProduct = standard.ToDictionary(r => r.ValidFrom);
        var versions = ImmutableArray.CreateBuilder<Rule>();
        foreach (var day in ofProduct.Keys.Concat(Revisions.Select(r => r.ValidFrom)).Distinct().Order())
        {
            var revision = Revisions.FirstOrDefault(r => r.ValidFrom == day);
            var before = ofProduct.GetValueOrDefault(day) ?? versions[^1];
            var rule = revision is null
                ? before
                : before with
                {
                    ValidFrom = day,
                    Terms = revision.Terms,
                    Extension =
                        revision.ExtensionMax is { } max && before.Extension is { } extension
                            ? extension with
                            {
                                Max = max,
                            }
                            : before.Extension,
                    Basis = revision.Basis,
                    Verified = revision.Verified,
                };
            versions.Add(SignOffs.Any(s => s.Version == day) ? rule with { Verified = true } : rule);
        }
        versions.Reverse();
        return versions.ToImmutable();
    }

    /// <summary>A unit's own length on a day; null where the rule's own holds.</summary>
    public int? LengthOf(string unit, DateOnly day) =>
        Lengths.Where(l => l.Unit == unit && l.From <= day).MaxBy(l => l.From)?.Length;
}
