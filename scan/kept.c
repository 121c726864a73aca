/* Lists of pieces, by log. */
#include "scan/kept.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "scan/prefilter.h"

struct kept_log {
    struct kept_piece *first, *last;
    size_t bytes;
};

#define SPARE_MAX 2
#define LARGE     ((size_t)256 * 1024) /* a text that is taken, not copied */

struct kept {
    struct kept_log *log;
    size_t count, bytes;
    char *spare[SPARE_MAX]; /* rooms of large texts that were forgotten */
    size_t spares;
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

/* The room of a large text is for the next one: new memory costs more than to
 * read the text does. */
static void spare_room(struct kept *t, struct block *b)
{
    if (b->raw == NULL || t->spares == SPARE_MAX)
        return;
    t->spare[t->spares++] = b->raw;
    b->raw = NULL;
}

static void drop_first(struct kept *t, struct kept_log *of)
{
    struct kept_piece *gone = of->first;
    of->first = gone->next;
    of->last = of->first == NULL ? NULL : of->last;
    of->bytes -= gone->block.text.len;
    t->bytes -= gone->block.text.len;
    spare_room(t, &gone->block);
    block_release(&gone->block);
    free(gone);
}

void kept_close(struct kept *t)
{
    for (size_t i = 0; t != NULL && i < t->count; i++)
        while (t->log[i].first != NULL)
            drop_first(t, &t->log[i]);
    for (size_t i = 0; t != NULL && i < t->spares; i++)
        free(t->spare[i]);
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

/* The room goes with the text: its owner gets a spare one, or none. */
static void take_room(struct kept *t, struct block *out, struct block *from)
{
    char **room = from->text.ptr == from->raw ? &from->raw : &from->clean;
    out->raw = *room;
    *room = t->spares > 0 ? t->spare[--t->spares] : NULL;
    out->text = from->text;
    from->text = STR_NONE;
}

static void take_text(struct kept *t, struct block *out, struct block *from)
{
    bool owned = from->text.ptr == from->raw || from->text.ptr == from->clean;
    if (owned && from->text.len >= LARGE) {
        take_room(t, out, from);
        return;
    }
    out->clean = copy(from->text.ptr, from->text.len);
    out->text = (struct str){out->clean, from->text.len};
}

void kept_add(struct kept *t, const struct log_state *log, int64_t base,
              int64_t timed_ms, struct block *block)
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
    take_text(t, b, block);
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

int64_t kept_line_count(const struct kept_piece *p)
{
    while (p->next != NULL)
        p = p->next;
    struct str text = p->block.text;
    bool open = text.len > 0 && text.ptr[text.len - 1] != '\n';
    return p->at.lines + (int64_t)count_newlines(text) +
           (int64_t)block_lines_gone(&p->block, text.len) + open;
}
