/* Which checks a shard has: by a hash of ids, so that each finds its own. */
#include <string.h>

#include "base/hash.h"
#include "plan/internal.h"

/* The end of a hash by FNV hangs together with the end of the text, so that
   names that count up would gather: all bits are mixed first (MurmurHash3). */
static uint64_t mixed(uint64_t hash)
{
    hash = (hash ^ (hash >> 33)) * UINT64_C(0xff51afd7ed558ccd);
    hash = (hash ^ (hash >> 33)) * UINT64_C(0xc4ceb9fe1a85ec53);
    return hash ^ (hash >> 33);
}

size_t plan_shard_of(const char *id, size_t count)
{
    return (size_t)(mixed(hash_add(HASH_START, str_from(id))) % count) + 1;
}

/* The check that leads its group; the way there gets shorter. */
static size_t leader_of(size_t *leader, size_t at)
{
    while (leader[at] != at) {
        leader[at] = leader[leader[at]];
        at = leader[at];
    }
    return at;
}

/* The smaller id leads. */
static void link_checks(const struct check *all, size_t *leader, size_t left,
                        size_t right)
{
    size_t a = leader_of(leader, left), b = leader_of(leader, right);
    if (strcmp(all[a].id, all[b].id) <= 0)
        leader[b] = a;
    else
        leader[a] = b;
}

void plan_shard(struct plan *out, struct arena *a, const struct plan *from,
                size_t index, size_t count)
{
    size_t *leader = arena_array(a, from->count + 1, sizeof(*leader));
    size_t *position = arena_array(a, from->count + 1, sizeof(*position));
    bool *kept = arena_array(a, from->count + 1, sizeof(*kept));
    size_t left = 0;
    *out = *from;
    for (size_t i = 0; i < from->count; i++)
        leader[i] = i;
    for (size_t i = 0; i < from->count; i++) {
        const struct check *c = &from->check[i];
        for (size_t k = 0; k < c->need_count; k++)
            link_checks(from->check, leader, i, c->need[k]);
        for (size_t k = 0; k < c->use_count; k++)
            link_checks(from->check, leader, i, c->use[k].from);
    }
    for (size_t i = 0; i < from->count; i++) {
        const char *id = from->check[leader_of(leader, i)].id;
        kept[i] = plan_shard_of(id, count) == index;
        if (kept[i])
            position[left++] = i + 1;
    }
    out->check = checks_keep(a, from->check, &out->count, kept);
    out->position = position;
}
