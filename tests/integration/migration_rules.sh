#!/usr/bin/env bash
# lint on migration folders: what the paths are, formats and exit codes, the
# switches of a team, and what git knows of applied migrations.
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1

lint() { # CODE ARGUMENTS…: into out and err
    "$POSTFLIGHT" lint "${@:2}" >out 2>err
    local code=$?
    [ "$code" = "$1" ] || { echo "exit $code, expected $1"; cat out err; return 1; }
}
says() { # CODE TEXT ARGUMENTS…
    lint "$1" "${@:3}" && { grep -qF -- "$2" out err || { cat out err; return 1; }; }
}
silent_on() { ! grep -qE "$1" out err || { cat out err; return 1; }; }
put() { # FILE LINES…
    mkdir -p "$(dirname "$1")"
    printf '%s\n' "${@:2}" >"$1"
}

# What a path is.
put shop/migrations/00001_a.sql '-- +goose Up' 'CREATE TABLE a (i int);'
put shop/migrations/00002_b.sql '-- +goose Up' 'CREATE INDEX CONCURRENTLY i ON a (i);'
check 'a finding is an exit code' says 7 'error: M12 migration-transaction' shop/migrations
check 'with file, line and column' grep -q '^shop/migrations/00002_b.sql:2:1: error: M12' out
check 'and the count of migrations' grep -qx 'shop/migrations: 2 migrations of goose' out
put good/migrations/00001_a.sql '-- +goose Up' 'CREATE TABLE a (i int);'
check 'nothing is found' says 0 '1 migration of goose' good
put checks.d/api.yaml 'checks:' '  - id: api' '    url: http://127.0.0.1:1/' '    expect: status == 200'
check 'checks stay checks' says 0 'checks.d: 1 checks' checks.d
check 'no migration is read of them' silent_on migration
put checks.d/001_schema.sql 'CREATE TABLE a (i int);' 'CREATE TABLE a (i int);'
check 'nor beside SQL' says 0 'checks.d: 1 checks' checks.d
check 'which is not judged' silent_on 'M16|migration'
cp -r shop/migrations checks.d/migrations
check 'both in one tree' says 7 'checks.d: 1 checks' checks.d
check 'and its migrations' grep -q 'checks.d/migrations/00002_b.sql:2:1: error: M12' out
rm -rf checks.d/migrations
mkdir tree
cp -r shop tree/shop
put tree/docs/incident.md '# Outage' '' 'Status: resolved' '' 'The cause was human error.'
put tree/shop/migrations/README.md '# Migrations' '' 'The cause was human error.'
check 'documents and migrations of one tree' says 7 'M12 migration-transaction' tree
check 'a document of it' grep -q 'tree/docs/incident.md:.* L30 ' out
check 'a README among migrations is none' silent_on 'README'
put app/package.json '{"name": "x"}'
cp -r shop/migrations app/migrations
check 'a package.json is not a check then' says 7 'M12 ' app
mkdir empty
check 'an empty folder is still none of checks' says 3 'no checks' empty
check 'several paths' says 7 'M12 ' checks.d shop good
check 'with their checks' grep -q 'checks.d: 1 checks' out

# Formats.
check 'SARIF' lint 7 --format sarif shop
cp out lint.sarif
check 'is valid' valid_sarif lint.sarif
check 'with the rule' jq -e '.runs[0].results | length == 1 and .[0].ruleId == "M12" and .[0].level == "error"
    and .[0].locations[0].physicalLocation.artifactLocation.uri == "shop/migrations/00002_b.sql"
    and .[0].locations[0].physicalLocation.region.startLine == 2' lint.sarif
check 'whose index fits' jq -e '.runs[0] | .tool.driver.rules[.results[0].ruleIndex].name == "migration-transaction"' lint.sarif
check 'SARIF without a finding' lint 0 --format sarif good
cp out none.sarif
check 'is valid, too' valid_sarif none.sarif
check 'SARIF of documents and migrations' lint 7 --format sarif tree
cp out both.sarif
check 'is valid as well' valid_sarif both.sarif
put 'a b#%/migrations/00001_"x".sql' '-- +goose Up' 'VACUUM;'
check 'SARIF of odd names' lint 7 --format sarif 'a b#%'
cp out odd.sarif
check 'is valid nevertheless' valid_sarif odd.sarif
check 'JSON' lint 7 --format json shop
check 'has the finding' jq -e '.remarks | length == 1 and .[0].rule == "M12" and .[0].severity == "major" and .[0].line == 2' out
cp out lint.json
check 'and names the folder' jq -e '.documents == ["shop/migrations"] and .schema == "postflight/review/1"' lint.json

# Switches.
check 'a baseline is written' lint 0 --baseline known.json --write-baseline shop
check 'what it has is not reported' lint 0 --baseline known.json shop
put shop/migrations/00003_c.sql '-- +goose Up' 'VACUUM;'
check 'what is new is' says 7 '00003_c.sql:2:1' --baseline known.json shop
check 'and that alone' silent_on '00002_b.sql'
put shop/.postflight-lint.yaml 'rules:' '  migration-transaction: off'
check 'a team switches a rule off' lint 0 shop
put shop/.postflight-lint.yaml 'rules:' '  M12: note'
check 'or makes it quiet' says 7 'note: M12' shop
put shop/.postflight-lint.yaml 'rules:' '  M99: note'
check 'a rule that does not exist' says 3 "no rule is named 'M99'" shop
rm shop/.postflight-lint.yaml
put off/migrations/00001_a.sql '-- postflight:lint disable-file M12: autocommit' '-- +goose Up' 'VACUUM;'
check 'a comment in a file' lint 0 off

# Options that have nothing to do.
check '--format alone' says 2 '--format has no effect' --format json checks.d
check '--from without --git' says 2 '--git' --from HEAD good
check '--from without migrations' says 2 '--from has no effect' --git . --from HEAD tree/docs

# Git: what was applied at --from.
git_quiet() { git -c user.name=a -c user.email=a@b.example -c init.defaultBranch=main -C repo "$@" >/dev/null 2>&1; }
put repo/db/migration/V1__a.sql 'CREATE TABLE a (i int);'
put repo/db/migration/V3__c.sql 'VACUUM;' 'CREATE TABLE c (i int);'
git_quiet init && git_quiet add -A && git_quiet commit -m one && git_quiet tag v1
check 'as it was: old statements are not judged' says 0 '2 migrations of flyway' --git repo --from v1 repo/db/migration
put repo/db/migration/V1__a.sql 'CREATE TABLE a (i bigint);'
check 'edited' says 7 "V1__a.sql:1:19: error: M01 migration-edited: applied at 'v1' and edited since" --git repo --from v1 repo/db/migration
put repo/db/migration/V1__a.sql '-- a comment' 'CREATE TABLE a (i int);'
check 'a comment is refused by its checksum' says 7 'error: M01 migration-edited' --git repo --from v1 repo
rm repo/db/migration/V1__a.sql
check 'deleted' says 7 "'V1__a.sql' was applied at 'v1' and has been deleted" --git repo --from v1 repo
put repo/db/migration/V4__a.sql 'CREATE TABLE a (i int);'
check 'renamed' says 7 "is now called 'V4__a.sql'" --git repo --from v1 repo
git_quiet checkout -- . && rm repo/db/migration/V4__a.sql
put repo/db/migration/V2__b.sql 'CREATE TABLE b (i int);'
check 'late' says 7 'V2__b.sql:1:1: error: M05 migration-late' --git repo --from v1 repo
rm repo/db/migration/V2__b.sql
put repo/db/migration/V4__d.sql 'VACUUM;' 'CREATE TABLE d (i int);'
check 'new statements are judged' says 7 'V4__d.sql:1:1: warning: M12' --git repo --from v1 repo
check 'and no others' silent_on 'V3__c.sql'
check 'from within the clone' bash -c 'cd repo/db && "$POSTFLIGHT" lint --git .. --from v1 migration | grep -q "V4__d.sql:1:1"; [ "${PIPESTATUS[0]}" = 7 ]'
check 'no such revision' says 3 "'nowhere' is no commit" --git repo --from nowhere repo
put repo/rails/db/migrate/20250101000000_a.rb 'class A < ActiveRecord::Migration[7.0]' '  def change' '  end' 'end'
check 'a folder that is new' lint 7 --git repo --from v1 repo
git_quiet add -A && git_quiet commit -m two && git_quiet tag v2
put repo/rails/db/migrate/20250101000000_a.rb 'class A < ActiveRecord::Migration[7.0]' '  # why' '  def change' '  end' 'end'
check 'a comment of a program is only a note' says 7 'note: M01 migration-edited' --git repo --from v2 repo/rails
exit "$bad"
