#!/usr/bin/env bash
# stop.sh: stops a `make run` that goes on in another terminal, and the database and broker should they still run.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=lib.sh
. "$here/lib.sh"
# shellcheck source=services.sh
. "$here/services.sh"
use_instance run

ended() { ! is_run "$1"; }

if other=$(cat "$state/run.pid" 2>/dev/null) && is_run "$other"; then
  kill -TERM "$other"
  until_true 90 ended "$other" || die "process $other does not stop"
fi
"$here/down.sh" run
