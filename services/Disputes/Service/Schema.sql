-- Which accounts may be appointed as mediators, as Identity told: one row per account, its mediator grants whole.
create table if not exists mediators (
    account uuid   not null primary key,
    version bigint not null,
    units   text[] not null
);
