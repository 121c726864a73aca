"""The one judge: what must hold, whatever was injected."""
import functools
import json
import os
import re
import subprocess
import xml.etree.ElementTree as xml

from execute import SANITIZED
from world import PROGRAM, without_times

# What of a folder is no left-over of writing.
KNOWN = re.compile(r"^(out|out/record\.json|out/report\.md|junit\.xml|doc\.md|"
                   r"here(/.*)?|h\.db(-lock|-sending|-wal|-shm|-journal)?|s|incidents(/.*)?)$")
NOT_STARTED = "error while loading shared libraries"


@functools.cache
def documented(command):
    """The exit codes that the help of a command names, and 4, 130 and 143,
    which each may end with."""
    text = subprocess.run([PROGRAM, command, "--help"], text=True, check=True,
                          stdout=subprocess.PIPE).stdout
    lines = re.findall(r"^  (\d+(?:, \d+)*)  ", text.split("exit codes:")[1],
                       re.M)
    return {int(code) for line in lines
            for code in line.split(", ")} | {4, 130, 143}


def read_json(path):
    with open(path, encoding="utf-8") as text:
        return json.load(text)


def record_essence(record):
    return {
        "verdict": record["verdict"], "exit": record["exit"],
        "advice": record["advice"],
        "production": record["production"]["state"],
        "deployment": record["deployment"]["state"],
        "results": sorted((r["id"], r["status"]) for r in record["results"]),
        "findings": len(record["findings"]), "causes": len(record["causes"]),
    }


def report_essence(text):
    """The verdict of a document, and the checks that it names."""
    heading = re.match(r"# Deployment status: ([a-z ]+)\n", text)
    checks = sorted(set(re.findall(r"^\| `?(a|b|before)`? ", text, re.M)))
    return heading and heading[1].replace(" ", "-"), tuple(checks)


def output_essence(path):
    """What an output says; None without one, an error for half of one."""
    if not os.path.isfile(path):
        return None  # nothing, or a pipe that was there before
    try:
        if path.endswith(".json"):
            return record_essence(read_json(path))
        with open(path, encoding="utf-8") as text:
            content = text.read()
    except (OSError, ValueError, KeyError) as error:
        return f"cannot be read: {error}"
    if path.endswith(".xml"):
        try:
            root = xml.fromstring(content)
        except xml.ParseError as error:
            return f"cannot be read: {error}"
        return sorted((case.get("name"), len(case)) for case in
                      root.iter("testcase"))
    if path.endswith("report.md"):
        return report_essence(content)
    return without_times(content)


def answer_essence(status, body):
    try:
        answer = json.loads(body)
        return status, answer.get("verdict", "refused")
    except ValueError:
        return 0, "none"


def last_line(text):
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else ""


def essence(work, outcome):
    """What a run claims, without what differs from run to run."""
    whole = work.command in ("scan", "lint", "report")
    out = outcome.out if whole else last_line(outcome.out)
    return {
        "end": outcome.end,
        "stdout": without_times(out) if not work.serves else "",
        "outputs": {name: output_essence(f"{outcome.folder}/{name}")
                    for name in work.outputs},
        "answers": [answer_essence(*answer) for answer in outcome.answers],
    }


def same(found, truth, with_stdout):
    return all(found[key] == truth[key] for key in truth
               if key != "stdout" or with_stdout)


def crashed(outcome):
    if outcome.end < 0 and -outcome.end != outcome.fault.signal:
        return f"ended by signal {-outcome.end}"
    text = outcome.err
    if (outcome.end == SANITIZED or "runtime error:" in text
            or "Sanitizer" in text):
        return "a sanitizer's report"
    return ""


def verdicts(found):
    """All verdicts that a run gave, wherever."""
    given = [verdict for _, verdict in found["answers"]]
    record = found["outputs"].get("out/record.json")
    if isinstance(record, dict) and not any(
            name == "before" for name, _ in record["results"]):
        given.append(record["verdict"])
    return given


GREEN = {"healthy", "verified", "degraded", "not-shipped"}
RED = {"unhealthy", "not-shipped", "degraded"}


def false_green(fault, found):
    truth, end = fault.truth, found["end"]
    if fault.blame == "either" and same(found, truth, True):
        return ""
    bad = truth["end"] != 0 or any(v == "unhealthy" for _, v in
                                   truth["answers"])
    if bad or fault.blame in ("production", "either"):
        green = GREEN & set(verdicts(found))
        if green and not same(found, truth, fault.stdout):
            return f"it says {'/'.join(green)}"
        if end in (0, 5, 6) and fault.work.command not in (
            "serve", "watch"):  # which have more than one thing to do
            return f"exit {end}"
    elif end == 0 and fault.work.command not in (
            "serve", "watch"):  # which have more than one thing to do
        for key in ("outputs", "stdout"):
            if found[key] != truth[key] and (key == "outputs" or fault.stdout):
                return f"exit 0, but {key} differ: {found[key]}"
    return ""


def false_red(fault, found):
    truth, end = fault.truth, found["end"]
    if fault.blame != "runner" or truth["end"] not in (0,):
        return ""
    red = RED & set(verdicts(found))
    if any(v == "unhealthy" for _, v in truth["answers"]):
        return ""
    if red:
        return f"it says {'/'.join(red)}"
    return f"exit {end}" if end in (1, 5, 6, 7) else ""


def broken_outputs(fault, found):
    """Outputs are whole, of one run, and with nothing beside them."""
    wrong = []
    outputs = found["outputs"]
    for name, what in outputs.items():
        if isinstance(what, str) and what.startswith("cannot be read"):
            wrong.append(f"{name} {what}")
    record, report = (outputs.get(f"out/{name}")
                      for name in ("record.json", "report.md"))
    if isinstance(record, dict) and report is not None:
        checks = tuple(sorted(name for name, _ in record["results"]))
        if report != (record["verdict"], checks):
            wrong.append(f"report {report} beside record "
                         f"{record['verdict'], checks}")
    elif (record is None) != (report is None) and fault.signal != 9:
        wrong.append("record.json and report.md: one without the other")
    return wrong


def left_over(outcome):
    calls = outcome.fault.inject[0] if outcome.fault.inject else ""
    if calls.startswith("unlink"):
        return ""  # it could not be removed
    names = []
    for folder, folders, files in os.walk(outcome.folder):
        for name in folders + files:
            path = os.path.relpath(f"{folder}/{name}", outcome.folder)
            if not KNOWN.match(path):
                names.append(path)
    return f"left over: {' '.join(names)}" if names else ""


def message(outcome):
    """A failure of the runner is said, and once."""
    fault, text = outcome.fault, outcome.err
    lines = [line for line in text.splitlines()
             if re.match(r"(postflight: )?(error|warning)|\S+: error", line)]
    if len(set(lines)) < len(lines) and fault.work.command not in (
            "serve", "watch"):  # which have more than one thing to do
        return f"said twice: {lines[0]}"
    calls, nth, _ = fault.inject or ("", "", "")
    if calls.startswith("write") and nth.endswith("+"):
        return ""  # nothing can be said
    if "stderr" in fault.streams or not fault.stdout:
        return ""
    if outcome.end in (2, 3, 4) and outcome.end != fault.truth["end"]:
        if not text.strip() and "inconclusive" not in outcome.out:
            return f"exit {outcome.end} without a word"
    return ""


def judge_next(outcome):
    """The run after one that was ended does what it does by itself."""
    work = outcome.fault.work
    found = essence(work, outcome.next)
    if same(found, work.truth, work.command != "watch"):
        return []
    return [("other", f"{found} instead of {work.truth}")]


def judge(outcome):
    """What is wrong with an outcome, as (column, words)."""
    fault = outcome.fault
    if outcome.hung:
        return [("hang", "it did not end")]
    crash = crashed(outcome)
    if crash:
        return [("crash", crash)]
    if NOT_STARTED in outcome.err or fault.signal == -outcome.end == 9:
        found = dict(essence(fault.work, outcome), end=-9)
        return [("other", text) for text in broken_outputs(fault, found)]
    wrong = []
    found = essence(fault.work, outcome)
    killed = outcome.end < 0
    if killed:
        outcome.end = 128 - outcome.end  # what a shell says of it
    if outcome.next:
        wrong += [(column, f"the next run: {words}")
                  for column, words in judge_next(outcome)]
    if outcome.end not in documented(fault.work.command):
        wrong.append(("other", f"exit {outcome.end} is not documented"))
    for column, words in (("green", false_green(fault, found)),
                          ("red", false_red(fault, found)),
                          ("other", left_over(outcome) if fault.signal != 9 else ""),
                          ("other", message(outcome))):
        if words:
            wrong.append((column, words))
    return wrong + [("other", text) for text in broken_outputs(fault, found)]
