using Mediation.Contracts.Deadlines;
using Mediation.Deadlines.Domain;
using Mediation.EventStore;

namespace Mediation.Deadlines.Service;

/// <summary>A breach that is followed up, as lists and worklists need it.</summary>
/// <param name="By">The unit that supervises now.</param>
/// <param name="ReplyBy">Last day for the reply; null where none is due.</param>
/// <param name="Replied">Account that gave the last reply.</param>
internal sealed record SupervisionListRow(
    SupervisionOpened Opened,
    string By,
    SupervisionState State,
    DateOnly? ReplyBy,
    bool Done,
    Guid? Replied,
    ClearingGround? Ground
);

internal sealed class SupervisionList : StreamView<SupervisionListRow>
{
    public override string Table => "supervisions";

    public override string StreamType => Streams.Supervision.Name;

    public override (string Columns, string Indexes) Ddl =>
        (
            """
            clock_id uuid generated always as ((row -> 'opened' ->> 'clockId')::uuid) stored,
            case_id uuid generated always as ((row -> 'opened' -> 'subject' ->> 'root')::uuid) stored,
            unit text generated always as (row -> 'opened' ->> 'unit') stored,
            by_unit text generated always as (row ->> 'by') stored,
            state text generated always as (row ->> 'state') stored,
            reply_by date generated always as (iso_day(row ->> 'replyBy')) stored
            """,
            """
            create index {table}_clock on {table} (clock_id);
            create index {table}_of on {table} (unit, state, reply_by);
            create index {table}_by on {table} (by_unit, state, reply_by);
            create index {table}_reply on {table} (reply_by, stream_id) where state = 'open';
            """
        );

    protected override SupervisionListRow? Fold(SupervisionListRow? row, StoredEvent stored) =>
        stored.Data switch
        {
            SupervisionOpened e => new(e, e.By, SupervisionState.Open, e.ReplyBy, false, null, null),
            ReplyGiven e => row! with { State = SupervisionState.Answered, ReplyBy = null, Replied = e.Account },
            ReplySentBack e => row! with { State = SupervisionState.Open, ReplyBy = e.ReplyBy },
            SupervisionEscalated e => row! with { By = e.To, ReplyBy = e.ReplyBy },
            ReplyUrged e => row! with { ReplyBy = e.ReplyBy },
            DutyDone => row! with { Done = true },
            DutyOpenAgain => row! with { Done = false },
            SupervisionCleared e => row! with { State = SupervisionState.Cleared, ReplyBy = null, Ground = e.Ground },
            _ => throw new InvalidOperationException($"{stored.Name} is not an event of a supervision."),
        };
}
