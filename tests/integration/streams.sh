#!/usr/bin/env bash
# Who reads and who writes: a reader that goes away costs no verdict, pipes and
# devices are read and written without a hang, files that hold bodies are for
# their owner, and what an earlier run left is never this run's.
. "$(dirname "$0")/lib.sh"

cd "$scratch" || exit 1
cat >ok.yaml <<'END'
routes:
  /ok: { body: a healthy body }
  /bad: { status: 503, body: a sick body }
END
play ok.yaml player || exit 1
mkdir good sick
for i in 1 2 3; do
    printf -- '- { id: ok%s, url: %s/ok, expect: [status == 200] }\n' "$i" "$base"
done | cat <(echo checks:) - >good/c.yaml
cat >sick/c.yaml <<END
checks:
- { id: ok, url: $base/ok, expect: [status == 200] }
- { id: bad, url: $base/bad, expect: [status == 200] }
END
printf 'Error: P3018\n\nMigration name: 20_x\n\nDatabase error code: 42P07\n' >bad.log

# exit_of WANT COMMAND…: its exit code, with nobody who reads
gone() { # WANT READER ARGS…
    local want=$1 reader=$2 code
    shift 2
    "$POSTFLIGHT" "$@" 2>err | eval "$reader" >/dev/null
    code=${PIPESTATUS[0]}
    [ "$code" -eq "$want" ] || { echo "exit $code"; cat err; return 1; }
}
# verify without a reader, and the other commands that print
for reader in 'head -1' true 'exec 0<&-' 'head -c 1'; do
    check "streams: verify | $reader, good" gone 0 "$reader" verify good --out out-g
    check "streams: verify | $reader, sick" gone 1 "$reader" verify sick --out out-s
    check "streams: scan | $reader" gone 1 "$reader" scan bad.log
    check "streams: lint | $reader" gone 0 "$reader" lint good
    check "streams: report | $reader" gone 0 "$reader" report status --from out-s/record.json
    check "streams: --help | $reader" gone 0 "$reader" verify --help
    check "streams: a record | $reader" gone 1 "$reader" verify sick --format json
    check "streams: html | $reader" gone 1 "$reader" verify sick --report html=-
    check "streams: watch --once | $reader" gone 1 "$reader" watch --once --state w.db sick
done
check 'streams: the files are there' test -s out-s/record.json -a -s out-s/report.md
check 'streams: and are of that run' jq -e '.verdict == "unhealthy"' out-s/record.json
both() {
    "$POSTFLIGHT" verify sick 2>&1 | head -1 >/dev/null
    [ "${PIPESTATUS[0]}" -eq 1 ]
}
check 'streams: 2>&1 | head' both
check 'streams: nobody reads errors' bash -c '"$0" verify sick --nope 2> >(exec 0<&-); [ $? -eq 2 ]' "$POSTFLIGHT"

# watch is not ended by it: all of its rounds are made.
goes_on() { # READER
    rm -f goes.db*
    gone 0 "$1" watch --interval 20ms --rounds 4 --state goes.db good || return
    [ "$("$python" -c 'import sqlite3, sys
print(sqlite3.connect(sys.argv[1]).execute("SELECT count(*) FROM runs").fetchone()[0])' goes.db)" -eq 4 ]
}
for reader in 'head -1' true 'exec 0<&-' 'head -c 1'; do
    check "streams: watch continues | $reader" goes_on "$reader"
done

# Closed and full ones.
closed() { # WANT REDIRECTIONS COMMAND…
    local want=$1 how=$2 code
    shift 2
    bash -c "\"\$0\" \"\$@\" $how; echo \$? >code" "$POSTFLIGHT" "$@" >said 2>&1
    code=$(cat code)
    [ "$code" -eq "$want" ] || { echo "exit $code"; return 1; }
}
check 'streams: no standard output, sick' closed 1 '>&-' verify sick
check 'streams: no standard output, good: nobody saw it' closed 4 '>&-' verify good
check 'streams: no standard error' closed 1 '2>&-' verify sick
check 'streams: none of the three' closed 1 '0<&- 1>&- 2>&-' verify sick --out out-c
check 'streams: and its files are whole' jq -e '.results | length == 2' out-c/record.json
check 'streams: a full device' closed 4 '>/dev/full' verify good
check 'streams: a full device, sick' closed 1 '>/dev/full' verify sick
check 'streams: nothing reads /dev/null' closed 0 '>/dev/null' verify good

# Where no socket of a check gets the lines of standard output.
check 'streams: no line of ours goes to a server' \
    bash -c '! grep -aq "expected status" "$0"/*' player

# Outputs that are no files.
mkdir fifo dir dangling
mkfifo fifo/record.json
mkdir dir/record.json
ln -s /nowhere/at/all dangling/record.json
echo precious >elsewhere
mkdir link && ln -s ../elsewhere link/record.json
check 'streams: a FIFO named record.json' timeout 60 "$POSTFLIGHT" verify good --out fifo
check 'streams: is a file now' test -f fifo/record.json
check 'streams: a folder named record.json' bash -c 'timeout 60 "$0" verify good --out dir 2>err; [ $? -eq 4 ] && grep -q "is a folder" err' "$POSTFLIGHT"
check 'streams: leaves no report alone' test ! -e dir/report.md
check 'streams: a dangling link is replaced' timeout 60 "$POSTFLIGHT" verify good --out dangling
check 'streams: by a file' test -f dangling/record.json -a ! -L dangling/record.json
check 'streams: a link is replaced, not followed' bash -c '"$0" verify good --out link && grep -qx precious elsewhere' "$POSTFLIGHT"
mkfifo out.pipe
check 'streams: a FIFO that nobody reads' bash -c 'timeout 60 "$0" verify good --report junit=out.pipe 2>err; [ $? -eq 4 ] && grep -q "nothing reads" err' "$POSTFLIGHT"
cat out.pipe >from.pipe &
check 'streams: a FIFO that somebody reads' timeout 60 "$POSTFLIGHT" verify good --report junit=out.pipe
wait $!
check 'streams: gets all of it' grep -q '</testsuites>' from.pipe
check 'streams: /dev/stdout' bash -c '"$0" verify good --quiet --report junit=/dev/stdout | grep -q "</testsuites>"' "$POSTFLIGHT"
check 'streams: /dev/stderr' bash -c '"$0" verify good --report junit=/dev/stderr 2>&1 >/dev/null | grep -q "</testsuites>"' "$POSTFLIGHT"
check 'streams: /dev/null' "$POSTFLIGHT" verify good --report junit=/dev/null
check 'streams: >(…)' bash -c '"$0" verify good --report junit=>(cat >sub.xml) && for i in $(seq 200); do grep -q "</testsuites>" sub.xml && exit; sleep 0.05; done; exit 1' "$POSTFLIGHT"

# Inputs that are no files.
echo 'title: A title' >facts.yaml
check 'streams: facts from <(…)' bash -c '"$0" report incident --from out-s/record.json --facts <(sleep 0.5; cat facts.yaml) | grep -q "A title"' "$POSTFLIGHT"
check 'streams: a record from <(…)' bash -c '"$0" report status --from <(sleep 0.5; cat out-s/record.json) >/dev/null' "$POSTFLIGHT"
check 'streams: a log from <(…)' bash -c '"$0" scan <(sleep 0.5; cat bad.log); [ $? -eq 1 ]' "$POSTFLIGHT"
check 'streams: deployments from <(…)' bash -c '"$0" verify good --deployments <(sleep 0.5; echo "[]")' "$POSTFLIGHT"
check 'streams: definitions from a pipe in parts' bash -c '"$0" verify /dev/fd/3 3< <(printf "checks:\n"; sleep 0.3; tail -n +2 good/c.yaml)' "$POSTFLIGHT"
endless() { # COMMAND…: an input without end is an error, and soon
    timeout 100 "$POSTFLIGHT" "$@" >said 2>&1
    [ $? -lt 5 ] || { tail -3 said; return 1; }
}
check 'streams: /dev/zero as a record' endless report status --from /dev/zero
check 'streams: /dev/zero as facts' endless report status --from out-s/record.json --facts /dev/zero
check 'streams: /dev/zero as deployments' endless verify good --deployments /dev/zero
check 'streams: /dev/zero as a baseline' endless verify good --since /dev/zero
check 'streams: a folder as a record' endless report status --from good
check 'streams: a folder as a log' endless scan good

# Modes, also where the umask would give more.
umask 0
mkdir modes
(cd modes && "$POSTFLIGHT" verify ../good --out out --report html=page.html \
    --report junit=j.xml --report prometheus=m.prom --state s.db >/dev/null &&
    "$POSTFLIGHT" baseline ../good -o base.json >/dev/null &&
    "$POSTFLIGHT" report status --from out/record.json -o doc.md >/dev/null &&
    "$POSTFLIGHT" watch --once --state s.db ../sick >/dev/null
    "$POSTFLIGHT" status --state s.db -o page >/dev/null)
private='out/record.json out/report.md page.html j.xml s.db base.json doc.md'
for file in $private $(cd modes && find . -path './incidents/*' -type f); do
    check "streams: $file is private" test 600 = "$(stat -c %a "modes/$file")"
done
for file in m.prom page/STATUS.md page/index.html; do
    check "streams: $file is to be read" test 666 = "$(stat -c %a "modes/$file")"
done
chmod 644 modes/page.html
(cd modes && "$POSTFLIGHT" verify ../good --report html=page.html >/dev/null)
check 'streams: a file keeps the mode that people gave it' test 644 = "$(stat -c %a modes/page.html)"
umask 022

# A disk that is full: nothing of before is taken for this run's.
small=$scratch/small
mkdir "$small"
if mount -t tmpfs -o size=200k tmpfs "$small" 2>/dev/null; then
    trap 'umount -l "$small"; finish' EXIT
    check 'streams: a small disk' "$POSTFLIGHT" verify good --out "$small/out"
    dd if=/dev/zero of="$small/fill" bs=1k 2>/dev/null
    mkdir -p many && for i in $(seq 60); do
        printf -- '- { id: bad%s, url: %s/bad, expect: [status == 200] }\n' "$i" "$base"
    done | cat <(echo checks:) - >many/c.yaml
    "$POSTFLIGHT" verify many --out "$small/out" >said 2>&1
    check 'streams: full: the exit code stays' test $? -eq 1
    check 'streams: full: no record, no report' bash -c '! ls "$0"/out | grep -q .' "$small"
    check 'streams: full: the last line names no report' bash -c 'tail -1 said | grep -q "no report, as"'
fi
for limit in 0 1 2 3; do
    "$POSTFLIGHT" verify good --out limit >/dev/null
    (ulimit -f "$limit" && "$POSTFLIGHT" verify sick --out limit) >said 2>&1
    check "streams: at most $limit blocks a file: both or none" bash -c '
        [ "$(ls limit | grep -c .)" -eq 0 ] || { [ "$(ls limit | wc -l)" -eq 2 ] &&
        jq -e ".verdict == \"unhealthy\"" limit/record.json; }'
done

# Killed at any instant, there is a whole record with its report, or none.
kills=0
for i in $(seq 25); do
    "$POSTFLIGHT" verify sick --out killed >/dev/null 2>&1 &
    pid=$!
    read -rt "0.0$((i * 3 % 100 + 10))" <> <(:) || :
    kill -9 "$pid" 2>/dev/null && kills=$((kills + 1))
    wait "$pid" 2>/dev/null
    [ ! -e killed/record.json ] || { jq -e .verdict killed/record.json >/dev/null &&
        [ -s killed/report.md ]; } || { echo "not ok - streams: killed"; bad=1; }
done
echo "# $kills kills"
exit "$bad"
