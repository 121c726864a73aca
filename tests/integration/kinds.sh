#!/usr/bin/env bash
# Checks that are no HTTP: connections, certificates, STARTTLS, programs.
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1

openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 9 \
    -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 2>/dev/null
cat >server.py <<'EOF'
import os, socket, ssl, threading, time

context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("cert.pem", "key.pem")


def listen(how):
    s = socket.socket()
    s.bind(("127.0.0.1", 0))
    s.listen(16)

    def one(c):
        try:
            how(c)
            c.close()
        except OSError:
            pass

    def loop():
        while True:
            threading.Thread(target=one, args=(s.accept()[0],), daemon=True).start()
    threading.Thread(target=loop, daemon=True).start()
    return s.getsockname()[1]


def redis(c):
    if c.recv(100).startswith(b"PING"):
        c.sendall(b"+PO")
        time.sleep(0.05)
        c.sendall(b"NG\r\n")
        time.sleep(3600)


def smtp(c):
    c.sendall(b"220 mail.test ESMTP\r\n")
    while True:
        line = c.recv(1000)
        if line.startswith(b"EHLO"):
            c.sendall(b"250-mail.test\r\n250 STARTTLS\r\n")
        elif line.startswith(b"STARTTLS"):
            c.sendall(b"220 go\r\n")
            break
        elif not line:
            return
    with context.wrap_socket(c, server_side=True) as t:
        while t.recv(1000):
            t.sendall(b"250 mail.test\r\n")


def name(text):
    return b"".join(bytes([len(p)]) + p.encode() for p in text.split(".")) + b"\0"


def record(kind, data):
    return b"\xc0\x0c" + kind.to_bytes(2, "big") + b"\0\1\0\0\0\x3c" + \
        len(data).to_bytes(2, "big") + data


RECORDS = {
    ("a.test", 1): [record(5, name("b.test")), record(1, b"\x0a\0\0\1"), record(1, b"\x0a\0\0\2")],
    ("a.test", 28): [record(28, b"\x20\1\x0d\xb8" + b"\0" * 11 + b"\1")],
    ("a.test", 5): [record(5, name("b.test"))],
    ("a.test", 15): [record(15, b"\0\x0a" + name("mail.test"))],
    ("a.test", 16): [record(16, b"\6v=spf1\5 -all")],
    ("a.test", 33): [record(33, b"\0\1\0\2\x1f\x90" + name("srv.test"))],
    ("a.test", 257): [record(257, b"\0\5issueca.test")],
    ("broken.test", 1): [record(1, b"\x0a\0\0\1")[:-2]],
    ("empty.test", 1): [],
}


def dns():
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind(("127.0.0.1", 0))

    def loop():
        while True:
            data, peer = s.recvfrom(1000)
            at, labels = 12, []
            while data[at]:
                labels.append(data[at + 1:at + 1 + data[at]].decode())
                at += data[at] + 1
            asked, kind = ".".join(labels), int.from_bytes(data[at + 1:at + 3], "big")
            if asked == "silent.test":
                continue
            found = RECORDS.get((asked, kind))
            code = {"refused.test": 5, "fails.test": 2}.get(asked, 3 if found is None else 0)
            answers = found or []
            s.sendto(data[:2] + b"\x81" + bytes([0x80 | code]) + b"\0\1"
                     + len(answers).to_bytes(2, "big") + b"\0\0\0\0"
                     + data[12:at + 5] + b"".join(answers), peer)
    threading.Thread(target=loop, daemon=True).start()
    return s.getsockname()[1]


ports = {"REDIS": listen(redis), "DNS": dns(), "SMTP": listen(smtp),
         "TLS": listen(lambda c: context.wrap_socket(c, server_side=True).recv(1)),
         "ENDLESS": listen(lambda c: [c.sendall(b"x" * 65536) for _ in range(9999)]),
         "SILENT": listen(lambda c: time.sleep(3600))}
with open("ports.new", "w") as f:
    for name, port in ports.items():
        f.write(f"{name}={port}\n")
os.rename("ports.new", "ports")
time.sleep(3600)
EOF
"$python" server.py 2>server.err &
background+=($!)
wait_for ports
. ./ports
cat >child.sh <<'C'
sleep 3600 &
echo $! >child.pid
echo started
wait
C
cat >checks.yaml <<C
defaults: { timeout: 60s, connect_timeout: 60s }
checks:
  - { id: connects, tcp: "127.0.0.1:$SILENT" }
  - { id: refused, tcp: "127.0.0.1:9" }
  - { id: pong, tcp: "127.0.0.1:$REDIS", send: "PING\\r\\n", expect: ['body == "+PONG\\r\\n"', 'ip == "127.0.0.1"', duration < 30s] }
  - { id: wrong-pong, tcp: "127.0.0.1:$REDIS", send: "PONG\\r\\n", expect: 'body startsWith "+"' }
  - { id: silent, tcp: "127.0.0.1:$SILENT", timeout: 3s, expect: 'body contains "x"' }
  - { id: endless, tcp: "127.0.0.1:$ENDLESS", max_body: 100kB, expect: 'body contains "y"' }
  - { id: tls, tls: "127.0.0.1:$TLS", ca: cert.pem, expect: ['certificate "Expire-Date" daysAfterNow in 8..9', duration tls > 1us] }
  - { id: tls-unknown, tls: "127.0.0.1:$TLS" }
  - { id: tls-soon, tls: "127.0.0.1:$TLS", ca: cert.pem, expect: 'certificate "Expire-Date" daysAfterNow > 30d' }
  - { id: starttls, tls: "127.0.0.1:$SMTP", starttls: smtp, ca: cert.pem, expect: 'certificate "Subject" contains "127.0.0.1"' }
  - { id: starttls-unknown, tls: "127.0.0.1:$SMTP", starttls: smtp }
  - { id: ok, exec: [echo, "OK - fine | load=1"], expect: ['stdout contains "fine"', exit == 0] }
  - { id: warning, exec: [sh, -c, "echo WARNING - slow; exit 1"] }
  - { id: critical, exec: [sh, -c, "echo CRITICAL - down; exit 2"] }
  - { id: unknown, exec: [sh, -c, "echo UNKNOWN; exit 3"] }
  - { id: asked, exec: [sh, -c, "exit 2"], expect: exit == 2 }
  - { id: signal, exec: [sh, -c, "kill -9 \$\$\$\$"] }
  - { id: quiet, exec: [sh, -c, "exec >&-; sleep 0.1; exit 2"] }
  - { id: hangs, exec: [sh, child.sh], timeout: 3s }
  - { id: missing, exec: /no/such/program }
  - { id: flood, exec: [yes], max_body: 10kB }
  - { id: json, exec: [echo, '{"lag": 3}'], expect: 'jsonpath "\$.lag" < 5' }
  - { id: again, exec: [sh, -c, "test -e once || { touch once; exit 2; }"], patience: { attempts: 3, interval: 10ms, retry: [exec] } }
C
# gRPC: nginx speaks HTTP/2 in clear and answers the bytes of real messages.
printf '\0\0\0\0\2\x08\x01' >serving
printf '\0\0\0\0\2\x08\x02' >not-serving
printf '\0\0\0\0\0' >unknown
: >empty
grpc_server() { # PORT REST: a server of the health service
    printf 'server { listen 127.0.0.1:%s http2; %s }\n' "$1" "$2"
}
path='location = /grpc.health.v1.Health/Check'
# The body is read before the answer, as a real server does it.
file() {
    printf '%s { add_trailer grpc-status 0; proxy_method GET; proxy_pass_request_headers off; proxy_pass http://127.0.0.1:%s/%s; proxy_hide_header Content-Type; add_header Content-Type application/grpc; }' \
        "$path" "$FILES" "$1"
}
FILES=$(free_port)
G1=$(free_port) G2=$(free_port) G3=$(free_port) G4=$(free_port)
start_nginx < <(
    grpc_server "$G1" "$(file serving)"
    grpc_server "$G2" "$(file not-serving)"
    grpc_server "$G3" "$(file unknown)"
    printf 'server { listen 127.0.0.1:%s; root %s; }\n' "$FILES" "$scratch"
    grpc_server "$G4" "$path { add_header grpc-status 12; proxy_method GET; proxy_pass_request_headers off; proxy_pass http://127.0.0.1:$FILES/empty; }"
)
cat >>checks.yaml <<C
  - { id: grpc, grpc: "127.0.0.1:$G1", service: shop.Cart }
  - { id: grpc-asked, grpc: "http://127.0.0.1:$G1", expect: [body == "SERVING", version == "2"] }
  - { id: grpc-down, grpc: "127.0.0.1:$G2" }
  - { id: grpc-unknown, grpc: "127.0.0.1:$G3" }
  - { id: grpc-unimplemented, grpc: "127.0.0.1:$G4" }
  - { id: dns-a, dns: { name: a.test, server: "127.0.0.1:$DNS" }, expect: ['jsonpath "\$.records" includes "10.0.0.2"', 'jsonpath "\$.records" count == 2', 'jsonpath "\$.rcode" == "NOERROR"'] }
  - { id: dns-aaaa, dns: { name: a.test, type: AAAA, server: "127.0.0.1:$DNS" }, expect: 'jsonpath "\$.records[0]" == "2001:db8::1"' }
  - { id: dns-cname, dns: { name: a.test, type: CNAME, server: "127.0.0.1:$DNS" }, expect: 'jsonpath "\$.records[0]" == "b.test"' }
  - { id: dns-mx, dns: { name: a.test, type: MX, server: "127.0.0.1:$DNS" }, expect: 'jsonpath "\$.records[0]" == "10 mail.test"' }
  - { id: dns-txt, dns: { name: a.test, type: TXT, server: "127.0.0.1:$DNS" }, expect: 'jsonpath "\$.records[0]" == "v=spf1 -all"' }
  - { id: dns-srv, dns: { name: a.test, type: SRV, server: "127.0.0.1:$DNS" }, expect: 'jsonpath "\$.records[0]" == "1 2 8080 srv.test"' }
  - { id: dns-caa, dns: { name: a.test, type: CAA, server: "127.0.0.1:$DNS" }, expect: 'jsonpath "\$.records[0]" startsWith "0 issue"' }
  - { id: dns-empty, dns: { name: empty.test, server: "127.0.0.1:$DNS" } }
  - { id: dns-none, dns: { name: none.test, server: "127.0.0.1:$DNS" } }
  - { id: dns-none-asked, dns: { name: none.test, server: "127.0.0.1:$DNS" }, expect: 'jsonpath "\$.rcode" == "NXDOMAIN"' }
  - { id: dns-fails, dns: { name: fails.test, server: "127.0.0.1:$DNS" }, expect: 'jsonpath "\$.rcode" == "SERVFAIL"' }
  - { id: dns-broken, dns: { name: broken.test, server: "127.0.0.1:$DNS" } }
  - { id: dns-silent, dns: { name: silent.test, server: "127.0.0.1:$DNS" }, timeout: 3s }
  - { id: dns-no-server, dns: { name: a.test, server: "127.0.0.1:9" }, timeout: 3s }
  - { id: grpc-refused, grpc: "127.0.0.1:9" }
  - { id: grpc-silent, grpc: "127.0.0.1:$SILENT", timeout: 3s }
C
code=0
"$POSTFLIGHT" verify checks.yaml --out out --quiet >stdout 2>stderr || code=$?
check 'kinds: the run ends 1' test "$code" = 1

is() { # ID WORDS
    [ "$(jq -r ".results[] | select(.id == \"$1\") | \"\(.kind) \(.status) \(.cause) \(.phase)\"" out/record.json)" = "$2" ] ||
        jq ".results[] | select(.id == \"$1\") | del(.timing)" out/record.json | (cat; false)
}
while read -r id words; do
    check "kinds: $id" is "$id" "$words"
done <<'T'
connects tcp pass null connect
refused tcp fail connect connect
pong tcp pass null receive
wrong-pong tcp fail assertion wait
silent tcp fail timeout wait
endless tcp fail too-large receive
tls tls pass null tls
tls-unknown tls fail tls tls
tls-soon tls fail assertion tls
starttls tls pass null tls
starttls-unknown tls fail tls tls
ok exec pass null receive
warning exec degraded exec receive
critical exec fail exec receive
unknown exec error exec receive
asked exec pass null wait
signal exec error exec wait
quiet exec fail exec wait
hangs exec fail timeout receive
missing exec error exec null
flood exec fail too-large receive
json exec pass null receive
again exec pass null wait
grpc grpc pass null receive
grpc-asked grpc pass null receive
grpc-down grpc fail assertion receive
grpc-unknown grpc fail assertion receive
grpc-unimplemented grpc fail assertion receive
grpc-refused grpc fail connect connect
grpc-silent grpc fail timeout wait
dns-a dns pass null dns
dns-aaaa dns pass null dns
dns-cname dns pass null dns
dns-mx dns pass null dns
dns-txt dns pass null dns
dns-srv dns pass null dns
dns-caa dns pass null dns
dns-empty dns fail assertion dns
dns-none dns fail assertion dns
dns-none-asked dns pass null dns
dns-fails dns pass null dns
dns-broken dns fail dns dns
dns-silent dns fail timeout dns
T
no_server() { is dns-no-server 'dns fail dns dns' || is dns-no-server 'dns fail timeout dns'; }
check 'kinds: a resolver that is not there' no_server
says() { jq -r ".results[] | select(.id == \"$1\") | .message" out/record.json | grep -qx "$2"; }
check 'kinds: gRPC says what it is' says grpc-down 'the service is NOT_SERVING'
check 'kinds: gRPC says its code' says grpc-unimplemented 'the service is UNIMPLEMENTED'
# An orphan that was ended may wait as a zombie for whoever is process 1.
all_ended() {
    local state
    state=$(cut -d' ' -f3 "/proc/$(cat child.pid)/stat" 2>/dev/null)
    [ "${state:-Z}" = Z ] || { echo "it is $state"; false; }
}
check 'kinds: a program that hangs is ended with its children' soon all_ended
check 'kinds: again is flaky' jq -e '.results[] | select(.id == "again") | .flaky' out/record.json
exit "$bad"
