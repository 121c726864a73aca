#!/usr/bin/env bash
# The history on a real PostgreSQL: every test that it passes on SQLite.
. "$(dirname "$0")/lib.sh"

start_postgres || {
    echo 'not ok - history: a PostgreSQL starts'
    exit 1
}
psql -qX "$postgres" -c "CREATE ROLE login LOGIN PASSWORD 'right'" || bad=1
export POSTFLIGHT_TEST_POSTGRES=$postgres
export POSTFLIGHT_TEST_LOGIN=${postgres/postgres@/login:s3cretword@}

# A small disk for tables; mounting is for root, and not in every container.
small=$scratch/small
mkdir "$small"
if mount -t tmpfs -o size=2m tmpfs "$small" 2>/dev/null; then
    trap 'umount -l "$small"; finish' EXIT
    chown postgres "$small"
    psql -qX "$postgres" -c "CREATE TABLESPACE small LOCATION '$small'" || bad=1
    export POSTFLIGHT_TEST_FULL="$postgres&options=-cdefault_tablespace%3Dsmall"
fi
for program in test_history_hostile test_spool; do
    CMOCKA_MESSAGE_OUTPUT=TAP "$root/build/debug/tests/$program" \
        >"$scratch/tap" 2>&1 || bad=1
    sed -E 's/^((not )?ok [0-9]+ - )/\1on PostgreSQL: /' "$scratch/tap"
done
POSTFLIGHT_TEST_KILLS=150 CMOCKA_MESSAGE_OUTPUT=TAP \
    "$root/build/debug/tests/test_history" \
    >"$scratch/tap" 2>&1 || bad=1
sed -E 's/^((not )?ok [0-9]+ - )/\1on PostgreSQL: /' "$scratch/tap"

# Nothing of the tests ran beside the server.
check 'history: the tables are in the schema postflight' test 10 -eq \
    "$(psql -qXAt "$postgres" -c "SELECT COUNT(*) FROM pg_tables WHERE schemaname = 'postflight'")"
exit "$bad"
