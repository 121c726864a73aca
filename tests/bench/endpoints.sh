#!/usr/bin/env bash
# N endpoints over HTTP and HTTPS, that answer at once or after 200 ms: wall
# time, CPU and memory beside the best bare curl_multi program and curl
# --parallel, in one run. Printed, never asserted.
#   tests/bench/endpoints.sh [RUNS]
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
runs=${1-5}
cmake -S "$root" --preset release -DPOSTFLIGHT_TESTS=ON >/dev/null
cmake --build "$root/build/release" >/dev/null
bin=$root/build/release
scratch=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null; rm -rf "$scratch"' EXIT
cd "$scratch"
chmod 755 .
ulimit -n "$(ulimit -Hn)" 2>/dev/null || :
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
    -keyout key.pem -out ca.pem -subj /CN=localhost \
    -addext subjectAltName=IP:127.0.0.1 2>/dev/null
free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}
http=$(free_port) https=$(free_port)
printf 'routes:\n  /: { body: ok, delay: 200ms }\n' >server.yaml
"$bin/postflight-player" server.yaml --dir slow --for 900 &
until [ -e slow/port ]; do read -rt 0.02 <> <(:) || :; done
slow=$(cat slow/port)
cat >nginx.conf <<N
daemon off; pid $scratch/nginx.pid; error_log $scratch/error.log; worker_processes 1;
events { worker_connections 16384; }
http {
    access_log off; proxy_temp_path $scratch/p; client_body_temp_path $scratch/b;
    fastcgi_temp_path $scratch/f; uwsgi_temp_path $scratch/u; scgi_temp_path $scratch/s;
    server { listen 127.0.0.1:$http backlog=8192; location / { return 200 ok; } }
    server {
        listen 127.0.0.1:$https ssl backlog=8192; ssl_certificate $scratch/ca.pem;
        ssl_certificate_key $scratch/key.pem; ssl_session_cache off; ssl_session_tickets off;
        location / { return 200 ok; }
        location /slow { proxy_pass http://127.0.0.1:$slow/; }
    }
}
N
nginx -c "$scratch/nginx.conf" -e "$scratch/error.log" &
until [ -e nginx.pid ]; do read -rt 0.02 <> <(:) || :; done

row() { # NAME COUNT URL
    local name=$1 count=$2 url=$3 ca='' slots=$2
    [[ $url != https* ]] || ca="$scratch/ca.pem"
    # At 0 ms few handles at once are best, since each costs more among many.
    [[ $name != *'0 ms' || $name == *'200 ms' ]] || slots=$((count < 300 ? count : 300))
    {
        [ -z "$ca" ] || echo "defaults: { ca: $ca }"
        echo 'checks:'
        for i in $(seq "$count"); do
            echo "  - { id: c$i, url: \"$url\", expect: status == 200 }"
        done
    } >checks.yaml
    for i in $(seq "$count"); do
        printf 'url = "%s"\noutput = /dev/null\n' "$url"
    done >curl.conf
    python3 "$root/tests/bench/timed.py" "$runs" "$name, $count endpoints" \
        "postflight=$bin/postflight verify checks.yaml --quiet" \
        "bare=$bin/tests/bare_multi $url $count $slots $ca" \
        "curl=curl -s --parallel --parallel-immediate --parallel-max 300 ${ca:+--cacert $ca} -K curl.conf"
}
# The slowest of 100 answers, beside a name that hangs and alone.
hung_row() {
    {
        echo 'checks:'
        for i in $(seq 100); do
            echo "  - { id: c$i, url: \"http://127.0.0.1:$http/\", expect: status == 200 }"
        done
    } >alone.yaml
    {
        cat alone.yaml
        echo '  - { id: hung, url: "http://hung.test/", timeout: 1s, connect_timeout: 1s, severity: info, expect: status == 200 }'
    } >hung.yaml
    for file in alone hung; do
        LD_PRELOAD=$bin/tests/names.so "$bin/postflight" verify $file.yaml --format json >$file.json || :
        jq -r --arg file "$file" '[.results[] | select(.id != "hung") | .duration_ms] | max
            | "slowest of 100 answers, \($file): \(.) ms"' $file.json
    done
}
row 'HTTP 0 ms, from process start to its end' 1 "http://127.0.0.1:$http/"
hung_row
for count in 10 100 1000 5000; do
    row 'HTTP 0 ms' "$count" "http://127.0.0.1:$http/"
    row 'HTTP 200 ms' "$count" "http://127.0.0.1:$slow/"
done
row 'HTTPS 0 ms' 1000 "https://127.0.0.1:$https/"
row 'HTTPS 200 ms' 1000 "https://127.0.0.1:$https/slow"
