using Mediation.Content;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Mediation.Hosting;

/// <summary>Clears away what has served its time, one process of a service at a time and at most 1,000 rows per
/// transaction: stored answers, notes of messages worked off, uploads that nothing kept, ciphertext of erased owners.
/// </summary>
internal sealed class Housekeeping(
    NpgsqlDataSource source,
    ContentStore? content,
    TimeProvider clock,
    ILogger<Housekeeping> logger
) : BackgroundService
{
    /// <summary>A repeated Idempotency-Key is answered from the stored answer for this long.</summary>
    public static readonly TimeSpan AnswersKept = TimeSpan.FromHours(24);

    /// <summary>A message that comes again within this time is known by its id. One that comes later, out of an error
    /// queue that nobody looked after, is known by the version of its stream in <c>inbox</c>, which is kept for ever.
    /// </summary>
    public static readonly TimeSpan ProcessedKept = TimeSpan.FromDays(60);

    private const int Batch = 1000;
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        try
        {
            do try
            {
                await Clear(stoppingToken);
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException)
            {
                logger.LogWarning("Nothing is cleared away for now: {Error}", e.GetType().Name);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested) { }
    }

    /// <summary>Clears away what is due, unless another process is at it.</summary>
    /// <returns>Rows removed; null where another process is at it.</returns>
    internal async Task<long?> Clear(CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        if (!await Ask("select pg_try_advisory_lock(hashtextextended(current_schema() || ':housekeeping', 0))"))
            return null;
        try
        {
            var removed = await Delete(
                connection,
                "delete from idempotency where cause in (select cause from idempotency where at < $1 limit $2)",
                AnswersKept,
                ct
            );
            removed += await Delete(
                connection,
                """
                delete from processed where (consumer, message_id) in (
                    select consumer, message_id from processed where at < $1 limit $2)
                """,
                ProcessedKept,
                ct
            );
            return removed + (content is null ? 0 : await content.SweepAsync(ct));
        }
        finally
        {
            if (connection.FullState.HasFlag(System.Data.ConnectionState.Open))
                await Ask("select pg_advisory_unlock(hashtextextended(current_schema() || ':housekeeping', 0))");
        }

        async Task<bool> Ask(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            return (bool)(await command.ExecuteScalarAsync(CancellationToken.None))!;
        }
    }

    // Each statement is a transaction of its own: a long one would hold up every reader of the log in the cluster.
    private async Task<long> Delete(NpgsqlConnection connection, string sql, TimeSpan kept, CancellationToken ct)
    {
        var removed = 0L;
        for (var rows = Batch; rows == Batch; removed += rows)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            command.Parameters.Add(
                new NpgsqlParameter<DateTime> { TypedValue = (clock.GetUtcNow() - kept).UtcDateTime }
            );
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Batch });
            rows = await command.ExecuteNonQueryAsync(ct);
        }
        return removed;
    }
}
