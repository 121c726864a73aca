/* postflight incident: what the watcher found, and what people say to it. */
#include <stdlib.h>
#include <string.h>

#include "app/app.h"
#include "app/deploy_history.h"
#include "app/incident_rows.h"
#include "app/watcher.h"
#include "base/clock.h"
#include "base/text.h"

struct desk {
    struct arena *life;
    const struct settings *settings;
    const struct notes *notes;
    struct history *history;
};

static int list(struct desk *d)
{
    const struct notes *n = d->notes;
    struct incident_rows rows;
    struct err e = {.set = false};
    if (!history_incidents(d->history, d->life, NULL, 0, &rows, &e) ||
        !incidents_describe(d->history, d->life, rows.item, rows.count, &e))
        return notes_fail(n, &e, EXIT_INCONCLUSIVE);
    if (n->incidents != NULL)
        n->incidents(n->context, rows.item, rows.count);
    return EXIT_VERIFIED;
}

/* The incident that was named; "last" is the newest. */
static bool find(struct desk *d, const char *id, struct incident_row *out,
                 struct err *e)
{
    struct incident_rows rows;
    bool last = strcmp(id, "last") == 0;
    if (!history_incidents(d->history, d->life, last ? NULL : id, 0, &rows, e))
        return false;
    if (rows.count == 0)
        return err_set(e, POS_NONE, "there is no incident '%.60s'", id);
    *out = rows.item[0];
    return incidents_describe(d->history, d->life, out, 1, e);
}

static int compare_events(const void *left, const void *right)
{
    const struct event_row *a = left, *b = right;
    if (a->time_ms != b->time_ms)
        return a->time_ms < b->time_ms ? -1 : 1;
    return (a->id > b->id) - (a->id < b->id);
}

/* Its events, and the failures and recoveries of its checks. */
static int show(struct desk *d, const struct incident_row *row)
{
    const struct notes *n = d->notes;
    struct event_rows events;
    struct err e = {.set = false};
    size_t derived = 0;
    if (!history_events(d->history, d->life, row->id, 0, &events, &e) ||
        !incident_add_pending(d->history, d->life, row->id, &events, &e))
        return notes_fail(n, &e, EXIT_INCONCLUSIVE);
    const struct event_row *own = watch_episode_events(d->life, row, &derived);
    for (size_t i = 0; i < derived; i++) {
        events.item = arena_grow(d->life, events.item, events.count,
                                 &events.cap, sizeof(*events.item));
        events.item[events.count++] = own[i];
    }
    if (events.count > 0)
        qsort(events.item, events.count, sizeof(*events.item), compare_events);
    if (n->incident != NULL)
        n->incident(n->context, row, events.item, events.count);
    return EXIT_VERIFIED;
}

/* What people do is an event too. */
static int change(struct desk *d, const struct incident_row *row,
                  const char *text)
{
    struct err e = {.set = false};
    struct event_row event = {
        .time_ms = clock_wall_ms(),
        .incident = row->id,
        .witness = WITNESS_REPORTED,
        .source = d->settings->by != NULL ? d->settings->by : "a person",
        .text = text};
    return history_put_incident(d->history, row, &e) &&
                   history_add_event(d->history, &event, &e)
               ? EXIT_VERIFIED
               : notes_fail(d->notes, &e, EXIT_INCONCLUSIVE);
}

static int acknowledge(struct desk *d, struct incident_row *row)
{
    struct err e = {.set = false};
    if (!watch_acknowledge(row, clock_wall_ms(), &e))
        return notes_fail(d->notes, &e, EXIT_INVALID);
    return change(d, row, "acknowledged it");
}

static int close_incident(struct desk *d, struct incident_row *row)
{
    struct err e = {.set = false};
    if (!watch_close(row, clock_wall_ms(), &e))
        return notes_fail(d->notes, &e, EXIT_INVALID);
    return change(d, row, "closed it");
}

static int note(struct desk *d, const struct incident_row *row)
{
    struct buf text;
    struct err e = {.set = false};
    buf_init(&text, HISTORY_TEXT_MAX);
    for (size_t i = 2; i < d->settings->arguments.count; i++) {
        buf_text(&text, i == 2 ? "" : " ");
        buf_text(&text, d->settings->arguments.item[i]);
    }
    struct str clean = sink_text(d->notes->sink, d->life, buf_view(&text));
    int code = EXIT_USAGE;
    if (text.full)
        err_set(&e, POS_NONE, "a note has at most %zu bytes", HISTORY_TEXT_MAX);
    else if (str_trim(clean).len == 0)
        err_set(&e, POS_NONE, "expected a text: incident note ID TEXT");
    else
        code = change(d, row, str_dup(d->life, clean));
    if (e.set)
        notes_error(d->notes, &e);
    buf_release(&text);
    return code;
}

static int act(struct desk *d, const char *what)
{
    struct incident_row row = {.id = NULL};
    struct err e = {.set = false};
    if (d->settings->arguments.count < 2) {
        err_set(&e, POS_NONE, "expected the id of an incident, or 'last'");
        return notes_fail(d->notes, &e, EXIT_USAGE);
    }
    if (!find(d, d->settings->arguments.item[1], &row, &e))
        return notes_fail(d->notes, &e, EXIT_USAGE);
    if (strcmp(what, "show") == 0)
        return show(d, &row);
    if (strcmp(what, "ack") == 0)
        return acknowledge(d, &row);
    if (strcmp(what, "note") == 0)
        return note(d, &row);
    return close_incident(d, &row);
}

/* Read and written in one transaction, so that no round comes between. */
static int act_whole(struct desk *d, const char *what)
{
    struct err e = {.set = false};
    if (!history_begin(d->history, &e))
        return notes_fail(d->notes, &e, EXIT_INCONCLUSIVE);
    int code = act(d, what);
    if (code == EXIT_VERIFIED && history_commit(d->history, &e))
        return EXIT_VERIFIED;
    history_rollback(d->history);
    return e.set ? notes_fail(d->notes, &e, EXIT_INCONCLUSIVE) : code;
}

int incident_run(struct arena *life, const struct settings *s,
                 const struct notes *n)
{
    struct desk d = {.life = life, .settings = s, .notes = n};
    struct err e = {.set = false};
    const struct texts *words = &s->arguments;
    const char *what = words->count > 0 ? words->item[0] : "list";
    static const char *const verbs[] = {"list", "show", "ack", "note", "close"};
    size_t verb = 0;
    while (verb < ARRAY_COUNT(verbs) && strcmp(verbs[verb], what) != 0)
        verb++;
    if (verb == ARRAY_COUNT(verbs)) {
        err_set(&e, POS_NONE,
                "expected list, show, ack, note or close, found '%.40s'", what);
        return notes_fail(n, &e, EXIT_USAGE);
    }
    if (!history_open_existing(&d.history, watcher_place(s), &e))
        return notes_fail(n, &e, EXIT_INCONCLUSIVE);
    int code = verb == 0 ? list(&d) : act_whole(&d, what);
    history_report_odd(d.history, n);
    history_close(d.history);
    return code;
}
