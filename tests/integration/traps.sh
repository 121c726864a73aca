#!/usr/bin/env bash
# What libcurl, sockets and redirects do when nobody looks.
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1

cat >server.py <<'P'
import asyncio, json, os, sys
times = 0
async def serve(reader, writer):
    global times
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            line, *rest = head.decode("latin-1").split("\r\n")
            method, path, _ = line.split(" ", 2)
            fields = {k.lower(): v.strip() for k, v in (r.split(":", 1) for r in rest if ":" in r)}
            body = await reader.readexactly(int(fields.get("content-length", 0)))
            writer.count = getattr(writer, "count", 0) + 1
            text, extra, status = "", "", "200 OK"
            if path.startswith("/wait/"):
                await asyncio.sleep(int(path[6:]) / 1000)
            if path == "/once":
                times += 1
                await asyncio.sleep(3600 * (times > 1))
            if path.startswith("/to/"):
                status, where = path[4:].split("/", 1)
                status, extra = status + " Found", f"Location: {where}\r\n"
            if method == "CONNECT":
                status = "405 Method Not Allowed"
            if path == "/address":
                text = writer.get_extra_info("sockname")[0]
            elif path == "/count":
                text = str(writer.count)
            else:
                text = json.dumps({"method": method, "body": len(body), "host": fields.get("host"),
                                   "cache": fields.get("cache-control"), "key": fields.get("x-key")})
            reply = f"HTTP/1.1 {status}\r\n{extra}Content-Length: {len(text)}\r\n\r\n"
            if path == "/late-body":
                writer.write(reply.encode()); await writer.drain()
                await asyncio.sleep(3); reply = ""
            writer.write((reply + text).encode())
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()
async def main():
    port = 0
    for host in ("127.0.0.1", "127.0.0.2", "::1"):
        try:
            server = await asyncio.start_server(serve, host, port, backlog=2048)
        except OSError:
            open("no-ipv6", "w"); continue
        port = server.sockets[0].getsockname()[1]
    open("port.part", "w").write(str(port)); os.rename("port.part", "port")
    await asyncio.Event().wait()
asyncio.run(main())
P
"$python" server.py &
background+=($!)
wait_for port
port=$(cat port) closed=$(free_port)
run() { # EXIT CHECKS [ARGS]
    printf 'checks:\n%s\n' "$2" >checks.yaml
    "$POSTFLIGHT" verify checks.yaml --format json "${@:3}" >record.json 2>err
    got=$?
    [ "$got" -eq "$1" ] || { echo "exit $got"; cat err record.json; return 1; }
}
is() { # ID WORDS
    [ "$(jq -r ".results[] | select(.id == \"$1\") | \"\(.status) \(.cause)\"" record.json)" = "$2" ] ||
        (jq ".results[] | select(.id == \"$1\")" record.json; false)
}
at=http://127.0.0.1:$port

# An answer that the deadline cuts off. The deadline is long enough for a first
# answer on any machine; the other checks run meanwhile.
printf 'rollout: { version: ffffffff, deadline: 30s, interval: 1ms }\nchecks:\n  - { id: r, url: "%s/once", timeout: 2m, identity: '"'"'jsonpath "$.method"'"'"', expect: status == 200 }\n' "$at" >cut.yaml
"$POSTFLIGHT" verify cut.yaml --quiet --out cut >cut.out 2>&1 &
cut=$!

# P2: a check that waits for a slot burns none of its timeout, and none of its time
# (16 answers of 400 ms take more than 6 s, one after the other)
check 'waiting for a slot burns no timeout' run 0 "$(for i in $(seq 16); do
    echo "  - { id: c$i, url: $at/wait/400, timeout: 6s, expect: status == 200 }"
done)" --host-slots 1
one_after_the_other() { # what each took is at most what all took
    jq -e 'def ms: (.[:19] + "Z" | fromdate * 1000) + (.[20:23] | tonumber);
        ([.results[].duration_ms] | add) <= (.finished | ms) - (.started | ms) + 1' record.json
}
check 'and is no time of the check' one_after_the_other
# P3: fresh connections; a pin of one check is nobody else's
check 'each attempt has its own connection' run 0 "
  - { id: fresh, url: $at/count, patience: { attempts: 5, passes: 5, interval: 1ms }, expect: body == \"1\" }"
check 'an address of one check is not that of another' run 0 "
  - { id: a, url: \"http://localhost:$port/address\", resolve: { localhost: 127.0.0.2 }, expect: body == \"127.0.0.2\" }
  - { id: b, needs: [a], url: \"http://localhost:$port/address\", expect: not body == \"127.0.0.2\" }
  - { id: c, needs: [b], url: \"http://localhost:$port/address\", resolve: { localhost: 127.0.0.1 }, expect: body == \"127.0.0.1\" }"
check 'an address is given for tcp, too' run 0 "
  - { id: t, tcp: \"db.test:$port\", resolve: { db.test: 127.0.0.2 }, expect: 'ip == \"127.0.0.2\"' }"
# P4, P16: phases
check 'phases add up, and waiting is waiting' run 0 "
  - { id: w, url: $at/wait/3000, expect: [duration connect < 2900ms, duration firstbyte > 2900ms, duration > 2900ms] }
  - { id: l, url: $at/late-body, expect: [duration firstbyte < 2900ms, duration > 2900ms] }"
check 'their sum is the duration' jq -e '[.results[] | (.timing | add) - .duration_ms | fabs < 0.01] | all' record.json
# P5, P12: refused on one family is refused, whatever the other one says
check 'localhost that refuses is the service' run 1 "
  - { id: dead, url: \"http://localhost:$closed/\", expect: status == 200 }"
check 'and no error of the prober' is dead 'fail connect'
[ -e no-ipv6 ] || check 'an IPv6 literal' run 0 "
  - { id: six, url: \"http://[::1]:$port/\", expect: ['ip == \"::1\"', 'jsonpath \"$.host\" == \"[::1]:$port\"'] }
  - { id: tcp, tcp: \"[::1]:$port\" }"
# P6: descriptors beyond 1024
check '1200 connections at once' run 0 "$(for i in $(seq 1200); do
    echo "  - { id: c$i, url: $at/wait/700, timeout: 2m, connect_timeout: 2m, expect: status == 200 }"
done)" --slots 1200 --host-slots 1200
# P13: a dead proxy is named as one
check 'a dead proxy' run 4 "
  - { id: p, url: $at/, proxy: \"http://127.0.0.1:$closed\", expect: status == 200 }
  - { id: t, tcp: \"127.0.0.1:$port\", proxy: \"http://127.0.0.1:$port\" }"
check 'is told as one' is p 'error prober'
check 'and one that makes no tunnel' is t 'error proxy'
# P15: a server may think before it answers
check 'a first byte after 6 s' run 0 "
  - { id: slow, url: $at/wait/6000, timeout: 1m, expect: status == 200 }"
# P20, P24: what goes along
check 'another port gets no headers' run 0 "
  - { id: port, url: \"http://127.0.0.1:$port/to/302/http://127.0.0.2:$port/x\", redirects: 1, headers: { x-key: k }, expect: 'jsonpath \"$.key\" == null' }"
for status in 301 302; do
    check "POST becomes GET after $status, without its body" run 0 "
  - { id: post, url: $at/to/$status/$at/x, body: abc, redirects: 1, expect: ['jsonpath \"$.method\" == \"GET\"', 'jsonpath \"$.body\" == 0'] }"
    check "PUT stays PUT after $status" run 0 "
  - { id: put, url: $at/to/$status/$at/x, method: PUT, body: abc, redirects: 1, expect: ['jsonpath \"$.method\" == \"PUT\"', 'jsonpath \"$.body\" == 3'] }"
done
# P25: a secret in a Location
check 'a secret in a redirect' run 0 "
  - { id: secret, url: \"$at/to/302/$at/x?k=\${secret:TOKEN}\", redirects: 1, expect: status == 200 }" --var TOKEN=tok-99887766
check 'is in no output' bash -c '! grep -q tok-99887766 record.json'
# P30: caches are passed in a rollout; what cannot be written is told
printf 'rollout: { version: GET, deadline: 1m, streak: 2, interval: 1ms }\nchecks:\n  - { id: r, url: "%s/", identity: '"'"'jsonpath "$.method"'"'"', expect: '"'"'jsonpath "$.cache" == "no-cache"'"'"' }\n' "$at" >rollout.yaml
check 'a rollout passes caches' "$POSTFLIGHT" verify rollout.yaml --quiet
wait "$cut"
check 'an answer that the deadline cuts off is no flake' \
    jq -e '.results[0] | .status == "pass" and .flaky == false and .attempts == 2' cut/record.json
check 'an output that cannot be written is no success' \
    bash -c '"$0" verify rollout.yaml --quiet --out /proc/nowhere; [ $? -eq 4 ]' "$POSTFLIGHT"
exit "$bad"
