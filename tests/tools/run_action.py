"""Runs the steps of action.yml as a runner of GitHub Actions would.
usage: run_action.py ROOT STEP [INPUT=VALUE...]   a step by its name or id
       run_action.py ROOT --shape                 is the file as GitHub wants it?
       run_action.py ROOT --table                 inputs and outputs for docs/CI.md
The files of GITHUB_OUTPUT and others are made in the current folder.
"""
import os, re, subprocess, sys

import yaml

root, what, given = sys.argv[1], sys.argv[2], sys.argv[3:]
action = yaml.safe_load(open(f"{root}/action.yml"))
EXPRESSION = re.compile(r"\$\{\{ *([^ ]+) *\}\}")
CONTEXT = {"github.action_repository": "acme/postflight", "github.token": "secret"}


def inputs():
    values = {name: i.get("default", "") for name, i in action["inputs"].items()}
    for pair in given:
        name, value = pair.split("=", 1)
        assert name in values, f"no input {name}"
        values[name] = value
    return values


def evaluate(text, values):
    return EXPRESSION.sub(
        lambda m: values[m[1][7:]] if m[1].startswith("inputs.") else CONTEXT[m[1]],
        text)


def run(step):
    env = {k: v for k, v in os.environ.items() if not k.startswith("INPUT_")}
    env.update({k: evaluate(v, inputs()) for k, v in step.get("env", {}).items()})
    env["GITHUB_ACTION_PATH"] = root
    env["GITHUB_ACTIONS"] = "true"  # as every runner has it
    for name in ("OUTPUT", "STEP_SUMMARY", "PATH"):
        env[f"GITHUB_{name}"] = os.path.abspath(f"github-{name.lower()}")
        open(env[f"GITHUB_{name}"], "w").close()
    with open("step.sh", "w") as script:
        script.write(step["run"])
    return subprocess.run(["bash", "--noprofile", "--norc", "-e", "-o", "pipefail",
                           "step.sh"], env=env).returncode


def only(where, found, *known):
    for key in found:
        assert key in known, f"{where}: unknown key {key}"


def shape():
    """https://docs.github.com/actions/reference/metadata-syntax-for-github-actions"""
    only("action", action, "name", "author", "description", "branding", "inputs",
         "outputs", "runs")
    assert action["runs"]["using"] == "composite"
    only("runs", action["runs"], "using", "steps")
    steps = {s["id"]: s for s in action["runs"]["steps"] if "id" in s}
    for name, i in action["inputs"].items():
        only(name, i, "description", "required", "default", "deprecationMessage")
        assert isinstance(i.get("default", ""), str), f"{name}: default is no text"
        assert i["description"], f"{name} says nothing"
    for name, o in action["outputs"].items():
        only(name, o, "description", "value")
        step = re.fullmatch(r"\$\{\{ steps\.([a-z]+)\.outputs\.([a-z]+) \}\}", o["value"])
        assert step and step[1] in steps and step[2] == name, f"{name}: {o['value']}"
    used = set()
    for step in action["runs"]["steps"]:
        only("step", step, "name", "id", "shell", "env", "run", "if",
             "working-directory", "continue-on-error")
        assert step["shell"] == "bash"
        assert "${{" not in step["run"], "an input would be code"
        for value in step.get("env", {}).values():
            for name in EXPRESSION.findall(value):
                used.add(name)
                assert name in CONTEXT or name[7:] in action["inputs"], name
    for name in action["inputs"]:
        assert f"inputs.{name}" in used, f"nobody uses {name}"


def table():
    def text(row):
        return " ".join(row["description"].split())
    print("| Input | Meaning | If left out |\n| --- | --- | --- |")
    for name, i in action["inputs"].items():
        print(f"| `{name}` | {text(i)} | {'`%s`' % i['default'] if i['default'] else 'none'} |")
    print("\n| Output | Meaning |\n| --- | --- |")
    for name, o in action["outputs"].items():
        print(f"| `{name}` | {text(o)} |")


if what == "--shape":
    shape()
elif what == "--table":
    table()
else:
    sys.exit(run(next(s for s in action["runs"]["steps"] if what in (s.get("id"), s["name"]))))
