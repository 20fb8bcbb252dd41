using System.Globalization;
using System.Reflection;
using System.Resources;
using FluentValidation;
using MassTransit;
using Mediation.Content;
using Mediation.EventStore;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.OpenApi;
using Npgsql;

namespace Mediation.Hosting;

/// <summary>One service: what it is made of, registered by name, and the commands its executable understands
/// (serve, migrate, demo, verify, rebuild, republish).</summary>
/// <typeparam name="TMessage">Base of all contracts of the published language.</typeparam>
public sealed class ServiceHost<TMessage>
    where TMessage : class
{
    /// <summary>Bytes of a request without a file; five hundred workers' terms take less than a quarter. Routes that take
    /// files say their own limit.</summary>
    private const long LargestBody = 4 * 1024 * 1024;

    private readonly string[] args;
    private readonly List<(string Name, string Sql)> scripts = [];
    private readonly List<Type> views = [];
    private readonly List<Consumer<TMessage>> consumers = [];
    private readonly List<Type> published = [];
    private readonly List<Action<IEndpointRouteBuilder>> routes = [];
    private readonly List<Action<WebApplication>> pipeline = [];
    private readonly List<Action<IServiceProvider>> starting = [];
    private readonly Dictionary<string, Func<IServiceProvider, string[], CancellationToken, Task<int>>> commands = new(
        StringComparer.Ordinal
    );
    private readonly List<ResourceManager> texts =
    [
        new("Mediation.Hosting.Texts", typeof(ServiceHost<>).Assembly),
        ContentServices.Texts,
    ];
    private readonly EventTypes types = new();
    private Func<DayRootNoted, Origin, TMessage>? tellRoot;
    private Func<Exception, Refusal?> refusal = _ => null;
    private Func<object, Origin> origin = _ => throw new InvalidOperationException("Origins() was not called.");

    public ServiceHost(string name, string[] args)
    {
        this.args = args;
        Name = name;
        LegalDay.CheckMachine();
        Builder = WebApplication.CreateBuilder(args);
        Builder.WebHost.ConfigureKestrel(o =>
        {
            o.AddServerHeader = false;
            o.Limits.MaxRequestBodySize = LargestBody;
        });
        // At Information the framework writes every address with its query, and a search carries what a person typed.
        Builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        Builder.Logging.AddFilter("System.Net.Http.HttpClient", LogLevel.Warning);
        // Before anything else: a library that is added first and brings the machine's clock would keep it, and a service
        // with such a library would not see the clock that was moved.
        Services.AddSingleton(_ => MovedClock.Of(Configuration));
        scripts.Add(("hosting", Resource("Mediation.Hosting.Schema.sql")));
        commands["migrate"] = Migrate;
        commands["verify"] = Verify;
        commands["rebuild"] = Rebuild;
        commands["republish"] = Republish;
    }

    /// <summary>Lower-case name of the service: its schema, its queues' prefix, its name in telemetry.</summary>
    public string Name { get; }

    public WebApplicationBuilder Builder { get; }

    public IServiceCollection Services => Builder.Services;

    public IConfiguration Configuration => Builder.Configuration;

    /// <summary>Declares the stored names of events.</summary>
    public ServiceHost<TMessage> Events(Action<EventTypes> declare)
    {
        declare(types);
        return this;
    }

    /// <summary>Adds an aggregate: every command of its family can then be sent as <see cref="Execute{TCommand}"/>.</summary>
    public ServiceHost<TMessage> Aggregate<TState, TCommand, TEvent>(Aggregate<TState, TCommand, TEvent> aggregate)
        where TState : class
        where TCommand : class
        where TEvent : class
    {
        Services.AddSingleton(aggregate);
        foreach (
            var command in typeof(TCommand)
                .Assembly.GetTypes()
                .Where(t => !t.IsAbstract && t.IsAssignableTo(typeof(TCommand)))
        )
            Services.AddTransient(
                typeof(IRequestHandler<,>).MakeGenericType(
                    typeof(Execute<>).MakeGenericType(command),
                    typeof(Appended)
                ),
                typeof(ExecuteHandler<,,,>).MakeGenericType(typeof(TState), typeof(TCommand), typeof(TEvent), command)
            );
        return this;
    }

    /// <summary>Adds a read model that is written with the append.</summary>
    public ServiceHost<TMessage> View<TView>()
        where TView : class, IStreamView
    {
        Services.AddSingleton<TView>();
        Services.AddSingleton<IStreamView>(s => s.GetRequiredService<TView>());
        views.Add(typeof(TView));
        return this;
    }

    /// <summary>Adds a reader of the whole log with a checkpoint of its own.</summary>
    public ServiceHost<TMessage> Subscription<TSubscription>()
        where TSubscription : Subscription
    {
        Services.TryAddSingleton<TSubscription>();
        Services.AddSingleton<Subscription>(s => s.GetRequiredService<TSubscription>());
        Services.AddSingleton<IHostedService>(s => new SubscriptionRunner(
            s.GetRequiredService<EventJournal>(),
            s.GetRequiredService<TSubscription>(),
            s.GetRequiredService<TimeProvider>(),
            s.GetRequiredService<ILogger<TSubscription>>()
        ));
        return this;
    }

    /// <summary>Publishes what the map makes of events.</summary>
    /// <param name="families">Bases of the contracts the map makes.</param>
    public ServiceHost<TMessage> Publishes<TMap>(params Type[] families)
        where TMap : class, IPublish<TMessage>
    {
        Services.AddSingleton<IPublish<TMessage>, TMap>();
        published.AddRange(families.SelectMany(Contracts));
        Services.AddSingleton(s => new Publishing<TMessage>(
            s.GetRequiredService<EventJournal>(),
            s.GetRequiredService<IBus>(),
            tellRoot is null
                ? s.GetRequiredService<IPublish<TMessage>>()
                : new PublishWithRoots<TMessage>(s.GetRequiredService<IPublish<TMessage>>(), tellRoot),
            origin
        ));
        return Subscription<Publishing<TMessage>>();
    }

    /// <summary>Tells the other services each day's root of the audit chain, and keeps theirs.</summary>
    /// <typeparam name="TRoots">Base of the contracts about roots.</typeparam>
    public ServiceHost<TMessage> AuditRoots<TRoots>(
        Func<DayRootNoted, Origin, TMessage> tell,
        Func<TMessage, DayRootNoted> heard
    )
        where TRoots : TMessage
    {
        tellRoot = tell;
        published.AddRange(Contracts(typeof(TRoots)));
        return Consumes(
            "audit-roots",
            c => c.Family<TRoots>().OnEach((message, changes) => HeardRoots.Keep(changes, heard(message)))
        );
    }

    /// <summary>Listens with a queue of its own, named after this service and the purpose.</summary>
    public ServiceHost<TMessage> Consumes(string purpose, Action<Consumer<TMessage>> configure)
    {
        var consumer = new Consumer<TMessage>($"{Name}.{purpose}");
        configure(consumer);
        foreach (var handler in consumer.HandlerTypes)
            Services.AddScoped(handler);
        consumers.Add(consumer);
        return this;
    }

    /// <summary>Where a contract carries its origin.</summary>
    public ServiceHost<TMessage> Origins(Func<TMessage, Origin> of)
    {
        origin = message => of((TMessage)message);
        return this;
    }

    /// <summary>How the domain says no.</summary>
    public ServiceHost<TMessage> Refusals(Func<Exception, Refusal?> of)
    {
        refusal = of;
        return this;
    }

    /// <summary>Texts of the service's codes, Chinese neutral and English.</summary>
    public ServiceHost<TMessage> Texts(string baseName, Assembly assembly)
    {
        texts.Insert(0, new ResourceManager(baseName, assembly));
        return this;
    }

    /// <summary>SQL of the service's own tables: forward-only and re-runnable.</summary>
    public ServiceHost<TMessage> Migration(string name, string sql)
    {
        scripts.Add((name, sql));
        return this;
    }

    /// <summary>Adds routes. They need a signed-in caller unless they say otherwise.</summary>
    public ServiceHost<TMessage> Routes(Action<IEndpointRouteBuilder> map)
    {
        routes.Add(map);
        return this;
    }

    /// <summary>Adds middleware between authentication and the routes.</summary>
    public ServiceHost<TMessage> Pipeline(Action<WebApplication> use)
    {
        pipeline.Add(use);
        return this;
    }

    /// <summary>Work before the first request is taken.</summary>
    public ServiceHost<TMessage> Starting(Action<IServiceProvider> work)
    {
        starting.Add(work);
        return this;
    }

    /// <summary>A command of the executable, e.g. <c>demo</c>; its result is the exit code.</summary>
    public ServiceHost<TMessage> Command(
        string name,
        Func<IServiceProvider, string[], CancellationToken, Task<int>> run
    )
    {
        commands[name] = run;
        return this;
    }

    /// <summary>Serves, or carries out the command named by the first argument.</summary>
    public async Task<int> Run()
    {
        if (args is not [{ } first, ..] || first.StartsWith('-'))
        {
            await Build().RunAsync();
            return 0;
        }
        if (!commands.TryGetValue(first, out var command))
        {
            await Console.Error.WriteLineAsync($"{Name} knows no command {first}: {string.Join(", ", commands.Keys)}");
            return 2;
        }
        await using var app = Compose();
        return await command(app.Services, args[1..], CancellationToken.None);
    }

    /// <summary>The service ready to be started, for a process that starts and stops several.</summary>
    public WebApplication Build()
    {
        var app = Compose();
        foreach (var work in starting)
            work(app.Services);
        Map(app);
        return app;
    }

    private WebApplication Compose()
    {
        Register();
        var app = Builder.Build();
        // MassTransit keeps its log context in a static field; with several hosts in one process the second would
        // otherwise write to the disposed logger of the first.
        LogContext.ConfigureCurrentLogContext(app.Services.GetRequiredService<ILoggerFactory>());
        return app;
    }

    private void Register()
    {
        Builder.AddTelemetry(Name);
        Services.AddContent();
        Services.AddSingleton(_ => DataSource(Required("MEDIATION_DATABASE"), pooled: true));
        Services.AddSingleton(types);
        Services.AddSingleton(s => new EventJournal(
            s.GetRequiredService<NpgsqlDataSource>(),
            types,
            s.GetServices<IStreamView>(),
            s.GetRequiredService<TimeProvider>(),
            s.GetRequiredService<KeyRing>().Derive($"{KeyRing.EventIntegrity}:{Name}")
        ));
        Services.AddHostedService<AppendNotices>();
        Services.AddHostedService<AppendWitness>();
        Services.AddSingleton<IHostedService>(s => new Housekeeping(
            s.GetRequiredService<NpgsqlDataSource>(),
            scripts.Exists(script => script.Sql == ContentStore.MigrationSql)
                ? s.GetRequiredService<ContentStore>()
                : null,
            s.GetRequiredService<TimeProvider>(),
            s.GetRequiredService<ILogger<Housekeeping>>()
        ));
        Subscription<AuditChain>();
        types.Add<DayRootNoted>();
        Services.AddSingleton<IHostedService>(s => new DailyRoot(
            Name,
            s.GetRequiredService<EventJournal>(),
            s.GetRequiredService<AuditChain>(),
            s.GetRequiredService<NpgsqlDataSource>(),
            RootFile,
            s.GetRequiredService<TimeProvider>(),
            s.GetRequiredService<ILogger<DailyRoot>>()
        ));
        Services.AddScoped<Acting>();
        Services.AddSingleton(new ProblemTexts(texts));
        Services.AddSingleton(refusal);
        Services.AddScoped<ProblemHandler>();
        Services.ConfigureHttpJsonOptions(o =>
        {
            o.SerializerOptions.Encoder = EventTypes.Json.Encoder;
            StrictJson.Apply(o.SerializerOptions, typeof(TMessage).Assembly);
        });
        // Otherwise a malformed body is answered without a word of what was wrong.
        Services.Configure<RouteHandlerOptions>(o => o.ThrowOnBadRequest = true);
        Services.AddOpenApi(o =>
            o.AddSchemaTransformer(
                (schema, context, _) =>
                {
                    // The exporter cannot see through the converter that keeps texts storable.
                    if (context.JsonTypeInfo.Type == typeof(string))
                        schema.Type ??= context.JsonPropertyInfo is { IsGetNullable: true }
                            ? JsonSchemaType.String | JsonSchemaType.Null
                            : JsonSchemaType.String;
                    return Task.CompletedTask;
                }
            )
        );
        Services.AddProblemDetails();
        Services.AddTransient<ServiceFactory>(p => p.GetService!);
        Services.AddScoped<IMediator, Mediator>();
        Services.AddTransient(typeof(IPipelineBehavior<,>), typeof(TraceBehaviour<,>));
        var service = Assembly.GetEntryAssembly();
        foreach (
            var assembly in routes
                .Select(r => r.Method.DeclaringType!.Assembly)
                .Append(service)
                .OfType<Assembly>()
                .Distinct()
        )
        {
            Services.Scan(scan =>
                scan.FromAssemblies(assembly)
                    .AddClasses(
                        c => c.AssignableTo(typeof(IRequestHandler<,>)).Where(t => !t.IsGenericTypeDefinition),
                        publicOnly: false
                    )
                    .AsImplementedInterfaces(i =>
                        i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IRequestHandler<,>)
                    )
                    .WithTransientLifetime()
            );
            foreach (var found in AssemblyScanner.FindValidatorsInAssembly(assembly, includeInternalTypes: true))
                Services.AddSingleton(found.InterfaceType, found.ValidatorType);
        }
        Services.AddSingleton(s => new Inbox<TMessage>(
            s.GetRequiredService<EventJournal>(),
            s.GetRequiredService<NpgsqlDataSource>(),
            s.GetRequiredService<IServiceScopeFactory>(),
            origin,
            s.GetRequiredService<TimeProvider>(),
            s.GetRequiredService<ILogger<Inbox<TMessage>>>()
        ));
        Services.AddSingleton<IReadOnlyList<Consumer<TMessage>>>(consumers);
        Services.AddSingleton(s => new Operations(
            new(Name, Configuration, [.. consumers.Select(c => c.Queue)]),
            s.GetRequiredService<NpgsqlDataSource>()
        ));
        if (args is not [{ } first, ..] || !commands.ContainsKey(first) || first is "republish")
            Bus<TMessage>.Configure(Services, new Uri(Required("MEDIATION_RABBITMQ")), consumers);
    }

    private void Map(WebApplication app)
    {
        app.UseRequestLocalization(o =>
        {
            o.SetDefaultCulture("zh-CN").AddSupportedCultures("zh-CN", "en").AddSupportedUICultures("zh-CN", "en");
            o.RequestCultureProviders =
            [
                new Microsoft.AspNetCore.Localization.AcceptLanguageHeaderRequestCultureProvider(),
            ];
        });
        app.UseSpanNames();
        app.UseExceptionHandler(
            new ExceptionHandlerOptions
            {
                ExceptionHandler = context =>
                    context.RequestServices.GetRequiredService<ProblemHandler>().Write(context),
                // A coded answer is no accident; the handler itself logs what is one, without the message.
                SuppressDiagnosticsCallback = _ => true,
            }
        );
        app.UseStatusCodePages(async context =>
            await context
                .HttpContext.RequestServices.GetRequiredService<ProblemHandler>()
                .Write(
                    context.HttpContext,
                    new Problem(
                        context.HttpContext.Response.StatusCode,
                        "status_" + context.HttpContext.Response.StatusCode.ToString(CultureInfo.InvariantCulture)
                    )
                )
        );
        // PostgreSQL keeps no NUL and would refuse it in the middle of preparing a statement, which fails the next use of
        // that statement on the same connection, somebody else's.
        app.Use(next =>
            context =>
                context.Request.QueryString.Value?.Contains("%00", StringComparison.Ordinal) == true
                    ? throw new Problem(StatusCodes.Status400BadRequest, "malformed_request")
                    : next(context)
        );
        app.UseRouting();
        foreach (var use in pipeline)
            use(app);
        app.UseRequestContext();
        app.MapGet(
                "/health",
                async (NpgsqlDataSource source, CancellationToken ct) =>
                {
                    await using var command = source.CreateCommand("select 1");
                    await command.ExecuteScalarAsync(ct);
                    return Results.Ok(new { service = Name, status = "healthy" });
                }
            )
            .AllowAnonymous();
        app.MapOpenApi("/openapi.json").AllowAnonymous();
        foreach (var map in routes)
            map(app);
    }

    private async Task<int> Migrate(IServiceProvider services, string[] arguments, CancellationToken ct)
    {
        await using var owner = DataSource(Required("MEDIATION_DATABASE_OWNER"), pooled: false);
        var migrations = new Migrations(owner, Schema, ServiceRole);
        await migrations.Run(scripts, ct);
        await migrations.RunViews(services.GetRequiredService<EventJournal>(), services.GetServices<IStreamView>(), ct);
        await Bus<TMessage>.Declare(new Uri(Required("MEDIATION_RABBITMQ")), consumers, published, ct);
        return 0;
    }

    private async Task<int> Verify(IServiceProvider services, string[] arguments, CancellationToken ct)
    {
        var verdict = await services.GetRequiredService<AuditChain>().Verify(RootFile.Noted(), ct);
        Console.WriteLine($"{verdict.Sealed} sealed, {verdict.Unsealed} not yet, {verdict.Faults.Count} faults");
        foreach (var fault in verdict.Faults)
            Console.WriteLine($"{fault.Finding} at {fault.Position} stream {fault.Stream}");
        return verdict.Faults.Count == 0 ? 0 : 1;
    }

    private async Task<int> Rebuild(IServiceProvider services, string[] arguments, CancellationToken ct)
    {
        await using var owner = DataSource(Required("MEDIATION_DATABASE_OWNER"), pooled: false);
        var migrations = new Migrations(owner, Schema, ServiceRole);
        foreach (
            var view in services.GetServices<IStreamView>().Where(v => arguments is [] || arguments.Contains(v.Table))
        )
        {
            var (events, locked) = await migrations.Rebuild(services.GetRequiredService<EventJournal>(), view, ct);
            Console.WriteLine($"{view.Table}: {events} events, locked for {locked.TotalMilliseconds:0} ms");
        }
        return 0;
    }

    private static async Task<int> Republish(IServiceProvider services, string[] arguments, CancellationToken ct)
    {
        if (arguments is not ["--to", { } queue, "--from", { } position])
        {
            await Console.Error.WriteLineAsync("republish --to QUEUE --from POSITION");
            return 2;
        }
        var bus = services.GetRequiredService<MassTransit.IBusControl>();
        await bus.StartAsync(ct);
        try
        {
            var from = long.Parse(position, CultureInfo.InvariantCulture);
            var sent = await services.GetRequiredService<Publishing<TMessage>>().Republish(queue, from, ct);
            Console.WriteLine($"{sent} messages sent to {queue}");
            return 0;
        }
        finally
        {
            await bus.StopAsync(ct);
        }
    }

    private static IEnumerable<Type> Contracts(Type family) =>
        family.Assembly.GetTypes().Where(t => !t.IsAbstract && t.IsAssignableTo(family));

    private AuditRootFile RootFile =>
        new(Path.Combine(Configuration["MEDIATION_STATE"] ?? ".local", "roots", Name + ".txt"));

    private string Schema => Configuration["MEDIATION_SCHEMA"] ?? Name;

    private string ServiceRole => new NpgsqlConnectionStringBuilder(Required("MEDIATION_DATABASE")).Username!;

    private NpgsqlDataSource DataSource(string connection, bool pooled)
    {
        var settings = new NpgsqlConnectionStringBuilder(connection)
        {
            SearchPath = Schema,
            ApplicationName = Name,
            // Reset costs a round trip per use; nothing here leaves state on a connection but the runner's own lock,
            // and that connection is closed for good.
            NoResetOnClose = true,
            MaxAutoPrepare = 100,
            AutoPrepareMinUsages = 2,
            Pooling = pooled,
            IncludeErrorDetail = false,
        };
        return NpgsqlDataSource.Create(settings);
    }

    private string Required(string setting) =>
        Configuration[setting] is { Length: > 0 } value
            ? value
            : throw new InvalidOperationException($"{setting} is not set; `make run` sets it.");

    private static string Resource(string name)
    {
        using var stream = typeof(ServiceHost<>).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
