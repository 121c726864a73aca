"""Secrets, and the ways in which servers and tools write them."""
import base64
import html
import json
import string
import urllib.parse

ALNUM = string.ascii_letters + string.digits
KINDS = {
    "word": ALNUM,
    "digits": string.digits,
    "hex": "0123456789abcdef",
    "base64": ALNUM + "+/",
    "marks": ALNUM + "!#$%&()*+,-./:;<=>?@[]^_{|}~",
    "quotes": "abcdefgh\"'\\%&<>",
    "blanks": ALNUM + " \"'\\%&<>+  ",
    "wide": ALNUM + "é€😀ßñ漢",
}
URL_KINDS = ["word", "digits", "hex"]


def secret(rng, kinds):
    kind = rng.choice(kinds)
    while True:
        text = "".join(rng.choice(KINDS[kind])
                       for _ in range(rng.randint(10, 34)))
        # A word that others say is no secret; "$" would be a reference.
        if text == text.strip() and len(set(text)) > 5:
            return text


def json_all(s, rng):
    units = s.encode("utf-16-be")
    form = rng.choice(["\\u%04x", "\\u%04X"])
    return "".join(form % (units[i] << 8 | units[i + 1])
                   for i in range(0, len(units), 2))


def json_go(s, rng):
    text = json.dumps(s, ensure_ascii=False)[1:-1]
    for c in "<>&":
        text = text.replace(c, "\\u%04x" % ord(c))
    return text


def percent(s, rng):
    text = urllib.parse.quote(s, safe="")
    return lower_percent(text) if rng.random() < 0.5 else text


def lower_percent(text):
    out = text.split("%")
    return out[0] + "".join("%" + p[:2].lower() + p[2:] for p in out[1:])


def percent_all(s, rng):
    form = rng.choice(["%%%02x", "%%%02X"])
    return "".join(form % b for b in s.encode())


def base(s, rng):
    padded = b"u" * rng.randint(0, 5) + s.encode() + b"v" * rng.randint(0, 3)
    text = base64.b64encode(padded).decode()
    how = rng.randint(0, 2)
    if how == 1:
        text = text.replace("+", "-").replace("/", "_")
    return text.rstrip("=") if how == 2 else text


def hexadecimal(s, rng):
    form = rng.choice(["%02x", "%02X"])
    return rng.choice(["", "", ":", " ", "-"]).join(form % b
                                                    for b in s.encode())


def quoted_printable(s, rng):
    return "".join(chr(b) if 32 < b < 127 and b != 61 else "=%02X" % b
                   for b in s.encode())


FORMS = {
    "plain": lambda s, rng: s,
    "json": lambda s, rng: json.dumps(s)[1:-1],
    "json utf-8": lambda s, rng: json.dumps(s, ensure_ascii=False)[1:-1],
    "json php": lambda s, rng: json.dumps(s)[1:-1].replace("/", "\\/"),
    "json go": json_go,
    "json all": json_all,
    "html": lambda s, rng: html.escape(s),
    "html decimal": lambda s, rng: "".join("&#%d;" % ord(c) for c in s),
    "html hex": lambda s, rng: "".join("&#x%x;" % ord(c) for c in s),
    "percent": percent,
    "percent all": percent_all,
    "percent twice": lambda s, rng: percent(percent(s, rng), rng),
    "form": lambda s, rng: urllib.parse.quote_plus(s),
    "base64": base,
    "basic": lambda s, rng: "Basic " + base64.b64encode(
        b"user:" + s.encode()).decode(),
    "hex": hexadecimal,
    "quoted-printable": quoted_printable,
}
DIGITS = ("base64", "basic", "hex")
OUTER = [n for n in FORMS if n not in DIGITS]
INNER = ("plain", "json", "base64")


def encode(rng, s):
    """One form, or one over another as usual programs write them."""
    inner = rng.choice(list(FORMS))
    text = FORMS[inner](s, rng)
    if rng.random() > 0.25:
        return text, inner
    outer = rng.choice(list(FORMS) if inner in INNER else OUTER)
    return FORMS[outer](text, rng), inner + ", " + outer


GAPS = ["\n", "\r\n ", "\n> ", "\n    ", "\u200b", "\033[1m"]


def wrap(rng, text):
    gap, column = rng.choice(GAPS), rng.randint(8, 76)
    parts = [text[i:i + column] for i in range(0, len(text), column)]
    if any(p != p.strip() for p in parts):
        return text, ""
    return gap.join(parts), " wrapped"


def place(rng, s, folds=True):
    """What a server gives back: encoded, perhaps wrapped, perhaps cut."""
    text, how = encode(rng, s)
    if folds and rng.random() < 0.2:
        text, more = wrap(rng, text)
        how += more
    cut = rng.random()
    if cut < 0.12:
        text = text[:rng.randint(1, len(text))]
        return text + rng.choice(["...", "…", ""]), how + " cut at its end"
    if cut < 0.2:
        return ("..." + text[rng.randint(0, len(text) - 1):],
                how + " cut at its start")
    return text, how


def within(rng, s, before, behind):
    """Between two texts; where nothing marks the cut, it ends there."""
    text, how = place(rng, s)
    cut = how.endswith("end") and not text.endswith(("...", "…"))
    return before + text + ("" if cut else behind), how
