#!/usr/bin/env bash
# Findings over a program of the 0.2 API are the same whatever the rewriter does to parse less.
# usage: shortcuts_test.sh FERRY COMPILE_COMMANDS PATH
set -euo pipefail
readonly ferry=$1 database=$2 code=$3
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# check NAME OPTION...: the report of one run; findings are its point, so it exits with 1.
check() {
  local name=$1 status=0
  shift
  "$ferry" check --format json -p "$database" "$@" "$code" >"$scratch/$name" || status=$?
  ((status == 1)) || { echo "ferry check $* exited with $status" >&2; exit 1; }
}

check plain --no-shortcuts
check shared --no-cache
check stored --cache "$scratch/cache"
check known --cache "$scratch/cache" -j 1
for name in shared stored known; do
  cmp "$scratch/plain" "$scratch/$name" || { echo "the run '$name' differs" >&2; exit 1; }
done
