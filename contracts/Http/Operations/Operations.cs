namespace Mediation.Contracts.Http.Operations;

/// <summary><c>GET /operations</c> of every service: how it is doing.</summary>
/// <param name="Head">Largest position visible in the log.</param>
/// <param name="ErrorQueues">Null while the message broker does not answer.</param>
public sealed record OperationsStatus(
    string Service,
    long Head,
    IReadOnlyList<SubscriptionStatus> Subscriptions,
    IReadOnlyList<ParkedStatus> Parked,
    IReadOnlyList<ErrorQueueStatus>? ErrorQueues,
    IReadOnlyList<MessageCount> Messages
);

/// <summary>A reader of the log; the seal lag is the lag of <c>AuditChain:All</c>.</summary>
/// <param name="Lag">Events behind the head.</param>
/// <param name="StoppedAt">Position of the event it cannot handle; an operator may let it pass over with
/// <c>POST /operations/subscriptions/{name}/skip/{position}</c>, which is recorded.</param>
public sealed record SubscriptionStatus(
    string Name,
    long Position,
    long Lag,
    DateTimeOffset? LastMoved,
    long? StoppedAt,
    string? Error,
    DateTimeOffset? StoppedSince
);

/// <summary>Messages that wait for their predecessor. Waiting longer than five minutes is an alarm.</summary>
public sealed record ParkedStatus(string Consumer, long Messages, DateTimeOffset Oldest);

/// <summary>A queue of failed messages. <c>GET /operations/errors/{queue}</c> lists them,
/// <c>POST /operations/errors/{queue}/replay</c> sends them back and answers how many.</summary>
public sealed record ErrorQueueStatus(string Queue, long Messages);

/// <summary>How many messages of a contract were <c>sent</c> or <c>applied</c> (by which consumer), with a digest that
/// does not depend on their order: sender and consumers must show the same.</summary>
public sealed record MessageCount(string Direction, string Party, string Contract, long Messages, string Digest);

/// <summary>A failed message: what it is and why it failed, never its content.</summary>
public sealed record FailedMessage(string MessageId, string Contract, string Error, DateTimeOffset? At);

/// <summary>Answer of a replay.</summary>
public sealed record Replayed(int Messages);
