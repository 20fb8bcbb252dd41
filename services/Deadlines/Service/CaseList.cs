using Mediation.Deadlines.Domain;
using Mediation.EventStore;

namespace Mediation.Deadlines.Service;

/// <summary>What pages and authorization need of a case.</summary>
internal sealed record CaseRow(Guid CaseId, Guid? RequestId, string Unit, string? CaseNumber, Guid? Responsible);

/// <summary>One row per case that was told to this service.</summary>
internal sealed class CaseList : StreamView<CaseRow>
{
    public override string Table => "cases";

    public override string StreamType => Streams.Case.Name;

    public override (string Columns, string Indexes) Ddl =>
        (
            """
            request_id uuid generated always as ((row ->> 'requestId')::uuid) stored,
            unit text generated always as (row ->> 'unit') stored,
            responsible uuid generated always as ((row ->> 'responsible')::uuid) stored
            """,
            """
            create index {table}_request on {table} (request_id);
            create index {table}_responsible on {table} (responsible);
            """
        );

    protected override CaseRow? Fold(CaseRow? row, StoredEvent stored) =>
        stored.Data switch
        {
            CaseNoted e => new(e.CaseId, e.RequestId, e.Unit, e.CaseNumber, row?.Responsible),
            ResponsibilityNoted e => row! with { Responsible = e.Account },
            ApplicationNoted or CaseWorkerNoted => row,
            _ => throw new InvalidOperationException($"{stored.Name} is not an event of a case file."),
        };
}
