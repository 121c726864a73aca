#!/usr/bin/env python3
"""Parts of tests/integration/fault.sh.

usage: fault_parts.py serve FOLDER
         A proxy of each bad kind, and a server that answers when it is told:
         their ports are in FOLDER/NAME.port. GET /hold/NAME waits for the file
         FOLDER/NAME.go, after it has made FOLDER/NAME.asked; /drop/NAME closes
         the connection then; /at-once/NAME only the first time.
       fault_parts.py pause FOLDER NAME SECONDS COMMAND...
         Runs the command; when NAME was asked for, stops it, lets the server
         answer, and continues it after so many seconds. Exits with its code.
       fault_parts.py pty COMMAND...
         Runs the command at a terminal of its own, where nobody types. Prints
         what it wrote; exits with its code, or 99 after a minute.
"""

import http.server
import os
import pty
import select
import signal
import socket
import socketserver
import subprocess
import sys
import threading
import time

LIMIT = 60


def put(path, text=""):
    with open(path + ".new", "w") as f:
        f.write(text)
    os.rename(path + ".new", path)


def wait_for(path):
    until = time.monotonic() + LIMIT
    while not os.path.exists(path):
        if time.monotonic() > until:
            sys.exit(f"{path} is not there after {LIMIT} s")
        time.sleep(0.005)


class Quiet(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, *_):
        pass


def proxy(answer):
    class Proxy(socketserver.StreamRequestHandler):
        def handle(self):
            while self.rfile.readline() not in (b"\r\n", b"\n", b""):
                pass
            if answer is None:
                threading.Event().wait(LIMIT)
            else:
                self.wfile.write(answer)

    return Proxy


def holder(folder):
    class Holder(http.server.BaseHTTPRequestHandler):
        seen = {}

        def do_GET(self):
            _, how, name = self.path.split("/")
            first = self.seen.setdefault(name, 0) == 0
            self.seen[name] += 1
            put(f"{folder}/{name}.asked")
            if first or how != "at-once":
                wait_for(f"{folder}/{name}.go")
            if how == "drop":
                self.close_connection = True
                return
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        do_POST = do_GET

        def log_message(self, *_):
            pass

    return Holder


def serve(folder):
    asks = (b"HTTP/1.1 407 Proxy Authentication Required\r\n"
            b"Proxy-Authenticate: Basic realm=x\r\nContent-Length: 0\r\n\r\n")
    parts = {
        "asks": proxy(asks),
        "refuses": proxy(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"),
        "closes": proxy(b""),
        "hangs": proxy(None),
        "holds": holder(folder),
    }
    for name, handler in parts.items():
        server = Quiet(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        put(f"{folder}/{name}.port", str(server.server_address[1]))
    s = socket.socket()
    s.bind(("127.0.0.1", 0))  # and nobody listens
    put(f"{folder}/dead.port", str(s.getsockname()[1]))
    threading.Event().wait(10 * LIMIT)


def pause(folder, name, seconds, command):
    child = subprocess.Popen(command)
    wait_for(f"{folder}/{name}.asked")
    os.kill(child.pid, signal.SIGSTOP)
    os.waitid(os.P_PID, child.pid, os.WSTOPPED | os.WNOWAIT)
    put(f"{folder}/{name}.go")
    time.sleep(seconds)  # the time itself is what is tested
    os.kill(child.pid, signal.SIGCONT)
    return child.wait(LIMIT)


def at_terminal(command):
    pid, fd = pty.fork()
    if pid == 0:
        os.execvp(command[0], command)
    until = time.monotonic() + LIMIT
    while time.monotonic() < until:
        if not select.select([fd], [], [], 0.2)[0]:
            continue
        try:
            data = os.read(fd, 65536)
        except OSError:
            data = b""
        if not data:
            return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        sys.stdout.buffer.write(data)
    os.kill(pid, signal.SIGKILL)
    return 99


if sys.argv[1] == "serve":
    serve(sys.argv[2])
elif sys.argv[1] == "pause":
    sys.exit(pause(sys.argv[2], sys.argv[3], float(sys.argv[4]), sys.argv[5:]))
else:
    sys.exit(at_terminal(sys.argv[2:]))
