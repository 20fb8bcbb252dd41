#!/usr/bin/env bash
# down.sh [run|test] [postgres|rabbitmq]: stops PostgreSQL and RabbitMQ of that instance, or one of them; the data stays.
# shellcheck source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
use_instance "${1:-run}"
[ -d "$state" ] || exit 0
lock_instance

part=${2:-}
jobs=()
[ "$part" = postgres ] || { rabbitmq_stop & jobs+=($!); }
[ "$part" = rabbitmq ] || { postgres_stop & jobs+=($!); }
for job in "${jobs[@]}"; do wait "$job"; done
