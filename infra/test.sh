#!/usr/bin/env bash
# test.sh [PROJECT...]: builds everything once and runs every test project below tests/ (or those named, such as
# Intake.Specs) against a real PostgreSQL, RabbitMQ and browser. The last line is the sum. Leaves nothing running that
# it started; a test instance that was up before stays up.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=lib.sh
. "$here/lib.sh"
# shellcheck source=services.sh
. "$here/services.sh"
use_instance test
make_state

started_infrastructure=
results=
stop() {
  trap - EXIT
  [ -z "$started_infrastructure" ] || "$here/down.sh" test || true
  [ -z "$results" ] || rm -rf "$results"
}
trap stop EXIT
trap 'exit 130' INT TERM HUP

prerequisites tests
if ! "$here/status.sh" test >/dev/null; then
  started_infrastructure=yes
  "$here/up.sh" test
fi
eval "$("$here/env.sh" test)"

cd "$root"
build Mediation.sln Debug

# Real samples lie outside the project. Where their folder is there, tests that read them must have run.
if [ -n "${MEDIATION_SAMPLES:-}" ] && [ ! -d "$MEDIATION_SAMPLES" ]; then unset MEDIATION_SAMPLES; fi
results=$(mktemp -d)
export MEDIATION_SAMPLES_USED=$results/samples-used
: >"$MEDIATION_SAMPLES_USED"

counter() { # FILE ATTRIBUTE: from the <Counters> line of a result file
  sed -n "s/.*<Counters [^>]*\b$2=\"\([0-9]*\)\".*/\1/p" "$1"
}

failures() { # FILE: the names of the tests that failed in it
  sed -n '/<UnitTestResult [^>]*outcome="Failed"/s/.*\btestName="\([^"]*\)".*/\1/p' "$1"
}

run_project() { # PROJECT: runs it, and prints at its end what it said
  local project=$1 name log
  name=$(basename "${project%/*}")
  log=$results/$name.log
  say "== $name" >"$log"
  # A hanging test is a failed one, not a hanging build: after ten minutes in which nothing ended the run is broken off,
  # and the tests that were running are named.
  timeout --kill-after=30 "${MEDIATION_TEST_MINUTES:-30}m" \
    dotnet test "$project" --no-build --nologo -v q --logger "console;verbosity=minimal" \
      --logger "trx;LogFileName=$results/$name.trx" --results-directory "$results" \
      --blame-hang --blame-hang-timeout 10m --blame-hang-dump-type none >>"$log" 2>&1 || true
  cat "$log"
}

passed=0 failed=0
sum_up() { # PROJECT
  local name file ok=0 bad=0
  name=$(basename "${1%/*}")
  file=$results/$name.trx
  if [ -s "$file" ]; then
    ok=$(counter "$file" passed)
    bad=$(($(counter "$file" failed) + $(counter "$file" error) + $(counter "$file" timeout) + $(counter "$file" aborted)))
  fi
  if [ $((ok + bad)) -eq 0 ]; then
    say "$name: no test ran to its end"
    bad=1
  elif ! grep -q '<ResultSummary outcome="Completed"' "$file" && [ "$bad" -eq 0 ]; then
    say "$name: the run broke off"
    bad=1
  fi
  passed=$((passed + ok)) failed=$((failed + bad))
}

projects=()
for project in tests/*/*.csproj; do
  name=$(basename "${project%/*}")
  case $name in Kit | Benchmarks) continue ;; esac
  [ $# -eq 0 ] || [[ " $* " = *" $name "* ]] || continue
  # The services take longest and begin.
  projects=("$project" "${projects[@]}")
done

# Two at a time. The browsers have the machine for themselves: their tests stop the database and the broker of all.
for project in "${projects[@]}"; do
  [[ $project != */EndToEnd/* ]] || continue
  while [ "$(jobs -rp | wc -l)" -ge 2 ]; do wait -n; done
  run_project "$project" &
done
wait
for project in "${projects[@]}"; do
  [[ $project != */EndToEnd/* ]] || run_project "$project"
done
for project in "${projects[@]}"; do sum_up "$project"; done

if [ ${#projects[@]} -eq 0 ]; then
  say "no test project found"
  failed=$((failed + 1))
fi
if [ $# -eq 0 ] && [ -n "${MEDIATION_SAMPLES:-}" ]; then
  if [ -s "$MEDIATION_SAMPLES_USED" ]; then
    say "real samples read: $(sort -u "$MEDIATION_SAMPLES_USED" | wc -l) files"
  else
    say "the samples in $MEDIATION_SAMPLES are there and no test read them"
    failed=$((failed + 1))
  fi
fi

# Once more at the end, where a reader of a long log looks first.
for file in "$results"/*.trx; do failures "$file"; done | sed 's/^/failed: /'
say "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
