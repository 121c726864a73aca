#!/usr/bin/env bash
# A service before and after a deploy: what has changed is told, and gates only
# when it was asked to.
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1

cat >service.py <<'P'
import http.server, json, os, time
class Service(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        state = json.load(open("state"))
        open("asked", "a").write(self.path + "\n")
        time.sleep(state.get("delay", 0))
        if self.path == "/old" and "location" in state:
            self.send_response(302)
            self.send_header("Location", state["location"])
            text = b""
        else:
            self.send_response(state.get("status", 200))
            text = json.dumps(state["body"]).encode()
        for name, value in state.get("headers", {}).items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.send_header("X-Count", str(time.time()))
        self.end_headers()
        self.wfile.write(text)
    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.do_GET()
    def log_message(self, *a):
        pass
class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 128
server = Server(("127.0.0.1", 0), Service)
open("port.part", "w").write(str(server.server_address[1]))
os.rename("port.part", "port")
server.serve_forever()
P
state() { printf '%s' "$1" >state.part && mv state.part state; }
good='{"commit": "5fa8b913", "queue": {"depth": 3}, "user": {"name": "a"}}'
old='{"body": '$good', "headers": {"Strict-Transport-Security": "max-age=60", "X-Token": "secret-77"}, "location": "/new"}'
state "$old"
"$python" service.py &
background+=($!)
wait_for port
export BASE=http://127.0.0.1:$(cat port) TOKEN=secret-77
cat >checks.yaml <<'Y'
checks:
  - { id: api, url: "${BASE}/api?k=${secret:TOKEN}", identity: 'jsonpath "$.commit"', expect: status == 200 }
  - { id: moved, url: "${BASE}/old", redirects: 2, expect: status == 200 }
  - { id: post, url: "${BASE}/post", method: POST, expect: status == 200 }
Y
verify() { # EXIT [ARGS]
    "$POSTFLIGHT" verify checks.yaml --since before.json --samples 12 --format json "${@:2}" >after.json 2>err
    got=$?
    cat err
    [ "$got" -eq "$1" ] || { echo "exit $got"; cat after.json; return 1; }
}
differs() { # KIND TEXT [worse]: what is told of it
    "$python" - "$1" "$2" "${3-worse}" <<'P'
import json, re, sys
d = json.load(open("after.json"))["comparison"]["differences"]
hits = [x for x in d if x["kind"] == sys.argv[1] and re.search(sys.argv[2], x["check"] + ": " + x["text"])
        and x["worse"] == (sys.argv[3] == "worse")]
if not hits:
    print(json.dumps(d, indent=1)); sys.exit(1)
P
}

check 'a baseline is written' \
    "$POSTFLIGHT" baseline checks.yaml -o before.json --samples 12
check 'checks that only read are asked so often' \
    bash -c '[ $(grep -c /api asked) -eq 12 ] && [ $(grep -c /new asked) -eq 12 ]'
check 'those that may do something, once' bash -c '[ $(grep -c /post asked) -eq 1 ]'
check 'it meets its schema' "$python" - "$root/schemas/baseline.schema.json" <<'P'
import json, jsonschema, sys
jsonschema.Draft202012Validator(json.load(open(sys.argv[1]))).validate(json.load(open("before.json")))
P
check 'it holds no secret' bash -c '! grep -q secret-77 before.json'
check 'a value that changes each time is none' grep -A2 '"x-count"' before.json

check 'nothing but the build stays the same' verify 0
check 'and the build that is still there is told' differs version 'api: the build is 5fa8b913 still'
check 'nothing else is' "$python" -c 'import json; d = [x for x in json.load(open("after.json"))["comparison"]["differences"] if x["kind"] != "latency"]; assert len(d) == 1, d' # a busy machine answers otherwise

new='{"body": {"commit": "6706e2d3", "queue": {"depth": "3"}, "extra": 1}, "headers": {"X-Token": "secret-77"}, "location": "/newer"}'
state "$new"
check 'differences alone gate nothing' verify 0
check 'the new build' differs version 'api: the build is 6706e2d3, was 5fa8b913' fine
check 'a member that changed its type' differs shape 'api: \$.queue.depth was number and is now string'
check 'a member that vanished' differs shape 'api: \$.user is not there'
check 'a member that is new' differs shape 'api: \$.extra is new' fine
check 'a header that vanished' differs header 'api: the header strict-transport-security is not sent'
check 'a redirect to somewhere else' differs redirect 'moved: redirects to .*/newer, was .*/new'
check 'shape gates when asked' verify 6 --fail-on shape
check 'and is a reason' grep -q "since the baseline, 'api'" after.json
check 'version does not' verify 0 --fail-on version
state "$old"
check 'an unchanged build gates' verify 6 --fail-on version
check 'for a verdict of degraded' grep -q '"verdict": "degraded"' after.json

# Each answer is slower than the slowest of the baseline, by the server's clock.
delay=$("$python" - <<'P'
import json
lengths = [sample["duration_ms"] for check in json.load(open("before.json"))["checks"]
           for sample in check["samples"]]
print(max(lengths) / 1000 * 2 + 0.03)
P
)
state "${old/\"body\"/\"delay\": $delay, \"body\"}"
check 'answers that are slower' verify 6 --fail-on latency
check 'are told with n, p and effect' differs latency 'api: answers are slower: median .*\(n = 12 and 12, p = 0\.0000[0-9]+, (9[0-9]|100) % of pairs\)'
check 'two answers are not enough to tell' \
    bash -c '"$0" verify checks.yaml --since before.json --samples 2 --format json | grep -q "\"not enough data\""' "$POSTFLIGHT"
state "${old/\"body\"/\"status\": 503, \"body\"}"
check 'a check that fails now' verify 1
check 'is told' differs status 'api: it passed before, and does not now'
state "$old"
check 'the report tells what differs' \
    bash -c '"$0" verify checks.yaml --since before.json --samples 2 --out out >/dev/null; grep -q "Since the baseline" out/report.md && grep -q "5fa8b913 still\|5fa8b913. still" out/report.md' "$POSTFLIGHT"

refused() { # EXIT TEXT ARGS
    "$POSTFLIGHT" verify checks.yaml "${@:3}" >out.txt 2>&1
    [ $? -eq "$1" ] && grep -q "$2" out.txt || { cat out.txt; return 1; }
}
check 'no such file' refused 2 'missing.json' --since missing.json
echo '{"schema": "postflight/record/1"}' >other.json
check 'another document' refused 3 "expected 'postflight/baseline/1'" --since other.json
echo '{"schema": 1' >broken.json
check 'a broken one' refused 3 'broken.json:' --since broken.json
check 'a gate without a baseline' refused 2 'needs --since' --fail-on shape
check 'samples below the limit' refused 2 'from 1 to 1000' --since before.json --samples 0
check 'samples beyond the limit' refused 2 'from 1 to 1000' --since before.json --samples 1001

state "$old"
openssl req -x509 -newkey rsa:2048 -nodes -keyout k.pem -out c.pem -days 90 -subj /CN=localhost -addext subjectAltName=DNS:localhost 2>/dev/null
openssl req -x509 -newkey rsa:2048 -nodes -keyout k2.pem -out c2.pem -days 9 -subj /CN=localhost -addext subjectAltName=DNS:localhost 2>/dev/null
port=$(free_port)
tls() { # CERT KEY
    openssl s_server -accept "127.0.0.1:$port" -cert "$1" -key "$2" -quiet -www >/dev/null 2>&1 &
    server=$!
    background+=("$server")
    soon bash -c "exec 3<>/dev/tcp/127.0.0.1/$port"
}
cat >tls.yaml <<Y
checks: [{ id: cert, tls: "localhost:$port", insecure: true, resolve: { localhost: 127.0.0.1 } }]
Y
tls c.pem k.pem
check 'a baseline of a certificate' "$POSTFLIGHT" baseline tls.yaml -o tls.json --samples 2
kill "$server"; wait "$server" 2>/dev/null
tls c2.pem k2.pem
check 'a certificate that ends earlier' \
    bash -c '"$0" verify tls.yaml --since tls.json --samples 2 | grep "the certificate ends earlier"' "$POSTFLIGHT"
exit "$bad"
