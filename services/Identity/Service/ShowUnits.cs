using Mediation.Contracts.Http;
using Mediation.EventStore;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Mediation.Identity.Domain;
using Contract = Mediation.Contracts.Identity;
using Http = Mediation.Contracts.Http.Identity;

namespace Mediation.Identity.Service;

internal static class ShowUnits
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/units", Tree).RequireSignIn();
        routes.MapGet("/units/{code}", Unit).RequireSignIn();
    }

    private static async Task<Http.UnitTreeView> Tree(
        DateOnly? asOf,
        OrgUnits units,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        var day = asOf ?? LegalDay.Today(clock);
        var open = (await units.All(ct)).Values.Where(u => u.IsOpenOn(day)).ToList();
        var children = open.ToLookup(u => u.ParentOn(day), StringComparer.Ordinal);
        // Parents before children: level by level is enough, because a unit stands below the level above it.
        var nodes = open.OrderBy(u => u.Level)
            .ThenBy(u => u.Level is UnitLevel.Street ? u.ParentOn(day) : "", StringComparer.Ordinal)
            .ThenBy(u => u.Order)
            .ThenBy(u => u.Code, StringComparer.Ordinal)
            .Select(u => new Http.UnitNode(
                u.Code,
                u.ParentOn(day),
                u.NameOn(day),
                LevelOf(u.Level),
                u.Order,
                u.Since,
                children[u.Code].Count()
            ));
        return new(day, [.. nodes]);
    }

    private static async Task<Http.UnitView> Unit(
        string code,
        DateOnly? asOf,
        Caller caller,
        OrgUnits units,
        EventJournal journal,
        TimeProvider clock,
        HttpResponse response,
        CancellationToken ct
    )
    {
        var day = asOf ?? LegalDay.Today(clock);
        var all = await units.All(ct);
        if (!all.TryGetValue(code, out var unit))
            throw Problem.NotFound(OrgUnitRefusals.UnitUnknown);
        var loaded = await journal.Load(Aggregates.OrgUnit, OrgUnits.StreamOf(code), ct: ct);
        var parent = unit.ParentOn(day);
        Answer.Version(response, loaded.Version);
        return new(
            loaded.Stream,
            unit.Code,
            loaded.Version,
            unit.NameOn(day),
            LevelOf(unit.Level),
            parent,
            parent is null ? null : all[parent].NameOn(day),
            unit.ClosedFrom,
            [
                .. unit
                    .Facts.OrderBy(f => f.From)
                    .ThenBy(f => f.Version)
                    .Select(f => new Http.UnitFact(
                        f.From,
                        Enum.Parse<Http.UnitFactKind>(f.Kind.ToString()),
                        f.Name,
                        f.ParentCode,
                        f.RecordedAt
                    )),
            ],
            [.. Actions(loaded.State, unit, all, caller, LegalDay.Today(clock))]
        );
    }

    private static IEnumerable<ActionState> Actions(
        OrgUnit state,
        OrgUnitRow unit,
        IReadOnlyDictionary<string, OrgUnitRow> all,
        Caller caller,
        DateOnly today
    )
    {
        var elsewhere = all.Values.FirstOrDefault(u =>
            u.Level == unit.Level - 1 && u.ClosedFrom is null && u.Code != unit.ParentOn(DateOnly.MaxValue)
        );
        // A day on which every recorded change counts already; the person chooses her own.
        var later = unit.Facts.Max(f => f.From) > today ? unit.Facts.Max(f => f.From) : today;
        yield return Probe("rename", new RenameUnit("", later));
        yield return elsewhere is null && unit.Level is not UnitLevel.City
            ? new("move", Allowed: false, "no_other_parent", [])
            : Probe(
                "move",
                new MoveUnit(elsewhere?.Code ?? "", elsewhere is null ? null : new(elsewhere.Level, Open: true), later)
            );
        yield return Probe("close", new CloseUnit(OrgUnits.ChildrenFrom(all, unit.Code, later), later));

        ActionState Probe(string action, IOrgUnitCommand command)
        {
            if (!caller.MayActIn(unit.Code, Role.Administrator))
                return new(action, Allowed: false, "role_required", []);
            try
            {
                OrgUnitDecider.Decide(state, command);
                return new(action, Allowed: true, null, []);
            }
            catch (Refused no)
            {
                return new(action, Allowed: false, no.Code, [.. no.Arguments.Select(a => a.ToString() ?? "")]);
            }
        }
    }

    private static Contract.UnitLevel LevelOf(UnitLevel level) => Enum.Parse<Contract.UnitLevel>(level.ToString());
}
