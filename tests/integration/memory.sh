#!/usr/bin/env bash
# A few refused allocations for each command, with a build that has no
# sanitizers; tests/faults/memory.sh refuses more.
exec bash "$(dirname "$0")/../faults/memory.sh" sample
