/* Whether what stands between markers is what was written there. */
#include "report/marker.h"
#include "report/units.h"

static bool reads_as(struct str name, struct str body, struct str hash)
{
    struct arena a;
    struct units all;
    struct buf now;
    arena_init(&a);
    buf_init(&now, 80);
    units_read(&all, &a, name, body);
    units_hash(&now, &all);
    bool same = str_equal(buf_view(&now), hash);
    buf_release(&now);
    arena_release(&a);
    return same;
}

bool marker_fits(const struct marker *m, struct str body)
{
    struct buf now;
    if (m->rest.len == 0)
        return true;
    if (m->version >= 2)
        return reads_as(m->name, body, m->rest);
    buf_init(&now, 80);
    marker_hash(&now, m->name, body);
    bool same = str_equal(buf_view(&now), m->rest);
    buf_release(&now);
    return same;
}

bool marker_is_unanswered(const struct marker *m, struct str answer)
{
    return marker_is_prompt(answer) ||
           (m->rest.len > 0 && reads_as(m->name, answer, m->rest));
}
