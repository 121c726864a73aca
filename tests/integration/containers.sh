#!/usr/bin/env bash
# Logs as hosts and providers give them: archives, pages, frames, exports; and
# what is not a log at all.
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1

python3 - <<'P'
import gzip, io, json, struct, tarfile, zipfile
said = ["starting", "Error: P3018", "A migration failed to apply.",
        "Migration name: 20260101_orders", "Database error code: 42P07",
        'ERROR: relation "orders" already exists']
stamp = ["2026-10-05T07:00:0%d.250Z" % i for i in range(len(said))]
ms = [1791183600250 + 1000 * i for i in range(len(said))]
text = "".join("%s %s\n" % p for p in zip(stamp, said))
both = list(zip(stamp, ms, said))

def write(name, what):
    what = what if isinstance(what, (str, bytes)) else json.dumps(what)
    open(name, "wb").write(what.encode() if isinstance(what, str) else what)

write("page.json", {"more": False, "logs": [
    {"id": str(t), "timestamp": t, "message": m} for t, _, m in both]})
write("indented.json", json.dumps({"events": [
    {"logStreamName": "web/1", "timestamp": n, "message": m, "ingestionTime": 1791183699000}
    for _, n, m in both]}, indent=4))
write("streams.json", {"data": {"result": [{"stream": {"pod": "web"}, "values": [
    [str(n * 10**6), m] for _, n, m in both]}]}})
write("nested.json", {"hits": {"hits": [
    {"_source": {"@timestamp": t, "message": m}} for t, _, m in both]}})
write("other.ndjson", "\n".join(json.dumps(
    {"rowId": "1", "timestampInMs": n, "message": m}) for _, n, m in both))
write("journal.export", b"".join((
    "__CURSOR=s=%d\n__REALTIME_TIMESTAMP=%d\nMESSAGE=%s\n\n" % (n, n * 1000, m)).encode()
    for _, n, m in both))
write("frames.log", b"".join(
    bytes([2, 0, 0, 0]) + struct.pack(">I", len(l) + 1) + l.encode() + b"\n"
    for l in text.splitlines()))
write("columns.txt", "".join(
    "EVENTS\t%d\t1791183699000\tweb\t%s\t%d\n" % (n, m, n) for _, n, m in both))
write("page.json.gz", gzip.compress(open("page.json", "rb").read()))
with zipfile.ZipFile("run.zip", "w", zipfile.ZIP_DEFLATED) as z:
    z.writestr("0_deploy.txt", text)
    z.writestr("deploy/1_Migrate.txt", text)
    z.writestr("deploy/shot.png", b"\x89PNG\r\n\x1a\n")
with zipfile.ZipFile("stored.zip", "w") as z:
    z.writestr("logs/page.json", open("page.json", "rb").read())
with zipfile.ZipFile("pictures.zip", "w") as z:
    z.writestr("shot.png", b"\x89PNG\r\n\x1a\n")
write("cut.zip", open("run.zip", "rb").read()[:-30])
with tarfile.open("logs.tar", "w") as t:
    t.add("page.json")
write("logs.tgz", gzip.compress(open("logs.tar", "rb").read()))
write("some.pdf", b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n")
write("some.db", b"SQLite format 3\0" + bytes(100))
write("some.7z", b"7z\xbc\xaf\x27\x1c\0\4" + bytes(range(256)))
write("some.bin", bytes(range(256)) * 16)
with zipfile.ZipFile("bomb.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=9) as z:
    with z.open("large.txt", "w", force_zip64=True) as f:
        for _ in range(1025):
            f.write(b"x" * 1048575 + b"\n")
P

finds() { # FILE LINE [NAME]: the error of line LINE, its migration and times
    local code=0
    "$POSTFLIGHT" scan "$1" --format json >out.json 2>err || code=$?
    [ "$code" -eq 1 ] || { echo "exit $code"; cat err; return 1; }
    jq -e --argjson line "$2" --arg file "${3:-$1}" '
        .causes[0].signature == "postgres/42p07" and
        ([.findings[].captures.migration // empty] == ["20260101_orders"]) and
        (.findings | map(select(.signature == "postgres/42p07"))[0].first |
            .line == $line and .file == $file and
            (.time | startswith("2026-10-05T07:00:04.25")))' out.json >/dev/null ||
        jq -c '.causes, .findings' out.json
}
for form in page.json indented.json streams.json nested.json other.ndjson \
    journal.export frames.log columns.txt page.json.gz; do
    check "found in $form" finds "$form" 5
done
check 'found in an archive, once' finds run.zip 5 run.zip/0_deploy.txt
check 'and of six lines' jq -e '.coverage.lines == 6' out.json
check 'found in a page of an archive' finds stored.zip 5 stored.zip/logs/page.json
piped() { finds - 5 "-/0_deploy.txt" <run.zip; }
check 'found in an archive from a pipe' piped
good() {
    "$POSTFLIGHT" scan --good run.zip page.json --format json >out.json
    jq -e '.causes == []' out.json >/dev/null || jq -c .causes out.json
}
check 'what the good archive has, too, is no cause' good

refused() { # FILE TEXT: by each command that reads logs
    local code command
    printf 'checks: [{ id: a, url: "http://127.0.0.1:1/", expect: status == 200 }]\n' >checks.yaml
    for command in "scan $1" "scan --good $1 page.json" \
        "verify checks.yaml --log $1 --out out"; do
        code=0
        # shellcheck disable=SC2086 # words of a command
        "$POSTFLIGHT" $command >said 2>&1 || code=$?
        [ "$code" -eq 2 ] || { echo "$command: exit $code"; cat said; return 1; }
        grep -qF "'$1' $2" said || { echo "$command:"; cat said; return 1; }
    done
}
check 'a tar archive is refused' refused logs.tar 'is a tar archive, which is not a log'
check 'and within gzip' refused logs.tgz 'is a tar archive, which is not a log'
check 'a PDF is refused' refused some.pdf 'is a PDF document, which is not a log'
check 'a database is refused' refused some.db 'is an SQLite database, which is not a log'
check 'a 7-Zip archive is refused' refused some.7z 'is a 7-Zip archive, which is not a log'
check 'what nobody knows is refused' refused some.bin 'is binary data, which is not a log'
check 'half an archive is refused' refused cut.zip 'is a zip archive that is broken'
check 'an archive of pictures is refused' refused pictures.zip 'is a zip archive without a text'
bomb() {
    local code=0
    "$POSTFLIGHT" scan bomb.zip >said 2>&1 || code=$?
    [ "$code" -eq 4 ] && grep -q 'more than 500 times larger than its file' said ||
        { echo "exit $code"; cat said; return 1; }
}
check 'an archive of a gigabyte of nothing is refused' bomb
follow() {
    local code=0
    timeout 60 "$POSTFLIGHT" verify checks.yaml --log run.zip --follow --out out >said 2>&1 || code=$?
    grep -q 'follow reads plain text' said || { echo "exit $code"; cat said; return 1; }
}
check 'an archive is not followed' follow
