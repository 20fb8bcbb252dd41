using System.Collections.Concurrent;
using System.Diagnostics;
using Npgsql;

namespace Mediation.EventStore;

/// <summary>Group commit: while one transaction is on its way, the changes that arrive meanwhile wait and go together
/// in the next, without any artificial delay. A crowd then pays one flush and one round trip for many appends. If the
/// common transaction fails, each change is tried alone, so that nobody suffers from another's conflict.</summary>
internal sealed class CommitQueue(EventJournal journal)
{
    // One gathers the largest groups; the others join only while it is held up, by a lock or by a slow disk.
    private const int Workers = 3;
    private const int Largest = 128;
    private const int Turns = 10;
    private static readonly TimeSpan HeldUp = TimeSpan.FromMilliseconds(5);
    private readonly ConcurrentQueue<Pending> queue = new();
    private long lastBegun;
    private int working;

    public Task<Appended> Enqueue(Changes changes, CancellationToken ct)
    {
        var pending = new Pending(changes, ct);
        queue.Enqueue(pending);
        Wake(Stopwatch.GetElapsedTime(Volatile.Read(ref lastBegun)) < HeldUp ? 1 : Workers);
        return pending.Done.Task;
    }

    // The count never exceeds what works: who leaves lowers it and then looks at the queue once more, so whoever finds
    // it full has been seen.
    private void Wake(int most)
    {
        for (var now = Volatile.Read(ref working); now < most; now = Volatile.Read(ref working))
            if (Interlocked.CompareExchange(ref working, now + 1, now) == now)
            {
                _ = Task.Run(Work);
                return;
            }
    }

    private async Task Work()
    {
        try
        {
            while (Next() is { Count: > 0 } group)
            {
                Volatile.Write(ref lastBegun, Stopwatch.GetTimestamp());
                var commit = Commit(group);
                // What came meanwhile may have been left to this worker.
                if (await Task.WhenAny(commit, Task.Delay(HeldUp)) != commit && !queue.IsEmpty)
                    Wake(Workers);
                await commit;
                // Where there is a crowd, those just served come again at once: a few turns for them, and the next
                // transaction carries all instead of the few who came meanwhile.
                for (var turns = 0; turns < Turns && queue.Count < group.Count; turns++)
                    await Task.Yield();
            }
        }
        finally
        {
            Interlocked.Decrement(ref working);
        }
        // Something may have come between the last look and the leaving.
        if (!queue.IsEmpty)
            Wake(1);
    }

    // A stream is appended to once per transaction; who comes second waits for the next.
    private List<Pending> Next()
    {
        var group = new List<Pending>();
        var streams = new HashSet<Guid>();
        List<Pending>? later = null;
        while (group.Count < Largest && queue.TryDequeue(out var pending))
        {
            if (pending.Cancelled.IsCancellationRequested)
                pending.Done.TrySetCanceled(pending.Cancelled);
            else if (pending.Changes.Appends.All(a => !streams.Contains(a.Stream)))
            {
                streams.UnionWith(pending.Changes.Appends.Select(a => a.Stream));
                group.Add(pending);
            }
            else
                (later ??= []).Add(pending);
        }
        later?.ForEach(queue.Enqueue);
        return group;
    }

    private async Task Commit(List<Pending> group)
    {
        try
        {
            await using var connection = await journal.Source.OpenConnectionAsync();
            await Write(connection, group);
        }
        catch (Exception e)
        {
            foreach (var pending in group)
                pending.Done.TrySetException(e);
        }
    }

    private async Task Write(NpgsqlConnection connection, List<Pending> group)
    {
        try
        {
            // Once taken, a change is committed or refused; a caller that gives up now could not know which.
            var done = await journal.Write(group.ConvertAll(p => p.Changes), connection, null, CancellationToken.None);
            for (var i = 0; i < group.Count; i++)
                group[i].Done.TrySetResult(done[i]);
        }
        catch (Exception e) when (group.Count > 1 && e is AppendConflict or PostgresException)
        {
            foreach (var pending in group)
                await Alone(connection, pending);
        }
    }

    private async Task Alone(NpgsqlConnection connection, Pending pending)
    {
        try
        {
            var done = await journal.Write([pending.Changes], connection, null, CancellationToken.None);
            pending.Done.TrySetResult(done[0]);
        }
        catch (Exception e) when (e is AppendConflict or PostgresException)
        {
            pending.Done.TrySetException(e);
        }
    }

    private sealed record Pending(Changes Changes, CancellationToken Cancelled)
    {
        public TaskCompletionSource<Appended> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
