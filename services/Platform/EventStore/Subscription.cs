using Npgsql;

namespace Mediation.EventStore;

/// <summary>Reads the whole log in settled order, one process at a time, and remembers how far it came. What
/// <see cref="Deliver"/> does outside the database happens at least once; what <see cref="Write"/> adds is committed
/// together with the checkpoint, so exactly once.</summary>
public abstract class Subscription
{
    /// <summary>Name in Marten's grammar, e.g. <c>Publishing:All</c>; the key of the checkpoint and of the lock.</summary>
    public abstract string Name { get; }

    /// <summary>Largest number of events in one page.</summary>
    public virtual int PageSize => 500;

    /// <summary>Where a subscription without a checkpoint begins.</summary>
    public virtual long Start => 0;

    /// <summary>Whether an event that this version cannot read stops it; not who looks at rows only.</summary>
    internal virtual bool ReadsData => true;

    /// <summary>Called after this process became the one runner, before the first page.</summary>
    public virtual Task Resume(NpgsqlConnection connection, CancellationToken ct) => Task.CompletedTask;

    /// <summary>Effects outside the database; may be repeated after a crash.</summary>
    public virtual Task Deliver(IReadOnlyList<StoredEvent> page, CancellationToken ct) => Task.CompletedTask;

    /// <summary>Statements committed with the checkpoint.</summary>
    public virtual void Write(IReadOnlyList<StoredEvent> page, NpgsqlBatch batch) { }
}
