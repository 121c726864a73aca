"""Kills `postflight watch --once` at random instants, and looks at what is left.
usage: watch_kill.py PROGRAM KILLS [SEED [STATE [away]]]   in an empty folder
Rounds that pass and fail take turns, so that incidents open, worsen, resolve
and close all the time. Then one round that is not killed, and the accounts:
the history is sound; no run, event or incident twice; each notification of
the outbox was sent, in one wording; the documents are whole.
With "away" the folder of the history is gone in half of the rounds, so that
they go on in a spool; an incident may then be there twice, since pages come at
least once, but nothing that was written is lost.
"""
import http.server, json, os, random, re, signal, sqlite3, subprocess, sys, threading, time

program, kills = sys.argv[1], int(sys.argv[2])
seed = int(sys.argv[3]) if len(sys.argv) > 3 and sys.argv[3] else random.randrange(1 << 30)
state = sys.argv[4] if len(sys.argv) > 4 else "postflight.db"
server = "://" in state
away = sys.argv[5:] == ["away"]
if away:
    os.makedirs("store")
    state = "store/postflight.db"
chance = random.Random(seed)


class Answers(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(503 if self.path == "/sick" else 200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *args):
        pass


answers = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
threading.Thread(target=answers.serve_forever, daemon=True).start()
port = answers.server_address[1]

# The pager keeps each delivery in a file of its own: first whole, then there.
with open("checks.yaml", "w") as f:
    f.write("""watch:
  service: shop
  open: { critical: 1 of 1 }
  close: 1
  quiet: 0s
  flapping: never
  remind: 0s
  notify:
    - name: pager
      command: [/bin/sh, -c, 'printf "%s\\n" "$POSTFLIGHT_KEY" >new.$$$$; cat >>new.$$$$; mv new.$$$$ sent/$(date +%s%N).$$$$']
      on: [opened, worsened, acknowledged, reminded, resolved, reopened, closed]
checks:
  - { id: a, title: A, url: "http://127.0.0.1:${PORT}/${A}", expect: status == 200 }
  - { id: b, title: B, url: "http://127.0.0.1:${PORT}/${B}", expect: status == 200 }
""")
os.makedirs("sent", exist_ok=True)
log = open("rounds.log", "w+")
environ = dict(os.environ, XDG_STATE_HOME=os.path.abspath("spools"))


def put(there):
    """The folder of the history is there, or its name is that of a file."""
    if there == os.path.isdir("store"):
        return
    if there:
        os.remove("store")
        os.rename("gone", "store")
    else:
        os.rename("store", "gone")
        open("store", "w").close()


def start(a, b):
    return subprocess.Popen(
        [program, "watch", "--once", "checks.yaml", "--state", state, "--var", f"PORT={port}",
         "--var", f"A={a}", "--var", f"B={b}"],
        stdout=log, stderr=log, env=environ)


began = time.monotonic()
start("well", "well").wait()
length = time.monotonic() - began
killed = ended = 0
script = [("sick", "well"), ("sick", "sick"), ("well", "well"), ("well", "well")]
spooled = 0
for i in range(kills):
    if away:
        put(chance.random() < 0.5)
        spooled += not os.path.isdir("store")
    process = start(*script[i // 2 % 4])
    # At any instant of its life; often in the part that writes.
    time.sleep(chance.uniform(0, length * 1.3))
    process.send_signal(signal.SIGKILL)
    if process.wait() == -signal.SIGKILL:
        killed += 1
    else:
        ended += 1
if away:
    put(True)
for _ in range(4):
    code = start("well", "well").wait()
    if code != 0:
        log.seek(0)
        sys.exit(f"seed {seed}: the last round ended with {code}\n" + log.read()[-2000:])

bad = []
db = None if server else sqlite3.connect(state)


def ask(sql):
    if not server:
        return db.execute(sql).fetchall()
    out = subprocess.run(["psql", "-qXAtF", "\x1f", state, "-c", "SET search_path TO postflight", "-c", sql],
                         capture_output=True, text=True, check=True).stdout
    return [tuple(line.split("\x1f")) for line in out.splitlines()]


def none(what, rows):
    if rows:
        bad.append(f"{what}: {rows[:5]}")


if not server:
    none("not sound", [r for r in ask("PRAGMA integrity_check") if r != ("ok",)])
    none("a link leads nowhere", ask("PRAGMA foreign_key_check"))
none("a run twice", ask("SELECT started_ms, COUNT(*) FROM runs GROUP BY 1 HAVING COUNT(*) > 1"))
none("a run without its results", ask(
    "SELECT id FROM runs WHERE (SELECT COUNT(*) FROM results WHERE run = runs.id) <> 2"))
none("an event twice", ask(
    "SELECT incident, time_ms, text FROM events GROUP BY 1, 2, 3 HAVING COUNT(*) > 1"))
incidents = ask("SELECT id, document, status, run FROM incidents")
if away:
    none("a spool is left", os.listdir("spools/postflight"))
none("an incident twice", [] if away else ask("SELECT run, COUNT(*) FROM incidents GROUP BY 1 HAVING COUNT(*) > 1"))
none("not closed", [i for i in incidents if i[2] != "closed"])
none("not sent", ask("SELECT key, state FROM notices WHERE state <> 'sent'"))
for transition in ("opened", "resolved", "closed"):
    none(f"{transition}, and not told", ask(
        "SELECT id FROM incidents WHERE NOT EXISTS (SELECT 1 FROM notices WHERE "
        f"incident = incidents.id AND transition = '{transition}')"))
sent = {}
deliveries = os.listdir("sent")
for name in deliveries:
    with open("sent/" + name) as f:
        key, payload = f.read().split("\n", 1)
    try:
        json.loads(payload)
        sent.setdefault(key, set()).add(payload)
    except json.JSONDecodeError:
        pass  # the watcher was killed while it wrote: it is sent once more
none("one key, two wordings", [k for k, v in sent.items() if len(v) > 1])
keys = {r[0] for r in ask("SELECT key FROM notices")}
none("delivered without being kept", sorted(set(sent) - keys))
none("kept and not delivered", sorted(keys - set(sent)))
for name, document, _, _ in incidents:
    if not os.path.exists(document):
        bad.append(f"{document} is missing")
        continue
    with open(document) as f:
        text = f.read()
    begun = re.findall(r"^<!-- postflight:begin (\S+) ", text, re.M)
    over = re.findall(r"^<!-- postflight:end (\S+) -->", text, re.M)
    if begun != over or "postflight:document incident" not in text or "**Status:** closed" not in text:
        bad.append(f"{document} is not whole, or does not say that it is closed")
# A write that was cut off leaves its half beside the document, never in it.
others = [n for n in os.listdir("incidents") if not n.endswith((".md", ".svg", ".facts.yaml"))]
none("unknown file", [n for n in others if not re.search(r"\.(md|svg|yaml)\.\w{6}$", n)])
print(f"seed {seed}: {killed} kills, {spooled} rounds without the history, {ended} rounds ended before; "
      f"{ask('SELECT COUNT(*) FROM runs')[0][0]} runs, {len(incidents)} incidents, "
      f"{len(keys)} notifications in {len(deliveries)} deliveries, "
      f"{len(keys - set(sent))} lost, {len(deliveries) - len(sent)} again under the same key, "
      f"{len(others)} halves of documents beside them")
for line in bad:
    print(line)
sys.exit(bool(bad))
