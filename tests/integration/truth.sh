#!/usr/bin/env bash
# Logs of which the first cause is known: each is found, and no good run alarms.
. "$(dirname "$0")/lib.sh"
export POSTFLIGHT
check 'the first cause of each log is found' "$root/tests/truth/run"
exit "$bad"
