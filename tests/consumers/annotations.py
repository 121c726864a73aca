"""Reads annotations.txt as GitHub's runner does. usage: annotations.py FOLDER"""
import collections
import json
import re
import sys

folder = sys.argv[1]
record = json.load(open(folder + "/record.json", encoding="utf-8"))
found = []
for line in open(folder + "/annotations.txt", encoding="utf-8", newline="\n"):
    m = re.fullmatch(r"::(error|warning|notice) ([^\r\n]*?)::([^\r\n]*)\n", line)
    assert m, line
    pairs = dict(p.split("=", 1) for p in m.group(2).split(","))
    assert set(pairs) <= {"file", "line", "title"}, pairs
    for name in pairs:
        text = pairs[name]
        for code, char in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"),
                           ("%2C", ","), ("%25", "%")):
            text = text.replace(code, char)
        pairs[name] = text
    message = (m.group(3).replace("%0D", "\r").replace("%0A", "\n")
               .replace("%25", "%"))
    assert 0 < len(message.encode()) <= 4096
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f]", message + str(pairs))
    assert "##[" not in line
    found.append((m.group(1), pairs, message))
types = [f[0] for f in found]
assert types == sorted(types, key=("error", "warning", "notice").index), types
assert max(collections.Counter(types).values()) <= 10
assert found[0][1]["title"].startswith("postflight: unhealthy")
files = {f[1].get("file") for f in found}
assert {"checks.d/a.json", "checks.d/b.json", "deploy.log"} <= files, files
failed = next(r for r in record["results"] if r["id"] == "api/fail")
lines = {(f[1].get("file"), f[1].get("line")) for f in found}
assert tuple(failed["expectations"][0]["at"].rsplit(":", 1)) in lines, lines
