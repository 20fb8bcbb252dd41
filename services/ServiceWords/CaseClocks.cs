using Mediation.Contracts;
using Mediation.Contracts.Deadlines;
using Mediation.EventStore;
using Mediation.Hosting;
using Npgsql;
using NpgsqlTypes;

namespace Mediation;

/// <summary>The clocks of a service's cases as Deadlines tells them: enough to say which legal day comes next. Where
/// nothing was told there is no day, and lists work without.</summary>
internal static class CaseClocks
{
    /// <summary>Clocks whose day somebody has to keep: our own duties, also when they were missed, and rights of a party.</summary>
    private const string Open = "standing in ('running', 'breached') and type in ('duty', 'right')";

    /// <summary>Table of the clocks.</summary>
    public const string Schema = $"""
        create table if not exists case_clocks (
            clock_id   uuid not null primary key,
            dispute_id uuid not null,
            of_id      uuid not null,
            rule       text not null,
            type       text not null,
            standing   text not null,
            due        date null
        );
        create index if not exists case_clocks_next on case_clocks (dispute_id, due) where {Open};
        """;

    /// <summary>Keeps the clocks, in a queue of their own.</summary>
    public static ServiceHost<Message> CaseClocksKept<TClocks>(
        this ServiceHost<Message> host,
        Action<Consumer<Message>>? more = null
    )
        where TClocks : class, IHandle<ClockChanged> =>
        host.Migration("case-clocks", Schema)
            .Consumes(
                "clocks",
                consumer =>
                {
                    // Supervision says nothing to lists, but a message that no queue takes would stop its publisher.
                    consumer.Family<ClockMessage>().Family<SupervisionMessage>().On<ClockChanged, TClocks>();
                    more?.Invoke(consumer);
                }
            );

    /// <summary>Adds what a clock tells to the changes of its message.</summary>
    public static void Keep(ClockChanged clock, Changes changes) =>
        changes.Also(
            // A missed duty has no day to come, but it stays the nearest until it is done.
            """
            insert into case_clocks as c (clock_id, dispute_id, of_id, rule, type, standing, due)
            values ($1, $2, $3, $4, $5, $6, $7)
            on conflict (clock_id) do update set standing = excluded.standing,
                due = coalesce(excluded.due, case when excluded.standing = 'breached' then c.due end)
            """,
            new NpgsqlParameter<Guid> { TypedValue = clock.ClockId },
            new NpgsqlParameter<Guid> { TypedValue = clock.DisputeId },
            new NpgsqlParameter<Guid> { TypedValue = clock.Of },
            new NpgsqlParameter<string> { TypedValue = clock.Rule },
            new NpgsqlParameter<string> { TypedValue = Word(clock.Type) },
            new NpgsqlParameter<string> { TypedValue = Word(clock.Standing) },
            new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Date, Value = (object?)clock.Due ?? DBNull.Value }
        );

    /// <summary>SQL that joins <c>next_due</c>, the nearest day of the case's open clocks, to each row.</summary>
    /// <param name="dispute">Column with the id of the case.</param>
    public static string Next(string dispute) =>
        $"""
            left join lateral (
                select min(due) as next_due from case_clocks where dispute_id = {dispute} and {Open}
            ) clock on true
            """;

    /// <summary>Last day of a rule for a case while it runs or was missed; null where no such clock is known.</summary>
    public static async Task<DateOnly?> LastDay(
        NpgsqlDataSource source,
        Guid dispute,
        string rule,
        CancellationToken ct
    )
    {
        await using var command = source.CreateCommand(
            $"select max(due) from case_clocks where dispute_id = $1 and rule = $2 and {Open}"
        );
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = dispute });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = rule });
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) && !await reader.IsDBNullAsync(0, ct)
            ? reader.GetFieldValue<DateOnly>(0)
            : null;
    }

    private static string Word(Enum word) => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(word.ToString());
}

/// <summary>For a service that does no more with clocks than keep them.</summary>
internal sealed class KeepClock : IHandle<ClockChanged>
{
    public Task Handle(ClockChanged message, Changes changes, CancellationToken ct)
    {
        CaseClocks.Keep(message, changes);
        return Task.CompletedTask;
    }
}
