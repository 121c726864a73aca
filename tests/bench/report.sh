#!/usr/bin/env bash
# A report of 1,000 results, none of which passed, of a release build: from
# process start to end, and its parts.
#   tests/bench/report.sh [RESULTS]
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
results=${1-1000}
cmake -S "$root" --preset release -DPOSTFLIGHT_TESTS=ON >/dev/null
cmake --build "$root/build/release" >/dev/null
program=$root/build/release/postflight
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

{
    echo 'checks:'
    for ((i = 0; i < results; i++)); do
        cat <<EOF
  - id: service/$i
    title: Service $i of the fleet
    url: http://127.0.0.1:9/service/$i/health
    expect:
      - status == 200
      - jsonpath "\$.status" == "healthy"
      - header "content-type" contains "json"
EOF
    done
} >"$dir/checks.yaml"
"$program" verify "$dir/checks.yaml" --out "$dir/out" >/dev/null 2>&1 || :
record=$dir/out/record.json
echo "$results results, $(stat -c %s "$record") bytes of JSON"
python3 "$root/tests/bench/timed.py" 25 'a report' \
    "status=$program report status --from $record" \
    "an update=$program report status --from $record -o $dir/report.md" \
    "empty start=$program --version"
printf 'of it:'
"$root/build/release/tests/bare_report" "$record"
