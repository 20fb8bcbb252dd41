using Mediation.EventStore;

namespace Mediation.Hosting;

/// <summary>What of a message the platform must know to keep its order: the event it comes from and the event of the
/// same stream published before it. Contracts carry it; the service tells the platform where.</summary>
public sealed record Origin(
    Guid EventId,
    Guid Stream,
    long Version,
    long PreviousVersion,
    DateTimeOffset RecordedAt,
    DateOnly? EffectiveOn
);

/// <summary>Maps events to what other services may know. The only place of a service that sees both an internal event
/// and a contract.</summary>
/// <typeparam name="TMessage">Base of all contracts of the published language.</typeparam>
public interface IPublish<out TMessage>
    where TMessage : class
{
    /// <summary>Called with every page before its events are mapped, by a map that needs what a stream's first events said
    /// and the later ones do not repeat.</summary>
    Task Prepare(IReadOnlyList<StoredEvent> page, CancellationToken ct) => Task.CompletedTask;

    /// <summary>The message for an event, or null for what stays inside. One event makes at most one message: its
    /// version is the message's place in the order.</summary>
    TMessage? Map(StoredEvent stored, Origin origin);
}

/// <summary>Turns one kind of message into changes of this service. Everything it does is committed in one transaction
/// with the note that the message was applied, so it runs as often as needed and acts once.</summary>
public interface IHandle<in TMessage>
    where TMessage : class
{
    /// <param name="changes">Carries metadata whose cause is the message.</param>
    Task Handle(TMessage message, Changes changes, CancellationToken ct);
}
