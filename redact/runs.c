/* Runs of hex digits are decoded, and searched as a text of their own. */
#include "redact/runs.h"

#include <stdlib.h>

#include "redact/fold.h"

#define RUN_LEAST 20 /* digits; a secret that is encoded has more */

static size_t run_length(struct str s, size_t at)
{
    size_t n = 0;
    while (at + n < s.len && fold_hex_value((unsigned char)s.ptr[at + n]) >= 0)
        n++;
    return n;
}

static void add(struct spans *out, struct span found)
{
    out->item = arena_grow(out->arena, out->item, out->count, &out->cap,
                           sizeof(*out->item));
    out->item[out->count++] = found;
}

/* The bytes of a run; its ends may be where the body was cut. */
static void search_bytes(struct search *q, struct spans *out, struct str digits,
                         size_t at)
{
    struct buf bytes;
    struct spans found = {.arena = out->arena};
    buf_init(&bytes, digits.len / 2 + 1);
    for (size_t i = 0; i + 1 < digits.len; i += 2)
        buf_char(&bytes,
                 (char)(fold_hex_value((unsigned char)digits.ptr[i]) << 4 |
                        fold_hex_value((unsigned char)digits.ptr[i + 1])));
    const struct seen seen = {buf_view(&bytes), FORM_TEXT, NULL};
    search_part(q, &found, &seen);
    for (size_t i = 0; i < found.count; i++)
        add(out, (struct span){at + found.item[i].from * 2,
                               at + found.item[i].end * 2});
    buf_release(&bytes);
}

static int by_place(const void *a, const void *b)
{
    const struct span *one = a, *other = b;
    return (one->from > other->from) - (one->from < other->from);
}

static void put_in_order(struct spans *all)
{
    size_t count = 0;
    qsort(all->item, all->count, sizeof(*all->item), by_place);
    for (size_t i = 0; i < all->count; i++) {
        struct span *last = count == 0 ? NULL : &all->item[count - 1];
        if (last == NULL || all->item[i].from >= last->end)
            all->item[count++] = all->item[i];
        else if (all->item[i].end > last->end)
            last->end = all->item[i].end;
    }
    all->count = count;
}

void runs_search(struct search *q, struct spans *out, const struct seen *s)
{
    size_t before = out->count;
    for (size_t at = 0; at < s->text.len;) {
        size_t n = run_length(s->text, at);
        for (size_t odd = 0; n >= RUN_LEAST && odd < 2; odd++)
            search_bytes(q, out, str_sub(s->text, at + odd, n - odd), at + odd);
        at += n + 1;
    }
    if (out->count > before)
        put_in_order(out);
}
