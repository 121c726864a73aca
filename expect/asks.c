/* What the expectations of a check look at. */
#include "expect/expect.h"

static bool lists_query(const struct expect *e, size_t count,
                        enum query_kind kind)
{
    for (size_t i = 0; i < count; i++)
        if (e[i].schema == NULL && e[i].query.kind == kind)
            return true;
    return false;
}

bool check_asks(const struct check *c, enum query_kind kind)
{
    return lists_query(c->expect, c->expect_count, kind) ||
           lists_query(c->degraded, c->degraded_count, kind);
}

bool check_looks_at(const struct check *c, enum query_kind kind)
{
    return check_asks(c, kind) ||
           lists_query(c->inconclusive, c->inconclusive_count, kind);
}
