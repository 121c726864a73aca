# What the lint scripts share.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root" || exit 1
bad=0

# report NAME TEXT: ok when there is no text
report() {
    if [ -z "$2" ]; then
        echo "ok - $1"
    else
        echo "not ok - $1"
        printf '%s\n' "$2" | head -40 | sed 's/^/# /'
        bad=1
    fi
}

sources() { # PATTERN…: tracked and new files
    git ls-files --cached --others --exclude-standard -- "$@"
}
