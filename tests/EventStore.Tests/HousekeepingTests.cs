using System.Security.Cryptography;
using Mediation.Content;
using Mediation.Hosting;
using Mediation.Kit;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mediation.EventStore.Tests;

/// <summary>What has served its time goes, a little at a time, and nothing that is still needed.</summary>
public sealed class HousekeepingTests : IAsyncLifetime
{
    private readonly ManualClock clock = new(TimeProvider.System.GetUtcNow());
    private StoreFixture store = null!;

    public async ValueTask InitializeAsync()
    {
        store = await StoreFixture.Create();
        await store.MigrateHosting();
    }

    public ValueTask DisposeAsync() => store.DisposeAsync();

    [Fact]
    public async Task Answers_go_after_a_day_a_thousand_per_transaction()
    {
        await store.Database.Plant(
            """
            insert into idempotency (cause, status, body, at)
            select gen_random_uuid(), 200, '', now() - interval '25 hours' from generate_series(1, 2500);
            insert into idempotency (cause, status, body, at)
            select gen_random_uuid(), 200, '', now() - interval '23 hours' from generate_series(1, 5);
            create table removals (transaction xid8, rows bigint); grant all on removals to public;
            create function note_removal() returns trigger language plpgsql as $$
            begin
                insert into removals select pg_current_xact_id(), count(*) from gone;
                return null;
            end $$;
            create trigger noted after delete on idempotency referencing old table as gone
            for each statement execute function note_removal()
            """
        );
        (await Keeper().Clear(default)).ShouldBe(2500);
        (await store.Scalar("select count(*) from idempotency")).ShouldBe(5);
        (
            await store.Column<long>("select sum(rows)::bigint from removals group by transaction order by 1 desc")
        ).ShouldBe([1000, 1000, 500]);
        clock.Now += TimeSpan.FromHours(2);
        (await Keeper().Clear(default)).ShouldBe(5);
    }

    [Fact]
    public async Task A_message_redelivered_after_its_note_has_gone_is_dropped_all_the_same()
    {
        var services = new ServiceCollection().AddSingleton(store.Journal).AddScoped<Mirror>().BuildServiceProvider();
        var inbox = new Inbox<CounterMessage>(
            store.Journal,
            store.Source,
            services.GetRequiredService<IServiceScopeFactory>(),
            m => m is CounterMessage counter ? counter.Source : throw new InvalidOperationException(),
            TimeProvider.System,
            NullLogger<Inbox<CounterMessage>>.Instance
        );
        var consumer = new Consumer<CounterMessage>("mirror").Family<CounterMessage>().On<CounterWentUp, Mirror>();
        var (stream, counter) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var message = new CounterWentUp(
            new(Guid.CreateVersion7(), stream, 1, 0, DateTimeOffset.UnixEpoch, null),
            counter,
            7
        );
        await inbox.Receive(consumer, message, default);
        (await Keeper().Clear(default)).ShouldBe(0);
        clock.Now += Housekeeping.ProcessedKept + TimeSpan.FromDays(1);
        (await Keeper().Clear(default)).ShouldBe(1);
        (await store.Journal.Processed("mirror", message.Source.EventId)).ShouldBeFalse();
        await inbox.Receive(consumer, message, default);
        (await store.Journal.Load(Counter.Aggregate, counter)).State.Value.ShouldBe(7);
    }

    [Fact]
    public async Task Uploads_that_nothing_kept_go_with_it()
    {
        await store.Migrate(("content", ContentStore.MigrationSql));
        var key = Path.Combine(Path.GetTempPath(), $"mediation-key-{Guid.NewGuid():N}");
        await File.WriteAllTextAsync(key, Convert.ToBase64String(RandomNumberGenerator.GetBytes(MasterKey.Length)));
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var content = new ContentStore(store.Source, new KeyRing(MasterKey.FromFile(key)), clock);
        File.Delete(key);
        using var text = new MemoryStream("%PDF-1.7\n%%EOF\n"u8.ToArray());
        await content.PutAsync(
            Guid.CreateVersion7(),
            Guid.CreateVersion7(),
            text,
            "slip.pdf",
            ContentRules.Files,
            Guid.Empty
        );
        (await Keeper(content).Clear(default)).ShouldBe(0);
        clock.Now += ContentStore.KeepWithin + TimeSpan.FromMinutes(1);
        (await Keeper(content).Clear(default)).ShouldBe(1);
        (await store.Scalar("select count(*) from content")).ShouldBe(0);
    }

    [Fact]
    public async Task Of_two_processes_one_is_at_it()
    {
        await using var other = store.NewSource("other");
        await using var connection = await other.OpenConnectionAsync();
        await using var hold = connection.CreateCommand();
        hold.CommandText = "select pg_advisory_lock(hashtextextended(current_schema() || ':housekeeping', 0))";
        await hold.ExecuteNonQueryAsync();
        (await Keeper().Clear(default)).ShouldBeNull();
        hold.CommandText = "select pg_advisory_unlock_all()";
        await hold.ExecuteNonQueryAsync();
        (await Keeper().Clear(default)).ShouldBe(0);
        (await Keeper().Clear(default)).ShouldBe(0);
    }

    private Housekeeping Keeper(ContentStore? content = null) =>
        new(store.Source, content, clock, NullLogger<Housekeeping>.Instance);
}
