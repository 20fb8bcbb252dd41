using Mediation.Contracts.Identity;

namespace Mediation.Contracts.Http.Identity;

/// <summary><c>GET /units?asOf=yyyy-MM-dd</c>, for every signed-in account: the whole tree on that legal day (today when
/// left out), parents before children, children in administrative order. 1 + 17 + 343 units at present.</summary>
public sealed record UnitTreeView(DateOnly AsOf, IReadOnlyList<UnitNode> Units);

/// <param name="Code">Official statistical code: the key, because names repeat (八里庄街道 stands in two districts).</param>
/// <param name="From">First day of the unit in this tree; 0001-01-01 where the beginning is older than the record.</param>
/// <param name="Children">Number of open units directly below on that day.</param>
public sealed record UnitNode(
    string Code,
    string? ParentCode,
    string Name,
    UnitLevel Level,
    int Order,
    DateOnly From,
    int Children
);

/// <summary><c>GET /units/{code}?asOf=</c>; with ETag.</summary>
/// <param name="Version">Sent back as If-Match with a change.</param>
/// <param name="ClosedFrom">First day on which the unit no longer exists, or null.</param>
/// <param name="History">All dated facts, oldest first, also those of the future.</param>
/// <param name="Actions">rename, move, close.</param>
public sealed record UnitView(
    Guid Id,
    string Code,
    long Version,
    string Name,
    UnitLevel Level,
    string? ParentCode,
    string? ParentName,
    DateOnly? ClosedFrom,
    IReadOnlyList<UnitFact> History,
    IReadOnlyList<ActionState> Actions
);

public enum UnitFactKind
{
    Opened,
    Renamed,
    Moved,
    Closed,
}

/// <param name="Name">New name (opened, renamed).</param>
/// <param name="ParentCode">New parent (opened, moved).</param>
public sealed record UnitFact(
    DateOnly From,
    UnitFactKind Kind,
    string? Name,
    string? ParentCode,
    DateTimeOffset RecordedAt
);

/// <summary><c>POST /units</c> → <c>Done</c>, by an administrator of the parent. The code has 6 or
/// 9 digits (a development zone counts as a district and has 9).</summary>
public sealed record OpenUnit(string Code, string ParentCode, string Name, UnitLevel Level, int Order, DateOnly From);

/// <summary><c>POST /units/{code}/rename</c> → <c>Done</c>.</summary>
public sealed record RenameUnit(string Name, DateOnly From);

/// <summary><c>POST /units/{code}/move</c> → <c>Done</c>: from the day on the street stands below another district; what
/// happened before stays where it was. Needs an administrator of both districts.</summary>
public sealed record MoveUnit(string ParentCode, DateOnly From);

/// <summary><c>POST /units/{code}/close</c> → <c>Done</c>: from the day on the unit no longer exists.</summary>
public sealed record CloseUnit(DateOnly From);
