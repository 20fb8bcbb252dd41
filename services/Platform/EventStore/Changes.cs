using Npgsql;
using NpgsqlTypes;

namespace Mediation.EventStore;

/// <summary>What one command or message changes, committed whole or not at all: events of one or several streams, the
/// view rows that follow from them, and rows of the service's own tables.</summary>
public sealed class Changes(Metadata metadata)
{
    private readonly List<StreamAppend> appends = [];
    private readonly List<NpgsqlBatchCommand> commands = [];

    public Metadata Metadata { get; } = metadata;

    public bool IsEmpty => appends.Count == 0 && commands.Count == 0;

    internal IReadOnlyList<StreamAppend> Appends => appends;

    internal IReadOnlyList<NpgsqlBatchCommand> Commands => commands;

    /// <summary>Appends what was decided on a loaded stream. Nothing decided is nothing appended.</summary>
    /// <exception cref="InvalidOperationException">The stream is already in these changes: decide once, on the whole.</exception>
    public Changes Append<TState>(string streamType, Loaded<TState> loaded, IReadOnlyList<object> events)
    {
        if (events.Count == 0)
            return this;
        if (appends.Exists(a => a.Stream == loaded.Stream))
            throw new InvalidOperationException("A stream is appended to once per change.");
        appends.Add(new(loaded.Stream, streamType, loaded.Version, events, loaded.History, loaded.Whole));
        return this;
    }

    /// <summary>Adds a statement on the service's own tables to the same transaction.</summary>
    public Changes Also(string sql, params IEnumerable<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters)
            command.Parameters.Add(parameter);
        return Also(command);
    }

    /// <summary>Adds a prepared statement to the same transaction.</summary>
    public Changes Also(NpgsqlBatchCommand command)
    {
        commands.Add(command);
        return this;
    }

    /// <summary>Marks the cause as worked off by a consumer, also when nothing is appended.</summary>
    public Changes MarkProcessed(string consumer, Guid messageId) =>
        Also(
            "insert into processed (consumer, message_id) values ($1, $2)",
            new NpgsqlParameter<string> { TypedValue = consumer },
            new NpgsqlParameter<Guid> { TypedValue = messageId, NpgsqlDbType = NpgsqlDbType.Uuid }
        );

    internal sealed record StreamAppend(
        Guid Stream,
        string StreamType,
        long ExpectedVersion,
        IReadOnlyList<object> Events,
        IReadOnlyList<StoredEvent> History,
        bool Whole
    );
}
