-- The event log of one service. The mt_ tables have the columns, types, keys and indexes of Marten 9 with all
-- metadata and a unique event id, so that a deployment with Marten can open the same data; a test holds the shape.
create table if not exists mt_streams (
    id          uuid                     not null,
    type        varchar                  null,
    version     bigint                   null,
    timestamp   timestamptz              not null default now(),
    created     timestamptz              not null default now(),
    tenant_id   varchar                  null default '*DEFAULT*',
    is_archived boolean                  null default false,
    constraint pkey_mt_streams_id primary key (id)
);

create sequence if not exists mt_events_sequence;

create table if not exists mt_events (
    seq_id         bigint       not null,
    id             uuid         not null,
    stream_id      uuid         null,
    version        bigint       not null,
    data           jsonb        not null,
    bdata          bytea        null,
    type           varchar(500) not null,
    timestamp      timestamptz  not null default now(),
    tenant_id      varchar      null default '*DEFAULT*',
    mt_dotnet_type varchar      null,
    correlation_id varchar      null,
    causation_id   varchar      null,
    headers        jsonb        null,
    user_name      varchar      null,
    is_archived    boolean      null default false,
    constraint pkey_mt_events_seq_id primary key (seq_id),
    constraint fkey_mt_events_stream_id foreign key (stream_id) references mt_streams (id) on delete cascade
);
create unique index if not exists pk_mt_events_stream_and_version on mt_events (stream_id, version);
create unique index if not exists idx_mt_events_event_id on mt_events (id);
alter sequence mt_events_sequence owned by mt_events.seq_id;

create table if not exists mt_event_progression (
    name         varchar     not null,
    last_seq_id  bigint      null,
    last_updated timestamptz null default transaction_timestamp(),
    constraint pk_mt_event_progression primary key (name)
);

create table if not exists mt_high_water_skips (
    ending_sequence   bigint      not null,
    starting_sequence bigint      not null,
    timestamp         timestamptz null default transaction_timestamp(),
    constraint pkey_mt_high_water_skips_ending_sequence primary key (ending_sequence)
);

-- Causes already worked off by a consumer; also written when nothing was appended.
create table if not exists processed (
    consumer   text        not null,
    message_id uuid        not null,
    at         timestamptz not null default now(),
    primary key (consumer, message_id)
);
create index if not exists processed_at on processed (at);

-- A cache of folded states; safe to delete at any time.
create table if not exists snapshots (
    stream_id       uuid   not null,
    decider         text   not null,
    decider_version int    not null,
    version         bigint not null,
    state           jsonb  not null,
    primary key (stream_id, decider, decider_version)
);

-- One link per event in settled order.
create table if not exists audit_chain (
    position bigint      not null primary key,
    hash     bytea       not null,
    at       timestamptz not null default now()
);

-- Last link of a day, of this service and of the others that sent theirs.
create table if not exists audit_roots (
    service  text        not null,
    day      date        not null,
    position bigint      not null,
    hash     bytea       not null,
    at       timestamptz not null default now(),
    primary key (service, day)
);

-- Events that a process appended and later missed or found changed, before the chain held them.
create table if not exists audit_findings (
    position  bigint      not null primary key,
    stream_id uuid        not null,
    at        timestamptz not null
);

-- Where a subscription stopped on an event it could not handle, and what an operator let it skip.
create table if not exists subscription_stops (
    name     text        not null primary key,
    position bigint      not null,
    error    text        not null,
    since    timestamptz not null default now()
);
create table if not exists subscription_skips (
    name     text        not null,
    position bigint      not null,
    account  text        not null,
    at       timestamptz not null default now(),
    primary key (name, position)
);

-- Format of each inline view's rows; another number than the code's has the view rebuilt beside the live one.
create table if not exists view_formats (
    name   text not null primary key,
    format int  not null
);

-- Appends to several streams, all or none, and gives the numbers of the events in their order. The stream rows are
-- touched first, in the order of their ids (index scans only; two such appends cannot deadlock): that takes the row
-- locks and gives the transaction its id before a number is drawn, on which the settled reader relies. A lost race draws
-- no number. The settings hold for this function alone: planned while a table is small, its statements would otherwise
-- read whole tables until the next analyze.
create or replace function journal_append(
    streams uuid[], stream_types varchar[], expected bigint[], added bigint[], recorded_at timestamptz,
    ids uuid[], of_streams uuid[], versions bigint[], datas jsonb[], names varchar[], dotnet_types varchar[],
    correlations varchar[], causations varchar[], headerss jsonb[], accounts varchar[]) returns setof bigint
language plpgsql set enable_seqscan = off set enable_bitmapscan = off set plan_cache_mode = force_generic_plan as $$
declare
    moved   uuid[] := '{}';
    started uuid[] := '{}';
    lost    record;
begin
    if 0 < any (expected) then
        with m as (
            update mt_streams m
            set version = m.version + added[array_position(streams, m.id)], timestamp = recorded_at
            where m.id = any (streams) and m.version = expected[array_position(streams, m.id)] and m.is_archived = false
            returning m.id)
        select coalesce(array_agg(m.id), '{}') into moved from m;
    end if;
    if 0 = any (expected) then
        with m as (
            insert into mt_streams (id, type, version, timestamp, created, tenant_id, is_archived)
            select s.id, s.type, s.added, recorded_at, recorded_at, '*DEFAULT*', false
            from unnest(streams, stream_types, expected, added) as s (id, type, expected, added)
            where s.expected = 0
            on conflict (id) do nothing returning id)
        select coalesce(array_agg(m.id), '{}') into started from m;
    end if;
    if cardinality(moved) + cardinality(started) < cardinality(streams) then
        select s.id, s.expected, m.is_archived into lost
        from unnest(streams, expected) as s (id, expected) left join mt_streams m on m.id = s.id
        where s.id <> all (moved || started) order by s.id limit 1;
        raise exception using errcode = 'EJ001', message = case
            when lost.expected = 0 then 'exists' when lost.is_archived then 'archived' else 'version' end || ' ' || lost.id;
    end if;
    return query
        insert into mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id, mt_dotnet_type,
                               correlation_id, causation_id, headers, user_name, is_archived)
        select nextval('mt_events_sequence'), n.id, n.stream, n.version, n.data, n.name, recorded_at, '*DEFAULT*',
               n.dotnet_type, n.correlation, n.causation, n.headers, n.account, false
        from unnest(ids, of_streams, versions, datas, names, dotnet_types, correlations, causations, headerss, accounts)
            as n (id, stream, version, data, name, dotnet_type, correlation, causation, headers, account)
        returning seq_id;
end $$;

-- Aborts the whole batch, so that nothing of a lost race is kept. Called only when the race is lost.
create or replace function journal_refuse(reason text) returns bigint language plpgsql as $$
begin
    raise exception using message = reason, errcode = 'EJ001';
end $$;

-- ISO days are cast by this immutable function in generated columns; the built-in cast depends on a session setting.
create or replace function iso_day(day text) returns date language sql immutable strict parallel safe as $$
    select make_date(substr(day, 1, 4)::int, substr(day, 6, 2)::int, substr(day, 9, 2)::int)
$$;
