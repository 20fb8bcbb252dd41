namespace Mediation.Contracts.Identity;

/// <summary>Messages of the OrgUnit stream: the dated organisation tree.</summary>
public abstract record OrgUnitMessage(SourceEvent Source) : Message(Source);

public enum UnitLevel
{
    City,
    District,
    Street,
}

/// <summary>A unit exists from a day on, below its parent.</summary>
/// <param name="Code">Official statistical code; the key of the unit everywhere, because names repeat.</param>
/// <param name="Order">Place among its siblings in administrative order.</param>
public sealed record OrgUnitOpened(
    SourceEvent Source,
    string Code,
    string? ParentCode,
    string Name,
    UnitLevel Level,
    int Order,
    DateOnly From
) : OrgUnitMessage(Source);

public sealed record OrgUnitRenamed(SourceEvent Source, string Code, string Name, DateOnly From)
    : OrgUnitMessage(Source);

/// <summary>From a day on the unit stands below another parent; what happened before stays where it was.</summary>
public sealed record OrgUnitMoved(SourceEvent Source, string Code, string ParentCode, DateOnly From)
    : OrgUnitMessage(Source);

public sealed record OrgUnitClosed(SourceEvent Source, string Code, DateOnly From) : OrgUnitMessage(Source);

/// <summary>Messages of the Grant stream: what one account may do, where, and who stands in for it.</summary>
public abstract record GrantMessage(SourceEvent Source) : Message(Source);

/// <summary>The roles an account holds from now on, whole. An access token carries the version of the Grant stream it
/// was made from; one with a smaller version than this message's is no longer accepted.</summary>
/// <param name="PersonId">Two accounts may belong to one person; who enters may not countersign as the other.</param>
public sealed record GrantsChanged(
    SourceEvent Source,
    Guid AccountId,
    Guid PersonId,
    IReadOnlyList<RoleGrant> Grants,
    DateTimeOffset NotBefore
) : GrantMessage(Source);

/// <summary>A role at a unit and below it, on the given legal days, both included; no end when <paramref name="To"/>
/// is null.</summary>
public sealed record RoleGrant(Role Role, string Unit, DateOnly? From = null, DateOnly? To = null);

/// <summary>Every token of the account made from an earlier version of its Grant stream is void (sign-out everywhere,
/// new password, locked).</summary>
public sealed record AccountRevoked(SourceEvent Source, Guid AccountId, DateTimeOffset NotBefore)
    : GrantMessage(Source);

/// <summary>The account is away and another stands in (代办) on the given days, both included.</summary>
public sealed record AbsenceRecorded(
    SourceEvent Source,
    Guid AccountId,
    Guid AbsenceId,
    Guid SubstituteAccountId,
    DateOnly From,
    DateOnly To
) : GrantMessage(Source);

public sealed record AbsenceCancelled(SourceEvent Source, Guid AccountId, Guid AbsenceId) : GrantMessage(Source);
