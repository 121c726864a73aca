/* postflight notify --test: does a message arrive where people will look? */
#include <string.h>
#include <unistd.h>

#include "app/app.h"
#include "app/interrupt.h"
#include "app/probing.h"
#include "base/clock.h"
#include "base/random.h"
#include "watch/notify/notify.h"

#define TIMEOUT_MS 10000
#define WAIT_MS    200
#define ID_DIGITS  16 /* of a test, which is in the keys of its messages */

struct test {
    struct arena *life;
    const struct notes *notes;
    const struct watch *watch;
    struct texts name; /* of receivers; none: all of them */
    struct notify_lanes *lanes;
    char id[ID_DIGITS + 1];
    size_t failed;
};

/* What is a file or folder has definitions; the others are receivers. */
static struct settings part_arguments(struct test *t, const struct settings *s)
{
    struct settings own = *s;
    size_t count = s->arguments.count;
    own.arguments = (struct texts){
        arena_array(t->life, count + 1, sizeof(*own.arguments.item)), 0, count};
    t->name = (struct texts){
        arena_array(t->life, count + 1, sizeof(*t->name.item)), 0, count};
    for (size_t i = 0; i < count; i++) {
        const char *text = s->arguments.item[i];
        bool file = access(text, F_OK) == 0;
        struct texts *to = file ? &own.arguments : &t->name;
        to->item[to->count++] = text;
    }
    return own;
}

static const struct receiver *receiver_named(const struct watch *w,
                                             const char *name)
{
    for (size_t i = 0; i < w->receiver_count; i++)
        if (strcmp(w->receiver[i].name, name) == 0)
            return &w->receiver[i];
    return NULL;
}

static bool check_names(struct test *t, struct err *e)
{
    struct buf all;
    buf_init(&all, 4096);
    for (size_t i = 0; i < t->watch->receiver_count; i++)
        buf_printf(&all, "%s%s", i == 0 ? "" : ", ",
                   t->watch->receiver[i].name);
    const char *known = buf_take(t->life, &all);
    if (t->watch->receiver_count == 0)
        return err_set(e, POS_NONE,
                       "the definitions have no receiver: give some in "
                       "'watch.notify'");
    for (size_t i = 0; i < t->name.count; i++)
        if (receiver_named(t->watch, t->name.item[i]) == NULL)
            return err_set(e, POS_NONE,
                           "no receiver and no file has the name '%.100s'; the "
                           "receivers are: %.400s",
                           t->name.item[i], known);
    return true;
}

static bool is_chosen(const struct test *t, const struct receiver *to)
{
    for (size_t i = 0; i < t->name.count; i++)
        if (strcmp(t->name.item[i], to->name) == 0)
            return true;
    return t->name.count == 0;
}

static bool start(struct test *t, const struct receiver *to, struct err *e)
{
    struct buf payload;
    const struct message m = {
        .transition = -1,
        .text = arena_printf(t->life,
                             "A test of the receiver %s; nothing is wrong, and "
                             "there is nothing to do",
                             to->name),
        .time_ms = clock_wall_ms(),
        .history = t->id};
    buf_init(&payload, HISTORY_PAYLOAD_MAX);
    struct notice_row *n = arena_alloc(t->life, sizeof(*n));
    bool ok = notify_payload(&payload, t->life, to, &m, t->notes->sink, e);
    *n = (struct notice_row){.key = notify_key(t->life, to, &m, 0),
                             .receiver = to->name,
                             .transition = -1,
                             .payload = buf_dup(t->life, &payload),
                             .state = NOTICE_PENDING,
                             .made_ms = m.time_ms};
    buf_release(&payload);
    return ok && notify_lane_start(t->lanes, n, t->life, e);
}

static void report(struct test *t, const struct notice_row *n)
{
    bool sent = n->state == NOTICE_SENT;
    const char *said =
        sent ? notify_lane_said(t->lanes, n->receiver) : n->error;
    t->failed += sent ? 0 : 1;
    notes_line(t->notes, arena_printf(t->life, "%s: %s: %s", n->receiver,
                                      sent ? "delivered" : "not delivered",
                                      said == NULL ? "no response" : said));
}

static bool send_all(struct test *t, struct err *e)
{
    for (size_t i = 0; i < t->watch->receiver_count; i++)
        if (is_chosen(t, &t->watch->receiver[i]) &&
            !start(t, &t->watch->receiver[i], e))
            return false;
    while (notify_lanes_busy(t->lanes) > 0 && !interrupt_came(NULL)) {
        const struct notice_row *n;
        if (!notify_lanes_turn(t->lanes, WAIT_MS, e))
            return false;
        while ((n = notify_lanes_take(t->lanes)) != NULL)
            report(t, n);
    }
    return true;
}

static int run_test(struct test *t)
{
    struct err e = {.set = false};
    const struct notify_options o = {
        .sink = t->notes->sink, .timeout_ms = TIMEOUT_MS, .responses = true};
    if (!check_names(t, &e))
        return notes_fail(t->notes, &e, EXIT_USAGE);
    if (!random_hex(t->id, ID_DIGITS, &e) ||
        !notify_lanes_open(&t->lanes, t->watch, &o, &e))
        return notes_fail(t->notes, &e, EXIT_INCONCLUSIVE);
    interrupt_catch();
    bool ok = send_all(t, &e);
    notify_lanes_close(t->lanes);
    if (interrupt_signal() != 0)
        return 128 + interrupt_signal();
    if (!ok)
        return notes_fail(t->notes, &e, EXIT_INCONCLUSIVE);
    return t->failed == 0 ? EXIT_VERIFIED : EXIT_INCONCLUSIVE;
}

int notify_run(struct arena *life, const struct settings *s,
               const struct notes *n)
{
    struct test t = {.life = life, .notes = n};
    struct probing probing;
    struct err e = {.set = false};
    if (!s->test) {
        err_set(&e, POS_NONE,
                "expected --test: the rounds of `watch` send "
                "what there is to send");
        return notes_fail(n, &e, EXIT_USAGE);
    }
    struct settings own = part_arguments(&t, s);
    int code = probing_open(&probing, life, &own, n, false);
    t.watch = &probing.plan.watch;
    if (code == EXIT_VERIFIED)
        code = run_test(&t);
    probing_close(&probing);
    return code;
}
