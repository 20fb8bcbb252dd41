using Mediation.Contracts.Identity;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Npgsql;
using static Mediation.Outcomes.Service.Sql;

namespace Mediation.Outcomes.Service;

/// <summary>Who may see and do what with the money of a case: by role and the unit's place in the tree, a mediator by
/// her appointment. What a caller may not see does not exist for her (404); what she sees and may not do is forbidden
/// (403). A supervisor sees all below her and changes nothing.</summary>
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
        Role.LinkageOfficer,
        Role.DistrictLegal,
        Role.CityLegal,
        Role.Finance,
        Role.Verifier,
        Role.Supervisor,
        Role.ReportReviewer,
    ];

    public static readonly Role[] Readers = [Role.Mediator, .. UnitReaders];

    /// <summary>Slips show account numbers and names: for those who enter, verify or audit.</summary>
    public static readonly Role[] SlipReaders =
    [
        Role.CentreHead,
        Role.DistrictLegal,
        Role.CityLegal,
        Role.Finance,
        Role.Verifier,
        Role.Supervisor,
    ];

    public static readonly Role[] UnitEnterers = [Role.CentreHead, Role.DistrictLegal, Role.CityLegal, Role.Finance];

    public static readonly Role[] Enterers = [Role.Mediator, .. UnitEnterers];

    public static readonly Role[] Verifiers = [Role.Verifier];

    /// <summary>Reductions act at once and need no second person.</summary>
    public static readonly Role[] UnitReducers = [.. UnitEnterers, Role.Verifier];

    public static readonly Role[] Reducers = [Role.Mediator, .. UnitReducers];

    public static readonly Role[] TotalReaders =
    [
        Role.CentreHead,
        Role.DistrictLegal,
        Role.CityLegal,
        Role.Finance,
        Role.Verifier,
        Role.Supervisor,
        Role.ReportReviewer,
    ];

    public Guid Account => caller.AccountId;

    public Staff Staff => new(caller.AccountId, caller.PersonId);

    public Reviewer Reviewer =>
        new(Staff, caller.Holds(Role.Verifier), caller.Holds(Role.Mediator), caller.Holds(Role.Supervisor));

    /// <summary>Units of which every case may be read.</summary>
    public string[] ReadableUnits => [.. caller.UnitsOf(UnitReaders)];

    public string[] VerifiedUnits => [.. caller.UnitsOf(Verifiers)];

    public string[] HeadedUnits => [.. caller.UnitsOf(Role.CentreHead)];

    public string[] CountedUnits => [.. caller.UnitsOf(TotalReaders)];

    /// <summary>A unit and what stands below it today.</summary>
    public string[] Within(string unit) => [.. copies.Tree.Within(unit, LegalDay.Today(clock))];

    /// <summary>Accounts whose own cases she works on: hers and those she stands in for.</summary>
    public Guid[] OwnAccounts =>
        caller.Holds(Role.Mediator) ? [caller.AccountId, .. caller.StandsInFor.Select(s => s.Account)] : [];

    /// <summary>A case as this caller may see it.</summary>
    /// <exception cref="Problem">404 where it has not arrived, does not exist, or is not hers to see.</exception>
    public async Task<CaseRow> Case(Guid dispute, CancellationToken ct) =>
        await Find(dispute, ct) is { } row && MaySee(row) ? row : throw Problem.NotFound();

    /// <summary>The case of a payment with the lines the payment pays.</summary>
    public async Task<(CaseRow Case, IReadOnlyList<Guid> Lines)> Payment(Guid payment, CancellationToken ct)
    {
        var rows = await source.Query(
            "select dispute_id, line_id from payments where payment_id = $1 order by line_id",
            r => (Dispute: r.GetGuid(0), Line: r.GetGuid(1)),
            ct,
            P(payment)
        );
        if (rows.Count == 0)
            throw Problem.NotFound();
        return (await Case(rows[0].Dispute, ct), [.. rows.Select(r => r.Line)]);
    }

    /// <summary>The case row whatever the caller may see; null while nothing has arrived.</summary>
    public async Task<CaseRow?> Find(Guid dispute, CancellationToken ct) =>
        (
            await source.Query(
                "select row::text from cases where stream_id = $1",
                r => cases.Parse(r.GetString(0)),
                ct,
                P(dispute)
            )
        ).SingleOrDefault();

    public async Task<Guid?> DisputeOf(Guid workerClaim, CancellationToken ct) =>
        (
            await source.Query(
                "select dispute_id from recovery_lines where worker_claim_id = $1 limit 1",
                r => (Guid?)r.GetGuid(0),
                ct,
                P(workerClaim)
            )
        ).SingleOrDefault();

    public bool MaySee(CaseRow row) => IsMediator(row) || caller.MayActIn(row.Unit, UnitReaders);

    public bool MayReadSlips(CaseRow row) => IsMediator(row) || caller.MayActIn(row.Unit, SlipReaders);

    /// <summary>The reader of slips as the log of accesses names her.</summary>
    /// <exception cref="Problem">403.</exception>
    public void ReadSlips(CaseRow row) => caller.ActIn(row.Unit, IsMediator(row) ? [Role.Mediator] : SlipReaders);

    public bool MayEnter(CaseRow row) => IsMediator(row) || caller.MayActIn(row.Unit, UnitEnterers);

    /// <exception cref="Problem">403.</exception>
    public void Enter(CaseRow row) => caller.ActIn(row.Unit, IsMediator(row) ? [Role.Mediator] : UnitEnterers);

    public bool MayReduce(CaseRow row) => IsMediator(row) || caller.MayActIn(row.Unit, UnitReducers);

    /// <exception cref="Problem">403.</exception>
    public void Reduce(CaseRow row) => caller.ActIn(row.Unit, IsMediator(row) ? [Role.Mediator] : UnitReducers);

    public bool MayVerify(CaseRow row) => caller.MayActIn(row.Unit, Verifiers);

    /// <exception cref="Problem">403.</exception>
    public void Verify(CaseRow row) => caller.ActIn(row.Unit, Verifiers);

    private bool IsMediator(CaseRow row) =>
        row.Responsible is { } responsible
        && caller.IsOrStandsInFor(responsible)
        && caller.MayActIn(row.Unit, Role.Mediator);
}
