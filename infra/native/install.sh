#!/usr/bin/env bash
# install.sh [servers] [tests]: installs the Debian packages that are missing, nothing else, and says nothing when
# none is: what every run needs, the servers where they do not run in containers, and what the tests need besides.
# Never leaves a system-wide PostgreSQL cluster or RabbitMQ running that was not there before.
# shellcheck source=infra/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

missing=()
need() { # PACKAGE COMMAND...: the package, unless the command succeeds
  local package=$1
  shift
  "$@" >/dev/null 2>&1 || missing+=("$package")
}
has_icu() { [[ $(/sbin/ldconfig -p) = *libicuuc* ]]; }
has_node() { # any Node.js from 18 on, wherever it came from
  local version
  version=$(node --version) && command -v npm && version=${version#v} && [ "${version%%.*}" -ge 18 ]
}
has_cjk_font() { [ -n "$(find /usr/share/fonts -name 'NotoSansCJK*' -print -quit)" ]; }
newest_icu() { apt-cache search --names-only '^libicu[0-9]+$' | sort -V | tail -n 1 | cut -d' ' -f1; }

wanted() { [[ " $groups " = *" $1 "* ]]; }

groups=$*
need curl command -v curl
need util-linux command -v setpriv
need procps command -v pkill
need tzdata test -e /usr/share/zoneinfo/Asia/Shanghai
has_icu || missing+=(icu)
has_node >/dev/null 2>&1 || missing+=(nodejs npm)
if wanted servers; then
  need postgresql compgen -G '/usr/lib/postgresql/*/bin/initdb'
  need rabbitmq-server compgen -G '/usr/lib/rabbitmq/lib/*/sbin/rabbitmq-server'
fi
if wanted tests; then
  need chromium-headless-shell command -v chromium-headless-shell
  need fonts-noto-cjk has_cjk_font
fi

[ ${#missing[@]} -gt 0 ] || exit 0

command -v apt-get >/dev/null || die "missing: ${missing[*]}. This is not a Debian system: install them yourself, or start a Docker engine."
if [ "$(id -u)" != 0 ]; then
  command -v sudo >/dev/null || die "missing: ${missing[*]}. Run this once as root, or install sudo."
  say "Installing ${missing[*]} with sudo"
  exec sudo -- "${BASH_SOURCE[0]}" "$@"
fi

say "Installing ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
policy=/usr/sbin/policy-rc.d
cluster=/etc/postgresql-common/createcluster.d/mediation.conf
kept=

restore() {
  if [ -n "$kept" ]; then mv -f "$kept" "$policy"; else rm -f "$policy"; fi
  rm -f "$cluster" "$log"
}
if [ -e "$policy" ]; then kept=$policy.before-mediation && mv "$policy" "$kept"; fi
trap restore EXIT
printf '#!/bin/sh\nexit 101\n' >"$policy"
chmod 755 "$policy"
mkdir -p "${cluster%/*}"
printf 'create_main_cluster = false\n' >"$cluster"

run_apt() {
  apt-get -q -y -o DPkg::Lock::Timeout=300 "$@" >"$log" 2>&1 || {
    tail -n 30 "$log" >&2
    die "apt-get $* failed"
  }
}
run_apt update
packages=()
for package in "${missing[@]}"; do
  if [ "$package" = icu ]; then packages+=("$(newest_icu)"); else packages+=("$package"); fi
done
run_apt install --no-install-recommends "${packages[@]}"

# The policy above holds back the start now; this one holds it back at the next boot.
if [[ " ${packages[*]} " = *" rabbitmq-server "* ]]; then
  update-rc.d rabbitmq-server disable >/dev/null 2>&1 || true
  ! command -v systemctl >/dev/null || systemctl disable rabbitmq-server epmd.service epmd.socket >/dev/null 2>&1 || true
fi
