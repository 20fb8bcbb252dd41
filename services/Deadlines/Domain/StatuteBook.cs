using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mediation.Deadlines.Domain;

/// <summary>Whose clock it is, and with that what its end means (facts 3.10).</summary>
public enum RuleType
{
    /// <summary>Our own: an end unmet is a breach, and only these are.</summary>
    Duty,

    /// <summary>A court's or commission's: watched, never failed as if it were ours.</summary>
    External,

    /// <summary>A party's: she is warned, and an end unused is a right lapsed.</summary>
    Right,

    /// <summary>Its end opens a step.</summary>
    Gate,
}

/// <summary>Who may lengthen a period, and by how much.</summary>
/// <param name="Max">Units of the period; null where the statute sets no cap.</param>
/// <param name="MaxFor">Caps that hold for a kind of case only, such as new forms of employment in Beijing.</param>
public sealed record Extension(
    ExtensionBy By,
    PeriodUnit Unit,
    int? Max = null,
    ImmutableDictionary<string, int>? MaxFor = null
)
{
    /// <summary>The day on which the extension was allowed: until the last of those who must agree did, the period runs as
    /// it did.</summary>
    /// <exception cref="Refused">A code of <see cref="ExtensionRefusals"/>: somebody has not agreed.</exception>
    public DateOnly AllowedOn(DateOnly? workerOn, DateOnly? employerOn, DateOnly? approvedOn) =>
        By switch
        {
            ExtensionBy.BothParties => (workerOn, employerOn) switch
            {
                ({ } worker, { } employer) => worker > employer ? worker : employer,
                _ => throw new Refused(ExtensionRefusals.WithoutBothConsents),
            },
            ExtensionBy.Approval => approvedOn ?? throw new Refused(ExtensionRefusals.WithoutApproval),
            _ => throw new InvalidOperationException($"An extension by {By}."),
        };
}

public static class ExtensionRefusals
{
    /// <summary>One party has not agreed, or the day on which she did is missing.</summary>
    public const string WithoutBothConsents = "extension_without_both_consents";

    /// <summary>The day of the approval is missing.</summary>
    public const string WithoutApproval = "extension_without_approval";
}

public enum ExtensionBy
{
    /// <summary>Both parties, in writing.</summary>
    BothParties,

    /// <summary>Approval of the body that keeps the period.</summary>
    Approval,
}

public enum SuspensionRule
{
    /// <summary>Nothing stops it.</summary>
    Never,

    /// <summary>Force majeure, no statutory agent and the like (劳动争议调解仲裁法 27).</summary>
    Obstacle,

    /// <summary>Stay of the proceeding and public notice (仲裁办案规则 47).</summary>
    Stay,

    /// <summary>Time in which the applicant supplies missing papers.</summary>
    Supplement,
}

/// <summary>What one clock of a rule runs for. Pages fold clocks of several workers that end on the same day.</summary>
public enum RunsPer
{
    /// <summary>The request, dispute or proceeding as a whole.</summary>
    Case,
    Worker,

    /// <summary>Each party on the day on which the paper reached her.</summary>
    Party,
    ClaimItem,
    Instalment,
}

/// <summary>Which claim items a rule that runs per item speaks of.</summary>
public enum ItemScope
{
    All,

    /// <summary>劳动报酬 only.</summary>
    Remuneration,

    /// <summary>Everything but 劳动报酬.</summary>
    Other,
}

/// <summary>What a fact does to a clock.</summary>
public enum FactEffect
{
    None,
    Arms,
    Stops,
    Voids,
    Restarts,
    TakesStopBack,
}

/// <summary>Where a rule stands written.</summary>
/// <param name="Article">Empty where the source has no articles.</param>
public sealed record Basis(string Statute, string Article);

/// <summary>A text in both languages of the pages.</summary>
public sealed record Wording(string Zh, string En);

/// <summary>One rule of the statute book in one version.</summary>
/// <param name="Id">Stable name of the rule, as in the facts' tables 1A-1E.</param>
/// <param name="Terms">Of several the earliest decides.</param>
/// <param name="Watch">A shorter period of another text that runs beside it: from its end on the clock is watched closely.</param>
/// <param name="ValidFrom">First day on which this version holds; the version of a clock is this day, and stays.</param>
/// <param name="ArmedBy">Facts that start it; any of them.</param>
/// <param name="StoppedBy">Facts by which what was due is done, or the right used; any of them.</param>
/// <param name="VoidedBy">Facts after which there is nothing left to do; any of them.</param>
/// <param name="RestartedBy">Facts from which it runs anew.</param>
/// <param name="RevivedBy">Facts that take back what had stopped it, such as the withdrawal of a filing: it runs anew in
/// full from them, and the filing counts as the interruption.</param>
/// <param name="OnlyFor">Codes of the units where it holds, with all below them; empty: everywhere.</param>
/// <param name="Parameter">A unit may set its own length.</param>
/// <param name="Verified">False: the length was not found in a text; shown as 未核实 until a lawyer has signed it off.</param>
/// <param name="OnlineFiling">Filing over the web on a rest day is dated the next working day.</param>
public sealed record Rule(
    string Id,
    string Table,
    string Zh,
    string En,
    RuleType Type,
    string Bound,
    DateOnly ValidFrom,
    ImmutableArray<Term> Terms,
    Wording Missed,
    ImmutableArray<Basis> Basis,
    ImmutableArray<string> ArmedBy,
    ImmutableArray<string> StoppedBy,
    ImmutableArray<string> VoidedBy,
    ImmutableArray<string> RestartedBy,
    ImmutableArray<string> RevivedBy,
    ImmutableArray<string> OnlyFor,
    RunsPer Per = RunsPer.Case,
    ItemScope Items = ItemScope.All,
    Extension? Extension = null,
    Term? Watch = null,
    SuspensionRule Suspension = SuspensionRule.Never,
    RestartRule RestartRule = RestartRule.Anew,
    bool Parameter = false,
    bool Verified = true,
    bool OnlineFiling = false
)
{
    /// <summary>What a fact does to a clock of this rule.</summary>
    public FactEffect EffectOf(string fact) =>
        ArmedBy.Contains(fact) ? FactEffect.Arms
        : StoppedBy.Contains(fact) ? FactEffect.Stops
        : VoidedBy.Contains(fact) ? FactEffect.Voids
        : RestartedBy.Contains(fact) ? FactEffect.Restarts
        : RevivedBy.Contains(fact) ? FactEffect.TakesStopBack
        : FactEffect.None;

    /// <summary>Every fact the rule speaks of.</summary>
    public IEnumerable<string> Facts =>
        ArmedBy.Concat(StoppedBy).Concat(VoidedBy).Concat(RestartedBy).Concat(RevivedBy);

    /// <summary>The rule speaks of such claim items.</summary>
    public bool SpeaksOf(CaseItem item) =>
        Items == ItemScope.All || item.Remuneration == (Items == ItemScope.Remuneration);

    public bool HoldsIn(string? unit) =>
        OnlyFor.IsEmpty || (unit is not null && OnlyFor.Any(code => unit.StartsWith(code, StringComparison.Ordinal)));
}

public static class StatuteRefusals
{
    /// <summary>Arguments: the id asked for.</summary>
    public const string UnknownRule = "rule_unknown";

    /// <summary>Arguments: rule, first day on which it holds.</summary>
    public const string NotYetInForce = "rule_not_yet_in_force";

    /// <summary>Arguments: rule, unit.</summary>
    public const string NotInUnit = "rule_not_in_unit";

    /// <summary>Arguments: rule.</summary>
    public const string NoExtension = "rule_has_no_extension";

    /// <summary>Arguments: rule, cap, unit of the cap.</summary>
    public const string ExtensionOverCap = "extension_over_cap";

    /// <summary>Arguments: rule.</summary>
    public const string NoSuspension = "rule_has_no_suspension";

    /// <summary>Arguments: rule. The statute leaves its length to no unit.</summary>
    public const string NoParameter = "rule_has_no_parameter";
}

/// <summary>The statute book: every rule in every version. Immutable.</summary>
public sealed class StatuteBook
{
    // Before the members that read with it: static members are made in the order they stand in.
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
    };

    private readonly FrozenDictionary<string, ImmutableArray<Rule>> versions;

    public StatuteBook(IEnumerable<Rule> rules)
    {
        versions = rules
            .Select(Whole)
            .GroupBy(rule => rule.Id, StringComparer.Ordinal)
            .ToFrozenDictionary(
                group => group.Key,
                group => group.OrderByDescending(rule => rule.ValidFrom).ToImmutableArray(),
                StringComparer.Ordinal
            );
        foreach (var (id, list) in versions)
            if (list.Select(rule => rule.ValidFrom).Distinct().Count() != list.Length)
                throw new ArgumentException($"{id} has two versions from the same day.", nameof(rules));
    }

    /// <summary>Every rule, whenever it holds.</summary>
    public IEnumerable<string> Ids => versions.Keys;

    /// <summary>The rules in force on a day, in the order of their tables and ids.</summary>
    public IEnumerable<Rule> On(DateOnly day) =>
        from list in versions.Values
        let rule = list.FirstOrDefault(r => r.ValidFrom <= day)
        where rule is not null
        orderby rule.Table, rule.Id
        select rule;

    /// <summary>All versions of a rule, the newest first.</summary>
    public ImmutableArray<Rule> Versions(string id) =>
        versions.TryGetValue(id, out var list) ? list : throw new Refused(StatuteRefusals.UnknownRule, id);

    /// <summary>The version of a rule in force on a day.</summary>
    public Rule On(string id, DateOnly day)
    {
        return Find(id, day) ?? throw new Refused(StatuteRefusals.NotYetInForce, id, Versions(id)[^1].ValidFrom);
    }

    /// <summary>The version of a rule in force on a day; null when there is none.</summary>
    public Rule? Find(string id, DateOnly day) => Versions(id).FirstOrDefault(rule => rule.ValidFrom <= day);

    /// <summary>One version of a rule, by the first day on which it holds: a clock keeps the version it began with.</summary>
    public Rule Version(string id, DateOnly validFrom) =>
        Versions(id).FirstOrDefault(rule => rule.ValidFrom == validFrom)
        ?? throw new Refused(StatuteRefusals.UnknownRule, id);

    /// <summary>The date a rule gives: of several terms the earliest, with the rule's own conditions held.</summary>
    /// <param name="length">The unit's own length where the rule allows one, in the unit of the rule's first term, which it
    /// replaces together with all others.</param>
    /// <exception cref="Refused">A code of <see cref="StatuteRefusals"/> or <see cref="PeriodRefusals"/>.</exception>
    public static DueDate Due(
        Rule rule,
        PeriodFacts facts,
        LegalCalendar calendar,
        bool explain = false,
        int? length = null
    )
    {
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(facts);
        if (facts.ExtendedBy != 0 && rule.Extension is null)
            throw new Refused(StatuteRefusals.NoExtension, rule.Id);
        if (rule.Extension is { Max: { } max } && facts.ExtendedBy > max)
            throw new Refused(StatuteRefusals.ExtensionOverCap, rule.Id, max, rule.Extension.Unit);
        if (!facts.Suspensions.IsDefaultOrEmpty && rule.Suspension == SuspensionRule.Never)
            throw new Refused(StatuteRefusals.NoSuspension, rule.Id);
        // Only where the statute says so is a filing on a rest day dated otherwise than any other receipt.
        if (facts.Service == ServiceMode.OnlineFiling && !rule.OnlineFiling)
            facts = facts with { Service = null };
        if (length is { } own)
            return rule.Parameter
                ? Counting.Due(rule.Terms[0] with { Length = own }, facts, calendar, explain, rule.RestartRule)
                : throw new Refused(StatuteRefusals.NoParameter, rule.Id);
        var due = Counting.Due(rule.Terms[0], facts, calendar, explain, rule.RestartRule);
        for (var i = 1; i < rule.Terms.Length; i++)
            due = Counting.Earlier(due, Counting.Due(rule.Terms[i], facts, calendar, explain, rule.RestartRule));
        return due;
    }

    /// <summary>Reads a book from JSON.</summary>
    /// <exception cref="JsonException">It is no book: a field is missing, unknown or of the wrong type.</exception>
    public static StatuteBook Parse(string json) =>
        new(JsonSerializer.Deserialize<Rule[]>(json, Json) ?? throw new JsonException("No rules."));

    /// <summary>Reads the years of a calendar from JSON.</summary>
    /// <exception cref="JsonException">It is no calendar.</exception>
    public static LegalCalendar ParseCalendar(int version, string json) =>
        new(version, JsonSerializer.Deserialize<CalendarYear[]>(json, Json) ?? throw new JsonException("No years."));

    /// <summary>Reads which messages tell which facts from JSON.</summary>
    /// <exception cref="JsonException">It is no such list.</exception>
    public static Connections ParseConnections(string json) =>
        new(
            JsonSerializer.Deserialize<ImmutableSortedDictionary<string, ImmutableArray<string>>>(json, Json)
                ?? throw new JsonException("No connections.")
        );

    // What the file leaves out is none, not a list that cannot be asked.
    private static Rule Whole(Rule rule) =>
        rule with
        {
            ArmedBy = Given(rule.ArmedBy),
            StoppedBy = Given(rule.StoppedBy),
            VoidedBy = Given(rule.VoidedBy),
            RestartedBy = Given(rule.RestartedBy),
            RevivedBy = Given(rule.RevivedBy),
            OnlyFor = Given(rule.OnlyFor),
        };

    private static ImmutableArray<string> Given(ImmutableArray<string> list) => list.IsDefault ? [] : list;
}
