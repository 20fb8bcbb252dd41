using Mediation.Kit;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Mediation.EventStore.Tests;

/// <summary>A migrated schema of its own for a test class.</summary>
public sealed class StoreFixture : IAsyncLifetime
{
    /// <summary>What does not start or stop in this time never will: the test fails and the run goes on.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    public static readonly EventTypes Types = new EventTypes().AddFamily<ICounterEvent>();

    public TestDatabase Database { get; private set; } = null!;

    public NpgsqlDataSource Source { get; private set; } = null!;

    public CounterView View { get; } = new();

    public EventJournal Journal { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Database = await TestDatabase.Create("store");
        Source = NewSource("test");
        Journal = new(Source, Types, [View], TimeProvider.System, Key);
        await using var owner = NpgsqlDataSource.Create(Database.OwnerConnection);
        var migrations = new Migrations(owner, Database.Schema, Database.Schema);
        await migrations.Run([]);
        await migrations.RunViews(Journal, [View]);
    }

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        await Database.DisposeAsync();
    }

    /// <summary>Adds the tables of publishing and inbox.</summary>
    public async Task MigrateHosting()
    {
        using var stream = typeof(Mediation.Hosting.Problem).Assembly.GetManifestResourceStream(
            "Mediation.Hosting.Schema.sql"
        )!;
        using var reader = new StreamReader(stream);
        await Migrate(("hosting", await reader.ReadToEndAsync()));
    }

    public async Task Migrate(params (string Name, string Sql)[] scripts)
    {
        await using var owner = NpgsqlDataSource.Create(Database.OwnerConnection);
        await new Migrations(owner, Database.Schema, Database.Schema).Run(scripts);
    }

    public async Task<long> Scalar(string sql)
    {
        await using var command = Source.CreateCommand(sql);
        return Convert.ToInt64(await command.ExecuteScalarAsync(), System.Globalization.CultureInfo.InvariantCulture);
    }

    public static async Task<StoreFixture> Create()
    {
        var store = new StoreFixture();
        await store.InitializeAsync();
        return store;
    }

    public static Metadata By(Guid? cause = null, string handler = "test") =>
        new(cause ?? Guid.CreateVersion7(), handler);

    /// <summary>Connections as a service has them.</summary>
    public NpgsqlDataSource NewSource(string application) =>
        NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(Database.ServiceConnection)
            {
                NoResetOnClose = true,
                MaxAutoPrepare = 50,
                AutoPrepareMinUsages = 2,
                ApplicationName = application,
            }
        );

    /// <summary>Another instance of the service.</summary>
    public EventJournal NewJournal(NpgsqlDataSource source, TimeProvider? clock = null) =>
        new(source, Types, [View], clock ?? TimeProvider.System, Key);

    /// <summary>Changes that raise a new counter.</summary>
    public async Task<Changes> Start(Guid stream, int by = 1)
    {
        var changes = new Changes(By());
        await Journal.Decide(Counter.Aggregate, stream, new Raise(by), changes);
        return changes;
    }

    internal static SubscriptionRunner Runner(EventJournal journal, Subscription subscription) =>
        new(journal, subscription, TimeProvider.System, NullLogger.Instance);

    public async Task<T> Scalar<T>(string sql)
    {
        await using var command = Source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async Task<List<T>> Column<T>(string sql)
    {
        await using var command = Source.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        var values = new List<T>();
        while (await reader.ReadAsync())
            values.Add(reader.GetFieldValue<T>(0));
        return values;
    }
}

/// <summary>A clock that stands where it is put.</summary>
public sealed class SettableTime : TimeProvider
{
    public DateTimeOffset Now { get; set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => Now;
}
