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

static enum outcome outcome_of(const struct result *r)
{
    switch ((enum status)r->status) {
    case STATUS_PASS:
        return OUTCOME_PASSED;
    case STATUS_DEGRADED:
    case STATUS_FAIL:
        return OUTCOME_FAILED;
    case STATUS_ERROR:
    case STATUS_BLOCKED:
    case STATUS_SKIPPED:
        break;
    }
    return OUTCOME_UNJUDGED;
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

/* A parent that fails is reported itself, so `blocked` is not counted. */
static void count_unjudged(struct check_state *s, const struct result *r,
                           int64_t now_ms)
{
    if (r->status != STATUS_ERROR)
        return;
    if (s->unjudged++ == 0)
        s->unjudged_since_ms = now_ms;
}

enum outcome state_add(struct check_state *s, const struct result *r,
                       const struct watch *w, int64_t now_ms)
{
    enum outcome outcome = outcome_of(r);
    if (watch_downtime(w, s->check, now_ms) != NULL)
        return OUTCOME_UNJUDGED;
    if (outcome == OUTCOME_UNJUDGED) {
        count_unjudged(s, r, now_ms);
        return outcome;
    }
    s->unjudged = s->unjudged_since_ms = 0;
    s->failed = s->failed << 1 | (outcome == OUTCOME_FAILED ? 1u : 0u);
    if (s->rounds < WATCH_ROUNDS_MAX)
        s->rounds++;
    if (outcome == OUTCOME_PASSED)
        s->failing_since_ms = 0;
    else if (s->failing_since_ms == 0)
        s->failing_since_ms = now_ms;
    judge_flapping(s, w);
    return outcome;
}

static bool state_fails(const struct check_state *s)
{
    return s->rounds > 0 && (s->failed & 1) != 0;
}

bool state_alarms(const struct check_state *s, const struct result *r,
                  const struct watch *w)
{
    const struct threshold *t = &w->open[state_severity(r)];
    return t->failures > 0 && outcome_of(r) == OUTCOME_FAILED &&
           state_fails(s) &&
           ones(s->failed, t->rounds < s->rounds ? t->rounds : s->rounds) >=
               (unsigned)t->failures;
}

bool state_recovered(const struct check_state *s, const struct watch *w)
{
    return s->rounds >= w->close && ones(s->failed, w->close) == 0 &&
           !s->flapping;
}
