#!/usr/bin/env bash
# Each header compiles alone with both compilers, guards itself by its path,
# and begins with a comment that says what it is for.
. "$(dirname "$0")/lib.sh"

flags=(-std=c17 -D_POSIX_C_SOURCE=200809L -I. -Wall -Wextra -Wpedantic -Werror
    -Wno-unused-const-variable -fsyntax-only)
read -ra packages < <(pkg-config --cflags libcjson libcurl libcmark libfyaml libpq sqlite3 md4c)
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
exit "$bad"
