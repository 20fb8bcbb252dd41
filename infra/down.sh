#!/usr/bin/env bash
# down.sh [run|test]: stops PostgreSQL and RabbitMQ of that instance; the data stays.
# shellcheck source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
use_instance "${1:-run}"
[ -d "$state" ] || exit 0
lock_instance

rabbitmq_stop &
broker=$!
postgres_stop
wait "$broker"
