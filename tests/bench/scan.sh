#!/usr/bin/env bash
# The scanner beside rg, grep, PCRE2 line by line, and programs that only read
# or count newlines, on a generated log of mixed formats, with 4, 50, 200 and
# all signatures; on six kinds of logs with 200; then gzip, many hits, long lines,
# a small log, and memory.
# Printed, never asserted. A rival too slow for the whole log gets the first
# megabytes of it: ratios are of time per byte.
#   tests/bench/scan.sh [MEGABYTES] [RUNS]
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
size=${1-256} runs=${2-5}
export LC_ALL=C # grep in byte mode, as the scanner
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"

# NUMBER.pcre2, NUMBER.ere and NUMBER.anchors, one on each line, and a catalogue
# of so many signatures in build/bench-NUMBER. Those of the log come first.
python3 - "$root" <<'P'
import glob, json, os, random, re, sys, yaml
reader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
every = [s for path in sorted(glob.glob(sys.argv[1] + "/signatures.d/*.yaml"))
         for s in yaml.load(open(path, encoding="utf-8"), reader)["signatures"]
         if "patterns" in s]  # the others are proved by evidence
random.seed(1)
random.shuffle(every)
in_log = ["postgres/42p07", "prisma/p3018", "npm/script-failed", "azure/409"]
every.sort(key=lambda s: s["id"] not in in_log)

def ere(pattern):
    """What grep and rg both read and what fits the same lines, or None. Lines
    have no CR or LF in them, and how greedy a repeat is does not matter."""
    in_class = {"d": "0-9", "w": "[:alnum:]_", "s": "[:space:]", "n": "", "r": ""}
    out, inside = "", False
    pattern = re.sub(r"\(\?! \\w\)$", r"(?:$|[^ ]| (?:$|\\W))", pattern)
    pattern = re.sub(r"\[\^(?:\\r)?\\n\]", ".", pattern)
    for t in re.findall(r"\(\?<\w+>|\(\?:|\(\?|\\.|\[:\w+:\]|\[\^?|[*+?}][?+]|.", pattern):
        if not t.isascii() or t == "(?" or t[0] in "*+?}" and t[1:] == "+":
            return None
        if inside and t in ("[", "\\[", "\\]"):
            return None
        if t[0] == "\\" and t[1].isalnum():
            if t[1] not in (in_class if inside else "bdswSW"):
                return None
            t = in_class[t[1]] if inside else t.replace("\\d", "[0-9]")
        elif inside:
            inside = t != "]"
        elif t[0] == "[":
            inside = True
        elif t[0] == "(":
            t = "("
        elif t[0] in "*+?}" or t == "\\]":
            t = t[0] if t[0] != "\\" else "]"
        out += t
    return out

for number in 4, 50, 200, len(every):
    patterns = [p["match"] for s in every[:number] for p in s["patterns"]]
    said = [p for p in map(ere, patterns) if p is not None]
    anchors = [p["anchor"] for s in every[:number] for p in s["patterns"]]
    name = "all" if number == len(every) else str(number)
    for kind, lines in ("pcre2", patterns), ("ere", said), ("anchors", anchors):
        open(f"{name}.{kind}", "w", encoding="utf-8").writelines(p + "\n" for p in lines)
    print(f"{number} signatures: {len(patterns)} patterns, {len(said)} of them as ERE, for grep and rg")
    if name != "all":
        folder = f"{sys.argv[1]}/build/bench-{name}/signatures.d"
        os.makedirs(folder, exist_ok=True)
        with open(folder + "/cut.yaml", "w", encoding="utf-8") as out:
            json.dump({"signatures": every[:number]}, out, ensure_ascii=False)
P

cmake -S "$root" --preset release -DPOSTFLIGHT_TESTS=ON >/dev/null
cmake --build "$root/build/release" >/dev/null
for number in 4 50 200; do
    build=$root/build/bench-$number
    cmake -S "$root" --preset release -B "$build" \
        -DPOSTFLIGHT_SIGNATURES="$build/signatures.d" >/dev/null
    cmake --build "$build" --target postflight >/dev/null
done
bin=$root/build/release
bare=$bin/tests/bare_scan

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
def write(name, share, megabytes):
    with open(name, "w") as out:
        part = "\n".join(line(share) for _ in range(100000)) + "\n"
        for left in range(megabytes << 20, 0, -len(part)):
            out.write(part if left >= len(part) else part[:part.rfind("\n", 0, left) + 1])
size = int(sys.argv[1])
write("plain.log", 0.0001, size)
write("dense.log", 0.1, min(size, 8))
lines = [" ".join(line(0.0001) for _ in range(16000))[:(1 << 20) - 1] for _ in range(16)]
with open("long.log", "w") as out:
    for i in range(size):
        out.write(lines[i % len(lines)] + "\n")
P
gzip -k plain.log
for megabytes in 1 2 8 256 1024; do
    if [ "$size" -ge "$megabytes" ]; then
        head -c "${megabytes}M" plain.log
    else
        for ((i = 0; i < megabytes; i += size)); do cat plain.log; done
    fi >"$megabytes.log"
done

# Logs of one kind each, in which nothing failed; many of the last one's lines
# mention errors.
python3 - "$((size < 64 ? size : 64))" <<'P'
import random, sys
random.seed(2)
R, N = random.choice, random.randrange
time = lambda: f"2026-11-30 10:{N(60):02}:{N(60):02}.{N(1000):03}"
zulu = lambda: f"2026-11-30T10:{N(60):02}:{N(60):02}.1234567Z"
def stack():
    if N(10) == 0:
        return f"{time()}  WARN 1 --- [nio-8080-exec-{N(9)}] c.a.shop.RetryTemplate : attempt {N(9)} of 5 was slow"
    return (f"\tat com.acme.shop.{R(['web', 'store', 'pay'])}.{R(['OrderController', 'FaultException', 'ErrorHandler'])}"
            f".{R(['handle', 'invoke', 'run'])}({R(['OrderController', 'CartService', 'ErrorHandler'])}.java:{N(900)})")
kinds = {
    "web": [lambda: f'10.0.{N(255)}.{N(255)} - - [30/Nov/2026:10:{N(60):02}:{N(60):02} +0000] "GET /shop/item/{N(10**6)}?q={N(10**4)} HTTP/1.1" '
                    f'200 {N(10**5)} "https://shop.example/" "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/120.0"'],
    "json": [lambda: f'{{"level":"info","ts":"{zulu()}","msg":"request done","path":"/api/orders/{N(10**6)}","status":200,"errors":0,"error":null,"ms":{N(9000) / 100}}}'],
    "statements": [lambda: f"{time()} UTC [{N(30000)}] app@shop LOG:  duration: {N(90000) / 1000} ms  statement: "
                           f"SELECT id, total FROM orders WHERE customer = {N(10**6)} ORDER BY created_at DESC LIMIT 20"],
    "stack": [stack],
    "build": [lambda: f"Get:{N(300)} http://deb.debian.org/debian bookworm/main amd64 libfoo{N(99)} amd64 1.{N(9)}-2 [{N(900)} kB]",
              lambda: f"Unpacking libfoo{N(99)}:amd64 (1.{N(9)}-2) ...",
              lambda: f"[{N(900)}/900] Building C object src/CMakeFiles/app.dir/file{N(900)}.c.o",
              lambda: f"npm http fetch GET 200 https://registry.example/pkg{N(900)} {N(900)}ms (cache miss)"],
    "ci": [lambda: f"{zulu()} suite {N(900)}: 12 passed, 0 failed, 0 errors",
           lambda: f"{zulu()} Found 0 errors in file{N(900)}.ts",
           lambda: f"{zulu()} no error in module {N(900)}, 0 warnings",
           lambda: f"{zulu()} lint src/error-page-{N(900)}.ts ... ok"],
}
for name, forms in kinds.items():
    part = "\n".join(R(forms)() for _ in range(100000)) + "\n"
    with open(f"kind-{name}.log", "w") as out:
        for left in range(int(sys.argv[1]) << 20, 0, -len(part)):
            out.write(part if left >= len(part) else part[:part.rfind("\n", 0, left) + 1])
P

# Into a pipe: at /dev/null grep stops at the first line that fits.
cat >count.sh <<'S'
grep -c "$@" | cat
S
bytes() { stat -c %s "$1"; }
megabytes() { echo $((($(bytes "$1") + (1 << 19)) >> 20)) MB; }
row() { # NAME FILE COMMAND...
    python3 "$root/tests/bench/timed.py" "$runs" "$1, $(megabytes "$2")" "${@:3}"
}
number_of_lines() { # COMMAND...: what it prints; 1 says only that there are none
    local n=0
    n=$("$@") || [ $? -eq 1 ] || n=failed
    echo "${n:-0}"
}
rows() { # NUMBER POSTFLIGHT FILE_FOR_GREP FILE_FOR_PCRE2
    local n=$1 program=$2 all rg=() slow
    all=$(bytes plain.log) slow=$(megabytes "$4")
    echo "$n signatures, the first $slow: $("$program" scan "$4" | tail -1);" \
        "lines that fit: $(number_of_lines "$bare" pcre2 "$4" "$n.pcre2") PCRE2," \
        "$(number_of_lines grep -E -c -f "$n.ere" "$4") grep${ripgrep:+,}" \
        "${ripgrep:+$(number_of_lines $ripgrep "$n.ere" "$4") rg}"
    [ -z "$ripgrep" ] || rg=("rg@$all=$ripgrep $n.ere plain.log")
    row "$n signatures, 0.01 % hits" plain.log \
        "one-core@$all=taskset -c 0 $program scan plain.log" \
        "two-cores@$all=$program scan plain.log" \
        "memchr@$all=$bare memchr plain.log" "${rg[@]}" \
        "grep-E@$(bytes "$3")=bash count.sh -E -f $n.ere $3" \
        "PCRE2@$(bytes "$4")=$bare pcre2 $4 $n.pcre2"
}
ripgrep='rg --no-config --no-unicode -j1 -c -f'
command -v rg >/dev/null || {
    ripgrep=''
    echo "rg: not installed, so its column is missing (Debian's package ripgrep)"
}
kind() { # NAME
    local file=kind-$1.log all rg=()
    all=$(bytes "$file")
    [ -z "$ripgrep" ] || rg=("rg@$all=$ripgrep 200.ere $file")
    head -c 8M "$file" >part.log
    row "$1, 200 signatures" "$file" \
        "one-core@$all=taskset -c 0 $root/build/bench-200/postflight scan $file" \
        "${rg[@]}" "grep-E@$(bytes part.log)=bash count.sh -E -f 200.ere part.log" \
        "memchr@$all=$bare memchr $file"
}

rows 4 "$root/build/bench-4/postflight" plain.log 8.log
rows 50 "$root/build/bench-50/postflight" plain.log 8.log
rows 200 "$root/build/bench-200/postflight" plain.log 8.log
rows all "$bin/postflight" 2.log 2.log
for name in web json statements stack build ci; do
    kind "$name"
done
all=$(bytes plain.log)
row 'all signatures beside less work' plain.log \
    "one-core@$all=taskset -c 0 $bin/postflight scan plain.log" \
    "read@$all=$bare read plain.log" "wc@$all=wc -l plain.log" \
    "grep-F@$all=bash count.sh -F -f all.anchors plain.log" \
    "grep-one@$all=bash count.sh -F P3018 plain.log"
row gzip plain.log.gz "two-cores@$all=$bin/postflight scan plain.log.gz" \
    "gzip@$all=gzip -dc plain.log.gz"
for name in dense:'10 % hit lines' long:'lines of 1 MB'; do
    file=${name%%:*}.log
    row "${name#*:}" "$file" \
        "one-core@$(bytes "$file")=taskset -c 0 $bin/postflight scan $file" \
        "two-cores@$(bytes "$file")=$bin/postflight scan $file" \
        "memchr@$(bytes "$file")=$bare memchr $file"
done
row 'from process start to its end' 1.log \
    "postflight=$bin/postflight scan 1.log" \
    "version=$bin/postflight --version" "nothing=true"
sizes=()
for file in 1024.log 256.log 8.log 1.log; do
    sizes+=("${file%.log}MB@$(bytes "$file")=$bin/postflight scan $file")
done
row 'memory by size' 1024.log "${sizes[@]}"
