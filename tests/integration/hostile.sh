#!/usr/bin/env bash
# Servers that misbehave at every stage: each has its status, cause and phase,
# ends in time, and costs no memory beyond its bounds.
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1

cat >server.py <<'EOF'
import gzip, os, socket, ssl, struct, sys, threading, time

RESET = struct.pack("ii", 1, 0)
OK = b"HTTP/1.1 200 OK\r\n"


def read_request(c):
    data = b""
    while b"\r\n\r\n" not in data:
        more = c.recv(4096)
        if not more:
            return ""
        data += more
    return data.split(b" ")[1].decode()


def reset(c):
    c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    c.close()


def forever(c, part, pause=0.0):
    while True:
        c.sendall(part)
        time.sleep(pause)


def slow_headers(c):
    for b in OK + b"A: " + b"x" * 1000:
        c.sendall(bytes([b]))
        time.sleep(0.05)


def gzip_bomb(c):
    body = gzip.compress(b"\0" * 200_000_000, 1)
    c.sendall(OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n"
              % len(body) + body)


def chunks(c, text):
    c.sendall(OK + b"Transfer-Encoding: chunked\r\n\r\n" + text)


HOW = {
    "slow-headers": slow_headers,
    "drip": lambda c: (c.sendall(OK + b"Content-Length: 9999\r\n\r\n"),
                       forever(c, b"x", 0.05)),
    "endless": lambda c: (c.sendall(OK + b"\r\n"), forever(c, b"x" * 65536)),
    "endless-chunks": lambda c: (chunks(c, b""),
                                 forever(c, b"10000\r\n" + b"x" * 65536 + b"\r\n")),
    "truncated": lambda c: c.sendall(OK + b"Content-Length: 100\r\n\r\nshort"),
    "truncated-chunks": lambda c: chunks(c, b"5\r\nhello\r\n"),
    "bad-chunk": lambda c: chunks(c, b"zz\r\nhello\r\n0\r\n\r\n"),
    "huge-chunk": lambda c: chunks(c, b"fffffffffffffffff\r\nhello"),
    "gzip-bomb": gzip_bomb,
    "bad-gzip": lambda c: c.sendall(
        OK + b"Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello"),
    "large-header": lambda c: c.sendall(OK + b"A: " + b"x" * 1_000_000 + b"\r\n\r\n"),
    "many-headers": lambda c: c.sendall(OK + b"A: b\r\n" * 100_000 + b"\r\n"),
    "1xx-flood": lambda c: forever(c, b"HTTP/1.1 103 Early Hints\r\n\r\n" * 200),
    "1xx-then-ok": lambda c: c.sendall(
        b"HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n" * 5 + OK
        + b"Content-Length: 2\r\n\r\nok"),
    "reset-after-request": lambda c: reset(c),
    "reset-in-headers": lambda c: (c.sendall(OK + b"A: "), time.sleep(0.05), reset(c)),
    "reset-in-body": lambda c: (c.sendall(OK + b"Content-Length: 99\r\n\r\nx"),
                                time.sleep(0.05), reset(c)),
    "closed": lambda c: None,
    "http-0.9": lambda c: c.sendall(b"<html>hello</html>"),
    "bad-status": lambda c: c.sendall(b"HTTP/1.1 banana\r\n\r\n"),
    "status-9999": lambda c: c.sendall(b"HTTP/1.1 9999 Much\r\n\r\n"),
    "ssh": lambda c: c.sendall(b"SSH-2.0-OpenSSH_9.2\r\n"),
    "two-lengths": lambda c: c.sendall(
        OK + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!"),
    "nul": lambda c: c.sendall(OK + b"Content-Length: 11\r\n\r\nup\0down up!"),
    "silent": lambda c: time.sleep(3600),
}


def serve(c, how=None):
    try:
        how = how or HOW.get(read_request(c).strip("/"))
        if how:
            how(c)
        c.close()
    except OSError:
        pass


def listen(how=None):
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(("127.0.0.1", 0))
    s.listen(64)

    def loop():
        while True:
            c, _ = s.accept()
            threading.Thread(target=serve, args=(c, how), daemon=True).start()
    threading.Thread(target=loop, daemon=True).start()
    return s.getsockname()[1]


def tls(cert, key, wanted=None, versions=None):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    if wanted:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(wanted)
    if versions:
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version = context.maximum_version = versions

    def how(c):
        with context.wrap_socket(c, server_side=True) as t:
            read_request(t)
            t.sendall(OK + b"Content-Length: 2\r\n\r\nok")
    return listen(how)


def never_accepting():
    """A queue that is full: connections are neither taken nor refused."""
    s = socket.socket()
    s.bind(("127.0.0.1", 0))
    s.listen(0)
    global filler, kept
    kept = s
    filler = []
    for _ in range(4):
        f = socket.socket()
        f.setblocking(False)
        f.connect_ex(s.getsockname())
        filler.append(f)
    return s.getsockname()[1]


ports = {
    "RAW": listen(),
    "PLAIN": listen(lambda c: (c.recv(100), c.sendall(
        b"HTTP/1.1 400 Bad Request\r\n\r\n"))),
    "SILENT": listen(HOW["silent"]),
    "FULL": never_accepting(),
    "EXPIRED": tls("expired.pem", "leaf.key"),
    "FUTURE": tls("future.pem", "leaf.key"),
    "OTHER": tls("other.pem", "leaf.key"),
    "SELF": tls("self.pem", "leaf.key"),
    "NOCHAIN": tls("deep.pem", "leaf.key"),
    "GOOD": tls("good.pem", "leaf.key"),
    "CHAIN": tls("chain.pem", "leaf.key"),
    "WANTS": tls("good.pem", "leaf.key", "ca.pem", ssl.TLSVersion.TLSv1_2),
    "OLD": tls("good.pem", "leaf.key", None, ssl.TLSVersion.TLSv1),
}
with open("ports.new", "w") as f:
    for name, port in ports.items():
        f.write(f"{name}={port}\n")
os.rename("ports.new", "ports")
time.sleep(3600)
EOF

# An authority, one below it, and certificates of every kind for 127.0.0.1.
make_certificates() {
    local config=ca.conf
    cat >"$config" <<'C'
[ca]
default_ca = d
[d]
database = index.txt
serial = serial
new_certs_dir = .
default_md = sha256
policy = p
copy_extensions = copy
unique_subject = no
[p]
commonName = supplied
[ca_ext]
basicConstraints = critical, CA:TRUE
C
    : >index.txt
    echo 1000 >serial
    openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 30 -subj /CN=authority
    openssl genrsa -out leaf.key 2048
    openssl req -new -key leaf.key -out leaf.csr -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1
    openssl req -new -key leaf.key -out other.csr -subj /CN=other.test -addext subjectAltName=DNS:other.test
    openssl req -newkey rsa:2048 -nodes -keyout mid.key -out mid.csr -subj /CN=middle
    openssl ca -batch -config "$config" -cert ca.pem -keyfile ca.key -notext -days 20 -extensions ca_ext -in mid.csr -out mid.pem
    sign() { openssl ca -batch -config "$config" -cert ca.pem -keyfile ca.key -notext "$@"; }
    sign -startdate 20200101000000Z -enddate 20200201000000Z -in leaf.csr -out expired.pem
    sign -startdate 20990101000000Z -enddate 20990201000000Z -in leaf.csr -out future.pem
    sign -days 10 -in other.csr -out other.pem
    sign -days 10 -in leaf.csr -out good.pem
    # Behind an intermediate that ends sooner, with one that nobody needs.
    openssl req -newkey rsa:2048 -nodes -keyout soon.key -out soon.csr -subj /CN=soon
    sign -days 5 -extensions ca_ext -in soon.csr -out soon.pem
    openssl ca -batch -config "$config" -cert soon.pem -keyfile soon.key -notext -days 10 -in leaf.csr -out below.pem
    cat below.pem soon.pem expired.pem >chain.pem
    openssl ca -batch -config "$config" -cert mid.pem -keyfile mid.key -notext -days 10 -in leaf.csr -out deep.pem
    openssl req -x509 -key leaf.key -out self.pem -days 10 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1
}
make_certificates >openssl.log 2>&1 || cat openssl.log
"$python" server.py 2>server.err &
background+=($!)
wait_for ports || cat server.err
. ./ports

raw() { # ID [KEYS]
    printf '  - { id: %s, url: "http://127.0.0.1:%s/%s", expect: status == 200%s }\n' \
        "$1" "$RAW" "$1" "${2:+, $2}"
}
over_tls() { # ID PORT [KEYS]
    printf '  - { id: %s, url: "https://127.0.0.1:%s/", ca: ca.pem, expect: status == 200%s }\n' \
        "$1" "$2" "${3:+, $3}"
}
{
    echo 'defaults: { timeout: 2m, connect_timeout: 2m, max_body: 1MiB }'
    echo 'checks:'
    for name in slow-headers drip silent; do raw "$name" 'timeout: 4s'; done
    for name in endless endless-chunks truncated truncated-chunks \
        bad-chunk huge-chunk large-header many-headers 1xx-flood 1xx-then-ok \
        reset-after-request reset-in-headers reset-in-body closed http-0.9 \
        bad-status status-9999 ssh two-lengths; do
        raw "$name"
    done
    for name in gzip-bomb bad-gzip; do
        raw "$name" 'compressed: true'
    done
    printf '  - { id: nul, url: "http://127.0.0.1:%s/nul", expect: [%s] }\n' "$RAW" \
        "'body endsWith \"up!\"', bytes count == 11"
    printf '  - { id: never-accepts, url: "http://127.0.0.1:%s/", connect_timeout: 4s, expect: status == 200 }\n' "$FULL"
    printf '  - { id: http-on-tls-port, url: "http://127.0.0.1:%s/", expect: status == 200 }\n' "$GOOD"
    over_tls tls-on-http-port "$RAW" 'connect_timeout: 4s'
    over_tls plain-answer "$PLAIN"
    over_tls slow-handshake "$SILENT" 'connect_timeout: 4s'
    over_tls expired "$EXPIRED"
    over_tls not-yet-valid "$FUTURE"
    over_tls other-host "$OTHER"
    over_tls self-signed "$SELF"
    over_tls no-intermediate "$NOCHAIN"
    over_tls good "$GOOD"
    for scheme in url:https:// tls:; do
        printf '  - { id: chain-%s, %s: "%s127.0.0.1:%s", ca: ca.pem, expect: [%s, %s, %s] }\n' \
            "${scheme%%:*}" "${scheme%%:*}" "${scheme#*:}" "$CHAIN" \
            "'certificate \"Expire-Date\" daysAfterNow in 9..10'" \
            "'certificate \"Verified-Expire-Date\" daysAfterNow in 4..5'" \
            "'certificate \"Chain-Expire-Date\" daysBeforeNow > 1000'"
    done
    over_tls wants-certificate "$WANTS"
    over_tls tls-1.0 "$OLD"
} >checks.yaml

verify() { # CHECKS MEASURED: verifies them, and writes its peak of MiB
    "$python" - "$POSTFLIGHT" "$1" >"$2" 2>run.err <<'EOF'
import resource, subprocess, sys
done = subprocess.run([sys.argv[1], "verify", sys.argv[2], "--out", "out",
                       "--quiet"], stdout=subprocess.PIPE)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
sys.exit(done.returncode)
EOF
}
{ echo 'checks:'; over_tls good "$GOOD" 'timeout: 2m, connect_timeout: 2m'; } >plain.yaml
check 'hostile: a plain run ends 0' verify plain.yaml plain
began=$SECONDS
code=0
verify checks.yaml measured || code=$?
spent=$((SECONDS - began))
check 'hostile: the run ends 1' test "$code" = 1
# What has a limit of 2 minutes is ended by what it sends.
ends_in_time() { [ "$spent" -lt 120 ] || { echo "$spent s"; false; }; }
check 'hostile: nothing waits for the limit of all' ends_in_time
little_memory() { [ "$(cat measured)" -lt $(($(cat plain) + 150)) ] || { cat plain measured; false; }; }
check 'hostile: 200 MB of zeros and endless bodies take no memory' little_memory

is() { # ID STATUS CAUSE PHASE
    local got
    got=$(jq -r ".results[] | select(.id == \"$1\") | \"\(.status) \(.cause) \(.phase)\"" out/record.json)
    [ "$got" = "$2 $3 $4" ] && return
    jq -r ".results[] | select(.id == \"$1\") | \"\(.status) \(.cause) \(.phase): \(.message)\"" out/record.json
    false
}
while read -r id status cause phase; do
    check "hostile: $id" is "$id" "$status" "$cause" "$phase"
done <<'T'
slow-headers fail timeout receive
drip fail timeout receive
endless fail too-large receive
endless-chunks fail too-large receive
truncated fail closed receive
truncated-chunks fail closed receive
bad-chunk fail protocol receive
huge-chunk fail protocol receive
large-header fail too-large receive
many-headers fail too-large receive
1xx-flood fail too-large receive
1xx-then-ok pass null receive
reset-after-request fail closed wait
reset-in-headers fail closed receive
reset-in-body fail closed receive
closed fail closed wait
http-0.9 fail protocol receive
bad-status fail protocol receive
status-9999 fail protocol receive
ssh fail protocol receive
two-lengths fail protocol receive
silent fail timeout wait
gzip-bomb fail too-large receive
bad-gzip fail decode receive
nul pass null receive
never-accepts fail timeout connect
http-on-tls-port fail closed wait
tls-on-http-port fail timeout tls
plain-answer fail tls tls
slow-handshake fail timeout tls
expired fail tls tls
not-yet-valid fail tls tls
other-host fail tls tls
self-signed fail tls tls
no-intermediate fail tls tls
good pass null receive
chain-url pass null receive
chain-tls pass null tls
wants-certificate fail tls tls
tls-1.0 fail tls tls
T
says() { # ID WORDS
    jq -r ".results[] | select(.id == \"$1\") | .message" out/record.json >said
    grep -qE "$2" said || { cat said; false; }
}
check 'hostile: expired says since when' says expired \
    'for CN = 127.0.0.1, .*issued by CN = authority, valid from 2020-01-01T00:00:00Z to 2020-02-01T00:00:00Z'
check 'hostile: not yet valid says from when' says not-yet-valid 'valid from 2099-01-01T'
check 'hostile: another host says which' says other-host "is for other.test, not for '127.0.0.1'"
check 'hostile: self-signed says by whom' says self-signed "server's certificate is self-signed"
check 'hostile: no intermediate says who is missing' says no-intermediate \
    "server sends 1 certificate; its issuer 'CN = middle' is missing"
exit "$bad"
