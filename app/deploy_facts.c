/* Evidence of the deployment, from where the settings say it is. */
#include "app/deploy_facts.h"

#include "base/file.h"
#include "evidence/evidence.h"
#include "model/vocabulary.h"

#define RUNS_BYTES_MAX ((size_t)64 << 20)

static int read_git(struct deploy_evidence *out, struct arena *life,
                    const struct settings *s, const struct notes *n,
                    const char *expected)
{
    struct err e = {.set = false};
    const struct git_inputs in = {
        .dir = s->git,
        .from = s->git_from,
        .to = s->git_to != NULL ? s->git_to : expected,
        .any_owner = s->git_any_owner,
    };
    if (in.dir == NULL)
        return EXIT_VERIFIED;
    if (!evidence_git(&out->git, life, &in, &e))
        return notes_fail(n, &e, EXIT_USAGE);
    return EXIT_VERIFIED;
}

static int read_runs(struct deploy_evidence *out, struct arena *life,
                     const struct settings *s, const struct notes *n)
{
    const char *path = s->deployments;
    struct source *source = arena_alloc(life, sizeof(*source));
    struct err e = {.set = false};
    if (path == NULL)
        return EXIT_VERIFIED;
    if (!file_read(source, life, path, RUNS_BYTES_MAX, &e))
        return notes_fail(n, &e, EXIT_USAGE);
    const struct deployment_inputs in = {.json = source, .target = s->target};
    return evidence_deployments(out, life, &in, &e)
               ? EXIT_VERIFIED
               : notes_fail(n, &e, EXIT_INVALID);
}

int deploy_facts_read(struct deploy_evidence *out, struct arena *life,
                      const struct settings *s, const struct notes *n,
                      const char *expected)
{
    *out = (struct deploy_evidence){.git = {.relation = RANGE_UNKNOWN}};
    evidence_ci(&out->ci, life, s->environ);
    int code = read_git(out, life, s, n, expected);
    return code == EXIT_VERIFIED ? read_runs(out, life, s, n) : code;
}
