#!/usr/bin/env bash
# clang-tidy with the checks of .clang-tidy on everything that is shipped. The
# analyser follows a function for so many nodes; TIDY_NODES=225000, its own
# standard, takes four to five times as long and is for before a release.
. "$(dirname "$0")/lib.sh"

log=$(mktemp)
rooms=$(grep -oE '^[a-z]+' cmake/floors.txt | sort -u | paste -sd'|')
sources '*.c' ':!tests' |
    xargs -P "$(nproc)" -n 4 clang-tidy -p build/clang --quiet \
        --header-filter="/($rooms)/.*\.h\$" \
        --extra-arg=-Xclang --extra-arg=-analyzer-config --extra-arg=-Xclang \
        --extra-arg="max-nodes=${TIDY_NODES-60000}" >"$log" 2>&1
report 'tidy: clang-tidy' \
    "$(grep -E '(warning|error):' "$log" | sort -u | head -40)"
rm -f "$log"
exit "$bad"
