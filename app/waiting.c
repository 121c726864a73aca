/* One line on what a run waits for, when one is due. */
#include "app/waiting.h"

#include "base/clock.h"
#include "model/version.h"
#include "redact/inert.h"

#define NAMED_MAX 3 /* checks that a line names */

void waiting_begin(struct waiting *w, struct sink *sink)
{
    *w = (struct waiting){.sink = sink, .began_us = clock_now_us()};
}

static bool is_due(const struct waiting *w, int64_t now_us)
{
    return w->told_us == 0 ? now_us - w->began_us >= WAITING_FIRST_US
                           : now_us - w->told_us >= WAITING_US;
}

static bool is_settling(const struct probe_progress *p)
{
    return p->settling && p->streak_wanted > 0;
}

/* What it waits for at this check; NULL: nothing. */
static const char *wait_of(struct arena *a, const struct probe_progress *p)
{
    const char *id = p->result->id;
    if (is_settling(p))
        return p->streak >= p->streak_wanted
                   ? NULL
                   : arena_printf(a, "%s: %lld of %lld answers from %s%s%s", id,
                                  (long long)p->streak,
                                  (long long)p->streak_wanted,
                                  version_short(a, p->result->expected),
                                  p->reason == NULL ? "" : ", last failure ",
                                  p->reason == NULL ? "" : p->reason);
    if (p->settling || p->stage == PROBE_OVER || p->stage == PROBE_WAITS)
        return NULL;
    return arena_printf(a, "%s: %lld %s%s%s", id, (long long)p->attempts,
                        p->attempts == 1 ? "attempt" : "attempts",
                        p->reason == NULL ? "" : ", last failure ",
                        p->reason == NULL ? "" : p->reason);
}

static void add_head(struct buf *out, const struct probe_progress *all,
                     size_t count)
{
    size_t settling = 0, settled = 0, over = 0;
    bool confirming = false;
    for (size_t i = 0; i < count; i++) {
        settling += is_settling(&all[i]);
        settled +=
            is_settling(&all[i]) && all[i].streak >= all[i].streak_wanted;
        over += all[i].stage == PROBE_OVER;
        confirming = confirming || all[i].confirming;
    }
    if (settling > 0)
        buf_printf(out, "%zu of %zu checks settled", settled, settling);
    else
        buf_printf(out, "%zu of %zu checks %s", over, count,
                   confirming ? "confirmed" : "done");
}

bool waiting_line(struct waiting *w, struct buf *out, int64_t now_us,
                  const struct probe_progress *all, size_t count)
{
    struct arena a;
    size_t named = 0, left = 0;
    if (!is_due(w, now_us))
        return false;
    w->told_us = now_us;
    arena_init(&a);
    struct buf line;
    buf_init(&line, 4000);
    buf_printf(&line,
               "after %lld s: ", (long long)((now_us - w->began_us) / 1000000));
    add_head(&line, all, count);
    for (size_t i = 0; i < count; i++) {
        const char *text = wait_of(&a, &all[i]);
        if (text != NULL && named < NAMED_MAX) {
            buf_text(&line, "; ");
            inert_text(&line, sink_text(w->sink, &a, str_from(text)));
            named++;
        } else if (text != NULL) {
            left++;
        }
    }
    if (left > 0)
        buf_printf(&line, "; and %zu more", left);
    buf_char(&line, '\n');
    buf_str(out, buf_view(&line));
    buf_release(&line);
    arena_release(&a);
    return true;
}
