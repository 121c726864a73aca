/*
 * The lines of the logs of good deploys, masked: what all of them have is no
 * news; what some of them have may be noise that comes and goes.
 */
#include <stdlib.h>
#include <string.h>

#include "scan/block.h"
#include "scan/internal.h"

#define LINES_MAX ((size_t)4 * 1024 * 1024) /* different ones */

struct slot {
    uint64_t hash; /* 0: free */
    uint32_t logs; /* that have it … */
    uint32_t last; /* … the last of them, from 1 on */
};

struct good {
    struct line_reader *reader;
    struct slot *slot;
    size_t count, cap;
    uint32_t logs; /* that were read, with the one that is being read */
};

struct good *good_open(void)
{
    struct good *g = heap_zeroed(sizeof(*g));
    g->reader = line_reader_open();
    return g;
}

void good_close(struct good *g)
{
    if (g == NULL)
        return;
    line_reader_close(g->reader);
    free(g->slot);
    free(g);
}

static size_t place(const struct good *g, uint64_t hash)
{
    size_t at = (size_t)(hash >> 7) & (g->cap - 1);
    while (g->slot[at].hash != 0 && g->slot[at].hash != hash)
        at = (at + 1) & (g->cap - 1);
    return at;
}

static void widen(struct good *g)
{
    struct good old = *g;
    g->cap = old.cap == 0 ? 4096 : 2 * old.cap;
    g->slot = heap_zeroed(g->cap * sizeof(*g->slot));
    for (size_t i = 0; i < old.cap; i++)
        if (old.slot[i].hash != 0)
            g->slot[place(g, old.slot[i].hash)] = old.slot[i];
    free(old.slot);
}

static uint64_t hash_of(struct str said)
{
    return numbers_masked_hash(said) | 1;
}

struct in_good good_find(const struct good *g, struct str said)
{
    if (g == NULL || g->cap == 0)
        return (struct in_good){false, false};
    const struct slot *s = &g->slot[place(g, hash_of(said))];
    return (struct in_good){.all = s->hash != 0 && s->logs == g->logs,
                            .some = s->hash != 0};
}

/* Without its time and container, which are others each time. */
static void add(struct good *g, struct str line)
{
    if (2 * g->count >= g->cap)
        widen(g);
    uint64_t hash = hash_of(line_said(g->reader, line));
    size_t at = place(g, hash);
    struct slot *s = &g->slot[at];
    g->count += s->hash == 0;
    s->hash = hash;
    s->logs += s->last != g->logs;
    s->last = g->logs;
}

static void add_block(struct good *g, struct str text)
{
    while (text.len > 0 && g->count < LINES_MAX) {
        struct str line = str_cut(text, '\n', &text);
        while (line.len > 0) {
            struct str segment = str_cut(line, '\r', &line);
            if (segment.len > 0)
                add(g, segment);
        }
    }
}

static bool add_log(struct good *g, struct source_reader *source, struct err *e)
{
    struct block block = {.offset = 0};
    struct block_reader *blocks = block_reader_open(source);
    int more;
    while ((more = block_read(blocks, &block, e)) > 0) {
        block_clean(&block, 0);
        add_block(g, block.text);
    }
    block_release(&block);
    block_reader_close(blocks);
    return more == 0;
}

bool good_read(struct good *g, const char *path, struct err *e)
{
    struct log_parts *parts = NULL;
    struct source_reader *source = NULL;
    struct arena names;
    const char *name;
    int more = 1;
    g->logs++;
    arena_init(&names);
    if (!parts_open(&parts, &names, path, e))
        more = -1;
    while (more > 0 && (more = parts_next(parts, &source, &name, e)) > 0)
        if (!add_log(g, source, e))
            more = -1;
    parts_close(parts);
    arena_release(&names);
    return more == 0;
}
