using System.Collections.Immutable;
using Mediation.Contracts.Identity;
using Mediation.Deadlines.Domain;
using Mediation.Hosting.Authentication;
using Npgsql;

namespace Mediation.Deadlines.Service;

/// <summary>Who answers for a clock on a day: the responsible person or who stands in for her; where nobody is appointed,
/// the head of the unit, or of the nearest unit above that has one. A clock is never ownerless.</summary>
internal sealed class Responsibility
{
    /// <summary>More stand-ins in a row than any office has; a ring of absences must not hang a job.</summary>
    private const int LongestChain = 8;

    private readonly IReadOnlyDictionary<Guid, StaffMember> staff;
    private readonly ILookup<string, (Guid Account, Duty Duty)> heads;
    private readonly UnitTree tree;
    private readonly DateOnly today;

    public Responsibility(IReadOnlyDictionary<Guid, StaffMember> staff, UnitTree tree, DateOnly today)
    {
        this.staff = staff;
        this.tree = tree;
        this.today = today;
        heads = staff
            .SelectMany(s => s.Value.Duties.Select(d => (Account: s.Key, Duty: d)))
            .Where(d => d.Duty.Role == Role.CentreHead.Code())
            .ToLookup(d => d.Duty.Unit, StringComparer.Ordinal);
    }

    public static async Task<Responsibility> Load(
        NpgsqlDataSource source,
        StaffList staff,
        UnitTree tree,
        DateOnly today,
        CancellationToken ct
    ) =>
        new(
            (
                await source.Rows(
                    $"select stream_id, row::text from {staff.Table}",
                    r => (Account: r.GetGuid(0), Member: staff.Parse(r.GetString(1))),
                    ct
                )
            ).ToDictionary(r => r.Account, r => r.Member),
            tree,
            today
        );

    /// <summary>The person herself, or who stands in for her on the day.</summary>
    public Guid Present(Guid account) => Present(account, today);

    public Guid Present(Guid account, DateOnly day)
    {
        for (var i = 0; i < LongestChain; i++)
        {
            if (staff.GetValueOrDefault(account)?.Absences.FirstOrDefault(a => a.Covers(day)) is not { } absence)
                return account;
            account = absence.Substitute;
        }
        return account;
    }

    /// <summary>Heads of a unit, or of the nearest one above that has any.</summary>
    public IReadOnlyList<Guid> Heads(string unit) => Heads(unit, today, ImmutableHashSet<Guid>.Empty);

    /// <param name="without">People who are supposed to be away.</param>
    public IReadOnlyList<Guid> Heads(string unit, DateOnly day, IReadOnlySet<Guid> without)
    {
        for (var at = unit; at is not null; at = tree.ParentOf(at, today))
        {
            Guid[] found =
            [
                .. heads[at]
                    .Where(h => h.Duty.HoldsOn(day))
                    .Select(h => Present(h.Account, day))
                    .Where(h => !without.Contains(h))
                    .Distinct()
                    .Order(),
            ];
            if (found.Length > 0)
                return found;
        }
        return [];
    }

    /// <summary>Everybody who is warned of a clock, the responsible person first.</summary>
    public IEnumerable<(Guid Person, bool AsHead)> Warned(Guid? responsible, string unit)
    {
        var first = responsible is { } account ? Present(account) : (Guid?)null;
        if (first is { } person)
            yield return (person, false);
        foreach (var head in Heads(unit))
            if (head != first)
                yield return (head, first is not null);
    }
}
