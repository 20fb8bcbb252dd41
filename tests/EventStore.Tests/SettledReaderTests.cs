using System.Diagnostics;
using Mediation.Kit;
using Npgsql;

namespace Mediation.EventStore.Tests;

/// <summary>Numbers are drawn before commit: whoever reads past the last visible one loses events. This reader does not.</summary>
public sealed class SettledReaderTests
{
    private const int Limit = 7;

    [Fact]
    public async Task An_event_committed_late_is_neither_lost_nor_overtaken()
    {
        await using var log = await Log.Open();
        await log.Append();
        var (events, mark) = await log.Next(0);
        events.Single().ShouldBe(mark);
        await using var slow = await log.Hold();
        await log.Append();
        // A reader that simply went on would be past the slow one for ever.
        (await log.Visible(mark))
            .Single()
            .ShouldBeGreaterThan(slow.Position);
        for (var i = 0; i < 5; i++)
            (await log.Nothing(mark)).ShouldBeTrue();
        await slow.Commit();
        var settled = await log.Until(mark, 2);
        settled.ShouldBe([slow.Position, slow.Position + 1]);
    }

    [Fact]
    public async Task A_rolled_back_number_is_passed_over_once_nobody_can_fill_it()
    {
        await using var log = await Log.Open();
        await using var lost = await log.Hold();
        await log.Append();
        (await log.Nothing(0)).ShouldBeTrue();
        (await log.Nothing(0)).ShouldBeTrue();
        await lost.RollBack();
        (await log.Until(0, 1)).ShouldBe([lost.Position + 1]);
    }

    [Fact]
    public async Task A_rolled_back_number_at_the_end_waits_for_the_next_event_and_loses_nothing()
    {
        await using var log = await Log.Open();
        await log.Append();
        var (_, mark) = await log.Next(0);
        await using (var lost = await log.Hold())
            await lost.RollBack();
        (await log.Nothing(mark)).ShouldBeTrue();
        await log.Append();
        (await log.Until(mark, 1)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_settled_span_longer_than_a_page_comes_whole()
    {
        await using var log = await Log.Open();
        await using var lost = await log.Hold();
        for (var i = 0; i < (3 * Limit) + 2; i++)
            await log.Append();
        await lost.RollBack();
        (await log.Until(0, (3 * Limit) + 2)).ShouldBe(await log.Visible(0));
    }

    [Fact]
    public async Task A_long_write_transaction_in_another_database_holds_the_mark_and_nothing_is_lost()
    {
        await using var log = await Log.Open();
        var admin = new NpgsqlConnectionStringBuilder(
            Environment.GetEnvironmentVariable("MEDIATION_TEST_DATABASE_ADMIN")
        );
        var elsewhere = $"elsewhere_{Guid.NewGuid():N}";
        await using var cluster = new NpgsqlConnection(admin.ConnectionString);
        await cluster.OpenAsync();
        await Execute(cluster, $"create database {elsewhere}");
        try
        {
            await using var foreign = new NpgsqlConnection(
                new NpgsqlConnectionStringBuilder(admin.ConnectionString)
                {
                    Database = elsewhere,
                    Pooling = false,
                }.ConnectionString
            );
            await foreign.OpenAsync();
            await Execute(foreign, "begin; select pg_current_xact_id()");
            // A run without gaps needs to wait for nobody.
            await log.Append();
            var (run, mark) = await log.Next(0);
            run.Count.ShouldBe(1);
            await using (var lost = await log.Hold())
                await lost.RollBack();
            await log.Append();
            await log.Append();
            var watch = Stopwatch.StartNew();
            while (watch.Elapsed < TimeSpan.FromSeconds(1))
                (await log.Nothing(mark)).ShouldBeTrue();
            await Execute(foreign, "rollback");
            (await log.Until(mark, 2)).ShouldBe(await log.Visible(mark));
        }
        finally
        {
            await Execute(cluster, $"drop database {elsewhere} with (force)");
        }
    }

    [Fact]
    public async Task In_a_storm_with_rollbacks_no_event_is_missed_or_doubled()
    {
        await using var log = await Log.Open();
        // Each keeps up to four appends open at a time and ends them in an order that has nothing to do with their
        // numbers; all of them write side by side.
        var writers = Enumerable
            .Range(0, 5)
            .Select(async w =>
            {
                var random = new Random(w);
                var open = new List<Held>();
                for (var begun = 0; begun < 100 || open.Count > 0; )
                {
                    if (begun < 100 && open.Count < 4 && random.Next(2) == 0)
                    {
                        open.Add(await log.Hold());
                        begun++;
                    }
                    else if (open.Count > 0)
                    {
                        await using var append = open[random.Next(open.Count)];
                        open.Remove(append);
                        await (random.Next(100) < 20 ? append.RollBack() : append.Commit());
                    }
                }
            });
        var storm = Task.WhenAll(writers);
        var (settled, naive) = (new List<long>(), new HashSet<long>());
        var (mark, last) = (0L, 0L);
        var reading = Task.Run(async () =>
        {
            while (!storm.IsCompleted || settled.Count < (await log.Visible(0)).Count)
            {
                var (events, next) = await log.Next(mark);
                settled.AddRange(events);
                mark = next;
                foreach (var position in await log.Visible(last))
                {
                    naive.Add(position);
                    last = position;
                }
            }
        });
        await storm;
        await reading.WaitAsync(TimeSpan.FromSeconds(60));
        var all = await log.Visible(0);
        all.Count.ShouldBeGreaterThan(300);
        settled.ShouldBe(all);
        // Had the storm been harmless, the reader would have shown nothing.
        naive.Count.ShouldBeLessThan(all.Count);
        (all[^1] - all.Count).ShouldBeGreaterThan(10, "numbers were rolled back");
    }

    private static async Task Execute(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>A log of its own, its reader, and appends that are stepped by hand.</summary>
    private sealed class Log : IAsyncDisposable
    {
        private readonly StoreFixture store;
        private readonly NpgsqlConnection connection;
        private readonly SettledReader reader;

        private Log(StoreFixture store, NpgsqlConnection connection) =>
            (this.store, this.connection, reader) = (store, connection, new(store.Journal));

        public static async Task<Log> Open()
        {
            var fresh = await StoreFixture.Create();
            return new(fresh, await fresh.Source.OpenConnectionAsync());
        }

        public async Task Append() => await store.Journal.Commit(await store.Start(Guid.CreateVersion7()));

        public async Task<Held> Hold()
        {
            var held = await store.Source.OpenConnectionAsync();
            var transaction = await held.BeginTransactionAsync();
            var done = await store.Journal.Commit(await store.Start(Guid.CreateVersion7()), held, transaction);
            return new(held, transaction, done.Events.Single().Position);
        }

        public async Task<(List<long> Events, long Mark)> Next(long mark)
        {
            var (events, next) = await reader.Next(connection, mark, Limit, CancellationToken.None);
            return ([.. events.Select(e => e.Position)], next);
        }

        /// <summary>The reader gives nothing and stays where it is.</summary>
        public async Task<bool> Nothing(long mark)
        {
            var (events, next) = await Next(mark);
            return events.Count == 0 && next == mark;
        }

        public async Task<List<long>> Until(long mark, int count)
        {
            var all = new List<long>();
            await Eventually.True(
                async () =>
                {
                    var (events, next) = await Next(mark);
                    all.AddRange(events);
                    mark = next;
                    return all.Count >= count;
                },
                $"{count} events settled"
            );
            return all;
        }

        public Task<List<long>> Visible(long after) =>
            store.Column<long>($"select seq_id from mt_events where seq_id > {after} order by seq_id");

        public async ValueTask DisposeAsync()
        {
            await connection.DisposeAsync();
            await store.DisposeAsync();
        }
    }

    private sealed class Held(NpgsqlConnection connection, NpgsqlTransaction transaction, long position)
        : IAsyncDisposable
    {
        public long Position => position;

        public Task Commit() => transaction.CommitAsync();

        public Task RollBack() => transaction.RollbackAsync();

        public async ValueTask DisposeAsync()
        {
            await transaction.DisposeAsync();
            await connection.DisposeAsync();
        }
    }
}
