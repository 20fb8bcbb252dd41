using Mediation.Deadlines.Domain;
using Mediation.EventStore;

namespace Mediation.Deadlines.Service;

/// <summary>One row per account that holds a role or was absent.</summary>
internal sealed class StaffList : StreamView<StaffMember>
{
    public override string Table => "staff";

    public override string StreamType => Streams.Staff.Name;

    public override (string Columns, string Indexes) Ddl => ("", "");

    protected override StaffMember? Fold(StaffMember? row, StoredEvent stored) =>
        StaffMember.Evolve(row ?? StaffMember.Initial, (IStaffMemberEvent)stored.Data);
}
