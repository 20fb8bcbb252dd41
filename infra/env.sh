#!/usr/bin/env bash
# env.sh [run|test] [SCHEMA [--owner]]: prints the export lines of the settings every process of that instance reads;
# with a service's schema (such as `intake`) also its own database settings, and with --owner those of the role that
# may change tables, which the migrate step is given and the running service is not.
# shellcheck source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
use_instance "${1:-run}"
schema=${2:-}
make_state

give() { printf 'export %s=%q\n' "$1" "$2"; }
connection() { # USER SECRET DATABASE
  say "Host=127.0.0.1;Port=$postgres_port;Database=$3;Username=$1;Password=$(secret "$2")"
}
broker() { # SCHEME USER SECRET PORT PATH
  say "$1://$2:$(secret "$3")@127.0.0.1:$4$5"
}

if [ "$instance" = test ]; then
  give MEDIATION_TEST_DATABASE_ADMIN "$(connection admin postgres-admin mediation_test)"
  give MEDIATION_TEST_RABBITMQ "$(broker amqp admin rabbitmq-admin "$rabbitmq_port" /mediation)"
  give MEDIATION_TEST_RABBITMQ_MANAGEMENT "$(broker http admin rabbitmq-admin "$management_port" "")"
  exit
fi

give MEDIATION_STATE "$state"
give MEDIATION_MASTER_KEY_FILE "$state/secrets/master-key"
give MEDIATION_RABBITMQ "$(broker amqp mediation rabbitmq "$rabbitmq_port" /mediation)"
give MEDIATION_RABBITMQ_MANAGEMENT "$(broker http mediation rabbitmq "$management_port" "")"
for line in "${services[@]}"; do
  read -r name _ port _ <<<"$line"
  give "MEDIATION_${name^^}_URL" "http://127.0.0.1:$port"
done
if [ -n "$schema" ]; then
  give MEDIATION_SCHEMA "$schema"
  give MEDIATION_DATABASE "$(connection "$schema" "postgres-$schema" mediation)"
  if [ "${3:-}" = --owner ]; then
    give MEDIATION_DATABASE_OWNER "$(connection "${schema}_owner" "postgres-${schema}_owner" mediation)"
  fi
fi
