#!/usr/bin/env bash
# What broke first: over sessions, transactions, containers, logs and runs.
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1
scan() { # EXIT ARGS: json of it in out.json
    "$POSTFLIGHT" scan "${@:2}" --format json >out.json 2>err
    got=$?
    [ "$got" -eq "$1" ] || { echo "exit $got"; cat err; jq -c '.causes[] | [.title, .reasons]' out.json; return 1; }
}
is() { # FILTER
    jq -e "$1" out.json >/dev/null || { jq -c '[.causes[] | [.title, .elsewhere, .confidence, .reasons]], .graph' out.json; false; }
}
aborted='ERROR:  current transaction is aborted, commands ignored until end of transaction block'

# Sessions and transactions of one server log, with log_statement = all.
cat >server.log <<L
2026-11-21 10:00:00.000 UTC [11] LOG:  statement: BEGIN
2026-11-21 10:00:00.100 UTC [11] ERROR:  relation "a" already exists
2026-11-21 10:00:00.200 UTC [11] LOG:  statement: ROLLBACK
2026-11-21 10:00:00.300 UTC [11] LOG:  statement: BEGIN
2026-11-21 10:00:00.400 UTC [11] $aborted
2026-11-21 10:00:00.500 UTC [12] ERROR:  column "c" of relation "b" already exists
2026-11-21 10:00:00.600 UTC [12] $aborted
L
check 'transactions' scan 1 server.log
check 'the error before ROLLBACK is not the root of what comes after BEGIN' \
    is '[.graph[] | select(.from == "postgres/25p02") | .to] | sort == ["elsewhere", "postgres/42701"]'
sed 's/statement: ROLLBACK$/statement: SAVEPOINT s/; /statement: BEGIN$/d' server.log >one.log
check 'without them it is' scan 1 one.log
check 'one transaction' is '[.graph[] | select(.from == "postgres/25p02") | .to] | sort == ["postgres/42701", "postgres/42p07"]'
sed 's/statement: ROLLBACK$/statement: ROLLBACK TO SAVEPOINT s/; /statement: BEGIN$/d' server.log >savepoint.log
check 'ROLLBACK TO revives a transaction' scan 1 savepoint.log
check 'so its earlier error is got over' is '[.graph[] | select(.from == "postgres/25p02") | .to] | sort == ["elsewhere", "postgres/42701"]'

# The application knows 25P02 alone; the server's log has the root.
cat >app.log <<L
2026-11-21T10:00:05Z starting
2026-11-21T10:00:07.450Z $aborted
L
cat >pg.log <<L
2026-11-21 09:59:00.000 UTC [70] ERROR:  column "old" of relation "z" already exists
2026-11-21 10:00:07.400 UTC [71] ERROR:  relation "users" already exists
L
check 'one log without the root' scan 1 app.log
check 'says that it is elsewhere' is '.causes[0].elsewhere != null and .causes[0].confidence == "low"'
check 'both logs' scan 1 app.log pg.log
check 'are merged by time' is '.causes[0].signature == "postgres/42p07" and .causes[0].confidence == "medium"'
check 'and it says so' is '.graph[0].across and (.causes[0].reasons | any(test("another log")))'
sed -i 's/10:00:07.400/10:00:01.400/' pg.log
check 'two seconds apart are another transaction' scan 1 app.log pg.log
check 'so nothing is blamed' is '[.causes[] | select(.elsewhere != null)] | length == 1'

# Containers of one log.
cat >compose.log <<L
db-1   | 2026-11-21 10:00:00.100 UTC [11] ERROR:  relation "users" already exists
web-1  | 2026-11-21T10:00:00.120Z Error: P3018
web-1  | 2026-11-21T10:00:00.120Z Migration name: 20251017_init
web-1  | 2026-11-21T10:00:00.120Z Database error code: 42P07
L
check 'containers' scan 1 compose.log
check 'the same error of tool and server is one' is '(.causes | length == 1) and (.causes[0].chain[0].file == "compose.log") and (.causes[0].chain[0].line == 1)'
check 'with the command filled in' is '.causes[0].remedies[0].command == "npx prisma migrate resolve --applied 20251017_init"'

# Structured lines.
cat >json.log <<'L'
{"level":50,"time":1795255323123,"pid":7,"err":{"type":"DatabaseError","message":"relation \"users\" already exists"},"trace_id":"t-1"}
{"level":50,"time":1795255323223,"pid":7,"msg":"current transaction is aborted, commands ignored until end of transaction block","trace_id":"t-1"}
{"level":50,"time":1795255323323,"pid":7,"msg":"current transaction is aborted, commands ignored until end of transaction block","trace_id":"t-2"}
L
check 'JSON lines' scan 1 json.log
check 'requests are told apart by their trace' is '[.graph[] | .to] | sort == ["elsewhere", "postgres/42p07"]'
check 'what was said is shown, not its envelope' is '[.findings[].evidence[0].text] | any(. == "DatabaseError: relation \"users\" already exists")'
check 'and its time is known' is '.findings[0].first.time == "2026-11-21T10:02:03.123Z"'

# Exports that are newest first, and lines that a terminal broke.
tac server.log >newest.log
check 'newest first' scan 1 newest.log
check 'is turned round' is '[.graph[] | select(.from == "postgres/25p02") | .to] | sort == ["elsewhere", "postgres/42701"]'
for i in 1 2 3; do
    printf '%-70.70s migrate-r\nesolve --applied x%s\n' "npx prisma and many words until the right border is there $i" "$i"
done >broken.log
printf 'Error: P3018\n%-66s relation "use\nrs" already exists\nERROR: relation "orders" already exists\n' 'ERROR:' >>broken.log
check 'lines broken in mid-word' scan 1 broken.log
check 'are joined, and numbered as in the file' \
    is '[.findings[] | select(.signature == "postgres/42p07") | [.captures.relation, .first.line]] == [["users", 8], ["orders", 10]]'
printf 'Downloading 1%%\rDownloading 9%%\rERROR:  relation "x" already exists\r\nERROR:  relation "y" already exists\n' >progress.log
check 'progress bars' scan 1 progress.log
check 'are counted both ways' is '[.findings[] | [.first.line, .first.cr_line]] == [[1, 3], [2, 4]]'

# A step of CI is where a wrapper looks.
cat >steps.log <<'L'
##[group]Run npm test
ERROR:  relation "test_fixture" already exists
##[group]Run npx prisma migrate deploy
Error: P3018
Migration name: m1
L
check 'steps' scan 1 steps.log
check 'a wrapper does not reach into another step' is '[.graph[] | select(.from == "prisma/p3018") | .to] == ["elsewhere"]'

# Nothing known, and yet it failed.
printf 'compiling\nERROR: flux 1\nok\nok\n%s\nERROR: gear 7 broke\nERROR: gear 8 broke\nERROR: wheel broke\n##[error]Process completed with exit code 1.\n' "$(seq 30)" >unknown.log
check 'an unknown failure' scan 1 unknown.log
check 'the thickest heap of errors is the guess' is '.causes[0].cluster != null and (.causes[0].title | test("gear 7")) and .causes[0].confidence == "low"'
printf 'compiling\n##[error]Process completed with exit code 1.\n' >silent.log
check 'a failure without a word' scan 1 silent.log
check 'is undetermined' is '.causes[0].title | test("^undetermined")'
printf 'ERROR: retry 7\n' >noise.log
check 'an error line alone is no failure' scan 0 noise.log

# Good news after it.
cat >start.log <<'L'
web-1 | 2026-11-21T10:00:00Z Error: P1001: Can't reach database server at `db:5432`
db-1  | 2026-11-21 10:00:02 UTC [1] LOG:  database system is ready to accept connections
web-1 | 2026-11-21T10:00:03Z All migrations have been successfully applied.
L
check 'an error that was got over' scan 0 start.log
check 'is told as such' is '.causes[0].recovered == "start.log:3" and .causes[0].deployment == null and .findings[0].recovered == "start.log:3"'
check 'and the good news, too' is '[.news[].signature] | sort == ["postgres/ready", "prisma/all-applied"]'
(cat start.log; sed -n 1p start.log) >again.log
check 'one that came back' scan 1 again.log
check 'was not' is '.causes[0].recovered == null'
{ for _ in $(seq 3000); do sed -n 3p start.log; done; cat start.log; for _ in $(seq 3000); do sed -n 3p start.log; done; } >news.log
check 'a flood of good news' scan 0 news.log
check 'loses none' is '.causes[0].recovered == "news.log:6003" and .coverage.gave_up == 0'
printf 'worker-1  | Error: connect ECONNREFUSED 10.0.0.5:5432\nweb-1     | Server listening on http://0.0.0.0:3000\n' >other.log
check 'good news of another container' scan 1 other.log

# An earlier run knows why.
cat >first.log <<'L'
Error: P3018
Migration name: 20251017_init
Database error code: 42P07
ERROR: relation "users" already exists
L
cat >second.log <<'L'
Error: P3009
migrate found failed migrations in the target database, new migrations will not be applied.
The `20251017_init` migration started at 2026-11-20 10:00:00 UTC failed
L
printf 'checks: [{ id: a, tcp: "127.0.0.1:1", severity: info, expect: duration < 5s }]\n' >c.yaml
"$POSTFLIGHT" verify c.yaml --log first.log --report json=first.json >/dev/null 2>&1
check 'a failure of an earlier run' scan 1 second.log
check 'is elsewhere' is '.causes[0].elsewhere != null and .causes[0].signature == "prisma/p3009"'
check 'its record' scan 1 second.log --previous first.json
check 'tells what it was' is '.causes[0] | (.elsewhere == "first.json") and (.title | test("42P07.*in an earlier run")) and .confidence == "high"'
check 'and where' is '.causes[0].reasons | any(test("P3018.*first.log:1"))'
check 'with the way out' is '[.causes[0].remedies[].command] | any(. == "npx prisma migrate resolve --applied 20251017_init")'
sed -i 's/20251017_init/20990101_other/' second.log
check 'of another migration it knows nothing' scan 1 second.log --previous first.json
check 'and says nothing' is '.causes[0].elsewhere != "first.json"'
check 'a record that is none' scan 3 second.log --previous c.yaml

# Whose signatures hold.
mkdir own.d
cat >own.d/a.yaml <<'Y'
disable: [postgres/42p07, mysql/*]
signatures:
  - id: mysql/1050
    title: ours
    role: root
    severity: minor
    meaning: ours
    patterns: [{ anchor: kaboomer, match: kaboomer }]
    samples: [{ text: kaboomer }, { not: x }]
Y
check 'disabled signatures' scan 1 first.log --signatures own.d
check 'are not looked for' is '[.findings[].signature] == ["prisma/p3018"]'
"$POSTFLIGHT" scan first.log --signatures own.d --why >why.txt
check 'why: which pattern, where' grep -q 'first.log:1 prisma/p3018: pattern at signatures.d/prisma.yaml:[0-9]*' why.txt
check 'why: what follows from what' grep -q 'graph  *prisma/p3018 (first.log:1) wraps unknown (first.log:4)' why.txt
check 'why: whose signature holds' grep -q 'own.d/a.yaml:3: replaces the built-in mysql/1050' why.txt
check 'why: what is disabled' grep -q 'own.d/a.yaml:1: disables the built-in postgres/42p07' why.txt
check 'lint knows such files by what they begin with' bash -c '"$0" lint own.d | grep -q "own.d: [0-9]* signatures"' "$POSTFLIGHT"
printf 'disable: [postgres/nothing]\n' >own.d/a.yaml
check 'an id that does not exist is refused' scan 3 first.log --signatures own.d
check 'with its place' grep -q "own.d/a.yaml:1:11: .*no built-in signature has the id 'postgres/nothing'" err
check 'what explains the error lines is counted' scan 1 first.log
check 'by signature' is '.coverage.by == [{"signature": "postgres/42p07", "lines": 1}, {"signature": "prisma/p3018", "lines": 1}]'
exit "$bad"
