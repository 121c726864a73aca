/* A bitmap of pairs of bytes, and lists of the literals that have them. */
#include "scan/literal_set.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "scan/prefilter.h"

#define PAIRS 65536u
#define LISTS 256u

struct item {
    struct str literal;
    size_t at, owner; /* at: of its pair in the literal */
    uint16_t pair;
    size_t next; /* from 1 on; 0: the last of its list */
};

struct literal_set {
    uint64_t bit[PAIRS / 64];
    size_t list[LISTS]; /* first item, from 1 on */
    struct item *item;
    size_t count, most;
};

struct literal_set *literal_set_open(size_t most)
{
    struct literal_set *s = heap_zeroed(sizeof(*s));
    s->item = heap_zeroed((most + 1) * sizeof(*s->item));
    s->most = most;
    return s;
}

void literal_set_close(struct literal_set *s)
{
    if (s != NULL)
        free(s->item);
    free(s);
}

static uint16_t pair_at(const char *p)
{
    uint16_t pair;
    memcpy(&pair, p, sizeof(pair));
    return pair;
}

static size_t list_of(uint16_t pair)
{
    return (pair ^ (pair >> 8)) % LISTS;
}

void literal_set_add(struct literal_set *s, struct str literal, size_t owner)
{
    assert(literal.len >= 2 && s->count < s->most);
    size_t rare = rarest_byte(literal);
    struct item made = {.literal = literal, .owner = owner};
    made.at = rare + 1 < literal.len ? rare : rare - 1;
    made.pair = pair_at(literal.ptr + made.at);
    size_t *list = &s->list[list_of(made.pair)];
    made.next = *list;
    s->bit[made.pair / 64] |= UINT64_C(1) << made.pair % 64;
    s->item[++s->count] = made;
    *list = s->count;
}

static void look_up(const struct literal_set *s, struct str text, size_t at,
                    uint16_t pair, bool *found)
{
    for (size_t i = s->list[list_of(pair)]; i != 0; i = s->item[i].next) {
        const struct item *item = &s->item[i];
        if (item->pair != pair || found[item->owner] || at < item->at ||
            text.len - (at - item->at) < item->literal.len)
            continue;
        found[item->owner] = memcmp(text.ptr + at - item->at, item->literal.ptr,
                                    item->literal.len) == 0;
    }
}

void literal_set_find(const struct literal_set *s, struct str text, bool *found)
{
    for (size_t at = 0; at + 2 <= text.len; at++) {
        uint16_t pair = pair_at(text.ptr + at);
        if (s->bit[pair / 64] >> pair % 64 & 1)
            look_up(s, text, at, pair, found);
    }
}
