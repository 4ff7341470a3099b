#!/usr/bin/env bash
# The packaged clang-tidy runs ferry's rules as a module, and fixes what `ferry fix` fixes.
# usage: clang_tidy_test.sh FERRY_PROGRAM SOURCE_DIR
set -euo pipefail
ferry=$1
source_dir=$2
module=$(dirname -- "$ferry")/../lib/libferry-tidy.so
# shellcheck source=/dev/null
source "$source_dir/tests/lint/project.sh"
tidy=$(command -v clang-tidy-19) || { echo "skipped: there is no clang-tidy-19; install it"; exit 77; }
[[ -e $module ]] || { echo "skipped: the module was not built, for want of clang-tidy's headers"; exit 77; }

tree=$(mktemp -d)
trap 'rm -rf -- "$tree"' EXIT
mkdir "$tree/original"
make_project "$tree/original" "$source_dir"
failures=0

fail() {
  printf 'FAILED: %s\n' "$1"
  head -n 30 -- "$tree/log" | sed 's/^/    /'
  failures=$((failures + 1))
}
says() { grep -qF -- "$1" "$tree/log" || fail "it does not say: $1"; }
says_not() { ! grep -qF -- "$1" "$tree/log" || fail "it says: $1"; }
# Runs clang-tidy over a fresh copy of the project.
lint() {
  rm -rf -- "$tree/project"
  cp -R -- "$tree/original" "$tree/project"
  sed -i "s|$tree/original|$tree/project|g" "$tree/project/compile_commands.json"
  cd -- "$tree/project"
  "$tidy" -load "$module" -p . "$@" >"$tree/log" 2>&1
}
# Compares a file with what `ferry fix` makes of it.
is_as_by_ferry() {
  local file=$1
  shift
  cp -- "$tree/project/$file" "$tree/by-tidy"
  rm -rf -- "$tree/project"
  cp -R -- "$tree/original" "$tree/project"
  sed -i "s|$tree/original|$tree/project|g" "$tree/project/compile_commands.json"
  cd -- "$tree/project"
  # Whether a suppression is of use is for clang-tidy to say.
  "$ferry" fix "$@" --ignore NOLINT --no-cache --allow-dirty >"$tree/log" 2>&1 || [[ $? == 1 ]]
  diff -u -- "$tree/by-tidy" "$tree/project/$file" >"$tree/log" || fail "$file is not what ferry makes of it"
}

# Every rule is a check.
"$tidy" -load "$module" -checks='-*,ferry-*' --list-checks >"$tree/log" 2>&1
for check in ferry-TIME-01 ferry-annotated; do says "    $check"; done
says_not NOLINT
"$tidy" -load "$module" -checks='-*,ferry-*' --dump-config >"$tree/log" 2>&1
says "ferry-TIME-01.Unsafe: 'false'"
echo "Checks: '-*,ferry-*'" >"$tree/original/.clang-tidy"
lint --verify-config || fail "a good configuration is refused"

# Without -fix nothing changes.
lint src/a.cpp || fail "findings are warnings"
says "src/a.cpp:2:18: warning: \`delay\` is now \`api::rest(ms)\` [ferry-MOCK-01]"
says "warning: \`doze\`: look whether it still has to wait [ferry-MOCK-03]"
says "a person decides"
says "[ferry-MOCK-02]"
says "behaviour may change"
says_not shared.hpp
says "1 NOLINT"
diff -r -- "$tree/original/src" "$tree/project/src" || fail "it has changed something"

# What is safe is fixed, nested calls too; a line's end stays what it is.
lint -fix --quiet src/a.cpp 'src/b c.cpp' || fail "it cannot fix"
grep -q 'api::nap(3)' src/a.cpp || fail "-fix makes an unsafe edit"
is_as_by_ferry src/a.cpp src/a.cpp
lint -fix --quiet 'src/b c.cpp'
is_as_by_ferry 'src/b c.cpp'
lint -fix --quiet src/a.cpp
grep -q 'api::delay(6); }  // NOLINT' src/a.cpp || fail "a suppressed place has been rewritten"

# Headers are fixed when they are asked for.
lint -fix --header-filter='.*' --quiet src/a.cpp
says shared.hpp
is_as_by_ferry src/shared.hpp
lint -fix --header-filter='.*' --quiet src/a.cpp 'src/b c.cpp'  # seen by both, edited once
is_as_by_ferry src/shared.hpp

# What may change behaviour: by the option, for one rule or for all, or as what a note offers.
for option in ferry-MOCK-02.Unsafe Unsafe; do
  lint -fix --quiet -config="{Checks: '-*,ferry-*', CheckOptions: {$option: true}}" src/a.cpp
  is_as_by_ferry src/a.cpp --unsafe
done
lint -fix-notes --quiet src/a.cpp
is_as_by_ferry src/a.cpp --unsafe

# Checks are chosen by name.
lint -checks='-*,ferry-*,-ferry-MOCK-01' src/a.cpp
says_not '[ferry-MOCK-01]'
says '[ferry-MOCK-02]'
! lint -warnings-as-errors='ferry-MOCK-03' src/a.cpp || fail "a warning as an error is none"
lint -checks='-*,ferry-TIME-01' src/a.cpp || fail "a rule alone is no check"
says_not 'warning:'

# A file that does not compile is reported and left alone.
echo 'int m() { return api::delay(1) + missing; }' >>"$tree/original/src/a.cpp"
! lint -fix src/a.cpp || fail "an error is none"
says "use of undeclared identifier 'missing'"
diff -r -- "$tree/original/src" "$tree/project/src" || fail "it has changed what does not compile"

((failures == 0))
