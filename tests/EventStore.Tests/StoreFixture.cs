using Mediation.Kit;
using Npgsql;

namespace Mediation.EventStore.Tests;

/// <summary>A migrated schema of its own for a test class.</summary>
public sealed class StoreFixture : IAsyncLifetime
{
    public static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    public static readonly EventTypes Types = new EventTypes().AddFamily<ICounterEvent>();

    public TestDatabase Database { get; private set; } = null!;

    public NpgsqlDataSource Source { get; private set; } = null!;

    public CounterView View { get; } = new();

    public EventJournal Journal { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Database = await TestDatabase.Create("store");
        Source = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(Database.ServiceConnection) { NoResetOnClose = true, MaxAutoPrepare = 50 }
        );
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
        await using var owner = NpgsqlDataSource.Create(Database.OwnerConnection);
        using var stream = typeof(Mediation.Hosting.Problem).Assembly.GetManifestResourceStream(
            "Mediation.Hosting.Schema.sql"
        )!;
        using var reader = new StreamReader(stream);
        await new Migrations(owner, Database.Schema, Database.Schema).Run([("hosting", await reader.ReadToEndAsync())]);
    }

    public async Task<long> Scalar(string sql)
    {
        await using var command = Source.CreateCommand(sql);
        return Convert.ToInt64(await command.ExecuteScalarAsync(), System.Globalization.CultureInfo.InvariantCulture);
    }

    public static Metadata By(Guid? cause = null, string handler = "test") =>
        new(cause ?? Guid.CreateVersion7(), handler);
}
