using Mediation.Disputes.Domain;
using Mediation.Disputes.Service;
using Mediation.EventStore;
using Mediation.Kit;
using Npgsql;

namespace Mediation.Benchmarks;

/// <summary>The rebuild of the case list, by its own fold and with its generated columns and indexes, against reading
/// the same rows in order and doing nothing with them.</summary>
internal static class CaseListBenchmark
{
    private const int Played = 50;
    private const int Copies = 200;
    private const int Page = 5000;
    private const double AtLeast = 0.2;

    public static async Task Run(Report report, int rounds)
    {
        await using var database = await TestDatabase.Create("bench");
        await using var owner = NpgsqlDataSource.Create(database.OwnerConnection);
        await using var source = NpgsqlDataSource.Create(database.ServiceConnection);
        var types = new EventTypes().AddFamily<IDisputeEvent>();
        var list = new DisputeList(source);
        var journal = new EventJournal(source, types, [list], TimeProvider.System, new byte[32]);
        var migrations = new Migrations(owner, database.Schema, database.Schema);
        await migrations.Run([]);
        await migrations.RunViews(journal, [list]);
        for (var i = 0; i < Played; i++)
        {
            var changes = new Changes(new(Guid.CreateVersion7(), "bench"));
            changes.Append(Streams.Dispute, new Loaded<string>(Guid.CreateVersion7(), "", 0, [], true), [.. Case(i)]);
            await journal.Commit(changes);
        }
        await database.Plant(Multiply);
        var events = await Scalar(source, "select count(*) from mt_events");
        var figures = await Rounds.Alternate(
            rounds,
            await Processor.Of(source),
            [("read", () => Read(source)), ("rebuild", async () => (await migrations.Rebuild(journal, list)).Events)]
        );
        report.Row($"reading {events:N0} events in order", figures["read"].ToString());
        report.Row("rebuild of the case list from them", figures["rebuild"].ToString());
        report.Ratio(
            "rebuild of the case list / plain read",
            figures["rebuild"].Median / figures["read"].Median,
            AtLeast
        );
    }

    // Copies lie among one another, as cases that run at the same time do: a stream's events are some thousands apart.
    private static readonly string Multiply = $"""
        create temp table copies as
        select s.id as original, gen_random_uuid() as id, n from mt_streams s, generate_series(2, {Copies}) n;
        insert into mt_streams (id, type, version, timestamp, created, tenant_id, is_archived)
        select c.id, s.type, s.version, s.timestamp, s.created, s.tenant_id, s.is_archived
        from copies c join mt_streams s on s.id = c.original;
        insert into mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id, mt_dotnet_type,
                               correlation_id, causation_id, headers, user_name, is_archived)
        select nextval('mt_events_sequence'), gen_random_uuid(), o.copy, o.version, o.data, o.type, o.timestamp,
               o.tenant_id, o.mt_dotnet_type, o.correlation_id, o.causation_id, o.headers, o.user_name, o.is_archived
        from (select c.id as copy, e.* from copies c join mt_events e on e.stream_id = c.original
              order by c.n + e.version * 3, c.id, e.version) o;
        analyze mt_events; analyze mt_streams
        """;

    private static async Task<long> Read(NpgsqlDataSource source)
    {
        await using var connection = await source.OpenConnectionAsync();
        var (mark, events) = (0L, 0L);
        while (true)
        {
            var before = events;
            await using var command = new NpgsqlCommand(
                EventRow.Select + " where e.seq_id > $1 and s.type = $2 order by e.seq_id limit $3",
                connection
            );
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = mark });
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = Streams.Dispute });
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Page });
            await using var reader = await command.ExecuteReaderAsync();
            var row = new object[reader.FieldCount];
            for (; await reader.ReadAsync(); events++)
            {
                reader.GetValues(row);
                mark = (long)row[0];
            }
            if (events == before)
                return events;
        }
    }

    private static IEnumerable<IDisputeEvent> Case(int n)
    {
        var day = new DateOnly(2026, 3, 2).AddDays(n);
        Guid worker = Guid.CreateVersion7(),
            session = Guid.CreateVersion7(),
            agreement = Guid.CreateVersion7(),
            offer = Guid.CreateVersion7();
        ContentRef content = new(Guid.CreateVersion7(), new string('a', 64), 4096, "text/plain");
        Respondent employer = new(Guid.CreateVersion7(), Guid.CreateVersion7(), "employer");
        MemberOpened member = new(worker, Guid.CreateVersion7());
        yield return new DisputeOpened(
            Guid.CreateVersion7(),
            Guid.CreateVersion7(),
            $"京朝工调〔2026〕{n + 1}号",
            "110105",
            "WalkIn",
            "labour",
            "payInjurySeveranceDamages",
            day,
            day,
            [employer],
            [member]
        );
        yield return new MediatorAppointed("110105", Guid.CreateVersion7(), day);
        yield return new SessionScheduled(session, TimeProvider.System.GetUtcNow(), SessionMode.InPerson, content);
        yield return new SessionHeld(
            session,
            day.AddDays(6),
            SessionMode.InPerson,
            [new(member.PartyId, AttendeeCapacity.Self), new(employer.PartyId, AttendeeCapacity.Agent)],
            content,
            content,
            null
        );
        yield return new OfferMade(offer, OfferSide.Worker, worker, null, new(8_000_000), day.AddDays(6), content);
        yield return new OfferAnswered(offer, OfferAnswer.Rejected, day.AddDays(6));
        yield return new OfferMade(offer, OfferSide.Employer, worker, null, new(5_200_000), day.AddDays(6), content);
        yield return new AgreementDrafted(agreement, 1, day.AddDays(6), PaymentManner.BankTransfer, [worker], content);
        yield return new WorkersBound(agreement, [worker], day.AddDays(7));
        yield return new MediationConcluded("110105", Outcome.Agreed, day.AddDays(7), null);
        yield return new DisputeClosed("110105", Outcome.Agreed, day.AddDays(40));
    }

    private static async Task<long> Scalar(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
