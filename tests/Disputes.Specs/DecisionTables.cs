using Mediation.Disputes.Domain;
using Mediation.Kit;

namespace Mediation.Disputes.Specs;

public sealed class DecisionTables
{
    [Fact]
    public void Dispute_is_specified_whole_and_its_table_stands_in_the_readme()
    {
        var rows = DecisionTable.Collect<Dispute>(GetType().Assembly);
        DecisionTable.Gaps<Dispute, IDisputeCommand>(rows, typeof(DisputeRefusals)).ShouldBeEmpty();
        DecisionTable.MustStandIn("services/Disputes/README.md", "Dispute", DecisionTable.Markdown(rows));
    }

    [Fact]
    public void WorkerClaim_is_specified_whole_and_its_table_stands_in_the_readme()
    {
        var rows = DecisionTable.Collect<WorkerClaim>(GetType().Assembly);
        DecisionTable.Gaps<WorkerClaim, IWorkerClaimCommand>(rows, typeof(WorkerClaimRefusals)).ShouldBeEmpty();
        DecisionTable.MustStandIn("services/Disputes/README.md", "WorkerClaim", DecisionTable.Markdown(rows));
    }

    /// <summary>A forgotten event would make every later load of its stream fail.</summary>
    [Fact]
    public void Every_event_is_evolved_by_a_played_case()
    {
        var seen = PlayedCases.All.SelectMany(c => c.Happened).ToHashSet();
        foreach (
            var type in typeof(Dispute)
                .Assembly.GetTypes()
                .Where(t =>
                    t.IsClass
                    && (t.IsAssignableTo(typeof(IDisputeEvent)) || t.IsAssignableTo(typeof(IWorkerClaimEvent)))
                )
        )
            seen.ShouldContain(type);
    }
}
