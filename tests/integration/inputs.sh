#!/usr/bin/env bash
# Files that somebody else wrote: what their names and ids say becomes no path,
# no command and no markup, and what is wrong with them is told and ends.
. "$(dirname "$0")/lib.sh"

cd "$scratch" || exit 1
cat >routes.yaml <<'END'
routes:
  /bad: { status: 503, body: no }
  /ok: { body: ok }
END
play routes.yaml player || exit 1
cat >c.yaml <<END
checks:
- { id: api, url: $base/bad, expect: [status == 200] }
END
"$POSTFLIGHT" verify c.yaml --out out >/dev/null

# Nothing of the record acts, whatever the document is.
record() { # FILTER
    rm -rf written && mkdir written
    jq "$1" out/record.json >evil.json || return 1
    for kind in status incident root-cause; do
        timeout 60 "$POSTFLIGHT" report "$kind" --from evil.json -o "written/$kind.md" >said 2>&1
        [ $? -le 3 ] || { cat said; return 1; }
    done
    for format in html junit sarif tap ctrf prometheus github gitlab; do
        GITHUB_ACTIONS=true timeout 60 "$POSTFLIGHT" report status --from evil.json \
            --report "$format=written/$format" >>said 2>&1
        [ $? -le 3 ] || { cat said; return 1; }
    done
    ! grep -r '<img src=x>' written/html written/junit said || return 1
    ! grep -qE '^(::error::evil|##vso|##\[)' written/*.md said || return 1
    [ -z "$(find / -xdev -newer c.yaml -name 'evil*' ! -path "$scratch/evil.json" 2>/dev/null)" ]
}
while IFS='|' read -r name filter; do
    check "inputs: a record, $name" record "$filter"
done <<'END'
an id that is a path|.results[0].id = "../../evil"
an id that is an absolute path|.results[0].id = "/tmp/evil"
an id of markup|.results[0].id = "<img src=x>"
an id that is a command of a CI host|.results[0].id = "x\n::error::evil\n##vso[task.setvariable]"
a title that is a link|.results[0].title = "[x](javascript:alert(1))<img src=x>"
a message with control bytes|.results[0].message = "\u001b[2J\u202eevil\n::error::evil"
texts that are null|.results[0].title = null | .results[0].message = null | .results[0].id = null
times that are huge|.started = "9999-12-31T23:59:59Z" | .finished = "0001-01-01T00:00:00Z"
numbers that are huge|.results[0].duration_ms = 9007199254740 | .exit = 9007199254740991
a wrong type|.results = "evil"
a wrong element|.results[0] = [1]
an id of 1 MB|.results[0].id = ("x" * 1000000)
END
said_where() {
    jq '.results[0].id = 5' out/record.json >odd.json
    "$POSTFLIGHT" report status --from odd.json >said 2>&1
    [ $? -eq 3 ] && grep -q 'odd.json' said && grep -q 'results\[0\].id: expected a string' said
}
check 'inputs: a wrong type is told by its place' said_where

# An id that no definition can have is refused by each reader, with its place.
printf 'checks: [{ id: api, url: %s/ok, expect: status == 200 }]\n' "$base" >ok.yaml
"$POSTFLIGHT" baseline ok.yaml --samples 3 -o before.json >/dev/null
"$POSTFLIGHT" prove ok.yaml -o responses.json >/dev/null
jq '.results[0].id = "web" | .services[0].id = "web"' out/record.json >other.json
for part in 1 2; do
    "$POSTFLIGHT" verify c.yaml --shard $part/2 --out part >/dev/null
    ! jq -e ".results[0]" part/record.json >/dev/null || cp part/record.json shard.json
done
echo "all is well" >c.log
refused() { # FILE FILTER PLACE COMMAND…: the file is hostile.json for it
    local code=0 hostile
    for hostile in '"<img src=x>"' '"a b"' '"a\u001b[2J"' '"a\u0000b"' '"a\nb"' '"a`b"' \
        '"a\u202eb"' '"caf\u00e9"' '"[redacted"' '""' '("x" * 101)' '("x" * 1000000)'; do
        code=0
        jq "$2 = $hostile" "$1" >hostile.json || return 1
        timeout 60 "$POSTFLIGHT" "${@:4}" >said 2>&1 || code=$?
        [ "$code" = 3 ] && grep -qF "hostile.json: error: $3: expected " said && ! grep -qP '[\x00-\x08\x0b-\x1f]' said ||
            [ "$hostile" = '"a\u0000b"' -a "$code" = 3 ] || { echo "$hostile: $code"; cat said; return 1; }
    done
    for hostile in '"api"' '"a/b.c_d-9"' '"A"' '"[redacted]-9"' '("x" * 100)' '"../../evil"'; do
        jq "$2 = $hostile" "$1" >hostile.json || return 1
        timeout 60 "$POSTFLIGHT" "${@:4}" >said 2>&1
        ! grep -qF "hostile.json: error: $" said || { echo "$hostile"; cat said; return 1; }
    done
}
check 'inputs: ids of report' refused out/record.json '.results[0].id' '$.results[0].id' report status --from hostile.json
check 'inputs: ids of services' refused out/record.json '.services[0].id' '$.services[0].id' report incident --from hostile.json
check 'inputs: ids of merge' refused out/record.json '.results[0].id' '$.results[0].id' merge hostile.json other.json
check 'inputs: ids of a shard' refused shard.json '.results[0].id' '$.results[0].id' merge hostile.json --allow-missing
check 'inputs: ids of a record before' refused out/record.json '.results[0].id' '$.results[0].id' verify c.yaml --log c.log --previous hostile.json
check 'inputs: ids of a baseline' refused before.json '.checks[0].id' '$.checks[0].id' verify ok.yaml --since hostile.json
check 'inputs: ids of responses' refused responses.json '.responses[0].check' '$.responses[0].check' prove ok.yaml --from hostile.json
facts() { # YAML EXIT [WORDS]
    local code=0
    printf '%s\n' "$1" >facts.yaml
    "$POSTFLIGHT" report incident --from out/record.json --facts facts.yaml >said 2>&1 || code=$?
    [ "$code" = "$2" ] && grep -q "${3-}" said || { echo "$1: $code"; cat said; return 1; }
}
ids_of_facts() {
    local bad
    for bad in '"<b>x</b>"' '"a\eb"' '"a|b"' '"[x](y)"' '"a\nb"' "\"$(printf 'x%.0s' {1..101})\""; do
        facts "actions: [{ id: $bad, text: t }]" 3 'facts.yaml:1:17: error: expected an id' || return
        facts "related: [{ id: $bad, text: t }]" 3 'facts.yaml:1:17: error: expected an id' || return
        facts "measures: [{ check: $bad, text: t }]" 3 'facts.yaml:1:21: error: expected the id of a check' || return
        facts "checks: [$bad]" 3 'facts.yaml:1:10: error: expected the id of a check' || return
    done
    for good in A1 '"#12"' 'INC-2026-11-21-1' '"Störung 7"' "$(printf 'x%.0s' {1..100})"; do
        facts "actions: [{ id: $good, text: t }]" 0 || return
        facts "related: [{ id: $good, text: t }]" 0 || return
    done
    facts 'checks: [api]' 0
}
check 'inputs: ids of facts' ids_of_facts
deep() {
    "$python" -c 'print("[" * 1000000)' >deep.json
    for option in '--from deep.json' '--from out/record.json --facts deep.json'; do
        timeout 60 "$POSTFLIGHT" report status $option >said 2>&1
        [ $? -le 3 ] || { cat said; return 1; }
    done
}
check 'inputs: a million brackets' deep

# A NUL byte would end a text for a part of the program, and not for another.
nul() {
    local key
    for key in 'webhook: "http://127.0.0.1:1/a\0b"' 'webhook: "http://127.0.0.1:1/\0"' \
        'slack: "http://127.0.0.1:1/x", template: "<https://x.test/\0y|link>"' \
        'webhook: "http://127.0.0.1:1/x", template: "{\"link\": \"https://x.test/\0y\"}"' \
        'teams: "http://127.0.0.1:1/x", template: "\0{{link}}"' \
        'email: "a@b.test\0", server: "smtp://127.0.0.1:1", from: "c@d.test"' \
        'command: ["/bin/true", "a\0b"]'; do
        printf 'watch: { notify: [{ %s }] }\nchecks: [{ id: a, tcp: "127.0.0.1:9" }]\n' "$key" >nul.yaml
        "$POSTFLIGHT" lint nul.yaml >said 2>&1
        [ $? -eq 3 ] && grep -q 'nul.yaml:1:[0-9]*: error: a NUL character' said || { echo "$key"; cat said; return 1; }
    done
    printf 'watch: { notify: [{ webhook: "http://127.0.0.1:1/a%%00b", template: "{\\"link\\": \\"{{link}}\\"}" }] }\nchecks: [{ id: a, tcp: "127.0.0.1:9" }]\n' >nul.yaml
    "$POSTFLIGHT" lint nul.yaml
}
check 'inputs: a NUL byte in a receiver, its template and the link in it' nul

# A folder of templates reaches nothing outside of it.
template() { # TEXT
    rm -rf templates && mkdir templates
    echo 'a secret of a file' >outside.md
    printf '%s\n' "$1" >templates/status.md
    timeout 60 "$POSTFLIGHT" report status --from out/record.json --templates templates >said 2>&1
    [ $? -le 3 ] && ! grep -q 'a secret of a file' said
}
check 'inputs: a partial above' template '{{> ../outside}}'
check 'inputs: a partial by its path' template "{{> $scratch/outside}}"
check 'inputs: a partial that is itself' template '{{> status}}'

# Of a partial clone that lacks an object, the object is named.
lacks() {
    local id
    git init -q -b main repo && cd repo || return 1
    git config user.name a && git config user.email a@b.test
    mkdir -p db/migrate
    for i in 1 2 3; do
        echo "$i" >db/migrate/20260101000000_a.rb
        git add -A && git commit -qm "$i"
    done
    id=$(git rev-parse 'HEAD~1^{tree}')
    git config core.repositoryFormatVersion 1
    git config extensions.partialClone origin
    git config remote.origin.url /nowhere
    git config remote.origin.promisor true
    rm -f ".git/objects/${id:0:2}/${id:2}"
    cd ..
    "$POSTFLIGHT" verify c.yaml --git repo --from "$(git -C repo rev-parse HEAD~2)" >said 2>&1
    grep -q "$id" said && ! grep -q 'graft' said || { cat said; return 1; }
}
check 'inputs: an object that a clone lacks' lacks
exit "$bad"
