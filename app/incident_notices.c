/* Transitions on their way to the receivers that want to hear of them. */
#include <string.h>

#include "app/outbox.h"
#include "app/watcher.h"
#include "base/clock.h"
#include "watch/notify/notify.h"

static struct message message_of(const struct watcher *w, struct arena *a,
                                 const struct record *r,
                                 const struct watch_round *round,
                                 const struct news *news)
{
    const struct cause *c = findings_cause(&r->logs);
    struct message m = {
        .transition = news->transition,
        .title = news->title,
        .text = news->text,
        .incident = news->of_incident ? &round->incident : NULL,
        .verdict = name_of(&verdict_names, r->verdict),
        .advice = name_of(&advice_names, r->advice),
        .cause = c == NULL ? NULL : c->title,
        .time_ms = round->now_ms,
        .history = history_id(w->history),
        .note = w->spooling ? "history unavailable: a message may come twice"
                            : NULL,
    };
    /* A path of this disk leads nowhere for who reads the message. */
    if (news->of_incident && w->probing.plan.watch.link_base != NULL)
        m.link = arena_printf(a, "%s/%s.md", w->probing.plan.watch.link_base,
                              round->incident.id);
    for (size_t i = 0; c != NULL && i < c->remedy_count && m.remedy == NULL;
         i++)
        if (c->remedy[i].danger == NULL)
            m.remedy = c->remedy[i].text;
    return m;
}

/* What distinguishes a notice from an earlier one of the same transition. */
static int64_t count_of(const struct watch_round *round,
                        const struct news *news, int64_t run)
{
    switch ((enum transition)news->transition) {
    case TRANSITION_RESOLVED:
    case TRANSITION_REOPENED:
        return round->incident.reopened;
    case TRANSITION_OPENED:
    case TRANSITION_CLOSED:
        return 0;
    case TRANSITION_WORSENED:
    case TRANSITION_IMPROVED:
    case TRANSITION_RECOVERING:
    case TRANSITION_ACKNOWLEDGED:
    case TRANSITION_REMINDED:
    case TRANSITION_FLAPPING:
    case TRANSITION_LATE:
    case TRANSITION_BLIND:
    case TRANSITION_SIGHTED:
        break;
    }
    return run;
}

/*
 * Whom it concerns: what fails now decides, but who was told of an outage is
 * told of its end, too.
 */
static int severity_of(const struct watch_round *round, const struct news *news)
{
    if (!news->of_incident)
        return SEVERITY_MAJOR;
    switch ((enum transition)news->transition) {
    case TRANSITION_OPENED:
    case TRANSITION_WORSENED:
    case TRANSITION_REMINDED:
    case TRANSITION_REOPENED:
        return round->incident.severity;
    case TRANSITION_IMPROVED:
    case TRANSITION_RECOVERING:
    case TRANSITION_ACKNOWLEDGED:
    case TRANSITION_RESOLVED:
    case TRANSITION_CLOSED:
    case TRANSITION_FLAPPING:
    case TRANSITION_LATE:
    case TRANSITION_BLIND:
    case TRANSITION_SIGHTED:
        break;
    }
    return round->incident.worst;
}

/* row: its key, receiver and state; the rest is filled in. */
static bool add_row(struct watcher *w, struct arena *a,
                    const struct receiver *to, const struct message *m,
                    struct notice_row row, struct err *e)
{
    struct buf payload;
    buf_init(&payload, HISTORY_PAYLOAD_MAX);
    bool ok = notify_payload(&payload, a, to, m, w->notes->sink, e);
    row.receiver = to->name;
    row.incident = m->incident == NULL ? NULL : m->incident->id;
    row.transition = m->transition;
    row.payload = payload.ptr;
    row.made_ms = row.next_ms = m->time_ms;
    ok = ok && history_add_notice(w->history, &row, e);
    buf_release(&payload);
    return ok;
}

static const struct receiver *fallback_of(const struct watch *settings,
                                          const struct receiver *to)
{
    for (size_t i = 0; to->fallback != NULL && i < settings->receiver_count;
         i++)
        if (strcmp(settings->receiver[i].name, to->fallback) == 0)
            return &settings->receiver[i];
    return NULL;
}

/* For the receiver, and held back for its fallback. */
static bool add_notice(struct watcher *w, struct arena *a,
                       const struct receiver *to, const struct message *m,
                       int64_t count, struct err *e)
{
    const struct receiver *other = fallback_of(&w->probing.plan.watch, to);
    const char *key = notify_key(a, to, m, count);
    if (!add_row(w, a, to, m,
                 (struct notice_row){.key = key, .state = NOTICE_PENDING}, e))
        return false;
    if (other == NULL)
        return true;
    struct message late = *m;
    late.missed = to->name;
    key = arena_printf(a, "%s%s", key, notify_fallback_end(a, to));
    return add_row(w, a, other, &late,
                   (struct notice_row){.key = key, .state = NOTICE_HELD}, e);
}

bool incident_add_notices(struct watcher *w, struct arena *a,
                          const struct record *record,
                          const struct watch_round *round, int64_t run,
                          struct err *e)
{
    const struct watch *settings = &w->probing.plan.watch;
    for (size_t i = 0; i < round->news_count; i++) {
        const struct news *news = &round->news[i];
        struct message m = message_of(w, a, record, round, news);
        for (size_t k = 0; k < settings->receiver_count; k++) {
            const struct receiver *to = &settings->receiver[k];
            if (notify_wants(to, news->transition, severity_of(round, news)) &&
                !add_notice(w, a, to, &m, count_of(round, news, run), e))
                return false;
        }
    }
    return true;
}

bool incident_send_notices(struct watcher *w, struct arena *a, struct err *e)
{
    size_t unsent = 0;
    (void)a;
    if (w->outbox != NULL) {
        outbox_wake(w->outbox);
        outbox_report(w->outbox, w->notes);
        return true;
    }
    /* Whoever does the next round need not wait for a receiver that hangs. */
    if (w->settings->once)
        history_release(w->history);
    bool ok =
        outbox_send(w->history, &w->probing.plan.watch, w->notes, &unsent, e);
    w->unsent = unsent > 0;
    return ok;
}

static const char *pending_text(struct arena *a, const struct notice_row *n)
{
    struct buf next;
    buf_init(&next, 64);
    clock_format(&next, n->next_ms / 1000 * 1000);
    const char *text = arena_printf(
        a,
        "The page to %s has not arrived after %lld attempt%s: %s; the next "
        "one is at %s",
        n->receiver == NULL ? "?" : n->receiver, (long long)n->attempts,
        n->attempts == 1 ? "" : "s", n->error == NULL ? "?" : n->error,
        next.ptr);
    buf_release(&next);
    return text;
}

bool incident_add_pending(struct history *h, struct arena *a, const char *id,
                          struct event_rows *events, struct err *e)
{
    struct notice_rows rows;
    if (!history_unsent_notices(h, a, id, &rows, e))
        return false;
    for (size_t i = 0; i < rows.count; i++) {
        const struct notice_row *n = &rows.item[i];
        if (n->state != NOTICE_PENDING || n->attempts == 0)
            continue;
        events->item = arena_grow(a, events->item, events->count, &events->cap,
                                  sizeof(*events->item));
        events->item[events->count++] =
            (struct event_row){.time_ms = clock_wall_ms(),
                               .incident = id,
                               .witness = WITNESS_OBSERVED,
                               .source = "postflight",
                               .text = pending_text(a, n)};
    }
    return true;
}
