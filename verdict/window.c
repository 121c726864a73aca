/* Counts of answers in a window. */
#include "verdict/window.h"

#include <string.h>

#include "model/version.h"

static bool has_passed(int status)
{
    return status == STATUS_PASS || status == STATUS_DEGRADED;
}

/* Settled means: every check that can tell the build was confirmed on it. */
static bool has_settled(const struct verdict_inputs *in, size_t *asked,
                        int64_t *settled_ms)
{
    size_t settled = 0;
    for (size_t i = 0; i < in->result_count; i++) {
        const struct result *r = &in->result[i];
        *asked += r->expected != NULL;
        settled += r->expected != NULL && r->settled;
        if (r->settled_ms > *settled_ms)
            *settled_ms = r->settled_ms;
    }
    return settled == *asked;
}

struct window window_that_decides(const struct verdict_inputs *in)
{
    struct window w = {.kind = WINDOW_RUN};
    if (!in->rollout)
        return w;
    size_t asked = 0;
    bool settled = has_settled(in, &asked, &w.settled_ms);
    if (asked == 0)
        return w;
    w.kind = settled ? WINDOW_CONFIRMED : WINDOW_LAST;
    w.last = in->streak > 0 ? in->streak : WINDOW_ANSWERS;
    return w;
}

static bool is_after(const struct observation *o, const struct window *w)
{
    return o->confirms || (w->settled_ms > 0 && o->first_ms >= w->settled_ms);
}

/* The runner's own fault, now or as it was found out in the end. */
static bool is_error(const struct result *r, const struct observation *o)
{
    bool blamed = r->status == STATUS_ERROR && r->cause == CAUSE_PROBER;
    return o->status == STATUS_ERROR || (blamed && !o->answered);
}

static void add_share(struct share *s, int64_t count, bool failed)
{
    s->answers += count;
    s->failed += failed ? count : 0;
}

static void add_row(struct answers *out, const struct result *r,
                    const struct observation *o, int64_t count)
{
    bool failed = !has_passed(o->status);
    bool named = o->version != NULL && r->expected != NULL;
    bool ours = named && version_matches(r->expected, o->version);
    bool silent = r->expected == NULL || (!named && failed);
    add_share(&out->all, count, failed);
    add_share(ours     ? &out->ours
              : silent ? &out->silent
                       : &out->other,
              count, failed);
    if (!ours && !silent && out->other_build == NULL)
        out->other_build = o->version;
    if (out->last == NULL)
        out->last = o;
    if (failed && out->last_failed == NULL)
        out->last_failed = o;
}

/* From the last one back, so that the last ones are found first. */
void window_count(struct answers *out, const struct result *r,
                  const struct window *w)
{
    *out = (struct answers){.last = NULL};
    for (size_t i = r->seen.count; i-- > 0;) {
        const struct observation *o = &r->seen.item[i];
        int64_t count = observation_count(o);
        if (w->kind == WINDOW_CONFIRMED && !is_after(o, w))
            continue;
        if (is_error(r, o)) {
            out->errors += count;
            continue;
        }
        int64_t room = w->last - out->all.answers;
        if (w->kind == WINDOW_LAST && count > room)
            count = room;
        if (count <= 0)
            break;
        add_row(out, r, o, count);
    }
}

/* Index of the first row of the check that the window touches. */
static size_t window_first(const struct result *r, const struct window *w)
{
    int64_t left = w->last;
    size_t i = r->seen.count;
    if (w->kind != WINDOW_LAST)
        return 0;
    for (; i > 0 && left > 0; i--)
        if (!is_error(r, &r->seen.item[i - 1]))
            left -= observation_count(&r->seen.item[i - 1]);
    return i;
}

bool window_has(const struct window *w, const struct observation *o)
{
    return w->kind != WINDOW_CONFIRMED || is_after(o, w);
}

static bool same_text(const char *a, const char *b)
{
    return (a == NULL) == (b == NULL) && (a == NULL || strcmp(a, b) == 0);
}

/* The row of a build that responded to the check from an address. */
static struct observed_version *row_of(struct deployment_state *d,
                                       const struct result *r,
                                       const struct observation *o,
                                       size_t first)
{
    for (size_t i = first; i < d->observed_count; i++)
        if (same_text(d->observed[i].version, o->version) &&
            same_text(d->observed[i].address, o->address))
            return &d->observed[i];
    struct observed_version *row = &d->observed[d->observed_count++];
    *row = (struct observed_version){
        .version = o->version,
        .check = r->id,
        .address = o->address,
        .expected = o->version != NULL && r->expected != NULL &&
                    version_matches(r->expected, o->version),
        .first_ms = o->first_ms};
    return row;
}

static void observe(struct deployment_state *d, const struct result *r,
                    const struct window *w)
{
    size_t first = d->observed_count, from = window_first(r, w);
    int64_t all = 0;
    for (size_t i = 0; i < r->seen.count; i++) {
        const struct observation *o = &r->seen.item[i];
        if (is_error(r, o))
            continue;
        struct observed_version *row = row_of(d, r, o, first);
        int64_t count = observation_count(o);
        all += count;
        row->answers += count;
        row->failed += has_passed(o->status) ? 0 : count;
        row->last_ms = o->last_ms;
        row->serving = row->serving || (i >= from && window_has(w, o));
    }
    for (size_t i = first; i < d->observed_count; i++)
        d->observed[i].share_ppm = d->observed[i].answers * 1000000 / all;
}

void window_observed(struct deployment_state *out, struct arena *a,
                     const struct verdict_inputs *in, const struct window *w)
{
    size_t most = 1;
    for (size_t i = 0; i < in->result_count; i++)
        if (in->result[i].identity_asked)
            most += in->result[i].seen.count;
    out->observed = arena_array(a, most, sizeof(*out->observed));
    out->observed_count = 0;
    for (size_t i = 0; i < in->result_count; i++)
        if (in->result[i].identity_asked)
            observe(out, &in->result[i], w);
}
