using Mediation.Contracts.Http.Intake;
using Mediation.EventStore;

namespace Mediation.Intake.Service;

/// <summary>A notice as lists, worklist and its page read it.</summary>
internal sealed record NoticeRecord(
    NoticeKey Key,
    string Rule,
    DateOnly Due,
    DateOnly OpenedOn,
    NoticeState State,
    IReadOnlyList<NoticeStep> Steps,
    DateTimeOffset Since,
    NoticeMeans? Means = null,
    CallReason? CallReason = null,
    NoticeOutcome? Outcome = null,
    DateOnly? SettledOn = null
);

/// <summary>One row per notice, written with the append.</summary>
internal sealed class NoticesView : StreamView<NoticeRecord>
{
    public override string Table => "notices";

    public override string StreamType => Aggregates.Notice.Name;

    public override (string Columns, string Indexes) Ddl =>
        (
            """
            state   text generated always as (row ->> 'state') stored,
            unit    text generated always as (row -> 'key' ->> 'unit') stored,
            clock   uuid generated always as ((row -> 'key' ->> 'clockId')::uuid) stored,
            dispute uuid generated always as ((row -> 'key' ->> 'disputeId')::uuid) stored,
            party   uuid generated always as ((row -> 'key' ->> 'partyId')::uuid) stored,
            due     date generated always as (iso_day(row ->> 'due')) stored
            """,
            """
            create index {table}_unit on {table} (unit, state, due);
            create index {table}_clock on {table} (clock) where state <> 'settled';
            create index {table}_dispute on {table} (dispute)
            """
        );

    protected override NoticeRecord? Fold(NoticeRecord? row, StoredEvent stored)
    {
        var by = Guid.TryParse(stored.Metadata.Account, out var account) ? account : (Guid?)null;
        var step = new NoticeStep(stored.Name, stored.RecordedAt, by);
        return ((INoticeEvent)stored.Data, row) switch
        {
            (NoticeOpened e, null) => new(
                e.Notice,
                e.Rule,
                e.Due,
                e.OpenedOn,
                NoticeState.Waiting,
                [step],
                stored.RecordedAt
            ),
            (NoticeSent e, { } r) => Next(
                r with
                {
                    State = NoticeState.Sent,
                    Means = e.Means,
                },
                step with
                {
                    Means = e.Means.As<Contracts.Intake.NoticeMeans>(),
                }
            ),
            (CallAsked e, { } r) => Next(r with { State = NoticeState.ToPhone, CallReason = e.Reason }, step),
            (LetterAsked, { } r) => Next(r with { State = NoticeState.ToPrint }, step),
            (CallMade e, { } r) => Next(
                r with
                {
                    Means = NoticeMeans.Call,
                },
                step with
                {
                    CallMeans = e.Means.As<Contracts.Http.Intake.CallMeans>(),
                    Reached = e.Reached,
                    At = e.At,
                }
            ),
            (NoticeClosed e, { } r) => Next(
                r with
                {
                    State = NoticeState.Settled,
                    Means = e.Means ?? r.Means,
                    Outcome = e.Outcome,
                    SettledOn = e.On,
                },
                step with
                {
                    Means = e.Means?.As<Contracts.Intake.NoticeMeans>(),
                }
            ),
            _ => throw new InvalidOperationException($"{stored.Name} cannot follow in a notice's row."),
        };
    }

    private static NoticeRecord Next(NoticeRecord row, NoticeStep step) =>
        row with
        {
            Steps = [.. row.Steps, step],
            Since = step.At,
        };
}
