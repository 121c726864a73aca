# A real nginx: one location in order, one slow, one 503, one with a wrong
# body, and TLS with a certificate that nobody has signed.
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1

port=$(free_port)
tls=$(free_port)
openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem \
    -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 2>/dev/null
yes 'slow line' | head -c 200000 >slow.txt
start_nginx <<C
    server {
        listen 127.0.0.1:$port;
        location = /health {
            default_type application/json;
            return 200 '{"status": "healthy", "commit": "6706e2d3f1a84c5b"}';
        }
        location = /slow.txt { root $scratch; limit_rate 2k; }
        location = /down { return 503; }
        location = /wrong { default_type text/html; return 200 'Maintenance'; }
        location = /moved { return 301 /health; }
    }
    server {
        listen 127.0.0.1:$tls ssl;
        ssl_certificate $scratch/cert.pem;
        ssl_certificate_key $scratch/key.pem;
        location / { return 200 'secure'; }
    }
C
cat >checks.yaml <<C
defaults: { timeout: 60s, connect_timeout: 60s }
checks:
  - id: health
    url: http://127.0.0.1:$port/health
    identity: jsonpath "\$.commit"
    expect: [status == 200, 'jsonpath "\$.status" == "healthy"']
  - { id: slow, url: "http://127.0.0.1:$port/slow.txt", timeout: 3s, expect: status == 200 }
  - { id: down, url: "http://127.0.0.1:$port/down", expect: status == 200 }
  - { id: wrong, url: "http://127.0.0.1:$port/wrong", expect: 'body contains "<h1>"' }
  - { id: moved, url: "http://127.0.0.1:$port/moved", expect: status == 200 }
  - { id: tls, url: "https://127.0.0.1:$tls/", expect: status == 200 }
C
code=0
"$POSTFLIGHT" verify checks.yaml --expect 6706e2d --out out >stdout || code=$?

is() { # ID FIELDS
    [ "$(jq -rc ".results[] | select(.id == \"$1\") | [.status, .cause, .phase, .http_status]" out/record.json)" = "$2" ] ||
        jq ".results[] | select(.id == \"$1\")" out/record.json | (cat; false)
}

check 'nginx: the run ends 1' test "$code" = 1
check 'nginx: healthy passes' is health '["pass",null,"receive",200]'
check 'nginx: slow times out while receiving' is slow '["fail","timeout","receive",200]'
check 'nginx: 503 is an assertion' is down '["fail","assertion","receive",503]'
check 'nginx: a wrong body is an assertion' is wrong '["fail","assertion","receive",200]'
check 'nginx: a redirect is not followed' is moved '["fail","assertion","receive",301]'
check 'nginx: an unsigned certificate fails' is tls '["fail","tls","tls",0]'
check 'nginx: the message says what was found' \
    jq -e '.results[] | select(.id == "wrong") | .message | contains("found \"Maintenance\"")' out/record.json
check 'nginx: the curl line repeats the failure' bash -c \
    "eval \"\$(jq -r '.results[] | select(.id == \"down\") | .reproduce' out/record.json)\" | grep -q '503 Service'"
exit "$bad"
