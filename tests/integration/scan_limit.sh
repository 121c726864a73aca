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
exit "$bad"
