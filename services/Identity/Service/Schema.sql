-- One row per sign-in. The refresh token is not stored: it is a keyed hash over the session, its salt and the counter,
-- so a copy of this table opens nothing.
create table if not exists sessions (
    id         uuid        not null primary key,
    account    uuid        not null,
    stamp      text        not null,
    salt       bytea       not null,
    counter    bigint      not null,
    rotated_at timestamptz not null,
    expires_at timestamptz not null,
    ends_at    timestamptz not null
);
create index if not exists sessions_account on sessions (account);
create index if not exists sessions_ends_at on sessions (ends_at);

-- Key pairs of access tokens; the private half encrypted under the master key.
create table if not exists signing_keys (
    id         text        not null primary key,
    x          bytea       not null,
    y          bytea       not null,
    private    bytea       not null,
    row_id     uuid        not null,
    signs_from timestamptz not null
);

-- Failed sign-ins under names nobody has, so that those names lock as accounts do and the answer tells nothing. The
-- name itself is not kept.
create table if not exists unknown_names (
    name_hash    bytea       not null primary key,
    failures     int         not null,
    locked_until timestamptz null,
    at           timestamptz not null
);
