/* Transitions on their way to the receivers that want to hear of them. */
#include "app/interrupt.h"
#include "app/watcher.h"
#include "base/clock.h"
#include "watch/notify/notify.h"

#define SENT_AT_ONCE 100
#define TIMEOUT_MS   10000
#define GIVE_UP_MS   (INT64_C(24) * 3600 * 1000)

static struct message message_of(const struct watcher *w,
                                 const struct record *r,
                                 const struct watch_round *round,
                                 const struct news *news)
{
    const struct cause *c = findings_cause(&r->logs);
    struct message m = {
        .transition = news->transition,
        .text = news->text,
        .incident = round->has_incident ? &round->incident : NULL,
        .verdict = name_of(&verdict_names, r->verdict),
        .advice = name_of(&advice_names, r->advice),
        .cause = c == NULL ? NULL : c->title,
        .time_ms = round->now_ms,
        .history = history_id(w->history),
        .link = round->has_incident ? round->incident.document : NULL,
    };
    for (size_t i = 0; c != NULL && i < c->remedy_count && m.remedy == NULL;
         i++)
        if (c->remedy[i].danger == NULL)
            m.remedy = c->remedy[i].text;
    return m;
}

/* What tells apart that the same thing happens again. */
static int64_t count_of(const struct watch_round *round,
                        const struct news *news, int64_t run)
{
    switch ((enum transition)news->transition) {
    case TRANSITION_REMINDED:
        return round->incident.reopened * 1000000 + round->incident.reminders;
    case TRANSITION_RESOLVED:
    case TRANSITION_REOPENED:
        return round->incident.reopened;
    case TRANSITION_OPENED:
    case TRANSITION_ACKNOWLEDGED:
    case TRANSITION_CLOSED:
        return 0;
    case TRANSITION_WORSENED:
    case TRANSITION_FLAPPING:
    case TRANSITION_LATE:
        break;
    }
    return run;
}

static bool add_notice(struct watcher *w, struct arena *a,
                       const struct receiver *to, const struct message *m,
                       int64_t count, struct err *e)
{
    struct buf payload;
    buf_init(&payload, HISTORY_PAYLOAD_MAX);
    bool ok = notify_payload(&payload, a, to, m, w->notes->sink, e);
    const struct notice_row row = {
        .key = notify_key(a, to, m, count),
        .incident = m->incident == NULL ? NULL : m->incident->id,
        .receiver = to->name,
        .transition = m->transition,
        .payload = payload.ptr,
        .state = NOTICE_PENDING,
        .made_ms = m->time_ms,
        .next_ms = m->time_ms,
    };
    ok = ok && history_add_notice(w->history, &row, e);
    buf_release(&payload);
    return ok;
}

bool incident_add_notices(struct watcher *w, struct arena *a,
                          const struct record *record,
                          const struct watch_round *round, int64_t run,
                          struct err *e)
{
    const struct watch *settings = &w->probing.plan.watch;
    int severity =
        round->has_incident ? round->incident.severity : SEVERITY_MAJOR;
    for (size_t i = 0; i < round->news_count; i++) {
        const struct news *news = &round->news[i];
        struct message m = message_of(w, record, round, news);
        for (size_t k = 0; k < settings->receiver_count; k++) {
            const struct receiver *to = &settings->receiver[k];
            if (notify_wants(to, news->transition, severity) &&
                !add_notice(w, a, to, &m, count_of(round, news, run), e))
                return false;
        }
    }
    return true;
}

bool incident_send_notices(struct watcher *w, struct arena *a, struct err *e)
{
    struct notice_rows due;
    const struct notify_options o = {.sink = w->notes->sink,
                                     .now_ms = clock_wall_ms(),
                                     .timeout_ms = TIMEOUT_MS,
                                     .give_up_ms = GIVE_UP_MS,
                                     .interrupted = interrupt_came};
    if (!history_due_notices(w->history, a, o.now_ms, SENT_AT_ONCE, &due, e))
        return false;
    if (due.count == 0)
        return true;
    if (!notify_send(due.item, due.count, &w->probing.plan.watch, a, &o, e))
        return false;
    for (size_t i = 0; i < due.count; i++) {
        const struct notice_row *n = &due.item[i];
        if (!history_put_notice(w->history, n, e))
            return false;
        if (n->state != NOTICE_SENT)
            notes_line(
                w->notes,
                arena_printf(a, "not sent to %s%s: %s", n->receiver,
                             n->state == NOTICE_GIVEN_UP ? ", given up" : "",
                             n->error == NULL ? "no reason" : n->error));
    }
    return true;
}
