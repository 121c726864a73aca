#!/usr/bin/env bash
# How scripts/test counts, and how scripts/setup changes a machine: both run in a
# folder of their own, with commands that only note how they are called.
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1
mkdir -p scripts bin build/debug/tests tests/golden tests/lint tests/integration
cp "$root/scripts/test" scripts/
sed "s#/usr/sbin/policy-rc.d#$scratch/policy#" "$root/scripts/setup" >real-setup
printf '#!/bin/sh\nexit 0\n' | tee scripts/setup bin/cmake >/dev/null
chmod +x scripts/setup bin/cmake real-setup
path=$scratch/bin:$PATH

program() { # FILE EXIT LINE…: prints these lines, and ends so
    { echo '#!/bin/sh'; printf "echo '%s'\n" "${@:3}"; echo "exit $2"; } >"$1"
    chmod +x "$1"
}
program build/debug/tests/test_good 0 1..2 'ok 1 - a' 'ok 2 - b'
program build/debug/tests/test_cmocka 0 1..2 'ok 1 - a' 'not ok 2 # SKIP suite' '# ok - tests'
program tests/golden/run 0 'ok - golden/a' 'ok - golden/b # skip: not here'
suite() { # EXIT LAST STAGE…
    local code=0
    PATH=$path scripts/test "${@:3}" >said 2>&1 || code=$?
    [ "$code $(tail -1 said)" = "$1 $2" ] || { cat said; echo "exit $code"; return 1; }
}
check 'stages: what is skipped has not failed' suite 0 '4 passed, 0 failed, 2 skipped' unit golden
check 'stages: each stage has its line' grep -qE '^unit +3 passed, 0 failed, 1 skipped, [0-9]+ s$' said
program tests/golden/run 0 'ok - golden/a'
check 'stages: nothing is said of none' suite 0 '1 passed, 0 failed' golden
program tests/golden/run 1 'ok - golden/a' 'not ok - golden/b' '# why'
check 'stages: a failure' suite 1 '1 passed, 1 failed' golden
check 'stages: its case is named' grep -qx 'golden: not ok - golden/b' said
check 'stages: what it said is shown' grep -qx '    # why' said
program tests/golden/run 0 'ok - golden/a' 'not ok - golden/b'
check 'stages: whatever its stage ends with' suite 1 '1 passed, 1 failed' golden
program tests/golden/run 0 'not ok - golden/b: skipped by hand'
check 'stages: the word alone skips nothing' suite 1 '0 passed, 1 failed' golden
program tests/golden/run 0 'not ok 1 # SKIP a'
check 'stages: a stage that runs no test has failed' suite 1 '0 passed, 1 failed, 1 skipped' golden
program tests/golden/run 0 nothing
check 'stages: so has one that says nothing' suite 1 '0 passed, 1 failed' golden
program tests/golden/run 9 'ok - golden/a'
check 'stages: and one that dies' suite 1 '1 passed, 1 failed' golden
program build/debug/tests/test_dies 139 'ok 1 - a'
check 'stages: a program that dies' suite 1 '4 passed, 1 failed, 1 skipped' unit
rm build/debug/tests/test_dies
unknown() {
    PATH=$path scripts/test units >said 2>&1
    [ $? -eq 2 ] && grep -q 'scripts/test quick' said
}
check 'stages: a mistyped one is usage' unknown
quick_list() { sed -n '/^quick_scripts=(/,/)/p' scripts/test | tr -d '()' | sed 's/^quick_scripts=//'; }
for name in $(quick_list); do program "tests/integration/$name.sh" 0 "ok - $name"; done
program tests/golden/run 0 'ok - golden/a'
check 'stages: quick is unit, golden and these' \
    suite 0 "$((4 + $(quick_list | wc -w))) passed, 0 failed, 1 skipped" quick
printf 'start_%s\n' nginx >>"tests/integration/$(quick_list | awk '{ print $1; exit }').sh"
needs_none() { ! suite 0 '' quick && grep -q 'not ok - quick: it needs no nginx' said; }
check 'stages: nothing of quick needs a server of others' needs_none
absent() {
    local name
    for name in $(quick_list); do [ -e "$root/tests/integration/$name.sh" ] || { echo "$name"; return 1; }; done
}
check 'stages: all of quick is there' absent

# scripts/setup, where every package is missing.
fake() { # NAME LINE…
    { echo '#!/bin/sh'; printf '%s\n' "${@:2}"; } >"bin/$1"
    chmod +x "bin/$1"
}
fake dpkg-query 'exit 1'
fake apt-get "echo \"\$*\" >>$scratch/called" "cp $scratch/policy $scratch/seen"
fake id 'echo 0'
setup() { # EXIT
    local code=0
    rm -f called seen
    PATH=$path ./real-setup --run >said 2>&1 || code=$?
    [ "$code" -eq "$1" ] && [ ! -e policy ] || { cat said; echo "exit $code"; ls policy; return 1; }
}
check 'setup: installs what is missing' setup 0
check 'setup: says so in one line' grep -qxE 'setup: installing [0-9]+ packages: gcc .*' said
check 'setup: and nothing else' [ "$(wc -l <said)" -eq 1 ]
check 'setup: no service starts meanwhile' grep -qx 'exit 101' seen
echo mine >policy
kept() { PATH=$path ./real-setup --run >said 2>&1 && [ "$(cat policy)" = mine ]; }
check 'setup: a policy of the machine is kept' kept
rm policy
fake apt-get 'echo no network >&2' 'exit 100'
check 'setup: what cannot be installed is an error' setup 100
check 'setup: and is shown' grep -q 'no network' said
interrupted() { # SIGNAL EXIT: while apt-get runs
    local code=0 pid
    rm -f called
    fake apt-get "echo \$\$ >$scratch/called" "exec sleep 3600"
    # Background jobs of a script ignore SIGINT, and those of nohup SIGHUP, unless
    # somebody resets it.
    PATH=$path "$python" -c 'import os, signal
for one in signal.SIGINT, signal.SIGTERM, signal.SIGHUP:
    signal.signal(one, signal.SIG_DFL)
os.setsid()
os.execv("./real-setup", ["./real-setup", "--run"])' >said 2>&1 &
    pid=$!
    soon test -s called || return 1
    [ -e policy ] || return 1
    kill -s "$1" -- "-$pid" # as a terminal does: to all of them
    wait "$pid" || code=$?
    [ "$code" -eq "$2" ] && [ ! -e policy ] || { cat said; echo "exit $code"; return 1; }
}
for how in 'INT 130' 'TERM 143' 'HUP 129'; do
    check "setup: SIG${how% *} leaves nothing behind" interrupted $how
done
fake apt-get 'exit 0'
fake id 'echo 1000'
no_root() { # nor sudo
    local code=0
    PATH=$scratch/bin ./real-setup --run >said 2>&1 || code=$?
    [ "$code" -eq 2 ] && [ ! -e policy ] &&
        grep -qE '^  apt-get install --no-install-recommends gcc .*ca-certificates$' said || { cat said; return 1; }
}
for tool in bash env dirname; do ln -s "$(command -v "$tool")" "bin/$tool"; done
check 'setup: without root and sudo it says what to run' no_root
exit "$bad"
