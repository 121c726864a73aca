/* The conditions of a pattern, made when it is tried first. */
#include "scan/loose.h"

#include <stdlib.h>
#include <string.h>

#include "language/regex.h"
#include "model/signature.h"
#include "scan/anchor.h"
#include "scan/prefilter.h"

#define OTHERS_MAX 2
#define TRIES      32 /* of the pattern alone, before more is made of it */

struct condition {
    unsigned tries;
    struct str other[OTHERS_MAX]; /* text that must be there, too … */
    size_t rare[OTHERS_MAX];      /* … and its rarest byte */
    size_t other_count;
    struct regex *tail; /* from the anchor on; NULL: it is not known */
    struct regex *all;  /* NULL: not tried yet */
};

struct loose {
    struct arena arena;
    struct condition *condition;
    size_t count;
};

struct loose *loose_open(size_t count)
{
    struct loose *l = heap_zeroed(sizeof(*l));
    arena_init(&l->arena);
    l->condition = arena_array(&l->arena, count + 1, sizeof(*l->condition));
    l->count = count;
    return l;
}

void loose_close(struct loose *l)
{
    if (l == NULL)
        return;
    for (size_t i = 0; i < l->count; i++) {
        regex_close(l->condition[i].tail);
        regex_close(l->condition[i].all);
    }
    arena_release(&l->arena);
    free(l);
}

static void learn(struct condition *c, struct arena *a, const struct pattern *p)
{
    struct regex_error e;
    c->other_count =
        anchor_others(a, p->match, p->anchor, c->other, OTHERS_MAX);
    for (size_t i = 0; i < c->other_count; i++)
        c->rare[i] = rarest_byte(c->other[i]);
    struct str tail = anchor_tail(p->match, p->anchor);
    if (tail.len > 0 && !regex_open(&c->tail, tail, STR_NONE, &e))
        c->tail = NULL;
}

/* As str_find, but by the byte that stops it least often. */
static bool has_text(struct str line, struct str text, size_t rare)
{
    size_t at = rare;
    while (line.len >= text.len && at <= line.len - text.len + rare) {
        const char *hit = memchr(line.ptr + at, text.ptr[rare],
                                 line.len - text.len + rare + 1 - at);
        if (hit == NULL)
            return false;
        if (memcmp(hit - rare, text.ptr, text.len) == 0)
            return true;
        at = (size_t)(hit - line.ptr) + 1;
    }
    return false;
}

bool loose_may_fit(struct loose *l, size_t number, const struct pattern *p,
                   struct str line)
{
    struct condition *c = &l->condition[number];
    struct regex_error e;
    if (!p->at_start || p->match.ptr[0] == '^')
        return true;
    if (c->tries <= TRIES && ++c->tries > TRIES)
        learn(c, &l->arena, p);
    for (size_t i = 0; i < c->other_count; i++)
        if (!has_text(line, c->other[i], c->rare[i]))
            return false;
    if (c->tail != NULL && regex_match(c->tail, line) == REGEX_NO)
        return false;
    if (c->all == NULL && !regex_open(&c->all, p->match, STR_NONE, &e))
        return true;
    return regex_match(c->all, line) != REGEX_NO;
}

bool loose_can_tell(struct str line)
{
    return !has_any_of_three(line, "\"\\{");
}
