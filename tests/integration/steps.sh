#!/usr/bin/env bash
# Flows against a small shop: what one answer gives, the next request needs.
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1

cat >shop.py <<'P'
import http.server, json, os, threading, time
TOKEN, polls, log = "tok-5f2a91c3", 0, open("asked", "a")
class Shop(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def answer(self, status, body, cookie=None):
        text = json.dumps(body).encode()
        self.send_response(status)
        if cookie:
            self.send_header("Set-Cookie", cookie)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)
    def do(self):
        global polls
        log.write(f"{self.command} {self.path}\n"); log.flush()
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        bearer = self.headers.get("Authorization") == f"Bearer {TOKEN}"
        cookie = "sid=c00kie77" in self.headers.get("Cookie", "")
        what = f"{self.command} {self.path}"
        if what == "POST /login":
            self.answer(200, {"token": TOKEN, "user": 42, "evil": "a\nx: y",
                              "list": [1], "empty": ""},
                        "sid=c00kie77; Path=/")
        elif self.path == "/cookie":
            self.answer(200 if cookie else 401, {})
        elif self.path.startswith("/set/"):
            hour = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(time.time() + 3600))
            ends = {"age": "Max-Age=3600", "date": f"Expires={hour}", "gone": "Max-Age=0"}
            self.answer(200, {}, f"sid=c00kie77; Path=/; {ends[self.path[5:]]}")
        elif self.path.startswith("/size/"):
            self.answer(200, {"s": "x" * int(self.path[6:])})
        elif self.path == "/broken":
            self.answer(500, {})
        elif not bearer:
            self.answer(401, {"error": "who are you?"})
        elif what == "POST /orders":
            polls = 0
            self.answer(201, {"id": 7, "state": "pending"})
        elif what == "GET /orders/7":
            polls += 1
            self.answer(200, {"state": "done" if polls > 2 else "pending"})
        elif what == "DELETE /orders/7":
            self.answer(200, {})
        else:
            self.answer(200, {"path": self.path})
    do_GET = do_POST = do_DELETE = do
    def log_message(self, *a):
        pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Shop)
open("port.part", "w").write(str(server.server_address[1]))
os.rename("port.part", "port")
server.serve_forever()
P
"$python" shop.py &
background+=($!)
wait_for port
export BASE=http://127.0.0.1:$(cat port)

run() { # NAME EXIT [ARGS]: verifies NAME.yaml, keeps NAME.json and the requests
    local name=$1 exit=$2 got
    : >asked
    "$POSTFLIGHT" verify "$name.yaml" --format json "${@:3}" >"$name.json" 2>"$name.err"
    got=$?
    cat "$name.err"
    [ "$got" -eq "$exit" ] || { echo "exit $got"; cat "$name.json"; return 1; }
}
said() { # NAME PYTHON: an expression of r, the results by id
    "$python" - "$1.json" "$2" <<'P'
import json, sys
d = json.load(open(sys.argv[1]))
r = {x["id"]: x for x in d["results"]}
if not eval(sys.argv[2]):
    print(json.dumps(r, indent=1)); sys.exit(1)
P
}
asked() { # LINE...
    diff <(printf '%s\n' "$@") asked
}

cat >order.yaml <<'Y'
checks:
  - id: order
    title: An order is taken and done
    headers: { x-run: smoke }
    steps:
      - url: ${BASE}/login
        json: { user: probe, password: "${secret:PASSWORD}" }
        expect: status == 200
        capture: { token: 'jsonpath "$.token"', user: 'jsonpath "$.user"' }
      - title: create
        url: ${BASE}/orders
        method: POST
        auth: { bearer: ${token} }
        json: { user: ${user} }
        expect: [status == 201, 'jsonpath "$.state" == "pending"']
        capture: { order: 'jsonpath "$.id"' }
      - url: ${BASE}/orders/${order}
        auth: { bearer: ${token} }
        expect: 'jsonpath "$.state" == "done"'
        patience: { attempts: 5, interval: 10ms }
    finally:
      - url: ${BASE}/orders/${order}
        method: DELETE
        auth: { bearer: ${token} }
        expect: status == 200
Y
export PASSWORD=hunter2hunter2
check 'a flow passes' run order 0
check 'its steps are asked in order, one of them until it passes' asked \
    'POST /login' 'POST /orders' 'GET /orders/7' 'GET /orders/7' \
    'GET /orders/7' 'DELETE /orders/7'
check 'one result, with a row for each step' said order \
    '(lambda x: x["kind"] == "steps" and x["attempts"] == 6 and x["flaky"]
      and [s["status"] for s in x["steps"]] == ["pass"] * 4
      and [s["title"] for s in x["steps"]] == ["POST /login", "create", "GET /orders/7", "DELETE /orders/7"]
      and x["steps"][2]["url"].endswith("/orders/7")
      and len(x["expectations"]) == 5)(r["order"])'
check 'the token that was captured is in no output' \
    bash -c '! grep -q "tok-5f2a91c3\|hunter2" order.json'
check '--explain shows steps, and names that are not known yet' \
    bash -c '"$0" verify order.yaml --explain | grep -q "bearer: .*\${token}"' "$POSTFLIGHT"

sed 's/status == 201/status == 200/' order.yaml >failing.yaml
check 'a step that fails ends the flow' run failing 1
check 'but finally is asked, with what was captured, or not at all' asked \
    'POST /login' 'POST /orders'
check 'and the message says which step' said failing \
    '(lambda x: x["message"].startswith("step 2 of 4, create: expected status 200, found 201")
      and [s["status"] for s in x["steps"]] == ["pass", "fail", "skipped", "skipped"]
      and "not captured" in x["steps"][3]["message"])(r["order"])'
sed 's/"done"/"gone"/; s/attempts: 5/attempts: 2/' order.yaml >cleaned.yaml
check 'a flow that fails late' run cleaned 1
check 'is cleaned up' asked 'POST /login' 'POST /orders' 'GET /orders/7' \
    'GET /orders/7' 'DELETE /orders/7'

cat >late.yaml <<'Y'
checks:
  - id: flow
    steps:
      - { url: "${BASE}/broken", expect: status == 200, patience: { attempts: 1000, interval: 100ms } }
    finally:
      - { url: "${BASE}/orders", method: DELETE }
Y
check 'a flow that the deadline ends' run late 1 --deadline 3s
check 'is cleaned up all the same' grep -q 'DELETE /orders' asked

cat >shared.yaml <<'Y'
checks:
  - id: login
    url: ${BASE}/login
    method: POST
    expect: status == 200
    capture: { token: 'jsonpath "$.token"', sid: 'cookie "sid"' }
  - { id: a, needs: [login], url: "${BASE}/a", auth: { bearer: "${token}" }, expect: 'jsonpath "$.path" == "/a"' }
  - { id: b, needs: [a], url: "${BASE}/b", headers: { authorization: "Bearer ${secret:token}" }, expect: status == 200 }
  - { id: c, needs: [login], url: "${BASE}/cookie", cookies: { sid: "${sid}" }, expect: status == 200 }
  - id: d
    needs: [login]
    auth: { bearer: "${token}" }
    steps:
      - { url: "${BASE}/d1", expect: status == 200 }
      - { url: "${BASE}/d2/${token}", expect: 'jsonpath "$.path" == "/d2/${token}"' }
Y
check 'a login is shared by the checks that need it' run shared 0
check 'it is made once' \
    bash -c '[ $(grep -c login asked) -eq 1 ] && [ $(wc -l <asked) -eq 6 ]'
check 'near or far, in one request or in steps' said shared \
    'all(x["status"] == "pass" for x in r.values()) and r["d"]["steps"][1]["url"].endswith("/d2/REDACTED")'
check 'and its token is in no output' bash -c '! grep -q tok-5f2a91c3 shared.json'
sed 's#/login$#/broken#' shared.yaml >unshared.yaml
check 'a login that fails' run unshared 1
check 'blocks them' said unshared \
    '[r[k]["status"] for k in "abcd"] == ["blocked"] * 4 and r["d"]["steps"] == []'

cat >jar.yaml <<'Y'
checks:
  - id: jar
    steps:
      - { url: "${BASE}/login", method: POST, expect: status == 200 }
      - { url: "${BASE}/cookie", expect: status == 200 }
  - id: apart
    steps:
      - { url: "${BASE}/cookie", expect: status == 401 }
Y
check 'cookies go along within a flow, and never beyond it' run jar 0

cat >ends.yaml <<'Y'
checks:
  - id: ends
    timeout: 60s
    steps:
      - { url: "${BASE}/set/age", expect: status == 200 }
      - { url: "${BASE}/cookie", expect: status == 200 }
      - { url: "${BASE}/set/gone", expect: status == 200 }
      - { url: "${BASE}/cookie", expect: status == 401 }
      - { url: "${BASE}/set/date", expect: status == 200 }
      - { url: "${BASE}/cookie", expect: status == 200 }
      - { url: "${BASE}/cookie", expect: status == 200 }
Y
check 'cookies have an end' run ends 0
jumps() { # the wall clock is set in the middle of the run, by SECONDS
    local nth
    for nth in 5 6 7 8 9 10 12 14 16 19 22; do
        CLOCK_JUMP="realtime $nth $1" LD_PRELOAD=${POSTFLIGHT%/*}/tests/clock.so \
            ASAN_OPTIONS=${ASAN_OPTIONS-}:verify_asan_link_order=0 run ends 0 ||
            { echo "at reading $nth"; return 1; }
    done
}
check 'a clock that is set forward ends none' jumps 31536000
check 'a clock that is set back keeps none' jumps -31536000

capture() { # QUERY MESSAGE
    cat >one.yaml <<Y
checks:
  - id: one
    url: \${BASE}/login
    method: POST
    expect: status == 200
    capture: { it: '$1' }
  - { id: two, needs: [one], url: "\${BASE}/cookie", headers: { x-it: "\${it}" }, expect: status == 401 }
Y
    run one 1 && grep -qF "$2" one.json || { cat one.json; return 1; }
}
check 'what is not there is a failure' capture 'jsonpath "$.nothing"' 'capture it: jsonpath \"$.nothing\" found nothing'
check 'so is a list' capture 'jsonpath "$.list"' 'neither a string nor a number'
check 'and an empty text' capture 'jsonpath "$.empty"' 'found an empty string'
check 'a line end cannot slip into a request' capture 'jsonpath "$.evil"' \
    'a control character'
check 'and the request is not made' bash -c '! grep -q cookie asked'

size() { # BYTES EXIT
    cat >size.yaml <<Y
checks: [{ id: s, url: "\${BASE}/size/$1", expect: status == 200, capture: { it: 'jsonpath "$.s"' } }]
Y
    run size "$2"
}
check 'a captured text just below the limit' size 65535 0
check 'at the limit' size 65536 0
check 'beyond it' size 65537 1
steps() { # STEPS CAPTURES
    echo 'checks:'
    echo '  - id: many'
    echo '    steps:'
    for i in $(seq "$1"); do
        echo '      - { url: "http://h.test/", expect: status == 200 }'
    done
    echo '  - { id: c, url: "http://h.test/", expect: status == 200, capture: {'
    for i in $(seq "$2"); do echo "      n$i: body,"; done
    echo '    } }'
}
limit() { # STEPS CAPTURES EXIT
    steps "$1" "$2" >many.yaml
    "$POSTFLIGHT" lint many.yaml
    [ $? -eq "$3" ]
}
check '49 steps and captures' limit 49 49 0
check '50 steps and captures' limit 50 50 0
check '51 steps' limit 51 50 3
check '51 captures' limit 50 51 3
exit "$bad"
