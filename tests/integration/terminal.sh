#!/usr/bin/env bash
# What somebody at a terminal sees, in a real one: tmux, its screens captured.
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1
export LC_ALL=C.UTF-8 TMUX_TMPDIR=$scratch
tmux=(tmux -f /dev/null -S "$scratch/tmux.sock")

# Until the file "done" is there, every second answer is of the old build, one
# check waits for its answer, and one is tried again: so the table stays as long
# as somebody looks. Then the new build alone answers, and trying ends.
cat >server.py <<'P'
import asyncio, os
count = 0
def over():
    return os.path.exists("done")
async def serve(reader, writer):
    global count
    path = (await reader.readuntil(b"\r\n\r\n")).split(b" ")[1]
    status, kind, text = "200 OK", "text/plain", "ok"
    if path == b"/rolling":
        count += 1
        build = "6706e2d3f1" if over() or count % 2 else "91614ff3aa"
        kind, text = "application/json", '{"commit": "%s"}' % build
    while path == b"/slow" and not over():
        await asyncio.sleep(0.05)
    if path == b"/sick":
        status = "404 X" if over() else "503 X"
    writer.write(("HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s"
                  % (status, kind, len(text), text)).encode())
    await writer.drain()
    writer.close()
async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    open("port.part", "w").write(str(server.sockets[0].getsockname()[1]))
    os.rename("port.part", "port")
    await server.serve_forever()
asyncio.run(main())
P
"$python" server.py 2>server.err &
background+=($!)
wait_for port || exit 1
base=http://127.0.0.1:$(cat port)
{
    echo 'defaults: { timeout: 10m, connect_timeout: 1m }'
    echo 'rollout: { version: 6706e2d3f1, deadline: 10m, interval: 50ms, streak: 5 }'
    echo 'checks:'
    echo "  - { id: api, title: 'Backend ünï 漢字 [31mred', url: $base/rolling, identity: jsonpath \"\$.commit\", expect: status == 200 }"
    echo "  - { id: slow, title: Slow, url: $base/slow, expect: status == 200 }"
    echo "  - { id: sick, title: Sick, url: $base/sick, expect: status == 200, patience: { attempts: 1000, interval: 300ms } }"
    for i in $(seq 40); do
        echo "  - { id: c$i, title: Check number $i, url: $base/ok, expect: status == 200, needs: [slow] }"
    done
} >checks.yaml
echo "checks: [{ id: sick, title: Sick, url: $base/sick, expect: status == 200 }]" >plain.yaml
cat >app.log <<'L'
Error: P3018
Migration name: 20251017171256_init
Database error code: 42P07
ERROR: relation "users" already exists
L

no_server() { ! "${tmux[@]}" list-sessions 2>/dev/null; }
screen() { # NAME COLUMNS ROWS ENVIRONMENT COMMAND…: begins it; the shell stays
    rm -f done
    "${tmux[@]}" kill-server 2>/dev/null
    soon no_server
    "${tmux[@]}" -u new-session -d -x "$2" -y "$3" -s t \
        "env $4 bash --norc --noprofile -c 'echo before; ${*:5}; echo \$? >$1.exit; touch $1.done; sleep 3600'"
}
capture() { "${tmux[@]}" capture-pane -p "${@:2}" -t t >"$1"; }
captured() { capture "$1" && grep -qE -- "$2" "$1"; }
shows() { # FILE PATTERN: soon
    soon captured "$@" || { cat "$1"; return 1; }
}
ends() { # NAME PATTERN: what the end of it shows, in the file end
    touch done
    wait_for "$1.done"
    shows end "$2"
}
has() { grep -qE -- "$2" "$1" || { cat "$1"; return 1; }; }
hasnt() { ! grep -qE -- "$2" "$1" || { cat "$1"; return 1; }; }

screen one 80 24 'LC_ALL=C.UTF-8 TERM=screen' "$POSTFLIGHT" verify checks.yaml --log app.log --out out
check 'a table while checks run' shows live '^verifying: [0-9]+ of 43 checks done, [0-9]+ s$'
check 'the share of old and new builds, as a bar' shows live '^build 6706e2d3f1: [█░]{20} [0-9]+ % new, [0-9]+ % old, [0-9]+ answers$'
check 'state, streak, attempts and the last reason' shows live '^  (asking|pausing) +Sick +[0-9]+ attempts?, [0-9]+ s; HTTP 503$'
check 'a streak' shows live 'streak [0-9] of 5'
check 'what has had no trouble comes after' shows live '^  queued +Check number'
check 'no more than the screen holds' shows live '^  and [0-9]+ more$'
check 'what stood there before is still there' has live '^before$'
check 'foreign text moves no cursor' hasnt live $'\x1b'
ends one '^unhealthy, .*; report in out/report.md$'
capture all -S -100
check 'the table is gone at the end' hasnt all 'verifying:|queued'
check 'verdict and advice come first' bash -c 'sed -n 2p all | grep -qE "^unhealthy: "'
check 'what broke' has all '^  fail +Sick +HTTP 404'
check 'what broke first' has all '^  cause +.*42P07'
check 'with its evidence' has all 'relation "users" already exists'
check 'and the first safe remedy' has all '^  fix '
check 'and where the report is' has end '^unhealthy, .*; report in out/report.md$'
check 'the exit code' bash -c '[ "$(cat one.exit)" = 1 ]'
check 'what stood there before is above it' bash -c '[ "$(head -1 all)" = before ]'

screen two 46 12 'LC_ALL=C TERM=screen NO_COLOR=1' "$POSTFLIGHT" verify checks.yaml
check 'a narrow screen of ASCII' shows live '^build 6706e2d3f1: [#.]{20}'
check 'other letters are question marks' shows live 'Backend \?n\? '
ends two '^unhealthy, '
capture all -S -100
check 'its summary is complete' has all '^unhealthy: '
check 'and no row is cut' hasnt all '\.\.\.$'
check 'rows after the first stand in' has all '^ {11}[^ ]'
capture colors -e
check 'no colour' hasnt colors $'\x1b\\[[0-9;]*3[0-9]m'

screen three 80 24 'LC_ALL=C.UTF-8 TERM=dumb' "$POSTFLIGHT" verify plain.yaml
ends three '^unhealthy, '
check 'a dumb terminal gets plain lines' has all '^  fail +Sick'
screen four 80 24 'LC_ALL=C.UTF-8 TERM=screen' "$POSTFLIGHT" verify plain.yaml --quiet
ends four '^unhealthy, '
check '--quiet prints one line' bash -c '[ "$(sed "/^$/d" end | wc -l)" -eq 2 ] && grep -q "^unhealthy, " end'
screen six 80 24 'LC_ALL=C.UTF-8 TERM=screen' "$POSTFLIGHT" verify checks.yaml --color always
shows live '^verifying'
"${tmux[@]}" send-keys -t t C-c
wait_for six.done
shows end '^(unhealthy|inconclusive), '
check 'Ctrl-C leaves a screen that is whole' hasnt end 'verifying:'
check 'and the result so far' has end '^  production '
check 'and 130' bash -c '[ "$(cat six.exit)" = 130 ]'
"${tmux[@]}" kill-server 2>/dev/null
exit "$bad"
