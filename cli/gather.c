/* Options to evidence. */
#include "cli/gather.h"

#include "base/file.h"
#include "cli/console.h"
#include "evidence/evidence.h"
#include "model/vocabulary.h"

#define RUNS_BYTES_MAX ((size_t)64 << 20)

extern char **environ;

static int fail(const struct err *e, int code)
{
    console_error(e);
    return code;
}

static int gather_git(struct deploy_evidence *out, struct arena *life,
                      const struct options *o, const char *expected)
{
    struct err e = {.set = false};
    const struct git_inputs in = {
        .dir = option_text(o, OPTION_GIT, NULL),
        .from = option_text(o, OPTION_GIT_FROM, NULL),
        .to = option_text(o, OPTION_TO, expected),
        .any_owner = option_flag(o, OPTION_ANY_OWNER),
    };
    if (in.dir == NULL)
        return EXIT_VERIFIED;
    if (!evidence_git(&out->git, life, &in, &e))
        return fail(&e, EXIT_USAGE);
    return EXIT_VERIFIED;
}

static int gather_runs(struct deploy_evidence *out, struct arena *life,
                       const struct options *o)
{
    const char *path = option_text(o, OPTION_DEPLOYMENTS, NULL);
    struct source *source = arena_alloc(life, sizeof(*source));
    struct err e = {.set = false};
    if (path == NULL)
        return EXIT_VERIFIED;
    if (!file_read(source, life, path, RUNS_BYTES_MAX, &e))
        return fail(&e, EXIT_USAGE);
    const struct deployment_inputs in = {
        .json = source, .target = option_text(o, OPTION_TARGET, NULL)};
    return evidence_deployments(out, life, &in, &e) ? EXIT_VERIFIED
                                                    : fail(&e, EXIT_INVALID);
}

int gather(struct deploy_evidence *out, struct arena *life,
           const struct options *o, const char *expected)
{
    *out = (struct deploy_evidence){.git = {.relation = RANGE_UNKNOWN}};
    evidence_ci(&out->ci, life, (const char *const *)environ);
    int code = gather_git(out, life, o, expected);
    return code == EXIT_VERIFIED ? gather_runs(out, life, o) : code;
}
