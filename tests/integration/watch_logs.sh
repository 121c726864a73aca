#!/usr/bin/env bash
# Time relates a log to an incident: what it said before the checks that fail
# now passed is history.
. "$(dirname "$0")/lib.sh"

cat >"$scratch/server.yaml" <<'C'
routes:
  /well: { body: yes }
  /sick: { status: 503, body: no }
C
play "$scratch/server.yaml" "$scratch/server" || exit 1
cat >"$scratch/deploy.log" <<'L'
2026-11-21T10:00:01Z Error: P3018
2026-11-21T10:00:01Z A migration failed to apply. New migrations cannot be applied before the error is recovered from.
2026-11-21T10:00:01Z Migration name: 20251017171256_init
2026-11-21T10:00:01Z Database error code: 42P07
2026-11-21T10:00:01Z ERROR: relation "users" already exists
L
cat >"$scratch/checks.yaml" <<'C'
watch:
  jitter: 0s
  flapping: never
  remind: 0s
  open: { critical: 1 of 1 }
  notify:
    - { name: pager, command: [/bin/sh, -c, 'cat >$(mktemp payload.XXXXXX)'], on: [opened, worsened] }
checks:
  - { id: a, title: The API, url: "${BASE}${A}", timeout: 1m, expect: status == 200 }
  - { id: b, title: The site, url: "${BASE}${B}", timeout: 1m, expect: status == 200 }
C

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
# round OUTCOMES [OPTIONS]: of a and b, p passes and f fails
round() {
    local a=sick b=sick
    [ "${1:0:1}" = f ] || a=well
    [ "${1:1:1}" = f ] || b=well
    clock "$POSTFLIGHT" watch --once ../checks.yaml --state "$state" --var "BASE=$base/" \
        --var "A=$a" --var "B=$b" "${@:2}" >said 2>&1
}
rounds() { local one; for one; do round "$one"; done; }
status_is() { diff <(echo "$1") <("$POSTFLIGHT" incident show last --state "$state" | sed -n 's/^ *status *//p'); }
shows() { "$POSTFLIGHT" incident show last --state "$state" | grep -q "$1"; }
document() { find incidents -name '*.md' | sort | tail -1; }
has() { grep -qE -- "$2" "$1" || { echo "$2 is not in $1"; cat "$1"; return 1; }; }
stamp() { date -u -d "$1" +%FT%TZ; }
failure() { # WHEN: the lines of a failed migration, with times if one is given
    local at=${1:+$(stamp "$1") }
    sed -E "s/^[^ ]+ /${at//&/}/" $scratch/deploy.log
}
shows_no() { ! shows "$1"; }
sends_no() { ! grep -iE "$1" payload.*; }
cause_is() { # WHAT STATUS
    check "$1: $2" status_is "$2"
    if [ "$2" = identified ]; then
        check "$1: with its signature" shows 'signature  .*42p07'
        return
    fi
    check "$1: without a signature" shows_no 42p07
    check "$1: no remedy is sent" sends_no 'relation|applied'
    check "$1: the document calls it earlier" has "$(document)" 'From an earlier deploy: '
}
state=state.db
# begin NAME WHEN: a new history, and deploy.log with a failure of then
begin() {
    if [ "$state" != state.db ]; then
        databases=$((databases + 1))
        psql -qX "$postgres" -c "CREATE DATABASE history$databases" || bad=1
        state=${postgres/\/postgres\?/\/history$databases?}
        set -- "$1 on PostgreSQL" "$2"
    fi
    mkdir -p "$scratch/$1" && cd "$scratch/$1" || exit 1
    ahead=0
    failure "$2" >deploy.log
}
timed_logs() {
    begin 'an old log' '10 days ago'
    rounds pp
    round fp --log deploy.log
    cause_is 'an old log' detected
    failure '1 hour' >>deploy.log
    round fp --log deploy.log
    cause_is 'the log grows while it burns' identified

    begin 'finished since' '2 days ago'
    printf '%s deploy 4711 finished OK\n' "$(stamp '1 day ago')" >>deploy.log
    rounds pp
    round pf --log deploy.log
    cause_is 'a later deploy that finished' detected

    begin 'rotated' '1 day ago'
    rounds pp
    mv deploy.log deploy.log.1
    failure '12 hours ago' >deploy.log
    round fp --log deploy.log --log deploy.log.1
    cause_is 'a rotated log' detected

    begin 'fresh' '1 hour'
    rounds pp fp
    round fp --log deploy.log
    cause_is 'a log from after the good round' identified

    begin 'another check' '1 hour ago'
    rounds pf
    round fp --log deploy.log
    cause_is 'the check passed while another failed' detected
}
untimed_logs() {
    begin 'no times' ''
    rounds pp
    touch -d '2 hours ago' deploy.log
    round fp --log deploy.log
    cause_is 'a log without times, not changed since' detected
    touch deploy.log
    round fp --log deploy.log
    cause_is 'and changed since' identified

    begin 'first round' ''
    round fp --log deploy.log
    cause_is 'the first round ever' identified
    ahead=7200
    round fp --log deploy.log
    cause_is 'its outage goes on' identified
    begin 'first round, an old file' ''
    touch -d '3 hours ago' deploy.log
    round fp --log deploy.log
    cause_is 'the first round ever, an old log' detected
    begin 'never well' '10 days ago'
    rounds fp fp
    round fp --log deploy.log
    cause_is 'it was never well' identified
}

timed_logs
untimed_logs
if start_postgres; then
    databases=0 state=$postgres
    timed_logs
else
    echo 'not ok - watch: a PostgreSQL starts'
    bad=1
fi
exit "$bad"
