#!/usr/bin/env bash
# Documents: lint in three formats, repair, and the five examples when they
# are there.
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1
lint() { # EXIT ARGS: output in out
    "$POSTFLIGHT" lint "${@:2}" >out 2>err
    got=$?
    [ "$got" -eq "$1" ] || { echo "exit $got"; cat out err; return 1; }
}
fixtures=$root/tests/review

cp "$fixtures"/clean-*.md "$fixtures"/L05-yes.md "$fixtures"/L26-yes.md .
check 'two documents as people write them' lint 0 clean-incident.md clean-deployment.md
check 'are not remarked on' test ! -s out
check 'one that contradicts itself' lint 7 L05-yes.md
check 'with file, line, column, rule and name' \
    grep -q '^L05-yes.md:18:25: error: L05 duration-not-in-timeline: ' out

check 'JSON' lint 7 --format json L05-yes.md clean-incident.md
check 'with the fields of the shape' jq -e '.schema == "postflight/review/1"
    and (.documents | length == 2) and .left_out == 0
    and (.remarks[0] | .rule == "L05" and .line == 18 and .column == 25
         and .severity == "major" and (.fingerprint | length > 16))' out
check 'SARIF' lint 7 --format sarif L05-yes.md L26-yes.md
check 'with a place and a fingerprint for each result' jq -e '.version == "2.1.0"
    and (.runs[0].results | length == 2)
    and all(.runs[0].results[]; .locations[0].physicalLocation
        | .artifactLocation.uri != null and .region.startLine > 0)
    and ([.runs[0].results[].partialFingerprints["postflight/v1"]] | unique | length == 2)
    and all(.runs[0].results[]; . as $r | $r.ruleIndex >= 0)' out
check 'and its rules by index' jq -e '.runs[0] as $run
    | all($run.results[]; $run.tool.driver.rules[.ruleIndex].id == .ruleId)' out
printf '# X\n\na human error\n' >'a b#c.md'
check 'a name that is no URI' lint 7 --format sarif 'a b#c.md'
check 'is escaped' jq -e '.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri == "a%20b%23c.md"' out

check 'a document that is not there' lint 3 missing.md
check 'is told' grep -q "cannot open 'missing.md'" err
printf 'a\0b' >binary.md
check 'bytes that are no text' lint 3 binary.md clean-incident.md
head -c 2097153 /dev/zero | tr '\0' x >large.md
check 'a document of more than 2 MiB' lint 3 large.md
printf 'checks: []\n' >checks.yaml
check 'definitions are linted beside documents' lint 3 checks.yaml L05-yes.md
check 'an unknown format' lint 2 --format xml L05-yes.md

# Dead links are looked for beside the document.
mkdir -p sub
printf '# X\n\n[a](../L05-yes.md#L3) [b](../L05-yes.md#L999) [c](gone.md) [d](../sub)\n' >sub/links.md
check 'links' lint 7 sub/links.md
check 'two of four are dead' test "$(grep -c L25 out)" -eq 2

# Secrets are not repeated.
printf '# X\n\nThe human error was postgres://app:s3cretp4ss@db/x\n' >secret.md
check 'a document with a secret' lint 7 secret.md
check 'which is found' grep -q 'L40 secret-shown' out
check 'and not shown' bash -c '! grep -q s3cretp4ss out'

# What an error code means comes from the catalogue.
printf '# X\n\n- **42P07**: snapshots fill up the disk\n- **P3018**: a migration failed to apply\n' >codes.md
check 'a code explained wrongly' lint 7 codes.md
check 'once' bash -c '[ "$(grep -c L45 out)" = 1 ] && grep -q "codes.md:3:" out'

# Earlier documents: named, or by their dates.
cp "$fixtures/earlier.md" "$fixtures/L50-yes.md" .
check 'alone' lint 0 L50-yes.md
check 'with an earlier one' lint 7 L50-yes.md --earlier earlier.md
check 'which shares a migration' grep -q 'L50-yes.md:10:.*L50' out
check 'given together' lint 7 L50-yes.md earlier.md
check 'the older one is the earlier one' bash -c 'grep -q "L50-yes.md:10:.*L50" out && ! grep -q "^earlier" out'

# Our own report is a document, too.
printf 'checks:\n  - { id: api, url: "http://127.0.0.1:9/health", expect: status == 200 }\n' >own.yaml
"$POSTFLIGHT" verify own.yaml --out own >/dev/null 2>&1
check 'a report of ours' test -s own/report.md
check 'has nothing to remark on' lint 0 own/report.md

# Mojibake.
printf 'ok \342\234\205 caf\303\251, don\303\242\342\202\254\342\204\242t \357\243\277\303\274\303\266\303\204 go\n' >moji.md
printf 'ok \342\234\205 caf\303\251, don\342\200\231t \360\237\232\200 go\n' >want.md
chmod 640 moji.md
check 'fix' "$POSTFLIGHT" report fix --mojibake moji.md
check 'repairs what was decoded wrongly, and nothing else' cmp moji.md want.md
check 'and keeps the mode' test "$(stat -c %a moji.md)" = 640
check 'twice' bash -c '"$0" report fix --mojibake moji.md | grep -q "moji.md: 0 runs repaired"' "$POSTFLIGHT"
check 'changes nothing' cmp moji.md want.md
check 'without --mojibake it is a usage error' \
    bash -c '"$0" report fix moji.md 2>err; [ $? -eq 2 ]' "$POSTFLIGHT"
check 'a file that is not there' \
    bash -c '"$0" report fix --mojibake gone.md 2>err; [ $? -eq 3 ]' "$POSTFLIGHT"

# Commits and ranges are judged by a clone.
export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null
repo() { git -C repo -c user.name=a -c user.email=a@h.test -c commit.gpgsign=false "$@"; }
git init -q repo
for i in 1 2 3; do repo commit -q --allow-empty -m "change $i"; done
old=$(repo rev-parse HEAD~2)
new=$(repo rev-parse HEAD)
clone_says() { # EXIT NAME TEXT: a document with this text, linted with --git
    printf '# Deployment\n\n%b\n' "$3" >"$2.md"
    lint "$1" "$2.md" --git repo
}
check 'a commit of the clone' clone_says 0 known "Deployed commit \`$new\`."
check 'by its first digits' clone_says 0 short "Deployed commit \`${new:0:7}\`."
check 'a commit that it does not have' clone_says 7 unknown 'Deployed commit `0123456789abcdef`.'
check 'is not known' grep -q "unknown.md:3:18: error: L17 .*'0123456789abcdef' is not known" out
check 'which nobody can tell without a clone' lint 0 unknown.md
check 'a range the wrong way round' clone_says 7 reversed "Run \`git log $new..$old\`."
check 'is empty' grep -q 'reversed.md:3:.*L41 .*is newer than' out
check 'the right way round' clone_says 0 forward "Run \`git log $old..$new\`."
check 'with short ends' clone_says 7 shorter "Run \`git log ${new:0:8}..${old:0:8}\`."
check 'between commits that it does not have' clone_says 0 strange 'Run `git log 0123456..1234567`.'
repo checkout -q --detach HEAD~1
repo commit -q --allow-empty -m 'a side'
side=$(repo rev-parse HEAD)
check 'between two branches' clone_says 0 sideways "Run \`git log $side..$new\`."
blob=$(printf x | git -C repo hash-object -w --stdin)
check 'an object that is no commit' clone_says 7 blob "Deployed commit \`$blob\`."
git clone -q --depth 1 "file://$PWD/repo" shallow 2>/dev/null
check 'a shallow clone cannot tell' lint 0 unknown.md reversed.md --git shallow
check 'a folder that is no clone' lint 2 unknown.md --git "$scratch/sub"
check 'is told' grep -q 'no git repository' err

# Folders of documents.
mkdir -p docs/2026/11 docs/.hidden checks
cp L05-yes.md docs/
cp L26-yes.md docs/2026/11/late.markdown
cp L05-yes.md docs/.hidden/x.md
printf 'not a document\n' >docs/notes.txt
ln -s ../.. docs/2026/up
check 'a folder of documents' lint 7 docs
check 'and the folders in it' bash -c 'grep -q "^docs/L05-yes.md:18" out && grep -q "^docs/2026/11/late.markdown:" out'
check 'but no hidden ones, and no links' bash -c '! grep -q "hidden\|/up/" out'
check 'with a slash at its end' lint 7 docs/
cp own.yaml checks/own.yaml
cp L05-yes.md checks/README.md
check 'a folder of checks stays one, with a document beside them' lint 0 checks
check 'of one check' grep -q 'checks: 1 checks' out
check 'the built-in signatures' lint 0 "$root/signatures.d"
mkdir -p empty
check 'a folder of nothing' lint 3 empty
check 'is told as before' grep -q "no definitions\|no checks" err
mkdir -p many/sub
touch many/{1..4095}.md
"$POSTFLIGHT" lint many >out 2>err
check 'a folder of 4095 documents' bash -c '! grep -q "more than" err'
touch many/sub/last.md
"$POSTFLIGHT" lint many >out 2>err
check 'a folder of 4096 documents' bash -c '! grep -q "more than" err'
touch many/sub/more.md
check 'a folder of 4097 documents' lint 3 many
check 'is refused, too' grep -q 'more than 4096 files' err
mkdir -p deep/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16
cp clean-incident.md deep/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/
check '15 folders deep' lint 0 deep
cp clean-incident.md deep/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/
check '16 folders deep' lint 0 deep
mkdir deep/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17
check '17 folders deep' lint 3 deep
check 'is refused' grep -q 'more than 16 folders deep' err

# A team chooses its rules: the nearest file counts, up to its repository.
mkdir -p team/docs/.git team/docs/old
printf '# X incident\n\nDate: 2026-02-03\nStatus: done\n\nThe cause was human error.\n\nOne.\n' >team/docs/old/x.md
check 'without a file every rule reports' lint 7 team/docs/old/x.md
check 'as loud as it is' grep -q 'x.md:6:15: warning: L30' out
printf 'rules: { L30: off, field-missing: off }\n' >team/.postflight-lint.yaml
check 'a file above the repository is not its own' lint 7 team/docs/old/x.md
mv team/.postflight-lint.yaml team/docs/
check 'one above the document is' lint 0 team/docs/old/x.md
printf 'rules:\n  human-error: major\n  L20: off\n' >team/docs/old/.postflight-lint.yaml
check 'the nearest one counts' lint 7 team/docs/old/x.md
check 'and makes a rule louder' grep -q 'x.md:6:15: error: L30' out
printf 'style: sre\nrules:\n  L30: minor\n' >team/docs/old/.postflight-lint.yaml
check 'a style asks for its parts' lint 7 team/docs/old/x.md
check 'by name' grep -q "x.md:1:1: note: L20 .*style 'sre' has also: authors, summary" out
check 'a line that changes nothing is found' grep -q 'postflight-lint.yaml:3:1: note: L47' out
printf 'rules:\n  L99: off\n' >team/docs/old/.postflight-lint.yaml
check 'an unknown rule is refused' lint 3 team/docs/old/x.md
check 'with its line' grep -q "postflight-lint.yaml:2:3: error: no rule is named 'L99'" err
printf 'rules:\n  L30: quiet\n' >team/docs/old/.postflight-lint.yaml
check 'and so is an unknown level' lint 3 team/docs/old/x.md
printf 'style: mine\n' >team/docs/old/.postflight-lint.yaml
check 'an unknown style' lint 3 team/docs/old/x.md
printf 'rule: {}\n' >team/docs/old/.postflight-lint.yaml
check 'an unknown key' lint 3 team/docs/old/x.md
rm team/docs/old/.postflight-lint.yaml
printf 'rules: { L20: off }\n' >team/docs/.postflight-lint.yaml
sed -i '5a <!-- postflight:lint disable-next-line L30: quoted -->' team/docs/old/x.md
check 'a comment switches a rule' lint 0 team/docs/old/x.md
sed -i 's/human error/a mistake/' team/docs/old/x.md
check 'one that has no effect is found' lint 7 team/docs/old/x.md
check 'at its line' grep -q 'x.md:6:.*L47' out

# A baseline: only new findings count.
printf '# X\n\nA human error.\n' >base.md
check 'a baseline that is missing is refused' lint 3 base.md --baseline base.json
check 'with what to do' grep -q -- '--write-baseline' err
check 'to write one' lint 0 base.md --baseline base.json --write-baseline
check 'what it has is no finding' lint 0 base.md --baseline base.json
sed -i '1a \\nNothing.' base.md
check 'wherever it moves' lint 0 ./base.md --baseline base.json
printf '\nAnother human error.\n' >>base.md
check 'a new one is' lint 7 base.md --baseline base.json
check 'it alone' test "$(wc -l <out)" -eq 1
check 'and is counted in JSON' lint 7 base.md --baseline base.json --format json
check 'with the known ones' jq -e '.known > 0 and (.remarks | length) == 1' out
sed -i '/human/d' base.md
check 'what is gone is said' bash -c '"$0" lint base.md --baseline base.json 2>&1 >/dev/null | grep -q "not found again (renew"' "$POSTFLIGHT"
check 'the file alone is not enough' lint 2 base.md --write-baseline

# Questions of a draft are counted, and are findings where a team wants them.
printf '# Draft\n\n<!-- postflight:ask summary -->\n\nTo be written: what happened.\n\n<!-- postflight:end-ask summary -->\n' >draft.md
check 'a draft is not wrong' lint 0 draft.md
check 'its questions are counted' grep -q '^1 question of drafts is still open' err
printf 'rules: { question-open: note }\n' >.postflight-lint.yaml
check 'unless they are switched on' lint 7 draft.md
rm .postflight-lint.yaml


# The examples lie beside the project, or they are not there.
examples=$root/../shared/examples
if [ ! -d "$examples" ]; then
    echo '# the examples are not beside the project: their contradictions are not counted'
    exit "$bad"
fi
cp "$examples"/*.md .
"$POSTFLIGHT" lint --format json deployment-*.md incident-*.md root-*.md >examples.json
found=0
total=0
missing=()
while IFS='|' read -r file rule line what; do
    case $file in '#'*) continue ;; esac
    total=$((total + 1))
    if jq -e --arg f "${file// /}" --arg r "${rule// /}" --argjson l "$line" \
        'any(.remarks[]; .file == $f and .rule == $r and .line == $l)' \
        examples.json >/dev/null; then
        found=$((found + 1))
    else
        missing+=("$file $rule $line $what")
    fi
done <"$fixtures/contradictions.txt"
echo "# $found of $total contradictions found"
printf '# not found: %s\n' "${missing[@]}" | grep -v ': $'
check 'the table has 42 contradictions' test "$total" -eq 42
check 'at least 38 of them are found' test "$found" -ge 38
exit "$bad"
