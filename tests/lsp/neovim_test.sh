#!/usr/bin/env bash
# Neovim as an editor of today: its client shows what ferry finds, and makes its edits.
# usage: neovim_test.sh FERRY_PROGRAM SOURCE_DIR
set -euo pipefail
ferry=$1
source_dir=$2
# shellcheck source=/dev/null
source "$source_dir/tests/lint/project.sh"
command -v nvim >/dev/null || { echo "skipped: there is no nvim; install neovim"; exit 77; }

tree=$(mktemp -d)
trap 'rm -rf -- "$tree"' EXIT
mkdir "$tree/project"
make_project "$tree/project" "$source_dir"
cd -- "$tree/project"
FERRY=$ferry FERRY_FILE=src/a.cpp XDG_CACHE_HOME=$tree XDG_STATE_HOME=$tree XDG_DATA_HOME=$tree XDG_CONFIG_HOME=$tree \
  timeout 200 nvim --headless --clean -n -S "$source_dir/tests/lsp/neovim_test.lua" >"$tree/log" 2>&1 ||
  { cat -- "$tree/log"; exit 1; }
cat -- "$tree/log"
grep -q 'MOCK-01 MOCK-01 MOCK-01 MOCK-02 MOCK-01 MOCK-03' "$tree/log"
cat >"$tree/expected" <<'CODE'
#include "shared.hpp"
int f() { return api::rest(1) + api::rest(api::rest(2)); }
int g() { return api::rest(3) + /* größe, 日本, 😀 */ api::rest(4); }
int h() { return api::doze(5); }
int i() { return api::delay(6); }  // NOLINT(ferry-MOCK-01): "why", <until> 100 %
int j() { return 7; }
CODE
diff -u -- "$tree/expected" src/a.cpp
