using Mediation.Kit;

namespace Mediation.Intake.Specs;

public sealed class DecisionTables
{
    [Fact]
    public void Every_decision_of_Request_is_specified_and_stands_in_the_README()
    {
        var rows = DecisionTable.Collect<Request>(typeof(RequestSpecs).Assembly);
        DecisionTable.Gaps<Request, IRequestCommand>(rows, typeof(RequestRefusals)).ShouldBeEmpty();
        DecisionTable.MustStandIn("services/Intake/README.md", "Request", DecisionTable.Markdown(rows));
    }

    [Fact]
    public void Every_decision_of_Notice_is_specified_and_stands_in_the_README()
    {
        var rows = DecisionTable.Collect<Notice>(typeof(NoticeSpecs).Assembly);
        DecisionTable.Gaps<Notice, INoticeCommand>(rows, typeof(NoticeRefusals)).ShouldBeEmpty();
        DecisionTable.MustStandIn("services/Intake/README.md", "Notice", DecisionTable.Markdown(rows));
    }
}
