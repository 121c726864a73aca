#!/usr/bin/env bash
# What postflight writes itself has nothing that its lint finds: the documents
# of the cases, those of watch in each of their states, and new ones.
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1

# Of the cases of watch: in their folders, with the pictures beside them. Their
# hashes are left out, since those of a run differ.
for case in "$root"/tests/cases-watch/*/expected; do
    name=$(basename "$(dirname "$case")")
    mkdir -p "$name/incidents"
    for file in "$case"/*.md; do
        to=$name/incidents/$(basename "$file")
        [ "$(basename "$file")" != STATUS.md ] || to=$name/STATUS.md
        sed 's/ h=0//' "$file" >"$to"
        : >"${to%.md}.svg"
    done
done
for case in "$root"/tests/cases/*/expected.md; do
    cp "$case" "$(basename "$(dirname "$case")").md"
done

silent() { # FILE
    "$POSTFLIGHT" lint "$1" >out 2>err || { cat out; return 1; }
    [ ! -s out ]
}
for file in *.md */*.md */incidents/*.md; do
    check "lint is silent on $file" silent "$file"
done

cat >checks.yaml <<'END'
checks:
  - { id: api, url: "http://127.0.0.1:9/health", expect: status == 200, severity: critical }
END
"$POSTFLIGHT" verify checks.yaml --out out.d >/dev/null 2>&1
printf 'ERROR: relation "users" already exists (42P07)\nError: P3018\n' >deploy.log
"$POSTFLIGHT" verify checks.yaml --log deploy.log --out logged.d >/dev/null 2>&1
for kind in status incident root-cause; do
    for record in out.d logged.d; do
        "$POSTFLIGHT" report "$kind" --from $record/record.json >"$kind-$record.md" 2>err
        check "a $kind of $record is written" test -s "$kind-$record.md"
        check "and lint is silent on it" silent "$kind-$record.md"
    done
done
exit "$bad"
