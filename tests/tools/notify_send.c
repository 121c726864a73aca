/*
 * Tells the receivers of a definition file of one incident, as `watch` does:
 * a payload and a key for each who wants to hear of it, into an outbox, and
 * rounds of sending. The outbox is in memory here and the clock is turned on
 * to when the next notice is due, so that nothing sleeps.
 * usage: notify_send FILE ROUNDS TIMEOUT_MS INTERRUPT_MS TRANSITION TEXT...
 *        (INTERRUPT_MS 0: not; more texts are further notices of each)
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "plan/plan.h"
#include "watch/notify/notify.h"

#define DAY_MS      INT64_C(86400000)
#define NOTICES_MAX 500

extern char **environ;

struct outbox {
    struct notice_row notice[NOTICES_MAX];
    size_t count;
};

static int64_t number(const char *text)
{
    uint64_t value = 0;
    if (!text_to_u64(str_from(text), INT64_MAX, &value))
        exit(2);
    return (int64_t)value;
}

static bool is_over(void *context)
{
    const int64_t *until_us = context;
    return *until_us != 0 && clock_now_us() >= *until_us;
}

/* What is put into the history in the transaction of a round. */
static bool tell(struct outbox *box, struct arena *a, const struct watch *w,
                 const struct message *m, int64_t count, struct sink *sink,
                 struct err *e)
{
    for (size_t i = 0; i < w->receiver_count; i++) {
        const struct receiver *to = &w->receiver[i];
        struct buf payload;
        if (!notify_wants(to, m->transition, m->incident->severity))
            continue;
        buf_init(&payload, HISTORY_PAYLOAD_MAX);
        bool ok = notify_payload(&payload, a, to, m, sink, e);
        if (ok && box->count < NOTICES_MAX)
            box->notice[box->count++] =
                (struct notice_row){.key = notify_key(a, to, m, count),
                                    .incident = m->incident->id,
                                    .receiver = to->name,
                                    .transition = m->transition,
                                    .payload = buf_dup(a, &payload),
                                    .made_ms = m->time_ms,
                                    .next_ms = m->time_ms};
        buf_release(&payload);
        if (!ok)
            return false;
    }
    return true;
}

static void print_notice(const struct notice_row *n, int64_t now_ms)
{
    static const char *const state[] = {"pending", "sent", "given-up"};
    printf("%s %s attempts=%lld", n->receiver, state[n->state],
           (long long)n->attempts);
    if (n->state == NOTICE_PENDING && n->next_ms > now_ms)
        printf(" wait=%lld", (long long)((n->next_ms - now_ms) / 1000));
    printf(" %s\n", n->error == NULL ? "-" : n->error);
}

/* One round: what is due now is tried once. */
static bool send_due(struct outbox *box, struct arena *a, const struct watch *w,
                     const struct notify_options *o, struct err *e)
{
    struct notice_row *due = arena_array(a, box->count + 1, sizeof(*due));
    size_t *from = arena_array(a, box->count + 1, sizeof(*from));
    size_t count = 0;
    for (size_t i = 0; i < box->count; i++)
        if (box->notice[i].state == NOTICE_PENDING &&
            box->notice[i].next_ms <= o->now_ms) {
            from[count] = i;
            due[count++] = box->notice[i];
        }
    if (!notify_send(due, count, w, a, o, e))
        return false;
    for (size_t i = 0; i < count; i++)
        box->notice[from[i]] = due[i];
    return true;
}

static int64_t next_due(const struct outbox *box, int64_t now_ms)
{
    int64_t next_ms = INT64_MAX;
    for (size_t i = 0; i < box->count; i++)
        if (box->notice[i].state == NOTICE_PENDING &&
            box->notice[i].next_ms < next_ms)
            next_ms = box->notice[i].next_ms;
    return next_ms == INT64_MAX || next_ms < now_ms ? now_ms : next_ms;
}

static bool run(char **argv, struct arena *a, const struct watch *w,
                struct sink *sink, struct err *e)
{
    static struct outbox box;
    int64_t interrupt_ms = number(argv[4]), until_us = 0;
    struct notify_options o = {.sink = sink,
                               .now_ms = clock_wall_ms(),
                               .timeout_ms = number(argv[3]),
                               .give_up_ms = DAY_MS,
                               .interrupted = is_over,
                               .context = &until_us};
    struct incident_row incident = {.id = "INC-2026-11-21-1",
                                    .severity = SEVERITY_CRITICAL,
                                    .title = "api is down",
                                    .service = "shop",
                                    .checks = "api\nweb\n",
                                    .detected_ms = o.now_ms - 60000};
    int transition = TRANSITION_OPENED;
    if (!name_find(&transition_names, str_from(argv[5]), &transition))
        exit(2);
    for (int i = 6; argv[i] != NULL; i++) {
        struct message m = {.transition = transition,
                            .text = argv[i],
                            .incident = &incident,
                            .verdict = "unhealthy",
                            .advice = "roll-back",
                            .time_ms = o.now_ms};
        if (!tell(&box, a, w, &m, i - 5, sink, e))
            return false;
    }
    until_us = interrupt_ms == 0 ? 0 : clock_now_us() + interrupt_ms * 1000;
    for (int64_t round = 1; round <= number(argv[2]); round++) {
        if (!send_due(&box, a, w, &o, e))
            return false;
        printf("round %lld\n", (long long)round);
        for (size_t i = 0; i < box.count; i++)
            print_notice(&box.notice[i], o.now_ms);
        o.now_ms = next_due(&box, o.now_ms);
    }
    return true;
}

static int fail(const struct err *e, struct diags *d)
{
    struct buf text;
    buf_init(&text, 100000);
    if (d != NULL)
        diags_render(d, &text);
    else
        err_render(e, &text);
    fputs(text.ptr, stderr);
    buf_release(&text);
    return 1;
}

int main(int argc, char **argv)
{
    struct arena a;
    struct diags d;
    struct plan plan;
    struct err e = {.set = false};
    int code = 0;
    if (argc < 7)
        return 2;
    const char *path[] = {argv[1]};
    struct sink *sink = sink_open();
    struct plan_inputs in = {.path = path,
                             .path_count = 1,
                             .environ = (const char *const *)environ,
                             .redactor = sink_redactor(sink)};
    arena_init(&a);
    diags_init(&d, &a);
    if (!plan_open(&plan, &a, &in, &d)) {
        code = fail(NULL, &d);
    } else {
        if (!run(argv, &a, &plan.watch, sink, &e))
            code = fail(&e, NULL);
        plan_close(&plan);
    }
    sink_close(sink);
    arena_release(&a);
    return code;
}
