namespace Mediation.Contracts;

/// <summary>Where a message comes from: one event of one stream of the publishing service. A consumer keeps, per
/// source stream, the version it applied last; a message whose <see cref="PreviousVersion"/> is not there yet waits
/// until it is, because the broker promises no order.</summary>
/// <param name="EventId">Id of the event, also the id of the message: a second delivery has the same.</param>
/// <param name="Stream">Stream of the publishing service.</param>
/// <param name="Version">Version of that stream which this event made.</param>
/// <param name="PreviousVersion">Version of the event of the same stream published before this one; 0 for the first.</param>
/// <param name="RecordedAt">When the service recorded the fact.</param>
/// <param name="EffectiveOn">The legal day of the fact (Asia/Shanghai) where it happened before it was recorded.</param>
public sealed record SourceEvent(
    Guid EventId,
    Guid Stream,
    long Version,
    long PreviousVersion,
    DateTimeOffset RecordedAt,
    DateOnly? EffectiveOn = null
);

/// <summary>What one service tells the others. Messages carry ids and coded facts, never a name, a number of a
/// person, or text somebody typed. They change by addition only.</summary>
public abstract record Message(SourceEvent Source);
