"""Servers that suffer from bursts, for tests/integration/polite.sh.

usage: polite_server.py DIR MODE [NAME=VALUE]...
Writes DIR/port when it listens, and DIR/seen, one line of JSON, whenever
something that it counts has changed.

one-by-one delay=MS backlog=N   serves one connection after the other; others
                                wait in a backlog that drops what it cannot take
limiter burst=N rate=N after=T  429 beyond a bucket of tokens; after: the value
                                of Retry-After, none when empty
slow delay=MS                   answers all at once, each after a time
resets room=N                   resets whom it gets beyond so many at once
refuses                         resets every request to /broken
script first=HEAD times=N       the first answers have this status line and
                                headers ("|" between), the others are 200
"""
import asyncio, json, os, socket, struct, sys, time

folder, mode = sys.argv[1:3]
given = dict(word.split("=", 1) for word in sys.argv[3:])
seen = {"served": 0, "limited": 0, "reset": 0, "active": 0, "peak": 0, "times": []}
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"


def number(name, standard):
    return float(given.get(name, standard))


def write(name, text):
    with open(f"{folder}/{name}.part", "w") as f:
        f.write(text)
    os.rename(f"{folder}/{name}.part", f"{folder}/{name}")


def tell():
    write("seen", json.dumps(seen))


def listen(backlog):
    s = socket.socket()
    s.bind(("127.0.0.1", 0))
    s.listen(backlog)
    write("port", str(s.getsockname()[1]))
    tell()
    return s


def one_by_one():
    server = listen(int(number("backlog", 5)))
    while True:
        connection, _ = server.accept()
        with connection:
            connection.settimeout(30)
            try:
                while b"\r\n\r\n" not in connection.recv(65536):
                    pass
                time.sleep(number("delay", 2) / 1000)
                connection.sendall(OK)
                seen["served"] += 1
            except OSError:
                seen["reset"] += 1
        tell()


def head(status, lines=()):
    return "\r\n".join([f"HTTP/1.1 {status}", "Content-Length: 0",
                        "Connection: close", *lines, "", ""]).encode()


class Bucket:
    def __init__(self):
        self.tokens, self.at = number("burst", 50), time.monotonic()

    def take(self):
        now = time.monotonic()
        more = (now - self.at) * number("rate", 20)
        self.tokens, self.at = min(number("burst", 50), self.tokens + more), now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


bucket = Bucket()


async def answer(path):
    after = given.get("after", "")
    if mode == "limiter" and not bucket.take():
        seen["limited"] += 1
        return head("429 Too Many Requests",
                    [f"Retry-After: {after}"] if after else [])
    if mode == "resets" and seen["active"] > number("room", 8):
        return None
    if mode == "refuses" and path.startswith(b"/broken"):
        return None
    if mode == "script" and len(seen["times"]) <= number("times", 1):
        status, *lines = given["first"].split("|")
        return head(status, lines)
    await asyncio.sleep(number("delay", 0) / 1000)
    return OK


async def serve(reader, writer):
    seen["active"] += 1
    seen["peak"] = max(seen["peak"], seen["active"])
    try:
        request = await reader.readuntil(b"\r\n\r\n")
        seen["times"].append(time.monotonic())
        data = await answer(request.split(b" ", 2)[1])
        if data is None:
            seen["reset"] += 1
            writer.get_extra_info("socket").setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()
        else:
            seen["served"] += data is OK
            writer.write(data)
            await writer.drain()
    except (OSError, asyncio.IncompleteReadError):
        pass
    finally:
        seen["active"] -= 1
        tell()
        writer.close()


async def main():
    server = await asyncio.start_server(serve, sock=listen(4096), backlog=4096)
    await server.serve_forever()


if mode == "one-by-one":
    one_by_one()
asyncio.run(main())
