#!/usr/bin/env bash
# Secrets that are planted in definitions and given back by servers, programs
# and logs in any encoding are in no output of any command. SECRETS_SEED=N is
# another set, SECRETS_CHECKS=N another number of checks, SECRETS_RUNS=N more
# sets one after the other.
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1
export POSTFLIGHT

tests=$root/tests/tools
seed=${SECRETS_SEED:-1}
checks=${SECRETS_CHECKS:-16}

plant() { # SEED
    timeout 1800 "$python" "$tests/plant_secrets.py" "$POSTFLIGHT" "run-$1" \
        --seed "$1" --checks "$checks"
}

nothing_is_shown() { # SEED
    local files
    mapfile -d '' files < <(find "run-$1/outputs" -type f ! -name '*.db*' -print0)
    [ ${#files[@]} -gt 60 ] || { echo "only ${#files[@]} outputs"; return 1; }
    "$root/build/debug/tests/find_secrets" "run-$1/secrets" 2 "${files[@]}"
}

# What stands in place of a secret breaks no format.
formats_are_valid() { # SEED
    "$python" "$tests/read_outputs.py" "run-$1/outputs"
}

for ((i = seed; i < seed + ${SECRETS_RUNS:-1}; i++)); do
    check "secrets are planted, seed $i" plant "$i"
    check "no output shows a part of one, seed $i" nothing_is_shown "$i"
    check "every output is whole, seed $i" formats_are_valid "$i"
done
exit "$bad"
