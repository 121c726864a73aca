/* The list of reasons that every step of the joining adds to. */
#include "verdict/internal.h"

void add_reason(struct joining *j, const char *text)
{
    struct record *r = j->record;
    r->reason = arena_grow(j->arena, (void *)r->reason, r->reason_count,
                           &j->reason_cap, sizeof(*r->reason));
    r->reason[r->reason_count++] = text;
}
