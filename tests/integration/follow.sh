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

usage() { # WORDS ARGUMENTS…
    local words=$1 code=0
    "$POSTFLIGHT" verify checks.yaml "${@:2}" 2>stderr </dev/null >stdout || code=$?
    [ "$code" -eq 2 ] && grep -q "$words" stderr || { echo "$code"; cat stderr; false; }
}
check 'follow: without a log' usage 'needs --log' --follow
check 'follow: standard input' usage 'cannot read standard input' --follow --log -
exit "$bad"
