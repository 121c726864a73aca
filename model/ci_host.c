/* THE table of CI hosts. */
#include "model/ci_host.h"

#include <string.h>

#include "base/names.h"

/* A host that builds on another one's runner comes before it. */
static const struct ci_host hosts[] = {
    {
        .name = "github",
        .title = "GitHub Actions",
        .sign = "GITHUB_ACTIONS",
        .commit = {"GITHUB_SHA"},
        .branch = {"GITHUB_HEAD_REF", "GITHUB_REF_NAME"},
        .run_url = {"{GITHUB_SERVER_URL}/{GITHUB_REPOSITORY}/actions/runs/"
                    "{GITHUB_RUN_ID}"},
        .run_id = {"GITHUB_RUN_ID"},
        .actor = {"GITHUB_TRIGGERING_ACTOR", "GITHUB_ACTOR"},
        .workflow = {"GITHUB_WORKFLOW"},
        .job = {"GITHUB_JOB"},
        .begin = "::group::%t\n",
        .end = "::endgroup::\n",
        .escape = CI_ESCAPE_PERCENT,
        .group = "`::group::`",
        .starting = {" ::"},
        .anywhere = {"##["},
        .annotations = "github",
    },
    {
        .name = "gitlab",
        .title = "GitLab",
        .sign = "GITLAB_CI",
        .commit = {"CI_COMMIT_SHA"},
        .branch = {"CI_COMMIT_REF_NAME"},
        .run_url = {"CI_PIPELINE_URL", "CI_JOB_URL"},
        .run_id = {"CI_PIPELINE_ID"},
        .actor = {"GITLAB_USER_LOGIN"},
        .workflow = {"CI_PIPELINE_NAME", "CI_PROJECT_PATH"},
        .job = {"CI_JOB_NAME"},
        .begin = "\033[0Ksection_start:%s:postflight_%n[collapsed=true]\r"
                 "\033[0K%t\n",
        .end = "\033[0Ksection_end:%s:postflight_%n\r\033[0K\n",
        .group = "`section_start`, `section_end`",
    },
    {
        .name = "azure",
        .title = "Azure Pipelines",
        .sign = "TF_BUILD",
        .commit = {"BUILD_SOURCEVERSION"},
        .branch = {"BUILD_SOURCEBRANCH"},
        .run_url = {"{SYSTEM_TEAMFOUNDATIONCOLLECTIONURI}{SYSTEM_TEAMPROJECT}/"
                    "_build/results?buildId={BUILD_BUILDID}"},
        .run_id = {"BUILD_BUILDID"},
        .actor = {"BUILD_REQUESTEDFOR"},
        .workflow = {"BUILD_DEFINITIONNAME"},
        .job = {"SYSTEM_JOBDISPLAYNAME", "AGENT_JOBNAME"},
        .begin = "##[group]%t\n",
        .end = "##[endgroup]\n",
        .group = "`##[group]`",
        .anywhere = {"##[", "##vso["},
    },
    {
        .name = "jenkins",
        .title = "Jenkins",
        .sign = "JENKINS_URL",
        .commit = {"GIT_COMMIT"},
        .branch = {"BRANCH_NAME", "GIT_BRANCH"},
        .run_url = {"BUILD_URL"},
        .run_id = {"BUILD_NUMBER"},
        .actor = {"BUILD_USER_ID", "CHANGE_AUTHOR"},
        .workflow = {"JOB_NAME"},
        .job = {"STAGE_NAME"},
    },
    {
        .name = "circleci",
        .title = "CircleCI",
        .sign = "CIRCLECI",
        .commit = {"CIRCLE_SHA1"},
        .branch = {"CIRCLE_BRANCH", "CIRCLE_TAG"},
        .run_url = {"CIRCLE_BUILD_URL"},
        .run_id = {"CIRCLE_BUILD_NUM"},
        .actor = {"CIRCLE_USERNAME"},
        .workflow = {"CIRCLE_PROJECT_REPONAME"},
        .job = {"CIRCLE_JOB"},
    },
    {
        .name = "buildkite",
        .title = "Buildkite",
        .sign = "BUILDKITE",
        .commit = {"BUILDKITE_COMMIT"},
        .branch = {"BUILDKITE_BRANCH", "BUILDKITE_TAG"},
        .run_url = {"BUILDKITE_BUILD_URL"},
        .run_id = {"BUILDKITE_BUILD_NUMBER"},
        .actor = {"BUILDKITE_BUILD_CREATOR"},
        .workflow = {"BUILDKITE_PIPELINE_SLUG"},
        .job = {"BUILDKITE_LABEL"},
        .begin = "--- %t\n",
        .finish = "+++ postflight\n",
        .group = "`---`, and `+++` for what follows",
        .starting = {"--- ", "+++ ", "~~~ ", "^^^ "},
    },
    {
        .name = "bitbucket",
        .title = "Bitbucket Pipelines",
        .sign = "BITBUCKET_BUILD_NUMBER",
        .commit = {"BITBUCKET_COMMIT"},
        .branch = {"BITBUCKET_BRANCH", "BITBUCKET_TAG"},
        .run_url = {"https://bitbucket.org/{BITBUCKET_REPO_FULL_NAME}/"
                    "pipelines/results/"
                    "{BITBUCKET_BUILD_NUMBER}"},
        .run_id = {"BITBUCKET_BUILD_NUMBER"},
        .actor = {"BITBUCKET_STEP_TRIGGERER_UUID"},
        .workflow = {"BITBUCKET_REPO_FULL_NAME"},
        .job = {"BITBUCKET_STEP_UUID"},
    },
    {
        .name = "teamcity",
        .title = "TeamCity",
        .sign = "TEAMCITY_VERSION",
        .commit = {"BUILD_VCS_NUMBER"},
        .branch = {"TEAMCITY_BUILD_BRANCH"},
        .run_url = {"BUILD_URL"},
        .run_id = {"BUILD_NUMBER"},
        .actor = {"TEAMCITY_BUILD_TRIGGEREDBY_USERNAME"},
        .workflow = {"TEAMCITY_PROJECT_NAME"},
        .job = {"TEAMCITY_BUILDCONF_NAME"},
        .begin = "##teamcity[blockOpened name='%t']\n",
        .end = "##teamcity[blockClosed name='%t']\n",
        .escape = CI_ESCAPE_MESSAGE,
        .group = "`blockOpened`, `blockClosed`",
        .anywhere = {"##teamcity["},
    },
    {
        .name = "render",
        .title = "Render",
        .sign = "RENDER",
        .commit = {"RENDER_GIT_COMMIT"},
        .branch = {"RENDER_GIT_BRANCH"},
        .run_id = {"RENDER_INSTANCE_ID"},
        .workflow = {"RENDER_SERVICE_NAME"},
        .job = {"RENDER_SERVICE_TYPE"},
    },
    {
        .name = "vercel",
        .title = "Vercel",
        .sign = "VERCEL",
        .commit = {"VERCEL_GIT_COMMIT_SHA"},
        .branch = {"VERCEL_GIT_COMMIT_REF"},
        .run_url = {"https://{VERCEL_URL}"},
        .run_id = {"VERCEL_DEPLOYMENT_ID"},
        .actor = {"VERCEL_GIT_COMMIT_AUTHOR_LOGIN"},
        .workflow = {"VERCEL_GIT_REPO_SLUG"},
        .job = {"VERCEL_ENV"},
    },
    {
        .name = "generic",
        .title = "others",
        .sign = "CI",
        .commit = {"COMMIT_SHA", "GIT_COMMIT", "CI_COMMIT_SHA", "GIT_SHA"},
        .branch = {"BRANCH_NAME", "GIT_BRANCH", "CI_COMMIT_BRANCH", "BRANCH"},
        .run_url = {"BUILD_URL", "CI_BUILD_URL", "RUN_URL"},
        .run_id = {"BUILD_ID", "BUILD_NUMBER", "RUN_ID"},
        .actor = {"CI_ACTOR", "BUILD_USER"},
        .workflow = {"WORKFLOW", "PIPELINE_NAME", "JOB_NAME"},
        .job = {"CI_JOB_NAME"},
    },
};

const struct ci_host *ci_host_at(size_t index)
{
    return index < ARRAY_COUNT(hosts) ? &hosts[index] : NULL;
}

const struct ci_host *ci_host_find(const char *name)
{
    for (size_t i = 0; name != NULL && i < ARRAY_COUNT(hosts); i++)
        if (strcmp(hosts[i].name, name) == 0)
            return &hosts[i];
    return NULL;
}
