"""Runs a command with a fault, and keeps what came of it."""
import fcntl
import http.client
import os
import resource
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass, field

from world import PROGRAM, TOOLS

BOUND = 120  # seconds; what takes longer hangs
SANITIZED = 99  # what a sanitizer's report ends with
OUTSIDE = ("CI", "GITHUB_ACTIONS", "GITLAB_CI", "TF_BUILD", "JENKINS_URL",
           "CIRCLECI", "BUILDKITE", "NO_COLOR", "POSTFLIGHT")


@dataclass
class Fault:
    """One fault at one point of one command."""
    kind: str
    work: object
    label: str
    blame: str = "runner"  # or production, either, killed
    inject: tuple = ()  # calls, which of them, what
    limits: dict = field(default_factory=dict)  # of setrlimit
    environment: dict = field(default_factory=dict)
    preload: str = ""
    arguments: list = None  # instead of those of the command
    program: str = PROGRAM
    mount: str = ""  # a disk of its own: KiB that are free, or ro
    prepare: object = None  # is given the folder before the run
    after: object = None  # is given folder and outcome
    streams: dict = field(default_factory=dict)  # of Popen
    child: object = None  # runs in the child
    signal: int = 0  # that the fault itself sends
    slow: bool = False  # mostly sleeps
    essence: dict = None  # of such a run without the fault

    @property
    def truth(self):
        return self.essence or self.work.truth
    stdout: bool = True  # whether what it prints is seen


@dataclass
class Outcome:
    fault: object
    folder: str
    end: int = 0
    out: str = ""
    err: str = ""
    hung: bool = False
    done: bool = True  # the fault was met
    seen: int = 0
    answers: list = field(default_factory=list)
    next: object = None  # what the next run in its folder came to


def environment(fault):
    result = {name: value for name, value in os.environ.items()
              if name not in OUTSIDE and not name.startswith("POSTFLIGHT_")}
    # a leak is for the unit tests; here each call belongs to the program
    result["ASAN_OPTIONS"] = (f"detect_leaks=0:exitcode={SANITIZED}:"
                              "verify_asan_link_order=0:"
                              "allocator_may_return_null=1")
    result["UBSAN_OPTIONS"] = f"print_stacktrace=1:exitcode={SANITIZED}"
    if fault.preload:
        result["LD_PRELOAD"] = f"{TOOLS}/{fault.preload}"
    result.update(fault.environment)
    return {name: value for name, value in result.items() if value is not None}


def command_line(fault, report):
    arguments = fault.arguments or fault.work.arguments
    line = [fault.program, *arguments]
    if fault.inject:
        calls, nth, what = fault.inject
        line = [f"{TOOLS}/inject", report, calls, str(nth), str(what), *line]
    return line


def child_setup(fault):
    def setup():
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        for limit, value in fault.limits.items():
            resource.setrlimit(limit, (value, value))
        if fault.child:
            fault.child()
    return setup


def program_of(process, report):
    """The process of the program itself, which inject has started."""
    try:
        with open(report, encoding="utf-8") as text:
            return int(text.read().split()[0])
    except (OSError, IndexError, ValueError):
        return process.pid


class LocalConnection(http.client.HTTPConnection):
    def __init__(self, path, timeout):
        super().__init__("localhost", timeout=timeout)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def ask(folder, path, seconds=BOUND):
    """Status and body of an answer, or 0 and why there was none."""
    here = os.open(folder, os.O_PATH)  # its name may be too long for a socket
    try:
        client = LocalConnection(f"/proc/self/fd/{here}/s", seconds)
        client.request("GET", path)
        answer = client.getresponse()
        return answer.status, answer.read().decode(errors="replace")
    except (OSError, http.client.HTTPException) as error:
        return 0, type(error).__name__
    finally:
        os.close(here)


def talk(process, outcome, report):
    """Asks a server, twice, and stops it. One that takes no connection may be
    right, but it has to end when it is told to."""
    until = time.monotonic() + 20
    ready = False
    while process.poll() is None and time.monotonic() < until and not ready:
        ready = ask(outcome.folder, "/healthz", 20)[0] != 0
        time.sleep(0.02)
    for _ in range(2):
        if ready and process.poll() is None:
            outcome.answers.append(ask(outcome.folder, "/verify"))
    if process.poll() is None:
        try:
            os.kill(program_of(process, report), signal.SIGTERM)
        except ProcessLookupError:
            pass


class Stream:
    """What a program prints: into a pipe, which no limit of files touches."""

    def __init__(self):
        self.out, self.into = os.pipe()
        fcntl.fcntl(self.into, fcntl.F_SETPIPE_SZ, 1 << 20)

    def text(self):
        os.close(self.into)
        os.set_blocking(self.out, False)  # a program it started may hold it
        parts = []
        try:
            while part := os.read(self.out, 1 << 20):
                parts.append(part)
        except BlockingIOError:
            pass
        os.close(self.out)
        return b"".join(parts).decode(errors="replace")


def read(path):
    with open(path, encoding="utf-8", errors="replace") as text:
        return text.read()


def finish(process, outcome):
    try:
        process.wait(timeout=BOUND)
    except subprocess.TimeoutExpired:
        outcome.hung = True
        process.kill()
        process.wait()
    outcome.end = process.returncode


def folder_make(fault, folder, scratch):
    os.makedirs(folder)
    if fault.mount:
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "faults",
                        folder], check=True)
    if fault.work.old:
        shutil.copytree(f"{scratch}/{fault.work.old}", folder,
                        dirs_exist_ok=True)
    if fault.prepare:
        fault.prepare(folder)
    if fault.mount.isdigit():
        state = os.statvfs(folder)
        used = (state.f_blocks - state.f_bfree) * state.f_frsize // 1024
        options = f"remount,size={used + int(fault.mount)}k"
    else:
        options = "remount,ro"
    if fault.mount:
        subprocess.run(["mount", "-o", options, folder], check=True)


def execute(fault, scratch, again=None):
    """Runs it in a folder of its own, or in one where it ran before."""
    base = tempfile.mkdtemp(dir=scratch, prefix="run-")
    folder, report = again or f"{base}/here", f"{base}/report"
    outcome = Outcome(fault, folder)
    if not again:
        folder_make(fault, folder, scratch)
    out, err = Stream(), Stream()
    streams = {"stdin": subprocess.DEVNULL, "stdout": out.into,
               "stderr": err.into}
    for name, make in fault.streams.items():
        streams[name] = make()
    process = subprocess.Popen(
        command_line(fault, report), cwd=folder, env=environment(fault),
        preexec_fn=child_setup(fault), **streams)
    for name in fault.streams:
        os.close(streams[name])
    if fault.work.serves:
        talk(process, outcome, report)
    finish(process, outcome)
    outcome.out, outcome.err = out.text(), err.text()
    if fault.inject and not outcome.hung:
        words = read(report).split()
        outcome.seen, outcome.done = int(words[1]), words[2] == "1"
        outcome.end = int(words[3])
    if fault.after:
        fault.after(outcome)
    return outcome


def clean(outcome):
    if outcome.fault.mount:
        subprocess.run(["umount", "-l", outcome.folder], check=False)
    shutil.rmtree(os.path.dirname(outcome.folder), ignore_errors=True)
