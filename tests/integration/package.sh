#!/usr/bin/env bash
# The Debian package and `cmake --install`: what lies where, and does it run?
# scripts/package --check installs it in a bare Debian, which takes minutes.
. "$(dirname "$0")/lib.sh"

build_package() { "$root/scripts/package" >"$scratch/said" 2>&1 || { cat "$scratch/said"; return 1; }; }
check 'package: it is built' build_package
for line in 'package +[0-9]+ kB' 'installed +[0-9]+ kB' 'start-up +[0-9]+ us' \
    'lintian +no errors, no warnings'; do
    check "package: says ${line%% *}" grep -qE "^  $line" "$scratch/said"
done
deb=$(echo "$root"/build/package/postflight_*.deb)
check 'package: its name tells version and architecture' \
    [ "${deb##*/}" = "postflight_$("$POSTFLIGHT" --version | sed -n '1s/.* //p')_$(dpkg --print-architecture).deb" ]

files_of() { dpkg-deb -c "$deb" | awk '$1 !~ /^d/ { print substr($6, 2) }' | sort; }
expected() {
    cat <<'L'
/usr/bin/postflight
/usr/lib/systemd/system/postflight-watch.service
/usr/lib/systemd/system/postflight-watch@.service
/usr/lib/systemd/system/postflight-watch@.timer
/usr/share/bash-completion/completions/postflight
/usr/share/doc/postflight/README.md
/usr/share/doc/postflight/changelog.gz
/usr/share/doc/postflight/copyright
/usr/share/doc/postflight/examples/checks.d/services.yaml
/usr/share/fish/vendor_completions.d/postflight.fish
/usr/share/man/man1/postflight.1.gz
/usr/share/man/man5/postflight-checks.5.gz
/usr/share/man/man5/postflight-signatures.5.gz
/usr/share/zsh/vendor-completions/_postflight
L
    cd "$root" && {
        find docs -type f -printf '/usr/share/doc/postflight/%P\n'
        find schemas templates signatures.d -type f -printf '/usr/share/postflight/%p\n'
    }
}
check 'package: holds these files and no others' diff <(expected | sort) <(files_of)
modes() { dpkg-deb -c "$deb" | grep -vE '^(drwxr-xr-x|-rw-r--r--) root/root' | awk '{ print $1, $2, $6 }'; }
check 'package: of root, and only the program is executable' \
    diff <(echo '-rwxr-xr-x root/root ./usr/bin/postflight') <(modes)
depends() { # each library of the program is in a package that it depends on
    local library package
    readelf -d "$root/build/package/postflight" | sed -nE 's/.*NEEDED.*\[(.*)\]/\1/p' |
        while read -r library; do
            package=$(dpkg -S "*/$(dpkg-architecture -qDEB_HOST_MULTIARCH)/$library" | sed -n '1s/:.*//p')
            dpkg-deb -f "$deb" Depends | grep -qE "(^|, )$package \(>= [0-9]" ||
                echo "$library of $package"
        done
}
check 'package: depends on its libraries' diff /dev/null <(depends)
check 'package: is the same when it is made again' bash -c "
    before=\$(sha256sum <'$deb') && cd '$root/build/package' &&
    SOURCE_DATE_EPOCH=$(git -C "$root" log -1 --format=%ct) cpack >/dev/null &&
    [ \"\$before\" = \"\$(sha256sum <'$deb')\" ]"

dpkg-deb -x "$deb" "$scratch/there"
there=$scratch/there/usr
check 'package: the program runs' "$there/bin/postflight" explain 42P07
check 'package: its versions are those of the tests' \
    diff <("$there/bin/postflight" --version) <("$POSTFLIGHT" --version)
no_path() { ! strings "$there/bin/postflight" | grep -F "$root"; }
check 'package: the program knows no folder of the machine that built it' no_path
check 'package: the manual is that of the tables' \
    diff <(zcat "$there/share/man/man1/postflight.1.gz") "$(dirname "$POSTFLIGHT")/manual/postflight.1"
check 'package: the signatures that it brings are fine' \
    "$there/bin/postflight" lint "$there/share/postflight/signatures.d"
check 'package: so is the example' env BASE_URL=http://h.test \
    "$there/bin/postflight" lint "$there/share/doc/postflight/examples/checks.d"
check 'package: changelog and copyright name the version and the license' bash -c "
    zcat '$there/share/doc/postflight/changelog.gz' | head -1 | grep -q '^postflight ($(dpkg-deb -f "$deb" Version)) ' &&
    grep -q '^License: Expat' '$there/share/doc/postflight/copyright'"

# Hardened, as the linker and the compiler left it.
elf() { # PATTERN READELF-OPTIONS
    readelf -W "${@:2}" "$there/bin/postflight" | grep -qE "$1"
}
check 'hardening: it is loaded anywhere' elf 'FLAGS_1.* PIE' -d
check 'hardening: every symbol is bound at the start' elf 'FLAGS_1.* NOW' -d
check 'hardening: tables of addresses are read-only' elf 'GNU_RELRO' -l
check 'hardening: the stack is not executable' elf 'GNU_STACK .* RW ' -l
check 'hardening: nothing is writable and executable' bash -c \
    "! readelf -Wl '$there/bin/postflight' | grep -E 'LOAD .* RWE '"
check 'hardening: stacks have a canary' elf '__stack_chk_fail' --dyn-syms
check 'hardening: sizes are checked' elf '__memcpy_chk' --dyn-syms
check 'hardening: a refused allocation ends it' elf ' FUNC .* malloc$' --dyn-syms
compiled() { # FLAG: every object is
    jq -r '.[] | "\(.file) \(.command)"' "$root/build/package/compile_commands.json" |
        grep -vE -- " $1( |\$)" | cut -d' ' -f1 | head -5
}
for flag in -D_FORTIFY_SOURCE=3 -fstack-protector-strong -fstack-clash-protection -fPIE; do
    check "hardening: compiled with $flag" diff /dev/null <(compiled "$flag")
done
# The program has this note only if the C library's own start has it, which
# Debian's has not; so each object is looked at.
branches() {
    local library
    for library in "$root"/build/package/lib*.a; do
        [ "$(ar t "$library" | wc -l)" = "$(readelf -n "$library" | grep -c 'IBT, SHSTK')" ] || echo "$library"
    done
}
case $(uname -m) in
x86_64) check 'hardening: branches and returns are guarded' diff /dev/null <(branches) ;;
aarch64) check 'hardening: branches and returns are guarded' diff /dev/null <(compiled -mbranch-protection=standard) ;;
esac

released() { dpkg-parsechangelog -l "$root/packaging/changelog" -S Date; }
check 'package: changelog and manual tell the same day' \
    grep -q "\"$(date -u -d "$(released)" +%F)\"" "$(dirname "$POSTFLIGHT")/manual/postflight.1"

# Without Debian: everything below one prefix, nothing compressed.
install_to() { cmake --install "$(dirname "$POSTFLIGHT")" --prefix "$scratch/prefix" >"$scratch/said" || return 1; }
check 'install: cmake --install' install_to
for file in bin/postflight share/man/man1/postflight.1 share/man/man5/postflight-checks.5 \
    share/bash-completion/completions/postflight share/zsh/site-functions/_postflight \
    share/fish/vendor_completions.d/postflight.fish share/doc/postflight/CHECKS.md \
    share/postflight/schemas/record.schema.json share/postflight/templates/status.md \
    share/postflight/signatures.d/postgres.yaml; do
    check "install: $file" test -f "$scratch/prefix/$file"
done
found_by_man() { [ "$(man -M "$scratch/prefix/share/man" -w postflight-checks)" = "$scratch/prefix/share/man/man5/postflight-checks.5" ]; }
check 'install: man finds the manual' found_by_man
exit "$bad"
