using System.Text.Json;
using Mediation.EventStore;
using Mediation.Kit;
using Npgsql;
using NpgsqlTypes;

namespace Mediation.Benchmarks;

/// <summary>An append with stream row, unique event id and all metadata against a bare insert of the same bytes into a
/// table with the same two indexes, one commit each.</summary>
internal static class AppendBenchmark
{
    private const int StreamLength = 12;
    private const string Account = "0197a1de-7c1f-7d30-9c55-6f0d1f1c7a10";
    private const string Correlation = "4bf92f3577b34da6a3ce929d0e0e4736";
    private const string Trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    // As many fields, ids and amounts as the events of a case have; 0.4 KB of JSON.
    private static readonly Noted Sample = new(
        Guid.CreateVersion7(),
        Guid.CreateVersion7(),
        new DateOnly(2026, 7, 1),
        "wage_arrears",
        "110105",
        [new("overtime_pay", 12_899_800), new("severance", 4_500_000), new("double_wage", 7_250_000)],
        Guid.CreateVersion7()
    );

    internal sealed record Noted(
        Guid Worker,
        Guid Employer,
        DateOnly On,
        string Cause,
        string District,
        IReadOnlyList<Item> Items,
        Guid Content
    );

    internal sealed record Item(string Kind, long Fen);

    public static async Task Run(Report report, int rounds)
    {
        await using var store = await Store.Create();
        await store.Database.Plant(
            $"""
            create table bare (seq bigserial primary key, id uuid not null, stream_id uuid not null,
                version bigint not null, data jsonb not null, type varchar not null, timestamp timestamptz not null,
                dotnet_type varchar not null, correlation_id varchar not null, causation_id varchar not null,
                headers jsonb not null, user_name varchar not null);
            create unique index bare_stream on bare (stream_id, version);
            grant all on bare, bare_seq_seq to {store.Database.Schema}
            """
        );
        var source = store.Source;
        var json = JsonSerializer.Serialize(Sample, EventTypes.Json);
        var headers = JsonSerializer.Serialize(
            new
            {
                handler = "bench",
                role = "mediator",
                trace = Trace,
                unit = "110105",
                hash = new string('0', 64),
            }
        );
        // Compiling the append's code must not be charged to the first rounds of it; there is more of it than of an insert.
        await Rounds.Clients(32, TimeSpan.FromSeconds(10), new Appender(store.Journal, 32).Append);
        foreach (var (writers, atLeast) in new[] { (8, 0.5), (32, 0.6) })
        {
            var bare = new (Guid Stream, long Version)[writers];
            async Task Bare(int writer)
            {
                Next(bare, writer);
                await using var command = source.CreateCommand(
                    """
                    insert into bare (id, stream_id, version, data, type, timestamp, dotnet_type, correlation_id,
                        causation_id, headers, user_name) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
                    """
                );
                command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = Guid.CreateVersion7() });
                command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = bare[writer].Stream });
                command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = bare[writer].Version });
                command.Parameters.Add(
                    new NpgsqlParameter<string> { TypedValue = json, NpgsqlDbType = NpgsqlDbType.Jsonb }
                );
                command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = "noted" });
                command.Parameters.Add(
                    new NpgsqlParameter<DateTime> { TypedValue = TimeProvider.System.GetUtcNow().UtcDateTime }
                );
                command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = typeof(Noted).FullName! });
                command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = Correlation });
                command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = Guid.CreateVersion7().ToString() });
                command.Parameters.Add(
                    new NpgsqlParameter<string> { TypedValue = headers, NpgsqlDbType = NpgsqlDbType.Jsonb }
                );
                command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = Account });
                await command.ExecuteNonQueryAsync();
            }
            var appends = new Appender(store.Journal, writers);
            var figures = await Rounds.Alternate(
                rounds,
                await Processor.Of(source),
                [
                    ("bare", () => Rounds.Clients(writers, TimeSpan.FromSeconds(3), Bare)),
                    ("append", () => Rounds.Clients(writers, TimeSpan.FromSeconds(3), appends.Append)),
                ]
            );
            report.Row($"bare insert of the same row, {writers} writers", figures["bare"].ToString());
            report.Row($"append, {writers} writers", figures["append"].ToString());
            report.Ratio(
                $"append / bare insert, {writers} writers",
                figures["append"].Median / figures["bare"].Median,
                atLeast
            );
        }
    }

    /// <summary>A migrated schema with connections as a service has them.</summary>
    internal sealed record Store(TestDatabase Database, NpgsqlDataSource Source, EventJournal Journal)
        : IAsyncDisposable
    {
        public static async Task<Store> Create()
        {
            var database = await TestDatabase.Create("bench");
            await using var owner = NpgsqlDataSource.Create(database.OwnerConnection);
            await new Migrations(owner, database.Schema, database.Schema).Run([]);
            var source = NpgsqlDataSource.Create(
                new NpgsqlConnectionStringBuilder(database.ServiceConnection)
                {
                    NoResetOnClose = true,
                    MaxAutoPrepare = 100,
                    AutoPrepareMinUsages = 2,
                    MaxPoolSize = 64,
                }
            );
            return new(
                database,
                source,
                new(source, new EventTypes().Add<Noted>(), [], TimeProvider.System, new byte[32])
            );
        }

        public async ValueTask DisposeAsync()
        {
            await Source.DisposeAsync();
            await Database.DisposeAsync();
        }
    }

    /// <summary>Appends one event at a time, in streams of twelve, with all metadata.</summary>
    internal sealed class Appender(EventJournal journal, int writers)
    {
        private readonly (Guid Stream, long Version)[] state = new (Guid, long)[writers];

        public async Task Append(int writer)
        {
            Next(state, writer);
            var (stream, version) = state[writer];
            var metadata = new Metadata(
                Guid.CreateVersion7(),
                "bench",
                Account,
                "mediator",
                "110105",
                Correlation: Correlation,
                Trace: Trace
            );
            await journal.Commit(
                new Changes(metadata).Append("bench", new Loaded<string>(stream, "", version - 1, [], true), [Sample])
            );
        }
    }

    private static void Next((Guid Stream, long Version)[] state, int writer)
    {
        if (state[writer].Version is 0 or StreamLength)
            state[writer] = (Guid.CreateVersion7(), 0);
        state[writer].Version++;
    }
}
