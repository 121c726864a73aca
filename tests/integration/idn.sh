#!/usr/bin/env bash
# Host names beyond ASCII mean the same in every locale, at a terminal and in a
# pipe, and in each key that takes one.
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1
echo 'routes: { /: { body: ok } }' >server.yaml
play server.yaml server || exit 1
port=${base##*:}
cat >checks.yaml <<Y
checks:
  - { id: url, url: "http://bücher.localhost:$port/", expect: [status == 200, 'url == "http://xn--bcher-kva.localhost:$port/"'] }
  - { id: upper, url: "http://BÜCHER.localhost:$port/", expect: status == 200 }
  - { id: variable, url: "\${BASE}/", expect: status == 200 }
  - { id: resolve, url: "http://bücher.test:$port/", resolve: { bücher.test: 127.0.0.1 }, expect: status == 200 }
  - { id: mixed, url: "http://xn--bcher-kva.test:$port/", resolve: { bücher.test: 127.0.0.1 }, expect: status == 200 }
  - { id: tcp, tcp: "bücher.localhost:$port" }
  - id: flow
    steps:
      - { url: "http://bücher.localhost:$port/", expect: status == 200, capture: { host: 'regex /(.*)/' } }
      - { url: "http://\${host}.bücher.localhost:$port/", expect: status == 200 }
Y
export BASE=http://bücher.localhost:$port
for locale in C C.UTF-8 POSIX; do
    check "idn: in $locale, piped" \
        env LC_ALL=$locale "$POSTFLIGHT" verify checks.yaml --quiet
    check "idn: in $locale, at a terminal" env LC_ALL=$locale TERM=xterm \
        script -qec "'$POSTFLIGHT' verify checks.yaml --quiet" /dev/null
done
check 'idn: without any locale' \
    env -i PATH="$PATH" BASE="$BASE" "$POSTFLIGHT" verify checks.yaml --quiet
check 'idn: init takes such a URL' env LC_ALL=C "$POSTFLIGHT" init "$BASE/"
refused() { # DEFINITION WORDS
    printf 'checks:\n  - { id: a, %s, expect: status == 200 }\n' "$1" >bad.yaml
    ! "$POSTFLIGHT" lint bad.yaml >err 2>&1 && grep -q "$2" err || { cat err; false; }
}
check 'idn: a name that is not one is refused' \
    refused 'url: "http://a\u202Eb.test/"' 'no valid internationalised host name'
check 'idn: dns takes such a name' bash -c '
    printf "checks:\n  - { id: a, dns: bücher.example }\n" >dns.yaml
    LC_ALL=C "$0" verify dns.yaml --explain >/dev/null' "$POSTFLIGHT"
exit "$bad"
