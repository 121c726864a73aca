#!/usr/bin/env bash
# Words that people read: the phrases of words.txt only become fewer. What is
# left stands in words-known.txt, a count a file. A file that has more of them
# fails, and so does a figure that is higher than what is found, so that it is
# lowered with the text: tests/lint/words.sh --update writes the file, unless
# there are more of them than before. tests/lint/words.sh --show FILE… lists them.
. "$(dirname "$0")/lib.sh"
list=tests/lint/words.txt
known=tests/lint/words-known.txt

texts() { # what people read; marks and prefixes are quotations of logs
    sources '*.c' '*.h' 'README.md' 'CONTRIBUTING.md' 'docs/*.md' 'templates/*' 'signatures.d/*' \
        ':!tests' ':!demo' ':!docs/GLOSSARY.md' ':!scan/marks.c' ':!scan/prefix.c' |
        while read -r file; do [ ! -f "$file" ] || echo "$file"; done
}

if [ "${1-}" = --show ]; then
    shift
    exec perl tests/lint/words.pl -v "$list" "$@"
fi
found=$(perl tests/lint/words.pl "$list" $(texts))
total() { awk '{ n += $2 } END { print n + 0 }'; }
if [ "${1-}" = --update ]; then
    before=$(total <"$known")
    after=$(total <<<"$found")
    if [ "$after" -gt "$before" ]; then
        echo "$after, more than the $before before: reword, see tests/lint/words.sh --show FILE"
        exit 1
    fi
    printf '%s\n' "$found" >"$known"
    echo "$after phrases, $before before"
    exit 0
fi

compare() { # KNOWN FOUND
    awk 'NR == FNR { known[$1] = $2; next }
        { found[$1] = $2 }
        END {
            for (f in found)
                if (found[f] > known[f] + 0)
                    print f ": " found[f] ", known are " known[f] + 0 \
                        "; tests/lint/words.sh --show " f
            for (f in known)
                if (found[f] + 0 < known[f])
                    print f ": " found[f] + 0 " are left of " known[f] \
                        "; tests/lint/words.sh --update lowers the figure"
        }' "$1" "$2" | sort
}
report 'words: no phrase of words.txt more, and no figure too high' \
    "$(compare "$known" <(printf '%s\n' "$found"))"

# The check itself must be able to fail, for each kind of text, both ways.
planted=$(mktemp -d)
mkdir -p "$planted/templates" "$planted/signatures.d"
printf 'const char *a = "the check " /* */\n    "is told of", *b = "told", *c = "ok";\n/* told a */\n' >"$planted/a.c"
printf 'It is told\nof.\n\n```\nnobody\n```\n`nobody` | a\n\n| nobody |\n' >"$planted/a.md"
printf '{{! nobody }}\nnobody\n' >"$planted/templates/a.md"
printf '  - anchor: nobody\n    meaning: told nobody\n' >"$planted/signatures.d/a.yaml"
printf 'told a | x\ntold | x\nis told of | x\nnobody | x | of nobody\n' >"$planted/list"
plant() { # NAME EXPECTED FILE
    report "words: finds $1" "$(diff <(echo "$2") \
        <(cd "$planted" && perl "$root/tests/lint/words.pl" list "$3"))"
}
plant 'what is planted in a literal of C' 'a.c 2' a.c
plant 'what is planted in a document' 'a.md 3' a.md
plant 'what is planted in a template' 'templates/a.md 1' templates/a.md
plant 'what is planted in a signature' 'signatures.d/a.yaml 2' signatures.d/a.yaml
ratchet() { # NAME KNOWN FOUND LINES
    report "words: $1" "$([ "$(compare <(echo "$2") <(echo "$3") | wc -l)" = "$4" ] || echo "not so")"
}
ratchet 'one more is too many' 'a.c 2' 'a.c 3' 1
ratchet 'as many are known' 'a.c 2' 'a.c 2' 0
ratchet 'one less lowers the figure' 'a.c 2' 'a.c 1' 1
ratchet 'a file without any leaves the list' 'a.c 2' '' 1
ratchet 'a new file has none' '' 'a.c 1' 1
rm -rf "$planted"
exit "$bad"
