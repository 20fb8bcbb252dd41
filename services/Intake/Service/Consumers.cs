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
