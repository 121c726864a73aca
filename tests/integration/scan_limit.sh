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
check 'limit: what was found counts, though' cut_short 1 '1 log was' --limit-time 2s bad.log pipe <>pipe
json() {
    ends 4 --limit-time 1ms --format json large.log good.log
    jq -e '.coverage | .unread == 2 and .gave_up == 2 and .unjudged == 2' said
}
check 'limit: and JSON has it' json
open_pipe() { # EXIT TEXT: says it, and then nothing
    exec 3<>pipe
    printf '%s\n' "$2" >&3
    cut_short "$1" '1 log was' --limit-time 1s - <pipe 3<&-
    local code=$?
    exec 3>&-
    return "$code"
}
check 'limit: a pipe that says no more is left' open_pipe 4 'all is well'
check 'limit: with what it said' open_pipe 1 "$(cat bad.log)"
usage() {
    local code=0
    "$POSTFLIGHT" "$@" >said 2>&1 || code=$?
    [ "$code" -eq 2 ] || { cat said; return 1; }
}
check 'limit: no time at all' usage scan --limit-time 0 good.log
check 'limit: no duration' usage scan --limit-time soon good.log
check 'limit: of verify' usage verify --limit-time 5s

# verify and watch have the 5 minutes: a clock that jumps while it reads.
printf 'routes:\n  /ok: { body: ok }\n' >server.yaml
play server.yaml server
printf 'checks: [{ id: a, url: "%s/ok", timeout: 60s, connect_timeout: 60s, expect: status == 200 }]\n' "$base" >checks.yaml
export ASAN_OPTIONS=${ASAN_OPTIONS-}:verify_asan_link_order=0
jumped=0
late() { # READING: from there on the clock is 400 s ahead
    local code=0 seen
    CLOCK_JUMP="monotonic $1 400" LD_PRELOAD=${POSTFLIGHT%/*}/tests/clock.so \
        "$POSTFLIGHT" verify checks.yaml --log large.log --out out >said 2>&1 || code=$?
    seen=$(jq -r '"\(.verdict) \(.coverage.unread // 0) \(.reasons | map(select(test("1 log was not read to the end"))) | length)"' out/record.json)
    case "$code $seen" in
    '4 inconclusive 1 1') jumped=$((jumped + 1)) ;;
    '0 healthy 0 0') ;;
    *) echo "$code $seen"; return 1 ;;
    esac
}
head -c 4000000 large.log >part.log && mv part.log large.log
readings() {
    local n
    for ((n = 40; n <= 160; n += 6)); do late "$n" || return; done
    [ "$jumped" -gt 0 ] || { echo 'none while it read'; false; }
}
check 'limit: verify is inconclusive if it ended the reading, and only then' readings
exit "$bad"
