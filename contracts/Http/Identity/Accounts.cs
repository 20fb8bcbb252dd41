using Mediation.Contracts.Identity;

namespace Mediation.Contracts.Http.Identity;

public enum AccountState
{
    Active,

    /// <summary>Locked by an administrator until unlocked (left, suspended).</summary>
    Locked,

    /// <summary>Locked for some minutes after wrong passwords.</summary>
    LockedOut,
}

/// <summary>Line of <c>GET /accounts?search=&amp;unit=&amp;role=&amp;state=&amp;sort=&amp;page=&amp;size=</c>, for
/// administrators, within their units. <c>search</c> finds account name, display name and phone; <c>unit</c> includes
/// the units below; <c>sort</c> is one of <c>accountName</c>, <c>displayName</c>, <c>unit</c>, <c>lastSignIn</c>, with
/// a leading minus for descending. Answer: <c>Page&lt;AccountListItem&gt;</c>.</summary>
public sealed record AccountListItem(
    Guid AccountId,
    string AccountName,
    string DisplayName,
    string Unit,
    string UnitName,
    AccountState State,
    IReadOnlyList<GrantView> Grants,
    DateTimeOffset? LastSignInAt
);

/// <summary><c>GET /accounts/{id}</c>, for administrators of the account's unit; with ETag (the version of its grants).
/// Phone and e-mail are personal data of staff: they stand here and in no event.</summary>
/// <param name="Actions">grantRole, revokeRole, recordAbsence, cancelAbsence, lock, unlock, resetPassword, editProfile.</param>
public sealed record AccountView(
    Guid AccountId,
    Guid PersonId,
    long Version,
    string AccountName,
    string DisplayName,
    string? Phone,
    string? Email,
    string Unit,
    string UnitName,
    AccountState State,
    DateTimeOffset? LockedOutUntil,
    DateTimeOffset? LastSignInAt,
    bool MustChangePassword,
    bool TotpEnrolled,
    IReadOnlyList<GrantView> Grants,
    IReadOnlyList<AbsenceView> Absences,
    IReadOnlyList<ActionState> Actions
);

public sealed record AbsenceView(
    Guid AbsenceId,
    Guid SubstituteAccountId,
    string SubstituteName,
    DateOnly From,
    DateOnly To,
    bool Cancelled
);

/// <summary><c>POST /accounts</c> → <see cref="AccountCreated"/>. 422 <c>account_name_taken</c>.</summary>
/// <param name="AccountId">UUIDv7 made by the caller, so that a repeated call makes one account.</param>
/// <param name="PersonId">Given when the person has an account already; otherwise null, and a new person it is.</param>
public sealed record CreateAccount(
    Guid AccountId,
    string AccountName,
    string DisplayName,
    string? Phone,
    string? Email,
    string Unit,
    Guid? PersonId = null
);

/// <summary>The temporary password is shown this once and must be changed at the first sign-in.</summary>
public sealed record AccountCreated(Guid AccountId, long Version, string TemporaryPassword);

/// <summary><c>POST /accounts/{id}/profile</c> → 204: corrections of plain rows; they leave no event.</summary>
public sealed record EditProfile(string DisplayName, string? Phone, string? Email, string Unit);

/// <summary>Answer of <c>POST /accounts/{id}/reset-password</c> (no body). Ends all sessions, removes the second factor.</summary>
public sealed record PasswordReset(string TemporaryPassword);

/// <summary><c>POST /accounts/{id}/lock</c> → <c>Done</c>. <c>POST /accounts/{id}/unlock</c> has no body and also ends a
/// lock-out after wrong passwords.</summary>
public sealed record LockAccount(LockReason Reason);

public enum LockReason
{
    Left,
    Suspended,
    Compromised,
}

/// <summary><c>POST /accounts/{id}/grants</c> → <c>Done</c>. <c>POST /accounts/{id}/grants/{grantId}/revoke</c> has no
/// body. The unit must lie within the administrator's units; nobody grants to herself.</summary>
/// <param name="To">Last day, included; null for no end.</param>
public sealed record GrantRole(Guid GrantId, Role Role, string Unit, DateOnly From, DateOnly? To);

/// <summary><c>POST /accounts/{id}/absences</c> → <c>Done</c>, by the person herself, the head of her unit or an
/// administrator. <c>POST /accounts/{id}/absences/{absenceId}/cancel</c> has no body. Days are included at both ends.</summary>
public sealed record RecordAbsence(Guid AbsenceId, Guid SubstituteAccountId, DateOnly From, DateOnly To);

/// <summary><c>GET /me/absences</c>: her own absences, with colleagues from <c>GET /staff</c> as substitutes to choose.</summary>
public sealed record MyAbsences(Guid AccountId, long Version, IReadOnlyList<AbsenceView> Absences);

/// <summary><c>POST /accounts/labels</c>, for every signed-in account: at most 200 ids → <see cref="AccountLabels"/>.
/// An unknown id is left out.</summary>
public sealed record ResolveAccounts(IReadOnlyList<Guid> Ids);

public sealed record AccountLabels(IReadOnlyList<AccountLabel> Labels);

public sealed record AccountLabel(Guid AccountId, string DisplayName);

/// <summary><c>GET /staff?unit=&amp;below=&amp;role=&amp;search=</c>, for every signed-in account, within the units of her
/// grants: active accounts with a grant that covers the unit today (at the unit or one above it), with <c>below=true</c>
/// also those of the units below it; at most 200, by name. To choose a mediator, a verifier, a substitute. Answer: a
/// list.</summary>
/// <param name="Away">Absent today; <paramref name="SubstituteAccountId"/> stands in.</param>
public sealed record StaffMember(
    Guid AccountId,
    string DisplayName,
    string Unit,
    string UnitName,
    IReadOnlyList<Role> Roles,
    bool Away,
    Guid? SubstituteAccountId
);
