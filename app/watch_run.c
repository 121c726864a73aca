/* postflight watch: is production still healthy? Once, or as a watching. */
#include <poll.h>
#include <signal.h>
#include <stdio.h>

#include "app/app.h"
#include "app/interrupt.h"
#include "app/outbox.h"
#include "app/service_manager.h"
#include "app/watcher.h"
#include "base/clock.h"

#define LEAST_MS        1000 /* of a service: it probes production */
#define STANDBY_MOST_US INT64_C(5000000) /* between tries to take over */

static volatile sig_atomic_t asked_to_reload;

static void note_hangup(int number)
{
    (void)number;
    asked_to_reload = 1;
}

/* A second watcher of the same history reports the first one, and ends. */
static int end_as_second(struct watcher *w, const char *holder)
{
    notes_line(w->notes, arena_printf(w->life, "%s: another watcher has it: %s",
                                      w->where, holder));
    return w->settings->fail_if_held ? EXIT_INCONCLUSIVE : EXIT_VERIFIED;
}

/* A history that cannot be used costs the history, not the verdict. */
static int once(struct watcher *w)
{
    const char *holder = NULL;
    struct err e = {.set = false};
    if (!watcher_claim(w, &holder, &e))
        notes_error(w->notes, &e);
    if (holder != NULL)
        return end_as_second(w, holder);
    outputs_begin(&w->outputs, w->notes);
    interrupt_catch();
    int code = watcher_round(w);
    int ended = interrupt_signal();
    if (ended != 0)
        return 128 + ended;
    if (code == EXIT_INCONCLUSIVE && w->settings->quiet) /* no line was shown */
        notes_line(w->notes, "this round was inconclusive");
    bool whole = w->history != NULL && !w->spooling && !w->unsent;
    return !whole && code == EXIT_VERIFIED ? EXIT_INCONCLUSIVE : code;
}

/* A service sends beside its rounds; without a thread, after each. */
static void start_sending(struct watcher *w)
{
    struct err e = {.set = false};
    if (!outbox_start(&w->outbox,
                      w->spooling ? w->spool.place[w->spool.at] : w->where,
                      &w->probing.plan.watch, w->notes, &e))
        notes_error(w->notes, &e);
}

static void stop_sending(struct watcher *w, bool drain)
{
    outbox_stop(w->outbox, drain, w->notes);
    w->outbox = NULL;
}

void watcher_move_sending(struct watcher *w)
{
    if (w->outbox == NULL)
        return;
    stop_sending(w, false);
    start_sending(w);
}

/* New definitions, when they are valid; the old ones otherwise. */
static void reload(struct watcher **w, struct watcher *spare,
                   struct arena *spare_life)
{
    struct watcher *old = *w;
    const struct settings *s = old->settings;
    const struct notes *n = old->notes;
    char text[80];
    asked_to_reload = 0;
    snprintf(text, sizeof(text), "RELOADING=1\nMONOTONIC_USEC=%lld",
             (long long)clock_now_us());
    service_notify(s, text);
    arena_init(spare_life);
    if (watcher_open(spare, spare_life, s, n) != EXIT_VERIFIED) {
        notes_line(
            n,
            "the new definitions have errors; the previous ones stay in use");
        probing_close(&spare->probing);
        arena_release(spare_life);
    } else {
        struct arena *life = old->life;
        bool sends = old->outbox != NULL;
        stop_sending(old, false); /* it uses the definitions */
        spare->history = old->history;
        spare->spooling = old->spooling;
        spare->again_us = old->again_us;
        spare->spool = old->spool;
        for (size_t i = 0; i < old->spool.count; i++)
            spare->spool.place[i] =
                str_dup(spare->life, str_from(old->spool.place[i]));
        old->history = NULL;
        if (sends)
            start_sending(spare);
        probing_close(&old->probing);
        arena_release(life);
        *w = spare;
        notes_line(n, "the definitions were read again");
    }
    service_notify(s, "READY=1");
}

static int64_t pause_us(const struct watcher *w, int64_t began_us)
{
    const struct watch *settings = &w->probing.plan.watch;
    int64_t jitter = settings->jitter_ms;
    int64_t spent = clock_now_us() - began_us;
    int64_t pause = settings->interval_ms * 1000 - spent;
    if (jitter > 0)
        pause += clock_now_us() * 7919 % (jitter * 1000);
    return pause > 0 ? pause : 0;
}

/* Until it is time, or a signal comes; the manager sees that it lives. */
static void rest(const struct watcher *w, int64_t pause)
{
    int64_t until = clock_now_us() + pause;
    while (!interrupt_came(NULL) && asked_to_reload == 0) {
        int64_t left = until - clock_now_us();
        if (left <= 0)
            return;
        service_notify(w->settings, SERVICE_ALIVE);
        outbox_report(w->outbox, w->notes);
        (void)poll(NULL, 0,
                   (int)((left < 1000000 ? left : 1000000) / 1000) + 1);
    }
}

static void catch_hangup(void)
{
    struct sigaction action = {.sa_handler = note_hangup};
    sigaction(SIGHUP, &action, NULL);
}

/*
 * A history that failed is opened again: its disk has room again, its server is
 * back. *holder: another watcher has it now.
 */
static void claim_again(struct watcher *w, const char **holder)
{
    struct err e = {.set = false};
    *holder = NULL;
    if (watcher_return(w, holder) && *holder == NULL)
        watcher_move_sending(w);
    if (*holder != NULL)
        return;
    if (w->broken) {
        history_close(w->history);
        w->history = NULL;
        w->broken = false;
    }
    if (w->history != NULL)
        return;
    w->spooling = false;
    if (!watcher_claim(w, holder, &e))
        notes_error(w->notes, &e); /* the verdict is given even so */
    else if (*holder == NULL)
        watcher_move_sending(w);
}

/* Round after round; in `slot` stand definitions that were read again. */
struct watching {
    struct watcher *w; /* whose definitions are used */
    struct watcher slot[2];
    struct arena life[2];
    size_t next; /* slot that is free */
    int64_t rounds;
};

static void read_again(struct watching *watching)
{
    struct watcher *before = watching->w;
    size_t next = watching->next;
    reload(&watching->w, &watching->slot[next], &watching->life[next]);
    if (watching->w != before)
        watching->next = 1 - next;
}

static int64_t standby_us(const struct watcher *w)
{
    int64_t half = w->probing.plan.watch.interval_ms * 1000 / 2;
    return half < STANDBY_MOST_US ? half : STANDBY_MOST_US;
}

/* Its history stays open meanwhile: only the claim is tried again. */
static bool try_to_claim(struct watcher *w, bool *held, struct err *e)
{
    const char *holder = NULL;
    struct arena a;
    arena_init(&a);
    bool ok = w->history != NULL || history_open(&w->history, w->where, e);
    ok = ok && history_claim(w->history, &a, &holder, e);
    arena_release(&a);
    *held = !ok || holder != NULL;
    if (!ok) {
        history_close(w->history);
        w->history = NULL;
    }
    return ok;
}

/* Until the watcher that has the history is gone; false: a signal came. */
static bool stand_by(struct watching *watching, const char *holder)
{
    const struct notes *n = watching->w->notes;
    bool held = true, said = false;
    notes_line(n, arena_printf(watching->w->life,
                               "%s: on standby, another watcher has it: %s",
                               watching->w->where, holder));
    service_notify(watching->w->settings, "READY=1\nSTATUS=on standby");
    while (held) {
        struct err e = {.set = false};
        rest(watching->w, standby_us(watching->w));
        if (interrupt_came(NULL))
            return false;
        if (asked_to_reload != 0)
            read_again(watching);
        if (!try_to_claim(watching->w, &held, &e) && !said) {
            notes_error(n, &e);
            said = true;
        }
    }
    notes_line(n, arena_printf(watching->w->life,
                               "%s: the other watcher is gone, taking over",
                               watching->w->where));
    service_notify(watching->w->settings, "STATUS=watching");
    return true;
}

/* *code: why the service ends, when it does. */
static bool has_claim(struct watching *watching, int *code)
{
    const char *holder = NULL;
    claim_again(watching->w, &holder);
    if (holder == NULL)
        return true;
    if (!watching->w->settings->wait_if_held) {
        *code = end_as_second(watching->w, holder);
        return false;
    }
    stop_sending(watching->w, false);
    if (!stand_by(watching, holder))
        return false;
    start_sending(watching->w);
    return true;
}

static int run_rounds(struct watching *watching)
{
    const struct settings *s = watching->w->settings;
    int code = EXIT_VERIFIED;
    while (!interrupt_came(NULL)) {
        int64_t began = clock_now_us();
        if (!has_claim(watching, &code))
            break;
        (void)watcher_round(watching->w);
        service_notify(s, SERVICE_ALIVE);
        if (s->rounds > 0 && ++watching->rounds >= s->rounds)
            break;
        rest(watching->w, pause_us(watching->w, began));
        if (asked_to_reload != 0)
            read_again(watching);
    }
    return code;
}

/* The first claim: what is wrong with the history ends it. */
static int begin(struct watching *watching)
{
    struct watcher *first = watching->w;
    const struct settings *s = first->settings;
    const char *holder = NULL;
    struct err e = {.set = false};
    if (!watcher_claim(first, &holder, &e))
        return notes_fail(first->notes, &e, EXIT_INCONCLUSIVE);
    if (holder != NULL && !s->wait_if_held)
        return end_as_second(first, holder);
    outputs_begin(&first->outputs, first->notes);
    interrupt_catch();
    catch_hangup();
    if (holder != NULL && !stand_by(watching, holder))
        return EXIT_VERIFIED;
    service_notify(s, "READY=1\nSTATUS=watching");
    start_sending(watching->w);
    int code = run_rounds(watching);
    service_notify(s, "STOPPING=1");
    stop_sending(watching->w, code == EXIT_VERIFIED && !interrupt_came(NULL));
    return code;
}

static int serve(struct watcher *first, struct arena *first_life)
{
    struct watching watching = {.w = first};
    int code = begin(&watching);
    if (watching.w != first) {
        struct arena *last = watching.w->life;
        watcher_close(watching.w);
        arena_release(last);
        arena_init(first_life); /* it was given up with its definitions */
        *first = (struct watcher){.life = first_life};
    }
    return code;
}

static bool check_pace(const struct settings *s, struct err *e)
{
    if (s->once == (s->interval_ms > 0))
        return err_set(
            e, POS_NONE,
            "expected --once, for cron, or --interval, for a service");
    if (s->once && s->wait_if_held)
        return err_set(e, POS_NONE,
                       "'--if-held wait' is for a service: with --once the "
                       "next round of cron is the one that waits");
    return s->once || s->interval_ms >= LEAST_MS || s->rounds > 0 ||
           err_set(e, POS_NONE,
                   "--interval below 1s takes --rounds, which ends it");
}

int watch_run(struct arena *life, const struct settings *s,
              const struct notes *n)
{
    struct arena definitions;
    struct watcher w;
    struct err e = {.set = false};
    (void)life;
    if (!check_pace(s, &e))
        return notes_fail(n, &e, EXIT_USAGE);
    arena_init(&definitions);
    int code = watcher_open(&w, &definitions, s, n);
    if (code != EXIT_VERIFIED)
        outputs_forget(&w.outputs, s);
    else
        code = s->once ? once(&w) : serve(&w, &definitions);
    watcher_close(&w);
    arena_release(&definitions);
    return code;
}
