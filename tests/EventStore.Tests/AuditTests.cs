using Mediation.Kit;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mediation.EventStore.Tests;

/// <summary>One altered, deleted or inserted row is found and located, sealed or not yet.</summary>
public sealed class AuditTests : IAsyncLifetime
{
    private const int Events = 12;
    private StoreFixture store = null!;
    private AuditChain chain = null!;
    private long victim;

    public async ValueTask InitializeAsync()
    {
        store = await StoreFixture.Create();
        chain = new(store.Journal);
        var stream = Guid.CreateVersion7();
        for (var i = 0; i < Events; i++)
            await store.Journal.Execute(Counter.Aggregate, stream, new Raise(i), StoreFixture.By());
        victim = await store.Scalar<long>("select seq_id from mt_events where version = 6");
    }

    public ValueTask DisposeAsync() => store.DisposeAsync();

    [Fact]
    public async Task An_untouched_log_has_no_fault()
    {
        (await Faults()).ShouldBeEmpty();
        await Seal();
        (await Faults()).ShouldBeEmpty();
        (await chain.Verify()).Sealed.ShouldBe(Events);
    }

    public static TheoryData<string, bool> Alterations
    {
        get
        {
            var data = new TheoryData<string, bool>();
            foreach (
                var set in (string[])
                    [
                        """data = '{"by": 99}'""",
                        "type = 'counter_lowered'",
                        "timestamp = timestamp + interval '1 microsecond'",
                        "user_name = 'somebody else'",
                        "correlation_id = 'x'",
                        "causation_id = gen_random_uuid()::text",
                        "headers = headers || '{\"role\": \"supervisor\"}'",
                        "headers = headers - 'hash'",
                        "headers = jsonb_set(headers, '{hash}', '7')",
                        "headers = null",
                        "id = gen_random_uuid()",
                        "is_archived = true",
                        "is_archived = null",
                        "mt_dotnet_type = 'x'",
                        "mt_dotnet_type = null",
                        "tenant_id = 'x'",
                        "bdata = '\\x00'",
                        "timestamp = 'infinity'",
                        "data = (repeat('[', 900) || repeat(']', 900))::jsonb",
                        "headers = (repeat('[', 900) || repeat(']', 900))::jsonb",
                        // What moves from the end of one column to the beginning of the next is not the same row.
                        "correlation_id = left(correlation_id, -1), causation_id = right(correlation_id, 1) || causation_id",
                    ]
            )
            {
                data.Add(set, true);
                data.Add(set, false);
            }
            // The number is drawn after the seal is made; the chain holds it.
            data.Add("seq_id = 1000000", true);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Alterations))]
    public async Task An_altered_row_is_found_where_it_stands(string set, bool isSealed)
    {
        if (isSealed)
            await Seal();
        await store.Database.Plant($"update mt_events set {set} where seq_id = {victim}");
        (await Faults()).ShouldContain(f => f.Position == victim);
    }

    [Fact]
    public async Task A_row_that_cannot_even_be_read_does_not_stop_the_sealing()
    {
        await store.Database.Plant(
            $"update mt_events set type = 'never_heard_of', timestamp = 'infinity', headers = '[]' where seq_id = {victim}"
        );
        await Seal();
        (await Faults()).ShouldHaveSingleItem().Position.ShouldBe(victim);
    }

    [Fact]
    public async Task A_page_whose_commit_failed_is_sealed_on_the_same_link_again()
    {
        await store.Database.Plant(
            """
            create function failing() returns trigger language plpgsql as $$
            begin
                if nextval('fails') < 3 then raise exception 'not now'; end if;
                return new;
            end $$;
            create sequence fails; grant all on fails to public;
            create trigger failing before insert on audit_chain for each row execute function failing()
            """
        );
        await Seal();
        (await Faults()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_row_altered_before_it_was_sealed_is_found_also_after()
    {
        await store.Database.Plant($$"""update mt_events set data = '{"by": 99}' where seq_id = {{victim}}""");
        await Seal();
        var fault = (await Faults()).ShouldHaveSingleItem();
        (fault.Finding, fault.Position).ShouldBe(("altered", victim));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_deleted_row_is_found_and_located(bool isSealed)
    {
        if (isSealed)
            await Seal();
        var stream = await store.Scalar<Guid>($"select stream_id from mt_events where seq_id = {victim}");
        await store.Database.Plant($"delete from mt_events where seq_id = {victim}");
        var faults = await Faults();
        if (isSealed)
            faults.ShouldContain(f => f.Finding == "deleted" && f.Position == victim);
        faults.ShouldContain(f => f.Finding == "gap" && f.Stream == stream);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_last_row_deleted_is_found_too(bool isSealed)
    {
        if (isSealed)
            await Seal();
        var last = await store.Scalar<long>("select max(seq_id) from mt_events");
        await store.Database.Plant($"delete from mt_events where seq_id = {last}");
        var faults = await Faults();
        faults.ShouldNotBeEmpty();
        if (isSealed)
            faults.ShouldContain(f => f.Finding == "deleted" && f.Position == last);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_inserted_row_is_found_and_located(bool isSealed)
    {
        // A number between two others, as a forger finds it where an append was rolled back.
        await store.Database.Plant("select setval('mt_events_sequence', (select max(seq_id) + 5 from mt_events))");
        var stream = Guid.CreateVersion7();
        await store.Journal.Execute(Counter.Aggregate, stream, new Raise(1), StoreFixture.By());
        if (isSealed)
            await Seal();
        var forged = await store.Scalar<long>("select max(seq_id) - 2 from mt_events");
        await store.Database.Plant(
            $"""
            insert into mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id, mt_dotnet_type, headers, is_archived)
            select {forged}, gen_random_uuid(), stream_id, 2, data, type, now(), tenant_id, mt_dotnet_type, headers, false
            from mt_events where stream_id = '{stream}';
            update mt_streams set version = 2 where id = '{stream}'
            """
        );
        var fault = (await Faults()).ShouldHaveSingleItem();
        (fault.Finding, fault.Position).ShouldBe((isSealed ? "inserted" : "altered", forged));
    }

    [Fact]
    public async Task The_newest_event_deleted_with_its_version_before_it_was_sealed_is_missed_by_who_appended_it()
    {
        var witness = Witness();
        await witness.StartAsync(default).WaitAsync(StoreFixture.Patience);
        var stream = Guid.CreateVersion7();
        await store.Journal.Execute(Counter.Aggregate, stream, new Raise(1), StoreFixture.By());
        var done = await store.Journal.Execute(Counter.Aggregate, stream, new Raise(2), StoreFixture.By());
        await store.Database.Plant(
            $"delete from mt_events where stream_id = '{stream}' and version = 2; update mt_streams set version = 1 where id = '{stream}'"
        );
        // Nothing in the tables shows it.
        (await Faults()).ShouldBeEmpty();
        var faults = await Eventually.Get(Faults, f => f.Count > 0, "the event is missed");
        faults.ShouldHaveSingleItem().ShouldBe(new("missed", done.Events[0].Position, stream));
        await Seal();
        await Eventually.True(() => Task.FromResult(witness.Unsealed == 0), "the others are sealed and forgotten");
        (await Faults()).ShouldHaveSingleItem();
        await witness.StopAsync(default).WaitAsync(StoreFixture.Patience);
    }

    [Fact]
    public async Task An_event_replaced_by_another_of_the_same_service_before_it_was_sealed_is_missed()
    {
        var witness = Witness();
        await witness.StartAsync(default).WaitAsync(StoreFixture.Patience);
        var stream = Guid.CreateVersion7();
        var done = await store.Journal.Execute(Counter.Aggregate, stream, new Raise(1), StoreFixture.By());
        var position = done.Events[0].Position;
        // Two events of the log change places: each seal holds.
        await store.Database.Plant(
            $"update mt_events set seq_id = -1 where seq_id = {position}; update mt_events set seq_id = {position} where seq_id = {victim}; update mt_events set seq_id = {victim} where seq_id = -1"
        );
        (await Faults()).ShouldBeEmpty();
        await Eventually.Get(Faults, f => f.Any(x => x.Position == position), "the event is missed");
        await witness.StopAsync(default).WaitAsync(StoreFixture.Patience);
    }

    [Fact]
    public async Task A_transaction_that_its_caller_rolled_back_is_no_alarm_and_one_committed_is_witnessed()
    {
        var witness = Witness();
        store.Journal.Witness = witness;
        await using var connection = await store.Source.OpenConnectionAsync();
        var rolledBack = await connection.BeginTransactionAsync();
        await store.Journal.Commit(await store.Start(Guid.CreateVersion7()), connection, rolledBack);
        await rolledBack.RollbackAsync();
        var committed = await connection.BeginTransactionAsync();
        var stream = Guid.CreateVersion7();
        await store.Journal.Commit(await store.Start(stream), connection, committed);
        await committed.CommitAsync();
        await witness.Check(default);
        (await Faults()).ShouldBeEmpty();
        await store.Database.Plant($"delete from mt_streams where id = '{stream}'");
        await witness.Check(default);
        (await Faults()).ShouldHaveSingleItem().Stream.ShouldBe(stream);
    }

    [Fact]
    public async Task The_end_of_the_chain_cut_off_with_its_events_is_found_by_the_link_noted_outside()
    {
        var folder = Directory.CreateTempSubdirectory("roots");
        var file = new Hosting.AuditRootFile(Path.Combine(folder.FullName, "roots", "test.txt"));
        var daily = new Hosting.DailyRoot(
            "test",
            store.Journal,
            chain,
            store.Source,
            file,
            TimeProvider.System,
            NullLogger<Hosting.DailyRoot>.Instance
        );
        await Seal();
        await daily.NoteHead(default);
        (await chain.Verify(file.Noted())).Faults.ShouldBeEmpty();
        var head = file.Head!.Value.Position;
        await store.Database.Plant(
            $"""
            delete from mt_events where seq_id = {head}; update mt_streams set version = version - 1;
            delete from audit_chain where position = {head};
            update mt_event_progression set last_seq_id = {head - 1}
            """
        );
        (await Faults()).ShouldBeEmpty();
        (await chain.Verify(file.Noted())).Faults.ShouldHaveSingleItem().ShouldBe(new("root", head, null));
        // What is noted stands, and stays a fault when the log has grown past it.
        await daily.NoteHead(default);
        await store.Journal.Execute(Counter.Aggregate, Guid.CreateVersion7(), new Raise(1), StoreFixture.By());
        await Seal();
        await daily.NoteHead(default);
        (await chain.Verify(file.Noted())).Faults.ShouldHaveSingleItem().ShouldBe(new("root", head, null));
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_changed_link_is_found()
    {
        await Seal();
        await store.Database.Plant(
            $"update audit_chain set hash = set_byte(hash, 0, get_byte(hash, 0) # 1) where position = {victim}"
        );
        (await Faults()).ShouldContain(f => f.Finding == "link" && f.Position == victim);
    }

    [Fact]
    public async Task A_chain_made_anew_after_a_forgery_does_not_end_at_the_root_noted_elsewhere()
    {
        await Seal();
        var honest = await chain.Verify();
        var root = new Dictionary<long, byte[]>
        {
            [await store.Scalar<long>("select max(position) from audit_chain")] = honest.LastLink,
        };
        (await chain.Verify(root)).Faults.ShouldBeEmpty();
        await store.Database.Plant(
            """
            delete from mt_events where seq_id = (select max(seq_id) from mt_events);
            update mt_streams set version = version - 1;
            delete from audit_chain; update mt_event_progression set last_seq_id = 0
            """
        );
        await Seal();
        (await chain.Verify()).Faults.ShouldBeEmpty();
        (await chain.Verify(root)).Faults.ShouldHaveSingleItem().Finding.ShouldBe("root");
    }

    [Fact]
    public async Task The_service_itself_may_neither_change_nor_delete_what_is_recorded()
    {
        foreach (
            var sql in (string[])
                [
                    "update mt_events set data = '{}'",
                    "delete from mt_events",
                    "delete from mt_streams",
                    "update audit_chain set hash = ''",
                    "delete from audit_chain",
                    "drop table mt_events",
                    "truncate mt_events",
                    "alter table mt_events add column x int",
                    "create table x (y int)",
                ]
        )
            (await Should.ThrowAsync<Npgsql.PostgresException>(() => store.Column<int>(sql))).SqlState.ShouldBe(
                "42501",
                sql
            );
    }

    private AppendWitness Witness() => new(store.Journal, TimeProvider.System, NullLogger<AppendWitness>.Instance);

    private async Task Seal()
    {
        using var runner = StoreFixture.Runner(store.Journal, chain);
        await runner.StartAsync(default).WaitAsync(StoreFixture.Patience);
        await Eventually.True(
            async () =>
                await store.Scalar<long>("select count(*) from mt_events")
                == await store.Scalar<long>("select count(*) from audit_chain"),
            "everything is sealed"
        );
        await runner.StopAsync(default).WaitAsync(StoreFixture.Patience);
    }

    private async Task<IReadOnlyList<AuditChain.Fault>> Faults() => (await chain.Verify()).Faults;
}
