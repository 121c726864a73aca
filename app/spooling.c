/* Which history the rounds use: the one that was asked for, or the spool. */
#include "app/outbox.h"
#include "app/watcher.h"
#include "base/clock.h"

#define AGAIN_US INT64_C(10000000) /* between tries of a history that fails */

static struct spools *spools_of(struct watcher *w)
{
    struct spools *p = &w->spool;
    if (!p->known)
        p->count =
            spool_places(w->life, w->where, w->settings->environ, p->place);
    p->known = true;
    return p;
}

static bool open_spool(struct watcher *w, const char *place, struct err *e)
{
    const char *holder = NULL;
    struct history *h = NULL;
    if (!spool_open(&h, place, e))
        return false;
    if (!history_claim(h, w->life, &holder, e) || holder != NULL) {
        history_close(h);
        return holder == NULL ||
               err_set(e, POS_NONE, "'%s' is in use: %s", place, holder);
    }
    w->history = h;
    w->spooling = true;
    w->again_us = clock_now_us() + AGAIN_US;
    notes_line(w->notes,
               arena_printf(w->life,
                            "the rounds go into '%s' until the history is back",
                            place));
    return true;
}

/* The first one from here on that can be used. */
static bool use_spool(struct watcher *w, struct err *e)
{
    struct spools *p = spools_of(w);
    if (p->count == 0)
        return err_set(e, POS_NONE, "no folder for a spool can be written");
    for (; p->at < p->count; p->at++) {
        if (e->set)
            notes_error(w->notes, e);
        *e = (struct err){.set = false};
        if (open_spool(w, p->place[p->at], e))
            return true;
    }
    p->at = 0;
    return false;
}

bool watcher_use_spool(struct watcher *w)
{
    struct err e = {.set = false}, ignored = {.set = false};
    struct history *failed = w->history;
    if (w->settings->environ == NULL)
        return false;
    if (w->spooling && w->spool.at + 1 == w->spool.count)
        return false; /* the last one failed, too */
    w->spool.at += w->spooling ? 1 : 0;
    w->history = NULL;
    w->broken = false;
    w->spooling = false;
    bool ok = use_spool(w, &e);
    if (!ok)
        notes_error(w->notes, &e);
    else if (failed != NULL && !spool_seed(w->history, failed, &ignored))
        notes_line(w->notes,
                   "the spool does not have the incidents of the history");
    history_close(failed);
    return ok;
}

/* What one spool has goes into the history; none is missing without a file. */
static bool take_spool(struct watcher *w, struct history *h, const char *place,
                       struct err *e)
{
    struct history *spool = NULL;
    bool any = false;
    if (!spool_is_at(place))
        return true;
    if (!spool_open(&spool, place, e))
        return false;
    bool ok =
        spool_has_rounds(spool, &any, e) && (!any || spool_take(h, spool, e));
    history_close(spool);
    if (ok && any) {
        spool_remove(place);
        notes_line(w->notes, "the history is back, and has the rounds of the "
                             "spool");
    }
    return ok;
}

/* A disk that became full has an older one than the place after it. */
static bool take_spools(struct watcher *w, struct history *h, struct err *e)
{
    struct spools *p = spools_of(w);
    for (size_t i = 0; i < p->count; i++)
        if (!take_spool(w, h, p->place[i], e))
            return false;
    p->at = 0;
    if (w->spooling)
        history_close(w->history);
    w->history = NULL;
    w->spooling = false;
    return true;
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
    if (!take_spools(w, h, e)) {
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
    if (w->spooling || w->settings->environ == NULL)
        return;
    struct spools *p = spools_of(w);
    for (size_t i = 0; i < p->count; i++)
        if (spool_is_at(p->place[i]))
            spool_remove(p->place[i]);
    for (size_t i = 0; open && h == NULL && i < p->count; i++) {
        e = (struct err){.set = false};
        if (spool_open(&h, p->place[i], &e) && !spool_seed(h, w->history, &e))
            break;
    }
    if (e.set)
        notes_error(w->notes, &e);
    history_close(h);
}
