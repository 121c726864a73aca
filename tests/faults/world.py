"""What the faults are injected into: a service, small inputs, and the commands."""
import json
import os
import re
import socket
import subprocess
import threading
import time
from dataclasses import dataclass, field

from secure import authority, context

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "../.."))
PROGRAM = os.path.realpath(
    os.environ.get("POSTFLIGHT", f"{ROOT}/build/debug/postflight"))
TOOLS = f"{os.path.dirname(PROGRAM)}/tests"
BUILD = "6706e2d3f1a84c5b"

BODY = json.dumps({"commit": BUILD, "ok": True}).encode()
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
# Two answers that say where they end.
ANSWERS = {
    "length": HEAD + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY,
    "chunked": HEAD + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % len(BODY)
    + BODY + b"\r\n0\r\n\r\n",
}
LOG = """\
2026-11-30T12:00:00Z [migrate] npm ERR! code EINTEGRITY
2026-11-30T12:00:01Z [migrate] ERROR: relation "users" already exists
2026-11-30T12:00:02Z [migrate] Database error code: 42P07
"""


class Service:
    """Answers /good, /sick, /cut/ANSWER/BYTES/HOW and /late/MILLISECONDS."""

    def __init__(self, tls=None):
        self.tls = tls
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port = self.listener.getsockname()[1]
        self.base = f"http{'s' if tls else ''}://127.0.0.1:{self.port}"
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            client, _ = self.listener.accept()
            threading.Thread(target=self.answer, args=(client,),
                             daemon=True).start()

    def answer(self, client):
        with client:
            try:
                if self.tls:
                    client = self.tls.wrap_socket(client, server_side=True)
                request = b""
                while b"\r\n\r\n" not in request:
                    part = client.recv(65536)
                    if not part:
                        return
                    request += part
                self.say(client, request.split(b" ")[1].decode().split("/")[1:])
            except OSError:
                pass  # the program was ended, as it was meant to be

    def say(self, client, path):
        if path[0] == "cut":
            answer, how = ANSWERS[path[1]], path[3]
            client.sendall(answer[:int(path[2])])
            if how == "reset":
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                  b"\1\0\0\0\0\0\0\0")
            elif how == "half":
                client.shutdown(socket.SHUT_WR)
            if how in ("hold", "half"):
                client.recv(1)
            return
        if path[0] == "late":
            time.sleep(int(path[1]) / 1000)
        answer = ANSWERS["length"]
        if path[0] == "sick":
            answer = answer.replace(b"200 OK", b"503 Service Unavailable")
        client.sendall(answer)


@dataclass
class Work:
    """A command on inputs that are known; GOOD says how it ends by itself."""
    name: str
    arguments: list
    end: int = 0
    outputs: list = field(default_factory=list)  # relative to its folder
    old: str = ""  # a folder that is copied there first: an earlier run
    serves: bool = False
    # filled by a run without a fault
    truth: dict = None
    starting: dict = None

    @property
    def command(self):
        return self.arguments[0]

    @property
    def probes(self):
        return self.command in ("verify", "watch", "serve")


def check(name, url, rest=""):
    return (f"  - {{ id: {name}, url: \"{url}\", timeout: 60s, "
            f"expect: status == 200{rest} }}\n")


def program(arguments, folder, **rest):
    return subprocess.run([PROGRAM, *arguments], cwd=folder, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          check=False, timeout=300, **rest)


class World:
    def __init__(self, scratch):
        self.scratch = scratch
        self.service = Service()
        self.authority = authority(self.path("certificates"))
        self.secure = {
            name: Service(context(self.path("certificates"), name, *days)).base
            for name, days in (("good", (-50, 50)), ("past", (-90, -50)))}
        self.inputs()
        self.records()
        self.works = {work.name: work for work in self.all_works()}
        self.calls = {}
        self.mounts = self.can_mount()
        os.chmod(scratch, 0o755)
        self.open_to_all = os.stat(PROGRAM).st_mode & 1 != 0

    def can_mount(self):
        folder = self.path("mount")
        os.mkdir(folder)
        try:
            subprocess.run(["mount", "-t", "tmpfs", "faults", folder],
                           check=True, stderr=subprocess.DEVNULL)
            subprocess.run(["umount", folder], check=True)
        except (OSError, subprocess.CalledProcessError):
            return False
        return True

    def calls_of(self, work):
        """How often its run without a fault makes each call."""
        return self.calls[work.name]

    def path(self, name):
        return f"{self.scratch}/{name}"

    def write(self, name, text):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as out:
            out.write(text)
        return path

    def inputs(self):
        good, base = self.service.base + "/good", self.service.base
        identity = ', identity: jsonpath "$.commit"'
        self.write("good/a.yaml", "checks:\n" + check("a", good, identity))
        self.write("good/b.yaml", "checks:\n" + check("b", good))
        self.write("bad/a.yaml", "checks:\n" + check("a", good, identity))
        self.write("bad/b.yaml", "checks:\n" + check("b", base + "/sick"))
        self.write("old.yaml", "checks:\n" + check("before", good))
        self.write("wrong/a.yaml", "checks:\n  - { id: a, url: nothing }\n")
        self.write("wrong/b.yaml", "checks:\n" + check("b", good))
        self.write("bad.log", LOG)
        self.write("good.log", "2026-11-30T12:00:00Z all is well\n")

    def records(self):
        """Records of earlier runs, and a folder that holds one with its report."""
        for name, checks, more in (
                ("before", "old.yaml", []), ("one", "good", ["--id=a"]),
                ("two", "good", ["--id=b"]), ("sick", "bad", ["--id=b"])):
            os.mkdir(self.path(name))
            program(["verify", self.path(checks), "--out=out", *more],
                    self.path(name))
        before = self.path("before")
        program(["report", "status", f"--from={before}/out/record.json", "-o",
                 "doc.md"], before)

    def all_works(self):
        both = ["out/record.json", "out/report.md"]
        good, bad = self.path("good"), self.path("bad")
        one, two, sick = (self.path(f"{name}/out/record.json")
                          for name in ("one", "two", "sick"))
        verify = ["verify", "--out=out", "--report=junit=junit.xml"]
        watch = ["watch", "--once", "--state=h.db", "--out=out"]
        serve = ["serve", "--listen=unix:s", "--grace=60s", "--ttl=1ms"]
        return [
            Work("verify-good", [*verify, f"--log={self.path('good.log')}",
                                 f"--expect={BUILD}", good], 0,
                 both + ["junit.xml"], "before"),
            Work("verify-bad", [*verify, bad], 1, both + ["junit.xml"],
                 "before"),
            Work("scan-good", ["scan", self.path("good.log")]),
            Work("scan-bad", ["scan", self.path("bad.log")], 1),
            Work("report", ["report", "status", f"--from={one}", "-o", "doc.md"],
                 0, ["doc.md"], "before"),
            Work("watch-good", [*watch, good], 0, both, "before"),
            Work("watch-bad", [*watch, bad], 1, both, "before"),
            Work("lint-good", ["lint", good]),
            Work("lint-bad", ["lint", self.path("wrong")], 3),
            Work("merge-good", ["merge", one, two, "--out=out"], 0, both,
                 "before"),
            Work("merge-bad", ["merge", one, sick, "--out=out"], 1, both,
                 "before"),
            Work("serve-good", [*serve, good], 0, [], "", True),
            Work("serve-bad", [*serve, bad], 0, [], "", True),
        ]


SAME_TIME = [
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?( ?UTC|Z)?"), "TIME"),
    (re.compile(r"\b\d\d:\d\d:\d\d\b"), "TIME"),
    (re.compile(r"\b\d+(\.\d+)? ?(us|µs|ms|s|min|h|d)\b"), "LONG"),
    (re.compile(r'"(\w+_ms|uptime|age)": ?[\d.]+'), "LONG"),
    (re.compile(r"\bpaused for \S+"), ""),
]


def without_times(text):
    for pattern, word in SAME_TIME:
        text = pattern.sub(word, text)
    return text
