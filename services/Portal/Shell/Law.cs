using System.Globalization;
using Mediation.Contracts.Http.Deadlines;

namespace Mediation.Portal.Shell;

/// <summary>Words of the statute book as a page shows them. The book has its names in both languages.</summary>
public static class Law
{
    public static string In(string zh, string en) =>
        CultureInfo.CurrentUICulture.TwoLetterISOLanguageName is "en" ? en : zh;

    public static string Name(this ClockView clock) => In(clock.Zh, clock.En);

    public static string Name(this RuleRow rule) => In(rule.Zh, rule.En);

    public static string Name(this SupervisionRow row) => In(row.Zh, row.En);

    /// <summary>A fact of the statute book in words; its code where the book is newer than this Portal.</summary>
    public static string Fact(this Texts texts, string fact) => texts.Known($"fact.{fact}", fact);

    /// <summary>Who a rule binds, in words.</summary>
    public static string Bound(this Texts texts, string bound) => texts.Known($"bound.{bound}", bound);
}

/// <summary>Names of the rules by id, for lists that carry ids only; kept for a minute, because a revision is rare.</summary>
public sealed class RuleNames(TimeProvider time)
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(1);
    private volatile Entry? _entry;

    private sealed record Entry(IReadOnlyList<RuleRow> Rules, DateTimeOffset At);

    public IReadOnlyList<RuleRow> All => _entry?.Rules ?? [];

    public async Task Load(DeadlinesClient deadlines)
    {
        if (_entry is { } entry && time.GetUtcNow() - entry.At < KeptFor)
            return;
        if ((await deadlines.Rules()).Value is { } rules)
            _entry = new Entry(rules, time.GetUtcNow());
    }

    /// <summary>Name of the rule; its id where the book was never read.</summary>
    public string this[string id] =>
        All.FirstOrDefault(r => string.Equals(r.Id, id, StringComparison.Ordinal))?.Name() ?? id;
}

/// <summary>How many letters of a person are unread, as every page says it. A page shows what is known and never waits for
/// it; where nothing is known the browser asks after the page has come.</summary>
public sealed class LetterBadge(TimeProvider time)
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(2);
    private readonly System.Collections.Concurrent.ConcurrentDictionary<Guid, (int Count, DateTimeOffset At)> _known =
        new();

    /// <summary>Null where nothing fresh is known.</summary>
    public int? Of(Guid account) =>
        _known.TryGetValue(account, out var known) && time.GetUtcNow() - known.At < KeptFor ? known.Count : null;

    /// <summary>Asks, unless it is known. Null where the service does not answer.</summary>
    public async Task<int?> Ask(Guid account, DeadlinesClient deadlines)
    {
        if (Of(account) is { } known)
            return known;
        if ((await deadlines.Unread()).Value is not { } unread)
            return null;
        _known[account] = (unread.Count, time.GetUtcNow());
        return unread.Count;
    }

    /// <summary>Something was read: the next page asks again.</summary>
    public void Forget(Guid account) => _known.TryRemove(account, out _);
}
