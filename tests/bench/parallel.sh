#!/usr/bin/env bash
# Ratio of postflight to the least curl_multi program, in one run, for N
# endpoints that take 200 ms each. Printed, never asserted.
#   tests/bench/parallel.sh [N]
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
count=${1-100}
runs=5
cmake -S "$root" --preset release -DPOSTFLIGHT_TESTS=ON >/dev/null
cmake --build "$root/build/release" >/dev/null
bin=$root/build/release
scratch=$(mktemp -d)
trap 'kill "$player" 2>/dev/null; rm -rf "$scratch"' EXIT
cd "$scratch"
printf 'routes:\n  /: { body: ok, delay: 200ms }\n' >server.yaml
ulimit -n "$(ulimit -Hn)" 2>/dev/null || :
"$bin/postflight-player" server.yaml --dir server --for 300 &
player=$!
until [ -e server/port ]; do read -rt 0.02 <> <(:) || :; done
url=http://127.0.0.1:$(cat server/port)/
{
    echo 'checks:'
    for i in $(seq "$count"); do
        echo "  - { id: c$i, url: \"$url\", expect: status == 200 }"
    done
} >checks.yaml

timed() { # COMMAND…: prints wall seconds and CPU seconds
    local TIMEFORMAT='%R %U %S'
    { time "$@" >/dev/null 2>&1; } 2>&1 | awk '{ print $1, $2 + $3 }'
}
for _ in $(seq "$runs"); do
    echo "$(timed "$bin/postflight" verify checks.yaml --quiet --slots "$count" --host-slots "$count")" \
        "$(timed "$bin/tests/bare_multi" "$url" "$count")"
done | sort -n | awk -v n="$count" '
    { wall[NR] = $1; cpu[NR] = $2; bwall[NR] = $3; bcpu[NR] = $4; rw[NR] = $1 / $3; rc[NR] = $2 / ($4 > 0 ? $4 : 0.001) }
    function median(a, k,   i, j, t) {
        for (i = 1; i <= k; i++) for (j = i + 1; j <= k; j++) if (a[j] < a[i]) { t = a[i]; a[i] = a[j]; a[j] = t }
        return a[int((k + 1) / 2)]
    }
    END {
        printf "%d endpoints at 200 ms, median of %d: postflight %.3f s wall %.3f s CPU, bare curl_multi %.3f s wall %.3f s CPU, ratio %.2f wall %.2f CPU\n",
            n, NR, median(wall, NR), median(cpu, NR), median(bwall, NR), median(bcpu, NR), median(rw, NR), median(rc, NR)
    }'
