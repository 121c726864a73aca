# Polite by default: what a host gets at once starts small and follows what it
# can take; a failure under our own burst is no failure of production; a server
# that limits us is left alone for as long as it requests, within bounds.
# Nothing here is asserted on time but the pauses that servers request: those
# are read from the servers' own clocks.
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1
export ASAN_OPTIONS=${ASAN_OPTIONS-}:verify_asan_link_order=0

# serve MODE [NAME=VALUE]…: sets server (its folder) and base
serve() {
    server=$scratch/server-$((++served))
    mkdir "$server"
    "$python" "$root/tests/tools/polite_server.py" "$server" "$@" &
    background+=($!)
    wait_for "$server/port"
    base=http://127.0.0.1:$(cat "$server/port")
}

# checks COUNT [LINE]…: so many checks of the server, and lines as they are
checks() {
    local count=$1 line
    shift
    echo 'defaults: { timeout: 60s, connect_timeout: 60s }' >checks.yaml
    for line; do [[ $line != defaults* ]] || echo "$line" >checks.yaml; done
    echo 'checks:' >>checks.yaml
    for line; do [[ $line == defaults* ]] || echo "$line" >>checks.yaml; done
    for ((i = 0; i < count; i++)); do
        echo "  - { id: c$i, url: \"$base/$i\", expect: status == 200 }"
    done >>checks.yaml
}

# verify [ARGS]…: into out.json; the exit code must be 0 unless `want` is set
verify() {
    local code=0
    "$POSTFLIGHT" verify checks.yaml --quiet --format json "$@" >out.json || code=$?
    [ "$code" -eq "${want-0}" ] || {
        echo "exit $code"
        jq -r '.results[] | select(.status != "pass") | .message' out.json | sort | uniq -c
        false
    }
}

all() { # FILTER: true of each result
    jq -e "[.results[] | $1] | all" out.json >/dev/null || {
        jq -c '.results[] | [.id, .status, .attempts, .flaky, .message]' out.json | head -20
        false
    }
}

seen() { # FILTER of what the server counted
    jq -e "$1" "$server/seen" >/dev/null || {
        jq -c 'del(.times)' "$server/seen"
        false
    }
}

# A backlog of 5, one request at a time: what it drops connects a second later.
serve one-by-one backlog=5 delay=2
checks 460
check 'a server of one request at a time, with a backlog of 5, passes 460 checks' verify
check 'none of them is flaky' all '.attempts == 1 and .flaky == false'
check 'and it served each' seen '.served >= 460'

serve one-by-one backlog=1 delay=1
checks 60
sed -i 's/expect: status == 200/expect: [status == 200, duration < 900ms]/' checks.yaml
check 'nor does our own queue make anybody slow' verify

# What is too much at once is reset; the tool has to find out.
serve resets room=8 delay=5
checks 200
check 'a server that resets whom it has no room for passes 200 checks' verify
check 'it was asked too much, and less from then on' seen '.reset > 0 and .reset < 100'
check 'resets under our own burst make nobody flaky' all '.attempts == 1 and .flaky == false'

serve refuses
checks 40 "  - { id: broken, url: \"$base/broken\", expect: status == 200 }"
want=1 check 'what is reset alone, too, is a failure' verify
check 'of that check, and of no other' \
    all '(.id == "broken") == (.status == "fail")'
check 'which was tried once more, and counts once' seen '.reset == 2'
check 'as one attempt' all '.attempts == 1'
serve refuses
checks 0 "  - { id: broken, url: \"$base/broken\", expect: status == 200 }"
want=1 check 'a failure without a burst counts at once' verify
check 'and is not tried again' seen '.reset == 1'
serve refuses
checks 20 "  - { id: broken, url: \"$base/broken\", method: POST, body: x, expect: status == 200 }"
want=1 check 'what may have been done is not done twice' verify
check 'so a POST that was reset is sent once' seen '.reset == 1'

# Limits: so many at once, so many a second.
serve limiter burst=50 rate=40 after=1
checks 120
check 'a limiter with Retry-After passes 120 checks' verify
check 'and they count one attempt each' all '.attempts == 1 and .flaky == false'
check 'some of them were limited' seen '.limited > 0'
"$POSTFLIGHT" verify checks.yaml >told.out 2>told.err || :
check 'which is told, with what to do' grep -E \
    'responses? of 127\.0\.0\.1:[0-9]+ (was|were) 429 or 503 .*paused for .*--rate' told.err
serve limiter burst=30 rate=40
checks 80
check 'a limiter that does not say how long passes 80 checks' verify
serve limiter burst=0 rate=0 after=1
checks 30
want=1 check 'one that only limits is a failure' verify
check 'which tells of the limit' \
    all '.message | test("found 429; [0-9]+ responses of .* were 429 or 503; it was paused for ")'
serve limiter burst=0 rate=0 after=3600
checks 30
want=1 check 'a wait that is too long is not waited for' verify
check 'and said' all '.message | test("the server requested a wait of 3600 s, beyond the limit of 30")'
check 'nobody was asked twice' seen '.limited == 30'

# Slow connections are no slow answers of production.
serve one-by-one backlog=5 delay=20
checks 40
sed -i 's/expect: status == 200/expect: duration < 900ms/' checks.yaml
check 'a duration that our own queue made is measured again, alone' verify

# An explicit width is taken as it is; by itself it grows from 8.
serve slow delay=50
checks 60
check 'an explicit --host-slots' verify --host-slots 60
check 'is used' seen '.peak > 30'
serve slow delay=50
checks 60
check 'and no more than it' verify --host-slots 3
check 'is' seen '.peak == 3'
serve slow delay=20
checks 8
check 'eight' verify
serve slow delay=20
checks 200
check '200 checks of a host that answers well' verify
check 'get more than the first eight at once' seen '.peak > 8'

# The same server by other names.
serve slow delay=100
port=${base##*:}
checks 8 "  - { id: n1, url: \"http://a.test:$port/\", resolve: { a.test: 127.0.0.1 }, expect: status == 200 }" \
    "  - { id: n2, url: \"http://B.test:$port/\", resolve: { b.test: 127.0.0.1 }, expect: status == 200 }" \
    "  - { id: n3, url: \"http://u@127.0.0.1:$port/\", expect: status == 200 }"
check 'names that lead to one address share its width' verify
check 'so that eight are asked at once' seen '.peak == 8'

# A step, and a redirect, is asked of whom it leads to.
serve slow
first=$base
serve slow delay=50
checks 0 "$(for i in $(seq 30); do
    echo "  - { id: f$i, steps: [{ url: \"$first/\", expect: status == 200 }, { url: \"$base/$i\", expect: status == 200 }] }"
done)"
check 'flows over two hosts' verify --host-slots 3
check 'get so much of each at once' seen '.peak == 3'
aside=$base
serve script "first=302 Found|Location: $aside/" times=30
checks 30
sed -i 's/, expect/, redirects: 1, expect/' checks.yaml
server=${server%-*}-$((served - 1))
check 'so do redirects to another host' verify --host-slots 2
check 'as they lead to it' seen '.peak == 3 and .served == 60'

# A host that is dead takes no longer for many checks than for one.
dead=$(free_port)
base=http://127.0.0.1:$dead
checks 200
want=1 check 'a host that refuses everything' verify
check 'is asked once by each check' all '.attempts == 1 and .cause == "connect"'

# Few descriptors: fewer at once, not one after the other, and no failure.
serve slow delay=300
checks 100
few() { (ulimit -n 64 && verify "$@"); }
check '64 descriptors are enough for 100 checks' few
check 'of which several are under way at once' seen '.peak > 4'
serve slow delay=20
checks 60
check 'so are they for as many slots as were wished for' few --host-slots 60
serve slow delay=100
checks 40
starved() {
    LD_PRELOAD=${POSTFLIGHT%/*}/tests/few_sockets.so SOCKETS=5 verify --host-slots 40
}
check 'descriptors that somebody else took lower the width' starved
check 'to what there is' seen '.peak <= 5 and .peak > 1'

# One rule for Retry-After: patience, rollouts.
serve script 'first=503 Busy|Retry-After: 2' times=1
checks 0 "  - { id: a, url: \"$base/\", patience: { attempts: 3, interval: 10ms }, expect: status == 200 }"
check 'patience waits for what the server requests' verify
check 'by its clock' seen '.times[1] - .times[0] >= 2'
for value in 3600 99999999999999999999 'Fri, 31 Dec 9999 23:59:59 GMT' '2|Retry-After: 3600'; do
    serve script "first=503 Busy|Retry-After: $value" times=9
    checks 0 "  - { id: a, url: \"$base/\", patience: { attempts: 3, interval: 100ms }, expect: status == 200 }"
    want=1 check "Retry-After: $value does not hang" verify
    check 'it is said' all '.message | test("the server requested a wait of [0-9]+ s, beyond the limit of 30")'
    check 'it is asked once' seen '.times | length == 1'
done
for value in -1 soon '' 'Sat, 01 Jan 2000 00:00:00 GMT' 0; do
    serve script "first=503 Busy|Retry-After: $value" times=1
    checks 0 "  - { id: a, url: \"$base/\", patience: { attempts: 3, interval: 10ms }, expect: status == 200 }"
    check "Retry-After: '$value' asks for no wait" verify
done
serve script 'first=503 Busy|Retry-After: 2' times=2
checks 0 "  - { id: a, url: \"$base/\", identity: body, expect: status == 200 }"
sed -i '1i rollout: { interval: 100ms, streak: 2, deadline: 60s }' checks.yaml
check 'a rollout waits for it, too' verify --expect ok
check 'by the clock of the server' \
    seen '.times[1] - .times[0] >= 2 and .times[2] - .times[1] >= 2 and .times[3] - .times[2] < 2'
serve script 'first=503 Busy|Retry-After: 3600' times=9
checks 0 "  - { id: a, url: \"$base/\", identity: body, expect: status == 200 }"
want=1 check 'one beyond the deadline ends it' verify --expect ok --deadline 50s
check 'and is said' grep -q 'the server requested a wait of 3600 s, beyond the deadline' out.json
exit "$bad"
