#!/usr/bin/env bash
# The manual pages: no reader warns of anything, and what the tables of the
# code hold can be read in them.
. "$(dirname "$0")/lib.sh"
pages=$(dirname "$POSTFLIGHT")/manual
generate=$(dirname "$POSTFLIGHT")/tests/generate_docs

silent() { # COMMAND…: succeeds and says nothing
    local said
    said=$("$@" 2>&1) && [ -z "$said" ] || {
        printf '%s\n' "$said"
        return 1
    }
}
warnings_of_man() { man --warnings -E UTF-8 -l -Tutf8 -Z "$1" 2>&1 >/dev/null; }
read_page() { MANWIDTH=1000 man -E UTF-8 -l "$pages/$1" 2>/dev/null | col -bx; }

for page in postflight.1 postflight-checks.5 postflight-signatures.5; do
    check "manual: mandoc finds nothing in $page" \
        silent mandoc -T lint -W warning "$pages/$page"
    check "manual: groff finds nothing in $page" \
        silent groff -man -Tutf8 -ww -z "$pages/$page"
    check "manual: man finds nothing in $page" silent warnings_of_man "$pages/$page"
    read_page "$page" >"$scratch/$page"
done

missing() { # PAGE: lines of standard input that cannot be read in it
    local line bad=0 text
    text=$(tr '\n' ' ' <"$scratch/$1" | tr -s ' ')
    while IFS= read -r line; do
        line=${line//\`/}
        [[ $text == *"$line"* ]] || { echo "not in $1: $line"; bad=1; }
    done
    return "$bad"
}

options() {
    local command
    "$POSTFLIGHT" --help | sed -nE 's/^  ([a-z]+)  +[A-Z].*/\1/p' |
        while read -r command; do
            echo "postflight $command [options]"
            "$POSTFLIGHT" "$command" --help |
                sed -nE 's/^  (--?[a-z-]+( [A-Za-z|=]+)?)( .*)?$/\1/p; s/^  (postflight .*)/\1/p'
        done
}
options >"$scratch/options"
check 'manual: there are options' test "$(wc -l <"$scratch/options")" -gt 80
check 'manual: commands, options and examples' missing postflight.1 <"$scratch/options"

"$generate" exits | sed -nE 's/^\| ([0-9, ]+) \| (.*) \| .*/\2/p' >"$scratch/exits"
check 'manual: there are exit codes' test "$(wc -l <"$scratch/exits")" -gt 8
check 'manual: exit codes' missing postflight.1 <"$scratch/exits"

for table in checks auth auth.basic client_cert dns patience rollout queries \
    filters predicates; do
    "$generate" "$table" | sed -nE 's/^\| `([^`]*)` \| .*\| (.*) \|$/\1: \2/p; t; s/^\| `([^`]*)` \| (.*) \|$/\1: \2/p'
done >"$scratch/keys"
check 'manual: there are keys' test "$(wc -l <"$scratch/keys")" -gt 100
check 'manual: keys and words of checks' missing postflight-checks.5 <"$scratch/keys"
"$generate" signatures | sed -nE 's/^\| `([a-z_]+)` \| .*\| (.*) \|$/\1: \2/p' >"$scratch/keys"
check 'manual: there are keys of signatures' test "$(wc -l <"$scratch/keys")" -gt 20
check 'manual: keys of signatures' missing postflight-signatures.5 <"$scratch/keys"
check 'manual: the same at each build' \
    bash -c "'$(dirname "$POSTFLIGHT")/generate_manual' '$root/docs' '$scratch/again' &&
             diff -r '$scratch/again' '$pages'"
exit "$bad"
