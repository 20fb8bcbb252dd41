using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Npgsql;
using NpgsqlTypes;

namespace Mediation.EventStore;

/// <summary>A cache of folded states of long streams. Deleting any row only costs time.</summary>
internal static class Snapshots
{
    public static async Task<(TState State, long Version)?> Find<TState, TCommand, TEvent>(
        NpgsqlConnection connection,
        Aggregate<TState, TCommand, TEvent> aggregate,
        Guid stream,
        CancellationToken ct
    )
        where TState : class
        where TCommand : class
        where TEvent : class
    {
        await using var command = new NpgsqlCommand(
            """
            select version, state::text from snapshots
            where stream_id = $1 and decider = $2 and decider_version = $3
            """,
            connection
        );
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = stream });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = aggregate.Name });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = aggregate.SnapshotVersion });
        await using var reader = await command.ExecuteReaderAsync(ct);
        if (!await reader.ReadAsync(ct))
            return null;
        var state = JsonSerializer.Deserialize<TState>(reader.GetString(1), StateJson<TState>.Options)!;
        return (state, reader.GetInt64(0));
    }

    /// <summary>Keeps the state after an append once a stream is long, each time it has grown by a tenth of the limit.</summary>
    public static async Task Keep<TState, TCommand, TEvent>(
        NpgsqlDataSource source,
        Aggregate<TState, TCommand, TEvent> aggregate,
        Loaded<TState> loaded,
        IReadOnlyList<TEvent> events,
        CancellationToken ct
    )
        where TState : class
        where TCommand : class
        where TEvent : class
    {
        var version = loaded.Version + events.Count;
        if (version < aggregate.SnapshotFrom || loaded.History.Count + events.Count < aggregate.SnapshotFrom / 10)
            return;
        var state = events.Aggregate(loaded.State, aggregate.Evolve);
        await using var command = source.CreateCommand(
            """
            insert into snapshots (stream_id, decider, decider_version, version, state) values ($1, $2, $3, $4, $5)
            on conflict (stream_id, decider, decider_version)
            do update set version = excluded.version, state = excluded.state where snapshots.version < excluded.version
            """
        );
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = loaded.Stream });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = aggregate.Name });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = aggregate.SnapshotVersion });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = version });
        command.Parameters.Add(
            new NpgsqlParameter<string>
            {
                TypedValue = JsonSerializer.Serialize(state, StateJson<TState>.Options),
                NpgsqlDbType = NpgsqlDbType.Jsonb,
            }
        );
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>States are closed record families; the member's name is written beside its fields, so that domains
    /// need no serialization attributes.</summary>
    private static class StateJson<TState>
    {
        public static readonly JsonSerializerOptions Options = new(EventTypes.Json)
        {
            TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { Family } },
        };

        private static void Family(JsonTypeInfo info)
        {
            if (info.Type != typeof(TState) || !typeof(TState).IsAbstract)
                return;
            info.PolymorphismOptions = new() { TypeDiscriminatorPropertyName = "$state" };
            foreach (
                var member in typeof(TState)
                    .Assembly.GetTypes()
                    .Where(t => !t.IsAbstract && t.IsAssignableTo(info.Type))
            )
                info.PolymorphismOptions.DerivedTypes.Add(new(member, member.Name));
        }
    }
}
