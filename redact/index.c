/* Needles into lists by their first bytes, and by those within them. */
#include "redact/index.h"

#include <stdlib.h>
#include <string.h>

#include "redact/follow.h"

struct search *search_open(void)
{
    struct search *q = heap_zeroed(sizeof(*q));
    arena_init(&q->arena);
    q->needles.arena = &q->arena;
    for (unsigned i = 0; i < BYTES; i++) {
        q->head[i] = q->inner_head[i] = NONE;
        q->fold[i] = follow_fold((unsigned char)i);
        q->plain[i] = !is_introducer((unsigned char)i) && i > ' ' && i < 0x80 &&
                      i != '<' && i != '>' && i != '+' && i != '#';
        q->firm[i] =
            q->plain[i] || i == ' ' || i == '>' || i == '"' || i == '\'';
    }
    for (size_t i = 0; i < PAIRS; i++)
        q->pair_head[i] = q->inner_pair[i] = q->two_head[i] = NONE;
    for (size_t i = 0; i < FOURS; i++)
        q->four_head[i] = NONE;
    return q;
}

void search_close(struct search *q)
{
    if (q == NULL)
        return;
    arena_release(&q->arena);
    free(q);
}

/* Its first bytes, as far as they stand side by side in a plain text. */
static uint32_t *look_head(struct search *q, const struct needle *n,
                           unsigned pair)
{
    if (n->alphabet == ALPHABET_HEX || n->len < AHEAD)
        return &q->two_head[pair];
    return &q->four_head[four_of(pair, folded(q, n, 2), folded(q, n, 3))];
}

static void index_inner(struct search *q, size_t i, size_t from)
{
    const struct needle *n = &q->needles.item[i];
    unsigned char c = folded(q, n, from);
    unsigned pair = pair_of(c, folded(q, n, from + 1));
    q->inner = arena_grow(&q->arena, q->inner, q->inner_count, &q->inner_cap,
                          sizeof(*q->inner));
    q->inner[q->inner_count] = (struct inner){
        (uint32_t)i, (uint32_t)from, q->inner_head[c], q->inner_pair[pair]};
    q->inner_head[c] = q->inner_pair[pair] = (uint32_t)q->inner_count++;
}

static void index_needle(struct search *q, size_t i)
{
    const struct needle *n = &q->needles.item[i];
    unsigned char first = folded(q, n, 0), second = folded(q, n, 1);
    unsigned pair = pair_of(first, second);
    q->chain =
        arena_grow(&q->arena, q->chain, i, &q->chain_cap, sizeof(*q->chain));
    uint32_t *look = look_head(q, n, pair);
    q->chain[i] = (struct chain){q->head[first], q->pair_head[pair], *look};
    q->head[first] = q->pair_head[pair] = *look = (uint32_t)i;
    follow_set(q->begin[first], second);
    q->longest = n->len > q->longest ? n->len : q->longest;
    for (size_t k = 1; k + 1 < n->len; k++) {
        follow_set(q->within[folded(q, n, k)], folded(q, n, k + 1));
        index_inner(q, i, k);
    }
}

void search_add(struct search *q, struct str secret)
{
    size_t before = q->needles.count;
    needles_add(&q->needles, secret);
    for (size_t i = before; i < q->needles.count; i++)
        index_needle(q, i);
}
