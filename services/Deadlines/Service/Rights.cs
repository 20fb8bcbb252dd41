using Mediation.Contracts.Identity;
using Mediation.Deadlines.Domain;
using Mediation.EventStore;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Npgsql;

namespace Mediation.Deadlines.Service;

/// <summary>Who may see and do what with clocks: by role and the unit's place in the tree, a mediator by her appointment.
/// What a caller may not see does not exist for her (404); what she sees and may not do is forbidden (403). A supervisor
/// sees all below her and changes no case.</summary>
internal sealed class Rights(
    Caller caller,
    NpgsqlDataSource source,
    CaseList cases,
    AccessCopies copies,
    TimeProvider clock
)
{
    public static readonly Role[] UnitReaders =
    [
        Role.CentreHead,
        Role.IntakeOfficer,
        Role.HotlineAgent,
        Role.LinkageOfficer,
        Role.DistrictLegal,
        Role.CityLegal,
        Role.Supervisor,
        Role.ReportReviewer,
    ];

    public static readonly Role[] Readers = [Role.Mediator, .. UnitReaders];

    /// <summary>Who moves clocks of any case of her units: lengthens, suspends, records what no message tells.</summary>
    public static readonly Role[] UnitMovers =
    [
        Role.CentreHead,
        Role.LinkageOfficer,
        Role.DistrictLegal,
        Role.CityLegal,
    ];

    public static readonly Role[] Movers = [Role.Mediator, .. UnitMovers];

    /// <summary>Who looks at many units at once.</summary>
    public static readonly Role[] OverviewReaders =
    [
        Role.CentreHead,
        Role.DistrictLegal,
        Role.CityLegal,
        Role.Supervisor,
        Role.ReportReviewer,
    ];

    /// <summary>Who follows breaches up at the unit above, and clears them.</summary>
    public static readonly Role[] Followers = [Role.CentreHead, Role.DistrictLegal, Role.CityLegal, Role.Supervisor];

    /// <summary>Who answers for the breach of a unit.</summary>
    public static readonly Role[] Answerers = [Role.CentreHead, Role.DistrictLegal, Role.CityLegal];

    public DateOnly Today => LegalDay.Today(clock);

    public Guid Account => caller.AccountId;

    public Caller Caller => caller;

    /// <summary>Units of which every clock may be read.</summary>
    public string[] ReadableUnits => [.. caller.UnitsOf(UnitReaders)];

    public string[] OverviewUnits => [.. caller.UnitsOf(OverviewReaders)];

    /// <summary>Accounts whose own cases she works on: hers and those she stands in for.</summary>
    public Guid[] OwnAccounts =>
        caller.Holds(Role.Mediator) ? [caller.AccountId, .. caller.StandsInFor.Select(s => s.Account)] : [];

    public UnitTree Tree => copies.Tree;

    /// <summary>A unit and what stands below it today.</summary>
    public string[] Within(string unit) => [.. copies.Tree.Within(unit, Today)];

    /// <summary>The highest of the units: the one that no other contains.</summary>
    public string? Highest(IReadOnlySet<string> units) =>
        units
            .Where(u => Tree.ParentOf(u, Today) is not { } above || !units.Contains(above))
            .OrderByDescending(u => Within(u).Length)
            .ThenBy(u => u, StringComparer.Ordinal)
            .FirstOrDefault();

    public CaseRow Parse(string row) => cases.Parse(row);

    /// <summary>The case row whatever the caller may see, by its id or that of its request; null while nothing has arrived.</summary>
    public async Task<CaseRow?> Find(Guid id, CancellationToken ct) =>
        (
            await source.Rows(
                $"select row::text from {cases.Table} where stream_id = $1 or request_id = $1",
                r => cases.Parse(r.GetString(0)),
                ct,
                Sql.P(id)
            )
        ).SingleOrDefault();

    /// <summary>A case as this caller may see it.</summary>
    /// <exception cref="Problem">404 where it has not arrived, does not exist, or is not hers to see.</exception>
    public async Task<CaseRow> Case(Guid id, CancellationToken ct) =>
        await Find(id, ct) is { } row && MaySee(row) ? row : throw Problem.NotFound();

    /// <summary>A clock that has begun, of a case that this caller may see.</summary>
    /// <exception cref="Problem">404.</exception>
    public async Task<(Loaded<Clock> Clock, CaseRow Case)> Clock(EventJournal journal, Guid id, CancellationToken ct)
    {
        var loaded = await journal.Load(Streams.Clock, id, ct: ct);
        return loaded.State is Domain.Clock.Begun begun
            ? (loaded, await Case(begun.Armed.Subject.Root, ct))
            : throw Problem.NotFound();
    }

    public bool MaySee(CaseRow row) => IsMediator(row) || caller.MayActIn(row.Unit, UnitReaders);

    public bool MayMove(CaseRow row) => IsMediator(row) || caller.MayActIn(row.Unit, UnitMovers);

    /// <exception cref="Problem">403.</exception>
    public void Move(CaseRow row) => caller.ActIn(row.Unit, IsMediator(row) ? [Role.Mediator] : UnitMovers);

    public bool IsMediator(CaseRow row) =>
        row.Responsible is { } responsible
        && caller.IsOrStandsInFor(responsible)
        && caller.MayActIn(row.Unit, Role.Mediator);
}
