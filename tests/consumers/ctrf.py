"""What ctrf.json says is what record.json says. usage: ctrf.py FOLDER"""
import json
import sys

folder = sys.argv[1]
record = json.load(open(folder + "/record.json", encoding="utf-8"))
results = json.load(open(folder + "/ctrf.json", encoding="utf-8"))["results"]
status = {"pass": "passed", "degraded": "passed", "fail": "failed",
          "error": "other", "blocked": "skipped", "skipped": "skipped"}
tests = {t["name"]: t for t in results["tests"]}
assert len(tests) == len(results["tests"]) == len(record["results"]) + 1
for r in record["results"]:
    t = tests[r["id"]]
    assert (t["status"], t["rawStatus"], t["flaky"]) == (
        status[r["status"]], r["status"], r["flaky"]), t
for word in ("passed", "failed", "other", "skipped", "pending"):
    count = sum(t["status"] == word for t in results["tests"])
    assert results["summary"][word] == count, word
assert results["summary"]["tests"] == len(results["tests"])
assert results["environment"]["healthy"] is False
