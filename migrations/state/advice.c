/* What to do, from the signatures that are built in. */
#include "migrations/state/internal.h"
#include "model/migration_advice.h"

void add_advice(struct migration_state *out, struct arena *a)
{
    migration_advise(out, a, &catalogue_built_in);
}
