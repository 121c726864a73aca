#!/usr/bin/env bash
# Delivery beside the rounds: a receiver that hangs costs nobody else anything,
# keys of two histories differ, and what nobody got can be seen.
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1

cat >receiver.py <<'PY'
"""Checks at /check/NAME, which fail while a file NAME.sick exists; receivers at
others, by their first part: hang, gone, busy, ok. Each is a line of log.jsonl."""
import http.server, json, os, time

LOG = open("log.jsonl", "a", buffering=1)


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.reply(503 if os.path.exists(self.path.split("/")[-1] + ".sick") else 200)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        LOG.write(json.dumps({"at": time.time(), "path": self.path, "body": body,
                              "key": self.headers["Idempotency-Key"]}) + "\n")
        kind = self.path.split("/")[1]
        while kind == "hang" and not os.path.exists("awake"):
            time.sleep(0.05)
        self.reply({"gone": 404, "busy": 503}.get(kind, 204))

    def reply(self, status):
        try:
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()
        except OSError:
            pass

    def log_message(self, *args):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
with open("port.new", "w") as f:
    f.write(str(server.server_address[1]))
os.rename("port.new", "port")
server.serve_forever()
PY
"$python" receiver.py &
background+=($!)
wait_for port || exit 1
base=http://127.0.0.1:$(cat port)

cat >seen.py <<'PY'
"""seen.py EXPRESSION: is it true of what was received? E, at(path), keys(path)"""
import json, os, re, sys

E = [json.loads(line) for line in open("log.jsonl")] if os.path.exists("log.jsonl") else []


def at(path):
    return [e for e in E if e["path"] == path]


def told(path):
    return [json.loads(e["body"])["transition"] for e in at(path)]


def keys(path):
    return [e["key"] for e in at(path)]


if not eval(sys.argv[1]):
    print("not so:", sys.argv[1])
    for e in E:
        print(e["path"], e["key"])
    sys.exit(1)
PY
seen() { "$python" seen.py "$1"; }

# definition RECEIVERS…: each a line of YAML; the file is NAME.yaml
definition() {
    {
        printf 'watch:\n  service: shop\n  jitter: 0s\n  open: { critical: 1 of 1 }\n'
        printf '  close: 1\n  flapping: never\n  documents: docs-%s\n  notify:\n' "$1"
        printf '    - %s\n' "${@:2}"
        printf 'checks:\n  - { id: a, title: The API, url: "%s/check/%s", expect: status == 200 }\n' "$base" "$1"
    } >"$1.yaml"
}
all='on: [opened, worsened, acknowledged, reminded, resolved, reopened, closed, late]'
once() { # NAME [OPTIONS]: a round of cron; sets code
    code=0
    timeout 100 "$POSTFLIGHT" watch --once "$1.yaml" --state "${state:-$1.db}" \
        "${@:2}" >"$1.said" 2>&1 || code=$?
}
says() { grep -qE -- "$2" "$1.said" || { cat "$1.said"; return 1; }; }
says_not() { ! grep -E -- "$2" "$1.said"; }

# Two histories with their first incident of the same day, one receiver.
definition one "{name: ops, webhook: \"$base/ok/both\", $all}"
definition two "{name: ops, webhook: \"$base/ok/both\", $all}"
touch one.sick two.sick
once one
once two
check 'keys: two histories, two pages, no key twice' seen \
    "told('/ok/both') == ['opened', 'opened'] and len(set(keys('/ok/both'))) == 2"
check 'keys: nor do they share a dedup_key' seen \
    "len({json.loads(e['body'])['dedup_key'] for e in at('/ok/both')}) == 2"
check 'keys: the same incident id in both' seen \
    "len({json.loads(e['body'])['incident']['id'] for e in at('/ok/both')}) == 1"
rm one.sick
once one
check 'keys: one incident keeps its dedup_key' seen \
    "json.loads(at('/ok/both')[0]['body'])['dedup_key'] == json.loads(at('/ok/both')[2]['body'])['dedup_key']"

# A service beside a receiver that accepts and never responds.
definition hung "{name: dead, webhook: \"$base/hang/a\", $all}" \
    "{name: ops, webhook: \"$base/ok/hung\", $all}"
"$POSTFLIGHT" watch --interval 1s hung.yaml --state hung.db >hung.said 2>&1 &
service=$!
background+=("$service")
rounds_are() { # AT LEAST
    [ "$("$python" -c 'import sqlite3
print(sqlite3.connect("file:hung.db?mode=ro", uri=True).execute("SELECT COUNT(*) FROM runs").fetchone()[0])')" -ge "$1" ]
}
soon rounds_are 1
touch hung.sick
check 'hung: the healthy receiver gets its page' soon seen "'opened' in told('/ok/hung')"
check 'hung: the other was tried' soon seen "len(at('/hang/a')) == 1"
rm hung.sick
check 'hung: and it hears of the end' soon seen "'resolved' in told('/ok/hung')"
check 'hung: while the other still hangs' seen "len(at('/hang/a')) == 1"
soon rounds_are 8
check 'hung: own delay is not late' seen "'late' not in told('/ok/hung')"
kill -HUP "$service"
check 'hung: definitions are read again' soon says hung 'read again'
touch hung.sick
check 'hung: and it goes on' soon seen "told('/ok/hung').count('opened') + told('/ok/hung').count('reopened') >= 2"
kill -TERM "$service"
code=0
wait "$service" || code=$?
check 'hung: a signal ends it' [ "$code" -eq 0 ]
check 'hung: what was on its way comes again, by the same key' seen \
    "len(set(keys('/hang/a'))) < len(keys('/hang/a')) or len(keys('/hang/a')) == 1"
check 'hung: no line without a reason' says_not hung 'no reason'

# Rounds of cron beside one that still sends.
definition cron "{name: dead, webhook: \"$base/hang/b\", $all}" \
    "{name: ops, webhook: \"$base/ok/cron\", $all}"
touch cron.sick
once cron &
first=$!
soon seen "at('/hang/b')"
once cron
check 'cron: no round waits for one that sends' says_not cron 'another watcher'
rm cron.sick
once cron --if-held fail
check 'cron: nor is it refused' says_not cron 'another watcher'
wait "$first"
check 'cron: the other receiver got all' seen "told('/ok/cron') == ['opened', 'resolved']"
check 'cron: each once' seen "len(set(keys('/ok/cron'))) == 2"

# What nobody got.
definition gone "{name: dead, webhook: \"$base/gone/a\", $all}"
touch gone.sick
once gone
check 'gone: it is said, with the reason' says gone 'not sent to dead, given up: status 404'
rm gone.sick
once gone
check 'gone: a round that could not be sent ends with 4' [ "$code" -eq 4 ]
once gone
check 'gone: the next one is fine' [ "$code" -eq 0 ]
"$POSTFLIGHT" incident show last --state gone.db >gone.said 2>&1
check 'gone: the incident shows it' says gone 'The page to dead could not be delivered: status 404'
"$POSTFLIGHT" status -o site --state gone.db >/dev/null 2>&1
check 'gone: the status page shows it' grep -q '2 pages could not be delivered' site/STATUS.md site/index.html
touch gone.sick
once gone
check 'gone: the document shows it' grep -q 'The page to dead could not be delivered' docs-gone/*.md
definition busy "{name: dead, webhook: \"$base/busy/a\", $all}"
touch busy.sick
once busy
"$POSTFLIGHT" incident show last --state busy.db >busy.said 2>&1
check 'busy: the incident shows what has not arrived yet' says busy \
    'The page to dead has not arrived after 1 attempt: status 503'

# Another receiver gets what one refused; links lead somewhere or are none.
definition fall "{name: dead, webhook: \"$base/gone/f\", fallback: ops, $all}" \
    "{name: fine, webhook: \"$base/ok/f\", fallback: ops, $all}" \
    "{name: ops, webhook: \"$base/ok/ops\", on: [closed]}"
touch fall.sick
once fall
once fall
check 'fallback: it gets what the other refused, once' seen \
    "told('/ok/ops') == ['opened'] and json.loads(at('/ok/ops')[0]['body'])['text'].startswith('Not delivered to dead: ')"
check 'fallback: under a key of its own' seen \
    "keys('/ok/ops')[0] == keys('/gone/f')[0] + '/fallback/ops'"
check 'fallback: what was accepted goes to nobody else' seen "len(at('/ok/f')) == 1"
check 'link: no path of this disk' seen "json.loads(at('/ok/f')[0]['body'])['link'] is None"
for more in 0 1; do
    base_of() { printf 'https://a.test/%s' "$(printf "%$((985 + $1))s" | tr ' ' x)"; }
    printf 'watch: { link_base: "%s" }\nchecks: [{ id: a, url: "http://h.test/", expect: status == 200 }]\n' \
        "$(base_of "$more")" >long.yaml
    code=0
    "$POSTFLIGHT" lint long.yaml >long.said 2>&1 || code=$?
    check "link: a base of $((1000 + more)) bytes" [ "$code" -eq $((more * 3)) ]
done
definition late "{name: slow, webhook: \"$base/busy/l\", fallback: ops, $all}" \
    "{name: ops, webhook: \"$base/ok/late\", on: [closed]}"
sed -i 's|^  service: shop|&\n  link_base: https://status.example.org/incidents/|' late.yaml
touch late.sick
once late
check 'fallback: nothing yet' seen "at('/ok/late') == []"
aged() { # SECONDS: as if it were made so long ago
    "$python" -c 'import sqlite3, sys
db = sqlite3.connect("late.db")
db.execute("UPDATE notices SET made_ms = CAST(strftime(\"%s\") AS INTEGER) * 1000 - ?", (int(sys.argv[1]) * 1000,))
db.commit()' "$1"
}
aged 540
once late
check 'fallback: not after 9 minutes' seen "at('/ok/late') == []"
aged 601
once late
check 'fallback: after 10 minutes' seen "told('/ok/late') == ['opened']"
once late
check 'fallback: but once' seen "told('/ok/late') == ['opened']"
check 'link: absolute' seen \
    "re.fullmatch('https://status.example.org/incidents/INC-[-0-9]+.md', json.loads(at('/ok/late')[0]['body'])['link'])"

# A standby takes over when the one that has the history is killed.
rounds_in() { # PATTERN FILE: how many lines have it
    grep -cE -- "$1" "$2"
}
at_least() { [ "$(rounds_in "$2" "$3")" -ge "$1" ]; }
standby() { # KIND WHERE
    local kind=$1 where=$2 first second told
    definition "stand-$kind" "{name: ops, webhook: \"$base/ok/stand-$kind\", $all}"
    "$POSTFLIGHT" watch --interval 1s "stand-$kind.yaml" --state "$where" >"first-$kind.said" 2>&1 &
    first=$!
    soon at_least 1 healthy "first-$kind.said"
    "$POSTFLIGHT" watch --interval 1s "stand-$kind.yaml" --state "$where" --if-held wait >"second-$kind.said" 2>&1 &
    second=$!
    background+=("$first" "$second")
    check "standby: $kind: it says that it waits" soon at_least 1 'on standby, another watcher has it: pid' "second-$kind.said"
    touch "stand-$kind.sick"
    check "standby: $kind: the first one tells" soon seen "told('/ok/stand-$kind') == ['opened']"
    check "standby: $kind: the second does no round" [ "$(rounds_in 'healthy' "second-$kind.said")" -eq 0 ]
    kill -KILL "$first"
    wait "$first" 2>/dev/null
    began=$("$python" -c 'import time; print(time.time())')
    check "standby: $kind: kill -9, and the second goes on" soon at_least 1 unhealthy "second-$kind.said"
    "$python" -c 'import sys, time; print("# taken over after %.1f s" % (time.time() - float(sys.argv[1])))' "$began"
    soon at_least 3 unhealthy "second-$kind.said"
    check "standby: $kind: nothing is sent twice" seen "told('/ok/stand-$kind') == ['opened']"
    rm "stand-$kind.sick"
    check "standby: $kind: it tells of the end" soon seen "told('/ok/stand-$kind') == ['opened', 'resolved']"
    kill -HUP "$second"
    check "standby: $kind: definitions are read again" soon at_least 1 'read again' "second-$kind.said"
    kill -TERM "$second"
    code=0
    wait "$second" || code=$?
    check "standby: $kind: a signal ends it" [ "$code" -eq 0 ]
}
standby sqlite stand.db
if start_postgres; then
    server=${background[-1]}
    standby postgres "$postgres"
else
    echo 'not ok - delivery: a PostgreSQL starts'
    bad=1
fi
once late --if-held wait
check 'standby: not with --once' [ "$code" -eq 2 ]

# A history that cannot be used stops no page.
definition away "{name: ops, webhook: \"$base/ok/away\", $all}"
touch away.sick
state=away/state.db
once away
check 'spool: the verdict is the exit code' [ "$code" -eq 1 ]
check 'spool: it says where the rounds go' says away "the rounds go into '.*spool-[0-9a-f]{16}.db'"
check 'spool: the page is sent' seen "told('/ok/away') == ['opened']"
check 'spool: and says why it may come twice' seen \
    "json.loads(at('/ok/away')[0]['body'])['note'].startswith('history unavailable')"
spool=$(grep -oE "/[^']*/spool-[0-9a-f]*.db" away.said)
check 'spool: it is for its owner alone' [ "$(stat -c %a "$spool")" = 600 ]
once away
check 'spool: the next round goes on with it' seen "told('/ok/away') == ['opened']"
mkdir away
once away
check 'spool: the history is back' says away 'is back, and has'
check 'spool: no page comes twice' seen "told('/ok/away') == ['opened']"
check 'spool: all rounds are in the history' bash -c \
    '[ "$("$1" -c "import sqlite3; print(sqlite3.connect(\"away/state.db\").execute(\"SELECT COUNT(*), COUNT(DISTINCT started_ms) FROM runs\").fetchone())")" = "(3, 3)" ]' _ "$python"
check 'spool: the file is sound' bash -c \
    '[ "$("$1" -c "import sqlite3; d = sqlite3.connect(\"away/state.db\"); print(d.execute(\"PRAGMA integrity_check\").fetchall(), d.execute(\"PRAGMA foreign_key_check\").fetchall())")" = "[('"'ok'"',)] []" ]' _ "$python"
check 'spool: nothing is left of it' [ ! -e "$spool" ]
rm away.sick
once away
check 'spool: the incident ends in the history' seen "told('/ok/away') == ['opened', 'resolved']"
unset state

# A spool that knows nothing of the incident opens one beside it: both end.
definition beside "{name: ops, webhook: \"$base/ok/beside\", $all}"
touch beside.sick
mkdir store
state=store/state.db
once beside
rm -f "${spool%/*}"/spool-*
mv store gone
once beside
check 'spool: an incident of its own' seen "told('/ok/beside') == ['opened', 'opened']"
mv gone store
once beside
check 'spool: no third one' seen "told('/ok/beside') == ['opened', 'opened']"
rm beside.sick
once beside
check 'spool: both end' seen \
    "sorted(told('/ok/beside')) == ['closed', 'opened', 'opened', 'resolved', 'resolved']"
check 'spool: what failed is one episode' [ "$("$python" -c \
    'import sqlite3; print(sqlite3.connect("store/state.db").execute("SELECT COUNT(*), MAX(rounds) FROM episodes").fetchone())')" = "(1, 3)" ]
check 'spool: the document of the other is closed' grep -q 'Status:.* closed' docs-beside/INC-*-s????-1.md
unset state

# No disk may be written: the spool is in memory, and no page comes twice either.
if [ -d /dev/shm ] && [ -w /dev/shm ]; then
    definition memory "{name: ops, webhook: \"$base/ok/memory\", $all}"
    touch memory.sick
    disks=(env XDG_STATE_HOME=/dev/null HOME=/dev/null TMPDIR=/dev/null)
    for _ in 1 2; do
        "${disks[@]}" "$POSTFLIGHT" watch --once memory.yaml --state absent/state.db >memory.said 2>&1
    done
    check 'spool: in memory' says memory "the rounds go into '/dev/shm/postflight-.*"
    check 'spool: in memory: one page' seen "told('/ok/memory') == ['opened']"
    mkdir absent
    rm memory.sick
    "${disks[@]}" "$POSTFLIGHT" watch --once memory.yaml --state absent/state.db >memory.said 2>&1
    check 'spool: in memory: the history has its rounds' says memory 'is back, and has'
    check 'spool: in memory: the end' seen "told('/ok/memory') == ['opened', 'resolved']"
fi

server_stop() {
    kill -INT "$server"
    wait "$server" 2>/dev/null
    return 0
}
server_start() {
    local as=() bin
    bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
    [ "$(id -u)" -ne 0 ] || as=(setpriv --reuid=postgres --regid=postgres --clear-groups)
    (
        cd "$scratch/postgres" || exit
        exec "${as[@]}" "${bin:+$bin/}postgres" -D data -k "$scratch/postgres" \
            -c listen_addresses= -c fsync=off >>"$scratch/again.log" 2>&1
    ) &
    server=$!
    background+=("$server")
    soon psql -qX "$postgres" -c 'SELECT 1'
}
if [ -n "${server-}" ]; then
    psql -qX "$postgres" -c 'CREATE DATABASE down'
    postgres=${postgres/\/postgres\?/\/down?}
    definition down "{name: ops, webhook: \"$base/ok/down\", $all}"
    "$POSTFLIGHT" watch --interval 1s down.yaml --state "$postgres" >down.said 2>&1 &
    service=$!
    background+=("$service")
    soon at_least 2 healthy down.said
    server_stop
    touch down.sick
    check 'spool: PostgreSQL is down, and the page is sent' soon seen "told('/ok/down') == ['opened']"
    check 'spool: it is marked' seen "'history unavailable' in at('/ok/down')[0]['body']"
    server_start
    check 'spool: it comes back' soon at_least 1 'is back, and has' down.said
    rm down.sick
    check 'spool: the end is told' soon seen "told('/ok/down') == ['opened', 'resolved']"
    check 'spool: the seen time is not called unknown' seen "'late' not in told('/ok/down')"
    check 'spool: the incident is in PostgreSQL' bash -c \
        '"$1" incident list --state "$2" | grep -q "INC-.*-s....-1"' _ "$POSTFLIGHT" "$postgres"
    kill -TERM "$service"
    code=0
    wait "$service" || code=$?
    check 'spool: a signal ends the service' [ "$code" -eq 0 ]
fi

# Does a message arrive?
definition try "{name: fine, webhook: \"$base/ok/try\"}" \
    "{name: dead, webhook: \"$base/gone/try-secret-path\"}" \
    "{name: tool, command: [/bin/sh, -c, 'cat >got.json; echo \"heard \$POSTFLIGHT_TRANSITION\"']}" \
    "{name: fails, command: [/bin/sh, -c, 'echo no >&2; exit 3']}"
try() {
    code=0
    timeout 100 "$POSTFLIGHT" notify "$@" >try.said 2>&1 || code=$?
}
try --test try.yaml fine
check 'notify: one receiver' [ "$code" -eq 0 ]
check 'notify: what it responded' says try '^fine: delivered: status 204$'
check 'notify: the others got nothing' seen "at('/gone/try-secret-path') == []"
check 'notify: it is called a test' seen \
    "json.loads(at('/ok/try')[0]['body'])['title'].startswith('Test: ') and told('/ok/try') == [None]"
try --test try.yaml tool
check 'notify: what a program wrote' says try '^tool: delivered: exit code 0: heard test$'
check 'notify: by the schema' "$python" - "$root/schemas/notification.schema.json" <<'PY'
import json, sys
from jsonschema import Draft202012Validator
Draft202012Validator(json.load(open(sys.argv[1]))).validate(json.load(open("got.json")))
PY
try --test try.yaml
check 'notify: all of them' [ "$code" -eq 4 ]
check 'notify: a refusal' says try '^dead: not delivered: status 404'
check 'notify: no secret of its address' says_not try secret-path
check 'notify: a program that fails' says try '^fails: not delivered: exit code 3: no$'
try --test try.yaml none
check 'notify: no such receiver' bash -c "[ $code -eq 2 ] && grep -q 'fine, dead, tool, fails' try.said"
try try.yaml
check 'notify: without --test' [ "$code" -eq 2 ]
try --test late.yaml ops slow
check 'notify: two of them, one fails' [ "$code" -eq 4 ]
sed '/notify:/,/^checks/{/^checks/!d}' try.yaml >no.yaml
try --test no.yaml
check 'notify: no receivers' [ "$code" -eq 2 ]
keys_of_tests() { seen "len(set(keys('/ok/try'))) == len(keys('/ok/try')) == 2"; }
check 'notify: each test has a key of its own' keys_of_tests
exit "$bad"
