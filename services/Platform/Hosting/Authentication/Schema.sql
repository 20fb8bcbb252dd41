-- Copy of the dated organisation tree, one row per fact, as told by the service that owns it.
create table if not exists org_unit_facts (
    code     text    not null,
    version  bigint  not null,
    from_day date    not null,
    name     text    null,
    parent   text    null,
    closes   boolean not null,
    primary key (code, version)
);

-- Version of an account's grants from which on its access tokens count. Rows matter for as long as a token lives.
create table if not exists token_revocations (
    account uuid        not null primary key,
    version bigint      not null,
    at      timestamptz not null default now()
);
create index if not exists token_revocations_at on token_revocations (at);
