# What the integration scripts share: checks, a scratch folder, waiting.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
python=/usr/bin/python3
[ -x "$python" ] || python=python3
POSTFLIGHT=${POSTFLIGHT-$root/build/debug/postflight}
POSTFLIGHT_PLAYER=${POSTFLIGHT_PLAYER-$root/build/debug/postflight-player}
unset CI GITHUB_ACTIONS GITHUB_STEP_SUMMARY GITLAB_CI TF_BUILD JENKINS_URL \
    CIRCLECI BUILDKITE BITBUCKET_BUILD_NUMBER TEAMCITY_VERSION RENDER VERCEL
scratch=$(mktemp -d)
export XDG_STATE_HOME=$scratch/state
bad=0
background=()

finish() {
    local pid
    for pid in "${background[@]}"; do
        kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null
    done
    [ ! -e "$scratch/reserved" ] || xargs rmdir <"$scratch/reserved"
    rm -rf "$scratch"
}
trap finish EXIT

# check NAME COMMAND…: ok when the command succeeds; shows its output if not
check() {
    local name=$1 text
    shift
    if text=$("$@" 2>&1); then
        echo "ok - $name"
    else
        echo "not ok - $name"
        printf '%s\n' "$text" | head -40 | sed 's/^/# /'
        bad=1
    fi
}

# soon COMMAND…: repeats it until it succeeds, for a minute at least; only what
# never comes takes that long, however slow the machine is
soon() {
    local tries=0
    until "$@" >/dev/null 2>&1; do
        [ $((tries += 1)) -lt 3000 ] || { echo "never: $*"; return 1; }
        read -rt 0.02 <> <(:) || :
    done
}

wait_for() { # FILE
    soon test -e "$1"
}

# play SCRIPT DIR [ARGS]: the scripted server, until the script ends; sets base
play() {
    local dir=$2
    mkdir -p "$dir"
    "$POSTFLIGHT_PLAYER" "$1" --dir "$dir" --for 3600 "${@:3}" &
    background+=($!)
    wait_for "$dir/port" || return 1
    base=http://127.0.0.1:$(cat "$dir/port")
}

# A port that no other script gets, nor the kernel gives to anybody who takes
# any: below its range, free now, and reserved by a folder until this script ends.
free_port() {
    "$python" - "$root/build/ports" "$scratch/reserved" <<'EOF'
import os, random, socket, sys

folder, reserved = sys.argv[1:]
os.makedirs(folder, exist_ok=True)
while True:
    port = random.randrange(10000, 32000)
    try:
        with socket.socket() as s:
            s.bind(("127.0.0.1", port))
        os.mkdir(f"{folder}/{port}")
    except OSError:
        continue
    with open(reserved, "a") as f:
        print(f"{folder}/{port}", file=f)
    print(port)
    break
EOF
}

# valid_sarif FILE…: by the official schema of SARIF 2.1.0, which scripts/setup
# fetches
valid_sarif() {
    "$python" - "$root/build/sarif-2.1.0.json" "$@" <<'EOF'
import json, sys
from jsonschema import Draft4Validator, FormatChecker

with open(sys.argv[1]) as f:
    schema = json.load(f)
Draft4Validator.check_schema(schema)
validator = Draft4Validator(schema, format_checker=FormatChecker())
bad = 0
for name in sys.argv[2:]:
    with open(name) as f:
        for error in validator.iter_errors(json.load(f)):
            path = "/".join(str(p) for p in error.absolute_path)
            print(f"{name}: {path}: {error.message[:200]}")
            bad += 1
sys.exit(bad > 0)
EOF
}

# start_nginx: serves the http block on standard input from the scratch folder
start_nginx() {
    chmod 755 "$scratch" # nginx reads as another user
    {
        printf 'daemon off;\npid %s/nginx.pid;\nerror_log %s/error.log;\n' \
            "$scratch" "$scratch"
        printf 'events { worker_connections 256; }\nhttp {\naccess_log off;\n'
        for part in client_body proxy fastcgi uwsgi scgi; do
            printf '%s_temp_path %s/temp-%s;\n' "$part" "$scratch" "$part"
        done
        cat
        echo '}'
    } >"$scratch/nginx.conf"
    nginx -c "$scratch/nginx.conf" -e "$scratch/error.log" &
    background+=($!)
    wait_for "$scratch/nginx.pid"
}

# start_postgres: a server of its own on a socket in the scratch folder, which
# trusts whoever reaches that; sets postgres to its address. It refuses to run
# as root, so then it runs as the user of its package.
start_postgres() {
    local as=() bin dir=$scratch/postgres
    bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
    chmod 755 "$scratch"
    mkdir -p "$dir"
    if [ "$(id -u)" -eq 0 ]; then
        chown postgres "$dir"
        as=(setpriv --reuid=postgres --regid=postgres --clear-groups)
    fi
    (
        cd "$dir" || exit
        "${as[@]}" "${bin:+$bin/}initdb" -D "$dir/data" -U postgres -A trust \
            -E UTF8 --locale=C --no-sync >"$scratch/initdb.log" 2>&1 || exit
        printf '%s\n' 'local all login scram-sha-256' 'local all all trust' \
            | "${as[@]}" tee "$dir/data/pg_hba.conf" >/dev/null
        exec "${as[@]}" "${bin:+$bin/}postgres" -D "$dir/data" -k "$dir" \
            -c listen_addresses= -c fsync=off -c max_connections=30 \
            >"$dir.log" 2>&1
    ) &
    background+=($!)
    postgres="postgresql://postgres@/postgres?host=${dir//\//%2F}"
    # The socket is there before it answers.
    soon psql -qX "$postgres" -c 'SELECT 1' || {
        cat "$scratch/initdb.log" "$dir.log" >&2
        return 1
    }
}

# start_mariadb [OPTION…]: likewise, on a socket and on a port of loopback; sets
# mariadb to its address without a database, mariadb_port and mariadb_socket.
start_mariadb() {
    local as=() dir=$scratch/mariadb
    chmod 755 "$scratch"
    mkdir -p "$dir"
    if [ "$(id -u)" -eq 0 ]; then
        chown mysql "$dir"
        as=(setpriv --reuid=mysql --regid=mysql --clear-groups)
    fi
    mariadb_port=$(free_port)
    mariadb_socket=$dir/socket
    (
        cd "$dir" || exit
        "${as[@]}" mariadb-install-db --no-defaults --datadir="$dir/data" \
            --auth-root-authentication-method=normal --skip-test-db \
            --skip-name-resolve >"$scratch/install.log" 2>&1 || exit
        exec "${as[@]}" "$(type -P mariadbd || echo /usr/sbin/mariadbd)" \
            --no-defaults --datadir="$dir/data" --socket="$mariadb_socket" \
            --pid-file="$dir/pid" --bind-address=127.0.0.1 \
            --port="$mariadb_port" --skip-name-resolve \
            --innodb-flush-method=nosync --sync-frm=0 --innodb-buffer-pool-size=16M \
            "$@" >"$dir.log" 2>&1
    ) &
    background+=($!)
    mariadb=mysql://root@localhost/?socket=${mariadb_socket//\//%2F}
    soon maria -e 'SELECT 1' || {
        cat "$scratch/install.log" "$dir.log" >&2
        return 1
    }
}

maria() { # OPTIONS of the client
    command mariadb --no-defaults -u root -S "$mariadb_socket" "$@"
}
