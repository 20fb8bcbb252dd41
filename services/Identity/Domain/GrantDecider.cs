using static Mediation.Identity.Domain.GrantRefusals;

namespace Mediation.Identity.Domain;

public interface IGrantCommand;

public sealed record EnrolAccount(Guid AccountId, Guid PersonId) : IGrantCommand;

/// <param name="UnitOpen">Looked up: the unit exists on <paramref name="From"/>.</param>
/// <param name="By">Account of the administrator.</param>
public sealed record GrantRole(
    Guid GrantId,
    Role Role,
    string Unit,
    bool UnitOpen,
    DateOnly From,
    DateOnly? To,
    Guid By
) : IGrantCommand;

public sealed record RevokeRole(Guid GrantId) : IGrantCommand;

/// <summary>What was looked up about the substitute.</summary>
/// <param name="Active">The account exists and is not locked.</param>
/// <param name="Away">She is herself recorded absent on one of the days.</param>
public sealed record SubstituteFact(Guid AccountId, Guid PersonId, bool Active, bool Away);

public sealed record RecordAbsence(
    Guid AbsenceId,
    SubstituteFact Substitute,
    DateOnly From,
    DateOnly To,
    DateOnly Today
) : IGrantCommand;

public sealed record CancelAbsence(Guid AbsenceId, DateOnly Today) : IGrantCommand;

public sealed record RevokeTokens(TokenRevocation Reason) : IGrantCommand;

/// <param name="By">Account of the administrator.</param>
public sealed record LockAccount(LockReason Reason, Guid By) : IGrantCommand;

public sealed record UnlockAccount : IGrantCommand;

public static class GrantRefusals
{
    public const string AccountUnknown = "account_unknown";
    public const string AccountIdTaken = "account_id_taken";
    public const string AccountIsLocked = "account_locked";
    public const string OwnGrant = "own_grant";
    public const string OwnLock = "own_lock";
    public const string UnitNotOpen = "unit_not_open";
    public const string GrantUnknown = "grant_unknown";
    public const string EndBeforeStart = "end_before_start";
    public const string SubstituteIsSelf = "substitute_is_self";
    public const string SubstituteNotActive = "substitute_not_active";
    public const string SubstituteAway = "substitute_away";
    public const string AbsenceOverlaps = "absence_overlaps";
    public const string AbsenceUnknown = "absence_unknown";
    public const string AbsenceOver = "absence_over";
}

public static class GrantDecider
{
    public static IReadOnlyList<IGrantEvent> Decide(Grant state, IGrantCommand command) =>
        (state, command) switch
        {
            (Grant.None, EnrolAccount c) => [new AccountEnrolled(c.AccountId, c.PersonId)],
            (Grant.None, _) => throw new Refused(AccountUnknown),
            (Grant.Enrolled g, EnrolAccount c) => g.PersonId == c.PersonId ? [] : throw new Refused(AccountIdTaken),
            (Grant.Active g, GrantRole c) => Give(g, c),
            (Grant.Active g, RecordAbsence c) => StayAway(g, c),
            (Grant.Locked, GrantRole or RecordAbsence) => throw new Refused(AccountIsLocked),
            (Grant.Enrolled g, RevokeRole c) => Withdraw(g, c),
            (Grant.Enrolled g, CancelAbsence c) => Return(g, c),
            (Grant.Active, RevokeTokens c) => [new TokensRevoked(c.Reason)],
            (Grant.Locked, RevokeTokens) => [],
            (Grant.Active g, LockAccount c) => c.By == g.AccountId
                ? throw new Refused(OwnLock)
                : [new AccountLocked(c.Reason)],
            (Grant.Locked, LockAccount) => [],
            (Grant.Active, UnlockAccount) => [],
            (Grant.Locked, UnlockAccount) => [new AccountUnlocked()],
            _ => throw new InvalidOperationException($"{command.GetType().Name} is not decided."),
        };

    private static IGrantEvent[] Give(Grant.Active g, GrantRole c)
    {
        // Otherwise one administrator could make herself verifier of what she entered.
        if (c.By == g.AccountId)
            throw new Refused(OwnGrant);
        if (c.To < c.From)
            throw new Refused(EndBeforeStart);
        if (g.Roles.Any(h => Covers(h, c)))
            return [];
        if (!c.UnitOpen)
            throw new Refused(UnitNotOpen, c.Unit);
        var granted = new HeldRole(c.GrantId, c.Role, c.Unit, c.From, c.To);
        return [new RoleGranted(g.PersonId, granted, [.. g.Roles, granted])];
    }

    private static bool Covers(HeldRole held, GrantRole c) =>
        held.Role == c.Role
        && string.Equals(held.Unit, c.Unit, StringComparison.Ordinal)
        && held.From <= c.From
        && (held.To is null || held.To >= c.To);

    private static IGrantEvent[] Withdraw(Grant.Enrolled g, RevokeRole c)
    {
        if (g.Revoked.Contains(c.GrantId))
            return [];
        if (!g.Roles.Any(h => h.GrantId == c.GrantId))
            throw new Refused(GrantUnknown);
        return [new RoleRevoked(g.PersonId, c.GrantId, [.. g.Roles.Where(h => h.GrantId != c.GrantId)])];
    }

    private static IGrantEvent[] StayAway(Grant.Active g, RecordAbsence c)
    {
        if (g.Absences.Exists(a => a.AbsenceId == c.AbsenceId))
            return [];
        if (c.To < c.From)
            throw new Refused(EndBeforeStart);
        if (c.To < c.Today)
            throw new Refused(AbsenceOver);
        if (c.Substitute.AccountId == g.AccountId || c.Substitute.PersonId == g.PersonId)
            throw new Refused(SubstituteIsSelf);
        if (!c.Substitute.Active)
            throw new Refused(SubstituteNotActive);
        // Standing in is not passed on: the substitute of an absent substitute would act for somebody who never
        // chose her.
        if (c.Substitute.Away)
            throw new Refused(SubstituteAway);
        if (g.Absences.Find(a => !a.Cancelled && a.From <= c.To && c.From <= a.To) is { } other)
            throw new Refused(AbsenceOverlaps, other.From, other.To);
        return [new AbsenceRecorded(c.AbsenceId, c.Substitute.AccountId, c.From, c.To)];
    }

    private static IGrantEvent[] Return(Grant.Enrolled g, CancelAbsence c)
    {
        var absence = g.Absences.Find(a => a.AbsenceId == c.AbsenceId) ?? throw new Refused(AbsenceUnknown);
        if (absence.Cancelled)
            return [];
        return absence.To < c.Today ? throw new Refused(AbsenceOver) : [new AbsenceCancelled(c.AbsenceId)];
    }
}
