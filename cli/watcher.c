/* A round of the watcher, from the network to the history. */
#include "cli/watcher.h"

#include <string.h>

#include "base/clock.h"
#include "cli/rows.h"
#include "report/report.h"
#include "verdict/verdict.h"

#define RECORD_BYTES_MAX HISTORY_RECORD_MAX
#define PRUNED_MAX       2000 /* rows a round */
#define LATE_LEAST_MS    10000

/* One round, in an arena of its own. */
struct turn {
    struct watcher *w;
    struct arena *arena;
    struct record record;
    struct findings findings;
    struct watch_round round;
    struct run_row run;
    int64_t last_ms; /* the round before; 0: there is none */
    bool kept;       /* in the history */
};

/* What is told by the interval follows the one of the command line. */
static int set_interval(struct watcher *w)
{
    struct watch *s = &w->asking.plan.watch;
    struct err e = {.set = false};
    int64_t before = s->interval_ms, late = 0;
    if (!option_duration(w->options, OPTION_INTERVAL, &s->interval_ms, &e)) {
        console_error(&e);
        return EXIT_USAGE;
    }
    if (s->interval_ms == before)
        return EXIT_VERIFIED;
    late = 3 * s->interval_ms;
    if (s->jitter_ms == before / 10)
        s->jitter_ms = s->interval_ms / 10;
    if (s->late_ms == 3 * before)
        s->late_ms = late < LATE_LEAST_MS ? LATE_LEAST_MS : late;
    return EXIT_VERIFIED;
}

int watcher_open(struct watcher *w, struct arena *life, const struct options *o)
{
    *w = (struct watcher){.life = life,
                          .options = o,
                          .console = console_open(o),
                          .where = option_text(o, OPTION_STATE, WATCHER_STATE)};
    struct err e = {.set = false};
    if (!outputs_open(&w->outputs, life, o, &e)) {
        console_error(&e);
        return EXIT_USAGE;
    }
    int code = asking_open(&w->asking, life, o, false);
    const struct round round = {
        .asking = &w->asking, .expected = option_text(o, OPTION_EXPECT, NULL)};
    if (code == EXIT_VERIFIED && !round_identified(&round, &e)) {
        console_error(&e);
        return EXIT_INVALID;
    }
    return code == EXIT_VERIFIED ? set_interval(w) : code;
}

void watcher_close(struct watcher *w)
{
    history_close(w->history);
    asking_close(&w->asking);
}

bool watcher_claim(struct watcher *w, const char **holder, struct err *e)
{
    *holder = NULL;
    if (!history_open(&w->history, w->where, e))
        return false;
    if (history_claim(w->history, w->life, holder, e))
        return true;
    history_close(w->history);
    w->history = NULL;
    return false;
}

static bool any_failure(const struct result *result, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (result[i].status == STATUS_FAIL)
            return true;
    return false;
}

/* Logs are read when something fails: they may know why. */
static void read_logs(struct turn *t)
{
    const struct texts *paths = &t->w->options->given[OPTION_CHECK_LOG];
    struct logs logs = {.life = t->arena};
    struct err e = {.set = false};
    struct texts copy = *paths;
    if (paths->count == 0 ||
        logs_open(&logs, t->arena, t->w->options, &copy) != EXIT_VERIFIED)
        return;
    if (!logs_scan(&logs, &t->findings, &e)) {
        console_error(&e);
        t->findings =
            (struct findings){.coverage = {.gave_up = 1, .unjudged = 1}};
    }
    logs_close(&logs);
}

static bool ask(struct turn *t, struct err *e)
{
    struct watcher *w = t->w;
    struct round round = {.asking = &w->asking,
                          .expected =
                              option_text(w->options, OPTION_EXPECT, NULL)};
    w->asking.life = t->arena;
    if (!round_set(&round, w, false, e))
        return false;
    const struct result *results = round_ask(&round, e);
    if (results == NULL)
        return false;
    bool failed = any_failure(results, w->asking.plan.count);
    if (failed)
        read_logs(t);
    struct verdict_inputs in = round_inputs(&round, results);
    in.logs = failed && w->options->given[OPTION_CHECK_LOG].count > 0
                  ? &t->findings
                  : NULL;
    verdict_join(&t->record, t->arena, &in, w->asking.redactor);
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
    struct result_row *rows = rows_of_record(&t->run, t->arena, &t->record);
    bool ok =
        history_add_run(t->w->history, &t->run, rows, t->record.result_count,
                        kept && !text.full ? &record : NULL, e);
    buf_release(&text);
    return ok;
}

static bool judge(struct turn *t, struct err *e)
{
    struct history *h = t->w->history;
    struct check_states states;
    struct incident_rows open;
    struct run_row last;
    struct watch_inputs in = {.settings = &t->w->asking.plan.watch,
                              .record = &t->record,
                              .last = &last,
                              .now_ms = t->record.started_ms};
    if (!history_states(h, t->arena, &states, e) ||
        !history_open_incidents(h, t->arena, &open, e) ||
        !history_last_run(h, t->arena, INT64_MAX, &last, e) ||
        !history_next_id(h, t->arena, in.now_ms, &in.next_id, e))
        return false;
    t->last_ms = last.started_ms;
    in.state = states.item;
    in.state_count = states.count;
    in.open = open.count > 0 ? &open.item[0] : NULL;
    watch_judge(&t->round, t->arena, &in);
    return true;
}

static bool put_incident(struct turn *t, struct err *e)
{
    struct incident_row *row = &t->round.incident;
    if (!t->round.has_incident || !t->round.changed)
        return true;
    if (row->run == 0)
        row->run = t->run.id;
    if (row->document == NULL)
        row->document = arena_printf(
            t->arena, "%s/%s.md", t->w->asking.plan.watch.documents, row->id);
    return history_put_incident(t->w->history, row, e);
}

static bool put_all(struct turn *t, struct err *e)
{
    struct history *h = t->w->history;
    bool left = false, ok = add_run(t, e);
    int64_t old = t->round.now_ms - t->w->asking.plan.watch.retention_ms;
    for (size_t i = 0; ok && i < t->round.state_count; i++)
        ok = history_put_state(h, &t->round.state[i], e);
    ok = ok && put_incident(t, e);
    for (size_t i = 0; ok && i < t->round.event_count; i++) {
        struct event_row *event = &t->round.event[i];
        if (event->incident == NULL && t->round.has_incident)
            event->incident = t->round.incident.id;
        ok = history_add_event(h, event, e);
    }
    return ok &&
           watcher_add_notices(t->w, t->arena, &t->record, &t->round, t->run.id,
                               e) &&
           history_prune(h, old, PRUNED_MAX, &left, e);
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

static void tell(const struct turn *t)
{
    const struct record *r = &t->record;
    for (size_t i = 0; t->kept && i < t->round.news_count; i++)
        console_field(&t->w->console,
                      name_of(&transition_names, t->round.news[i].transition),
                      t->round.news[i].text);
    console_mark(&t->w->console,
                 r->exit == EXIT_VERIFIED ? STATUS_PASS : STATUS_FAIL,
                 name_of(&verdict_names, r->verdict),
                 arena_printf(t->arena, "%lld of %lld checks passed; %s",
                              (long long)r->production.passed,
                              (long long)r->production.total,
                              !t->kept                ? "not kept"
                              : t->round.has_incident ? t->round.incident.id
                                                      : "no incident"));
}

static int turn(struct turn *t)
{
    struct err e = {.set = false};
    struct watcher *w = t->w;
    if (!ask(t, &e)) {
        console_error(&e);
        return EXIT_INCONCLUSIVE;
    }
    bool whole = asking_ended_by() == 0; /* half a round tells nothing */
    t->kept = w->history != NULL && whole && keep(t, &e);
    if (e.set)
        console_error(&e);
    w->broken = e.set;
    tell(t);
    bool ok = true;
    (void)outputs_write(&w->outputs, t->arena, &t->record);
    if (t->kept && t->round.has_incident)
        ok = watcher_document(t->arena, w->history, &w->asking.plan.watch,
                              w->asking.redactor, &t->record,
                              &t->round.incident) &&
             ok;
    if (t->kept)
        ok = watcher_last_documents(w, t->arena, &t->record, t->last_ms) && ok;
    e.set = false;
    if (t->kept && !watcher_send(w, t->arena, &e))
        console_error(&e);
    w->broken = w->broken || e.set;
    ok = ok && t->kept && !e.set;
    return outputs_exit(&w->outputs, &t->record, ok);
}

int watcher_round(struct watcher *w)
{
    struct arena arena;
    arena_init(&arena);
    struct turn t = {.w = w, .arena = &arena};
    int code = turn(&t);
    w->asking.life = w->life;
    arena_release(&arena);
    return code;
}
