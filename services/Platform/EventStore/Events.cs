namespace Mediation.EventStore;

/// <summary>An event as it stands in the log.</summary>
/// <param name="Position">Its number in the whole log; later events have larger ones, gaps are normal.</param>
/// <param name="Version">Its number in its stream, from 1 without gaps.</param>
/// <param name="Name">Stored name, declared once in <see cref="EventTypes"/>; not the CLR name.</param>
/// <param name="Data">The event, upcast to today's shape.</param>
public sealed record StoredEvent(
    long Position,
    Guid Id,
    Guid Stream,
    string StreamType,
    long Version,
    string Name,
    object Data,
    DateTimeOffset RecordedAt,
    Metadata Metadata
);

/// <summary>Who, for whom and why: stands on every event.</summary>
/// <param name="Cause">Id of the command or message. With the handler it makes the ids of the events, so that the
/// same cause can be recorded only once.</param>
/// <param name="Handler">What turned the cause into events; two consumers of one message differ here.</param>
/// <param name="Account">Account that acted; null when the system acted by itself.</param>
/// <param name="Role">Role under which it acted.</param>
/// <param name="Unit">Unit in which it acted.</param>
/// <param name="OnBehalfOf">Account for which it stood in.</param>
/// <param name="Correlation">One id for everything that follows from one action of a person.</param>
/// <param name="Trace">W3C trace parent, so that publishing later belongs to the same trace.</param>
/// <param name="EffectiveOn">Legal day of the fact where it happened before it was recorded.</param>
public sealed record Metadata(
    Guid Cause,
    string Handler,
    string? Account = null,
    string? Role = null,
    string? Unit = null,
    string? OnBehalfOf = null,
    string? Correlation = null,
    string? Trace = null,
    DateOnly? EffectiveOn = null
);

/// <summary>A family of streams: how its state is folded and how it answers commands. Everything in it is pure.</summary>
/// <param name="Name">Stored name of the stream type.</param>
/// <param name="Initial">State of a stream without events.</param>
public sealed record Aggregate<TState, TCommand, TEvent>(
    string Name,
    TState Initial,
    Func<TState, TEvent, TState> Evolve,
    Func<TState, TCommand, IReadOnlyList<TEvent>> Decide
)
    where TState : class
    where TCommand : class
    where TEvent : class
{
    /// <summary>Version of the decider's state shape; a snapshot of another version is ignored.</summary>
    public int SnapshotVersion { get; init; } = 1;

    /// <summary>Streams of at least this many events get a snapshot; below it replay is faster than the look-up.</summary>
    public int SnapshotFrom { get; init; } = 300;
}

/// <summary>A stream as loaded: its state, its version and, unless a snapshot shortened it, its whole history.</summary>
public sealed record Loaded<TState>(
    Guid Stream,
    TState State,
    long Version,
    IReadOnlyList<StoredEvent> History,
    bool Whole
);

/// <summary>What an append did.</summary>
/// <param name="Version">Version of the first stream named in the changes after it.</param>
/// <param name="Events">What was appended; empty when everything was already so.</param>
public sealed record Appended(Guid Stream, long Version, IReadOnlyList<StoredEvent> Events);

/// <summary>An append that must not happen.</summary>
public sealed class AppendConflict(AppendConflict.Kind reason, Guid stream, Exception? inner = null)
    : Exception($"{reason} on stream {stream}", inner)
{
    public enum Kind
    {
        /// <summary>The stream moved on since it was read.</summary>
        Version,

        /// <summary>The stream was to be started and exists.</summary>
        StreamExists,

        /// <summary>The stream is archived and takes no more events.</summary>
        Archived,

        /// <summary>This cause was recorded before: a redelivered command or message.</summary>
        AlreadyRecorded,
    }

    public Kind Reason { get; } = reason;

    public Guid Stream { get; } = stream;
}
