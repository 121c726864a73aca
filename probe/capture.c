/* Captured values on their way: from responses to the requests they are for. */
#include <string.h>

#include "probe/transfer.h"

static void keep(struct transfer *t, struct arena *run,
                 const struct captured *value)
{
    struct flow *f = &t->flow;
    f->captured = arena_grow(run, f->captured, f->captured_count,
                             &f->captured_cap, sizeof(*f->captured));
    f->captured[f->captured_count++] = *value;
}

void captures_take(struct transfer *t, struct arena *run,
                   const struct probe_options *options)
{
    struct result *r = t->result;
    const char *problem = NULL;
    size_t count = t->check->capture_count;
    if (count == 0 ||
        (r->status != STATUS_PASS && r->status != STATUS_DEGRADED))
        return;
    struct captured *taken = arena_array(run, count, sizeof(*taken));
    size_t done = expect_captures(taken, run, t->check, r->content_type,
                                  &t->response, &problem);
    for (size_t i = 0; i < done; i++) {
        keep(t, run, &taken[i]);
        if (t->check->capture[i].secret && options->on_secret != NULL)
            options->on_secret(options->context, taken[i].value);
    }
    if (done == count)
        return;
    r->status = STATUS_FAIL;
    r->cause = CAUSE_ASSERTION;
    r->message = problem;
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
