#!/usr/bin/env bash
# postflight watch, killed at random instants: nothing is lost, nothing doubled.
#   tests/integration/watch_kill.sh [KILLS [SEED]]
# on a file, then a quarter as often on PostgreSQL, and half as often on a file
# that is away now and then.
. "$(dirname "$0")/lib.sh"
mkdir "$scratch/killed" && cd "$scratch/killed" || exit 1
killed() { "$python" "$root/tests/tools/watch_kill.py" "$POSTFLIGHT" "$@" >"$scratch/numbers"; }
if killed "${1-80}" ${2+"$2"} 2>"$scratch/errors"; then
    echo 'ok - watch: killed at random instants'
else
    echo 'not ok - watch: killed at random instants'
    sed 's/^/# /' "$scratch/errors"
    bad=1
fi
sed 's/^/# /' "$scratch/numbers"

if start_postgres; then
    mkdir "$scratch/server" && cd "$scratch/server" || exit 1
    check 'watch: killed at random instants, on PostgreSQL' "$python" \
        "$root/tests/tools/watch_kill.py" "$POSTFLIGHT" "${PG_KILLS-$((${1-80} / 4))}" "${2-}" "$postgres"
    cd "$scratch/killed" || exit 1
else
    echo 'not ok - watch: a PostgreSQL starts'
    bad=1
fi

mkdir "$scratch/away" && cd "$scratch/away" || exit 1
check 'watch: killed at random instants, while the history comes and goes' "$python" \
    "$root/tests/tools/watch_kill.py" "$POSTFLIGHT" "$((${1-80} / 2))" "${2-}" here away
cd "$scratch/killed" || exit 1

# The accounts must be able to find what is wrong.
spoiled() { # SQL WHAT
    sed "s/^db = .*/&; db.execute(\"$1\"); db.commit()/" "$root/tests/tools/watch_kill.py" >spoil.py
    rm -rf postflight.db* sent incidents
    ! "$python" spoil.py "$POSTFLIGHT" 8 1 >found 2>&1 && grep -q "^$2" found || { cat found; return 1; }
}
check 'watch: a notification that was lost is found' spoiled \
    "UPDATE notices SET state = 'pending'" 'not sent'
check 'watch: a run without results is found' spoiled \
    'DELETE FROM results' 'a run without'
exit "$bad"
