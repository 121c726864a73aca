#!/usr/bin/env bash
# How far the findings on documents of strangers are right.
exec "$(dirname "$0")/../lint-truth/run"
