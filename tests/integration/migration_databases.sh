#!/usr/bin/env bash
# The state of migrations on a real MariaDB and in files of SQLite: histories as
# the tools leave them, up-to-date, pending, failed, half-applied, without a
# history and locked; roles without rights, TLS, and addresses that stay secret.
. "$(dirname "$0")/lib.sh"
mkdir -p "$scratch/pki" && cd "$scratch" || exit 1

# verdict ADDRESS PATH TOOL: "VERDICT EXIT"
verdict() {
    local code=0
    DATABASE_URL=$1 "$POSTFLIGHT" migrations --path "$2" --tool "$3" \
        --format json >out.json 2>err.txt || code=$?
    echo "$(jq -r .verdict out.json 2>/dev/null || cat err.txt) $code"
}

# expect NAME EXPECTED ADDRESS PATH TOOL
expect() {
    local found
    found=$(verdict "${@:3}")
    check "$1: $2" test "$found" = "$2"
    [ "$found" = "$2" ] || { echo "# found: $found"; head -c 1500 out.json err.txt; }
}

file() { # PATH TEXT
    mkdir -p "$(dirname "$1")"
    printf '%s\n' "$2" >"$1"
}

# --- the files that are shipped ---

file prisma/20250101000000_a/migration.sql 'CREATE TABLE `users` (`id` INT NOT NULL, PRIMARY KEY (`id`));'
file prisma/20250102000000_b/migration.sql 'CREATE TABLE `orders` (`id` INT NOT NULL);
CREATE INDEX `orders_id` ON `orders` (`id`);
ALTER TABLE `users` ADD COLUMN `note` TEXT;'
file prisma/migration_lock.toml 'provider = "mysql"'
file alembic/a1_users.py 'revision = "a1"
down_revision = None
def upgrade():
    op.create_table("users", sa.Column("id", sa.Integer()))'
file alembic/b2_orders.py 'revision = "b2"
down_revision = "a1"
def upgrade():
    op.create_table("orders", sa.Column("id", sa.Integer()))
    op.create_index("orders_id", "orders", ["id"])'
file shop/migrations/__init__.py ''
file shop/migrations/0001_initial.py 'class Migration(migrations.Migration):
    dependencies = []
    operations = [migrations.CreateModel(name="User", fields=[])]'
file shop/migrations/0002_order.py 'class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial")]
    operations = [migrations.CreateModel(name="Order", fields=[]),
        migrations.CreateModel(name="Item", fields=[])]'
file rails/20250101000000_users.rb 'class Users < ActiveRecord::Migration[7.1]
  def change
    create_table :users
  end
end'
file rails/20250102000000_orders.rb 'class Orders < ActiveRecord::Migration[7.1]
  def change
    create_table :orders
    create_table :items
  end
end'
file knex/20250101000000_users.js 'exports.up = (knex) => knex.schema.createTable("users", (t) => {});'
file knex/20250102000000_orders.js 'exports.up = (knex) => knex.schema
  .createTable("orders", (t) => {}).createTable("items", (t) => {});'
file laravel/2025_01_01_000000_users.php "<?php Schema::create('users', function (\$t) {});"
file laravel/2025_01_02_000000_orders.php "<?php Schema::create('orders', function (\$t) {});
Schema::create('items', function (\$t) {});"
file sqlx/1_users.sql 'CREATE TABLE users (id INT);'
file sqlx/2_orders.sql 'CREATE TABLE orders (id INT);
CREATE TABLE items (id INT);'
file efcore/20250101000000_Users.cs '[Migration("20250101000000_Users")]
migrationBuilder.CreateTable(name: "users")'
file efcore/20250102000000_Orders.cs '[Migration("20250102000000_Orders")]
migrationBuilder.CreateTable(name: "orders")
migrationBuilder.CreateTable(name: "items")'
file golang/1_users.up.sql 'CREATE TABLE users (id INT);'
file golang/2_orders.up.sql 'CREATE TABLE orders (id INT);
CREATE TABLE items (id INT);'

sum() { # COMMAND FILE
    "$1" "$2" | cut -d ' ' -f 1
}
prisma_a=$(sum sha256sum prisma/20250101000000_a/migration.sql)
prisma_b=$(sum sha256sum prisma/20250102000000_b/migration.sql)
sqlx_1=$(sum sha384sum sqlx/1_users.sql)
sqlx_2=$(sum sha384sum sqlx/2_orders.sql)

# --- what each tool has in its history: one applied, then the other, too ---
# DDL of names is the same for both databases; a BLOB is x'…' in both.

declare -A history=(
    [prisma]="CREATE TABLE _prisma_migrations (id VARCHAR(36) PRIMARY KEY,
        checksum VARCHAR(64) NOT NULL, finished_at DATETIME,
        migration_name VARCHAR(255) NOT NULL, logs TEXT,
        rolled_back_at DATETIME, started_at DATETIME NOT NULL,
        applied_steps_count INTEGER NOT NULL DEFAULT 0);"
    [alembic]="CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL);"
    [django]="CREATE TABLE django_migrations (id INTEGER PRIMARY KEY,
        app VARCHAR(255), name VARCHAR(255), applied DATETIME);"
    [rails]="CREATE TABLE schema_migrations (version VARCHAR(255) PRIMARY KEY);
        CREATE TABLE ar_internal_metadata (\`key\` VARCHAR(255));"
    [knex]="CREATE TABLE knex_migrations (id INTEGER PRIMARY KEY,
        name VARCHAR(255), batch INTEGER, migration_time TIMESTAMP);
        CREATE TABLE knex_migrations_lock (\`index\` INTEGER PRIMARY KEY,
        is_locked INTEGER); INSERT INTO knex_migrations_lock VALUES (1, 0);"
    [laravel]="CREATE TABLE migrations (id INTEGER PRIMARY KEY,
        migration VARCHAR(255), batch INTEGER);"
    [sqlx]="CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY,
        description TEXT NOT NULL, installed_on TIMESTAMP, success BOOLEAN,
        checksum BLOB NOT NULL, execution_time BIGINT NOT NULL);"
    [efcore]="CREATE TABLE __EFMigrationsHistory (
        MigrationId VARCHAR(150) PRIMARY KEY, ProductVersion VARCHAR(32));"
    [golang-migrate]="CREATE TABLE schema_migrations (
        version BIGINT PRIMARY KEY, dirty BOOLEAN NOT NULL);"
)
declare -A first=(
    [prisma]="INSERT INTO _prisma_migrations VALUES ('1', '$prisma_a',
        '2025-01-01 00:00:00', '20250101000000_a', NULL, NULL,
        '2025-01-01 00:00:00', 1);"
    [alembic]="INSERT INTO alembic_version VALUES ('a1');"
    [django]="INSERT INTO django_migrations VALUES (1, 'shop', '0001_initial',
        '2025-01-01 00:00:00');"
    [rails]="INSERT INTO schema_migrations VALUES ('20250101000000');"
    [knex]="INSERT INTO knex_migrations VALUES (1, '20250101000000_users.js', 1,
        '2025-01-01 00:00:00');"
    [laravel]="INSERT INTO migrations VALUES (1, '2025_01_01_000000_users', 1);"
    [sqlx]="INSERT INTO _sqlx_migrations VALUES (1, 'users',
        '2025-01-01 00:00:00', true, x'$sqlx_1', 1);"
    [efcore]="INSERT INTO __EFMigrationsHistory VALUES ('20250101000000_Users',
        '9.0.0');"
    [golang-migrate]="INSERT INTO schema_migrations VALUES (1, false);"
)
declare -A second=(
    [prisma]="INSERT INTO _prisma_migrations VALUES ('2', '$prisma_b',
        '2025-01-02 00:00:00', '20250102000000_b', NULL, NULL,
        '2025-01-02 00:00:00', 1);"
    [alembic]="UPDATE alembic_version SET version_num = 'b2';"
    [django]="INSERT INTO django_migrations VALUES (2, 'shop', '0002_order',
        '2025-01-02 00:00:00');"
    [rails]="INSERT INTO schema_migrations VALUES ('20250102000000');"
    [knex]="INSERT INTO knex_migrations VALUES (2, '20250102000000_orders.js', 2,
        '2025-01-02 00:00:00');"
    [laravel]="INSERT INTO migrations VALUES (2, '2025_01_02_000000_orders', 2);"
    [sqlx]="INSERT INTO _sqlx_migrations VALUES (2, 'orders',
        '2025-01-02 00:00:00', true, x'$sqlx_2', 1);"
    [efcore]="INSERT INTO __EFMigrationsHistory VALUES ('20250102000000_Orders',
        '9.0.0');"
    [golang-migrate]="UPDATE schema_migrations SET version = 2;"
)
# A history that says failed by itself.
declare -A failed=(
    [prisma]="INSERT INTO _prisma_migrations VALUES ('2', '$prisma_b', NULL,
        '20250102000000_b', 'Database error code: 1050', NULL,
        '2025-01-02 00:00:00', 0);"
    [sqlx]="INSERT INTO _sqlx_migrations VALUES (2, 'orders',
        '2025-01-02 00:00:00', false, x'$sqlx_2', -1);"
    [golang-migrate]="UPDATE schema_migrations SET version = 2, dirty = true;"
)
declare -A folder=([prisma]=prisma [alembic]=alembic [django]=shop/migrations
    [rails]=rails [knex]=knex [laravel]=laravel [sqlx]=sqlx [efcore]=efcore
    [golang-migrate]=golang)
users='CREATE TABLE users (id INTEGER);'
orders='CREATE TABLE orders (id INTEGER);'
rest='CREATE TABLE items (id INTEGER);'
tables() { # TOOL: sets users, orders and rest, as its files create them
    users='CREATE TABLE users (id INTEGER);'
    orders='CREATE TABLE orders (id INTEGER);'
    rest='CREATE TABLE items (id INTEGER);'
    case $1 in
    prisma)
        rest='CREATE INDEX orders_id ON orders (id);
            ALTER TABLE users ADD COLUMN note TEXT;' ;;
    alembic) rest='CREATE INDEX orders_id ON orders (id);' ;;
    django)
        users='CREATE TABLE shop_user (id INTEGER);'
        orders='CREATE TABLE shop_order (id INTEGER);'
        rest='CREATE TABLE shop_item (id INTEGER);' ;;
    esac
}

# of_states LABEL RUN: each state of each tool. RUN NAME SQL makes a database of
# that SQL and sets address to it.
of_states() {
    local tool h
    for tool in "${!history[@]}"; do
        tables "$tool"
        h=${history[$tool]}
        local say="$1, $tool" at=${folder[$tool]}
        "$2" "$tool-1" "$h ${first[$tool]} ${second[$tool]} $users $orders $rest"
        expect "$say" 'up-to-date 0' "$address" "$at" "$tool"
        "$2" "$tool-2" "$h ${first[$tool]} $users"
        expect "$say" 'pending 6' "$address" "$at" "$tool"
        "$2" "$tool-3" "$h ${first[$tool]} $users $orders"
        expect "$say" 'half-applied 1' "$address" "$at" "$tool"
        "$2" "$tool-4" "$users $orders $rest"
        expect "$say" 'no-history 6' "$address" "$at" "$tool"
        if [ -n "${failed[$tool]-}" ]; then
            "$2" "$tool-5" "$h ${first[$tool]} ${failed[$tool]} $users $orders"
            expect "$say" 'failed 1' "$address" "$at" "$tool"
        fi
    done
}

# --- SQLite ---

in_sqlite() { # NAME SQL
    "$python" - "$1.db" "$2" <<'PYTHON'
import sqlite3, sys
with sqlite3.connect(sys.argv[1]) as c:
    c.execute("PRAGMA synchronous = OFF")
    c.executescript(sys.argv[2])
PYTHON
    address=sqlite:$PWD/$1.db
}
of_states SQLite in_sqlite

tables knex
in_sqlite held "${history[knex]} ${first[knex]} ${second[knex]} $users $orders
    $rest UPDATE knex_migrations_lock SET is_locked = 1;"
expect 'SQLite, knex' 'locked 6' "$address" knex knex
tables efcore
in_sqlite ef "${history[efcore]} ${first[efcore]} ${second[efcore]} $users
    $orders $rest CREATE TABLE __EFMigrationsLock (Id INTEGER PRIMARY KEY,
    Timestamp TEXT); INSERT INTO __EFMigrationsLock VALUES (1, '2025-01-01');"
expect 'SQLite, efcore' 'locked 6' "$address" efcore efcore

# A writer has it for itself.
mkfifo go
"$python" - ef.db <<'PYTHON' &
import sqlite3, sys
c = sqlite3.connect(sys.argv[1], isolation_level=None)
c.execute("BEGIN EXCLUSIVE")
open("writing", "w").close()
open("go").read()
PYTHON
wait_for writing
expect 'SQLite, a writer' 'running 6' "$address" efcore efcore
echo >go
wait
before=$(ls)
expect 'SQLite, none' 'unreadable 4' "sqlite:$PWD/none.db" knex knex
check 'SQLite: no file is made' test "$before" = "$(ls)"

# --- MariaDB ---

openssl req -x509 -newkey rsa:2048 -nodes -keyout pki/key.pem -out pki/cert.pem \
    -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 \
    >openssl.log 2>&1 || cat openssl.log
chmod 755 pki && chmod 644 pki/*.pem
start_mariadb --ssl-cert="$scratch/pki/cert.pem" \
    --ssl-key="$scratch/pki/key.pem" --ssl-ca="$scratch/pki/cert.pem" || exit 1

at_mariadb() { # NAME: its address, over the socket
    echo "mysql://root@localhost/$1?socket=${mariadb_socket//\//%2F}"
}
in_mariadb() { # NAME SQL
    maria -e "CREATE DATABASE \`$1\`" && maria -D "$1" -e "$2" ||
        echo "not ok - SQL of $1"
    address=$(at_mariadb "$1")
}
of_states MariaDB in_mariadb

tables knex
in_mariadb held "${history[knex]} ${first[knex]} ${second[knex]} $users $orders
    $rest UPDATE knex_migrations_lock SET is_locked = 1;"
expect 'MariaDB, knex' 'locked 6' "$address" knex knex

# Of least rights, of none to read, of a role; their passwords are hostile.
tcp=127.0.0.1:$mariadb_port
tables sqlx
in_mariadb app "${history[sqlx]} ${first[sqlx]} ${second[sqlx]} $users $orders
    $rest CREATE USER least@'%' IDENTIFIED BY 'a:b@c/d#e?f%g';
    GRANT SELECT ON app._sqlx_migrations TO least@'%';
    CREATE USER writer@'%' IDENTIFIED BY 'pw'; GRANT INSERT ON app.* TO writer@'%';
    CREATE USER other@'%' IDENTIFIED BY 'pw'; CREATE ROLE reader;
    GRANT SELECT ON app.* TO reader; GRANT reader TO other@'%';
    SET DEFAULT ROLE reader FOR other@'%';"
least='mysql://least:a%3Ab%40c%2Fd%23e%3Ff%25g'
expect 'the history only' 'up-to-date 0' "$least@$tcp/app" sqlx sqlx
expect 'by a role' 'up-to-date 0' "mysql://other:pw@$tcp/app" sqlx sqlx
expect 'the form of Go' 'up-to-date 0' "mysql://other:pw@tcp($tcp)/app" sqlx sqlx
expect 'no right to read' 'unreadable 4' "mysql://writer:pw@$tcp/app" sqlx sqlx
check 'no right to read: it says what to grant' grep -q 'grant SELECT' out.json
maria -D app -e 'DROP TABLE orders, items, users'
expect 'no table, seen by a role' 'applied-without-tables 6' \
    "mysql://other:pw@$tcp/app" sqlx sqlx
expect 'no table, where none is seen' 'up-to-date 0' "$least@$tcp/app" sqlx sqlx

aborted=$(maria -N -e "SHOW GLOBAL STATUS LIKE 'Aborted_clients'" | cut -f 2)
check 'each session says farewell' test "$aborted" = 0

quiet() { # ADDRESS WORD…: the verdict is unreadable, and no word is said
    local word
    [ "$(verdict "$1" sqlx sqlx)" = 'unreadable 4' ] || return 1
    cat out.json
    for word in "${@:2}"; do
        ! grep -qF -- "$word" out.json err.txt || return 1
    done
}
check 'a wrong password' quiet "mysql://least:w0rd-secret@$tcp/app" w0rd-secret least
check 'an unknown user' quiet "mysql://no-such-user:s3cret@$tcp/app" s3cret no-such-user
check 'an unknown database' quiet "mysql://root:s3cret@$tcp/none" s3cret
check 'nobody there' quiet "mysql://root:s3cret@127.0.0.1:1/app" s3cret
check 'no name' quiet "mysql://other:pw@$tcp"

for mode in ssl-mode=REQUIRED sslmode=require tls=skip-verify ssl=true \
    "ssl-mode=VERIFY_IDENTITY&ssl-ca=$scratch/pki/cert.pem" \
    "sslaccept=strict&sslcert=$scratch/pki/cert.pem" ssl-mode=DISABLED; do
    expect "TLS, ${mode%%&*}" 'up-to-date 0' "$least@$tcp/app?$mode" sqlx sqlx
done
for mode in ssl-mode=VERIFY_IDENTITY ssl-mode=VERIFY_CA ssl-mode=maybe \
    "ssl-mode=VERIFY_IDENTITY&ssl-ca=$scratch/none.pem"; do
    expect "TLS, $mode" 'unreadable 4' "$least@$tcp/app?$mode" sqlx sqlx
done
expect 'TLS, another name' 'unreadable 4' \
    "$least@localhost:$mariadb_port/app?ssl-mode=VERIFY_IDENTITY&ssl-ca=$scratch/pki/cert.pem" \
    sqlx sqlx
maria -e "ALTER USER other@'%' REQUIRE SSL"
expect 'TLS, by default' 'applied-without-tables 6' "mysql://other:pw@$tcp/app" sqlx sqlx

# Another session holds the table: a migration is under way.
exec 3> >(maria -N -n -D app >locked.txt)
echo 'LOCK TABLES _sqlx_migrations WRITE; SELECT 1;' >&3
soon test -s locked.txt
expect 'MariaDB, a locked table' 'running 6' "$least@$tcp/app" sqlx sqlx
exec 3>&-
is_free() {
    [ "$(verdict "$least@$tcp/app" sqlx sqlx)" = 'up-to-date 0' ]
}
check 'MariaDB, the table is free again' soon is_free

# --- what clients of it print, as exported rows ---

rows() { # NAME: a history on standard input
    local code=0
    cat >rows
    "$POSTFLIGHT" migrations --path sqlx --state rows --format json \
        >out.json 2>err.txt || code=$?
    check "exported rows: $1" test "$(jq -r '.tool, .verdict' out.json | xargs) \
$code" = "sqlx up-to-date 0"
}
columns='version, description, installed_on, success, HEX(checksum) AS checksum,
    execution_time'
export_mariadb() {
    maria -D app "$@" -e "SELECT $columns FROM _sqlx_migrations"
}
export_mariadb --batch | rows 'mysql --batch'
export_mariadb --table | rows 'mysql --table'
tables sqlx
in_sqlite exported "${history[sqlx]} ${first[sqlx]} ${second[sqlx]}"
if type -P sqlite3 >/dev/null; then
    for mode in csv json list column table; do
        sqlite3 -header "-$mode" exported.db \
            "SELECT $columns FROM _sqlx_migrations" | rows "sqlite3 -$mode"
    done
fi
exit "$bad"
