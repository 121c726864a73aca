/* A baseline, cut to the shard, and compared with what is served now. */
#include "app/verify_baseline.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "model/vocabulary.h"

struct member {
    const char *id;
    bool ours;
};

static int compare_members(const void *left, const void *right)
{
    const struct member *a = left, *b = right;
    return strcmp(a->id, b->id);
}

static struct member *sorted_members(struct arena *a, const struct plan *all,
                                     const struct plan *ours)
{
    size_t next = 0;
    struct member *known = arena_array(a, all->count, sizeof(*known));
    for (size_t i = 0; i < all->count; i++) {
        bool is = next < ours->count && ours->position[next] == i + 1;
        known[i] = (struct member){all->check[i].id, is};
        next += is;
    }
    qsort(known, all->count, sizeof(*known), compare_members);
    return known;
}

static void keep_shard(struct baseline *before, const struct check_run *run)
{
    const struct plan *all = run->whole;
    size_t left = 0;
    if (all == NULL)
        return;
    const struct member *known =
        sorted_members(run->probing->life, all, &run->probing->plan);
    for (size_t i = 0; i < before->check_count; i++) {
        const struct member key = {before->check[i].id, false};
        const struct member *m =
            bsearch(&key, known, all->count, sizeof(*known), compare_members);
        if (m != NULL ? m->ours
                      : plan_shard_of(key.id, (size_t)run->shard.count) ==
                            (size_t)run->shard.index)
            before->check[left++] = before->check[i];
    }
    before->check_count = left;
}

int verify_baseline_read(struct baseline *out, struct check_run *run)
{
    struct probing *p = run->probing;
    struct err e = {.set = false};
    struct source *source = arena_alloc(p->life, sizeof(*source));
    const char *since = p->settings->since;
    if (since == NULL)
        return EXIT_VERIFIED;
    if (!file_read(source, p->life, since, BASELINE_BYTES_MAX, &e))
        return notes_fail(p->notes, &e, EXIT_USAGE);
    if (!baseline_read(out, p->life, source, &e))
        return notes_fail(p->notes, &e, EXIT_INVALID);
    keep_shard(out, run);
    p->sampler = sampler_open(p->life, p->plan.check, p->plan.count);
    return EXIT_VERIFIED;
}

bool verify_baseline_compare(struct comparison *out,
                             const struct baseline *before,
                             struct check_run *run,
                             const struct result *results, struct err *e)
{
    struct probing *p = run->probing;
    int64_t samples = p->settings->samples > 0 ? p->settings->samples
                                               : BASELINE_SAMPLES_STANDARD;
    struct baseline after;
    unsigned gates = 0;
    if (!probing_repeat(p, results, samples - 1, e))
        return false;
    probing_sampled(p, &after);
    for (size_t i = 0; i < difference_names.count; i++)
        if (settings_fail_on(p->settings, difference_names.name[i]))
            gates |= 1u << i;
    baseline_compare(out, p->life, before, &after, gates);
    out->since = p->settings->since;
    return true;
}
