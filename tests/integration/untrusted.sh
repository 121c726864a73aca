#!/usr/bin/env bash
# Definitions of somebody else: files, variables, hosts and programs that they
# may not reach, each beside a neighbour that still works.
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1
export DEPLOY_KEY=k-0123456789abcdef

cat >server.yaml <<'Y'
routes:
  /ok: { body: '{"host": "localhost"}', headers: { Content-Type: application/json } }
  /away: { status: 302, headers: { Location: "http://localhost:1/ok" } }
  /near: { status: 302, headers: { Location: /ok } }
Y
play server.yaml server
port=${base##*:}

# says CODE TEXT COMMAND…: exit code and a part of what is printed; no secret
says() {
    local want=$1 text=$2 code=0 got
    shift 2
    got=$("$@" 2>&1 </dev/null) || code=$?
    printf '%s\n' "$got"
    [ "$code" -eq "$want" ] && [[ $got == *"$text"* ]] && [[ $got != *k-0123* ]] &&
        [[ $got != *hunter2* ]]
}
define() { # FOLDER KEY: VALUE…: one check with these keys
    rm -rf "$1" && mkdir "$1"
    { echo 'checks:'; echo '  - id: x'; printf '    %s\n' "${@:2}"; } >"$1/a.yaml"
}
lint() { timeout 100 "$POSTFLIGHT" lint "$@"; }
verify() { timeout 100 "$POSTFLIGHT" verify "$@"; }
url="url: $base/ok"
expect='expect: [status == 200]'

# Files.
echo 'machine h login u password hunter2' >netrc
echo '{"type": "object"}' >schema.json
mkdir kept && define d "$url" "$expect"
for link in /proc/self/environ ../netrc "$scratch/netrc" sub/../../netrc; do
    mkdir -p d/sub && rm -f d/b.yaml && ln -s "$link" d/b.yaml
    check "untrusted: a link to $link is no definition of lint" says 3 "'d/b.yaml' leads out" lint d
    check "untrusted: nor of verify" says 3 "'d/b.yaml' leads out" verify d
    check "untrusted: nor by its name" says 3 "leads out" lint d/b.yaml
done
rm -r d/b.yaml d/sub
mkdir -p outside && cp d/a.yaml outside/b.yaml && sed -i 's/id: x/id: y/' outside/b.yaml
ln -s ../outside d/sub
check 'untrusted: a folder in the folder is not entered' says 0 '' lint --untrusted d
mkfifo d/pipe.yaml
check 'untrusted: a pipe in the folder is not opened' says 0 '' lint --untrusted d
check 'untrusted: a pipe that is named is no file' says 3 'not a regular file' lint --untrusted d/pipe.yaml
rm d/pipe.yaml
check 'untrusted: a pipe of the caller is read' says 0 '' bash -c '"$0" verify <(cat d/a.yaml)' "$POSTFLIGHT"

mkdir -p volume/..2025_1 && cp d/a.yaml volume/..2025_1/a.yaml
ln -s ..2025_1 volume/..data && ln -s ..data/a.yaml volume/a.yaml && ln -s volume mount
for folder in volume mount mount/ "$scratch/mount"; do
    check "untrusted: a volume of Kubernetes is read as $folder" says 0 '1 checks' lint --untrusted "$folder"
done

for path in /proc/self/environ "$scratch/netrc" ../netrc link sub/netrc; do
    define d "$url" "schema: $path"
    ln -s ../netrc d/link && ln -s .. d/sub
    check "untrusted: the schema $path is outside" says 3 'outside the folder' lint --untrusted d
    check "untrusted: the schema $path is not quoted" says 3 'not shown' lint d
done
define d "$url" "schema: schemas/s.json"
mkdir d/schemas
echo '{"type": "objekt"}' >d/schemas/s.json
check 'untrusted: a schema of the folder is quoted' says 3 'objekt' lint --untrusted d
cp schema.json d/schemas/s.json
check 'untrusted: a schema of the folder is read' says 0 '' verify --untrusted d
define d "$url" "schema: ../schema.json"
check 'untrusted: one outside is read if it is trusted' says 0 '' verify d
mkfifo d/pipe && sed -i 's#\.\./schema.json#pipe#' d/a.yaml
check 'untrusted: a pipe is no schema' says 3 'not a regular file' lint --untrusted d

openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 9 -subj /CN=x 2>/dev/null
for key in 'ca: ../cert.pem' 'client_cert: {cert: ../cert.pem, key: ../key.pem}'; do
    define d 'url: https://localhost:1/' "$expect" "$key"
    check "untrusted: $key is outside" says 3 'outside the folder' lint --untrusted d
    check "untrusted: $key may be anywhere" says 0 '' lint d
done
define d 'url: https://localhost:1/' "$expect" 'ca: ${CA}'
check 'untrusted: the caller gives a file' says 0 '' lint --untrusted --var CA="$scratch/cert.pem" d
define d "$url" "$expect" 'unix_socket: /run/docker.sock'
check 'untrusted: a socket outside' says 3 'not a socket' lint --untrusted d
check 'untrusted: a socket that is named' says 0 '' lint --untrusted --allow-host /run/docker.sock d

# Variables, wherever they may be.
for line in 'url: ${DEPLOY_KEY}' 'url: http://h/${secret:DEPLOY_KEY}' 'headers: {x: "${DEPLOY_KEY}"}' \
    'auth: {bearer: "${secret:DEPLOY_KEY}"}' 'body: a${DEPLOY_KEY}' 'json: {a: ["${DEPLOY_KEY}"]}' \
    'form: {a: "${DEPLOY_KEY}"}' 'cookies: {a: "${DEPLOY_KEY}"}' 'title: ${DEPLOY_KEY}' \
    'degraded: [body == "${DEPLOY_KEY}"]' 'degraded: [variable "DEPLOY_KEY" == "x"]' \
    'proxy: http://h/${DEPLOY_KEY}' 'resolve: {h: "${DEPLOY_KEY}"}' 'tags: ["${DEPLOY_KEY}"]'; do
    case $line in url*) define d "$line" "$expect" ;; *) define d "$url" "$expect" "$line" ;; esac
    check "untrusted: no variable in $line" says 3 "the variable 'DEPLOY_KEY' is not allowed" lint --untrusted d
done
define d "url: $base/\${P:-ok}" "$expect"
export P=none
check 'untrusted: a variable that is not allowed has its default' says 0 '' verify --untrusted d
check 'untrusted: one that is allowed has its value' says 1 '' verify --untrusted --allow-env P d
check 'untrusted: a list of names is all there is' says 0 '' verify --allow-env Q d
define d 'url: ${U}' "$expect"
echo "U=$base/ok" >file.env
check 'untrusted: the caller gives variables' says 0 '' verify --untrusted --var U="$base/ok" d
check 'untrusted: by a file, too' says 0 '' verify --untrusted --env-file file.env d

# Programs.
define d 'exec: [touch, ran]'
for option in --untrusted --no-exec; do
    check "untrusted: $option refuses a program" says 3 "$option does not allow" verify $option d
done
check 'untrusted: it did not run' test ! -e ran
check 'untrusted: a trusted one runs' says 0 '' verify d
check 'untrusted: it did' test -e ran
mkdir w && cat >w/a.yaml <<Y
watch: { notify: [{ command: [touch, told] }] }
checks: [{ id: x, url: "$base/ok", expect: status == 200 }]
Y
check 'untrusted: a receiver is a program, too' says 3 'runs a program' lint --no-exec w
sed -i "s#{ command: .* }\]#{ webhook: $base/hook }]#" w/a.yaml
check 'untrusted: a receiver needs a host that is named' says 3 'a receiver gets' lint --untrusted w
check 'untrusted: then it is taken' says 0 '' lint --untrusted --allow-host 127.0.0.1 w
sed -i "s#notify: .*#documents: /etc }#" w/a.yaml
check 'untrusted: documents are not written anywhere' says 3 'where files are written' lint --untrusted w

define d 'exec: [sh, -c, "env; cat /proc/$PPID/environ"]' 'expect: [stdout contains "DEPLOY_KEY"]'
check 'untrusted: a program gets a small environment' says 1 'to contain' verify d
define d 'exec: [sh, -c, "env"]' 'env: {A: "${DEPLOY_KEY}"}' 'expect: stdout contains "A=k-"'
check 'untrusted: and what its definition gives' says 0 '' verify d
define d "$url" "$expect" 'env: {A: b}'
check 'untrusted: which is for programs alone' says 3 "has no key 'env'" lint d

gone() { # its mark is in no command line
    ! grep -lz "^$1\$" /proc/[0-9]*/cmdline 2>/dev/null | grep -q .
}
n=7$$
for start in 'setsid sleep' 'env -i setsid sleep' 'setsid setsid sleep' 'nohup sleep'; do
    n=$((n + 1))
    define d "exec: [sh, -c, \"(($start $n) &) ; sleep 0.1\"]"
    check "untrusted: $start ends with its check" says 0 '' verify d
    check "untrusted: and is gone" gone "$n"
    define d "exec: [sh, -c, \"(($start $n) &) ; sleep 50\"]" 'timeout: 300ms'
    check "untrusted: $start ends at the timeout" says 1 'timed out' verify d
    check "untrusted: and is gone then" gone "$n"
done
# Also when postflight itself is killed, while it waits for the program.
killed() { # SIGNAL START
    local pid
    n=$((n + 1))
    rm -f began
    define d "exec: [sh, -c, \"($2 $n) & touch $PWD/began; sleep 50\"]" 'timeout: 5m'
    "$POSTFLIGHT" verify d >/dev/null 2>&1 &
    pid=$!
    soon test -e began || return
    kill -s "$1" "$pid"
    wait "$pid" 2>/dev/null
    soon gone "$n" || { echo "$n is left"; return 1; }
}
for start in sleep 'setsid sleep' 'setsid setsid sleep' 'nohup sleep'; do
    check "untrusted: $start ends when postflight is killed" killed KILL "$start"
    check "untrusted: and when it is told to end" killed TERM "$start"
done
define d 'exec: [sh, -c, "kill -9 $$$$"]'
check 'untrusted: a signal is still one' says 4 '' verify d

# Hosts.
define d "$url" "$expect"
check 'untrusted: a host that is named' says 0 '' verify --allow-host 127.0.0.1 d
check 'untrusted: a block of them' says 0 '' verify --allow-host 127.0.0.0/8:"$port" d
check 'untrusted: another port' says 3 'no --allow-host names it' verify --allow-host 127.0.0.1:1 d
check 'untrusted: another host' says 3 "a.yaml:3:10: error: '127.0.0.1:$port' is not allowed" verify --allow-host example.com d
define d "url: $base/away" "$expect" 'redirects: 3'
check 'untrusted: a redirect to another host' says 4 "'localhost:1' is not allowed" verify --allow-host 127.0.0.1 d
check 'untrusted: and with it named' says 1 '' verify --allow-host 127.0.0.1 --allow-host localhost d
sed -i 's#/away#/near#' d/a.yaml
check 'untrusted: a redirect to the same one' says 0 '' verify --allow-host 127.0.0.1 d
define d 'steps:' "  - { url: '$base/ok', expect: status == 200, capture: { h: 'jsonpath \"\$.host\"' } }" \
    "  - { url: 'http://\${h}:$port/ok', expect: status == 200 }"
check 'untrusted: a captured host' says 4 "'localhost:$port' is not allowed" verify --allow-host 127.0.0.1 d
check 'untrusted: and with it named' says 0 '' verify --allow-host 127.0.0.1 --allow-host localhost d
for target in 'tcp: evil.test:1' 'tls: evil.test:1' 'grpc: evil.test:1' 'dns: evil.test' \
    'dns: {name: 127.0.0.1, server: 8.8.8.8}'; do
    define d "$target"
    check "untrusted: $target" says 3 'no --allow-host names it' lint --allow-host 127.0.0.1 d
done
for key in 'proxy: http://evil.test:1' 'resolve: {127.0.0.1: 10.0.0.1}' 'unix_socket: /run/x'; do
    define d "$url" "$expect" "$key"
    check "untrusted: $key" says 3 'no --allow-host names it' lint --allow-host 127.0.0.1 d
done
for host in 169.254.169.254 2852039166 0xa9.0xfe.0xa9.0xfe '[::ffff:169.254.169.254]' '[fd00:ec2::254]'; do
    define d "url: http://$host/" "$expect"
    check "untrusted: no credentials of a cloud at $host" says 3 'gives credentials' lint --untrusted d
done
define d 'url: http://meta.test/' "$expect" 'resolve: {meta.test: 169.254.169.254}'
check 'untrusted: nor by another name' says 3 'gives credentials' lint --untrusted d
check 'untrusted: a rule allows it' says 0 '' lint --untrusted --allow-host meta.test --allow-host 169.254.169.254 d

for option in '--allow-host http://x' '--allow-host 10.0.0.0/33' '--allow-env A=b'; do
    # shellcheck disable=SC2086 # two words
    check "untrusted: $option is a usage error" says 2 '' lint $option d
done
check 'untrusted: without checks it has no effect' says 2 'no effect' lint --untrusted "$root/signatures.d"
exit $bad
