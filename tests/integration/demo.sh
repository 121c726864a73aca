# The scenarios of the demo, each against what the contract promises.
. "$(dirname "$0")/lib.sh"
cd "$root" || exit 1

verify_scenario() { # NAME
    local dir=$scratch/$1 code=0 deadline
    play "demo/scenarios/$1.yaml" "$dir" || return 1
    deadline=$(sed -n 's/^deadline=//p' "$dir/vars")
    wait_for "$dir/${deadline:+deploy.log}" || return 1
    [ -n "$deadline" ] || wait_for "$dir/played" || return 1
    "$POSTFLIGHT" verify checks.d "${more[@]}" --var "BASE_URL=$base" \
        --log "$dir/deploy.log" --expect "$(sed -n 's/^new=//p' "$dir/vars")" \
        ${deadline:+--deadline "$deadline"} \
        --out "$dir/out" >"$dir/stdout" || code=$?
    echo "$code" >"$dir/exit"
}

has() { # SCENARIO JQ-EXPRESSION
    jq -e "$2" "$scratch/$1/out/record.json"
}

ends_with() { # SCENARIO CODE
    [ "$(cat "$scratch/$1/exit")" = "$2" ]
}

more=()
all=(success prisma conflict stale cascade efcore breaks-after-switch
    half-broken rollback-useless)
for scenario in "${all[@]}"; do
    verify_scenario "$scenario" || echo "not ok - $scenario plays"
done

check 'success ends 0' ends_with success 0
check 'prisma ends 1' ends_with prisma 1
for scenario in conflict stale cascade efcore; do
    check "$scenario ends 5" ends_with "$scenario" 5
    check "$scenario left production healthy" \
        has "$scenario" '.production.state == "healthy"'
done
check 'success finds no failure among look-alikes' \
    has success '.findings | map(select(.role != "boilerplate" and .role != "succeeded")) == []'
check 'success is shipped' has success '.deployment.state == "shipped"'
check 'prisma names 42P07 as the root' \
    has prisma '.causes[0].signature == "postgres/42p07"'
check 'prisma: P3018 follows from it' \
    has prisma '.causes[0].chain[1].signature == "prisma/p3018"'
check 'prisma is one cause' has prisma '.causes | length == 1'
check 'prisma names the line of the log' \
    has prisma '.causes[0].chain[0] | .line > 0 and (.file | endswith("deploy.log"))'
check 'prisma: a rollback does not help' has prisma '.advice == "fix-deploy"'
# The same with the database that the deploy left.
data=demo/database/prisma
"$python" -c 'import sqlite3, sys
sqlite3.connect(sys.argv[2]).executescript(open(sys.argv[1]).read())' "$data/schema.sql" "$scratch/prisma.db"
more=("$data/checks.yaml" --var "DEMO_DATABASE=$scratch/prisma.db")
mv "$scratch/prisma" "$scratch/prisma-alone"
verify_scenario prisma || echo "not ok - prisma plays with its database"
check 'prisma: its database has failed, too' has prisma '.migrations[0].verdict == "failed"'
check 'prisma: the log and the database are one cause' has prisma '.causes | length == 1'
check 'prisma: the objects choose the remedy' \
    has prisma '[.causes[0].remedies[].command] | index("npx prisma migrate resolve --applied 20251017171256_init") != null'
more=()
check 'conflict is a conflict' has conflict '.deployment.state == "conflict"'
check 'conflict names the 409' has conflict '.causes[0].signature == "azure/409"'
check 'stale is stale' has stale '.deployment.state == "stale"'
check 'stale has no cause without its proof' has stale '[.causes[] | select(.proof == null)] == []'
check 'cascade: 25P02 is not the root' \
    has cascade '[.causes[].signature] == ["postgres/42701"]'
check 'cascade: the root is the first error of the transaction' \
    has cascade '.causes[0].reasons[0] | startswith("it is the first error of the transaction")'
check 'cascade counts the refused statements' \
    has cascade '.findings[] | select(.code == "25P02") | .count == 4'
check 'efcore names 42P07 with its relation' \
    has efcore '.causes[0].title == "42P07: relation \"clinics\" already exists"'
check 'efcore names the migration' \
    has efcore '.causes[0].reasons | any(contains("20251108070500_InitialSaaSDatabase"))'

check 'breaks-after-switch ends 1' ends_with breaks-after-switch 1
check 'breaks-after-switch: roll back' has breaks-after-switch '.advice == "roll-back"'
check 'breaks-after-switch: the page failed after the rollout had settled' \
    has breaks-after-switch '.deployment.state == "shipped" and
        (.results[] | select(.id == "web") | .status == "fail" and .http_status == 500)'
check 'breaks-after-switch: only the new build serves' \
    has breaks-after-switch '[.deployment.observed[] | select(.serving) | .expected] == [true]'
check 'half-broken ends 1' ends_with half-broken 1
check 'half-broken: the new build is rolled back' \
    has half-broken '.deployment.state == "mixed" and .advice == "roll-back"'
check 'half-broken: failed answers are counted, and no check passed for it' \
    has half-broken '.results[0] | .status == "fail" and (.message | test("^[23] of 5 answers failed, all from build b5d80e6172c3"))'
check 'rollback-useless ends 1' ends_with rollback-useless 1
check 'rollback-useless: fix the deploy' \
    has rollback-useless '.advice == "fix-deploy" and .causes[0].rollback == "useless"'

valid_record() {
    "$python" - "$root/schemas/record.schema.json" "$scratch/$1/out/record.json" <<'P'
import json, sys, jsonschema
schema, record = (json.load(open(p)) for p in sys.argv[1:])
jsonschema.Draft202012Validator.check_schema(schema)
jsonschema.validate(record, schema)
P
}

# The independent judge: GitHub's own parser sees tables with as many rows, and
# no HTML but that of a folded part.
read_by_github() {
    local html=$scratch/$1/report.html
    cmark-gfm --unsafe -e table -e tasklist -e autolink -e strikethrough \
        "$scratch/$1/out/report.md" >"$html" || return 1
    [ "$(grep -c '<table>' "$html")" -eq \
        "$(grep -c '^| --- ' "$scratch/$1/out/report.md")" ] &&
        ! grep -F 'mailto:' "$html" &&
        ! grep -oE '</?[A-Za-z!][A-Za-z0-9]*' "$html" | tr -d '</' | sort -u |
        grep -vxE '!|a|b|blockquote|br|code|details|em|h[1-6]|hr|input|li|ol|p|pre|strong|summary|table|tbody|td|th|thead|tr|ul'
}

for scenario in "${all[@]}"; do
    check "$scenario: the record follows its schema" valid_record "$scenario"
    check "$scenario: GitHub reads the report as meant" read_by_github "$scenario"
done

# Its own documents have nothing that lint finds; one that does not fit the
# record is not written.
silent() { # SCENARIO KIND
    local document=$scratch/$1/$2.md
    "$POSTFLIGHT" report "$2" --from "$scratch/$1/out/record.json" \
        >"$document" || return 0
    "$POSTFLIGHT" lint "$document" 2>/dev/null
}
for scenario in "${all[@]}"; do
    for kind in status incident root-cause; do
        check "lint is silent on the $kind of $scenario" silent "$scenario" "$kind"
    done
done
exit "$bad"
