#!/usr/bin/env bash
# Foreign text in every slot of every kind, judged by GitHub's own parser.
#   tests/integration/slots.sh [BATCHES [SEED]]     more of it
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1
slots=$(dirname "$POSTFLIGHT")/tests/slots_gfm
extensions=(-e table -e tasklist -e autolink -e strikethrough -e tagfilter)

judge() { # SEED: 40 times all kinds
    "$slots" write 40 "$1" hostile.md harmless.md links.txt &&
        cmark-gfm "${extensions[@]}" -t xml hostile.md >hostile.xml &&
        cmark-gfm "${extensions[@]}" -t xml harmless.md >harmless.xml &&
        "$slots" compare hostile.xml harmless.xml links.txt
}
for ((i = 0; i < ${1-2}; i++)); do
    seed=$((${2-1} + i))
    judge "$seed" >judged || bad=1
    sed -E "s/^(ok|not ok) -/\\1 - cmark-gfm, seed $seed:/" judged
done

# The judge must be able to find each of them.
planted() { # NAME MARKDOWN
    printf '# a\n\nw1\n' >harmless.md
    printf "# a\\n\\n$2\\n" >hostile.md
    : >links.txt
    for name in hostile harmless; do
        cmark-gfm "${extensions[@]}" -t xml $name.md >$name.xml
    done
    "$slots" compare hostile.xml harmless.xml links.txt >judged
    check "the judge finds $1" grep -q '^not ok' judged
}
planted 'a link' '[x](http://evil.test)'
planted 'an address' 'www.evil.test'
planted 'an image' '![x](y.png)'
planted 'a mention' 'ask @user'
planted 'an issue' 'see GH-12'
planted 'a commit' '(6706e2d3f1a84c5b)'
planted 'HTML' '<b>'
planted 'a block' '> x'
planted 'a block that is missing' ''
exit "$bad"
