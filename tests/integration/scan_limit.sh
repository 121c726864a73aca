#!/usr/bin/env bash
# scan --limit-time: what was not read is reported, and is never good news.
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1

yes 'GET /health 200 in 3 ms' | head -c 64000000 >large.log
gzip -1 <large.log >large.log.gz
zstd -q -1 <large.log >large.log.zst
printf 'starting\nlistening on 8080\n' >good.log
{ printf 'starting\nprisma:error Error: P1001\nError: P1001: Can'\''t reach database server at `db`:`5432`\nProcess exited with code 1\n'; } >bad.log
mkfifo pipe
export ASAN_OPTIONS=${ASAN_OPTIONS-}:verify_asan_link_order=0

# Writes a text into a pipe, sees it read, and lets the clocks jump; then it ends,
# or goes on, so that the reader looks at the time and has no end of the log.
cat >feed.py <<'PY'
import fcntl, os, struct, sys, termios, time
path, text, sign, ends = sys.argv[1:]
# Both ends: a reader that only looks at it loses nothing, and waits for nobody.
with open(os.open(path, os.O_RDWR), "wb", buffering=0) as out:
    out.write(open(text, "rb").read())
    while struct.unpack("i", fcntl.ioctl(out, termios.FIONREAD, bytes(4)))[0]:
        time.sleep(0.01)
    open(sign, "w").close()
    while not ends:
        out.write(b"still here\n" * 4096)
PY
late() { # ENDS TEXT COMMAND...: 400 s pass when it has read the text
    local code=0
    rm -f "$scratch/late"
    python3 feed.py pipe "$2" "$scratch/late" "$1" &
    CLOCK_JUMP="monotonic $scratch/late 400" LD_PRELOAD=${POSTFLIGHT%/*}/tests/clock.so \
        "${@:3}" || code=$?
    kill "$!" 2>/dev/null
    wait "$!" 2>/dev/null
    return "$code"
}

ends() { # EXIT ARGS: of scan, with its last line in said
    local code=0
    "$POSTFLIGHT" scan "${@:2}" >said 2>&1 || code=$?
    [ "$code" -eq "$1" ] || { echo "exit $code, not $1"; cat said; return 1; }
}
whole() { ends "$@" && ! grep -q 'time limit' said; }
cut_short() { # EXIT LOGS ARGS
    local logs=$2
    ends "$1" "${@:3}" && grep -q "the time limit ended the reading: $logs not read to the end" said ||
        { cat said; return 1; }
}
check 'limit: within its time a scan says nothing of it' whole 0 --limit-time 10m good.log
check 'limit: nor does one without' whole 0 good.log
check 'limit: a log that is longer proves nothing' cut_short 4 '1 log was' --limit-time 1ms large.log
check 'limit: nor does one that is compressed' cut_short 4 '1 log was' --limit-time 1ms large.log.gz
check 'limit: with zstd' cut_short 4 '1 log was' --limit-time 1ms large.log.zst
check 'limit: nor do those behind it' cut_short 4 '3 logs were' --limit-time 1ms large.log good.log bad.log
late_scan() { # EXIT TEXT LOGS: of 5 minutes, with what it said
    local code=0
    late "" "$2" "$POSTFLIGHT" scan --limit-time 5m "${@:3}" >said 2>&1 || code=$?
    [ "$code" -eq "$1" ] && grep -q 'the time limit ended the reading: 1 log was not read to the end' said ||
        { echo "exit $code, not $1"; cat said; return 1; }
}
check 'limit: what was found counts, though' late_scan 1 good.log bad.log pipe
told_apart() { # ARGS: standard error has it, whatever standard output is
    local code=0
    "$POSTFLIGHT" scan --limit-time 1ms "$@" large.log >/dev/null 2>said || code=$?
    [ "$code" -eq 4 ] && grep -q '^warning: the time limit ended the reading: 1 log was not read to the end' said ||
        { echo "exit $code, not 4"; cat said; return 1; }
}
check 'limit: with exit 4 standard error has the reason' told_apart
check 'limit: beside JSON, too' told_apart --format json
check 'limit: beside an excerpt, too' told_apart --excerpt 2kB
json() {
    "$POSTFLIGHT" scan --limit-time 1ms --format json large.log good.log >said 2>/dev/null
    jq -e '.coverage | .unread == 2 and .gave_up == 2 and .unjudged == 2' said
}
check 'limit: and JSON has it' json
check 'limit: a pipe that has no end is left' late_scan 4 good.log pipe
check 'limit: with what it said' late_scan 1 bad.log pipe
open_pipe() { # its writer says nothing more, and stays
    exec 3<>pipe
    cat good.log >&3
    cut_short 4 '1 log was' --limit-time 1s - <pipe 3<&-
    local code=$?
    exec 3>&-
    return "$code"
}
check 'limit: one that says no more is left' open_pipe
usage() {
    local code=0
    "$POSTFLIGHT" "$@" >said 2>&1 || code=$?
    [ "$code" -eq 2 ] || { cat said; return 1; }
}
check 'limit: no time at all' usage scan --limit-time 0 good.log
check 'limit: no duration' usage scan --limit-time soon good.log
check 'limit: of verify' usage verify --limit-time 5s

# verify and watch have the 5 minutes.
printf 'routes:\n  /ok: { body: ok }\n' >server.yaml
play server.yaml server
printf 'checks: [{ id: a, url: "%s/ok", timeout: 60s, connect_timeout: 60s, expect: status == 200 }]\n' "$base" >checks.yaml
came_to() { # CODE VERDICT UNREAD REASONS
    local seen
    seen=$(jq -r '"\(.verdict) \(.coverage.unread // 0) \(.reasons | map(select(test("1 log was not read to the end"))) | length)"' out/record.json)
    [ "$1 $seen" = "$2" ] || { echo "$1 $seen"; cat said; return 1; }
}
verify() { # CODE VERDICT… LOGS: those after the pipe are late
    local code=0 logs=() log
    for log in "${@:2}"; do logs+=(--log "$log"); done
    late end good.log "$POSTFLIGHT" verify checks.yaml --log pipe "${logs[@]}" --out out >said 2>&1 || code=$?
    came_to "$code" "$1"
}
check 'limit: verify is inconclusive if it ended the reading' verify '4 inconclusive 1 1' large.log
check 'limit: and only then: a pipe is waited for' verify '0 healthy 0 0'
before() { # the jump is over when the reading begins
    local code=0
    CLOCK_JUMP="monotonic $1 400" LD_PRELOAD=${POSTFLIGHT%/*}/tests/clock.so \
        "$POSTFLIGHT" verify checks.yaml --log good.log --out out >said 2>&1 || code=$?
    came_to "$code" '0 healthy 0 0'
}
check 'limit: time that passed before is none of it' before 10
check 'limit: nor is that of the first reading' before 1
exit "$bad"
