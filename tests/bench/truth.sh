#!/usr/bin/env bash
# How often the first cause is the true one, and whether confidence is honest:
# the share that is right for high, medium and low. Printed, never asserted.
#   tests/bench/truth.sh [FOLDER]...   folders with cases.jsonl, beside our own
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
"$root/tests/truth/run" "$root/tests/truth" "$root/tests/truth/good" "$@" || :
