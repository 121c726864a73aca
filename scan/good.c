/* The lines of a log of a good deploy, masked: what stands there is no news. */
#include <stdlib.h>
#include <string.h>

#include "scan/internal.h"

#define LINES_MAX ((size_t)4 * 1024 * 1024) /* different ones */

struct good {
    struct cleaner *cleaner;
    uint64_t *slot; /* 0: free */
    size_t count, cap;
};

struct good *good_open(void)
{
    struct good *g = heap_zeroed(sizeof(*g));
    g->cleaner = cleaner_open();
    return g;
}

void good_close(struct good *g)
{
    if (g == NULL)
        return;
    cleaner_close(g->cleaner);
    free(g->slot);
    free(g);
}

static size_t place(const struct good *g, uint64_t hash)
{
    size_t at = (size_t)(hash >> 7) & (g->cap - 1);
    while (g->slot[at] != 0 && g->slot[at] != hash)
        at = (at + 1) & (g->cap - 1);
    return at;
}

static void widen(struct good *g)
{
    struct good old = *g;
    g->cap = old.cap == 0 ? 4096 : 2 * old.cap;
    g->slot = heap_zeroed(g->cap * sizeof(*g->slot));
    for (size_t i = 0; i < old.cap; i++)
        if (old.slot[i] != 0)
            g->slot[place(g, old.slot[i])] = old.slot[i];
    free(old.slot);
}

/* Without its time, which is another one each time. */
static uint64_t hash_of(const struct good *g, struct str line)
{
    return masked_hash(cleaner_rest(g->cleaner, line)) | 1;
}

bool good_has(const struct good *g, struct str line)
{
    return g != NULL && g->cap > 0 && g->slot[place(g, hash_of(g, line))] != 0;
}

static void add(struct good *g, struct str line)
{
    if (2 * g->count >= g->cap)
        widen(g);
    uint64_t hash = hash_of(g, line);
    size_t at = place(g, hash);
    g->count += g->slot[at] == 0;
    g->slot[at] = hash;
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

bool good_read(struct good *g, const char *path, struct err *e)
{
    struct source_reader *source = NULL;
    struct str text;
    bool cut;
    int more;
    if (!source_open(&source, path, e))
        return false;
    struct blocks *blocks = blocks_open(source);
    while ((more = blocks_next(blocks, &text, &cut, e)) > 0)
        add_block(g, text);
    blocks_close(blocks);
    source_close(source);
    return more == 0;
}
