using Mediation.Contracts;
using Mediation.Contracts.Deadlines;
using Mediation.Deadlines.Domain;
using Mediation.EventStore;
using Mediation.Hosting;
using Npgsql;

namespace Mediation.Deadlines.Service;

/// <summary>What other services learn of clocks and supervisions. What a clock is for stands in its first event only, and
/// never changes; it is looked up for a page at once.</summary>
internal sealed class Publishing(NpgsqlDataSource source, ClockList clocks, SupervisionList supervisions)
    : IPublish<Message>
{
    private const string RightEnding = "right_ending";

    private Dictionary<Guid, ClockRow> rows = [];
    private Dictionary<Guid, SupervisionListRow> followed = [];

    public async Task Prepare(IReadOnlyList<StoredEvent> page, CancellationToken ct)
    {
        rows = (
            await source.Rows(
                $"select row::text from {clocks.Table} where stream_id = any($1) and row is not null",
                r => clocks.Parse(r.GetString(0)),
                ct,
                Sql.P(Ids(page, Streams.Clock.Name))
            )
        ).ToDictionary(r => r.ClockId);
        followed = (
            await source.Rows(
                $"select row::text from {supervisions.Table} where stream_id = any($1)",
                r => supervisions.Parse(r.GetString(0)),
                ct,
                Sql.P(Ids(page, Streams.Supervision.Name))
            )
        ).ToDictionary(r => r.Opened.SupervisionId);
    }

    public Message? Map(StoredEvent stored, Origin origin) =>
        stored.Data switch
        {
            // Held for a clock that has not begun; nobody waits for it.
            FactHeld => null,
            IClockEvent e when rows.TryGetValue(stored.Stream, out var row) => Clock(e, row, origin.Source()),
            ISupervisionEvent e when followed.TryGetValue(stored.Stream, out var row) => Supervision(
                e,
                row.Opened,
                origin.Source()
            ),
            _ => null,
        };

    /// <summary>Where the clock stands. The row may be ahead of the event: then later messages say the same once more, and
    /// none says what has ceased to hold.</summary>
    private static ClockMessage? Clock(IClockEvent e, ClockRow row, SourceEvent source) =>
        e switch
        {
            // Whoever answers for the case has it as a letter; here the party is told of her own right.
            ClockWarned w => row is { Type: Domain.RuleType.Right, Subject.PartyId: { } party }
                ? new NoticeDue(source, row.ClockId, row.Subject.Root, party, row.Unit, RightEnding, row.Rule, w.Due)
                : null,
            _ => new ClockChanged(
                source,
                row.ClockId,
                row.Subject.Root,
                row.Subject.Of,
                row.Subject.PartyId,
                row.Rule,
                row.Type.As<Contracts.Deadlines.RuleType>(),
                row.Unit,
                row.Standing,
                row.IsOpen ? row.Due : null,
                row.Computed.Provisional
            ),
        };

    private static SupervisionChanged? Supervision(ISupervisionEvent e, SupervisionOpened opened, SourceEvent source)
    {
        SupervisionChanged Changed(SupervisionState state, DateOnly? replyBy = null, string? by = null) =>
            new(
                source,
                opened.SupervisionId,
                opened.ClockId,
                opened.Subject.Root,
                opened.Rule,
                opened.Unit,
                by ?? opened.By,
                state,
                replyBy
            );
        return e switch
        {
            SupervisionOpened o => Changed(SupervisionState.Open, o.ReplyBy),
            ReplySentBack b => Changed(SupervisionState.Open, b.ReplyBy),
            SupervisionEscalated x => Changed(SupervisionState.Open, x.ReplyBy, x.To),
            ReplyUrged u => Changed(SupervisionState.Open, u.ReplyBy),
            ReplyGiven => Changed(SupervisionState.Answered),
            SupervisionCleared => Changed(SupervisionState.Cleared),
            _ => null,
        };
    }

    private static Guid[] Ids(IReadOnlyList<StoredEvent> page, string type) =>
        [.. page.Where(e => e.StreamType == type).Select(e => e.Stream).Distinct()];
}
