#!/bin/sh
# What it costs to wake the document service up: with a runner that waited, with a process of its own, and what
# opening its sessions alone costs, in turns.
#   benchmarks/wake.sh [ROUNDS] [JSON]
# Build first: ./mvnw -DskipTests install
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
rounds=${1:-9}
[ $# -eq 0 ] || shift
java_home=$("$here/../deploy/local/find-jdk.sh")
classpath=$here/target/classpath.txt
if [ ! -f "$classpath" ] || [ "$here/pom.xml" -nt "$classpath" ]; then
  "$here/../mvnw" -q -pl benchmarks dependency:build-classpath -Dmdep.outputFile="$classpath"
fi
echo "load: $(cut -d' ' -f1-3 /proc/loadavg) on $(nproc) cores"
exec "$java_home/bin/java" --enable-native-access=ALL-UNNAMED -Xmx1g \
  -cp "$here/target/classes:$(cat "$classpath")" \
  dev.marmita.benchmarks.wake.WakeUps "$here/../runner/server/target/dist" \
  "$(ls "$here"/../runner/documents/target/documents-*.zip | head -n 1)" "$rounds" "$@"
