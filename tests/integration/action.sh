#!/usr/bin/env bash
# The composite action: its file, and its steps as a runner runs them.
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1
runner=("$python" "$root/tests/tools/run_action.py" "$root")
mkdir bin
ln -s "$POSTFLIGHT" bin/postflight
export PATH=$scratch/bin:$PATH

check 'action: its file is as GitHub wants it' "${runner[@]}" --shape
check 'action: docs/CI.md has its inputs and outputs' diff \
    <(sed -n '/<!-- action:begin -->/,/<!-- action:end -->/p' "$root/docs/CI.md" | sed '1d;$d') \
    <("${runner[@]}" --table)
check 'action: shellcheck has nothing to say' shellcheck "$root/packaging/action.sh"

play "$root/demo/scenarios/prisma.yaml" prisma
wait_for prisma/played
prisma=$base
play "$root/demo/scenarios/success.yaml" success
wait_for success/played
new=$(sed -n 's/^new=//p' success/vars)

step() { # EXIT STEP INPUT…
    local code=0
    "${runner[@]}" "${@:2}" >said 2>&1 || code=$?
    [ "$code" -eq "$1" ] || { echo "exit $code"; cat said; return 1; }
}
outputs() { diff <(printf '%s\n' "$@") github-output; }
with=(checks="$root/checks.d" vars="BASE_URL=$base" log=success/deploy.log)

check 'action: a good deploy' step 0 verify "${with[@]}" expect="$new" deadline=60s
check 'action: its outputs' outputs exit=0 verdict=verified advice=proceed \
    report=postflight/report.md record=postflight/record.json
check 'action: its summary' grep -q '^# ' github-step_summary

check 'action: a failed deploy fails the step' step 1 verify "${with[@]}" \
    "vars=BASE_URL=$prisma" out=out \
    $'log=prisma/deploy.log\r\n\nsuccess/deploy.log' "good=success/deploy.log"
check 'action: and says what to do' outputs exit=1 verdict=unhealthy \
    advice=fix-deploy report=out/report.md record=out/record.json
check 'action: both logs were read' [ "$(jq '.environment.logs | length' out/record.json)" -eq 2 ]
check 'action: later steps may decide' step 0 verify "${with[@]}" \
    "vars=BASE_URL=$prisma" fail=false summary=false
check 'action: by the exit code' grep -qx exit=1 github-output
check 'action: no summary when none is wanted' [ ! -s github-step_summary ]
check 'action: more options' step 1 verify "${with[@]}" \
    $'args=--fail-on\ndegraded\n--tag=smoke\n--id=api' "vars=BASE_URL=$prisma" out=out

# What stands in an input is never code, and never another output.
for text in '"; touch pwned; "' '$(touch pwned)' '`touch pwned`' "'; touch pwned; '"; do
    step 3 verify "${with[@]}" "vars=BASE_URL=$text" expect="$text" >/dev/null
    step 2 verify "${with[@]}" log="$text" fail-on="$text" >/dev/null
done
check 'action: an input is no code' [ ! -e pwned ]
check 'action: a folder of two lines is refused' \
    step 2 verify "${with[@]}" $'out=a\nverdict=verified'
check 'action: and gives no output' [ ! -s github-output ]
check 'action: an option is no check' step 3 verify "${with[@]}" checks=--help

# Where postflight comes from.
check 'action: what is on the PATH is taken' step 0 'Install postflight'
check 'action: nothing is added to it' [ ! -s github-path ]
version=$("$POSTFLIGHT" --version | sed -n '1s/.* //p')
check 'action: also when it is the release that is asked for' \
    step 0 'Install postflight' "version=$version"
check 'action: a version is no path' step 2 'Install postflight' version=../../x
for tool in gh apt-get sudo cmake; do
    printf '#!/bin/sh\n%s\necho "%s $*" >>%s/called\n' \
        "$([ "$tool" != sudo ] || echo 'exec "$@"')" "$tool" "$scratch" >"bin/$tool"
    chmod +x "bin/$tool"
done
fetched() {
    : >called
    step 0 'Install postflight' version=9.9.9 || return 1
    grep -E '^gh release download v9\.9\.9 --repo acme/postflight --dir [^ ]+ --pattern postflight_\*_[a-z0-9]+\.deb$' called &&
        grep -E '^apt-get install -qy .*/postflight_\*?.*\.deb$' called || { cat called; return 1; }
}
check 'action: another release is fetched and installed' fetched
# Its package has a digest, and no other package is installed.
cat >bin/gh <<'C'
#!/bin/sh
while [ "$1" != --dir ]; do shift; done
printf package >"$2/postflight_9.9.9_amd64.deb"
C
digest=$(printf package | sha256sum | cut -d' ' -f1)
digested() { # CODE SHA256 [VERSION]
    : >called
    step "$1" 'Install postflight' "version=${3-9.9.9}" "sha256=$2" || return 1
    if [ "$1" = 0 ]; then grep -q '^apt-get install' called; else [ ! -s called ]; fi
}
check 'action: a package of that digest is installed' digested 0 "$digest"
check 'action: in capitals, too' digested 0 "${digest^^}"
check 'action: although that release is there already' digested 0 "$digest" "$version"
check 'action: another package is not installed' digested 2 "${digest/[0-9]/a}f"
check 'action: nor one with another digest' digested 2 "$(printf other | sha256sum | cut -d' ' -f1)"
check 'action: a digest of 63 digits is none' digested 2 "${digest%?}"
check 'action: a digest is that of a release' step 2 'Install postflight' "sha256=$digest"
built() {
    : >called
    rm bin/postflight
    step 0 'Install postflight' || return 1
    diff called - <<C && [ "$(cat github-path)" = "$root/build/release" ]
cmake -S $root --preset release
cmake --build $root/build/release
C
}
check 'action: else it is built from its source' built
exit "$bad"
