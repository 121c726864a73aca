#!/usr/bin/env bash
# Out of memory: whatever is refused, to the program or to a library, the end is
# exit 4 with a message. Never a crash, a hang, another reason or a verdict.
#   tests/faults/memory.sh [all | sample]
#     all     each allocation, which takes minutes
#     sample  a few, with a plain build that exists; nothing is built
. "$(dirname "$0")/../integration/lib.sh"

# Sanitizers bring a malloc of theirs, so this runs the release.
plain=$root/build/release/postflight
if [ "${1-}" = sample ]; then
    for program in "${POSTFLIGHT_PLAIN-}" "$plain" "$root/build/clang/postflight"; do
        [ ! -x "$program" ] || break
    done
    if [ ! -x "$program" ] || ! nm -D "$program" | grep -q ' T malloc$'; then
        echo 'ok - memory # SKIP there is no build without sanitizers'
        exit 0
    fi
    plain=$program
fi
build_release() { cmake --preset release && cmake --build --preset release --target postflight; }
[ "${1-}" = sample ] || check 'memory: the release is built' build_release
own() { nm -D "$plain" | grep -q ' T malloc$'; }
check 'memory: the release has a malloc of its own' own

folder=$scratch/folder
mkdir "$folder"
cat >"$scratch/server.yaml" <<'C'
routes:
  /ok: { body: '{"version": "1.2", "items": [{"name": "a"}]}', headers: { content-type: application/json } }
  /xml: { body: '<a><b>1</b></a>', headers: { content-type: text/xml } }
C
play "$scratch/server.yaml" "$scratch/server"
cd "$folder" || exit 1
cat >checks.yaml <<C
checks:
  - id: api
    url: $base/ok
    identity: 'jsonpath "\$.version"'
    expect: [status == 200, 'jsonpath "\$.items[?@.name == ''a'']" count == 1', 'body matches /items/']
  - { id: xml, url: $base/xml, expect: 'xpath "string(/a/b)" == "1"' }
  - { id: local, url: "${base/127.0.0.1/localhost}/ok", expect: status == 200 }
  - { id: program, exec: [sh, -c, "echo OK"] }
  - { id: flow, needs: [api], steps: [{ url: "$base/ok", capture: { v: jsonpath "\$.version" }, expect: status == 200 }, { url: "$base/ok?v=\${v}", expect: status == 200 }] }
C
cat >deploy.log <<'C'
2025-11-14T15:18:26Z Applying migration `20251017171256_init`
2025-11-14T15:18:27Z Error: P3018
2025-11-14T15:18:27Z Database error code: 42P07
2025-11-14T15:18:27Z ERROR: relation "users" already exists
2025-11-14T15:18:28Z error: something that nobody has ever seen
2025-11-14T15:18:29Z Process exited with code 1
C
gzip -k deploy.log
zstd -q deploy.log 2>/dev/null || cp deploy.log deploy.log.zst
printf 'services:\n  web:\n    image: x\n    ports: ["8080:80"]\n    healthcheck: { test: ["CMD", "curl", "-f", "http://localhost:80/health"] }\n' >compose.yaml
printf '# An incident\n\nStatus: resolved\n\nFrom 10:00 to 11:00 UTC, for 1 h, the API failed.\n' >document.md
for part in 1 2; do
    "$plain" verify checks.yaml --shard $part/2 --out part >/dev/null 2>&1
    mv part/record.json "$([ $part = 1 ] && echo one || echo two).json"
done
"$plain" verify checks.yaml --expect 1.2 --log deploy.log --out part >/dev/null 2>&1
mv part/record.json .
rm -r part
"$plain" watch --once checks.yaml --state history.db >/dev/null 2>&1
cd "$scratch" || exit 1
"$python" "$root/tests/faults/memory.py" "$plain" \
    "$root/build/debug/tests/fail_malloc.so" "$folder" "$@" || bad=1
exit "$bad"
