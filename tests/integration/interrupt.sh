#!/usr/bin/env bash
# SIGINT and SIGTERM end a run in order: what is known is written.
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1

cat >server.yaml <<'C'
routes:
  /quick: { body: ok }
  /hangs: { fault: hang }
  /never: { status: 503 }
C
play server.yaml server
cat >checks.yaml <<C
checks:
  - { id: quick, url: "$base/quick", expect: status == 200 }
  - { id: hangs, url: "$base/hangs", timeout: 60s, expect: status == 200 }
  - { id: never, url: "$base/never", expect: status == 200, severity: minor, patience: { attempts: 100, interval: 20s } }
  - { id: waits, url: "$base/quick", expect: status == 200, needs: [hangs] }
C

ended() { # SIGNAL EXIT
    local code=0 began=$SECONDS pid
    rm -rf out
    : >stdout # of the signal before
    # Background jobs of a script ignore SIGINT, unless somebody resets it.
    "$python" -c 'import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])' "$POSTFLIGHT" verify checks.yaml --out out \
        >stdout 2>stderr &
    pid=$!
    until grep -q quick stdout; do read -rt 0.05 <> <(:) || :; done
    kill -s "$1" "$pid"
    wait "$pid" || code=$?
    [ "$code" -eq "$2" ] || { echo "exit $code"; cat stderr; return 1; }
    [ $((SECONDS - began)) -lt 10 ] || { echo 'it went on'; return 1; }
    jq -r '"\(.verdict) \(.exit)", (.results[] | "\(.id) \(.status)")' out/record.json >got
    [ -s out/report.md ] && diff - got
}
expected() { # EXIT
    printf 'inconclusive %s\nquick pass\nhangs skipped\nnever fail\nwaits skipped\n' "$1"
}
int() { expected 130 | ended INT 130; }
term() { expected 143 | ended TERM 143; }
check 'interrupt: SIGINT' int
check 'interrupt: SIGTERM' term
exit "$bad"
