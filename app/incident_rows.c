/* One read of episodes for all of the incidents. */
#include "app/incident_rows.h"

#include "base/clock.h"

bool incidents_describe(struct history *h, struct arena *a,
                        struct incident_row *row, size_t count, struct err *e)
{
    struct episodes episodes;
    struct run_row last;
    int64_t from_ms = INT64_MAX;
    for (size_t i = 0; i < count; i++)
        if (row[i].started_ms < from_ms)
            from_ms = row[i].started_ms;
    if (count == 0)
        return true;
    if (!history_episodes(h, a, from_ms, &episodes, e) ||
        !history_last_run(h, a, INT64_MAX, &last, e))
        return false;
    for (size_t i = 0; i < count; i++)
        watch_describe(&row[i], a, episodes.item, episodes.count, last.total);
    return true;
}
