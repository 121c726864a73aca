/* Which history the rounds use: the one that was asked for, or the spool. */
#include <unistd.h>

#include "app/outbox.h"
#include "app/watcher.h"
#include "base/clock.h"
#include "watch/history/spool.h"

#define AGAIN_US INT64_C(10000000) /* between tries of a history that fails */

static const char *place_of(struct watcher *w)
{
    if (w->spool == NULL)
        w->spool = spool_place(w->life, w->where, w->settings->environ);
    return w->spool;
}

static bool use_spool(struct watcher *w, struct err *e)
{
    const char *holder = NULL;
    struct history *h = NULL;
    if (place_of(w) == NULL)
        return err_set(e, POS_NONE, "no folder for a spool can be written");
    if (!spool_open(&h, w->spool, e))
        return false;
    if (!history_claim(h, w->life, &holder, e) || holder != NULL) {
        history_close(h);
        return holder == NULL ||
               err_set(e, POS_NONE, "'%s' is in use: %s", w->spool, holder);
    }
    w->history = h;
    w->spooling = true;
    w->again_us = clock_now_us() + AGAIN_US;
    notes_line(w->notes,
               arena_printf(w->life,
                            "the rounds go into '%s' until the history is back",
                            w->spool));
    return true;
}

bool watcher_use_spool(struct watcher *w)
{
    struct err e = {.set = false};
    if (w->spooling || w->settings->environ == NULL)
        return false;
    history_close(w->history);
    w->history = NULL;
    w->broken = false;
    if (use_spool(w, &e))
        return true;
    notes_error(w->notes, &e);
    return false;
}

/* What the spool has goes into the history, which is then used again. */
static bool take_spool(struct watcher *w, struct history *h, struct err *e)
{
    struct history *spool = w->spooling ? w->history : NULL;
    bool any = false;
    if (place_of(w) == NULL || (!w->spooling && access(w->spool, F_OK) != 0))
        return true;
    if (spool == NULL && !spool_open(&spool, w->spool, e))
        return false;
    bool ok =
        spool_has_rounds(spool, &any, e) && (!any || spool_take(h, spool, e));
    if (!w->spooling || ok)
        history_close(spool);
    if (ok && any) {
        spool_remove(w->spool);
        notes_line(w->notes, "the history is back, and has the rounds of the "
                             "spool");
    }
    if (ok && w->spooling) {
        w->history = NULL;
        w->spooling = false;
    }
    return ok;
}

/* The history itself. */
static bool claim(struct watcher *w, const char **holder, struct err *e)
{
    struct history *h = NULL;
    if (!history_open(&h, w->where, e))
        return false;
    if (!history_claim(h, w->life, holder, e) || *holder != NULL) {
        history_close(h);
        return *holder != NULL;
    }
    if (!take_spool(w, h, e)) {
        history_close(h);
        return false;
    }
    w->history = h;
    return true;
}

bool watcher_claim(struct watcher *w, const char **holder, struct err *e)
{
    *holder = NULL;
    if (claim(w, holder, e))
        return true;
    if (w->settings->environ == NULL)
        return false;
    notes_error(w->notes, e);
    *e = (struct err){.set = false};
    return use_spool(w, e);
}

/* An outage of the history does not end a round; now and then it is tried. */
bool watcher_return(struct watcher *w, const char **holder)
{
    struct err ignored = {.set = false};
    *holder = NULL;
    if (!w->spooling || clock_now_us() < w->again_us)
        return false;
    w->again_us = clock_now_us() + AGAIN_US;
    if (!claim(w, holder, &ignored))
        return false;
    if (*holder != NULL) {
        history_close(w->history); /* its file stays for the next claim */
        w->history = NULL;
        w->spooling = false;
    }
    return true;
}

void watcher_seed_spool(struct watcher *w, bool open)
{
    struct err e = {.set = false};
    struct history *h = NULL;
    if (w->spooling || w->settings->environ == NULL || place_of(w) == NULL)
        return;
    spool_remove(w->spool);
    if (open &&
        !(spool_open(&h, w->spool, &e) && spool_seed(h, w->history, &e)))
        notes_error(w->notes, &e);
    history_close(h);
}
