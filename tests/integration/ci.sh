#!/usr/bin/env bash
# The pipelines of docs/ci can be read, and postflight takes their commands.
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1
extract=("$python" "$root/tests/tools/ci_commands.py")

# As the pipeline would call it; --help in front parses and asks nothing.
cat >parsed.sh <<'S'
postflight() { "$POSTFLIGHT" "$1" --help "${@:2}" >/dev/null; }
S
parses() { # FILE
    "${extract[@]}" "$1" >commands || return 1
    [ -s commands ] || return 0
    while IFS= read -r line; do
        ( . ./parsed.sh; eval "$(sed -E 's/\$+[A-Z_0-9]+/some/g' <<<"$line")" ) 2>err </dev/null ||
            { echo "$line"; cat err; return 1; }
    done <commands
}
export POSTFLIGHT
# Gates that ask over HTTP, and the proxy before them, have no command; serve.sh
# and serve_http.sh ask what they ask.
pipelines=()
for file in "$root"/docs/ci/*; do
    case ${file##*/} in argo-analysis.yaml | flagger.yaml | *.conf) ;; *) pipelines+=("$file") ;; esac
done
for file in "${pipelines[@]}" "$root/README.md" "$root/docs/CI.md" "$root/docs/SHARDS.md"; do
    check "ci: ${file#"$root/"} is read, its commands are taken" parses "$file"
done

# The action is given inputs that it has, and outputs that it sets.
workflow() {
    "$python" - "$root" <<'P'
import re, sys, yaml
root = sys.argv[1]
action = yaml.safe_load(open(f"{root}/action.yml"))
text = open(f"{root}/docs/ci/github.yml").read()
steps = [s for j in yaml.safe_load(text)["jobs"].values() for s in j["steps"]]
ours = [s for s in steps if "/postflight@" in s.get("uses", "")]
assert len(ours) == 1
for name in ours[0]["with"]:
    assert name in action["inputs"], name
for name in re.findall(r"steps\.postflight\.outputs\.(\w+)", text):
    assert name in action["outputs"], name
P
}
check 'ci: the workflow fits the action' workflow

# And run: a deploy that failed is a failed step everywhere.
play "$root/demo/scenarios/prisma.yaml" demo
wait_for demo/played
mkdir -p job/deploy-log job/data
cp -r "$root/checks.d" job/
cp demo/deploy.log job/ && cp demo/deploy.log job/deploy-log/
new=$(sed -n 's/^new=//p' demo/vars)
parts() { # what is spread over four jobs comes first, once for each
    local n
    for n in 1 2 3 4; do
        (SHARD=$n JOB_COMPLETION_INDEX=$((n - 1)); eval "$(grep -e ' --shard' ../command)") || return 9
    done
    eval "$(grep -v -e ' --shard' ../command)"
}
runs() { # FILE: with the variables of all hosts, the paths of a container here
    local code=0
    "${extract[@]}" "$1" | sed -E "s#'--expect=\{\{[^}]*\}\}'#--expect=some#; s# /checks# checks.d#; s#/data/(out|state)#\1#g; s#--deadline[= ]5m#--deadline 4s#; s#--expect=[^ ]*#--expect=$new#; s#\\\$\\\$#\$#" >command
    (
        cd job && rm -rf out out-* && postflight() { "$POSTFLIGHT" "$@"; }
        export BASE_URL=$base PIPELINE_WORKSPACE=.
        export CI_COMMIT_SHA=$new BUILD_SOURCEVERSION=$new GIT_COMMIT=$new \
            CIRCLE_SHA1=$new BUILDKITE_COMMIT=$new GITHUB_SHA=$new
        set -u
        ! grep -q -e ' --shard' ../command || { parts; exit; }
        eval "$(cat ../command)"
    ) >said 2>&1 || code=$?
    [ "$code" -eq 1 ] || { cat command said; echo "exit $code"; return 1; }
}
for file in "${pipelines[@]}"; do
    case $file in
    */github.yml) continue ;; # tests/integration/action.sh
    esac
    check "ci: what ${file#"$root/"} calls finds the failed deploy" runs "$file"
done

# The tests must be able to fail.
sed 's/--deadline/--deadlien/' "$root/docs/ci/gitlab.yml" >wrong.yml
refused() { ! parses "$1" >/dev/null 2>&1; }
check 'ci: a wrong option is found' refused wrong.yml
sed 's/postflight verify/posflight verify/' "$root/docs/ci/gitlab.yml" >none.yml
check 'ci: a file without a command is found' refused none.yml
sed 's/^}$//' "$root/docs/ci/Jenkinsfile" >Jenkinsfile
check 'ci: a bracket that is not closed is found' refused Jenkinsfile
exit "$bad"
