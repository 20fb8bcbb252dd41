# shellcheck shell=bash disable=SC2154 # variables of lib.sh
# A private RabbitMQ node of Debian's package: own ports, own Erlang name service, own folder, loopback only.
# Sourced after lib.sh.

rabbitmq_scripts() {
  # The wrappers in /usr/sbin refuse every account but root and rabbitmq.
  local sbin
  sbin=$(find /usr/lib/rabbitmq/lib -maxdepth 2 -name sbin 2>/dev/null | sort -V | tail -n 1)
  [ -n "$sbin" ] || die "RabbitMQ is not installed: run infra/native/install.sh"
  say "$sbin"
}

rabbitmq_node() { # COMMAND...: with the environment of this node
  local home=$state/rabbitmq
  as rabbitmq HOME="$home" \
    ERL_EPMD_ADDRESS=127.0.0.1 ERL_EPMD_PORT="$epmd_port" \
    RABBITMQ_NODENAME="mediation-$instance@localhost" RABBITMQ_DIST_PORT="$distribution_port" \
    RABBITMQ_MNESIA_BASE="$home/mnesia" RABBITMQ_LOG_BASE="$home/log" \
    RABBITMQ_CONFIG_FILE="$home/rabbitmq.conf" RABBITMQ_ENABLED_PLUGINS_FILE="$home/enabled_plugins" \
    RABBITMQ_CONF_ENV_FILE=/dev/null RABBITMQ_PID_FILE="$home/pid" "$@"
}

rabbitmq_pid() {
  local pid
  pid=$(head -n 1 "$state/rabbitmq/pid" 2>/dev/null) || return 1
  [ -n "$pid" ] || return 1
  # A pid file that outlived a crash may name a process of someone else: ours carries this folder in its environment.
  tr '\0' '\n' 2>/dev/null <"/proc/$pid/environ" | grep -qxF "RABBITMQ_MNESIA_BASE=$state/rabbitmq/mnesia" && say "$pid"
}

rabbitmq_ready_or_dead() { rabbitmq_ready || ! rabbitmq_pid >/dev/null; }

rabbitmq_start() {
  local home=$state/rabbitmq scripts
  scripts=$(rabbitmq_scripts)
  if ! rabbitmq_pid >/dev/null; then
    refuse_stranger "$rabbitmq_port" RabbitMQ "${prefix}_RABBITMQ_PORT"
    refuse_stranger "$management_port" "RabbitMQ's management" "${prefix}_RABBITMQ_MANAGEMENT_PORT"
    refuse_stranger "$distribution_port" "RabbitMQ's tools" "${prefix}_RABBITMQ_PORT"
    own_folder rabbitmq "$home"
    rm -f "$home/pid"
    as rabbitmq tee "$home/enabled_plugins" >/dev/null <<<'[rabbitmq_management].'
    (umask 077 && as rabbitmq tee "$home/rabbitmq.conf" >/dev/null) <<CONF
listeners.tcp.1 = 127.0.0.1:$rabbitmq_port
management.tcp.ip = 127.0.0.1
management.tcp.port = $management_port
distribution.listener.interface = 127.0.0.1
default_user = admin
default_pass = $(secret rabbitmq-admin)
default_vhost = mediation
vm_memory_high_watermark.absolute = 1GB
disk_free_limit.absolute = 200MB
log.console = false
CONF
    # The node would start its name service itself, but on a busy machine asks it before it listens, and gives up.
    until_true 30 rabbitmq_names || die "RabbitMQ's name service does not listen on port $epmd_port"
    # Its own session, so that Ctrl-C in the terminal reaches us, who stop it in order, and not the broker.
    rabbitmq_node setsid --fork "$scripts/rabbitmq-server" </dev/null >"$state/logs/rabbitmq-start.log" 2>&1
    until_true 30 rabbitmq_pid >/dev/null || {
      tail -n 20 "$state/logs/rabbitmq-start.log" >&2
      die "RabbitMQ did not start"
    }
  fi
  if ! until_true 90 rabbitmq_ready_or_dead || ! rabbitmq_ready; then
    tail -n 20 "$state/logs/rabbitmq-start.log" >&2
    die "RabbitMQ did not become ready; its log is in $home/log"
  fi
}

rabbitmq_stop() {
  local pid
  if pid=$(rabbitmq_pid); then
    kill -TERM "$pid"
    until_true 60 rabbitmq_gone "$pid" || die "RabbitMQ (process $pid) did not stop within a minute"
  fi
  # The name service outlives the node.
  until_true 10 rabbitmq_nameless || true
}

# Both are asked until they succeed: a name service that is just ending still holds its port, and one that still
# knows the node refuses to end.
rabbitmq_names() {
  port_taken "$epmd_port" || rabbitmq_node epmd -port "$epmd_port" -address 127.0.0.1 -daemon
  port_taken "$epmd_port"
}
rabbitmq_nameless() {
  rabbitmq_node epmd -port "$epmd_port" -kill >/dev/null 2>&1
  ! port_taken "$epmd_port"
}

rabbitmq_gone() { [ ! -d "/proc/$1" ]; }

rabbitmq_running() {
  local pid
  pid=$(rabbitmq_pid) && rabbitmq_ready && say "RabbitMQ on 127.0.0.1:$rabbitmq_port, management on $management_port, process $pid"
}
