#!/usr/bin/env bash
# up.sh [run|test]: starts PostgreSQL and RabbitMQ of that instance, in parallel, and makes databases, roles and
# secrets where they are missing. Running it again changes nothing.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=lib.sh
. "$here/lib.sh"
# shellcheck source=accounts.sh
. "$here/accounts.sh"
use_instance "${1:-run}"
lock_instance
make_state

(
  postgres_start
  make_roles
) &
database=$!
(
  rabbitmq_start
  make_broker_user
) &
broker=$!
failed=
wait "$database" || failed=PostgreSQL
wait "$broker" || failed="${failed:+$failed and }RabbitMQ"
[ -z "$failed" ] || die "$failed could not be made ready"

if [ "$instance" = run ] && [ ! -s "$state/secrets/master-key" ]; then
  (umask 077 && head -c 32 /dev/urandom | base64 >"$state/secrets/master-key")
fi
