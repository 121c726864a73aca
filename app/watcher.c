/* A round of the watcher, from the network to the history. */
#include "app/watcher.h"

#include <string.h>

#include "app/deploy_history.h"
#include "app/good_round.h"
#include "app/incident_rows.h"
#include "app/interrupt.h"
#include "app/record_rows.h"
#include "base/clock.h"
#include "report/report.h"
#include "verdict/verdict.h"

#define RECORD_BYTES_MAX HISTORY_RECORD_MAX
#define PRUNED_MAX       2000 /* rows a round */
#define LATE_LEAST_MS    10000
#define AHEAD_MS                                                               \
    (INT64_C(24) * 3600 * 1000) /* that a clock may go back; no row is newer   \
                                 */

/* One round, in an arena of its own. */
struct turn {
    struct watcher *w;
    struct arena *arena;
    struct record record;
    struct findings findings;
    struct watch_round round;
    struct incident_rows open; /* before it, newest first */
    struct run_row run;
    int64_t last_ms; /* the round before; 0: there is none */
    bool kept;       /* in the history */
};

/* Keys whose defaults follow the interval follow that of the command line. */
static void set_interval(struct watcher *w)
{
    struct watch *watch = &w->probing.plan.watch;
    int64_t before = watch->interval_ms, late = 0;
    if (w->settings->interval_ms == 0 || w->settings->interval_ms == before)
        return;
    watch->interval_ms = w->settings->interval_ms;
    late = 3 * watch->interval_ms;
    if (watch->jitter_ms == before / 10)
        watch->jitter_ms = watch->interval_ms / 10;
    if (watch->late_ms == 3 * before)
        watch->late_ms = late < LATE_LEAST_MS ? LATE_LEAST_MS : late;
}

int watcher_open(struct watcher *w, struct arena *life,
                 const struct settings *s, const struct notes *n)
{
    *w = (struct watcher){
        .life = life, .settings = s, .notes = n, .where = watcher_place(s)};
    struct err e = {.set = false};
    if (!outputs_open(&w->outputs, life, s, &e))
        return notes_fail(n, &e, EXIT_USAGE);
    int code = probing_open(&w->probing, life, s, n, false);
    const struct check_run run = {.probing = &w->probing,
                                  .expected = s->expect};
    if (code == EXIT_VERIFIED && !check_run_identified(&run, &e))
        return notes_fail(n, &e, EXIT_INVALID);
    if (code == EXIT_VERIFIED)
        set_interval(w);
    return code;
}

const char *watcher_place(const struct settings *s)
{
    return s->state != NULL ? s->state : "postflight.db";
}

void watcher_close(struct watcher *w)
{
    history_close(w->history);
    probing_close(&w->probing);
}

static bool any_failure(const struct result *result, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (result[i].status == STATUS_FAIL)
            return true;
    return false;
}

/* What a log said before production was last well did not break it. */
static struct deploy_window window_of(struct turn *t,
                                      const struct result *results)
{
    struct watcher *w = t->w;
    struct good_round good = {.good_ms = 0};
    struct err e = {.set = false};
    if (w->history != NULL &&
        !good_round_find(&good, w->history, t->arena, results,
                         w->probing.plan.count, &e))
        notes_error(w->notes, &e);
    return (struct deploy_window){
        .good_ms = good.good_ms,
        .started_ms = good.failed_ms != 0 ? good.failed_ms : clock_wall_ms()};
}

/* Logs are read when something fails: they may show why. */
static void read_logs(struct turn *t, const struct result *results)
{
    const struct settings *s = t->w->settings;
    struct logs logs = {.life = t->arena};
    struct err e = {.set = false};
    if (s->logs.count == 0 ||
        logs_open(&logs, t->arena, s, t->w->notes, &s->logs) != EXIT_VERIFIED)
        return;
    logs.deploy = window_of(t, results);
    if (!logs_scan(&logs, &t->findings, &e)) {
        notes_error(t->w->notes, &e);
        t->findings =
            (struct findings){.coverage = {.gave_up = 1, .unjudged = 1}};
    }
    logs_close(&logs);
}

static bool probe(struct turn *t, struct err *e)
{
    struct watcher *w = t->w;
    struct check_run run = {.probing = &w->probing,
                            .expected = w->settings->expect};
    w->probing.life = t->arena;
    check_run_set(&run, w, false);
    const struct result *results = check_run_probe(&run, e);
    if (results == NULL)
        return false;
    bool failed = any_failure(results, w->probing.plan.count);
    if (failed)
        read_logs(t, results);
    struct verdict_inputs in = check_run_inputs(&run, results);
    in.logs = failed && w->settings->logs.count > 0 ? &t->findings : NULL;
    verdict_join(&t->record, t->arena, &in, w->probing.redactor);
    return true;
}

/* The record is kept where somebody will ask for it. */
static bool add_run(struct turn *t, struct err *e)
{
    struct buf text;
    bool kept = t->round.news_count > 0 || t->round.changed;
    buf_init(&text, RECORD_BYTES_MAX);
    if (kept)
        report_write_record(&text, &t->record);
    struct str record = buf_view(&text);
    struct result_row *rows = record_rows(&t->run, t->arena, &t->record);
    bool ok =
        history_add_run(t->w->history, &t->run, rows, t->record.result_count,
                        kept && !text.full ? &record : NULL, e);
    buf_release(&text);
    return ok;
}

/* The one that goes on. */
static struct incident_row *first_of(const struct incident_rows *open)
{
    return &open->item[open->count - 1];
}

static bool judge(struct turn *t, struct err *e)
{
    struct history *h = t->w->history;
    struct check_states states;
    struct incident_rows *open = &t->open;
    struct episodes episodes;
    struct run_row last;
    struct watch_inputs in = {.settings = &t->w->probing.plan.watch,
                              .record = &t->record,
                              .last = &last,
                              .now_ms = t->record.started_ms};
    if (!history_states(h, t->arena, &states, e) ||
        !history_open_incidents(h, t->arena, open, e) ||
        !history_episodes(h, t->arena,
                          open->count > 0 ? first_of(open)->started_ms
                                          : INT64_MAX,
                          &episodes, e) ||
        !history_last_run(h, t->arena, in.now_ms + AHEAD_MS, &last, e) ||
        !history_next_id(h, t->arena, in.now_ms, &in.next_id, e))
        return false;
    t->last_ms = last.started_ms;
    in.state = states.item;
    in.state_count = states.count;
    in.episode = episodes.item;
    in.episode_count = episodes.count;
    in.open = open->count > 0 ? first_of(open) : NULL;
    watch_judge(&t->round, t->arena, &in);
    return true;
}

static bool put_events(struct turn *t, struct watch_round *round, struct err *e)
{
    bool ok = true;
    for (size_t i = 0; ok && i < round->event_count; i++) {
        struct event_row *event = &round->event[i];
        if (event->incident == NULL && round->has_incident)
            event->incident = round->incident.id;
        ok = history_add_event(t->w->history, event, e);
    }
    return ok;
}

/* What a spool opened beside an incident that it did not know. */
static bool end_others(struct turn *t, struct err *e)
{
    struct history *h = t->w->history;
    const struct incident_rows *open = &t->open;
    if (open->count < 2 || t->round.incident.verified_ms == 0)
        return true;
    bool ok = incidents_describe(h, t->arena, open->item, open->count - 1, e);
    for (size_t i = 0; ok && i + 1 < open->count; i++) {
        struct watch_round round = {.now_ms = t->round.now_ms};
        watch_end_with(&round, t->arena, &open->item[i], &t->round.incident);
        round.incident.last_run = t->run.id;
        ok = history_put_incident(h, &round.incident, e) &&
             put_events(t, &round, e) &&
             incident_add_notices(t->w, t->arena, &t->record, &round, t->run.id,
                                  e);
    }
    return ok;
}

static bool put_incident(struct turn *t, struct err *e)
{
    struct incident_row *row = &t->round.incident;
    if (!t->round.has_incident || !t->round.changed)
        return true;
    if (row->run == 0)
        row->run = t->run.id;
    if (t->round.worst)
        row->worst_run = t->run.id;
    if (t->round.end)
        row->last_run = t->run.id;
    if (row->document == NULL)
        row->document = arena_printf(
            t->arena, "%s/%s.md", t->w->probing.plan.watch.documents, row->id);
    return history_put_incident(t->w->history, row, e);
}

static bool put_all(struct turn *t, struct err *e)
{
    struct history *h = t->w->history;
    bool left = false, ok = add_run(t, e);
    int64_t old = t->round.now_ms - t->w->probing.plan.watch.retention_ms;
    for (size_t i = 0; ok && i < t->round.state_count; i++)
        ok = history_put_state(h, &t->round.state[i], e);
    for (size_t i = 0; ok && i < t->round.episode_count; i++)
        if (t->round.episode[i].changed)
            ok = history_put_episode(h, &t->round.episode[i].is, e);
    return ok && put_incident(t, e) && put_events(t, &t->round, e) &&
           incident_add_notices(t->w, t->arena, &t->record, &t->round,
                                t->run.id, e) &&
           end_others(t, e) && history_prune(h, old, PRUNED_MAX, &left, e);
}

/* All of the round, or nothing. */
static bool keep(struct turn *t, struct err *e)
{
    struct history *h = t->w->history;
    if (!history_begin(h, e))
        return false;
    if (judge(t, e) && put_all(t, e) && history_commit(h, e))
        return true;
    history_rollback(h);
    return false;
}

static void report_end(const struct turn *t)
{
    const struct notes *n = t->w->notes;
    const struct round_end end = {&t->record, &t->round, t->kept};
    if (n->round != NULL)
        n->round(n->context, &end);
}

/* The documents of incidents, and what is due to be sent. False: one failed. */
static bool follow_up(struct turn *t)
{
    struct watcher *w = t->w;
    struct err e = {.set = false};
    bool ok = true;
    if (t->round.has_incident)
        ok = incident_document(w, t->arena, &t->record, &t->round.incident);
    ok = incident_last_documents(w, t->arena, &t->record, t->last_ms) && ok;
    if (!incident_send_notices(w, t->arena, &e)) {
        notes_error(w->notes, &e);
        w->broken = true;
        ok = false;
    }
    return ok;
}

static int turn(struct turn *t)
{
    struct err e = {.set = false};
    struct watcher *w = t->w;
    if (!probe(t, &e))
        return notes_fail(w->notes, &e, EXIT_INCONCLUSIVE);
    bool whole = !interrupt_came(NULL); /* half a round says nothing */
    t->kept = w->history != NULL && whole && keep(t, &e);
    if (e.set)
        notes_error(w->notes, &e);
    w->broken = e.set;
    while (w->broken && watcher_use_spool(w)) {
        e.set = false;
        t->kept = keep(t, &e);
        if (e.set)
            notes_error(w->notes, &e);
        w->broken = e.set;
        watcher_move_sending(w);
    }
    if (t->kept && t->round.changed)
        watcher_seed_spool(w, t->round.has_incident &&
                                  t->round.incident.closed_ms == 0);
    history_report_odd(w->history, w->notes);
    report_end(t);
    (void)outputs_write(&w->outputs, t->arena, w->settings, w->notes,
                        &t->record);
    bool ok = t->kept && follow_up(t);
    return outputs_exit(&w->outputs, &t->record, ok);
}

int watcher_round(struct watcher *w)
{
    struct arena arena;
    arena_init(&arena);
    struct turn t = {.w = w, .arena = &arena};
    int code = turn(&t);
    w->probing.life = w->life;
    arena_release(&arena);
    return code;
}
