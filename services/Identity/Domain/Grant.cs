using System.Collections.Immutable;

namespace Mediation.Identity.Domain;

/// <summary>What one account may do, where, until when, and who stands in for it. The account's name, telephone and
/// password are plain rows and appear in no event.</summary>
public interface IGrantEvent;

/// <summary>What a person may do; always together with a unit, whose subtree it covers.</summary>
public enum Role
{
    IntakeOfficer,
    HotlineAgent,
    Mediator,
    CentreHead,
    LinkageOfficer,
    DistrictLegal,
    CityLegal,
    AidReviewer,
    AidApprover,
    Lawyer,
    FirmAdministrator,
    Finance,
    Verifier,
    Supervisor,
    ReportReviewer,
    Administrator,
}

/// <param name="PersonId">The human behind the account. Two accounts may belong to one person, who may then not
/// countersign as the other.</param>
public sealed record AccountEnrolled(Guid AccountId, Guid PersonId) : IGrantEvent;

/// <summary>A role at a unit and below it.</summary>
/// <param name="To">Last legal day, included; null without end.</param>
public sealed record HeldRole(Guid GrantId, Role Role, string Unit, DateOnly From, DateOnly? To);

/// <param name="Held">All the account holds from now on. Others are told the whole, so that one message lost, late or
/// misread cannot leave a role behind.</param>
public sealed record RoleGranted(Guid PersonId, HeldRole Granted, IReadOnlyList<HeldRole> Held) : IGrantEvent;

/// <summary>The grant ends at once, whatever its last day was.</summary>
/// <param name="Held">All the account holds from now on.</param>
public sealed record RoleRevoked(Guid PersonId, Guid GrantId, IReadOnlyList<HeldRole> Held) : IGrantEvent;

/// <summary>The account is away and another stands in (代办) from the first day to the last, both included.</summary>
public sealed record AbsenceRecorded(Guid AbsenceId, Guid SubstituteAccountId, DateOnly From, DateOnly To)
    : IGrantEvent;

/// <summary>The absence ends at once; days already past remain days of the substitute.</summary>
public sealed record AbsenceCancelled(Guid AbsenceId) : IGrantEvent;

public enum TokenRevocation
{
    SignedOutEverywhere,
    PasswordChanged,
    PasswordReset,
    SecondFactorChanged,

    /// <summary>A refresh token was used a second time: two parties hold it.</summary>
    RefreshTokenReused,
}

/// <summary>Every token made before is void.</summary>
public sealed record TokensRevoked(TokenRevocation Reason) : IGrantEvent;

public enum LockReason
{
    Left,
    Suspended,
    Compromised,
}

/// <summary>The account cannot sign in and its tokens are void. A lock bars the person, not the work: a substitute
/// goes on standing in until the absence ends.</summary>
public sealed record AccountLocked(LockReason Reason) : IGrantEvent;

public sealed record AccountUnlocked : IGrantEvent;

public sealed record Absence(Guid AbsenceId, Guid SubstituteAccountId, DateOnly From, DateOnly To, bool Cancelled);

/// <summary>The grants of one account.</summary>
public abstract record Grant
{
    private Grant() { }

    public sealed record None : Grant;

    public abstract record Enrolled(
        Guid AccountId,
        Guid PersonId,
        IReadOnlyList<HeldRole> Roles,
        ImmutableHashSet<Guid> Revoked,
        ImmutableList<Absence> Absences
    ) : Grant;

    public sealed record Active(
        Guid AccountId,
        Guid PersonId,
        IReadOnlyList<HeldRole> Roles,
        ImmutableHashSet<Guid> Revoked,
        ImmutableList<Absence> Absences
    ) : Enrolled(AccountId, PersonId, Roles, Revoked, Absences);

    public sealed record Locked(
        Guid AccountId,
        Guid PersonId,
        IReadOnlyList<HeldRole> Roles,
        ImmutableHashSet<Guid> Revoked,
        ImmutableList<Absence> Absences
    ) : Enrolled(AccountId, PersonId, Roles, Revoked, Absences);

    public static Grant Initial { get; } = new None();

    public static Grant Evolve(Grant state, IGrantEvent e) =>
        (state, e) switch
        {
            (None, AccountEnrolled a) => new Active(a.AccountId, a.PersonId, [], [], []),
            (Enrolled g, RoleGranted r) => g with { Roles = r.Held },
            (Enrolled g, RoleRevoked r) => g with { Roles = r.Held, Revoked = g.Revoked.Add(r.GrantId) },
            (Enrolled g, AbsenceRecorded a) => g with
            {
                Absences = g.Absences.Add(new(a.AbsenceId, a.SubstituteAccountId, a.From, a.To, Cancelled: false)),
            },
            (Enrolled g, AbsenceCancelled c) => g with
            {
                Absences = g.Absences.ConvertAll(a => a.AbsenceId == c.AbsenceId ? a with { Cancelled = true } : a),
            },
            (Enrolled g, TokensRevoked) => g,
            (Active g, AccountLocked) => new Locked(g.AccountId, g.PersonId, g.Roles, g.Revoked, g.Absences),
            (Locked g, AccountUnlocked) => new Active(g.AccountId, g.PersonId, g.Roles, g.Revoked, g.Absences),
            _ => throw new InvalidOperationException(
                $"{e.GetType().Name} does not follow on a Grant that is {state.GetType().Name}."
            ),
        };
}
