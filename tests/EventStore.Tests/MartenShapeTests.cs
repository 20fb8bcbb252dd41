namespace Mediation.EventStore.Tests;

/// <summary>The columns, keys and indexes of Marten 9 (9.29.0) with all metadata and a unique event id, so that a deployment
/// with Marten can open the same data. Marten drops what it does not expect, hence nothing more.</summary>
public sealed class MartenShapeTests(StoreFixture store) : IClassFixture<StoreFixture>
{
    [Fact]
    public async Task Columns_are_those_of_marten() =>
        (
            await store.Column<string>(
                """
                select table_name || '.' || column_name || ' ' || data_type || coalesce('(' || character_maximum_length || ')', '')
                    || case is_nullable when 'NO' then ' not null' else '' end
                from information_schema.columns
                where table_schema = current_schema() and table_name like 'mt\_%' order by table_name, ordinal_position
                """
            )
        ).ShouldBe([
            "mt_event_progression.name character varying not null",
            "mt_event_progression.last_seq_id bigint",
            "mt_event_progression.last_updated timestamp with time zone",
            "mt_events.seq_id bigint not null",
            "mt_events.id uuid not null",
            "mt_events.stream_id uuid",
            "mt_events.version bigint not null",
            "mt_events.data jsonb not null",
            "mt_events.bdata bytea",
            "mt_events.type character varying(500) not null",
            "mt_events.timestamp timestamp with time zone not null",
            "mt_events.tenant_id character varying",
            "mt_events.mt_dotnet_type character varying",
            "mt_events.correlation_id character varying",
            "mt_events.causation_id character varying",
            "mt_events.headers jsonb",
            "mt_events.user_name character varying",
            "mt_events.is_archived boolean",
            "mt_high_water_skips.ending_sequence bigint not null",
            "mt_high_water_skips.starting_sequence bigint not null",
            "mt_high_water_skips.timestamp timestamp with time zone",
            "mt_streams.id uuid not null",
            "mt_streams.type character varying",
            "mt_streams.version bigint",
            "mt_streams.timestamp timestamp with time zone not null",
            "mt_streams.created timestamp with time zone not null",
            "mt_streams.tenant_id character varying",
            "mt_streams.is_archived boolean",
        ]);

    [Fact]
    public async Task Defaults_are_those_of_marten_but_for_the_one_it_freezes() =>
        (
            await store.Column<string>(
                """
                select table_name || '.' || column_name || ' ' || column_default from information_schema.columns
                where table_schema = current_schema() and table_name like 'mt\_%' and column_default is not null
                order by table_name, ordinal_position
                """
            )
        ).ShouldBe([
            "mt_event_progression.last_updated transaction_timestamp()",
            "mt_events.timestamp now()",
            "mt_events.tenant_id '*DEFAULT*'::character varying",
            "mt_events.is_archived false",
            "mt_high_water_skips.timestamp transaction_timestamp()",
            "mt_streams.timestamp now()",
            "mt_streams.created now()",
            "mt_streams.tenant_id '*DEFAULT*'::character varying",
            "mt_streams.is_archived false",
        ]);

    [Fact]
    public async Task Keys_and_indexes_are_those_of_marten()
    {
        (
            await store.Column<string>(
                """
                select tablename || ' ' || replace(indexdef, current_schema() || '.', '') from pg_indexes
                where schemaname = current_schema() and tablename like 'mt\_%' order by tablename, indexname
                """
            )
        ).ShouldBe([
            "mt_event_progression CREATE UNIQUE INDEX pk_mt_event_progression ON mt_event_progression USING btree (name)",
            "mt_events CREATE UNIQUE INDEX idx_mt_events_event_id ON mt_events USING btree (id)",
            "mt_events CREATE UNIQUE INDEX pk_mt_events_stream_and_version ON mt_events USING btree (stream_id, version)",
            "mt_events CREATE UNIQUE INDEX pkey_mt_events_seq_id ON mt_events USING btree (seq_id)",
            "mt_high_water_skips CREATE UNIQUE INDEX pkey_mt_high_water_skips_ending_sequence ON mt_high_water_skips USING btree (ending_sequence)",
            "mt_streams CREATE UNIQUE INDEX pkey_mt_streams_id ON mt_streams USING btree (id)",
        ]);
        (
            await store.Column<string>(
                """
                select conname || ' ' || replace(pg_get_constraintdef(oid), current_schema() || '.', '') from pg_constraint
                where connamespace = current_schema()::regnamespace and conrelid::regclass::text like '%mt\_%' and contype <> 'n' order by conname
                """
            )
        ).ShouldBe([
            "fkey_mt_events_stream_id FOREIGN KEY (stream_id) REFERENCES mt_streams(id) ON DELETE CASCADE",
            "pk_mt_event_progression PRIMARY KEY (name)",
            "pkey_mt_events_seq_id PRIMARY KEY (seq_id)",
            "pkey_mt_high_water_skips_ending_sequence PRIMARY KEY (ending_sequence)",
            "pkey_mt_streams_id PRIMARY KEY (id)",
        ]);
        (await store.Column<string>("select pg_get_serial_sequence('mt_events', 'seq_id')"))
            .Single()
            .ShouldEndWith(".mt_events_sequence");
    }

    [Fact]
    public async Task Rows_are_written_as_marten_would()
    {
        var stream = Guid.CreateVersion7();
        await store.Journal.Execute(Counter.Aggregate, stream, new Raise(1), StoreFixture.By());
        (
            await store.Scalar<string>(
                $"""
                select concat_ws(' ', s.type, s.version, s.tenant_id, s.is_archived, e.version, e.type, e.tenant_id, e.is_archived,
                    e.bdata is null, e.data ->> 'by', e.seq_id <= (select last_value from mt_events_sequence))
                from mt_streams s join mt_events e on e.stream_id = s.id where s.id = '{stream}'
                """
            )
        ).ShouldBe("counter 1 *DEFAULT* f 1 counter_raised *DEFAULT* f t 1 t");
    }
}
