using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Mediation.EventStore;

/// <summary>Runs one subscription in whichever process holds its advisory lock; the others stand by. The connection
/// that holds the lock also reads and writes, so who lost the lock can no longer write.</summary>
internal sealed class SubscriptionRunner(
    EventJournal journal,
    Subscription subscription,
    TimeProvider clock,
    ILogger logger
) : BackgroundService
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(250);

    // Reached only while notifications of other processes come; then polling serves for the one a crash left unsaid.
    private static readonly TimeSpan LongestPoll = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan ShortestSettling = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongestSettling = TimeSpan.FromMilliseconds(80);
    private static readonly TimeSpan StandBy = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pause = StandBy;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var connection = await journal.Source.OpenConnectionAsync(stoppingToken);
                if (await Lock(connection, stoppingToken))
                {
                    pause = StandBy;
                    try
                    {
                        await Run(connection, stoppingToken);
                    }
                    finally
                    {
                        await Unlock(connection);
                    }
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // The type says enough; messages of drivers can quote values.
                logger.LogError("{Subscription} paused: {Error}", subscription.Name, e.GetType().Name);
                logger.LogDebug(e, "{Subscription} paused", subscription.Name);
                pause = pause * 2 > LongestPause ? LongestPause : pause * 2;
            }
            try
            {
                await Task.Delay(pause, clock, stoppingToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task Run(NpgsqlConnection connection, CancellationToken ct)
    {
        var mark = await Checkpoint(connection, ct);
        await subscription.Resume(connection, ct);
        var reader = new SettledReader(journal);
        var stopped = false;
        var (poll, settling) = (Poll, ShortestSettling);
        while (!ct.IsCancellationRequested)
        {
            var news = journal.NextNews;
            var (events, next) = await reader.Next(connection, mark, subscription.PageSize, ct);
            if (next == mark)
            {
                // A gap settles within milliseconds, unless a long transaction somewhere in the cluster is open.
                if (reader.Waiting)
                {
                    await Task.Delay(settling, clock, ct);
                    settling = settling < LongestSettling ? settling * 2 : LongestSettling;
                }
                else if (await journal.News(news, poll, ct) || !journal.Hears)
                    poll = Poll;
                else if (poll < LongestPoll)
                    poll *= 2;
                continue;
            }
            (poll, settling) = (Poll, ShortestSettling);
            try
            {
                await Handle(connection, events, mark, next, ct);
                if (stopped)
                    await Forget(connection, ct);
                stopped = false;
                mark = next;
            }
            catch (Exception e)
                when (!ct.IsCancellationRequested && connection.FullState.HasFlag(System.Data.ConnectionState.Open))
            {
                stopped = true;
                mark = await OneByOne(connection, events, mark, next, e, ct);
                // Skipped or recovered: said at once, not with the next event that happens to come.
                if (mark == next)
                {
                    await Forget(connection, ct);
                    stopped = false;
                }
            }
        }
    }

    // A page failed: everything before the failing event is done, the failing one is recorded and stands until it
    // succeeds or an operator lets it be skipped. For a legal record a silent skip would be a lie.
    private async Task<long> OneByOne(
        NpgsqlConnection connection,
        IReadOnlyList<StoredEvent> events,
        long mark,
        long next,
        Exception pageError,
        CancellationToken ct
    )
    {
        foreach (var stored in events)
        {
            try
            {
                if (await Skipped(connection, stored.Position, ct))
                    await Handle(connection, [], mark, stored.Position, ct);
                else
                    await Handle(connection, [stored], mark, stored.Position, ct);
                mark = stored.Position;
            }
            catch (Exception e)
                when (!ct.IsCancellationRequested && connection.FullState.HasFlag(System.Data.ConnectionState.Open))
            {
                await Stop(connection, stored.Position, e, ct);
                await Task.Delay(StandBy, clock, ct);
                return mark;
            }
        }
        logger.LogWarning(
            "{Subscription}: a page failed and then went through: {Error}",
            subscription.Name,
            pageError.GetType().Name
        );
        if (next > mark)
            await Handle(connection, [], mark, next, ct);
        return next;
    }

    private async Task Handle(
        NpgsqlConnection connection,
        IReadOnlyList<StoredEvent> events,
        long mark,
        long next,
        CancellationToken ct
    )
    {
        if (subscription.ReadsData && events.Select(e => e.Data).OfType<Unreadable>().FirstOrDefault() is { } poison)
            throw poison.Error;
        if (events.Count > 0)
            await subscription.Deliver(events, ct);
        await using var batch = new NpgsqlBatch(connection);
        if (events.Count > 0)
            subscription.Write(events, batch);
        var move = new NpgsqlBatchCommand(
            """
            with moved as (
                update mt_event_progression set last_seq_id = $2, last_updated = now()
                where name = $1 and last_seq_id = $3 returning name
            )
            select journal_refuse('checkpoint') where not exists (select 1 from moved)
            """
        );
        move.Parameters.Add(new NpgsqlParameter<string> { TypedValue = subscription.Name });
        move.Parameters.Add(new NpgsqlParameter<long> { TypedValue = next });
        move.Parameters.Add(new NpgsqlParameter<long> { TypedValue = mark });
        batch.BatchCommands.Add(move);
        await batch.ExecuteNonQueryAsync(ct);
    }

    private async Task<bool> Lock(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "select pg_try_advisory_lock(hashtextextended(current_schema() || ':' || $1, 4444))",
            connection
        );
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = subscription.Name });
        return (bool)(await command.ExecuteScalarAsync(ct))!;
    }

    // A connection goes back to the pool and is not reset there; with the lock on it nobody, not even this process,
    // could become the runner again.
    private static async Task Unlock(NpgsqlConnection connection)
    {
        if (!connection.FullState.HasFlag(System.Data.ConnectionState.Open))
            return;
        await using var command = new NpgsqlCommand("select pg_advisory_unlock_all()", connection);
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }

    private async Task<long> Checkpoint(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            """
            with fresh as (
                insert into mt_event_progression (name, last_seq_id, last_updated) values ($1, $2, now())
                on conflict (name) do nothing returning last_seq_id
            )
            select last_seq_id from fresh
            union all
            select last_seq_id from mt_event_progression where name = $1
            """,
            connection
        );
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = subscription.Name });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = subscription.Start });
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    private async Task Stop(NpgsqlConnection connection, long position, Exception error, CancellationToken ct)
    {
        logger.LogError(
            "{Subscription} stopped at {Position}: {Error}",
            subscription.Name,
            position,
            error.GetType().Name
        );
        logger.LogDebug(error, "{Subscription} stopped at {Position}", subscription.Name, position);
        await using var command = new NpgsqlCommand(
            """
            insert into subscription_stops (name, position, error) values ($1, $2, $3)
            on conflict (name) do update set position = excluded.position, error = excluded.error,
                since = case when subscription_stops.position = excluded.position then subscription_stops.since else now() end
            """,
            connection
        );
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = subscription.Name });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = position });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = error.GetType().Name });
        await command.ExecuteNonQueryAsync(ct);
    }

    private async Task Forget(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("delete from subscription_stops where name = $1", connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = subscription.Name });
        await command.ExecuteNonQueryAsync(ct);
    }

    private async Task<bool> Skipped(NpgsqlConnection connection, long position, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "select exists (select 1 from subscription_skips where name = $1 and position = $2)",
            connection
        );
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = subscription.Name });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = position });
        return (bool)(await command.ExecuteScalarAsync(ct))!;
    }
}
