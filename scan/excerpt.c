/* The choice: the best lines of each kind first, then the best of the rest. */
#include "scan/excerpt.h"

#include <stdlib.h>
#include <string.h>

#include "scan/excerpt_text.h"

#define LINE_COST                                                              \
    48 /* added to the bytes of each: short lines are not free                 \
        */

/* Of the bytes: what a kind gets before all others, and what it gets at most;
 * in percent. */
static const struct {
    size_t least, most;
} share[EXCERPT_KINDS] = {
    [EXCERPT_PLAIN] = {0, 50},   [EXCERPT_STEP] = {4, 20},
    [EXCERPT_COMMAND] = {5, 20}, [EXCERPT_SCRIPT] = {0, 15},
    [EXCERPT_ERROR] = {22, 60},  [EXCERPT_ASSERTION] = {12, 40},
    [EXCERPT_TEST] = {14, 40},   [EXCERPT_SUMMARY] = {10, 30},
    [EXCERPT_EXIT] = {7, 25},    [EXCERPT_FRAME] = {4, 15},
    [EXCERPT_NOISE] = {0, 10},
};

struct candidate {
    size_t log, index;
    int64_t value;
    bool root;
};

struct choice {
    const struct excerpt_order *order;
    struct excerpt_writer *writer;
    struct candidate *candidate;
    size_t count;
    bool *taken;
    size_t spent, by_kind[EXCERPT_KINDS];
};

static const struct excerpt_line *line_of(const struct choice *c,
                                          const struct candidate *at)
{
    return &c->order->log[at->log].line[at->index];
}

/* The best first; of equals the first. */
static int compare_candidates(const void *left, const void *right)
{
    const struct candidate *a = left, *b = right;
    if (a->root != b->root)
        return a->root ? -1 : 1;
    if (a->value != b->value)
        return a->value > b->value ? -1 : 1;
    if (a->log != b->log)
        return a->log < b->log ? -1 : 1;
    return (a->index > b->index) - (a->index < b->index);
}

/* Logs that fit are shown whole. */
static bool is_whole(const struct excerpt_order *order)
{
    size_t bytes = 0;
    for (size_t log = 0; log < order->count && bytes <= order->bytes; log++) {
        bytes += 200;
        for (size_t i = 0; i < order->log[log].count && bytes <= order->bytes;
             i++)
            bytes += order->log[log].line[i].text.len + 12;
    }
    return bytes <= order->bytes;
}

#define POINTS_LEAST 12 /* a line with fewer says nothing */

static void list_candidates(struct choice *c, struct arena *a)
{
    size_t all = 1;
    bool whole = is_whole(c->order);
    if (whole)
        excerpt_writer_whole(c->writer);
    for (size_t log = 0; log < c->order->count; log++)
        all += c->order->log[log].count;
    c->candidate = arena_array(a, all, sizeof(*c->candidate));
    c->taken = arena_array(a, all, sizeof(*c->taken));
    for (size_t log = 0; log < c->order->count; log++)
        for (size_t i = 0; i < c->order->log[log].count; i++) {
            const struct excerpt_line *line = &c->order->log[log].line[i];
            size_t length = line->text.len - line->prefix;
            length = length > 400 ? 400 : length;
            if (line->points >= POINTS_LEAST ||
                (whole && line->text.len > line->prefix &&
                 !(line->secret && line->points < 0)))
                c->candidate[c->count++] = (struct candidate){
                    log, i, line->points * 1000 / (int64_t)(LINE_COST + length),
                    line->root};
        }
    if (c->count > 1)
        qsort(c->candidate, c->count, sizeof(*c->candidate),
              compare_candidates);
}

enum taking { TOOK, KIND_IS_FULL, NO_ROOM };

/* Takes the line if there is room for it, and for its kind up to `percent`. */
static enum taking take(struct choice *c, size_t index, size_t percent)
{
    const struct candidate *of = &c->candidate[index];
    enum excerpt_kind kind = line_of(c, of)->kind;
    size_t bytes = c->order->bytes;
    if (c->taken[index])
        return TOOK;
    if (c->by_kind[kind] > bytes * percent / 100)
        return KIND_IS_FULL;
    size_t cost = excerpt_writer_cost(c->writer, of->log, of->index);
    if (c->spent + cost > bytes)
        return NO_ROOM;
    excerpt_writer_add(c->writer, of->log, of->index);
    c->taken[index] = true;
    c->spent += cost;
    c->by_kind[kind] += cost;
    return TOOK;
}

#define MISSES_MAX 200 /* lines that find no room, in a row */

static void take_shares(struct choice *c)
{
    size_t misses = 0;
    for (size_t i = 0; i < c->count && c->candidate[i].root; i++)
        (void)take(c, i, 50);
    for (size_t i = 0; i < c->count && misses < MISSES_MAX; i++) {
        size_t least = share[line_of(c, &c->candidate[i])->kind].least;
        if (least == 0 || c->candidate[i].value <= 0)
            continue;
        enum taking how = take(c, i, least);
        misses = how == TOOK ? 0 : misses + (how == NO_ROOM);
    }
}

static void take_rest(struct choice *c, bool any_kind)
{
    size_t misses = 0;
    for (size_t i = 0; i < c->count && misses < MISSES_MAX; i++) {
        enum excerpt_kind kind = line_of(c, &c->candidate[i])->kind;
        enum taking how = take(c, i, any_kind ? 100 : share[kind].most);
        misses = how == TOOK ? 0 : misses + (how == NO_ROOM);
    }
}

#define ROUNDS 4

void excerpt_choose(struct excerpt *out, struct arena *a,
                    const struct excerpt_order *order)
{
    struct choice c = {.order = order};
    c.writer = excerpt_writer_open(a, order);
    list_candidates(&c, a);
    c.spent = excerpt_writer_start(c.writer);
    take_shares(&c);
    /* What is written is shorter than was reckoned: the rest is used, too. */
    for (int round = 0; round < ROUNDS; round++) {
        take_rest(&c, round > 1);
        c.spent = excerpt_writer_size(c.writer);
    }
    excerpt_writer_finish(c.writer, out);
}
