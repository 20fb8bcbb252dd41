# shellcheck shell=bash disable=SC2154 # variables of lib.sh
# A private PostgreSQL of Debian's packages: own port, own folder, loopback only. Sourced after lib.sh.

postgres_data() { say "$state/postgres/data"; }

# The programs of the version that made the data, or of the newest one installed.
postgres_bin() {
  local bin
  if bin=/usr/lib/postgresql/$(cat "$(postgres_data)/PG_VERSION" 2>/dev/null)/bin && [ -d "$bin" ]; then
    say "$bin"
    return
  fi
  [ ! -e "$(postgres_data)/PG_VERSION" ] ||
    die "the data in $(postgres_data) was made by PostgreSQL $(cat "$(postgres_data)/PG_VERSION"), which is not installed"
  bin=$(find /usr/lib/postgresql -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)
  [ -n "$bin" ] || die "PostgreSQL is not installed: run infra/native/install.sh"
  say "$bin"
}

# The process id, when this very cluster runs. A pid file that outlived a crash or a reboot may name a process of
# someone else: a server of ours stands in its data folder.
postgres_pid() {
  local data pid
  data=$(postgres_data)
  pid=$(head -n 1 "$data/postmaster.pid" 2>/dev/null) || return 1
  [ "$(readlink "/proc/$pid/cwd")" = "$data" ] && say "$pid"
}

# PostgreSQL clears up after a crash by itself, save where its old process id now belongs to someone else.
postgres_forget_stranger() {
  local data pid process
  data=$(postgres_data)
  pid=$(head -n 1 "$data/postmaster.pid" 2>/dev/null) || return 0
  [ -d "/proc/$pid" ] || return 0
  for process in /proc/[0-9]*; do
    [ "$(readlink "$process/cwd")" != "$data" ] || die "process ${process#/proc/} still works in $data: stop it first"
  done
  rm -f "$data/postmaster.pid"
}

postgres_start() {
  local bin data
  bin=$(postgres_bin)
  data=$(postgres_data)
  if postgres_pid >/dev/null; then return; fi
  refuse_stranger "$postgres_port" PostgreSQL "${prefix}_POSTGRES_PORT"
  own_folder postgres "$state/postgres"
  if [ ! -s "$data/PG_VERSION" ]; then
    secret postgres-admin >"$state/postgres/password"
    [ "$(id -u)" != 0 ] || chown postgres: "$state/postgres/password"
    as postgres "$bin/initdb" -D "$data" -U admin --auth=scram-sha-256 --pwfile="$state/postgres/password" \
      -E UTF8 --locale=C.UTF-8 --data-checksums >"$state/logs/initdb.log" 2>&1 || {
      cat "$state/logs/initdb.log" >&2
      rm -rf "$data" "$state/postgres/password"
      die "initdb failed"
    }
    rm -f "$state/postgres/password"
  fi
  postgres_forget_stranger
  # Durable as PostgreSQL ships it (fsync, full_page_writes, synchronous_commit): nothing here trades that for speed.
  as postgres tee "$data/mediation.conf" >/dev/null <<CONF
listen_addresses = '127.0.0.1'
port = $postgres_port
unix_socket_directories = ''
max_connections = 300
shared_buffers = 256MB
max_wal_size = 4GB
timezone = 'UTC'
log_timezone = 'UTC'
idle_in_transaction_session_timeout = '30s'
CONF
  as postgres grep -q "^include 'mediation.conf'" "$data/postgresql.conf" ||
    as postgres sed -i "\$ a include 'mediation.conf'" "$data/postgresql.conf"
  as postgres "$bin/pg_ctl" -D "$data" -l "$state/postgres/log" -w -t 60 start >"$state/logs/pg_ctl.log" 2>&1 || {
    tail -n 20 "$state/logs/pg_ctl.log" "$state/postgres/log" >&2
    die "PostgreSQL did not start"
  }
}

postgres_stop() {
  if ! postgres_pid >/dev/null; then return; fi
  as postgres "$(postgres_bin)/pg_ctl" -D "$(postgres_data)" -m fast -w -t 60 stop >/dev/null
}

postgres_sql() { # DATABASE, statements on standard input
  PGOPTIONS='-c client_min_messages=warning' PGPASSWORD=$(secret postgres-admin) \
    psql -h 127.0.0.1 -p "$postgres_port" -U admin -d "$1" -X -q -A -t -v ON_ERROR_STOP=1
}

postgres_running() {
  local pid
  pid=$(postgres_pid) && say "PostgreSQL on 127.0.0.1:$postgres_port, process $pid"
}
