#!/usr/bin/env bash
# How long 5,000 checks in 200 files take to load, and the same in one line of
# JSON, of a release build: median of 9 runs of lint, and of an empty start for
# comparison.
#   tests/bench/load.sh [CHECKS] [FILES]
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
checks=${1-5000}
files=${2-200}
program=$root/build/release/postflight
[ -x "$program" ] || {
    cmake --preset release -S "$root" >/dev/null
    cmake --build --preset release >/dev/null
}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

each=$((checks / files))
for ((f = 0; f < files; f++)); do
    {
        echo 'defaults: { timeout: 5s, tags: [api], headers: { accept: application/json } }'
        echo 'checks:'
        for ((c = 0; c < each; c++)); do
            cat <<EOF
  - id: service-$f/$c
    title: Service $c of $f
    url: \${BASE_URL}/service/$f/$c/health
    identity: jsonpath "\$.commit"
    expect:
      - status == 200
      - jsonpath "\$.status" == "healthy"
      - header "content-type" contains "json"
      - body matches /"version":\s*"\d+/
    degraded:
      - duration < 800ms
EOF
        done
    } >"$dir/$f.yaml"
done

median() { # COMMAND…: milliseconds
    local i began
    for i in 1 2 3 4 5 6 7 8 9; do
        began=$(date +%s%N)
        "$@" >/dev/null
        echo $((($(date +%s%N) - began) / 10000))
    done | sort -n | sed -n 5p | sed -E 's/(..)$/.\1/'
}
load=$(median "$program" lint "$dir" --var BASE_URL=http://h.test)
{
    printf '{"defaults": {"timeout": "5s", "tags": ["api"]}, "checks": ['
    for ((c = 0; c < checks; c++)); do
        [ "$c" = 0 ] || printf ', '
        printf '{"id": "service-%d", "url": "http://h.test/service/%d/health", "expect": ["status == 200", "jsonpath \\"$.status\\" == \\"healthy\\"", "header \\"content-type\\" contains \\"json\\""]}' "$c" "$c"
    done
    printf ']}\n'
} >"$dir.json"
trap 'rm -rf "$dir" "$dir.json"' EXIT
line=$(median "$program" lint "$dir.json")
start=$(median "$program" --version)
echo "$checks checks in $files files: $load ms; in one line of $(wc -c <"$dir.json") bytes: $line ms; an empty start: $start ms"
