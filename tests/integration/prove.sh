#!/usr/bin/env bash
# Which breakages would the checks notice? Each claim is put to the test: the
# server is broken in that way, and verify must fail, or pass.
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1
port=$(free_port)
mkdir -p www
good='{"status": "healthy", "commit": "6706e2d3", "queue": {"depth": 3, "workers": [{"name": "a"}]}, "ok": true}'
printf '%s' "$good" >www/health
start_nginx < <(
    cat <<N
server {
    listen 127.0.0.1:$port;
    default_type application/json;
    root $scratch/www;
    location = /time { return 200 '{"at": "\$request_id", "ok": true}'; }
    location = /fails { return 503 '{}'; }
    location = /token { return 200 '{"token": "tok-1234567"}'; }
    location = /me { if (\$http_authorization != "Bearer tok-1234567") { return 401; } return 200 '{"me": 1}'; }
}
N
)
export BASE=http://127.0.0.1:$port
prove() { # EXIT FILE [ARGS]
    "$POSTFLIGHT" prove "$2" --format json "${@:3}" >proof.json 2>err
    got=$?
    cat err
    [ "$got" -eq "$1" ] || { echo "exit $got"; cat proof.json; return 1; }
}
said() { # PYTHON: an expression of p, the proof, and u, what was unnoticed
    "$python" - "$1" <<'P'
import json, sys
p = json.load(open("proof.json"))
u = {r["check"]: [(x["path"] or "") + "|" + x["change"] for x in r["unnoticed"]] for r in p["requests"]}
if not eval(sys.argv[1]):
    print(json.dumps(p, indent=1)); sys.exit(1)
P
}

cat >weak.yaml <<'Y'
checks: [{ id: weak, url: "${BASE}/health", expect: status == 200 }]
Y
cat >strong.yaml <<'Y'
checks:
  - id: strong
    url: ${BASE}/health
    timeout: 4s
    identity: jsonpath "$.commit"
    expect:
      - status == 200
      - header "content-type" contains "json"
      - jsonpath "$.status" == "healthy"
      - jsonpath "$.queue.depth" < 1000
      - jsonpath "$.queue.depth" >= 0
      - jsonpath "$.queue.workers[0].name" == "a"
      - jsonpath "$.ok" == true
Y
check 'a check of the status alone' prove 0 weak.yaml
check 'notices little' said 'p["noticed"] == 1 and p["changes"] == 21 and p["score"] < 0.1'
check 'and the rest is listed' said '"$.status|removed" in u["weak"] and "$.queue.depth|another value" in u["weak"] and "|takes 5 s longer" in u["weak"] and "|an empty body" in u["weak"] and "|another build answers" in u["weak"]'
check 'a check that looks' prove 0 strong.yaml
check 'notices all' said 'p["score"] == 1 and u["strong"] == []'
check '--min-score is a gate' prove 7 weak.yaml --min-score 5
check 'of the score' prove 0 weak.yaml --min-score 4

mutate() { # CHECKS BODY EXIT: what verify says when the body is that
    printf '%s' "$2" >www/health
    "$POSTFLIGHT" verify "$1" --quiet >said
    got=$?
    printf '%s' "$good" >www/health
    [ "$got" -eq "$3" ] || { echo "exit $got"; cat said; return 1; }
}
check 'what weak would not notice, verify does not' mutate weak.yaml '{}' 0
check 'an empty body neither' mutate weak.yaml '' 0
check 'what strong would notice, verify does' mutate strong.yaml '{}' 1
check 'an empty body too' mutate strong.yaml '' 1
check 'another value too' mutate strong.yaml "${good/: 3/: 987654321}" 1
check 'a list that is empty too' mutate strong.yaml "${good/\[*\]/[]}" 1

cat >two.yaml <<'Y'
checks:
  - { id: status, url: "${BASE}/health", expect: status == 200 }
  - { id: value, url: "${BASE}/health", expect: 'jsonpath "$.status" == "healthy"' }
Y
check 'two checks of one request' prove 0 two.yaml
check 'see what the other overlooks' said 'list(u) == ["status"] and "$.status|another value" not in u["status"] and "$.ok|removed" in u["status"]'

cat >time.yaml <<'Y'
checks: [{ id: time, url: "${BASE}/time", expect: [status == 200, 'jsonpath "$.ok" == true', 'jsonpath "$.at" exists'] }]
Y
check 'a value that changes by itself' prove 0 time.yaml
check 'is not changed' said '"$.at|another value" not in u["time"] and p["requests"][0]["changes"] == 8'

cat >flow.yaml <<'Y'
checks:
  - id: flow
    steps:
      - { url: "${BASE}/token", expect: status == 200, capture: { t: 'jsonpath "$.token"' } }
      - { url: "${BASE}/me", auth: { bearer: "${t}" }, expect: [status == 200, 'jsonpath "$.me" == 1'] }
Y
check 'the steps of a flow are proved' prove 0 flow.yaml
check 'each by itself' said '[r["request"].split("/")[-1] for r in p["requests"]] == ["token", "me"] and "$.me|removed" not in u["flow"]'
check 'with no secret in the output' bash -c '! grep -q tok-1234567 proof.json'

cat >fails.yaml <<'Y'
checks: [{ id: fails, url: "${BASE}/fails", expect: status == 200 }]
Y
check 'an answer that does not pass proves nothing' prove 4 fails.yaml
check 'and is listed' said 'p["requests"][0]["skipped"] and p["changes"] == 0'
check 'the text tells it, too' bash -c '"$0" prove weak.yaml | grep -q "unnoticed: \$.queue.depth: another value"' "$POSTFLIGHT"

check 'answers can be recorded' prove 0 strong.yaml -o recorded.json
kill "$(cat nginx.pid)"
check 'and proved again without the service' prove 0 strong.yaml --from recorded.json
check 'with the same score' said 'p["score"] == 1'
check 'against other definitions' prove 0 weak.yaml --from <(sed 's/"strong"/"weak"/' recorded.json)
check 'with theirs' said 'p["noticed"] == 1'
echo '{"schema": "postflight/recording/1", "responses": [{"check"' >broken.json
check 'a broken recording is refused' prove 3 strong.yaml --from broken.json
sed 's/"body": "[^"]*"/"body": "%%"/' recorded.json >base64.json
check 'one that is no base64 as well' prove 3 strong.yaml --from base64.json
exit "$bad"
