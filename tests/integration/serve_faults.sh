#!/usr/bin/env bash
# serve on a machine that refuses it things: it waits with patience, does not
# spin, and always hears that it is to end.
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1
tools=${POSTFLIGHT%/*}/tests
if ! "$tools/inject" "$scratch/report" any 0 0 /bin/true; then
    echo 'ok - serve # SKIP this kernel does not ask about system calls'
    exit 0
fi
cat >serve.py <<'P'
import errno, os, re, resource, signal, socket, subprocess, sys, time
tools, program = sys.argv[1:3]
open("c.yaml", "w").write('checks: [{ id: a, tcp: "127.0.0.1:9" }]\n')


class Serve:
    """calls: what is injected; files: how many may be open, of the program."""
    def __init__(self, calls=("any", "0", "0"), files=0):
        run = [f"{tools}/inject", "report", *calls]
        if files:
            run += ["/usr/bin/prlimit", f"--nofile={files}"]
        if os.path.exists("report"):
            os.remove("report")
        self.process = subprocess.Popen(
            [*run, program, "serve", "c.yaml", "--listen", "127.0.0.1:0"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        self.port = int(line.rsplit(":", 1)[1]) if "listening" in line else 0

    def pid(self):
        return int(open("report").read().split()[0])

    def knock(self):
        c = socket.create_connection(("127.0.0.1", self.port), 60)
        return c

    def healthy(self):
        c = self.knock()
        c.settimeout(60)
        c.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        return c.recv(12) == b"HTTP/1.1 200"

    def end(self, number=signal.SIGTERM):
        os.kill(self.pid(), number)
        try:
            out, err = self.process.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            os.kill(self.pid(), signal.SIGKILL)
            return "hangs", ""
        return self.process.returncode, out + err

    def seen(self, call):
        return int(re.search(rf" {call}=(\d+)", open("report").read())[1])


def full():
    """No place for anybody: each knock is looked at now and then."""
    tried = 0
    for files in range(5, 16):
        s = Serve(files=files)
        if not s.port:
            s.process.communicate(timeout=60)
            continue
        kept = [s.knock() for _ in range(4)]
        time.sleep(2)
        code, text = s.end()
        tried += 1
        spun = s.seen("accept") + s.seen("poll")
        if code != 0 or spun > 400:
            return f"{files} files: exit {code}, {spun} calls: {text}"
    return "" if tried else "none started"


def poll_once():
    for name in ("EAGAIN", "ENOMEM", "EINTR"):
        for nth in (1, 2):
            s = Serve(("poll", str(nth), str(getattr(errno, name))))
            good = s.healthy()
            code, text = s.end()
            if not good or code != 0:
                return f"{name} {nth}: {good} {code} {text}"
    return ""


def poll_always():
    for name in ("EAGAIN", "ENOMEM", "EFAULT"):
        s = Serve(("poll", "2+", str(getattr(errno, name))))
        s.knock()
        out, err = s.process.communicate(timeout=120)
        if s.process.returncode != 4 or "poll: " not in err:
            return f"{name}: {s.process.returncode} {err}"
    return ""


def unwritten():
    """The byte that wakes the loop is refused, after the line on its start."""
    for number, code in ((signal.SIGTERM, 0), (signal.SIGINT, 0)):
        for name in ("EAGAIN", "EINTR", "ENOSPC"):
            s = Serve(("write", "2+", str(getattr(errno, name))))
            if not s.healthy():
                return f"{name}: not healthy"
            got, text = s.end(number)
            if got != code:
                return f"{name} {number}: {got} {text}"
    return ""


def accept_fails():
    for name in ("EMFILE", "ENOMEM", "ECONNABORTED", "EPERM", "EPROTO"):
        s = Serve(("accept,accept4", "1", str(getattr(errno, name))))
        good = s.healthy()
        code, text = s.end()
        if not good or code != 0:
            return f"{name}: {good} {code} {text}"
    return ""


why = globals()[sys.argv[3]]()
print(why)
sys.exit(bool(why))
P
part() { timeout 500 "$python" serve.py "$tools" "$POSTFLIGHT" "$1"; }
check 'serve: no file left for a client is no reason to spin' part full
check 'serve: a client that could not be let in is let in later' part accept_fails
check 'serve: one poll that fails ends nothing' part poll_once
check 'serve: polls that always fail end it with 4' part poll_always
check 'serve: a signal is heard, although its byte was not written' part unwritten
exit "$bad"
