"""Definitions, a server's script and a log in which every text that can be
foreign holds what CI hosts, XML, TAP, Nagios and Markdown would act on.
usage: hostile.py FOLDER"""
import json
import os
import sys

LINES = [
    "::error::owned",
    "  ::set-output name=x::y",
    "\u3000::add-mask::p",
    "::stop-commands::x",
    "##[error]owned",
    "x ##vso[task.complete result=Succeeded]",
    "##teamcity[buildStatus text='owned']",
    "--- owned",
    "+++ owned",
    "~~~ owned",
    "^^^ +++",
    "\x1b[0Ksection_start:1:x\r\x1b[0Kowned",
    "\x1b[8mha:AAAA owned",
    "ok 99 - owned",
    "Bail out! owned",
    "</system-out></failure>]]><x/> & \"quote\" 'q' <!-- owned",
    "| 'owned'=1;2;3 | # SKIP owned \\",
    "\u202eowned\ufffe\x07",
]
ONE = " ".join(LINES).replace("\r", "").replace("\x1b", "").replace(
    "\x07", "").replace("\ufffe", "")
BODY = "\n".join(LINES)

checks_a = {
    "defaults": {"timeout": "60s"},
    "checks": [
        {"id": "api/pass", "url": "${BASE_URL}/ok", "expect": "status == 200",
         "identity": 'jsonpath "$.v"'},
        {"id": "api/flaky", "title": "Flaky " + ONE, "url": "${BASE_URL}/flaky",
         "expect": "status == 200",
         "patience": {"attempts": 3, "interval": "10ms",
                      "retry": ["connect", "status"]}},
        {"id": "api/fail", "title": LINES[0], "url": "${BASE_URL}/hostile",
         "expect": ["status == 200", 'header "x-hostile" == "calm"',
                    'body == "calm"']},
        {"id": "api/minor", "title": "##[error]owned " + ONE,
         "severity": "minor", "url": "${BASE_URL}/hostile",
         "expect": 'jsonpath "$.x" == ' + json.dumps("##vso[owned")},
    ],
}
checks_b = {
    "checks": [
        {"id": "web/degraded", "title": "--- owned", "url": "${BASE_URL}/ok",
         "expect": "status == 200",
         "degraded": 'body contains ' + json.dumps(LINES[7])},
        {"id": "web/error", "title": "+++ owned", "url": "${BASE_URL}/long",
         "expect": 'body matches "^(a+)+$"'},
        {"id": "web/blocked", "title": "~~~ owned", "url": "${BASE_URL}/ok",
         "expect": "status == 200", "needs": ["api/fail"]},
        {"id": "web/refused", "title": LINES[6], "severity": "info",
         "url": "http://127.0.0.1:1/" + "x", "expect": "status == 200"},
        {"id": "exec/hostile", "exec": ["/usr/bin/env", "printf", "%s",
                                        "CRITICAL - " + ONE],
         "severity": "minor", "expect": "exit == 2"},
    ],
}
server = {"routes": {
    "/ok": {"body": json.dumps({"v": "1.0.0 ##[error]owned"})},
    "/flaky": [{"status": 503}, {"status": 500}, {"body": "ok"}],
    "/hostile": {"status": 502, "body": BODY.replace("{", "{{"),
                 "reason": "::error::owned",
                 "headers": {"x-hostile": ONE.encode("ascii", "ignore").decode()
                             .replace("{", "{{")}},
    "/long": {"body": "a" * 5000 + "!"},
}}
LOG = [
    "2026-01-04T15:18:29Z starting",
    "2026-01-04T15:18:30Z ERROR: relation \"::error::owned\" already exists",
    "2026-01-04T15:18:30Z ERROR: 42P07: relation \"##[error]owned\" already exists",
] + ["2026-01-04T15:18:31Z error: " + line for line in LINES] + LINES + [
    "Error: ##teamcity[owned] P3018",
    "2026-01-04T15:18:32Z fatal: the deploy failed",
]

folder = sys.argv[1]
os.makedirs(folder + "/checks.d", exist_ok=True)
for name, value in (("checks.d/a.json", checks_a), ("checks.d/b.json", checks_b),
                    ("server.yaml", server)):
    with open(os.path.join(folder, name), "w", encoding="utf-8") as f:
        json.dump(value, f, indent=1)
with open(folder + "/deploy.log", "w", encoding="utf-8", newline="") as f:
    f.write("\n".join(LOG) + "\n")
