#!/usr/bin/env bash
# Weeks of watching on a clock that is set: tests/cases-watch.
exec "$(dirname "$0")/../cases-watch/run"
