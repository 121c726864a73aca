#!/usr/bin/env bash
# An outage as it was scripted, against what its document says of it: three
# rounds of 502 with the cause in the log, a second check that fails in between,
# and the recovery. Each round is verified for real; its record is then moved
# to its minute, so that the times are known.
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1

cat >server.py <<'P'
import http.server, json, os

class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_): pass

    def do_GET(self):
        code = json.load(open('mode.json')).get(self.path[1:], 200)
        body = b'{"ok": true}' if code == 200 else b'<p>upstream is gone</p>'
        self.send_response(code)
        self.send_header('Content-Type', 'application/json' if code == 200 else 'text/html')
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

server = http.server.HTTPServer(('127.0.0.1', 0), Handler)
open('port.new', 'w').write(str(server.server_address[1]))
os.rename('port.new', 'port')
server.serve_forever()
P
echo '{}' >mode.json
"$python" server.py &
background+=($!)
wait_for port || exit 1
cat >checks.yaml <<C
checks:
  - { id: api, title: Backend API, url: "http://127.0.0.1:$(cat port)/api", severity: critical, expect: [status == 200] }
  - { id: site, title: The site, url: "http://127.0.0.1:$(cat port)/site", severity: major, expect: [status == 200] }
  - { id: mail, title: Mail, url: "http://127.0.0.1:$(cat port)/mail", severity: minor, expect: [status == 200] }
C
cat >deploy.log <<'L'
2026-11-21T09:58:40Z Starting deploy of 4b906cf
2026-11-21T09:58:41Z Applying migration `20251017171256_init`
2026-11-21T09:58:42Z Error: P3018
2026-11-21T09:58:42Z A migration failed to apply. New migrations cannot be applied before the error is recovered from.
2026-11-21T09:58:42Z Migration name: 20251017171256_init
2026-11-21T09:58:42Z Database error code: 42P07
2026-11-21T09:58:42Z ERROR: relation "users" already exists
L

# Moves a record so that it starts at a time; each other time moves with it.
cat >move.py <<'P'
import datetime, json, re, sys
name, start = sys.argv[1:]
text = open(name).read()
parse = lambda s: datetime.datetime.fromisoformat(s.replace('Z', '+00:00'))
by = parse(start) - parse(json.loads(text)['started'])
def moved(match):
    t = parse(match[0])
    if t.year == 2026 and t.month == 11 and t.day == 21 and t.hour == 9:
        return match[0]  # of the log
    t += by
    return t.strftime('%Y-%m-%dT%H:%M:%S') + '.%03dZ' % (t.microsecond // 1000)
open(name, 'w').write(re.sub(r'\d{4}-\d\d-\d\dT[0-9:.]+Z', moved, text))
P
round() { # NAME TIME MODE [LOG]
    echo "$3" >mode.json
    "$POSTFLIGHT" verify checks.yaml ${4+--log "$4"} --quiet --report "json=$1.json" >/dev/null 2>&1
    "$python" move.py "$1.json" "2026-11-21T$2Z"
}
document() { # KIND NAME|--OPTION…: into docs/KIND/doc.md
    local from=() name
    for name in "${@:2}"; do
        case $name in
        --*) from+=("$name") ;;
        *) from+=(--from "$name.json") ;;
        esac
    done
    rm -rf "docs/$1" && mkdir -p "docs/$1"
    "$POSTFLIGHT" report "$1" "${from[@]}" --facts facts.yaml -o "docs/$1/doc.md"
}
has() { grep -qE -- "$2" "docs/$1/doc.md" || { echo "no line: $2"; cat "docs/$1/doc.md"; return 1; }; }
lacks() { ! grep -E -- "$2" "docs/$1/doc.md"; }
silent() { # KIND: for our own linter
    local said
    said=$("$POSTFLIGHT" lint "docs/$1/doc.md" 2>&1) || { echo "$said"; return 1; }
}
# Between two headings, or to the end.
part() { sed -n "/^## $2\$/,/^## /p" "docs/$1/doc.md"; }
in_part() { part "$1" "$2" | grep -qE -- "$3" || { part "$1" "$2"; return 1; }; }
not_in_part() { ! part "$1" "$2" | grep -E -- "$3"; }

cat >facts.yaml <<'F'
incident: INC-7
title: Backend API down
owner: platform team
user_impact: No board could be opened.
actions: [{ id: A1, text: Run migrations in a release step, owner: ann, due: 2026-12-01, type: prevent, done: true }]
well: [The runbook named the command.]
badly: [Nobody watched the deploy.]
lucky: [It was a Saturday.]
sign_off: [{ role: incident lead, name: ann, time: 2026-11-21T12:00:00Z }]
F
round r1 10:00:00 '{"api": 502}' deploy.log
round r2 10:07:00 '{"api": 502, "site": 503}' deploy.log
round r3 10:14:00 '{"api": 502}' deploy.log
round r4 10:21:00 '{}'

check 'it opens' document incident r1
check 'from all records, in any order' document incident r4 r2 r1 r3
check 'no remark of ours' silent incident
check 'it is resolved' has incident '^- \*\*Status:\*\* resolved$'
check 'since the first failure' has incident '^- \*\*Started:\*\* `2026-11-21T10:00:00'
check 'with its appendix' document incident r1 r2 r3 r4 --appendix
check 'observed, and not reported' has incident '^\| started \| `2026-11-21T10:00:00.*` \| observed \|$'
check 'the summary has the failure' in_part incident Summary 'From 10:00:00 to 10:21:00 UTC on 2026-11-21, Backend API failed: HTTP 502; also affected: The site\. It lasted 21 min; 2 of 3 checks were affected, while Mail passed\. The cause was 42P07: relation "users" already exists \(`deploy\.log:6`\), reported as .*\. At 10:21:00 UTC on 2026-11-21, all checks passed\.$'
document incident r1 r2
check 'what fails now is named with its own start' in_part incident Summary 'Since 10:00:00 UTC on 2026-11-21, Backend API has failed: HTTP 502; also affected: The site\.'
round r5 10:28:00 '{"site": 503}'
document incident r1 r2 r4 r5
check 'not what recovered' in_part incident Summary 'Since 10:28:00 UTC on 2026-11-21, The site has failed: HTTP 503; also affected: Backend API\.'
round r6 10:35:00 '{}'
document incident r1 r2 r4 r5 r6
check 'a time of several checks is not that of one' in_part incident Summary 'From 10:00:00 to 10:35:00 UTC on 2026-11-21, 2 checks failed, among them Backend API: HTTP 502; also affected: The site\.'
round r7 10:42:00 '{"mail": 500}'
document incident r1 r2 r4 r7
check 'a moment has only what failed in it' in_part incident Impact '^At 10:07:00 UTC on 2026-11-21, 2 of 3 checks did not pass\.'
check 'and not what failed at another' not_in_part incident Impact '^- Mail'
document incident r4 r2 r1 r3
check 'the impact of the one' in_part incident Impact '^\| Backend API \| HTTP 502 \| 10:00:00 \| 10:21:00 \| 21 min \|$'
check 'of the other' in_part incident Impact '^\| The site \| HTTP 503 \| 10:07:00 \| 10:14:00 \| 7 min \|$'
check 'of none' in_part incident Impact '^\| Mail \| none \| none \| none \| none \|$'
check 'the failed check has its body' in_part incident 'Failed checks' 'upstream is gone'
check 'its expectation' in_part incident 'Failed checks' '^\| `status == 200` \| fail \| `503` \|$'
check 'and its curl line' in_part incident 'Failed checks' '^curl .*/site$'
check 'the verification is of the end' not_in_part incident Verification '^- \*\*Result:\*\* (fail|degraded)'
check 'and has the check that recovered' in_part incident Verification '^\| Backend API \| HTTP 200'
check 'the services, too' not_in_part incident Services '\| fail \|'
check 'the recovery is no doubt about the cause' not_in_part incident Counter-evidence 'healthy'
check 'the log has its own time' in_part incident Timeline '^\| 2?.*09:58:42 \| .*42P07.* \| `deploy\.log:6`'
for row in '10:00:00.*Backend API failed: HTTP 502.*check api' '10:07:00.*The site failed: HTTP 503.*check site' \
    '10:14:00.*The site recovered.*check site' '10:21:00.*Backend API recovered.*check api'; do
    check "the timeline: $row" in_part incident Timeline "$row"
done
check 'no emergency is left' not_in_part incident 'Next steps' '\[ \]'
check 'nothing was verified that named no build' not_in_part incident Sign-off 'verified by'
check 'a picture is beside it' grep -q '<title>' docs/incident/doc.svg
check 'and in it' has incident '^!\[.*\]\(doc\.svg\)$'
cp docs/incident/doc.md before.md
check 'again: the same bytes' bash -c '"$1" report incident --from r1.json --from r2.json --from r3.json --from r4.json --facts facts.yaml -o docs/incident/doc.md && cmp before.md docs/incident/doc.md' x "$POSTFLIGHT"

check 'while it goes on' document incident r2 r1
check 'it is identified' has incident '^- \*\*Status:\*\* identified$'
check 'and ongoing' in_part incident Impact '^\| Backend API \| HTTP 502 \| 10:00:00 \| ongoing \| 7 min so far \|$'
check 'with steps' in_part incident 'Next steps' '^- \[ \] '
check 'no remark of ours, either' silent incident
check 'half recovered' document incident r1 r2 r3
check 'the site is' in_part incident Impact '^\| The site \| HTTP 503 \| 10:07:00 \| 10:14:00 \| 7 min \|$'
check 'the API is not' in_part incident Impact '^\| Backend API \| HTTP 502 \| 10:00:00 \| ongoing \| 14 min so far \|$'
check 'no remark of ours on this' silent incident

round r5 10:30:00 '{"api": 502}'
round r6 10:31:30 '{}'
check 'a second outage' document incident r6 r5 r4 r3 r2 r1
check 'has a row of its own' in_part incident Impact '^\| Backend API \| HTTP 502 \| 10:30:00 \| 10:31:30 \| 1 min 30 s \|$'
check 'beside the first' in_part incident Impact '^\| Backend API \| HTTP 502 \| 10:00:00 \| 10:21:00 \| 21 min \|$'
check 'no remark of ours on two' silent incident
for kind in root-cause status; do
    check "$kind" document $kind r1 r2 r3 r4
    check "$kind: no remark of ours" silent $kind
done
check 'the status is of the end' has status '^- \*\*Verdict:\*\* healthy'

check 'no success of a failure' bash -c '"$1" report success --from r1.json >/dev/null 2>err; [ $? -eq 3 ] && grep -q unhealthy err' x "$POSTFLIGHT"
"$POSTFLIGHT" scan deploy.log --format json >scan.json
round plain 10:00:00 '{"api": 502}'
check 'a scan has the cause' document incident plain r4 scan
check 'at its time' in_part incident Timeline '^\| 2?.*09:58:42 \| .*42P07.* \| `deploy\.log:6`'
check 'and in its section' in_part incident 'Root cause' '42P07'
check 'a scan alone will do' document incident scan
check 'with its cause' in_part incident 'Root cause' '42P07'
runs='{"id": 11, "name": "Deploy", "run_number": 3, "event": "push", "status": "completed", "conclusion": "failure", "head_sha": "4b906cf1", "created_at": "2026-11-21T09:57:00Z", "run_started_at": "2026-11-21T09:57:10Z", "updated_at": "2026-11-21T09:59:00Z", "html_url": "https://github.com/o/r/actions/runs/11", "actor": {"login": "ann"}}'
echo "{\"total_count\": 1, \"workflow_runs\": [$runs]}" >page.json
echo "[$runs]" >list.json
for file in page list; do
    check "a $file of runs is read" document incident r1 r4 $file
    check "a $file of runs: its deployment" in_part incident Timeline '09:57:10 \|.*\| `run 11` \|$'
done
refused() { # TEXT WANTED
    printf '%s' "$1" >other.json
    "$POSTFLIGHT" report incident --from other.json >/dev/null 2>err
    [ $? -eq 3 ] && grep -qF -- "$2" err || { cat err; return 1; }
}
check 'an object of another kind' refused '{"jobs": [], "total_count": 0}' "found an object with 'jobs', 'total_count'; --from takes the record.json of a run"
check 'an empty one' refused '{}' 'found an empty object'
check 'a text' refused '"x"' 'found a string'
check 'a list of something else' refused '[{"a": 1}]' "unknown key 'a'"
check 'a record of a later program' refused '{"schema": "postflight/record/9"}' 'record/9'
check 'one record for --report' bash -c '"$1" report --from r1.json --from r4.json --report tap=- >/dev/null 2>err; [ $? -eq 2 ] && grep -q "one record" err' x "$POSTFLIGHT"

# The same outage as watch sees it: its document in each state.
(printf 'watch: {open: {critical: 1 of 1, major: 1 of 1}, close: 2, documents: docs/watch}\n' && cat checks.yaml) >watch.yaml
watched() { # MODE: a round
    echo "$1" >mode.json
    "$POSTFLIGHT" watch --once watch.yaml --state watch.db --log deploy.log >out 2>&1
    [ $? -le 1 ] || { cat out; return 1; }
    rm -f docs/watch/doc.md
    ! ls docs/watch/INC-*.md >/dev/null 2>&1 || ln -s "$(basename docs/watch/INC-*.md)" docs/watch/doc.md
}
# Only what people have not answered yet may be left.
nothing_but_questions() { ! "$POSTFLIGHT" lint docs/watch/INC-*.md | grep -v ' L23 ' | grep .; }
stage() { # NAME MODE STATUS
    check "watch: $1" watched "$2"
    check "watch: $1: its status" has watch "^- \\*\\*Status:\\*\\* $3\$"
    check "watch: $1: no remark of ours" nothing_but_questions
}
check 'watch: all is well' watched '{}'
stage opened '{"api": 502}' detected
check 'watch: one goes on' in_part watch Impact '^\| Backend API \| HTTP 502 \| .* \| ongoing \| .* so far \|$'
stage worsened '{"api": 502, "site": 503}' detected
check 'watch: both do' in_part watch Impact '^\| The site \| HTTP 503 \| .* \| ongoing \| .* so far \|$'
stage improved '{"api": 502}' detected
check 'watch: the other does not' in_part watch Impact '^\| The site \| HTTP 503 \| [0-9: -]* \| [0-9: -]* \| [0-9]+ (s|min|min [0-9]+ s) \|$'
sleep 1.1 # a shorter one has no picture
stage recovering '{}' mitigated
stage resolved '{}' verified
check 'watch: the failure is kept' in_part watch 'Failed checks' 'upstream is gone'
check 'watch: with both episodes' test "$(part watch Impact | grep -cE '^\| (Backend API|The site) \| HTTP 50[23] \| [0-9: -]+ \| [0-9: -]+ \|')" -eq 2
check 'watch: no emergency is left' not_in_part watch 'Next steps' '\[ \]'
check 'watch: it was observed to begin' has watch '^\| started \| .* \| observed \|$'
check 'watch: a picture is beside it' bash -c 'grep -q "<title>" docs/watch/INC-*.svg'
id=$(basename docs/watch/INC-*.md .md)
check 'watch: somebody closes it' "$POSTFLIGHT" incident close "$id" --by ann --state watch.db
stage closed '{}' closed

# An episode for each round is too many: one row for all.
for ((i = 0; i < 9; i++)); do
    round "f$i" "11:0$i:00" '{"api": 502}'
    round "p$i" "11:0$i:30" '{}'
done
check 'eight of one check' document incident f{0..7} p{0..7}
check 'have eight rows' test "$(part incident Impact | grep -c '^| Backend API | HTTP 502 |')" -eq 8
check 'nine' document incident f{0..8} p{0..8}
check 'have one' in_part incident Impact '^\| Backend API \| failed 9 times; at last: HTTP 502 \| 11:00:00 \| 11:08:30 \| 8 min 30 s \|$'
check 'no remark of ours on nine' silent incident
exit "$bad"
