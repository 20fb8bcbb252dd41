using Mediation.Deadlines.Service;
using Mediation.Kit;
using Mediation.Services.Tests.Deadlines;
using Npgsql;

namespace Mediation.Benchmarks;

/// <summary>A sweep that tells 100,000 clocks the time, each with its event, seal, row and warning, against an
/// <c>UPDATE … RETURNING</c> that claims as many bare rows in the same batches and does nothing with them.</summary>
internal static class SweepBenchmark
{
    private const int Clocks = 100_000;
    private const int Batch = 500;
    private const double AtLeast = 0.05;

    // A right of thirty days warns three times and then ends: four sweeps over each clock that was planted.
    private const string Rule = "AGR_CONFIRM";

    public static async Task Run(Report report, int rounds)
    {
        await using var host = new DeadlinesHost();
        await host.InitializeAsync();
        await using var bare = NpgsqlDataSource.Create(host.Database.ServiceConnection);
        await host.Database.Plant(
            $"""
            create table bare (id uuid primary key default gen_random_uuid(), wakes date not null);
            insert into bare (wakes) select '2026-01-01' from generate_series(1, {Clocks});
            create index on bare (wakes, id);
            grant select, update on bare to {host.Database.Schema};
            analyze bare
            """
        );
        var wakes = new Queue<DateOnly>();
        var sweep = host.Provider.GetRequiredService<Sweep>();
        async Task<long> Sweeps()
        {
            host.Today = wakes.Dequeue();
            var acted = await sweep.Run(CancellationToken.None);
            return acted == Clocks ? acted : throw new InvalidOperationException($"{acted} clocks acted.");
        }
        async Task Plant(int n)
        {
            var from = new DateOnly(2026, 3, 2).AddDays(60 * n);
            host.Today = from;
            await host.Arm(Rule, from, Clocks);
            var days = await host.Database.Rows(
                $"select distinct row -> 'computed' ->> 'due' from clocks where row ->> 'from' = '{from:yyyy-MM-dd}'"
            );
            var due = DateOnly.Parse((string)days[0][0], System.Globalization.CultureInfo.InvariantCulture);
            var warned = await host.Database.Rows(
                $"select jsonb_array_elements_text(row -> 'computed' -> 'warnOn') from clocks where row ->> 'from' = '{from:yyyy-MM-dd}' limit 3"
            );
            foreach (
                var day in warned
                    .Select(w => DateOnly.Parse((string)w[0], System.Globalization.CultureInfo.InvariantCulture))
                    .Order()
            )
                wakes.Enqueue(day);
            wakes.Enqueue(due.AddDays(1));
        }
        for (var n = 0; n * 4 < rounds + 1; n++)
            await Plant(n);
        await Caught(host);
        var claimed = 0;
        var figures = await Rounds.Alternate(
            rounds,
            await Processor.Of(bare),
            [("sweep", Sweeps), ("claim", () => Claim(bare, claimed++))]
        );
        report.Row($"sweep over {Clocks:N0} clocks that are due", figures["sweep"].ToString());
        report.Row($"bare UPDATE … RETURNING of {Clocks:N0} rows", figures["claim"].ToString());
        report.Ratio("sweep / bare UPDATE … RETURNING", figures["sweep"].Median / figures["claim"].Median, AtLeast);
    }

    private static async Task<long> Claim(NpgsqlDataSource source, int round)
    {
        var day = new DateOnly(2026, 1, 1).AddDays(round);
        var claimed = 0L;
        while (true)
        {
            await using var command = source.CreateCommand(
                """
                update bare set wakes = wakes + 1 where id = any (array(
                    select id from bare where wakes <= $1 order by wakes, id limit $2 for update skip locked)) returning id
                """
            );
            command.Parameters.Add(new NpgsqlParameter<DateOnly> { TypedValue = day });
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Batch });
            var rows = 0;
            await using (var reader = await command.ExecuteReaderAsync())
                while (await reader.ReadAsync())
                    rows++;
            if (rows == 0)
                return claimed;
            claimed += rows;
        }
    }

    // What the service reads of its own log must not run beside the first round.
    private static async Task Caught(DeadlinesHost host) =>
        await Eventually.True(
            async () =>
                await host.Count(
                    "select (select max(seq_id) from mt_events) - (select min(last_seq_id) from mt_event_progression)"
                ) == 0,
            "the subscriptions have read what was planted",
            TimeSpan.FromMinutes(5)
        );
}
