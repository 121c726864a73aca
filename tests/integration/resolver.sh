#!/usr/bin/env bash
# A resolver that hangs, or is out of order, and a name with a dead address.
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1

cat >server.yaml <<'C'
routes:
  /quick: { body: ok }
  /slow: { delay: 300ms, body: ok }
C
play server.yaml server
port=${base##*:}
cat >checks.yaml <<C
defaults: { timeout: 3s, connect_timeout: 1s }
checks:
  - { id: hung, url: "http://hung.test:$port/quick", expect: status == 200 }
  - { id: hung-too, url: "http://hung.test:$port/slow", expect: status == 200 }
  - { id: none, url: "http://none.test:$port/quick", expect: status == 200 }
  - { id: two, url: "http://two.test:$port/quick", expect: ['ip == "127.0.0.1"'] }
  - { id: quick, url: "$base/quick", expect: status == 200 }
  - { id: slow, url: "$base/slow", expect: [status == 200, duration < 900ms] }
C
export ASAN_OPTIONS=${ASAN_OPTIONS-}:verify_asan_link_order=0
began=$(date +%s%N)
LD_PRELOAD=${POSTFLIGHT%/*}/tests/names.so "$POSTFLIGHT" verify checks.yaml \
    --out out --quiet >stdout 2>stderr
code=$?
spent=$((($(date +%s%N) - began) / 1000000))

check 'resolver: the run ends 1' test "$code" = 1
in_time() { [ "$spent" -lt 3000 ] || { echo "$spent ms"; false; }; }
check 'resolver: a hung name ends with its own limit' in_time
is() { # ID STATUS CAUSE PHASE
    [ "$(jq -r ".results[] | select(.id == \"$1\") | \"\(.status) \(.cause) \(.phase)\"" out/record.json)" = "$2 $3 $4" ] ||
        jq ".results[] | select(.id == \"$1\") | {status, cause, phase, message}" out/record.json | (cat; false)
}
check 'resolver: hung' is hung fail timeout dns
check 'resolver: hung, another one' is hung-too fail timeout dns
check 'resolver: no such name' is none fail dns dns
check 'resolver: one of two addresses is dead' is two pass null receive
check 'resolver: another host is asked at once' is quick pass null receive
check 'resolver: a slow answer keeps its time' is slow pass null receive
exit "$bad"
