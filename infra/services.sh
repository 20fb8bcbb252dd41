# shellcheck shell=bash disable=SC2154 # variables of lib.sh
# Building, migrating, seeding and keeping the service processes. Sourced after lib.sh.

demonstration=infra/demonstration/Mediation.Demonstration.csproj

service_url() { # NAME
  local variable=MEDIATION_${1^^}_URL
  (eval "$("$root/infra/env.sh" run)" && say "${!variable}")
}

is_run() { # PID: is it another, living run.sh? The file that names it outlives a crash.
  [ "$1" != $$ ] && [[ $(tr '\0' ' ' 2>/dev/null <"/proc/$1/cmdline") = *infra/run.sh* ]]
}

prerequisites() { # [tests]
  local groups=(${1:+"$1"})
  command -v dotnet >/dev/null || no_dotnet
  [ "$backend" != native ] || groups+=(servers)
  "$root/infra/native/install.sh" "${groups[@]}"
  # After the packages: without ICU the SDK cannot even name its version.
  check_dotnet
}

no_dotnet() {
  die "the .NET SDK $(wanted_dotnet) or a later one of that line is needed: https://dotnet.microsoft.com/download"
}
wanted_dotnet() { sed -n 's/.*"version": *"\([0-9.]*\)".*/\1/p' "$root/global.json"; }

check_dotnet() { (cd "$root" && dotnet --version >/dev/null 2>&1) || no_dotnet; }

assembly() { # PROJECT
  local name=${1##*/}
  say "$root/${1%/*}/bin/Debug/net10.0/${name%.csproj}.dll"
}

# The services, what they reference, and the demonstration, without the tests and their heavy packages.
build_services() { # Debug|Release
  local line project projects=
  for line in "${services[@]}"; do
    read -r _ _ _ project _ <<<"$line"
    projects+="${projects:+, }\"$project\""
  done
  projects+=", \"$demonstration\""
  printf '{"solution":{"path":"%s","projects":[%s]}}\n' "$root/Mediation.sln" "$projects" >"$state/services.slnf"
  build "$state/services.slnf" "$1"
}

# One compiler for all projects, which starts warm for each but the first, and is sent home with the build; of itself it
# would stay for ten minutes.
build() { # SOLUTION Debug|Release
  local output compiler=mediation-$$ code=0
  output=$(dotnet build "$1" --configuration "$2" -v q -nologo -clp:ErrorsOnly -nodeReuse:false \
    -p:UseSharedCompilation=true "-p:SharedCompilationId=$compiler" 2>&1) || code=$?
  pkill -f "VBCSCompiler.*-pipename:$compiler" || true
  [ "$code" -eq 0 ] || {
    say "$output" >&2
    die "the build failed"
  }
}

# in_service SCHEMA PROJECT [--owner] -- COMMAND...: with the settings of that service, in its folder, where it finds
# its configuration and web root.
in_service() {
  local schema=$1 project=$2 owner=
  shift 2
  [ "$1" = -- ] || { owner=$1 && shift; }
  shift
  # The service's own settings, and none of the owner's that the caller's environment may hold.
  unset MEDIATION_DATABASE_OWNER
  eval "$("$root/infra/env.sh" run "$schema" ${owner:+"$owner"})"
  cd "$root/${project%/*}" || exit
  exec "$@"
}

# All of them before any service starts: a message published before the queue of its reader exists is lost.
migrate_services() {
  local line name schema project pids=() names=() index failed=
  for line in "${services[@]}"; do
    read -r name schema _ project _ <<<"$line"
    (in_service "$schema" "$project" --owner -- dotnet "$(assembly "$project")" migrate) \
      >"$state/logs/$schema-migrate.log" 2>&1 </dev/null &
    pids+=($!) names+=("$name")
  done
  for index in "${!pids[@]}"; do
    if ! wait "${pids[index]}"; then
      name=${names[index]}
      tail -n 20 "$state/logs/${name,,}-migrate.log" >&2
      failed+="${failed:+, }$name"
    fi
  done
  [ -z "$failed" ] || die "the migration of $failed failed"
}

# Demonstration accounts, once for the life of the data. What a service prints is shown to whoever starts it.
# Their password is made here, so that a seeding that was interrupted goes on with the same one.
seed_services() {
  local line name schema project commands shown
  (umask 077 && mkdir -p "$state/demonstration")
  for line in "${services[@]}"; do
    read -r name schema _ project commands <<<"$line"
    shown=$state/demonstration/$schema
    if [[ ,$commands, != *,demo,* ]] || [ -e "$shown" ]; then continue; fi
    say "Creating the demonstration accounts"
    (
      export MEDIATION_DEMO_PASSWORD Logging__Console__LogToStandardErrorThreshold=Trace
      MEDIATION_DEMO_PASSWORD=$(demonstration_password)
      in_service "$schema" "$project" -- dotnet "$(assembly "$project")" demo
    ) >"$shown.part" 2>"$state/logs/$schema-demo.log" </dev/null || {
      tail -n 20 "$state/logs/$schema-demo.log" "$shown.part" >&2
      die "the demonstration accounts could not be created"
    }
    mv "$shown.part" "$shown"
  done
}

demonstration_password() { say "Demo1-$(secret demonstration-password | cut -c1-10)"; }

# A year of invented matters, played once through the running services by the demonstration accounts. What is there
# already is left as it is, so a playing that was interrupted goes on.
play_demonstration() {
  local shown=$state/demonstration/matters
  [ ! -e "$shown" ] || return 0
  say "Playing the demonstration"
  (
    eval "$("$root/infra/env.sh" run)"
    MEDIATION_DEMO_PASSWORD=$(demonstration_password) exec dotnet "$(assembly "$demonstration")"
  ) >"$shown.part" 2>"$state/logs/demonstration.log" </dev/null || {
    tail -n 20 "$state/logs/demonstration.log" >&2
    # The services are up and the work can begin; the next start goes on where this one broke off.
    say "The demonstration could not be played to its end" >&2
    return 0
  }
  mv "$shown.part" "$shown"
}

verify_services() {
  local line name schema project commands failed=
  for line in "${services[@]}"; do
    read -r name schema _ project commands <<<"$line"
    [[ ,$commands, = *,verify,* ]] || continue
    printf '%s: ' "$name"
    (in_service "$schema" "$project" -- dotnet "$(assembly "$project")" verify) || failed+="${failed:+, }$name"
  done
  [ -z "$failed" ] || die "the audit chain of $failed does not hold"
}

# keep_running LINE: runs one service until told to stop; says at once when it dies, and starts it again unless it
# died young. In the background.
keep_running() {
  local name schema port project pid code born log
  read -r name schema port project _ <<<"$1"
  log=$state/logs/$schema.log
  trap - EXIT
  trap '[ -z "${pid:-}" ] || { kill -TERM "$pid" && wait "$pid"; } 2>/dev/null; exit 0' TERM
  trap '' INT HUP
  [ ! -e "$log" ] || mv "$log" "$log.before"
  while :; do
    born=$SECONDS
    # Its own session: Ctrl-C in the terminal reaches this script, which stops the services in order.
    (ASPNETCORE_URLS=http://127.0.0.1:$port in_service "$schema" "$project" -- \
      setsid dotnet "$(assembly "$project")") >>"$log" 2>&1 </dev/null &
    pid=$!
    code=0
    { wait "$pid"; } 2>/dev/null || code=$?
    say "$name has stopped by itself (exit code $code). The end of $log:" >&2
    tail -n 15 "$log" >&2
    [ $((SECONDS - born)) -ge 10 ] || return 1
    say "Starting $name again" >&2
  done
}

healthy() { curl -sf -o /dev/null --max-time 5 "http://127.0.0.1:$1/health"; }

wait_healthy() {
  local index name port
  for index in "${!services[@]}"; do
    read -r name _ port _ <<<"${services[index]}"
    until_true 120 healthy_or_dead "$port" "${keepers[index]}" || die "$name did not become healthy within two minutes"
    kill -0 "${keepers[index]}" 2>/dev/null || die "$name did not start"
  done
}

healthy_or_dead() { healthy "$1" || ! kill -0 "$2" 2>/dev/null; }

announce() {
  local line name port
  say "" "Mediation is running. Open $(service_url Portal)" ""
  for line in "${services[@]}"; do
    read -r name _ port _ <<<"$line"
    printf '  %-10s http://127.0.0.1:%s\n' "$name" "$port"
  done
  local shown
  for shown in "$state"/demonstration/*; do
    [ ! -s "$shown" ] || { say "" && cat "$shown"; }
  done
  say "" "Ctrl-C stops everything; the data stays in $state."
}
