#!/usr/bin/env bash
# clang-tidy with the checks of .clang-tidy on everything that is shipped.
. "$(dirname "$0")/lib.sh"

log=$(mktemp)
sources '*.c' ':!tests' |
    xargs -P "$(nproc)" -n 4 clang-tidy -p build/clang --quiet >"$log" 2>&1
report 'tidy: clang-tidy' \
    "$(grep -E '(warning|error):' "$log" | sort -u | head -40)"
rm -f "$log"
exit "$bad"
