#!/usr/bin/env bash
# A history that others can write, on SQLite and on a real PostgreSQL: no row
# leads watch, status or incident out of the folder of documents, stops them,
# or is silently taken.
. "$(dirname "$0")/lib.sh"

cd "$scratch" || exit 1
cat >routes.yaml <<'END'
routes:
  /bad: { status: 503, body: no }
END
play routes.yaml player || exit 1
mkdir checks.d
cat >checks.d/c.yaml <<END
watch: { open: { critical: 1 of 1, major: 1 of 1 } }
checks:
- { id: api, url: $base/bad, expect: [status == 200] }
END
start_postgres || exit 1

sql() { # STATEMENT
    case $where in
    postgres*) psql -qXAt "$where" -c "SET search_path TO postflight" -c "$1" ;;
    *) "$python" -c 'import sqlite3, sys
d = sqlite3.connect(sys.argv[1])
if sys.argv[2].startswith("SELECT"):
    for row in d.execute(sys.argv[2]): print(*row)
else: d.executescript(sys.argv[2])
d.commit()' "$where" "$1" ;;
    esac
}
watch() { timeout 120 "$POSTFLIGHT" watch --once --state "$where" checks.d; }
fresh() {
    rm -rf incidents
    case $where in
    postgres*) psql -qX "$where" -c 'SET client_min_messages TO error' \
        -c 'DROP SCHEMA IF EXISTS postflight CASCADE' ;;
    *) rm -f "$where"* ;;
    esac
    watch >/dev/null
}

# Files that a row has named, where a path out of the folder may lead; other
# scripts have scratch folders with names of theirs.
escaped() {
    find "$scratch" -newer checks.d/c.yaml -name 'evil*' 2>/dev/null
    find / /tmp -maxdepth 1 -newer checks.d/c.yaml -name 'evil*' 2>/dev/null
}

# one_row UPDATE: told and left alone; the round is kept, the failure has an
# incident, and nothing lies outside of the folder
one_row() {
    local before after
    fresh
    sql "$1" || return 1
    before=$(escaped; sql 'SELECT COUNT(*) FROM runs')
    watch >said 2>&1
    [ $? -eq 1 ] || { cat said; return 1; }
    grep -q 'warning: .*left alone; the first: ' said || { cat said; return 1; }
    grep -q 'INC-' said || { cat said; return 1; }
    after=$(escaped; sql 'SELECT COUNT(*) FROM runs')
    [ "$((before + 1))" = "$after" ] || { echo "before: $before"; echo "after: $after"; return 1; }
    "$POSTFLIGHT" incident list --state "$where" >said 2>&1 || { cat said; return 1; }
    "$POSTFLIGHT" status --state "$where" -o page >said 2>&1 || { cat said; return 1; }
    ! grep -rq 'evil\|<img src=x>' page
}

watch_writes() { # the name alone counts, the folder is that of the definitions
    rm -rf incidents
    watch >said 2>&1
    [ $? -eq 1 ] && ls incidents/INC-*.md && ! grep warning said
}

# What the other columns say is text, and what is no record is reported.
texts() {
    fresh
    sql "UPDATE episodes SET title = '<img src=x>](javascript:alert(1))'" &&
        sql "UPDATE incidents SET service = NULL, signature = '\`evil'" &&
        sql "UPDATE events SET text = '<img src=x>', source = NULL" || return 1
    watch >said 2>&1
    [ $? -eq 1 ] || { cat said; return 1; }
    "$POSTFLIGHT" status --state "$where" -o page >said 2>&1 || { cat said; return 1; }
    ! grep -q '<img src=x>' page/index.html &&
        ! cat page/*.md incidents/*.md | sed 's/`[^`]*`//g' | grep -F '<img'
}
records() { # SQL of bytes
    fresh
    sql "UPDATE records SET packed = $1" || return 1
    watch >said 2>&1
    [ $? -eq 1 ] || [ $? -eq 4 ] || { cat said; return 1; }
    ls incidents/INC-*.md
}
future() {
    fresh
    sql "UPDATE runs SET started_ms = 4102444800000" || return 1
    watch >said 2>&1
    [ $? -eq 1 ] || { cat said; return 1; }
    ! sql "SELECT started_ms FROM runs" | grep -q '^4[0-9]*[1-9]$' &&
        [ "$(sql 'SELECT COUNT(*) FROM events WHERE time_ms > 4000000000000')" -eq 0 ]
}

for where in history.db "$postgres"; do
    on=SQLite nothing="x'28b52ffd00'" empty="x''"
    case $where in
    postgres*) on=PostgreSQL nothing="'\\x28b52ffd00'" empty="''" ;;
    esac
    while IFS='|' read -r name update; do
        check "history: on $on, $name" one_row "$update"
    done <<'END'
a path above|UPDATE incidents SET document = '../../evil.md'
an absolute path|UPDATE incidents SET document = '/tmp/evil.md'
a path within|UPDATE incidents SET document = 'incidents/evil/evil.md'
an id of markup|DELETE FROM notices; DELETE FROM events; UPDATE incidents SET id = '../../x<img src=x>'
a time of no year|UPDATE incidents SET started_ms = 9000000000000000000
a time before all|UPDATE incidents SET detected_ms = -1
checks of markup|UPDATE episodes SET check_id = '<img src=x>'
a state of no incident|UPDATE incidents SET status = 'evil'
a state of a check|UPDATE check_states SET rounds = -1
a count|UPDATE incidents SET reopened = 9000000000000000000
END
    fresh
    sql "UPDATE incidents SET document = '/srv/elsewhere/' || id || '.md'"
    check "history: on $on, the document of another machine is written here" watch_writes
    check "history: on $on, texts stay texts" texts
    check "history: on $on, a record that is none" records "$nothing"
    check "history: on $on, a record that is empty" records "$empty"
    check "history: on $on, a round of the future" future
done
exit "$bad"
