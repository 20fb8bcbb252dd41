using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Npgsql;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Mediation.Hosting;

/// <summary>How a service is doing: what an operator sees and may repair without an engineer.</summary>
/// <param name="Head">Largest position visible in the log.</param>
/// <param name="ErrorQueues">Null while the message broker does not answer: then all the rest is what an operator needs.</param>
public sealed record OperationsStatus(
    string Service,
    long Head,
    IReadOnlyList<SubscriptionStatus> Subscriptions,
    IReadOnlyList<ParkedStatus> Parked,
    IReadOnlyList<ErrorQueueStatus>? ErrorQueues,
    IReadOnlyList<MessageCount> Messages
);

/// <param name="Lag">Events behind the head; the seal lag for the audit chain.</param>
/// <param name="StoppedAt">Position of the event it cannot handle, or null.</param>
public sealed record SubscriptionStatus(
    string Name,
    long Position,
    long Lag,
    DateTimeOffset? LastMoved,
    long? StoppedAt,
    string? Error,
    DateTimeOffset? StoppedSince
);

/// <param name="Oldest">Parked longer than five minutes is an alarm: a predecessor is missing.</param>
public sealed record ParkedStatus(string Consumer, long Messages, DateTimeOffset Oldest);

public sealed record ErrorQueueStatus(string Queue, long Messages);

/// <summary>Messages of one contract sent or applied, with an order-free digest to compare between services.</summary>
public sealed record MessageCount(string Direction, string Party, string Contract, long Messages, string Digest);

/// <summary>A message in an error queue: what it is and why it failed. Its content stays in the queue.</summary>
public sealed record FailedMessage(string MessageId, string Contract, string Error, DateTimeOffset? At);

internal sealed record OperationsSource(string Service, IConfiguration Configuration, IReadOnlyList<string> Queues);

/// <summary>Reads the state of subscriptions, parked messages and error queues, and replays what failed.</summary>
public sealed class Operations
{
    private static readonly string[] Suffixes = ["_error", "_skipped"];
    private readonly OperationsSource source;
    private readonly NpgsqlDataSource database;

    internal Operations(OperationsSource source, NpgsqlDataSource database) =>
        (this.source, this.database) = (source, database);

    public async Task<OperationsStatus> Status(CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        var head = await Scalar(connection, "select coalesce(max(seq_id), 0) from mt_events", ct);
        var subscriptions = await Read(
            connection,
            """
            select p.name, p.last_seq_id, p.last_updated, s.position, s.error, s.since
            from mt_event_progression p left join subscription_stops s on s.name = p.name order by p.name
            """,
            r => new SubscriptionStatus(
                r.GetString(0),
                r.GetInt64(1),
                Math.Max(0, head - r.GetInt64(1)),
                r.IsDBNull(2) ? null : r.GetFieldValue<DateTimeOffset>(2),
                r.IsDBNull(3) ? null : r.GetInt64(3),
                r.IsDBNull(4) ? null : r.GetString(4),
                r.IsDBNull(5) ? null : r.GetFieldValue<DateTimeOffset>(5)
            ),
            ct
        );
        var parked = await Read(
            connection,
            "select consumer, count(*), min(at) from parked group by consumer order by consumer",
            r => new ParkedStatus(r.GetString(0), r.GetInt64(1), r.GetFieldValue<DateTimeOffset>(2)),
            ct
        );
        var counts = await Read(
            connection,
            "select direction, party, contract, messages, digest::text from message_counts order by 1, 2, 3",
            r => new MessageCount(r.GetString(0), r.GetString(1), r.GetString(2), r.GetInt64(3), r.GetString(4)),
            ct
        );
        return new(source.Service, head, subscriptions, parked, await ErrorQueues(ct), counts);
    }

    /// <summary>Lists what stands in an error queue without taking it out.</summary>
    public async Task<IReadOnlyList<FailedMessage>> Failed(string queue, CancellationToken ct)
    {
        Known(queue);
        await using var broker = await Connect(ct);
        if (await Waiting(broker, queue, ct) == 0)
            return [];
        // Confirms are not needed to look; what is got is put back when the channel closes unacknowledged.
        await using var channel = await broker.CreateChannelAsync(cancellationToken: ct);
        var failed = new List<FailedMessage>();
        while (failed.Count < 200 && await channel.BasicGetAsync(queue, autoAck: false, ct) is { } message)
        {
            var headers = message.BasicProperties.Headers ?? new Dictionary<string, object?>(StringComparer.Ordinal);
            string Header(string name) =>
                headers.TryGetValue(name, out var value) && value is byte[] bytes ? Encoding.UTF8.GetString(bytes) : "";
            failed.Add(
                new(
                    message.BasicProperties.MessageId ?? "",
                    Header("MT-Fault-MessageType") is { Length: > 0 } type ? type : "?",
                    Header("MT-Fault-ExceptionType") is { Length: > 0 } error ? error : Header("MT-Reason"),
                    DateTimeOffset.TryParse(
                        Header("MT-Fault-Timestamp"),
                        System.Globalization.CultureInfo.InvariantCulture,
                        out var at
                    )
                        ? at
                        : null
                )
            );
        }
        return failed;
    }

    /// <summary>Sends what stands in an error queue back to its queue, each confirmed before it is taken out; a message
    /// that fails again comes back. Ids stay, so that what was applied meanwhile is recognised.</summary>
    /// <returns>How many were sent back.</returns>
    public async Task<int> Replay(string queue, CancellationToken ct)
    {
        var target = Known(queue);
        await using var broker = await Connect(ct);
        await using var channel = await broker.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true),
            ct
        );
        var replayed = 0;
        for (var left = await Waiting(broker, queue, ct); left > 0; left--)
        {
            if (await channel.BasicGetAsync(queue, autoAck: false, ct) is not { } message)
                break;
            var properties = new BasicProperties(message.BasicProperties);
            foreach (
                var name in properties
                    .Headers?.Keys.Where(k => k.StartsWith("MT-Fault-", StringComparison.Ordinal) || k == "MT-Reason")
                    .ToList()
                    ?? []
            )
                properties.Headers!.Remove(name);
            await channel.BasicPublishAsync("", target, mandatory: true, properties, message.Body, ct);
            await channel.BasicAckAsync(message.DeliveryTag, multiple: false, ct);
            replayed++;
        }
        return replayed;
    }

    /// <summary>Lets a stopped subscription pass over the event at which it stands; who did so is recorded.</summary>
    public async Task Skip(string subscription, long position, string account, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            """
            insert into subscription_skips (name, position, account)
            select name, position, $3 from subscription_stops where name = $1 and position = $2
            on conflict do nothing
            """
        );
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = subscription });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = position });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = account });
        if (await command.ExecuteNonQueryAsync(ct) == 0)
            throw new Problem(StatusCodes.Status409Conflict, "not_stopped_there");
    }

    private async Task<IReadOnlyList<ErrorQueueStatus>?> ErrorQueues(CancellationToken ct)
    {
        IConnection broker;
        try
        {
            broker = await Connect(ct);
        }
        catch (BrokerUnreachableException)
        {
            return null;
        }
        await using var _ = broker;
        var queues = new List<ErrorQueueStatus>();
        foreach (var queue in source.Queues.SelectMany(q => Suffixes.Select(s => q + s)))
            queues.Add(new(queue, await Waiting(broker, queue, ct)));
        return queues;
    }

    /// <summary>Messages in a queue; none where nothing ever failed and the broker has no such queue. Asking for one that
    /// is not there closes the channel, so each question has its own.</summary>
    private static async Task<uint> Waiting(IConnection broker, string queue, CancellationToken ct)
    {
        await using var channel = await broker.CreateChannelAsync(cancellationToken: ct);
        try
        {
            return await channel.MessageCountAsync(queue, ct);
        }
        catch (OperationInterruptedException)
        {
            return 0;
        }
    }

    private string Known(string queue)
    {
        foreach (var suffix in Suffixes)
            if (queue.EndsWith(suffix, StringComparison.Ordinal) && source.Queues.Contains(queue[..^suffix.Length]))
                return queue[..^suffix.Length];
        throw Problem.NotFound();
    }

    private Task<IConnection> Connect(CancellationToken ct) =>
        new ConnectionFactory
        {
            Uri = new Uri(source.Configuration["MEDIATION_RABBITMQ"]!),
            // A person waits for the page.
            RequestedConnectionTimeout = TimeSpan.FromSeconds(3),
        }.CreateConnectionAsync(ct);

    private static async Task<long> Scalar(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    private static async Task<IReadOnlyList<T>> Read<T>(
        NpgsqlConnection connection,
        string sql,
        Func<NpgsqlDataReader, T> row,
        CancellationToken ct
    )
    {
        await using var command = new NpgsqlCommand(sql, connection);
        var rows = new List<T>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            rows.Add(row(reader));
        return rows;
    }
}
