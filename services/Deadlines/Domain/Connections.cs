using System.Collections.Immutable;

namespace Mediation.Deadlines.Domain;

/// <summary>Which message tells which fact of the statute book. A fact that stands here not is told by nobody yet.</summary>
/// <param name="Messages">Messages by fact, named as in the contracts: service and type.</param>
public sealed record Connections(ImmutableSortedDictionary<string, ImmutableArray<string>> Messages)
{
    /// <summary>No message arms the rule: it stands as 未接入 on its page, and no case has such a clock.</summary>
    public bool IsConnected(Rule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return rule.ArmedBy.Any(Messages.ContainsKey);
    }

    /// <summary>Facts of a rule that nobody tells: what would have stopped or moved its clocks is entered by hand.</summary>
    public IEnumerable<string> Untold(Rule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return rule.Facts.Where(fact => !Messages.ContainsKey(fact));
    }
}
