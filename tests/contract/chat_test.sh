#!/usr/bin/env bash
# The chat server of samples/ uses all of the 0.2 API. ferry rewrites what it can, a person decides the rest (chat.patch),
# ferry rewrites what waited for that, and the server serves its clients without the 0.2 API.
# usage: chat_test.sh FERRY SOURCE_DIR WORK_DIR
set -euo pipefail
readonly ferry=$1 source_dir=$2 work=$3
readonly project="$work/chat" here="$2/tests/contract"

fail() { echo "$*" >&2; exit 1; }
quietly() { "$@" >"$work/log.txt" 2>&1 || { cat "$work/log.txt" >&2; fail "$* failed"; }; }
configure() {
  quietly cmake -S "$project" -B "$work/build" -G Ninja -DCMAKE_CXX_COMPILER=clang++-19 -DCMAKE_C_COMPILER=clang-19 \
    -DCMAKE_BUILD_TYPE=Release -DCMAKE_EXPORT_COMPILE_COMMANDS=ON -DFERRY_DEVELOPER=ON \
    -DFERRY_SOURCE_DIR="$source_dir" -DCHAT_USE_COMPAT="$1"
}
# rewrite STATUS LAST-LINES: what the run ends with.
rewrite() {
  local status=0
  (cd "$project" && "$ferry" fix --unsafe --allow-dirty --format concise -p "$work/build" src) \
    >"$work/fix.txt" 2>&1 || status=$?
  ((status == $1)) || { cat "$work/fix.txt" >&2; fail "ferry fix exited with $status"; }
}

mkdir -p "$work"
rm -rf "$project"
cp -R "$source_dir/samples/chat-legacy" "$project"
git -C "$project" init --quiet
configure ON
rewrite 1
git -C "$project" apply --whitespace=nowarn "$here/chat.patch" || fail "chat.patch does not fit what ferry has made of the sample"
rewrite 0
! grep -rnE "v0_2|ferry/compat" "$project/src" || fail "something old is left"
configure OFF
quietly cmake --build "$work/build"
"$work/build/traffic/chat_traffic" "$work/build/chat"
