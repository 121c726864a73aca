/* Which builds answered: rows of them, and how many checks told which. */
#include <string.h>

#include "model/version.h"
#include "verdict/internal.h"

static bool is_expected(const struct joining *j, const char *version)
{
    return j->in->expected != NULL && version != NULL &&
           version_matches(j->in->expected, version);
}

static bool same_text(const char *a, const char *b)
{
    return (a == NULL) == (b == NULL) && (a == NULL || strcmp(a, b) == 0);
}

/* The row of a build that a check saw at an address; a new one if need be. */
static struct observed_version *row_of(struct joining *j,
                                       const struct result *r,
                                       const struct sighting *s, size_t first)
{
    struct deployment_state *d = &j->record->deployment;
    for (size_t i = first; i < d->observed_count; i++)
        if (same_text(d->observed[i].version, s->version) &&
            same_text(d->observed[i].address, s->address))
            return &d->observed[i];
    struct observed_version *o = &d->observed[d->observed_count++];
    *o = (struct observed_version){.version = s->version,
                                   .check = r->id,
                                   .address = s->address,
                                   .expected = is_expected(j, s->version),
                                   .first_ms = s->started_ms};
    return o;
}

static int64_t answers_of(const struct sighting *s)
{
    return s->count > 1 ? s->count : 1;
}

/* What merge decides by, one row for answers in a row that are alike. */
static void keep_answer(struct joining *j, const struct result *r,
                        const struct sighting *s, bool first)
{
    struct deployment_state *d = &j->record->deployment;
    struct answer_run *last =
        d->answer_count > 0 ? &d->answer[d->answer_count - 1] : NULL;
    if (!first && last != NULL && same_text(last->version, s->version) &&
        same_text(last->address, s->address)) {
        last->count += answers_of(s);
        last->last_ms = s->finished_ms;
        return;
    }
    d->answer = arena_grow(j->arena, d->answer, d->answer_count, &d->answer_cap,
                           sizeof(*d->answer));
    d->answer[d->answer_count++] =
        (struct answer_run){.check = r->id,
                            .version = s->version,
                            .address = s->address,
                            .count = answers_of(s),
                            .first_ms = s->started_ms,
                            .last_ms = s->finished_ms};
}

/* Counts are kept in share_ppm until all are known. */
static void observe(struct joining *j, const struct result *r)
{
    size_t first = j->record->deployment.observed_count;
    for (size_t i = 0; i < r->sighting_count; i++) {
        const struct sighting *s = &r->sighting[i];
        struct observed_version *o = row_of(j, r, s, first);
        o->last_ms = s->finished_ms;
        o->share_ppm += answers_of(s);
        keep_answer(j, r, s, i == 0);
    }
}

#define WINDOW 10 /* answers of each check that say how it is at the end */

static void count_result(struct joining *j, const struct result *r,
                         struct tally *t)
{
    bool ours = false, other = false;
    int64_t after = 0;
    for (size_t i = r->sighting_count; i-- > 0;) {
        const struct sighting *s = &r->sighting[i];
        bool expected = is_expected(j, s->version), late = after < WINDOW;
        after += answers_of(s);
        t->answers_expected += expected ? answers_of(s) : 0;
        ours = ours || (expected && late);
        other = other || (!expected && late && !r->settled);
    }
    t->answers += after;
    t->asked += r->identity_asked;
    t->answered += r->sighting_count > 0;
    t->expected += ours && !other;
    t->settled += r->settled;
    t->ours = t->ours || ours;
    t->other = t->other || other;
}

struct tally observe_answers(struct joining *j)
{
    struct deployment_state *d = &j->record->deployment;
    struct tally t = {0};
    size_t most = 1;
    for (size_t i = 0; i < j->in->result_count; i++)
        most += j->in->result[i].sighting_count;
    d->observed = arena_array(j->arena, most, sizeof(*d->observed));
    for (size_t i = 0; i < j->in->result_count; i++) {
        const struct result *r = &j->in->result[i];
        observe(j, r);
        count_result(j, r, &t);
        if (r->settled && r->settled_after_us > d->settled_after_us)
            d->settled_after_us = r->settled_after_us;
    }
    if (t.settled < t.asked)
        d->settled_after_us = 0;
    for (size_t i = 0; t.answers > 0 && i < d->observed_count; i++)
        d->observed[i].share_ppm =
            d->observed[i].share_ppm * 1000000 / t.answers;
    return t;
}
