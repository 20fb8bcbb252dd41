namespace Mediation.Identity.Domain;

/// <summary>What happened to one unit of the federation. Every fact counts from a legal day (Asia/Shanghai), so that
/// the tree of any past or future day can be told.</summary>
public interface IOrgUnitEvent;

/// <summary>The rungs of the federation 1 + 17 + 343. A unit stands below a unit of the rung above, never elsewhere:
/// with that rule no chain of moves can make a circle, although no stream sees the whole tree.</summary>
public enum UnitLevel
{
    City,
    District,
    Street,
}

/// <param name="Code">Official statistical code; the key, because names repeat.</param>
/// <param name="ParentCode">Null for the city only.</param>
/// <param name="Order">Place among its siblings in administrative order.</param>
public sealed record UnitOpened(string Code, string? ParentCode, string Name, UnitLevel Level, int Order, DateOnly From)
    : IOrgUnitEvent;

public sealed record UnitRenamed(string Code, string Name, DateOnly From) : IOrgUnitEvent;

/// <summary>From the day on the unit stands below another parent; what happened before stays where it was.</summary>
public sealed record UnitMoved(string Code, string ParentCode, DateOnly From) : IOrgUnitEvent;

/// <param name="From">First day on which the unit no longer exists.</param>
public sealed record UnitClosed(string Code, DateOnly From) : IOrgUnitEvent;

/// <summary>One unit. Name and parent are the latest recorded; they may begin on a day to come.</summary>
public abstract record OrgUnit
{
    private OrgUnit() { }

    public sealed record None : OrgUnit;

    public sealed record Open(
        string Code,
        UnitLevel Level,
        DateOnly Since,
        string Name,
        DateOnly NameFrom,
        string? ParentCode,
        DateOnly ParentFrom
    ) : OrgUnit;

    /// <param name="From">First day on which the unit no longer exists; it may lie ahead.</param>
    public sealed record Closed(string Code, DateOnly From) : OrgUnit;

    public static OrgUnit Initial { get; } = new None();

    public static OrgUnit Evolve(OrgUnit state, IOrgUnitEvent e) =>
        (state, e) switch
        {
            (None, UnitOpened o) => new Open(o.Code, o.Level, o.From, o.Name, o.From, o.ParentCode, o.From),
            (Open u, UnitRenamed r) => u with { Name = r.Name, NameFrom = r.From },
            (Open u, UnitMoved m) => u with { ParentCode = m.ParentCode, ParentFrom = m.From },
            (Open u, UnitClosed c) => new Closed(u.Code, c.From),
            _ => throw new InvalidOperationException(
                $"{e.GetType().Name} does not follow on an OrgUnit that is {state.GetType().Name}."
            ),
        };
}
