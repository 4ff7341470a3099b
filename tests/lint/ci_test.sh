#!/usr/bin/env bash
# The commands of the workflows that docs/ci.md shows do what they are there for.
# usage: ci_test.sh FERRY_PROGRAM SOURCE_DIR
set -euo pipefail
ferry=$1
source_dir=$2
ci=$source_dir/tests/lint/ci
# shellcheck source=/dev/null
source "$source_dir/tests/lint/project.sh"
python=
for candidate in /usr/bin/python3 python3; do
  if "$candidate" -c 'import yaml' 2>/dev/null; then python=$candidate; fi
done
[[ -n $python ]] || { echo "skipped: there is no YAML for Python; install python3-yaml"; exit 77; }

tree=$(mktemp -d)
trap 'rm -rf -- "$tree"' EXIT
PATH=$(dirname -- "$ferry"):$PATH
export PATH XDG_CACHE_HOME=$tree/cache
make_project "$tree" "$source_dir"
cd -- "$tree"
ferry check --write-baseline ferry.baseline >/dev/null

# The lines that call ferry, as a runner would get them.
github=$("$python" -c 'import sys, yaml
steps = yaml.safe_load(open(sys.argv[1]))["jobs"]["check"]["steps"]
print(next(step["run"] for step in steps if step.get("name") == "Check"))' "$ci/github.yml")
gitlab=$("$python" -c 'import sys, yaml
print(next(line for line in yaml.safe_load(open(sys.argv[1]))["ferry"]["script"] if line.startswith("ferry")))' \
  "$ci/gitlab.yml")

bash -ec "$github" >log
echo 'int m() { return api::delay(9); }' >>src/a.cpp
if bash -ec "$github" >log; then echo "a new call passes"; exit 1; fi
grep -q '^src/a.cpp:7:18: MOCK-01' log
grep -q '^::warning file=src/a.cpp,line=7,' log
grep -q '"ruleId": "MOCK-01"' ferry.sarif
if bash -ec "$gitlab" >log; then echo "a new call passes"; exit 1; fi
"$python" - <<'CODE'
import json
import xml.etree.ElementTree
(issue,) = json.load(open("ferry.json"))
assert issue["check_name"] == "ferry-MOCK-01" and issue["location"]["path"] == "src/a.cpp", issue
suites = xml.etree.ElementTree.parse("ferry.xml").getroot()
assert suites.get("failures") == "1" and len(suites.findall("*/testcase/failure")) == 1
CODE
