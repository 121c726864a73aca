"""Is this SARIF 2.1.0? Each property must be one of the object model that the
schema's authors generate from it (Debian: python3-sarif-python-om), each that
is required must be there, and what GitHub asks for beyond it must hold.
usage: sarif.py FILE"""
import json
import re
import sys

import attr
import sarif_om

# Where the model has a plain attribute, the class of what stands in it.
CLASS = {
    "runs": "Run", "tool": "Tool", "driver": "ToolComponent",
    "rules": "ReportingDescriptor", "shortDescription": "MultiformatMessageString",
    "help": "MultiformatMessageString", "results": "Result", "message": "Message",
    "locations": "Location", "physicalLocation": "PhysicalLocation",
    "artifactLocation": "ArtifactLocation", "region": "Region",
    "webRequest": "WebRequest", "webResponse": "WebResponse",
    "body": "ArtifactContent", "invocations": "Invocation",
    "toolExecutionNotifications": "Notification",
    "automationDetails": "RunAutomationDetails",
}
FREE = {"properties", "partialFingerprints", "headers"}


def walk(value, name, path):
    model = getattr(sarif_om, name)
    fields = {a.metadata.get("schema_property_name", a.name): a
              for a in attr.fields(model)}
    for key, item in value.items():
        assert key in fields, "%s.%s is not in SARIF's %s" % (path, key, name)
        if key in FREE:
            continue
        for n, one in enumerate(item if isinstance(item, list) else [item]):
            if isinstance(one, dict):
                walk(one, CLASS[key], "%s.%s[%d]" % (path, key, n))
    for key, field in fields.items():
        assert field.default is not attr.NOTHING or key in value, (
            "%s has no %s" % (path, key))


log = json.load(open(sys.argv[1], encoding="utf-8"))
log_fields = {k: v for k, v in log.items() if k != "$schema"}
walk(log_fields, "SarifLog", "$")
assert log["version"] == "2.1.0" and log["$schema"].endswith("2.1.0.json")
run, = log["runs"]
rules = [r["id"] for r in run["tool"]["driver"]["rules"]]
assert len(set(rules)) == len(rules)
assert 0 < len(run["results"]) <= 5000
levels = [r["level"] for r in run["results"]]
assert levels == sorted(levels, key=("error", "warning", "note").index), levels
assert {r["ruleId"].split("/")[0] for r in run["results"]} >= {
    "check", "deployment", "log"}
for r in run["results"]:
    place = r["locations"][0]["physicalLocation"]
    assert re.fullmatch(r"[A-Za-z0-9._~/:%-]+", place["artifactLocation"]["uri"])
    assert place["region"]["startLine"] >= 1
    assert r["ruleId"] in rules and r["message"]["text"]
    assert 8 <= len(r["partialFingerprints"]["postflight/v1"]) <= 200
    assert r.get("occurrenceCount", 1) >= 1
web = [r for r in run["results"] if "webRequest" in r]
assert any(r["webResponse"].get("statusCode") == 502 for r in web)
assert any(r["webResponse"]["noResponseReceived"] for r in web)
