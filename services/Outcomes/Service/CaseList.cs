using Mediation.EventStore;

namespace Mediation.Outcomes.Service;

/// <summary>What authorization, counts of cases and worklists need of a dispute.</summary>
/// <param name="Opened">The case itself has arrived, not only a worker of it.</param>
/// <param name="Responsible">Who answers for the case; null when nobody is appointed, then the unit's head does.</param>
internal sealed record CaseRow(
    Guid DisputeId,
    bool Opened,
    string CaseNumber,
    string Unit,
    DateOnly AcceptedOn,
    Guid? Responsible,
    IReadOnlyList<Guid> Persons,
    IReadOnlyList<Guid> Lines
);

/// <summary>One row per dispute that was told to this service.</summary>
internal sealed class CaseList : StreamView<CaseRow>
{
    public override string Table => "cases";

    public override string StreamType => Streams.Case.Name;

    public override (string Columns, string Indexes) Ddl =>
        (
            """
            unit text generated always as (row ->> 'unit') stored,
            accepted_on date generated always as (iso_day(row ->> 'acceptedOn')) stored,
            responsible uuid generated always as ((row ->> 'responsible')::uuid) stored
            """,
            """
            create index {table}_accepted on {table} (accepted_on, unit);
            create index {table}_responsible on {table} (responsible);
            """
        );

    protected override CaseRow? Fold(CaseRow? row, StoredEvent stored) =>
        stored.Data switch
        {
            CaseOpened e => row is null
                ? new(e.DisputeId, true, e.CaseNumber, e.Unit, e.AcceptedOn, null, [], [])
                : row with
                {
                    Opened = true,
                },
            CaseWorkerNoted e => Worker(
                row ?? new(e.DisputeId, false, e.CaseNumber, e.Unit, e.AcceptedOn, null, [], []),
                e
            ),
            CaseLineAdded e => row! with { Lines = [.. row.Lines, e.Line] },
            CaseResponsibilityNoted e => row! with { Responsible = e.Account },
            CaseWithdrawn or CaseMediationFailed or CaseClosed => row,
            _ => throw new InvalidOperationException($"{stored.Name} is not an event of a case file."),
        };

    private static CaseRow Worker(CaseRow row, CaseWorkerNoted e) =>
        row with
        {
            Persons = [.. row.Persons, e.PersonId],
            Lines = [.. row.Lines, .. e.Lines],
        };
}
