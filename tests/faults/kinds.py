"""The kinds of faults: what is injected where, and what must be true then."""
import errno
import os
import resource
import signal
import socket
import subprocess
import tempfile
from dataclasses import dataclass

from execute import Fault, environment, execute, clean
from judge import essence
from world import ANSWERS, PROGRAM, ROOT, TOOLS, check

# After these many calls the libraries have started: those of --version.
_started = {}


def counted(fault, scratch):
    """How often a run makes each call, and what it came to."""
    outcome = execute(fault, scratch)
    with open(f"{os.path.dirname(outcome.folder)}/report",
              encoding="utf-8") as text:
        words = text.read().split()
    found = essence(fault.work, outcome)
    clean(outcome)
    seen = dict(word.split("=") for word in words[4:])
    return {call: int(count) for call, count in seen.items()}, found


def start_counts(scratch):
    if not _started:
        report = f"{scratch}/version"
        probe = Fault("", None, "")
        subprocess.run([f"{TOOLS}/inject", report, "any", "0", "0", PROGRAM,
                        "--version"], check=True, env=environment(probe),
                       stdout=subprocess.DEVNULL)
        with open(report, encoding="utf-8") as text:
            for word in text.read().split()[4:]:
                call, count = word.split("=")
                _started[call] = int(count)
        # what --version itself does
        _started["write"] = 0
        _started["total"] = sum(_started.values()) - 3
    return _started


def calls(world, kind, rows, works=None, blame="runner"):
    """A fault at each of some calls: once, and from there on."""
    before = start_counts(world.scratch)
    for work in works or world.works.values():
        for names, whats, ways in rows:
            for call in names.split(","):
                first = before.get(call, 0)
                count = world.calls_of(work).get(call, 0)
                for what in whats:
                    number = getattr(errno, what, what)
                    for nth in range(first + 1, count + 1):
                        for way in ways:
                            yield Fault(kind, work,
                                        f"{what} of {call} {nth}{way}", blame,
                                        (call, f"{nth}{way}", number))


ONCE, BOTH = [""], ["", "+"]


def descriptors(world):
    for work in world.works.values():
        for limit in range(4, 41):
            yield Fault("descriptors", work, f"at most {limit}",
                        limits={resource.RLIMIT_NOFILE: limit})
    yield from calls(world, "descriptors", [
        ("openat,open,socket,socketpair,pipe2,eventfd2,accept4,accept",
         ["EMFILE", "ENFILE"], BOTH)])


def plain_program():
    """A build without sanitizers, whose allocator is the one that people get."""
    for path in (os.environ.get("POSTFLIGHT_PLAIN"),
                 f"{ROOT}/build/release/postflight",
                 f"{ROOT}/build/clang/postflight"):
        if path and os.access(path, os.X_OK):
            return path
    return None


def memory(world):
    plain = plain_program()
    if not plain:
        return
    for work in world.works.values():
        report = f"{world.scratch}/allocations"
        clean(execute(Fault("memory", work, "count", program=plain,
                            preload="fail_malloc.so",
                            environment={"FAIL_MALLOC_COUNT": report}),
                      world.scratch))
        with open(report, encoding="utf-8") as text:
            count = int(text.read())
        for nth in range(1, count + 1):
            yield Fault("memory", work, f"allocation {nth}", program=plain,
                        preload="fail_malloc.so",
                        environment={"FAIL_MALLOC_AT": str(nth)})
        for size in range(30, 130, 5):
            yield Fault("memory", work, f"{size} MiB of addresses",
                        program=plain,
                        limits={resource.RLIMIT_AS: size << 20})




def disk(world):
    for work in world.works.values():
        if not work.outputs:
            continue
        for size in (0, 1, 512, 1024, 2048, 4096, 8192, 32768):
            yield Fault("disk", work, f"files of {size} bytes",
                        limits={resource.RLIMIT_FSIZE: size})
        if world.mounts:
            for size in (0, 4, 8, 12, 16, 24, 32, 64, 128):
                yield Fault("disk", work, f"a disk of {size} KiB",
                            mount=str(size))
            yield Fault("disk", work, "a disk to be read only", mount="ro")
        yield Fault("disk", work, "standard output to a full disk",
                    streams={"stdout": lambda: os.open("/dev/full", os.O_WRONLY)})
    yield from calls(world, "disk", [
        ("write,pwrite64,writev", ["ENOSPC", "EIO", "EDQUOT"], BOTH),
        ("write,pwrite64,fsync,fdatasync,read,pread64,openat", ["EINTR"], ONCE),
        ("write,pwrite64", ["short"], BOTH),
        ("fsync,fdatasync", ["EIO", "ENOSPC", "EINVAL"], BOTH),
        ("rename,renameat,renameat2,unlink,mkdir,ftruncate,fchmod",
         ["EIO", "ENOSPC", "EROFS"], BOTH),
        ("close", ["EIO", "EINTR", "ENOSPC"], ONCE),
        ("openat,open", ["ENOSPC", "EIO", "EROFS"], ONCE),
        ("read,pread64,getdents64,newfstatat,lseek", ["EIO"], ONCE),
        ("flock", ["EIO", "EINTR", "ENOLCK"], ONCE)])


def again(world):
    """After the end by a signal, the next run in that folder works."""
    def run(outcome):
        work = outcome.fault.work
        if work.serves:
            return
        kept = outcome.folder
        next_run = Fault("kill", work, "", streams={}, prepare=None)
        outcome.next = execute(next_run, world.scratch, kept)
    return run


def kill(world):
    total = start_counts(world.scratch)["total"]
    for work in world.works.values():
        count = sum(world.calls_of(work).values())
        for name in ("SIGKILL", "SIGTERM", "SIGINT"):
            number = getattr(signal, name)
            for nth in range(total + 1, count + 1):
                yield Fault("kill", work, f"{name} at call {nth}", "killed",
                            ("any", str(nth), f"kill={int(number)}"),
                            signal=int(number), after=again(world))


def freeze(world):
    """Stopped for longer than the time-out of the check, which is 3 s."""
    rows = "socket,connect,poll,ppoll,sendto,recvfrom,getsockopt,close"
    late = world.service.base + "/late/500"
    checks = ("checks:\n" + check("a", late) + check("b", late)).replace(
        "timeout: 60s", "timeout: 3s")
    folder = os.path.dirname(world.write("late/checks.yaml", checks))
    for name in ("verify-good", "watch-good"):
        work = world.works[name]
        arguments = work.arguments[:-1] + [folder]
        arguments = [a for a in arguments if not a.startswith("--expect")]
        seen, truth = counted(Fault("freeze", work, "count", arguments=arguments,
                                    inject=("any", "0", "0")), world.scratch)
        for call in rows.split(","):
            first = start_counts(world.scratch).get(call, 0)
            for nth in range(first + 1, seen.get(call, 0) + 1):
                yield Fault("freeze", work, f"4 s at {call} {nth}",
                            inject=(call, str(nth), "pause=4000"),
                            arguments=arguments, slow=True, essence=truth)


DAY = 86400
YEAR = 365 * DAY


JUMPS = (-27 * YEAR, -YEAR, -70 * DAY, -DAY, -3600, -60, -1, 1, 60, 3600, DAY, YEAR,
         11 * YEAR + 60 * DAY, 12 * YEAR, 73 * YEAR)
GAPS = (1, 30, 90, 3600, 30 * DAY)
FIRST = (1, 2, 3, 4, 5, 6, 8, 10, 13, 17, 22, 30, 40)


def readings(world, work, **rest):
    """How often a run reads each clock, and what it came to."""
    report = f"{world.scratch}/readings"
    outcome = execute(Fault("clock", work, "count", preload="clock.so",
                            environment={"CLOCK_COUNT": report}, **rest),
                      world.scratch)
    with open(report, encoding="utf-8") as text:
        counts = dict(word.split("=") for word in text.read().split())
    found = essence(work, outcome)
    clean(outcome)
    return {name: int(count) for name, count in counts.items()}, found


BEFORE = 3  # readings before the run begins: a clock that was always wrong


def clock_points(world, work, truth=None, **rest):
    """Each jump at each reading of the wall clock; of the clocks that are read
    for every wait each gap at the first ones, and one gap at each."""
    counts, found = readings(world, work, **rest)
    begin = BEFORE + 1 if truth else 1
    each = [("realtime", jump, range(begin, counts["realtime"] + 1))
            for jump in JUMPS]
    each += [("monotonic", gap, FIRST) for gap in GAPS]
    each += [(which, 400, range(1, counts[which] + 1))
             for which in ("monotonic", "suspended")]
    for which, jump, numbers in each:
        for nth in numbers:
            yield Fault("clock", work, f"{which} {jump:+d} s at reading {nth}"
                        f"{truth or ''}", preload="clock.so",
                        essence=found if truth else None, environment={
                            "CLOCK_JUMP": f"{which} {nth} {jump}"}, **rest)


def clock(world):
    for work in world.works.values():
        yield from clock_points(world, work)
    for name, path in (("verify-good", "good"), ("verify-bad", "past")):
        url = world.secure[path] + "/good"
        text = "checks:\n" + "".join(
            check(id, url, f", ca: \"{world.authority}\"") for id in "ab")
        folder = os.path.dirname(world.write(f"tls/{path}/checks.yaml", text))
        yield from clock_points(
            world, world.works[name], f", certificate {path}", arguments=[
                "verify", "--out=out", "--report=junit=junit.xml", folder])


def nobody():
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)


def without_folder():
    gone = tempfile.mkdtemp()
    os.chdir(gone)
    os.rmdir(gone)


def permissions(world):
    yield from calls(world, "permissions", [
        ("openat,open", ["EACCES", "EPERM"], BOTH),
        ("unlink,rename,renameat2,fchmod,mkdir,getcwd", ["EACCES", "EPERM"],
         BOTH),
        ("flock", ["EACCES"], ONCE),
        ("newfstatat,stat,lstat,access,readlink", ["EACCES"], ONCE)])
    probing = [work for work in world.works.values() if work.probes]
    yield from calls(world, "permissions", [
        ("socket,connect,sendto,recvfrom,setsockopt", ["EACCES", "EPERM"],
         BOTH)], probing)
    for work in world.works.values():
        yield Fault("permissions", work, "no HOME",
                    environment={"HOME": None, "PATH": None, "USER": None})
        yield Fault("permissions", work, "HOME is no folder",
                    environment={"HOME": "/dev/null", "TMPDIR": "/none"})
        yield Fault("permissions", work, "a working folder that is gone",
                    child=without_folder)
        for closed in ((0,), (1,), (2,), (0, 1, 2)):
            yield Fault("permissions", work, f"descriptors {closed} closed",
                        child=lambda fds=closed: [os.close(fd) for fd in fds],
                        stdout=1 not in closed)
        if os.getuid() == 0 and world.open_to_all:
            yield Fault("permissions", work, "another user's folder",
                        child=nobody)


def network_cuts(world):
    """An answer that ends, breaks off or stops after each of its bytes."""
    work = world.works["verify-good"]
    for name, answer in ANSWERS.items():
        for how in ("close", "reset", "hold", "half"):
            for size in range(len(answer)):
                url = f"{world.service.base}/cut/{name}/{size}/{how}"
                waits = how in ("hold", "half")
                text = "checks:\n" + check("a", url) + check("b", url)
                if waits:
                    text = text.replace("timeout: 60s", "timeout: 1s")
                path = world.write(f"cuts/{name}-{size}-{how}.yaml", text)
                yield Fault("network", work,
                            f"{name}: {how} after byte {size}", "production",
                            arguments=["verify", "--out=out",
                                       "--report=junit=junit.xml", path],
                            slow=waits)


def unused_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def network_addresses(world):
    """Names and addresses that do not answer."""
    work = world.works["verify-good"]
    dead = unused_port()
    good = world.service.base + "/good"
    rows = [
        ("a port that refuses", "production", f"http://127.0.0.1:{dead}/", ""),
        ("a resolver that is dead", "runner", "http://again.test/", ""),
        ("a resolver that hangs", "runner", "http://hung.test/",
         ", connect_timeout: 1s"),
        ("a name that does not exist", "production", "http://none.test/", ""),
        ("a proxy that is dead", "runner", good,
         f", proxy: \"http://127.0.0.1:{dead}\""),
        ("a proxy without a name", "runner", good,
         ", proxy: \"http://again.test:1\""),
    ]
    for label, blame, url, rest in rows:
        text = "checks:\n" + check("a", url, rest) + check("b", url, rest)
        path = world.write(f"net/{label.replace(' ', '-')}.yaml", text)
        yield Fault("network", work, label, blame, preload="names.so",
                    arguments=["verify", "--out=out",
                               "--report=junit=junit.xml", path])


def network(world):
    yield from network_addresses(world)
    yield from network_cuts(world)
    probing = [work for work in world.works.values() if work.probes]
    own = ["EAGAIN", "EINTR", "ENOBUFS", "ENOMEM"]
    yield from calls(world, "network", [
        ("connect", own + ["ENETUNREACH", "ENETDOWN", "EADDRNOTAVAIL"], BOTH),
        ("socket", ["ENOBUFS", "ENOMEM", "EAFNOSUPPORT"], BOTH),
        ("poll,ppoll", ["EAGAIN", "EINTR", "ENOMEM"], ONCE),
        ("sendto,sendmsg", own + ["short"], ONCE),
        ("recvfrom,recvmsg", own, ONCE),
        ("getsockopt,setsockopt", ["ENOBUFS", "ENOMEM"], ONCE),
    ], probing)
    yield from calls(world, "network", [
        ("connect", ["ECONNREFUSED", "EHOSTUNREACH", "ETIMEDOUT"], BOTH),
        ("sendto", ["ECONNRESET", "EPIPE"], BOTH),
        ("recvfrom", ["ECONNRESET"], BOTH),
    ], [world.works["verify-good"], world.works["watch-good"]], "either")


def fifo(path):
    def prepare(folder):
        target = f"{folder}/{path}"
        if os.path.exists(target):
            os.remove(target)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        os.mkfifo(target)
    return prepare


def gone_reader(read):
    """A pipe whose reader takes so many bytes and goes."""
    def make():
        out, into = os.pipe()
        if read == 0:
            os.close(out)
            return into
        # A program of its own: a fork would keep the pipes of other threads
        # open, and two of them would wait for each other.
        subprocess.Popen(["head", "-c", str(read)], stdin=out,
                         stdout=subprocess.DEVNULL)
        os.close(out)
        return into
    return make


def pipes(world):
    works = world.works
    for name in ("checks.yaml", "record.json"):
        for command in (["verify", "here/checks.yaml"], ["lint", "here"],
                        ["lint", "here/checks.yaml"],
                        ["report", "status", "--from=here/record.json"],
                        ["merge", "here/record.json", "--out=out"]):
            if any(name in word or word == "here" for word in command):
                work = next(w for w in works.values()
                            if w.command == command[0] and w.end == 0)
                yield Fault("pipes", work, f"{name} is a pipe that nobody "
                            f"writes to: {command[0]}", arguments=command,
                            prepare=fifo(f"here/{name}"))
    for work in works.values():
        for output in work.outputs:
            yield Fault("pipes", work, f"{output} is a pipe",
                        prepare=fifo(output))
        if work.command == "serve":
            continue  # nobody would know where it listens
        for size in (0, 1, 20, 50, 100, 200):
            yield Fault("pipes", work, f"a reader that goes after byte {size}",
                        "nobody", streams={"stdout": gone_reader(size)},
                        stdout=False)
        yield Fault("pipes", work, "a reader of messages that is gone",
                    "nobody", streams={"stderr": gone_reader(0)})


@dataclass
class Kind:
    name: str
    injected: str
    holds: str
    points: object
    sample: int  # points of a run without --all
    whole: int  # with it, about: what libraries call differs by machine


KINDS = [
    Kind("descriptors", "RLIMIT_NOFILE of 4 to 40; EMFILE and ENFILE of each "
         "open, socket, pair and accept", "the verdict of a run without it, or "
         "exit 2, 3, 4 and why", descriptors, 60, 1300),
    Kind("memory", "each allocation, also of libraries; an address space of 30 "
         "to 130 MiB", "the same verdict, or exit 4 and \"out of memory\"",
         memory, 60, 114000),
    Kind("disk", "ENOSPC, EIO, EDQUOT, EINTR and short counts of each write, "
         "sync, rename, open, close and read; full and read-only disks; "
         "RLIMIT_FSIZE", "outputs are whole and of one run, or gone; no file "
         "is left over", disk, 60, 5900),
    Kind("kill", "SIGKILL, SIGTERM and SIGINT at each system call", "whole "
         "outputs or none; the next run in that place works", kill, 70, 6600),
    Kind("freeze", "SIGSTOP for longer than the time-out, at each call of a "
         "probe, and SIGCONT", "never production's failure", freeze, 16, 120),
    Kind("clock", "jumps of the wall clock by a second to 73 years (1999, 2038, "
         "2099) at each of its readings, gaps of the monotonic one up to a month, "
         "a suspended machine; also while certificates are judged", "the same verdict, or exit 4", clock, 60, 4400),
    Kind("permissions", "EACCES and EPERM of each open, rename, socket and "
         "connect; no HOME, no working folder, another user, descriptors 0 "
         "to 2 closed", "never production's failure, never a pass that was not "
         "one", permissions, 60, 1800),
    Kind("network", "a response cut after each of its bytes, by close, reset, "
         "half-close and silence; ports, names and proxies that are dead; "
         "EAGAIN, EINTR, ENOBUFS, ENOMEM, resets of each call", "a part of a "
         "response never passes; what is the runner's is exit 4", network, 80, 1600),
    Kind("pipes", "inputs and outputs that are pipes that no one uses (a log may be "
         "one: it is waited for); readers that go away", "no hang; the exit code stays that of the "
         "verdict", pipes, 40, 100),
]
