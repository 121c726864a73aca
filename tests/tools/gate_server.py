#!/usr/bin/env python3
"""Servers for the byte gate: responses byte by byte, each with what is to come
of it.

    gate_server.py FOLDER CERT KEY

writes checks.yaml and expected (ID STATUS CAUSE WORDS) into FOLDER, and serves
until its standard input ends. Variants differ by the bytes of the response and
by how the connection ends: fin and rst in clear text, notify (close_notify) and
cut (none) over TLS. HTTP/2 frames and header blocks are written by hand.
"""
import gzip
import os
import re
import socket
import ssl
import struct
import sys
import threading
import zlib

CLEAR, TLS = ("fin", "rst"), ("notify", "cut")
ALL = CLEAR + TLS
OK = b"HTTP/1.1 200 OK\r\n"
BODY = b'{"status": "healthy", "version": "abc"}'
LENGTH = b"Content-Length: 39\r\n"
assert len(BODY) == 39


class Variant:
    def __init__(self, data, want, words="", keys="", ends=ALL, kind="http"):
        self.data, self.want, self.words = data, want, words
        self.keys, self.ends, self.kind = keys, ends, kind


variants = {}


def add(name, data, want, words="", **more):
    assert name not in variants, name
    variants[name] = Variant(data, want, words, **more)


def good(name, data, **more):
    """Complete in itself: no end of the connection matters."""
    add("good-" + name, data, {end: "pass" for end in ALL}, **more)


def good_by_close(name, data, **more):
    add("good-" + name, data, {"fin": "pass", "notify": "pass",
                               "rst": "closed", "cut": "closed"}, **more)


def bad(cause, name, data, words="", **more):
    add("bad-" + name, data, {end: cause for end in ALL}, words, **more)


# ------------------------------------------------------------------- HTTP/1

def chunked(*chunks, last=b"0\r\n\r\n", head=b""):
    return (OK + head + b"Transfer-Encoding: chunked\r\n\r\n" +
            b"".join(b"%x\r\n%s\r\n" % (len(c), c) for c in chunks) + last)


def plain(head, body=BODY):
    return OK + head + b"\r\n" + body


good("length", plain(LENGTH))
good("lower-case", plain(b"content-length: 39\r\nx: y\r\n"))
good("blanks", plain(b"Content-Length: \t 39 \t\r\nX:\r\n"))
good("bare-lf", OK.replace(b"\r", b"") + b"Content-Length: 39\n\n" + BODY)
good("no-reason", b"HTTP/1.1 200\r\n" + LENGTH + b"\r\n" + BODY)
good("empty-reason", b"HTTP/1.1 200 \r\n" + LENGTH + b"\r\n" + BODY)
good("http-1.0-length", b"HTTP/1.0 200 OK\r\n" + LENGTH + b"\r\n" + BODY)
good("empty", plain(b"Content-Length: 0\r\n", b""))
good("leading-zeros", plain(b"Content-Length: 00039\r\n"))
good("more-than-length", plain(LENGTH, BODY + b"left over"))
good("204", b"HTTP/1.1 204 No Content\r\n\r\n", keys="expect: status == 204")
good("204-length", b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n",
     keys="expect: status == 204")
good("304-length", b"HTTP/1.1 304 Not Modified\r\n" + LENGTH + b"\r\n",
     keys="expect: status == 304")
good("304-gzip",
     b"HTTP/1.1 304 Not Modified\r\nContent-Encoding: gzip\r\n\r\n",
     keys="compressed: true, expect: status == 304")
good("head-length", OK + LENGTH + b"\r\n", keys="method: HEAD, expect: status == 200")
good("head-chunked", OK + b"Transfer-Encoding: chunked\r\n\r\n",
     keys="method: HEAD, expect: status == 200")
good("head-gzip", OK + b"Content-Encoding: gzip\r\n\r\n",
     keys="method: HEAD, compressed: true, expect: status == 200")
good("100", b"HTTP/1.1 100 Continue\r\n\r\n" + plain(LENGTH))
good("103", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 3 + plain(LENGTH),
     keys='expect: [status == 200, "header \\"link\\" not exists"]')
good("chunks", chunked(BODY[:10], BODY[10:]),
     keys="expect: [status == 200, bytes count == 39]")
good("chunks-none", chunked(), keys="expect: [status == 200, bytes count == 0]")
good("chunk-extension",
     OK + b'Transfer-Encoding: Chunked\r\n\r\n27;a=b;c="d"\r\n' + BODY +
     b"\r\n0 ; last\r\n\r\n", keys="expect: [status == 200, bytes count == 39]")
good("chunk-zeros", OK + b"Transfer-Encoding: chunked\r\n\r\n00000027\r\n" +
     BODY + b"\r\n0000\r\n\r\n")
good("chunk-upper", OK + b"Transfer-Encoding: chunked\r\n\r\n1B\r\n" + b"x" * 27 +
     b"\r\nc\r\n" + b"y" * 12 + b"\r\n0\r\n\r\n",
     keys="expect: [status == 200, bytes count == 39]")
good("trailers", chunked(BODY, last=b"0\r\nX-Sum: 7\r\nX-End: y\r\n\r\n"),
     keys='expect: [status == 200, "header \\"x-sum\\" == \\"7\\""]')
good("folded", plain(b"X-Long: a\r\n  b\r\n\tc\r\n" + LENGTH),
     keys='expect: [status == 200, "header \\"x-long\\" == \\"a b c\\""]')
good("latin-1", plain(b"X: caf\xe9\r\n" + LENGTH))
good("close", plain(b"Connection: close\r\n" + LENGTH))
good_by_close("by-close", plain(b"Connection: close\r\n"))
good_by_close("by-close-1.0", b"HTTP/1.0 200 OK\r\n\r\n" + BODY)
good_by_close("by-close-empty", plain(b""), keys="expect: status == 200")
good_by_close("by-close-gzip", plain(b"Content-Encoding: gzip\r\n", gzip.compress(BODY)),
              keys="compressed: true, expect: [status == 200, bytes count == 39]")

for name, data in {
        "status-line": OK,
        "half-status-line": b"HTTP/1.1 20",
        "half-header": OK + b"X",
        "half-value": OK + b"Content-Type: appl",
        "whole-header": OK + LENGTH,
        "no-empty-line": OK + b"X: y\r\n" + LENGTH + b"\r",
        "after-103": b"HTTP/1.1 103 Early Hints\r\n\r\n" + OK,
        "only-100": b"HTTP/1.1 100 Continue\r\n\r\n",
        "only-103": b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n",
}.items():
    bad("closed", "cut-" + name, data)
bad("closed", "cut-body", plain(LENGTH, BODY[:10]), "10 of 39 bytes", ends=("fin", "notify", "cut"))
bad("closed", "cut-no-body", plain(LENGTH, b""), "0 of 39 bytes", ends=("fin", "notify", "cut"))
bad("closed", "cut-last-byte", plain(LENGTH, BODY[:38]))
bad("closed", "cut-chunks", chunked(BODY, last=b""))
bad("closed", "cut-chunk", OK + b"Transfer-Encoding: chunked\r\n\r\n27\r\n" + BODY[:9])
bad("closed", "cut-chunk-size", chunked(BODY, last=b"0"))
bad("closed", "cut-last-chunk", chunked(BODY, last=b"0\r\n"))
bad("closed", "cut-last-crlf", chunked(BODY, last=b"0\r\n\r"))
bad("closed", "cut-trailers", chunked(BODY, last=b"0\r\nX-Sum: 7\r\n"))
bad("closed", "cut-no-chunks", chunked(last=b""))
bad("closed", "nothing", b"")

for name, value in {
        "letters": b"39abc", "plus": b"+39", "list": b"39, 5", "same": b"39, 39",
        "minus": b"-39", "hex": b"0x27", "point": b"39.0", "blank": b"3 9",
        "empty": b"", "huge": b"9" * 26, "overflow": b"18446744073709551655",
        "beyond": b"9223372036854775808", "words": b"many", "quoted": b'"39"',
        "exponent": b"39e0", "semicolon": b"39;",
}.items():
    bad("protocol", "length-" + name, plain(b"Content-Length: " + value + b"\r\n"),
        "nvalid Content-Length")  # libcurl says some of them itself
bad("protocol", "length-twice", plain(LENGTH + LENGTH), "more than one Content-Length")
bad("protocol", "length-differs", plain(LENGTH + b"content-length: 5\r\n"), "more than one Content-Length")
bad("protocol", "length-folded", plain(b"Content-Length:\r\n 39\r\n"))
bad("protocol", "length-continued", plain(LENGTH + b" 5\r\n"))
bad("protocol", "length-chunked", chunked(BODY, head=LENGTH), "both Content-Length and Transfer-Encoding")
bad("protocol", "chunked-length",
    OK + b"Transfer-Encoding: chunked\r\nContent-Length: 10\r\n\r\n27\r\n" + BODY + b"\r\n0\r\n\r\n",
    "both Content-Length and Transfer-Encoding")
bad("protocol", "head-two-lengths", OK + LENGTH + b"Content-Length: 5\r\n\r\n",
    keys="method: HEAD, expect: status == 200")
bad("protocol", "304-bad-length", b"HTTP/1.1 304 Not Modified\r\nContent-Length: x\r\n\r\n",
    keys="expect: status == 304")
bad("protocol", "coding-twice",
    OK + b"Transfer-Encoding: chunked\r\n" * 2 + b"\r\n27\r\n" + BODY + b"\r\n0\r\n\r\n")
bad("protocol", "coding-list",
    OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n27\r\n" + BODY + b"\r\n0\r\n\r\n",
    "unknown Transfer-Encoding")
bad("protocol", "coding-unknown", plain(b"Transfer-Encoding: xchunked\r\n"), "unknown Transfer-Encoding")
for name, size in {
        "letters": b"zz", "minus": b"-27", "plus": b"+27", "hex": b"0x27",
        "empty": b"", "blank": b" 27", "huge": b"f" * 17, "overflow": b"f" * 16,
        "text": b"27 x", "nul": b"27\0",
}.items():
    bad("protocol", "chunk-size-" + name,
        OK + b"Transfer-Encoding: chunked\r\n\r\n" + size + b"\r\n" + BODY + b"\r\n0\r\n\r\n")
bad("protocol", "chunk-longer", OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\n" + BODY + b"\r\n0\r\n\r\n",
    "a chunk is longer than its size")
bad("protocol", "chunk-no-crlf", OK + b"Transfer-Encoding: chunked\r\n\r\n27\r\n" + BODY + b"0\r\n\r\n")
bad("protocol", "chunk-extension-200k",
    OK + b"Transfer-Encoding: chunked\r\n\r\n27;" + b"x" * 200_000 + b"\r\n" + BODY + b"\r\n0\r\n\r\n",
    "chunk extensions")
bad("protocol", "trailer-no-colon", chunked(BODY, last=b"0\r\nnonsense\r\n\r\n"))
for name, line in {
        "http-2": b"HTTP/2 200 OK", "http-2.0": b"HTTP/2.0 200 OK",
        "http-3": b"HTTP/3 200", "http-0.9": b"HTTP/0.9 200 OK",
        "status-20": b"HTTP/1.1 20 OK", "status-2000": b"HTTP/1.1 2000 OK",
        "status-099": b"HTTP/1.1 099 OK", "status-word": b"HTTP/1.1 OK",
        "no-blank": b"HTTP/1.1200 OK", "two-blanks": b"HTTP/1.1  200 OK",
        "lower": b"http/1.1 200 OK", "icy": b"ICY 200 OK", "tab": b"HTTP/1.1\t200\tOK",
        "ssh": b"SSH-2.0-OpenSSH_9.2", "html": b"<html>healthy</html>", "leading": b" HTTP/1.1 200 OK",
}.items():
    bad("protocol", "start-" + name, line + b"\r\n" + LENGTH + b"\r\n" + BODY)
bad("protocol", "start-http2-frames", b"\0\0\6\4\0\0\0\0\0\0\3\0\0\0d", 'http_version: "2"')
for name, line in {
        "no-colon": b"nonsense", "blank-in-name": b"X Y: z", "blank-before-colon": b"Content-Length : 39",
        "empty-name": b": x", "nul": b"X: a\0b", "nul-in-name": b"X\0: a", "bare-cr": b"X: a\rb",
        "control-in-name": b"X\x01: a", "latin-name": b"caf\xe9: a",
}.items():
    bad("protocol", "header-" + name, plain(LENGTH + line + b"\r\n"))
bad("protocol", "header-first-folded", OK + b" X: y\r\n" + LENGTH + b"\r\n" + BODY)

# ------------------------------------------------------------------ content

GZIP = gzip.compress(BODY)
DEFLATE = zlib.compress(BODY)
RAW = zlib.compress(BODY)[2:-4]
PASSES = "compressed: true, expect: [status == 200, bytes count == 39]"
ONLY = "compressed: true, expect: status == 200"


def coded(coding, body):
    return plain(b"Content-Encoding: %s\r\nContent-Length: %d\r\n" % (coding, len(body)), body)


good("gzip", coded(b"gzip", GZIP), keys=PASSES)
good("x-gzip", coded(b"X-GZIP", GZIP), keys=PASSES)
good("gzip-members", coded(b"gzip", gzip.compress(BODY[:9]) + gzip.compress(BODY[9:])), keys=PASSES)
good("gzip-empty-member", coded(b"gzip", GZIP + gzip.compress(b"")), keys=PASSES)
good("gzip-of-nothing", coded(b"gzip", gzip.compress(b"")),
     keys="compressed: true, expect: [status == 200, bytes count == 0]")
good("gzip-chunks", chunked(GZIP[:7], GZIP[7:], head=b"Content-Encoding: gzip\r\n"), keys=PASSES)
good("deflate", coded(b"deflate", DEFLATE), keys=PASSES)
good("deflate-raw", coded(b"deflate", RAW), keys=PASSES)
good("identity", coded(b"identity", BODY), keys=PASSES)
good("gzip-twice", coded(b"gzip, gzip", gzip.compress(GZIP)), keys=PASSES)
good("gzip-not-asked", coded(b"gzip", GZIP), keys="expect: [status == 200, bytes count == %d]" % len(GZIP))
good("gzip-cut-not-asked", coded(b"gzip", GZIP[:20]), keys="expect: [status == 200, bytes count == 20]")
for name, body in {
        "no-trailer": GZIP[:-8], "half-trailer": GZIP[:-4], "12-less": GZIP[:-12],
        "1-less": GZIP[:-1], "header-only": GZIP[:10], "one-byte": GZIP[:1], "empty": b"",
        "second-member": GZIP + GZIP[:-3],
}.items():
    bad("decode", "gzip-cut-" + name, coded(b"gzip", body), "the gzip stream was cut", keys=ONLY)
bad("decode", "gzip-crc", coded(b"gzip", GZIP[:-8] + b"\0\0\0\0" + GZIP[-4:]), "is broken", keys=ONLY)
bad("decode", "gzip-size", coded(b"gzip", GZIP[:-1] + b"\1"), "is broken", keys=ONLY)
bad("decode", "gzip-garbage", coded(b"gzip", GZIP + b"garbage"), "after its end", keys=ONLY)
bad("decode", "gzip-zeros", coded(b"gzip", GZIP + b"\0\0"), "after its end", keys=ONLY)
bad("decode", "gzip-is-text", coded(b"gzip", BODY), "is broken", keys=ONLY)
bad("decode", "gzip-chunks-cut", chunked(GZIP[:-5], head=b"Content-Encoding: gzip\r\n"), "was cut", keys=ONLY)
bad("decode", "deflate-cut", coded(b"deflate", DEFLATE[:-4]), "the deflate stream was cut", keys=ONLY)
bad("decode", "deflate-cut-more", coded(b"deflate", DEFLATE[:12]), "the deflate stream was cut", keys=ONLY)
bad("decode", "deflate-empty", coded(b"deflate", b""), "was cut", keys=ONLY)
bad("decode", "deflate-raw-cut", coded(b"deflate", RAW[:-2]), "was cut", keys=ONLY)
bad("decode", "deflate-adler", coded(b"deflate", DEFLATE[:-1] + b"\0"), "is broken", keys=ONLY)
bad("decode", "deflate-garbage", coded(b"deflate", DEFLATE + b"x"), "after its end", keys=ONLY)
bad("decode", "content-unknown", coded(b"compress", BODY), "unknown Content-Encoding 'compress'", keys=ONLY)
bad("decode", "second-coding-cut", coded(b"gzip, gzip", gzip.compress(GZIP[:-3])), "was cut", keys=ONLY)
bad("too-large", "gzip-bomb", coded(b"gzip", gzip.compress(b"\0" * 20_000_000)), keys=ONLY)
STORED = gzip.compress(bytes(range(39)), 0)  # longer than what it codes
for name, body in ("stored", coded(b"gzip", STORED)), ("not-coded", plain(LENGTH)):
    for limit, what in (38, None), (39, good), (40, good):
        keys = f"compressed: true, max_body: {limit}B, expect: status == 200"
        if what:
            good(f"{name}-limit-{limit}", body, keys=keys)
        else:
            bad("too-large", f"{name}-limit-{limit}", body, keys=keys)
ZSTD = bytes.fromhex("28b52ffd2000") + b"\1\0\0"  # an empty frame
good("zstd-of-nothing", coded(b"zstd", ZSTD), keys="compressed: true, expect: [status == 200, bytes count == 0]")
bad("decode", "zstd-cut", coded(b"zstd", ZSTD[:-1]), "the zstd stream was cut", keys=ONLY)
bad("decode", "zstd-garbage", coded(b"zstd", ZSTD + b"garbage"), keys=ONLY)

# ------------------------------------------------------------------- HTTP/2


def frame(kind, flags, stream, data=b""):
    return struct.pack(">I", len(data))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + data


def field(name, value):  # literal, not indexed, a new name
    return b"\0" + bytes([len(name)]) + name + bytes([len(value)]) + value


DATA, HEADERS, RST, SETTINGS, PUSH, PING, GOAWAY, WINDOW, CONTINUATION = 0, 1, 3, 4, 5, 6, 7, 8, 9
END_STREAM, END_HEADERS = 1, 4
S200, S204, S304 = b"\x88", b"\x89", b"\x8b"
S103 = b"\x48\x03103"
START = frame(SETTINGS, 0, 0) + frame(SETTINGS, 1, 0)


def head(block=S200, flags=END_HEADERS):
    return frame(HEADERS, flags, 1, block)


def data(body=BODY, flags=END_STREAM):
    return frame(DATA, flags, 1, body)


def two(name, frames, cause=None, words="", keys="", grpc=False):
    more = {"keys": keys, "kind": "grpc" if grpc else "http2"}
    prefix = "grpc-" if grpc else "h2-"
    if cause is None:
        good(prefix + name, START + frames, **more)
    else:
        bad(cause, prefix + name, START + frames, words, **more)


H2_39 = "expect: [status == 200, bytes count == 39]"
two("data", head() + data(), keys=H2_39)
two("two-data", head() + data(BODY[:9], 0) + data(BODY[9:]), keys=H2_39)
two("empty-end", head() + data(flags=0) + data(b""), keys=H2_39)
two("no-body", head(S204, 5), keys="expect: status == 204")
two("304-length", head(S304 + field(b"content-length", b"39"), 5), keys="expect: status == 304")
two("length", head(S200 + field(b"content-length", b"39")) + data(), keys=H2_39)
two("103", head(S103) + head() + data(), keys=H2_39)
two("trailers", head() + data(flags=0) + head(field(b"x-sum", b"7"), 5),
    keys='expect: [status == 200, "header \\"x-sum\\" == \\"7\\""]')
two("continuation", frame(HEADERS, 0, 1, S200 + b"\0\1x") + frame(CONTINUATION, 4, 1, b"\1y") + data(), keys=H2_39)
two("padded", head() + frame(DATA, 9, 1, b"\5" + BODY + b"\0" * 5), keys=H2_39)
two("ping-between", head() + frame(PING, 0, 0, b"8" * 8) + frame(WINDOW, 0, 0, b"\0\0\1\0") + data(), keys=H2_39)
two("goaway-before-end", head() + frame(GOAWAY, 0, 0, b"\0\0\0\1\0\0\0\0") + data(), keys=H2_39)
two("rst-after-end", head() + data() + frame(RST, 0, 1, b"\0\0\0\0"), keys=H2_39)
two("garbage-after-end", head() + data() + b"\0\0\1\4garbage", keys=H2_39)
two("unknown-frame", head() + frame(0xbb, 0, 1, b"grease") + data(), keys=H2_39)
two("priority", frame(HEADERS, 0x24, 1, b"\0\0\0\0\x0f" + S200) + data(), keys=H2_39)
two("gzip", head(S200 + field(b"content-encoding", b"gzip")) + data(GZIP), keys=PASSES)
two("padded-value", head(S200 + field(b"x", b"y ")) + data(), keys=H2_39)

for name, frames in {
        "nothing": b"", "headers": head(), "data": head() + data(flags=0),
        "some-data": head() + data(BODY[:10], 0),
        "length": head(S200 + field(b"content-length", b"39")) + data(BODY[:10], 0),
        "whole-length": head(S200 + field(b"content-length", b"39")) + data(flags=0),
        "half-frame": head() + data()[:20], "half-header": head() + data()[:5],
        "only-103": head(S103), "half-headers": head()[:9],
        "open-block": frame(HEADERS, 0, 1, S200),
        "goaway": head() + data(BODY[:10], 0) + frame(GOAWAY, 0, 0, b"\0\0\0\1\0\0\0\0"),
        "goaway-error": head() + frame(GOAWAY, 0, 0, b"\0\0\0\1\0\0\0\2"),
}.items():
    two("cut-" + name, frames, "closed")
PART = head() + data(BODY[:10], 0)
BROKEN = {
    "oversized": b"\xff\xff\xff\0\0\0\0\0\1", "large-frame": frame(DATA, 0, 1, b"x" * 16385),
    "data-on-0": frame(DATA, 0, 0, b"x"), "data-on-3": frame(DATA, 0, 3, b"x"),
    "data-on-2": frame(DATA, 0, 2, b"x"),
    "settings-1": frame(SETTINGS, 0, 0, b"x"), "settings-on-1": frame(SETTINGS, 0, 1),
    "settings-ack-6": frame(SETTINGS, 1, 0, b"\0\3\0\0\0\1"),
    "settings-push": frame(SETTINGS, 0, 0, b"\0\2\0\0\0\2"),
    "settings-window": frame(SETTINGS, 0, 0, b"\0\4\xff\xff\xff\xff"),
    "window-0": frame(WINDOW, 0, 0, b"\0\0\0\0"), "window-3-bytes": frame(WINDOW, 0, 0, b"\0\0\1"),
    "window-overflow": frame(WINDOW, 0, 0, b"\x7f\xff\xff\xff"),
    "rst-2-bytes": frame(RST, 0, 1, b"\0\0"), "rst-on-0": frame(RST, 0, 0, b"\0\0\0\0"),
    "ping-7": frame(PING, 0, 0, b"7" * 7), "ping-on-1": frame(PING, 0, 1, b"8" * 8),
    "goaway-4": frame(GOAWAY, 0, 0, b"\0\0\0\1"), "goaway-on-1": frame(GOAWAY, 0, 1, b"\0" * 8),
    "hpack-index": head(b"\xff\xff\xff\xff\x0f", 5), "hpack-cut": head(b"\0\x7f", 5),
    "text": b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    "push": frame(PUSH, 4, 1, b"\0\0\0\2" + S200),
    "continuation-alone": frame(CONTINUATION, 4, 1, S200),
    "block-interrupted": frame(HEADERS, 1, 1, field(b"x", b"y")) + frame(PING, 0, 0, b"8" * 8),
    "padding-too-long": frame(DATA, 8, 1, b"\xff" + b"x" * 9),
    "headers-on-0": frame(HEADERS, 5, 0, S200),
    "rst-no-error": frame(RST, 0, 1, b"\0\0\0\0"), "rst-internal": frame(RST, 0, 1, b"\0\0\0\2"),
    "rst-cancel": frame(RST, 0, 1, b"\0\0\0\x08"), "rst-refused": frame(RST, 0, 1, b"\0\0\0\x07"),
    "trailers-open": head(field(b"x", b"y"), 4),
    "second-status": head(S200, 5),
}
for name, frames in BROKEN.items():
    two("after-part-" + name, PART + frames, "protocol")
    two("after-part-length-" + name,
        head(S200 + field(b"content-length", b"39")) + data(BODY[:10], 0) + frames, "protocol")
for name, frames in {
        "data-first": data(), "no-status": head(field(b"x", b"y"), 5),
        "two-status": head(S200 + S200, 5), "upper-case": head(S200 + field(b"X", b"y"), 5),
        "late-status": head(field(b"x", b"y") + S200, 5),
        "bad-status": head(b"\x48\x0320x", 5), "request-pseudo": head(S200 + b"\x82", 5),
        "name-with-blank": head(S200 + field(b"x y", b"z"), 5),
        "value-with-nul": head(S200 + field(b"x", b"a\0b"), 5),
        "connection": head(S200 + field(b"connection", b"close"), 5),
        "transfer-encoding": head(S200 + field(b"transfer-encoding", b"chunked")) + data(),
        "length-letters": head(S200 + field(b"content-length", b"39abc")) + data(),
        "length-plus": head(S200 + field(b"content-length", b"+39")) + data(),
        "length-less": head(S200 + field(b"content-length", b"40")) + data(),
        "length-more": head(S200 + field(b"content-length", b"10")) + data(),
        "length-twice": head(S200 + field(b"content-length", b"39") * 2) + data(),
        "103-ends": head(S103, 5), "101": head(b"\x48\x03101", 5),
        "goaway-0": frame(GOAWAY, 0, 0, b"\0\0\0\0\0\0\0\1"),
}.items():
    two(name, frames, "protocol")
two("gzip-cut", head(S200 + field(b"content-encoding", b"gzip")) + data(GZIP[:-8]), "decode", "was cut", keys=ONLY)
two("gzip-empty", head(S200 + field(b"content-encoding", b"gzip"), 5), "decode", "was cut", keys=ONLY)
bad("protocol", "h2-http1", OK + LENGTH + b"\r\n" + BODY, "the server speaks HTTP/1", kind="http2")
bad("protocol", "h2-no-settings", head() + data(), kind="http2")

# --------------------------------------------------------------------- gRPC

TYPE = field(b"content-type", b"application/grpc")
SERVING = b"\0\0\0\0\2\x08\1"
STATUS = field(b"grpc-status", b"0")
two("serving", head(S200 + TYPE) + data(SERVING, 0) + head(STATUS, 5), grpc=True)
two("two-data", head(S200 + TYPE) + data(SERVING[:3], 0) + data(SERVING[3:], 0) + head(STATUS, 5), grpc=True)
two("trailers-only", head(S200 + TYPE + field(b"grpc-status", b"12"), 5),
    keys='expect: body == "UNIMPLEMENTED"', grpc=True)
two("code-99", head(S200 + TYPE + field(b"grpc-status", b"99"), 5), keys='expect: body == "UNKNOWN"', grpc=True)
G200 = "expect: status == 200"
for name, frames, words in [
        ("no-trailers", head(S200 + TYPE) + data(SERVING), "grpc-status is missing"),
        ("no-trailers-no-body", head(S200 + TYPE, 5), "grpc-status is missing"),
        ("trailers-without", head(S200 + TYPE) + data(SERVING, 0) + head(field(b"x", b"y"), 5), "grpc-status is missing"),
        ("status-first", head(S200 + TYPE + STATUS) + data(SERVING), "grpc-status is missing"),
        ("html", head(S200 + field(b"content-type", b"text/html")) + data(b"<html>"), "grpc-status is missing"),
        ("status-letters", head(S200 + TYPE) + data(SERVING, 0) + head(field(b"grpc-status", b"ok"), 5), "invalid grpc-status"),
        ("status-empty", head(S200 + TYPE) + data(SERVING, 0) + head(field(b"grpc-status", b""), 5), "invalid grpc-status"),
        ("status-minus", head(S200 + TYPE) + data(SERVING, 0) + head(field(b"grpc-status", b"-1"), 5), "invalid grpc-status"),
        ("status-twice", head(S200 + TYPE) + data(SERVING, 0) + head(STATUS + field(b"grpc-status", b"2"), 5), "more than one"),
        ("no-message", head(S200 + TYPE) + head(STATUS, 5), "message is missing"),
        ("message-cut", head(S200 + TYPE) + data(SERVING[:-1], 0) + head(STATUS, 5), "message is cut: 1 of 2 bytes"),
        ("prefix-cut", head(S200 + TYPE) + data(SERVING[:4], 0) + head(STATUS, 5), "message is missing"),
        ("message-longer", head(S200 + TYPE) + data(SERVING + b"x", 0) + head(STATUS, 5), "more than one gRPC message"),
        ("compressed-flag", head(S200 + TYPE) + data(b"\1" + SERVING[1:], 0) + head(STATUS, 5), "compressed"),
        ("trailers-open", head(S200 + TYPE) + data(SERVING, 0) + head(STATUS, 4), "")]:
    two(name, frames, "protocol", words, keys=G200, grpc=True)
GPART = head(S200 + TYPE) + data(SERVING, 0)
two("cut-before-trailers", GPART, "closed", keys=G200, grpc=True)
two("cut-in-trailers", GPART + head(STATUS, 5)[:-2], "closed", keys=G200, grpc=True)
for name in ("oversized", "settings-1", "window-0", "hpack-index", "text", "rst-internal", "data-on-0"):
    two("bad-frame-" + name, GPART + BROKEN[name], "protocol", keys=G200, grpc=True)

# ------------------------------------------------------------------ serving

RESET = struct.pack("ii", 1, 0)
names = sorted(variants)


def read_until(c, done):
    seen = b""
    while not done(seen):
        more = c.recv(65536)
        if not more:
            return seen
        seen += more
    return seen


def serve_http1(c):
    request = read_until(c, lambda s: b"\r\n\r\n" in s)
    _, name, end = request.split(b" ")[1].decode().split("/")
    return variants[name].data, end


def find_http2(seen):
    return re.search(rb"/([XZ]{12})", seen) or re.search(rb"v(\d+)-(\w+)", seen)


def serve_http2(c):
    found = find_http2(read_until(c, find_http2))
    if found.lastindex == 1:
        number = int(found[1].translate(bytes.maketrans(b"XZ", b"01")), 2)
        return variants[names[number >> 2]].data, ALL[number & 3]
    return variants[names[int(found[1])]].data, found[2].decode()


def serve(c, context, respond):
    try:
        c.settimeout(60)
        if context:
            c = context.wrap_socket(c, server_side=True)
        response, end = respond(c)
        c.sendall(response)
        if end == "rst":
            c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        elif end == "notify":
            c.setblocking(False)
            try:
                c.unwrap()
            except (ssl.SSLWantReadError, OSError):
                pass
        elif end == "fin":
            c.shutdown(socket.SHUT_WR)
            while c.recv(65536):  # closing with bytes unread would reset
                pass
        c.close()
    except (OSError, ValueError, KeyError):
        c.close()


def listen(context, respond):
    s = socket.socket()
    s.bind(("127.0.0.1", 0))
    s.listen(1024)

    def accept():
        while True:
            c, _ = s.accept()
            threading.Thread(target=serve, args=(c, context, respond), daemon=True).start()
    threading.Thread(target=accept, daemon=True).start()
    return s.getsockname()[1]


def main():
    folder, cert, key = sys.argv[1:4]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    second = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    second.load_cert_chain(cert, key)
    second.set_alpn_protocols(["h2"])
    port = {("http", False): listen(None, serve_http1), ("http", True): listen(context, serve_http1),
            ("http2", False): listen(None, serve_http2), ("http2", True): listen(second, serve_http2)}
    lines, expected = [], []
    for number, name in enumerate(names):
        v = variants[name]
        for i, end in enumerate(ALL):
            if end not in v.ends:
                continue
            tls = end in TLS
            kind = "http2" if v.kind == "grpc" else v.kind
            at = f"http{'s' if tls else ''}://127.0.0.1:{port[kind, tls]}"
            keys = v.keys or ("" if v.kind == "grpc" else "expect: status == 200")
            if v.kind == "grpc":
                what = f'grpc: "{at}", service: v{number}-{end}'
            elif v.kind == "http2":
                path = format(number << 2 | i, "012b").translate(str.maketrans("01", "XZ"))
                what = f'url: "{at}/{path}", http_version: "2"'
            else:
                what = f'url: "{at}/{name}/{end}"'
            lines.append(f'  - {{ id: {name}.{end}, {what}{", " if keys else ""}{keys} }}')
            cause = v.want[end]
            expected.append(f'{name}.{end} {"pass null" if cause == "pass" else "fail " + cause} {v.words}')
    for file, text in ("checks.yaml", lines), ("expected", expected):
        with open(os.path.join(folder, file + ".new"), "w") as f:
            if file == "checks.yaml":
                f.write("defaults: { timeout: 60s, ca: ca.pem, max_body: 4MiB }\nchecks:\n")
            f.write("\n".join(text) + "\n")
        os.rename(os.path.join(folder, file + ".new"), os.path.join(folder, file))
    sys.stdin.read()


main()
