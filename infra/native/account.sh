# shellcheck shell=bash disable=SC2154 # variables of lib.sh
# How a private server is kept to an account without rights and away from ports of others. Sourced after lib.sh.

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
