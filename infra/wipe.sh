#!/usr/bin/env bash
# wipe.sh [run|test]: stops the instance and removes all its data, passwords and keys. There is no way back.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=lib.sh
. "$here/lib.sh"
use_instance "${1:-run}"
[ -d "$state" ] || exit 0
[ -e "$state/mediation-$instance" ] || die "$state is not marked as a state folder of instance '$instance': nothing removed"
"$here/down.sh" "$instance"
[ "$backend" = native ] || compose down --volumes
# The test instance lies below the other one and is not part of it.
find "$state" -mindepth 1 -maxdepth 1 ! -name test ! -name .lock -exec rm -rf {} +
