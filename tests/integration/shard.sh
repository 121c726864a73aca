#!/usr/bin/env bash
# Shards merged are the run without shards, whatever each of them saw.
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1

cat >server.yaml <<'C'
routes:
  /new: { type: application/json, body: '{"commit": "6706e2d3f1a84c5b"}' }
  /old: { type: application/json, body: '{"commit": "5fa8b913c0de4e1f"}' }
  /sick: { status: 503, body: no }
C
play server.yaml server || exit 1

row() { # ID PATH REST
    printf '  - { id: %s, url: "%s%s", expect: status == 200%s }\n' \
        "$1" "$base" "$2" "${3:+, $3}"
}
told='identity: jsonpath "$.commit"'
{
    echo checks:
    for i in {1..12}; do row "s-$i" /new "$told"; done
    row plain-1 /new
    row plain-2 /new 'needs: [s-3, s-9]'
    row z-last /new 'needs: [plain-2]'
} >healthy.yaml
{ cat healthy.yaml; row bad /sick; row after /new 'needs: [bad]'; } >failing.yaml
{ cat healthy.yaml; row left-1 /old "$told"; row left-2 /old "$told"; } >mixed.yaml
{ cat healthy.yaml; row slow /new 'degraded: duration < 1us'; } >degraded.yaml
printf 'step one\nnpm ERR! code EINTEGRITY\nERROR: relation "users" already exists\nDatabase error code: 42P07\n' >deploy.log
printf 'rollout: { deadline: 5m, interval: 1ms, streak: 3, version: 6706e2d3 }\n' |
    cat - healthy.yaml >rollout.yaml

# What differs from run to run: times and how long things took.
plain() { # RECORD
    "$python" - "$1" <<'P'
import json, re, sys
LENGTH = re.compile(r"\b[0-9]+(\.[0-9]+)? ?(us|ms|s)\b")
TIMES = ("started", "finished", "first", "last", "from", "to", "time", "timing", "duration_ms",
         "settled_after_ms", "settled_at")

def without(node):
    if isinstance(node, dict):
        return {k: None if k in TIMES and not isinstance(v, dict) else without(v)
                for k, v in node.items()
                if k not in ("timing", "attempts", "answers", "observed")}
    if isinstance(node, list):
        return [without(n) for n in node]
    return LENGTH.sub("N", node) if isinstance(node, str) else node

record = json.load(open(sys.argv[1]))
rollout = record["deployment"].get("rollout", False)
builds = {}
for o in record["deployment"]["observed"]:
    builds[(o["check"], o["version"], o["expected"])] = None if rollout else o["share"]
events = sorted(LENGTH.sub("N", e["source"] + " " + e["text"]) for e in record["timeline"])
if rollout:
    del record["observations"]  # how often it was probed on the way differs
    record["reasons"] = [re.sub(r"[0-9]+ of [0-9]+", "", r) for r in record["reasons"]]
record["timeline"] = events
record = without(record)
record["builds"] = sorted(map(str, builds.items()))
json.dump(record, sys.stdout, indent=1)
P
}

exit_of() { # NAME COMMAND…: its exit code, its words in NAME.said
    local code=0
    "${@:2}" >"$1.said" 2>&1 || code=$?
    echo "$code"
}

# same NAME N CODE ARGS…: N shards merged are the run without shards.
same() {
    local name=$1 n=$2 code=$3 i
    shift 3
    rm -rf "$name".*.json
    [ "$(exit_of "$name" "$POSTFLIGHT" verify "$@" --quiet --report json="$name.whole.json")" -eq "$code" ] ||
        { cat "$name.said"; return 1; }
    for ((i = 1; i <= n; i++)); do
        "$POSTFLIGHT" verify "$@" --quiet --shard "$i/$n" \
            --report json="$name.$i.json" >/dev/null 2>&1
        [ -s "$name.$i.json" ] || return 1
    done
    [ "$(exit_of "$name" "$POSTFLIGHT" merge --quiet "$name".[0-9]*.json -o "$name.merged.json")" -eq "$code" ] ||
        { cat "$name.said"; return 1; }
    diff <(plain "$name.whole.json") <(plain "$name.merged.json")
}
for n in 1 2 5 40; do
    check "shard: healthy, $n shards" same healthy "$n" 0 healthy.yaml
    check "shard: failing, $n shards" same failing "$n" 1 failing.yaml
    check "shard: mixed builds, $n shards" same mixed "$n" 5 mixed.yaml --expect 6706e2d3f1a84c5b
    check "shard: shipped, $n shards" same shipped "$n" 0 healthy.yaml --expect 6706e2d3
done
check 'shard: degraded' same degraded 4 0 degraded.yaml
check 'shard: degraded, and asked to fail on it' same degraded 4 6 degraded.yaml --fail-on degraded
check 'shard: a log that every shard has read' same logs 4 5 healthy.yaml --log deploy.log
check 'shard: a selection' same tagged 3 0 healthy.yaml --id 's-*'
check 'shard: a rollout settles' same rollout 3 0 rollout.yaml

# The log is the business of one shard.
one_log() {
    local i
    "$POSTFLIGHT" verify healthy.yaml --log deploy.log --quiet --report json=log.whole.json >/dev/null
    for i in 1 2 3; do
        "$POSTFLIGHT" verify healthy.yaml --shard $i/3 --quiet --report json=log.$i.json \
            $([ $i -ne 2 ] || echo --log deploy.log) >/dev/null
    done
    [ "$(exit_of one "$POSTFLIGHT" merge log.[123].json --quiet -o log.merged.json)" -eq 5 ] &&
        diff <(plain log.whole.json) <(plain log.merged.json)
}
check 'shard: a log that one shard has read' one_log

# Every check is in exactly one shard; what is linked is in one.
ids() { "$python" -c 'import json, sys
for name in sys.argv[1:]: print(*[r["id"] for r in json.load(open(name))["results"]], sep="\n")' "$@"; }
parted() {
    diff <(ids healthy.[0-9]*.json | sort) <(ids healthy.whole.json | sort) || return 1
    local name
    for name in healthy.[0-9]*.json; do
        ! ids "$name" | grep -qx plain-2 ||
            [ "$(ids "$name" | grep -cxE 's-3|s-9|plain-2|z-last')" -eq 4 ] || return 1
    done
}
same healthy 5 0 healthy.yaml >/dev/null
check 'shard: each check once, links whole' parted
numbered() {
    local i
    for i in 0 1 2 3 4; do
        "$POSTFLIGHT" verify healthy.yaml --shard $((i + 1))/5 --explain
    done | grep -c '^  - id:'
}
check 'shard: --explain shows the part' [ "$(numbered)" -eq 15 ]

# A shard without checks: no failure, and nothing that was verified.
printf 'checks:\n%s\n' "$(row only /new "$told")" >one.yaml
empty=1
"$POSTFLIGHT" verify one.yaml --shard 1/2 --explain | grep -q 'id: only' && empty=2
nothing() {
    "$POSTFLIGHT" verify one.yaml --shard $empty/2 --expect 6706e2d3 --out nothing \
        --report junit=nothing.xml --report tap=nothing.tap --report nagios=nothing.nagios >said || return 1
    grep -q '^inconclusive, review: 0 passed, 0 failed; shard . of 2, 0 of 1 checks' said &&
        grep -q '"verdict": "inconclusive"' nothing/record.json &&
        grep -q '"total": 1' nothing/record.json && [ -s nothing/report.md ] &&
        ! grep -q '<failure' nothing.xml
}
check 'shard: one without checks ends well, unverified' nothing
untold() { # it has checks, none of which tells a build
    local i
    printf 'checks:\n%s\n' "$(row a /new; row b /new "$told"; row c /new)" >some.yaml
    for i in 1 2 3 4 5 6 7 8; do
        "$POSTFLIGHT" verify some.yaml --shard $i/8 --expect 6706e2d3 --quiet \
            --report json=some.$i.json >/dev/null || return 1
    done
    "$POSTFLIGHT" merge some.*.json --quiet | grep -q '^verified'
}
check 'shard: one that tells no build leaves it to the others' untold

# refused WORDS COMMAND…: exit 3, or 2 for usage, with these words
refused() {
    local code
    code=$(exit_of refused "$POSTFLIGHT" "${@:3}")
    [ "$code" -eq "$1" ] && grep -q -e "$2" refused.said || { echo "exit $code"; cat refused.said; return 1; }
}
for wrong in 0/5 6/5 5 1/ /5 a/b 1/1001 -1/5 '1/5 ' 1/5/6; do
    check "shard: --shard '$wrong'" refused 2 'takes I/N' verify healthy.yaml --shard "$wrong"
done
check 'shard: 1000 of them' "$POSTFLIGHT" verify one.yaml --shard 1000/1000 --quiet
same mixed 5 5 mixed.yaml --expect 6706e2d3 >/dev/null
sed 's#postflight/record/1#postflight/record/2#' healthy.1.json >other-schema.json
check 'merge: none' refused 2 'expected 1 to 1000' merge
check 'merge: another schema' refused 3 "the schema is 'postflight/record/2'" merge other-schema.json healthy.2.json
check 'merge: another build' refused 3 'expects no build' merge healthy.1.json mixed.2.json
check 'merge: a shard twice' refused 3 'shard 2 of 5 is there twice' merge healthy.[12].json healthy.2.json
check 'merge: shards are missing' refused 3 '2 missing: 3, 5' merge healthy.[124].json
"$POSTFLIGHT" verify healthy.yaml --shard 2/3 --quiet --report json=three.json >/dev/null
check 'merge: another division' refused 3 'one of 3' merge healthy.1.json three.json
"$POSTFLIGHT" verify failing.yaml --shard 2/5 --quiet --report json=more.json >/dev/null
check 'merge: other checks' refused 3 'of 17' merge healthy.1.json more.json
check 'merge: a check twice' refused 3 'is in healthy.whole.json and in failing.whole.json' merge healthy.whole.json failing.whole.json
check 'merge: no file' refused 2 'absent.json' merge absent.json
sed 's/"checks": [0-9]*,/"checks": 14,/' healthy.1.json >changed.json
check 'merge: results that were taken out' refused 3 'was it changed' merge changed.json healthy.[2-5].json

missing() {
    [ "$(exit_of missing "$POSTFLIGHT" merge --allow-missing healthy.[124].json -o part.json)" -eq 4 ] &&
        grep -q 'of 5 shards, 2 missing: 3, 5; what [0-9]* checks say is not known' part.json || return 1
    # what is inconclusive stays so, merged again
    "$POSTFLIGHT" verify one.yaml --quiet --report json=one.json >/dev/null
    [ "$(exit_of missing "$POSTFLIGHT" merge part.json one.json -o again.json)" -eq 4 ]
}
check 'merge: what is missing is told, and nothing is verified' missing
still() {
    local bad
    same failing 5 1 failing.yaml >/dev/null
    bad=$(grep -l '"id": "bad"' failing.[0-9].json)
    [ "$(exit_of still "$POSTFLIGHT" merge --allow-missing "$bad")" -eq 1 ]
}
check 'merge: what is down is down, whatever is missing' still
disjoint() {
    "$POSTFLIGHT" verify one.yaml --expect 6706e2d3 --quiet --report json=one.json >/dev/null
    printf 'checks:\n%s\n' "$(row other /old "$told")" >other.yaml
    "$POSTFLIGHT" verify other.yaml --expect 6706e2d3 --quiet --report json=other.json >/dev/null
    [ "$(exit_of disjoint "$POSTFLIGHT" merge one.json other.json -o two.json)" -eq 5 ] &&
        grep -q '"state": "mixed"' two.json
}
check 'merge: records that are no shards' disjoint
outputs() {
    "$POSTFLIGHT" merge healthy.[0-9].json --out merged --report junit=merged.xml --format json >merged.json &&
        cmp merged.json merged/record.json && [ -s merged/report.md ] &&
        grep -q 'tests="15"' merged.xml
}
check 'merge: outputs' outputs
small() {
    local i n=0
    for ((i = 1; i <= 1001; i++)); do ln -sf healthy.1.json "many-$i.json"; done
    [ "$(exit_of many "$POSTFLIGHT" merge many-*.json)" -eq 2 ]
}
check 'merge: 1001 records are too many' small

# Many checks, spread.
many() { # CHECKS SHARDS
    local i per=$(($1 / 10)) f
    rm -rf many && mkdir many
    for f in {0..9}; do
        {
            printf 'defaults: { url: "%s/new", expect: status == 200 }\nchecks:\n' "$base" |
                sed '1d'
            for ((i = 0; i < per; i++)); do
                printf '%s\n' "- { id: c-$f-$i, url: \"$base/new\", expect: status == 200 }"
            done
        } >"many/$f.yaml"
    done
    for ((i = 1; i <= $2; i++)); do
        "$POSTFLIGHT" verify many --shard "$i/$2" --quiet --report json="spread.$i.json" >/dev/null || return 1
    done
    "$POSTFLIGHT" merge spread.*.json --quiet -o spread.json >said || return 1
    grep -q "$1 passed, 0 failed" said
}
check "shard: ${POSTFLIGHT_MANY-2000} checks over 10 shards" many "${POSTFLIGHT_MANY-2000}" 10
exit "$bad"
