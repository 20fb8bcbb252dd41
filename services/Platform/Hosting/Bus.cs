using System.Text.Json;
using System.Text.Json.Serialization;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace Mediation.Hosting;

/// <summary>RabbitMQ as this system uses it: quorum queues, one per consuming service and purpose; publisher confirms;
/// short retry in memory, then the error queue. Nothing relies on the broker's order.</summary>
internal static class Bus<TMessage>
    where TMessage : class
{
    private const int Prefetch = 64;
    private const int Concurrent = 16;

    public static void Configure(
        IServiceCollection services,
        Uri address,
        IReadOnlyList<Consumer<TMessage>> consumers
    ) =>
        services.AddMassTransit(x =>
        {
            x.DisableUsageTelemetry();
            x.UsingRabbitMq(
                (context, bus) =>
                {
                    Connect(bus, address);
                    foreach (var consumer in consumers)
                        Listen(bus, consumer, () => context.GetRequiredService<Inbox<TMessage>>());
                }
            );
        });

    /// <summary>Declares the exchanges of everything this service may publish and its own queues with their bindings.
    /// A message to which no queue is bound is confirmed and lost, so every service does this before any publishes.</summary>
    public static async Task Declare(
        Uri address,
        IReadOnlyList<Consumer<TMessage>> consumers,
        IEnumerable<Type> published,
        CancellationToken ct
    )
    {
        var control = MassTransit.Bus.Factory.CreateUsingRabbitMq(bus =>
        {
            bus.DeployTopologyOnly = true;
            bus.DeployPublishTopology = true;
            Connect(bus, address);
            foreach (var contract in published)
                bus.Publish(contract, _ => { });
            foreach (var consumer in consumers)
                Listen(bus, consumer, () => throw new InvalidOperationException("Only the topology is declared here."));
        });
        await control.DeployAsync(ct);
    }

    private static void Connect(IRabbitMqBusFactoryConfigurator bus, Uri address)
    {
        bus.Host(address);
        bus.ConfigureJsonSerializerOptions(options =>
        {
            options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase));
            return options;
        });
    }

    private static void Listen(
        IRabbitMqBusFactoryConfigurator bus,
        Consumer<TMessage> consumer,
        Func<Inbox<TMessage>> inbox
    ) =>
        bus.ReceiveEndpoint(
            consumer.Queue,
            endpoint =>
            {
                endpoint.SetQuorumQueue();
                endpoint.PrefetchCount = Prefetch;
                endpoint.ConcurrentMessageLimit = Concurrent;
                endpoint.UseMessageRetry(r =>
                    r.Exponential(
                        4,
                        TimeSpan.FromMilliseconds(100),
                        TimeSpan.FromSeconds(2),
                        TimeSpan.FromMilliseconds(200)
                    )
                );
                foreach (var contract in consumer.Contracts)
                    Add.MakeGenericMethod(contract).Invoke(null, [endpoint, consumer, inbox]);
            }
        );

    private static readonly System.Reflection.MethodInfo Add = typeof(Bus<TMessage>).GetMethod(
        nameof(AddHandler),
        System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static
    )!;

    private static void AddHandler<TContract>(
        IReceiveEndpointConfigurator endpoint,
        Consumer<TMessage> consumer,
        Func<Inbox<TMessage>> inbox
    )
        where TContract : class, TMessage =>
        endpoint.Handler<TContract>(context => inbox().Receive(consumer, context.Message, context.CancellationToken));
}
