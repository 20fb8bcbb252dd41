#!/usr/bin/env bash
# up.sh [run|test] [postgres|rabbitmq]: starts PostgreSQL and RabbitMQ of that instance (or one of them), in parallel,
# and makes databases, roles and secrets where they are missing. Running it again changes nothing.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=lib.sh
. "$here/lib.sh"
# shellcheck source=accounts.sh
. "$here/accounts.sh"
use_instance "${1:-run}"
lock_instance
make_state

part=${2:-}
jobs=() names=()
if [ "$part" != rabbitmq ]; then
  (
    postgres_start
    make_roles
  ) &
  jobs+=($!) names+=(PostgreSQL)
fi
if [ "$part" != postgres ]; then
  (
    rabbitmq_start
    make_broker_user
  ) &
  jobs+=($!) names+=(RabbitMQ)
fi
failed=
for index in "${!jobs[@]}"; do
  wait "${jobs[index]}" || failed+="${failed:+ and }${names[index]}"
done
[ -z "$failed" ] || die "$failed could not be made ready"

if [ "$instance" = run ] && [ ! -s "$state/secrets/master-key" ]; then
  (umask 077 && head -c 32 /dev/urandom | base64 >"$state/secrets/master-key")
fi
