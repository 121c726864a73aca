#!/usr/bin/env bash
# What --out and --report leave behind: this run's files, or none.
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1

cat >server.yaml <<'C'
routes:
  /health: { type: application/json, body: '{"commit": "6706e2d3f1a84c5b"}' }
  /sick: { status: 503, body: no }
C
play server.yaml server
for path in health sick; do
    printf 'checks: [{ id: a, url: "%s/%s", identity: jsonpath "$.commit", expect: status == 200 }]\n' \
        "$base" "$path" >"$path.yaml"
done
printf 'checks: [{ id: mark, exec: [/bin/sh, -c, "touch probed"] }]\n' >mark.yaml
printf 'checks: [{ id: a, url: nothing, expect: status == 200 }]\n' >wrong.yaml

# ends EXIT ARGS…: that exit code, within a minute; output goes to said and err
ends() {
    local code=0
    timeout 60 "$POSTFLIGHT" "${@:2}" >said 2>err </dev/null || code=$?
    [ "$code" -eq "$1" ] || { echo "exit $code of ${*:2}"; cat said err; return 1; }
}
stale() { # DIR: an earlier run left these
    mkdir -p "$1"
    echo old >"$1/record.json"
    echo old >"$1/report.md"
}
none() { [ ! -e "$1/record.json" ] && [ ! -e "$1/report.md" ] || { ls -la "$1"; return 1; }; }
both() {
    jq -e .verdict "$1/record.json" >/dev/null && grep -q '^# ' "$1/report.md" &&
        [ "$(find "$1" -name '*.??????' | wc -l)" -eq 0 ] || { ls -la "$1"; return 1; }
}
unwritten() { # DIR: the last line names no report, and it is said once
    ! grep -q "report in" said && tail -1 said | grep -q "no report, as $1 cannot be written" &&
        [ "$(grep -c '^error: cannot' err)" -eq 1 ] || { cat said err; return 1; }
}

fresh() { stale out && ends 0 verify health.yaml --out out && both out && tail -1 said | grep -q 'report in out/report.md'; }
check 'outputs: both files of this run' fresh
made() { ends 0 verify health.yaml --out new/deep && both new/deep; }
check 'outputs: the folder is made' made

touch file
ln -s nowhere dangling
no_folder() { # PATH: usage, and nothing is probed
    rm -f probed
    ends 2 verify mark.yaml --out "$1" && grep -q "'$1' is not a folder" err && [ ! -e probed ] &&
        ends 2 watch --once mark.yaml --out "$1" && [ ! -e probed ]
}
check 'outputs: a file is not a folder' no_folder file
check 'outputs: nor is what is below a file' no_folder file/out
check 'outputs: nor a link that leads nowhere' no_folder dangling
check 'outputs: nor an empty name' ends 2 verify mark.yaml --out ''
check 'outputs: a report that is a folder' ends 2 verify mark.yaml --report junit=server

# A disk that is full before the second file is done: a limit of the size.
limited() { # BLOCKS EXIT ARGS…
    (ulimit -f "$1" && ends "${@:2}")
}
full() {
    stale out
    limited 1 4 verify health.yaml --out out --quiet && none out && unwritten out
}
check 'outputs: too little room is 4, and nothing stays' full
full_and_down() {
    stale out
    limited 1 1 verify sick.yaml --out out --quiet && none out && unwritten out
}
check 'outputs: production down stays 1' full_and_down
full_and_stale() {
    stale out
    limited 1 4 verify health.yaml --expect 91614ff3 --out out --quiet && none out
}
check 'outputs: not shipped becomes 4' full_and_stale
# A folder that nobody may write to. Root may, so it runs as another user.
as_user() { # ARGS…
    if [ "$(id -u)" -eq 0 ]; then
        chmod 755 "$scratch"
        setpriv --reuid=65534 --regid=65534 --clear-groups \
            --inh-caps=-all --bounding-set=-all "$@"
    else
        "$@"
    fi
}
locked() {
    local code=0
    stale locked
    chmod 666 locked/*
    chmod 555 locked
    as_user timeout 60 "$POSTFLIGHT" verify health.yaml --out locked --quiet >said 2>err </dev/null || code=$?
    chmod 755 locked
    [ "$code" -eq 4 ] && [ ! -s locked/record.json ] && [ ! -s locked/report.md ] &&
        ! grep -q 'report in' said && grep -q "cannot write into 'locked'" err || {
        echo "exit $code"; cat said err; ls -l locked; return 1; }
}
check 'outputs: what cannot be removed is emptied' locked
nowhere() {
    local code=0
    mkdir -p shut && chmod 555 shut
    as_user timeout 60 "$POSTFLIGHT" verify health.yaml --out shut/out --quiet >said 2>err </dev/null || code=$?
    [ "$code" -eq 4 ] && unwritten shut/out
}
check 'outputs: a folder that cannot be made is 4' nowhere

special() { # COMMAND that makes out/record.json
    rm -rf out && mkdir out && "$@" && ends 0 verify health.yaml --out out && both out && [ -f out/record.json ]
}
check 'outputs: a pipe in place of the record' special mkfifo out/record.json
check 'outputs: a pipe in place of the report' special mkfifo out/report.md
check 'outputs: a link in place of the record' special ln -s ../file out/record.json
check 'outputs: what the link leads to is left alone' [ ! -s file ]
check 'outputs: a socket in place of the record' special "$python" -c '
import socket
socket.socket(socket.AF_UNIX).bind("out/record.json")'
folder() {
    rm -rf out && mkdir -p out/record.json && echo old >out/report.md &&
        ends 4 verify health.yaml --out out --quiet && [ ! -e out/report.md ] &&
        ! grep -q 'report in' said
}
check 'outputs: a folder in place of the record is 4, and no report stays' folder
rm -rf out

invalid() { stale out && ends 3 verify wrong.yaml --out out && none out; }
check 'outputs: invalid definitions leave no older record' invalid
no_log() { stale out && ends 2 verify health.yaml --log "$scratch" --out out && none out; }
check 'outputs: nor does a log that cannot be read' no_log
usage() { stale out && ends 2 verify health.yaml --good x --out out && grep -q old out/record.json; }
check 'outputs: a line that makes no sense does nothing' usage
previous() {
    ends 0 verify health.yaml --out out && : >empty.log &&
        ends 0 verify health.yaml --log empty.log --previous out/record.json --out out && both out &&
        ends 3 verify wrong.yaml --log empty.log --previous out/record.json --out out && both out
}
check 'outputs: an input is read before it is replaced' previous
merged() { ends 0 verify health.yaml --out out && ends 0 merge out/record.json --out out && both out; }
check 'outputs: a record is merged into its own folder' merged
lost() { ends 2 merge out/record.json missing.json --out out && both out; }
check 'outputs: an input stays when nothing is merged' lost

interrupted() {
    local pid code=0 clean=no
    stale out
    printf 'checks:\n- { id: mark, exec: [/bin/sh, -c, "touch probed"] }\n- { id: hang, exec: [sleep, "600"], timeout: 10m }\n' >hang.yaml
    rm -f probed
    "$python" -c 'import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])' "$POSTFLIGHT" verify hang.yaml --out out >said 2>err &
    pid=$!
    wait_for probed && none out && clean=yes
    kill -INT "$pid"
    wait "$pid" || code=$?
    [ "$clean" = yes ] && [ "$code" -eq 130 ] && both out
}
check 'outputs: nothing is there before the end, and an interrupted run writes' interrupted

# --report FILE
unread() { rm -f pipe && mkfifo pipe && ends 4 verify health.yaml --report junit=pipe && grep -q 'nothing reads from it' err; }
check 'outputs: a pipe that nothing reads is an error' unread
is_read() {
    cat pipe >got &
    ends 0 verify health.yaml --report junit=pipe
    wait $!
    grep -q '<testsuite' got
}
check 'outputs: a pipe with a reader is written to' is_read
hangs_up() {
    head -c 1 pipe >/dev/null &
    local reader=$! code=0
    timeout 60 "$POSTFLIGHT" verify health.yaml --report junit=pipe >said 2>err || code=$?
    wait "$reader"
    [ "$code" -eq 0 ] || [ "$code" -eq 4 ]
}
check 'outputs: a reader that goes away ends no run' hangs_up
device() { ends 4 verify health.yaml --report junit=/dev/full && grep -q 'No space left' err && [ -c /dev/full ]; }
check 'outputs: a full device is an error' device
to_stdout() {
    "$POSTFLIGHT" verify health.yaml --quiet --report junit=/dev/stdout >got && grep -q '<testsuite' got &&
        tail -1 got | grep -q '1 passed' && [ -L /dev/stdout ]
}
check 'outputs: /dev/stdout is standard output' to_stdout
substituted() { ends 0 verify health.yaml --report junit=/dev/fd/9 9>got && grep -q '<testsuite' got; }
check 'outputs: a descriptor is written to' substituted
old_report() {
    echo old >junit.xml
    limited 1 4 verify health.yaml --report "junit=junit.xml" --report "json=big.json" --quiet
    [ ! -e big.json ] && ! grep -q old junit.xml
}
check 'outputs: an older report does not stay for this one' old_report

# -o of other commands
check 'outputs: init makes the folder' ends 0 init "$base/health" -o made/checks.yaml
check 'outputs: baseline makes the folder' ends 0 baseline health.yaml -o made/too/before.json
check 'outputs: prove makes the folder' ends 0 prove health.yaml -o made/three/answers.json
before_probing() { # EXIT ARGS…
    rm -f probed
    ends "$@" && [ ! -e probed ]
}
check 'outputs: baseline looks first' before_probing 4 baseline mark.yaml -o file/x
check 'outputs: prove looks first' before_probing 2 prove mark.yaml -o server
check 'outputs: init looks first' ends 2 init http://127.0.0.1:1/ -o file/x
check 'outputs: init keeps what exists' ends 2 init "$base/health" -o file
"$POSTFLIGHT" watch --once health.yaml --state kept.db >/dev/null
pages() { ends 0 status -o site --state kept.db && [ -s site/index.html ] && [ -s site/STATUS.md ]; }
check 'outputs: both pages' pages
check 'outputs: status -o is a folder' ends 2 status -o file --state kept.db
pages_stay() {
    (ulimit -f 1 && ends 4 status -o site --state kept.db)
    [ -s site/index.html ] && [ -s site/STATUS.md ] && [ "$(find site -type f | wc -l)" -eq 2 ]
}
check 'outputs: the pages of before stay when the new ones cannot be written' pages_stay

# What is no file: a socket, a folder, a file that is mounted by itself.
"$python" -c 'import socket; socket.socket(socket.AF_UNIX).bind("socket")'
socket() { ends "$@" && grep -q "'socket' is a socket, expected a file" err && [ -S socket ]; }
check 'outputs: a socket given as a report' socket 2 verify health.yaml --report junit=socket
check 'outputs: nor is it a baseline' socket 4 baseline health.yaml -o socket
check 'outputs: nor a merged report' socket 2 merge out/record.json --report junit=socket
folder() { ends "$@" && grep -q "'folder' is a folder, expected a file" err && [ -d folder ]; }
mkdir -p folder
check 'outputs: a folder is no report' folder 2 verify health.yaml --report junit=folder
check 'outputs: nor is it a baseline' folder 4 baseline health.yaml -o folder
under_out() { # what is no folder is replaced
    rm -rf odd && mkdir odd && "$python" -c 'import socket; socket.socket(socket.AF_UNIX).bind("odd/record.json")' &&
        ends 0 verify health.yaml --out odd && both odd
}
check 'outputs: a socket under --out is replaced' under_out

# File systems that lack something, by calls that are refused.
tools=${POSTFLIGHT%/*}/tests
refused() { # CALL ERRNO EXIT ARGS…: each such call fails; output goes to said and err
    local code=0
    "$tools/inject" report "$1" 1+ "$2" "$POSTFLIGHT" "${@:4}" >said 2>err </dev/null || code=$?
    [ "$code" -eq "$3" ] || { echo "exit $code of ${*:4}"; cat said err; return 1; }
}
warned() { # TIMES WORDS
    [ "$(grep -c "$2" err)" -eq "$1" ] || { cat err; return 1; }
}
if "$tools/inject" report any 0 0 /bin/true; then
    no_sync() { # of EINVAL, ENOSYS, ENOTSUP
        for number in 22 38 95; do
            stale out
            refused fsync $number 0 verify health.yaml --out out --report junit=j.xml && both out &&
                warned 1 '^warning: a power cut may take .*: its file system has no fsync' || return
        done
    }
    check 'outputs: without fsync they are written, with one warning' no_sync
    sync_fails() { refused fsync 5 4 verify health.yaml --out out && none out && unwritten out; }
    check 'outputs: an fsync that fails is an error' sync_fails
    watch_no_sync() { rm -rf docs && refused fsync 22 0 baseline health.yaml -o b.json && warned 1 'no fsync' && [ -s b.json ]; }
    check 'outputs: so is a baseline' watch_no_sync
    no_modes() {
        for number in 1 38 95; do
            rm -f m.prom j.xml
            refused fchmod $number 0 verify health.yaml --out out --report junit=j.xml --report prometheus=m.prom && both out &&
                warned 1 'warning: others may not be able to read .m.prom' && warned 0 'others may read' || return
        done
    }
    check 'outputs: without modes too, and what others should read is named' no_modes
    no_warning() {
        rm -f m.prom
        refused fchmod 1 0 verify health.yaml --out out && warned 0 warning &&
            ends 0 verify health.yaml --out out --report prometheus=m.prom && warned 0 warning
    }
    check 'outputs: of private files there is nothing to warn of' no_warning
    mode_fails() { refused fchmod 5 4 verify health.yaml --out out && none out; }
    check 'outputs: an fchmod that fails is an error' mode_fails
    mounted() { # EBUSY, EXDEV
        for number in 16 18; do
            refused rename $number 4 verify health.yaml --report junit=j.xml &&
                grep -q "cannot replace 'j.xml', which is a mount of its own: mount its folder" err &&
                [ -z "$(find . -name 'j.xml.??????')" ] || { cat err; return 1; }
            stale out
            refused rename $number 4 verify health.yaml --out out && none out && unwritten out || return
        done
    }
    check 'outputs: a file that is mounted by itself cannot be replaced' mounted
fi
exit "$bad"
