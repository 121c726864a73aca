#!/usr/bin/env bash
# Each exit code that the tables name is driven once, for each command.
. "$(dirname "$0")/lib.sh"
generate=$(dirname "$POSTFLIGHT")/tests/generate_docs
cd "$scratch" || exit 1

cat >server.yaml <<'C'
routes:
  /health: { type: application/json, body: '{"commit": "6706e2d3f1a84c5b", "ok": true}' }
  /sick: { status: 503, body: no }
  /hangs: { fault: hang }
C
play server.yaml server
one_check() { # NAME PATH REST: a file of one check
    printf 'checks: [{ id: a, url: "%s%s", %s }]\n' "$base" "$2" "$3" >"$1.yaml"
}
one_check good /health 'identity: jsonpath "$.commit", expect: status == 200'
one_check sick /sick 'expect: status == 200'
one_check slow /health 'expect: status == 200, degraded: duration < 1us'
printf 'checks:
  - { id: hangs, url: "%s/hangs", timeout: 10m, expect: status == 200 }
  - { id: mark, exec: [/bin/sh, -c, "touch asked"] }
' "$base" >hangs.yaml
printf 'checks: [{ id: a, exec: ["/bin/sh", "-c", "exit 3"] }]\n' >untold.yaml
printf 'checks: [{ id: a, url: nothing, expect: status == 200 }]\n' >wrong.yaml
printf 'signatures: [{ id: x }]\n' >wrong-signatures.yaml
mkdir signatures && cp wrong-signatures.yaml signatures/x.yaml
printf 'npm ERR! code EINTEGRITY\nERROR: relation "users" already exists\nDatabase error code: 42P07\n' >bad.log
echo 'all is well' >good.log
gzip -c bad.log | head -c -12 >broken.log.gz
echo '{' >wrong.json
"$POSTFLIGHT" verify good.yaml --report json=record.json --quiet >/dev/null
printf 'Status: RESOLVED\n\n# Incident\n\n**Status:** INVESTIGATING\n\nDuration: 5 minutes, 10:00 to 11:00 UTC\n' >bad.md
printf '# Notes\n\nAll is well.\n' >good.md

# While the service hangs. Background jobs ignore SIGINT unless it is reset.
interrupted() { # SIGNAL COMMAND…; notify is given its file
    local file=(hangs.yaml)
    [ "$2" != notify ] || file=()
    local pid code=0
    rm -f asked
    "$python" -c 'import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])' "$POSTFLIGHT" "${@:2}" "${file[@]}" &
    pid=$!
    wait_for asked
    kill -s "$1" "$pid"
    wait "$pid" || code=$?
    return "$code"
}

# A server that is stopped, with or without a run under way.
stopped() { # SIGNAL CHECKS
    local pid code=0
    rm -f asked serving
    "$python" -c 'import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])' "$POSTFLIGHT" serve "$2" --grace 100ms \
        --listen "unix:$PWD/serving" >/dev/null &
    pid=$!
    soon curl -sf --unix-socket serving http://gate/healthz
    if [ "$2" = hangs.yaml ]; then
        curl -s --unix-socket serving http://gate/verify >/dev/null &
        wait_for asked
    else
        curl -s --unix-socket serving http://gate/verify >/dev/null
    fi
    kill -s "$1" "$pid"
    wait "$pid" || code=$?
    return "$code"
}

# One line a row of the table: what ends so.
printf '[{"migration_name": "1_a", "checksum": null, "finished_at": "2025-01-01", "rolled_back_at": null, "logs": null}]' >applied.json
printf '[{"migration_name": "1_a", "checksum": null, "finished_at": null, "rolled_back_at": null, "logs": "x"}]' >failed.json
printf '[{"migration_name": "0_x", "checksum": null, "finished_at": "2025-01-01", "rolled_back_at": null, "logs": null}]' >ahead.json
mkdir -p prisma/1_a && echo 'SELECT 1;' >prisma/1_a/migration.sql
migrations_0() { "$POSTFLIGHT" migrations --path prisma --state applied.json; }
migrations_1() { "$POSTFLIGHT" migrations --path prisma --state failed.json; }
migrations_2() { "$POSTFLIGHT" migrations --path prisma --state nothing.json; }
migrations_4() { "$POSTFLIGHT" migrations --path prisma --dsn "postgresql://u@/d?host=$PWD"; }
migrations_6() { "$POSTFLIGHT" migrations --path prisma --state ahead.json; }
verify_0() { "$POSTFLIGHT" verify slow.yaml; }
verify_1() { "$POSTFLIGHT" verify sick.yaml; }
verify_2() { "$POSTFLIGHT" verify good.yaml --log .; }
verify_3() { "$POSTFLIGHT" verify wrong.yaml; }
verify_4() { "$POSTFLIGHT" verify untold.yaml; }
verify_5() { "$POSTFLIGHT" verify good.yaml --expect 91614ff3; }
verify_6() { "$POSTFLIGHT" verify slow.yaml --fail-on degraded; }
verify_130() { interrupted INT verify; }
verify_143() { interrupted TERM verify; }
scan_0() { "$POSTFLIGHT" scan good.log; }
scan_1() { "$POSTFLIGHT" scan bad.log; }
scan_2() { "$POSTFLIGHT" scan missing.log; }
scan_3() { "$POSTFLIGHT" scan good.log --signatures signatures; }
scan_4() { "$POSTFLIGHT" scan broken.log.gz; }
report_0() { "$POSTFLIGHT" report status --from record.json; }
report_2() { "$POSTFLIGHT" report nonsense --from record.json; }
report_3() { "$POSTFLIGHT" report status --from wrong.json; }
report_7() { "$POSTFLIGHT" report status --from record.json -o absent.md --check; }
lint_0() { "$POSTFLIGHT" lint good.yaml good.md; }
lint_2() { "$POSTFLIGHT" lint; }
lint_3() { "$POSTFLIGHT" lint wrong.yaml; }
lint_7() { "$POSTFLIGHT" lint bad.md; }
explain_0() { "$POSTFLIGHT" explain 42P07; }
explain_2() { "$POSTFLIGHT" explain nonsense; }
explain_3() { "$POSTFLIGHT" explain 42P07 --signatures signatures; }
init_0() { "$POSTFLIGHT" init "$base/health"; }
init_2() { "$POSTFLIGHT" init "$base/health" -o good.yaml; }
init_3() { "$POSTFLIGHT" init --from wrong.json; }
init_4() { "$POSTFLIGHT" init "http://127.0.0.1:$closed/"; }
printf 'GET http://h.test/\nHTTP 200\n' >clean.hurl
printf 'GET http://h.test/\nHTTP 200\n[Asserts]\nmd5 == hex,00;\n' >left.hurl
import_0() { "$POSTFLIGHT" import clean.hurl; }
import_2() { "$POSTFLIGHT" import clean.hurl -o good.yaml; }
import_3() { "$POSTFLIGHT" import wrong.json; }
import_7() { "$POSTFLIGHT" import left.hurl; }
baseline_0() { "$POSTFLIGHT" baseline good.yaml; }
baseline_2() { "$POSTFLIGHT" baseline good.yaml --samples 0; }
baseline_3() { "$POSTFLIGHT" baseline wrong.yaml; }
baseline_4() { "$POSTFLIGHT" baseline untold.yaml; }
baseline_130() { interrupted INT baseline; }
baseline_143() { interrupted TERM baseline; }
serve_0() { stopped TERM good.yaml; }
serve_2() { "$POSTFLIGHT" serve good.yaml --listen nowhere; }
serve_3() { "$POSTFLIGHT" serve wrong.yaml; }
serve_130() { stopped INT hangs.yaml; }
serve_143() { stopped TERM hangs.yaml; }
prove_0() { "$POSTFLIGHT" prove good.yaml; }
prove_2() { "$POSTFLIGHT" prove good.yaml --min-score no; }
prove_3() { "$POSTFLIGHT" prove wrong.yaml; }
prove_4() { "$POSTFLIGHT" prove sick.yaml; }
prove_7() { "$POSTFLIGHT" prove good.yaml --min-score 100; }
prove_130() { interrupted INT prove; }
prove_143() { interrupted TERM prove; }
watch_0() { "$POSTFLIGHT" watch --once good.yaml; }
watch_1() { "$POSTFLIGHT" watch --once sick.yaml; }
watch_2() { "$POSTFLIGHT" watch good.yaml; }
watch_3() { "$POSTFLIGHT" watch --once wrong.yaml; }
watch_4() { "$POSTFLIGHT" watch --once good.yaml --state nowhere/state.db; }
watch_5() { "$POSTFLIGHT" watch --once good.yaml --expect 91614ff3; }
watch_6() { "$POSTFLIGHT" watch --once slow.yaml --fail-on degraded; }
watch_130() { interrupted INT watch --once; }
watch_143() { interrupted TERM watch --once; }
cat >opens.yaml <<C
watch: { open: { critical: 1 of 1 } }
checks: [{ id: a, url: "$base/sick", expect: status == 200 }]
C
"$POSTFLIGHT" watch --once opens.yaml --state incidents.db >/dev/null
incident_0() { "$POSTFLIGHT" incident show last --state incidents.db; }
incident_2() { "$POSTFLIGHT" incident show INC-1 --state incidents.db; }
incident_3() { "$POSTFLIGHT" incident close last --state incidents.db; }
incident_4() { "$POSTFLIGHT" incident list --state missing.db; }
receiver() { # SCRIPT: a program that gets the messages, in tell.yaml
    printf 'watch: { notify: [{ name: a, command: [/bin/sh, -c, "%s"] }] }\n' "$1" >tell.yaml
    printf 'checks: [{ id: a, url: "%s/sick", expect: status == 200 }]\n' "$base" >>tell.yaml
}
notify_0() { receiver true && "$POSTFLIGHT" notify --test tell.yaml; }
notify_2() { receiver true && "$POSTFLIGHT" notify --test tell.yaml b; }
notify_3() { "$POSTFLIGHT" notify --test wrong.yaml; }
notify_4() { receiver false && "$POSTFLIGHT" notify --test tell.yaml; }
notify_ended() { # SIGNAL
    receiver 'touch asked; sleep 3600'
    cp tell.yaml hangs-too.yaml
    interrupted "$1" notify --test hangs-too.yaml
}
notify_130() { notify_ended INT; }
notify_143() { notify_ended TERM; }
status_0() { "$POSTFLIGHT" status -o site --state incidents.db; }
status_2() { "$POSTFLIGHT" status --state incidents.db; }
status_4() { "$POSTFLIGHT" status -o site --state missing.db; }
of_run() { # FILE ARGS…: the record of a run, merged
    "$POSTFLIGHT" verify "$@" --quiet --report json=run.json >/dev/null || :
    "$POSTFLIGHT" merge run.json
}
merge_0() { of_run slow.yaml; }
merge_1() { of_run sick.yaml; }
merge_2() { "$POSTFLIGHT" merge missing.json; }
merge_3() { "$POSTFLIGHT" merge record.json record.json; }
merge_4() { of_run untold.yaml; }
merge_5() { of_run good.yaml --expect 91614ff3; }
merge_6() { of_run slow.yaml --fail-on degraded; }
completion_0() { "$POSTFLIGHT" completion bash; }
completion_2() { "$POSTFLIGHT" completion csh; }

ends() { # FUNCTION CODE; 2, 3 and 4 never come without a word
    local code=0
    "$1" >said 2>told || code=$?
    [ "$code" -eq "$2" ] || { echo "exit $code"; head -20 said told; return 1; }
    case $code in
    2 | 3 | 4) [ -s told ] || [ -s said ] || { echo "exit $code without a word"; return 1; } ;;
    esac
}

closed=$(free_port)
rows=0
while read -r command codes; do
    for code in ${codes//,/}; do
        check "exit $code of $command" ends "${command}_$code" "$code"
        rows=$((rows + 1))
    done
done < <("$generate" command-exits)
check 'each driver belongs to a row' \
    [ "$(compgen -A function | grep -cE '^[a-z]+_[0-9]+$')" -eq "$rows" ]

# Nor where standard output is a document or nothing is shown.
told() { # CODE COMMAND…
    local code=0
    "$POSTFLIGHT" "${@:2}" >/dev/null 2>told || code=$?
    [ "$code" -eq "$1" ] && [ -s told ] || { echo "exit $code"; cat told; return 1; }
}
check 'a baseline that lacks checks is told' told 4 baseline untold.yaml
check 'a quiet round that is inconclusive is told' told 4 watch --once --quiet untold.yaml
check 'a quiet round that is wrong is told' told 3 watch --once --quiet wrong.yaml
check 'a quiet run that is wrong is told' told 3 verify --quiet --format json wrong.yaml
check 'a scan of nothing is told' told 2 scan --format json missing.log
check 'a merge of nothing is told' told 2 merge --quiet missing.json
check 'a history that is missing is told' told 4 incident list --state missing.db

# What is said where all of them are named holds for each command.
codes_of_help() { "$POSTFLIGHT" "$1" --help | sed -n '/^exit codes:/,/^$/s/^  \([0-9][0-9, ]*[0-9]\|[0-9]\)  .*/\1/p'; }
general=$("$POSTFLIGHT" --help | sed -n '/^exit codes:/,$s/^  \([0-9][0-9, ]*[0-9]\|[0-9]\)  .*/\1/p')
every_command_names_its_codes() {
    local command
    for command in $("$POSTFLIGHT" --help | sed -nE 's/^  ([a-z]+)  +[A-Z].*/\1/p'); do
        [ -n "$(codes_of_help "$command")" ] || { echo "$command names none"; return 1; }
        [ -z "$(comm -23 <(codes_of_help "$command" | sort) <(sort <<<"$general"))" ] ||
            { echo "$command has a code that --help does not name"; return 1; }
    done
}
check 'each command names its codes' every_command_names_its_codes

# Output that goes nowhere is no success.
full() { "$POSTFLIGHT" --help >/dev/full; }
check 'a full disk is told' ends full 4
no_command() { "$POSTFLIGHT"; }
check 'no command is usage' ends no_command 2
unknown() { "$POSTFLIGHT" nonsense; }
check 'an unknown command is usage' ends unknown 2
for word in --help -h help 'help verify' 'verify -h' --version; do
    asked() { "$POSTFLIGHT" $word; }
    check "$word ends well" ends asked 0
done
exit "$bad"
