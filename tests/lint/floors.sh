#!/usr/bin/env bash
# A file includes its own folder and lower floors; folders on one floor never
# include each other; from outside a folder only its front header is seen,
# except in base/ and model/. The link lines of CMakeLists.txt say the same.
. "$(dirname "$0")/lib.sh"

breaches() { # FOLDER with the sources
    (cd "$1" && grep -HnE '^#include "' -r --include='*.[ch]' \
        base model plan probe scan evidence review serve history writers verdict report draft import baseline proof watch notify cli demo 2>/dev/null) |
        awk '
        BEGIN {
            split("base 0 model 1 plan 2 probe 2 scan 2 evidence 2 review 2 serve 2 history 2 writers 2 verdict 3 report 3 " \
                  "draft 3 import 3 baseline 3 proof 3 watch 3 notify 3 cli 4 demo 1", word, " ")
            for (i = 1; i in word; i += 2) floor[word[i]] = word[i + 1]
        }
        {
            split($0, part, ":"); split(part[1], from, "/")
            match($0, /"[^"]*"/); path = substr($0, RSTART + 1, RLENGTH - 2)
            n = split(path, to, "/")
            if (from[1] == to[1]) next
            if (!(to[1] in floor)) { print $0 " (no floor)"; next }
            if (floor[to[1]] >= floor[from[1]])
                print $0 " (not a lower floor)"
            else if (to[1] != "base" && to[1] != "model" &&
                     path != to[1] "/" to[1] ".h")
                print $0 " (not a front header)"
        }'
}

report 'floors: includes go down' "$(breaches .)"

# Each kind of breach is planted once, and must be found.
plant() { # NAME FILE INCLUDE
    local dir
    dir=$(mktemp -d)
    mkdir -p "$dir/$(dirname "$2")"
    printf '#include "%s"\n' "$3" >"$dir/$2"
    if [ -n "$(breaches "$dir")" ]; then
        report "floors: finds $1" ''
    else
        report "floors: finds $1" "not found: $2 including $3"
    fi
    rm -rf "$dir"
}
plant 'a look upwards' base/x.c model/check.h
plant 'a look at a sibling' plan/x.c probe/probe.h
plant 'a look past the front' verdict/x.c scan/internal.h
plant 'a look from the demo' demo/x.c cli/cli.h

links() {
    sed -n '/^floor(/,/)$/p' CMakeLists.txt | tr '\n' ' ' |
        grep -oE 'floor\([a-z]+ [^)]*\)' | while read -r line; do
        name=$(sed -E 's/floor\(([a-z]+).*/\1/' <<<"$line")
        on=$(sed -E 's/.* ON ([^)]*)\)/\1/' <<<"$line")
        for lower in $on; do
            case $name:$lower in
            *:PkgConfig::* | scan:signatures_data | scan:Threads::Threads | model:base) ;;
            plan:model | probe:model | scan:model | evidence:model | review:model | history:model | writers:model | serve:model) ;;
            verdict:model | report:model | report:writers | draft:model | draft:plan) ;;
            import:model | import:plan) ;;
            baseline:model | baseline:probe | baseline:m) ;;
            proof:model | proof:probe | watch:model | notify:model) ;;
            *) echo "$name links $lower" ;;
            esac
        done
    done
}
report 'floors: link lines say the same' "$(links)"
exit "$bad"
