#!/usr/bin/env bash
# N endpoints of as many origins, over HTTP and HTTPS, that answer at once or
# after 200 ms: wall time, CPU and memory beside the best bare curl_multi program
# and curl --parallel, in one run. The same endpoints of one origin, which gets 8
# requests at once at first, with and without --host-slots. Printed, never
# asserted.
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
# One address of loopback for each origin.
address() { echo "127.$(($1 / 62500 + 1)).$(($1 / 250 % 250)).$(($1 % 250 + 1))"; }
listens() { # PORT [WORDS]
    echo "listen 127.0.0.1:$1${2+ $2} backlog=8192;"
    for ((i = 0; i < 5000; i++)); do
        echo "listen $(address "$i"):$1${2+ $2};"
    done
}
for ((i = 0; i < 5000; i++)); do address "$i"; done >addresses
listens "$http" >listens
listens "$https" ssl >listens-ssl
cat >nginx.conf <<N
daemon off; pid $scratch/nginx.pid; error_log $scratch/error.log; worker_processes 1;
worker_rlimit_nofile 65536;
events { worker_connections 32768; }
http {
    access_log off; proxy_temp_path $scratch/p; client_body_temp_path $scratch/b;
    fastcgi_temp_path $scratch/f; uwsgi_temp_path $scratch/u; scgi_temp_path $scratch/s;
    server {
        include $scratch/listens;
        location / { return 200 ok; }
        location /slow { proxy_pass http://127.0.0.1:$slow/; }
    }
    server {
        include $scratch/listens-ssl; ssl_certificate $scratch/ca.pem;
        ssl_certificate_key $scratch/key.pem; ssl_session_cache off; ssl_session_tickets off;
        location / { return 200 ok; }
        location /slow { proxy_pass http://127.0.0.1:$slow/; }
    }
}
N
nginx -c "$scratch/nginx.conf" -e "$scratch/error.log" &
until [ -e nginx.pid ]; do read -rt 0.02 <> <(:) || :; done

# row NAME COUNT SCHEME PORT PATH [ARGS]: of so many origins, of one with ARGS
row() {
    local name=$1 count=$2 scheme=$3 port=$4 path=$5 insecure='' slots=$2
    [[ $scheme != https ]] || insecure=insecure # no certificate has them all
    # At 0 ms few handles at once are best, since each costs more among many.
    [ "$path" = /slow ] || slots=$((count < 300 ? count : 300))
    if [ $# -gt 5 ]; then
        for ((i = 0; i < count; i++)); do echo 127.0.0.1; done
    else
        head -n "$count" addresses
    fi | sed "s|.*|$scheme://&:$port$path|" >urls
    {
        [ -z "$insecure" ] || echo 'defaults: { insecure: true }'
        echo 'checks:'
        sed '=' urls | sed 'N; s|\(.*\)\n\(.*\)|  - { id: c\1, url: "\2", expect: status == 200 }|'
    } >checks.yaml
    sed 's|.*|url = "&"\noutput = /dev/null|' urls >curl.conf
    python3 "$root/tests/bench/timed.py" "$runs" "$name, $count endpoints" \
        "postflight=$bin/postflight verify checks.yaml --quiet ${6-}" \
        "bare=$bin/tests/bare_multi @urls $count $slots $insecure" \
        "curl=curl -s --parallel --parallel-immediate --parallel-max 300 ${insecure:+--insecure} -K curl.conf"
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
row 'HTTP 0 ms, from process start to its end' 1 http "$http" /
hung_row
for count in 10 100 1000 5000; do
    row 'HTTP 0 ms' "$count" http "$http" /
    row 'HTTP 200 ms' "$count" http "$http" /slow
done
for count in 10 1000; do
    row 'HTTPS 0 ms' "$count" https "$https" /
    row 'HTTPS 200 ms' "$count" https "$https" /slow
done
for count in 10 1000; do
    row 'one origin, HTTP 0 ms' "$count" http "$http" / ''
    row 'one origin, HTTP 200 ms' "$count" http "$http" /slow ''
    row 'one origin, HTTP 200 ms, --host-slots' "$count" http "$http" /slow '--host-slots 1024'
done
