using Mediation.Deadlines.Domain;
using Mediation.Kit;

namespace Mediation.Deadlines.Specs;

public sealed class DecisionTables
{
    [Fact]
    public void Clock_is_specified_whole_and_its_table_stands_in_the_readme()
    {
        var rows = DecisionTable.Collect<Clock>(GetType().Assembly);
        DecisionTable.Gaps<Clock, IClockCommand>(rows, typeof(ClockRefusals)).ShouldBeEmpty();
        DecisionTable.MustStandIn("services/Deadlines/README.md", "Clock", DecisionTable.Markdown(rows));
    }

    [Fact]
    public void Supervision_is_specified_whole_and_its_table_stands_in_the_readme()
    {
        var rows = DecisionTable.Collect<Supervision>(GetType().Assembly);
        DecisionTable.Gaps<Supervision, ISupervisionCommand>(rows, typeof(SupervisionRefusals)).ShouldBeEmpty();
        DecisionTable.MustStandIn("services/Deadlines/README.md", "Supervision", DecisionTable.Markdown(rows));
    }

    [Fact]
    public void Announcements_are_specified_whole_and_their_table_stands_in_the_readme()
    {
        var rows = DecisionTable.Collect<Announcements>(GetType().Assembly);
        DecisionTable.Gaps<Announcements, ICalendarCommand>(rows, typeof(AnnouncementRefusals)).ShouldBeEmpty();
        DecisionTable.MustStandIn("services/Deadlines/README.md", "Announcements", DecisionTable.Markdown(rows));
    }

    [Fact]
    public void Amendments_are_specified_whole_and_their_table_stands_in_the_readme()
    {
        var rows = DecisionTable.Collect<Amendments>(GetType().Assembly);
        DecisionTable.Gaps<Amendments, IRuleCommand>(rows, typeof(AmendmentRefusals)).ShouldBeEmpty();
        DecisionTable.MustStandIn("services/Deadlines/README.md", "Amendments", DecisionTable.Markdown(rows));
    }
}
