/*
 * Only what loads stays. Each draft is loaded alone; when it is refused, its
 * values are tried one by one, and what is refused becomes a remark that says
 * what the loader said.
 */
#include <string.h>

#include "base/text.h"
#include "import/drafts.h"
#include "import/references.h"
#include "plan/plan.h"

#define LOADED_MAX ((size_t)64 << 20) /* bytes of trials, of one import */

static bool is_url_start(const struct entry *e, const char *name)
{
    static const char *const key[] = {"url", "proxy"};
    char start[80];
    struct buf b;
    if (strlen(name) > 60)
        return false;
    buf_init(&b, sizeof(start) - 1);
    buf_printf(&b, "${%s", name);
    memcpy(start, b.ptr, b.len + 1);
    buf_release(&b);
    size_t len = strlen(start);
    for (size_t i = 0; i < ARRAY_COUNT(key); i++) {
        const struct field *f = entry_field(e, key[i]);
        if (f != NULL && f->count > 0 &&
            strncmp(f->item[0].text, start, len) == 0 &&
            strchr("}:", f->item[0].text[len]) != NULL)
            return true;
    }
    return false;
}

static bool is_endpoint(const struct entry *e, const char *name)
{
    static const char *const key[] = {"tcp", "tls", "grpc"};
    for (size_t i = 0; i < ARRAY_COUNT(key); i++) {
        const struct field *f = entry_field(e, key[i]);
        const char *text = f == NULL || f->count == 0 ? "" : f->item[0].text;
        text += strncmp(text, "https://", 8) == 0 ? 8 : 0;
        if (is_only_reference(text) &&
            strncmp(text + 2, name, strlen(name)) == 0)
            return true;
    }
    return false;
}

/* A value with which the definition can be read, whatever it will be. */
static const char *sample(const struct import *im, const char *name)
{
    for (size_t i = 0; i < im->count; i++) {
        const struct draft *d = im->draft[i];
        bool url = is_url_start(&d->own, name);
        bool endpoint = is_endpoint(&d->own, name);
        for (size_t k = 0; k < d->step_count; k++)
            url = url || is_url_start(d->step[k], name);
        if (url)
            return "http://h.test";
        if (endpoint)
            return "h.test:80";
    }
    return "200";
}

static bool loads(struct import *im, struct str text, struct diags *d)
{
    struct arena scratch;
    struct source source = {"import", text};
    const struct source *const sources[] = {&source};
    struct plan plan;
    arena_init(&scratch);
    struct variable *all =
        arena_array(&scratch, im->use_count + 1, sizeof(*all));
    for (size_t i = 0; i < im->use_count; i++)
        all[i] =
            (struct variable){im->use[i].name, sample(im, im->use[i].name)};
    struct plan_inputs in = {.source = sources,
                             .source_count = 1,
                             .variable = all,
                             .variable_count = im->use_count};
    bool ok = plan_open(&plan, &scratch, &in, d);
    if (ok)
        plan_close(&plan);
    arena_release(&scratch);
    return ok;
}

/* Why it does not load; NULL: it does. */
static const char *problem_of(struct import *im, const struct draft *d)
{
    struct buf text;
    struct diags diags;
    struct field *needs = entry_field(&d->own, "needs");
    size_t needed = needs == NULL ? 0 : needs->count;
    const char *why = NULL;
    if (needs != NULL)
        needs->count = 0; /* the others are not there */
    buf_init(&text, IMPORT_OUTPUT_MAX);
    diags_init(&diags, im->arena);
    buf_text(&text, "checks:\n");
    draft_write(im->arena, d, &text);
    im->loaded_bytes += text.len;
    if (text.full)
        why = "it is longer than 1 MiB";
    else if (im->loaded_bytes > LOADED_MAX)
        why = "too much of all this had to be tried";
    else if (!loads(im, buf_view(&text), &diags))
        why = "it cannot be read";
    for (size_t i = 0; i < diags.count && why != NULL; i++)
        if (!diags.item[i].warning) {
            why = text_elide(im->arena, str_from(diags.item[i].text), 250);
            break;
        }
    buf_release(&text);
    if (needs != NULL)
        needs->count = needed;
    return why;
}

static bool is_kind(const char *key)
{
    static const char *const kind[] = {
        "url",      "tcp",      "tls",        "grpc", "dns",
        "dns.name", "dns.type", "dns.server", "exec", "title"};
    for (size_t i = 0; i < ARRAY_COUNT(kind); i++)
        if (strcmp(key, kind[i]) == 0)
            return true;
    return false;
}

static void tell(struct import *im, const struct field *f,
                 const struct item *item, const char *why)
{
    const char *text = arena_printf(im->arena, "%s: %s%s%.300s", f->key,
                                    item->name == NULL ? "" : item->name,
                                    item->name == NULL ? "" : ": ", item->text);
    remark(im, item->pos, str_from(text), why,
           "write by hand what it should say");
}

/* Adds the values of f to the trial one by one; keeps what still loads. */
static void try_items(struct import *im, const struct draft *trial,
                      struct entry *e, const struct field *f)
{
    struct field *own;
    bool whole =
        strcmp(f->key, "auth.basic") == 0 || strcmp(f->key, "client_cert") == 0;
    e->field[e->count++] = (struct field){
        .key = f->key,
        .list = f->list,
        .item = arena_array(im->arena, f->count, sizeof(struct item))};
    own = &e->field[e->count - 1];
    for (size_t i = 0; i < f->count; i++) {
        const char *why = NULL;
        own->item[own->count++] = f->item[i];
        if (!whole || i + 1 == f->count)
            why = problem_of(im, trial);
        if (why == NULL)
            continue;
        tell(im, f, &f->item[i], why);
        own->count = whole ? 0 : own->count - 1;
    }
    if (own->count == 0)
        e->count--;
}

/* Something expected while the rest is tried; taken out in the end. */
static void hold_place(struct import *im, struct entry *e)
{
    if (entry_field(e, "url") != NULL)
        put_item(im, e, "expect", "status == 200", POS_NONE);
}

/* The keys that decide what is asked, and something expected. */
static const char *strip(struct import *im, struct draft *d, struct entry *e,
                         const struct entry *whole)
{
    e->field = arena_array(im->arena, whole->count + 2, sizeof(*e->field));
    e->count = 0;
    e->cap = whole->count + 2;
    for (size_t i = 0; i < whole->count; i++)
        if (is_kind(whole->field[i].key))
            e->field[e->count++] = whole->field[i];
    hold_place(im, e);
    return problem_of(im, d);
}

static void try_field(struct import *im, struct draft *d, struct entry *e,
                      const struct field *f)
{
    bool expects = strcmp(f->key, "expect") == 0;
    if (is_kind(f->key) || f->count == 0)
        return;
    if (expects)
        drop_field(e, "expect");
    try_items(im, d, e, f);
    if (!expects || entry_field(e, "expect") != NULL)
        return;
    need_expectation(im, e, e->pos);
}

/* What is captured may not be used in the same request: it comes first. */
static bool mend_entry(struct import *im, struct draft *d, struct entry *e)
{
    struct entry whole = *e;
    const struct field *captures = entry_field(&whole, "capture");
    const struct field *expects = entry_field(&whole, "expect");
    const char *why = strip(im, d, e, &whole);
    if (why != NULL) {
        remark(im, whole.pos, str_from(d->id), why, "write this check by hand");
        return false;
    }
    if (captures != NULL)
        try_field(im, d, e, captures);
    const struct field *redirects = entry_field(&whole, "redirects");
    if (redirects != NULL) /* others may have no effect without them */
        try_field(im, d, e, redirects);
    for (size_t i = 0; i < whole.count; i++)
        if (&whole.field[i] != captures && &whole.field[i] != expects &&
            &whole.field[i] != redirects)
            try_field(im, d, e, &whole.field[i]);
    if (expects != NULL) {
        try_field(im, d, e, expects);
    } else {
        drop_field(e, "expect");
        if (entry_field(e, "capture") == NULL)
            need_expectation(im, e, whole.pos);
    }
    return problem_of(im, d) == NULL;
}

/* A flow is mended step by step: each behind those that are mended. */
static bool mend(struct import *im, struct draft *d)
{
    size_t main = d->step_count - d->final_count;
    if (d->step_count == 0)
        return mend_entry(im, d, &d->own);
    struct draft trial = *d;
    for (size_t i = 0; i < d->step_count; i++) {
        trial.step_count = i + 1;
        trial.final_count = i < main ? 0 : i + 1 - main;
        if (problem_of(im, &trial) != NULL &&
            !mend_entry(im, &trial, d->step[i]))
            return false;
    }
    return true;
}

static void secure(struct import *im, struct draft *d)
{
    im->now = d;
    move_credentials(im, &d->own);
    shield_entry(im, &d->own);
    drop_idle(im, &d->own);
    for (size_t i = 0; i < d->step_count; i++) {
        move_credentials(im, d->step[i]);
        shield_entry(im, d->step[i]);
        drop_idle(im, d->step[i]);
    }
}

bool drafts_verify(struct import *im)
{
    size_t kept = 0;
    for (size_t i = 0; i < im->count; i++)
        secure(im, im->draft[i]);
    shield_end(im);
    for (size_t i = 0; i < im->count; i++) {
        struct draft *d = im->draft[i];
        const char *why = d->refused ? NULL : problem_of(im, d);
        im->now = d;
        if (d->refused)
            continue; /* that was told where it was read */
        if (why == NULL || mend(im, d))
            continue;
        d->refused = true;
        remark(im, d->own.pos, str_from(d->id), why,
               "the check is left out: write it by hand");
    }
    im->now = NULL;
    drafts_unlink(im);
    for (size_t i = 0; i < im->count; i++)
        kept += !im->draft[i]->refused;
    return kept > 0;
}

bool output_verify(struct import *im, const struct buf *out)
{
    struct diags diags;
    diags_init(&diags, im->arena);
    if (out->full) {
        diags_add(im->diags, POS_NONE,
                  "the checks are longer than 1 MiB, which no definition may "
                  "be: import fewer files per run");
        return false;
    }
    if (loads(im, buf_view(out), &diags))
        return true;
    diags_add(im->diags, POS_NONE,
              "postflight made a definition that it cannot read; please report "
              "this: %.300s",
              diags.count == 0 ? "" : diags.item[0].text);
    return false;
}
