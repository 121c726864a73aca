"""What junit.xml says is what record.json says. usage: junit.py FOLDER"""
import collections
import json
import sys
import xml.etree.ElementTree as tree

folder = sys.argv[1]
record = json.load(open(folder + "/record.json", encoding="utf-8"))
root = tree.parse(folder + "/junit.xml").getroot()
cases = list(root.iter("testcase"))
keys = collections.Counter((c.get("classname"), c.get("name")) for c in cases)
assert max(keys.values()) == 1, keys
assert len(cases) == len(record["results"]) + 1
red = {"fail": "failure", "error": "error", "blocked": "skipped",
       "skipped": "skipped", "pass": None, "degraded": None}
by_name = {c.get("name"): c for c in cases}
for result in record["results"]:
    case = by_name[result["id"]]
    kinds = {e.tag for e in case} & {"failure", "error", "skipped"}
    want = red[result["status"]]
    assert kinds == ({want} if want else set()), (result["id"], kinds)
    assert (case.find("flakyFailure") is not None) == result["flaky"]
    if want in ("failure", "error"):
        # where reporters find the line, and what they show
        assert result["at"].split(":")[0] in case.find(want).text
for node in [root] + root.findall("testsuite"):
    inside = list(node.iter("testcase"))
    assert int(node.get("tests")) == len(inside)
    assert int(node.get("failures")) == len(list(node.iter("failure")))
    assert int(node.get("errors")) == len(list(node.iter("error")))
files = {s.get("file") for s in root.findall("testsuite")}
assert files == {"checks.d/a.json", "checks.d/b.json", None}, files
assert by_name["deployment"].find("failure") is not None
