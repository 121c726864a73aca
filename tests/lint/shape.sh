#!/usr/bin/env bash
# Shape and format: lengths, leftovers, clang-format.
. "$(dirname "$0")/lib.sh"

code=$(sources '*.c' '*.h')
report 'shape: clang-format' \
    "$(clang-format --dry-run -Werror $code 2>&1 | grep -E 'error|warning' | head -20)"
report 'shape: files of at most 500 lines' \
    "$(wc -l $(sources '*.c' '*.h' ':!tests') | awk '$2 != "total" && $1 > 500')"
report 'shape: no // comments' \
    "$(grep -nE '(^|[^:"])//( |$)' $code)"
report 'shape: nothing left behind' \
    "$(grep -nIE 'TO''DO|FIX''ME|\bX''XX\b' $(sources ':!tests/golden' ':!tests/review' ':!*.md'))"
report 'shape: no trailing blanks' \
    "$(grep -nIE '[ 	]+$' $(sources '*.c' '*.h' '*.sh' '*.cmake' '*.yaml' ':!tests/golden' ':!tests/fuzz/corpus' ':!tests/data'))"
report 'shape: no path of one machine' \
    "$(grep -nIE '/(work|root|home)/[a-z]' $(sources ':!tests/lint' ':!LICENSE'))"
exit "$bad"
