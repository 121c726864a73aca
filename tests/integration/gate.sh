#!/usr/bin/env bash
# Responses that are cut or malformed, byte by byte, over HTTP/1, HTTP/2 and
# gRPC, in clear text and over TLS, each with how the connection ends: all of
# them fail with their cause, twice, and their well-formed neighbours pass.
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1

openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 2 \
    -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 2>/dev/null
mkfifo hold
"$python" "$root/tests/tools/gate_server.py" . ca.pem ca.key <hold 2>server.err &
background+=($!)
exec 9>hold # it serves until we close this
wait_for expected || cat server.err

compare() { # OUT: what differs from the table
    jq -r '.results[] | "\(.id) \(.status) \(.cause)\t\(.message)"' \
        "$1/record.json" >"$1/got"
    "$python" - "$1/got" expected <<'P'
import sys
got = dict(line.rstrip("\n").split(" ", 1) for line in open(sys.argv[1]))
wrong = 0
for line in open(sys.argv[2]):
    id, status, cause, words = line.rstrip("\n").split(" ", 3)
    found = got.pop(id, "missing\t")
    judged, message = found.split("\t", 1)
    if judged != f"{status} {cause}" or words not in message:
        wrong += 1
        print(f"{id}: expected {status} {cause} {words}, found {judged}: {message}")
sys.exit(1 if wrong or got else 0)
P
}
run() { # OUT
    "$POSTFLIGHT" verify checks.yaml --out "$1" --quiet >/dev/null 2>"$1.err" 9>&-
    [ $? -eq 1 ] || { cat "$1.err"; return 1; }
    compare "$1"
}
many() { # WORD LEAST: so many variants, each with its ends
    [ "$(grep -oE "^$1[^.]*" expected | sort -u | wc -l)" -ge "$2" ]
}
check 'gate: at least 200 broken responses' many bad 200
check 'gate: at least 60 good neighbours' many good 60
check 'gate: every response is judged from its bytes' run first
check 'gate: and once more' run second
exec 9>&-
exit "$bad"
