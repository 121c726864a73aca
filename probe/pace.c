/* The width and the pauses of one host, from what happens to its requests. */
#include "probe/pace.h"

void pace_init(struct pace_state *s, int64_t fixed)
{
    *s = (struct pace_state){
        .fixed = fixed, .width = PACE_FIRST, .ceiling = PACE_MOST};
}

int64_t pace_width(const struct pace_state *s)
{
    if (s->fixed > 0)
        return s->fixed;
    return s->silent ? PACE_MOST : s->width;
}

void pace_begin(struct pace_state *s, struct pace_ticket *t, const void *owner,
                int64_t others, int64_t now_us)
{
    *t = (struct pace_ticket){owner, ++s->began, now_us, others > 0};
    if (others + 1 > s->peak)
        s->peak = others + 1;
}

void pace_connected(struct pace_state *s, int64_t now_us)
{
    s->connected_us = now_us;
    s->silent = false;
}

bool pace_may_widen(const struct pace_state *s)
{
    return s->good + 1 >= s->width && s->peak >= s->width;
}

static void set_width(struct pace_state *s, int64_t width)
{
    s->width = width < 1 ? 1 : width;
    s->peak = s->good = s->steady = 0;
}

/* The ceiling is lifted after so many rounds at it. */
static void widen(struct pace_state *s)
{
    int64_t twice = s->width * 2;
    if (s->width < s->ceiling) {
        set_width(s, twice < s->ceiling ? twice : s->ceiling);
        return;
    }
    s->good = 0;
    if (++s->steady < PACE_STEADY)
        return;
    s->ceiling = twice < PACE_MOST ? twice : PACE_MOST;
    set_width(s, s->ceiling);
}

static void halve(struct pace_state *s, const struct pace_ticket *t)
{
    if (t->number <= s->halved)
        return; /* that burst was answered already */
    s->ceiling = s->width > 1 ? s->width - 1 : 1;
    s->halved = s->began;
    set_width(s, s->width / 2);
}

static void tell_good(struct pace_state *s, const struct pace_ticket *t,
                      bool overtaken, int64_t now_us)
{
    s->good_us = now_us;
    s->good_owner = t->owner;
    s->pauses = s->vain_us = 0;
    if (t->number <= s->halved)
        return; /* it tells of the width before */
    bool wide = pace_may_widen(s);
    s->good++;
    if (wide && !overtaken)
        widen(s);
}

void pace_tell(struct pace_state *s, const struct pace_ticket *t,
               enum pace_event event, bool overtaken, int64_t now_us)
{
    switch (event) {
    case PACE_GOOD:
        tell_good(s, t, overtaken, now_us);
        break;
    case PACE_NEITHER:
        break;
    case PACE_LIMITED:
        s->limited++;
        halve(s, t);
        break;
    case PACE_SLOW:
    case PACE_RESET:
        halve(s, t);
        break;
    case PACE_UNREACHED:
        s->silent = s->connected_us < t->began_us;
        if (!s->silent)
            break;
        s->width = PACE_FIRST; /* for when it comes back */
        s->ceiling = PACE_MOST;
        break;
    }
}

bool pace_was_crowded(const struct pace_state *s, const struct pace_ticket *t)
{
    return t->crowded || s->began > t->number;
}

bool pace_may_retry(const struct pace_state *s, enum pace_failure failure)
{
    return s->retried_us[failure] < PACE_RETRIES_US;
}

void pace_retried(struct pace_state *s, enum pace_failure failure, bool failed,
                  int64_t took_us)
{
    if (!failed) {
        s->retried_us[failure] = 0;
        return;
    }
    s->retried_us[failure] += took_us + 1;
    if (s->width >= PACE_FIRST)
        return;
    set_width(s, PACE_FIRST); /* it was not the burst, so nothing is spared */
    s->ceiling = PACE_MOST;
}

static int64_t own_pause_us(const struct pace_state *s)
{
    int64_t us = PACE_PAUSE_US;
    for (int64_t i = 0; i < s->pauses && us < PACE_PAUSE_MOST_US; i++)
        us *= 2;
    return us < PACE_PAUSE_MOST_US ? us : PACE_PAUSE_MOST_US;
}

/* Is it ours? A limit of a rate sees the requests of the last while, too. */
static bool is_ours(const struct pace_state *s, const struct pace_ticket *t,
                    int64_t now_us)
{
    bool others = s->good_us != 0 && s->good_owner != t->owner &&
                  now_us - s->good_us < PACE_RATE_US;
    return pace_was_crowded(s, t) || others;
}

/* Pauses that brought nothing, or too many of them, end in an answer. */
static bool is_vain(const struct pace_state *s, bool bounded)
{
    return s->vain_us >= PACE_VAIN_US ||
           (!bounded && s->paused_us >= PACE_TOTAL_US);
}

static void pause_until(struct pace_state *s, int64_t now_us, int64_t until_us)
{
    bool paused = s->paused_until_us > now_us;
    int64_t more = until_us - (paused ? s->paused_until_us : now_us);
    s->pauses += paused ? 0 : 1;
    s->vain_us += more;
    s->paused_us += more;
    s->paused_until_us = until_us;
}

bool pace_pause(struct pace_state *s, const struct pace_ticket *t,
                int64_t requested_us, int64_t limit_us, bool bounded,
                int64_t now_us)
{
    bool told = requested_us > 0, paused = s->paused_until_us > now_us;
    int64_t us = told ? requested_us : own_pause_us(s);
    int64_t until = now_us + us;
    if (us > limit_us || (!paused && is_vain(s, bounded)))
        return false;
    if (!paused || (told && until > s->paused_until_us))
        pause_until(s, now_us, until);
    return is_ours(s, t, now_us);
}
