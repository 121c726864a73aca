#!/usr/bin/env bash
# An option or a key that has no effect where it is given is an error.
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1

cat >server.yaml <<'C'
routes:
  /health: { type: application/json, body: '{"commit": "6706e2d3f1a84c5b", "ok": true}' }
C
play server.yaml server
cat >good.yaml <<C
checks:
  - { id: api, url: "$base/health", tags: [smoke], expect: 'jsonpath "\$.commit" == "\${SHA:-6706e2d3f1a84c5b}"' }
  - { id: api/deep, url: "$base/health", tags: [slow], expect: status == 200 }
C
cat >build.yaml <<C
checks: [{ id: web, url: "$base/health", identity: jsonpath "\$.commit", expect: status == 200 }]
C
cat >known.yaml <<C
rollout: { version: 91614ff3, deadline: 1s }
checks:
  - { id: web, url: "$base/health", tags: [build], identity: jsonpath "\$.commit", expect: status == 200 }
  - { id: page, url: "$base/health", tags: [page], expect: status == 200 }
C
cat >own.yaml <<C
checks: [{ id: web, url: "$base/health", version: v1, identity: jsonpath "\$.commit", expect: status == 200 }]
C
touch empty.log
"$POSTFLIGHT" verify good.yaml --quiet --report json=record.json >/dev/null
"$POSTFLIGHT" prove good.yaml -o answers.json --quiet >/dev/null
printf '# Notes\n\nAll is well.\n' >note.md
printf 'GET http://h.test/\nHTTP 200\n' >clean.hurl

# One row a rule: exit code, what the message must hold, the command line.
row() { # CODE TEXT ARGS…
    local want=$1 text=$2 code=0
    shift 2
    timeout 60 "$POSTFLIGHT" "$@" >said 2>&1 </dev/null || code=$?
    [ "$code" -eq "$want" ] || { echo "exit $code of $*"; cat said; return 1; }
    grep -qF -e "$text" said || { echo "no '$text' of $*"; cat said; return 1; }
}
rows() { # reads CODE | TEXT | ARGS
    local code text args
    while IFS='|' read -r code text args; do
        [ -n "$code" ] || continue
        eval "set -- $args"
        check "effect: $args" row "$code" "$text" "$@"
    done
}

rows <<'R'
2|--follow needs --log|verify good.yaml --follow
2|--good last.log needs --log|verify good.yaml --good last.log
2|--previous record.json needs --log|verify good.yaml --previous record.json
2|--signatures own.d needs --log or --expect or --git or --deployments|verify good.yaml --signatures own.d
2|--signatures own.d needs --log|watch --once good.yaml --signatures own.d
2|--from abc needs --git|verify good.yaml --from abc
2|--to abc needs --git|verify good.yaml --to abc
2|--git-any-owner needs --git|verify good.yaml --git-any-owner
2|--git-any-owner needs --git|lint note.md --git-any-owner
2|--target prod needs --deployments|verify good.yaml --target prod
2|--samples 5 needs --since|verify good.yaml --samples 5
2|--fail-on shape needs --since|verify good.yaml --fail-on shape
2|--fail-on latency needs --since|verify good.yaml --fail-on degraded --fail-on latency
2|not 'shape' (degraded)|watch --once good.yaml --fail-on shape
2|not 'shape' (degraded)|serve good.yaml --fail-on shape
2|did you mean 'degraded'|watch --once good.yaml --fail-on degrade
2|--rounds 2 needs --interval|watch --once good.yaml --rounds 2
2|expected --once|watch --once --interval 60s good.yaml
2|--rate has no effect with --explain|verify good.yaml --explain --rate 5
2|--log has no effect with --explain|verify good.yaml --explain --log empty.log
2|--expect has no effect with --explain|verify good.yaml --explain --expect abcdefg
2|--out has no effect with --explain|verify good.yaml --explain --out out
2|--color always has no effect with --format json|verify good.yaml --color always --format json
2|--color always has no effect with --format json|scan empty.log --color always --format json
2|--color always has no effect: --report json=- takes|verify good.yaml --color always --report json=-
2|--format text and --report json=- both take|verify good.yaml --format text --report json=-
2|'x' is to get two outputs|verify good.yaml --report json=x --report junit=x
2|--why has no effect with --stub|scan empty.log --stub u-1 --why
2|--format has no effect with --stub|scan empty.log --stub u-1 --format json
2|--excerpt has no effect with --stub|scan empty.log --stub u-1 --excerpt
2|--why has no effect with --excerpt|scan empty.log --excerpt --why
2|--color has no effect with --excerpt|scan empty.log --excerpt --color always
2|--excerpt is given twice|scan empty.log --excerpt --excerpt=1kB
2|no log given|scan --excerpt 600
0|outcome unknown|scan --excerpt 600 empty.log
2|--until is before --since|scan empty.log --since 1m --until 5m
2|'empty.log' is given twice|scan empty.log empty.log
2|--log empty.log is given twice|verify good.yaml --log empty.log --log empty.log
2|'good.yaml' is given twice|verify good.yaml good.yaml
2|--quiet is given twice|verify good.yaml --quiet --quiet
2|--expect is given twice|verify build.yaml --expect abcdefg --expect bcdefgh
2|--tag smoke is given twice|verify good.yaml --tag smoke --tag smoke
2|--var SHA is given twice|verify good.yaml --var SHA=1 --var SHA=2
2|--fail-on degraded is given twice|verify good.yaml --fail-on degraded --fail-on degraded
2|--var 'SAH' is used by no definition, did you mean 'SHA'?|verify good.yaml --var SAH=1
2|--var 'OTHER' is used by no definition; they use SHA|verify good.yaml --var OTHER=1
2|--var 'SAH' is used by no definition|lint good.yaml --var SAH=1
2|--var 'SAH' is used by no definition|verify good.yaml --id api/deep --var SAH=1
0|1 passed|verify good.yaml --id api/deep --var SHA=1
2|--tag 'smke' matches no check, did you mean 'smoke'?|verify good.yaml --tag smke
2|--tag 'other' matches no check; tags: smoke, slow|verify good.yaml --tag smoke --tag other
2|; no check has tags|verify build.yaml --tag other
2|--not-tag 'slwo' excludes no check, did you mean 'slow'?|verify good.yaml --not-tag slwo
2|--id 'apj*' matches no check, did you mean 'api'?|verify good.yaml --id 'apj*'
2|--id 'web' matches no check; ids: api, api/deep|verify good.yaml --id web
2|no check is left|verify good.yaml --tag smoke --not-tag smoke
2|--tag 'smke' matches no check|watch --once good.yaml --tag smke
2|--tag 'smke' matches no check|baseline good.yaml --tag smke
2|--tag 'smke' matches no check|prove good.yaml --tag smke
2|--tag 'smke' matches no check|serve good.yaml --tag smke
3|no check of good.yaml has an 'identity'|verify good.yaml --expect abcdefg
3|identity: jsonpath "$.commit"|watch --once good.yaml --expect abcdefg
3|has a 'version' of its own|verify own.yaml --expect abcdefg
3|has an 'identity'|verify known.yaml --tag page --expect abcdefg
5|not-shipped|verify known.yaml
5|not-shipped|verify known.yaml --tag build
0|1 passed|verify known.yaml --tag page
2|--expect contains a blank after '6706e2d'|verify build.yaml --expect '6706e2d '
2|--expect contains a blank: name|verify build.yaml --expect ' 6706e2d'
2|--expect contains a blank after 'v1'|verify build.yaml --expect 'v1 4'
2|--expect contains a blank after 'v1'|verify build.yaml --expect $'v1\u00a04'
2|--expect contains a blank after 'v1'|verify build.yaml --expect $'v1\u200b'
2|--expect contains a control character after '6706e2d'|verify build.yaml --expect $'6706e2d\n'
2|--expect contains a control character after '6706e2d'|verify build.yaml --expect $'6706e2d\t'
2|--expect contains a control character after '6706e2d'|watch --once build.yaml --expect $'6706e2d\r'
2|--expect contains a control character after '6706e2d'|serve build.yaml --expect $'6706e2d\n'
2|--expect takes VERSION|verify build.yaml --expect ''
2|--slots has no effect with --from|prove good.yaml --from answers.json --slots 2
2|--host-slots has no effect with --from|prove good.yaml --from answers.json --host-slots 2
2|--rate has no effect with --from|prove good.yaml --from answers.json --rate 2
2|--from has no effect with 'html'|report html note.md --from record.json
2|--report has no effect with a kind|report status --from record.json --report json=-
2|--facts has no effect with 'template'|report template status --facts x
2|-o has no effect with 'fix'|report fix --mojibake note.md -o x
2|--mojibake has no effect|report status --from record.json --mojibake
2|--facts has no effect with --report|report --from record.json --report json=- --facts x
2|--check needs -o|report status --from record.json --check
2|--check has no effect: a page|report status --from record.json -o x.html --check
2|unexpected argument 'more'|report status more --from record.json
2|unexpected argument 'more'|report template status more
2|--format has no effect: no document|lint good.yaml --format json
2|--earlier has no effect: no document|lint good.yaml --earlier note.md
2|--git has no effect: no document|lint good.yaml --git .
2|--var has no effect: no checks|lint note.md --var A=1
2|--by has no effect with an incident|incident show last --by anna
2|--by has no effect with a list|incident --by anna
2|unexpected argument 'more'|incident list more
2|unexpected argument 'more'|incident ack last more
2|unexpected argument 'more'|status -o site more
2|unexpected argument '42601'|explain 42P07 42601
2|expected one shell|completion bash zsh
2|--force needs -o or --record|import clean.hurl --force
2|--target has no effect|import clean.hurl --target http://h.test/
2|'x.yaml' is to get two outputs|import clean.hurl -o x.yaml --record x.yaml
2|--allow-missing has no effect|merge record.json --allow-missing
2|two tokens|serve good.yaml --token-env A --token-file B
2|is not a URL|verify 'http:// x'
0|1 passed|verify "$base/health"
R

# What one command cannot do is neither in its help nor offered by a shell.
help_says_so() {
    ! "$POSTFLIGHT" watch --help | grep -e --since -e redirect &&
        ! "$POSTFLIGHT" serve --help | grep -e --since -e 'exit 6' &&
        "$POSTFLIGHT" verify --help | grep -q 'differs from --since' &&
        "$POSTFLIGHT" status --help | grep -q '^  -o DIR ' &&
        "$POSTFLIGHT" completion bash | grep -qF "'watch --fail-on') _postflight_words 'degraded'"
}
check 'effect: help and completion are per command' help_says_so

# Colour is asked for: each command that takes the option has some.
printf 'ERROR: relation "users" already exists\nDatabase error code: 42P07\n' >bad.log
printf 'watch: { open: { critical: 1 of 1 } }\nchecks: [{ id: a, exec: [sh, -c, "exit 2"] }]\n' >fails.yaml
"$POSTFLIGHT" watch --once fails.yaml --state some.db >/dev/null
coloured() { "$POSTFLIGHT" "$@" --color always | grep -q $'\033\['; }
check 'effect: scan has colours' coloured scan bad.log
check 'effect: verify has colours' coloured verify good.yaml
check 'effect: prove has colours' coloured prove good.yaml
check 'effect: watch has colours' coloured watch --once good.yaml --state other.db
check 'effect: merge has colours' coloured merge record.json
check 'effect: incident has colours' coloured incident list --state some.db
check 'effect: incident show has colours' coloured incident show last --state some.db

# A short commit is no commit, but a version of six digits is one.
check 'effect: six digits match exactly' row 5 not-shipped verify build.yaml --expect 6706e2
check 'effect: seven digits match' row 0 1 verify build.yaml --expect 6706e2d

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
    -subj /CN=h.test -keyout ca.key -out ca.pem 2>/dev/null

# Keys: LINE:COLUMN and text of the one error of a file.
key() { # PLACE TEXT DEFINITION
    printf '%s\n' "$3" >key.yaml
    local code=0
    "$POSTFLIGHT" lint key.yaml >said 2>&1 || code=$?
    [ "$code" -eq 3 ] && [ "$(grep -c 'error:' said)" -eq 1 ] &&
        grep -qF "key.yaml:$1: error:" said && grep -qF -e "$2" said ||
        { echo "exit $code"; cat said; return 1; }
}
fine() { # DEFINITION
    printf '%s\n' "$1" >key.yaml
    "$POSTFLIGHT" lint key.yaml
}
one() { # PLACE TEXT KEYS: of a check of https://h.test/
    check "effect: key $3" key "2:$1" "$2" "checks:
- { id: a, url: \"https://h.test/\", expect: status == 200, $3 }"
}
good() {
    check "effect: fine $1" fine "checks:
- { id: a, url: \"https://h.test/\", expect: status == 200, $1 }"
}
one 71 "needs 'attempts' above 1 or a 'deadline'" 'patience: { interval: 2s }'
one 71 "needs 'attempts' above 1 or a 'deadline'" 'patience: { backoff: 2 }'
one 71 "needs 'attempts' above 1 or a 'deadline'" 'patience: { max_interval: 2s }'
one 71 "needs 'attempts' above 1 or a 'deadline'" 'patience: { passes: 2 }'
one 71 "needs 'attempts' above 1 or a 'deadline'" 'patience: { retry: [connect] }'
one 84 "needs 'attempts' above 1 or a 'deadline'" 'patience: { attempts: 1, interval: 2s }'
one 71 'at its timeout' 'patience: { deadline: 10s, attempts: 1 }'
one 84 "needs a 'backoff' above 1" 'patience: { attempts: 3, max_interval: 2s }'
one 84 "'max_interval' is shorter" 'patience: { attempts: 3, interval: 31s, backoff: 2 }'
one 71 'before a second attempt' 'patience: { attempts: 3, deadline: 1s }'
one 71 'nothing is tried again' 'patience: { attempts: 3, retry: [] }'
one 69 '4 passes in a row need as many attempts' 'patience: { attempts: 3, passes: 4 }'
one 92 "an http check never fails like that" 'patience: { attempts: 3, retry: [exec] }'
one 59 "the 'timeout' of the attempt is shorter" 'connect_timeout: 10001ms'
one 59 "'redirects' above 0" 'cookies: true'
one 59 "'insecure' accepts any certificate" 'ca: ca.pem, insecure: true'
one 59 "'unix_socket' is connected to instead" 'proxy: env, unix_socket: /x'
one 59 "'unix_socket' is connected to instead" 'resolve: { h.test: 127.0.0.1 }, unix_socket: /x'
one 59 'the proxy resolves the name' 'resolve: { h.test: 127.0.0.1 }, proxy: "http://p:1"'
one 59 "'g.test' is not the host 'h.test'" 'resolve: { g.test: 127.0.0.1 }'
one 59 "'resolve' gives the host one address" 'addresses: each, resolve: { h.test: 127.0.0.1 }'
one 69 "it is in 'expect', too" 'degraded: status == 200'
one 69 "'x' is in this list twice" 'tags: [x, x]'
one 76 "'A' replaces 'a'" 'headers: { a: b, A: c }'
one 70 'are the same header' 'headers: { authorization: b }, auth: { bearer: abcdef }'
one 70 'are the same header' 'headers: { Cookie: "a=b" }, cookies: { a: b }'
one 68 "has \${target}" 'targets: [1, 2]'
good 'patience: { attempts: 2, interval: 2s }'
good 'patience: { deadline: 2s }'
good 'patience: { deadline: 1h, interval: 2s, backoff: 2, max_interval: 3s, passes: 3 }'
good 'patience: { attempts: 1 }'
good 'patience: { attempts: 3, passes: 3, retry: [] }'
good 'patience: { deadline: 9s, attempts: 1 }'
good 'connect_timeout: 10s'
good 'cookies: true, redirects: 1'
good 'cookies: false, insecure: false, redirects: 0, addresses: any'
good 'resolve: { g.test: 127.0.0.1 }, redirects: 1'
good 'resolve: { H.test: 127.0.0.1 }, addresses: any'
check 'effect: key ca of http' key 2:59 'without https://' 'checks:
- { id: aa, url: "http://h.test/", expect: status == 200, ca: ca.pem }'
check 'effect: key insecure of http' key 2:59 'without https://' 'checks:
- { id: aa, url: "http://h.test/", expect: status == 200, insecure: true }'
check 'effect: key insecure of grpc' key 2:28 'without https://' 'checks:
- { id: g, grpc: h.test:1, insecure: true }'
check 'effect: fine insecure of http that redirects' fine 'checks:
- { id: a, url: "http://h.test/", expect: status == 200, insecure: true, redirects: 1 }'
check 'effect: fine insecure of a variable' fine 'checks:
- { id: a, url: "${URL:-http://h.test}/", expect: status == 200, insecure: true }'
check 'effect: fine resolve of a variable' fine 'checks:
- { id: a, url: "http://${HOST:-g.test}/", expect: status == 200, resolve: { h.test: 127.0.0.1 } }'
check 'effect: key addresses of an address' key 2:33 'one address already' 'checks:
- { id: a, tcp: "127.0.0.1:80", addresses: each }'
check 'effect: key addresses of IPv6' key 2:29 'one address already' 'checks:
- { id: a, tcp: "[::1]:80", addresses: each }'
check 'effect: key max_body of tls' key 2:27 'max_body' 'checks:
- { id: a, tls: h.test:1, max_body: 2kB }'
check 'effect: key retry of exec' key 2:65 'an exec check never fails like that' 'checks:
- { id: a, exec: [true], patience: { attempts: 2, retry: [exec, status] } }'
check 'effect: key needs twice' key 3:64 'in this list twice' 'checks:
- { id: a, url: "http://h.test/", expect: status == 200 }
- { id: b, url: "http://h/", expect: status == 200, needs: [a, a] }'
check 'effect: key insecure of a flow' key 2:12 'without https://' 'checks:
- { id: a, insecure: true, steps: [{ url: "http://h/", expect: status == 200 }] }'
check 'effect: key redirects of a flow' key 2:12 'every step has its own' 'checks:
- { id: a, redirects: 2, steps: [{ url: "http://h/", redirects: 1, expect: status == 200 }] }'
check 'effect: key cookies of a flow' key 2:12 'write it in the step' 'checks:
- { id: a, cookies: false, steps: [{ url: "http://h/", expect: status == 200 }] }'
check 'effect: fine insecure of a flow' fine 'checks:
- { id: a, insecure: true, steps: [{ url: "http://h/", expect: status == 200 }, { url: "https://h/", expect: status == 200 }] }'
check 'effect: defaults without checks of their kind' key 1:13 'no effect on any check of this file' 'defaults: { redirects: 2 }
checks: [{ id: a, tcp: "h.test:1" }]'
check 'effect: defaults that each check has itself' key 1:13 'no effect on any check of this file' 'defaults: { timeout: 2s }
checks: [{ id: a, tcp: "h.test:1", timeout: 3s }]'
check 'effect: defaults of patience' key 1:25 'no effect on any check of this file' 'defaults: { patience: { interval: 2s } }
checks: [{ id: a, tcp: "h.test:1" }]'
check 'effect: fine defaults of patience' fine 'defaults: { patience: { interval: 2s } }
checks: [{ id: a, tcp: "h.test:1" }, { id: b, tcp: "h.test:1", patience: { attempts: 2 } }]'
check 'effect: fine defaults that one check uses' fine 'defaults: { redirects: 2 }
checks: [{ id: a, tcp: "h.test:1" }, { id: b, url: "http://h/", expect: status == 200 }]'
check 'effect: defaults without checks' key 2:13 'no effect on any check of this file' 'rollout: { interval: 2s }
defaults: { timeout: 2s }'
check 'effect: rollout without identity' key 1:12 "no check has an 'identity'" 'rollout: { streak: 3 }
checks: [{ id: a, tcp: "h.test:1" }]'
check 'effect: rollout of nothing' key 1:10 "no check has an 'identity'" 'rollout: {}
checks: [{ id: a, tcp: "h.test:1" }]'
check 'effect: a version that each check has itself' key 1:12 "has a 'version' of its own" 'rollout: { version: v1 }
checks: [{ id: a, exec: [true], identity: regex /(x)/, version: v2 }]'
check 'effect: defaults of version' key 1:13 'no effect on any check of this file' 'defaults: { version: v1 }
checks: [{ id: a, exec: [true] }]'
check 'effect: version of a check with a blank' key 2:58 "a blank after 'v'" 'checks:
- { id: a, exec: [true], identity: regex /(x)/, version: "v 2" }'
check 'effect: fine interval without identity' fine 'rollout: { deadline: 1m, interval: 1s }
checks: [{ id: a, tcp: "h.test:1" }]'
check 'effect: tolerate within a streak of 1' key 1:23 'within a streak of 1' 'rollout: { streak: 1, tolerate: 1 }
checks: [{ id: a, exec: [true], identity: regex /(x)/ }]'
check 'effect: version with a line end' key 1:21 "a control character after 'abc'" 'rollout: { version: "abc\n" }
checks: [{ id: a, exec: [true], identity: regex /(x)/ }]'
check 'effect: version with a blank' key 1:21 "a blank after 'abc'" 'rollout: { version: "abc " }
checks: [{ id: a, exec: [true], identity: regex /(x)/ }]'
check 'effect: maintenance of no check' key 1:25 'it matches no check' 'watch: { maintenance: [ { weekly: "sun 02:00", checks: [b*] } ] }
checks: [{ id: a, tcp: "h.test:1" }]'
check 'effect: length of a window that ends' key 1:25 "the window ends at 'to'" 'watch: { maintenance: [ { from: 2026-01-01T00:00:00Z, to: 2026-01-02T00:00:00Z, length: 2h } ] }
checks: [{ id: a, tcp: "h.test:1" }]'
check 'effect: reminders that are not sent' key 1:22 "'remind: 0s' sends none" 'watch: { remind: 0s, remind_most: 2h }
checks: [{ id: a, tcp: "h.test:1" }]'
check 'effect: a pause that does not grow' key 1:29 'the pause does not grow' 'watch: { remind_backoff: 1, remind_most: 2h }
checks: [{ id: a, tcp: "h.test:1" }]'
check 'effect: a transition twice' key 1:63 'in this list twice' 'watch: { notify: [ { command: ["true"], name: x, on: [opened, opened] } ] }
checks: [{ id: a, tcp: "h.test:1" }]'
check 'effect: allow_http of https' key 1:20 'https:// is used' 'watch: { notify: [ { webhook: "https://h.test/", allow_http: true } ] }
checks: [{ id: a, tcp: "h.test:1" }]'
check 'effect: ca of a command' key 1:20 "'ca' does not apply to a receiver 'command'" 'watch: { notify: [ { command: ["true"], ca: key.yaml } ] }
checks: [{ id: a, tcp: "h.test:1" }]'

# A deadline alone: as many attempts as fit, of a check and of a run.
cat >late.yaml <<'C'
routes:
  /a: [{ status: 503 }, { status: 503 }, { status: 503 }, { status: 200, body: ok }]
  /b: [{ status: 503 }, { status: 503 }, { status: 503 }, { status: 200, body: ok }]
C
play late.yaml late
printf 'checks: [{ id: a, url: "%s/a", expect: status == 200, patience: { deadline: 60s, interval: 10ms } }]\n' "$base" >patient.yaml
printf 'rollout: { deadline: 60s, interval: 10ms }\nchecks: [{ id: b, url: "%s/b", expect: status == 200 }]\n' "$base" >waits.yaml
check 'effect: patience with a deadline alone' row 0 '1 passed' verify patient.yaml
check 'effect: a rollout deadline without identity' row 0 '1 passed' verify waits.yaml
exit "$bad"
