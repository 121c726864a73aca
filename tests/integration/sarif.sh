#!/usr/bin/env bash
# What we write as SARIF is SARIF: by the official JSON Schema.
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1

cp "$root"/tests/review/*.md .
printf '# X\n\na human error \033[1m \xe2\x80\xae "quoted" \\ </script>\n' >'a b#c%\"ä.md'
sarif() { # FILE DOCUMENTS…: into FILE
    "$POSTFLIGHT" lint --format sarif "${@:2}" >"$1" 2>err
    case $? in 0 | 7) ;; *) cat err && return 1 ;; esac
}
check 'every document of the tests' sarif all.sarif L*.md clean-*.md
check 'is valid' valid_sarif all.sarif
check 'with many results' jq -e '.runs[0].results | length > 40' all.sarif
check 'a document without a remark' sarif none.sarif clean-incident.md
check 'is valid, too' valid_sarif none.sarif
check 'hostile names and texts' sarif hostile.sarif 'a b#c%\"ä.md'
check 'are valid' valid_sarif hostile.sarif
check 'and told' jq -e '.runs[0].results | length > 1' hostile.sarif

# The judge itself must be able to fail.
broken() { # NAME FILTER
    jq "$2" all.sarif >broken.sarif
    check "$1 is found" bash -c '! "$@"' _ judge broken.sarif
}
judge() { valid_sarif "$@"; }
export -f judge valid_sarif
export python root
broken 'a missing version' 'del(.version)'
broken 'a result without a message' 'del(.runs[0].results[0].message)'
broken 'a wrong level' '.runs[0].results[0].level = "bad"'
broken 'a line of 0' '.runs[0].results[0].locations[0].physicalLocation.region.startLine = 0'
broken 'a member that is none' '.runs[0].results[0].rule = "x"'
broken 'an index below -1' '.runs[0].results[0].ruleIndex = -2'
broken 'two equal rules' '.runs[0].tool.driver.rules += [.runs[0].tool.driver.rules[0]]'
exit "$bad"
