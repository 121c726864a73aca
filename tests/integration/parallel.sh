# How many requests are under way at the same time. Nothing here is asserted on
# time: the server counts what it holds at once, by answering none of them before
# all have come.
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1

cat >gate.py <<'P'
import asyncio, sys
want, held, gate = int(sys.argv[1]), 0, None
async def serve(reader, writer):
    global held
    await reader.readuntil(b"\r\n\r\n")
    held += 1
    if held >= want:
        gate.set()
    gone = asyncio.ensure_future(reader.read())
    opened = asyncio.ensure_future(gate.wait())
    await asyncio.wait({gone, opened}, return_when=asyncio.FIRST_COMPLETED)
    gone.cancel()
    opened.cancel()
    if not gate.is_set():
        held -= 1  # only who still waits is there at the same time
        return writer.close()
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
    await writer.drain()
    writer.close()
async def main():
    global gate
    gate = asyncio.Event()
    server = await asyncio.start_server(serve, "127.0.0.1", 0, backlog=1024)
    open("port.part", "w").write(str(server.sockets[0].getsockname()[1]))
    import os; os.rename("port.part", "port")
    await server.serve_forever()
asyncio.run(main())
P

gate() { # COUNT CHECKS [TIMEOUT]
    rm -f port
    "$python" gate.py "$1" &
    background+=($!)
    wait_for port
    {
        echo "defaults: { timeout: ${3-60s} }"
        echo 'checks:'
        for i in $(seq "$2"); do
            echo "  - { id: c$i, url: \"http://127.0.0.1:$(cat port)/$i\", expect: status == 200 }"
        done
    } >checks.yaml
}

gate 100 100
check '100 checks of one host are under way at once, when that is allowed' \
    "$POSTFLIGHT" verify checks.yaml --quiet --host-slots 100
gate 8 8
check 'by itself one host gets 8 at first' \
    "$POSTFLIGHT" verify checks.yaml --quiet
gate 9 9 2s
check 'and not one more' bash -c "! '$POSTFLIGHT' verify checks.yaml --quiet"
gate 8 8
check 'as many as --host-slots' \
    "$POSTFLIGHT" verify checks.yaml --quiet --host-slots 8
gate 9 9 2s
check 'and not one more' \
    bash -c "! '$POSTFLIGHT' verify checks.yaml --quiet --host-slots 8"
gate 4 4
check 'as many as --slots' "$POSTFLIGHT" verify checks.yaml --quiet --slots 4
gate 5 5 2s
check 'and not one more in all' \
    bash -c "! '$POSTFLIGHT' verify checks.yaml --quiet --slots 4"
gate 1 300
check 'few descriptors mean fewer slots, not false failures' \
    bash -c "ulimit -n 128; '$POSTFLIGHT' verify checks.yaml --quiet --slots 300 --host-slots 300"
exit "$bad"
