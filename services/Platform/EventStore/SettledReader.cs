using System.Globalization;
using Npgsql;

namespace Mediation.EventStore;

/// <summary>Reads the log past a mark without ever overtaking an append that is still open. Numbers are drawn before
/// commit, so a later number can become visible first; who simply reads past the last number loses events. A run
/// without gaps is delivered at once. At a gap the reader notes the largest visible number and then a transaction id
/// of its own: when every older transaction has ended, all numbers up to the noted one are settled, and what is still
/// missing was rolled back.</summary>
internal sealed class SettledReader(EventJournal journal)
{
    private (long Ceiling, long Fence)? pending;

    /// <summary>The next events after the mark, and the mark after them (which may move over rolled-back numbers
    /// without any event).</summary>
    public async Task<(IReadOnlyList<StoredEvent> Events, long Mark)> Next(
        NpgsqlConnection connection,
        long mark,
        int limit,
        CancellationToken ct
    )
    {
        if (pending is { } waiting && waiting.Ceiling > mark)
        {
            if (!await Settled(connection, waiting.Fence, ct))
                return ([], mark);
            pending = null;
            var settled = await journal.Page(connection, mark, waiting.Ceiling, limit, ct);
            // A full page may have left settled events behind; the rest comes with the next call.
            if (settled.Count == limit)
            {
                pending = waiting;
                return (settled, settled[^1].Position);
            }
            return (settled, waiting.Ceiling);
        }
        pending = null;
        var page = await journal.Page(connection, mark, long.MaxValue, limit, ct);
        if (page.Count == 0)
            return ([], mark);
        var run = 0;
        while (run < page.Count && page[run].Position == mark + run + 1)
            run++;
        if (run > 0)
            return (page.GetRange(0, run), page[run - 1].Position);
        pending = await Fence(connection, ct);
        return ([], mark);
    }

    /// <summary>Whether events beyond the mark wait for an open transaction.</summary>
    public bool Waiting => pending is not null;

    private static async Task<(long, long)> Fence(NpgsqlConnection connection, CancellationToken ct)
    {
        // Two statements: the ceiling must be read on an older snapshot than the fence is drawn.
        await using var ceiling = new NpgsqlCommand("select coalesce(max(seq_id), 0) from mt_events", connection);
        var c = (long)(await ceiling.ExecuteScalarAsync(ct))!;
        await using var fence = new NpgsqlCommand("select pg_current_xact_id()::text", connection);
        return (c, long.Parse((string)(await fence.ExecuteScalarAsync(ct))!, CultureInfo.InvariantCulture));
    }

    private static async Task<bool> Settled(NpgsqlConnection connection, long fence, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select pg_snapshot_xmin(pg_current_snapshot())::text", connection);
        return long.Parse((string)(await command.ExecuteScalarAsync(ct))!, CultureInfo.InvariantCulture) > fence;
    }
}
