#!/usr/bin/env bash
# Calls that STYLE.md bans, printing outside cli/, and mutable globals.
. "$(dirname "$0")/lib.sh"

# Comments and strings are blanked, so that only code is looked at.
code() { # FILES
    awk '
    FNR == 1 { inside = 0 }
    {
        out = ""; line = $0
        while (line != "") {
            if (inside) {
                i = index(line, "*/")
                if (i == 0) { line = "" } else { inside = 0; line = substr(line, i + 2) }
            } else if (match(line, /^[^"\/\x27]+/)) {
                out = out substr(line, 1, RLENGTH); line = substr(line, RLENGTH + 1)
            } else if (substr(line, 1, 2) == "/*") {
                inside = 1; line = substr(line, 3)
            } else if (match(line, /^"(\\.|[^"\\])*"/) || match(line, /^\x27(\\.|[^\x27\\])*\x27/)) {
                out = out "\"\""; line = substr(line, RLENGTH + 1)
            } else { out = out substr(line, 1, 1); line = substr(line, 2) }
        }
        print FILENAME ":" FNR ": " out
    }' "$@"
}

calls() { # WORDS FILES…: where one of these functions is called
    local words=$1
    shift
    [ $# -eq 0 ] || code "$@" | grep -E "[^a-zA-Z0-9_>.]($words) ?\("
}

everywhere='strcpy|strcat|sprintf|strncpy|strncat|strtok|strtok_r|atoi|atol|atof|sscanf|gets|gmtime|localtime|ctime|asctime|system|popen|alloca|vsprintf|tmpnam|mktemp'
product=$(sources '*.c' '*.h' ':!tests')
above_base=$(sources '*.c' '*.h' ':!tests' ':!base' ':!language')
silent=$(sources '*.c' ':!tests' ':!cli' ':!demo' ':!base/arena.c' \
    ':!base/keeper.c' \
    ':!scan/compile.c') # a build tool

report 'banned: calls that are banned everywhere' \
    "$(calls "$everywhere" $product)"
report 'banned: number parsing outside base/' \
    "$(calls 'strtol|strtoll|strtoul|strtoull|strtod|strtof' $above_base)"
# What outlives an arena is opened by these.
report 'banned: malloc above the ground' "$(calls 'malloc|realloc|calloc|strdup' \
    $(sources '*.c' ':!tests' ':!base' ':!language' ':!redact' ':!demo/player_server.c'))"
report 'banned: printing or leaving outside cli/' \
    "$(calls 'printf|puts|fputs|fprintf|putchar|exit|_exit|abort|perror' $silent)"
report 'banned: reading the environment outside cli/' \
    "$(calls 'getenv|secure_getenv' $(sources '*.c' ':!tests' ':!cli'))"

# Text leaves through redact/sink: what runs report is passed on by app/notes
# alone, and a file is written by the sink. The rest writes for itself: a lock,
# the summary of a CI host (after the sink), and tools of the build.
ways_out() { # FOLDER
    (cd "$1" && grep -HnE '[>.]note\(' -r --include='*.c' app cli 2>/dev/null |
        grep -v '^app/notes\.c:'
        grep -HnE '(^|[^a-z_>.])(file_write|file_write_together|fwrite|pwrite|write|send)\(' \
            -r --include='*.c' $(grep -oE '^[a-z]+' "$root/cmake/floors.txt" | sort -u) 2>/dev/null |
            grep -vE '^(base/(arena|file_write|keeper|process)|redact/sink|scan/compile|cli/(console|live|manual/generate)|watch/history/lock|app/(outputs|serve_run|server_runs))\.c:|^(demo|app/serve)/')
}
report 'banned: a way out beside the sink' "$(ways_out .)"
planted=$(mktemp -d)
mkdir -p "$planted/app"
printf 'bool x(void)\n{\n    return file_write(path, text, e);\n}\n' >"$planted/app/x.c"
printf 'void y(void)\n{\n    n->note(n->context, NOTE_LINE, text);\n}\n' >"$planted/app/y.c"
found=$(ways_out "$planted" | wc -l)
rm -rf "$planted"
report 'banned: finds a way out that is planted' \
    "$([ "$found" -eq 2 ] || echo "$found of 2 were found")"

# Sections tell: constants with pointers in them stand in .data.rel.ro.
# "empty" is the text of an empty buf: it is never written.
# What the handler of a signal sets can only be state of the process.
handlers='ended_by|stopped_by|wake_end|asked_to_reload|missed_reloads|missed_stops'
globals() {
    local library
    for library in build/clang/lib*.a; do
        nm --format=sysv "$library" 2>/dev/null |
            awk -F'|' -v l="$(basename "$library")" '
            { gsub(/ /, ""); }
            $7 ~ /^(\.data|\.bss|\*COM\*)$/ && $1 != "empty" { print l ": " $1 }'
    done
}
report 'banned: no mutable state of the process' \
    "$(globals | grep -vE "^libapp\.a: ($handlers)\$")"

# The check itself must be able to fail.
planted=$(mktemp -d)
printf '/* strcpy(a) */\nint x(void) { return puts("strcpy(a)"), atoi ("1"); }\n' \
    >"$planted/a.c"
found=$(calls 'atoi' "$planted/a.c")$(calls 'strcpy' "$planted/a.c")
rm -rf "$planted"
case $found in
*strcpy*) report 'banned: finds what is planted' 'a comment or string was taken for code' ;;
*atoi*) report 'banned: finds what is planted' '' ;;
*) report 'banned: finds what is planted' 'atoi was not found' ;;
esac
exit "$bad"
