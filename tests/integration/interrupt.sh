#!/usr/bin/env bash
# SIGINT and SIGTERM end a run in order: what is known is written.
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1

# /quick is answered when the client is done with an answer of /never, which it
# shows by closing the connection: so what is known at the signal is certain.
cat >server.py <<'P'
import os, socket, threading
never = threading.Semaphore(0)
def serve(c):
    path = c.recv(65536).split(b" ")[1]
    if path == b"/never":
        c.sendall(b"HTTP/1.1 503 X\r\nContent-Length: 0\r\n\r\n")
        c.recv(1)
        never.release()
    elif path == b"/quick":
        never.acquire()
        c.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    c.recv(1)
    c.close()
s = socket.create_server(("127.0.0.1", 0))
open("port.part", "w").write(str(s.getsockname()[1]))
os.rename("port.part", "port")
while True:
    threading.Thread(target=serve, args=(s.accept()[0],), daemon=True).start()
P
"$python" server.py 2>server.err &
background+=($!)
wait_for port
base=http://127.0.0.1:$(cat port)
cat >checks.yaml <<C
checks:
  - { id: quick, url: "$base/quick", timeout: 2m, expect: status == 200 }
  - { id: hangs, url: "$base/hangs", timeout: 10m, expect: status == 200 }
  - { id: never, url: "$base/never", expect: status == 200, severity: minor, patience: { attempts: 100, interval: 10m } }
  - { id: waits, url: "$base/quick", expect: status == 200, needs: [hangs] }
C

ended() { # SIGNAL EXIT
    local code=0 began=$SECONDS pid
    rm -rf out
    : >stdout # of the signal before
    # Background jobs of a script ignore SIGINT, unless somebody resets it.
    "$python" -c 'import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])' "$POSTFLIGHT" verify checks.yaml --out out \
        >stdout 2>stderr &
    pid=$!
    soon grep -q quick stdout
    kill -s "$1" "$pid"
    wait "$pid" || code=$?
    [ "$code" -eq "$2" ] || { echo "exit $code"; cat stderr; return 1; }
    [ $((SECONDS - began)) -lt 300 ] || { echo 'it went on'; return 1; }
    jq -r '"\(.verdict) \(.exit)", (.results[] | "\(.id) \(.status)")' out/record.json >got
    [ -s out/report.md ] && diff - got
}
expected() { # EXIT
    printf 'inconclusive %s\nquick pass\nhangs skipped\nnever fail\nwaits skipped\n' "$1"
}
int() { expected 130 | ended INT 130; }
term() { expected 143 | ended TERM 143; }
check 'interrupt: SIGINT' int
check 'interrupt: SIGTERM' term
exit "$bad"
