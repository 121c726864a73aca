"""The postflight commands of pipelines, one a line, for a shell.
usage: ci_commands.py FILE...   YAML, Jenkinsfile, or Markdown with blocks
Ends with 1 when a file cannot be read, or holds no command.
"""
import re, shlex, sys

import yaml

COMMAND = re.compile(r"^\s*(?:[$] )?(postflight [a-z][^#\n]*)", re.M)


def in_text(text):
    """Lines that begin with postflight, continued ones in one piece."""
    return [c.strip() for c in COMMAND.findall(text.replace("\\\n", " "))]


def in_tree(node):
    if isinstance(node, str):
        yield from in_text(node)
    elif isinstance(node, list):
        for item in node:
            yield from in_tree(item)
    elif isinstance(node, dict):
        if str(node.get("image", "")).startswith("postflight:") and "args" in node:
            assert all(isinstance(a, str) for a in node["args"]), node["args"]
            env = {e["name"]: e["value"] for e in node.get("env", [])}
            assert all(isinstance(v, str) for v in env.values()), env
            yield "postflight " + " ".join(map(shlex.quote, node["args"]))
        for value in node.values():
            yield from in_tree(value)


def balanced(text):
    """Groovy: brackets outside of strings and comments."""
    text = re.sub(r"'''.*?'''|'[^'\n]*'|\"[^\"\n]*\"|//[^\n]*", "", text, flags=re.S)
    open_ones = []
    for c in re.findall(r"[(){}\[\]]", text):
        if c in "({[":
            open_ones.append(c)
        else:
            assert open_ones and open_ones.pop() + c in ("()", "{}", "[]"), c
    assert not open_ones, open_ones


def commands(path):
    text = open(path).read()
    if path.endswith((".yml", ".yaml")):
        return [c for document in yaml.safe_load_all(text) for c in in_tree(document)]
    if path.endswith(".md"):
        blocks = re.findall(r"^```(\w*)\n(.*?)^```$", text, re.M | re.S)
        return [c for kind, body in blocks for c in
                ([c for d in yaml.safe_load_all(body) for c in in_tree(d)]
                 if kind == "yaml" else in_text(body))]
    balanced(text)
    return in_text(text)


for name in sys.argv[1:]:
    found = commands(name)
    uses = "/postflight@" in open(name).read()
    if not found and not uses:
        sys.exit(f"{name}: no command")
    print(*found, sep="\n", end="\n" if found else "")
