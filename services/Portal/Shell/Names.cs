using Mediation.Contracts.Http.Intake;

namespace Mediation.Portal.Shell;

/// <summary>Names for the ids on a page, asked for once per request: parties masked from the register, colleagues from
/// Identity. Where a name is withheld or the register does not answer, the page says so and goes on.</summary>
public sealed class Names(IntakeClient intake, IdentityClient identity, Texts texts)
{
    private const int AtOnce = 200;
    private readonly Dictionary<Guid, PartyLabel> _parties = [];
    private readonly Dictionary<Guid, string> _accounts = [];
    private readonly HashSet<Guid> _unanswered = [];

    /// <summary>True when the register did not answer for some of the parties.</summary>
    public bool Incomplete => _unanswered.Count > 0;

    public async Task Load(
        IEnumerable<Guid> parties,
        IEnumerable<Guid?>? accounts = null,
        AccessPurpose purpose = AccessPurpose.CaseHandling
    )
    {
        var partyIds = parties.Where(id => !_parties.ContainsKey(id)).Distinct().Chunk(AtOnce).Select(LoadParties);
        var accountIds = (accounts ?? [])
            .OfType<Guid>()
            .Where(id => !_accounts.ContainsKey(id))
            .Distinct()
            .Chunk(AtOnce)
            .Select(LoadAccounts);
        await Task.WhenAll(partyIds.Concat(accountIds));

        async Task LoadParties(Guid[] ids)
        {
            var answer = await intake.Labels(new LabelParties(ids, purpose));
            lock (_parties)
            {
                if (answer.Value is { } found)
                    foreach (var label in found.Labels)
                        _parties[label.Id] = label;
                else
                    _unanswered.UnionWith(ids);
            }
        }

        async Task LoadAccounts(Guid[] ids)
        {
            var answer = await identity.Labels(ids);
            lock (_accounts)
                foreach (var label in answer.Value?.Labels ?? [])
                    _accounts[label.AccountId] = label.DisplayName;
        }
    }

    public string Party(Guid id) =>
        _parties.TryGetValue(id, out var label) ? label.Label
        : _unanswered.Contains(id) ? texts["name.unavailable"]
        : texts["name.withheld"];

    public bool Invented(Guid id) => _parties.TryGetValue(id, out var label) && label.Demonstration;

    public PartyKind? Kind(Guid id) => _parties.TryGetValue(id, out var label) ? label.Kind : null;

    public string Parties(IEnumerable<Guid> ids, int total = 0)
    {
        var list = ids.ToList();
        var text = string.Join('、', list.Select(Party));
        return total > list.Count ? texts["name.andOthers", text, total] : text;
    }

    public string Account(Guid? id) =>
        id is not { } account ? texts["name.unassigned"]
        : _accounts.TryGetValue(account, out var name) ? name
        : texts["name.unavailable"];
}

/// <summary>The organisation tree of today, kept for a minute: names change on announced days, pages need them always.</summary>
public sealed class UnitNames(TimeProvider time)
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(1);
    private volatile Entry? _entry;

    private sealed record Entry(
        IReadOnlyDictionary<string, Mediation.Contracts.Http.Identity.UnitNode> Units,
        IReadOnlyList<Mediation.Contracts.Http.Identity.UnitNode> Ordered,
        DateTimeOffset At
    );

    public async Task Load(IdentityClient identity)
    {
        if (_entry is { } entry && time.GetUtcNow() - entry.At < KeptFor)
            return;
        var answer = await identity.Units();
        if (answer.Value is { } tree)
            _entry = new Entry(
                tree.Units.ToDictionary(u => u.Code, StringComparer.Ordinal),
                tree.Units,
                time.GetUtcNow()
            );
    }

    /// <summary>Name of the unit; its code where the tree was never read.</summary>
    public string this[string? code] =>
        code is null ? string.Empty
        : _entry?.Units.TryGetValue(code, out var unit) == true ? unit.Name
        : code;

    /// <summary>Name with the district before a street: 朝阳区总工会 · 麦子店街道总工会.</summary>
    public string Full(string? code)
    {
        if (code is null || _entry?.Units.TryGetValue(code, out var unit) != true || unit is null)
            return code ?? string.Empty;
        return
            unit.Level is Mediation.Contracts.Identity.UnitLevel.Street
            && unit.ParentCode is { } parent
            && _entry.Units.TryGetValue(parent, out var district)
            ? $"{district.Name} · {unit.Name}"
            : unit.Name;
    }

    public IReadOnlyList<Mediation.Contracts.Http.Identity.UnitNode> All => _entry?.Ordered ?? [];

    /// <summary>The unit and all below it, in administrative order.</summary>
    public IEnumerable<Mediation.Contracts.Http.Identity.UnitNode> Below(string code)
    {
        var inside = new HashSet<string>(StringComparer.Ordinal) { code };
        foreach (var unit in All)
            if (inside.Contains(unit.Code) || (unit.ParentCode is { } p && inside.Contains(p)))
            {
                inside.Add(unit.Code);
                yield return unit;
            }
    }
}
