"""
Reads outputs with the readers that their formats have elsewhere: what stands in
place of a secret must not break any: `read_outputs.py FOLDER`.
"""
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import urllib.parse
import xml.etree.ElementTree

import yaml

bad = []
# RFC 3986: the characters of an address, of which brackets only hold an IPv6.
ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[A-Za-z0-9._~!$&'()*+,;=:@%-]*"
                     r"(\[[0-9A-Fa-f:.]+\])?(:[0-9]*)?"
                     r"([/?#][A-Za-z0-9._~!$&'()*+,;=:@%/?#-]*)?")


def complain(path, why):
    bad.append(f"{path}: {why}")


def read(path):
    with open(path, encoding="utf-8") as f:
        return f.read()


def look_at_address(path, text):
    """An address of ours; where a server's own is broken, so is ours."""
    if "REDACTED" not in text and "[redacted]" not in text:
        return
    try:
        urllib.parse.urlsplit(text).port
    except ValueError as e:
        complain(path, f"'{text}': {e}")
        return
    if not ADDRESS.fullmatch(text):
        complain(path, f"'{text}' is no address")


def look_at_command(path, text):
    """A line for a shell: its words, and the address among them."""
    try:
        words = shlex.split(text)
    except ValueError as e:
        complain(path, f"'{text}': {e}")
        return
    if words and words[0] == "curl" and "://" in words[-1]:
        look_at_address(path, words[-1])


def look_at_members(path, value, name=""):
    if isinstance(value, dict):
        for key, item in value.items():
            look_at_members(path, item, key)
    elif isinstance(value, list):
        for item in value:
            look_at_members(path, item, name)
    elif isinstance(value, str):
        if name in ("url", "uri", "target", "location"):
            if re.match(r"https?://", value):
                look_at_address(path, value)
        elif name in ("reproduce", "repeat", "command"):
            look_at_command(path, value)


def refuse_twice(pairs):
    if len({name for name, _ in pairs}) < len(pairs):
        raise ValueError("a member is there twice")
    return dict(pairs)


def read_json(path):
    look_at_members(path, json.loads(read(path),
                                     object_pairs_hook=refuse_twice))


def read_xml(path):
    xml.etree.ElementTree.parse(path)
    run(path, ["xmllint", "--noout", "--nonet", path])


def read_html(path):
    """Whole, and each element closed: it is written as XML would be."""
    done = subprocess.run(["xmllint", "--html", "--noout", "--nonet", path],
                          capture_output=True, text=True, check=False)
    for line in done.stderr.splitlines():
        if "error" in line and "invalid" not in line:
            complain(path, line)
            break


def read_tap(path):
    lines = read(path).splitlines()
    if lines[0] != "TAP version 14" or not re.match(r"1\.\.\d+", lines[1]):
        complain(path, "its head is not TAP's")
    count, block = 0, None
    for line in lines[2:]:
        if line == "  ---":
            block = []
        elif line == "  ...":
            fields = yaml.safe_load("\n".join(block))
            look_at_members(path, fields)
            block = None
        elif block is not None:
            block.append(line[2:])
        elif re.match(r"(not )?ok \d+ - ", line):
            count += 1
        elif not line.startswith(("#", "Bail out!")):
            complain(path, f"no line of TAP: {line[:80]}")
    if f"1..{count}" != lines[1]:
        complain(path, "its plan is another count")


def read_metrics(path):
    if shutil.which("promtool"):
        with open(path, "rb") as f:
            run(path, ["promtool", "check", "metrics"], stdin=f)
    for line in read(path).splitlines():
        if not re.fullmatch(r'#.*|[a-z_]+(\{([a-z_]+="([^"\\]|\\.)*",?)*\})? \S+',
                            line):
            complain(path, f"no metric: {line[:80]}")


def read_annotations(path):
    for line in read(path).splitlines():
        if not re.match(r"::(error|warning|notice)( [^:]*)?::.", line):
            complain(path, f"no annotation: {line[:80]}")


def read_nagios(path):
    text = read(path).strip()
    if "\n" in text or text.count("|") > 1:
        complain(path, "more than one line, or two lists of figures")


def read_yaml(path):
    look_at_members(path, yaml.safe_load(read(path)))


def read_record(path):
    read_json(path)
    for kind in ("status", "incident"):
        done = subprocess.run([os.environ["POSTFLIGHT"], "report", kind,
                               "--from", path], capture_output=True,
                              text=True, check=False)
        if done.returncode not in (0, 7):
            complain(path, f"own reader: {done.stderr[:200]}")


def run(path, words, stdin=None):
    done = subprocess.run(words, capture_output=True, text=True, stdin=stdin,
                          check=False)
    # promtool warns of names (3); what it cannot read is 1
    if done.returncode not in (0, 3):
        complain(path, (done.stderr + done.stdout).strip()[:300])


READERS = {
    "record.json": read_record, ".json": read_json, ".ctrf": read_json,
    ".sarif": read_json, ".junit": read_xml, ".html": read_html,
    ".tap": read_tap, ".prometheus": read_metrics, ".github": read_annotations,
    ".nagios": read_nagios, ".yaml": read_yaml,
    "json.stdout": read_json,
}


def main():
    count = 0
    for folder, _, files in os.walk(sys.argv[1]):
        for name in files:
            path = os.path.join(folder, name)
            reader = next((r for end, r in READERS.items()
                           if name.endswith(end)), None)
            if reader is None or os.path.getsize(path) == 0:
                continue
            try:
                reader(path)
                count += 1
            except (ValueError, yaml.YAMLError,
                    xml.etree.ElementTree.ParseError) as e:
                complain(path, f"cannot be read: {str(e)[:200]}")
    for line in bad:
        print(line)
    print(f"# {count} outputs were read")
    sys.exit(1 if bad or count == 0 else 0)


main()
