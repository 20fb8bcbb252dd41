#!/usr/bin/env bash
# down.sh [run|test]: stops the private PostgreSQL and RabbitMQ of that instance; the data stays.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/lib.sh"
. "$here/postgres.sh"
. "$here/rabbitmq.sh"
use_instance "${1:-run}"
[ -d "$state" ] || exit 0
lock_instance

rabbitmq_stop &
broker=$!
postgres_stop
wait "$broker"
