#!/usr/bin/env bash
# postflight serve and requests that others could read differently, names that
# are not its own, pages of other sites, and clients that send half of a request.
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1
trap 'kill $(cat pids) 2>/dev/null; finish' EXIT

cat >server.yaml <<'C'
routes:
  /ok: { type: application/json, body: '{"commit":"abc1234"}' }
C
play server.yaml server
cat >checks.yaml <<C
checks:
  - { id: api, url: "$base/ok", expect: status == 200 }
  - { id: held, timeout: 10m, exec: [/bin/sh, -c, 'until [ -e open ] || [ ! -e checks.yaml ]; do sleep 0.05; done'] }
C

serve() { # NAME [ARGS]: sets url, at and pid
    local name=$1
    shift
    rm -f "$name.out" "$name.err"
    [[ " $* " == *' --listen '* ]] || set -- --listen 127.0.0.1:0 "$@"
    "$POSTFLIGHT" serve checks.yaml --quiet "$@" >"$name.out" 2>"$name.err" &
    pid=$!
    echo "$pid" >>pids
    soon grep -q '^listening on ' "$name.out" || return 1
    url=$(sed -n 's/^listening on //p' "$name.out")
    at=${url##*:}
}
status() { curl -s -m 600 -o answer -w '%{http_code}' "$@"; }
is() { # STATUS ARGS of curl
    local got
    got=$(status "${@:2}")
    [ "$got" = "$1" ] || { echo "$got, not $1: $(cat answer)"; return 1; }
}

serve main || cat main.err
main=$url port=$at

# Each request is followed by a second one on the same connection: one response
# comes, with this status, whatever the first one was.
cat >strict.py <<'P'
import re, socket, sys
port = int(sys.argv[1])
HOST = b"Host: 127.0.0.1:%d\r\n" % port
NEXT = b"GET /healthz?hidden HTTP/1.1\r\n" + HOST + b"\r\n"
def get(extra=b"", line=b"GET /healthz HTTP/1.1\r\n", host=HOST):
    return line + host + extra + b"\r\n"
def post(extra, body=b"", line=b"POST /verify?id=api HTTP/1.1\r\n"):
    return line + HOST + extra + b"\r\n" + body
ABSOLUTE = b"GET http://%s/healthz HTTP/1.1\r\n"
OWN = b"127.0.0.1:%d" % port
CASES = [
    ("a plain GET", 200, get()),
    ("HTTP/1.0 with Host", 200, get(line=b"GET /healthz HTTP/1.0\r\n")),
    ("Content-Length: 0 on a GET", 200, get(b"Content-Length: 0\r\n")),
    ("no space after the colon", 200, get(b"X:a\r\n")),
    ("tabs and spaces around a value", 200, get(b"X: \t a \t\r\n")),
    ("an empty value", 200, get(b"X:\r\n")),
    ("bytes beyond ASCII in a value", 200, get("X: Zoë\r\n".encode())),
    ("absolute form", 200, get(line=ABSOLUTE % OWN)),
    ("a POST with a length", 200, post(b"Content-Length: 2\r\n", b"{}")),
    ("a POST in chunks", 200, post(b"Transfer-Encoding: chunked\r\n", b"2\r\n{}\r\n0\r\n\r\n")),
    ("chunks, in capitals", 200, post(b"transfer-encoding: Chunked\r\n", b"2\r\n{}\r\n0\r\n\r\n")),
    ("Expect: 100-continue", 200, post(b"Content-Length: 2\r\nExpect: 100-continue\r\n", b"{}")),
    ("64 header lines", 200, get(b"X: a\r\n" * 63)),
    ("65 header lines", 431, get(b"X: a\r\n" * 64)),
    ("two lengths", 400, post(b"Content-Length: 2\r\nContent-Length: 40\r\n", b"{}")),
    ("two equal lengths", 400, post(b"Content-Length: 2\r\nContent-Length: 2\r\n", b"{}")),
    ("a list of lengths", 400, post(b"Content-Length: 2, 2\r\n", b"{}")),
    ("+2", 400, post(b"Content-Length: +2\r\n", b"{}")),
    ("-1", 400, post(b"Content-Length: -1\r\n", b"{}")),
    ("0x2", 400, post(b"Content-Length: 0x2\r\n", b"{}")),
    ("2abc", 400, post(b"Content-Length: 2abc\r\n", b"{}")),
    ("no length at all", 400, post(b"Content-Length:\r\n", b"{}")),
    ("a length of 26 digits", 400, post(b"Content-Length: " + b"9" * 26 + b"\r\n", b"{}")),
    ("length and chunked", 400, post(b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n", b"0\r\n\r\n")),
    ("chunked and length", 400, post(b"Transfer-Encoding: chunked\r\nContent-Length: 2\r\n", b"0\r\n\r\n")),
    ("gzip, chunked", 400, post(b"Transfer-Encoding: gzip, chunked\r\n", b"0\r\n\r\n")),
    ("identity", 400, post(b"Transfer-Encoding: identity\r\n", b"{}")),
    ("xchunked", 400, post(b"Transfer-Encoding: xchunked\r\n", b"0\r\n\r\n")),
    ("chunked twice", 400, post(b"Transfer-Encoding: chunked\r\n" * 2, b"0\r\n\r\n")),
    ("chunked in HTTP/1.0", 400, post(b"Transfer-Encoding: chunked\r\n", b"0\r\n\r\n", b"POST /verify?id=api HTTP/1.0\r\n")),
    ("a folded line", 400, get(b"X: a\r\n b\r\n")),
    ("a folded line, with a tab", 400, get(b"X: a\r\n\tContent-Length: 5\r\n")),
    ("a first line that is folded", 400, b"GET /healthz HTTP/1.1\r\n X: a\r\n" + HOST + b"\r\n"),
    ("a space before the colon", 400, post(b"Content-Length : 2\r\n", b"{}")),
    ("a tab before the colon", 400, post(b"Content-Length\t: 2\r\n", b"{}")),
    ("no colon", 400, get(b"nonsense\r\n")),
    ("no name", 400, get(b": a\r\n")),
    ("bare LF", 400, get().replace(b"\r\n", b"\n")),
    ("bare LF at one end", 400, get(b"X: a\nY: b\r\n")),
    ("bare CR", 400, get(b"X: a\rContent-Length: 5\r\n")),
    ("CR CR LF", 400, get(b"X: a\r\r\n")),
    ("NUL in a value", 400, get(b"X: a\0b\r\n")),
    ("NUL in the target", 400, get(line=b"GET /healthz\0 HTTP/1.1\r\n")),
    ("an escape character in a value", 400, get(b"X: a\x1b[2J\r\n")),
    ("DEL in a value", 400, get(b"X: a\x7f\r\n")),
    ("%00 in the path", 400, get(line=b"GET /healthz%00 HTTP/1.1\r\n")),
    ("%2F in the path", 400, get(line=b"GET /%2Fhealthz HTTP/1.1\r\n")),
    ("%2e in the path", 400, get(line=b"GET /verify/%2e%2e/healthz HTTP/1.1\r\n")),
    ("a letter that is escaped", 400, get(line=b"GET /health%7A HTTP/1.1\r\n")),
    ("%00 in the query", 400, get(line=b"GET /healthz?a=%00 HTTP/1.1\r\n")),
    ("a broken escape", 400, get(line=b"GET /healthz?a=%zz HTTP/1.1\r\n")),
    ("dots in the path", 404, get(line=b"GET /verify/../healthz HTTP/1.1\r\n")),
    ("two slashes", 404, get(line=b"GET //healthz HTTP/1.1\r\n")),
    ("a fragment", 400, get(line=b"GET /healthz#a HTTP/1.1\r\n")),
    ("absolute form of another host", 400, get(line=ABSOLUTE % b"evil.example")),
    ("absolute form with a user", 400, get(line=ABSOLUTE % (b"a@" + OWN))),
    ("authority form", 400, get(line=b"CONNECT " + OWN + b" HTTP/1.1\r\n")),
    ("asterisk form", 400, get(line=b"OPTIONS * HTTP/1.1\r\n")),
    ("two hosts", 400, get(host=HOST * 2)),
    ("two hosts, one of them another's", 400, get(host=HOST + b"Host: evil.example\r\n")),
    ("no host", 400, get(host=b"")),
    ("no host in HTTP/1.0", 400, get(host=b"", line=b"GET /healthz HTTP/1.0\r\n")),
    ("an empty host", 421, get(host=b"Host:\r\n")),
    ("HTTP/0.9", 400, b"GET /healthz\r\n"),
    ("HTTP/1.2", 505, get(line=b"GET /healthz HTTP/1.2\r\n")),
    ("HTTP/2.0", 505, get(line=b"GET /healthz HTTP/2.0\r\n")),
    ("http/1.1", 400, get(line=b"GET /healthz http/1.1\r\n")),
    ("HTTP/1.10", 400, get(line=b"GET /healthz HTTP/1.10\r\n")),
    ("the preface of HTTP/2", 505, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    ("two spaces", 400, get(line=b"GET  /healthz HTTP/1.1\r\n")),
    ("a space behind", 400, get(line=b"GET /healthz HTTP/1.1 \r\n")),
    ("a tab for a space", 400, get(line=b"GET\t/healthz HTTP/1.1\r\n")),
    ("an empty line first", 400, b"\r\n" + get()),
    ("no method", 400, get(line=b" /healthz HTTP/1.1\r\n")),
    ("a method that is none", 400, get(line=b"G(T /healthz HTTP/1.1\r\n")),
    ("an unknown method", 405, get(line=b"BREW /healthz HTTP/1.1\r\n")),
    ("TRACE", 405, get(line=b"TRACE /healthz HTTP/1.1\r\n")),
    ("another expectation", 417, get(b"Expect: 200-ok\r\n")),
    ("an upgrade to h2c", 400, get(b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n")),
    ("an upgrade to a web socket", 400, get(b"Connection: upgrade\r\nUpgrade: websocket\r\n")),
    ("a body on GET", 400, get(b"Content-Length: 5\r\n") + b"hello"),
    ("chunks on GET", 400, get(b"Transfer-Encoding: chunked\r\n") + b"0\r\n\r\n"),
    ("a body on DELETE", 400, post(b"Content-Length: 2\r\n", b"{}", b"DELETE /verify HTTP/1.1\r\n")),
    ("two tokens", 400, get(b"Authorization: Bearer a\r\nAuthorization: Bearer b\r\n")),
    ("TLS", 400, bytes.fromhex("16030100a5010000a10303") + bytes(150)),
]
wrong = 0
for name, want, data in CASES:
    s = socket.create_connection(("127.0.0.1", port), timeout=600)
    got = b""
    try:
        s.sendall(data + NEXT)
        while part := s.recv(65536):
            got += part
    except ConnectionError:
        pass
    codes = [int(c) for c in re.findall(rb"HTTP/1\.1 (\d+) ", got) if c != b"100"]
    if codes != [want]:
        wrong += 1
        print(f"{name}: {codes}, not {want}: {got[-200:]}")
    elif b"\r\nConnection: close\r\n" not in got:
        wrong += 1
        print(f"{name}: the connection is kept: {got}")
print(f"{len(CASES)} requests")
sys.exit(wrong > 0)
P
check 'serve: what can be read in two ways is refused, and nothing behind it is answered' \
    "$python" strict.py "$port"

# A body that is framed wrongly: whatever comes of it, nothing behind it does.
cat >chunks.py <<'P'
import socket, sys
port = int(sys.argv[1])
HEAD = b"POST /verify?id=api HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
NEXT = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
wrong = 0
for body in [b"0x2\r\n{}\r\n0\r\n\r\n", b"+2\r\n{}\r\n0\r\n\r\n", b"-2\r\n{}\r\n0\r\n\r\n", b" 2\r\n{}\r\n0\r\n\r\n",
             b"2\n{}\n0\n\n", b"2;a=" + b"b" * 200000 + b"\r\n{}\r\n0\r\n\r\n", b"\r\n{}\r\n0\r\n\r\n",
             b"FFFFFFFFFFFFFFFFF2\r\n{}\r\n0\r\n\r\n", b"2\r\n{}0\r\n\r\n", b"3\r\n{}\r\n0\r\n\r\n",
             b"2\r\n{}\r\n0\r\n" + b"X: a\r\n" * 100000 + b"\r\n", b"0\r\nContent-Length: 30\r\n\r\n"]:
    s = socket.create_connection(("127.0.0.1", port), timeout=600)
    got = b""
    try:
        s.sendall(HEAD + body + NEXT)
        s.shutdown(socket.SHUT_WR)
        while part := s.recv(65536):
            got += part
    except OSError:
        pass
    if got.count(b"HTTP/1.1 ") > 1 or b'"status": "ok"' in got:
        wrong += 1
        print(body[:40], got)
sys.exit(wrong)
P
check 'serve: a body that is framed wrongly hides no request' "$python" chunks.py "$port"

host() { # STATUS HOST [ARGS]
    is "$1" -H "Host: $2" "${@:3}" "$url/healthz" && is "$1" -H "Host: $2" "${@:3}" "$url/verify?id=api"
}
names_of_loopback() {
    local name
    for name in "127.0.0.1:$at" "localhost:$at" "LOCALHOST:$at" "[::1]:$at" "127.1.2.3:$at" localhost 127.0.0.1; do
        host 200 "$name" || return 1
    done
    for name in evil.example "evil.example:$at" "127.0.0.1.evil.example:$at" "localhost.evil.example" \
        "localhost:$((at + 1))" 127.0.0.1:80 "10.0.0.1:$at" "0.0.0.0:$at" "[::ffff:10.0.0.1]:$at" "localhost:x" \
        "localhost:$at:1" "[::1" "a b" "localhost,evil.example" "user@localhost:$at" "2130706433:$at" "0x7f.1:$at"; do
        host 421 "$name" || { echo "$name"; return 1; }
    done
    grep -q -e '--host-name NAME' answer
}
url=$main at=$port
check 'serve: on loopback it has the names of loopback' names_of_loopback
named() {
    serve named --host-name gate.example --host-name 'other.example:8443' || return 1
    host 200 gate.example && host 200 "Gate.Example:$at" && host 200 gate.example:443 &&
        host 200 other.example:8443 && host 421 other.example && host 421 other.example:1 &&
        host 421 evil.gate.example && host 421 gate.example.evil && host 200 "localhost:$at" &&
        kill "$pid" && wait "$pid"
}
check 'serve: and those it is given' named
everywhere() {
    serve everywhere --listen 0.0.0.0:0 || return 1
    url=http://127.0.0.1:$at
    host 200 "10.1.2.3:$at" && host 200 192.168.0.7:80 && host 200 localhost:8080 && host 200 '[fd00::1]:1' &&
        host 421 evil.example && host 421 "evil.example:$at" && host 421 10.1.2.3.evil.example &&
        kill "$pid" && wait "$pid"
}
check 'serve: everywhere, it has every address and no name' everywhere
one_address() {
    serve one --listen 127.0.0.2:0 || return 1
    host 200 "127.0.0.2:$at" && host 200 "localhost:$at" && host 421 evil.example &&
        kill "$pid" && wait "$pid"
}
check 'serve: an address that it is bound to' one_address
socket_names() {
    serve socket --listen "unix:$PWD/gate.sock" || return 1
    url=http://localhost
    host 200 evil.example --unix-socket gate.sock && host 200 gate --unix-socket gate.sock &&
        host 200 '@' --unix-socket gate.sock && kill "$pid" && wait "$pid"
}
check 'serve: on a unix socket, any' socket_names
cat >drip.py <<'P'
import socket, sys
if sys.argv[1] == "unix":
    s = socket.socket(socket.AF_UNIX)
    s.connect("gate.sock")
else:
    s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
s.settimeout(600)
head = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * int(sys.argv[2]) + b"\r\n\r\n"
step = int(sys.argv[3])
for i in range(0, len(head), step):
    s.sendall(head[i:i + step])
got = b""
while part := s.recv(4096):
    got += part
assert got.startswith(b"HTTP/1.1 200"), got
P
check 'serve: a head may come byte by byte' "$python" drip.py "$port" 4000 1
socket_drips() {
    serve socket --listen "unix:$PWD/gate.sock" && "$python" drip.py unix 1000 50 &&
        kill "$pid" && wait "$pid"
}
check 'serve: and in pieces through a unix socket' socket_drips
names_usage() { # WHAT ARGS
    local code=0
    "$POSTFLIGHT" serve checks.yaml "${@:2}" >said 2>&1 </dev/null || code=$?
    [ "$code" -eq 2 ] && grep -qF -e "$1" said || { cat said; return 1; }
}
check 'serve: a name that is none' names_usage "invalid name 'http://a'" --host-name http://a
check 'serve: an empty name'  names_usage "takes NAME, not ''" --host-name ''
check 'serve: a port that is none' names_usage 'invalid name' --host-name a:99999

site() { # STATUS ARGS: of /verify; /healthz starts nothing
    is "$1" "${@:2}" "$main/verify?id=api" && is 200 "${@:2}" "$main/healthz"
}
sites() {
    local own=http://127.0.0.1:$port
    site 200 -H "Origin: $own" && site 200 -H 'Sec-Fetch-Site: same-origin' &&
        site 200 -H 'Sec-Fetch-Site: none' &&
        site 403 -H 'Origin: http://evil.example' && site 403 -H 'Origin: null' && site 403 -H 'Origin;' &&
        site 403 -H "Origin: http://127.0.0.1:$((port + 1))" && site 403 -H "Origin: $own.evil.example" &&
        site 403 -H "Origin: ftp://127.0.0.1:$port" && site 403 -H 'Sec-Fetch-Site: cross-site' &&
        site 403 -H 'Sec-Fetch-Site: same-site' && site 403 -H 'Sec-Fetch-Site: Cross-Site' &&
        site 403 -H "Origin: $own" -H 'Sec-Fetch-Site: cross-site'
}
check 'serve: a page of another site starts no run' sites
forms() {
    is 415 -H 'Content-Type: text/plain' -d '{}' "$main/verify?id=api" &&
        is 415 -H 'Content-Type: TEXT/PLAIN ; charset=utf-8' -d '{}' "$main/verify?id=api" &&
        is 415 -F 'a={}' "$main/verify?id=api" &&
        is 200 -d '{}' "$main/verify?id=api" && is 200 -H 'Content-Type:' -d '{}' "$main/verify?id=api" &&
        is 200 -H 'Content-Type: application/json; charset=utf-8' -d '{}' "$main/verify?id=api"
}
check 'serve: nor does a form' forms
headers() { # whoever answers
    local what
    for what in "$main/healthz" "$main/verify?id=api" "$main/nowhere" "$main/%00"; do
        curl -si --path-as-is "$what" >said
        grep -qi '^x-content-type-options: nosniff' said && grep -qi '^cache-control: no-store' said &&
            grep -qi "^content-security-policy: default-src 'none'" said &&
            grep -qi '^content-type: application/json' said || { cat said; return 1; }
    done
}
check 'serve: every response says that it is no page' headers

secret=0123456789abcdef-secret
token() {
    TOKEN=$secret serve token --token-env TOKEN || return 1
    local auth='Authorization:'
    is 200 -H "$auth Bearer $secret" "$url/verify?id=api" && is 200 -H "$auth bearer $secret" "$url/verify?id=api" &&
        is 200 -H "$auth BEARER   $secret" "$url/verify?id=api" &&
        is 401 -H "$auth Bearer$secret" "$url/verify?id=api" && is 401 -H "$auth $secret" "$url/verify?id=api" &&
        is 401 -H "$auth Bearer" "$url/verify?id=api" && is 401 -H "$auth Bearer ${secret%?}" "$url/verify?id=api" &&
        is 401 -H "$auth Bearer $secret $secret" "$url/verify?id=api" &&
        is 400 -H "$auth Bearer $secret" -H "$auth Bearer x" "$url/verify?id=api" &&
        is 400 -H "$auth Bearer x" -H "$auth Bearer $secret" "$url/verify?id=api" &&
        is 401 "$url/verify?id=api&token=$secret" && is 401 -u ":$secret" "$url/verify?id=api" &&
        is 421 -H 'Host: evil.example' -H "$auth Bearer $secret" "$url/verify?id=api" &&
        ! grep -q secret token.out token.err || return 1
    # What a client sent is quoted without what this server keeps secret.
    is 400 -H "$auth Bearer $secret" "$url/verify?$secret=1" && ! grep -q "$secret" answer &&
        is 400 -H "$auth Bearer $secret" -d "{\"metadata\":{\"expct\":\"$secret\"}}" "$url/verify" &&
        ! grep -q "$secret" answer && kill "$pid" && wait "$pid"
}
check 'serve: one token, in one header, and never in a response' token

# 300 connections that send a part, from one address and from several: /healthz
# goes on being answered. The figures are printed; that it answers is asserted.
cat >half.py <<'P'
import http.client, socket, sys, time
port, kind = int(sys.argv[1]), sys.argv[2]
HOST = b"Host: localhost\r\n"
PARTS = {
    "silent": b"",
    "half a line": b"GET /heal",
    "half a head": b"GET /healthz HTTP/1.1\r\n" + HOST + b"X-A: b",
    "no body": b"POST /verify?id=api HTTP/1.1\r\n" + HOST + b"Content-Length: 100\r\n\r\n{",
    "half a chunk": b"POST /verify?id=api HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\nff\r\n{",
    "refused": b"nonsense\r\n",
}
def ask(what="/healthz"):
    start = time.perf_counter()
    c = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    c.request("GET", what)
    r = c.getresponse()
    r.read()
    assert r.status == 200, r.status
    return time.perf_counter() - start
def median(n=25):
    return sorted(ask() for _ in range(n))[n // 2]
def fill(several):
    held = []
    for i in range(300):
        source = f"127.0.0.{2 + i % 60}" if several else "127.0.0.1"
        s = socket.create_connection(("127.0.0.1", port), timeout=600, source_address=(source, 0))
        try:
            s.sendall(PARTS[kind])
        except OSError:
            pass
        held.append(s)
    return held
ask()
alone = median()
for several in (False, True):
    held = fill(several)
    beside = median()
    ask("/verify?id=api")
    print(f"# {kind}, 300 from {'60 addresses' if several else 'one address'}: /healthz takes {beside / alone:.1f} times as long")
    for s in held:
        s.close()
P
half() {
    serve half --connections "$1" --client-timeout 10m || return 1
    local kind
    for kind in silent 'half a line' 'half a head' 'no body' 'half a chunk' refused; do
        timeout 600 "$python" half.py "$at" "$kind" >>ratios || return 1
    done
    kill "$pid" && wait "$pid"
}
check 'serve: 300 half-open connections, of 128 that there may be' half 128
check 'serve: of 4' half 4
cat ratios
beside_waiters() { # all places for waiting are taken, and half-open ones come
    local n
    serve beside --connections "$1" || return 1
    rm -f open
    for n in $(seq "$2"); do curl -s -o /dev/null "$url/verify?id=held" & done
    soon sh -c "[ \$(ss -Htn state established sport = :$at | wc -l) -ge $2 ]" &&
        soon pgrep -P "$pid" && timeout 600 "$python" half.py "$at" 'half a head' >said 2>&1 ||
        grep -q '429' said || { cat said; return 1; }
    is 200 "$url/healthz" && touch open && kill "$pid" && wait "$pid"
}
check 'serve: and beside those that wait for a run' beside_waiters 4 3
check 'serve: with one connection, too' beside_waiters 1 1
descriptors() { # fewer descriptors than connections: the oldest make room
    (ulimit -n 40; exec "$POSTFLIGHT" serve checks.yaml --quiet --listen 127.0.0.1:0 --client-timeout 10m >few.out 2>few.err) &
    pid=$!
    echo "$pid" >>pids
    soon grep -q listening few.out || return 1
    at=$(sed -n 's/.*://p' few.out)
    timeout 600 "$python" half.py "$at" silent >said 2>&1 || grep -q 'verify' said || { cat said; return 1; }
    is 200 "http://127.0.0.1:$at/healthz" && kill "$pid" && wait "$pid"
}
check 'serve: and with few descriptors' descriptors

# The example of the page, behind a real nginx with TLS.
tls=$(free_port)
openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2 \
    -subj /CN=gate.example -addext subjectAltName=DNS:gate.example 2>/dev/null
TOKEN=$secret serve proxied --token-env TOKEN --host-name gate.example || cat proxied.err
sed -e "s/listen 443/listen 127.0.0.1:$tls/; s/127.0.0.1:9115/127.0.0.1:$at/" \
    -e "s,/etc/ssl/gate,$scratch," "$root/docs/ci/serve-nginx.conf" >proxy.conf
start_nginx <proxy.conf
proxied() {
    local gate=(--cacert cert.pem --resolve "gate.example:$tls:127.0.0.1") auth="Authorization: Bearer $secret"
    is 200 "${gate[@]}" "https://gate.example:$tls/healthz" &&
        is 200 "${gate[@]}" -H "$auth" "https://gate.example:$tls/verify?id=api" &&
        is 200 "${gate[@]}" -H "$auth" -d '{"metadata":{"id":"api"}}' "https://gate.example:$tls/verify" &&
        is 401 "${gate[@]}" "https://gate.example:$tls/verify?id=api" &&
        is 403 "${gate[@]}" -H "$auth" -H 'Origin: https://evil.example' "https://gate.example:$tls/verify?id=api"
}
check 'serve: behind nginx, which speaks TLS' proxied
exit "$bad"
