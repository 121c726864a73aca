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

#define LEAST_MS 1000 /* of a service: it probes production */

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
    bool whole = w->history != NULL && !w->unsent;
    return !whole && code == EXIT_VERIFIED ? EXIT_INCONCLUSIVE : code;
}

/* A service sends beside its rounds; without a thread, after each. */
static void start_sending(struct watcher *w)
{
    struct err e = {.set = false};
    if (!outbox_start(&w->outbox, w->where, &w->probing.plan.watch, w->notes,
                      &e))
        notes_error(w->notes, &e);
}

static void stop_sending(struct watcher *w, bool drain)
{
    outbox_stop(w->outbox, drain, w->notes);
    w->outbox = NULL;
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
        stop_sending(old, false); /* it uses the definitions */
        spare->history = old->history;
        old->history = NULL;
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
 * back. *code: why the service ends, when another watcher has it now.
 */
static bool claim_again(struct watcher *w, int *code)
{
    const char *holder = NULL;
    struct err e = {.set = false};
    if (w->broken) {
        history_close(w->history);
        w->history = NULL;
        w->broken = false;
    }
    if (w->history != NULL)
        return true;
    if (!watcher_claim(w, &holder, &e))
        notes_error(w->notes, &e); /* the verdict is given even so */
    if (holder == NULL)
        return true;
    *code = end_as_second(w, holder);
    return false;
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

static int run_rounds(struct watching *watching)
{
    const struct settings *s = watching->w->settings;
    int code = EXIT_VERIFIED;
    while (!interrupt_came(NULL)) {
        int64_t began = clock_now_us();
        if (!claim_again(watching->w, &code))
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

static int serve(struct watcher *first, struct arena *first_life)
{
    struct watching watching = {.w = first};
    const struct settings *s = first->settings;
    const char *holder = NULL;
    struct err e = {.set = false};
    if (!watcher_claim(first, &holder, &e))
        return notes_fail(first->notes, &e, EXIT_INCONCLUSIVE);
    if (holder != NULL)
        return end_as_second(first, holder);
    outputs_begin(&first->outputs, first->notes);
    interrupt_catch();
    catch_hangup();
    service_notify(s, "READY=1\nSTATUS=watching");
    start_sending(first);
    int code = run_rounds(&watching);
    service_notify(s, "STOPPING=1");
    stop_sending(watching.w, code == EXIT_VERIFIED && !interrupt_came(NULL));
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
