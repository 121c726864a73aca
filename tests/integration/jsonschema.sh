#!/usr/bin/env bash
# JSON Schema: thousands of random values against random schemas, judged by us
# and by another implementation; and what must be refused.
. "$(dirname "$0")/lib.sh"
judge=${POSTFLIGHT%/*}/tests/judge_schema

cat >"$scratch/compare.py" <<'EOF'
import json, random, subprocess, sys
import jsonschema

random.seed(20260104)
names = ["a", "b", "status", "x-1"]
strings = ["", "a", "ok", "abc", "1", "\u00e9\u00e9", "x-1"]
numbers = [0, 1, 1.0, -1, 2, 2.5, 3, 1e3, 10, 9007199254740993]


def value(depth=0):
    kind = random.randrange(8 if depth < 3 else 5)
    if kind == 0:
        return None
    if kind == 1:
        return random.choice([True, False])
    if kind in (2, 3):
        return random.choice(numbers)
    if kind == 4:
        return random.choice(strings)
    if kind == 5:
        return [value(depth + 1) for _ in range(random.randrange(4))]
    return {n: value(depth + 1)
            for n in random.sample(names, random.randrange(4))}


def some(depth):
    return [schema(depth + 1) for _ in range(random.randrange(1, 4))]


def keyword(depth):
    types = ["null", "boolean", "object", "array", "number", "string",
             "integer"]
    flat = [
        lambda: ("type", random.choice(types)),
        lambda: ("type", random.sample(types, 2)),
        lambda: ("enum", [value(2) for _ in range(3)]),
        lambda: ("const", value(2)),
        lambda: ("minimum", random.choice(numbers)),
        lambda: ("maximum", random.choice(numbers)),
        lambda: ("exclusiveMinimum", random.choice(numbers)),
        lambda: ("exclusiveMaximum", random.choice(numbers)),
        lambda: ("minLength", random.randrange(3)),
        lambda: ("maxLength", random.randrange(4)),
        lambda: ("pattern", random.choice(["^a", "[0-9]", "k$", "^.$"])),
        lambda: ("minItems", random.randrange(3)),
        lambda: ("maxItems", random.randrange(3)),
        lambda: ("uniqueItems", random.choice([True, False])),
        lambda: ("required", random.sample(names, random.randrange(3))),
        lambda: ("minProperties", random.randrange(3)),
        lambda: ("maxProperties", random.randrange(3)),
        lambda: ("dependentRequired",
                 {random.choice(names): random.sample(names, 1)}),
        lambda: ("$ref", random.choice(["#/$defs/d", "#here"])),
        lambda: ("format", "date-time"),
    ]
    deep = [
        lambda: ("items", schema(depth + 1)),
        lambda: ("prefixItems", some(depth)),
        lambda: ("contains", schema(depth + 1)),
        lambda: ("properties", {random.choice(names): schema(depth + 1)}),
        lambda: ("patternProperties",
                 {random.choice(["^a", "t"]): schema(depth + 1)}),
        lambda: ("additionalProperties", schema(depth + 1)),
        lambda: ("propertyNames", schema(depth + 1)),
        lambda: ("dependentSchemas",
                 {random.choice(names): schema(depth + 1)}),
        lambda: ("allOf", some(depth)),
        lambda: ("anyOf", some(depth)),
        lambda: ("oneOf", some(depth)),
        lambda: ("not", schema(depth + 1)),
        lambda: ("if", schema(depth + 1)),
        lambda: ("then", schema(depth + 1)),
        lambda: ("else", schema(depth + 1)),
    ]
    return random.choice(flat + deep if depth < 3 else flat)()


def schema(depth=0):
    if random.random() < 0.05:
        return random.choice([True, False])
    made = dict(keyword(depth) for _ in range(random.randrange(1, 4)))
    if "contains" in made and random.random() < 0.5:
        made["minContains"] = random.randrange(3)
        made["maxContains"] = random.randrange(1, 4)
    return made


def compact(v):
    return json.dumps(v)


lines, expected, said = [], [], []
for _ in range(1500):
    s = schema()
    if isinstance(s, dict):
        s["$defs"] = {"d": {"type": ["object", "string"]},
                      "e": {"$anchor": "here", "not": {"type": "null"}}}
    else:
        s = {"allOf": [s], "$defs": {"d": True}}
    judge = jsonschema.Draft202012Validator(s)
    lines.append("S " + compact(s))
    for _ in range(12):
        v = value()
        lines.append("I " + compact(v))
        expected.append("valid" if judge.is_valid(v) else "invalid")
        said.append((s, v))
out = subprocess.run([sys.argv[1]], input="\n".join(lines) + "\n",
                     capture_output=True, text=True)
got = out.stdout.split("\n")[:-1]
if out.returncode != 0 or len(got) != len(expected):
    sys.exit(f"{out.returncode} {len(got)} of {len(expected)} {out.stderr}\n"
             + "\n".join(g for g in got if g.startswith("refused"))[:2000])
wrong = [(s, v, g, e) for (s, v), g, e in zip(said, got, expected) if g != e]
for s, v, g, e in wrong[:5]:
    print(compact(s), compact(v), "got", g, "expected", e)
print(len(expected), "values,", expected.count("valid"), "valid")
sys.exit(len(wrong) > 0)
EOF
check 'JSON Schema: 18000 random values as another implementation judges them' \
    "$python" "$scratch/compare.py" "$judge"

refused() { # SCHEMA WORDS: refused with these words
    printf 'S %s\n' "$1" | "$judge" | grep -F -e "$2"
}
check 'a keyword that is not supported is refused' \
    refused '{"unevaluatedProperties": false}' "'unevaluatedProperties' is not supported"
check 'a misspelt keyword is refused' refused '{"requird": ["a"]}' "did you mean 'required'?"
check 'a reference out of the file is refused' \
    refused '{"$ref": "http://h/x.json"}' 'stays within the file'
check 'a reference to nothing is refused' refused '{"$ref": "#/$defs/no"}' 'nothing stands there'
check 'a type that is none is refused' refused '{"type": "text"}' 'expected a type'
check 'a negative length is refused' refused '{"minLength": -1}' 'expected a whole number'
check 'an empty enum is refused' refused '{"enum": []}' 'at least one'
check 'a broken pattern is refused' refused '{"pattern": "("}' 'regex:'
check 'a schema that is a number is refused' refused '{"items": 5}' 'true or false'

judged() { # SCHEMA VALUE WORD
    printf 'S %s\nI %s\n' "$1" "$2" | "$judge" | grep -qx -e "$3"
}
check 'a schema that leads to itself ends' judged '{"$ref": "#"}' 1 gave-up
check 'two that lead to each other end' \
    judged '{"$ref": "#/$defs/a", "$defs": {"a": {"anyOf": [{"$ref": "#"}]}}}' 1 gave-up
check 'a tree of schemas reads a tree of values' \
    judged '{"properties": {"n": {"$ref": "#"}}, "required": ["v"]}' \
    '{"v": 1, "n": {"v": 2, "n": {"v": 3}}}' valid
check 'numbers beyond doubles are told apart' \
    judged '{"const": 9007199254740993}' 9007199254740992 invalid
many=$("$python" -c 'print("[" + ",".join("[%d]" % i for i in range(3000)) + "]")')
check 'uniqueItems of 3000 different arrays gives up, and ends' \
    judged '{"uniqueItems": true}' "$many" gave-up
check 'percent signs and tildes in references' \
    judged '{"$ref": "#/$defs/a~1b", "$defs": {"a/b": {"type": "null"}}}' null valid
exit "$bad"
