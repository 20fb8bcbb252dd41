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

    public static Metadata By(Guid? cause = null, string handler = "test") =>
        new(cause ?? Guid.CreateVersion7(), handler);
}
