#!/usr/bin/env bash
# A secret that begins before the limit of an excerpt leaves no part there, in
# any output: redacted first, cut after that. Each distance from the limit is a
# check, and so is each way in which a server may write the secret.
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1

TOK=hunter2-Kq7+Zx/9-hunter3
export TOK

"$python" - >checks.yaml <<'EOF'
print("checks:")
for form in ("plain", "percent", "json", "base64"):
    for n in range(130, 215):
        print(f"  - id: {form}-{n}")
        print(f"    url: ${{BASE_URL}}/{form}/{n}")
        print('    auth: { bearer: "${secret:TOK}" }')
        print("    expect: body contains \"nowhere\"")
EOF

cat >server.py <<'EOF'
import base64, http.server, json, os, socketserver, urllib.parse

TOK = os.environ["TOK"]
FORMS = {
    "plain": TOK,
    "percent": urllib.parse.quote(TOK, safe=""),
    "json": "".join("\\u%04x" % ord(c) for c in TOK),
    "base64": base64.b64encode(TOK.encode()).decode(),
}


class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        _, form, n = self.path.split("/")
        body = ("x " * 200)[:int(n)] + FORMS[form] + "y" * 900
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *args):
        pass


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 512


with Server(("127.0.0.1", 0), Answer) as server:
    with open("port.new", "w") as f:
        f.write(str(server.server_address[1]))
    os.rename("port.new", "port")
    server.serve_forever()
EOF
"$python" server.py &
background+=($!)
wait_for port
BASE_URL=http://127.0.0.1:$(cat port)
export BASE_URL

formats=(json markdown html junit tap ctrf sarif github github-summary)

verify() {
    local reports=() f
    for f in "${formats[@]}"; do reports+=(--report "$f=out/all.$f"); done
    timeout 600 "$POSTFLIGHT" verify checks.yaml --out out "${reports[@]}" \
        >out.text 2>out.errors
    [ $? -eq 1 ] || { head -5 out.errors; return 1; }
    mv out.text out.errors out
}

no_part() {
    printf 'TOK %s\n' "$(printf %s "$TOK" | od -An -v -tx1 | tr -d ' \n')" >secrets
    "$root/build/debug/tests/find_secrets" secrets 2 out/*
}

# The test would see one: what was cut first, and redacted after that.
sees_a_part() {
    printf 'found "xxx hunter2-Kq7+Z..."\n' >planted
    ! "$root/build/debug/tests/find_secrets" secrets 2 planted
}

all_are_told() {
    local f
    for f in json junit tap ctrf sarif; do
        [ "$(grep -c 'plain-170' "out/all.$f")" -gt 0 ] || {
            echo "$f does not have each check"
            return 1
        }
    done
    grep -q '\[redacted\]' out/out.text
}

check 'excerpts: each limit is met' verify
check 'excerpts: no output has a part of the secret' no_part
check 'excerpts: a part would be seen' sees_a_part
check 'excerpts: each output has the checks' all_are_told
exit "$bad"
