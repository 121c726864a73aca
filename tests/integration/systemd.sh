#!/usr/bin/env bash
# The units of the package, as systemd reads them.
. "$(dirname "$0")/lib.sh"
units=$root/packaging/systemd
if ! command -v systemd-analyze >/dev/null; then
    echo 'ok - units # skip: systemd-analyze is not installed'
    exit 0
fi
# As they will lie on a machine that has the program.
mkdir -p "$scratch/units"
cp "$units"/* "$scratch/units/"
sed -i "s#/usr/bin/postflight#$POSTFLIGHT#" "$scratch/units"/*.service
cp "$scratch/units/postflight-watch@.service" "$scratch/units/postflight-watch@checks.d.service"
cp "$scratch/units/postflight-watch@.timer" "$scratch/units/postflight-watch@checks.d.timer"
sound() { # UNIT: nothing is said of it; what is said of others' is theirs
    systemd-analyze verify --man=no "$scratch/units/$1" >"$scratch/said" 2>&1
    ! grep -F postflight-watch "$scratch/said"
}
for unit in postflight-watch.service postflight-watch@checks.d.service postflight-watch@checks.d.timer; do
    check "units: $unit is sound" sound "$unit"
done
# 0 is best, 10 worst; an ordinary service has 9.6.
closed() { # UNIT
    systemd-analyze security --offline=true --threshold=25 "$scratch/units/$1" >"$scratch/said" 2>&1 ||
        { tail -3 "$scratch/said"; return 1; }
}
for unit in postflight-watch.service postflight-watch@checks.d.service; do
    check "units: $unit is closed to the machine" closed "$unit"
done
sed -i 's/^DynamicUser=yes/DynamicUsr=yes/' "$scratch/units/postflight-watch.service"
wrong() { ! sound postflight-watch.service >/dev/null; }
check 'units: a wrong key is found' wrong
taken() { # what they call is taken; --help in front parses and asks nothing
    sed -n 's/^ExecStart=[^ ]* watch //p' "$units"/*.service | while read -r line; do
        eval "'$POSTFLIGHT' watch --help $line" >/dev/null || { echo "$line"; exit 1; }
    done
}
check 'units: their commands are taken' taken
exit "$bad"
