# shellcheck shell=bash
# What every script of this folder needs: where things lie, which ports, how to act as an unprivileged account.
# Sourced, never run. An instance is `run` (data people work with) or `test` (thrown away with its folder).
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

# Where an ordinary user starts this, the state lies in the checkout. Root's checkout is often closed to other
# accounts, and neither PostgreSQL nor RabbitMQ may run as root, so root's state lies where they can enter.
if [ "$(id -u)" = 0 ]; then default_state=/var/lib/mediation; else default_state=$root/.local; fi
MEDIATION_STATE=$(realpath -m "${MEDIATION_STATE:-$default_state}")

# The services, in the order in which they are migrated, seeded and started:
# name, schema (also the name of its database role), port, project file.
# shellcheck disable=SC2034 # read by the scripts that source this
services=(
  "Identity identity ${MEDIATION_IDENTITY_PORT:-5087} services/Identity/Service/Mediation.Identity.Service.csproj"
  "Intake intake ${MEDIATION_INTAKE_PORT:-5081} services/Intake/Service/Mediation.Intake.Service.csproj"
  "Disputes disputes ${MEDIATION_DISPUTES_PORT:-5082} services/Disputes/Service/Mediation.Disputes.Service.csproj"
  "Outcomes outcomes ${MEDIATION_OUTCOMES_PORT:-5085} services/Outcomes/Service/Mediation.Outcomes.Service.csproj"
  "Portal portal ${MEDIATION_PORTAL_PORT:-5080} services/Portal/Mediation.Portal.csproj"
)

say() { printf '%s\n' "$*"; }
die() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# Sets what differs between the instances: state folder and ports.
# shellcheck disable=SC2034
use_instance() {
  instance=${1:-run}
  case $instance in
    run)
      state=$MEDIATION_STATE
      postgres_port=${MEDIATION_POSTGRES_PORT:-54320}
      rabbitmq_port=${MEDIATION_RABBITMQ_PORT:-56720}
      management_port=${MEDIATION_RABBITMQ_MANAGEMENT_PORT:-56721}
      ;;
    test)
      state=$MEDIATION_STATE/test
      postgres_port=${MEDIATION_TEST_POSTGRES_PORT:-54330}
      rabbitmq_port=${MEDIATION_TEST_RABBITMQ_PORT:-56730}
      management_port=${MEDIATION_TEST_RABBITMQ_MANAGEMENT_PORT:-56731}
      ;;
    *) die "unknown instance '$instance': run or test" ;;
  esac
  # The broker's own name service and the port its command line tools talk to.
  epmd_port=${MEDIATION_RABBITMQ_EPMD_PORT:-$((rabbitmq_port + 2))}
  distribution_port=${MEDIATION_RABBITMQ_DISTRIBUTION_PORT:-$((rabbitmq_port + 3))}
}

# Makes the state folder and marks it as ours: wipe.sh removes nothing without the mark.
make_state() {
  mkdir -p "$state/secrets" "$state/logs"
  chmod 700 "$state/secrets"
  [ -e "$state/mediation-$instance" ] || : >"$state/mediation-$instance"
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

port_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

refuse_stranger() { # PORT WHAT VARIABLE
  port_taken "$1" || return 0
  die "port $1 on 127.0.0.1, wanted for $2, is taken by another program. Stop that program or set $3 to a free port."
}

# own_folder ACCOUNT FOLDER: a folder only that account can read; the caller's own when not root.
own_folder() {
  mkdir -p "$2"
  if [ "$(id -u)" = 0 ]; then
    chown "$1:" "$2"
    setpriv --reuid="$1" --regid="$1" --clear-groups test -x "$2" ||
      die "account '$1' cannot enter $2 (a folder above it is closed). Set MEDIATION_STATE to a folder others may pass through."
  fi
  chmod 700 "$2"
}

# as ACCOUNT COMMAND...: in a clean environment and, for root, without root's rights.
# The lock's file is closed: a server that inherited it would hold the lock as long as it lives.
as() {
  local account=$1 clean=(env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8)
  shift
  cd /
  if [ "$(id -u)" = 0 ]; then
    setpriv --reuid="$account" --regid="$account" --clear-groups --no-new-privs "${clean[@]}" "$@" {lock_fd}>&-
  else
    "${clean[@]}" "$@" {lock_fd}>&-
  fi
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
