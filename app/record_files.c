/* The files of `report --from`: what each is shows in its first members. */
#include "app/record_files.h"

#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "evidence/evidence.h"
#include "model/finding.h"
#include "model/vocabulary.h"
#include "report/report.h"
#include "verdict/verdict.h"

#define RECORD_BYTES_MAX ((size_t)256 << 20)

enum content { CONTENT_RECORD, CONTENT_SCAN, CONTENT_RUNS, CONTENT_OTHER };

static bool has_list(const cJSON *root, const char *name)
{
    return cJSON_IsArray(cJSON_GetObjectItemCaseSensitive(root, name));
}

static enum content content_of(const cJSON *root)
{
    if (cJSON_IsArray(root) || has_list(root, "workflow_runs"))
        return CONTENT_RUNS;
    if (cJSON_GetObjectItemCaseSensitive(root, "schema") != NULL)
        return CONTENT_RECORD;
    return has_list(root, "findings") && has_list(root, "causes")
               ? CONTENT_SCAN
               : CONTENT_OTHER;
}

/* The names of a few members, as what was found. */
static const char *described(struct arena *a, const cJSON *root)
{
    struct buf text;
    size_t count = 0;
    if (!cJSON_IsObject(root))
        return json_kind(root);
    if (root->child == NULL)
        return "an empty object";
    buf_init(&text, 1000);
    buf_text(&text, "an object with ");
    for (const cJSON *m = root->child; m != NULL && count < 4; m = m->next)
        buf_printf(&text, "%s'%s'", count++ == 0 ? "" : ", ",
                   text_elide(a, str_from(m->string), 40));
    if (cJSON_GetArraySize(root) > 4)
        buf_text(&text, ", ...");
    return buf_take(a, &text);
}

static bool read_scan(struct record *out, struct arena *a,
                      const struct source *source, struct redactor *redactor,
                      struct err *e)
{
    struct findings *found = arena_alloc(a, sizeof(*found));
    *found = (struct findings){.coverage = {.files = 0}};
    if (!shape_read(found, a, &findings_shape, NULL, source, e))
        return false;
    const struct unprobed in = {.name = source->name, .logs = found};
    verdict_unprobed(out, a, &in, redactor);
    return true;
}

static bool read_runs(struct record *out, struct arena *a,
                      const struct source *source, struct redactor *redactor,
                      struct err *e)
{
    struct deploy_evidence *found = arena_alloc(a, sizeof(*found));
    const struct deployment_inputs in = {.json = source};
    *found = (struct deploy_evidence){.git = {.relation = RANGE_UNKNOWN}};
    if (!evidence_deployments(found, a, &in, e))
        return false;
    const struct unprobed unprobed = {.name = source->name, .evidence = found};
    verdict_unprobed(out, a, &unprobed, redactor);
    return true;
}

static bool read_other(struct record *out, struct arena *a,
                       const struct source *source, struct redactor *redactor,
                       struct err *e)
{
    cJSON *root = NULL;
    bool ok = false;
    if (!json_parse(&root, source, e))
        return false;
    switch (content_of(root)) {
    case CONTENT_RECORD:
        ok = report_read_record(out, a, source, e);
        break;
    case CONTENT_SCAN:
        ok = read_scan(out, a, source, redactor, e);
        break;
    case CONTENT_RUNS:
        ok = read_runs(out, a, source, redactor, e);
        break;
    case CONTENT_OTHER:
        err_set(e, (struct pos){source, 0, 0},
                "found %s; --from takes the record.json of a run, the output "
                "of 'scan --format json', or a list of workflow runs",
                described(a, root));
        break;
    }
    cJSON_Delete(root);
    return ok;
}

static int read_source(struct source **out, struct arena *life,
                       const char *path, const struct notes *n)
{
    struct err e = {.set = false};
    *out = arena_alloc(life, sizeof(**out));
    return file_read(*out, life, path, RECORD_BYTES_MAX, &e)
               ? EXIT_VERIFIED
               : notes_fail(n, &e, EXIT_USAGE);
}

/* A record is tried first: it is large, and would be parsed twice. */
int record_file_read(struct record *out, struct arena *life, const char *path,
                     const struct notes *n)
{
    struct source *source;
    struct err no_record = {.set = false}, e = {.set = false};
    int code = read_source(&source, life, path, n);
    if (code != EXIT_VERIFIED ||
        report_read_record(out, life, source, &no_record))
        return code;
    return read_other(out, life, source, sink_redactor(n->sink), &e)
               ? EXIT_VERIFIED
               : notes_fail(n, &e, EXIT_INVALID);
}

int record_file_read_run(struct record *out, struct arena *life,
                         const char *path, const struct notes *n)
{
    struct source *source;
    struct err e = {.set = false};
    int code = read_source(&source, life, path, n);
    return code != EXIT_VERIFIED || report_read_record(out, life, source, &e)
               ? code
               : notes_fail(n, &e, EXIT_INVALID);
}
