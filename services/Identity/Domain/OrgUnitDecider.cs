using static Mediation.Identity.Domain.OrgUnitRefusals;

namespace Mediation.Identity.Domain;

public interface IOrgUnitCommand;

/// <summary>What was looked up about the parent for the day of the change; null where no unit has the code.</summary>
/// <param name="Open">The parent exists on that day and no closing of it is recorded.</param>
public sealed record ParentFact(UnitLevel Level, bool Open);

/// <param name="Parent">Fact about <paramref name="ParentCode"/> on <paramref name="From"/>; null for the city.</param>
public sealed record OpenUnit(
    string Code,
    string? ParentCode,
    ParentFact? Parent,
    string Name,
    UnitLevel Level,
    int Order,
    DateOnly From
) : IOrgUnitCommand;

public sealed record RenameUnit(string Name, DateOnly From) : IOrgUnitCommand;

public sealed record MoveUnit(string ParentCode, ParentFact? Parent, DateOnly From) : IOrgUnitCommand;

/// <param name="ChildrenThen">Units that stand directly below on that day or will later, as looked up.</param>
public sealed record CloseUnit(int ChildrenThen, DateOnly From) : IOrgUnitCommand;

public static class OrgUnitRefusals
{
    public const string UnitUnknown = "unit_unknown";
    public const string UnitCodeTaken = "unit_code_taken";
    public const string UnitClosedAlready = "unit_closed";
    public const string UnitHasChildren = "unit_has_children";
    public const string CityStays = "city_stays";
    public const string ParentNotOpen = "parent_not_open";
    public const string ParentLevelWrong = "parent_level_wrong";
    public const string DateBeforeOpening = "date_before_opening";
    public const string DateBeforeLastChange = "date_before_last_change";
}

public static class OrgUnitDecider
{
    public static IReadOnlyList<IOrgUnitEvent> Decide(OrgUnit state, IOrgUnitCommand command) =>
        (state, command) switch
        {
            (OrgUnit.None, OpenUnit c) => Open(c),
            (OrgUnit.None, _) => throw new Refused(UnitUnknown),
            (OrgUnit.Open u, OpenUnit c) => SameOpening(u, c) ? [] : throw new Refused(UnitCodeTaken, c.Code),
            (OrgUnit.Open u, RenameUnit c) => Rename(u, c),
            (OrgUnit.Open u, MoveUnit c) => Move(u, c),
            (OrgUnit.Open u, CloseUnit c) => Close(u, c),
            // A code is never given to another unit: old cases carry it.
            (OrgUnit.Closed, OpenUnit c) => throw new Refused(UnitCodeTaken, c.Code),
            (OrgUnit.Closed u, CloseUnit c) when c.From == u.From => [],
            (OrgUnit.Closed u, _) => throw new Refused(UnitClosedAlready, u.From),
            _ => throw new InvalidOperationException($"{command.GetType().Name} is not decided."),
        };

    private static IOrgUnitEvent[] Open(OpenUnit c)
    {
        if (c.Level != UnitLevel.City)
            CheckParent(c.Level, c.Parent);
        else if (c.ParentCode is not null)
            throw new Refused(ParentLevelWrong);
        return [new UnitOpened(c.Code, c.ParentCode, c.Name, c.Level, c.Order, c.From)];
    }

    private static bool SameOpening(OrgUnit.Open u, OpenUnit c) =>
        (u.Level, u.Since, u.Name, u.ParentCode) == (c.Level, c.From, c.Name, c.ParentCode);

    private static IOrgUnitEvent[] Rename(OrgUnit.Open u, RenameUnit c)
    {
        CheckDay(u, c.From, u.NameFrom);
        // Names are compared as recorded last: a second request for the same name must not move its first day.
        return string.Equals(u.Name, c.Name, StringComparison.Ordinal) ? [] : [new UnitRenamed(u.Code, c.Name, c.From)];
    }

    private static IOrgUnitEvent[] Move(OrgUnit.Open u, MoveUnit c)
    {
        if (u.Level == UnitLevel.City)
            throw new Refused(CityStays);
        CheckDay(u, c.From, u.ParentFrom);
        if (string.Equals(u.ParentCode, c.ParentCode, StringComparison.Ordinal))
            return [];
        CheckParent(u.Level, c.Parent);
        return [new UnitMoved(u.Code, c.ParentCode, c.From)];
    }

    private static IOrgUnitEvent[] Close(OrgUnit.Open u, CloseUnit c)
    {
        if (u.Level == UnitLevel.City)
            throw new Refused(CityStays);
        CheckDay(u, c.From, u.NameFrom > u.ParentFrom ? u.NameFrom : u.ParentFrom);
        if (c.ChildrenThen > 0)
            throw new Refused(UnitHasChildren, c.ChildrenThen);
        return [new UnitClosed(u.Code, c.From)];
    }

    private static void CheckParent(UnitLevel level, ParentFact? parent)
    {
        if (parent is not { Open: true })
            throw new Refused(ParentNotOpen);
        if (parent.Level != level - 1)
            throw new Refused(ParentLevelWrong);
    }

    // Facts of one kind are recorded in the order of their days; an equal day supersedes. Otherwise a late fact
    // would silently end at the next one, and nobody could tell from the page which of the two is meant.
    private static void CheckDay(OrgUnit.Open u, DateOnly from, DateOnly lastChange)
    {
        if (from < u.Since)
            throw new Refused(DateBeforeOpening, u.Since);
        if (from < lastChange)
            throw new Refused(DateBeforeLastChange, lastChange);
    }
}
