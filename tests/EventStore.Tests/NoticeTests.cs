using System.Collections.Concurrent;
using System.Diagnostics;
using Mediation.Kit;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Mediation.EventStore.Tests;

/// <summary>Processes of one service tell one another of appends, so that idle ones need hardly ask.</summary>
public sealed class NoticeTests : IAsyncLifetime
{
    private StoreFixture store = null!;

    public async ValueTask InitializeAsync() => store = await StoreFixture.Create();

    public ValueTask DisposeAsync() => store.DisposeAsync();

    [Fact]
    public async Task An_append_of_another_process_is_heard_without_any_poll()
    {
        await using var other = store.NewSource("other");
        var waiting = store.NewJournal(other, new Timers(_ => null));
        using var told = await Started(store.Journal);
        using var heard = await Started(waiting);
        using var runner = StoreFixture.Runner(waiting, new Counting());
        await runner.StartAsync(default).WaitAsync(StoreFixture.Patience);
        for (var n = 1; n <= 3; n++)
        {
            await store.Journal.Commit(await store.Start(Guid.CreateVersion7()));
            await Seen(n);
        }
        await Stop(runner, told, heard);
    }

    [Fact]
    public async Task A_crowd_of_appends_makes_at_most_one_notification_in_20_milliseconds()
    {
        using var told = await Started(store.Journal);
        await using var listener = await store.Source.OpenConnectionAsync();
        var notices = 0;
        listener.Notification += (_, _) => notices++;
        await Execute(listener, $"listen \"journal:{store.Database.Schema}\"");
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < 20; i++)
            await Task.WhenAll(
                Enumerable
                    .Range(0, 10)
                    .Select(async _ => await store.Journal.Commit(await store.Start(Guid.CreateVersion7())))
            );
        while (await listener.WaitAsync(TimeSpan.FromMilliseconds(200))) { }
        notices.ShouldBeInRange(1, 2 + (int)(watch.ElapsedMilliseconds / 20));
        notices.ShouldBeLessThan(200);
        await Execute(listener, "unlisten *");
        await Stop(told);
    }

    [Fact]
    public async Task A_lost_connection_is_listened_on_again_and_what_came_meanwhile_is_read()
    {
        await using var other = store.NewSource("other");
        var waiting = store.NewJournal(other);
        using var told = await Started(store.Journal);
        using var heard = await Started(waiting);
        using var runner = StoreFixture.Runner(waiting, new Counting());
        await runner.StartAsync(default).WaitAsync(StoreFixture.Patience);
        for (var n = 1; n <= 3; n++)
        {
            await store.Database.Plant(
                "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'other'"
            );
            await store.Journal.Commit(await store.Start(Guid.CreateVersion7()));
            await Seen(n);
        }
        await Eventually.True(() => Task.FromResult(waiting.Hears), "it listens again");
        await Stop(runner, told, heard);
    }

    [Theory]
    [InlineData(true, 4000)]
    [InlineData(false, 250)]
    public async Task Who_hears_the_others_polls_ever_more_rarely_and_who_does_not_keeps_on(bool hears, int longest)
    {
        var polls = new ConcurrentQueue<int>();
        await using var other = store.NewSource("other");
        // A hundred times as fast as by the clock.
        var journal = store.NewJournal(
            other,
            new Timers(due =>
            {
                polls.Enqueue((int)due.TotalMilliseconds);
                return due / 100;
            })
        );
        journal.Hears = hears;
        using var runner = StoreFixture.Runner(journal, new Counting());
        await runner.StartAsync(default).WaitAsync(StoreFixture.Patience);
        await Eventually.True(() => Task.FromResult(polls.Count > 12), "it polls");
        await Stop(runner);
        polls.First().ShouldBe(250);
        polls.Max().ShouldBe(longest);
        polls.Last().ShouldBe(longest);
    }

    private static async Task<AppendNotices> Started(EventJournal journal)
    {
        var notices = new AppendNotices(journal, TimeProvider.System, NullLogger<AppendNotices>.Instance);
        await notices.StartAsync(default).WaitAsync(StoreFixture.Patience);
        await Eventually.True(() => Task.FromResult(journal.Hears), "it listens");
        return notices;
    }

    private Task Seen(int events) =>
        Eventually.True(
            async () =>
                await store.Scalar<long>(
                    "select coalesce(max(last_seq_id), 0) from mt_event_progression where name = 'Counting:All'"
                ) >= events,
            $"{events} events are seen",
            TimeSpan.FromSeconds(20)
        );

    private static async Task Stop(params IReadOnlyList<Microsoft.Extensions.Hosting.BackgroundService> running)
    {
        foreach (var service in running)
            await service.StopAsync(default).WaitAsync(StoreFixture.Patience);
    }

    private static async Task Execute(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private sealed class Counting : Subscription
    {
        public override string Name => "Counting:All";
    }

    /// <summary>The real time with timers that fire when the test says so: after another time, or (null) never.</summary>
    private sealed class Timers(Func<TimeSpan, TimeSpan?> due) : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, due(dueTime) ?? Timeout.InfiniteTimeSpan, period);
    }
}
