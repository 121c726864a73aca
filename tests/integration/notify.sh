#!/usr/bin/env bash
# Notifications to local receivers that are slow, fail, ask to wait, lie, or
# must not be trusted: who got what, how often, and what never left.
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1
send=$root/build/debug/tests/notify_send
export HOOK_SECRET=hush-hush-hush MAIL_PASSWORD=pass-word-1234

certificate() { # NAME: NAME.pem and NAME.key for localhost, signed by itself
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
        -keyout "$1.key" -out "$1.pem" -days 2 -subj /CN=localhost \
        -addext subjectAltName=DNS:localhost,IP:127.0.0.1 2>/dev/null
}
certificate ours
certificate theirs

cat >receiver.py <<'PY'
"""Receivers of HTTP and SMTP; each writes what it got to log.jsonl."""
import base64, json, os, socket, ssl, struct, sys, threading, time
from email.utils import formatdate

LOG = open("log.jsonl", "a", buffering=1)
LOCK = threading.Lock()
SEEN = {}
RESET = struct.pack("ii", 1, 0)


def log(**what):
    with LOCK:
        LOG.write(json.dumps(what) + "\n")


def context(name):
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(name + ".pem", name + ".key")
    return tls


def request(c):
    data = b""
    while b"\r\n\r\n" not in data:
        more = c.recv(65536)
        if not more:
            return None
        data += more
    head, body = data.split(b"\r\n\r\n", 1)
    lines = head.decode().split("\r\n")
    headers = {k.lower(): v for k, v in (x.split(": ", 1) for x in lines[1:] if ": " in x)}
    while len(body) < int(headers.get("content-length", 0)):
        body += c.recv(65536)
    return lines[0].split(" ")[1], headers, body.decode()


def answer(c, status, headers="", body=b""):
    c.sendall(f"HTTP/1.1 {status} X\r\n{headers}Content-Length: {len(body)}\r\n\r\n".encode() + body)


def http(c, _):
    got = request(c)
    if got is None:
        return
    path, headers, body = got
    log(path=path, headers=headers, body=body)
    with LOCK:
        SEEN[path] = SEEN.get(path, 0) + 1
        first = SEEN[path] == 1
    name = path.split("/")[1].split("?")[0]
    if name == "slow":
        time.sleep(3600)
    elif name == "reset":
        c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    elif name == "busy" and first:
        answer(c, 429, "Retry-After: 5\r\nRetry-After: 120\r\n")
    elif name == "date" and first:
        answer(c, 429, f"Retry-After: {formatdate(time.time() + 3000, usegmt=True)}\r\n")
    elif name == "broken" and first:
        answer(c, 500, body=b"sorry")
    elif name == "redirect":
        answer(c, 302, "Location: /stolen\r\n")
    elif name == "gone":
        answer(c, 404, body=("no " + path + " " + headers.get("authorization", "")).encode())
    elif name in ("huge", "flood"):
        c.sendall(f"HTTP/1.1 {200 if name == 'huge' else 503} X\r\n\r\n".encode())
        while True:
            c.sendall(b"x" * 65536)
    elif name == "headers":
        c.sendall(b"HTTP/1.1 200 X\r\n")
        while True:
            c.sendall(b"A: " + b"x" * 4000 + b"\r\n")
    elif name == "half":  # accepted, then nothing more
        c.sendall(b"HTTP/1.1 200 X\r\nContent-Length: 10\r\n\r\nab")
        time.sleep(3600)
    elif name == "silent":
        c.close()
    elif name == "lies":
        c.sendall(b"\x00\xff nonsense\r\n\r\n")
    else:
        answer(c, 204)


def smtp(c, how):
    file = c.makefile("rwb")
    secure = how == "smtps"

    def say(text):
        file.write(text.encode() + b"\r\n")
        file.flush()

    say("220 test ESMTP")
    while True:
        line = file.readline().decode().strip()
        word = line[:4].upper()
        if line:
            log(smtp=how, line=line, secure=secure)
        if not line or word == "QUIT":
            say("221 bye")
            return
        if word == "EHLO":
            offers = ["AUTH PLAIN LOGIN"] if secure or how == "plain" else []
            if not secure and how not in ("plain", "bare"):
                offers.append("STARTTLS")
            for offer in offers:
                say("250-" + offer)
            say("250 8BITMIME")
        elif word == "STAR":
            say("220 go")
            c = context("theirs" if how == "untrusted" else "ours").wrap_socket(c, server_side=True)
            file = c.makefile("rwb")
            secure = True
        elif word == "AUTH":
            if len(line.split(" ")) < 3:
                say("334 ")
                line += " " + file.readline().decode().strip()
            user = base64.b64decode(line.split(" ")[2]).split(b"\0")
            log(smtp=how, user=user[1].decode(), good=user[2] == os.environ["MAIL_PASSWORD"].encode(), secure=secure)
            say("235 yes")
        elif word == "RCPT":
            with LOCK:
                SEEN[how] = SEEN.get(how, 0) + 1
                first = SEEN[how] == 1
            if how == "grey" and first:
                say("451 later")
            elif how == "refuse" or "nobody" in line:
                say("550 unknown")
            else:
                say("250 ok")
        elif word == "DATA":
            say("354 go")
            message = b""
            while not message.endswith(b"\r\n.\r\n"):
                message += file.readline()
            log(smtp=how, message=message.decode(), secure=secure)
            say("250 kept")
        else:
            say("250 ok")


def serve(name, handler, argument=None, tls=None):
    s = socket.socket()
    s.bind(("127.0.0.1", 0))
    s.listen(64)

    def one(c):
        try:
            if tls:
                c = context(tls).wrap_socket(c, server_side=True)
            handler(c, argument)
            c.close()
        except OSError:
            pass

    def loop():
        while True:
            threading.Thread(target=one, args=(s.accept()[0],), daemon=True).start()

    threading.Thread(target=loop, daemon=True).start()
    print(f"{name}={s.getsockname()[1]}", file=PORTS)


with open("ports.tmp", "w") as PORTS:
    serve("http", http)
    serve("https_ours", http, tls="ours")
    serve("https_theirs", http, tls="theirs")
    for how in ("starttls", "plain", "bare", "grey", "refuse", "untrusted"):
        serve(how, smtp, how)
    serve("smtps", smtp, "smtps", tls="ours")
os.rename("ports.tmp", "ports")
time.sleep(3600)
PY
"$python" receiver.py &
background+=($!)
wait_for ports || exit 1
. ./ports
base=http://127.0.0.1:$http

cat >asked.py <<'PY'
"""asked.py EXPRESSION: is it true of the log? E: entries, at(path), mail(how)"""
import json, sys

E = [json.loads(line) for line in open("log.jsonl")] if __import__("os").path.exists("log.jsonl") else []


def at(path):
    return [e for e in E if e.get("path", "").split("?")[0] == path]


def mail(how):
    return [e for e in E if e.get("smtp") == how and "message" in e]


def lines(how):
    return [e["line"] for e in E if e.get("smtp") == how and "line" in e]


def keys(path):
    return {e["headers"]["idempotency-key"] for e in at(path)}


text = open("log.jsonl").read() if E else ""
if not eval(sys.argv[1]):
    print("not so:", sys.argv[1])
    print(text[-3000:])
    sys.exit(1)
PY
log_has() {
    "$python" asked.py "$1"
}

definition() { # RECIPIENTS on standard input
    {
        printf 'watch:\n  notify:\n'
        cat
        printf 'checks:\n  - id: api\n    url: http://h.test\n    expect: status == 200\n'
    } >watch.yaml
}

restart_log() { # the receiver keeps its file open: it is emptied, not removed
    : >log.jsonl
}
go() { # ROUNDS TIMEOUT TEXT…: sends what watch.yaml says, into out
    local rounds=$1 timeout=$2
    shift 2
    restart_log
    "$send" watch.yaml "$rounds" "$timeout" 0 opened "$@" >out 2>err ||
        { cat err; return 1; }
}
last() { # RECIPIENT: its line in the last round
    grep "^$1 " out | tail -1
}
is() { # RECIPIENT PATTERN
    local line
    line=$(last "$1")
    # shellcheck disable=SC2053
    [[ $line == $2 ]] || { echo "$line is not $2"; cat out; return 1; }
}

definition <<YAML
    - {name: ok, webhook: "$base/ok"}
    - {name: slack, slack: "$base/slack"}
    - {name: discord, discord: "$base/discord"}
    - {name: teams, teams: "$base/teams"}
    - {name: head, webhook: "$base/head", headers: ["Authorization: Bearer \${secret:HOOK_SECRET}", "X-A: b", "idempotency-key: forged"]}
    - {name: quiet, webhook: "$base/quiet", on: [closed]}
    - {name: own, webhook: "$base/own", template: '{"say": "{{text}}"}'}
YAML
check 'notify: all receivers get theirs' go 1 60000 'api: 502 <!channel> @here'
for name in ok slack discord teams head own; do
    check "notify: $name is sent" is "$name" "$name sent attempts=1 -"
done
check 'notify: once each' log_has "all(len(at('/' + n)) == 1 for n in ('ok', 'slack', 'discord', 'teams', 'head', 'own'))"
check 'notify: who does not want it gets nothing' log_has "at('/quiet') == []"
check 'notify: bodies are JSON' log_has "all(json.loads(e['body']) for e in E)"
check 'notify: no mention arrives' log_has "all('<!' not in json.dumps(json.loads(e['body']), ensure_ascii=False) and '@here' not in e['body'] for e in at('/slack') + at('/discord') + at('/teams'))"
check 'notify: the key is in a header' log_has "keys('/ok') == {'INC-2026-11-21-1/opened/ok/1'}"
check 'notify: a template' log_has "json.loads(at('/own')[0]['body']) == {'say': 'api: 502 <!channel> @here'}"
check 'notify: own headers, but not an own key' log_has "at('/head')[0]['headers']['x-a'] == 'b' and keys('/head') == {'INC-2026-11-21-1/opened/head/1'} and at('/head')[0]['headers']['authorization'] == 'Bearer hush-hush-hush'"
"$python" - >payload.json <<'PY'
import json
for line in open("log.jsonl"):
    e = json.loads(line)
    if e["path"] == "/ok":
        print(e["body"])
PY
check 'notify: the JSON of its schema' "$python" - "$root/schemas/notification.schema.json" <<'PY'
import json, sys
from jsonschema import Draft202012Validator
schema = json.load(open(sys.argv[1]))
Draft202012Validator.check_schema(schema)
Draft202012Validator(schema).validate(json.load(open("payload.json")))
bad = json.load(open("payload.json"))
bad["transition"] = "exploded"
assert not Draft202012Validator(schema).is_valid(bad)
PY

definition <<YAML
    - {name: busy, webhook: "$base/busy"}
    - {name: date, webhook: "$base/date"}
    - {name: broken, webhook: "$base/broken"}
    - {name: reset, webhook: "$base/reset"}
    - {name: silent, webhook: "$base/silent"}
    - {name: lies, webhook: "$base/lies"}
    - {name: nobody, webhook: "http://127.0.0.1:1/x"}
    - {name: redirect, webhook: "$base/redirect"}
    - {name: huge, webhook: "$base/huge"}
    - {name: flood, webhook: "$base/flood"}
    - {name: headers, webhook: "$base/headers"}
    - {name: gone, webhook: "$base/gone/PATHSECRET99?k=QUERYSECRET1", headers: ["Authorization: Bearer \${secret:HOOK_SECRET}"]}
YAML
check 'notify: a round with failures' go 1 60000 'api: 502'
check 'notify: 429 waits as long as it was asked to' is busy 'busy pending attempts=1 wait=120 status 429'
check 'notify: 429 waits until a date' is date 'date pending attempts=1 wait=[23][09][0-9][0-9] status 429'
check 'notify: 500 backs off' is broken 'broken pending attempts=1 wait=* status 500: sorry'
check 'notify: a reset is tried again' is reset 'reset pending attempts=1 wait=*'
check 'notify: no answer is tried again' is silent 'silent pending attempts=1 wait=*'
check 'notify: nonsense is tried again' is lies 'lies pending attempts=1 wait=*'
check 'notify: nobody there is tried again' is nobody 'nobody pending attempts=1 wait=*'
check 'notify: a redirect is given up' is redirect 'redirect given-up attempts=1 status 302'
check 'notify: and not followed' log_has "at('/stolen') == []"
check 'notify: accepted, though the answer never ends' is huge 'huge sent attempts=1 -'
check 'notify: accepted, though its headers never end' is headers 'headers sent attempts=1 -'
check 'notify: an endless failure is cut' is flood 'flood pending attempts=1 wait=* status 503: xxx*'
check 'notify: 404 is given up' is gone 'gone given-up attempts=1 status 404: *'
check 'notify: what the recipient echoes is no secret' bash -c '! grep -E "PATHSECRET99|QUERYSECRET1|hush-hush" out'

check 'notify: later rounds' go 4 60000 'api: 502'
check 'notify: never again once it was accepted' log_has "len(at('/huge')) == 1 and len(at('/headers')) == 1 and len(at('/busy')) == 1"
check 'notify: given up is given up' log_has "len(at('/redirect')) == 1"
check 'notify: the same key at each attempt' log_has "len(at('/reset')) > 1 and keys('/reset') == {'INC-2026-11-21-1/opened/reset/1'}"

definition <<YAML
    - {name: ok, webhook: "$base/busy/a"}
    - {name: broken, webhook: "$base/broken/b"}
YAML
restart_log
"$send" watch.yaml 3 60000 0 opened one two >out 2>err
check 'notify: 429, then accepted' is ok 'ok sent attempts=? -'
check 'notify: in their order' log_has "[json.loads(e['body'])['text'] for e in at('/broken/b')] == ['one', 'one', 'two']"
check 'notify: a second one waits while the first fails' log_has "[json.loads(e['body'])['text'] for e in at('/busy/a')] == ['one', 'one', 'two']"
check 'notify: two keys for two notices' log_has "len(keys('/busy/a')) == 2"

definition <<YAML
    - {name: slow, webhook: "$base/slow"}
    - {name: half, webhook: "$base/half"}
    - {name: ok, webhook: "$base/ok"}
YAML
began=$SECONDS
check 'notify: slow ones do not hold the others' go 1 5000 one two three
check 'notify: a timeout is tried again' is slow 'slow pending attempts=0 wait=*'
check 'notify: accepted before it stopped talking' log_has "len(at('/half')) >= 1"
check 'notify: the others got all three' log_has "len(at('/ok')) == 3"
check 'notify: a call is bounded' [ $((SECONDS - began)) -lt 300 ]
restart_log
"$send" watch.yaml 1 60000 200 opened one >out 2>err
check 'notify: an interrupt ends it, and counts nothing' is slow 'slow pending attempts=0 -'

definition <<YAML
    - {name: trusted, webhook: "https://localhost:$https_ours/t", ca: ours.pem}
    - {name: stranger, webhook: "https://localhost:$https_theirs/s", ca: ours.pem}
    - {name: system, webhook: "https://localhost:$https_ours/u"}
    - {name: wrong, webhook: "https://127.0.0.1:$https_theirs/w"}
YAML
check 'notify: TLS' go 1 60000 one
check 'notify: a trusted certificate' is trusted 'trusted sent attempts=1 -'
for name in stranger system wrong; do
    check "notify: no trust in $name" is $name "$name pending attempts=1 wait=*certificate*"
done
check 'notify: nothing was sent to strangers' log_has "len(E) == 1"
definition <<YAML
    - {name: proxied, webhook: "$base/ok"}
YAML
check 'notify: no proxy of the environment' env http_proxy=http://127.0.0.1:1 \
    "$send" watch.yaml 1 60000 0 opened one
check 'notify: and it arrives' log_has "len(at('/ok')) == 1"

definition <<YAML
    - {name: starttls, email: "a@b.test, On call <c@d.test>", smtp: "smtp://127.0.0.1:$starttls", ca: ours.pem, from: "pf@b.test", user: me, password: "\${secret:MAIL_PASSWORD}"}
    - {name: plain, email: a@b.test, smtp: "smtp://127.0.0.1:$plain", from: "pf@b.test", user: me, password: "\${secret:MAIL_PASSWORD}"}
    - {name: bare, email: a@b.test, smtp: "smtp://127.0.0.1:$bare", from: "pf@b.test"}
    - {name: grey, email: a@b.test, smtp: "smtp://localhost:$grey", from: "pf@b.test"}
    - {name: refuse, email: a@b.test, smtp: "smtp://localhost:$refuse", from: "pf@b.test"}
    - {name: some, email: "nobody@b.test, a@b.test", smtp: "smtp://localhost:$bare", from: "pf@b.test"}
    - {name: untrusted, email: a@b.test, smtp: "smtp://127.0.0.1:$untrusted", ca: ours.pem, from: "pf@b.test", user: me, password: "\${secret:MAIL_PASSWORD}"}
    - {name: opportune, email: a@b.test, smtp: "smtp://127.0.0.1:$untrusted", from: "pf@b.test"}
    - {name: smtps, email: a@b.test, smtp: "smtps://127.0.0.1:$smtps", ca: ours.pem, from: "pf@b.test", user: me, password: "\${secret:MAIL_PASSWORD}"}
YAML
check 'notify: e-mail' go 1 60000 $'f\xc3\xbcnf\r\nBcc: x@y.test\r\n\r\n.\r\nQUIT'
check 'notify: with STARTTLS' is starttls 'starttls sent attempts=1 -'
check 'notify: over TLS from the start' is smtps 'smtps sent attempts=1 -'
check 'notify: the password only over TLS' log_has "all(e['secure'] and e['good'] for e in E if 'user' in e) and len([e for e in E if 'user' in e]) == 2"
check 'notify: no STARTTLS, no password' is plain 'plain pending attempts=1 wait=* the mail server offers no STARTTLS*'
check 'notify: it heard nothing of either' log_has "not any(x.startswith(('AUTH', 'MAIL')) for x in lines('plain'))"
check 'notify: without a password it may be plain' is bare 'bare sent attempts=1 -'
check 'notify: no trust in a mail server' is untrusted 'untrusted pending attempts=1 wait=*'
check 'notify: nor without a password' is opportune 'opportune pending attempts=1 wait=*'
check 'notify: nothing was said there' log_has "not any(x.startswith(('AUTH', 'MAIL')) for x in lines('untrusted'))"
check 'notify: 451 is tried again' is grey 'grey pending attempts=1 wait=*451*'
check 'notify: 550 is given up' is refuse 'refuse given-up attempts=1 *550*'
check 'notify: a refused address keeps it from no other' is some 'some sent attempts=1 -'
check 'notify: both addresses' log_has "[x for x in lines('starttls') if x.startswith('RCPT')] == ['RCPT TO:<a@b.test>', 'RCPT TO:<c@d.test>']"
check 'notify: the message' "$python" - <<'PY'
import email, email.policy, json
E = [json.loads(line) for line in open("log.jsonl")]
raw = next(e["message"] for e in E if e.get("smtp") == "starttls" and "message" in e)
m = email.message_from_string(raw[:-5], policy=email.policy.default)
assert not m.defects, m.defects
assert m["Subject"] == "Opened: api is down (INC-2026-11-21-1)", m["Subject"]
assert m["Bcc"] is None and m["Message-ID"].endswith("@b.test>")
assert [a.addr_spec for a in m["To"].addresses] == ["a@b.test", "c@d.test"]
assert "fünf Bcc: x@y.test . QUIT" in " ".join(m.get_content().split()), m.get_content()
assert m.get_content_type() == "text/plain" and "flowed" not in m["Content-Type"]
PY
check 'notify: greylisting' go 2 60000 one
restart_log
definition <<YAML
    - {name: flaky, email: a@b.test, smtp: "smtp://localhost:$bare", from: "pf@b.test"}
YAML
"$send" watch.yaml 1 60000 0 opened one >out 2>err
"$send" watch.yaml 1 60000 0 opened one >out 2>err
check 'notify: the same Message-ID for the same key' log_has "len({e['message'].split('\r\n')[0] for e in mail('bare')}) == 1 and len(mail('bare')) == 2 and mail('bare')[0]['message'].startswith('Message-ID: <')"

cat >keep.sh <<'SH'
#!/bin/sh
cat >got.json
printf '%s %s %s' "$POSTFLIGHT_KEY" "$POSTFLIGHT_TRANSITION" "$POSTFLIGHT_INCIDENT" >got.env
printf '%s\n' "$@" >got.args
SH
cat >hang.sh <<'SH'
#!/bin/sh
sleep 3600 &
echo $! >hang.pid
wait
SH
printf '#!/bin/sh\necho "sorry, $1" >&2\nexit 3\n' >fail.sh
printf '#!/bin/sh\nexec <&-\nexit 0\n' >early.sh
printf '#!/bin/sh\nkill -9 $$\n' >dies.sh
printf '#!/bin/sh\nsleep 3600 &\necho $! >child.pid\nexit 0\n' >leaves.sh
printf '#!/bin/sh\nhead -c 3000000 /dev/zero\n' >loud.sh
chmod +x ./*.sh
definition <<YAML
    - {name: keep, command: ["$scratch/keep.sh", "\$(touch pwned)", "; touch pwned"]}
    - {name: hang, command: ["$scratch/hang.sh"]}
    - {name: fail, command: ["$scratch/fail.sh", x]}
    - {name: tells, command: ["$scratch/fail.sh", "\${secret:HOOK_SECRET}"]}
    - {name: early, command: ["$scratch/early.sh"]}
    - {name: dies, command: ["$scratch/dies.sh"]}
    - {name: leaves, command: ["$scratch/leaves.sh"]}
    - {name: loud, command: ["$scratch/loud.sh"]}
    - {name: missing, command: ["$scratch/missing.sh"]}
YAML
check 'notify: commands' go 1 10000 "$(head -c 100000 /dev/zero | tr '\0' x)"
check 'notify: a command gets it' is keep 'keep sent attempts=1 -'
check 'notify: as JSON on its input' "$python" -c 'import json; assert json.load(open("got.json"))["schema"] == "postflight/notification/1"'
check 'notify: with its key' grep -qx 'INC-2026-11-21-1/opened/keep/1 opened INC-2026-11-21-1' got.env
check 'notify: without a shell' [ ! -e pwned ]
check 'notify: exit 3 is tried again' is fail 'fail pending attempts=1 wait=* exit code 3: sorry, x'
check 'notify: what it says of its arguments is no secret' is tells 'tells pending attempts=1 wait=* exit code 3: sorry, \[redacted]'
check 'notify: closing the input is no failure' is early 'early sent attempts=1 -'
check 'notify: a signal is one' is dies 'dies pending attempts=1 wait=* ended by signal 9'
check 'notify: a loud one ends' is loud 'loud sent attempts=1 -'
check 'notify: a missing one is tried again' is missing 'missing pending attempts=1 wait=* it does not start*'
check 'notify: one that hangs is ended' is hang 'hang pending attempts=1 wait=* it did not end in time'
gone() { # FILE with a pid: no such process, or only its remains
    local state
    state=$(sed 's/.*) //' "/proc/$(cat "$1")/stat" 2>/dev/null | cut -c1)
    [ -z "$state" ] || [ "$state" = Z ]
}
check 'notify: with its children' soon gone hang.pid
check 'notify: what it leaves behind is ended' soon gone child.pid
exit "$bad"
