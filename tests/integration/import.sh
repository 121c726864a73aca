#!/usr/bin/env bash
# Files of other tools become checks, and those find what their tool would.
. "$(dirname "$0")/lib.sh"
data=$root/tests/data/import
cd "$scratch" || exit 1
play "$data/script.yaml" player
port=${base##*:}
cp "$data"/*.yaml "$data"/*.yml "$data"/*.hurl "$data"/*.json .
sed -i "s/18081/$port/g" ./*.yaml ./*.yml ./*.json

# import NAME FILES: into NAME.yaml and NAME.json, the remarks into NAME.err
import() {
    local name=$1 code=0
    shift
    "$POSTFLIGHT" import "$@" -o "out-$name.yaml" --record "out-$name.json" \
        >"out-$name.out" 2>"out-$name.err" || code=$?
    echo "$code" >"out-$name.code"
}
# counts NAME CHECKS CARRIED NAMED CODE
counts() {
    [ "$(tail -1 "out-$1.err") $(cat "out-$1.code")" = \
        "$2 checks, $3 constructs imported, $4 not $5" ] ||
        { cat "out-$1.err"; return 1; }
}
# Each remark has its place, and stands beside its check in the file.
told() {
    local n
    n=$(jq '.remarks | length' "out-$1.json")
    [ "$(grep -cE '^[^:]+:[0-9]+:[0-9]+: .+: .+; .+' "out-$1.err")" = "$n" ] &&
        [ "$(grep -c '# Not as it was: ' "out-$1.yaml")" -ge "$2" ]
}
lints() {
    env "${vars[@]}" "$POSTFLIGHT" lint "out-$1.yaml" >lint.out 2>&1
    [ $? != 3 ] || { cat lint.out; return 1; }
}
vars=("port=$port" "PORT=$port" apiKey=abcd1234
    newDate=now "TARGET=$base/health"
    "TARGET_ENDPOINT=127.0.0.1:$port" TARGET_RESOLVER=192.0.2.1
    TARGET_HOST=127.0.0.1 HTTP_KEY_TOKEN=abcd1234
    HTTP_BASIC_AUTH_EXAMPLE_PASSWORD=abcd1234 TOKEN=t0ken-1234)

import gatus gatus.yaml
import health health.hurl
import login login.hurl
import both health.hurl login.hurl
import blackbox blackbox.yml prometheus.yml
import goss goss.yaml
import postman collection.json environment.json
import compose compose.yaml
import example blackbox-example.yml
while read -r name checks carried named code; do
    check "import: $name: $checks checks, $carried imported, $named named" \
        counts "$name" "$checks" "$carried" "$named" "$code"
    check "import: $name: the definition loads" lints "$name"
    check "import: $name: each remark has its place" told "$name" \
        "$((named > 0 ? 1 : 0))"
done <<'T'
gatus 8 53 8 7
health 4 36 2 7
login 1 13 3 7
both 5 49 5 7
blackbox 3 18 6 7
goss 9 35 6 7
postman 4 36 7 7
compose 4 18 3 7
example 15 61 15 7
T

# Another implementation judges both outputs by their schemas.
cat >valid.py <<'EOF_PYTHON'
import json, sys
import jsonschema, yaml

for schema, name in (("checks", sys.argv[2] + ".yaml"), ("import", sys.argv[2] + ".json")):
    with open(f"{sys.argv[1]}/schemas/{schema}.schema.json") as f:
        rules = jsonschema.Draft202012Validator(json.load(f))
    for e in list(rules.iter_errors(yaml.safe_load(open(name))))[:3]:
        sys.exit(f"{name}: {e.json_path} {e.message[:200]}")
EOF_PYTHON
for name in gatus both blackbox goss postman compose example; do
    check "import: $name: outputs meet their schemas" \
        "$python" valid.py "$root" "out-$name"
done

# What they find is what their own tool would: see each file.
run() { # NAME IDS: those checks, against the server
    local ids=() id globs
    read -ra globs <<<"$2"
    for id in "${globs[@]}"; do ids+=(--id "$id"); done
    env "${vars[@]}" "$POSTFLIGHT" verify "out-$1.yaml" "${ids[@]}" \
        --report "json=run-$1.json" --quiet >/dev/null 2>"run-$1.err"
}
is() { # NAME ID STATUS
    [ "$(jq -r ".results[] | select(.id == \"$2\") | .status" "run-$1.json")" = "$3" ] ||
        { jq ".results[] | select(.id == \"$2\") | {message, cause}" "run-$1.json"; cat "run-$1.err"; false; }
}
run gatus 'core-* moved follows port only-connected order'
run health '*'
run login '*'
run blackbox '*'
run goss 'http-* items tcp-* echo-* three'
run postman '*'
run compose 'missing'
run example 'tcp_connect_example'
while read -r name id status; do
    check "import: $name: $id is $status" is "$name" "$id" "$status"
done <<'T'
gatus core-health pass
gatus core-wrong fail
gatus moved pass
gatus follows pass
gatus port pass
gatus only-connected pass
gatus order pass
health health-health pass
health health-text pass
health health-json pass
health health-text-2 fail
login login pass
goss items pass
goss three pass
goss echo-hi-there pass
postman log-in pass
postman orders-echo pass
postman orders-old fail
postman orders-upload pass
compose missing fail
example tcp_connect_example pass
T
like() { # NAME GLOB STATUS: ids hold the port
    jq -e --arg g "$2" --arg s "$3" \
        'any(.results[]; (.id | test($g)) and .status == $s)' "run-$1.json"
}
check 'import: blackbox: a page that is up' like blackbox '^http_2xx.*health$' pass
check 'import: blackbox: a page without it' like blackbox '^http_2xx.*text$' fail
check 'import: blackbox: a redirection' like blackbox '^http_302' pass
check 'import: goss: patterns of a body' like goss '^http-.*health$' pass
check 'import: goss: another status' like goss '^http-.*text$' fail
check 'import: goss: no redirects' like goss '^http-.*moved$' pass
check 'import: goss: a port' like goss '^tcp-' pass

# --target, in place of a prometheus.yml.
import target blackbox.yml --target "http_302=$base/moved" --target "banner=127.0.0.1:$port"
run target '*'
check 'import: a target for a module' like target '^http_302' pass
check 'import: what is sent, and what must come' like target '^banner' pass
unused() { grep -q 'soa: no target names this module' out-target.err; }
check 'import: a module without a target is named' unused

# Secrets are not copied, neither into the checks nor into what is told.
leaks() { ! grep -lE 's3cr3t|mysecret|abcd1234|hunter22|t0ken-1234' out-*; }
check 'import: no secret of a file is copied' leaks

# Exit codes, and files that are there.
code_is() { # CODE WORDS ARGUMENTS
    local code=$1 words=$2 got=0
    shift 2
    "$POSTFLIGHT" import "$@" >got.out 2>got.err || got=$?
    [ "$got" = "$code" ] && grep -q -- "$words" got.err ||
        { echo "exit $got"; cat got.err; return 1; }
}
printf 'GET http://127.0.0.1/\nHTTP 200\n' >clean.hurl
printf 'endpoints:\n  - name: a\n  url: [\n' >broken.yaml
printf 'a: 1\n' >other.yaml
printf '{{ range mkSlice 1 }}\nhttp:\n  {{.}}: {}\n{{end}}\n' >template.yaml
printf '[Asserts]\n' >wrong.hurl
printf 'file:\n  /etc/passwd: { exists: true }\n' >nothing.yaml
printf '{"info": {"name": "x"}, "requests": [], "item": []}' >v1.json
check 'import: all of it imported is 0' code_is 0 '1 checks, 2 constructs imported, 0 not' clean.hurl
check 'import: no files is usage' code_is 2 'name the files'
check 'import: a file that is not there is usage' code_is 2 'missing.yaml' missing.yaml
check 'import: a file that is there is kept' code_is 2 'replace it with --force' clean.hurl -o other.yaml
check 'import: it is replaced when asked' code_is 0 '1 checks' clean.hurl -o other2.yaml --force
check 'import: broken YAML is invalid' code_is 3 '^broken.yaml:3:' broken.yaml
check 'import: a file of nobody is invalid' code_is 3 'expected one of gatus' other.yaml
check 'import: a template is told as such' code_is 3 'render it first' template.yaml
check 'import: a Hurl file must begin with a request' code_is 3 '^wrong.hurl:1:1: error: no request here' wrong.hurl
check 'import: nothing to ask is invalid, and named' code_is 3 'nothing.yaml:2:3: file /etc/passwd' nothing.yaml
check 'import: an old collection says what to do' code_is 3 'Collection v2.1' v1.json
check 'import: a format that is given wins' code_is 3 "expected 'modules'" --format blackbox gatus.yaml
check 'import: an unknown format is usage' code_is 2 'not .nagios.' --format nagios gatus.yaml

# More files: a folder of public ones, each to be read or refused with a place.
if [ -d "${POSTFLIGHT_IMPORT_FILES-}" ]; then
    every() {
        local f code
        for f in "$POSTFLIGHT_IMPORT_FILES"/*; do
            code=0
            "$POSTFLIGHT" import "$f" >every.out 2>every.err || code=$?
            case $code in
            0 | 7) echo "# $(basename "$f"): $(tail -1 every.err)" >&3 ;;
            3) grep -qE ':[0-9]+:[0-9]+: error: ' every.err ||
                { echo "$f"; cat every.err; return 1; } ;;
            *) echo "$f: $code"; cat every.err; return 1 ;;
            esac
        done
    }
    exec 3>&1
    check 'import: more public files' every
fi
exit "$bad"
