/* Pauses of this process, from the times that the loop tells. */
#include "probe/pause.h"

#include "base/attr.h"

static void keep(struct pause *p, int64_t from_us, int64_t to_us,
                 int64_t more_us)
{
    int64_t us = to_us - from_us + more_us;
    p->span[p->count++ % PAUSES_KEPT] = (struct pause_span){from_us, to_us, us};
    p->owed_us += us;
}

void pause_sleeps(struct pause *p, int64_t now_us, int64_t wait_us,
                  int64_t suspended_us)
{
    if (p->woke_us != 0 && now_us - p->woke_us >= PAUSE_MIN_US)
        keep(p, p->woke_us, now_us, 0);
    if (p->woke_us == 0)
        p->suspended_us = suspended_us;
    p->sleep_us = now_us;
    p->until_us = now_us + wait_us;
}

int64_t pause_wakes(struct pause *p, int64_t now_us, int64_t suspended_us)
{
    int64_t late = now_us - p->until_us;
    int64_t suspended = suspended_us - p->suspended_us;
    if (suspended < 0)
        suspended = 0; /* no machine was awake while it was not: misread */
    if (p->sleep_us != 0 && late + suspended >= PAUSE_MIN_US)
        keep(p, p->sleep_us, now_us, suspended);
    int64_t owed = p->owed_us;
    p->suspended_us = suspended_us;
    p->owed_us = p->sleep_us = 0;
    p->woke_us = now_us;
    return owed;
}

/* The part of a span that is after a time. */
static int64_t part_after(const struct pause_span *s, int64_t after_us)
{
    if (after_us >= s->to_us)
        return 0;
    return after_us > s->from_us ? s->us - (after_us - s->from_us) : s->us;
}

int64_t pause_since(const struct pause *p, int64_t from_us, int64_t now_us)
{
    int64_t sum = 0;
    for (size_t i = 0; i < p->count && i < ARRAY_COUNT(p->span); i++)
        sum += part_after(&p->span[i], from_us);
    if (p->woke_us != 0 && p->sleep_us == 0 &&
        now_us - p->woke_us >= PAUSE_MIN_US)
        sum += part_after(
            &(struct pause_span){p->woke_us, now_us, now_us - p->woke_us},
            from_us);
    return sum;
}
