/* What is remembered of a check, round by round. */
#include <string.h>

#include "watch/internal.h"

static unsigned ones(uint64_t bits, int64_t count)
{
    unsigned sum = 0;
    for (int64_t i = 0; i < count && i < WATCH_ROUNDS_MAX; i++)
        sum += (bits >> i & 1) != 0;
    return sum;
}

static int64_t changes(const struct check_state *s, int64_t rounds)
{
    int64_t sum = 0;
    int64_t known = s->rounds < rounds ? s->rounds : rounds;
    for (int64_t i = 0; i + 1 < known && i + 1 < WATCH_ROUNDS_MAX; i++)
        sum += (s->failed >> i & 1) != (s->failed >> (i + 1) & 1);
    return sum;
}

/* -1: the round tells nothing of it. */
static int outcome_of(const struct result *r)
{
    switch ((enum status)r->status) {
    case STATUS_PASS:
        return 0;
    case STATUS_DEGRADED:
    case STATUS_FAIL:
        return 1;
    case STATUS_ERROR:
    case STATUS_BLOCKED:
    case STATUS_SKIPPED:
        break;
    }
    return -1;
}

int state_severity(const struct result *r)
{
    bool slow = r->status == STATUS_DEGRADED;
    return slow && r->severity < (int)SEVERITY_MINOR ? (int)SEVERITY_MINOR
                                                     : r->severity;
}

static void judge_flapping(struct check_state *s, const struct watch *w)
{
    int64_t now = changes(s, w->flap_rounds);
    if (w->flap_changes == 0)
        s->flapping = false;
    else if (s->flapping)
        s->flapping = now > w->flap_changes / 2; /* calm is half of it */
    else
        s->flapping = now >= w->flap_changes;
}

void state_add(struct check_state *s, const struct result *r,
               const struct watch *w, int64_t now_ms)
{
    int failed = outcome_of(r);
    if (failed < 0 || watch_downtime(w, s->check, now_ms) != NULL)
        return;
    s->failed = s->failed << 1 | (uint64_t)failed;
    if (s->rounds < WATCH_ROUNDS_MAX)
        s->rounds++;
    if (failed == 0)
        s->failing_since_ms = 0;
    else if (s->failing_since_ms == 0)
        s->failing_since_ms = now_ms;
    judge_flapping(s, w);
}

bool state_fails(const struct check_state *s)
{
    return s->rounds > 0 && (s->failed & 1) != 0;
}

bool state_alarms(const struct check_state *s, const struct result *r,
                  const struct watch *w)
{
    const struct threshold *t = &w->open[state_severity(r)];
    return t->failures > 0 && outcome_of(r) == 1 && state_fails(s) &&
           ones(s->failed, t->rounds < s->rounds ? t->rounds : s->rounds) >=
               (unsigned)t->failures;
}

bool state_recovered(const struct check_state *s, const struct watch *w)
{
    return s->rounds >= w->close && ones(s->failed, w->close) == 0 &&
           !s->flapping;
}
