"""Drives `postflight watch --interval` as a service manager would.
usage: watch_service.py reload PROGRAM CHECKS STATE   notify socket and signals
       watch_service.py rounds PROGRAM CHECKS STATE N   memory and descriptors
Prints what it found; ends with 1 when it is not as it must be.
"""
import os, select, signal, socket, subprocess, sys, time

mode, program, checks, state = sys.argv[1:5]
WAIT = 60  # s without news: only a hang takes so long


class Service:
    def __init__(self, *options):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        path = os.path.abspath("notify")
        if os.path.exists(path):
            os.unlink(path)
        self.socket.bind(path)
        self.told = []
        self.said = open("service.log", "w+")
        self.process = subprocess.Popen(
            [program, "watch", checks, "--state", state, *options],
            env=dict(os.environ, NOTIFY_SOCKET=path),
            stdout=self.said, stderr=subprocess.STDOUT)

    def hear(self, wanted):
        """Until the manager is told so; what came before is kept."""
        end = time.monotonic() + WAIT
        while time.monotonic() < end:
            if select.select([self.socket], [], [], 0.2)[0]:
                text = self.socket.recv(4096).decode()
                self.told.append(text)
                if wanted in text.split("\n"):
                    return text
            elif self.process.poll() is not None:
                break
        sys.exit(f"{wanted} was not told: {self.told[-20:]}\n{self.text()}")

    def text(self):
        with open("service.log") as f:
            return f.read()

    def rounds(self):
        return self.text().count(" checks passed; ")

    def until(self, what, text):
        end, rounds = 0, -1
        while not what():
            if self.rounds() > rounds:
                end, rounds = time.monotonic() + WAIT, self.rounds()
            if time.monotonic() > end or self.process.poll() is not None:
                sys.exit(f"{text}\n{self.text()}")
            time.sleep(0.02)

    def more_rounds(self, count=2):
        wanted = self.rounds() + count
        self.until(lambda: self.rounds() >= wanted, "no more rounds")

    def memory(self):
        """The least of some rounds: one that is under way has more."""
        found, wanted = [], self.rounds() + 20
        while self.rounds() < wanted and self.process.poll() is None:
            with open(f"/proc/{self.process.pid}/status") as f:
                kb = next(int(l.split()[1]) for l in f if l.startswith("VmRSS"))
            found.append((kb, len(os.listdir(f"/proc/{self.process.pid}/fd"))))
            time.sleep(0.003)
        return min(kb for kb, fds in found), min(fds for kb, fds in found)


def reload():
    s = Service("--interval", "1s")
    s.hear("READY=1")
    s.hear("WATCHDOG=1")
    s.more_rounds(1)
    with open(checks) as f:
        good = f.read()
    with open(checks, "a") as f:
        f.write("  - { id: added, exec: [/bin/true] }\n")
    s.process.send_signal(signal.SIGHUP)
    assert "MONOTONIC_USEC=" in s.hear("RELOADING=1")
    s.hear("READY=1")
    s.until(lambda: "4 of 4 checks passed" in s.text(), "the new check is not asked")
    with open(checks, "w") as f:
        f.write("checks: [{ id: a, url: nothing }]\n")
    s.process.send_signal(signal.SIGHUP)
    s.hear("RELOADING=1")
    s.hear("READY=1")
    s.more_rounds()
    assert "the previous ones stay in use" in s.text(), s.text()
    assert s.text().rstrip().split("\n")[-1].strip().startswith("healthy"), s.text()
    with open(checks, "w") as f:
        f.write(good)
    for _ in range(3):  # again and again: nothing of the old ones is used
        s.process.send_signal(signal.SIGHUP)
        s.hear("RELOADING=1")
        s.hear("READY=1")
    s.until(lambda: s.text().rstrip().split("\n")[-1].endswith("3 of 3 checks passed; no incident"),
            "the check that was taken out is asked")
    s.process.send_signal(signal.SIGTERM)
    s.hear("STOPPING=1")
    code = s.process.wait(WAIT)
    assert code == 0, f"exit {code}\n{s.text()}"
    print("told", ", ".join(dict.fromkeys(t.split("\n")[0] for t in s.told)))


def rounds():
    count = int(sys.argv[5])  # the socket is not read: that holds nothing up
    s = Service("--interval", "1ms", "--rounds", str(count))
    s.until(lambda: s.rounds() >= count // 4, "too few rounds")
    first = s.rounds(), *s.memory()
    s.until(lambda: s.rounds() >= count - count // 8, "too few rounds")
    last = s.rounds(), *s.memory()
    s.until(lambda: s.rounds() >= count, "too few rounds")
    code = s.process.wait(WAIT)
    print("round %d: %d kB, %d descriptors; round %d: %d kB, %d descriptors" % (first + last))
    assert code == 0, f"exit {code}"
    assert s.rounds() == count, s.rounds()
    assert last[2] <= first[2], "descriptors are left open"
    assert last[1] <= first[1] + 4096, "memory grows"


{"reload": reload, "rounds": rounds}[mode]()
