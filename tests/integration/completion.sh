#!/usr/bin/env bash
# What real shells offer: bash, zsh and fish, by the scripts that are installed.
. "$(dirname "$0")/lib.sh"
export ASAN_OPTIONS=${ASAN_OPTIONS-detect_leaks=0}

for shell in bash zsh fish; do
    "$POSTFLIGHT" completion "$shell" >"$scratch/$shell"
    check "completion: $shell reads its script" "$shell" -n "$scratch/$shell"
done
check 'completion: shellcheck has nothing to say' \
    shellcheck -s bash "$scratch/bash"
cd "$scratch" || exit 1
mkdir -p files/folder
touch files/deploy.log files/other

in_bash() { # LINE: as readline parts it
    env -i PATH="$(dirname "$POSTFLIGHT"):$PATH" bash --norc --noprofile -c '
        . "$1"
        parted=${2//=/ = }
        read -ra COMP_WORDS <<<"$parted"
        [[ $parted != *[[:blank:]] || $2 == *= ]] || COMP_WORDS+=("")
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        function=$(complete -p postflight | sed -E "s/.*-F ([^ ]+) .*/\1/")
        "$function"
        [ ${#COMPREPLY[@]} -eq 0 ] || printf "%s\n" "${COMPREPLY[@]}"
        ' _ "$scratch/bash" "$1"
}

in_zsh() { # LINE
    timeout 60 "$python" "$root/tests/tools/type_zsh.py" "$scratch/zsh" \
        "$(dirname "$POSTFLIGHT")" "$1"
}

in_fish() { # LINE
    PATH=$(dirname "$POSTFLIGHT"):$PATH HOME=$scratch fish --no-config -c \
        "source $scratch/fish; complete -C '$1'" | cut -f 1
}

# offers LINE WORD...: each shell offers these words and no others. What each
# puts before a word (the folder, NAME=) and behind it (= or /) is taken off.
offers() {
    local shell got want line=$1
    shift
    want=$(printf '%s\n' "$@" | sort -u)
    for shell in bash zsh fish; do
        got=$("in_$shell" "$line" |
            sed -E 's/^--[a-z-]+=(.)/\1/; s/^json=(.)/\1/; s#^files/(.)#\1#; s#[=/]$##' |
            grep -v '^$' | sort -u)
        [ "$got" = "$want" ] || {
            echo "$shell offers for '$line':"
            diff <(echo "$want") <(echo "$got")
            return 1
        }
    done
}

help_options() { # COMMAND
    "$POSTFLIGHT" "$1" --help | sed -nE 's/^  (--[a-z-]+)( .*)?$/\1/p'
}
mapfile -t commands < <("$POSTFLIGHT" --help | sed -nE 's/^  ([a-z]+)  +[A-Z].*/\1/p')
check 'completion: commands' offers 'postflight help ' "${commands[@]}" help
check 'completion: a command from its beginning' offers 'postflight ver' verify
check 'completion: --version' offers 'postflight --v' --version
for command in "${commands[@]}"; do
    mapfile -t options < <(help_options "$command")
    check "completion: options of $command" \
        offers "postflight $command --" "${options[@]}"
done

check 'completion: formats' offers 'postflight verify --format ' text json
check 'completion: formats of documents' \
    offers 'postflight lint --format ' text json sarif
check 'completion: colours behind =' offers 'postflight verify --color=a' auto always
check 'completion: colours' offers 'postflight scan --color ' auto always never
check 'completion: what fails' offers 'postflight verify --fail-on s' shape status
check 'completion: outputs' offers 'postflight verify --report m' markdown
check 'completion: kinds of documents' \
    offers 'postflight report s' status success sre
check 'completion: what report does else' offers 'postflight report te' template
check 'completion: shells' offers 'postflight completion ' bash zsh fish
check 'completion: signatures' \
    offers 'postflight explain postgres/42p0' \
    $("$POSTFLIGHT" explain | grep -oE '^postgres/42p0[0-9]')
check 'completion: logs' offers 'postflight scan files/d' deploy.log
check 'completion: files of an option' \
    offers 'postflight verify --log files/d' deploy.log
check 'completion: folders of an option' \
    offers 'postflight verify --out files/' folder
check 'completion: files of an output' \
    offers 'postflight verify --report json=files/d' deploy.log
check 'completion: URLs are not known' offers 'postflight init '
check 'completion: a shell is no file' offers 'postflight completion x'

exit "$bad"
