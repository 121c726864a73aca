#!/usr/bin/env bash
# What a failed connection is reported as: the certificate of a chain that is
# at fault, the errno of a connection in words, and TLS where there is none.
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1

key() { openssl ecparam -name prime256v1 -genkey -noout -out "$1.key"; }
request() { openssl req -new -key "$1.key" -subj "/CN=$1" -out "$1.csr"; }

# sign NAME ISSUER EXTENSIONS FROM TO: years
sign() {
    local self=()
    [ "$1" != "$2" ] || self=(-selfsign)
    [ -e "$1.key" ] || key "$1"
    request "$1"
    openssl ca -config ca.conf -batch -notext -in "$1.csr" -out "$1.pem" \
        -cert "$2.pem" -keyfile "$2.key" "${self[@]}" -extfile "$3.ext" \
        -startdate "${4}0101000000Z" -enddate "${5}0101000000Z"
}

make_certificates() {
    touch index.txt
    mkdir -p issued
    printf '%s\n' '[ca]' 'default_ca=d' '[d]' 'database=./index.txt' \
        'new_certs_dir=issued' 'rand_serial=yes' 'default_md=sha256' \
        'policy=p' 'unique_subject=no' '[p]' 'commonName=supplied' >ca.conf
    echo 'basicConstraints=critical,CA:true' >authority.ext
    printf 'basicConstraints=CA:false\nsubjectAltName=%s\n' \
        'DNS:localhost,IP:127.0.0.1,IP:::1' >here.ext
    printf 'basicConstraints=CA:false\nsubjectAltName=%s\n' \
        'DNS:a.test,DNS:*.b.test' >there.ext
    printf 'subjectAltName=DNS:localhost\nextendedKeyUsage=clientAuth\n' \
        >client.ext
    sign root root authority 2020 2099
    sign middle root authority 2020 2099
    sign old-middle root authority 2020 2021
    sign new-middle root authority 2098 2099
    sign leaf middle here 2020 2099
    sign under-old old-middle here 2020 2099
    sign under-new new-middle here 2020 2099
    sign expired middle here 2020 2021
    sign future middle here 2098 2099
    sign other middle there 2020 2099
    sign self self here 2020 2099
    sign no-authority middle here 2020 2099
    sign below no-authority here 2020 2099
    sign client middle client 2020 2099
    openssl genrsa -out weak.key 1024
    sign weak middle here 2020 2099
}
make_certificates >openssl.log 2>&1 || cat openssl.log

cat >server.py <<'PY'
import os, socket, ssl, threading

ANSWER = b"HTTP/1.1 %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
ports, kept = {}, []


def listen(name, handle, backlog=50):
    s = socket.socket()
    s.bind(("127.0.0.1", 0))
    s.listen(backlog)
    ports[name] = s.getsockname()[1]
    kept.append(s)

    def one(c):
        try:
            c.settimeout(60)
            handle(c)
        except OSError:
            pass
        finally:
            c.close()

    def loop():
        while True:
            c, _ = s.accept()
            threading.Thread(target=one, args=(c,), daemon=True).start()
    if handle:
        threading.Thread(target=loop, daemon=True).start()


def tls(name, *chain, **options):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("DEFAULT@SECLEVEL=0")
    with open(name + ".chain", "wb") as f:
        for part in chain:
            f.write(open(part + ".pem", "rb").read())
    context.load_cert_chain(name + ".chain", chain[0] + ".key")
    if "alpn" in options:
        context.set_alpn_protocols(options["alpn"])

    def handle(c):
        with context.wrap_socket(c, server_side=True) as s:
            s.recv(4096)
            s.sendall(ANSWER % (b"200 OK", 2, b"ok"))
    listen(name, handle)


def answer(status, body):
    def handle(c):
        c.recv(4096)
        c.sendall(ANSWER % (status, len(body), body))
    return handle


def alert(c):
    c.recv(4096)
    c.sendall(b"\x15\x03\x01\x00\x02\x02\x46")


tls("good", "leaf", "middle")
tls("missing", "leaf")
tls("old-middle", "under-old", "old-middle")
tls("new-middle", "under-new", "new-middle")
tls("expired", "expired", "middle")
tls("future", "future", "middle")
tls("other", "other", "middle")
tls("self", "self")
tls("with-root", "leaf", "middle", "root")
tls("no-authority", "below", "no-authority", "middle")
tls("client", "client", "middle")
tls("weak", "weak", "middle")
listen("plain", answer(b"200 OK", b"ok"))
for name, text in (
        ("nginx", b"<center>The plain HTTP request was sent to HTTPS port"),
        ("go", b"Client sent an HTTP request to an HTTPS server.\n"),
        ("apache", b"You're speaking plain HTTP to an SSL-enabled server "
                   b"port.<br />"),
        ("other-400", b"no such tenant")):
    listen(name, answer(b"400 Bad Request", text))
listen("alert", alert)
listen("full", None, 0)
for _ in range(4):  # the queue of `full` is full: a SYN is dropped
    c = socket.socket()
    c.setblocking(False)
    c.connect_ex(("127.0.0.1", ports["full"]))
    kept.append(c)
u = socket.socket(socket.AF_UNIX)
u.bind("left.sock")
u.close()
with open("ports.new", "w") as f:
    for name, port in ports.items():
        f.write(f"{name.replace('-', '_')}={port}\n")
os.rename("ports.new", "ports")
threading.Event().wait()
PY
"$python" server.py 2>server.err &
background+=($!)
wait_for ports || exit 1
. ./ports

{
    echo 'defaults: { timeout: 1m, connect_timeout: 1m }'
    echo checks:
    for name in good missing old_middle new_middle expired future other self \
        with_root no_authority client weak; do
        echo "  - { id: $name, url: 'https://localhost:${!name}/', ca: root.pem, expect: status == 200 }"
    done
    echo "  - { id: untrusted, url: 'https://localhost:$good/', expect: status == 200 }"
    echo "  - { id: untrusted-root, url: 'https://localhost:$with_root/', expect: status == 200 }"
    echo "  - { id: any, url: 'https://localhost:$expired/', insecure: true, expect: status == 200 }"
    echo "  - { id: kind-tls, tls: 'localhost:$old_middle', ca: root.pem }"
    echo "  - { id: plain, url: 'https://127.0.0.1:$plain/', expect: status == 200 }"
    echo "  - { id: plain-tls, tls: '127.0.0.1:$plain' }"
    for name in nginx go apache other_400 alert; do
        echo "  - { id: $name, url: 'http://127.0.0.1:${!name}/', expect: status == 200 }"
    done
    refused=$(free_port)
    echo "  - { id: refused, url: 'http://localhost:$refused/x', expect: status == 200, patience: { attempts: 3, interval: 1ms } }"
    echo "  - { id: refused-https, url: 'https://127.0.0.1:$refused/', expect: status == 200 }"
    echo "  - { id: refused-tcp, tcp: '127.0.0.1:$refused' }"
    echo "  - { id: no-file, url: 'http://localhost/x', unix_socket: none.sock, expect: status == 200 }"
    echo "  - { id: no-listener, url: 'http://localhost/x', unix_socket: left.sock, expect: status == 200 }"
} >checks.yaml

# A limit of 2 s is spent on nothing but itself: with the handshakes of all
# others, a slow machine would not run long enough in it.
{
    echo 'checks:'
    echo "  - { id: syn, url: 'http://127.0.0.1:$full/', timeout: 2s, expect: status == 200 }"
} >syn.yaml

for file in checks syn; do
    "$POSTFLIGHT" verify "$file.yaml" --out "$file" --quiet >/dev/null 2>err
    jq -r '.results[] | [.id, .cause // "-", .message // "passed"] | join(" ")' \
        "$file/record.json" >>said || cat err
done

says() { # ID CAUSE WORDS
    grep -qE "^$1 $2 .*$3" said || { grep "^$1 " said; false; }
}
while read -r id cause words; do
    check "reasons: $id" says "$id" "$cause" "$words"
done <<'T'
good - passed
any - passed
with_root - passed
missing tls server sends 1 certificate; its issuer 'CN = middle' is missing
old_middle tls intermediate certificate 'CN = old-middle' expired at 2021-01-01T00:00:00Z \(for CN = old-middle, issued by CN = root, valid from 2020-01-01T00:00:00Z to 2021-
kind-tls tls intermediate certificate 'CN = old-middle' expired at 2021-
new_middle tls intermediate certificate 'CN = new-middle' is not valid before 2098-01-01T
expired tls server's certificate expired at 2021-01-01T00:00:00Z \(for CN = expired, names localhost, 127.0.0.1, ::1, issued by CN = middle
future tls server's certificate is not valid before 2098-01-01T00:00:00Z
other tls server's certificate is for a.test, \*.b.test, not for 'localhost'$
self tls server's certificate is self-signed and not trusted
untrusted tls server sends 2 certificates; the issuer 'CN = root' of the intermediate certificate 'CN = middle' is missing
untrusted-root tls root certificate 'CN = root' at the end of the chain is not trusted
no_authority tls intermediate certificate 'CN = no-authority' signed the one below it but is not a CA
client tls server's certificate is not for servers
weak tls key of the server's certificate is too weak
plain tls server speaks plain HTTP on this port; use http://
plain-tls tls server does not speak TLS on this port
nginx assertion expected status 200, found 400; this port expects TLS, use https://
go assertion found 400; this port expects TLS, use https://
apache assertion found 400; this port expects TLS, use https://
other_400 assertion expected status 200, found 400$
alert protocol the server speaks TLS on this port; use https://
refused connect connection refused: localhost:[0-9]+ \(3 attempts in .*: 3x connection refused\)
refused-https connect connection refused: 127.0.0.1:[0-9]+$
refused-tcp connect connection refused: 127.0.0.1:[0-9]+$
no-file connect the socket file does not exist: none.sock
no-listener connect nothing listens on the socket file: left.sock
syn timeout connection timed out after .* \(no response to SYN\): 127.0.0.1:
T
exit "$bad"
