#!/bin/sh
# Prints the home of a JDK 25 or newer: $MARMITA_JAVA_HOME, $JAVA_HOME, the PATH, then the usual folders.
feature_version() { # of the JDK at $1; 0 where it is none
  [ -x "$1/bin/javac" ] && [ -f "$1/release" ] || { echo 0; return; }
  sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
}
path_java=$(command -v javac 2>/dev/null || true)
[ -n "$path_java" ] && path_java=$(dirname "$(dirname "$(readlink -f "$path_java")")")
IFS='
'
for candidate in ${MARMITA_JAVA_HOME:-} ${JAVA_HOME:-} $path_java \
  /usr/lib/jvm/*25* /usr/lib/jvm/* /opt/java/* /opt/jdk* "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* \
  /Library/Java/JavaVirtualMachines/*/Contents/Home; do
  version=$(feature_version "$candidate")
  if [ "${version:-0}" -ge 25 ]; then
    echo "$candidate"
    exit 0
  fi
done
echo "No JDK 25 found. Install one (for example Temurin 25) or set MARMITA_JAVA_HOME to its folder." >&2
exit 1
