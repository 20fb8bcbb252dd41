#!/usr/bin/env bash
# status.sh [run|test]: says what runs; succeeds only when both do.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/lib.sh"
. "$here/postgres.sh"
. "$here/rabbitmq.sh"
use_instance "${1:-run}"

code=0
if pid=$(postgres_pid); then say "PostgreSQL on 127.0.0.1:$postgres_port, process $pid"; else say "PostgreSQL is stopped" && code=1; fi
if pid=$(rabbitmq_pid) && rabbitmq_ready; then
  say "RabbitMQ on 127.0.0.1:$rabbitmq_port, management on $management_port, process $pid"
else
  say "RabbitMQ is stopped" && code=1
fi
exit "$code"
