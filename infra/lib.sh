# shellcheck shell=bash
# What every script here needs: where things lie, which ports, where PostgreSQL and RabbitMQ come from.
# Sourced, never run. An instance is `run` (data people work with) or `test` (thrown away with its folder).
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)

# Where an ordinary user starts this, the state lies in the checkout. Root's checkout is often closed to other
# accounts, and neither PostgreSQL nor RabbitMQ may run as root, so root's state lies where they can enter.
if [ "$(id -u)" = 0 ]; then default_state=/var/lib/mediation; else default_state=$root/.local; fi
MEDIATION_STATE=$(realpath -m "${MEDIATION_STATE:-$default_state}")

# The services, in the order in which they are migrated, seeded and started:
# name, schema (also the name of its database role), port, project file, and what its program can do besides `migrate`
# and serving: make demonstration accounts, verify its audit chain.
# shellcheck disable=SC2034 # read by the scripts that source this
services=(
  "Identity identity ${MEDIATION_IDENTITY_PORT:-5087} services/Identity/Service/Mediation.Identity.Service.csproj demo,verify"
  "Intake intake ${MEDIATION_INTAKE_PORT:-5081} services/Intake/Service/Mediation.Intake.Service.csproj verify"
  "Disputes disputes ${MEDIATION_DISPUTES_PORT:-5082} services/Disputes/Service/Mediation.Disputes.Service.csproj verify"
  "Outcomes outcomes ${MEDIATION_OUTCOMES_PORT:-5085} services/Outcomes/Service/Mediation.Outcomes.Service.csproj verify"
  "Deadlines deadlines ${MEDIATION_DEADLINES_PORT:-5086} services/Deadlines/Service/Mediation.Deadlines.Service.csproj verify"
  "Portal portal ${MEDIATION_PORTAL_PORT:-5080} services/Portal/Mediation.Portal.csproj -"
)

say() { printf '%s\n' "$@"; } # each argument on a line of its own
die() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# Sets what differs between the instances: state folder and ports, with the prefix of the variables that move them.
# shellcheck disable=SC2034
use_instance() {
  instance=${1:-run}
  case $instance in
    run)
      state=$MEDIATION_STATE prefix=MEDIATION
      postgres_port=${MEDIATION_POSTGRES_PORT:-54320}
      rabbitmq_port=${MEDIATION_RABBITMQ_PORT:-56720}
      management_port=${MEDIATION_RABBITMQ_MANAGEMENT_PORT:-56721}
      ;;
    test)
      state=$MEDIATION_STATE/test prefix=MEDIATION_TEST
      postgres_port=${MEDIATION_TEST_POSTGRES_PORT:-54330}
      rabbitmq_port=${MEDIATION_TEST_RABBITMQ_PORT:-56730}
      management_port=${MEDIATION_TEST_RABBITMQ_MANAGEMENT_PORT:-56731}
      ;;
    *) die "unknown instance '$instance': run or test" ;;
  esac
  # The broker's own name service and the port its command line tools talk to.
  epmd_port=$((rabbitmq_port + 2))
  distribution_port=$((rabbitmq_port + 3))
  choose_backend
}

# Containers where a Docker engine answers, otherwise private instances of Debian's packages. What the first start
# chose stays: the data lies there. Both files define the same functions.
choose_backend() {
  local choice=${MEDIATION_BACKEND:-}
  [ -n "$choice" ] || choice=$(cat "$state/backend" 2>/dev/null) || choice=
  if [ -z "$choice" ]; then
    if timeout 10 docker compose version >/dev/null 2>&1 && timeout 10 docker info >/dev/null 2>&1; then
      choice=compose
    else
      choice=native
    fi
  fi
  backend=$choice
  case $backend in
    native)
      # shellcheck source=native/account.sh
      . "$root/infra/native/account.sh"
      # shellcheck source=native/postgres.sh
      . "$root/infra/native/postgres.sh"
      # shellcheck source=native/rabbitmq.sh
      . "$root/infra/native/rabbitmq.sh"
      ;;
    compose)
      # shellcheck source=compose.sh
      . "$root/infra/compose.sh"
      ;;
    *) die "MEDIATION_BACKEND is '$backend': native or compose" ;;
  esac
}

# Makes the state folder and marks it as ours: wipe.sh removes nothing without the mark.
make_state() {
  mkdir -p "$state/secrets" "$state/logs"
  chmod 700 "$state/secrets" "$state/logs"
  # The accounts of the private servers pass through on the way to their own folders.
  chmod a+x "$MEDIATION_STATE" "$state"
  [ -e "$state/mediation-$instance" ] || : >"$state/mediation-$instance"
  [ -s "$state/backend" ] || say "$backend" >"$state/backend"
}

# secret NAME: a password made once and kept in a file only its owner reads.
# Hexadecimal, so that it needs no escaping in a URL, a connection string or SQL.
secret() {
  local file=$state/secrets/$1
  [ -s "$file" ] || (umask 077 && head -c 24 /dev/urandom | od -An -v -tx1 | tr -d ' \n' >"$file")
  cat "$file"
}

# Keeps two runs of up.sh or down.sh on the same instance apart.
lock_instance() {
  mkdir -p "$state"
  exec {lock_fd}>"$state/.lock"
  flock -w 120 "$lock_fd" || die "another start or stop of '$instance' has held $state/.lock for two minutes"
}

# until_true SECONDS COMMAND...: asks five times a second until the command succeeds.
until_true() {
  local end=$((SECONDS + $1))
  shift
  until "$@"; do
    [ "$SECONDS" -lt "$end" ] || return 1
    sleep 0.2
  done
}

rabbitmq_api() { # METHOD PATH [JSON]; the password goes through standard input, where `ps` does not show it
  local body=()
  [ $# -lt 3 ] || body=(-H 'Content-Type: application/json' -d "$3")
  printf 'user = "admin:%s"\n' "$(secret rabbitmq-admin)" |
    curl -sSf -K - -X "$1" "${body[@]}" "http://127.0.0.1:$management_port/api/$2" 2>/dev/null
}

rabbitmq_ready() { rabbitmq_api GET "health/checks/port-listener/${1:-$rabbitmq_port}" >/dev/null; }
