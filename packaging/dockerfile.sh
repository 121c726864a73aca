# Part of scripts/package: runs the Dockerfile in bare Debians, one a stage. It
# stands for docker where there is none: a minimal debootstrap in the place of
# the slim image, chroot in that of a container, no layers. What it does not
# know it refuses.
# shellcheck shell=bash disable=SC2154

stages=$root/build/stages
declare -A stage_of=()
user=0:0 workdir=/ stage=
entrypoint=() command=()

words_of() { # JSON list of words
    python3 -c 'import json, sys; print(*json.loads(sys.argv[1]), sep="\n")' "$1"
}

begin_stage() { # IMAGE [AS NAME]
    [ "$1" = debian:bookworm-slim ] || fail "Dockerfile: no image $1"
    stage=$stages/${#stage_of[@]}
    stage_of[${3-last}]=$stage
    user=0:0 workdir=/
    bare "$stage"
    # as the slim image has it
    printf 'path-exclude /usr/share/%s/*\n' doc man locale \
        >"$stage/etc/dpkg/dpkg.cfg.d/docker"
    printf '%s;\n' 'DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb"; }' \
        'Dir::Cache::pkgcache ""' 'Dir::Cache::srcpkgcache ""' \
        >"$stage/etc/apt/apt.conf.d/docker-clean"
    find "$stage" -xdev | sort >"$stage.before"
}

copy() { # FROM TO, as .dockerignore leaves it
    [ "$1" = . ] || fail "Dockerfile: COPY $1"
    local ignored=() line
    while read -r line; do
        ignored+=("--exclude=./$line")
    done <.dockerignore
    mkdir -p "$stage$2"
    tar "${ignored[@]}" -cf - . | tar -C "$stage$2" -xf -
}

run_step() { # [--mount=type=bind,from=NAME,source=DIR,target=DIR] COMMAND
    local text=$1 target='' from
    if [[ $text =~ ^--mount=type=bind,from=([a-z]+),source=([^,]+),target=([^ ]+)\ (.*)$ ]]; then
        target=$stage${BASH_REMATCH[3]} text=${BASH_REMATCH[4]}
        from=${stage_of[${BASH_REMATCH[1]}]}${BASH_REMATCH[2]}
        mkdir -p "$target"
        mount --bind "$from" "$target"
        mounted=("$target" "${mounted[@]}")
    fi
    expect "RUN ${text:0:50}" 0 inside "$stage" sh -c "$text"
    [ -z "$target" ] || {
        umount "$target"
        mounted=("${mounted[@]:1}")
        rmdir "$target"
    }
}

instruct() { # INSTRUCTION REST
    case $1 in
    FROM) begin_stage $2 ;;
    COPY) copy $2 ;;
    RUN) run_step "$2" ;;
    USER) user=$2 ;;
    WORKDIR) workdir=$2 && mkdir -p "$stage$2" ;;
    ENTRYPOINT) mapfile -t entrypoint < <(words_of "$2") ;;
    CMD) mapfile -t command < <(words_of "$2") ;;
    *) fail "Dockerfile: $1 is not known here" ;;
    esac
}

container() { # ARGUMENTS: docker run with them
    [ $# -gt 0 ] || set -- "${command[@]}"
    chroot --userspec="$user" "$stage" env -i PATH=/usr/bin:/bin \
        sh -c 'cd "$0" && exec "$@"' "$workdir" "${entrypoint[@]}" "$@"
}

rm -rf "$stages"
mkdir -p "$stages"
while read -r instruction rest; do
    instruct "$instruction" "$rest"
done < <(sed -E '/^#|^$/d' Dockerfile | sed -e ':a' -e '/\\$/{N;s/ *\\\n */ /;ba' -e '}')

[ "${user%%:*}" != 0 ] || fail 'Dockerfile: it runs as root'
expect 'docker run (the help)' 0 container
expect 'docker run --version' 0 container --version
play prisma "$stage/data"
cp -r checks.d "$stage/data/"
chown -R "$user" "$stage/data"
expect "docker run verify, the demo's prisma" 1 container verify \
    --var "BASE_URL=$url" --log deploy.log --out out \
    --expect "$(sed -n 's/^new=//p' "$stage/data/vars")"
expect 'docker run cannot write where it may not' 1 container verify \
    --var "BASE_URL=$url" --out /usr/out
[ ! -e "$stage/usr/out" ] || fail 'it wrote into /usr'
[ "$(stat -c %u "$stage/data/out/report.md")" = "${user%%:*}" ] ||
    fail 'the report belongs to somebody else'
umount "$stage/proc"
printf '  image      %7d kB more than its Debian\n' \
    $((($(find "$stage" -xdev -type f | sort | comm -13 "$stage.before" - |
        grep -v "^$stage/data" | tr '\n' '\0' | du -c --files0-from=- |
        tail -1 | cut -f 1))))
mount --bind /proc "$stage/proc"
