#!/usr/bin/env bash
# What the migration guide shows, made by the program and ferry's real headers: `ferry fix --unsafe` turns every file of
# tests/docs/guide/before into its twin in tests/docs/guide/after, and a second run finds nothing.
# usage: guide_test.sh FERRY_PROGRAM SOURCE_DIR
set -euo pipefail
ferry=$1
source_dir=$2
tree=$(mktemp -d)
trap 'rm -rf -- "$tree"' EXIT

cp -- "$source_dir/.clang-format" "$source_dir"/tests/docs/guide/before/*.cpp "$tree"
cd -- "$tree"
flags=(-std=c++20 "-I$source_dir/compat/include" "-I$source_dir/runtime/include")
"$ferry" fix --root . --unsafe ./*.cpp -- "${flags[@]}"
for file in *.cpp; do
  diff -u --label "$file as ferry wrote it" --label "tests/docs/guide/after/$file" \
    "$file" "$source_dir/tests/docs/guide/after/$file"
done
"$ferry" check --root . ./*.cpp -- "${flags[@]}"
