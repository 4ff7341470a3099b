#!/usr/bin/env bash
# clang-apply-replacements makes of a report what `ferry fix` makes of the tree.
# usage: clang_yaml_test.sh FERRY_PROGRAM SOURCE_DIR
set -euo pipefail
ferry=$1
source_dir=$2
# shellcheck source=/dev/null
source "$source_dir/tests/lint/project.sh"
apply=$(command -v clang-apply-replacements-19 || command -v clang-apply-replacements) ||
  { echo "skipped: there is no clang-apply-replacements; install clang-tools-19"; exit 77; }

tree=$(mktemp -d)
trap 'rm -rf -- "$tree"' EXIT
mkdir "$tree/project"
make_project "$tree/project" "$source_dir"
cp -R -- "$tree/project" "$tree/original"

# Applies what the first command reports, and compares with what the second one makes of the same tree.
compare() {
  local report=$1 fix=$2
  rm -rf -- "$tree/project" "$tree/by-clang" "$tree/reports"
  cp -R -- "$tree/original" "$tree/project"
  cd -- "$tree/project"
  mkdir "$tree/reports"
  # shellcheck disable=SC2086
  "$ferry" $report --no-cache --format "clang-yaml=$tree/reports/all.yaml" >"$tree/log" 2>&1 || [[ $? == 1 ]]
  "$apply" "$tree/reports"
  cp -R -- "$tree/project" "$tree/by-clang"
  rm -rf -- "$tree/project"
  cp -R -- "$tree/original" "$tree/project"
  cd -- "$tree/project"
  # shellcheck disable=SC2086
  "$ferry" $fix --no-cache --allow-dirty >"$tree/log" 2>&1 || [[ $? == 1 ]]
  diff -ru --exclude=.git --exclude='.ferry*' -- "$tree/by-clang/src" "$tree/project/src"
  ! diff -rq -- "$tree/original/src" "$tree/project/src" >/dev/null || { echo "nothing was rewritten"; exit 1; }
}

compare "check" "fix"
compare "fix --diff --unsafe" "fix --unsafe"
# Another form, with changes on lines of their own: a formatter joins lines.
echo 'BasedOnStyle: Google' >"$tree/original/.clang-format"
compare "fix --diff" "fix"
grep -q $'\r' "$tree/project/src/b c.cpp"
