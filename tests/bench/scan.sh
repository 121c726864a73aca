#!/usr/bin/env bash
# The scanner beside grep and a program that only counts newlines, on a
# generated log of mixed formats: plain, with many hits, with long lines, gzip.
# Printed, never asserted.
#   tests/bench/scan.sh [MEGABYTES] [RUNS]
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
size=${1-256} runs=${2-5}
cmake -S "$root" --preset release -DPOSTFLIGHT_TESTS=ON >/dev/null
cmake --build "$root/build/release" >/dev/null
bin=$root/build/release
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"

python3 - "$size" <<'P'
import random, sys
random.seed(1)
forms = [
    "2026-11-21T10:%02d:%02d.%03dZ INFO  request id=%08x GET /api/v1/users/%d 200 %dms",
    '10.0.0.%d - - [21/Nov/2026:10:%02d:%02d +0000] "GET /static/app.%x.js HTTP/1.1" 200 %d "-" "Mozilla/5.0 (X11; Linux x86_64)"',
    "[%02d:%02d:%02d] Building module %d of %d: packages/core/src/index.ts",
    '{"level":"info","ts":%d,"msg":"handled request","path":"/orders/%d","ms":%d}',
    "npm http fetch GET 200 https://registry.example.com/pkg-%d %dms (cache hit)",
    "#%d [build %d/9] RUN apt-get install -y lib%d-dev",
    "  at Object.<anonymous> (/app/node_modules/jest/build/index.js:%d:%d)",
    "2026-11-21 10:%02d:%02d UTC [%d] LOG:  checkpoint complete: wrote %d buffers"]
hits = ['ERROR:  relation "users" already exists', "Error: P3018", "npm ERR! code ELIFECYCLE",
        "Conflict (CODE: 409)", "OOMKilled", "ERROR: worker %d has lost job %d"]
def line(share):
    form = random.choice(hits if random.random() < share else forms)
    return form % tuple(random.randrange(0, 60) for _ in range(form.count("%"))) if "%" in form else form
def write(name, share, megabytes, join="\n"):
    with open(name, "w") as out:
        part = join.join(line(share) for _ in range(100000)) + "\n"
        for _ in range(max(1, (megabytes << 20) // len(part))):
            out.write(part)
size = int(sys.argv[1])
write("plain.log", 0.0001, size)
write("dense.log", 0.1, min(size, 8))
with open("small.log", "w") as out:
    out.write(open("plain.log").read(1 << 20))
with open("long.log", "w") as out:
    for _ in range(size):
        out.write((" ".join(line(0.0001) for _ in range(12000)))[:1 << 20] + "\n")
P
gzip -k plain.log
python3 - "$root" >patterns <<'P'
import glob, sys, yaml
for path in glob.glob(sys.argv[1] + "/signatures.d/*.yaml"):
    for s in yaml.safe_load(open(path))["signatures"]:
        for p in s["patterns"]:
            print(p["anchor"])
P
cat >count.sh <<'S'
grep -c "$@" | cat
S
row() { # NAME FILE [COMMAND=...]
    python3 "$root/tests/bench/timed.py" "$runs" "$1, $(($(stat -c %s "$2") >> 20)) MB" \
        "postflight=$bin/postflight scan $2" "${@:3}"
}
echo "$("$bin/postflight" explain | wc -l) signatures, $(wc -l <patterns) patterns for grep"
row 'plain log, 0.01 % hits' plain.log \
    "one-core=taskset -c 0 $bin/postflight scan plain.log" \
    "wc=wc -l plain.log" "grep-F=bash count.sh -F -f patterns plain.log" \
    "grep-one=bash count.sh -F P3018 plain.log"
row 'gzip' plain.log.gz "gzip=gzip -dc plain.log.gz"
row '10 % hit lines' dense.log
row 'lines of 1 MB' long.log
row '1 MB, from process start to its end' small.log
