# The program that runs: a copy of what was built, so that a later build changes nothing underneath running
# processes, and the AOT cache made of it. Sourced by launcher.sh. POSIX sh.

programs=$MARMITA_HOME/program
platform_main=dev.marmita.platform.MarmitaPlatform
platform_flags="-XX:+UseSerialGC -Xmx512m --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow"

sums() { # of the platform's jars in $1/lib, the runner's in $2/lib and $2/native: tells programs apart
  {
    (cd "$1" && cksum lib/*)
    (cd "$2" && cksum lib/* && { [ ! -d native ] || cksum native/*; })
  } | LC_ALL=C sort | cksum | tr ' ' '-'
}

take_program() { # sets $program to the copy of what is built now, and $class_path
  platform_dist=$here/platform-api/target/dist
  runner_dist=$here/runner/server/target/dist
  [ -d "$platform_dist/lib" ] && [ -d "$runner_dist/lib" ] || fail "nothing is built yet, and MARMITA_NO_BUILD is set"
  for _ in 1 2 3; do # a build may be going on
    key=$(sums "$platform_dist" "$runner_dist")
    program=$programs/$key
    if [ -d "$program" ] || copy_program; then break; fi
    program=
  done
  [ -n "$program" ] || fail "the program could not be copied to $programs: is the disk full, or a build going on?"
  class_path=$(printf '%s:' "$program"/platform/lib/*.jar) # in the one order that an AOT cache fits
  class_path=${class_path%:}
  trim_programs
}

copy_program() { # fails where the copy is not what $key says
  fresh=$programs/.new-$$
  rm -rf "$fresh"
  if mkdir -p "$fresh/platform" && cp -Rp "$platform_dist/lib" "$fresh/platform/" && cp -Rp "$runner_dist" "$fresh/runner" &&
    [ "$(sums "$fresh/platform" "$fresh/runner")" = "$key" ] && { [ -d "$program" ] || mv "$fresh" "$program"; }; then
    rm -rf "$fresh"
  else
    rm -rf "$fresh"
    return 1
  fi
}

is_used() { # whether a process runs from the folder $1; yes where that cannot be seen
  [ -d /proc/self ] || return 0
  for process in /proc/[0-9]*; do
    if arguments "${process#/proc/}" | grep -qF "$1/"; then return 0; fi
  done
  return 1
}

trim_programs() { # of former builds that nothing runs from any more
  for old in "$programs"/* "$programs"/.new-*; do
    if [ -d "$old" ] && [ "$old" != "$program" ] && ! kill -0 "${old##*/.new-}" 2>/dev/null && ! is_used "$old"; then
      rm -rf "$old"
    fi
  done
}

# --- the platform's AOT cache (JEP 514) ---

aot_name() { # $1: program; changes with the runtime
  printf '%s/platform-%s' "$1" "$({ printf '%s\n' "$java"; cat "$JAVA_HOME/release"; } 2>/dev/null | cksum | tr ' ' '-')"
}

find_aot() { # sets $aot to the cache, whole and of this runtime; empty where there is none
  aot=
  for file in "$(aot_name "$program")"-*.aot; do
    [ -f "$file" ] || continue
    sum=${file##*-}
    if [ "$(cksum <"$file" | cut -d ' ' -f 1)" = "${sum%.aot}" ]; then aot=$file; else rm -f "$file"; fi
  done
}

train() { # makes the cache in the background, for the next start
  case ${MARMITA_AOT:-auto} in
    no) return 0 ;;
    auto) if is_own_build; then return 0; fi ;;
  esac
  [ -z "$aot" ] || return 0
  training=$program/training
  if is_alive "$(cat "$training/pid" 2>/dev/null)"; then return 0; fi
  rm -rf "$training"
  mkdir "$training" || return 0
  # Nothing of this environment gets in: what is made must not work on anybody's database.
  # shellcheck disable=SC2086 # options are words
  env -i PATH="$PATH" HOME="$HOME" LANG=C.UTF-8 ORT_DISABLE_TELEMETRY=1 \
    $detach nice -n 19 /bin/sh "$here/deploy/local/train.sh" "$training" "$(aot_name "$program")" "$java" "$class_path" "$platform_main" \
    $platform_flags >"$training/log" 2>&1 </dev/null &
  echo "$!" >"$training/pid"
}

end_training() {
  for file in "$programs"/*/training/pid; do
    [ -f "$file" ] || continue
    trainer=$(cat "$file")
    if arguments "$trainer" | grep -qF "$programs/"; then
      kill -TERM "$trainer" 2>/dev/null || true
      await_end 10 "$trainer" || kill -KILL "$trainer" 2>/dev/null || true
    fi
    rm -rf "${file%/pid}"
  done
}
