#!/usr/bin/env bash
# verify.sh: every service checks its own audit chain against its event log. Fails when one finds a fault.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=lib.sh
. "$here/lib.sh"
# shellcheck source=services.sh
. "$here/services.sh"
use_instance run
[ -e "$state/services.slnf" ] || die "nothing to verify: \`make run\` has not been here"

"$here/status.sh" run >/dev/null || {
  trap '"$here/down.sh" run' EXIT
  "$here/up.sh" run
}
build_services Debug
verify_services
