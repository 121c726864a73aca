#!/usr/bin/env bash
# Certificates whose names have control bytes, markup and commands of CI hosts:
# none of it acts in any output.
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1

cat >server.py <<'P'
import os, ssl, socket, subprocess, threading

# Colours, a title, a line of its own, C1, a change of direction, DEL; markup.
NAMES = {
    "COLOUR": "a\x1b[31mred\x07\x1b]0;title\x07\x1b[2J\x7f",
    "LINES": "a\n::error::boom\r##vso[task.complete]x\n##teamcity[x]\u2028y",
    "MARKUP": "<script>alert(1)</script>|`x`](javascript:x)\u202e&\"'\x9b31m",
}


def certificate(name, common):
    plain = common.replace("\n", " ").replace("/", "|").encode("ascii", "ignore")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-utf8",
         "-keyout", f"{name}.key", "-out", f"{name}.pem", "-days", "9",
         "-subj", "/CN=" + common.replace("/", "\\/") + "/O=o\x1b[2Jo",
         "-addext", "subjectAltName=DNS:" + plain.decode().replace(",", "")],
        check=True, stderr=subprocess.DEVNULL)


def answer(listener, context):
    while True:
        client, _ = listener.accept()
        try:
            with context.wrap_socket(client, server_side=True) as c:
                c.recv(65536)
                c.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        except OSError:
            pass


with open("ports.new", "w") as ports:
    for name, common in NAMES.items():
        certificate(name, common)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(f"{name}.pem", f"{name}.key")
        listener = socket.create_server(("127.0.0.1", 0))
        ports.write(f"{name}={listener.getsockname()[1]}\n")
        threading.Thread(target=answer, args=(listener, context),
                         daemon=True).start()
os.rename("ports.new", "ports")
threading.Event().wait()
P
"$python" server.py &
background+=($!)
wait_for ports
{
    echo 'checks:'
    while IFS='=' read -r name port; do
        url="https://127.0.0.1:$port/"
        for field in Subject Issuer Subject-Alt-Name; do
            cat <<Y
  - id: ${name,,}-${field,,}
    url: "$url"
    insecure: true
    expect: certificate "$field" == "x"
Y
        done
        echo "  - { id: ${name,,}-name, url: \"$url\", ca: $PWD/$name.pem, expect: status == 200 }"
        echo "  - { id: ${name,,}-chain, url: \"$url\", expect: status == 200 }"
    done <ports
} >checks.yaml

formats=$("$POSTFLIGHT" verify --help | sed -n '/^formats of --report:/,/^$/s/^  \([a-z-]*\)  .*/\1/p')
outputs=()
for format in $formats; do outputs+=(--report "$format=out.$format"); done
verify() { # CI host, by its variable
    local code=0
    env "$@" "$POSTFLIGHT" verify checks.yaml --out out "${outputs[@]}" >out.stdout 2>out.stderr || code=$?
    [ "$code" -eq 1 ] || { echo "exit $code"; cat out.stderr; return 1; }
}
# The names are shown, and nothing of them as it came.
clean() {
    "$python" - out.* out/* <<'P'
import re, subprocess, sys
bad = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e]")
ours = re.compile("\x1b\\[0Ksection_(start|end):\\d+:\\w+(\\[collapsed=true\\])?\r\x1b\\[0K")
theirs = re.compile(r"^\s*(::error::boom|##vso\[task.complete|##teamcity\[x)", re.M)
seen = 0
for path in sys.argv[1:]:
    text = open(path, encoding="utf-8", newline="").read()
    seen += "boom" in text
    text = ours.sub("", text)
    found = bad.search(text)
    assert not found, f"{path}: {text[max(0, found.start() - 60):found.end() + 20]!r}"
    found = theirs.search(text)
    assert not found, f"{path}: {found[0]}"
    if path.endswith(("md", "markdown")):
        text = subprocess.run(["cmark-gfm", "--unsafe", "-e", "table", path], check=True,
                              stdout=subprocess.PIPE, text=True).stdout
    if path.endswith(("html", "junit", "md", "markdown")):
        assert "<script>alert" not in text and "javascript:x\"" not in text, path
assert seen > 5, seen
P
}
check 'certificate texts: the checks fail' verify A=b
check 'certificate texts: nothing of them acts' clean
for host in GITHUB_ACTIONS=true GITLAB_CI=true TF_BUILD=True TEAMCITY_VERSION=1; do
    check "certificate texts: on a CI host, ${host%=*}" verify "$host" CI=true
    check "certificate texts: nothing acts, ${host%=*}" clean
done
terminal() {
    "$python" - "$POSTFLIGHT" <<'P'
import os, pty, re, subprocess, sys
leader, follower = pty.openpty()
run = subprocess.Popen([sys.argv[1], "verify", "--id=*-subject", "checks.yaml"], stdin=subprocess.DEVNULL,
                       stdout=follower, stderr=follower)
os.close(follower)
text = b""
try:
    while part := os.read(leader, 65536):
        text += part
except OSError:
    pass
assert run.wait() == 1, text
text = text.decode()
assert "red" in text and "script" in text, text
found = re.search("\x1b\\[(2J|31mred)|\x1b\\]0;title|[\x07\x7f-\x9f\u2028\u202a-\u202e]", text)
assert not found, text[max(0, found.start() - 60):found.end() + 20]
P
}
check 'certificate texts: nor on a terminal' terminal
exit "$bad"
