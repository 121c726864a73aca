#!/usr/bin/env bash
# What sections of documents say at their limits, and what they refuse.
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1
export GIT_CONFIG_GLOBAL=/dev/null GIT_AUTHOR_NAME=A GIT_AUTHOR_EMAIL=a@b.c \
    GIT_COMMITTER_NAME=A GIT_COMMITTER_EMAIL=a@b.c

git init -q repo
mkdir -p repo/prisma/migrations/20251001_init
sql=repo/prisma/migrations/20251001_init/migration.sql
echo 'CREATE TABLE a();' >$sql
git -C repo add -A && git -C repo commit -qm first && git -C repo tag good
for n in 1 2 3; do
    echo "ALTER TABLE a ADD COLUMN b$n text;" >>$sql
    git -C repo commit -qam "edit $n" && git -C repo tag "edit$n"
done
cat >server.yaml <<'C'
routes:
  /health: { type: application/json, body: '{"commit": "91614ff3aa"}' }
C
play server.yaml server
cat >up.yaml <<C
checks:
  - { id: api, title: API, url: "$base/health", identity: 'jsonpath "\$.commit"', expect: status == 200 }
  - { id: page, title: Page, url: "$base/health", expect: status == 200 }
C
cat >down.yaml <<C
checks:
  - { id: api, title: API, url: "$base/nothing", expect: status == 200 }
  - { id: page, title: Page, url: "$base/health", expect: status == 200 }
C
verify() { # CHECKS ARGS…: into out
    "$POSTFLIGHT" verify "$1.yaml" --out out "${@:2}" >stdout 2>&1
    [ -e out/record.json ] || { cat stdout; return 1; }
}
document() { # KIND FACTS: into doc.md
    printf '%s\n' "$2" >facts.yaml
    "$POSTFLIGHT" report "$1" --appendix --from out/record.json --facts facts.yaml >doc.md
}
has() { # KIND FACTS LINE
    document "$1" "$2" && grep -qxF -- "$3" doc.md || {
        echo "no line: $3"
        cat doc.md
        return 1
    }
}
lacks() { # KIND FACTS TEXT
    document "$1" "$2" && ! grep -F -- "$3" doc.md
}
refuses() { # KIND FACTS MESSAGE
    printf '%s\n' "$2" >facts.yaml
    "$POSTFLIGHT" report "$1" --from out/record.json --facts facts.yaml 2>err
    [ $? -eq 3 ] && grep -qF -- "$3" err || { cat err; return 1; }
}

verify up --git repo --from good --to edit3 --expect 7777777777 # an older build serves
check 'a migration that was edited three times is one reason' bash -c \
    '[ "$(jq ".reasons | map(select(test(\"20251001_init\"))) | length" out/record.json)" -eq 1 ]'
check 'why production stayed healthy is measured' has status '' \
    '- Production is healthy (2 of 2 checks passed), and the state of the deployment is: stale.'
check 'and what serves' has status '' \
    '- Requests are answered by `91614ff3aa`, and not by `7777777777`.'
check 'people add to it' has status 'stayed_healthy: [the old one went on]' '- the old one went on'
check 'what git proves is a cause' has root-cause '' \
    '### migration `20251001_init` was edited after it was applied'

# Of the pattern: this one began on the last of May, at noon.
pattern() { # COUNTED OTHER: line of the pattern, time of the other incident
    local facts="started: 2026-05-31T12:00:00Z
detected: 2026-05-31T12:00:00Z
related: [{ id: B, time: 2026-05-31T11:00:00Z }, { id: C }, { id: A, time: $2 }]"
    has incident "$facts" "Pattern: this incident is the $1."
}
check 'a minute less than a day' pattern '3rd in 24 hours' 2026-05-30T12:01:00Z
check 'a day' pattern '3rd in 24 hours' 2026-05-30T12:00:00Z
check 'a minute more than a day' pattern '2nd in 24 hours, the 3rd in 7 days' 2026-05-30T11:59:00Z
check 'a week' pattern '2nd in 24 hours, the 3rd in 7 days' 2026-05-24T12:00:00Z
check 'more than a week' pattern '2nd in 24 hours, the 3rd in 30 days' 2026-05-24T11:59:59Z
check 'a month' pattern '2nd in 24 hours, the 3rd in 30 days' 2026-05-01T12:00:00Z
check 'more than a month is none' pattern '2nd in 24 hours' 2026-05-01T11:59:59Z
check 'one that came later is none' pattern '2nd in 24 hours' 2026-05-31T12:00:01Z
many() { # N WANTED: N incidents, with this one
    local i facts='started: 2026-05-31T12:00:00Z
detected: 2026-05-31T12:00:00Z
related:'
    for ((i = 1; i < $1; i++)); do facts+="
- { id: I$i, time: 2026-05-31T11:00:00Z }"; done
    has incident "$facts" "Pattern: this incident is the $2 in 24 hours."
}
for wanted in 2nd 3rd 4th 11th 12th 13th 21st 22nd 101st 111th; do
    check "the $wanted" many "${wanted%??}" "$wanted"
done
check 'alone it is no pattern' lacks incident 'related: [{ id: C }]' Pattern

sha=$(git -C repo rev-parse edit2)
check 'a change knows the subject of its commit' has root-cause \
    "changes: [{ text: Once more, commit: ${sha:0:9} }]" "- **Commit:** \`${sha:0:10}\` edit 2"
check 'and one that is not there' has root-cause \
    'changes: [{ text: Once more, commit: 0123456789 }]' '- **Commit:** `0123456789` (not in this record)'
check 'code in a language by name' has root-cause 'excerpts: [{ text: a, language: sql, code: SELECT 1 }]' '```sql'
check 'by its file' has root-cause 'excerpts: [{ text: a, file: b.py, lines: 3-4, code: x }]' '```python'
check 'a language that we do not know is text' has root-cause \
    'excerpts: [{ text: a, language: "x\n# title", code: x }]' '```text'
check 'a fence in code ends nothing' has root-cause \
    'excerpts: [{ text: a, code: "```\n# title\n```" }]' '````text'
check 'a safeguard is in its newest commit' has incident \
    'measures: [{ text: Columns, file: prisma/migrations/20251001_init/migration.sql }]' \
    "| Columns | in \`$(git -C repo rev-parse --short=10 edit3)\` | \`prisma/migrations/20251001_init/migration.sql\` |"
check 'or in none of them' has incident 'measures: [{ text: X, file: x }]' '| X | not in these commits | `x` |'
check 'or has the state of its check' has incident 'measures: [{ text: X, check: api }]' '| X | pass, `api` | none |'
check 'or of none' has incident 'measures: [{ text: X, check: nope }]' '| X | check not in this record | none |'
check 'or people tell it' has incident 'measures: [{ text: X }]' '| X | told by people | none |'
check 'a step of a workflow that migrates' has incident \
    'workflows: [{ name: a, trigger: push, steps: [build, alembic upgrade head] }]' \
    '| `a` | unknown | `push` | unknown | alembic upgrade head | none known |'
check 'steps that do not' has incident 'workflows: [{ name: a, steps: [build] }]' \
    '| `a` | unknown | unknown | unknown | none | none known |'
check 'steps that nobody tells' has incident 'workflows: [{ name: a }]' \
    '| `a` | unknown | unknown | unknown | unknown | none known |'
check 'a next step without a check is open' has status 'next_steps: [{ text: Ask around }]' '- [ ] Ask around'
check 'with one it has its state' has status 'next_steps: [{ text: See it, check: api }]' '- [x] See it (`api`: pass)'
check 'a stamp that nothing else tells is in the timeline' has incident \
    'started: 2026-05-31T12:00:00Z
detected: 2026-05-31T12:01:00Z
timeline: [{ time: 2026-05-31T12:01:00Z, text: seen, source: chat }]' \
    '| 2026-05-31 12:00:00 | The impact began | `facts`, reported |'
check 'one that is told is not there twice' lacks incident \
    'detected: 2026-05-31T12:01:00Z
timeline: [{ time: 2026-05-31T12:01:00Z, text: seen, source: chat }]' 'it was noticed'

runs() { # N STATUS: so many runs, one after the other; the first is "live"
    local i status=live
    echo '['
    for ((i = 1; i <= $1; i++)); do
        printf '%s{"id":"r%d","target":"t","start":"2026-01-01T00:%02d:00Z","end":"2026-01-01T00:%02d:30Z","status":"%s"}\n' \
            "$([ $i = 1 ] || echo ,)" "$i" "$i" "$i" "$status"
        status=$2
    done
    echo ']'
}
listed() { # N ROWS OLDER: of N runs so many have a row
    runs "$1" bad >runs.json
    verify up --deployments runs.json && document status '' || return 1
    [ "$(grep -c '^| `r[0-9]*` |' doc.md)" -eq "$2" ] || { cat doc.md; return 1; }
    if [ "$3" = 0 ]; then ! grep older doc.md; else grep -qx "and $3 older ones in the record" doc.md; fi
}
check '19 runs' listed 19 19 0
check '20 runs' listed 20 20 0
check '21 runs: the last 20' listed 21 20 1
runs 3 bad >runs.json && verify up --deployments runs.json
check 'how the last runs ended' has status '' 'The last 2 of 3 ended as `bad`; the one before them, `r1`, as `live`.'
runs 3 live >runs.json && verify up --deployments runs.json
check 'when all ended alike' has status '' 'The last 3 of 3 ended as `live`.'
runs 2 bad >runs.json && verify up --deployments runs.json
check 'one alone is no streak' lacks status '' 'The last'

verify up
check 'nothing broke, so there is no cause' lacks status '' 'Root cause'
check 'and nothing that went on' lacks status '' 'stayed healthy'
check 'a deployment alone has no stamps' lacks success '' 'time to detect'
check 'nor one with an id alone' lacks success 'incident: INC-1' 'time to detect'

files() { # N: commits one after the other touch N files in all
    rm -rf many && git init -q many && git -C many commit -q --allow-empty -m a && git -C many tag good
    for ((i = 0; i < $1; i++)); do echo x >"many/f$i"; done
    git -C many add -A && git -C many commit -qm b
    verify up --git many --from good && document status '' && grep -c '^| `[0-9a-f]*` | `f[0-9]*` | 1 | 0 |$' doc.md
}
check '59 files' test "$(files 59)" = 59
check '60 files' test "$(files 60)" = 60
check '61 files: 60 of them' test "$(files 61)" = 60
check 'and one more' grep -qx 'and 1 more in the record' doc.md

verify down
check 'production is down, and did not stay healthy' refuses incident 'stayed_healthy: [x]' \
    "the facts tell why production stayed healthy, but it is down in this record: check 'api'"
impact='impact: [{ service: API, text: "404", from: 2026-01-01T00:00:00Z }]'
check 'services that were not hit are told' has incident "$impact" '| Page | none | none | none | none |'
check 'an impact without end goes on' bash -c 'grep -qE "^\| API \| 404 \| .* so far \|$" doc.md'
check 'unless it has one' has incident 'impact: [{ service: API, text: "404", from: 2026-01-01T00:00:00Z, to: 2026-01-01T00:01:30Z }]' \
    '| API | 404 | 2026-01-01 00:00:00 | 2026-01-01 00:01:30 | 1 min 30 s |'
check 'of a service that is not checked nobody knows the others' lacks incident \
    'impact: [{ service: Mail, text: late }]' '| Page | none'
check 'a list that follows a list is one list to every reader' has incident \
    'changes: [{ text: smaller, file: a.c, points: [first, second] }]' '- second'
exit "$bad"
