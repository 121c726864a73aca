"""Would a CI host take a line of this output for a command?
usage: commands.py HOST[-plain] FILE | all FILE | --self-test
Written from what the hosts document, not from our code. Without -plain the
groups and annotations that we make ourselves are allowed, in their exact form."""
import re
import sys

ESC = "\x1b"
TAKES = {
    "github": lambda l: l.strip().startswith("::") or "##[" in l,
    "azure": lambda l: re.search(r"##(vso)?\[", l, re.I),
    "teamcity": lambda l: re.search(r"##teamcity\[", l, re.I),
    "buildkite": lambda l: re.match(r"(---|\+\+\+|~~~)\s|\^\^\^\s", l),
    "gitlab": lambda l: "\r" in l or ESC in l,
    "jenkins": lambda l: ESC in l,
    "circleci": lambda l: ESC in l,
    "bitbucket": lambda l: ESC in l,
    "render": lambda l: ESC in l,
    "none": lambda l: "\r" in l or ESC in l,
}
CALM = r"(?:(?!##\[|##vso|##teamcity|[\r\x1b]).)*"
OURS = {
    "github": r"::group::" + CALM + r"|::endgroup::|"
    r"::(error|warning|notice) (file=[^:,]*,)?(line=\d+,)?title=[^:,]*::" + CALM,
    "azure": r"##\[group\](?:(?!##).)*|##\[endgroup\]",
    "teamcity": r"##teamcity\[block(Opened|Closed) name='([^'|\[\]]|\|.)*'\]",
    "buildkite": r"--- " + CALM + r"|\+\+\+ postflight",
    "gitlab": ESC + r"\[0Ksection_start:\d+:postflight_\d+\[collapsed=true\]\r"
    + ESC + r"\[0K" + CALM + "|" + ESC
    + r"\[0Ksection_end:\d+:postflight_\d+\r" + ESC + r"\[0K",
}


def taken(host, text):
    plain = host.endswith("-plain")
    host = host[:-6] if plain else host
    own = 0
    for number, line in enumerate(text.split("\n"), 1):
        if not plain and host in OURS and re.fullmatch(OURS[host], line):
            own += 1
            continue
        # what a host takes acts on any other that reads the same log
        for name, takes in TAKES.items():
            if takes(line):
                yield "%d (%s): %r" % (number, name, line[:120])
        if re.search(r"[\x00-\x08\x0b-\x1f\x7f]", line):
            yield "%d (control byte): %r" % (number, line[:120])
    if not plain and host in OURS and own == 0:
        yield "no group of ours"


def self_test():
    for line in ("::error::x", " \u3000::x::", "a ##[b]", "##vso[x]",
                 "A ##TeamCity[x]", "--- x", "+++ x", "~~~ x", "^^^ +++",
                 "a\x1b[0m", "a\rb"):
        if not list(taken("all", line)):
            raise SystemExit("not found: %r" % line)
    for line in ("a::b", "# # [x]", "---", " --- x", "##"):
        if list(taken("all", line)):
            raise SystemExit("found: %r" % line)


if sys.argv[1] == "--self-test":
    self_test()
else:
    with open(sys.argv[2], encoding="utf-8", newline="") as f:
        found = list(taken(sys.argv[1], f.read()))
    if found:
        raise SystemExit("\n".join(found[:10]))
