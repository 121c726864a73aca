#!/usr/bin/env bash
# The state of migrations on a real PostgreSQL: what a role may see, locks, row
# security, schemas, addresses as frameworks write them, git, a check and what
# is never printed.
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1
start_postgres || exit 1

sql() { psql -qX -v ON_ERROR_STOP=1 "$postgres" "$@"; }
dir=${postgres#*host=}
dir=${dir//%2F//}

mkdir -p m/1_users m/2_orders
echo 'CREATE TABLE users (id int);' >m/1_users/migration.sql
echo 'CREATE TABLE orders (id int); CREATE INDEX orders_x ON orders (id);' >m/2_orders/migration.sql
sum() { sha256sum "$1" | cut -d' ' -f1; }
sql -c "CREATE TABLE _prisma_migrations (id text, checksum text, finished_at timestamptz,
    migration_name text, logs text, rolled_back_at timestamptz, started_at timestamptz, applied_steps_count int);
    CREATE TABLE users (id int);
    INSERT INTO _prisma_migrations VALUES ('a', '$(sum m/1_users/migration.sql)', now(), '1_users', NULL, NULL, now(), 1)"

verdict() { # WORDS…: of the state of ./m
    DATABASE_URL=${url-$postgres} "$POSTFLIGHT" migrations --path m --format json "$@" >state.json 2>err.txt
    code=$?
    jq -r .verdict state.json 2>/dev/null
}
is() { # NAME VERDICT CODE WORDS…
    local name=$1 want=$2 exit=$3 got
    shift 3
    got=$(verdict "$@")
    verdict "$@" >/dev/null
    check "$name" test "$got $code" = "$want $exit"
}

is 'a pending migration' pending 6
is 'a verdict that is allowed' pending 0 --allow pending
is 'another one is not' pending 6 --allow edited
check 'names it' jq -e '.pending[0].id == "2_orders" and .at == ["1_users"]' state.json
check 'the contract of the answer' jq -e 'has("tool") and has("verdict") and has("at") and has("pending")
    and has("failed") and has("edited") and has("unknown") and has("heads") and has("leftovers") and has("advice")' state.json

sql -c "CREATE TABLE orders (id int)"
is 'some of its objects exist' half-applied 1
check 'which, and which not' jq -e '.pending[0].there == ["orders"] and .pending[0].missing == ["orders_x"]' state.json
sql -c "INSERT INTO _prisma_migrations VALUES ('b', 'x', NULL, '2_orders', 'ERROR: relation', NULL, now(), 0)"
is 'a failed migration' failed 1
check 'its error' jq -e '.failed[0].error == "ERROR: relation"' state.json
sql -c "UPDATE _prisma_migrations SET finished_at = now(), logs = NULL, checksum = '$(sum m/2_orders/migration.sql)'
    WHERE id = 'b'; CREATE INDEX orders_x ON orders (id)"
is 'all is applied' up-to-date 0
sql -c "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'orders_x'::regclass"
is 'an index is invalid' leftovers 6
sql -c "UPDATE pg_index SET indisvalid = true WHERE indexrelid = 'orders_x'::regclass"
echo '-- later' >>m/1_users/migration.sql
is 'a file was changed' edited 1
sed -i 's/$/\r/' m/2_orders/migration.sql
check 'line ends alone are noted' eval 'verdict >/dev/null; jq -e "[.edited[].id] == [\"1_users\"] and (.notes | length) > 0" state.json'
sed -i '$d' m/1_users/migration.sql
sed -i 's/\r$//' m/2_orders/migration.sql

# Who may see what.
sql -c "CREATE ROLE reader LOGIN; CREATE ROLE other LOGIN; GRANT SELECT ON _prisma_migrations TO reader"
as() { echo "postgresql://$1@/postgres?host=${dir//\//%2F}"; }
url=$(as reader) is 'a role that may read it' up-to-date 0
url=$(as other) is 'a role that may not' unreadable 4
check 'says what to grant' grep -q 'grant SELECT' state.json
sql -c "ALTER TABLE _prisma_migrations ENABLE ROW LEVEL SECURITY"
url=$(as reader) is 'hidden rows are no empty history' unreadable 4
check 'says why' grep -q 'row-level security' state.json
sql -c "ALTER TABLE _prisma_migrations DISABLE ROW LEVEL SECURITY"

# Somebody else's lock.
mkfifo hold
psql -qX "$postgres" <hold >/dev/null 2>&1 &
background+=($!)
exec 9>hold
echo 'BEGIN; LOCK TABLE _prisma_migrations IN ACCESS EXCLUSIVE MODE;' >&9
locked() { [ "$(psql -qXtA "$postgres" -c "SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock'
    AND relation = '_prisma_migrations'::regclass AND granted")" = 1 ]; }
soon locked
is 'a table that is locked' running 6
echo 'ROLLBACK; SELECT pg_advisory_lock(72707369);' >&9
advised() { [ "$(psql -qXtA "$postgres" -c "SELECT count(*) FROM pg_locks WHERE objid = 72707369")" = 1 ]; }
soon advised
is 'the lock of the tool' running 6
exec 9>&-
freed() { ! advised; }
soon freed

# Schemas.
sql -c "CREATE SCHEMA tenant_a; CREATE SCHEMA tenant_b;
    CREATE TABLE tenant_a._prisma_migrations AS TABLE _prisma_migrations;
    CREATE TABLE tenant_b._prisma_migrations AS SELECT * FROM _prisma_migrations WHERE id = 'a';
    CREATE TABLE tenant_b.users (id int);
    CREATE SCHEMA meta; CREATE TABLE meta._prisma_migrations AS TABLE _prisma_migrations"
is 'the schema in the search path' up-to-date 0
is 'a history that is kept apart' up-to-date 0 --table meta._prisma_migrations
is 'a table that is named' pending 6 --table tenant_b._prisma_migrations
url="$postgres&schema=tenant_b&pgbouncer=true&connection_limit=1" is 'the schema of a Prisma address' up-to-date 0
sql -c 'ALTER TABLE _prisma_migrations RENAME TO elsewhere'
is 'which schema?' unreadable 4
sql -c 'ALTER TABLE elsewhere RENAME TO _prisma_migrations'

# Addresses.
url="postgresql+psycopg2://postgres@/postgres?host=$dir" is 'with a driver' up-to-date 0
url="Host=$dir;Username=postgres;Database=postgres" is 'of ADO.NET' up-to-date 0
url="host=$dir user=postgres dbname=postgres" is 'as words' up-to-date 0
is 'on the command line' up-to-date 0 --dsn "$postgres"
url="postgresql://postgres:hunter22secret@127.0.0.1:1/postgres" is 'nobody listens' unreadable 4
check 'no password is printed' eval '! grep -rq hunter22secret state.json err.txt'
env -u DATABASE_URL -u PGHOST -u PGDATABASE -u PGSERVICE "$POSTFLIGHT" migrations --path m >out.txt 2>err.txt
check 'no database' test $? = 2
"$POSTFLIGHT" migrations --state x >out.txt 2>err.txt
check 'no folder' test $? = 2
check 'names the option' grep -q -e --path err.txt

# Behind a pooler, which gives each transaction another connection.
bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)
user=()
if [ "$(id -u)" -eq 0 ]; then
    user=(setpriv --reuid=postgres --regid=postgres --clear-groups)
fi
mkdir -p pool && chmod 777 pool
cat >pool/pgbouncer.ini <<C
[databases]
postgres = host=$dir dbname=postgres user=postgres
[pgbouncer]
listen_addr =
unix_socket_dir = $PWD/pool
listen_port = 6432
auth_type = any
pool_mode = transaction
logfile = $PWD/pool/log
pidfile = $PWD/pool/pid
C
"${user[@]}" pgbouncer -q pool/pgbouncer.ini &
pooler=$!
background+=($pooler)
pool=$PWD/pool
soon psql -qX "postgresql://postgres@/postgres?host=${pool//\//%2F}&port=6432" -c 'SELECT 1'
url="postgresql://postgres@/postgres?host=${pool//\//%2F}&port=6432" is 'behind pgbouncer' up-to-date 0
kill -INT "$pooler" # the server does not end while it has clients
wait "$pooler" || :

# A standby, which may be behind.
mkdir -p standby && chmod 777 standby
echo 'local replication all trust' >>"$dir/data/pg_hba.conf"
sql -c 'SELECT pg_reload_conf()' >/dev/null
"${user[@]}" "$bin/pg_basebackup" -D standby/data -R -h "$dir" -U postgres -c fast >standby/log 2>&1
"${user[@]}" "$bin/postgres" -D standby/data -k "$PWD/standby" -c listen_addresses= -c fsync=off >>standby/log 2>&1 &
follower=$!
background+=($follower)
standby="postgresql://postgres@/postgres?host=${PWD//\//%2F}%2Fstandby"
soon psql -qX "$standby" -c 'SELECT 1'
url=$standby is 'a standby' up-to-date 0
check 'a standby is noted' jq -e '.notes | map(select(test("standby"))) | length == 1' state.json
printf 'checks:\n  - id: primary\n    severity: major\n    migrations: { dsn: "%s", path: m, primary: true }\n' "$standby" >standby.yaml
"$POSTFLIGHT" verify standby.yaml --out primary >out.txt 2>err.txt
check 'a check of the primary' jq -e '.results[0].status == "error" and .migrations[0].verdict == "unreadable"' primary/record.json

kill -INT "$follower"
wait "$follower" || :

# Nothing is written: the same dump before and after.
pg_dump "$postgres" | grep -v '^\\' >before.sql
verdict >/dev/null
pg_dump "$postgres" | grep -v '^\\' >after.sql
check 'nothing is written' cmp -s before.sql after.sql

# Git: the files of a commit, and what changed since they were applied.
export GIT_CONFIG_GLOBAL=/dev/null GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b.test GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b.test
mkdir -p clone/db/migrate
git -C clone init -q
echo 'create_table :a' >clone/db/migrate/20250101000000_a.rb
git -C clone add . && git -C clone commit -qm one && git -C clone tag good
echo 'create_table :b' >clone/db/migrate/20250102000000_b.rb
echo '# changed' >>clone/db/migrate/20250101000000_a.rb
git -C clone add . && git -C clone commit -qm two
sql -c "CREATE DATABASE rails"
rails="postgresql://postgres@/rails?host=${dir//\//%2F}"
psql -qX "$rails" -c "CREATE TABLE schema_migrations (version varchar); CREATE TABLE a (id int);
    INSERT INTO schema_migrations VALUES ('20250101000000')"
of_rails() { DATABASE_URL=$rails "$POSTFLIGHT" migrations --path db/migrate --git clone --format json "$@" >state.json 2>err.txt; jq -r .verdict state.json; }
check 'the files of a revision' test "$(of_rails --to good)" = up-to-date
check 'those of HEAD' test "$(of_rails)" = pending
check 'changed since the last good deploy' test "$(of_rails --from good)" = edited
check 'which' jq -e '.edited[0].id == "20250101000000" and .edited[0].how == "since"' state.json
of_rails --to nothing >/dev/null
check 'a revision that is not there' grep -q nothing err.txt

# As a check.
cat >checks.yaml <<C
checks:
  - id: schema
    severity: major
    migrations: { dsn: "\${DATABASE_URL}", path: m }
    expect:
      - jsonpath "\$.pending" count == 0
    capture:
      at: jsonpath "\$.at[0]"
  - id: tenants
    severity: minor
    migrations: { dsn: "\${DATABASE_URL}", path: m, schemas: [tenant_*] }
  - id: lenient
    severity: minor
    migrations: { dsn: "\${DATABASE_URL}", path: m, table: tenant_b._prisma_migrations, expect: no-failed }
  - id: at
    severity: minor
    migrations: { dsn: "\${DATABASE_URL}", path: m, expect: { at_least: 2_orders } }
  - id: commit
    severity: minor
    migrations: { dsn: "$rails", path: { git: clone, rev: HEAD, dir: db/migrate }, expect: { at: "20250101000000" } }
C
DATABASE_URL=$postgres "$POSTFLIGHT" verify checks.yaml --out out >out.txt 2>err.txt
status() { jq -r ".results[] | select(.id == \"$1\") | .status" out/record.json; }
check 'a check passes' test "$(status schema)" = pass
check 'the worst schema counts' test "$(status tenants)" = fail
check 'pending ones may be fine' test "$(status lenient)" = pass
check 'an id that must be applied' test "$(status at)" = pass
check 'the files of a commit' test "$(status commit)" = pass
check 'the states are in the record' jq -e '(.migrations | length) == 5 and .migrations[0].check == "schema"' out/record.json
check 'the database proves the cause' jq -e '[.causes[].proof] | index("migrations/applied-without-tables") != null' out/record.json
check 'no address is in it' eval '! grep -rq "postgresql://" out out.txt'
sql -c "UPDATE _prisma_migrations SET finished_at = NULL, logs = 'ERROR: x' WHERE id = 'b'"
printf 'checks:\n  - id: schema\n    severity: critical\n    migrations: { dsn: "${DATABASE_URL}", path: m }\n' >down.yaml
cat >deploy.log <<'L'
Error: P3018

A migration failed to apply. New migrations cannot be applied before the error is recovered from.

Migration name: 2_orders

Database error code: 42P07

Database error:
ERROR: relation "orders" already exists
L
DATABASE_URL=$postgres "$POSTFLIGHT" verify down.yaml --log deploy.log --out down >out.txt 2>err.txt
check 'production is down' test $? = 1
check 'a rollback does not help' jq -e '.advice == "fix-deploy"' down/record.json
check 'the log and the database are one cause' jq -e '[.causes[] | select(.recovered == null)] | length == 1' down/record.json
check 'the objects choose its remedy' jq -e '[.causes[0].remedies[].command] | index("npx prisma migrate resolve --applied 2_orders") != null' down/record.json
for word in --untrusted '--allow-host db.example'; do
    DATABASE_URL=$postgres "$POSTFLIGHT" verify down.yaml --allow-env DATABASE_URL $word >out.txt 2>err.txt
    check "$word: a database that nobody named" test $? = 3
    check "$word: says what names it" grep -q allow-host err.txt
done
exit "$bad"
