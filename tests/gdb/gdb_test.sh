#!/usr/bin/env bash
# Tests of share/gdb/ferry.py on a program that stops where there is something of everything.
# usage: gdb_test.sh PROGRAM FERRY_PY; exits with 77, which ctest takes for "skipped", where gdb cannot debug
set -euo pipefail
program=$1
script=$2

if ! command -v gdb >/dev/null; then
  echo "SKIPPED: gdb is not installed (./dev installs it)"
  exit 77
fi
gdb() { command gdb -q -nx -batch "$@" </dev/null 2>&1; }
if ! gdb -ex 'python print("has " + "python")' | grep -q 'has python'; then
  echo "SKIPPED: this gdb has no Python"
  exit 77
fi

output=$(gdb -ex 'set debuginfod enabled off' -ex "source $script" -ex 'set width 0' -ex 'break stop_here' \
  -ex run -ex up -ex 'ferry tasks' \
  -ex 'print not_begun' -ex 'print suspended' -ex 'print serving' -ex 'print handle' -ex 'print mutex' \
  -ex 'print some' -ex 'print none' -ex 'print done' -ex 'print start' \
  -ex 'print sender' -ex 'print receiver' -ex 'print unbounded' -ex 'print outcome' \
  -ex 'print announcer' -ex 'print listener' -ex 'print setting' -ex 'print reader' \
  "$program") || true
if grep -qE 'ptrace: |Could not trace|Operation not permitted' <<<"$output"; then
  printf 'SKIPPED: this system does not let gdb run a program\n%s\n' "$output"
  exit 77
fi

failures=0
expect() {  # expect REGEX: a line of the output matches
  if ! grep -qE -- "$1" <<<"$output"; then
    printf 'FAILED: nothing matches %s\n' "$1"
    failures=$((failures + 1))
  fi
}
follows() {  # follows FIRST SECOND: the line after one that matches FIRST matches SECOND
  if ! grep -A1 -E -- "$1" <<<"$output" | grep -qE -- "$2"; then
    printf 'FAILED: after %s comes no %s\n' "$1" "$2"
    failures=$((failures + 1))
  fi
}

expect '^task [0-9]+: waiting, spawned by main at .*program\.cpp:[0-9]+$'
follows '^  app::serve at .*program\.cpp:[0-9]+$' '^  app::receive at .*program\.cpp:[0-9]+$'
follows '^  app::receive at ' '^  waits for sync::mpsc::Recv<int>$'
follows '^  app::enter at ' '^  waits for sync::Lock<int>$'
expect '^2 tasks$'
expect ' = task that has not begun$'
expect ' = suspended task app::enter at .*program\.cpp:[0-9]+$'
expect ' = handle of task [0-9]+, waiting$'
expect ' = handle of runtime (at 0x[0-9a-f]+|[0-9]+)$'
expect ' = locked mutex of 5, 2 waiters$'
expect ' = ready with 7$'
expect ' = pending$'
expect ' = ready$'
expect ' = 1\.500000000 s$'
expect ' = mpsc channel with 1 sender, 3 of 3 places free$'
expect ' = mpsc channel with 1 sender$'
expect ' = oneshot channel: a value was sent$'
expect ' = broadcast channel with 1 sender, 1 receiver, 1 value sent$'
expect ' = broadcast channel with 1 sender, 1 receiver, 1 value sent, 1 not received$'
expect ' = watch channel with 1 sender, 1 receiver$'

if ((failures)); then
  printf '%d failed; gdb said:\n%s\n' "$failures" "$output"
  exit 1
fi
