/* Lists of pieces, by log. */
#include "scan/kept.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

struct kept_log {
    struct kept_piece *first, *last;
    size_t bytes;
};

struct kept {
    struct kept_log *log;
    size_t count, bytes;
};

struct kept *kept_open(void)
{
    return heap_zeroed(sizeof(struct kept));
}

static void *copy(const void *from, size_t size)
{
    void *made = heap_resize(NULL, size);
    memcpy(made, from, size);
    return made;
}

static void drop_first(struct kept *t, struct kept_log *of)
{
    struct kept_piece *gone = of->first;
    of->first = gone->next;
    of->last = of->first == NULL ? NULL : of->last;
    of->bytes -= gone->block.text.len;
    t->bytes -= gone->block.text.len;
    block_release(&gone->block);
    free(gone);
}

void kept_close(struct kept *t)
{
    for (size_t i = 0; t != NULL && i < t->count; i++)
        while (t->log[i].first != NULL)
            drop_first(t, &t->log[i]);
    if (t != NULL)
        free(t->log);
    free(t);
}

static struct kept_log *log_for(struct kept *t, size_t log)
{
    if (log >= t->count) {
        size_t count = log + 16;
        struct kept_log *grown = heap_zeroed(count * sizeof(*grown));
        if (t->count > 0)
            memcpy(grown, t->log, t->count * sizeof(*grown));
        free(t->log);
        t->log = grown;
        t->count = count;
    }
    return &t->log[log];
}

/* The last pieces of a log that fill KEPT_BYTES stay, and of all logs. */
static void forget(struct kept *t, struct kept_log *of)
{
    while (of->first != of->last &&
           of->bytes - of->first->block.text.len >= KEPT_BYTES)
        drop_first(t, of);
    for (size_t i = 0; i < t->count && t->bytes > KEPT_BYTES_ALL; i++)
        while (t->log[i].first != NULL && t->bytes > KEPT_BYTES_ALL)
            drop_first(t, &t->log[i]);
}

void kept_add(struct kept *t, const struct log_state *log, int64_t base,
              int64_t timed_ms, const struct block *block)
{
    if (t == NULL || block->text.len == 0)
        return;
    struct kept_log *of = log_for(t, log->log);
    struct kept_piece *made = heap_zeroed(sizeof(*made));
    struct block *b = &made->block;
    size_t gaps = block->gap_count;
    made->at = *log;
    made->offset = base;
    made->timed_ms = timed_ms;
    b->offset = block->offset;
    b->clean = copy(block->text.ptr, block->text.len);
    b->text = (struct str){b->clean, block->text.len};
    if (gaps > 0)
        b->gap = copy(block->gap, gaps * sizeof(*b->gap));
    b->gap_count = b->gap_cap = gaps;
    if (of->last == NULL)
        of->first = made;
    else
        of->last->next = made;
    of->last = made;
    of->bytes += b->text.len;
    t->bytes += b->text.len;
    forget(t, of);
}

const struct kept_piece *kept_of(const struct kept *t, size_t log)
{
    return t == NULL || log >= t->count ? NULL : t->log[log].first;
}
