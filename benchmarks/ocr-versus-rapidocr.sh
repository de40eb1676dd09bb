#!/bin/sh
# Reads a folder's pages with the document service and with RapidOCR-Java on the same cores, in turns.
#   benchmarks/ocr-versus-rapidocr.sh FOLDER [CORES] [v3|v4] [PAGES] [JSON]
# FOLDER holds img/*.jpg and truth/*.json. Build first: ./mvnw -DskipTests install
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
[ $# -ge 1 ] || { sed -n '2,4s/^# //p' "$0" >&2; exit 2; }
folder=$(CDPATH= cd -- "$1" && pwd)
shift
cores=${1:-$(nproc)}
[ $# -eq 0 ] || shift
java_home=$("$here/../deploy/local/find-jdk.sh")
classpath=$here/target/classpath.txt
if [ ! -f "$classpath" ] || [ "$here/pom.xml" -nt "$classpath" ]; then
  "$here/../mvnw" -q -pl benchmarks dependency:build-classpath -Dmdep.outputFile="$classpath"
fi
# Both are held to the same cores, whatever they think they may use.
pin=
if command -v taskset >/dev/null 2>&1; then pin="taskset -c 0-$((cores - 1))"; fi
$pin "$java_home/bin/java" --enable-native-access=ALL-UNNAMED -Xmx2g \
  -cp "$here/target/classes:$(cat "$classpath")" \
  dev.marmita.benchmarks.OcrVersusRapidOcr "$folder" "$cores" "$@" |
  grep -v '^imgDir=\|^Dir=' # what RapidOCR's library prints for every page
