-- Encrypted content of one service. Re-runnable; runs in the schema that the migrating role's search_path names.

-- One data key per owner (a case), wrapped by a key derived from the master key. Erasing the owner empties it.
create table if not exists content_keys (
    owner_id     uuid         primary key,
    wrapped_key  bytea        null,
    created_at   timestamptz  not null,
    erased_at    timestamptz  null,
    erased_by    uuid         null,
    erased_for   varchar(64)  null,
    constraint content_keys_erased_has_no_key check ((wrapped_key is null) = (erased_at is not null))
);

-- The header holds the file name and the salt of typed text, encrypted; every other column is bound into it.
create table if not exists content (
    content_id   uuid         primary key,
    owner_id     uuid         not null references content_keys (owner_id),
    sha256       bytea        not null,
    size         bigint       not null,
    media_type   varchar(100) not null,
    header       bytea        not null,
    created_at   timestamptz  not null,
    created_by   uuid         not null,
    constraint content_of_owner unique (content_id, owner_id)
);
create index if not exists content_owner on content (owner_id);
create index if not exists content_created on content (created_at);

create table if not exists content_chunks (
    content_id   uuid         not null references content (content_id) on delete cascade,
    number       integer      not null,
    data         bytea        not null,
    primary key (content_id, number)
);
-- Ciphertext does not compress; trying costs as much as encrypting it.
alter table content_chunks alter column data set storage external;

-- What an event mentions. Content without a row here is an upload that no command has used; after a day it is swept.
-- The foreign key lets a command fail that names content of another owner or content already swept.
create table if not exists content_kept (
    content_id   uuid         primary key,
    owner_id     uuid         not null,
    kept_at      timestamptz  not null,
    foreign key (content_id, owner_id) references content (content_id, owner_id)
);

-- Who read what, when and what for. No foreign key: the log outlives what it is about.
create table if not exists content_access (
    access_id    bigint       generated always as identity primary key,
    content_id   uuid         not null,
    owner_id     uuid         not null,
    actor        uuid         not null,
    purpose      varchar(64)  not null,
    at           timestamptz  not null
);
create index if not exists content_access_content on content_access (content_id, at);
create index if not exists content_access_actor on content_access (actor, at);
