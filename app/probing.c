/* Checks, from where they are written to what a probe of them needs. */
#include "app/probing.h"

#include <string.h>

#include "app/interrupt.h"
#include "app/variables.h"
#include "base/json.h"
#include "base/text.h"
#include "model/vocabulary.h"
#include "plan/definition.h"
#include "verdict/verdict.h"

#define URL_BYTES_MAX ((size_t)1 << 20)

static bool is_url(const char *text)
{
    return strncmp(text, "http://", 7) == 0 ||
           strncmp(text, "https://", 8) == 0;
}

/* What no definition could have as its URL is a mistake of the command line. */
static bool check_urls(const struct texts *places, struct err *e)
{
    for (size_t i = 0; i < places->count; i++) {
        const char *text = places->item[i];
        if (!is_url(text))
            continue;
        const char *rest = strchr(text, ':') + 3;
        if (strchr("/?#", rest[0]) != NULL || strchr(text, ' ') != NULL ||
            text_has_control(str_from(text)))
            return err_set(e, POS_NONE, "'%.200s' is not a URL", text);
    }
    return true;
}

/* Without what may be secret: credentials and parameters. */
static struct str shown_url(struct arena *a, const char *url)
{
    size_t start = (size_t)(strchr(url, ':') - url) + 3;
    size_t end = start + strcspn(url + start, "?#");
    size_t host = start + strcspn(url + start, "/?#");
    for (size_t i = start; i < host; i++)
        if (url[i] == '@')
            start = i + 1;
    return str_from(arena_printf(a, "%.*s://%.*s", (int)strcspn(url, ":"), url,
                                 (int)(end - start), url + start));
}

/* A URL in place of a file is a check of its own: it answers with success. */
static const struct source *check_of_url(struct arena *a, struct ids *ids,
                                         const char *url)
{
    struct source *source = arena_alloc(a, sizeof(*source));
    struct str shown = shown_url(a, url);
    size_t host = str_find(shown, STR("://"), 0) + 3;
    struct buf text, plain;
    buf_init(&text, URL_BYTES_MAX);
    buf_init(&plain, URL_BYTES_MAX);
    buf_text(&text, "{\"checks\": [{\"id\": ");
    json_quote(&text,
               str_from(id_make(a, ids, str_sub(shown, host, shown.len))));
    buf_text(&text, ", \"title\": ");
    escape_dollars(&plain, shown);
    json_quote(&text, buf_view(&plain));
    buf_text(&text, ", \"expect\": [\"status in 200..299\"], \"url\": ");
    buf_clear(&plain);
    escape_dollars(&plain, str_from(url));
    json_quote(&text, buf_view(&plain));
    buf_text(&text, "}]}");
    *source = (struct source){url, {buf_dup(a, &text), text.len}};
    buf_release(&plain);
    buf_release(&text);
    return source;
}

/* Files and folders are paths of the inputs, URLs are sources. */
static void set_places(struct probing *p, struct plan_inputs *in)
{
    struct ids ids = {NULL, 0, 0};
    size_t count = p->checks.count;
    const char **path = arena_array(p->life, count + 1, sizeof(*path));
    const struct source **source =
        arena_array(p->life, count + 1, sizeof(*source));
    for (size_t i = 0; i < count; i++) {
        const char *text = p->checks.item[i];
        if (is_url(text))
            source[in->source_count++] = check_of_url(p->life, &ids, text);
        else
            path[in->path_count++] = text;
    }
    in->path = path;
    in->source = source;
}

static void set_inputs(struct probing *p, bool origins)
{
    const struct settings *s = p->settings;
    p->trust = arena_alloc(p->life, sizeof(*p->trust));
    settings_trust(p->trust, s);
    p->inputs = (struct plan_inputs){.redactor = p->redactor,
                                     .trust = p->trust,
                                     .origins = origins,
                                     .environ = s->environ,
                                     .tag = s->tags.item,
                                     .tag_count = s->tags.count,
                                     .not_tag = s->not_tags.item,
                                     .not_tag_count = s->not_tags.count,
                                     .id = s->ids.item,
                                     .id_count = s->ids.count};
    set_places(p, &p->inputs);
}

int probing_open(struct probing *p, struct arena *life,
                 const struct settings *s, const struct notes *n, bool origins)
{
    struct err e = {.set = false};
    struct diags d;
    *p = (struct probing){.life = life,
                          .settings = s,
                          .notes = n,
                          .redactor = sink_redactor(n->sink),
                          .checks = s->arguments};
    if (p->checks.count == 0) {
        p->checks =
            (struct texts){arena_array(life, 1, sizeof(*p->checks.item)), 1, 1};
        p->checks.item[0] = "checks.d";
    }
    set_inputs(p, origins);
    if (!check_urls(&p->checks, &e) || !variables_read(life, s, &p->inputs, &e))
        return notes_fail(n, &e, EXIT_USAGE);
    diags_init(&d, life);
    if (plan_open(&p->plan, life, &p->inputs, &d))
        return EXIT_VERIFIED;
    notes_diags(n, &d);
    return p->plan.misused ? EXIT_USAGE : EXIT_INVALID;
}

static void add_note(void *context, const char *text)
{
    const struct probing *p = context;
    notes_line(p->notes, text);
}

void probing_close(struct probing *p)
{
    if (p->pace != NULL && !p->settings->quiet)
        pace_notes(p->pace, add_note, p);
    pace_close(p->pace);
    sampler_close(p->sampler);
    plan_close(&p->plan);
}

static const struct check *bind_check(void *context, struct arena *run,
                                      const struct check *check,
                                      const struct captured *value,
                                      size_t count, const char **why)
{
    struct probing *p = context;
    return plan_bind(&p->plan, run, check, value, count, why);
}

/* One of under 4 bytes would redact ordinary text, and is refused later. */
static void learn_secret(void *context, struct str value)
{
    struct probing *p = context;
    (void)redactor_add(p->redactor, value);
}

void probing_set(struct probing *p, struct probe_options *out)
{
    const struct settings *s = p->settings;
    *out = (struct probe_options){
        .slots = s->slots > 0 ? s->slots : PROBE_SLOTS_STANDARD,
        .host_slots = s->host_slots,
        .rate = s->rate,
        .interrupted = interrupt_came,
        .bind = bind_check,
        .on_secret = learn_secret,
        .trust = p->trust,
    };
    if (p->pace == NULL)
        p->pace = pace_open(out->host_slots);
    out->pace = p->pace;
}

static size_t index_of(const struct probing *p, const struct result *result)
{
    size_t at = (size_t)(result - p->first);
    return p->index == NULL ? at : p->index[at];
}

/* A shard probes checks of others, too, that tell the build. */
static bool is_ours(const struct probing *p, const struct result *result)
{
    return p->index != NULL || (size_t)(result - p->first) < p->plan.count;
}

void probing_on_response(void *context, const struct result *result,
                         const struct check *check,
                         const struct response *response)
{
    struct probing *p = context;
    if (!is_ours(p, result))
        return;
    if (p->on_answer != NULL)
        p->on_answer(p, index_of(p, result), check, result, response);
    if (p->sampler != NULL)
        sampler_response(p->sampler, index_of(p, result), response);
}

void probing_on_result(void *context, const struct result *result)
{
    struct probing *p = context;
    if (p->sampler != NULL && is_ours(p, result))
        sampler_result(p->sampler, index_of(p, result), result);
}

/* Asked alone and once: what it needed has passed. */
static size_t select_repeated(struct probing *p, const struct result *results,
                              struct check *out, size_t *index)
{
    size_t count = 0;
    for (size_t i = 0; i < p->plan.count; i++) {
        const struct check *c = &p->plan.check[i];
        bool passed = results[i].status == STATUS_PASS ||
                      results[i].status == STATUS_DEGRADED;
        if (!passed || !sampler_may_repeat(c))
            continue;
        out[count] = *c;
        out[count].need_count = 0;
        out[count].patience.attempts = out[count].patience.passes = 1;
        index[count++] = i;
    }
    return count;
}

bool probing_repeat(struct probing *p, const struct result *results,
                    int64_t rounds, struct err *e)
{
    struct probe_options options;
    struct check *check =
        arena_array(p->life, p->plan.count + 1, sizeof(*check));
    size_t *index = arena_array(p->life, p->plan.count + 1, sizeof(*index));
    size_t count = select_repeated(p, results, check, index);
    struct result *round = arena_array(p->life, count + 1, sizeof(*round));
    bool ok = true;
    probing_set(p, &options);
    options.certificates = p->sampler != NULL;
    options.on_response = probing_on_response;
    options.on_result = probing_on_result;
    options.context = p;
    p->first = round;
    p->index = index;
    for (int64_t i = 0;
         ok && i < rounds && count > 0 && interrupt_signal() == 0; i++) {
        struct arena scratch;
        arena_init(&scratch);
        ok = probe_run(round, &scratch, check, count, &options, e);
        arena_release(&scratch);
    }
    p->index = NULL;
    return ok;
}

void probing_sampled(struct probing *p, struct baseline *out)
{
    sampler_finish(out, p->sampler);
    verdict_redact_baseline(out, p->life, p->redactor);
}
