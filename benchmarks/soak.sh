#!/bin/sh
# Loads a runner for long: JSON, binary and gRPC, the service's own routes, errors, callers that leave, a model that is
# reloaded; and watches its memory.
#   benchmarks/soak.sh [MINUTES] [CORES] [JSON] [FLAG OF THE RUNNER'S JVM…]
# Ends with status 1 where memory grew by more than 2 % or anything is left. Build first: ./mvnw -DskipTests install
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
minutes=${1:-30}
cores=${2:-$(nproc)}
json=${3:-$here/target/soak.json}
[ $# -le 3 ] && set -- || shift 3
java_home=$("$here/../deploy/local/find-jdk.sh")
classpath=$here/target/classpath.txt
if [ ! -f "$classpath" ] || [ "$here/pom.xml" -nt "$classpath" ]; then
  "$here/../mvnw" -q -pl benchmarks dependency:build-classpath -Dmdep.outputFile="$classpath"
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# A build meanwhile changes nothing.
cp -r "$here/../runner/server/target/dist" "$work/runner"
cp -r "$here/target/classes" "$work/classes"
# As the scheduler starts runners.
export MALLOC_ARENA_MAX=2 MALLOC_MMAP_THRESHOLD_=1048576
"$java_home/bin/java" --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
  -cp "$work/classes:$(cat "$classpath")" \
  dev.marmita.benchmarks.serving.Soak "$work/runner" "$work" "$cores" "$minutes" "$json" "$@"
