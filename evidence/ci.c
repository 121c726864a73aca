/*
 * Where we run, by the variables that each CI host documents. A row holds the
 * names that are tried in order; "{A}{B}" puts values together, and gives
 * nothing when one of them is missing.
 */
#include <string.h>

#include "base/text.h"
#include "evidence/evidence.h"

#define NAMES_MAX 4
#define VALUE_MAX ((size_t)500) /* bytes that are kept of a value */

struct ci_host {
    const char *host, *sign; /* a variable that only this host sets */
    const char *commit[NAMES_MAX], *branch[NAMES_MAX], *run_url[NAMES_MAX];
    const char *run_id[NAMES_MAX], *actor[NAMES_MAX], *workflow[NAMES_MAX];
    const char *job[NAMES_MAX];
};

/* A host that builds on another one's runner stands before it. */
static const struct ci_host hosts[] = {
    {"github",
     "GITHUB_ACTIONS",
     {"GITHUB_SHA"},
     {"GITHUB_HEAD_REF", "GITHUB_REF_NAME"},
     {"{GITHUB_SERVER_URL}/{GITHUB_REPOSITORY}/actions/runs/{GITHUB_RUN_ID}"},
     {"GITHUB_RUN_ID"},
     {"GITHUB_TRIGGERING_ACTOR", "GITHUB_ACTOR"},
     {"GITHUB_WORKFLOW"},
     {"GITHUB_JOB"}},
    {"gitlab",
     "GITLAB_CI",
     {"CI_COMMIT_SHA"},
     {"CI_COMMIT_REF_NAME"},
     {"CI_PIPELINE_URL", "CI_JOB_URL"},
     {"CI_PIPELINE_ID"},
     {"GITLAB_USER_LOGIN"},
     {"CI_PIPELINE_NAME", "CI_PROJECT_PATH"},
     {"CI_JOB_NAME"}},
    {"azure",
     "TF_BUILD",
     {"BUILD_SOURCEVERSION"},
     {"BUILD_SOURCEBRANCH"},
     {"{SYSTEM_TEAMFOUNDATIONCOLLECTIONURI}{SYSTEM_TEAMPROJECT}/_build/results"
      "?buildId={BUILD_BUILDID}"},
     {"BUILD_BUILDID"},
     {"BUILD_REQUESTEDFOR"},
     {"BUILD_DEFINITIONNAME"},
     {"SYSTEM_JOBDISPLAYNAME", "AGENT_JOBNAME"}},
    {"jenkins",
     "JENKINS_URL",
     {"GIT_COMMIT"},
     {"BRANCH_NAME", "GIT_BRANCH"},
     {"BUILD_URL"},
     {"BUILD_NUMBER"},
     {"BUILD_USER_ID", "CHANGE_AUTHOR"},
     {"JOB_NAME"},
     {"STAGE_NAME"}},
    {"circleci",
     "CIRCLECI",
     {"CIRCLE_SHA1"},
     {"CIRCLE_BRANCH", "CIRCLE_TAG"},
     {"CIRCLE_BUILD_URL"},
     {"CIRCLE_BUILD_NUM"},
     {"CIRCLE_USERNAME"},
     {"CIRCLE_PROJECT_REPONAME"},
     {"CIRCLE_JOB"}},
    {"buildkite",
     "BUILDKITE",
     {"BUILDKITE_COMMIT"},
     {"BUILDKITE_BRANCH", "BUILDKITE_TAG"},
     {"BUILDKITE_BUILD_URL"},
     {"BUILDKITE_BUILD_NUMBER"},
     {"BUILDKITE_BUILD_CREATOR"},
     {"BUILDKITE_PIPELINE_SLUG"},
     {"BUILDKITE_LABEL"}},
    {"bitbucket",
     "BITBUCKET_BUILD_NUMBER",
     {"BITBUCKET_COMMIT"},
     {"BITBUCKET_BRANCH", "BITBUCKET_TAG"},
     {"https://bitbucket.org/{BITBUCKET_REPO_FULL_NAME}/pipelines/results/"
      "{BITBUCKET_BUILD_NUMBER}"},
     {"BITBUCKET_BUILD_NUMBER"},
     {"BITBUCKET_STEP_TRIGGERER_UUID"},
     {"BITBUCKET_REPO_FULL_NAME"},
     {"BITBUCKET_STEP_UUID"}},
    {"teamcity",
     "TEAMCITY_VERSION",
     {"BUILD_VCS_NUMBER"},
     {"TEAMCITY_BUILD_BRANCH"},
     {"BUILD_URL"},
     {"BUILD_NUMBER"},
     {"TEAMCITY_BUILD_TRIGGEREDBY_USERNAME"},
     {"TEAMCITY_PROJECT_NAME"},
     {"TEAMCITY_BUILDCONF_NAME"}},
    {"render",
     "RENDER",
     {"RENDER_GIT_COMMIT"},
     {"RENDER_GIT_BRANCH"},
     {NULL},
     {"RENDER_INSTANCE_ID"},
     {NULL},
     {"RENDER_SERVICE_NAME"},
     {"RENDER_SERVICE_TYPE"}},
    {"vercel",
     "VERCEL",
     {"VERCEL_GIT_COMMIT_SHA"},
     {"VERCEL_GIT_COMMIT_REF"},
     {"https://{VERCEL_URL}"},
     {"VERCEL_DEPLOYMENT_ID"},
     {"VERCEL_GIT_COMMIT_AUTHOR_LOGIN"},
     {"VERCEL_GIT_REPO_SLUG"},
     {"VERCEL_ENV"}},
    {"generic",
     "CI",
     {"COMMIT_SHA", "GIT_COMMIT", "CI_COMMIT_SHA", "GIT_SHA"},
     {"BRANCH_NAME", "GIT_BRANCH", "CI_COMMIT_BRANCH", "BRANCH"},
     {"BUILD_URL", "CI_BUILD_URL", "RUN_URL"},
     {"BUILD_ID", "BUILD_NUMBER", "RUN_ID"},
     {"CI_ACTOR", "BUILD_USER"},
     {"WORKFLOW", "PIPELINE_NAME", "JOB_NAME"},
     {"CI_JOB_NAME"}},
};

/* An empty value tells as little as none. */
static struct str lookup(const char *const *environ, struct str name)
{
    for (; environ != NULL && *environ != NULL; environ++) {
        struct str line = str_from(*environ), value;
        if (str_equal(str_cut(line, '=', &value), name) && value.len > 0)
            return value;
    }
    return STR_NONE;
}

static bool is_on(struct str value)
{
    return value.len > 0 && !str_equal_nocase(value, STR("false")) &&
           !str_is(value, "0");
}

/* False when a part is missing. */
static bool join(struct buf *out, const char *const *environ, struct str form)
{
    while (form.len > 0) {
        size_t open = str_find(form, STR("{"), 0);
        buf_str(out, str_sub(form, 0, open));
        if (open == form.len)
            return true;
        struct str rest = str_sub(form, open + 1, form.len);
        struct str value = lookup(environ, str_cut(rest, '}', &form));
        if (value.len == 0)
            return false;
        buf_str(out, value);
    }
    return true;
}

static const char *read_value(struct arena *a, const char *const *environ,
                              const char *const *name)
{
    for (size_t i = 0; i < NAMES_MAX && name[i] != NULL; i++) {
        struct buf text;
        const char *value = NULL;
        struct str form = str_from(name[i]);
        buf_init(&text, VALUE_MAX * 4);
        if (str_find(form, STR("{"), 0) == form.len)
            buf_str(&text, lookup(environ, form));
        else if (!join(&text, environ, form))
            buf_clear(&text);
        if (text.len > 0)
            value = text_elide(a, buf_view(&text), VALUE_MAX);
        buf_release(&text);
        if (value != NULL)
            return value;
    }
    return NULL;
}

/* Buildkite has "HEAD" for builds that were started by hand. */
static const char *read_commit(struct arena *a, const char *const *environ,
                               const char *const *name)
{
    const char *text = read_value(a, environ, name);
    size_t len = text == NULL ? 0 : strlen(text);
    bool is_hex = len > 0 && strspn(text, "0123456789abcdefABCDEF") == len;
    return is_hex && len >= 7 && len <= 64 ? text : NULL;
}

/* "refs/heads/main" and "origin/main" are main. */
static const char *read_branch(struct arena *a, const char *const *environ,
                               const char *const *name)
{
    static const char *const before[] = {"refs/heads/", "refs/tags/",
                                         "origin/"};
    const char *text = read_value(a, environ, name);
    for (size_t i = 0; text != NULL && i < ARRAY_COUNT(before); i++)
        if (strncmp(text, before[i], strlen(before[i])) == 0)
            return text + strlen(before[i]);
    return text;
}

void evidence_ci(struct ci_evidence *out, struct arena *a,
                 const char *const *environ)
{
    *out = (struct ci_evidence){.host = NULL};
    for (size_t i = 0; i < ARRAY_COUNT(hosts); i++) {
        const struct ci_host *h = &hosts[i];
        if (!is_on(lookup(environ, str_from(h->sign))))
            continue;
        out->host = h->host;
        out->commit = read_commit(a, environ, h->commit);
        out->branch = read_branch(a, environ, h->branch);
        out->run_url = read_value(a, environ, h->run_url);
        out->run_id = read_value(a, environ, h->run_id);
        out->actor = read_value(a, environ, h->actor);
        out->workflow = read_value(a, environ, h->workflow);
        out->job = read_value(a, environ, h->job);
        return;
    }
}
