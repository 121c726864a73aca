/* Runs that deployed, from JSON: our own format, that of `gh run list`, or a
   page of GitHub's API. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"
#include "evidence/conflicts.h"
#include "evidence/evidence.h"

#define TEXT_MAX 500 /* bytes that are kept of a text */

/* A run as it was written; the last three are of GitHub alone. */
struct written_run {
    struct deployment_run run;
    int64_t created_ms, updated_ms;
    const char *conclusion;
};

enum run_key_type { KEY_TEXT, KEY_TIME, KEY_UNUSED };

struct run_key {
    const char *name;
    enum run_key_type type;
    bool required;
    size_t at;
};

#define KEY(name, type, required, member)                                      \
    {                                                                          \
        name, type, required, offsetof(struct written_run, member)             \
    }

static const struct run_key own_keys[] = {
    KEY("id", KEY_TEXT, true, run.id),
    KEY("workflow", KEY_TEXT, false, run.workflow),
    KEY("trigger", KEY_TEXT, false, run.trigger),
    KEY("target", KEY_TEXT, false, run.target),
    KEY("start", KEY_TIME, true, run.start_ms),
    KEY("end", KEY_TIME, false, run.end_ms),
    KEY("status", KEY_TEXT, false, run.status),
    KEY("commit", KEY_TEXT, false, run.commit),
    KEY("url", KEY_TEXT, false, run.url),
};

/* All that `gh run list --json` can print. */
static const struct run_key gh_keys[] = {
    KEY("databaseId", KEY_TEXT, true, run.id),
    KEY("workflowName", KEY_TEXT, true, run.workflow),
    KEY("event", KEY_TEXT, false, run.trigger),
    KEY("createdAt", KEY_TIME, false, created_ms),
    KEY("startedAt", KEY_TIME, false, run.start_ms),
    KEY("updatedAt", KEY_TIME, true, updated_ms),
    KEY("status", KEY_TEXT, true, run.status),
    KEY("conclusion", KEY_TEXT, false, conclusion),
    KEY("headSha", KEY_TEXT, false, run.commit),
    KEY("url", KEY_TEXT, false, run.url),
    {"attempt", KEY_UNUSED, false, 0},
    {"displayTitle", KEY_UNUSED, false, 0},
    {"headBranch", KEY_UNUSED, false, 0},
    {"name", KEY_UNUSED, false, 0},
    {"number", KEY_UNUSED, false, 0},
    {"workflowDatabaseId", KEY_UNUSED, false, 0},
};

/* Of a run in GitHub's API, which has dozens of members: the others are left
   alone. */
static const struct run_key api_keys[] = {
    KEY("id", KEY_TEXT, true, run.id),
    KEY("name", KEY_TEXT, false, run.workflow),
    KEY("event", KEY_TEXT, false, run.trigger),
    KEY("created_at", KEY_TIME, false, created_ms),
    KEY("run_started_at", KEY_TIME, false, run.start_ms),
    KEY("updated_at", KEY_TIME, true, updated_ms),
    KEY("status", KEY_TEXT, true, run.status),
    KEY("conclusion", KEY_TEXT, false, conclusion),
    KEY("head_sha", KEY_TEXT, false, run.commit),
    KEY("html_url", KEY_TEXT, false, run.url),
};

/* Which of the three a run is written in, by a member that it alone has. */
static const struct run_format {
    const char *mark; /* NULL: what is none of the others */
    const struct run_key *key;
    size_t count;
    bool github, open; /* open: it may have other members */
} formats[] = {
    {"databaseId", gh_keys, ARRAY_COUNT(gh_keys), true, false},
    {"head_sha", api_keys, ARRAY_COUNT(api_keys), true, true},
    {"run_number", api_keys, ARRAY_COUNT(api_keys), true, true},
    {NULL, own_keys, ARRAY_COUNT(own_keys), false, false},
};

static const struct run_format *format_of(const cJSON *item)
{
    const struct run_format *f = formats;
    while (f->mark != NULL &&
           cJSON_GetObjectItemCaseSensitive(item, f->mark) == NULL)
        f++;
    return f;
}

struct reader {
    struct arena *arena;
    const struct deployment_inputs *in;
    struct err *err;
    const struct run_format *format;
    size_t index;
};

static bool refuse(struct reader *r, const char *key, const char *text)
{
    return err_set(r->err, (struct pos){r->in->json, 0, 0}, "$[%zu]%s%s: %s",
                   r->index, key[0] == '\0' ? "" : ".", key, text);
}

static bool expected(struct reader *r, const char *key, const char *what,
                     const cJSON *item)
{
    return refuse(
        r, key,
        arena_printf(r->arena, "expected %s, found %s", what, json_kind(item)));
}

/* gh has "" and the year 1 where there is nothing; ids may be numbers. */
static bool read_text(struct reader *r, const struct run_key *k,
                      const cJSON *item, const char **out)
{
    struct str text;
    if (cJSON_IsNull(item))
        text = STR_NONE;
    else if (cJSON_IsString(item) ||
             (cJSON_IsNumber(item) &&
              k->at == offsetof(struct written_run, run.id)))
        text = str_from(item->valuestring);
    else
        return expected(r, k->name, "a string", item);
    if (text.len > 0)
        *out = text_elide(r->arena, text, TEXT_MAX);
    return text.len > 0 || !k->required ||
           refuse(r, k->name, "is empty, but a run needs it");
}

static bool read_time(struct reader *r, const struct run_key *k,
                      const cJSON *item, int64_t *out)
{
    bool zoned = false;
    if (cJSON_IsNull(item))
        return !k->required || expected(r, k->name, "a time", item);
    struct str text = str_from(cJSON_GetStringValue(item));
    if (text.len == 0 || clock_parse(text, out, &zoned) != text.len || !zoned)
        return expected(r, k->name, "a time such as \"2026-01-04T15:18:29Z\"",
                        item);
    if (*out < 0)
        *out = 0;
    return true;
}

static bool unknown_key(struct reader *r, const char *name)
{
    const char *word[ARRAY_COUNT(gh_keys)];
    size_t count = r->format->count;
    for (size_t i = 0; i < count; i++)
        word[i] = r->format->key[i].name;
    return refuse(r, "",
                  arena_printf(r->arena, "unknown key '%s'%s",
                               text_elide(r->arena, str_from(name), 60),
                               text_hint(str_from(name), word, count).text));
}

static bool read_member(struct reader *r, const cJSON *item,
                        struct written_run *w)
{
    for (size_t i = 0; i < r->format->count; i++) {
        const struct run_key *k = &r->format->key[i];
        if (strcmp(k->name, item->string) != 0)
            continue;
        char *slot = (char *)w + k->at;
        if (k->type == KEY_TEXT)
            return read_text(r, k, item, (const char **)(void *)slot);
        return k->type == KEY_UNUSED ||
               read_time(r, k, item, (int64_t *)(void *)slot);
    }
    return r->format->open || unknown_key(r, item->string);
}

/* What gh says in its own words. */
static void finish_gh(struct written_run *w)
{
    struct deployment_run *run = &w->run;
    if (run->start_ms == 0)
        run->start_ms = w->created_ms;
    if (!str_is(str_from(run->status), "completed"))
        return;
    run->end_ms = w->updated_ms > run->start_ms ? w->updated_ms : run->start_ms;
    if (w->conclusion != NULL)
        run->status = w->conclusion;
}

static bool check_run(struct reader *r, struct deployment_run *run, bool is_gh)
{
    if (run->target == NULL)
        run->target = r->in->target != NULL ? r->in->target
                      : is_gh               ? run->workflow
                                            : NULL;
    if (run->target == NULL)
        return refuse(r, "target",
                      "is missing: say what the run deployed to, here or with "
                      "--target");
    if (run->start_ms == 0)
        return refuse(r, is_gh ? "createdAt" : "start",
                      "is missing: without it nothing can be told of the run");
    if (run->end_ms != 0 && run->end_ms < run->start_ms)
        return refuse(r, "end", "lies before the start of the run");
    return true;
}

static bool read_run(struct reader *r, const cJSON *item,
                     struct deployment_run *out)
{
    struct written_run w = {.created_ms = 0};
    const struct run_format *format = format_of(item);
    r->format = format;
    if (!cJSON_IsObject(item))
        return expected(r, "", "an object", item);
    for (const cJSON *m = item->child; m != NULL; m = m->next)
        if (!read_member(r, m, &w))
            return false;
    for (size_t i = 0; i < format->count; i++)
        if (format->key[i].required &&
            cJSON_GetObjectItemCaseSensitive(item, format->key[i].name) == NULL)
            return refuse(r, format->key[i].name, "is missing");
    if (format->github)
        finish_gh(&w);
    *out = w.run;
    return check_run(r, out, format->github);
}

static int compare_runs(const void *left, const void *right)
{
    const struct deployment_run *a = left, *b = right;
    if (a->start_ms != b->start_ms)
        return a->start_ms < b->start_ms ? -1 : 1;
    int order = strcmp(a->id, b->id);
    return order != 0 ? order : strcmp(a->target, b->target);
}

/* Twice the same run would be in conflict with itself. */
static bool is_new(struct reader *r, const struct deployment_run *run)
{
    for (size_t i = 0; i < r->index; i++)
        if (str_equal(str_from(run[i].id), str_from(run[r->index].id)) &&
            str_equal(str_from(run[i].target), str_from(run[r->index].target)))
            return refuse(r, "",
                          arena_printf(r->arena,
                                       "is the run '%s' that $[%zu] is, too",
                                       run[i].id, i));
    return true;
}

/* The list of runs; of a page of GitHub's API it is a member. */
static const cJSON *list_of(const cJSON *root)
{
    const cJSON *page = cJSON_GetObjectItemCaseSensitive(root, "workflow_runs");
    return cJSON_IsArray(page) ? page : root;
}

static bool read_runs(struct reader *r, const cJSON *root,
                      struct deploy_evidence *out)
{
    size_t count = cJSON_IsArray(root) ? (size_t)cJSON_GetArraySize(root) : 0;
    struct pos pos = {r->in->json, 0, 0};
    if (!cJSON_IsArray(root))
        return err_set(r->err, pos, "$: expected an array of runs, found %s",
                       json_kind(root));
    if (count > EVIDENCE_RUNS_MAX)
        return err_set(r->err, pos,
                       "$: %zu runs are more than %d: leave out old ones",
                       count, EVIDENCE_RUNS_MAX);
    out->run = arena_array(r->arena, count + 1, sizeof(*out->run));
    for (const cJSON *c = root->child; c != NULL; c = c->next, r->index++)
        if (!read_run(r, c, &out->run[r->index]) || !is_new(r, out->run))
            return false;
    out->run_count = count;
    if (count > 1)
        qsort(out->run, count, sizeof(*out->run), compare_runs);
    return true;
}

bool evidence_deployments(struct deploy_evidence *out, struct arena *a,
                          const struct deployment_inputs *in, struct err *e)
{
    struct reader r = {.arena = a, .in = in, .err = e};
    cJSON *root = NULL;
    out->run = NULL;
    out->conflict = NULL;
    out->run_count = out->conflict_count = 0;
    if (!json_parse(&root, in->json, e))
        return false;
    bool ok = read_runs(&r, list_of(root), out);
    cJSON_Delete(root);
    return ok && (conflicts_find(out, a, in->now_ms) ||
                  err_set(e, (struct pos){in->json, 0, 0},
                          "more than %d pairs of runs overlap: are they all on "
                          "one target? leave out other workflows or old runs",
                          EVIDENCE_CONFLICTS_MAX));
}
