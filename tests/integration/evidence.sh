#!/usr/bin/env bash
# What git, CI and a list of deployments add to a verdict and its documents.
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1
export GIT_CONFIG_GLOBAL=/dev/null GIT_AUTHOR_NAME=A GIT_AUTHOR_EMAIL=a@b.c \
    GIT_COMMITTER_NAME=A GIT_COMMITTER_EMAIL=a@b.c

git init -q repo
folder=repo/prisma/migrations
mkdir -p $folder/20251001_init $folder/20251002_users
touch $folder/migration_lock.toml
echo 'CREATE TABLE a();' >$folder/20251001_init/migration.sql
git -C repo add -A && git -C repo commit -qm 'first migration' && git -C repo tag good
echo 'CREATE TABLE IF NOT EXISTS a();' >$folder/20251001_init/migration.sql
git -C repo commit -qam 'fix: make it idempotent'
echo 'CREATE TABLE users();' >$folder/20251002_users/migration.sql
git -C repo add -A && git -C repo commit -qm 'users | <b> #12'
cat >runs.json <<'J'
[{"id":"101","workflow":"auto","trigger":"push","target":"prod","start":"2026-01-04T15:18:29Z","end":"2026-01-04T15:27:00Z","status":"success","commit":"5f57a4a2"},
 {"id":"102","workflow":"manual","trigger":"workflow_dispatch","target":"prod","start":"2026-01-04T15:19:45Z","end":"2026-01-04T15:20:10Z","status":"failure","commit":"5f57a4a2"}]
J
cat >server.yaml <<'C'
routes:
  /health: { type: application/json, body: '{"commit": "91614ff3aa"}' }
  /other: { type: application/json, body: '{"commit": "5fa8b913c0"}' }
C
play server.yaml server
cat >checks.yaml <<C
checks: [{ id: api, url: "$base/health", identity: 'jsonpath "\$.commit"', expect: status == 200 }]
C
verify() { # EXIT ARGS…
    "$POSTFLIGHT" verify checks.yaml --out out "${@:2}" >stdout 2>err
    got=$?
    [ "$got" -eq "$1" ] || { echo "exit $got"; cat stdout err; return 1; }
}
is() { jq -e "$1" out/record.json >/dev/null || { jq -c '.deployment, .evidence, .reasons' out/record.json; false; }; }

check 'git' verify 0 --git repo --from good
check 'the range' is '.evidence.git.relation == "forward" and (.commits | length == 2) and .evidence.git.files == 2'
check 'a migration that was applied and edited' is '.evidence.git.edits[0] | .id == "20251001_init" and .tool == "prisma" and .cosmetic == false'
check 'is a reason' is '.reasons | any(test("20251001_init was applied before, and has been edited since"))'
check 'and a cause, with its remedy' is '.causes[0] | .proof == "evidence/migration-edited" and .rollback == "helps" and (.remedies[0].command | test("^git checkout [0-9a-f]{12} -- prisma/")) and (.remedies[1].command | test("^git revert --no-edit [0-9a-f]{12}$"))'
check 'so nothing is verified' is '.verdict == "degraded" and .advice == "review"'
check 'and --fail-on degraded counts it' verify 6 --git repo --from good --fail-on degraded
check 'commits are in the timeline' is '[.timeline[].source] | any(test("^commit [0-9a-f]{10}$"))'
check 'a document' bash -c '"$0" report root-cause --from out/record.json >doc.md' "$POSTFLIGHT"
check 'has the range' bash -c '"$0" report root-cause --appendix --from out/record.json | grep -q "(forward): 2 commits, 2 files"' "$POSTFLIGHT"
check 'whether a commit ended it is a question' bash -c '"$0" report facts --from out/record.json | grep -A1 "Was it this commit" | grep -q "^# changes:"' "$POSTFLIGHT"
check 'and the edited migration' grep -q '20251001_init/migration.sql` was edited by' doc.md
printf 'migration: 20251001_init\n' >facts.yaml
check 'people say where production is' bash -c '"$0" report root-cause --from out/record.json --facts facts.yaml | grep -q "production is here"' "$POSTFLIGHT"
printf 'migration: nowhere\n' >facts.yaml
check 'a migration that is none' bash -c '"$0" report root-cause --from out/record.json --facts facts.yaml 2>&1 | grep -q "the record has not one of that id"' "$POSTFLIGHT"

check 'two deployments at once' verify 5 --expect 6706e2d3 --deployments runs.json
check 'are a conflict' is '.deployment.state == "conflict" and .advice == "wait" and .evidence.conflicts[0].overlap_ms == 25000'
check 'told with its length' is '.reasons | any(test("runs 101 and 102 deployed to prod at the same time, for 25"))'
check 'runs are in the timeline' is '[.timeline[] | select(.source == "run 102") | .text] == ["manual started (prod)", "manual ended: failure"]'
check 'and a cause without a log' is '.causes[0] | .proof == "evidence/deployments-overlap" and .rollback == "useless"'
jq '. + [.[1] | .id = "103" | .start = "2026-01-04T15:28:10Z" | .end = "2026-01-04T15:32:00Z" | .status = "success"]' runs.json >later.json
check 'a later success of the commit ends it' verify 5 --expect 6706e2d3 --deployments later.json
check 'so it is history' is '.deployment.state == "stale" and .evidence.conflicts[0].ended_by == "103" and [.causes[].proof] == ["evidence/old-build-serving"]'
check 'which the runs explain' is '.causes[0] | .title == "91614ff3aa is serving, not the expected build 6706e2d3" and (.reasons | any(. == "none of 3 runs has deployed 6706e2d3")) and (.remedies | any(.text | test("^Deploy 6706e2d3")))'
check 'and a reason' is '.reasons | any(test("runs 101 and 102 .*; run 103 has deployed the commit since"))'
check 'the expected build outweighs it' verify 0 --expect 91614ff3 --deployments runs.json
check 'the CI host is told' env -u GITLAB_CI GITHUB_ACTIONS=true GITHUB_SHA=abc GITHUB_RUN_ID=7 GITHUB_REPOSITORY=o/r GITHUB_SERVER_URL=https://example.org \
    "$POSTFLIGHT" verify checks.yaml --out out
check 'by its variables' is '.evidence.ci.host == "github" and .evidence.ci.run_url == "https://example.org/o/r/actions/runs/7"'

# What facts leave to the clone.
mkdir -p repo/.github/workflows
cat >repo/.github/workflows/deploy.yml <<'Y'
name: Deploy
on: { push: { branches: [main] }, workflow_dispatch: {} }
jobs:
  go: { environment: prod, steps: [{ uses: actions/checkout@v4 }, { name: Migrate, run: npx prisma migrate deploy }] }
Y
printf 'token: ghp_%s\n' 0123456789abcdefghijklmnopqrstuvwxyz >repo/secret.txt
ln -s /etc/passwd repo/link.yml
git -C repo add -A && git -C repo commit -qm 'a workflow'
head=$(git -C repo rev-parse HEAD) edit=$(git -C repo rev-parse HEAD~2)
check 'a record of it' verify 0 --git repo --from good
facts() { # TEXT: the document with these facts, from the clone
    printf '%b' "$1" >facts.yaml
    "$POSTFLIGHT" report incident --from out/record.json --facts facts.yaml --git repo >doc.md 2>err
}
in_doc() { grep -qF -- "$1" doc.md || { echo "$1 is not in the document"; cat err; sed -n '/What was changed/,/^## /p;/Ways to deploy/,/^## /p' doc.md; false; }; }
check 'a change is filled in' facts "changes: [{ commit: $edit, effect: it stopped }]\n"
check 'with its file and lines' in_doc '`prisma/migrations/20251001_init/migration.sql:1`'
check 'and what was there before' in_doc 'CREATE TABLE a();'
check 'and after' in_doc 'CREATE TABLE IF NOT EXISTS a();'
check 'by the subject of the commit' in_doc '### fix: make it idempotent'
check 'beside what people wrote' in_doc 'it stopped'
check 'lines that people wrote stay' facts "changes: [{ commit: $edit, before: mine }]\n"
check 'as they are' bash -c 'grep -q "^mine$" doc.md && ! grep -q "IF NOT EXISTS a" doc.md'
check 'one file of a commit' facts "changes: [{ commit: $head, file: secret.txt }]\n"
check 'alone, without its secret' bash -c 'grep -q "secret.txt" doc.md && ! grep -qE "ghp_0|actions/checkout" doc.md'
check 'a commit that is none' bash -c '! "$0" report incident --from out/record.json --git repo --facts <(echo "changes: [{commit: nope}]") >doc.md 2>err; grep -q "is no commit" err' "$POSTFLIGHT"
check 'a workflow is filled in' facts 'workflows: [{ file: .github/workflows/deploy.yml }]\n'
check 'with its name' in_doc 'Deploy'
check 'its trigger' in_doc 'push to main, workflow_dispatch'
check 'and its steps' in_doc 'Migrate'
for path in nowhere.yml ../repo/secret.txt /etc/passwd prisma; do
    check "no workflow: $path" bash -c '! "$0" report incident --from out/record.json --git repo --facts <(echo "workflows: [{file: $1}]") >doc.md 2>err; grep -q "has no file" err' "$POSTFLIGHT" "$path"
done
check 'a link is not followed' bash -c '"$0" report incident --from out/record.json --git repo --facts <(echo "workflows: [{file: link.yml}]") >doc.md 2>err; ! grep -q "root:" doc.md err' "$POSTFLIGHT"
check 'without --git they stay open' bash -c '"$0" report incident --from out/record.json --facts <(echo "changes: [{commit: '"$edit"'}]") | grep -q "fix: make it idempotent"' "$POSTFLIGHT"

# A run that failed, of which its host's tool can be asked; later ones.
jq '[.[1] | .commit = "6706e2d3" | .url = "https://github.com/o/r/actions/runs/102"]' runs.json >failed.json
check 'a run that failed' verify 5 --expect 6706e2d3 --deployments failed.json
check 'is why the build is not there' is '.deployment.state == "failed" and (.causes | length == 1) and (.causes[0] | .proof == "evidence/run-failed" and .title == "run 102 of manual ended with failure" and .remedies[0].command == "gh run view 102 --log-failed | postflight scan -")'
check 'told as a reason' is '.reasons | any(test("the deploy did not succeed: run 102 was to deploy 6706e2d3 to prod and ended with failure"))'
check 'in its document' bash -c '"$0" report status --from out/record.json >doc.md; grep -q "### run 102 of manual ended with failure" doc.md && ! grep -q "No log was given" doc.md' "$POSTFLIGHT"
jq '. + [.[0] | .id = "103" | .start = "2026-01-04T16:00:00Z" | .end = null | .status = "in_progress"]' failed.json >again.json
check 'one that goes on since' verify 5 --expect 6706e2d3 --deployments again.json
check 'may make up for it' is '.deployment.state == "stale" and (.causes[0] | .proof == "evidence/old-build-serving" and (.remedies[0] | .text == "Wait for run 103, which has not ended." and .command == "postflight verify --expect 6706e2d3 --deadline 10m"))'
check 'the build serves, whatever a run says' verify 0 --expect 91614ff3 --deployments failed.json
check 'so nothing is wrong' is '.causes == [] and .verdict == "verified"'
cat >mixed.yaml <<C
checks:
  - { id: api, url: "$base/health", identity: 'jsonpath "\$.commit"', expect: status == 200 }
  - { id: web, url: "$base/other", identity: 'jsonpath "\$.commit"', expect: status == 200 }
C
mixed() { # RUNS REASON
    jq "[.[] | .commit = \"5fa8b913\" | .target = .id] | .[:$1]" runs.json >older.json
    "$POSTFLIGHT" verify mixed.yaml --out out --expect 91614ff3 \
        --deployments older.json >stdout 2>err
    is ".deployment.state == \"mixed\" and (.causes[0] | .proof == \"evidence/builds-mixed\" and (.reasons | any(test(\"$2\")) and (any(test(\"has deployed\")) | not)))"
}
check 'a build that responds is not one that nothing deployed' mixed 2 'none of the 2 runs that are listed deployed it'
check 'nor beside one run' mixed 1 'the run that is listed did not deploy it'
check 'nor without any' mixed 0 'responses came from'

for id in migration-edited migration-deleted migration-missing deployments-overlap run-failed old-build-serving builds-mixed; do
    check "explain $id" bash -c '"$0" explain "evidence/$1" | grep -q "^a rollback "' "$POSTFLIGHT" "$id"
done
mkdir -p own
printf 'disable: [evidence/old-build-serving]\n' >own/own.yaml
echo ready >log
check 'an own catalogue' verify 5 --expect 6706e2d3 --signatures own --log log
check 'turns one off' is '.causes == []'
check 'without a log as well' bash -c '"$0" verify checks.yaml --expect 6706e2d3 --signatures own --format json >alone.json; [ $? -eq 5 ] && jq -e ".causes == []" alone.json' "$POSTFLIGHT"
check 'a wrong one' bash -c 'sed -n "/evidence\/run-failed/,/evidence\/old/p" "$1"/signatures.d/evidence.yaml | sed -e "/evidence\/old/d" -e "s/title: run 102 .*/title: another/" -e "1i signatures:" >own/own.yaml; "$0" lint own 2>&1 | grep -q "the title of the sample.s cause is run 102"' "$POSTFLIGHT" "$SOURCE_ROOT"

wrong() { # EXIT WANTED ARGS…
    verify "$1" "${@:3}" && grep -qF -- "$2" err || { cat err; return 1; }
}
check 'a revision that is none' wrong 2 "'nope' is no commit" --git repo --from nope
check 'a folder that is no clone' wrong 2 'is in no git repository' --git /
check '--from without --git' wrong 2 '--from good needs --git' --from good
check '--target without --deployments' wrong 2 'needs --deployments' --target x
echo '[{"id": 1}]' >runs.json
check 'runs that are none' wrong 3 'runs.json' --deployments runs.json
exit "$bad"
