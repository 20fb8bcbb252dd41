using Npgsql;

namespace Mediation.EventStore.Tests;

/// <summary>Which append may happen at which version, alone and in a crowd.</summary>
public sealed class VersionTests(StoreFixture store) : IClassFixture<StoreFixture>
{
    private static readonly Aggregate<Counter, ICounterCommand, ICounterEvent> Aggregate = Counter.Aggregate;

    [Fact]
    public async Task Of_many_who_start_the_same_stream_one_does()
    {
        var stream = Guid.CreateVersion7();
        var starts = await Task.WhenAll(Enumerable.Range(0, 12).Select(async _ => await store.Start(stream)));
        var outcomes = await Task.WhenAll(starts.Select(Outcome));
        outcomes.Count(o => o is null).ShouldBe(1);
        outcomes.Count(o => o is AppendConflict.Kind.StreamExists).ShouldBe(11);
        (await store.Journal.Read(stream)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Of_many_who_decide_on_the_same_version_one_does()
    {
        var stream = await Started();
        var journals = Enumerable.Range(0, 12).Select(i => i % 2 == 0 ? store.Journal : store.NewJournal(store.Source));
        var outcomes = await Task.WhenAll(
            journals.Select(j => Outcome(() => j.Execute(Aggregate, stream, new Raise(1), StoreFixture.By(), 1)))
        );
        outcomes.Count(o => o is null).ShouldBe(1);
        outcomes.Count(o => o is AppendConflict.Kind.Version).ShouldBe(11);
        (await store.Journal.Load(Aggregate, stream)).State.Value.ShouldBe(2);
    }

    [Fact]
    public async Task Whoever_names_no_version_decides_again_and_all_are_recorded()
    {
        var stream = await Started();
        await Task.WhenAll(
            Enumerable
                .Range(0, 5)
                .Select(_ => store.NewJournal(store.Source).Execute(Aggregate, stream, new Raise(1), StoreFixture.By()))
        );
        var loaded = await store.Journal.Load(Aggregate, stream);
        (loaded.State.Value, loaded.Version).ShouldBe((6, 6L));
        loaded.History.Select(e => e.Version).ShouldBe([1L, 2, 3, 4, 5, 6]);
    }

    [Fact]
    public async Task A_rule_holds_also_when_many_decide_at_once()
    {
        var stream = await Started();
        var outcomes = await Task.WhenAll(
            Enumerable
                .Range(0, 6)
                .Select(async _ =>
                {
                    try
                    {
                        await store
                            .NewJournal(store.Source)
                            .Execute(Aggregate, stream, new Lower(1), StoreFixture.By());
                        return true;
                    }
                    catch (InvalidOperationException)
                    {
                        return false;
                    }
                })
        );
        outcomes.Count(done => done).ShouldBe(1);
        (await store.Journal.Load(Aggregate, stream)).State.Value.ShouldBe(0);
    }

    [Fact]
    public async Task An_archived_stream_takes_no_event_from_anyone()
    {
        var stream = await Started();
        await store.Journal.Archive(stream);
        var outcomes = await Task.WhenAll(
            Enumerable
                .Range(0, 4)
                .Select(i =>
                    Outcome(() =>
                        store.Journal.Execute(Aggregate, stream, new Raise(1), StoreFixture.By(), i % 2 == 0 ? 1 : null)
                    )
                )
        );
        outcomes.ShouldAllBe(o => o == AppendConflict.Kind.Archived);
        (await store.Journal.Read(stream)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_lost_race_alone_draws_no_number()
    {
        var stream = await Started();
        var stale = new Changes(StoreFixture.By()).Append(
            "counter",
            (await store.Journal.Load(Aggregate, stream)) with
            {
                Version = 9,
            },
            [new CounterRaised(1)]
        );
        await using var connection = await store.Source.OpenConnectionAsync();
        var before = await store.Scalar<long>("select last_value from mt_events_sequence");
        await using (var transaction = await connection.BeginTransactionAsync())
            (await Outcome(() => store.Journal.Commit(stale, connection, transaction))).ShouldBe(
                AppendConflict.Kind.Version
            );
        // Other tests of this class do not run beside this one.
        (await store.Scalar<long>("select last_value from mt_events_sequence")).ShouldBe(before);
    }

    [Fact]
    public async Task Several_streams_are_appended_to_all_or_none()
    {
        var (a, b, c) = (Guid.CreateVersion7(), Guid.CreateVersion7(), await Started());
        var both = await store.Start(a);
        await store.Journal.Decide(Aggregate, b, new Raise(2), both);
        var done = await store.Journal.Commit(both);
        done.Events.Select(e => e.Stream).ShouldBe([a, b], ignoreOrder: true);
        done.Events.ShouldAllBe(e => e.Position > 0);
        var d = Guid.CreateVersion7();
        var broken = await store.Start(d);
        await store.Journal.Decide(Aggregate, c, new Raise(1), broken);
        await store.Journal.Execute(Aggregate, c, new Raise(5), StoreFixture.By());
        (await Outcome(broken)).ShouldBe(AppendConflict.Kind.Version);
        (await store.Journal.Read(d)).ShouldBeEmpty();
        (await store.Scalar<long>($"select count(*) from counters where stream_id = '{d}'")).ShouldBe(0);
        (await store.Scalar<long>($"select count(*) from mt_streams where id = '{d}'")).ShouldBe(0);
    }

    [Fact]
    public async Task Appends_to_the_same_streams_in_any_order_do_not_block_each_other_for_ever()
    {
        Guid[] streams = [await Started(), await Started(), await Started()];
        var done = await Task.WhenAll(
            Enumerable
                .Range(0, 30)
                .Select(async i =>
                {
                    var journal = store.NewJournal(store.Source);
                    var order = i % 2 == 0 ? streams : [.. streams.Reverse()];
                    for (var attempt = 0; attempt < 100; attempt++)
                    {
                        var changes = new Changes(StoreFixture.By());
                        foreach (var stream in order)
                            await journal.Decide(Aggregate, stream, new Raise(1), changes);
                        if (await Outcome(() => journal.Commit(changes)) is null)
                            return true;
                    }
                    return false;
                })
        );
        done.ShouldAllBe(d => d);
        foreach (var stream in streams)
            (await store.Journal.Load(Aggregate, stream)).State.Value.ShouldBe(31);
    }

    [Fact]
    public async Task A_statement_that_fails_takes_everything_of_its_change_with_it_and_nothing_of_others()
    {
        var (bad, good) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var failing = (await store.Start(bad)).Also("select 1 / 0");
        var sound = await store.Start(good);
        var (first, second) = (store.Journal.Commit(failing), store.Journal.Commit(sound));
        await Should.ThrowAsync<PostgresException>(() => first);
        await second;
        (await store.Journal.Read(bad)).ShouldBeEmpty();
        (await store.Journal.Read(good)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_repeated_command_is_done_and_not_refused_by_its_own_effect()
    {
        var stream = await Started();
        var by = StoreFixture.By();
        var first = await store.Journal.Execute(Aggregate, stream, new Lower(1), by);
        first.Events.Count.ShouldBe(1);
        var again = await store.Journal.Execute(Aggregate, stream, new Lower(1), by);
        (again.Version, again.Events.Count).ShouldBe((2L, 0));
        await Should.ThrowAsync<InvalidOperationException>(() =>
            store.Journal.Execute(Aggregate, stream, new Lower(1), StoreFixture.By())
        );
    }

    [Fact]
    public async Task One_message_is_recorded_once_by_each_of_two_consumers()
    {
        var stream = await Started();
        var message = Guid.CreateVersion7();
        for (var delivery = 0; delivery < 3; delivery++)
            foreach (var consumer in (string[])["first", "second"])
            {
                var changes = new Changes(StoreFixture.By(message, consumer));
                await store.Journal.Decide(Aggregate, stream, new Raise(10), changes);
                changes.MarkProcessed(consumer, message);
                (await Outcome(changes)).ShouldBe(delivery == 0 ? null : AppendConflict.Kind.AlreadyRecorded);
            }
        (await store.Journal.Load(Aggregate, stream)).State.Value.ShouldBe(21);
        (await store.Journal.Processed("first", message)).ShouldBeTrue();
        (await store.Journal.Processed("third", message)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_message_that_changes_nothing_is_still_marked_and_only_once()
    {
        var message = Guid.CreateVersion7();
        (await Outcome(new Changes(StoreFixture.By(message)).MarkProcessed("idle", message))).ShouldBeNull();
        (await Outcome(new Changes(StoreFixture.By(message)).MarkProcessed("idle", message))).ShouldBe(
            AppendConflict.Kind.AlreadyRecorded
        );
        (await store.Journal.Processed("idle", message)).ShouldBeTrue();
    }

    [Fact]
    public async Task An_append_cancelled_while_it_waits_leaves_nothing()
    {
        var stream = await Started();
        var (waiting, other) = (await store.Start(Guid.CreateVersion7()), Guid.CreateVersion7());
        await store.Journal.Decide(Aggregate, stream, new Raise(1), waiting);
        await store.Journal.Decide(Aggregate, other, new Raise(1), waiting);
        await using var holder = await store.Source.OpenConnectionAsync();
        await using var hold = await holder.BeginTransactionAsync();
        await using var lockRow = new NpgsqlCommand(
            $"select 1 from mt_streams where id = '{stream}' for update",
            holder
        );
        await lockRow.ExecuteNonQueryAsync();
        using var cancel = new CancellationTokenSource();
        await using (var connection = await store.Source.OpenConnectionAsync())
        {
            await using var transaction = await connection.BeginTransactionAsync();
            var append = store.Journal.Commit(waiting, connection, transaction, cancel.Token);
            await Kit.Eventually.True(
                async () =>
                    await store.Scalar<long>(
                        "select count(*) from pg_stat_activity where usename = current_user and wait_event_type = 'Lock'"
                    ) > 0,
                "the append waits for the row"
            );
            await cancel.CancelAsync();
            await Should.ThrowAsync<OperationCanceledException>(() => append);
        }
        await hold.RollbackAsync();
        (await store.Journal.Read(stream)).Count.ShouldBe(1);
        (await store.Journal.Read(other)).ShouldBeEmpty();
        await Should.ThrowAsync<OperationCanceledException>(() => store.Journal.Commit(waiting, cancel.Token));
        (await store.Journal.Read(other)).ShouldBeEmpty();
    }

    private async Task<Guid> Started()
    {
        var stream = Guid.CreateVersion7();
        await store.Journal.Execute(Aggregate, stream, new Raise(1), StoreFixture.By());
        return stream;
    }

    private Task<AppendConflict.Kind?> Outcome(Changes changes) => Outcome(() => store.Journal.Commit(changes));

    private static async Task<AppendConflict.Kind?> Outcome(Func<Task> append)
    {
        try
        {
            await append();
            return null;
        }
        catch (AppendConflict e)
        {
            return e.Reason;
        }
    }
}
