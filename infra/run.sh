#!/usr/bin/env bash
# run.sh: everything from a bare machine to a working portal: packages, database and broker, build, migration,
# demonstration data (once), all services. Ctrl-C (or down.sh) stops what this run started; the data stays.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=lib.sh
. "$here/lib.sh"
# shellcheck source=services.sh
. "$here/services.sh"
use_instance run
make_state

if other=$(cat "$state/run.pid" 2>/dev/null) && is_run "$other"; then
  die "already running as process $other: $(service_url Portal). \`make down\` stops it."
fi
say "$$" >"$state/run.pid"

# In the order of starting, stopped in the opposite one. Whatever ends this script passes here.
keepers=()
started_infrastructure=
stop() {
  trap - EXIT
  trap '' INT TERM HUP
  local index
  [ ${#keepers[@]} -eq 0 ] || say "" "Stopping the services"
  for ((index = ${#keepers[@]} - 1; index >= 0; index--)); do kill -TERM "${keepers[index]}" 2>/dev/null || true; done
  [ ${#keepers[@]} -eq 0 ] || wait "${keepers[@]}" 2>/dev/null || true
  if [ -n "$started_infrastructure" ]; then
    say "Stopping PostgreSQL and RabbitMQ"
    "$here/down.sh" run || true
  fi
  rm -f "$state/run.pid"
}
trap stop EXIT
trap 'exit 0' INT TERM HUP

prerequisites ""
if ! "$here/status.sh" run >/dev/null; then
  say "Starting PostgreSQL and RabbitMQ (data in $state)"
  started_infrastructure=yes
  "$here/up.sh" run
fi

say "Building"
build_services Debug

say "Migrating"
migrate_services

seed_services

say "Starting the services (logs in $state/logs)"
for line in "${services[@]}"; do
  keep_running "$line" &
  keepers+=($!)
done
wait_healthy
play_demonstration

announce
# Ends when every keeper has given up; Ctrl-C ends it before.
wait "${keepers[@]}"
