using Mediation.EventStore;
using Mediation.Identity.Domain;

namespace Mediation.Identity.Service;

internal static class Aggregates
{
    public static readonly Aggregate<OrgUnit, IOrgUnitCommand, IOrgUnitEvent> OrgUnit = new(
        "org_unit",
        Domain.OrgUnit.Initial,
        Domain.OrgUnit.Evolve,
        OrgUnitDecider.Decide
    );

    public static readonly Aggregate<Grant, IGrantCommand, IGrantEvent> Grant = new(
        "grant",
        Domain.Grant.Initial,
        Domain.Grant.Evolve,
        GrantDecider.Decide
    );
}
