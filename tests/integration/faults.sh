#!/usr/bin/env bash
# A sample of the faults of tests/faults: none makes a verdict that is wrong.
. "$(dirname "$0")/lib.sh"
export POSTFLIGHT
if ! "${POSTFLIGHT%/*}/tests/inject" "$scratch/report" any 0 0 /bin/true; then
    echo 'ok - faults # SKIP this kernel does not ask about system calls'
    exit 0
fi
exec "$python" "$root/tests/faults/run"
