#!/usr/bin/env bash
# Includes follow cmake/floors.txt: a room includes itself, rooms of lower
# floors whose edge is drawn (those of floors 0 and 1 are open), and siblings
# that stand above it in the file. Of others only the front header is seen,
# but a room within another sees all of that.
. "$(dirname "$0")/lib.sh"

breaches() { # FOLDER with the sources
    (cd "$1" && grep -HnE '^#include "' -r --include='*.[ch]' \
        $(grep -oE '^[a-z]+' "$root/cmake/floors.txt" | sort -u) 2>/dev/null) |
        awk -v plan="$root/cmake/floors.txt" '
        function room_of(path,    best, r) {
            best = ""
            for (r in floor)
                if (index(path, r "/") == 1 && length(r) > length(best)) best = r
            return best
        }
        BEGIN {
            while ((getline row < plan) > 0) {
                if (row !~ /^[a-z]/) continue
                split(row, column, / *\| */)
                floor[column[1]] = column[2]; uses[column[1]] = " " column[3] " "
            }
        }
        {
            split($0, part, ":"); from = room_of(part[1])
            match($0, /"[^"]*"/); path = substr($0, RSTART + 1, RLENGTH - 2)
            to = room_of(path)
            n = split(to, name, "/"); front = to "/" name[n] ".h"
            if (to == "") { print $0 " (no room)"; next }
            if (from == to || index(from, to "/") == 1) next
            if (index(uses[from], " " path " ")) next
            ground = floor[to] < 2 && to != "demo"
            if (floor[to] > floor[from] || floor[to] == floor[from] && !index(uses[from], " " to " "))
                print $0 " (not a lower floor)"
            else if (!ground && !index(uses[from], " " to " "))
                print $0 " (no edge is drawn)"
            else if (!ground && path != front)
                print $0 " (not a front header)"
        }'
}

report 'floors: includes follow the plan' "$(breaches .)"

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
plant 'a look along no edge' watch/x.c plan/plan.h
plant 'a look past the front' compare/prove/x.c probe/transfer.h
plant 'a look from the demo' demo/x.c cli/cli.h

# The file itself: a row names only what stands above it, on its floor or below.
order() {
    awk -F ' *\\| *' '/^[a-z]/ {
        n = split($3, used, " ")
        for (i = 1; i <= n; i++) {
            room = used[i]; if (room ~ /\.h$/) sub(/\/[^\/]*$/, "", room)
            if (!(room in floor)) print $1 " uses " used[i] ", which is not above it"
            else if (floor[room] > $2) print $1 " uses " used[i] " of a higher floor"
        }
        if (system("test -d " $1) != 0) print $1 " is no folder"
        floor[$1] = $2
    }' cmake/floors.txt
}
report 'floors: the plan is in order' "$(order)"
exit "$bad"
