using System.Text.Json.Nodes;
using Mediation.Kit;
using Npgsql;

namespace Mediation.EventStore.Tests;

/// <summary>What is read is what was recorded: metadata, moments, old shapes, snapshots, rebuilt views.</summary>
public sealed class ReadingTests(StoreFixture store) : IClassFixture<StoreFixture>
{
    private static readonly Aggregate<Counter, ICounterCommand, ICounterEvent> Aggregate = Counter.Aggregate;

    [Fact]
    public async Task Every_piece_of_metadata_comes_back()
    {
        var stream = Guid.CreateVersion7();
        var by = new Metadata(
            Guid.CreateVersion7(),
            "handler",
            "account",
            "mediator",
            "110105",
            "substituted",
            "correlation",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            new DateOnly(2026, 2, 28)
        );
        // A member added to the metadata must be given a value here.
        typeof(Metadata)
            .GetProperties()
            .Where(p => p.Name != "EqualityContract")
            .ShouldAllBe(p => p.GetValue(by) != null);
        var clock = new SettableTime { Now = new(2026, 3, 1, 8, 0, 0, 123, 456, TimeSpan.FromHours(8)) };
        await store.NewJournal(store.Source, clock).Execute(Aggregate, stream, new Raise(3), by);
        var stored = (await store.Journal.Read(stream)).Single();
        stored.Metadata.ShouldBe(by);
        stored.RecordedAt.ShouldBe(clock.Now);
        (stored.Stream, stored.StreamType, stored.Version, stored.Name).ShouldBe(
            (stream, "counter", 1L, "counter_raised")
        );
        stored.Data.ShouldBe(new CounterRaised(3));
        (
            await store.Scalar<string>(
                $"select user_name || tenant_id || mt_dotnet_type from mt_events where stream_id = '{stream}'"
            )
        ).ShouldBe("account*DEFAULT*Mediation.EventStore.Tests.CounterRaised, Mediation.EventStore.Tests");
        (
            await store.Scalar<string>($"select headers ->> 'hash' from mt_events where stream_id = '{stream}'")
        ).Length.ShouldBe(64);
    }

    [Fact]
    public async Task A_stream_is_read_to_a_version_and_to_a_moment()
    {
        var stream = Guid.CreateVersion7();
        var clock = new SettableTime();
        var journal = store.NewJournal(store.Source, clock);
        for (var i = 1; i <= 4; i++)
        {
            await journal.Execute(Aggregate, stream, new Raise(i), StoreFixture.By());
            clock.Now += TimeSpan.FromHours(1);
        }
        (await journal.Read(stream, toVersion: 3)).Select(e => e.Version).ShouldBe([1L, 2, 3]);
        (await journal.Load(Aggregate, stream, toVersion: 2)).State.Value.ShouldBe(3);
        var third = new SettableTime().Now + TimeSpan.FromHours(2);
        (await journal.Load(Aggregate, stream, toMoment: third)).State.Value.ShouldBe(6);
        (await journal.Load(Aggregate, stream, toMoment: third - TimeSpan.FromMicroseconds(1))).State.Value.ShouldBe(3);
        (await journal.Load(Aggregate, stream)).State.Value.ShouldBe(10);
        (await journal.Read(Guid.NewGuid())).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_retired_shape_is_read_as_todays_and_stays_as_it_was_stored()
    {
        var stream = Guid.CreateVersion7();
        await store.Journal.Execute(Aggregate, stream, new Raise(1), StoreFixture.By());
        await store.Database.Plant(
            $$"""
            insert into mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id, is_archived)
            values (nextval('mt_events_sequence'), gen_random_uuid(), '{{stream}}', 2, '{"amount":"7"}', 'counter_bumped', now(), '*DEFAULT*', false);
            update mt_streams set version = 2 where id = '{{stream}}'
            """
        );
        await Should.ThrowAsync<UnknownEvent>(() => store.Journal.Read(stream));
        var types = new EventTypes()
            .AddFamily<ICounterEvent>()
            .Upcast<CounterRaised>("counter_bumped", old => new() { ["by"] = int.Parse((string)old["amount"]!, null) });
        var journal = new EventJournal(store.Source, types, [store.View], TimeProvider.System, StoreFixture.Key);
        (await journal.Load(Aggregate, stream)).State.Value.ShouldBe(8);
        (await journal.Execute(Aggregate, stream, new Lower(8), StoreFixture.By())).Version.ShouldBe(3);
        JsonNode
            .Parse(
                await store.Scalar<string>(
                    $"select data::text from mt_events where stream_id = '{stream}' and version = 2"
                )
            )!
            .ToJsonString()
            .ShouldBe("{\"amount\":\"7\"}");
        // The rest of this class reads the whole log with today's types only.
        await store.Database.Plant(
            $"delete from mt_streams where id = '{stream}'; delete from counters where stream_id = '{stream}'"
        );
    }

    [Fact]
    public async Task A_deleted_or_outdated_snapshot_costs_time_and_nothing_else()
    {
        var stream = Guid.CreateVersion7();
        var aggregate = Aggregate with { SnapshotFrom = 20 };
        for (var i = 1; i <= 45; i++)
            await store.Journal.Execute(aggregate, stream, new Raise(i), StoreFixture.By());
        (await store.Scalar<long>($"select version from snapshots where stream_id = '{stream}'")).ShouldBeGreaterThan(
            20
        );
        var quick = await store.Journal.Load(aggregate, stream);
        quick.Whole.ShouldBeFalse();
        quick.History.Count.ShouldBeLessThan(25);
        var newer = await store.Journal.Load(aggregate with { SnapshotVersion = 2 }, stream);
        newer.Whole.ShouldBeTrue();
        await store.Database.Plant($"delete from snapshots where stream_id = '{stream}'");
        var replayed = await store.Journal.Load(aggregate, stream);
        replayed.Whole.ShouldBeTrue();
        (replayed.State, replayed.Version).ShouldBe((quick.State, quick.Version));
        newer.State.ShouldBe(quick.State);
        quick.State.Value.ShouldBe(45 * 46 / 2);
        // The view row is the same whether it was folded on or from the beginning.
        (await store.Scalar<int>($"select value from counters where stream_id = '{stream}'")).ShouldBe(45 * 46 / 2);
        await store.Journal.Execute(aggregate, stream, new Lower(5), StoreFixture.By());
        (await store.Scalar<int>($"select value from counters where stream_id = '{stream}'")).ShouldBe(
            (45 * 46 / 2) - 5
        );
    }

    [Fact]
    public async Task A_view_rebuilt_under_load_beside_the_live_one_is_equal_to_it()
    {
        var streams = Enumerable.Range(0, 40).Select(_ => Guid.CreateVersion7()).ToArray();
        foreach (var stream in streams)
            await store.Journal.Execute(Aggregate, stream, new Raise(100), StoreFixture.By());
        await using var owner = NpgsqlDataSource.Create(store.Database.OwnerConnection);
        var migrations = new Migrations(owner, store.Database.Schema, store.Database.Schema);
        using var enough = new CancellationTokenSource();
        var appended = 0;
        var writers = Enumerable
            .Range(0, 6)
            .Select(async w =>
            {
                // No two writers share a stream: the load is on the view, not on conflicts.
                var own = streams.Where((_, i) => i % 6 == w).ToArray();
                for (var i = 0; !enough.IsCancellationRequested; i++)
                {
                    await store.Journal.Execute(Aggregate, own[i % own.Length], new Raise(1), StoreFixture.By());
                    if (i % 5 == 0)
                        await store.Journal.Execute(Aggregate, Guid.CreateVersion7(), new Raise(1), StoreFixture.By());
                    Interlocked.Increment(ref appended);
                }
            })
            .ToArray();
        for (var round = 0; round < 4; round++)
        {
            var before = appended;
            var (_, locked) = await migrations.Rebuild(store.Journal, store.View);
            locked.ShouldBeLessThan(TimeSpan.FromSeconds(1));
            await Eventually.True(
                async () =>
                {
                    foreach (var failed in writers.Where(w => w.IsCompleted))
                        await failed;
                    return appended > before + 5;
                },
                "writers go on"
            );
        }
        await enough.CancelAsync();
        await Task.WhenAll(writers);
        var live = await store.Column<string>("select v::text from counters v order by stream_id");
        live.Count.ShouldBeGreaterThan(40);
        await migrations.Rebuild(store.Journal, store.View);
        (await store.Column<string>("select v::text from counters v order by stream_id")).ShouldBe(live);
        (
            await store.Scalar<long>(
                "select count(*) from counters v join mt_streams s on s.id = v.stream_id where s.version <> v.version"
            )
        ).ShouldBe(0);
        (
            await store.Scalar<long>(
                "select sum((data ->> 'by')::int * case type when 'counter_raised' then 1 else -1 end) from mt_events"
            )
        ).ShouldBe(await store.Scalar<long>("select sum(value) from counters"));
    }
}
