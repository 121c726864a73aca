#!/usr/bin/env bash
# Whose fault: what the runner could not do is an error, cause prober or proxy,
# and never a failure of production; what production did is never an error.
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1
parts=$root/tests/tools/fault_parts.py
tools=${POSTFLIGHT%/*}/tests
export ASAN_OPTIONS=${ASAN_OPTIONS-}:verify_asan_link_order=0

"$python" "$parts" serve "$scratch" &
background+=($!)
for part in asks refuses closes hangs holds dead; do wait_for $part.port; done
at() { echo "127.0.0.1:$(cat "$1.port")"; }
holds=http://$(at holds)
cat >server.yaml <<'C'
routes:
  /ok: { body: ok }
  /login: { status: 302, headers: { location: "https://login.test/sso" } }
  /wall: { status: 403, headers: { cf-mitigated: challenge }, body: "<title>Just a moment...</title>" }
  /403: { status: 403, body: no }
  /407: { status: 407, body: no }
  /blocked: { status: 200, headers: { x-blocked: "yes" }, body: "who are you?" }
C
play server.yaml server --for 600

# run CODE [ARGUMENTS] <checks: the exit code is that, the record is in out/
run() {
    local code=$1 got=0 checks limits='timeout: 60s'
    shift
    checks=$(cat)
    ! grep -qE 'url:|tcp:|tls:|grpc:' <<<"$checks" || limits+=', connect_timeout: 60s'
    printf 'defaults: { %s }\nchecks:\n%s\n' "$limits" "$checks" >checks.yaml
    "${before[@]}" "$POSTFLIGHT" verify checks.yaml --out out --quiet "$@" >stdout 2>stderr || got=$?
    [ "$got" = "$code" ] || { echo "exit $got"; cat stdout stderr; false; }
}
before=()
told() { # ID STATUS CAUSE [WORDS]
    local line
    line=$(jq -r ".results[] | select(.id == \"$1\") | \"\(.status) \(.cause) \(.message)\"" out/record.json)
    [[ $line == "$2 $3 "*"${4-}"* ]] || { echo "$line"; false; }
}

# Proxies of ours, each bad in its own way, and their neighbours.
check 'proxy: none of it is production' run 4 <<C
  - { id: dead, url: "$base/ok", proxy: "http://$(at dead)", expect: status == 200 }
  - { id: dead-tls, url: "https://h.test/", proxy: "http://$(at dead)", expect: status == 200 }
  - { id: dead-tcp, tcp: "h.test:1", proxy: "http://$(at dead)" }
  - { id: dead-socks, url: "$base/ok", proxy: "socks5h://$(at dead)", expect: status == 200 }
  - { id: nameless, url: "$base/ok", proxy: "http://no-proxy.invalid:1", expect: status == 200 }
  - { id: asks, url: "$base/ok", proxy: "http://$(at asks)", expect: status == 200 }
  - { id: asks-tls, url: "https://h.test/", proxy: "http://$(at asks)", expect: status == 200 }
  - { id: refuses, url: "https://h.test/", proxy: "http://$(at refuses)", expect: status == 200 }
  - { id: closes, url: "https://h.test/", proxy: "http://$(at closes)", expect: status == 200 }
  - { id: hangs, url: "https://h.test/", proxy: "http://$(at hangs)", connect_timeout: 1s, expect: status == 200 }
  - { id: no-tls, url: "$base/ok", proxy: "https://$(at hangs)", connect_timeout: 1s, expect: status == 200 }
C
for id in dead dead-tls dead-tcp dead-socks; do
    check "proxy: $id" told $id error prober 'no connection to the proxy'
done
check 'proxy: one whose name does not exist' told nameless error prober 'the name of the proxy'
check 'proxy: its 407 in clear' told asks error prober 'requires credentials (407)'
check 'proxy: its 407 to CONNECT' told asks-tls error prober 'requires credentials (407)'
for id in refuses closes hangs no-tls; do
    check "proxy: $id" told $id error proxy
done
check 'proxy: neighbours are production' run 1 <<C
  - { id: own-407, url: "$base/407", expect: status == 200 }
  - { id: wanted, url: "$base/ok", proxy: "http://$(at asks)", expect: status == 407 }
  - { id: through, url: "$base/403", proxy: "$base", expect: status == 200 }
  - { id: refused, url: "http://$(at dead)/", expect: status == 200 }
C
check 'proxy: an origin with a 407 of its own' told own-407 fail assertion
check 'proxy: a 407 that was expected' told wanted pass null
check 'proxy: a 403 through one' told through fail assertion
check 'proxy: no proxy, and refused' told refused fail connect
environment() {
    printf '  - { id: e, url: "%s/ok", proxy: env, expect: status == 200 }\n' http://far.test |
        http_proxy=http://localhost:$(cat dead.port) run 4 && told e error prober
}
check 'proxy: a dead one of the environment' environment

# System calls that this machine refuses.
refused() { # CALL ERRNO WORDS
    before=("$tools/confine" "$1" "$2")
    run 4 <<C && told a error prober "$3" && told t error prober "$3" && told d error prober "$3"
  - { id: d, dns: { name: h.test, server: "127.0.0.1:9" } }
  - { id: a, url: "$base/ok", expect: status == 200 }
  - { id: t, tcp: "${base#http://}" }
C
    local rc=$?
    before=()
    return $rc
}
"$tools/confine" connect 1 true 2>/dev/null
if [ $? != 77 ]; then
    check 'calls: EPERM of connect()' refused connect 1 'this machine may not connect: operation not permitted'
    check 'calls: EACCES of connect()' refused connect 13 'this machine may not connect: permission denied'
    check 'calls: EPERM of socket()' refused socket 1 'this machine may not connect'
    check 'calls: EACCES of socket()' refused socket 13 'this machine may not connect'
    check 'calls: EAFNOSUPPORT of socket()' refused socket 97 'address family'
    check 'calls: EMFILE of socket()' refused socket 24 'file descriptor'
    check 'calls: ENETUNREACH' refused connect 101 'no route'
    check 'calls: ENETDOWN' refused connect 100 'is down'
    check 'calls: EADDRNOTAVAIL' refused connect 99 'no free local'
    check 'calls: EAGAIN' refused connect 11 'cannot connect now'
    check 'calls: EINTR' refused connect 4 'interrupted'
    check 'calls: ENOBUFS' refused connect 105 'buffer space'
    production() { # what it says is what a server says, too
        before=("$tools/confine" connect "$1")
        run 1 <<<"  - { id: a, url: \"$base/ok\", expect: status == 200 }" && told a fail connect
        local rc=$?
        before=()
        return $rc
    }
    check 'calls: EHOSTUNREACH may be production' production 113
    check 'calls: ECONNREFUSED is production' production 111
fi

# Stopped for longer than the timeout, while the answer came.
paused() { # NAME SECONDS CODE; checks on standard input
    { echo 'checks:' && cat; } >checks.yaml
    local got=0
    "$python" "$parts" pause "$scratch" "$1" "$2" "$POSTFLIGHT" verify \
        checks.yaml --out out --quiet >stdout 2>stderr || got=$?
    [ "$got" = "$3" ] || { echo "exit $got"; cat stdout stderr; false; }
}
check 'pause: an answer that came meanwhile is read' paused read 5 0 <<C
  - { id: p, url: "$holds/hold/read", timeout: 4s, expect: status == 200 }
C
check 'pause: also of what must not be sent twice' paused post 5 0 <<C
  - { id: p, url: "$holds/hold/post", method: POST, timeout: 4s, expect: status == 200 }
C
check 'pause: a duration with it is measured again' paused again 3 0 <<C
  - { id: p, url: "$holds/at-once/again", timeout: 60s, expect: [status == 200, duration < 2s] }
C
check 'pause: a program has its time' paused program 5 0 <<C
  - { id: p, exec: [sh, -c, "echo >program.asked; until [ -e program.go ]; do sleep 0.01; done; echo OK"], timeout: 4s }
C
check 'pause: a connection that was given up, and no second try' paused drop 2 4 <<C
  - { id: p, url: "$holds/drop/drop", method: POST, timeout: 60s, expect: status == 200 }
C
check 'pause: is said' told p error prober 'this process was paused for '
check 'pause: one that is closed once more is production' paused drops 2 1 <<C
  - { id: p, url: "$holds/drop/drops", timeout: 60s, expect: status == 200 }
C
check 'pause: and closed' told p fail closed

# Programs: what they see, and when they end.
: >alive
check 'exec: a grandchild does not hold its end' run 0 <<'C'
  - { id: away, exec: [sh, -c, "sleep 50 >/dev/null 2>&1 </dev/null & echo OK; exit 0"], expect: [duration < 40s, 'stdout startsWith "OK"', exit == 0] }
  - { id: keeps, exec: [sh, -c, "sleep 50 & echo OK; exit 0"], expect: [duration < 40s, 'stdout startsWith "OK"'] }
  - { id: session, exec: [sh, -c, "setsid sh -c 'while [ -e alive ]; do sleep 0.1; done' & echo OK"], expect: [duration < 40s, 'stdout startsWith "OK"'] }
C
rm alive
check 'exec: its end is what it says' run 1 <<'C'
  - { id: late, exec: [sh, -c, "exec >&-; sleep 0.2; exit 2"] }
  - { id: killed, exec: [sh, -c, "echo bye; kill -9 $$$$"], expect: [exit == 137, 'stdout startsWith "bye"'] }
  - { id: large, exec: [sh, -c, "head -c 300000 /dev/zero | tr '\\0' x; exit 0"], expect: 'stdout matches /^x{60000}/' }
C
check 'exec: an exit after its output' told late fail exec 'exit code 2'
check 'exec: a signal' told killed pass null
check 'exec: more than a pipe holds' told large pass null
seen() { # nothing but 0, 1, 2 and the one that ls reads with
    exec 7</dev/null 8>"$scratch/eight"
    run 1 <<C && told fds fail assertion 'found "0 1 2 3 "'
  - { id: net, url: "$holds/at-once/net", timeout: 60s, expect: status == 200 }
  - { id: fds, exec: [sh, -c, "until [ -e net.asked ]; do sleep 0.01; done; ls /proc/self/fd | tr '\\\\n' ' '; echo >net.go"], expect: 'stdout == ""' }
C
    local rc=$?
    exec 7<&- 8>&-
    return $rc
}
check 'exec: only its own descriptors' seen
ignored() {
    (
        trap '' CHLD
        run 1 <<<'  - { id: a, exec: [sh, -c, "exit 2"] }' && told a fail exec
    )
}
check 'exec: an exit code, although SIGCHLD was ignored' ignored

# Resolvers: for one name, for all names, and no such name.
before=(env "LD_PRELOAD=$tools/names.so")
check 'names: one that is not answered is its own fault' run 1 <<C
  - { id: a, url: "http://again.test/", expect: status == 200 }
  - { id: b, url: "http://two.test:${base##*:}/ok", connect_timeout: 60s, expect: status == 200 }
C
check 'names: and says so' told a fail dns 'answers for other names only'
check 'names: none is answered' run 4 <<C
  - { id: a, url: "http://again.test/", expect: status == 200 }
  - { id: h, url: "http://hung.test/", connect_timeout: 300ms, expect: status == 200 }
  - { id: t, tcp: "again.test:81" }
  - { id: f, steps: [{ url: "$base/ok", expect: status == 200 }, { url: "http://again.test/", expect: status == 200 }] }
  - { id: local, url: "http://localhost:${base##*:}/ok", expect: status == 200 }
C
for id in a h t f; do
    check "names: $id is an error" told $id error prober 'no host name was resolved'
done
check 'names: localhost proves nothing' told local pass null
check 'names: no such name is an answer' run 1 <<C
  - { id: a, url: "http://none.test/", expect: status == 200 }
  - { id: b, url: "http://none.test:81/", expect: status == 200, patience: { attempts: 2, interval: 1ms, retry: [dns] } }
  - { id: h, url: "http://again.test/", expect: status == 200 }
C
check 'names: with a hint at the URL' told a fail dns "the host name 'none.test' does not exist (NXDOMAIN); check the URL"
check 'names: with its attempts' told b fail dns 'check the URL (2 attempts'
check 'names: a neighbour that is not answered' told h fail dns
before=()

# Answers that prove nothing.
check 'inconclusive: a bot wall, and what was named' run 4 <<C
  - { id: wall, url: "$base/wall", expect: status == 200, patience: { attempts: 5, interval: 1ms } }
  - { id: named, url: "$base/blocked", expect: status == 200, inconclusive: header "x-blocked" exists }
  - { id: flow, inconclusive: header "x-blocked" exists, steps: [{ url: "$base/ok", expect: status == 200 }, { url: "$base/blocked", expect: status == 200 }] }
C
check 'inconclusive: a wall is known' told wall error inconclusive 'the bot wall of Cloudflare'
check 'inconclusive: and not asked again' jq -e '.results[] | select(.id == "wall") | .attempts == 1' out/record.json
check 'inconclusive: what was named' told named error inconclusive 'header "x-blocked" exists'
check 'inconclusive: in a step' told flow error inconclusive 'step 2 of 2'
check 'inconclusive: neighbours are production' run 1 <<C
  - { id: plain, url: "$base/403", expect: status == 200, inconclusive: header "x-blocked" exists }
  - { id: wanted, url: "$base/wall", expect: status == 403 }
  - { id: login, url: "$base/login", expect: status == 200 }
C
check 'inconclusive: a plain 403' told plain fail assertion
check 'inconclusive: a wall that was expected' told wanted pass null
check 'inconclusive: a login elsewhere is named' told login fail assertion 'redirects to https://login.test/sso'

# Files of a definition, before anything is probed.
make_key() { # NAME: NAME.pem and NAME.key
    openssl req -x509 -newkey rsa:2048 -nodes -keyout "$1.key" -out "$1.pem" -days 2 -subj "/CN=$1" 2>/dev/null
}
make_key client && make_key other
openssl rsa -aes256 -passout pass:hunter2-hunter2 -in client.key -out locked.key 2>/dev/null
openssl rsa -traditional -aes256 -passout pass:hunter2-hunter2 -in client.key -out old.key 2>/dev/null
openssl x509 -in client.pem -outform DER -out client.der
cat client.pem client.key >both.pem
sed 's/^[A-Za-z0-9]/!/' client.pem >broken.pem
printf 'no certificate\n' >text.pem
mkdir folder.pem
mkfifo fifo.pem
refuses() { # KEYS COLUMN-OF WORDS: exit 3 with the place, nothing is probed
    printf 'checks:\n  - { id: a, url: "%s/ok", %s, expect: status == 200 }\n' "$base" "$1" >checks.yaml
    rm -rf out
    local got=0 column
    PW=hunter2-hunter2 "$POSTFLIGHT" verify checks.yaml --out out >stdout 2>stderr || got=$?
    column=$(awk -v w="$2" 'NR == 2 { print index($0, w) }' checks.yaml)
    [ "$got" = 3 ] && [ ! -e out/record.json ] && grep -qF "checks.yaml:2:$column: error: " stderr && grep -qF "$3" stderr ||
        { echo "exit $got, column $column"; cat stderr; false; }
}
ca() { refuses "ca: $1" "$1" "the file '$1' $2"; }
check 'files: a CA file that is not there' ca none.pem 'cannot be read: No such file'
check 'files: a CA file that is a folder' ca folder.pem 'is a folder'
check 'files: a CA file that is a pipe' ca fifo.pem 'is not a regular file'
check 'files: a CA file without a certificate' ca text.pem 'holds no certificate in PEM form'
check 'files: a CA file in DER' ca client.der 'holds no certificate in PEM form'
check 'files: a CA file that holds a key' ca client.key 'holds no certificate in PEM form'
check 'files: a CA file that is broken' ca broken.pem 'holds a certificate that cannot be read'
if [ "$(id -u)" != 0 ]; then
    cp client.pem closed.pem && chmod 0 closed.pem
    check 'files: a CA file that may not be read' ca closed.pem 'cannot be read: Permission denied'
fi
pair() { refuses "client_cert: { cert: $1, key: $2 }" "$3" "$4"; }
check 'files: a certificate that is not there' pair none.pem client.key none.pem 'cannot be read'
check 'files: a certificate without one' pair text.pem client.key text.pem 'holds no certificate'
check 'files: a key that is not there' pair client.pem none.key none.key 'cannot be read'
check 'files: a key without one' pair client.pem text.pem text.pem 'holds no private key'
check 'files: the key of another certificate' pair client.pem other.key other.key "is not the key of the certificate 'client.pem'"
for key in locked.key old.key; do
    check "files: $key without its password" pair client.pem $key $key "is encrypted: give its 'password'"
    check "files: $key with another password" refuses \
        "client_cert: { cert: client.pem, key: $key, password: wrong-wrong }" $key "does not open it"
    check "files: $key with an empty one" refuses \
        "client_cert: { cert: client.pem, key: $key, password: \"\" }" '""' 'empty'
done
check 'files: in the defaults, too' bash -c "printf 'defaults: { ca: text.pem }\nchecks: [{ id: a, url: \"$base/ok\", expect: status == 200 }]\n' >d.yaml; '$POSTFLIGHT' lint d.yaml 2>&1 | grep -F 'd.yaml:1:17: error: '"
taken() {
    printf 'checks:\n  - { id: a, url: "https://api.test/ok", %s, expect: status == 200 }\n' "$1" >checks.yaml
    PW=hunter2-hunter2 "$POSTFLIGHT" verify checks.yaml --explain >stdout 2>stderr || { cat stderr; false; }
}
check 'files: a plain key' taken 'client_cert: { cert: client.pem, key: client.key }'
check 'files: both in one file' taken 'ca: both.pem, client_cert: { cert: both.pem, key: both.pem }'
check 'files: an encrypted key and its password' taken 'client_cert: { cert: client.pem, key: locked.key, password: "${secret:PW}" }'
check 'files: one in the older form' taken 'client_cert: { cert: client.pem, key: old.key, password: "${secret:PW}" }'
hidden() { ! grep -rq hunter2 stdout stderr; }
check 'files: the password is nowhere' hidden
openssl req -x509 -newkey rsa:2048 -nodes -keyout past.key -out past.pem -subj /CN=past -not_before 20200101000000Z -not_after 20200102000000Z 2>/dev/null ||
    openssl x509 -in client.pem -signkey client.key -days -1 -out past.pem 2>/dev/null && [ -s past.key ] || cp client.key past.key
check 'files: an expired certificate is for the server to judge' taken 'client_cert: { cert: past.pem, key: past.key }'

# At a terminal nobody is asked for a pass phrase, and nothing waits for one.
printf 'checks:\n  - { id: a, url: "https://%s/", client_cert: { cert: client.pem, key: locked.key }, expect: status == 200 }\n' "$(at dead)" >checks.yaml
terminal() {
    local got=0
    "$python" "$parts" pty "$POSTFLIGHT" verify checks.yaml >screen || got=$?
    [ "$got" = 3 ] && ! grep -qi 'pass phrase' screen || { echo "exit $got"; cat screen; false; }
}
check 'terminal: no pass phrase is asked for' terminal

# The key opens with its password, over TLS that wants a certificate.
tls=$(free_port)
openssl req -x509 -newkey rsa:2048 -nodes -keyout server.key -out server.pem -days 2 -subj /CN=api.test -addext subjectAltName=DNS:api.test 2>/dev/null
openssl s_server -accept "127.0.0.1:$tls" -cert server.pem -key server.key -CAfile client.pem -Verify 1 -www -quiet 2>/dev/null >&2 &
background+=($!)
until (exec 3<>"/dev/tcp/127.0.0.1/$tls") 2>/dev/null; do read -rt 0.02 <> <(:) || :; done
shown() {
    PW=hunter2-hunter2 run 0 <<C
  - { id: a, url: "https://api.test:$tls/", resolve: { api.test: 127.0.0.1 }, ca: server.pem, client_cert: { cert: client.pem, key: locked.key, password: "\${secret:PW}" }, expect: status == 200 }
C
}
check 'files: a key with a password opens a connection' shown
exit "$bad"
