#!/usr/bin/env bash
# bench.sh [ROUNDS] [append] [rebuild] [http] [count] [sweep] [overview] [start] [FILE.md]: measures on a real PostgreSQL and RabbitMQ, durable as
# they ship. The machine should have nothing else to do. Leaves nothing running that it started.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=lib.sh
. "$here/lib.sh"
# shellcheck source=services.sh
. "$here/services.sh"
use_instance test
make_state

prerequisites ""
if ! "$here/status.sh" test >/dev/null; then
  trap '"$here/down.sh" test' EXIT
  "$here/up.sh" test
fi
eval "$("$here/env.sh" test)"
cd "$root"
build_services Release
dotnet run --project tests/Benchmarks --configuration Release -- "$@"
