/* Texts of attempts that nobody can ask for any more are given back. */
#include "probe/transfer.h"

void memory_open(struct memory *m, bool own)
{
    *m = (struct memory){.own = own, .last = -1, .good = -1};
    for (size_t i = 0; i < ARRAY_COUNT(m->arena); i++)
        arena_init(&m->arena[i]);
}

struct arena *memory_of(struct transfer *t, struct arena *run)
{
    return t->memory.own ? &t->memory.arena[t->memory.now] : run;
}

void memory_next(struct memory *m)
{
    int next = 0;
    if (!m->own)
        return;
    m->last = m->now;
    while (next == m->last || next == m->good)
        next++;
    m->now = next;
    arena_release(&m->arena[next]);
}

void memory_close(struct memory *m, struct arena *run)
{
    for (size_t i = 0; i < ARRAY_COUNT(m->arena); i++)
        arena_adopt(run, &m->arena[i]);
    m->own = false;
}
