#!/usr/bin/env bash
# The schema of rule packs takes what the program takes, and refuses what it refuses.
# usage: rule_pack_schema_test.sh FERRY_PROGRAM SOURCE_DIR
set -euo pipefail
ferry=$1
source_dir=$2
python=
for candidate in /usr/bin/python3 python3; do
  if "$candidate" -c 'import jsonschema, yaml' 2>/dev/null; then python=$candidate; fi
done
[[ -n $python ]] || { echo "skipped: Python has no jsonschema or no yaml; install python3-jsonschema python3-yaml"; exit 77; }

root=$(mktemp -d)
trap 'rm -rf -- "$root"' EXIT
cd -- "$root"

is_valid() {
  "$python" - "$source_dir/docs/rule-pack.schema.json" "$1" <<'CODE'
import json, sys
import jsonschema, yaml
schema = json.load(open(sys.argv[1], encoding="utf-8"))
jsonschema.Draft202012Validator.check_schema(schema)
errors = list(jsonschema.Draft202012Validator(schema).iter_errors(yaml.safe_load(open(sys.argv[2], encoding="utf-8"))))
for error in errors[:3]:
    print(sys.argv[2], "/".join(map(str, error.absolute_path)), error.message[:300])
sys.exit(bool(errors))
CODE
}

find "$source_dir/rewriter/packs" "$source_dir/tests/docs" -name '*.yaml' ! -name '.*' | while read -r pack; do
  is_valid "$pack" || exit 1
done

# Both say the same of $2, which is right or wrong as $1 says.
both() {
  local schema=wrong program=wrong
  printf '%s\n' "$2" >pack.yaml
  if is_valid pack.yaml >said; then schema=right; fi
  if "$ferry" rules --pack "$PWD/pack.yaml" >/dev/null 2>>said; then program=right; fi
  [[ $schema == "$1" && $program == "$1" ]] ||
    { echo "should be $1; the schema says $schema, the program $program:"; cat pack.yaml said; exit 1; }
}

rule='id: A-1, title: t, applicability: safe'
both right "{pack: p, rules: [{$rule, old: a, new: b}]}"
both right "{pack: p, names: {x: y}, rules: [{$rule, old: [a, b], new: c, add-include: [x.h], inline: false}]}"
both right "{pack: p, rules: [{$rule, changes: [{old: a, new: b}, {header: x.h}, {macro: M, new: N}]}]}"
both right "{pack: p, rules: [{$rule, override: a::b, new: c}, {id: B, title: t, applicability: manual, namespace: n}]}"
both right "{pack: p, rules: [{$rule, old: a, new: b, when: [{if: {result: unused, arguments: 2, \$this: x}}, {message: m, applicability: manual}]}]}"
both right "{pack: p, rules: [{$rule, old: a, new: b, examples: [{before: x, after: y}, {unchanged: z, prelude: q}]}]}"
both wrong "{rule: []}"
both wrong "[]"
both wrong "{pack: p, rules: {}}"
both wrong "{pack: p, rules: [{$rule, odl: a, new: b}]}"
both wrong "{pack: p, rules: [{id: A-1, title: t, old: a, new: b}]}"
both wrong "{pack: p, rules: [{id: A 1, title: t, applicability: safe, old: a, new: b}]}"
both wrong "{pack: p, rules: [{id: A-1, title: t, applicability: save, old: a, new: b}]}"
both wrong "{pack: p, rules: [{$rule, old: a, new: b, if: {result: perhaps}}]}"
both wrong "{pack: p, rules: [{$rule, old: a, new: b, if: {this: x}}]}"
both wrong "{pack: p, rules: [{$rule, old: a, new: b, when: []}]}"
both wrong "{pack: p, rules: [{$rule, old: a, new: b, inline: maybe}]}"
both wrong "{pack: p, rules: [{$rule, old: a, new: b, examples: [{before: x}]}]}"
both wrong "{pack: p, rules: [{$rule, old: {a: b}, new: b}]}"
both wrong "{pack: p, parts: x.yaml}"
