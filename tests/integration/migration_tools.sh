#!/usr/bin/env bash
# The tools themselves bring databases into a state, on a real PostgreSQL, on
# MariaDB and in files of SQLite, and the verdict is what was done to them.
# A tool that is not installed is passed over with a word.
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1
start_postgres || exit 1
start_mariadb || exit 1

pg() { # NAME: a new database; sets address, as SQLAlchemy has it
    psql -qX "$postgres" -c "CREATE DATABASE \"$1\""
    address="postgresql+psycopg2://postgres@/$1?host=${scratch//\//%2F}%2Fpostgres"
}
my() {
    maria -e "CREATE DATABASE \`$1\`"
    address="mysql+pymysql://root@localhost/$1?unix_socket=${mariadb_socket//\//%2F}"
}
lite() {
    address="sqlite:///$scratch/$1.db"
}

# expect NAME EXPECTED PATH TOOL: the verdict and the exit code at $address
expect() {
    local code=0 found
    DATABASE_URL=$address "$POSTFLIGHT" migrations --path "$3" --tool "$4" \
        --format json >out.json 2>err.txt || code=$?
    found="$(jq -r .verdict out.json) $code"
    check "$1: $2" test "$found" = "$2"
    [ "$found" = "$2" ] || { echo "# found: $found"; head -c 1500 out.json err.txt; }
}

has_python() { # MODULE…
    "$python" -c "import $1" 2>/dev/null ||
        { echo "# $1 is not installed: passed over"; return 1; }
}

# --- Alembic ---

alembic() { # WORDS, in the folder of $1
    (cd "$1" && ADDRESS=$address "$python" -m alembic "${@:2}") >tool.txt 2>&1
}

alembic_project() { # DIR
    mkdir -p "$1/versions"
    printf '[alembic]\nscript_location = .\n' >"$1/alembic.ini"
    cat >"$1/env.py" <<'PYTHON'
import os
from alembic import context
from sqlalchemy import create_engine
with create_engine(os.environ["ADDRESS"]).connect() as connection:
    context.configure(connection=connection, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()
PYTHON
    cat >"$1/versions/a1_users.py" <<'PYTHON'
from alembic import op
import sqlalchemy as sa
revision = "a1"
down_revision = None
def upgrade():
    op.create_table("users", sa.Column("id", sa.Integer, primary_key=True))
def downgrade():
    op.drop_table("users")
PYTHON
    cat >"$1/versions/b2_orders.py" <<'PYTHON'
import os
from alembic import op
import sqlalchemy as sa
revision = "b2"
down_revision = "a1"
def upgrade():
    with op.get_context().autocommit_block():
        op.create_table("orders", sa.Column("id", sa.Integer, primary_key=True))
    if "FAIL" in os.environ:
        raise RuntimeError("killed")
    op.create_index("orders_id", "orders", ["id"])
def downgrade():
    op.drop_table("orders")
PYTHON
}

of_alembic() { # pg, my or lite
    local say="Alembic on $1" dir=$scratch/alembic
    "$1" alembic-1
    alembic "$dir" upgrade head
    expect "$say, upgraded" 'up-to-date 0' "$dir/versions" alembic
    alembic "$dir" downgrade a1
    expect "$say, downgraded" 'pending 6' "$dir/versions" alembic
    FAIL=1 alembic "$dir" upgrade head
    expect "$say, killed half-way" 'half-applied 1' "$dir/versions" alembic
    "$1" alembic-2
    alembic "$dir" upgrade head
    mkdir -p old && cp "$dir"/versions/a1*.py old
    expect "$say, older code" 'unknown-in-code 6' old alembic
    cp -r "$dir" forked
    sed 's/"b2"/"c3"/; s/orders/items/' "$dir"/versions/b2*.py \
        >forked/versions/c3_items.py
    expect "$say, two heads" 'multiple-heads 6' forked/versions alembic
    "$1" alembic-3
    alembic "$dir" stamp head
    expect "$say, only stamped" 'applied-without-tables 6' "$dir/versions" alembic
    "$1" alembic-4
    alembic "$dir" upgrade head
    alembic "$dir" stamp base
    expect "$say, the history is lost" 'no-history 6' "$dir/versions" alembic
    rm -rf old forked
}

if has_python alembic && alembic_project alembic; then
    has_python psycopg2 && of_alembic pg
    has_python pymysql && of_alembic my
    of_alembic lite
fi

# --- Django ---

django() { # WORDS
    (cd site && ADDRESS=$address "$python" manage.py "$@") >tool.txt 2>&1
}

django_project() {
    mkdir -p site/shop/migrations
    touch site/shop/__init__.py site/shop/migrations/__init__.py
    cat >site/manage.py <<'PYTHON'
import os, sys
from urllib.parse import parse_qs, urlsplit
from django.conf import settings
from django.core.management import execute_from_command_line
url = urlsplit(os.environ["ADDRESS"])
if url.scheme.startswith("sqlite"):
    database = {"ENGINE": "django.db.backends.sqlite3", "NAME": url.path}
else:
    database = {"ENGINE": "django.db.backends.postgresql", "NAME": url.path[1:],
                "USER": url.username, "HOST": parse_qs(url.query)["host"][0]}
settings.configure(INSTALLED_APPS=["shop"], DATABASES={"default": database},
                   DEFAULT_AUTO_FIELD="django.db.models.AutoField", USE_TZ=True)
execute_from_command_line(sys.argv)
PYTHON
    cat >site/shop/migrations/0001_initial.py <<'PYTHON'
from django.db import migrations, models
class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [migrations.CreateModel(name="User",
        fields=[("id", models.AutoField(primary_key=True))])]
PYTHON
    cat >site/shop/migrations/0002_order.py <<'PYTHON'
import os
from django.db import migrations, models
def fail(apps, editor):
    if "FAIL" in os.environ:
        raise RuntimeError("killed")
class Migration(migrations.Migration):
    atomic = False
    dependencies = [("shop", "0001_initial")]
    operations = [
        migrations.CreateModel(name="Order",
            fields=[("id", models.AutoField(primary_key=True))]),
        migrations.RunPython(fail, migrations.RunPython.noop),
        migrations.CreateModel(name="Item",
            fields=[("id", models.AutoField(primary_key=True))]),
    ]
PYTHON
}

of_django() { # pg or lite
    local say="Django on $1" dir=site/shop/migrations
    "$1" django-1
    django migrate
    expect "$say, migrated" 'up-to-date 0' "$dir" django
    django migrate shop 0001
    expect "$say, migrated back" 'pending 6' "$dir" django
    FAIL=1 django migrate
    expect "$say, killed half-way" 'half-applied 1' "$dir" django
    "$1" django-2
    django migrate
    mkdir -p old/shop/migrations && cp "$dir"/0001*.py old/shop/migrations
    expect "$say, older code" 'unknown-in-code 6' old/shop/migrations django
    "$1" django-3
    django migrate --fake
    expect "$say, only recorded" 'applied-without-tables 6' "$dir" django
    "$1" django-4
    django migrate
    django migrate --fake shop zero
    expect "$say, the history is lost" 'no-history 6' "$dir" django
    rm -rf old
}

if has_python django && django_project; then
    has_python psycopg2 && of_django pg
    of_django lite
fi

# --- those of npm, where scripts/setup could fetch them ---

modules=$root/build/node/node_modules
has_node() {
    [ -d "$modules/$1" ] && type -P node >/dev/null ||
        { echo "# $1 is not installed: passed over"; return 1; }
}
node_project() { # DIR
    mkdir -p "$1"
    ln -sfn "$modules" "$1/node_modules"
}
pg_host=$scratch/postgres

of_knex() {
    local dir=knex/migrations
    node_project knex && mkdir -p $dir
    cat >knex/run.js <<'JS'
const config = { client: 'pg', migrations: { directory: './migrations' },
  connection: { host: process.env.PG, user: 'postgres', database: process.argv[2] } };
const k = require('knex')(config);
const does = { latest: () => k.migrate.latest(), up: () => k.migrate.up(),
  down: () => k.migrate.down(),
  lock: () => k('knex_migrations_lock').update({ is_locked: 1 }),
  forget: () => k('knex_migrations').delete(),
};
does[process.argv[3]]().catch(e => { console.error(e.message); process.exitCode = 1; })
  .finally(() => k.destroy());
JS
    cat >$dir/20250101000000_users.js <<'JS'
exports.up = (knex) => knex.schema.createTable('users', (t) => { t.increments(); });
exports.down = (knex) => knex.schema.dropTable('users');
JS
    cat >$dir/20250102000000_orders.js <<'JS'
exports.up = async (knex) => {
  await knex.schema.createTable('orders', (t) => { t.increments(); });
  if (process.env.FAIL) throw new Error('killed');
  await knex.schema.createTable('items', (t) => { t.increments(); });
};
exports.down = (knex) => knex.schema.dropTable('items').dropTable('orders');
exports.config = { transaction: false };
JS
    knex() { (cd knex && PG=$pg_host node run.js "$@") >tool.txt 2>&1; }
    pg knex-1
    knex knex-1 latest
    expect 'Knex, latest' 'up-to-date 0' $dir knex
    knex knex-1 down
    expect 'Knex, one down' 'pending 6' $dir knex
    FAIL=1 knex knex-1 latest
    expect 'Knex, killed half-way' 'half-applied 1' $dir knex
    pg knex-2
    knex knex-2 latest
    knex knex-2 lock
    expect 'Knex, its lock is held' 'locked 6' $dir knex
    pg knex-3
    knex knex-3 latest
    knex knex-3 forget
    expect 'Knex, the history is lost' 'no-history 6' $dir knex
    pg knex-4
    knex knex-4 latest
    mkdir -p old && cp $dir/20250101*.js old
    expect 'Knex, older code' 'unknown-in-code 6' old knex
    rm -rf old
}
has_node knex && of_knex

of_drizzle() {
    local dir=drizzle/drizzle
    node_project drizzle && mkdir -p $dir/meta
    cat >drizzle/run.js <<'JS'
const { drizzle } = require('drizzle-orm/node-postgres');
const { migrate } = require('drizzle-orm/node-postgres/migrator');
const { Pool } = require('pg');
const pool = new Pool({ host: process.env.PG, user: 'postgres', database: process.argv[2] });
migrate(drizzle(pool), { migrationsFolder: './drizzle' })
  .catch(e => { console.error(e.message); process.exitCode = 1; }).finally(() => pool.end());
JS
    journal() { # WHEN TAG…
        local entries='' idx=0
        while [ $# -gt 0 ]; do
            entries+="${entries:+,}{\"idx\":$idx,\"version\":\"7\",\"when\":$1,\"tag\":\"$2\",\"breakpoints\":true}"
            idx=$((idx + 1))
            shift 2
        done
        echo "{\"version\":\"7\",\"dialect\":\"postgresql\",\"entries\":[$entries]}" \
            >$dir/meta/_journal.json
    }
    drizzle() { (cd drizzle && PG=$pg_host node run.js "$@") >tool.txt 2>&1; }
    echo 'CREATE TABLE "users" ("id" serial PRIMARY KEY NOT NULL);' >$dir/0000_users.sql
    journal 1735689600000 0000_users
    pg drizzle-1
    drizzle drizzle-1
    expect 'Drizzle, migrated' 'up-to-date 0' $dir drizzle
    echo 'CREATE TABLE "orders" ("id" serial PRIMARY KEY NOT NULL);' >$dir/0001_orders.sql
    journal 1735689600000 0000_users 1735776000000 0001_orders
    expect 'Drizzle, one more' 'pending 6' $dir drizzle
    journal 1735689600000 0000_users 1735600000000 0001_orders
    drizzle drizzle-1
    expect 'Drizzle, an older time is passed over' 'skipped 6' $dir drizzle
    journal 1735689600000 0000_users
    echo '-- a comment' >>$dir/0000_users.sql
    expect 'Drizzle, edited' 'edited 1' $dir drizzle
}
has_node drizzle-orm && of_drizzle

of_sequelize() {
    local dir=sequelize/migrations
    node_project sequelize && mkdir -p $dir
    cat >$dir/20250101000000-users.js <<'JS'
module.exports = {
  up: (q, S) => q.createTable('users', { id: { type: S.INTEGER, primaryKey: true } }),
  down: (q) => q.dropTable('users'),
};
JS
    cat >$dir/20250102000000-orders.js <<'JS'
module.exports = {
  up: async (q, S) => {
    await q.createTable('orders', { id: { type: S.INTEGER, primaryKey: true } });
    if (process.env.FAIL) throw new Error('killed');
    await q.createTable('items', { id: { type: S.INTEGER, primaryKey: true } });
  },
  down: async (q) => { await q.dropTable('items'); await q.dropTable('orders'); },
};
JS
    cat >sequelize/run.js <<'JS'
const { Sequelize } = require('sequelize');
const { Umzug, SequelizeStorage } = require('umzug');
const sequelize = new Sequelize({ dialect: 'postgres', host: process.env.PG,
  username: 'postgres', database: process.argv[2], logging: false });
const q = sequelize.getQueryInterface();
const umzug = new Umzug({ storage: new SequelizeStorage({ sequelize }),
  logger: undefined, context: q,
  migrations: { glob: 'migrations/*.js', resolve: ({ name, path }) => {
    const m = require(path);
    return { name, up: () => m.up(q, Sequelize), down: () => m.down(q, Sequelize) };
  } } });
umzug[process.argv[3]]().catch(e => { console.error(e.message); process.exitCode = 1; })
  .finally(() => sequelize.close());
JS
    sequelize() { (cd sequelize && PG=$pg_host node run.js "$@") >tool.txt 2>&1; }
    pg sequelize-1
    sequelize sequelize-1 up
    expect 'Sequelize, up' 'up-to-date 0' $dir sequelize
    sequelize sequelize-1 down
    expect 'Sequelize, one down' 'pending 6' $dir sequelize
    FAIL=1 sequelize sequelize-1 up
    expect 'Sequelize, killed half-way' 'half-applied 1' $dir sequelize
}
has_node sequelize && has_node umzug && of_sequelize

# --- what psql prints, as exported rows ---

mkdir -p exported/20250101000000_a exported/20250102000000_b
echo 'CREATE TABLE a (id INT);' >exported/20250101000000_a/migration.sql
echo 'CREATE TABLE b (id INT);' >exported/20250102000000_b/migration.sql
psql -qX "$postgres" -v a="$(sha256sum <exported/20250101000000_a/migration.sql | cut -d ' ' -f 1)" <<'SQL'
CREATE TABLE _prisma_migrations (id VARCHAR(36) PRIMARY KEY,
    checksum VARCHAR(64) NOT NULL, finished_at TIMESTAMPTZ,
    migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at TIMESTAMPTZ,
    started_at TIMESTAMPTZ NOT NULL DEFAULT now(), applied_steps_count INTEGER);
INSERT INTO _prisma_migrations VALUES
    ('1', :'a', now(), '20250101000000_a', NULL, NULL, now(), 1),
    ('2', 'x', NULL, '20250102000000_b', E'A migration failed.\n\nDatabase error: "b", | and +\nsecond é 認', NULL, now(), 0);
SQL

exported() { # NAME WORDS…: of psql
    local code=0
    psql -X "$postgres" "${@:2}" >rows
    "$POSTFLIGHT" migrations --path exported --state rows --format json \
        >out.json 2>err.txt || code=$?
    check "exported rows: $1" test "$(jq -r '.tool, .verdict, .failed[0].id,
        .failed[0].error' out.json | xargs -d '\n') $code" = "prisma failed \
20250102000000_b A migration failed. 1"
    [ "$code" = 1 ] || head -c 500 rows out.json err.txt
}
all='SELECT * FROM _prisma_migrations'
exported 'psql' -c "$all"
exported 'psql --csv' --csv -c "$all"
exported 'psql, \copy' -c '\copy _prisma_migrations TO STDOUT CSV HEADER'
exported 'psql, \copy as text' -c '\copy _prisma_migrations TO STDOUT (HEADER)'
exported 'psql, json_agg' -c "SELECT json_agg(m) FROM _prisma_migrations m"
exported 'psql -At, json_agg' -At -c "SELECT json_agg(m) FROM _prisma_migrations m"
exported 'psql, row_to_json' -c "SELECT row_to_json(m) FROM _prisma_migrations m"
exported 'psql --csv, row_to_json' --csv \
    -c "SELECT row_to_json(m) FROM _prisma_migrations m"
exported 'psql, border 2' -P border=2 -c "$all"
exit "$bad"
