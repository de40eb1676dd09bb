#!/bin/sh
# Builds DJL Serving 0.36.0, which Maven Central does not have, from its sources: into benchmarks/target/djl-serving.
#   benchmarks/build-djl-serving.sh [REPOSITORY]
# REPOSITORY is a clone of djl-serving with tag v0.36.0, or where to clone it from.
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
repository=${1:-https://github.com/deepjavalibrary/djl-serving.git}
java_home=$("$here/../deploy/local/find-jdk.sh")
target=$here/target/djl-serving
sources=$here/target/djl-serving-sources
rm -rf "$target" "$sources"
mkdir -p "$target/plugins" "$target/classes" "$target/kserve" "$sources"
git -c advice.detachedHead=false clone -q --depth 1 --branch v0.36.0 "$repository" "$sources/repository"
"$here/../mvnw" -q -B -f "$here/djl-serving/pom.xml" dependency:copy-dependencies -DoutputDirectory="$target/lib"
cd "$sources/repository"
find serving/src/main wlm/src/main prometheus/src/main -name '*.java' > "$sources/files"
"$java_home/bin/javac" -nowarn -proc:none -d "$target/classes" -cp "$target/lib/*" "@$sources/files"
cp -r serving/src/main/resources/. "$target/classes/"
find plugins/kserve/src/main -name '*.java' > "$sources/files"
"$java_home/bin/javac" -nowarn -proc:none -d "$target/kserve" -cp "$target/classes:$target/lib/*" "@$sources/files"
cp -r plugins/kserve/src/main/resources/. "$target/kserve/"
"$java_home/bin/jar" cf "$target/lib/djl-serving-0.36.0.jar" -C "$target/classes" .
"$java_home/bin/jar" cf "$target/plugins/kserve.jar" -C "$target/kserve" .
rm -rf "$sources" "$target/classes" "$target/kserve"
echo "DJL Serving 0.36.0 is in $target"
