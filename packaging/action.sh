#!/usr/bin/env bash
# The steps of action.yml. Inputs come in the environment, never as code.
set -euo pipefail

action=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

fail() {
    echo "::error title=postflight::$1"
    exit 2
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    else
        sudo "$@"
    fi
}

has_version() { # VERSION: that one is on the PATH
    command -v postflight >/dev/null &&
        [ "$(postflight --version | sed -n '1s/^postflight //p')" = "$1" ]
}

# has_digest SHA256 FILE
has_digest() {
    echo "${1,,}  $2" | sha256sum --check --status
}

install_release() { # VERSION [SHA256]
    local folder sum=${2-}
    [[ $1 =~ ^[0-9][0-9A-Za-z.~+-]*$ ]] || fail "version: '$1' is none"
    [[ $sum =~ ^([0-9A-Fa-f]{64})?$ ]] || fail "sha256: '$sum' is none"
    [ -z "$sum" ] && has_version "$1" && return
    folder=$(mktemp -d)
    gh release download "v$1" --repo "${ACTION_REPOSITORY:?}" --dir "$folder" \
        --pattern "postflight_*_$(dpkg --print-architecture).deb"
    [ -z "$sum" ] || has_digest "$sum" "$folder"/postflight_*.deb ||
        fail "sha256: the package of version $1 has another digest"
    as_root apt-get install -qy "$folder"/postflight_*.deb
}

build_source() {
    "$action/scripts/setup" --run
    cmake -S "$action" --preset release
    cmake --build "$action/build/release"
    echo "$action/build/release" >>"$GITHUB_PATH"
}

install_postflight() {
    if [ -n "${INPUT_VERSION-}" ]; then
        install_release "$INPUT_VERSION" "${INPUT_SHA256-}"
    elif [ -n "${INPUT_SHA256-}" ]; then
        fail "sha256: it is that of a package, so it needs 'version'"
    elif ! command -v postflight >/dev/null; then
        build_source
    fi
}

arguments=()
# add OPTION TEXT: the option once for each line that is not empty
add() {
    local line
    while IFS= read -r line; do
        line=${line%$'\r'}
        [ -z "$line" ] || arguments+=("$1=$line")
    done <<<"$2"
}
add_words() { # TEXT: each line as it is
    local line
    while IFS= read -r line; do
        line=${line%$'\r'}
        [ -z "$line" ] || arguments+=("$line")
    done <<<"$1"
}

# Both are words of closed vocabularies, and their lines have no equal.
of_record() { # NAME
    [ ! -e "$INPUT_OUT/record.json" ] ||
        sed -nE "s/^  \"$1\": \"([a-z-]+)\",\$/\1/p" "$INPUT_OUT/record.json"
}

verify() {
    local code=0
    [[ $INPUT_OUT != *[$'\n\r']* && -n $INPUT_OUT ]] || fail 'out: one folder'
    rm -f "$INPUT_OUT/record.json" "$INPUT_OUT/report.md"
    arguments+=("--out=$INPUT_OUT")
    add --expect "$INPUT_EXPECT"
    add --log "$INPUT_LOG"
    add --good "$INPUT_GOOD"
    add --deadline "$INPUT_DEADLINE"
    add --since "$INPUT_SINCE"
    add --fail-on "$INPUT_FAIL_ON"
    add --var "$INPUT_VARS"
    add_words "$INPUT_ARGS"
    # It knows the places of annotations and summary by itself.
    [ "$INPUT_SUMMARY" != true ] || arguments+=(--report github)
    arguments+=(--)
    add_words "$INPUT_CHECKS"
    postflight verify "${arguments[@]}" || code=$?
    {
        echo "exit=$code"
        echo "verdict=$(of_record verdict)"
        echo "advice=$(of_record advice)"
        echo "report=$INPUT_OUT/report.md"
        echo "record=$INPUT_OUT/record.json"
    } >>"$GITHUB_OUTPUT"
    [ "$INPUT_FAIL" = true ] || code=0
    exit "$code"
}

case ${1-} in
install) install_postflight ;;
verify) verify ;;
*) fail "action.sh install or verify, not '${1-}'" ;;
esac
