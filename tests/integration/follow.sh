#!/usr/bin/env bash
# A fatal line in the followed deploy log ends the waiting at once.
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1

cat >server.yaml <<'C'
log: deploy.log
routes:
  /health: { type: application/json, body: '{"commit": "91614ff3aa"}' }
  /slow: { delay: 200ms, body: ok }
steps:
  - { after: 100ms, log: "Starting deployment of 6706e2d3" }
  - after: 700ms
    log: |
      Error: P3018

      A migration failed to apply. New migrations cannot be applied before the error is recovered from.

      Migration name: 20251017171256_init

      Database error code: 42P07

      Database error:
      ERROR: relation "users" already exists
C
play server.yaml server
wait_for server/deploy.log
cat >checks.yaml <<C
rollout: { version: 6706e2d3, deadline: 10m, interval: 100ms }
checks:
  - { id: api, url: "$base/health", identity: 'jsonpath "\$.commit"', expect: status == 200 }
  - { id: late, url: "$base/slow", needs: [api], expect: status == 200 }
C
began=$SECONDS
code=0
"$POSTFLIGHT" verify checks.yaml --log server/deploy.log --follow --out out \
    >stdout 2>stderr || code=$?
check 'follow: not shipped' test "$code" = 5
check 'follow: long before the deadline' test $((SECONDS - began)) -lt 300
told() {
    [ "$(jq -c '[.verdict, .deployment.state, .causes[0].signature] + [.results[].status]' out/record.json)" = '["not-shipped","failed","postgres/42p07","pass","pass"]' ] ||
        { jq -c '[.verdict, .deployment.state, .causes[0].signature] + [.results[].status]' out/record.json; cat stdout; false; }
}
check 'follow: the cause, and production as it is' told

# The block written line by line, as its tool does: the root is known. The log
# is not there yet when the run begins.
cat >slow.yaml <<'C'
log: deploy.log
routes:
  /health: { type: application/json, body: '{"commit": "91614ff3aa"}' }
steps:
  - { after: 900ms, log: "Starting deployment of 6706e2d3" }
  - { after: 1000ms, log: "Error: P3018" }
  - { after: 1250ms, log: "A migration failed to apply. New migrations cannot be applied before the error is recovered from." }
  - { after: 1500ms, log: "Migration name: 20251017171256_init" }
  - { after: 1750ms, log: "Database error code: 42703" }
  - { after: 2000ms, log: "Database error:" }
  - { after: 2250ms, log: 'ERROR: column "customer_id" does not exist' }
C
play slow.yaml slow
cat >slow_checks.yaml <<C
rollout: { version: 6706e2d3, deadline: 60s, interval: 100ms }
checks:
  - { id: api, url: "$base/health", identity: 'jsonpath "\$.commit"', expect: status == 200 }
C
code=0
"$POSTFLIGHT" verify slow_checks.yaml --log slow/deploy.log --follow --out slow_out \
    >stdout 2>stderr || code=$?
check 'follow: line by line' test "$code" = 5
root_is() { # SIGNATURE RECORD
    [ "$(jq -r '.causes[0].signature' "$2")" = "$1" ] ||
        { jq -c '.causes[0]' "$2"; false; }
}
check 'follow: the root of a slow block' root_is postgres/42703 slow_out/record.json
sources() { # RECORD EXPECTED
    [ "$(jq -c '[.sources[] | [.kind, .state]]' "$1")" = "$2" ] ||
        { jq -c .sources "$1"; false; }
}
check 'follow: it was read' sources slow_out/record.json '[["log","read"]]'

# A log that is missing, or that never comes.
cat >plain.yaml <<C
checks:
  - { id: api, url: "$base/health", expect: status == 200 }
C
verify() { # CODE ARGUMENTS…
    local want=$1 code=0
    rm -rf plain_out
    "$POSTFLIGHT" verify plain.yaml --out plain_out "${@:2}" >stdout 2>stderr || code=$?
    [ "$code" = "$want" ] || { echo "$code"; cat stdout stderr; false; }
}
check 'missing: the checks decide' verify 0 --log gone.log
check 'missing: a warning' grep -q "warning: the log 'gone.log' does not exist" stderr
check 'missing: in the record' sources plain_out/record.json '[["log","unreadable"]]'
check 'missing: a reason' grep -q "the log 'gone.log' was not read" stdout
check 'missing: beside another' verify 5 --log gone.log --log slow/deploy.log
check 'missing: the other was read' sources plain_out/record.json '[["log","unreadable"],["log","read"]]'
: >empty.log
check 'empty' verify 0 --log empty.log
check 'empty: in the record' sources plain_out/record.json '[["log","empty"]]'
check 'never there' verify 0 --log gone.log --follow
check 'never there: in the record' sources plain_out/record.json '[["log","waited"]]'
check 'a folder' verify 2 --log "$scratch"
check 'a folder that is followed' verify 2 --log "$scratch" --follow

# What is from an earlier deploy decides nothing, and is shown.
cat >old.log <<'L'
2026-01-04T10:00:00Z Error: P3018
2026-01-04T10:00:00Z Migration name: m1
2026-01-04T11:00:00Z ok
L
check 'earlier: not without a start' verify 5 --log old.log
check 'earlier: after a given time' verify 0 --log old.log --log-since 2026-01-04T10:30:00Z
check 'earlier: it is shown' grep -q 'from an earlier deploy: ' stdout
check 'earlier: in the record' jq -e '.causes[0].earlier and .causes[0].deployment == null' plain_out/record.json
check 'earlier: before a given time' verify 5 --log old.log --log-since 2026-01-04T09:30:00Z
(cat old.log; echo '2026-01-04T12:00:00Z Starting deployment of x') >begun.log
check 'earlier: a deploy begins' verify 0 --log begun.log
touch -d '2 hours ago' old.log
check 'earlier: an old file' verify 0 --log old.log
check 'earlier: no time' verify 2 --log old.log --log-since soon

# Good news of another service, and a process that ended.
printf '%s\n' '[orders] Error: P3018' '[orders] Migration name: m1' \
    '[billing] All migrations have been successfully applied.' >two.log
check 'another service succeeded' verify 5 --log two.log
printf '%s\n' 'Error: P3018' 'Migration name: m1' \
    'user agent: All migrations have been successfully applied.' >agent.log
check 'a user agent' verify 5 --log agent.log
printf '%s\n' "Error: P1001: Can't reach database server at \`db\`:\`5432\`" \
    'Process exited with code 1' >ended.log
check 'a process that ended' verify 5 --log ended.log
{ echo ok; printf 'ERROR: Job failed (system failure): x%500sy\n' ''; } >padded.log
check 'a padded line' verify 0 --log padded.log
check 'a padded line is judged' jq -e '.coverage.gave_up == 0' plain_out/record.json

usage() { # WORDS ARGUMENTS…
    local words=$1 code=0
    "$POSTFLIGHT" verify checks.yaml "${@:2}" 2>stderr </dev/null >stdout || code=$?
    [ "$code" -eq 2 ] && grep -q "$words" stderr || { echo "$code"; cat stderr; false; }
}
check 'follow: without a log' usage 'needs --log' --follow
check '--log-since without a log' usage 'needs --log' --log-since 5m
check 'follow: standard input' usage 'cannot read standard input' --follow --log -
exit "$bad"
