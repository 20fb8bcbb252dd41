#!/usr/bin/env bash
# up.sh [run|test]: starts the private PostgreSQL and RabbitMQ of that instance, in parallel, and makes the database,
# its roles and its secrets where they are missing. Running it again changes nothing.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/lib.sh"
. "$here/postgres.sh"
. "$here/rabbitmq.sh"
. "$here/roles.sh"
use_instance "${1:-run}"
lock_instance
make_state

rabbitmq_start &
broker=$!
failed=
(postgres_start && make_roles) || failed=PostgreSQL
wait "$broker" || failed="${failed:+$failed and }RabbitMQ"
[ -z "$failed" ] || die "$failed could not be started"

if [ "$instance" = run ] && [ ! -s "$state/secrets/master-key" ]; then
  (umask 077 && head -c 32 /dev/urandom | base64 >"$state/secrets/master-key")
fi
