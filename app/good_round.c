/*
 * Looks back from the first failure: each check's state knows since when it
 * fails, so the round before that is usually the one, however long the outage
 * and the history are.
 */
#include "app/good_round.h"

#include <string.h>

#include "base/clock.h"

struct looking {
    struct history *history;
    struct arena *arena;
    const char **check; /* that fail now, and were judged before */
    size_t count;
};

static bool fails(const struct result *r)
{
    return r->status == STATUS_FAIL || r->status == STATUS_DEGRADED;
}

static const struct check_state *state_of(const struct check_states *all,
                                          const char *check)
{
    for (size_t i = 0; i < all->count; i++)
        if (strcmp(all->item[i].check, check) == 0)
            return &all->item[i];
    return NULL;
}

static bool passed(const struct result_rows *rows, const char *check)
{
    for (size_t i = 0; i < rows->count; i++)
        if (strcmp(rows->item[i].check, check) == 0)
            return rows->item[i].status == STATUS_PASS;
    return false;
}

static bool was_good(const struct looking *l, const struct result_rows *rows)
{
    for (size_t i = 0; i < l->count; i++)
        if (!passed(rows, l->check[i]))
            return false;
    return true;
}

static bool look_back(struct good_round *out, const struct looking *l,
                      struct err *e)
{
    int64_t before = out->failed_ms != 0 ? out->failed_ms : clock_wall_ms();
    for (int i = 0; i < GOOD_ROUNDS_MAX; i++) {
        struct run_row run;
        struct result_rows rows;
        if (!history_last_run(l->history, l->arena, before, &run, e))
            return false;
        if (run.id == 0)
            return true;
        if (!history_results(l->history, l->arena, run.started_ms,
                             run.started_ms + 1, &rows, e))
            return false;
        if (was_good(l, &rows)) {
            out->good_ms = run.started_ms;
            return true;
        }
        before = run.started_ms;
    }
    return true;
}

bool good_round_find(struct good_round *out, struct history *h, struct arena *a,
                     const struct result *result, size_t count, struct err *e)
{
    struct looking l = {.history = h, .arena = a};
    struct check_states states;
    *out = (struct good_round){.good_ms = 0};
    if (!history_states(h, a, &states, e))
        return false;
    l.check = arena_array(a, count + 1, sizeof(*l.check));
    for (size_t i = 0; i < count; i++) {
        const struct check_state *s =
            fails(&result[i]) ? state_of(&states, result[i].id) : NULL;
        if (s == NULL || s->rounds == 0)
            continue;
        l.check[l.count++] = s->check;
        if (s->failing_since_ms != 0 &&
            (out->failed_ms == 0 || s->failing_since_ms < out->failed_ms))
            out->failed_ms = s->failing_since_ms;
    }
    return l.count == 0 || look_back(out, &l, e);
}
