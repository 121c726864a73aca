/* What a response gives to names, and where names get their values from. */
#include <string.h>

#include "base/text.h"
#include "probe/transfer.h"
#include "probe/value.h"

#define CAPTURED_BYTES_MAX ((size_t)64 * 1024)

static const char *problem_of(struct arena *run, const struct found *found)
{
    switch (found->kind) {
    case FOUND_STRING:
    case FOUND_NUMBER:
        break;
    case FOUND_NOTHING:
    case FOUND_UNREADABLE:
    case FOUND_TOO_MUCH:
        return found_text(run, found);
    case FOUND_BOOL:
    case FOUND_DURATION:
    case FOUND_JSON:
    case FOUND_LIST:
    case FOUND_TEXTS:
    case FOUND_DATE:
    case FOUND_BYTES:
        return arena_printf(run, "%s, which is neither a string nor a number",
                            found_text(run, found));
    }
    if (found->text.len == 0)
        return "an empty string";
    return found->text.len > CAPTURED_BYTES_MAX ? "more than 64 KiB" : NULL;
}

static void keep(struct transfer *t, struct arena *run, const char *name,
                 struct str value)
{
    struct flow *f = &t->flow;
    f->captured = arena_grow(run, f->captured, f->captured_count,
                             &f->captured_cap, sizeof(*f->captured));
    f->captured[f->captured_count++] =
        (struct captured){name, {str_dup(run, value), value.len}};
}

void captures_take(struct transfer *t, struct arena *run,
                   const struct probe_options *options)
{
    struct result *r = t->result;
    struct subject s = {.response = &t->response,
                        .content_type = r->content_type};
    bool passed = r->status == STATUS_PASS || r->status == STATUS_DEGRADED;
    for (size_t i = 0; passed && i < t->check->capture_count; i++) {
        const struct capture *c = &t->check->capture[i];
        struct found found = query_find(&s, run, &c->query);
        found = found_unwrap(&found);
        const char *problem = problem_of(run, &found);
        if (problem == NULL) {
            keep(t, run, c->name, found.text);
            if (c->secret && options->on_secret != NULL)
                options->on_secret(options->context, found.text);
            continue;
        }
        passed = false;
        r->status = STATUS_FAIL;
        r->cause = CAUSE_ASSERTION;
        r->message =
            arena_printf(run, "capture %s: %s found %s", c->name,
                         text_elide(run, c->query.written, 200), problem);
    }
    subject_release(&s);
}

static bool find_in(const struct transfer *t, const char *name,
                    struct captured *out)
{
    for (size_t i = t->flow.captured_count; i > 0; i--)
        if (strcmp(t->flow.captured[i - 1].name, name) == 0) {
            *out = t->flow.captured[i - 1];
            return true;
        }
    return false;
}

/* The last value of each name first; its own steps before other checks. */
size_t captures_gather(const struct transfer *t, struct arena *run,
                       const struct captured **out)
{
    size_t own = t->flow.captured_count, count = 0;
    struct captured *all =
        arena_array(run, own + t->whole->use_count + 1, sizeof(*all));
    for (size_t i = own; i > 0; i--)
        all[count++] = t->flow.captured[i - 1];
    for (size_t i = 0; i < t->whole->use_count; i++) {
        const struct use *use = &t->whole->use[i];
        if (find_in(&t->all[use->from], use->name, &all[count]))
            count++;
    }
    *out = all;
    return count;
}
