#!/bin/sh
# Recognises the lines of a folder's pages one by one and in batches, in turns, on one thread.
#   benchmarks/recognition-batches.sh FOLDER [PAGES] [ROUNDS]
# FOLDER holds page images. Build first: ./mvnw -DskipTests install
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
[ $# -ge 1 ] || { sed -n '2,4s/^# //p' "$0" >&2; exit 2; }
java_home=$("$here/../deploy/local/find-jdk.sh")
classpath=$here/target/classpath.txt
if [ ! -f "$classpath" ] || [ "$here/pom.xml" -nt "$classpath" ]; then
  "$here/../mvnw" -q -pl benchmarks dependency:build-classpath -Dmdep.outputFile="$classpath"
fi
exec "$java_home/bin/java" --enable-native-access=ALL-UNNAMED -Xmx3g \
  -cp "$here/target/classes:$(cat "$classpath")" \
  dev.marmita.benchmarks.recognition.RecognitionBatches "$@"
