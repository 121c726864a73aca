#!/usr/bin/env bash
# One run with results of every kind and hostile text in every slot writes all
# outputs at once; each is judged by its consumer's own tool or schema, and none
# of its lines is a command for a CI host.
. "$(dirname "$0")/lib.sh"
consumers=$root/tests/consumers
cd "$scratch" || exit 1

"$python" "$consumers/hostile.py" . || exit 1
play server.yaml server || exit 1
export BASE_URL=$base

all=()
for row in json:record.json markdown:report.md html:report.html junit:junit.xml tap:run.tap \
    ctrf:ctrf.json sarif:run.sarif prometheus:postflight.prom \
    nagios:nagios.txt github:annotations.txt github-summary:summary.md; do
    all+=(--report "${row%%:*}=out/${row#*:}")
done

verify() {
    "$POSTFLIGHT" verify checks.d --log deploy.log --expect 2.0.0 "$@"
}

verify "${all[@]}" >run.out 2>run.err
code=$?
check 'writers: the run failed and wrote every output' \
    [ "$code $(ls out | wc -l)" = '1 11' ]

states() {
    jq -r '[.results[] | if .flaky then "flaky" else .status end] | unique | join(" ")' \
        out/record.json
}
check 'writers: results of every kind' \
    [ "$(states)" = 'blocked degraded error fail flaky pass' ]

# --- each by its consumer
judge() { # SCHEMA FILE
    "$python" - "$1" "$2" <<'EOF'
import json, sys
import jsonschema
schema, value = (json.load(open(p)) for p in sys.argv[1:])
jsonschema.validators.validator_for(schema)(
    schema, format_checker=jsonschema.FormatChecker()).validate(value)
EOF
}
check 'json: our schema' judge "$root/schemas/record.schema.json" out/record.json
check 'junit: as Jenkins, GitLab and Surefire define it' \
    xmllint --noout --relaxng "$consumers/junit.rng" out/junit.xml
older() { # what Jenkins' schema of 2010 has, without what came after it
    sed -E -e 's/<(rerun|flaky)[A-Za-z]+ [^>]*\/>//' \
        -e '/<testsuite /s/ (file|url)="[^"]*"//g' \
        -e 's/<skipped message="[^"]*"/<skipped/' out/junit.xml >older.xml
    xmllint --noout --schema "$root/build/jenkins-junit.xsd" older.xml
}
check 'junit: the first schema of Jenkins, which scripts/setup fetches' older
check 'junit: what it says' "$python" "$consumers/junit.py" out
check 'tap: what prove and its parser say' \
    perl "$consumers/tap.pl" out/run.tap out/record.json
check 'tap: prove counts the failures' \
    bash -c 'sed "1s/14/13/" out/run.tap >13.tap
        ! prove --exec cat 13.tap >prove.out 2>&1 &&
        grep -q "Failed 6/10 subtests" prove.out || { cat prove.out; exit 1; }'
check 'ctrf: its schema, which scripts/setup fetches' \
    judge "$root/build/ctrf-0.0.json" out/ctrf.json
check 'ctrf: what it says' "$python" "$consumers/ctrf.py" out
check 'sarif: its schema, which scripts/setup fetches' valid_sarif out/run.sarif
check 'sarif: the object model of 2.1.0, and what GitHub asks for' \
    "$python" "$consumers/sarif.py" out/run.sarif
check 'prometheus: promtool' bash -c \
    'promtool check metrics <out/postflight.prom >prom.out 2>&1 &&
        [ ! -s prom.out ] || { cat prom.out; exit 1; }'
check 'prometheus: no series twice, no build and no URL in a label' bash -c \
    '[ -z "$(grep -v "^#" out/postflight.prom | sed "s/ [^ ]*$//" | sort | uniq -d)" ] &&
        ! grep -E "http:|2\.0\.0|owned" out/postflight.prom'
check 'nagios: a parser of performance data' \
    perl "$consumers/nagios.pl" out/nagios.txt out/record.json
check 'github: annotations as the runner reads them' \
    "$python" "$consumers/annotations.py" out
check 'github-summary: under 1 MiB' \
    [ "$(wc -c <out/summary.md)" -le 1048576 ]
check 'markdown: the run is in it' grep -q 'Deployment status' out/report.md

# The judges themselves must be able to fail.
broken() { # NAME FILE FILTER JUDGE…
    jq "$3" "out/$2" >broken.json
    check "broken: $1 is found" bash -c '! "$@"' _ "${@:4}" broken.json
}
export -f judge valid_sarif
export python root
broken 'ctrf without a name' ctrf.json 'del(.results.tests[0].name)' \
    judge "$root/build/ctrf-0.0.json"
broken 'ctrf with a word of its own' ctrf.json '.results.ours = 1' \
    judge "$root/build/ctrf-0.0.json"
broken 'sarif without a message' run.sarif 'del(.runs[0].results[0].message)' \
    valid_sarif
broken 'sarif without a location' run.sarif 'del(.runs[0].results[0].locations)' \
    "$python" "$consumers/sarif.py"
broken 'sarif with a word of its own' run.sarif '.runs[0].results[0].ours = 1' \
    "$python" "$consumers/sarif.py"
sed 's/<failure /<failed /' out/junit.xml >broken.xml
check 'broken: junit with an element of its own is found' bash -c \
    '! xmllint --noout --relaxng "$1" broken.xml' _ "$consumers/junit.rng"

# --- the run of CI is in the record and in what is made of it
GITHUB_ACTIONS=true GITHUB_SERVER_URL=https://git.test GITHUB_REPOSITORY=a/b \
    GITHUB_RUN_ID=42 "$POSTFLIGHT" verify checks.d --quiet \
    --report json=ci/record.json --report junit=ci/junit.xml \
    --report ctrf=ci/ctrf.json --report sarif=ci/run.sarif \
    --report markdown=ci/report.md >/dev/null
for file in record.json junit.xml ctrf.json run.sarif report.md; do
    check "run: its address is in $file" \
        grep -qF https://git.test/a/b/actions/runs/42 "ci/$file"
done

# --- no line is a command
for file in out/*; do
    [ "$file" != out/annotations.txt ] || continue
    case $file in
    *.md | *.html) ;; # a document; on standard output it is made inert, see below
    *) check "inert: $file" "$python" "$consumers/commands.py" all "$file" ;;
    esac
done

host() { # NAME: its environment before a command
    case $1 in
    github) env GITHUB_ACTIONS=true "${@:2}" ;;
    gitlab) env GITLAB_CI=true "${@:2}" ;;
    azure) env TF_BUILD=True "${@:2}" ;;
    jenkins) env JENKINS_URL=http://ci.test/ "${@:2}" ;;
    circleci) env CIRCLECI=true "${@:2}" ;;
    buildkite) env BUILDKITE=true "${@:2}" ;;
    bitbucket) env BITBUCKET_BUILD_NUMBER=7 "${@:2}" ;;
    teamcity) env TEAMCITY_VERSION=2024.1 "${@:2}" ;;
    render) env RENDER=true "${@:2}" ;;
    none) "${@:2}" ;;
    esac
}
command=("$POSTFLIGHT" verify checks.d --log deploy.log --expect 2.0.0)
for name in github gitlab azure jenkins circleci buildkite bitbucket teamcity \
    render none; do
    host "$name" "${command[@]}" >"console.$name" 2>&1
    check "inert: the console on $name" \
        "$python" "$consumers/commands.py" "$name" "console.$name"
    for format in markdown html junit tap sarif ctrf nagios prometheus json; do
        host "$name" "${command[@]}" --report "$format=-" \
            >"stdout.$name.$format" 2>&1
        [ "$name" != none ] || continue
        check "inert: $format on standard output of $name" \
            "$python" "$consumers/commands.py" "${name}-plain" \
            "stdout.$name.$format"
    done
done
cp -r checks.d '::error::owned.d'
echo '##[error]: [' >>'::error::owned.d/##vso[x].yaml'
"$POSTFLIGHT" verify '::error::owned.d' >console.errors 2>&1
check 'inert: errors of definitions' bash -c \
    'grep -q owned console.errors && "$0" "$1" all console.errors' \
    "$python" "$consumers/commands.py"
cp deploy.log '::error::owned.log'
"$POSTFLIGHT" scan --why '::error::owned.log' >console.scan 2>&1
check 'inert: scan --why' "$python" "$consumers/commands.py" all console.scan
check 'inert: what a host would take is found' \
    "$python" "$consumers/commands.py" --self-test

# --- standard output is taken whole
check 'stdout: an output of its own, the same as the file' bash -c \
    'diff <(sed -E "s/[0-9]+\.[0-9]{3}//g; s/timestamp=.[^ ]*//" stdout.none.junit | grep -c "<testcase") \
        <(grep -c "<testcase" out/junit.xml) && head -1 stdout.none.junit | grep -q "^<?xml" &&
        [ "$(wc -l <stdout.none.nagios)" = 1 ]'

# --- GitHub's own places
printf 'before' >step.md
GITHUB_ACTIONS=true GITHUB_STEP_SUMMARY=$scratch/step.md \
    verify --report github >github.out 2>github.err
check 'github: annotations in the log' grep -q '^::error title=postflight' github.out
check 'inert: a log with annotations' \
    "$python" "$consumers/commands.py" github github.out
check 'github: the summary is appended' bash -c \
    '[ "$(head -1 step.md)" = before ] && grep -q "^# Deployment status" step.md'
for room in 0 1 300 2000; do
    head -c $((1048576 - room)) /dev/zero | tr '\0' x >step.md
    GITHUB_ACTIONS=true GITHUB_STEP_SUMMARY=$scratch/step.md \
        verify --report github >github.out 2>github.err
    check "github: a summary with $room bytes of room stays under 1 MiB" \
        [ "$(wc -c <step.md)" -le 1048576 ]
done
check 'github: what was cut is said' grep -q 'The record has' step.md
usage() { # WHAT ARGUMENTS…
    local what=$1
    shift
    "$POSTFLIGHT" verify checks.d "$@" >usage.out 2>usage.err
    [ $? = 2 ] && grep -qF "$what" usage.err || {
        cat usage.err
        return 1
    }
}
check 'usage: github without a file, elsewhere' \
    usage 'needs a file outside GitHub Actions' --report github
check 'usage: a word that is near' \
    usage "did you mean 'junit'?" --report junti=x
check 'usage: a word that is nothing' usage 'expected one of json' --report x=y
check 'usage: no file' usage 'needs a file: tap=FILE' --report tap
check 'usage: two outputs in one file' \
    usage 'two outputs: json and tap' --report json=x --report tap=x
check 'usage: two outputs on standard output' \
    usage 'take standard output' --format json --report tap=-

# The list for shells stands in the table of options: it is this one.
shells() {
    diff <("$POSTFLIGHT" completion bash | grep -oE '[a-z-]+=' | tr -d = |
        sort -u | grep -xF -f <(formats)) <(formats)
}
formats() {
    "$POSTFLIGHT" verify --help | sed -n '/^formats of/,/^$/p' |
        grep -oE '^  [a-z][a-z-]+' | tr -d ' ' | sort
}
check 'usage: shells complete every format' shells
check 'usage: there are eleven' [ "$(formats | wc -l)" = 11 ]

# --- one that fails costs no other
verify --report junit=/dev/null/x --report json=kept.json --report tap=kept.tap \
    >/dev/null 2>partly.err
code=$?
check 'writers: one that cannot be written costs no other' bash -c \
    "[ $code = 1 ] && [ -s kept.json ] && [ -s kept.tap ] && grep -q /dev/null partly.err"
check 'writers: no temporary file stays' \
    bash -c '[ -z "$(ls -A out | grep -E "\.[A-Za-z0-9]{6}$")" ]'

# --- a record that is there already
check 'report: a record of before in another format' \
    "$POSTFLIGHT" report --from kept.json --report tap=again.tap
check 'report: to the same bytes' cmp kept.tap again.tap
check 'report: which is the format it is asked for' bash -c \
    '! "$1" report --from kept.json --report tpa=x 2>later.err && grep -q "tap" later.err' x "$POSTFLIGHT"
exit "$bad"
