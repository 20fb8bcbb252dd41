using Mediation.Contracts.Deadlines;
using Mediation.Contracts.Disputes;
using Mediation.EventStore;
using Mediation.Hosting;
using Npgsql;

namespace Mediation.Intake.Service;

/// <summary>Who answers for a dispute may read its parties, whatever unit she belongs to.</summary>
internal sealed class KeepAssignment : IHandle<ResponsibilityChanged>
{
    public Task Handle(ResponsibilityChanged message, Changes changes, CancellationToken ct)
    {
        changes.Also(
            """
            insert into assignments (dispute_id, account) values ($1, $2)
            on conflict (dispute_id) do update set account = excluded.account
            """,
            new NpgsqlParameter<Guid> { TypedValue = message.DisputeId },
            new NpgsqlParameter
            {
                NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Uuid,
                Value = (object?)message.ResponsibleAccount ?? DBNull.Value,
            }
        );
        return Task.CompletedTask;
    }
}

/// <summary>A party is to be told: one notice per clock, party and last day, whatever often it is asked for.</summary>
internal sealed class OpenNoticeOnDue(EventJournal journal, TimeProvider clock) : IHandle<NoticeDue>
{
    public async Task Handle(NoticeDue message, Changes changes, CancellationToken ct)
    {
        var id = NameBasedId.From(message.ClockId, $"notice:{message.PartyId:N}:{message.Due:yyyyMMdd}");
        var command = new OpenNotice(
            new(id, message.ClockId, message.DisputeId, message.PartyId, message.Unit),
            message.Template,
            message.Rule,
            message.Due,
            LegalDay.Today(clock)
        );
        if ((await journal.Decide(Aggregates.Notice, id, command, changes, ct)).Count > 0)
            changes.Also(NoticeSender.Begin(id, clock.GetUtcNow()));
    }
}

/// <summary>Keeps the clocks, and leaves off telling a party of a day that is no longer hers.</summary>
internal sealed class KeepClockAndNotices(
    EventJournal journal,
    NoticesView view,
    NpgsqlDataSource source,
    TimeProvider clock
) : IHandle<ClockChanged>
{
    public async Task Handle(ClockChanged message, Changes changes, CancellationToken ct)
    {
        CaseClocks.Keep(message, changes);
        await using var open = source.CreateCommand(
            "select stream_id, row::text from notices where clock = $1 and state <> 'settled'"
        );
        open.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = message.ClockId });
        var stale = new List<Guid>();
        await using (var reader = await open.ExecuteReaderAsync(ct))
            while (await reader.ReadAsync(ct))
                if (message.Standing is not ClockStanding.Running || message.Due != view.Parse(reader.GetString(1)).Due)
                    stale.Add(reader.GetGuid(0));
        var ended = message.Standing is ClockStanding.Lapsed or ClockStanding.DoneLate;
        foreach (var notice in stale)
        {
            await journal.Decide(Aggregates.Notice, notice, new LeaveOff(ended, LegalDay.Today(clock)), changes, ct);
            changes.Also(NoticeSender.Done(notice));
        }
    }
}
