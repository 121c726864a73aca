#!/usr/bin/env bash
# Evidence has a time: what decides is seen on the build it speaks of. Each
# server changes by the number of requests it has had, so that no outcome
# depends on how fast the machine is.
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1

cat >server.py <<'P'
import http.server, json, socket, struct, sys, threading

NEW, OLD = "9f8e7d6c5b4a39281706", "1a2b3c4d5e6f7a8b9c0d"
seen, lock = [], threading.Lock()


def build(commit, status=200):
    return status, json.dumps({"commit": commit, "status": "ok"})


def count(path, method=None):
    return sum(1 for m, p in seen if p == path and method in (None, m))


# What a path answers at its Nth request (from 1), by scenario.
def breaks(path, n):  # the new build has no /items
    new = count("/health") > 4
    if path == "/health":
        return build(NEW if new else OLD)
    return (500, "no") if new else (200, "yes")


def appears(path, n):  # only the new build has /items
    new = count("/health") > 4
    if path == "/health":
        return build(NEW if new else OLD)
    return (200, "yes") if new else (404, "no")


def relapses(path, n):  # api settles, and breaks while web still waits
    if path == "/api":
        return build(NEW) if n <= 6 else (503, "no")
    return build(NEW if count("/api") > 8 else OLD)


def starts(path, n):  # nobody listens at first, then all is well
    if count("/health") <= 4:
        return None
    return build(NEW)


def half(path, n):  # two replicas, the new one fails and says who it is
    return build(NEW, 503) if n % 2 else build(OLD)


def dead(path, n):  # two replicas, the new one is not there
    return (502, "no") if n % 2 else build(OLD)


def quarter(path, n):  # all new, and one in three fails without a name
    return (502, "no") if n % 3 == 0 else build(NEW)


def mixed(path, n):
    return build(NEW if n % 2 else OLD)


def regions(path, n):
    return build(NEW if path == "/eu" else OLD)


def apart(path, n):
    return build("web-77" if path == "/web" else NEW)


def late(path, n):  # no build at all, well after a while
    return (503, "no") if n <= 5 else (200, "yes")


def wavers(path, n):  # the old build answers once while it is confirmed
    if path == "/health":
        return build(OLD if n == 4 else NEW)
    return 200, "yes"


def nameless(path, n):
    return 200, json.dumps({"status": "ok", "db": "up"})


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def answer(self):
        length = int(self.headers.get("Content-Length") or 0)
        self.rfile.read(length)
        with lock:
            seen.append((self.command, self.path))
            reply = globals()[sys.argv[1]](self.path, count(self.path))
            with open("seen", "a") as f:
                new = reply is not None and NEW in reply[1]
                f.write(f"{self.command} {self.path} {'new' if new else '-'}\n")
        if reply is None:  # as if no one listened: reset before a byte
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                       struct.pack("ii", 1, 0))
            self.connection.close()
            self.close_connection = True
            return
        body = reply[1].encode()
        self.send_response(reply[0])
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = answer


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, *args):
        pass


server = Server(("127.0.0.1", 0), Handler)
with open("port.new", "w") as f:
    f.write(str(server.server_port))
import os
os.rename("port.new", "port")
server.serve_forever()
P

# run NAME SERVER [OPTIONS] <CHECKS: leaves NAME/code, out, record.json, seen
run() {
    local name=$1 scenario=$2 code=0 pid
    local rollout=${rollout-interval: 20ms, streak: ${streak-3}, tolerate: 0}
    shift 2
    mkdir "$name"
    {
        [ "$rollout" = none ] || echo "rollout: { $rollout }"
        echo 'defaults: { timeout: 1m, connect_timeout: 1m }'
        echo 'checks:'
        cat
    } >"$name/checks.yaml"
    (cd "$name" && exec "$python" ../server.py "$scenario") &
    pid=$!
    background+=("$pid")
    wait_for "$name/port" || return 1
    (cd "$name" && "$POSTFLIGHT" verify checks.yaml --host-slots 8 --out out \
        --var "B=http://127.0.0.1:$(cat port)" "$@" >said 2>&1) || code=$?
    echo "$code" >"$name/code"
    kill "$pid" 2>/dev/null
}
is() { # NAME CODE [JQ]
    [ "$(cat "$1/code")" = "$2" ] && { [ -z "${3-}" ] ||
        jq -e "$3" "$1/out/record.json" >/dev/null; } || {
        cat "$1/said"
        jq -c '.deployment, .reasons, (.results[] | [.id, .status, .message, .window])' "$1/out/record.json"
        false
    }
}
says() { grep -qF -- "$2" "$1/said" || { cat "$1/said"; false; }; }

new=9f8e7d6c5b4a39281706
told='identity: jsonpath "$.commit", expect: status == 200'
health="- { id: api, url: \"\${B}/health\", $told }"
items='- { id: items, url: "${B}/items", expect: status == 200 }'
waits=(--expect "$new" --deadline 10m)

printf '%s\n' "$health" "$items" | run breaks breaks "${waits[@]}"
check 'settle: what passed on the old build does not verify the new one' is breaks 1 \
    '.verdict == "unhealthy" and .advice == "roll-back" and .deployment.state == "shipped"'
printf '%s\n' "$health" '- { id: items, steps: [{ url: "${B}/items", expect: status == 200 }] }' |
    run breaks-flow breaks "${waits[@]}"
check 'settle: nor does a flow' is breaks-flow 1 '.results[1].status == "fail"'
printf '%s\n' "$health" "$items" | run appears appears "${waits[@]}"
check 'settle: what failed on the old build does not fail the new one' is appears 0 \
    '.verdict == "verified"'
check 'settle: only the new build is called serving' is appears 0 \
    '[.deployment.observed[] | select(.check == "api") | [.version[0:7], .serving]] == [["1a2b3c4", false], ["9f8e7d6", true]]'
printf '%s\n' "- { id: api, url: \"\${B}/api\", $told }" "- { id: web, url: \"\${B}/web\", $told }" |
    run relapses relapses --expect "$new" --deadline 4s
check 'settle: a check that has its streak is probed until all have theirs' is relapses 1 \
    '.deployment.state == "unknown" and .deployment.settled_at == null and (.results[0] | .status == "fail")'
printf '%s\n' "$health" '- { id: items, url: "${B}/health?2", expect: status == 200 }' |
    run starts starts "${waits[@]}"
check 'settle: a service that starts late is verified' is starts 0 '.verdict == "verified"'
printf '%s\n' '- { id: site, url: "${B}/late", expect: status == 200 }' |
    rollout='interval: 20ms' run late late --deadline 10m
check 'settle: --deadline without a build waits until the checks pass' is late 0 \
    '.verdict == "healthy" and .results[0].attempts == 6'
printf '%s\n' '- { id: site, url: "${B}/late", patience: { deadline: 10m, interval: 10ms }, expect: status == 200 }' |
    rollout=none run patient late
check 'settle: a patience with a deadline alone has as many attempts as fit' is patient 0 \
    '.results[0].attempts == 6'
printf '%s\n' '- { id: flow, steps: [{ url: "${B}/late", expect: status == 200 }] }' |
    rollout='interval: 20ms' run late-flow late --deadline 10m
check 'settle: a flow is begun again until it passes' is late-flow 0 '.results[0].attempts == 6'

for name in half dead quarter; do
    printf '%s\n' "$health" | streak=4 run "$name" "$name" --expect "$new" --deadline 3s
done
check 'settle: half of the answers fail, all from the new build' is half 1 \
    '.advice == "roll-back" and .deployment.state == "mixed" and (.reasons | any(contains("every check passed")) | not)'
check 'settle: and they are counted' is half 1 \
    '.results[0] | .status == "fail" and .window == {answers: 4, failed: 2}'
check 'settle: a replica that is gone' is dead 1 '.deployment.state == "stale"'
check 'settle: failures that name no build, the rest is new' is quarter 1 \
    '.advice == "roll-back" and .deployment.state == "unknown"'
printf '%s\n' "$health" | run mixed mixed --expect "$new" --deadline 3s
check 'settle: mixed at the deadline is no conflict' is mixed 5 \
    '.deployment.state == "mixed" and .advice == "fix-deploy" and (.reasons | any(contains("another deployment")) | not)'
printf '%s\n' "- { id: eu, url: \"\${B}/eu\", $told }" "- { id: us, url: \"\${B}/us\", $told }" |
    run regions regions --expect "$new" --deadline 3s
check 'settle: mixed names the checks' says regions "check 'us': all 3 answers came from 1a2b3c4d5e6f"
printf '%s\n' "$health" "- { id: web, url: \"\${B}/web\", version: web-77, $told }" |
    run apart apart "${waits[@]}"
check 'settle: a check may expect a build of its own' is apart 0 '.deployment.state == "shipped"'
printf '%s\n' "$health" "$items" | run wavers wavers "${waits[@]}"
check 'settle: another build while it is confirmed unsettles it' is wavers 0 \
    '.deployment.state == "shipped" and ([.deployment.observed[] | select(.check == "api") | .answers] | add) >= 8'

# Nothing that changes something is sent before the build is there.
printf '%s\n' "$health" '- { id: order, url: "${B}/order", method: POST, body: x, expect: status in 200..599 }' |
    run posts appears "${waits[@]}"
once() { [ "$(grep -c "^POST /order" posts/seen)" -eq 1 ] && ! grep -A99 '^POST' posts/seen | grep -q 'health -'; }
check 'settle: a POST is sent once, after it had settled' once
printf '%s\n' "$health" "$items" '- { id: order, url: "${B}/order", method: POST, body: x, expect: status in 200..599 }' |
    rollout=none run single nameless --expect "$new"
twice() { [ "$(wc -l <single/seen)" -eq 3 ] && [ "$(sort -u single/seen | wc -l)" -eq 3 ] && head -1 single/seen | grep -q /health; }
check 'settle: a single pass sends nothing twice, and asks for the build first' twice
check 'settle: an answer that names no build is not the new one' is single 5 '.deployment.state == "stale"'
printf '%s\n' "$health" | rollout=none run one apart --expect "$new"
printf '%s\n' "$health" | rollout=none run short apart --expect "${new:0:6}"
check 'settle: a commit that is too short says so' says short "a short commit needs 7 characters"
check 'settle: one answer is called one answer' says one '1 of 1 answer came from 9f8e7d6c5b4a'
printf '%s\n' "$health" | rollout=none run plain apart
check 'settle: without a build nothing is called verified' is plain 0 '.verdict == "healthy"'
check 'settle: and it says why' says plain 'production is healthy; no build was named'
exit "$bad"
