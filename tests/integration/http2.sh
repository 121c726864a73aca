#!/usr/bin/env bash
# HTTP/2 as a real server speaks it, over TLS, in clear, through a Unix socket
# and through a proxy: bodies both ways, cookies, redirects, contents, times,
# certificates; and what is said where versions do not meet.
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1

both=$(free_port) clear=$(free_port) old=$(free_port) plain=$(free_port) only=$(free_port)
openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 20 \
    -subj /CN=api.test -addext subjectAltName=DNS:api.test,IP:127.0.0.1 2>/dev/null
mkdir text
yes '{"a": "compresses well"}' | head -c 3000000 >text/large.json
start_nginx <<C
    ssl_certificate $scratch/ca.pem;
    ssl_certificate_key $scratch/ca.key;
    types { application/json json; }
    server {
        listen 127.0.0.1:$both ssl http2;
        listen 127.0.0.1:$clear http2;
        listen unix:$scratch/api.sock http2;
        server_name api.test;
        client_max_body_size 4m;
        gzip on; gzip_types application/json;
        root $scratch/text;
        location = /echo {
            default_type application/json;
            return 200 '{"method": "\$request_method", "cookie": "\$http_cookie", "key": "\$http_x_key", "type": "\$content_type", "length": "\$content_length", "host": "\$http_host", "version": "\$server_protocol", "encoding": "\$http_accept_encoding", "agent": "\$http_user_agent", "query": "\$args"}';
        }
        location = /set {
            add_header Set-Cookie "session=abc; Path=/; Secure; HttpOnly";
            add_header Set-Cookie "old=1; Max-Age=0";
            add_header Set-Cookie "below=no; Path=/below";
            add_header Set-Cookie "foreign=no; Domain=other.test";
            return 302 /echo;
        }
        location = /post { proxy_pass http://127.0.0.1:$plain/; }
        location = /empty { return 204; }
        location = /error { return 503 "busy"; }
    }
    server {
        listen 127.0.0.1:$old ssl;
        location / { return 200 '\$server_protocol \$request_method \$http_x_key'; }
    }
    server {
        listen 127.0.0.1:$plain;
        client_max_body_size 4m;
        location / { return 200 '\$content_length'; }
    }
C
openssl s_server -quiet -accept "127.0.0.1:$only" -alpn h2 -cert ca.pem -key ca.key \
    >/dev/null 2>&1 </dev/zero &
background+=($!)
cat >tunnel.py <<'P'
import os, socket, threading
s = socket.socket()
s.bind(("127.0.0.1", 0))
s.listen(16)


def pump(a, b):
    try:
        while data := a.recv(65536):
            b.sendall(data)
        b.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def serve(c):
    request = b""
    while b"\r\n\r\n" not in request:
        request += c.recv(4096)
    host, port = request.split(b" ")[1].split(b":")
    o = socket.create_connection(("127.0.0.1", int(port)))
    c.sendall(b"HTTP/1.1 200 Connected\r\nX-Proxy: yes\r\n\r\n")
    threading.Thread(target=pump, args=(o, c), daemon=True).start()
    pump(c, o)


with open("tunnel.new", "w") as f:
    f.write(str(s.getsockname()[1]))
os.rename("tunnel.new", "tunnel")
while True:
    threading.Thread(target=serve, args=(s.accept()[0],), daemon=True).start()
P
cat >drip.py <<'P'
import os, socket, threading, time
s = socket.socket()
s.bind(("127.0.0.1", 0))
s.listen(16)


def serve(c):
    c.sendall(b"\0\0\0\4\0\0\0\0\0" b"\0\0\1\1\4\0\0\0\1\x88")
    try:
        while True:
            c.sendall(b"\0\0\1\0\0\0\0\0\1x")
            time.sleep(0.2)
    except OSError:
        pass


with open("drip.new", "w") as f:
    f.write(str(s.getsockname()[1]))
os.rename("drip.new", "drip")
while True:
    threading.Thread(target=serve, args=(s.accept()[0],), daemon=True).start()
P
"$python" tunnel.py &
background+=($!)
"$python" drip.py &
background+=($!)
wait_for tunnel
wait_for drip
until (exec 3<>"/dev/tcp/127.0.0.1/$only") 2>/dev/null; do read -rt 0.02 <> <(:) || :; done

head -c 300000 /dev/zero | tr '\0' x >body
cat >checks.yaml <<C
defaults: { ca: ca.pem, resolve: { api.test: 127.0.0.1 }, timeout: 60s, http_version: "2" }
checks:
  - id: tls
    url: https://api.test:$both/echo?a=b%20c
    headers: { X-Key: K1, Host: other.test }
    expect:
      - version == "2"
      - header "content-type" == "application/json"
      - jsonpath "\$.key" == "K1"
      - jsonpath "\$.host" == "other.test"
      - jsonpath "\$.query" == "a=b%20c"
      - jsonpath "\$.agent" == "postflight"
      - jsonpath "\$.encoding" == ""
      - certificate "Subject" contains "api.test"
      - certificate "Verified-Expire-Date" daysAfterNow in 18..20
      - duration tls > 1us
      - ip == "127.0.0.1"
  - { id: any, url: "https://api.test:$both/echo", http_version: any, expect: version == "2" }
  - { id: any-old, url: "https://api.test:$old/", http_version: any, headers: { x-key: k }, expect: [version == "1.1", body == "HTTP/1.1 GET k"] }
  - { id: two-old, url: "https://api.test:$old/", method: PUT, body: abc, expect: [version == "1.1", 'body == "HTTP/1.1 PUT "'] }
  - { id: any-clear, url: "http://api.test:$plain/", http_version: any, expect: version == "1.1" }
  - { id: clear, url: "http://api.test:$clear/echo", expect: [version == "2", 'jsonpath "\$.version" == "HTTP/2.0"'] }
  - { id: socket, url: "http://api.test/echo", unix_socket: $scratch/api.sock, expect: [version == "2", ip not exists] }
  - { id: tunnel, url: "https://api.test:$both/echo", proxy: "http://127.0.0.1:$(cat tunnel)", expect: [version == "2", 'header "x-proxy" not exists'] }
  - { id: tunnel-clear, url: "http://api.test:$clear/echo", proxy: "http://127.0.0.1:$(cat tunnel)", expect: version == "2" }
  - { id: head, url: "https://api.test:$both/large.json", method: HEAD, expect: [status == 200, bytes count == 0, 'header "content-length" == "3000000"'] }
  - { id: empty, url: "https://api.test:$both/empty", expect: status == 204 }
  - { id: error, url: "https://api.test:$both/error", expect: [status == 503, body == "busy"] }
  - { id: large, url: "https://api.test:$both/large.json", expect: [bytes count == 3000000, 'header "content-encoding" not exists'] }
  - { id: gzip, url: "https://api.test:$both/large.json", compressed: true, expect: [bytes count == 3000000, 'header "content-encoding" == "gzip"'] }
  - { id: gzip-old, url: "https://api.test:$both/large.json", http_version: "1.1", compressed: true, expect: [version == "1.1", bytes count == 3000000, 'header "transfer-encoding" == "chunked"'] }
  - { id: too-large, url: "https://api.test:$both/large.json", max_body: 2999999B, expect: status == 200 }
  - { id: gzip-too-large, url: "https://api.test:$both/large.json", compressed: true, max_body: 2999999B, expect: status == 200 }
  - { id: exact, url: "https://api.test:$both/large.json", compressed: true, max_body: 3000000B, expect: status == 200 }
  - { id: post, url: "https://api.test:$both/post", body: "$(cat body)", expect: [version == "2", body == "300000"] }
  - { id: form, url: "http://api.test:$clear/echo", form: { a: "b c" }, expect: ['jsonpath "\$.type" == "application/x-www-form-urlencoded"', 'jsonpath "\$.length" == "7"', 'jsonpath "\$.method" == "POST"'] }
  - { id: early, url: "https://api.test:$both/echo", body: "$(cat body)", patience: { attempts: 20, passes: 20, interval: 1ms }, expect: [status == 200, version == "2"] }
  - { id: redirect, url: "https://api.test:$both/set", redirects: 1, expect: ['jsonpath "\$.cookie" == ""', 'url == "https://api.test:$both/echo"'] }
  - id: cookies
    steps:
      - { url: "https://api.test:$both/set", redirects: 1, cookies: { mine: x }, expect: 'jsonpath "\$.cookie" == "mine=x; session=abc"' }
      - { url: "https://api.test:$both/echo", expect: 'jsonpath "\$.cookie" == "session=abc"' }
      - { url: "https://api.test:$both/echo", http_version: "1.1", expect: 'jsonpath "\$.cookie" == "session=abc"' }
      - { url: "http://api.test:$clear/echo", expect: 'jsonpath "\$.cookie" == ""' }
  - { id: drip, url: "http://127.0.0.1:$(cat drip)/", timeout: 300s, expect: status == 200 }
  - { id: untrusted, url: "https://api.test:$both/", ca: /etc/ssl/certs/ca-certificates.crt, expect: status == 200 }
  - { id: other-name, url: "https://other.test:$both/", resolve: { other.test: 127.0.0.1 }, expect: status == 200 }
  - { id: refused, url: "https://api.test:1/", expect: status == 200 }
  - { id: hint-only, url: "https://api.test:$only/", http_version: "1.1", body: abc, expect: status == 200 }
  - { id: hint-clear, url: "http://api.test:$clear/", http_version: "1.1", expect: status == 200 }
  - { id: hint-plain, url: "http://api.test:$plain/", expect: status == 200 }
  - { id: grpc-old, grpc: "https://api.test:$old" }
C
"$POSTFLIGHT" verify checks.yaml --out out --quiet >/dev/null 2>err || :
[ -s out/record.json ] || cat err

is() { # ID WORDS PATTERN: status and cause, and what the message says
    jq -r ".results[] | select(.id == \"$1\") | \"\(.status) \(.cause) \(.message)\"" out/record.json >said
    grep -qE "^$2 .*$3" said || { cat said; false; }
}
for id in tls any any-old two-old any-clear clear socket tunnel tunnel-clear \
    head empty error large gzip gzip-old exact post form early redirect cookies; do
    check "http2: $id passes" is "$id" 'pass null' ''
done
check 'http2: a body past the limit' is too-large 'fail too-large' 'limit of 2999999 bytes'
check 'http2: a decoded body past the limit' is gzip-too-large 'fail too-large' 'limit of 2999999 bytes'
check 'http2: a server that drips is not waited for' is drip 'fail timeout' 'receiving'
check 'http2: an unknown authority' is untrusted 'fail tls' 'certificate'
check 'http2: a certificate for another name' is other-name 'fail tls' 'api.test'
check 'http2: nobody listens' is refused 'fail connect' ''
check 'http2: a server of HTTP/2 only, asked over TLS' is hint-only 'fail tls' 'http_version: "2"'
check 'http2: a server of HTTP/2 only, asked in clear' is hint-clear 'fail protocol' 'http_version: "2"'
check 'http2: a server of HTTP/1 only, asked in clear' is hint-plain 'fail protocol' 'speaks HTTP/1'
check 'http2: gRPC from a server of HTTP/1 only' is grpc-old 'fail tls|fail protocol' 'HTTP/2'
times() {
    jq -e '.results[] | select(.id == "large") | .timing
        | .connect_ms > 0 and .tls_ms > 0 and .send_ms >= 0 and .wait_ms > 0 and .receive_ms > 0' out/record.json
}
check 'http2: each phase has its time' times
exit "$bad"
