#!/usr/bin/env bash
# status.sh [run|test]: says what runs; succeeds only when both do.
# shellcheck source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
use_instance "${1:-run}"

code=0
postgres_running || { say "PostgreSQL is stopped" && code=1; }
rabbitmq_running || { say "RabbitMQ is stopped" && code=1; }
exit "$code"
