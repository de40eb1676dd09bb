#!/bin/sh
# Measures the runner under load beside DJL Serving, a bare loop of ONNX Runtime, and itself without batches.
#   benchmarks/serving.sh [WHAT] [CORES] [ROUNDS] [SECONDS] [JSON]
# WHAT: all, or some of tiny,json,batching,latency,detector. Build first: ./mvnw -DskipTests install, and for
# tiny and json benchmarks/build-djl-serving.sh.
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
what=${1:-all}
cores=${2:-$(nproc)}
rounds=${3:-5}
seconds=${4:-5}
json=${5:-$here/target/serving.json}
java_home=$("$here/../deploy/local/find-jdk.sh")
classpath=$here/target/classpath.txt
if [ ! -f "$classpath" ] || [ "$here/pom.xml" -nt "$classpath" ]; then
  "$here/../mvnw" -q -pl benchmarks dependency:build-classpath -Dmdep.outputFile="$classpath"
fi
runner=$(CDPATH= cd -- "$here/../runner/server/target/dist" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# As the scheduler starts runners; for all of them.
export MALLOC_ARENA_MAX=2 MALLOC_MMAP_THRESHOLD_=1048576
# All are held to the same cores, the sender of the load too.
pin=
if command -v taskset >/dev/null 2>&1; then pin="taskset -c 0-$((cores - 1))"; fi
$pin "$java_home/bin/java" --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
  -cp "$here/target/classes:$(cat "$classpath")" \
  dev.marmita.benchmarks.serving.ServingBench \
  "$what" "$runner" "$here/target/djl-serving" "$work" "$cores" "$rounds" "$seconds" "$json"
