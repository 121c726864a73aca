"""
Plants secrets in definitions, lets servers and programs give them back in any
encoding, and runs each command. What they wrote is left in a folder, in which
find_secrets looks for any part of them:

    plant_secrets.py POSTFLIGHT FOLDER [--seed N] [--checks N]
"""
import argparse
import ctypes
import http.server
import itertools
import json
import os
import random
import socketserver
import sqlite3
import subprocess
import sys
import threading
import urllib.request

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import secret_forms as forms

FORMATS = ["json", "markdown", "html", "junit", "tap", "ctrf", "sarif",
           "prometheus", "nagios", "github", "github-summary"]
FILLER = "all of this is what a server says about a request that it refuses "


class World:
    def __init__(self, folder, seed):
        self.rng = random.Random(seed)
        self.folder = folder
        self.names = []     # a line of the file of secrets each
        self.env = {}       # of the environment
        self.vars = {}      # of --var
        self.file = {}      # of --env-file
        self.http = {}      # path to status, reason, headers, body
        self.tcp = {}       # what was sent to what is answered
        self.hooks = itertools.count()
        self.shaped = []    # texts that have what looks like a secret
        self.plan = {}      # name to how it was planted

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def write(self, name, text):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), "w", newline="") as f:
            f.write(text)

    def secret(self, kinds):
        """A new one, by its name; where its value comes from is chance."""
        name, value = f"S{len(self.names)}", forms.secret(self.rng, kinds)
        self.names.append(f"{name} {value.encode().hex()}")
        where = self.rng.random()
        if where < 0.1:
            self.vars[name] = value
        elif where < 0.5 and not set(value) & set("'\"\\$#` \n"):
            self.file[name] = value
        else:
            self.env[name] = value
        return name, value


def filler(rng):
    n = rng.randint(0, 240)
    return (FILLER * 5)[:n]


def quoted(text):
    return json.dumps(text, ensure_ascii=False)


# --- where a secret is sent from -------------------------------------------

ANY = list(forms.KINDS)
SENT = {
    "bearer": (["word", "hex", "base64", "marks"],
               lambda r: 'auth: { bearer: "%s" }' % r),
    "basic": (ANY, lambda r:
              'auth: { basic: { user: probe, password: "%s" } }' % r),
    "header": (ANY, lambda r: 'headers: { x-key: "%s" }' % r),
    "authorization": (ANY, lambda r: 'headers: { authorization: "Own %s" }' % r),
    "body": (ANY, lambda r: 'body: "token=%s"' % r),
    "json": (ANY, lambda r: 'json: { user: probe, password: "%s" }' % r),
    "form": (ANY, lambda r: 'form: { user: probe, password: "%s" }' % r),
    "cookie": (["word", "hex"], lambda r: 'cookies: { sid: "%s" }' % r),
    "query": (forms.URL_KINDS, None),
    "path": (forms.URL_KINDS, None),
}
EXPECT = [
    'body contains "nowhere"', 'body == "nothing"', 'body startsWith "no"',
    'header "x-echo" == "nothing"', 'header "x-echo" contains "nowhere"',
    'header "x-echo" matches /^nowhere$/', 'jsonpath "$.e" == "nothing"',
    'jsonpath "$.e" isInteger', 'jsonpath "$.e.f" == 1',
    'jsonpath "$" isString', 'jsonpath "$.e" toInt == 1',
    'xpath "//p" == "nothing"', 'regex /re(.*)/ == "nothing"',
    'body matches /nowhere/', 'cookie "sid" == "nothing"',
    'url == "https://nowhere.test/"', 'redirects count == 7',
    'bytes == hex,00;', 'bytes count < 3', 'body split " " count == 999',
    'body split " " includes "nowhere"', 'body trim lower == "nothing"',
    'jsonpath "$.e" split "," nth 0 == "nothing"', 'not body contains "e"',
    'status == 418', 'body isIsoDate',
    'sha256 == "00"', 'variable "HOME" == "{ref}"', 'body contains "{ref}"',
    'header "x-echo" == "{ref}x"', 'body matches /q{ref}q/',
    'jsonpath "$.e" == "{ref} "', 'jsonpath "$[?@.e == \'{plain}\']" exists',
]


def answer(w, value):
    """A response that has the secret in places that the checks look at."""
    rng = w.rng
    said, how = forms.within(rng, value, filler(rng), filler(rng))
    shape = rng.choice(["text", "json", "html", "bare"])
    if shape == "json":
        body = json.dumps({"e": said, "ok": False},
                          ensure_ascii=rng.random() < 0.5)
    elif shape == "html":
        body = f"<html><body><p>{said}</p></body></html>"
    elif shape == "bare":
        body, how = forms.place(rng, value)
    else:
        body = said
    header, more = forms.place(rng, value, folds=False)
    line = filler(rng)[:60] + header
    if "cut" not in more and rng.random() < 0.1:
        at = rng.randint(1, max(1, len(line) - 1))
        if line[at - 1] != " " and line[at:at + 1] != " ":
            line = line[:at] + "\r\n\t" + line[at:]
    headers = [("x-echo", line)]
    plain = forms.FORMS["percent"](value, rng)
    if rng.random() < 0.3:
        headers.append(("set-cookie", f"sid={plain}; path=/"))
    if rng.random() < 0.2:
        headers.append(("location", f"/gone?k={plain}&x=1"))
    status = rng.choice([200, 200, 200, 302, 401, 403, 404, 500, 502, 503])
    reason = "No" if rng.random() < 0.8 else "No " + forms.encode(
        rng, value)[0].replace("\r", "").replace("\n", "")
    return (status, reason, headers, body.encode()), f"{how}; {more}; {shape}"


def http_check(w, n, base):
    kinds, write = SENT[sent := w.rng.choice(list(SENT))]
    name, value = w.secret(kinds)
    ref = "${secret:%s}" % name
    path = f"/c{n}"
    w.http[path], how = answer(w, value)
    url = f"{base}{path}"
    if sent == "query":
        url += f"?key={ref}"
    elif sent == "path":
        url += f"/{ref}"
    expect = w.rng.choice(EXPECT).replace("{ref}", ref).replace("{plain}", "q")
    w.plan[name] = f"http, {sent}, {expect}, {how}"
    lines = [f"  - id: c{n}", f"    url: {quoted(url)}",
             f"    redirects: {w.rng.choice([0, 0, 1])}"]
    if write is not None:
        lines.append("    " + write(ref))
    if n == 0 or w.rng.random() < 0.1:
        lines.append('    identity: header "x-echo"')
    if w.rng.random() < 0.3:
        lines.append("    severity: " + w.rng.choice(["major", "minor"]))
    if w.rng.random() < 0.1:
        lines.append("    degraded: " + yaml_text(expect))
        expect = "status < 505"
    lines.append("    expect:")
    lines.append("      - " + yaml_text(expect))
    return lines


def yaml_text(text):
    return "'" + text.replace("'", "''") + "'"


def exec_check(w, n, base):
    name, value = w.secret(ANY)
    said, how = forms.within(w.rng, value, filler(w.rng), filler(w.rng))
    w.write(f"said/{n}", said + "\n")
    ref = "${secret:%s}" % name
    where = w.rng.choice(["args", "env"])
    w.plan[name] = f"exec, {where}, {how}"
    stream = w.rng.choice(["", " >&2"])
    code = w.rng.choice([0, 1, 2, 3, 5])
    script = f'cat {w.path(f"said/{n}")}{stream}; exit {code}'
    words = ["/bin/sh", "-c", script] + ([ref] if where == "args" else [])
    lines = [f"  - id: c{n}",
             "    exec: [%s]" % ", ".join(quoted(x) for x in words)]
    if where == "env":
        lines.append('    env: { TOKEN: "%s" }' % ref)
    if w.rng.random() < 0.5:
        lines.append("    expect: " + yaml_text('stdout contains "nowhere"'))
    return lines


def tcp_check(w, n, base):
    name, value = w.secret(ANY)
    said, how = forms.within(w.rng, value, filler(w.rng), filler(w.rng))
    w.tcp[f"c{n}"] = said.encode()
    w.plan[name] = f"tcp, {how}"
    return [f"  - id: c{n}", f"    tcp: {w.tcp_address}",
            '    send: "c%d ${secret:%s}\\n"' % (n, name),
            "    expect: " + yaml_text('body contains "nowhere"')]


def odd_check(w, n, base):
    """Targets that cannot be reached, whose name is a secret."""
    name, _ = w.secret(forms.URL_KINDS)
    ref = "${secret:%s}" % name
    how = w.rng.choice(["socket", "proxy", "host", "userinfo", "version",
                        "exec", "dns", "title", "service"])
    w.plan[name] = how
    url = f"    url: {base}/odd"
    lines = {
        "socket": [url, f"    unix_socket: {quoted(w.path(ref))}"],
        "proxy": [url, f'    proxy: "http://u:{ref}@127.0.0.1:1"'],
        "host": [f'    url: "http://{ref}.localhost:1/"'],
        "userinfo": [f'    url: "http://127.0.0.1:1/?u={ref}"'],
        "version": [url, f'    version: "{ref}"', '    identity: body'],
        "exec": ['    exec: ["/nowhere/%s"]' % ref],
        "dns": ['    dns: { name: "%s.test", server: "127.0.0.1:1" }' % ref],
        "title": [url, f'    title: "with {ref} in it"'],
        "service": [f"    tcp: 127.0.0.1:1", f'    send: "{ref}"',
                    "    expect: " + yaml_text('body == "x"')],
    }[how]
    if "url" in lines[0] and not any("expect" in x for x in lines):
        lines.append("    expect: status == 200")
    return [f"  - id: c{n}", "    timeout: 2s"] + lines


KINDS = [http_check] * 12 + [exec_check] * 2 + [tcp_check] * 2 + [odd_check]

BAD = [
    'url: "{r}"', 'url: "ftp://h/{r}"', 'url: "http://{r} x/"',
    'url: "http://[{r}"', 'tcp: "{r}"', 'tls: "{r}:x"', 'grpc: "{r}:99999"',
    'dns: {{ name: a.test, type: "{r}" }}', 'dns: "{r} {r}"',
    'exec: "{r}"', '{u}method: "{r} x"', '{u}timeout: "{r}"',
    '{u}severity: "{r}"', '{u}ca: "{r}"', '{u}schema: "{r}.json"',
    '{u}redirects: "{r}"', '{u}max_body: "{r}"', '{u}needs: ["{r}"]',
    '{u}tags: ["{r} !"]', '{u}proxy: "{r}"', '{u}resolve: {{ "{r}": "{r}" }}',
    '{u}headers: {{ x: "{r}\\nb" }}', '{u}cookies: {{ x: "{r}; b" }}',
    '{u}expect: "status == {r}"', '{u}expect: "{r}"',
    '{u}expect: "jsonpath \\"{r}[\\" exists"',
    '{u}expect: "body matches /({r}/"', '{u}expect: "xpath \\"{r}[\\" exists"',
    '{u}patience: {{ attempts: "{r}" }}', '{u}http_version: "{r}"',
    '{u}addresses: "{r}"', '{u}insecure: "{r}"', '{u}targets: "{r}"',
    '{u}auth: {{ bearer: "{r}", basic: "{r}" }}', '{u}identity: "{r}"',
    '{u}capture: {{ a: "{r}" }}', '{u}degraded: "{r} {r}"',
    '{u}client_cert: {{ cert: "{r}", key: "{r}" }}', '{u}version: ["{r}"]',
    '{u}steps: "{r}"', '{u}inconclusive: "{r}"', '{u}"{r}": 1',
    '{u}title: ["{r}"]', '{u}finally: "{r}"', '{u}starttls: "{r}"',
    '{u}compressed: "{r}"', '{u}unix_socket: ["{r}"]', '{u}json: 1\n    body: "{r}"',
]


def write_bad(w):
    """A folder of checks that are wrong, each by a secret."""
    lines = ["checks:"]
    for i, text in enumerate(BAD * 2):
        name, _ = w.secret(ANY)
        w.plan[name] = "bad: " + text
        text = text.format(r="${secret:%s}" % name,
                           u="url: http://a.test/\n    ")
        lines += [f'  - id: b{i}', "    " + text]
        if "expect" not in text:
            lines.append("    expect: status == 200")
    w.write("bad/bad.yaml", "\n".join(lines) + "\n")


def write_log(w, count):
    """A log of lines that report errors, each with a secret of the checks."""
    lines, words = [], ["ERROR", "FATAL", "error:", "panic:", "Exception:"]
    values = w.known
    for i, name in enumerate(w.rng.sample(sorted(values), count)):
        said, _ = forms.place(w.rng, values[name])
        line = "%s request %d failed: %s%s" % (
            w.rng.choice(words), i, filler(w.rng), said)
        lines.append(f"2025-10-20T10:00:{i % 60:02d}Z {line}")
        if i % 7 == 0:
            lines.append(f"Error: P1001: Can't reach database server at "
                         f"`{said}`:`5432`".replace("\n", " "))
        if i % 5 == 0:
            lines.append(f'ERROR: relation "{said}" already exists'.replace(
                "\n", " "))
    w.write("deploy.log", "\n".join(lines) + "\n")


SHAPED = ["password=%s", "Authorization: Bearer %s", "api_key: '%s'",
          "postgres://app:%s@db/x", '{"client_secret":"%s"}', "token=ghp_%s",
          "Cookie: access_token=%s;"]


def write_shaped(w):
    """A log of what looks like a secret, which no definition knows."""
    lines = []
    for i, shape in enumerate(SHAPED * 3):
        name, value = f"L{i}", forms.secret(w.rng, ["word"])
        w.names.append(f"{name} {value.encode().hex()}")
        w.plan[name] = "a log: " + shape
        w.shaped.append(shape % value)
        lines.append(f"2025-10-20T10:00:{i:02d}Z ERROR request failed: "
                     f"{filler(w.rng)[:100]} {shape % value} was refused")
    w.write("shaped.log", "\n".join(lines) + "\n")


HURL = """GET https://app:%s@api.test/x
Authorization: Bearer %s
X-Api-Key: %s

POST https://api.test/login
[BasicAuth]
bob: %s
[FormParams]
user: bob
password: %s
[Bogus]
token: %s
"""


def write_import(w):
    """A file of another tool that has secrets, which are not copied."""
    values = []
    for i in range(HURL.count("%s")):
        values.append(forms.secret(w.rng, ["word"]))
        w.names.append(f"I{i} {values[-1].encode().hex()}")
        w.plan[f"I{i}"] = "imported"
    w.write("other.hurl", HURL % tuple(values))


def write_deployments(w):
    runs = []
    for i, name in enumerate(w.rng.sample(sorted(w.known), 5)):
        value = w.known[name]
        runs.append({"id": f"d{i}", "target": "web", "status": "failed",
                     "start": "2025-10-20T10:00:00Z", "workflow": value,
                     "url": "https://ci.test/?t=" + forms.percent(value, w.rng),
                     "trigger": forms.place(w.rng, value)[0]})
    w.write("deployments.json", json.dumps(runs))


def write_facts(w):
    """What people wrote, with what looks like a secret; also in errors."""
    some = [w.shaped[i] for i in w.rng.sample(range(len(w.shaped)), 4)]
    w.write("facts.yaml", "summary: %s\ntitle: %s\n"
            % tuple(yaml_text(x) for x in some[:2]))
    w.write("facts-bad.yaml", "summary: [%s]\nimpact: %s\n"
            % tuple(yaml_text(x) for x in some[2:]))


def start_servers(w):
    class Answer(http.server.BaseHTTPRequestHandler):
        def do(self):
            length = int(self.headers.get("content-length") or 0)
            body = self.rfile.read(length)
            path = self.path.split("?")[0]
            if path.startswith("/hook"):
                n = next(w.hooks)
                with open(w.path("outputs", "hooks", f"{n}.json"), "wb") as f:
                    f.write(body)
            parts = path.split("/")
            status, reason, headers, said = w.http.get(
                "/" + parts[1], (404, "No", [], b"nothing"))
            self.wfile.write(f"HTTP/1.1 {status} {reason}\r\n".encode())
            for name, value in headers:
                self.wfile.write(f"{name}: {value}\r\n".encode())
            self.wfile.write(b"content-length: %d\r\nconnection: close\r\n\r\n"
                             % len(said) + said)
            self.close_connection = True

        do_GET = do_POST = do_PUT = do

        def log_message(self, *args):
            pass

    class Talk(socketserver.StreamRequestHandler):
        def handle(self):
            line = self.rfile.readline().decode("utf-8", "replace")
            self.wfile.write(w.tcp.get(line.split(" ")[0], b"what?"))

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True
        request_queue_size = 512

    addresses = []
    for handler in (Answer, Talk):
        server = Server(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        addresses.append("127.0.0.1:%d" % server.server_address[1])
    w.tcp_address = addresses[1]
    return "http://" + addresses[0]


class Runner:
    def __init__(self, w, program):
        self.w, self.program = w, program
        self.env = {**{k: os.environ[k] for k in
                       ("PATH", "HOME", "ASAN_OPTIONS") if k in os.environ},
                    **w.env}
        w.write("given.env", "".join(f"{n}={v}\n" for n, v in w.file.items()))

    def given(self, *folders):
        """Folders of definitions, and the variables that they use."""
        text = "".join(open(os.path.join(d, f)).read() for folder in folders
                       for d, _, files in os.walk(self.w.path(folder))
                       for f in files)
        return [*folders, "--env-file", "given.env"] + [
            x for name, value in self.w.vars.items() if f":{name}}}" in text
            for x in ("--var", f"{name}={value}")]

    def run(self, name, *args, env=None, codes=None):
        done = subprocess.run([self.program, *args], cwd=self.w.folder,
                              env={**self.env, **(env or {})},
                              stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=590, check=False)
        for stream in ("stdout", "stderr"):
            with open(self.w.path("outputs", f"{name}.{stream}"), "wb") as f:
                f.write(getattr(done, stream))
        if codes is not None and done.returncode not in codes:
            print(f"not expected: {name} ended with {done.returncode}: "
                  f"{done.stderr[:1000].decode('utf-8', 'replace')}")
            return False
        return True

    def serve(self):
        server = subprocess.Popen(
            [self.program, "serve", *self.given("checks"), "--listen",
             "127.0.0.1:0"], cwd=self.w.folder, env=self.env,
            stderr=open(self.w.path("outputs", "serve.stderr"), "wb"),
            stdout=subprocess.PIPE)
        address = ""
        said = []
        while "http://" not in address:
            address = server.stdout.readline().decode("utf-8", "replace")
            said.append(address)
            if address == "":
                print("serve did not start", said)
                return False
        base = "http://" + address.split("http://")[1].split()[0].strip("/,;'")
        for i, ask in enumerate(("/verify?record=1&always_ok=1", "/verify?id=c1",
                                 "/verify?x=1", "/healthz")):
            try:
                with urllib.request.urlopen(base + ask, timeout=500) as r:
                    text = r.read()
            except urllib.error.HTTPError as e:
                text = e.read()
            with open(self.w.path("outputs", f"serve.{i}.json"), "wb") as f:
                f.write(text)
        server.terminate()
        rest = server.communicate()[0]
        with open(self.w.path("outputs", "serve.stdout"), "wb") as f:
            f.write("".join(said).encode() + rest)
        return True


def reports(prefix):
    return [x for f in FORMATS
            for x in ("--report", f"{f}=outputs/{prefix}.{f}")]


def unpack(path, out):
    """Every cell of a history, zstd frames as what they hold."""
    lib = ctypes.CDLL("libzstd.so.1")
    lib.ZSTD_getFrameContentSize.restype = ctypes.c_ulonglong
    lib.ZSTD_decompress.restype = ctypes.c_size_t
    base = sqlite3.connect(path)
    base.text_factory = bytes
    with open(out, "wb") as f:
        for (table,) in base.execute(
                "select name from sqlite_master where type = 'table'"):
            for row in base.execute(f"select * from {table.decode()}"):
                for cell in row:
                    if not isinstance(cell, bytes):
                        cell = str(cell).encode()
                    if cell[:4] == b"\x28\xb5\x2f\xfd":
                        size = lib.ZSTD_getFrameContentSize(cell, len(cell))
                        room = ctypes.create_string_buffer(size)
                        n = lib.ZSTD_decompress(room, size, cell, len(cell))
                        cell = room.raw[:n]
                    f.write(cell + b"\n")


WATCH = """watch:
  interval: 5m
  open: {{ critical: 1 of 1, major: 1 of 1, minor: 1 of 1 }}
  documents: outputs/incidents
  notify:
    - {{ name: hook, webhook: "{base}/hook", headers: ["Authorization: Bearer ${{secret:{one}}}"] }}
    - {{ name: own, webhook: "{base}/hook2/${{secret:{two}}}", template: '{{"a": "{{{{title}}}} {{{{text}}}}"}}' }}
    - {{ name: refused, webhook: "{base}/{refuse}/x" , headers: ["x-token: ${{secret:{three}}}"] }}
    - {{ name: chat, slack: "{base}/hook3" }}
    - {{ name: disc, discord: "{base}/hook4" }}
    - {{ name: team, teams: "{base}/hook5" }}
    - {{ name: pager, command: [/bin/sh, -c, "cat >>{folder}/outputs/pager; cat {folder}/said/pager >&2; exit 3", "${{secret:{four}}}"] }}
"""


def write_watch(w, base):
    picked = [w.secret(forms.URL_KINDS) for _ in range(4)]
    said = b" ".join(forms.encode(w.rng, v)[0].encode() for _, v in picked)
    w.http["/refuse"] = (500, "No", [], said)
    w.write("said/pager", said.decode() + "\n")
    for name, _ in picked:
        w.plan[name] = "a receiver"
    w.write("watch/watch.yaml", WATCH.format(
        base=base, folder=w.folder, refuse="refuse",
        **dict(zip(("one", "two", "three", "four"), (n for n, _ in picked)))))


def run_all(w, r):
    """Every command; false if one did not do its work."""
    ok = True
    given = r.given("checks")
    logs = ["--log", "deploy.log", "--deployments", "deployments.json"]
    ok &= r.run("verify", "verify", *given, *logs, "--expect", "b1",
                "--out", "outputs/verify", *reports("verify"), "--state",
                "outputs/state.db", codes=(1, 6))
    ok &= r.run("verify-json", "verify", *given, "--format", "json",
                codes=(1,))
    ok &= r.run("explain", "verify", *given, "--explain", codes=(0,))
    ok &= r.run("github", "verify", *given, "--report", "github",
                "--out", "outputs/github", codes=(1,),
                env={"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY":
                     w.path("outputs", "summary.md"), "CI": "true"})
    for i in (1, 2):
        ok &= r.run(f"shard{i}", "verify", *given, "--shard",
                    f"{i}/2", "--out", f"outputs/shard{i}", codes=(1,))
    ok &= r.run("merge", "merge", "outputs/shard1/record.json",
                "outputs/shard2/record.json", "-o", "outputs/merged.json",
                *reports("merge"), codes=(1, 3))
    record = "outputs/verify/record.json"
    ok &= r.run("scan", "scan", "shaped.log", "--previous", record)
    ok &= r.run("scan-json", "scan", "shaped.log", "--format", "json")
    ok &= r.run("why", "scan", "shaped.log", "--why")
    ok &= r.run("report", "report", "incident", "--from", record, "--facts",
                "facts.yaml", "-o", "outputs/incident.md", codes=(0,))
    ok &= r.run("report-bad", "report", "incident", "--from", record, "--facts",
                "facts-bad.yaml", codes=(3,))
    ok &= r.run("converted", "report", "--from", record, *reports("converted"),
                codes=(0,))
    ok &= r.run("import", "import", "other.hurl", "-o", "outputs/imported.yaml",
                "--record", "outputs/imported.json", codes=(7,))
    ok &= r.run("lint", "lint", *given)
    for command in ("verify", "baseline", "prove", "watch", "serve"):
        more = ["--once"] if command == "watch" else []
        ok &= r.run(f"bad-{command}", command, *r.given("bad"), *more, codes=(3,))
    ok &= r.run("bad-lint", "lint", *r.given("bad"), codes=(3,))
    for form in ("text", "json", "sarif"):
        r.run(f"lint-{form}", "lint", "outputs/incident.md", "--format", form)
    ok &= r.run("baseline", "baseline", *given, "--samples", "2",
                "-o", "outputs/baseline.json")
    ok &= r.run("since", "verify", *given, "--since",
                "outputs/baseline.json", "--samples", "2", "--out",
                "outputs/since", codes=(1,))
    ok &= r.run("prove", "prove", *r.given("passing"), "-o",
                "outputs/recording.json", codes=(0, 7))
    ok &= r.run("prove-from", "prove", *r.given("passing"), "--from",
                "outputs/recording.json", "--format", "json", codes=(0, 7))
    for i in (1, 2):
        ok &= r.run(f"watch{i}", "watch", *r.given("checks", "watch"), "--once",
                    "--state", "outputs/watch.db", "--log", "deploy.log",
                    "--out", "outputs/watch", *reports("watch"), codes=(1,))
    ok &= r.run("incidents", "incident", "list", "--state", "outputs/watch.db")
    ok &= r.run("status", "status", "-o", "outputs/page", "--state",
                "outputs/watch.db")
    ok &= r.serve()
    for name in ("state", "watch"):
        unpack(w.path("outputs", f"{name}.db"), w.path("outputs", f"{name}.rows"))
    return ok


def write_checks(w, base, count):
    lines = ["checks:"]
    for n in range(count):
        kind = http_check if n == 0 else w.rng.choice(KINDS)
        lines += kind(w, n, base)
    w.write("checks/checks.yaml", "\n".join(lines) + "\n")
    w.known = {**w.env, **w.vars, **w.file}
    passing = ["checks:"]
    for n in range(count, count + count // 4):
        more = http_check(w, n, base)
        at = more.index("    expect:")
        passing += [x for x in more[:at] if "identity" not in x
                    and "degraded" not in x and "redirects" not in x]
        passing.append("    expect: status < 505")
    w.write("passing/checks.yaml", "\n".join(passing) + "\n")


def main():
    p = argparse.ArgumentParser()
    p.add_argument("program")
    p.add_argument("folder")
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--checks", type=int, default=60)
    a = p.parse_args()
    w = World(os.path.abspath(a.folder), a.seed)
    os.makedirs(w.path("outputs", "hooks"))
    base = start_servers(w)
    write_checks(w, base, a.checks)
    write_bad(w)
    write_watch(w, base)
    write_log(w, a.checks // 2)
    write_shaped(w)
    write_import(w)
    write_deployments(w)
    write_facts(w)
    w.write("secrets", "\n".join(w.names) + "\n")
    w.write("plan", "".join(f"{n} {h}\n" for n, h in w.plan.items()))
    ok = run_all(w, Runner(w, os.path.abspath(a.program)))
    print(f"# {len(w.names)} secrets were planted")
    sys.exit(0 if ok else 1)


if __name__ == "__main__":
    main()
