-- Rows of the recovery ledger. All of them are functions of the lines' events, written in the transaction that appends
-- them, and can be written anew by `rebuild-ledger`.

create table if not exists recovery_lines (
    line_id         uuid   not null primary key,
    version         bigint not null,
    dispute_id      uuid   not null,
    worker_claim_id uuid   not null,
    party_id        uuid   not null,
    person_id       uuid   not null,
    employers       uuid[] not null,
    case_number     text   not null,
    unit            text   not null,
    type            text   not null,
    nature          text   not null
);
create index if not exists recovery_lines_dispute on recovery_lines (dispute_id);
create index if not exists recovery_lines_claim on recovery_lines (worker_claim_id);
create index if not exists recovery_lines_party on recovery_lines (party_id);
create index if not exists recovery_lines_employers on recovery_lines using gin (employers);

-- A line's movement in one column on one legal day; a figure of any unit and period is a sum over these rows.
create table if not exists movements (
    line_id    uuid   not null,
    dispute_id uuid   not null,
    person_id  uuid   not null,
    unit       text   not null,
    figure     text   not null,
    day        date   not null,
    fen        bigint not null
);
create index if not exists movements_line on movements (line_id);
create index if not exists movements_figure on movements (figure, day, unit) include (fen, line_id, dispute_id, person_id);

-- A payment's part on one line; a payment over several lines has as many rows.
create table if not exists payments (
    payment_id       uuid        not null,
    line_id          uuid        not null,
    dispute_id       uuid        not null,
    party_id         uuid        not null,
    unit             text        not null,
    case_number      text        not null,
    nature           text        not null,
    state            text        not null,
    why              text        not null,
    amount_fen       bigint      not null,
    counted_fen      bigint      not null,
    paid_on          date        not null,
    means            text        not null,
    entered_at       timestamptz not null,
    changed_at       timestamptz not null,
    entered_by       uuid        not null,
    enterer_accounts uuid[]      not null,
    enterer_persons  uuid[]      not null,
    version          bigint      not null,
    primary key (payment_id, line_id)
);
create index if not exists payments_line on payments (line_id);
create index if not exists payments_dispute on payments (dispute_id);
create index if not exists payments_state on payments (state, unit, entered_at, payment_id);
create index if not exists payments_day on payments (paid_on, unit);

-- What is still open of an instalment in force.
create table if not exists open_instalments (
    line_id    uuid   not null,
    dispute_id uuid   not null,
    party_id   uuid   not null,
    unit       text   not null,
    number     int    not null,
    due_on     date   not null,
    open_fen   bigint not null,
    primary key (line_id, number)
);
create index if not exists open_instalments_due on open_instalments (due_on, line_id);

-- A receipt serves one live payment. The row goes when the payment is returned or reversed.
create table if not exists receipts (
    sha256     text not null primary key,
    payment_id uuid not null,
    dispute_id uuid not null
);
create index if not exists receipts_payment on receipts (payment_id);
