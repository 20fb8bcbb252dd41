-- Tables of the request and message handling of every service.
create table if not exists idempotency (
    cause      uuid        not null primary key,
    status     int         not null,
    etag       text        null,
    media_type text        null,
    body       bytea       not null,
    at         timestamptz not null default now()
);
-- Keyed hash of the request's JSON; null for requests with files.
alter table idempotency add column if not exists request bytea null;
create index if not exists idempotency_at on idempotency (at);

-- Version of each source stream that a consumer applied last.
create table if not exists inbox (
    consumer      text   not null,
    source_stream uuid   not null,
    version       bigint not null,
    primary key (consumer, source_stream)
);

-- Messages that came before their predecessor. They wait here, acknowledged, and not in the broker.
create table if not exists parked (
    consumer         text        not null,
    source_stream    uuid        not null,
    version          bigint      not null,
    previous_version bigint      not null,
    message_id       uuid        not null,
    contract         text        not null,
    body             jsonb       not null,
    trace            text        null,
    at               timestamptz not null default now(),
    primary key (consumer, source_stream, version)
);

-- Version of each stream published last, so that every message can name its predecessor.
create table if not exists published (
    stream  uuid   not null primary key,
    version bigint not null
);

-- How many messages of each contract were sent or applied, and a digest that does not depend on their order;
-- services compare these with one another.
create table if not exists message_counts (
    direction text    not null,
    party     text    not null,
    contract  text    not null,
    messages  bigint  not null,
    digest    numeric not null,
    primary key (direction, party, contract)
);
