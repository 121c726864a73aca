#!/usr/bin/env bash
# A resolver that hangs, or is out of order, and a name with a dead address.
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1

cat >server.yaml <<'C'
routes:
  /quick: { body: ok }
  /slow: { delay: 300ms, body: ok }
C
play server.yaml server
port=${base##*:}
cat >checks.yaml <<C
defaults: { timeout: 60s, connect_timeout: 60s }
checks:
  - { id: hung, url: "http://hung.test:$port/quick", connect_timeout: 5s, expect: status == 200 }
  - { id: hung-too, url: "http://hung.test:$port/slow", connect_timeout: 5s, expect: status == 200 }
  - { id: none, url: "http://none.test:$port/quick", expect: status == 200 }
  - { id: two, url: "http://two.test:$port/quick", expect: ['ip == "127.0.0.1"'] }
  - { id: quick, url: "$base/quick", expect: status == 200 }
  - { id: slow, url: "$base/slow", expect: [status == 200, duration < 5s] }
C
export ASAN_OPTIONS=${ASAN_OPTIONS-}:verify_asan_link_order=0
began=$SECONDS
LD_PRELOAD=${POSTFLIGHT%/*}/tests/names.so "$POSTFLIGHT" verify checks.yaml \
    --out out --quiet >stdout 2>stderr
code=$?
spent=$((SECONDS - began))

check 'resolver: the run ends 1' test "$code" = 1
# The lookup would take an hour.
in_time() { [ "$spent" -lt 60 ] || { echo "$spent s"; false; }; }
check 'resolver: a hung name ends with its own limit' in_time
is() { # ID STATUS CAUSE PHASE
    [ "$(jq -r ".results[] | select(.id == \"$1\") | \"\(.status) \(.cause) \(.phase)\"" out/record.json)" = "$2 $3 $4" ] ||
        jq ".results[] | select(.id == \"$1\") | {status, cause, phase, message}" out/record.json | (cat; false)
}
check 'resolver: hung' is hung fail timeout dns
check 'resolver: hung, another one' is hung-too fail timeout dns
check 'resolver: no such name' is none fail dns dns
check 'resolver: one of two addresses is dead' is two pass null receive
check 'resolver: another host is asked at once' is quick pass null receive
check 'resolver: a slow answer keeps its time' is slow pass null receive

# Every address of a name: one is old, one is dead.
"$python" - <<'EOF' &
import http.server, json, os, socketserver, threading, time


def serve(host, port, commit):
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            body = json.dumps({"commit": commit, "host": self.headers["Host"]}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass
    server = socketserver.ThreadingTCPServer((host, port), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


port = serve("127.0.0.1", 0, "6706e2d3f1a84c5b")
serve("127.0.0.2", port, "91614ff3aa")
for last in range(1, 71):
    serve(f"127.0.1.{last}", port, "6706e2d3f1a84c5b")
with open("each.new", "w") as f:
    f.write(str(port))
os.rename("each.new", "each.port")
time.sleep(3600)
EOF
background+=($!)
wait_for each.port
each=$(cat each.port)
cat >each.yaml <<C
defaults: { timeout: 60s, connect_timeout: 60s }
checks:
  - { id: any, url: "http://three.test:$each/", expect: status == 200 }
  - { id: each, url: "http://three.test:$each/", addresses: each, expect: [status == 200, 'jsonpath "\$.host" == "three.test:$each"'] }
  - { id: two, url: "http://two.test:$each/", addresses: each, expect: status == 200, identity: 'jsonpath "\$.commit"' }
  - { id: tcp, tcp: "three.test:$each", addresses: each }
  - { id: hung, url: "http://hung.test/", connect_timeout: 1s, addresses: each, expect: status == 200 }
  - { id: none, url: "http://none.test/", addresses: each, expect: status == 200 }
  - { id: local, url: "http://a.localhost:$each/", addresses: each, expect: status == 200 }
  - { id: locale, tcp: "x.localhost.none.test:$each", addresses: each }
C
with_names() { LD_PRELOAD=${POSTFLIGHT%/*}/tests/names.so "$POSTFLIGHT" verify "$@" --out out --quiet >stdout 2>stderr; }
told() { # ID WORDS
    local got
    got=$(jq -r ".results[] | select(.id == \"$1\") | \"\(.status) \(.cause) \(.addresses | map(.status) | join(\",\"))\"" out/record.json)
    [ "$got" = "$2" ] || { echo "$got"; jq ".results[] | select(.id == \"$1\")" out/record.json; false; }
}
with_names each.yaml
check 'addresses: any one' told any 'pass null '
check 'addresses: each of three, one dead' told each 'fail connect pass,pass,fail'
check 'addresses: each of two, the first dead' told two 'fail connect fail,pass'
check 'addresses: each for tcp' told tcp 'fail connect pass,pass,fail'
check 'addresses: a name that hangs' told hung 'fail timeout '
check 'addresses: a name that does not exist' told none 'fail dns '
check 'addresses: what is below localhost is this machine' told local 'pass null pass'
check 'addresses: what only has it within is not' told locale 'fail dns '
says_count() { jq -r '.results[] | select(.id == "each") | .message' out/record.json | grep -q '^2 of 3 addresses pass; 127.0.0.3'; }
check 'addresses: the message counts them' says_count
# 64 addresses are probed, and one that has more of them cannot pass.
many() { # ADDRESSES CODE STATUS CAUSE PROBED EXPECTATION [WORDS]
    local code=0 got
    printf 'defaults: { timeout: 60s, connect_timeout: 60s }\nchecks:\n  - { id: a, url: "http://%s.many.test:%s/", addresses: each, expect: %s }\n' \
        "$1" "$each" "$6" >many.yaml
    with_names many.yaml || code=$?
    got="$code $(jq -r '.results[0] | "\(.status) \(.cause) \(.addresses | length)"' out/record.json)"
    [ "$got" = "$2 $3 $4 $5" ] && jq -r '.results[0].message' out/record.json | grep -q "${7-}" ||
        { echo "$got"; jq '.results[0].message, .verdict, .reasons' out/record.json; false; }
}
check 'addresses: 63' many 63 0 pass null 63 'status == 200'
check 'addresses: 64' many 64 0 pass null 64 'status == 200'
check 'addresses: 65 are not each of them' many 65 4 error config 64 'status == 200' '64 of 64 addresses pass.*more than 64 addresses, and only these'
check 'addresses: nor are 70' many 70 4 error config 64 'status == 200' 'more than 64'
check 'addresses: what fails fails, whatever their number' many 65 1 fail assertion 64 'status == 201' '0 of 64 addresses pass'
cat >builds.yaml <<C
rollout: { version: 6706e2d, deadline: 4s, interval: 20ms, streak: 3 }
defaults: { connect_timeout: 60s }
checks:
  - { id: api, url: "http://pair.test:$each/", addresses: each, expect: status == 200, identity: 'jsonpath "\$.commit"' }
C
mixed() {
    with_names builds.yaml
    [ "$? $(jq -c '[.deployment.state, (.deployment.observed | map(.version + " " + .address))]' out/record.json)" = "5 [\"mixed\",[\"6706e2d3f1a84c5b 127.0.0.1:$each\",\"91614ff3aa 127.0.0.2:$each\"]]" ] ||
        { jq '.deployment, .results[0].message' out/record.json; false; }
}
check 'addresses: an old build behind one of them is seen' mixed

# Is it the prober? The resolver says "later"; nobody says anything at all.
preloaded() { # CHECKS: exit code and results
    LD_PRELOAD=${POSTFLIGHT%/*}/tests/names.so "$POSTFLIGHT" verify "$1" \
        --out out --quiet >stdout 2>stderr
    echo "$?" "$(jq -c '[.results[] | [.status, .cause]]' out/record.json)"
}
says() { # CHECKS WORDS
    local got
    got=$(preloaded "$1")
    [ "$got" = "$2" ] || { echo "$got"; cat stderr; jq '.results[].message' out/record.json; false; }
}
cat >later.yaml <<'C'
checks: [{ id: a, url: "http://again.test/", expect: status == 200 }]
C
check 'self-check: the resolver is out of order' says later.yaml '4 [["error","prober"]]'
cat >unknown.yaml <<'C'
checks: [{ id: a, url: "http://none.test/", expect: status == 200 }]
C
check 'self-check: a name that does not exist is the service' says unknown.yaml '1 [["fail","dns"]]'
"$python" - >full.port <<'EOF' &
import socket, sys, time
kept = []
for host in ("127.0.0.1", "127.0.0.2"):
    s = socket.socket()
    s.bind((host, 0))
    s.listen(0)
    kept.append(s)
    print(f"{host}:{s.getsockname()[1]}", flush=True)
    for _ in range(4):
        f = socket.socket()
        f.setblocking(False)
        f.connect_ex(s.getsockname())
        kept.append(f)
print("ready", flush=True)
time.sleep(3600)
EOF
background+=($!)
soon grep -q ready full.port
one=$(sed -n 1p full.port) two=$(sed -n 2p full.port)
cat >silent.yaml <<C
defaults: { connect_timeout: 2s }
checks:
  - { id: a, url: "http://$one/", expect: status == 200 }
  - { id: b, url: "http://$two/", expect: status == 200 }
C
check 'self-check: no host can be reached' says silent.yaml '4 [["error","prober"],["error","prober"]]'
sed "s#http://$two/#http://127.0.0.2:9/#" silent.yaml >refused.yaml
check 'self-check: one of two refuses, so the network works' says refused.yaml '1 [["fail","timeout"],["fail","connect"]]'
sed '/id: b/d' silent.yaml >alone.yaml
check 'self-check: a single silent host is that host' says alone.yaml '1 [["fail","timeout"]]'
exit "$bad"
