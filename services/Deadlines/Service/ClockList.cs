using Mediation.Contracts.Deadlines;
using Mediation.Deadlines.Domain;
using Mediation.EventStore;

namespace Mediation.Deadlines.Service;

/// <summary>A clock that has begun, as lists, worklists and the sweep need it.</summary>
/// <param name="Wakes">First day on which the passing of time does something to it; null while nothing can.</param>
/// <param name="Due">Last day; null while it is suspended.</param>
/// <param name="WarnedOn">Day of the last warning of this run.</param>
/// <param name="EndedOn">Legal day of the fact that ended or answered it.</param>
/// <param name="Plain">Its dates follow from what stands in this row: nothing was held, served, suspended or begun anew.</param>
internal sealed record ClockRow(
    Guid ClockId,
    ClockSubject Subject,
    string Rule,
    DateOnly RuleVersion,
    Domain.RuleType Type,
    string Unit,
    int? Length,
    DateOnly From,
    DateOnly EnteredOn,
    ClockStanding Standing,
    Computed Computed,
    DateOnly? Due,
    DateOnly? Wakes,
    DateOnly? WarnedOn,
    int ExtendedBy,
    DateOnly? EndedOn,
    DateOnly? FoundOn,
    bool Plain
)
{
    /// <summary>Something is still to come or to be answered.</summary>
    public bool IsOpen =>
        Standing is ClockStanding.Running or ClockStanding.Suspended or ClockStanding.Breached or ClockStanding.Overdue;
}

/// <summary>One row per clock, from its arming on.</summary>
internal sealed class ClockList : StreamView<ClockRow>
{
    /// <summary><see cref="ClockRow.IsOpen"/> in SQL.</summary>
    public const string Open = "('running', 'suspended', 'breached', 'overdue')";

    public override string Table => "clocks";

    public override string StreamType => Streams.Clock.Name;

    public override (string Columns, string Indexes) Ddl =>
        (
            $"""
            case_id uuid generated always as ((row -> 'subject' ->> 'root')::uuid) stored,
            of_id uuid generated always as ((row -> 'subject' ->> 'of')::uuid) stored,
            rule text generated always as (row ->> 'rule') stored,
            type text generated always as (row ->> 'type') stored,
            unit text generated always as (row ->> 'unit') stored,
            standing text generated always as (row ->> 'standing') stored,
            due date generated always as (iso_day(row ->> 'due')) stored,
            wakes date generated always as (iso_day(row ->> 'wakes')) stored,
            calendar int generated always as ((row -> 'computed' ->> 'calendar')::int) stored,
            provisional boolean generated always as ((row -> 'computed' ->> 'provisional')::boolean) stored,
            open boolean generated always as (row ->> 'standing' in {Open}) stored
            """,
            """
            create index {table}_case on {table} (case_id);
            create index {table}_of on {table} (of_id);
            create index {table}_wakes on {table} (wakes, stream_id) where wakes is not null;
            create index {table}_open on {table} (unit, due, stream_id) where open;
            create index {table}_rule on {table} (rule, unit) where open;
            create index {table}_provisional on {table} (due) where open and provisional;
            create index {table}_calendar on {table} (calendar, stream_id) where standing in ('running', 'breached', 'lapsed', 'overdue', 'opened', 'rebutted', 'doneLate');
            """
        );

    protected override ClockRow? Fold(ClockRow? row, StoredEvent stored) =>
        stored.Data switch
        {
            ClockArmed e => Runs(
                new(
                    e.ClockId,
                    e.Subject,
                    e.Rule,
                    e.Version,
                    e.Type,
                    e.Unit,
                    e.Length,
                    e.From,
                    e.EnteredOn,
                    ClockStanding.Running,
                    e.Computed,
                    null,
                    null,
                    null,
                    0,
                    null,
                    null,
                    stored.Version == 1 && e.Service is null
                )
            ),
            // Held before it begins there is no row yet.
            FactHeld => row is null ? row : row with { Plain = false },
            ClockExtended e => Moved(row! with { ExtendedBy = row.ExtendedBy + e.By }, e.Computed),
            ClockSuspended { Computed: { } computed } => Moved(row! with { Plain = false }, computed),
            ClockSuspended => row! with { Standing = ClockStanding.Suspended, Due = null, Wakes = null, Plain = false },
            ClockResumed e => Runs(row! with { Computed = e.Computed, WarnedOn = null }),
            ClockRestarted e => Moved(row! with { Plain = false }, e.Computed),
            ClockRecomputed e => Moved(row! with { RuleVersion = e.Version, From = e.From }, e.Computed),
            ClockWarned e => Runs(row! with { WarnedOn = e.On }),
            ClockMet e => Ended(row!, ClockStanding.Met, e.Fact.On),
            ClockCancelled e => Ended(row!, ClockStanding.Cancelled, e.Fact.On),
            ClockBreached e => Over(row!, ClockStanding.Breached, e.FoundOn),
            ClockLapsed e => Over(row!, ClockStanding.Lapsed, e.FoundOn),
            ClockOverdue e => Over(row!, ClockStanding.Overdue, e.FoundOn),
            GateOpened e => Over(row!, ClockStanding.Opened, e.FoundOn),
            EndRebutted e => row! with { Standing = ClockStanding.Rebutted, EndedOn = e.Fact.On },
            // An opened gate stays open whatever is done afterwards.
            EndConfirmed e => row!.Standing is ClockStanding.Opened
                ? row
                : row with
                {
                    Standing = ClockStanding.DoneLate,
                    EndedOn = e.Fact.On,
                },
            ClockReopened => Runs(row! with { WarnedOn = null, FoundOn = null }),
            AnswerTakenBack => row! with { Standing = Unanswered(row.Type), EndedOn = null },
            _ => throw new InvalidOperationException($"{stored.Name} is not an event of a clock."),
        };

    private static ClockRow Moved(ClockRow row, Computed computed)
    {
        var moved = row with { Computed = computed };
        return row.Standing switch
        {
            ClockStanding.Running => Runs(moved),
            ClockStanding.Suspended => moved,
            _ => moved with { Due = computed.Due },
        };
    }

    private static ClockRow Runs(ClockRow row) =>
        row with
        {
            Standing = ClockStanding.Running,
            Due = row.Computed.Due,
            Wakes = ClockDecider.WakesOn(row.Type, row.From, row.Computed, row.WarnedOn),
            EndedOn = null,
        };

    private static ClockRow Ended(ClockRow row, ClockStanding standing, DateOnly on) =>
        row with
        {
            Standing = standing,
            Due = row.Computed.Due,
            Wakes = null,
            EndedOn = on,
        };

    private static ClockRow Over(ClockRow row, ClockStanding standing, DateOnly foundOn) =>
        row with
        {
            Standing = standing,
            Due = row.Computed.Due,
            Wakes = null,
            FoundOn = foundOn,
        };

    private static ClockStanding Unanswered(Domain.RuleType type) =>
        type switch
        {
            Domain.RuleType.Duty => ClockStanding.Breached,
            Domain.RuleType.Right => ClockStanding.Lapsed,
            Domain.RuleType.External => ClockStanding.Overdue,
            _ => ClockStanding.Opened,
        };
}
