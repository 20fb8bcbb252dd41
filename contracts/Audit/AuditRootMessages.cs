namespace Mediation.Contracts.Audit;

/// <summary>Messages of a service's audit-root stream.</summary>
public abstract record AuditRootMessage(SourceEvent Source) : Message(Source);

/// <summary>The last link of a service's audit chain at the end of a legal day. Every other service keeps it, so that
/// the sender's log cannot be rewritten alone.</summary>
/// <param name="Position">Number of the last event of that day in the sender's log.</param>
/// <param name="Hash">The link, lower-case hexadecimal.</param>
public sealed record AuditRootNoted(SourceEvent Source, string Service, DateOnly Day, long Position, string Hash)
    : AuditRootMessage(Source);
