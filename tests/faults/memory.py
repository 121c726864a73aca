"""Refuses one allocation after the other to each command, and judges the end.

memory.py PROGRAM SHIM FOLDER [all | sample]

FOLDER has what the commands read; each run works in a copy of it. A refusal must
end the run with exit 4 and one line, or change nothing. Without `all` about 50
allocations are refused to each command, most of them after main began; with
`sample` about 8.
"""
import concurrent.futures
import http.client
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time

program, shim, folder = sys.argv[1:4]
every = sys.argv[4:] == ["all"]
most = 6 if sys.argv[4:] == ["sample"] else 40
SAID = b"postflight: out of memory\n"

COMMANDS = {
    "verify": "verify checks.yaml --expect 1.2 --log deploy.log --out out",
    "scan": "scan deploy.log deploy.log.gz deploy.log.zst --format json",
    "report": "report incident --from record.json -o incident.md",
    "formats": "report --from record.json --report html=page.html"
               " --report junit=junit.xml --report sarif=-",
    "lint": "lint checks.yaml document.md",
    "import": "import compose.yaml -o imported.yaml",
    "merge": "merge one.json two.json --out out",
    "watch": "watch --once checks.yaml --state history.db",
    "status": "status -o page --state history.db",
    "serve": "serve checks.yaml --listen unix:serve.sock",
}


class Unix(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=60)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(60)
        self.sock.connect(self.path)


def gate(process, where):
    """Requests a verdict of a server, and ends it: its answer and its end."""
    answer = b""
    path = os.path.join(where, "serve.sock")
    while process.poll() is None and answer == b"":
        try:
            asked = Unix(path)
            asked.request("GET", "/verify")
            answer = b"%d" % asked.getresponse().status
        except (FileNotFoundError, ConnectionRefusedError):
            time.sleep(0.005)
        except (OSError, http.client.HTTPException):
            answer = b"none"
    if process.poll() is None:
        process.terminate()
    out, err = process.communicate(timeout=120)
    return out + answer, err


def run(command, **shim_says):
    """In a copy of the folder: exit code, what it printed, what it said."""
    where = tempfile.mkdtemp(dir=os.path.dirname(folder))
    shutil.copytree(folder, where, dirs_exist_ok=True)
    env = dict(os.environ, LD_PRELOAD=shim,
               **{f"FAIL_MALLOC_{k}": str(v) for k, v in shim_says.items()})
    process = subprocess.Popen([program, *COMMANDS[command].split()], cwd=where,
                               env=env, stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        if command == "serve":
            out, err = gate(process, where)
        else:
            out, err = process.communicate(timeout=120)
    except subprocess.TimeoutExpired:
        process.kill()
        out, err = process.communicate()
        err += b"(hung)"
    shutil.rmtree(where)
    return process.returncode, out, err


def count(command):
    name = os.path.join(os.path.dirname(folder), "count")
    usual = run(command, COUNT=name)
    with open(name) as f:
        return int(f.read()), usual


def wrong(command, n, usual):
    """What is wrong with the end of a run whose allocation N is refused."""
    code, out, err = run(command, AT=n)
    # a server and the process of its run count on from the same number
    processes = 2 if command == "serve" else 1
    if code == 4 and err.endswith(SAID) and err.count(SAID) <= processes:
        return None
    if code == usual[0] and SAID not in err:
        return None
    # the process of a run ended, and the server says that it cannot say
    if command == "serve" and code == usual[0] and out.endswith(b"500"):
        return None
    return f"allocation {n}: exit {code}, {err[-300:]!r}, {out[-100:]!r}"


def chosen(before, total):
    if every:
        return list(range(1, total + 1))
    step = max(1, (total - before) // most)
    return list(range(1, before, max(1, 4 * before // most))) + \
        list(range(before, total + 1, step))


def main():
    COMMANDS["none"] = "--version"
    before, _ = count("none")
    del COMMANDS["none"]
    bad = False
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for command in COMMANDS:
            total, usual = count(command)
            numbers = chosen(before, total)
            found = [w for w in pool.map(
                lambda n: wrong(command, n, usual), numbers) if w]
            if usual[0] not in (0, 1, 5, 7):
                found.insert(0, f"usually: {usual}")
            print(f"{'not ok' if found else 'ok'} - memory: {command}, "
                  f"{len(numbers)} of {total} allocations refused")
            for line in found[:20]:
                print("#", line)
            bad = bad or bool(found)
    sys.exit(bad)


main()
