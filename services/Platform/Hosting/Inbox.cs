using System.Diagnostics;
using System.Text.Json;
using Mediation.EventStore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace Mediation.Hosting;

/// <summary>What one queue of a service listens to: a family of contracts taken whole, and the handlers of those it
/// acts on. The others only move the order on; were they not received, their successors would wait for ever.</summary>
public sealed class Consumer<TMessage>
    where TMessage : class
{
    private readonly Dictionary<Type, Func<IServiceProvider, object, Changes, CancellationToken, Task>> handlers = [];
    private readonly List<Type> contracts = [];

    internal Consumer(string queue) => Queue = queue;

    /// <summary>Name of the quorum queue and of the consumer in the service's tables.</summary>
    public string Queue { get; }

    internal IReadOnlyList<Type> Contracts => contracts;

    /// <summary>Takes every contract derived from the family's base.</summary>
    public Consumer<TMessage> Family<TFamily>()
        where TFamily : TMessage
    {
        contracts.AddRange(
            typeof(TFamily).Assembly.GetTypes().Where(t => !t.IsAbstract && t.IsAssignableTo(typeof(TFamily)))
        );
        return this;
    }

    /// <summary>Acts on one contract with the service <typeparamref name="THandler"/>.</summary>
    public Consumer<TMessage> On<TContract, THandler>()
        where TContract : class, TMessage
        where THandler : class, IHandle<TContract>
    {
        if (!contracts.Contains(typeof(TContract)))
            throw new InvalidOperationException($"{Queue} does not listen to the family of {typeof(TContract).Name}.");
        handlers[typeof(TContract)] = (services, message, changes, ct) =>
            services.GetRequiredService<THandler>().Handle((TContract)message, changes, ct);
        HandlerTypes.Add(typeof(THandler));
        return this;
    }

    /// <summary>Acts on every contract of the families named so far, where what is done fits on a line.</summary>
    public Consumer<TMessage> OnEach(Action<TMessage, Changes> act)
    {
        foreach (var contract in contracts)
            handlers[contract] = (_, message, changes, _) =>
            {
                act((TMessage)message, changes);
                return Task.CompletedTask;
            };
        return this;
    }

    internal HashSet<Type> HandlerTypes { get; } = [];

    internal Task Handle(IServiceProvider services, object message, Changes changes, CancellationToken ct) =>
        handlers.TryGetValue(message.GetType(), out var handler)
            ? handler(services, message, changes, ct)
            : Task.CompletedTask;
}

/// <summary>Applies messages in the order of their source streams, each once, whatever order and number they come in.</summary>
internal sealed class Inbox<TMessage>(
    EventJournal journal,
    NpgsqlDataSource source,
    IServiceScopeFactory scopes,
    Func<object, Origin> originOf,
    TimeProvider clock,
    ILogger<Inbox<TMessage>> logger
)
    where TMessage : class
{
    private const int Attempts = 8;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Applies the message, or parks it. While the database is away the message waits here, unacknowledged:
    /// the retries of the bus last some seconds, and after a restart of the database everything that came meanwhile
    /// would stand in the error queue and wait for an operator.</summary>
    public async Task Receive(Consumer<TMessage> consumer, TMessage message, CancellationToken ct)
    {
        while (true)
            try
            {
                await Take(consumer, message, ct);
                return;
            }
            catch (Exception e) when (DatabaseTrouble.Passes(e) && !ct.IsCancellationRequested)
            {
                logger.LogWarning("{Queue} waits for the database: {Error}", consumer.Queue, e.GetType().Name);
                await Task.Delay(Pause, clock, ct);
            }
    }

    private async Task Take(Consumer<TMessage> consumer, TMessage message, CancellationToken ct)
    {
        var origin = originOf(message);
        var last = await LastApplied(consumer.Queue, origin.Stream, ct);
        if (origin.Version <= last || await journal.Processed(consumer.Queue, origin.EventId, ct))
            return;
        if (origin.PreviousVersion > last)
        {
            await Park(consumer.Queue, message, origin, ct);
            // The predecessor may have been applied between the look and the parking; then nobody else drains.
            if (await LastApplied(consumer.Queue, origin.Stream, ct) < origin.PreviousVersion)
                return;
        }
        else
            await Apply(consumer, message, origin, ct);
        await Drain(consumer, origin.Stream, ct);
    }

    private async Task Apply(Consumer<TMessage> consumer, TMessage message, Origin origin, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            await using var scope = scopes.CreateAsyncScope();
            var changes = new Changes(
                new Metadata(
                    origin.EventId,
                    consumer.Queue,
                    Correlation: Activity.Current?.TraceId.ToString(),
                    Trace: Activity.Current?.Id,
                    EffectiveOn: origin.EffectiveOn
                )
            );
            await consumer.Handle(scope.ServiceProvider, message, changes, ct);
            changes
                .MarkProcessed(consumer.Queue, origin.EventId)
                .Also(
                    """
                    with moved as (
                        insert into inbox as i (consumer, source_stream, version) values ($1, $2, $3)
                        on conflict (consumer, source_stream) do update set version = excluded.version
                        where i.version < excluded.version and i.version >= $4 returning version
                    )
                    select journal_refuse('version') where not exists (select 1 from moved)
                    """,
                    Text(consumer.Queue),
                    Id(origin.Stream),
                    Number(origin.Version),
                    Number(origin.PreviousVersion)
                )
                .Also(
                    "delete from parked where consumer = $1 and source_stream = $2 and version <= $3",
                    Text(consumer.Queue),
                    Id(origin.Stream),
                    Number(origin.Version)
                )
                .Also(MessageCounts.Add("applied", consumer.Queue, message.GetType().FullName!, [origin.EventId]));
            try
            {
                await journal.Commit(changes, ct);
                return;
            }
            catch (AppendConflict e) when (e.Reason is AppendConflict.Kind.AlreadyRecorded)
            {
                if (await journal.Processed(consumer.Queue, origin.EventId, ct))
                    return;
                throw;
            }
            catch (AppendConflict e)
                when (attempt < Attempts && e.Reason is AppendConflict.Kind.Version or AppendConflict.Kind.StreamExists)
            {
                if (await LastApplied(consumer.Queue, origin.Stream, ct) >= origin.Version)
                    return;
            }
        }
    }

    private async Task Drain(Consumer<TMessage> consumer, Guid stream, CancellationToken ct)
    {
        while (await NextParked(consumer, stream, ct) is { } message)
            await Apply(consumer, message, originOf(message), ct);
    }

    private async Task<TMessage?> NextParked(Consumer<TMessage> consumer, Guid stream, CancellationToken ct)
    {
        await using var command = source.CreateCommand(
            """
            select p.contract, p.body::text from parked p
            where p.consumer = $1 and p.source_stream = $2 and p.previous_version <= coalesce(
                (select i.version from inbox i where i.consumer = p.consumer and i.source_stream = p.source_stream), 0)
            order by p.version limit 1
            """
        );
        command.Parameters.Add(Text(consumer.Queue));
        command.Parameters.Add(Id(stream));
        await using var reader = await command.ExecuteReaderAsync(ct);
        if (!await reader.ReadAsync(ct))
            return null;
        var contract = reader.GetString(0);
        var type =
            consumer.Contracts.FirstOrDefault(t => t.FullName == contract)
            ?? throw new InvalidOperationException($"A parked message has the unknown contract {contract}.");
        return (TMessage)JsonSerializer.Deserialize(reader.GetString(1), type, EventTypes.Json)!;
    }

    private async Task Park(string consumer, TMessage message, Origin origin, CancellationToken ct)
    {
        await using var command = source.CreateCommand(
            """
            insert into parked (consumer, source_stream, version, previous_version, message_id, contract, body, trace)
            values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing
            """
        );
        command.Parameters.Add(Text(consumer));
        command.Parameters.Add(Id(origin.Stream));
        command.Parameters.Add(Number(origin.Version));
        command.Parameters.Add(Number(origin.PreviousVersion));
        command.Parameters.Add(Id(origin.EventId));
        command.Parameters.Add(Text(message.GetType().FullName!));
        command.Parameters.Add(
            new NpgsqlParameter<string>
            {
                TypedValue = JsonSerializer.Serialize(message, message.GetType(), EventTypes.Json),
                NpgsqlDbType = NpgsqlDbType.Jsonb,
            }
        );
        command.Parameters.Add(
            new NpgsqlParameter
            {
                Value = (object?)Activity.Current?.Id ?? DBNull.Value,
                NpgsqlDbType = NpgsqlDbType.Text,
            }
        );
        await command.ExecuteNonQueryAsync(ct);
    }

    private async Task<long> LastApplied(string consumer, Guid stream, CancellationToken ct)
    {
        await using var command = source.CreateCommand(
            "select version from inbox where consumer = $1 and source_stream = $2"
        );
        command.Parameters.Add(Text(consumer));
        command.Parameters.Add(Id(stream));
        return await command.ExecuteScalarAsync(ct) as long? ?? 0;
    }

    private static NpgsqlParameter<string> Text(string value) => new() { TypedValue = value };

    private static NpgsqlParameter<Guid> Id(Guid value) => new() { TypedValue = value };

    private static NpgsqlParameter<long> Number(long value) => new() { TypedValue = value };
}
