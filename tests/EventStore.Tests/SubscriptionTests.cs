using Mediation.Kit;
using Npgsql;

namespace Mediation.EventStore.Tests;

public sealed class SubscriptionTests : IAsyncLifetime
{
    private StoreFixture store = null!;

    public async ValueTask InitializeAsync()
    {
        store = await StoreFixture.Create();
        // No key: an event applied twice would stand twice.
        await store.Database.Plant(
            $"create table applied (position bigint not null, instance text not null, at timestamptz default clock_timestamp()); grant all on applied to {store.Database.Schema}"
        );
    }

    public ValueTask DisposeAsync() => store.DisposeAsync();

    [Fact]
    public async Task A_crash_between_the_view_and_its_checkpoint_applies_every_event_once()
    {
        await Append(20);
        var crashes = 0;
        var subscription = new Applying("a")
        {
            // Ends the runner's own connection after the view's statement and before the checkpoint's.
            Afterwards = batch =>
            {
                if (Interlocked.Increment(ref crashes) <= 2)
                    batch.BatchCommands.Add(new("select pg_terminate_backend(pg_backend_pid())"));
            },
        };
        using var runner = StoreFixture.Runner(store.Journal, subscription);
        await runner.StartAsync(default).WaitAsync(StoreFixture.Patience);
        await Applied(20);
        await Append(5);
        await Applied(25);
        await runner.StopAsync(default).WaitAsync(StoreFixture.Patience);
        crashes.ShouldBeGreaterThan(2);
        await EachOnceAndInOrder();
    }

    [Fact]
    public async Task When_the_runner_dies_the_other_instance_goes_on_and_nothing_is_applied_twice()
    {
        await using var first = store.NewSource("first");
        await using var second = store.NewSource("second");
        using var a = StoreFixture.Runner(store.NewJournal(first), new Applying("first"));
        await a.StartAsync(default).WaitAsync(StoreFixture.Patience);
        await Append(10);
        await Applied(10);
        using var b = StoreFixture.Runner(store.NewJournal(second), new Applying("second"));
        await b.StartAsync(default).WaitAsync(StoreFixture.Patience);
        await Append(10);
        await Applied(20);
        (await store.Column<string>("select distinct instance from applied")).ShouldBe(["first"]);
        // The first process dies: its service stops without a word to the database.
        using var dead = new CancellationTokenSource();
        await dead.CancelAsync();
        var stopping = a.StopAsync(dead.Token);
        await store.Database.Plant(
            "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'first'"
        );
        await Append(10);
        await Applied(30);
        await stopping.WaitAsync(StoreFixture.Patience);
        (await store.Column<string>("select distinct instance from applied where position > 20")).ShouldBe(["second"]);
        await b.StopAsync(default).WaitAsync(StoreFixture.Patience);
        await EachOnceAndInOrder();
    }

    [Fact]
    public async Task A_runner_that_stops_in_order_leaves_its_place_though_its_connections_live_on()
    {
        await using var first = store.NewSource("first");
        await using var second = store.NewSource("second");
        using var a = StoreFixture.Runner(store.NewJournal(first), new Applying("first"));
        await a.StartAsync(default).WaitAsync(StoreFixture.Patience);
        await Append(3);
        await Applied(3);
        using var b = StoreFixture.Runner(store.NewJournal(second), new Applying("second"));
        await b.StartAsync(default).WaitAsync(StoreFixture.Patience);
        await a.StopAsync(default).WaitAsync(StoreFixture.Patience);
        (
            await store.Scalar<long>("select count(*) from pg_stat_activity where application_name = 'first'")
        ).ShouldBeGreaterThan(0);
        await Append(3);
        await Applied(6);
        await b.StopAsync(default).WaitAsync(StoreFixture.Patience);
        await EachOnceAndInOrder();
    }

    [Fact]
    public async Task Two_instances_that_change_places_all_the_time_apply_everything_once()
    {
        await using var first = store.NewSource("first");
        await using var second = store.NewSource("second");
        using var a = StoreFixture.Runner(store.NewJournal(first), new Applying("first"));
        using var b = StoreFixture.Runner(store.NewJournal(second), new Applying("second"));
        await a.StartAsync(default).WaitAsync(StoreFixture.Patience);
        await b.StartAsync(default).WaitAsync(StoreFixture.Patience);
        for (var round = 0; round < 4; round++)
        {
            await Append(15);
            await store.Database.Plant(
                $"select pg_terminate_backend(l.pid) from pg_locks l join pg_stat_activity s using (pid) where l.locktype = 'advisory' and s.usename = '{store.Database.Schema}'"
            );
        }
        await Applied(60);
        await a.StopAsync(default).WaitAsync(StoreFixture.Patience);
        await b.StopAsync(default).WaitAsync(StoreFixture.Patience);
        await EachOnceAndInOrder();
    }

    [Fact]
    public async Task A_poison_event_stops_the_subscription_there_until_an_operator_skips_it()
    {
        await Append(5);
        var poison = await store.Scalar<long>("select min(seq_id) + 2 from mt_events");
        var subscription = new Applying("a") { Poison = poison };
        using var runner = StoreFixture.Runner(store.Journal, subscription);
        await runner.StartAsync(default).WaitAsync(StoreFixture.Patience);
        await Eventually.True(
            async () =>
                await store.Scalar<long>($"select count(*) from subscription_stops where position = {poison}") == 1,
            "the stop is recorded"
        );
        await Applied(2);
        (await store.Scalar<long>("select last_seq_id from mt_event_progression where name = 'Applying:All'")).ShouldBe(
            poison - 1
        );
        await store.Database.Plant(
            $"insert into subscription_skips (name, position, account) values ('Applying:All', {poison}, 'operator')"
        );
        await Applied(4);
        await Eventually.True(
            async () => await store.Scalar<long>("select count(*) from subscription_stops") == 0,
            "the stop is over"
        );
        await runner.StopAsync(default).WaitAsync(StoreFixture.Patience);
        (await store.Column<long>("select position from applied")).ShouldNotContain(poison);
    }

    [Theory]
    [InlineData("type = 'never_heard_of'", "UnknownEvent")]
    [InlineData("""data = '{"by": "much"}'""", "JsonException")]
    [InlineData("data = 'null'", "JsonException")]
    [InlineData("""headers = '{"effectiveOn": "some day"}'""", "FormatException")]
    public async Task An_event_that_cannot_be_read_stops_the_subscription_there_until_an_operator_skips_it(
        string set,
        string error
    )
    {
        await Append(5);
        var poison = await store.Scalar<long>("select min(seq_id) + 2 from mt_events");
        await store.Database.Plant($"update mt_events set {set} where seq_id = {poison}");
        using var runner = StoreFixture.Runner(store.Journal, new Applying("a"));
        await runner.StartAsync(default).WaitAsync(StoreFixture.Patience);
        await Eventually.True(
            async () => await store.Scalar<long>("select count(*) from subscription_stops") == 1,
            "the stop is recorded"
        );
        (await store.Column<string>("select position || ' ' || error from subscription_stops")).ShouldBe([
            $"{poison} {error}",
        ]);
        await Applied(2);
        await store.Database.Plant(
            $"insert into subscription_skips (name, position, account) values ('Applying:All', {poison}, 'operator')"
        );
        await Applied(4);
        await Eventually.True(
            async () => await store.Scalar<long>("select count(*) from subscription_stops") == 0,
            "the stop is over"
        );
        await runner.StopAsync(default).WaitAsync(StoreFixture.Patience);
        (await store.Column<long>("select position from applied")).ShouldNotContain(poison);
    }

    [Fact]
    public async Task Two_subscriptions_of_one_log_do_not_hinder_each_other()
    {
        using var a = StoreFixture.Runner(store.Journal, new Applying("a"));
        using var chain = StoreFixture.Runner(store.Journal, new AuditChain(store.Journal));
        await a.StartAsync(default).WaitAsync(StoreFixture.Patience);
        await chain.StartAsync(default).WaitAsync(StoreFixture.Patience);
        await Append(30);
        await Applied(30);
        await Eventually.True(async () => await store.Scalar<long>("select count(*) from audit_chain") == 30, "sealed");
        await a.StopAsync(default).WaitAsync(StoreFixture.Patience);
        await chain.StopAsync(default).WaitAsync(StoreFixture.Patience);
        await EachOnceAndInOrder();
    }

    private async Task Append(int events)
    {
        for (var i = 0; i < events; i++)
            await store.Journal.Commit(await store.Start(Guid.CreateVersion7()));
    }

    private Task<long> Applied(int events) =>
        Eventually.Get(
            () => store.Scalar<long>("select count(distinct position) from applied"),
            n => n == events,
            $"{events} applied",
            TimeSpan.FromSeconds(60)
        );

    private async Task EachOnceAndInOrder() =>
        (await store.Column<long>("select position from applied order by at, position")).ShouldBe(
            await store.Column<long>("select seq_id from mt_events order by seq_id")
        );

    private sealed class Applying(string instance) : Subscription
    {
        public override string Name => "Applying:All";

        public override int PageSize => 8;

        public Action<NpgsqlBatch>? Afterwards { get; init; }

        public long? Poison { get; init; }

        public override void Write(IReadOnlyList<StoredEvent> page, NpgsqlBatch batch)
        {
            if (page.Any(e => e.Position == Poison))
                throw new InvalidOperationException("poison");
            var insert = new NpgsqlBatchCommand("insert into applied (position, instance) select unnest($1), $2");
            insert.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. page.Select(e => e.Position)] });
            insert.Parameters.Add(new NpgsqlParameter<string> { TypedValue = instance });
            batch.BatchCommands.Add(insert);
            Afterwards?.Invoke(batch);
        }
    }
}
