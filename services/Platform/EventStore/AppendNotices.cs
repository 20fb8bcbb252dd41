using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace Mediation.EventStore;

/// <summary>Tells the other processes of the service that something was appended, and hears them. A notification inside
/// the append's transaction would make all commits wait for one another; this one is sent after them, at most one in
/// 20 ms. One that is lost costs time only: everybody polls as well, often while nothing is heard and rarely while
/// notifications come.</summary>
internal sealed class AppendNotices(EventJournal journal, TimeProvider clock, ILogger<AppendNotices> logger)
    : BackgroundService
{
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private readonly string self = Guid.NewGuid().ToString("N")[..12];

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Again(Tell, stoppingToken), Again(Listen, stoppingToken));

    private async Task Again(Func<CancellationToken, Task> work, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
            try
            {
                await work(ct);
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException or System.Net.Sockets.SocketException)
            {
                logger.LogWarning("Appends of other processes are found by polling only: {Error}", e.GetType().Name);
                await Task.Delay(Pause, clock, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
    }

    private async Task Tell(CancellationToken ct)
    {
        for (var next = journal.NextAppend; ; )
        {
            await next.WaitAsync(ct);
            // Taken before the notification: what is appended from now on is told with the next one.
            next = journal.NextAppend;
            await using (
                var command = journal.Source.CreateCommand("select pg_notify('journal:' || current_schema(), $1)")
            )
            {
                command.Parameters.Add(
                    new NpgsqlParameter<string> { TypedValue = self, NpgsqlDbType = NpgsqlDbType.Text }
                );
                await command.ExecuteNonQueryAsync(ct);
            }
            await Task.Delay(Gathering, clock, ct);
        }
    }

    private async Task Listen(CancellationToken ct)
    {
        await using var connection = await journal.Source.OpenConnectionAsync(ct);
        void Heard(object sender, NpgsqlNotificationEventArgs notice)
        {
            if (notice.Payload != self)
                journal.Hear();
        }
        connection.Notification += Heard;
        try
        {
            await Execute(
                connection,
                "do $$ begin execute format('listen %I', 'journal:' || current_schema()); end $$"
            );
            journal.Hears = true;
            // What was appended while nobody listened.
            journal.Hear();
            while (true)
                await connection.WaitAsync(ct);
        }
        finally
        {
            journal.Hears = false;
            // Whoever waits long because notifications come is to look more often from now on.
            journal.Hear();
            connection.Notification -= Heard;
            // The connection goes back to the pool, where it is not reset.
            if (connection.FullState.HasFlag(System.Data.ConnectionState.Open))
                await Execute(connection, "unlisten *");
        }
    }

    private static async Task Execute(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }
}
