#!/usr/bin/env bash
# What docs/ and schemas/ say is what the code's own tables say.
. "$(dirname "$0")/lib.sh"

generate=build/debug/tests/generate_docs

same() { # FILE WHAT: the part between the markers is the generated one
    diff -u <(sed -n "/<!-- $2:begin -->/,/<!-- $2:end -->/p" "$1" | sed '1d;$d') \
        <("$generate" "$2")
}
for table in checks auth auth.basic client_cert dns patience rollout queries \
    filters predicates keywords; do
    report "docs: $table" "$(same docs/CHECKS.md "$table" 2>&1)"
done
report 'docs: exit codes' "$(same README.md exits 2>&1)"
report 'docs: review rules' "$(same docs/REVIEW.md rules 2>&1)"
for table in migration-rules migration-tools; do
    report "docs: $table" "$(same docs/MIGRATIONS.md "$table" 2>&1)"
done
report 'docs: signature keys' "$(same docs/SIGNATURES.md signatures 2>&1)"
report 'docs: forms of logs' "$(same docs/SIGNATURES.md containers 2>&1)"
report 'docs: environment of programs' "$(same docs/CHECKS.md environment 2>&1)"
report 'docs: refused addresses' "$(same docs/TRUST.md untrusted-addresses 2>&1)"
for table in facts sections events; do
    report "docs: $table" "$(same docs/REPORTS.md "$table" 2>&1)"
done
report 'docs: tables of the history' "$(same docs/HISTORY.md history 2>&1)"
for format in gatus hurl blackbox goss postman compose; do
    report "docs: import of $format" "$(same docs/IMPORT.md "import-$format" 2>&1)"
done
report 'docs: CI hosts' "$(same docs/EVIDENCE.md hosts 2>&1)"
for table in formats limits host-groups host-commands; do
    report "docs: $table" "$(same docs/OUTPUTS.md "$table" 2>&1)"
done
for table in notify notification message-limits; do
    report "docs: $table" "$(same docs/NOTIFICATIONS.md "$table" 2>&1)"
done
for table in watch maintenance; do
    report "docs: $table" "$(same docs/WATCH.md "$table" 2>&1)"
done
report 'docs: parameters of an ask' "$(same docs/SERVE.md ask 2>&1)"
report 'docs: figures' "$(same docs/STATUS-PAGE.md figures 2>&1)"
for schema in record answer facts baseline proof checks review lint import notification; do
    report "docs: $schema schema" \
        "$(diff -u "schemas/$schema.schema.json" <("$generate" "$schema-schema") 2>&1 | head -20)"
done

rooms() {
    echo '| Floor | Room | Uses | Holds |'
    echo '| --- | --- | --- | --- |'
    grep '^[a-z]' cmake/floors.txt | sort -t'|' -s -k2,2nr |
        awk -F ' *\\| *' '{ n = split($3, used, " "); text = ""
            for (i = 1; i <= n; i++) text = text (i > 1 ? " " : "") "`" used[i] "`"
            printf "| %s | `%s/` | %s | %s |\n", $2, $1, text, $4 }'
}
report 'docs: the rooms of the house' "$(diff -u \
    <(sed -n '/<!-- rooms:begin -->/,/<!-- rooms:end -->/p' docs/DESIGN.md | sed '1d;$d') <(rooms))"

report 'docs: the flow of the house' "$(diff -u \
    <(sed -n '/<!-- flow:begin -->/,/<!-- flow:end -->/p' docs/DESIGN.md | sed '1d;$d') \
    <(scripts/flow))"

report 'docs: kinds of faults' "$(diff -u \
    <(sed -n '/<!-- faults:begin -->/,/<!-- faults:end -->/p' docs/TESTING.md | sed '1d;$d') \
    <(tests/faults/run --docs))"

links() {
    local file target
    for file in $(sources '*.md' ':!tests'); do
        grep -oE '\]\([^)#]+' "$file" | cut -c3- | while read -r target; do
            case $target in
            http*) ;;
            *) [ -e "$(dirname "$file")/$target" ] || echo "$file: $target" ;;
            esac
        done
    done
}
report 'docs: links lead somewhere' "$(links)"

# What the map and the glossary name is there: paths, `struct x`, `enum x`, `f()`.
named() { # DOCUMENT
    local word
    grep -oE '`[^`]+`' "$1" | tr -d '`' | sort -u | while read -r word; do
        case $word in
        'struct '* | 'enum '*) grep -qxF "$word {" "$dir/types" ;;
        *'()') grep -qxF "${word%()}" "$dir/functions" ;;
        *[\ *{\<]*) ;;
        */ | */*.* | *.txt) [ -e "$word" ] ;;
        esac || echo "$1: '$word' does not exist"
    done
}
steps() { # DOCUMENT: rows of a way, | … | `f()` | `file` |, with f in that file
    sed -nE 's/^\| .* \| `([a-z_0-9]+)\(\)` \| `([^`]+)` \|$/\1 \2/p' "$1" |
        while read -r function file; do
            grep -qE "^[a-z].*\b$function\(" "$file" 2>/dev/null ||
                echo "$1: $function() is not in $file"
        done
}
places() { # DOCUMENT…
    local dir document
    dir=$(mktemp -d)
    cat $(sources '*.c' '*.h' | while read -r f; do [ ! -f "$f" ] || echo "$f"; done) >"$dir/all"
    grep -oE '^(struct|enum) [a-z_0-9]+ \{' "$dir/all" | sort -u >"$dir/types"
    grep -oE '^[a-z][a-z_0-9 *]*\b[a-z_0-9]+\(' "$dir/all" |
        sed -E 's/\($//; s/.*[ *]//' | sort -u >"$dir/functions"
    for document in "$@"; do
        named "$document"
        steps "$document"
    done
    rm -rf "$dir"
}
report 'docs: what the map and the glossary name exists' \
    "$(places docs/GLOSSARY.md docs/MAP.md docs/DESIGN.md docs/STYLE.md)"
planted=$(mktemp)
printf '`struct nothing`, `enum status`, `probe/nothing.c`, `nothing_there()`, `probe_run()`, `a/*.c`\n| x | `probe_run()` | `scan/scan.c` |\n' >"$planted"
report 'docs: finds what does not exist' \
    "$([ "$(places "$planted" | wc -l)" = 4 ] || echo 'not found')"
rm -f "$planted"

# Each input of TRUST.md names the tests of its limit, `file`: words in it.
shown() { # DOCUMENT
    local pair file words
    sed -n '/<!-- inputs:begin -->/,/<!-- inputs:end -->/p' "$1" | grep '^| [a-z]' |
        while IFS= read -r row; do
            row=${row% |}
            row=${row##* | }
            while [ -n "$row" ]; do
                pair=${row%%; *}
                [ "$pair" = "$row" ] && row= || row=${row#*; }
                file=${pair#\`} file=${file%%\`*} words=${pair#*: }
                grep -qF -- "$words" "$file" 2>/dev/null || echo "$1: no test '$pair'"
            done
        done
}
report 'docs: the limits of inputs have their tests' "$(shown docs/TRUST.md)"
planted=$(mktemp)
printf '<!-- inputs:begin -->\n| a | b | c | d | `tests/lint/docs.sh`: shown; `no.c`: x; `docs/MAP.md`: nothing of that |\n<!-- inputs:end -->\n' >"$planted"
report 'docs: finds a limit without a test' \
    "$([ "$(shown "$planted" | wc -l)" = 2 ] || echo 'not found')"
rm -f "$planted"

# Every option of --help is in the README or docs, and every exit code.
options() {
    local command option
    for command in $(build/debug/postflight --help |
        sed -nE 's/^  ([a-z]+)  +[A-Z].*/\1/p'); do
        build/debug/postflight "$command" --help | grep -oE '^  -[-a-z]+' |
            while read -r option; do
                grep -qF -e "$option" README.md docs/*.md ||
                    echo "$command $option is not documented"
            done
    done
}
report 'docs: options are documented' "$(options)"

# The examples of the docs are run: each yaml block with checks must load.
examples() {
    local file dir block
    dir=$(mktemp -d)
    for file in README.md docs/CHECKS.md docs/NOTIFICATIONS.md docs/WATCH.md docs/MIGRATIONS.md; do
        awk -v dir="$dir" -v name="$(basename "$file" .md)" '
            /^```yaml$/ { n++; inside = 1; next }
            /^```$/ { inside = 0 }
            inside { print > (dir "/" name "-" n ".yaml") }' "$file"
    done
    for block in "$dir"/*.yaml; do
        grep -q '^checks:' "$block" || continue
        DATABASE_URL=postgresql://u:secretly@h.test/d BASE_URL=http://h.test API_TOKEN=abcdefgh VERSION=1.2.3 PASSWORD=secretly \
            SLACK_HOOK=a/b DISCORD_HOOK=1/c TEAMS_HOOK=def EVENTS_TOKEN=abcdefgh MAIL_PASSWORD=secretly \
            build/debug/postflight lint "$block" >/dev/null 2>"$dir/err" ||
            sed "s#$dir/##" "$dir/err"
    done
    rm -rf "$dir"
}
report 'docs: examples load' "$(examples)"

# The page of limits names constants that exist, each where the page says.
limits() {
    sed -nE 's/.*`([A-Z_]+)` in `([a-z_0-9/.]+)` \|$/\1 \2/p' docs/LIMITS.md |
        while read -r name file; do
            grep -qE "#define +$name\b" "$file" || echo "$file: no $name"
        done
}
report 'docs: limits exist' "$(limits)"
exit "$bad"
