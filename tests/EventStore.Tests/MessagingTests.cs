using MassTransit;
using Mediation.Hosting;
using Mediation.Kit;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mediation.EventStore.Tests;

public abstract record CounterMessage(Origin Source);

public sealed record CounterWentUp(Origin Source, Guid Counter, int By) : CounterMessage(Source);

public sealed record CounterWentDown(Origin Source, Guid Counter, int By) : CounterMessage(Source);

public sealed class CounterPublishing : IPublish<CounterMessage>
{
    public CounterMessage? Map(StoredEvent stored, Origin origin) =>
        stored.Data switch
        {
            CounterRaised { By: > 1000 } => null,
            CounterRaised raised => new CounterWentUp(origin, stored.Stream, raised.By),
            CounterLowered lowered => new CounterWentDown(origin, stored.Stream, lowered.By),
            _ => throw new InvalidOperationException(stored.Name),
        };
}

/// <summary>Mirrors a counter of the other service; a step below zero would throw, so order shows.</summary>
public sealed class Mirror(EventJournal journal) : IHandle<CounterWentUp>, IHandle<CounterWentDown>
{
    public Task Handle(CounterWentUp message, Changes changes, CancellationToken ct) =>
        journal.Decide(Counter.Aggregate, message.Counter, new Raise(message.By), changes, ct);

    public Task Handle(CounterWentDown message, Changes changes, CancellationToken ct) =>
        journal.Decide(Counter.Aggregate, message.Counter, new Lower(message.By), changes, ct);
}

/// <summary>One process of a service: its journal, its subscriptions and its bus, without a web server.</summary>
internal sealed class Node : IAsyncDisposable
{
    private readonly ServiceProvider services;

    public Node(
        StoreFixture store,
        Uri broker,
        bool publishes,
        params IReadOnlyList<Consumer<CounterMessage>> consumers
    )
    {
        var collection = new ServiceCollection();
        collection.AddLogging();
        collection.AddSingleton(store.Journal);
        collection.AddSingleton(store.Source);
        collection.AddScoped<Mirror>();
        collection.AddSingleton(s => new Inbox<CounterMessage>(
            store.Journal,
            store.Source,
            s.GetRequiredService<IServiceScopeFactory>(),
            m => ((CounterMessage)m).Source,
            TimeProvider.System,
            s.GetRequiredService<ILogger<Inbox<CounterMessage>>>()
        ));
        Bus<CounterMessage>.Configure(collection, broker, consumers);
        collection.AddSingleton(s => new Publishing<CounterMessage>(
            store.Journal,
            s.GetRequiredService<IBus>(),
            new CounterPublishing(),
            m => ((CounterMessage)m).Source
        ));
        if (publishes)
            collection.AddSingleton<IHostedService>(s => new SubscriptionRunner(
                store.Journal,
                s.GetRequiredService<Publishing<CounterMessage>>(),
                TimeProvider.System,
                NullLogger.Instance
            ));
        services = collection.BuildServiceProvider();
    }

    public IServiceProvider Services => services;

    public async Task Start()
    {
        foreach (var hosted in services.GetServices<IHostedService>())
            await hosted.StartAsync(CancellationToken.None).WaitAsync(StoreFixture.Patience);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var hosted in services.GetServices<IHostedService>().Reverse())
            await hosted.StopAsync(CancellationToken.None).WaitAsync(StoreFixture.Patience);
        await services.DisposeAsync();
    }
}

public sealed class MessagingTests : IAsyncLifetime
{
    private readonly StoreFixture sender = new();
    private readonly StoreFixture receiver = new();
    private TestBroker broker = null!;

    public async ValueTask InitializeAsync()
    {
        await sender.InitializeAsync();
        await receiver.InitializeAsync();
        await sender.MigrateHosting();
        await receiver.MigrateHosting();
        broker = await TestBroker.Create("messaging");
    }

    public async ValueTask DisposeAsync()
    {
        await broker.DisposeAsync();
        await sender.DisposeAsync();
        await receiver.DisposeAsync();
    }

    private static Consumer<CounterMessage> Mirroring(string queue) =>
        new Consumer<CounterMessage>(queue)
            .Family<CounterMessage>()
            .On<CounterWentUp, Mirror>()
            .On<CounterWentDown, Mirror>();

    [Fact]
    public async Task What_one_service_records_the_other_applies_once_and_in_order()
    {
        await Bus<CounterMessage>.Declare(
            broker.Address,
            [Mirroring("mirror.counters")],
            [typeof(CounterWentUp), typeof(CounterWentDown)],
            CancellationToken.None
        );
        await using var publisher = new Node(sender, broker.Address, publishes: true);
        await using var consumer = new Node(receiver, broker.Address, publishes: false, Mirroring("mirror.counters"));
        await publisher.Start();
        await consumer.Start();
        var counters = Enumerable.Range(0, 20).Select(_ => Guid.CreateVersion7()).ToList();
        await Parallel.ForEachAsync(
            counters,
            async (counter, ct) =>
            {
                for (var i = 0; i < 10; i++)
                {
                    await sender.Journal.Execute(Counter.Aggregate, counter, new Raise(3), StoreFixture.By(), ct: ct);
                    await sender.Journal.Execute(
                        Counter.Aggregate,
                        counter,
                        new Raise(1001),
                        StoreFixture.By(),
                        ct: ct
                    );
                    await sender.Journal.Execute(Counter.Aggregate, counter, new Lower(3), StoreFixture.By(), ct: ct);
                }
            }
        );
        foreach (var counter in counters)
            await Eventually.Get(
                () => receiver.Journal.Load(Counter.Aggregate, counter),
                mirrored => mirrored is { Version: 20, State.Value: 0 },
                "mirrored"
            );
        (await receiver.Scalar("select count(*) from parked")).ShouldBe(0);
        (await receiver.Scalar("select sum(messages) from message_counts where direction = 'applied'")).ShouldBe(400);
    }
}
