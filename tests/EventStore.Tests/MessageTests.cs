using MassTransit;
using Mediation.Hosting;
using Mediation.Kit;
using Npgsql;

namespace Mediation.EventStore.Tests;

/// <summary>What one service tells another over a real broker, in whatever order and number it arrives.</summary>
public abstract record Told(Origin Source);

public sealed record ToldRaised(Origin Source, int By) : Told(Source);

public sealed record ToldLowered(Origin Source, int By) : Told(Source);

public sealed class MessageTests : IAsyncLifetime
{
    private const int Streams = 6;
    private const int PerStream = 25;
    private StoreFixture publisher = null!;
    private TestBroker broker = null!;

    public async ValueTask InitializeAsync()
    {
        broker = await TestBroker.Create("messages");
        publisher = await Service();
    }

    public async ValueTask DisposeAsync()
    {
        await publisher.DisposeAsync();
        await broker.DisposeAsync();
    }

    [Fact]
    public async Task Doubled_and_reordered_messages_end_as_if_they_had_come_once_and_in_order()
    {
        await using var service = await Service();
        var (one, two) = (Listener("one"), Listener("two"));
        using var host = await Start(service, [one, two]);
        var bus = host.Services.GetRequiredService<IBus>();
        var messages = Enumerable
            .Range(0, Streams)
            .Select(_ => Guid.CreateVersion7())
            .SelectMany(stream =>
                Enumerable
                    .Range(1, PerStream)
                    // Every second event was not published: versions have holes, predecessors do not.
                    .Select(n => new ToldRaised(
                        new(Guid.CreateVersion7(), stream, 2 * n, 2 * (n - 1), DateTimeOffset.UnixEpoch, null),
                        n
                    ))
            )
            .ToList();
        var random = new Random(7);
        var deliveries = messages.Concat(messages).OrderBy(_ => random.Next()).ToList();
        foreach (var queue in (string[])["one", "two"])
        {
            var endpoint = await bus.GetSendEndpoint(new Uri("exchange:" + queue));
            await Task.WhenAll(deliveries.Select(m => endpoint.Send(m, c => c.MessageId = m.Source.EventId)));
        }
        var parkedOnce = false;
        foreach (var queue in (string[])["one", "two"])
            await Eventually.True(
                async () =>
                {
                    parkedOnce |= await service.Scalar<long>("select count(*) from parked") > 0;
                    return await service.Scalar<long>(
                            $"select count(*) from inbox where consumer = '{queue}' and version = {2 * PerStream}"
                        ) == Streams
                        && await service.Scalar<long>("select count(*) from parked") == 0;
                },
                $"{queue} has applied everything",
                TimeSpan.FromSeconds(60)
            );
        parkedOnce.ShouldBeTrue("nothing came too early, so nothing was shown");
        foreach (var queue in (string[])["one", "two"])
        foreach (var stream in messages.Select(m => m.Source.Stream).Distinct())
            (
                await service.Column<long>(
                    $"select version from told where consumer = '{queue}' and stream = '{stream}' order by number"
                )
            ).ShouldBe(Enumerable.Range(1, PerStream).Select(n => 2L * n));
        (await service.Column<string>("select messages || ' ' || digest from message_counts order by party"))
            .Distinct()
            .Count()
            .ShouldBe(1);
        (
            await service.Scalar<long>("select sum(messages)::bigint from message_counts where direction = 'applied'")
        ).ShouldBe(2 * messages.Count);
        await host.StopAsync().WaitAsync(StoreFixture.Patience);
    }

    [Fact]
    public async Task A_consumer_born_later_is_told_everything_by_republishing_and_goes_on_with_what_is_new()
    {
        await using var service = await Service();
        var early = Listener("early");
        using var host = await Start(service, [early]);
        using var publishing = await Publish();
        var streams = Enumerable.Range(0, Streams).Select(_ => Guid.CreateVersion7()).ToList();
        await Append(streams, 6);
        await Eventually.True(
            () => Told(service, "early", Streams * 6),
            "the early one has heard all",
            TimeSpan.FromSeconds(60)
        );

        await using var younger = await Service();
        using var late = await Start(younger, [Listener("late")]);
        // Live messages come first and wait for their predecessors.
        await Append(streams, 2);
        await Eventually.True(
            async () => await younger.Scalar<long>("select count(*) from parked") == Streams * 2,
            "the new ones are parked",
            TimeSpan.FromSeconds(60)
        );
        var sent = await publishing.Publishing.Republish("late", 0, default);
        sent.ShouldBeGreaterThanOrEqualTo(Streams * 8);
        await Eventually.True(
            () => Told(younger, "late", Streams * 8),
            "the late one has caught up",
            TimeSpan.FromSeconds(60)
        );
        await Append(streams, 1);
        foreach (var (of, queue) in ((StoreFixture, string)[])[(service, "early"), (younger, "late")])
            await Eventually.True(
                () => Told(of, queue, Streams * 9),
                $"{queue} has heard all",
                TimeSpan.FromSeconds(60)
            );
        const string held = "select string_agg(stream || ':' || version, ',' order by stream, number) from told";
        (await younger.Scalar<string>(held)).ShouldBe(await service.Scalar<string>(held));
        const string counted =
            "select contract || messages || ' ' || digest from message_counts where direction = '{0}'";
        var sentCounts = await publisher.Column<string>(counted.Replace("{0}", "sent", StringComparison.Ordinal));
        (await younger.Column<string>(counted.Replace("{0}", "applied", StringComparison.Ordinal))).ShouldBe(
            sentCounts,
            ignoreOrder: true
        );
        await publishing.Stop();
        await host.StopAsync().WaitAsync(StoreFixture.Patience);
        await late.StopAsync().WaitAsync(StoreFixture.Patience);
    }

    [Fact]
    public async Task A_message_to_which_no_queue_is_bound_stops_the_publisher_instead_of_being_lost()
    {
        using var publishing = await Publish();
        await Append([Guid.CreateVersion7()], 1);
        await Eventually.True(
            async () =>
                await publisher.Scalar<long>("select count(*) from subscription_stops where name = 'Publishing:All'")
                == 1,
            "the publisher stands and says so",
            TimeSpan.FromSeconds(60)
        );
        (
            await publisher.Scalar<long>("select last_seq_id from mt_event_progression where name = 'Publishing:All'")
        ).ShouldBe(0);
        await using var service = await Service();
        using var host = await Start(service, [Listener("bound")]);
        await Eventually.True(() => Told(service, "bound", 1), "once bound, it is told", TimeSpan.FromSeconds(60));
        await publishing.Stop();
        await host.StopAsync().WaitAsync(StoreFixture.Patience);
    }

    private async Task Append(IReadOnlyList<Guid> streams, int events)
    {
        for (var i = 0; i < events; i++)
            foreach (var stream in streams)
            {
                await publisher.Journal.Execute(Counter.Aggregate, stream, new Raise(2), StoreFixture.By());
                // Not published: the next message must name the one before it.
                await publisher.Journal.Execute(Counter.Aggregate, stream, new Lower(1), StoreFixture.By());
            }
    }

    private static async Task<bool> Told(StoreFixture service, string queue, int messages) =>
        await service.Scalar<long>($"select count(*) from told where consumer = '{queue}'") == messages;

    private static async Task<StoreFixture> Service()
    {
        var store = await StoreFixture.Create();
        await store.MigrateHosting();
        await using var owner = NpgsqlDataSource.Create(store.Database.OwnerConnection);
        await new Migrations(owner, store.Database.Schema, store.Database.Schema).Run([
            (
                "told",
                "create table told (number bigint generated always as identity, consumer text not null, stream uuid not null, version bigint not null)"
            ),
        ]);
        return store;
    }

    private static Consumer<Told> Listener(string queue) =>
        new Consumer<Told>(queue)
            .Family<Told>()
            .OnEach(
                (message, changes) =>
                    changes.Also(
                        "insert into told (consumer, stream, version) values ($1, $2, $3)",
                        new NpgsqlParameter<string> { TypedValue = queue },
                        new NpgsqlParameter<Guid> { TypedValue = message.Source.Stream },
                        new NpgsqlParameter<long> { TypedValue = message.Source.Version }
                    )
            );

    private async Task<IHost> Start(StoreFixture service, IReadOnlyList<Consumer<Told>> consumers)
    {
        await Bus<Told>.Declare(broker.Address, consumers, [typeof(ToldRaised), typeof(ToldLowered)], default);
        return await Host(service, consumers);
    }

    private async Task<IHost> Host(StoreFixture service, IReadOnlyList<Consumer<Told>> consumers)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateApplicationBuilder();
        builder.Services.AddSingleton(s => new Inbox<Told>(
            service.Journal,
            service.Source,
            s.GetRequiredService<IServiceScopeFactory>(),
            m => ((Told)m).Source,
            TimeProvider.System,
            s.GetRequiredService<Microsoft.Extensions.Logging.ILogger<Inbox<Told>>>()
        ));
        builder.Services.Configure<MassTransitHostOptions>(o => o.WaitUntilStarted = true);
        Bus<Told>.Configure(builder.Services, broker.Address, consumers);
        var host = builder.Build();
        LogContext.ConfigureCurrentLogContext(
            host.Services.GetRequiredService<Microsoft.Extensions.Logging.ILoggerFactory>()
        );
        await host.StartAsync().WaitAsync(StoreFixture.Patience);
        return host;
    }

    private async Task<RunningPublisher> Publish()
    {
        var host = await Host(publisher, []);
        var publishing = new Publishing<Told>(
            publisher.Journal,
            host.Services.GetRequiredService<IBus>(),
            new Mapping(),
            m => ((Told)m).Source
        );
        var runner = StoreFixture.Runner(publisher.Journal, publishing);
        await runner.StartAsync(default).WaitAsync(StoreFixture.Patience);
        return new(host, runner, publishing);
    }

    private sealed class Mapping : IPublish<Told>
    {
        public Told? Map(StoredEvent stored, Origin origin) =>
            stored.Data is CounterRaised raised ? new ToldRaised(origin, raised.By) : null;
    }

    private sealed record RunningPublisher(IHost Host, SubscriptionRunner Runner, Publishing<Told> Publishing)
        : IDisposable
    {
        public async Task Stop()
        {
            await Runner.StopAsync(default).WaitAsync(StoreFixture.Patience);
            await Host.StopAsync().WaitAsync(StoreFixture.Patience);
        }

        public void Dispose()
        {
            Runner.Dispose();
            Host.Dispose();
        }
    }
}
