using Mediation.Kit;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Mediation.EventStore.Tests;

public sealed class AppendTests(StoreFixture store) : IClassFixture<StoreFixture>
{
    private static readonly Aggregate<Counter, ICounterCommand, ICounterEvent> Aggregate = Counter.Aggregate;

    [Fact]
    public async Task An_executed_command_is_read_back_with_its_view_row()
    {
        var stream = Guid.CreateVersion7();
        var first = await store.Journal.Execute(Aggregate, stream, new Raise(5), StoreFixture.By());
        var second = await store.Journal.Execute(Aggregate, stream, new Lower(2), StoreFixture.By(), first.Version);
        second.Version.ShouldBe(2);
        second.Events.Single().Position.ShouldBeGreaterThan(first.Events.Single().Position);
        var loaded = await store.Journal.Load(Aggregate, stream);
        loaded.State.Value.ShouldBe(3);
        await using var command = store.Source.CreateCommand(
            "select value, version from counters where stream_id = $1"
        );
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = stream });
        await using var reader = await command.ExecuteReaderAsync();
        (await reader.ReadAsync()).ShouldBeTrue();
        (reader.GetInt32(0), reader.GetInt64(1)).ShouldBe((3, 2L));
    }

    [Fact]
    public async Task A_stale_version_is_a_conflict_and_draws_no_number()
    {
        var stream = Guid.CreateVersion7();
        await store.Journal.Execute(Aggregate, stream, new Raise(5), StoreFixture.By());
        var conflict = await Should.ThrowAsync<AppendConflict>(() =>
            store.Journal.Execute(Aggregate, stream, new Raise(1), StoreFixture.By(), expectedVersion: 0)
        );
        conflict.Reason.ShouldBe(AppendConflict.Kind.Version);
        var loaded = await store.Journal.Load(Aggregate, stream);
        var late = new Changes(StoreFixture.By()).Append(
            "counter",
            loaded with
            {
                Version = 7,
            },
            [new CounterRaised(1)]
        );
        (await Should.ThrowAsync<AppendConflict>(() => store.Journal.Commit(late))).Reason.ShouldBe(
            AppendConflict.Kind.Version
        );
        await store.Journal.Archive(stream);
        var archived = new Changes(StoreFixture.By()).Append("counter", loaded, [new CounterRaised(1)]);
        (await Should.ThrowAsync<AppendConflict>(() => store.Journal.Commit(archived))).Reason.ShouldBe(
            AppendConflict.Kind.Archived
        );
    }

    [Fact]
    public async Task A_repeated_command_records_nothing_twice()
    {
        var (stream, by) = (Guid.CreateVersion7(), StoreFixture.By());
        await store.Journal.Execute(Aggregate, stream, new Raise(5), by);
        var again = await store.Journal.Execute(Aggregate, stream, new Raise(5), by);
        (again.Version, again.Events.Count).ShouldBe((1L, 0));
        var onSeen = await store.Journal.Execute(Aggregate, stream, new Raise(5), by, expectedVersion: 0);
        (onSeen.Version, onSeen.Events.Count).ShouldBe((1L, 0));
    }

    [Fact]
    public async Task The_seal_reaches_every_event_and_the_chain_holds()
    {
        var chain = new AuditChain(store.Journal);
        using var runner = new SubscriptionRunner(store.Journal, chain, TimeProvider.System, NullLogger.Instance);
        await runner.StartAsync(CancellationToken.None).WaitAsync(StoreFixture.Patience);
        var stream = Guid.CreateVersion7();
        for (var i = 0; i < 20; i++)
            await store.Journal.Execute(Aggregate, stream, new Raise(1), StoreFixture.By());
        var verdict = await Eventually.Get(
            () => chain.Verify(),
            v => v is { Unsealed: 0, Sealed: >= 20 },
            "all sealed"
        );
        verdict.Faults.ShouldBeEmpty();
        await runner.StopAsync(CancellationToken.None).WaitAsync(StoreFixture.Patience);
    }
}
