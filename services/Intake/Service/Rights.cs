using Mediation.Contracts.Identity;

namespace Mediation.Intake.Service;

/// <summary>Which roles do what at the front door; always together with a unit.</summary>
internal static class Rights
{
    /// <summary>Take a matter down, keep drafts, search before creating.</summary>
    public static readonly Role[] Register = [Role.IntakeOfficer, Role.HotlineAgent, Role.Mediator, Role.CentreHead];

    /// <summary>Triage, applications, consents, referral, withdrawal, duplicates.</summary>
    public static readonly Role[] Handle = [Role.IntakeOfficer, Role.CentreHead];

    public static readonly Role[] Advise = [Role.IntakeOfficer, Role.CentreHead, Role.Lawyer];

    public static readonly Role[] AskConsent = [Role.IntakeOfficer, Role.Mediator, Role.CentreHead];

    /// <summary>受理 and 不予受理 are decided by the head of the mediation centre.</summary>
    public static readonly Role[] Accept = [Role.CentreHead];

    /// <summary>Tell a party: phone her, post a letter.</summary>
    public static readonly Role[] Notify = [Role.IntakeOfficer, Role.Mediator, Role.CentreHead];

    public static readonly Role[] Escalate = [Role.CentreHead, Role.DistrictLegal, Role.CityLegal];

    /// <summary>Read requests.</summary>
    public static readonly Role[] Read =
    [
        Role.IntakeOfficer,
        Role.HotlineAgent,
        Role.Mediator,
        Role.CentreHead,
        Role.LinkageOfficer,
        Role.DistrictLegal,
        Role.CityLegal,
        Role.Verifier,
        Role.Supervisor,
    ];

    /// <summary>See whom ids stand for, masked.</summary>
    public static readonly Role[] Label =
    [
        .. Read,
        Role.AidReviewer,
        Role.AidApprover,
        Role.Lawyer,
        Role.Finance,
        Role.ReportReviewer,
    ];

    /// <summary>See personal data in clear for a purpose.</summary>
    public static readonly Role[] Reveal =
    [
        Role.IntakeOfficer,
        Role.HotlineAgent,
        Role.Mediator,
        Role.CentreHead,
        Role.LinkageOfficer,
        Role.Verifier,
        Role.Supervisor,
    ];

    public static readonly Role[] Correct = [Role.IntakeOfficer, Role.Mediator, Role.CentreHead];

    /// <summary>See who read what.</summary>
    public static readonly Role[] AccessLog = [Role.CentreHead, Role.Supervisor, Role.CityLegal, Role.Administrator];

    /// <summary>Have personal data put into a paper, an exchange or a notice.</summary>
    public static readonly Role[] Disclose =
    [
        Role.IntakeOfficer,
        Role.Mediator,
        Role.CentreHead,
        Role.LinkageOfficer,
        Role.AidReviewer,
        Role.AidApprover,
    ];
}
