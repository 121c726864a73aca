/* Maintenance windows, once and each week. */
#include <fnmatch.h>

#include "watch/watch.h"

#define MINUTE_MS INT64_C(60000)
#define DAY_MS    (INT64_C(24) * 60 * MINUTE_MS)
#define WEEK_MS   (7 * DAY_MS)

/* The first day of the era was a Thursday. */
#define FIRST_SUNDAY_MS (3 * DAY_MS)

static bool is_now(const struct downtime *d, int64_t now_ms)
{
    if (d->weekday < 0)
        return now_ms >= d->from_ms && now_ms < d->to_ms;
    int64_t begin = d->weekday * DAY_MS + d->minute * MINUTE_MS;
    int64_t since = (now_ms - FIRST_SUNDAY_MS - begin) % WEEK_MS;
    if (since < 0)
        since += WEEK_MS;
    return since < d->length_ms;
}

static bool covers(const struct downtime *d, const char *check)
{
    for (size_t i = 0; i < d->check_count; i++)
        if (fnmatch(d->check[i], check, 0) == 0)
            return true;
    return d->check_count == 0;
}

const struct downtime *watch_downtime(const struct watch *settings,
                                      const char *check, int64_t now_ms)
{
    for (size_t i = 0; i < settings->downtime_count; i++) {
        const struct downtime *d = &settings->downtime[i];
        if (is_now(d, now_ms) && covers(d, check))
            return d;
    }
    return NULL;
}
