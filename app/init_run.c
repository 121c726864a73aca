/* postflight init: a first file of checks from a live service, or OpenAPI. */
#include <string.h>
#include <unistd.h>

#include "app/app.h"
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "import/init/init.h"
#include "model/vocabulary.h"
#include "plan/plan.h"
#include "probe/probe.h"

#define OPENAPI_BYTES_MAX ((size_t)16 << 20)

struct init {
    struct arena *life;
    const struct settings *settings;
    const struct notes *notes;
    struct draft_answer *answer; /* in the order of the URLs */
    bool *answered;
    size_t count;
};

/* The URLs as a plan: the answer is looked at, not the expectation. */
static bool make_plan(struct init *in, struct plan *plan, struct diags *d)
{
    struct source *source = arena_alloc(in->life, sizeof(*source));
    const struct source *sources[] = {source};
    struct plan_inputs inputs = {.source = sources, .source_count = 1};
    struct buf text;
    buf_init(&text, DRAFT_BYTES_MAX);
    buf_text(&text, "{\"checks\": [");
    for (size_t i = 0; i < in->count; i++) {
        const char *url = in->settings->arguments.item[i];
        buf_printf(&text, "%s{\"id\": \"%zu\", \"url\": ", i > 0 ? ",\n" : "",
                   i);
        json_quote(&text, str_from(url));
        buf_text(&text, ", \"expect\": [\"status in 200..299\"");
        if (strncmp(url, "https:", 6) == 0)
            buf_text(&text, ", \"certificate \\\"Expire-Date\\\" exists\"");
        buf_text(&text, "]}");
    }
    buf_text(&text, "]}");
    *source = (struct source){"URL", {buf_dup(in->life, &text), text.len}};
    buf_release(&text);
    return plan_open(plan, in->life, &inputs, d);
}

static void keep_answer(void *context, const struct result *result,
                        const struct check *check,
                        const struct response *response)
{
    struct init *in = context;
    uint64_t i = 0;
    (void)check;
    if (!text_to_u64(str_from(result->id), in->count - 1, &i))
        return;
    in->answered[i] = true;
    in->answer[i] = (struct draft_answer){
        .url = result->url,
        .status = response->status,
        .content_type = result->content_type,
        .body = {str_dup(in->life, response->body), response->body.len},
        .duration_us = response->duration_us,
        .certificate = response->certificate[CERTIFICATE_EXPIRE_DATE] != NULL,
    };
}

static bool probe(struct init *in, const struct plan *plan,
                  struct result *results, struct err *e)
{
    struct probe_options options = {.slots = PROBE_SLOTS_STANDARD,
                                    .on_response = keep_answer,
                                    .context = in};
    return probe_run(results, in->life, plan->check, plan->count, &options, e);
}

/* What did not respond is reported, and gets no check. */
static size_t keep_answered(struct init *in, const struct result *results)
{
    size_t kept = 0;
    for (size_t i = 0; i < in->count; i++) {
        struct err e = {.set = false};
        if (in->answered[i]) {
            in->answer[kept++] = in->answer[i];
            continue;
        }
        err_set(&e, POS_NONE, "%s did not answer: %s",
                in->settings->arguments.item[i],
                results[i].message == NULL ? "" : results[i].message);
        notes_error(in->notes, &e);
    }
    return kept;
}

static int draft_from_urls(struct init *in, struct buf *out)
{
    struct diags d;
    struct plan plan;
    struct err e = {.set = false};
    diags_init(&d, in->life);
    in->count = in->settings->arguments.count;
    for (size_t i = 0; i < in->count; i++) {
        const char *problem =
            url_problem(in->life, in->settings->arguments.item[i]);
        if (problem != NULL)
            err_set(&e, POS_NONE, "%s", problem);
    }
    if (e.set) {
        notes_error(in->notes, &e);
        return EXIT_USAGE;
    }
    if (!make_plan(in, &plan, &d)) {
        notes_diags(in->notes, &d);
        return EXIT_USAGE;
    }
    struct result *results = arena_array(in->life, in->count, sizeof(*results));
    in->answer = arena_array(in->life, in->count, sizeof(*in->answer));
    in->answered = arena_array(in->life, in->count, sizeof(*in->answered));
    bool ok = probe(in, &plan, results, &e);
    plan_close(&plan);
    if (!ok) {
        notes_error(in->notes, &e);
        return EXIT_INCONCLUSIVE;
    }
    size_t kept = keep_answered(in, results);
    if (kept == 0)
        return EXIT_INCONCLUSIVE;
    draft_answers(out, in->life, in->answer, kept);
    return kept == in->count ? EXIT_VERIFIED : EXIT_INCONCLUSIVE;
}

static int draft_from_openapi(struct init *in, const char *path,
                              struct buf *out)
{
    struct source *source = arena_alloc(in->life, sizeof(*source));
    struct err e = {.set = false};
    struct diags d;
    diags_init(&d, in->life);
    if (!file_read(source, in->life, path, OPENAPI_BYTES_MAX, &e)) {
        notes_error(in->notes, &e);
        return EXIT_USAGE;
    }
    if (draft_openapi(out, in->life, source, &d))
        return EXIT_VERIFIED;
    notes_diags(in->notes, &d);
    return EXIT_INVALID;
}

static int write_draft(struct init *in, const struct buf *text, int code)
{
    const char *path = in->settings->output;
    struct err e = {.set = false};
    struct diags d;
    diags_init(&d, in->life);
    if (!draft_is_valid(in->life, text, &d)) {
        notes_diags(in->notes, &d);
        return EXIT_INVALID;
    }
    if (path == NULL) {
        notes_output(in->notes, buf_view(text));
        return code;
    }
    if (notes_shared_file(in->notes, path, buf_view(text), &e))
        return code;
    notes_error(in->notes, &e);
    return EXIT_USAGE;
}

/* Before a service is probed for what could not be kept; a new project has no
   checks.d yet, so the folder is made. */
static bool may_write(const struct settings *s, struct err *e)
{
    if (s->output == NULL)
        return true;
    if (access(s->output, F_OK) == 0)
        return err_set(e, POS_NONE, "%s exists: name another file", s->output);
    return file_try(s->output, e);
}

int init_run(struct arena *life, const struct settings *s,
             const struct notes *n)
{
    struct init in = {.life = life, .settings = s, .notes = n};
    struct err e = {.set = false};
    struct buf text;
    int code;
    if ((s->openapi == NULL) == (s->arguments.count == 0)) {
        err_set(&e, POS_NONE,
                "name the URLs that answer, or an OpenAPI document with "
                "--from");
        return notes_fail(n, &e, EXIT_USAGE);
    }
    if (!may_write(s, &e))
        return notes_fail(n, &e, EXIT_USAGE);
    buf_init(&text, DRAFT_BYTES_MAX);
    code = s->openapi == NULL ? draft_from_urls(&in, &text)
                              : draft_from_openapi(&in, s->openapi, &text);
    if (text.len > 0)
        code = write_draft(&in, &text, code);
    buf_release(&text);
    return code;
}
