#!/usr/bin/env bash
# Documents of each kind, with facts of people and templates of one's own.
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1

cat >app.log <<'L'
2026-11-21T10:00:01.200Z Error: P3018
2026-11-21T10:00:01.201Z Migration name: 20251017171256_init
2026-11-21T10:00:01.202Z Database error code: 42P07
2026-11-21T10:00:01.203Z ERROR: relation "users" already exists
L
cat >checks.yaml <<'C'
checks:
  - { id: api, title: Backend API, tcp: "127.0.0.1:1", severity: critical, expect: duration < 5s }
C
"$POSTFLIGHT" verify checks.yaml --log app.log --out out >/dev/null 2>&1
cat >facts.yaml <<'F'
incident: INC-2026-11-21-1
title: "Backend down # <script>alert(1)</script> @everyone"
severity: critical
summary: The migration could not apply. See #12.
user_impact: every request failed
started: 2026-11-21T10:00:01Z
detected: 2026-11-21T10:05:00Z
timeline: [{ time: 2026-11-21T10:06:00Z, text: "alice | took it on", source: pager }]
counter_evidence: [{ text: The frontend kept answering, source: probe web }]
options:
  - { title: Mark it as applied, recommended: true, steps: ["run `npx prisma migrate resolve`"] }
  - { title: Reset the database, danger: all data is lost }
actions: [{ id: A1, text: Lock migrations, owner: bob, due: 2026-12-01, type: prevent }]
success_criteria: [{ text: The API answers, check: api }, { text: Quiet for a day }]
related: [{ id: INC-1, link: "https://example.org/1", text: same migration }]
well: ["password=hunter2hunter2 was never printed"]
references: ["https://pris.ly/d/migrate-resolve"]
contributors: [alice, bob]
F
report() { # EXIT KIND ARGS…: into KIND.md
    "$POSTFLIGHT" report "$2" --appendix --from out/record.json "${@:3}" >"$2.md" 2>err
    got=$?
    [ "$got" -eq "$1" ] || { echo "exit $got"; cat err; return 1; }
}
has() { grep -qF -- "$2" "$1" || { echo "not in $1: $2"; return 1; }; }
brief() { # KIND: without the appendix; only our questions are found
    local code=0
    "$POSTFLIGHT" report "$1" --from out/record.json --facts facts.yaml >brief.md || return 1
    ! grep -q '<details>' brief.md || code=1
    ! "$POSTFLIGHT" lint brief.md | grep -v ' L23 ' | grep . || code=1
    return "$code"
}
for kind in status incident root-cause sre atlassian pagerduty; do
    check "$kind" report 0 $kind --facts facts.yaml
    cp $kind.md again.md
    check "$kind: a brief one is silent, too" brief "$kind"
    check "$kind: the same bytes again" report 0 $kind --facts facts.yaml
    check "$kind: indeed" cmp $kind.md again.md
    cmark-gfm -e table -e autolink -e strikethrough -t xml $kind.md >$kind.xml
    check "$kind: GitHub's parser finds no HTML but our markers" bash -c \
        '! grep -q "<html_inline" $0.xml && [ "$(grep -c "<html_block" $0.xml)" -eq "$(grep -c "^<!-- postflight:\|^</*details>$" $0.md)" ]' $kind
    check "$kind: and no mention outside code" bash -c '! grep "<text" $0.xml | grep -q "@everyone\|#12"' $kind
    check "$kind: the linter finds nothing but the questions" bash -c '! "$1" lint $0.md | grep -v " L23 " | grep .' $kind "$POSTFLIGHT"
    check "$kind: one line end at its end" bash -c '[ "$(tail -c 2 $0.md | od -An -c | tr -d " ")" != "\n\n" ]' $kind
done
check 'a brief document is shorter' bash -c '[ "$("$0" report incident --from out/record.json | wc -w)" -lt "$("$0" report incident --appendix --from out/record.json | wc -w)" ]' "$POSTFLIGHT"
check 'a document that has an appendix keeps it' bash -c '"$0" report incident --appendix --from out/record.json -o kept.md && "$0" report incident --from out/record.json -o kept.md --check' "$POSTFLIGHT"
check 'the error budget' bash -c '"$0" report incident --from out/record.json --facts <(printf "started: 2026-11-21T10:00:01Z\\nslo: 99.9%% in 30 days\\n") | grep -q "Error budget: 99.9% in 30 days allows 43 min 12 s of failure; this incident has used "' "$POSTFLIGHT"
check 'an objective that is none' bash -c '"$0" report incident --from out/record.json --facts <(echo "slo: 100% in 30 days") 2>&1 | grep -q "expected an objective"' "$POSTFLIGHT"
check 'no success where there was none' report 3 success --facts facts.yaml
check 'it says why' has err "the verdict of this record is 'unhealthy', so it has no success to report"
check 'what people tell is in the timeline' has incident.md '| `pager`, reported |'
check 'durations name their stamps' has incident.md '| time to detect | started | detected | 4 min 59 s |'
check 'what nobody knows has no row' bash -c '! grep -q "time to resolve" incident.md'
check 'a criterion has the state of its check' has incident.md '- [ ] The API answers (`api`: fail)'
check 'dangerous options are marked' has incident.md '### Reset the database (dangerous)'
check 'codes are explained' has incident.md '| `P3018` |'
check 'what is missing is asked for' has incident.md '<!-- postflight:ask badly -->'
check 'secrets of facts are taken out' bash -c '! grep -q hunter2 incident.md'
check 'without facts, too' report 0 incident
check 'the impact is drafted' has incident.md 'were affected: '

claim() { # TEXT WANTED: facts that the record does not bear out
    printf '%s\n' "$1" >claim.yaml
    report 3 incident --facts claim.yaml && has err "$2"
}
check 'resolved while production is down' claim 'status: resolved
resolved: 2027-01-01T00:00:00Z' "production is down in this record: check 'api'"
check 'stamps that go back' claim 'detected: 2026-11-21T10:00:00Z
mitigated: 2026-11-21T09:00:00Z' "'mitigated' comes before 'detected'"
check 'a key that is none' claim 'detcted: x' "claim.yaml:1:1: error: unknown key 'detcted', did you mean 'detected'?"
check 'facts that are not there' report 2 incident --facts nothing.yaml

mkdir own
"$POSTFLIGHT" report template status >own/plain.md
check 'a built-in template is a start' report 0 plain --templates own
check 'of the same document' bash -c '"$0" report status --appendix --from out/record.json | cmp - plain.md' "$POSTFLIGHT"
printf '{{<default/status}}{{$why}}\n## In short\n\nIt is **{{record.verdict}}**.\n\n{{#record.reasons}}\n- {{.}}\n{{/record.reasons}}\n\n{{/why}}{{/default/status}}\n' >own/status.md
check 'one section replaced' report 0 status --templates own
check 'by ours' has status.md 'It is **unhealthy**.'
check 'the others stay' has status.md '## Services'
wrong() { # TEMPLATE WANTED
    printf '%b' "$1" >own/wrong.md
    report 3 wrong --templates own && has err "$2"
}
check 'an unknown name' wrong 'a\n{{summry}}' "own/wrong.md:2:1: error: no document has a 'summry', did you mean 'summary'?"
check 'an unknown field' wrong '{{#record.causes}}{{titel}}{{/record.causes}}' "own/wrong.md:1:19: error: no document has a 'titel', did you mean 'title'?"
check 'an unknown template' wrong '{{>nope}}' "there is no template 'nope'"
check 'a section without end' wrong 'x{{#why}}' "own/wrong.md:1:2: error: 'why' has no end"
check 'foreign text as raw Markdown' wrong '{{#record.results}}{{{message}}}\n{{title}}\n- {{{reproduce}}} <b>{{{message}}}\n{{/record.results}}\n' 'does not read as it was meant'
check 'a kind that is none' bash -c '"$0" report nothing --from out/record.json 2>&1 | grep -q "status, incident, root-cause, success, sre, atlassian or pagerduty"' "$POSTFLIGHT"
# A facts file to complete, an export of a pager, a version for the public.
cat >page.json <<'J'
{"log_entries": [
 {"type": "trigger_log_entry", "created_at": "2026-11-21T10:02:00Z", "agent": {"summary": "monitor"}, "incident": {"summary": "API down"}},
 {"type": "acknowledge_log_entry", "created_at": "2026-11-21T10:06:00Z", "agent": {"summary": "Anna"}, "incident": {"summary": "API down"}}]}
J
draft() { "$POSTFLIGHT" report facts --from out/record.json "$@"; }
draft --events page.json >draft.yaml
check 'a facts file: who was paged' has draft.yaml 'text: "paged: API down", source: "monitor"'
check 'a facts file: a question' has draft.yaml '# user_impact: ...'
check 'a facts file is read as it is' "$POSTFLIGHT" report incident --from out/record.json --facts draft.yaml
check 'a facts file is not replaced' bash -c '"$1" report facts --from out/record.json -o draft.yaml 2>err; [ $? -eq 2 ] && grep -q exists err' x "$POSTFLIGHT"
check 'events in the timeline' bash -c '"$1" report incident --from out/record.json --events page.json | grep -q "acknowledged: API down | .Anna., reported"' x "$POSTFLIGHT"
echo '[{"a": 1}]' >other.json
check 'events of no known form' bash -c '"$1" report incident --from out/record.json --events other.json 2>err; [ $? -eq 3 ] && grep -q "no known form" err' x "$POSTFLIGHT"
"$POSTFLIGHT" report incident --from out/record.json --facts facts.yaml --events page.json --audience public >public.md
check 'for the public: the impact' has public.md '## Impact'
check 'for the public: no host, log, name, cause' bash -c '! grep -iE "127\.0\.0\.1|http:|P3018|42P07|\.log|pager|Anna|monitor|<details>" public.md'
exit "$bad"
