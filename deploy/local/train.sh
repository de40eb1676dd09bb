#!/bin/sh
# train.sh FOLDER TARGET JAVA CLASS_PATH MAIN FLAG…
# Makes the platform's AOT cache TARGET-<checksum>.aot: starts the platform on a home of its own in FOLDER,
# with nothing to do, and stops it. FOLDER is removed at the end.
set -u

end() { # $1: exit status
  trap '' TERM INT HUP
  if [ -n "${jvm:-}" ]; then
    kill -KILL "$jvm" 2>/dev/null
    wait "$jvm" 2>/dev/null
  fi
  [ "$1" = 0 ] || tail -n 20 "$folder/log" >"$target.failed" 2>/dev/null
  rm -rf "$folder"
  exit "$1"
}

main() {
  folder=$1 target=$2 java=$3 class_path=$4 main_class=$5
  shift 5
  trap 'end 143' TERM INT HUP
  mkdir -p "$folder/tmp"
  "$java" "$@" -XX:TieredStopAtLevel=1 "-XX:AOTCacheOutput=$folder/made.aot" "-Djava.io.tmpdir=$folder/tmp" \
    -cp "$class_path" "$main_class" "--marmita.home=$folder/home" --marmita.port=0 --marmita.gateway.port=0 \
    --marmita.scheduler.train-aot=false --marmita.scheduler.warm-pool.size=0 &
  jvm=$!
  seconds=0
  until [ -f "$folder/home/connection.json" ]; do
    kill -0 "$jvm" 2>/dev/null || end 1
    seconds=$((seconds + 1))
    [ "$seconds" -le 600 ] || end 1
    sleep 1
  done
  kill -TERM "$jvm"
  wait "$jvm"
  jvm=
  [ -s "$folder/made.aot" ] || end 1
  # The runtime refuses here what it would pass over in silence at every start.
  "$java" "$@" -XX:AOTMode=on "-XX:AOTCache=$folder/made.aot" -cp "$class_path" -version || end 1
  mv "$folder/made.aot" "$target-$(cksum <"$folder/made.aot" | cut -d ' ' -f 1).aot" || end 1
  rm -f "$target.failed"
  end 0
}

main "$@"
