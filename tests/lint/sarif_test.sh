#!/usr/bin/env bash
# SARIF logs keep to the schema, whatever is in them.
# usage: sarif_test.sh FERRY_PROGRAM SOURCE_DIR
set -euo pipefail
ferry=$1
source_dir=$2
here=$source_dir/tests/lint
# shellcheck source=/dev/null
source "$here/project.sh"
python=
for candidate in /usr/bin/python3 python3; do
  if "$candidate" -c 'import jsonschema' 2>/dev/null; then python=$candidate; fi
done
[[ -n $python ]] || { echo "skipped: there is no jsonschema for Python; install python3-jsonschema"; exit 77; }

root=$(mktemp -d)
trap 'rm -rf -- "$root"' EXIT
make_project "$root" "$source_dir"
cd -- "$root"

# Ends with the status that is expected, and writes a log that is valid and says the same.
check() {
  local expected=$1 log=$2 status=0
  shift 2
  "$ferry" "$@" --no-cache --format concise --format "sarif=$log" || status=$?
  [[ $status == "$expected" ]] || { echo "ferry $*: ended with $status, not $expected"; exit 1; }
  "$python" - "$here/sarif/sarif-2.1.0-rtm.5.json" "$log" "$status" <<'CODE'
import json, sys
import jsonschema
schema, log = (json.load(open(name, encoding="utf-8")) for name in sys.argv[1:3])
validator = jsonschema.Draft4Validator(schema, format_checker=jsonschema.FormatChecker())
errors = [f"{'/'.join(map(str, error.absolute_path))}: {error.message}" for error in validator.iter_errors(log)]
run = log["runs"][0]
if run["invocations"][0]["exitCode"] != int(sys.argv[3]):
    errors.append("the exit code is another")
for result in run["results"]:
    if run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] != result["ruleId"]:
        errors.append("a rule's index is another's")
if errors:
    sys.exit("\n".join(errors))
CODE
}

# Of the results, how many have this in the log.
count() { grep -c -- "$2" "$1" || true; }
expect() { [[ $1 == "$2" ]] || { echo "$3: $1, not $2"; exit 1; }; }

check 1 first.sarif check
expect "$(count first.sarif '"kind": "inSource"')" 1 "suppressed"
expect "$(count first.sarif '"justification": "\\"why\\", <until> 100 %"')" 1 "reasons"
expect "$(count first.sarif 'b%20c.cpp')" 2 "the file with a space"

check 0 written.sarif check --write-baseline base
sed -i '/int f()/d' src/a.cpp
echo 'int m() { return api::delay(9); }' >>src/a.cpp
check 1 second.sarif check --baseline base
expect "$(count second.sarif '"baselineState": "new"')" 1 "new"
expect "$(count second.sarif '"baselineState": "absent"')" 3 "absent"

sed -i 's/int h()/int missing = nothing;\n&/' src/a.cpp
check 3 third.sarif check
expect "$(count third.sarif '"executionSuccessful": false')" 1 "failed"
expect "$(count third.sarif 'undeclared identifier')" 1 "notifications"
sed -i '/nothing/d' src/a.cpp

check 1 diff.sarif fix --diff
check 1 fix.sarif fix --unsafe --allow-dirty
check 1 left.sarif check
expect "$(count left.sarif '"ruleId": "MOCK-03"')" 1 "left to a person"
