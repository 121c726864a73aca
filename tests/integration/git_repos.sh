#!/usr/bin/env bash
# Clones that somebody else made: odd refs, submodules, borrowed objects and
# objects that a server promised. Nothing of them runs or is fetched, and what
# cannot be read is reported.
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null
printf 'routes:\n  /ok: { body: ok }\n' >server.yaml
play server.yaml server
printf 'checks: [{ id: a, url: "%s/ok", timeout: 60s, expect: status == 200 }]\n' "$base" >c.yaml
printf '#!/bin/sh\ntouch "%s/pwned"\n' "$scratch" >evil
chmod +x evil

fresh() { # a clone of three commits, in repo
    rm -rf repo && git init -q -b main repo || return
    git -C repo config user.name a && git -C repo config user.email a@b.test
    mkdir -p repo/db/migrate
    local i
    for i in 1 2 3; do
        echo "$i" >repo/db/migrate/2026010100000${i}_a.rb
        git -C repo add -A && git -C repo commit -qm "commit $i" || return
    done
    first=$(git -C repo rev-list HEAD | tail -1)
}
# reads EXIT WORDS [ARGS]: of verify --git; 'any' exit is one of 0, 2 and 4
reads() {
    local code=0
    timeout 120 "$POSTFLIGHT" verify c.yaml --git repo "${@:3}" --out out --format text >said 2>err </dev/null || code=$?
    if [ -e pwned ]; then
        rm -f pwned
        echo 'it ran'
        return 1
    fi
    case "$1 $code" in
    "$code $code" | 'any 0' | 'any 2' | 'any 4') ;;
    *) echo "exit $code"; cat said err; return 1 ;;
    esac
    ! grep -q 'root:\|Sanitizer' said err && ! grep -qP '[\x01-\x08\x0b-\x1f]' said err || { cat said err; return 1; }
    # an error is reported by postflight, with what git said
    [ "$code" != 2 ] || grep -q '^error: ' err || { cat err; return 1; }
    grep -qF -- "$2" said err out/report.md || { echo "no '$2'"; cat said err; return 1; }
}

# Refs whose names or targets are odd.
at_head() { fresh && printf '%s' "$1" >repo/.git/HEAD && reads any '' --from "$first"; }
odd=(
    'ref: refs/heads/$(touch pwned)' 'ref: refs/heads/--output=pwned' 'ref: refs/heads/../../../../etc/passwd'
    'ref: ../../../etc/passwd' 'ref: /etc/passwd' '' 'garbage' $'ref: refs/heads/a\x1b[2J'
    '0000000000000000000000000000000000000000' '1234567890123456789012345678901234567890' 'ref: HEAD'
)
heads() {
    local text
    for text in "${odd[@]}"; do
        at_head "$text" || { printf 'HEAD: %q\n' "$text"; return 1; }
    done
}
check 'git: a HEAD that is odd' heads
head_is_told() { fresh && echo 'ref: refs/heads/nobody' >repo/.git/HEAD && reads 2 'has no commit yet' --from "$first"; }
check 'git: a HEAD of no commit is named' head_is_told
refs() {
    local name
    for name in '--output=pwned' '-n1' '$(touch pwned)' ';touch pwned' '|touch pwned' 'a b' 'a..b' '@{0}' $'a\x1bb' \
        '--upload-pack=touch' 'HEAD' '--all'; do
        fresh || return
        git -C repo rev-parse HEAD >"repo/.git/refs/heads/$name" && cp "repo/.git/refs/heads/$name" "repo/.git/refs/tags/$name"
        reads 0 '' --from "$first" || { printf 'ref %q\n' "$name"; return 1; }
        reads any '' --from "$name" && reads any '' --from "$first" --to "$name" || { printf 'as %q\n' "$name"; return 1; }
    done
    [ ! -e repo/pwned ] && [ -z "$(find . -name 'pwned')" ]
}
check 'git: refs whose names are options or commands' refs
targets() {
    fresh && ln -s /etc/passwd repo/.git/refs/heads/link && reads any '' --from link &&
        mkfifo repo/.git/refs/heads/pipe && reads any '' --from "$first" &&
        fresh && git -C repo tag blob "$(git -C repo rev-parse HEAD:db/migrate/20260101000001_a.rb)" &&
        reads 2 'blob' --from blob &&
        fresh && printf 'garbage\n^\n%s\n' "$first" >repo/.git/packed-refs && reads any '' --from "$first"
}
check 'git: refs that lead to no commit' targets

# Submodules are no part of it.
submodule() { # URL PATH [UPDATE]
    fresh && printf '[submodule "x"]\n\tpath = %s\n\turl = %s\n\tupdate = %s\n' "$2" "$1" "${3-checkout}" >repo/.gitmodules &&
        git -C repo update-index --add --cacheinfo "160000,$first,sub" &&
        git -C repo add .gitmodules && git -C repo commit -qm submodule || return
    git -C repo config submodule.x.url "$1" && git -C repo config submodule.x.update "!$scratch/evil" &&
        git -C repo config submodule.x.active true && git -C repo config diff.submodule log &&
        git -C repo config submodule.recurse true && git -C repo config fetch.recurseSubmodules true
    mkdir -p repo/sub && echo "gitdir: $scratch/elsewhere" >repo/sub/.git
    [ -n "${3-}" ] || { reads 0 '' --from "$first"; return; }
    reads 2 "invalid value for 'submodule.x.update'" --from "$first" # says git
}
submodules() {
    submodule "ext::$scratch/evil" sub && submodule '-u./evil' sub && submodule /nowhere '../../etc' &&
        submodule "file://$scratch/repo" sub && submodule /nowhere sub "!$scratch/evil"
}
check 'git: submodules are left alone' submodules

# Objects of somewhere else.
alternates() {
    local text
    for text in /nowhere /etc . ../objects /proc/self/fd /dev/zero "$scratch/evil" $'a\x1b[2J' '"quoted' \
        "$scratch/repo/.git/objects"; do
        fresh && printf '%s\n' "$text" >repo/.git/objects/info/alternates && reads 0 '' --from "$first" ||
            { printf 'alternates %q\n' "$text"; return 1; }
    done
}
check 'git: alternates of no objects' alternates
borrowed() {
    fresh && rm -rf source && mv repo source && git clone -q --shared source repo && reads 0 '' --from "$first" &&
        rm -rf source/.git/objects/?? && reads 2 "$(git -C repo rev-parse HEAD 2>/dev/null | cut -c1-0)" --from "$first"
}
check 'git: borrowed objects are read, and missed if they went' borrowed

# What a server promised is not fetched, whatever the remote is.
promised() {
    local url blob
    for url in "ext::$scratch/evil" "file://$scratch/source" /nowhere 'https://127.0.0.1:1/x' '--upload-pack=touch pwned' "$scratch/evil"; do
        fresh && blob=$(git -C repo rev-parse "HEAD~1:db/migrate") || return
        git -C repo config core.repositoryFormatVersion 1 && git -C repo config extensions.partialClone origin &&
            git -C repo config remote.origin.url "$url" && git -C repo config remote.origin.promisor true &&
            git -C repo config remote.origin.uploadpack "$scratch/evil" && git -C repo config protocol.ext.allow always &&
            git -C repo config protocol.allow always && git -C repo config core.sshCommand "$scratch/evil"
        chmod -R u+w repo && rm -f "repo/.git/objects/${blob:0:2}/${blob:2}"
        reads any "$blob" --from "$first" || { echo "$url"; return 1; }
    done
}
check 'git: an object that was promised is named, and not fetched' promised
exit "$bad"
