#!/usr/bin/env bash
# Logs as they come: compressed, in UTF-16, with times of many forms, with the
# log of a good deploy beside them.
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1

cat >deploy.log <<'L'
2026-11-21T10:00:00Z starting
2026-11-21T10:00:01Z WARN  retry 17 of pool a1
2026-11-21T10:00:02Z ERROR: cache 17 is cold
2026-11-21T10:00:03Z Error: P3018
2026-11-21T10:00:03Z Migration name: 20251017_init
2026-11-21T10:00:03Z Database error code: 42P07
2026-11-21T10:00:03Z ERROR: relation "users" already exists
2026-11-21T10:00:09Z ERROR: flux capacitor 9 is out of "plutonium"
L
scan() { # EXIT ARGS: json of it in out.json
    "$POSTFLIGHT" scan "${@:2}" --format json >out.json 2>err
    got=$?
    [ "$got" -eq "$1" ] || { echo "exit $got"; cat err out.json; return 1; }
}
root() { jq -e --arg id "$1" '.causes[0].signature == $id' out.json >/dev/null || jq .causes out.json | (head -30; false); }

check 'a log' scan 1 deploy.log
cp out.json plain.json
same() { diff <(sed "s/$1/deploy.log/" out.json | grep -v '"files"') <(grep -v '"files"' plain.json) | head -20; }

"$POSTFLIGHT" scan --excerpt deploy.log >excerpt.txt
check 'an excerpt ends as the scan does' test $? -eq 1
check 'it marks the root' grep -q '^[67]> ' excerpt.txt
check 'and shows what is around it' grep -q '^7[:>] ERROR: relation "users" already exists' excerpt.txt
check 'it names the log' grep -q '^deploy.log: 8 lines, ' excerpt.txt
(seq 3000; cat deploy.log) >padded.log
for size in 500:500 501:501 2k:2000 1MiB:1048576; do
    "$POSTFLIGHT" scan --excerpt "${size%:*}" padded.log >excerpt.txt
    check "an excerpt of ${size%:*} fits" test "$(stat -c %s excerpt.txt)" -le "${size#*:}"
    check "and has the root (${size%:*})" grep -q '^300[67]> ' excerpt.txt
done
check 'an excerpt as JSON' scan 1 --excerpt padded.log
check 'has the root' jq -e '[.excerpt[] | select(.root)][0] | (.line == 3006 or .line == 3007) and .file == "padded.log"' out.json
check 'of standard input' bash -c '"$0" scan --excerpt - <deploy.log | grep -q "^[67]> "' "$POSTFLIGHT"
check 'nothing has no excerpt' scan 0 --excerpt /dev/null

for tool in gzip zstd; do
    $tool -q -c deploy.log >deploy.$tool
    check "the same by $tool" scan 1 "deploy.$tool"
    check "finds the same ($tool)" same "deploy.$tool"
    head -c $(($(stat -c %s "deploy.$tool") - 9)) "deploy.$tool" >half.$tool
    check "half of it by $tool is no answer" \
        bash -c '"$0" scan half.$1 2>err; code=$?; [ $code -eq 2 ] || [ $code -eq 4 ]' "$POSTFLIGHT" "$tool"
    check "and says so ($tool)" grep -q "ends in the middle of its $tool data" err
done
cat deploy.gzip deploy.gzip >twice.gz
check 'two gzip members are one log' scan 1 twice.gz
check 'of twice the lines' jq -e '.coverage.lines == 16' out.json
for to in UTF-16 UTF-16LE UTF-16BE; do
    case $to in
    UTF-16LE) (printf '\377\376'; iconv -t $to deploy.log) >wide.log ;;
    UTF-16BE) (printf '\376\377'; iconv -t $to deploy.log) >wide.log ;;
    *) iconv -t $to deploy.log >wide.log ;;
    esac
    check "$to, as PowerShell writes it" scan 1 wide.log
    check "finds the root ($to)" root postgres/42p07
done
printf '\357\273\277' | cat - deploy.log >mark.log
check 'a byte order mark' scan 1 mark.log
check 'standard input' bash -c '"$0" scan - <deploy.log | grep -q "relation .users. already exists"' "$POSTFLIGHT"
mkfifo pipe.log
(gzip -c deploy.log >pipe.log &)
check 'a pipe that brings gzip' scan 1 pipe.log
head -c 700000000 /dev/zero | gzip -1 | cat - <(head -c 700000000 /dev/zero | gzip -1) >bomb.gz
check 'a log of 1.4 GB of nothing is an answer or a clear error' \
    bash -c '"$0" scan bomb.gz >out.txt 2>&1; [ $? -ne 139 ] && grep -q "500 times larger\|0 causes" out.txt' "$POSTFLIGHT"
printf 'x%.0s' $(seq 1000) | tr -d '\n' >long.log
for _ in $(seq 12); do cat long.log long.log >longer.log; mv longer.log long.log; done
printf ' Error: P3018 at the end\n' >>long.log
check 'a line of 4 MB is read to its end' scan 1 long.log
check 'and was cut once' jq -e '.coverage.cut == 1 and .coverage.lines == 1' out.json

check 'since and until' scan 0 deploy.log --since 2026-11-21T10:00:08Z
check 'leave out what was before' jq -e '(.findings | length == 0) and (.unknown | length == 1)' out.json
check 'until' scan 1 deploy.log --until 2026-11-21T10:00:04Z
check 'leaves out what came after' jq -e '[.unknown[].text] | any(test("flux")) | not' out.json
check 'a time that is none' scan 2 deploy.log --since yesterday

grep -v 'P3018\|Migration\|Database\|relation\|flux' deploy.log | sed 's/17/99/' >good.log
check 'with a good log' scan 1 deploy.log --good good.log
check 'what it has, too, comes last' jq -e '.unknown[0].text | test("flux")' out.json
check 'and is told' jq -e '[.unknown[] | {(.text[:20]): .in_good}] | add | to_entries | map(.value) | sort == [false, true]' out.json
check 'the cause is new' grep -q 'the log of the good deploy does not have it' out.json
check 'a good log that is not there' scan 2 deploy.log --good missing.log

id=$(jq -r '.unknown[] | select(.text | test("flux")) | .id' plain.json)
"$POSTFLIGHT" scan deploy.log --stub "$id" >own.yaml
mkdir signatures.d && mv own.yaml signatures.d/
check 'a stub for an unknown error is a signature' "$POSTFLIGHT" lint signatures.d
check 'which knows it' scan 1 deploy.log --signatures signatures.d
check 'from then on' jq -e --arg id "own/$id" '[.findings[].signature] | any(. == $id)' out.json
check 'a stub for nothing is refused' bash -c '! "$0" scan deploy.log --stub u-0' "$POSTFLIGHT"

suppress() { # UNTIL TEXT: scan with 42P07 suppressed
    mkdir -p own.d
    printf 'suppress:\n  - { signature: "postgres/42p0*", %s reason: known, until: %s }\n' "$2" "$1" >own.d/s.yaml
    scan 1 deploy.log --signatures own.d
}
check 'a suppression' suppress 2999-12-31 ''
check 'leaves the error out, and counts it' jq -e '.coverage.suppressed == 2 and ([.findings[].signature] | any(. == "postgres/42p07") | not)' out.json
check 'one of other lines' suppress 2999-12-31 'contains: orders,'
check 'leaves this one in' jq -e '.coverage.suppressed == 0' out.json
check 'one that is over' suppress 2020-01-01 ''
check 'does nothing' jq -e '.coverage.suppressed == 0' out.json
check 'and is told' grep -q 'is over: known' err
printf 'suppress:\n  - { signature: a/b, until: 2999-12-31 }\n' >own.d/s.yaml
check 'one without a reason is refused' scan 3 deploy.log --signatures own.d

stamp() { # FORM: a line with that time is at 10:02:03
    printf '%s starting\nERROR: out of cheese\n' "$1" >stamp.log
    scan 0 stamp.log && jq -e '.unknown[-1].first.time | test("-11-21T10:02:03")' out.json ||
        { jq -c '.unknown[0].first, .coverage' out.json; false; }
}
while IFS= read -r form; do
    check "time: $form" stamp "$form"
done <<'F'
2026-11-21T10:02:03Z
2026-11-21T11:02:03.123+01:00
2026-11-21 10:02:03,123
2026/11/21 10:02:03 [error] 7#7:
[2026-11-21T10:02:03.123456789Z]
Nov 21 10:02:03 host app[7]:
<34>1 2026-11-21T10:02:03.003Z host app - - -
<34>Nov 21 10:02:03 host app:
1795255323
1795255323.123
1795255323123
[1795255323]
E1121 10:02:03.123456       1 main.go:7]
21 Nov 2026 10:02:03.123 *
21-Nov-2026 10:02:03.123
Sat Nov 21 10:02:03 2026
Sat, 21 Nov 2026 10:02:03 +0000
Nov 21, 2026 10:02:03
11/21/2026 10:02:03 AM
20261121T100203
F
json() { # KEY
    printf '{"level":"info",%s}\nERROR: out of cheese\n' "$1" >json.log
    scan 0 json.log && jq -e '.unknown[0].first.time | test("2026-11-21T10:02:03")' out.json
}
check 'time: in JSON' json '"ts":"2026-11-21T10:02:03Z"'
check 'time: in JSON, as a number' json '"time": 1795255323.5'
printf '10.0.0.1 - - [21/Nov/2026:10:02:03 +0000] "GET / HTTP/1.1" 500 3\nERROR: out of cheese\n' >access.log
check 'time: of an access log, borrowed' scan 0 access.log
check 'by the next line' jq -e '.unknown[0].first.time == "2026-11-21T10:02:03Z"' out.json
exit "$bad"
