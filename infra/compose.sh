# shellcheck shell=bash disable=SC2154 # variables of lib.sh
# PostgreSQL and RabbitMQ in containers. Sourced by lib.sh in place of native/*.sh; the same functions.

compose() {
  POSTGRES_PASSWORD=$(secret postgres-admin) RABBITMQ_PASSWORD=$(secret rabbitmq-admin) \
    POSTGRES_PORT=$postgres_port RABBITMQ_PORT=$rabbitmq_port RABBITMQ_MANAGEMENT_PORT=$management_port \
    docker compose --project-name "mediation-$instance" --file "$root/infra/compose.yaml" "$@"
}

postgres_start() { compose up --detach --wait --quiet-pull postgres; }
postgres_stop() { compose stop postgres; }
postgres_running() { [ -n "$(compose ps --quiet --status running postgres)" ] && say "PostgreSQL on 127.0.0.1:$postgres_port, in a container"; }
postgres_sql() { # DATABASE, statements on standard input
  compose exec --no-TTY --env PGOPTIONS='-c client_min_messages=warning' postgres \
    psql -U admin -d "$1" -X -q -A -t -v ON_ERROR_STOP=1
}

rabbitmq_start() { compose up --detach --wait --quiet-pull rabbitmq; }
rabbitmq_stop() { compose stop rabbitmq; }
rabbitmq_running() { rabbitmq_ready 5672 && say "RabbitMQ on 127.0.0.1:$rabbitmq_port, management on $management_port, in a container"; }
