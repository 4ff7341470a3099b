#!/usr/bin/env bash
# The demonstration behind `./dev demo`: a small program written against the 0.2 API is copied, built and exercised,
# migrated by ferry, and built and exercised again without the 0.2 API.
# usage: cmake/demo.sh FERRY_PROGRAM
set -euo pipefail
ferry=$(realpath -- "$1")
source_dir=$(realpath -- "$(dirname -- "${BASH_SOURCE[0]}")/..")
demo="$source_dir/build/demo"
project="$demo/proxy"
log="$demo/log.txt"
shown_findings=12
shown_diff_lines=60
step=0

if [[ -t 1 ]]; then bold=$'\e[1m' dim=$'\e[2m' plain=$'\e[0m'; else bold='' dim='' plain=''; fi
heading() {
  step=$((step + 1))
  printf '\n%s%d. %s%s\n' "$bold" "$step" "$*" "$plain"
}
note() { printf '   %s\n' "$*"; }
command_line() { printf '   %s$ %s%s\n' "$dim" "$*" "$plain"; }
indent() { sed 's/^/   /'; }
fail() {
  printf '\ndemo: step %d failed: %s\n' "$step" "$*" >&2
  exit 1
}
# Runs a command whose output interests nobody unless it fails.
quietly() {
  if ! "$@" >"$log" 2>&1; then
    indent <"$log" >&2
    fail "$*"
  fi
}

configure_and_build() {  # configure_and_build ON|OFF: with or without the 0.2 API
  quietly cmake -S "$project" -B "$demo/build" -G Ninja -DCMAKE_CXX_COMPILER=clang++-19 -DCMAKE_C_COMPILER=clang-19 \
    -DCMAKE_BUILD_TYPE=Release -DCMAKE_EXPORT_COMPILE_COMMANDS=ON -DFERRY_DEVELOPER=ON \
    -DFERRY_SOURCE_DIR="$source_dir" -DPROXY_USE_COMPAT="$1"
  quietly cmake --build "$demo/build"
}
exercise() { # the traffic program finds the proxy's own errors: every byte is compared
  local output
  output=$("$demo/build/traffic/proxy_traffic" "$demo/build/proxy" 2>&1) || { indent <<<"$output"; fail "the traffic test"; }
  indent <<<"$output"
}
# Runs ferry, which exits 1 when it has something to say; anything above is an error.
run_ferry() {
  local status=0
  command_line "ferry $*"
  (cd -- "$project" && "$ferry" "$@" -p "$demo/build") >"$log" 2>&1 || status=$?
  if ((status > 1)); then
    indent <"$log" >&2
    fail "ferry $* exited with $status"
  fi
}
# The first lines of a text and its last, which sums it up.
excerpt() {
  awk -v limit="$1" '
    NR <= limit { print }
    { last = $0 }
    END {
      if (NR > limit + 1) printf "... %d more lines\n", NR - limit - 1
      if (NR > limit) print last
    }' | indent
}
# A number of the summary of a JSON report: summary_of findings FILE
summary_of() {
  sed -n "/\"$1\": *[0-9]/{s/.*\"$1\": *\([0-9]*\).*/\1/p;q}" -- "$2"
}
git_in_project() {
  git -c user.name=demo -c user.email=demo@localhost -c init.defaultBranch=main -c core.hooksPath=/dev/null \
    -c safe.directory='*' -C "$project" "$@"
}

printf '%sferry: from the 0.2 API to 1.x%s\n' "$bold" "$plain"

heading "A TCP proxy written against the 0.2 API"
mkdir -p -- "$demo"
rm -rf -- "$project"
cp -R -- "$source_dir/samples/proxy-legacy" "$project"
git_in_project init --quiet
git_in_project add --all
git_in_project commit --quiet --message "The proxy before its migration"
note "samples/proxy-legacy copied to build/demo/proxy: $(cat -- "$project"/src/*.?pp | wc -l) lines of C++."
note "Building it with ferry::compat, which serves the 0.2 API on the 1.x runtime ..."
configure_and_build ON
exercise

heading "What is old in it"
run_ferry check --format concise src
excerpt "$shown_findings" <"$log"

heading "Rewriting it"
run_ferry fix --unsafe --format concise --format json=../fix.json src
cp -- "$log" "$demo/fix.log"
excerpt "$shown_findings" <"$log"
git_in_project diff >"$demo/migration.diff"
[[ -s "$demo/migration.diff" ]] || fail "ferry fix changed nothing"
lines=$(wc -l <"$demo/migration.diff")
command_line "git diff    # the first lines; all $lines are in build/demo/migration.diff"
if [[ -t 1 ]]; then
  git_in_project diff --color=always
else
  cat -- "$demo/migration.diff"
fi | awk -v limit="$shown_diff_lines" 'NR <= limit' | indent

heading "The result, without the 0.2 API"
note "Building it with ferry::runtime alone: a legacy name left over would not compile ..."
configure_and_build OFF
exercise

heading "What was rewritten, and what was left to a person"
found=$(summary_of findings "$demo/fix.json")
rewritten=$(summary_of fixed "$demo/fix.json")
[[ -n "$found" && -n "$rewritten" ]] || fail "ferry's report has no number of findings"
note "$rewritten of $found places rewritten in $(git_in_project diff --name-only | wc -l) files:" \
  "$(git_in_project diff --shortstat | sed 's/^ *//')."
if ((rewritten == found)); then
  note "Nothing was left to a person."
else
  note "Left to a person: $((found - rewritten))."
  sed '/^Rewrote /,$d' -- "$demo/fix.log" | indent
fi
note "The migrated program is in build/demo/proxy; samples/proxy-legacy is as it was."
