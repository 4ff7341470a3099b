#!/usr/bin/env bash
# Tests of ./dev: its command line, and what it installs on a made-up machine whose package tools are stubs.
# usage: dev_test.sh SOURCE_DIR
set -euo pipefail
source_dir=$1
scratch=$(mktemp -d)
trap 'rm -rf -- "$scratch"' EXIT
failures=0

check() {  # check WHAT COMMAND...: the command must succeed
  local what=$1
  shift
  if ! "$@"; then
    printf 'FAILED: %s\n' "$what"
    sed 's/^/    /' "$scratch/output"
    failures=$((failures + 1))
  fi
}
exits() { [[ "$status" -eq "$1" ]]; }
says() { grep -qF -- "$1" "$scratch/output"; }
apt_ran() { grep -qxF -- "$1" "$scratch/apt.log"; }
run() {
  status=0
  "$@" >"$scratch/output" 2>&1 </dev/null || status=$?
}

# A machine: $scratch/bin is its whole PATH. `installed` lists its packages, `lists` what apt-cache knows, and
# `remote` what it will know after apt-get update; each line is a package and its version.
machine() {
  rm -rf -- "${scratch:?}/bin" "${scratch:?}/project"
  mkdir -p "$scratch/bin" "$scratch/project"
  cp -- "$source_dir/dev" "$source_dir/CMakePresets.json" "$scratch/project"
  local tool
  for tool in bash env awk grep cat dirname mkdir touch cp nproc dpkg; do
    ln -s -- "$(command -v "$tool")" "$scratch/bin/$tool"
  done
  : >"$scratch/apt.log"
  : >"$scratch/cmake.log"
  : >"$scratch/installed"
  : >"$scratch/lists"
  : >"$scratch/remote"
  stub dpkg-query <<'STUB'
pattern="${*: -1}"
while read -r name version; do
  # shellcheck disable=SC2053
  [[ $name == $pattern ]] || continue
  if [[ $pattern == *'*'* ]]; then echo "ii  $name $version"; else printf 'ii '; fi
done <"$MACHINE/installed"
STUB
  stub apt-cache <<'STUB'
awk -v name="$2" '$1 == name { print "  Candidate: " $2 }' "$MACHINE/lists"
STUB
  stub apt-get <<'STUB'
while [[ "$1" == -* ]]; do
  if [[ "$1" == -o ]]; then shift; fi
  shift
done
verb=$1
shift
if [[ $verb == update ]]; then
  echo update >>"$MACHINE/apt.log"
  cp "$MACHINE/remote" "$MACHINE/lists"
  exit
fi
for package in "$@"; do
  [[ $package == -* ]] && continue
  grep -q "^$package " "$MACHINE/lists" || { echo "E: Unable to locate package $package"; exit 100; }
  echo "$package" >>"$MACHINE/apt.log"
  grep "^$package " "$MACHINE/lists" >>"$MACHINE/installed"
done
STUB
  stub sudo <<'STUB'
if [[ "$1" == -n ]]; then shift; fi
"$@"
STUB
  stub cmake <<'STUB'
echo "$*" >>"$MACHINE/cmake.log"
STUB
}
stub() {
  { echo '#!/bin/bash'; cat; } >"$scratch/bin/$1"
  chmod +x "$scratch/bin/$1"
}
known_packages() {
  local name
  for name in cmake make ninja-build ccache g++ clang-19 lld-19 llvm-19-dev libclang-19-dev libclang-cpp19-dev doctest-dev \
    libcli11-dev liburing-dev libssl-dev openssl gdb git parallel clang-tools-19 clang-tidy-19 \
    python3-jsonschema pre-commit python3 neovim; do
    printf '%s 1\n' "$name"
  done
}
setup() { run env PATH="$scratch/bin" MACHINE="$scratch" "$scratch/project/dev" setup; }

# --- the command line ---
cd "$source_dir"
for script in dev .ci/run cmake/demo.sh tests/dev/dev_test.sh tests/gdb/gdb_test.sh tests/lint/*_test.sh; do
  run bash -n "$script"
  check "$script is bash" exits 0
  if command -v shellcheck >/dev/null; then
    run shellcheck "$script"
    check "$script passes shellcheck" exits 0
  fi
done
run ./dev help
check "help exits 0" exits 0
for command in demo test setup build bench asan tsan tidy format; do check "help names $command" says "$command"; done
run ./dev frobnicate
check "an unknown command exits 2" exits 2
check "an unknown command is named" says "'frobnicate'"
check "an unknown command is answered with the usage" says "usage: ./dev"
run ./dev
check "no command exits 2" exits 2
run ./dev format --wrong
check "a wrong option exits 2" exits 2

# --- a fresh Debian 12: no lists, Boost 1.74 by default ---
machine
{ known_packages; echo 'libboost-dev 1.74.0.3'; echo 'libboost1.81-dev 1.81.0-5'; } >"$scratch/remote"
setup
check "a fresh machine is set up" exits 0
check "missing lists are fetched" apt_ran update
check "clang is installed" apt_ran clang-19
check "the debugger that tests run is installed" apt_ran gdb
check "Boost is installed by version where the default is too old" apt_ran libboost1.81-dev
check "what is installed is said" says "installing cmake"
check "the build is configured" grep -qx -- '--preset release' "$scratch/cmake.log"
: >"$scratch/apt.log"
: >"$scratch/cmake.log"
setup
check "the second run succeeds" exits 0
check "the second run asks apt-get for nothing" test ! -s "$scratch/apt.log"
check "the second run configures nothing" test ! -s "$scratch/cmake.log"

# --- a fresh Ubuntu 24.04 with lists ---
machine
{ known_packages; echo 'libboost-dev 1.83.0.1'; } >"$scratch/lists"
setup
check "the default Boost is taken where it is new enough" apt_ran libboost-dev
check "lists that serve are not fetched again" test "$(grep -cx update "$scratch/apt.log")" -eq 0

# --- lists that are out of date ---
machine
echo 'libboost1.83-dev 1.83.0' >"$scratch/installed"
known_packages >"$scratch/remote"
grep -v clang-19 "$scratch/remote" >"$scratch/lists"
setup
check "lists are fetched when a package is unknown" apt_ran update
check "and the package is installed then" apt_ran clang-19
check "a Boost that is installed and new enough is kept" test "$(grep -c boost "$scratch/apt.log")" -eq 0

# --- machines on which nothing can be installed ---
machine
rm "$scratch/bin/apt-get"
setup
check "no apt-get: exits nonzero" exits 1
check "no apt-get: says what is missing" says "clang-19"
machine
rm "$scratch/bin/dpkg-query" "$scratch/bin/apt-get"
setup
check "no dpkg: exits nonzero" exits 1
check "no dpkg: says which commands are missing" says "clang++-19"
machine
setup
check "apt-get fails: exits nonzero" exits 1
check "apt-get fails: says what to run by hand" says "apt-get install --no-install-recommends cmake"

((failures == 0)) && echo "all checks passed"
