#!/usr/bin/env bash
# postflight watch against a real server, on SQLite and on PostgreSQL.
. "$(dirname "$0")/lib.sh"

cat >"$scratch/server.yaml" <<'C'
routes:
  /well: { type: application/json, body: '{"commit": "6706e2d3f1a84c5b", "ok": true}' }
  /sick: { status: 503, body: no }
C
play "$scratch/server.yaml" "$scratch/server" || exit 1
cat >"$scratch/deploy.log" <<'L'
2026-11-21T10:00:00Z Applying migration `20251017171256_init`
2026-11-21T10:00:01Z Error: P3018
2026-11-21T10:00:01Z A migration failed to apply. New migrations cannot be applied before the error is recovered from.
2026-11-21T10:00:01Z Migration name: 20251017171256_init
2026-11-21T10:00:01Z Database error code: 42P07
2026-11-21T10:00:01Z ERROR: relation "users" already exists
L

settings() { # LINES…: of watch, over those of the tests
    printf 'watch:\n'
    printf '  %s\n' 'service: shop' 'jitter: 0s' 'close: 2' 'flapping: never' \
        'open: { critical: 2 of 3, major: 2 of 3 }' "$@"
    cat <<'C'
  notify:
    - name: pager
      command: [/bin/sh, -c, 'cat >$(mktemp payload.XXXXXX) && echo "$POSTFLIGHT_KEY" >>keys']
      on: [opened, worsened, acknowledged, reminded, resolved, reopened, closed, flapping, late]
checks:
  - { id: a, title: The API, url: "${BASE}${A}", timeout: 1m, expect: status == 200, identity: jsonpath "$.commit" }
  - { id: b, title: The site, url: "${BASE}${B}", timeout: 1m, expect: status == 200 }
  - { id: c, title: Search, url: "${BASE}${C}", timeout: 1m, severity: major, expect: status == 200 }
C
}

# round OUTCOMES [OPTIONS]: p passes, f fails; sets said, code
round() {
    local name var=() i=0 path
    for name in A B C; do
        case ${1:i:1} in
        p) path=$base/well ;;
        f) path=$base/sick ;;
        esac
        var+=(--var "$name=$path")
        i=$((i + 1))
    done
    code=0
    clock "$POSTFLIGHT" watch --once checks.yaml --state "$state" --var BASE= \
        "${var[@]}" "${@:2}" >said 2>&1 || code=$?
}
# With the wall clock so many seconds ahead, so that nobody sleeps.
ahead=0
faketime=$(find /usr/lib -name libfaketime.so.1 2>/dev/null | head -1)
clock() {
    if [ "$ahead" -eq 0 ]; then
        "$@"
    else
        LD_PRELOAD=$faketime FAKETIME=+${ahead}s FAKETIME_DONT_FAKE_MONOTONIC=1 \
            ASAN_OPTIONS="${ASAN_OPTIONS-}:verify_asan_link_order=0" "$@"
    fi
}
rounds() { local one; for one; do round "$one"; done; }
incident() { clock "$POSTFLIGHT" incident "$@" --state "$state"; }

# begin NAME SETTINGS…: a new history in a new folder
begin() {
    mkdir -p "$scratch/$kind/$1" && cd "$scratch/$kind/$1" || exit 1
    ahead=0
    settings "${@:2}" >checks.yaml
    : >keys
    if [ "$kind" != postgres ]; then
        state=state.db
    else
        psql -qX "$postgres" -c 'DROP SCHEMA IF EXISTS postflight CASCADE' 2>/dev/null
        state=$postgres
    fi
}
told() { # KEYS: transitions that the pager got, in order, each once
    diff <(tr ' ' '\n' <<<"$1" | sed '/^$/d') <(cut -d/ -f3 keys) &&
        [ -z "$(sort keys | uniq -d)" ] &&
        [ "$(find . -name 'payload.*' | wc -l)" -eq "$(wc -l <keys)" ]
}
status_is() { diff <(echo "$1") <(incident show last | sed -n 's/^ *status *//p'); }
ids() { incident list | grep -oE 'INC-[-0-9]+' | sort; }
document() { echo incidents/"$(ids | tail -1)".md; }
has() { grep -qE -- "$2" "$1" || { echo "$2 is not in $1"; cat "$1"; return 1; }; }
has_not() { ! grep -nE -- "$2" "$1"; }
says() { has said "$1"; }
ends_with() { [ "$code" -eq "$1" ] || { echo "exit $code"; cat said; return 1; }; }
facts() { echo incidents/"$(ids | tail -1)".facts.yaml; }

life() {
    begin life 'quiet: 0s' 'remind: 0s'
    rounds ppp fpp
    check "$kind: one failure opens nothing" told ''
    check "$kind: its verdict is the exit code" ends_with 1
    round fpp
    check "$kind: the second opens" told opened
    check "$kind: it is detected" status_is detected
    rounds ffp ffp fff fff
    check "$kind: more checks make it worse, once each" told 'opened worsened worsened'
    check "$kind: still one incident" [ "$(ids | wc -l)" -eq 1 ]
    check "$kind: news of it name what failed" \
        grep -lE '"text": *"New: The site \(HTTP 503\)\. 2 of 3 checks fail: ' payload.*
    check "$kind: and how much of all" \
        grep -lE '"title": *"Worsened: The API and 2 of 2 others: HTTP 503 \(INC' payload.*
    check "$kind: the document names each check" has "$(document)" 'The site'
    check "$kind: its facts file stands beside it" has "$(facts)" "^incident: $(ids)"
    round ppp
    check "$kind: all pass: mitigated" status_is mitigated
    check "$kind: that is told later" told 'opened worsened worsened'
    round fpp
    check "$kind: one failure takes it back" status_is investigating
    rounds ppp ppp
    check "$kind: a check that fails again is reported, then resolved after two" \
        told 'opened worsened worsened worsened resolved'
    check "$kind: it is verified" status_is verified
    sed -i 's/quiet: 0s/quiet: 1h/' checks.yaml
    round fpp
    check "$kind: one failure later contradicts no document" has_not said error
    round fpp
    check "$kind: it comes back" told 'opened worsened worsened worsened resolved reopened'
    rounds ppp ppp
    check "$kind: over again" told 'opened worsened worsened worsened resolved reopened resolved'
    sed -i 's/quiet: 1h/quiet: 0s/' checks.yaml
    round ppp
    check "$kind: it stays away: closed" \
        told 'opened worsened worsened worsened resolved reopened resolved closed'
    check "$kind: the document says closed" has "$(document)" '\*\*Status:\*\* closed'
    check "$kind: a round without news is silent" bash -c "[ $(wc -l <said) -le 2 ]"
    cp "$(document)" before.md
    rounds ppp ppp
    check "$kind: then nothing changes" diff before.md "$(document)"
    check "$kind: and nobody is told" [ "$(wc -l <keys)" -eq 8 ]
}

people() {
    begin people 'quiet: 0s' 'remind: 1m' 'remind_most: 1h'
    rounds fpp fpp
    local id
    id=$(ids)
    check "$kind: incident list shows it" bash -c "grep -q '$id  critical' <<<'$(incident list)'"
    check "$kind: incident show tells its checks" \
        bash -c "grep -q 'The API failed: ' <<<'$(incident show "$id")'"
    round fpp
    check "$kind: not before its time" told opened
    ahead=61
    round fpp
    check "$kind: it is reminded of" told 'opened reminded'
    check "$kind: ack" incident ack last --by anna
    ahead=200
    rounds fpp fpp
    check "$kind: ack is told, and stops reminders" told 'opened reminded acknowledged'
    check "$kind: ack stands in the document" has "$(document)" 'acknowledged it.* \| `anna`, reported'
    incident ack last >again 2>&1 && bad=1
    check "$kind: ack twice is refused" has again 'already acknowledged'
    check "$kind: note" incident note "$id" a bad '<b>migration</b>,' token=ghp_0123456789abcdefghijklmnopqrstuvwxyz --by bob
    round fpp
    check "$kind: the note stands in the document, escaped" \
        has "$(document)" 'a bad .*migration.*,.* \| `bob`, reported'
    check "$kind: its secret does not" has_not "$(document)" ghp_0123
    incident close last >again 2>&1 && bad=1
    check "$kind: it cannot be closed while it fails" has again 'is not resolved'

    # What people write stays through rounds.
    sed -i '/:ask summary/,/:end-ask summary/ s/^[^<].*/The shop was down, says Anna./' "$(document)"
    printf 'incident: %s\nowner: Anna\nuser_impact: 40 orders\n' "$id" >"$(facts)"
    sed -i 's/quiet: 0s/quiet: 1h/' checks.yaml
    rounds ffp ppp ppp
    check "$kind: text of people stays through rounds" has "$(document)" 'says Anna'
    check "$kind: their facts are read" has "$(document)" '40 orders'
    check "$kind: close" incident close last --by anna
    round ppp
    check "$kind: closed by a person, the document tells it" \
        has "$(document)" 'closed it.* \| `anna`, reported'
    check "$kind: and says so" has "$(document)" 'Status:\*\* closed'
    check "$kind: note on a closed one" incident note last seen in the review
    round ppp
    check "$kind: it stands in the document, too" has "$(document)" 'seen in the review'
    printf 'incident: x\nowner: [\n' >"$(facts)"
    sed -i 's/quiet: 1h/quiet: 0s/' checks.yaml

    # A second one, with the same checks.
    rounds fpp fpp
    check "$kind: the next one has its own id" [ "$(ids | wc -l)" -eq 2 ]
    check "$kind: it knows the one before" has "$(document)" "$id"
    check "$kind: and the pattern" has "$(document)" '2nd in 24 hours'
    printf 'incident: x\nowner: [\n' >"$(facts)"
    round fpp
    check "$kind: wrong facts are told" says 'facts.yaml:'
    check "$kind: with the verdict" ends_with 1
    for wrong in 'show' 'show INC-1' 'nonsense' 'note last'; do
        check "$kind: incident $wrong is usage" bash -c \
            "'$POSTFLIGHT' incident $wrong --state '$state' >/dev/null 2>&1; [ \$? -eq 2 ]"
    done
    check "$kind: status writes its pages" "$POSTFLIGHT" status -o site --state "$state"
    check "$kind: with the incident" has site/STATUS.md "$id"
}

quiet_ones() {
    begin quiet 'remind: 0s' 'maintenance: [{ from: 2020-01-01T00:00:00Z, to: 2060-01-01T00:00:00Z, checks: [a] }]'
    rounds fpp fpp fpp
    check "$kind: a maintenance window opens nothing" told ''
    check "$kind: but has its verdict" ends_with 1
    rounds ffp ffp
    check "$kind: another check does" told opened
    begin untold 'remind: 0s'
    printf '  - { id: d, exec: [/bin/sh, -c, "exit 3"] }\n' >>checks.yaml
    rounds ppp ppp ppp
    check "$kind: trouble of the prober opens nothing" told ''
    check "$kind: it is inconclusive" ends_with 4
    begin why 'remind: 0s'
    rounds fpp
    round fpp --log ../../deploy.log
    check "$kind: the log knows the cause" has "$(document)" P3018
    check "$kind: the incident names it" bash -c "grep -q 'signature  .*42p07' <<<'$(incident show last)'"
    check "$kind: and the migration" bash -c "grep -q 'migration *20251017171256_init' <<<'$(incident show last)'"
    check "$kind: so the status is identified" status_is identified
}

# A second watcher while one runs.
flight() {
    begin flight
    local pid
    printf '  - { id: slow, exec: [/bin/sh, -c, "touch asked; until [ -e open ] || [ ! -e checks.yaml ]; do sleep 0.05; done"], timeout: 10m }\n' >>checks.yaml
    "$POSTFLIGHT" watch --once checks.yaml --state "$state" --var BASE= \
        --var "A=$base/well" --var "B=$base/well" --var "C=$base/well" >first 2>&1 &
    pid=$!
    wait_for asked
    round ppp
    check "$kind: a second watcher passes" ends_with 0
    check "$kind: and says who has the history" says "another watcher has it: pid"
    round ppp --if-held fail
    check "$kind: or fails" ends_with 4
    touch open
    code=0
    wait "$pid" || code=$?
    check "$kind: the first ends well" ends_with 0
}

# A file that cannot be used costs the history, not the verdict.
trouble() { # NAME REGEX: what it says, with both verdicts
    local name=$1 regex=$2
    shift 2
    round ppp "$@"
    check "trouble: $name: it is told" says "$regex"
    check "trouble: $name: no clean end" ends_with 4
    round fpp "$@"
    check "trouble: $name: the verdict is given" says 'unhealthy +2 of 3 checks passed'
    check "trouble: $name: it is the exit code" ends_with 1
    check "trouble: $name: nobody is told anything" told ''
}
troubles() {
    kind=troubles
    begin missing
    state=nowhere/state.db
    trouble 'no folder' "nowhere"
    "$POSTFLIGHT" incident list --state typo.db >said 2>&1 && bad=1
    check 'trouble: a mistyped history is not made' bash -c "grep -q typo.db said && [ ! -e typo.db ]"
    begin server
    state='postgresql://postgres@/nothing?host=%2Fnonexistent&connect_timeout=2'
    trouble 'no server' 'postgresql:'
    begin corrupt
    round ppp
    printf 'this is no database at all, and long enough to be looked at as one' |
        dd of=state.db conv=notrunc 2>/dev/null
    cp state.db before
    trouble 'corrupt' 'state\.db'
    check 'trouble: a corrupt file is left as it is' cmp before state.db
    begin full
    round ppp
    # The program's own files, and the log of the database.
    program=$POSTFLIGHT
    printf '#!/bin/bash\nulimit -S -f 1\nexec "%s" "$@"\n' "$program" >limited
    chmod 755 limited
    POSTFLIGHT=$PWD/limited
    trouble 'full' 'state\.db.*(full|too large|written|I/O|disk)'
    POSTFLIGHT=$program
    round fpp
    round fpp
    check 'trouble: with room again it goes on' told opened
    check 'trouble: and the file is sound' \
        "$python" -c 'import sqlite3; assert sqlite3.connect("state.db").execute("PRAGMA integrity_check").fetchone() == ("ok",)'
    begin locked
    round ppp
    if [ "$(id -u)" -eq 0 ] && setpriv --reuid=65534 --clear-groups test -x "$POSTFLIGHT"; then
        chmod 755 "$scratch" . ..
        program=$POSTFLIGHT
        printf '#!/bin/sh\nexec setpriv --reuid=65534 --regid=65534 --clear-groups "%s" "$@"\n' "$program" >nobody
        chmod 755 nobody && chmod 644 state.db checks.yaml
        POSTFLIGHT=$PWD/nobody
        trouble 'read-only' 'state\.db'
        POSTFLIGHT=$program
    elif [ "$(id -u)" -ne 0 ]; then
        chmod 444 state.db && chmod 555 .
        trouble 'read-only' 'state\.db'
        chmod 755 .
    else
        echo 'ok - trouble: read-only # skip: another user cannot run the program'
    fi
}

day() { # with the sanitizer keeping little of what was freed
    ASAN_OPTIONS="${ASAN_OPTIONS-}:quarantine_size_mb=1:thread_local_quarantine_size_kb=64" \
        "$python" "$root/tests/tools/watch_service.py" rounds "$POSTFLIGHT" checks.yaml "$state" 1440 >numbers
}
# As a service: told of by the manager, and the rounds of a day.
service() {
    local var=("-e" "s#\${BASE}\${[ABC]}#$base/well#")
    kind=service
    begin reload
    sed -i "${var[@]}" checks.yaml
    check 'service: READY, WATCHDOG, RELOADING, STOPPING; right and wrong definitions' \
        "$python" "$root/tests/tools/watch_service.py" reload "$POSTFLIGHT" checks.yaml "$state"
    begin day 'quiet: 0s'
    sed -i "${var[@]}" checks.yaml
    check 'service: 1,440 rounds take no more memory, no more descriptors' day
    sed 's/^/# /' numbers
    check 'service: below a second only for so many rounds' bash -c \
        "'$POSTFLIGHT' watch checks.yaml --interval 999ms >said 2>&1; [ \$? -eq 2 ] && grep -q -e --rounds said"
    begin outputs 'quiet: 0s'
    round pfp --report prometheus=round.prom --out out
    check 'service: metrics of the round' bash -c 'promtool check metrics <round.prom && grep -q "check=\"b\"" round.prom'
    check 'service: and its record' bash -c '[ "$(jq -r .verdict out/record.json)" = unhealthy ]'
    round ppp --report prometheus=/dev/null/x
    check 'service: an output that cannot be written is told, the round is kept' bash -c \
        "[ $code -eq 4 ] && grep -q /dev/null said"
    round ppp --report promtheus=x
    check 'service: a format that is none' bash -c "[ $code -eq 2 ] && grep -q prometheus said"
    check 'service: --once or --interval' bash -c \
        "'$POSTFLIGHT' watch checks.yaml >said 2>&1; [ \$? -eq 2 ] && grep -q -e --once said"
}

bases=(sqlite)
if start_postgres; then
    bases+=(postgres)
else
    echo 'not ok - watch: a PostgreSQL starts'
    bad=1
fi
for kind in "${bases[@]}"; do
    life
    people
    quiet_ones
    flight
done
troubles
service
exit "$bad"
