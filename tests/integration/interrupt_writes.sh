#!/usr/bin/env bash
# A signal that ends a command while it writes leaves nothing beside its files:
# they are whole, or as they were. At each call that has to do with files.
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1
tools=${POSTFLIGHT%/*}/tests
if ! "$tools/inject" "$scratch/report" any 0 0 /bin/true; then
    echo 'ok - interrupt # SKIP this kernel does not ask about system calls'
    exit 0
fi
printf 'routes:\n  /ok: { body: ok }\n' >server.yaml
play server.yaml server
printf 'checks:\n- { id: a, url: "%s/ok", timeout: 60s, expect: status == 200 }\n- { id: b, url: "%s/ok", timeout: 60s, expect: status == 200 }\n' \
    "$base" "$base" >checks.yaml
for part in 1 2; do
    "$POSTFLIGHT" verify checks.yaml --shard $part/2 --out part$part >/dev/null
done
"$POSTFLIGHT" verify checks.yaml --out whole >/dev/null
printf 'services:\n  web: { image: x, ports: ["8080:80"], healthcheck: { test: ["CMD", "curl", "-f", "http://localhost/h"] } }\n' >compose.yaml
cat >points.py <<'P'
import os, re, shutil, signal, subprocess, sys
tools, program, name, *arguments = sys.argv[1:]
CALLS = "openat,write,fsync,fchmod,rename,unlink,mkdir"
folder = f"{os.getcwd()}/run"


def run(nth, what):
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder + "/out")
    code = subprocess.run([f"{tools}/inject", "report", CALLS, nth, what,
                           program, *arguments], stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, timeout=120).returncode
    files = {}
    for at, _, names in os.walk(folder):
        for n in names:
            path = f"{at}/{n}"
            files[os.path.relpath(path, folder)] = open(path, "rb").read()
    return code, files


def kind(text):
    """What does not differ from run to run."""
    return len(re.sub(rb"\d", b"", text)) // 200


subprocess.run([program, *arguments], check=False, stdout=subprocess.DEVNULL)
code, truth = run("0", "0")
if not truth:
    sys.exit(f"{name} writes nothing: exit {code}")
seen = int(open("report").read().split()[1])
points = range(max(1, seen - 40), seen + 1)
for nth in points:
    number = signal.SIGTERM if nth % 2 else signal.SIGINT
    code, files = run(str(nth), f"kill={int(number)}")
    odd = sorted(set(files) - set(truth))
    if odd:
        sys.exit(f"call {nth} of {seen}: exit {code}, left over: {odd}")
    cut = [n for n in files if abs(kind(files[n]) - kind(truth[n])) > 3]
    if cut and code not in (130, 143):
        sys.exit(f"call {nth} of {seen}: exit {code}, a part of {cut}")
    if any(not text for text in files.values()):
        sys.exit(f"call {nth} of {seen}: exit {code}, an empty file")
print(f"{len(points)} of {seen} calls")
P
points() { timeout 400 "$python" points.py "$tools" "$POSTFLIGHT" "$@"; }
check 'interrupt: merge' points merge merge part1/record.json part2/record.json --out run/out
check 'interrupt: merge of a report' points merge merge part1/record.json part2/record.json --report junit=run/junit.xml
check 'interrupt: verify' points verify verify checks.yaml --out run/out --report html=run/page.html
check 'interrupt: report' points report report status --from whole/record.json -o run/status.md
check 'interrupt: baseline' points baseline baseline checks.yaml --samples 2 -o run/before.json
check 'interrupt: prove' points prove prove checks.yaml -o run/responses.json
check 'interrupt: import' points import import compose.yaml -o run/checks.yaml
exit "$bad"
