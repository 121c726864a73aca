#!/usr/bin/env bash
# How many inputs per second of processor time each fuzz target tries, without
# its start and its corpus: what a run of so many minutes sees. Other load on
# the machine does not count; a sanitized build does.
#   tests/bench/fuzz.sh [TARGET…]    default: each that build/fuzz has
# Ends with 1 if one is slower than LEAST (1000).
set -uo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root" || exit 1
least=${LEAST-1000}
inputs=${INPUTS-4000}
scratch=$(mktemp -d -p "$([ -w /dev/shm ] && echo /dev/shm || echo /tmp)") # files are no work of a target
trap 'rm -rf "$scratch"' EXIT
export LSAN_OPTIONS=suppressions=$root/tests/fuzz/lsan.supp:print_suppressions=0

targets=("$@")
[ $# -gt 0 ] || for program in build/fuzz/tests/fuzz_*; do
    targets+=("${program##*/fuzz_}")
done

# Inputs and processor time of one run; it stops after 60 s, however slow.
spend() { # TARGET RUNS
    local spent TIMEFORMAT='%U %S'
    rm -rf "$scratch/new" && mkdir "$scratch/new"
    spent=$({ time "build/fuzz/tests/fuzz_$1" -seed=1 -entropic=0 -runs="$2" \
        -max_total_time=60 -timeout=60 -rss_limit_mb=4096 -print_final_stats=1 \
        -artifact_prefix="$scratch/" "$scratch/new" "tests/fuzz/corpus/$1" \
        >"$scratch/log" 2>&1; } 2>&1)
    echo "$(sed -n 's/^stat::number_of_executed_units: *//p' "$scratch/log") $spent"
}

slow=0
printf '%-14s %8s %8s %10s\n' target inputs seconds 'per second'
for name in "${targets[@]}"; do
    read -r first user sys <<<"$(spend "$name" 1)"
    read -r all user2 sys2 <<<"$(spend "$name" $((first + inputs)))"
    row=$(awk -v n=$((all - first)) -v a="$user" -v b="$sys" -v c="$user2" \
        -v d="$sys2" -v least="$least" 'BEGIN {
            s = c + d - a - b; s = s > 0.01 ? s : 0.01
            printf "%8d %8.2f %10.0f%s", n, s, n / s, n / s < least ? "  slow" : "" }')
    printf '%-14s %s\n' "$name" "$row"
    case $row in *slow) slow=1 ;; esac
done
exit "$slow"
