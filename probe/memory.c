/* Texts of attempts that nobody can ask for any more are given back. */
#include "probe/transfer.h"

void memory_open(struct memory *m, bool own)
{
    *m = (struct memory){.own = own};
    for (size_t i = 0; i < ARRAY_COUNT(m->arena); i++)
        arena_init(&m->arena[i]);
}

struct arena *memory_of(struct transfer *t, struct arena *run)
{
    return t->memory.own ? &t->memory.arena[t->memory.now] : run;
}

void memory_next(struct memory *m)
{
    if (!m->own)
        return;
    m->now = 1 - m->now;
    arena_release(&m->arena[m->now]);
}

void memory_close(struct memory *m, struct arena *run)
{
    for (size_t i = 0; i < ARRAY_COUNT(m->arena); i++)
        arena_adopt(run, &m->arena[i]);
    m->own = false;
}
