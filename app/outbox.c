/* The thread that sends, and what it shares with the rounds: one lock. */
#include "app/outbox.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "app/interrupt.h"
#include "app/pump.h"
#include "base/clock.h"
#include "base/text.h"

#define WAIT_MS     1000
#define GRACE_US    INT64_C(150000) /* for what is on its way at the end */
#define END_LOOK_MS 20
#define DRAIN_US    (INT64_C(2) * PUMP_TIMEOUT_MS * 1000) /* then none begins */
#define LINES_BYTES ((size_t)64 << 10) /* that wait to be reported */

enum wish { WISH_GO_ON, WISH_DRAIN, WISH_STOP };

struct outbox {
    pthread_t thread;
    struct pump pump; /* of the thread, but for waking its lanes */
    struct sink *sink;
    char *where;

    pthread_mutex_t lock; /* of what follows */
    enum wish wish;
    bool woken, ended;
    struct buf lines;
};

static void say(void *context, const char *line)
{
    struct outbox *o = context;
    pthread_mutex_lock(&o->lock);
    buf_printf(&o->lines, "%s\n", line);
    pthread_mutex_unlock(&o->lock);
}

static enum wish wish_of(struct outbox *o, bool *woken)
{
    pthread_mutex_lock(&o->lock);
    enum wish wish = o->wish;
    *woken = o->woken;
    o->woken = false;
    pthread_mutex_unlock(&o->lock);
    return wish;
}

/* How long it may still begin something, and go on at all; 0: for ever. */
struct limits {
    int64_t begin_us, end_us;
};

static void set_limits(struct limits *l, enum wish wish)
{
    int64_t now = clock_now_us();
    if (wish == WISH_DRAIN && l->end_us == 0) {
        l->begin_us = now + DRAIN_US;
        l->end_us = l->begin_us + PUMP_TIMEOUT_MS * 1000;
    }
    if (wish == WISH_STOP && (l->end_us == 0 || l->begin_us > now)) {
        l->begin_us = now;
        l->end_us = now + GRACE_US;
    }
}

static bool goes_on(struct outbox *o, struct limits *l, enum wish wish,
                    bool busy)
{
    int64_t now = clock_now_us();
    if (wish == WISH_GO_ON)
        return true;
    set_limits(l, wish);
    o->pump.closing = now >= l->begin_us;
    return busy && now < l->end_us && !(wish == WISH_DRAIN && o->pump.troubled);
}

static void *run(void *context)
{
    struct outbox *o = context;
    struct limits limits = {0, 0};
    bool woken = false, busy = true;
    enum wish wish = wish_of(o, &woken);
    while (goes_on(o, &limits, wish, busy)) {
        o->pump.look = o->pump.look || woken;
        busy = pump_turn(&o->pump, wish == WISH_GO_ON ? WAIT_MS : END_LOOK_MS);
        wish = wish_of(o, &woken);
    }
    pthread_mutex_lock(&o->lock);
    o->ended = true;
    pthread_mutex_unlock(&o->lock);
    pump_close(&o->pump);
    return NULL;
}

static void drop(struct outbox *o)
{
    pthread_mutex_destroy(&o->lock);
    sink_close(o->sink);
    buf_release(&o->lines);
    free(o->where);
    free(o);
}

static bool start_thread(struct outbox *o, struct err *e)
{
    sigset_t all, before;
    sigfillset(&all); /* signals are for the thread of the rounds */
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int rc = pthread_create(&o->thread, NULL, run, o);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return rc == 0 ||
           err_set(e, POS_NONE, "no thread for sending: %s", strerror(rc));
}

bool outbox_start(struct outbox **out, const char *where,
                  const struct watch *settings, const struct notes *n,
                  struct err *e)
{
    struct outbox *o = heap_zeroed(sizeof(*o));
    *out = NULL;
    pthread_mutex_init(&o->lock, NULL);
    buf_init(&o->lines, LINES_BYTES);
    o->sink = sink_open();
    redactor_learn(sink_redactor(o->sink), sink_redactor(n->sink));
    o->where = heap_zeroed(strlen(where) + 1);
    memcpy(o->where, where, strlen(where));
    const struct pump_plan plan = {.where = o->where,
                                   .settings = settings,
                                   .sink = o->sink,
                                   .say = say,
                                   .context = o};
    if (!pump_open(&o->pump, &plan, e)) {
        drop(o);
        return false;
    }
    if (!start_thread(o, e)) {
        pump_close(&o->pump);
        drop(o);
        return false;
    }
    *out = o;
    return true;
}

static void tell(struct outbox *o, enum wish wish)
{
    pthread_mutex_lock(&o->lock);
    o->wish = wish;
    o->woken = true;
    if (!o->ended) /* its lanes are gone then */
        notify_lanes_wake(o->pump.lanes);
    pthread_mutex_unlock(&o->lock);
}

void outbox_wake(struct outbox *o)
{
    if (o != NULL)
        tell(o, WISH_GO_ON);
}

void outbox_report(struct outbox *o, const struct notes *n)
{
    struct arena a;
    if (o == NULL)
        return;
    arena_init(&a);
    pthread_mutex_lock(&o->lock);
    struct str rest = str_from(buf_dup(&a, &o->lines));
    buf_clear(&o->lines);
    pthread_mutex_unlock(&o->lock);
    while (rest.len > 0) {
        struct str line = str_cut(rest, '\n', &rest);
        notes_line(n, str_dup(&a, line));
    }
    arena_release(&a);
}

static bool has_ended(struct outbox *o)
{
    pthread_mutex_lock(&o->lock);
    bool ended = o->ended;
    pthread_mutex_unlock(&o->lock);
    return ended;
}

void outbox_stop(struct outbox *o, bool drain, const struct notes *n)
{
    if (o == NULL)
        return;
    if (drain) {
        tell(o, WISH_DRAIN);
        while (!has_ended(o) && !interrupt_came(NULL))
            (void)poll(NULL, 0, END_LOOK_MS);
    }
    tell(o, WISH_STOP);
    pthread_join(o->thread, NULL);
    outbox_report(o, n);
    drop(o);
}

static void say_now(void *context, const char *line)
{
    notes_line(context, line);
}

bool outbox_send(struct history *h, const struct watch *settings,
                 const struct notes *n, size_t *unsent, struct err *e)
{
    struct pump p;
    struct notes notes = *n;
    const struct pump_plan plan = {.history = h,
                                   .settings = settings,
                                   .sink = n->sink,
                                   .say = say_now,
                                   .context = &notes};
    int64_t until_us = clock_now_us() + DRAIN_US;
    *unsent = 0;
    if (!pump_open(&p, &plan, e))
        return false;
    while (!interrupt_came(NULL) && pump_turn(&p, END_LOOK_MS) && !p.troubled)
        if (clock_now_us() >= until_us)
            p.closing = true;
    bool ok = !p.troubled;
    if (!ok)
        *e = p.error;
    *unsent = p.unsent;
    pump_close(&p);
    return ok;
}
