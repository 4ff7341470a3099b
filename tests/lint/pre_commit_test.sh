#!/usr/bin/env bash
# pre-commit runs ferry's hooks over what is committed.
# usage: pre_commit_test.sh FERRY_PROGRAM SOURCE_DIR
set -euo pipefail
ferry=$1
source_dir=$2
# shellcheck source=/dev/null
source "$source_dir/tests/lint/project.sh"
command -v pre-commit >/dev/null || { echo "skipped: there is no pre-commit; install it"; exit 77; }

tree=$(mktemp -d)
trap 'rm -rf -- "$tree"' EXIT
PATH=$(dirname -- "$ferry"):$PATH
export PATH PRE_COMMIT_HOME=$tree/cache XDG_CACHE_HOME=$tree/cache
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 PRE_COMMIT_ALLOW_NO_CONFIG=0
for who in AUTHOR COMMITTER; do export "GIT_${who}_NAME=lint" "GIT_${who}_EMAIL=lint@localhost"; done

# The repository that a project names: all that pre-commit reads of it are the hooks.
mkdir "$tree/ferry"
cp -- "$source_dir/.pre-commit-hooks.yaml" "$tree/ferry"
git -C "$tree/ferry" init --quiet
git -C "$tree/ferry" add --all
git -C "$tree/ferry" commit --quiet --message hooks
git -C "$tree/ferry" tag v0.1.0

mkdir "$tree/project"
make_project "$tree/project" "$source_dir"
cd -- "$tree/project"
# The hooks of the documentation, from this repository.
sed "s,https://example.com/ferry,file://$tree/ferry," "$source_dir/tests/lint/ci/pre-commit-config.yaml" \
  >.pre-commit-config.yaml
pre-commit install >/dev/null
git add --all

fails() {
  if "$@" >"$tree/log" 2>&1; then cat "$tree/log"; echo "should have failed: $*"; exit 1; fi
}
says() { grep -q -- "$1" "$tree/log" || { cat "$tree/log"; echo "does not say: $1"; exit 1; }; }

fails git commit --message "with old calls"
says 'src/a.cpp:2:18: MOCK-01 \[safe\]'
says 'src/b c.cpp:3:10: MOCK-01'

# A file that the compile database does not know of is not the hook's business.
"$ferry" fix --unsafe --format concise >/dev/null || true
sed -i '/doze/d' src/a.cpp
echo 'int api_delay();' >src/unknown.cpp
git add --all
git commit --quiet --message "without"

sed -i 's/ferry-check/ferry-fix/' .pre-commit-config.yaml
echo 'int n() { return api::delay(1); }' >>src/a.cpp
git add --all
fails git commit --message "to be fixed"
says 'files were modified by this hook'
grep -q 'int n() { return api::rest(1); }' src/a.cpp
git add --all
git commit --quiet --message "fixed"
