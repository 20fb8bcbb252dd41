# shellcheck shell=bash disable=SC2154 # variables of lib.sh
# The databases, roles and broker users of an instance. Sourced after lib.sh.

make_roles() {
  if [ "$instance" = test ]; then
    make_database mediation_test
    return
  fi
  make_database mediation
  {
    say "revoke all on database mediation from public; revoke all on schema public from public;"
    local line schema
    for line in "${services[@]}"; do
      read -r _ schema _ <<<"$line"
      service_roles "$schema"
    done
  } | postgres_sql mediation
}

make_database() {
  [ "$(postgres_sql postgres <<<"select 1 from pg_database where datname = '$1'")" = 1 ] ||
    postgres_sql postgres <<<"create database $1"
}

# Per service two roles and one schema. The owner makes and changes tables, in the migrate step and nowhere else;
# the service reads and writes rows, sees no other schema, and cannot hold a transaction open: one that stays open
# stops every reader of the event log in the cluster.
service_roles() {
  local schema=$1 owner=${1}_owner
  cat <<SQL
do \$\$ begin
  if not exists (select from pg_roles where rolname = '$owner') then create role $owner; end if;
  if not exists (select from pg_roles where rolname = '$schema') then create role $schema; end if;
end \$\$;
alter role $owner login noinherit password '$(secret "postgres-$owner")';
alter role $schema login noinherit password '$(secret "postgres-$schema")';
grant connect, temporary on database mediation to $owner, $schema;
create schema if not exists $schema authorization $owner;
grant usage on schema $schema to $schema;
alter default privileges for role $owner in schema $schema grant select, insert, update, delete on tables to $schema;
alter default privileges for role $owner in schema $schema grant usage, select on sequences to $schema;
alter default privileges for role $owner in schema $schema grant execute on functions to $schema;
alter role $owner in database mediation set search_path = $schema;
alter role $schema in database mediation set search_path = $schema;
alter role $schema in database mediation set idle_in_transaction_session_timeout = '5s';
SQL
}

# Services work as a user of their own, who can neither make users nor virtual hosts.
make_broker_user() {
  rabbitmq_api PUT users/mediation "{\"password\":\"$(secret rabbitmq)\",\"tags\":\"monitoring\"}"
  rabbitmq_api PUT permissions/mediation/mediation '{"configure":".*","write":".*","read":".*"}'
}
