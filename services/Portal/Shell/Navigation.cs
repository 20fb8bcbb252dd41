using Mediation.Contracts.Identity;

namespace Mediation.Portal.Shell;

/// <summary>A place of the main menu and the roles it is offered to; whether its data may be read, the services decide.</summary>
public sealed record Place(string Area, string Path, params Role[] Roles)
{
    public static readonly IReadOnlyList<Place> All =
    [
        new("workbench", "/"),
        new("register", "/register", Role.IntakeOfficer, Role.HotlineAgent, Role.CentreHead, Role.Mediator),
        new(
            "requests",
            "/requests",
            Role.IntakeOfficer,
            Role.HotlineAgent,
            Role.CentreHead,
            Role.Mediator,
            Role.DistrictLegal,
            Role.CityLegal,
            Role.Supervisor
        ),
        new(
            "cases",
            "/cases",
            Role.Mediator,
            Role.CentreHead,
            Role.IntakeOfficer,
            Role.LinkageOfficer,
            Role.DistrictLegal,
            Role.CityLegal,
            Role.Finance,
            Role.Verifier,
            Role.Supervisor,
            Role.ReportReviewer
        ),
        new("review", "/review", Role.Verifier, Role.Finance, Role.CentreHead, Role.Supervisor),
        new(
            "overview",
            "/overview",
            Role.CentreHead,
            Role.DistrictLegal,
            Role.CityLegal,
            Role.Finance,
            Role.Verifier,
            Role.Supervisor,
            Role.ReportReviewer
        ),
        new(
            "deadlines",
            "/deadlines",
            Role.CentreHead,
            Role.DistrictLegal,
            Role.CityLegal,
            Role.Supervisor,
            Role.ReportReviewer
        ),
        // Who does not look at many units at once has the list alone.
        new("deadlines", "/deadlines/list", Role.Mediator, Role.IntakeOfficer, Role.HotlineAgent, Role.LinkageOfficer),
        new("rules", "/rules", Role.Administrator),
        new("operations", "/operations", Role.Administrator, Role.Supervisor),
        new("admin", "/admin/accounts", Role.Administrator),
    ];

    /// <summary>Whoever works on cases gets letters that warn of days to come.</summary>
    public static bool Reminds(Reader reader) => For(reader).Any(p => p.Area is "cases" or "deadlines");

    /// <summary>Area of the statute book and the calendar: that of deadlines, except for those who keep the law alone.</summary>
    public static string OfLaw(Reader reader) => For(reader).Any(p => p.Area is "deadlines") ? "deadlines" : "rules";

    public static IEnumerable<Place> For(Reader reader) =>
        All.Where(p => p.Roles.Length == 0 || reader.Is(p.Roles)).DistinctBy(p => p.Area);
}
