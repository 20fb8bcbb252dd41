-- Party register, drafts and case numbers of the intake desk. Re-runnable; runs in the service's schema.

-- A party as recorded: a person, a sole trader (kept like a person) or an organisation. Everything a person is
-- recognised by stands sealed in party_fields; here are only search tokens, which nobody can reverse without the key.
-- key_id says who it is: several parties found to be one human (or one employer group) share it.
create table if not exists parties (
    party_id      uuid        not null primary key,
    kind          text        not null check (kind in ('person', 'soleTrader', 'organisation')),
    key_id        uuid        not null,
    version       bigint      not null default 1,
    demonstration boolean     not null default false,
    created_at    timestamptz not null,
    id_token      bytea       null,
    phone_token   bytea       null,
    code_token    bytea       null,
    last_four     bigint[]    not null default '{}',
    name_token    bytea       null,
    name_pairs    bigint[]    not null default '{}',
    initials      bigint[]    not null default '{}'
);
create index if not exists parties_key on parties (key_id);
create index if not exists parties_id on parties (id_token) where id_token is not null;
create index if not exists parties_phone on parties (phone_token) where phone_token is not null;
create index if not exists parties_code on parties (code_token) where code_token is not null;
create index if not exists parties_name on parties (name_token) where name_token is not null;
create index if not exists parties_last_four on parties using gin (last_four);
create index if not exists parties_name_pairs on parties using gin (name_pairs);
create index if not exists parties_initials on parties using gin (initials);

-- One encrypted field of a party. The place of the field is bound into the ciphertext.
create table if not exists party_fields (
    party_id uuid  not null references parties (party_id),
    field    text  not null,
    sealed   bytea not null,
    primary key (party_id, field)
);

-- What a field held before it was corrected, who corrected it and why. Sealed like the field itself.
create table if not exists party_corrections (
    correction_id bigint      generated always as identity primary key,
    party_id      uuid        not null references parties (party_id),
    field         text        not null,
    sealed        bytea       null,
    at            timestamptz not null,
    account       uuid        not null,
    reason        text        not null
);
create index if not exists party_corrections_party on party_corrections (party_id);

-- Organisations stand in clear. Fragments are found by pairs of characters: an employer is mostly searched by two
-- Chinese characters, and trigrams cannot answer two.
create table if not exists organisations (
    party_id             uuid    not null primary key references parties (party_id),
    name                 text    not null,
    name_key             text    not null,
    name_pairs           text[]  not null,
    initials             text[]  not null,
    credit_code          text    null,
    industry             text    null,
    ownership            text    null,
    registered_address   text    null,
    performance_address  text    null,
    performance_district text    null,
    seat_district        text    null,
    still_operating      boolean null,
    new_address          text    null,
    staff_size           int     null,
    has_union            boolean null
);
create unique index if not exists organisations_credit_code on organisations (credit_code) where credit_code is not null;
create index if not exists organisations_name_key on organisations (name_key);
create index if not exists organisations_name_pairs on organisations using gin (name_pairs);
create index if not exists organisations_initials on organisations using gin (initials);

-- Units whose people may read a party: those with a request in which it takes part.
create table if not exists party_units (
    party_id   uuid        not null references parties (party_id),
    request_id uuid        not null,
    unit       text        not null,
    since      timestamptz not null,
    primary key (party_id, request_id)
);
create index if not exists party_units_request on party_units (request_id);
create index if not exists party_units_unit on party_units (unit);

-- Who answers for a dispute: a mediator of another unit may read the parties of her case.
create table if not exists assignments (
    dispute_id uuid not null primary key,
    account    uuid null
);
create index if not exists assignments_account on assignments (account);

-- Every reading of personal data, written before the answer leaves. Kept when the party is erased.
create table if not exists party_access (
    access_id   bigint      generated always as identity primary key,
    at          timestamptz not null,
    account     uuid        not null,
    unit        text        not null,
    kind        text        not null,
    purpose     text        not null,
    party_id    uuid        not null,
    fields      text[]      not null,
    recipient   text        null,
    legal_basis text        null,
    correlation text        null
);
create index if not exists party_access_party on party_access (party_id, access_id desc);
create index if not exists party_access_at on party_access (at);

-- What was typed and not yet registered, for the account that typed it.
create table if not exists drafts (
    draft_id  uuid        not null primary key,
    account   uuid        not null,
    channel   text        null,
    opened_at timestamptz not null,
    saved_at  timestamptz not null,
    sealed    bytea       not null
);
create index if not exists drafts_account on drafts (account, saved_at desc);

-- The short name of a unit in its case numbers, and the last number given per unit, series and year. The row of the
-- year is locked from drawing to commit, so a number that was not used is drawn again: no gaps, none twice.
create table if not exists case_numbering (
    unit   text not null primary key,
    prefix text not null unique
);
create table if not exists case_numbers (
    unit   text not null,
    series text not null,
    year   int  not null,
    last   int  not null,
    primary key (unit, series, year)
);

-- Raises so that the whole transaction ends: the register knows the number already.
create or replace function register_refuse(code text) returns void language plpgsql as
$$ begin raise exception using errcode = 'RG001', message = code; end $$;

-- Notices the sender has to look at, and when next; infinity when it is done. The gateway's id is kept, because its
-- receipt names nothing else and may come late.
create table if not exists notice_sendings (
    notice_id  uuid        not null primary key,
    attempts   int         not null default 0,
    next_at    timestamptz not null,
    gateway_id text        null
);
create index if not exists notice_sendings_next on notice_sendings (next_at);
create index if not exists notice_sendings_gateway on notice_sendings (gateway_id) where gateway_id is not null;

-- Telephone number that notices of a unit name.
create table if not exists office_phones (
    unit  text not null primary key,
    phone text not null
);
