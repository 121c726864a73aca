#!/usr/bin/env bash
# schemas/checks.schema.json and the reader agree: both take the examples, and
# both refuse each fixture, which breaks one rule.
. "$(dirname "$0")/lib.sh"
cd "$root" || exit 1

cat >"$scratch/valid.py" <<'EOF'
import json, sys
import jsonschema, yaml

schema = json.load(open("schemas/checks.schema.json"))
jsonschema.Draft202012Validator.check_schema(schema)
text = open(sys.argv[1]).read()
errors = list(jsonschema.Draft202012Validator(schema).iter_errors(
    yaml.safe_load(text)))
for e in errors[:3]:
    print(e.json_path, e.message[:200])
sys.exit(1 if errors else 0)
EOF

both_take() { # FILE
    "$python" "$scratch/valid.py" "$1" &&
        BASE_URL=http://h.test "$POSTFLIGHT" lint "$1"
}
both_refuse() { # FILE
    ! "$python" "$scratch/valid.py" "$1" >"$scratch/said" 2>&1 || {
        echo 'the schema takes it'
        return 1
    }
    grep -q Traceback "$scratch/said" && cat "$scratch/said" && return 1
    "$POSTFLIGHT" lint "$1" >/dev/null 2>"$scratch/said"
    [ $? -eq 3 ] || {
        echo 'lint takes it'
        return 1
    }
    [ "$(grep -c ': error: ' "$scratch/said")" -eq 1 ] || cat "$scratch/said"
}

check 'the schema of checks takes the demo' both_take checks.d/services.yaml
check 'the schema of checks takes every key' both_take tests/schemas/valid/every-key.yaml
check 'the schema of checks takes every receiver' both_take tests/schemas/valid/watch.yaml
for file in tests/schemas/invalid/*.json; do
    name=$(basename "$file" .json)
    check "schema and reader refuse: $name" both_refuse "$file"
done
"$POSTFLIGHT" verify tests/schemas/valid/every-key.yaml --explain |
    sed "s#schema: health.json#schema: $root/tests/schemas/valid/health.json#" \
        >"$scratch/explained.yaml"
check 'what --explain prints is a definition file' both_take "$scratch/explained.yaml"
check '--explain of it says the same' diff \
    <(sed -E 's/ +#.*//; s#/.*/valid/##' "$scratch/explained.yaml") \
    <("$POSTFLIGHT" verify "$scratch/explained.yaml" --explain | sed -E 's/ +#.*//; s#/.*/valid/##')
exit "$bad"
