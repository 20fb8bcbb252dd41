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
    private static readonly Noted Sample = new(new string('n', 380), 7);

    internal sealed record Noted(string Text, int Number);

    public static async Task Run(Report report, int rounds)
    {
        await using var database = await TestDatabase.Create("bench");
        await using var owner = NpgsqlDataSource.Create(database.OwnerConnection);
        await new Migrations(owner, database.Schema, database.Schema).Run([
            (
                "bare",
                """
                create table bare (seq bigserial primary key, id uuid not null, stream_id uuid not null,
                    version bigint not null, data jsonb not null);
                create unique index bare_stream on bare (stream_id, version);
                """
            ),
        ]);
        await using var source = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(database.ServiceConnection)
            {
                NoResetOnClose = true,
                MaxAutoPrepare = 50,
                MaxPoolSize = 64,
            }
        );
        var types = new EventTypes().Add<Noted>();
        var journal = new EventJournal(source, types, [], TimeProvider.System, new byte[32]);
        var json = JsonSerializer.Serialize(Sample, EventTypes.Json);
        foreach (var (writers, atLeast) in new[] { (8, 0.5), (32, 0.6) })
        {
            var bare = new (Guid Stream, long Version)[writers];
            var state = new (Guid Stream, long Version)[writers];
            async Task Bare(int writer)
            {
                Next(bare, writer);
                await using var command = source.CreateCommand(
                    "insert into bare (id, stream_id, version, data) values ($1, $2, $3, $4)"
                );
                command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = Guid.CreateVersion7() });
                command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = bare[writer].Stream });
                command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = bare[writer].Version });
                command.Parameters.Add(
                    new NpgsqlParameter<string> { TypedValue = json, NpgsqlDbType = NpgsqlDbType.Jsonb }
                );
                await command.ExecuteNonQueryAsync();
            }
            async Task Append(int writer)
            {
                Next(state, writer);
                var (stream, version) = state[writer];
                var changes = new Changes(
                    new(Guid.CreateVersion7(), "bench", "account", "mediator", "110105", Correlation: "c", Trace: "t")
                ).Append("bench", new Loaded<string>(stream, "", version - 1, [], true), [Sample]);
                await journal.Commit(changes);
            }
            var figures = await Rounds.Alternate(
                rounds,
                [
                    ("bare", () => Rounds.Clients(writers, TimeSpan.FromSeconds(3), Bare)),
                    ("append", () => Rounds.Clients(writers, TimeSpan.FromSeconds(3), Append)),
                ]
            );
            Report.Line($"append, {writers} writers: bare insert {figures["bare"]}, append {figures["append"]}");
            report.Ratio(
                $"append / bare insert, {writers} writers",
                figures["append"].Median / figures["bare"].Median,
                atLeast
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
