-- Letters that remind people (提醒): at most one per person and day.
create table if not exists warning_letters (
    letter_id  uuid        not null primary key,
    person     uuid        not null,
    on_day     date        not null,
    created_at timestamptz not null,
    read_at    timestamptz null,
    unique (person, on_day)
);
create index if not exists warning_letters_unread on warning_letters (person) where read_at is null;

-- A clock that warned: not yet in a letter, or a line of one.
create table if not exists warnings (
    clock_id  uuid    not null,
    stage     int     not null,
    due       date    not null,
    warned_on date    not null,
    person    uuid    null,
    as_head   boolean not null default false,
    letter_id uuid    null references warning_letters
);
create index if not exists warnings_waiting on warnings (warned_on) where letter_id is null;
create index if not exists warnings_letter on warnings (letter_id) where letter_id is not null;

-- Open clocks counted by unit, person and last day: an overview of a million clocks reads some thousand rows. What is
-- suspended stands under infinity, the sum of all days under -infinity. What was counted of each clock stands beside it,
-- so that counting it once more changes nothing.
create table if not exists clock_counts (
    due    date not null,
    unit   text not null,
    type   text not null,
    person uuid not null,
    clocks int  not null,
    primary key (due, unit, type, person)
);
create table if not exists clock_counted (
    clock_id uuid not null primary key,
    case_id  uuid not null,
    due      date not null,
    unit     text not null,
    type     text not null,
    person   uuid not null
);
create index if not exists clock_counted_case on clock_counted (case_id);
-- Clocks that are being counted just now, as they stand: one look, however many statements follow.
create table if not exists clock_counting (
    clock_id uuid    not null primary key,
    open     boolean not null,
    case_id  uuid    not null,
    due      date    not null,
    unit     text    not null,
    type     text    not null,
    person   uuid    not null
);
create table if not exists clock_counted_at (
    one boolean     not null primary key default true check (one),
    at  timestamptz not null
);

-- Address of a person's calendar feed; only the hash of its token is kept.
create table if not exists calendar_feeds (
    account    uuid        not null primary key,
    token      bytea       not null unique,
    created_at timestamptz not null,
    read_at    timestamptz null
);

-- What each run of the sweep found: how many clocks acted and how late the latest was.
create table if not exists sweeps (
    at        timestamptz not null,
    clocks    int         not null,
    days_late int         not null
);
create index if not exists sweeps_at on sweeps (at);

-- A change of the calendar and how far the clocks that it touches were counted anew: those up to "after" are done.
create table if not exists calendar_passes (
    version int         not null primary key,
    year    int         null, -- null: the product came with another calendar
    after   uuid        not null default '00000000-0000-0000-0000-000000000000',
    moved   int         not null default 0,
    done_at timestamptz null
);
-- Clocks that a pass may have missed: counted on an older calendar after it began, or held by somebody just then.
create table if not exists calendar_stragglers (
    clock_id uuid not null primary key
);
