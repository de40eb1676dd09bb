#!/bin/sh
# From the start of a runner's process to its first answer on a model of one node, in interleaved rounds.
#   benchmarks/cold-start.sh [ROUNDS] [JSON]
# Build first: ./mvnw -DskipTests install
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
java_home=$("$here/../deploy/local/find-jdk.sh")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/run"
"$java_home/bin/java" -cp "$here/target/classes" dev.marmita.benchmarks.ColdStart \
  "$here/../runner/server/target/dist" "$work/run" "${1:-5}" ${2:+"$2"}
