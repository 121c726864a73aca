#!/usr/bin/env bash
# Each header compiles alone with both compilers, guards itself by its path,
# and begins with a comment that says what it is for.
. "$(dirname "$0")/lib.sh"

flags=(-std=c17 -D_POSIX_C_SOURCE=200809L -I. -Wall -Wextra -Wpedantic -Werror
    -Wno-unused-const-variable -fsyntax-only)
read -ra packages < <(pkg-config --cflags libcjson libcurl libcmark libfyaml libpq libmariadb sqlite3 md4c)
headers=$(sources '*.h' ':!tests')

alone() { # COMPILER
    local header
    for header in $headers; do
        printf '#include "%s"\ntypedef int unit;\n' "$header" |
            "$1" "${flags[@]}" "${packages[@]}" -x c - 2>&1 | head -3
    done
}
report 'headers: compile alone with gcc' "$(alone gcc)"
report 'headers: compile alone with clang' "$(alone clang)"

guards() {
    local header guard
    for header in $headers; do
        guard=$(tr 'a-z/.' 'A-Z__' <<<"$header")
        grep -q "^#define $guard\$" "$header" ||
            echo "$header: guard $guard is missing"
    done
}
report 'headers: guards are named by path' "$(guards)"

first_comments() {
    local file
    for file in $(sources '*.c' '*.h'); do
        head -c 2 "$file" | grep -q '^/\*' || echo "$file: no first comment"
    done
}
report 'headers: every file says its job first' "$(first_comments)"

# "hop.c: …" says where a header's functions are; the file is in its folder.
named_files() {
    local header name
    for header in "$@"; do
        for name in $(grep -oE '(^|[ (])[a-z0-9_]+\.c\b' "$header" | tr -d ' ('); do
            [ -n "$(find "$(dirname "$header")" -name "$name" -print -quit)" ] ||
                echo "$header: names $name, which is not in its folder"
        done
    done
}
# shellcheck disable=SC2086
report 'headers: files that they name exist' "$(named_files $headers)"
planted=$(mktemp -d)
echo '/* gone.c: not here */' >"$planted/x.h"
report 'headers: a file that is gone is noticed' \
    "$([ -n "$(named_files "$planted/x.h")" ] || echo 'it is not')"
rm -r "$planted"
exit "$bad"
