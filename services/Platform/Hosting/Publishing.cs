using System.Diagnostics;
using System.Globalization;
using MassTransit;
using Mediation.EventStore;
using Npgsql;
using NpgsqlTypes;

namespace Mediation.Hosting;

/// <summary>The event log is the outbox: this subscription publishes what the service maps to contracts, confirmed,
/// in order within a stream, streams side by side, and only then moves its checkpoint.</summary>
internal sealed class Publishing<TMessage>(
    EventJournal journal,
    IBus bus,
    IPublish<TMessage> map,
    Func<object, Origin> origin
) : Subscription
    where TMessage : class
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private Dictionary<Guid, long> before = [];
    private List<(TMessage Message, Origin Origin, StoredEvent Stored)> window = [];

    public override string Name => "Publishing:All";

    public override int PageSize => 500;

    public override async Task Deliver(IReadOnlyList<StoredEvent> page, CancellationToken ct)
    {
        before = await LastPublished(page, ct);
        await map.Prepare(page, ct);
        window = Map(page, before);
        // A publish waits through an outage of the broker; the patience lets a stop of this process end it.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Patience);
        // Awaiting all publishes of one stream at once would let them overtake each other.
        await Task.WhenAll(
            window
                .GroupBy(m => m.Origin.Stream)
                .Select(async stream =>
                {
                    foreach (var (message, from, stored) in stream)
                        await Send(message, from, stored.Metadata, null, limit.Token);
                })
        );
    }

    public override void Write(IReadOnlyList<StoredEvent> page, NpgsqlBatch batch)
    {
        if (window.Count == 0)
            return;
        var last = window.GroupBy(m => m.Origin.Stream).Select(g => (g.Key, g.Max(m => m.Origin.Version))).ToList();
        var command = new NpgsqlBatchCommand(
            """
            insert into published as p (stream, version) select * from unnest($1, $2)
            on conflict (stream) do update set version = greatest(p.version, excluded.version)
            """
        );
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. last.Select(l => l.Key)] });
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. last.Select(l => l.Item2)] });
        batch.BatchCommands.Add(command);
        foreach (var contract in window.GroupBy(m => m.Message.GetType().FullName!))
            batch.BatchCommands.Add(
                MessageCounts.Add("sent", "", contract.Key, [.. contract.Select(m => m.Origin.EventId)])
            );
    }

    /// <summary>Sends what the log holds from a position on to one queue only, for a consumer that was born or repaired
    /// later. Consumers drop what they know.</summary>
    public async Task<long> Republish(string queue, long from, CancellationToken ct)
    {
        await using var connection = await journal.Source.OpenConnectionAsync(ct);
        await using var progress = new NpgsqlCommand(
            "select last_seq_id from mt_event_progression where name = $1",
            connection
        );
        progress.Parameters.Add(new NpgsqlParameter<string> { TypedValue = Name });
        var upTo = await progress.ExecuteScalarAsync(ct) as long? ?? 0;
        var skipped = await Skipped(connection, ct);
        var (mark, sent) = (from, 0L);
        var versions = new Dictionary<Guid, long>();
        while (true)
        {
            var page = await journal.Page(connection, mark, upTo, PageSize, ct);
            if (page.Count == 0)
                return sent;
            mark = page[^1].Position;
            // What an operator let the publisher pass over has no message; anything else that cannot be read must not
            // be left out silently.
            page.RemoveAll(e => e.Data is Unreadable && skipped.Contains(e.Position));
            if (page.Select(e => e.Data).OfType<Unreadable>().FirstOrDefault() is { } unreadable)
                throw unreadable.Error;
            await map.Prepare(page, ct);
            foreach (var (message, origin, stored) in Map(page, versions))
            {
                await Send(message, origin, stored.Metadata, queue, ct);
                sent++;
            }
        }
    }

    private async Task<HashSet<long>> Skipped(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "select position from subscription_skips where name = $1",
            connection
        );
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = Name });
        var positions = new HashSet<long>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            positions.Add(reader.GetInt64(0));
        return positions;
    }

    private List<(TMessage, Origin, StoredEvent)> Map(IReadOnlyList<StoredEvent> page, Dictionary<Guid, long> versions)
    {
        var messages = new List<(TMessage, Origin, StoredEvent)>();
        foreach (var stored in page)
        {
            var from = new Origin(
                stored.Id,
                stored.Stream,
                stored.Version,
                versions.GetValueOrDefault(stored.Stream),
                stored.RecordedAt,
                stored.Metadata.EffectiveOn
            );
            if (map.Map(stored, from) is not { } message)
                continue;
            if (origin(message) != from)
                throw new InvalidOperationException(
                    $"{message.GetType().Name} does not carry the origin it was given."
                );
            messages.Add((message, from, stored));
            versions[stored.Stream] = stored.Version;
        }
        return messages;
    }

    private async Task Send(TMessage message, Origin from, Metadata metadata, string? queue, CancellationToken ct)
    {
        // Published outside the request, so the trace is taken up from the event's metadata.
        using var span = Telemetry.Source.StartActivity(
            $"publish {message.GetType().Name}",
            ActivityKind.Producer,
            metadata.Trace
        );
        void Context(SendContext context)
        {
            context.MessageId = from.EventId;
            if (Guid.TryParse(metadata.Correlation, out var correlation))
                context.CorrelationId = correlation;
            if (context.TryGetPayload<RabbitMqSendContext>(out var rabbit))
                rabbit.Mandatory = true;
        }
        if (queue is null)
        {
            await bus.Publish(message, message.GetType(), Pipe.Execute<SendContext>(Context), ct);
            return;
        }
        // "queue:" would declare a classic queue beside the quorum queue and break its channel.
        var endpoint = await bus.GetSendEndpoint(new Uri("exchange:" + queue));
        await endpoint.Send(message, message.GetType(), Pipe.Execute<SendContext>(Context), ct);
    }

    private async Task<Dictionary<Guid, long>> LastPublished(IReadOnlyList<StoredEvent> page, CancellationToken ct)
    {
        await using var command = journal.Source.CreateCommand(
            "select stream, version from published where stream = any($1)"
        );
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. page.Select(e => e.Stream).Distinct()] });
        var versions = new Dictionary<Guid, long>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            versions[reader.GetGuid(0)] = reader.GetInt64(1);
        return versions;
    }
}

/// <summary>Counts of messages with a digest that does not depend on their order, so that two services can see whether
/// they hold the same without sending each other everything.</summary>
internal static class MessageCounts
{
    public static NpgsqlBatchCommand Add(string direction, string party, string contract, IReadOnlyList<Guid> ids)
    {
        var command = new NpgsqlBatchCommand(
            """
            insert into message_counts as c (direction, party, contract, messages, digest) values ($1, $2, $3, $4, $5)
            on conflict (direction, party, contract)
            do update set messages = c.messages + excluded.messages, digest = c.digest + excluded.digest
            """
        );
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = direction });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = party });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = contract });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = ids.Count });
        command.Parameters.Add(new NpgsqlParameter { Value = Digest(ids), NpgsqlDbType = NpgsqlDbType.Numeric });
        return command;
    }

    private static decimal Digest(IReadOnlyList<Guid> ids)
    {
        var sum = 0m;
        Span<byte> bytes = stackalloc byte[16];
        foreach (var id in ids)
        {
            id.TryWriteBytes(bytes, bigEndian: true, out _);
            sum += ulong.Parse(Convert.ToHexString(bytes[8..]), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        }
        return sum;
    }
}
