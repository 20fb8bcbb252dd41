using Mediation.Contracts.Identity;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;

namespace Mediation.Disputes.Service;

/// <summary>Who may see and do what with a case: by role, by the unit's place in the tree, and by appointment. What a
/// caller may not see does not exist for her (404); what she sees and may not do is forbidden (403).</summary>
internal sealed class CaseAccess(Caller caller, AccessCopies copies, TimeProvider clock)
{
    /// <summary>Roles that read the cases of their units; a mediator reads her own.</summary>
    public static readonly Role[] UnitReaders =
    [
        Role.CentreHead,
        Role.IntakeOfficer,
        Role.LinkageOfficer,
        Role.DistrictLegal,
        Role.CityLegal,
        Role.Verifier,
        Role.Supervisor,
        Role.ReportReviewer,
    ];

    public static readonly Role[] Readers = [Role.Mediator, .. UnitReaders];

    public static readonly Role[] Workers = [Role.Mediator, Role.CentreHead];

    public static readonly Role[] Heads = [Role.CentreHead];

    public Guid Account => caller.AccountId;

    public Guid Person => caller.PersonId;

    /// <summary>Units of which every case may be read.</summary>
    public IReadOnlySet<string> ReadableUnits => caller.UnitsOf(UnitReaders);

    public IReadOnlySet<string> HeadedUnits => caller.UnitsOf(Heads);

    /// <summary>Accounts whose own cases may be read and worked on: hers and those she stands in for.</summary>
    public Guid[] OwnAccounts =>
        caller.Holds<Role>(Role.Mediator) ? [caller.AccountId, .. caller.StandsInFor.Select(s => s.Account)] : [];

    /// <summary>The unit and those below it today, for filters.</summary>
    public string[] Below(string unit) => [.. copies.Tree.Within(unit, LegalDay.Today(clock))];

    public DisputeListRow Read(DisputeListRow? row) =>
        row is not null && (IsMediator(row) || caller.MayActIn(row.Unit, UnitReaders)) ? row : throw Problem.NotFound();

    /// <summary>Minutes, offers, statements and drafts: mediator, head, supervisor. They are no evidence later, so nobody
    /// who prepares a proceeding reads them.</summary>
    public bool IsPrivileged(DisputeListRow row) =>
        IsMediator(row) || caller.MayActIn(row.Unit, Role.CentreHead, Role.Supervisor);

    /// <summary>Papers, signatures and payment proofs: not for those who only receive requests or read reports.</summary>
    public bool MaySeeEvidence(DisputeListRow row) =>
        IsMediator(row)
        || caller.MayActIn(
            row.Unit,
            Role.CentreHead,
            Role.LinkageOfficer,
            Role.DistrictLegal,
            Role.CityLegal,
            Role.Verifier,
            Role.Supervisor
        );

    /// <summary>Casework: the mediator appointed, whoever stands in for her, or the head of the unit.</summary>
    /// <returns>The account that acts.</returns>
    public Guid Work(DisputeListRow row)
    {
        caller.ActIn(row.Unit, IsMediator(row) ? [Role.Mediator] : Heads);
        return caller.AccountId;
    }

    /// <summary>Decisions of the head: appointment, recusal.</summary>
    public Guid Lead(DisputeListRow row)
    {
        caller.ActIn(row.Unit, Heads);
        return caller.AccountId;
    }

    public bool MayWork(DisputeListRow row) => IsMediator(row) || MayLead(row);

    public bool MayLead(DisputeListRow row) => caller.MayActIn(row.Unit, Heads);

    private bool IsMediator(DisputeListRow row) =>
        row.Mediator is { } mediator && caller.IsOrStandsInFor(mediator) && caller.MayActIn(row.Unit, Role.Mediator);
}
