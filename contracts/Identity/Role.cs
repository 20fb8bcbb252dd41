namespace Mediation.Contracts.Identity;

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
