#!/usr/bin/env bash
# Transport keys against a real nginx: gzip, HTTP/2, authorities, client
# certificates, a Unix socket, credentials, a proxy, given addresses.
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1

sign() { # NAME SUBJECT: NAME.pem and NAME.key, signed by ca.pem
    openssl req -newkey rsa:2048 -nodes -keyout "$1.key" -out "$1.csr" \
        -subj "$2" 2>/dev/null
    printf 'subjectAltName=DNS:api.test\n' >ext
    openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -CAcreateserial \
        -days 30 -extfile ext -out "$1.pem" 2>/dev/null
}
plain=$(free_port) tls=$(free_port) mutual=$(free_port)
openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem \
    -days 2 -subj /CN=authority 2>/dev/null
sign server /CN=api.test
sign client /CN=client
printf 'me:%s\n' "$(openssl passwd -apr1 'open sesame')" >users
mkdir text
yes '{"a": "compresses well"}' | head -c 100000 >text/large.txt
start_nginx <<C
    ssl_certificate $scratch/server.pem;
    ssl_certificate_key $scratch/server.key;
    server {
        listen 127.0.0.1:$plain;
        listen unix:$scratch/api.sock;
        location = /large.txt { root $scratch/text; gzip on; gzip_types text/plain; }
        location = /echo {
            default_type application/json;
            return 200 '{"key": "\$http_x_key", "host": "\$http_host", "cookie": "\$http_cookie", "bearer": "\$http_authorization", "type": "\$content_type", "method": "\$request_method", "length": "\$content_length", "uri": "\$request_uri"}';
        }
        location = /closed { auth_basic x; auth_basic_user_file $scratch/users; root $scratch/text; try_files /large.txt =404; }
        location = /cross { return 302 http://other.test:$plain/echo; }
        location = /near { return 302 /echo; }
        location = /see { return 303 /echo; }
        location = /keep { return 307 /echo; }
        location = /far-keep { return 308 http://other.test:$plain/echo; }
        location / { return 200 "proxied \$request"; }
    }
    server {
        listen 127.0.0.1:$tls ssl http2;
        location = /down { return 302 http://api.test:$plain/echo; }
        location / { return 200 '\$ssl_protocol \$server_protocol'; }
    }
    server {
        listen 127.0.0.1:$mutual ssl;
        ssl_client_certificate $scratch/ca.pem;
        ssl_verify_client on;
        location / { return 200 '\$ssl_client_s_dn'; }
    }
C
cat >checks.yaml <<C
checks:
  - id: plain-text
    url: http://127.0.0.1:$plain/large.txt
    expect: ['header "content-encoding" not exists', bytes count == 100000]
  - id: gzip
    url: http://127.0.0.1:$plain/large.txt
    compressed: true
    expect: ['header "content-encoding" == "gzip"', bytes count == 100000]
  - id: gzip-too-large
    url: http://127.0.0.1:$plain/large.txt
    compressed: true
    max_body: 99999B
    expect: status == 200
  - id: untrusted
    url: https://api.test:$tls/
    resolve: { api.test: 127.0.0.1 }
    expect: status == 200
  - id: ca
    url: https://api.test:$tls/
    resolve: { api.test: 127.0.0.1 }
    ca: ca.pem
    expect:
      - status == 200
      - body startsWith "TLSv1."
      - certificate "Subject" contains "api.test"
      - certificate "Issuer" contains "authority"
      - certificate "Subject-Alt-Name" == "DNS:api.test"
      - certificate "Expire-Date" daysAfterNow in 29..30
      - certificate "Start-Date" daysBeforeNow == 0
      - certificate "Serial-Number" exists
      - duration tls > 1us
      - ip == "127.0.0.1"
  - id: other-name
    url: https://other.test:$tls/
    resolve: { other.test: 127.0.0.1 }
    ca: ca.pem
    expect: status == 200
  - id: insecure
    url: https://127.0.0.1:$tls/
    insecure: true
    expect: status == 200
  - id: http2
    url: https://api.test:$tls/
    resolve: { api.test: 127.0.0.1 }
    ca: ca.pem
    http_version: "2"
    expect: ['version == "2"', 'body endsWith "HTTP/2.0"']
  - id: http11
    url: https://api.test:$tls/
    resolve: { api.test: 127.0.0.1 }
    ca: ca.pem
    http_version: "1.1"
    expect: ['version == "1.1"', 'body endsWith "HTTP/1.1"']
  - id: early-answer
    url: https://api.test:$tls/
    resolve: { api.test: 127.0.0.1 }
    ca: ca.pem
    body: "$(head -c 20000 /dev/zero | tr '\0' x)"
    patience: { attempts: 30, passes: 30, interval: 1ms }
    expect: [status == 200, 'version == "1.1"']
  - id: client-cert
    url: https://api.test:$mutual/
    resolve: { api.test: 127.0.0.1 }
    ca: ca.pem
    client_cert: { cert: client.pem, key: client.key }
    expect: [status == 200, body == "CN=client"]
  - id: no-client-cert
    url: https://api.test:$mutual/
    resolve: { api.test: 127.0.0.1 }
    ca: ca.pem
    expect: status == 200
  - id: socket
    url: http://api.test/echo
    unix_socket: $scratch/api.sock
    expect: ['jsonpath "\$.host" == "api.test"', ip not exists]
  - id: sent
    url: http://127.0.0.1:$plain/echo
    method: PUT
    form: { a: "b c" }
    cookies: { session: abc, theme: dark }
    auth: { bearer: "\${secret:TOKEN}" }
    expect:
      - jsonpath "\$.cookie" == "session=abc; theme=dark"
      - jsonpath "\$.bearer" == "Bearer tok-12345"
      - jsonpath "\$.type" == "application/x-www-form-urlencoded"
      - jsonpath "\$.method" == "PUT"
      - jsonpath "\$.length" == "7"
  - id: basic
    url: http://127.0.0.1:$plain/closed
    auth: { basic: { user: me, password: "\${secret:PASSWORD}" } }
    expect: status == 200
  - id: basic-wrong
    url: http://127.0.0.1:$plain/closed
    auth: { basic: { user: me, password: not-this } }
    expect: status == 401
  - id: proxy
    url: http://far.test/x
    proxy: http://127.0.0.1:$plain
    expect: body startsWith "proxied GET http://far.test/x"
  - id: proxy-of-environment
    url: http://far.test/y
    proxy: env
    expect: body startsWith "proxied GET http://far.test/y"
  - id: near
    url: http://127.0.0.1:$plain/near
    redirects: 1
    headers: { x-key: k1 }
    auth: { bearer: near-token }
    expect: ['jsonpath "\$.key" == "k1"', 'jsonpath "\$.bearer" == "Bearer near-token"']
  - id: cross
    url: http://127.0.0.1:$plain/cross
    redirects: 1
    resolve: { other.test: 127.0.0.1 }
    headers: { x-key: k1, cookie: "a=b" }
    auth: { bearer: cross-token }
    expect:
      - jsonpath "\$.key" == ""
      - jsonpath "\$.bearer" == ""
      - jsonpath "\$.cookie" == ""
      - url == "http://other.test:$plain/echo"
  - id: lower-scheme
    url: https://api.test:$tls/down
    redirects: 1
    resolve: { api.test: 127.0.0.1 }
    ca: ca.pem
    auth: { bearer: cross-token }
    expect: ['jsonpath "\$.bearer" == ""', 'certificate "Expire-Date" not exists']
  - id: see-other
    url: http://127.0.0.1:$plain/see
    method: PUT
    body: abc
    redirects: 1
    headers: { content-type: text/x }
    expect:
      - jsonpath "\$.method" == "GET"
      - jsonpath "\$.length" == ""
      - jsonpath "\$.type" == ""
  - id: keep
    url: http://127.0.0.1:$plain/keep
    body: abc
    redirects: 1
    expect: ['jsonpath "\$.method" == "POST"', 'jsonpath "\$.length" == "3"']
  - id: far-keep
    url: http://127.0.0.1:$plain/far-keep
    body: abc
    redirects: 1
    expect: status == 200
  - id: no-proxy-unless-asked
    url: http://127.0.0.1:$plain/z
    expect: body startsWith "proxied GET /z"
C
export http_proxy=http://127.0.0.1:$plain
code=0
"$POSTFLIGHT" verify checks.yaml --out out --var TOKEN=tok-12345 \
    --var 'PASSWORD=open sesame' >stdout || code=$?

is() { # ID WORDS: status, cause, insecure
    [ "$(jq -r ".results[] | select(.id == \"$1\") | \"\(.status) \(.cause) \(.insecure)\"" out/record.json)" = "$2" ] ||
        jq ".results[] | select(.id == \"$1\")" out/record.json | (cat; false)
}
check 'transport: the run ends 1' test "$code" = 1
for id in plain-text gzip ca http2 http11 early-answer client-cert socket sent basic basic-wrong \
    proxy proxy-of-environment no-proxy-unless-asked near cross lower-scheme \
    see-other keep; do
    check "transport: $id passes" is "$id" 'pass null false'
done
check 'transport: a decoded body past the limit' is gzip-too-large 'fail too-large false'
check 'transport: an unknown authority' is untrusted 'fail tls false'
check 'transport: a certificate for another name' is other-name 'fail tls false'
check 'transport: insecure passes and is marked' is insecure 'pass null true'
check 'transport: a client certificate is wanted' is no-client-cert 'fail assertion false'
no_secrets() {
    ! grep -rE 'tok-12345|open sesame|bWU6b3BlbiBzZXNhbWU' out stdout
}
hops() {
    jq -e '.results[] | select(.id == "lower-scheme") | .hops | length == 2
        and (.[0] | (.certificate | test("api.test")) and (.certificate_ends | test("^20"))
             and .timing.tls_ms > 0 and .status == 302)
        and (.[1] | .certificate == null and .certificate_ends == null and .timing.tls_ms == 0)' \
        out/record.json || jq '.results[] | select(.id == "lower-scheme")' out/record.json | (cat; false)
}
check 'transport: each hop has its times and its certificate' hops
check 'transport: a body goes to no other host' is far-keep 'fail redirect false'
check 'transport: no secret in any output' no_secrets

# The curl line of each result repeats it: same status, but for the redacted.
repeats() {
    local id line
    for id in gzip ca http2 insecure client-cert socket proxy; do
        line=$(jq -r ".results[] | select(.id == \"$id\") | .reproduce" out/record.json)
        (eval "$line --output /dev/null --write-out '%{http_code}'" | grep -qx 200) ||
            { echo "$line"; return 1; }
    done
}
check 'transport: the curl lines repeat the requests' repeats
exit "$bad"
