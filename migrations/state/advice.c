/* Ways out of each state, safe ones first; what may be filled in is. */
#include <string.h>

#include "migrations/state/internal.h"

void add_advice(struct migration_state *out, struct arena *a,
                const struct shipped *s)
{
    (void)out;
    (void)a;
    (void)s;
}
