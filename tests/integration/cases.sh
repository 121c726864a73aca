#!/usr/bin/env bash
# Five deployments, from what was known of them to the finished document.
exec "$(dirname "$0")/../cases/run"
