#!/bin/sh
# Loads a runner for long, with errors, callers that leave and a model that is reloaded, and watches its memory.
#   benchmarks/soak.sh [MINUTES] [CORES] [JSON]
# Ends with status 1 where memory grew by more than 2 %. Build first: ./mvnw -DskipTests install
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
minutes=${1:-30}
cores=${2:-$(nproc)}
json=${3:-$here/target/soak.json}
java_home=$("$here/../deploy/local/find-jdk.sh")
classpath=$here/target/classpath.txt
if [ ! -f "$classpath" ] || [ "$here/pom.xml" -nt "$classpath" ]; then
  "$here/../mvnw" -q -pl benchmarks dependency:build-classpath -Dmdep.outputFile="$classpath"
fi
runner=$(CDPATH= cd -- "$here/../runner/server/target/dist" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$java_home/bin/java" --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
  -cp "$here/target/classes:$(cat "$classpath")" \
  dev.marmita.benchmarks.serving.Soak "$runner" "$work" "$cores" "$minutes" "$json"
