using System.Runtime.CompilerServices;
using Mediation.Identity.Domain;
using Mediation.Kit;

namespace Mediation.Identity.Specs;

public sealed class DecisionTables
{
    [Fact]
    public void OrgUnit_is_specified_whole_and_its_table_stands_in_the_readme()
    {
        var rows = DecisionTable.Collect<OrgUnit>(GetType().Assembly);
        DecisionTable.Gaps<OrgUnit, IOrgUnitCommand>(rows, typeof(OrgUnitRefusals)).ShouldBeEmpty();
        DecisionTable.MustStandIn("services/Identity/README.md", "OrgUnit", DecisionTable.Markdown(rows));
    }

    [Fact]
    public void Grant_is_specified_whole_and_its_table_stands_in_the_readme()
    {
        var rows = DecisionTable.Collect<Grant>(GetType().Assembly);
        DecisionTable.Gaps<Grant, IGrantCommand>(rows, typeof(GrantRefusals)).ShouldBeEmpty();
        DecisionTable.MustStandIn("services/Identity/README.md", "Grant", DecisionTable.Markdown(rows));
    }

    /// <summary>A forgotten event would make every later load of its stream fail.</summary>
    [Fact]
    public void Every_event_of_OrgUnit_is_evolved_in_some_state() =>
        MustEvolve(
            [
                OrgUnit.Initial,
                new OrgUnit.Open("110106", UnitLevel.District, default, "丰台区", default, "110000", default),
                new OrgUnit.Closed("110106", default),
            ],
            (OrgUnit state, IOrgUnitEvent e) => OrgUnit.Evolve(state, e)
        );

    [Fact]
    public void Every_event_of_Grant_is_evolved_in_some_state() =>
        MustEvolve(
            [
                Grant.Initial,
                new Grant.Active(Guid.Empty, Guid.Empty, [], [], []),
                new Grant.Locked(Guid.Empty, Guid.Empty, [], [], []),
            ],
            (Grant state, IGrantEvent e) => Grant.Evolve(state, e)
        );

    private static void MustEvolve<TState, TEvent>(TState[] states, Func<TState, TEvent, TState> evolve)
    {
        var events = typeof(TEvent).Assembly.GetTypes().Where(t => t.IsClass && t.IsAssignableTo(typeof(TEvent)));
        events.Count().ShouldBeGreaterThan(3);
        foreach (var type in events)
        {
            var e = (TEvent)RuntimeHelpers.GetUninitializedObject(type);
            states.Any(state => Evolves(state, e)).ShouldBeTrue(type.Name);
        }

        bool Evolves(TState state, TEvent e)
        {
            try
            {
                evolve(state, e);
                return true;
            }
            catch (InvalidOperationException)
            {
                return false;
            }
        }
    }
}
