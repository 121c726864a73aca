#!/usr/bin/env bash
# --help and --version: 80 columns, examples that are taken, no library unnamed.
. "$(dirname "$0")/lib.sh"

mapfile -t commands < <("$POSTFLIGHT" --help |
    sed -nE 's/^  ([a-z]+)  +[A-Z].*/\1/p')
fits() { # ARGS…: no line is longer than 80 columns, none ends in a blank
    ! "$POSTFLIGHT" "$@" | grep -nE '^.{81}| $'
}
examples() { "$POSTFLIGHT" "$1" --help | sed '1,/^examples:$/d'; }
two_examples() { [ "$(examples "$1" | grep -c '^  [^#]*postflight ')" -ge 2 ]; }

# An example with --help behind it is parsed, and asks nothing.
taken() { # COMMAND
    local line bad=0
    while IFS= read -r line; do
        line=${line#*| }
        case $line in
        '  #'*) continue ;;
        *'source <('*) line=${line#*<\(} line=${line%\)} ;;
        esac
        line=${line%% > *}
        [[ $line =~ ^\ *postflight\ ([a-z]+)\ (.*)$ ]] &&
            GITHUB_SHA=abc bash -c "'$POSTFLIGHT' ${BASH_REMATCH[1]} --help ${BASH_REMATCH[2]}" >/dev/null ||
            { echo "not taken: $line"; bad=1; }
    done < <(examples "$1")
    return "$bad"
}

check 'help: the overview fits into 80 columns' fits --help
for command in "${commands[@]}"; do
    check "help: $command fits into 80 columns" fits "$command" --help
    check "help: $command has two examples" two_examples "$command"
    check "help: the examples of $command are taken" taken "$command"
    check "help: help $command says the same" \
        diff <("$POSTFLIGHT" help "$command") <("$POSTFLIGHT" "$command" -h)
done

# Each linked library is named, and in the version that is installed.
versions() {
    local module name bad=0
    "$POSTFLIGHT" --version >"$scratch/versions"
    while read -r name module; do
        grep -q "^$name $(pkg-config --modversion "$module")" "$scratch/versions" ||
            { echo "$name: $(pkg-config --modversion "$module")?"; bad=1; }
    done <<'L'
libcurl libcurl
openssl libcrypto
c-ares libcares
pcre2 libpcre2-8
libxml2 libxml-2.0
libfyaml libfyaml
cJSON libcjson
libcmark libcmark
md4c md4c
libmicrohttpd libmicrohttpd
libsqlite3 sqlite3
libpq libpq
libzip libzip
zlib zlib
zstd libzstd
L
    cat "$scratch/versions"
    return "$bad"
}
check 'version: as installed' versions
needed() {
    local library
    readelf -d "$POSTFLIGHT" | sed -nE 's/.*NEEDED.*\[(.*)\.so.*/\1/p' |
        while read -r library; do
            case $library in
            libc | libm | libasan | libubsan | libgcc_s | ld-linux*) ;;
            libssl | libcrypto) grep -q '^openssl' "$scratch/versions" ;;
            libz) grep -q '^zlib' "$scratch/versions" ;;
            libbrotlidec) grep -q '^brotli' "$scratch/versions" ;;
            libcares) grep -q '^c-ares' "$scratch/versions" ;;
            libpcre2-8) grep -q '^pcre2' "$scratch/versions" ;;
            *) grep -qiE "^(lib)?${library#lib} " "$scratch/versions" ;;
            esac || echo "$library is not named"
        done
}
nothing_unnamed() { [ -z "$(needed | tee /dev/stderr)" ]; }
check 'version: each linked library' nothing_unnamed
exit "$bad"
