/* Deployments in the history: out of it, and into it. */
#include "app/deploy_history.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "app/record_rows.h"
#include "report/report.h"
#include "watch/history/history.h"

#define RUNS_SHOWN 50

static bool fail(const struct notes *n, struct history *h, const struct err *e)
{
    notes_error(n, e);
    history_close(h);
    return false;
}

bool history_open_existing(struct history **out, const char *where,
                           struct err *e)
{
    struct str place = str_from(where);
    *out = NULL;
    if (!str_starts(place, STR("postgresql://")) &&
        !str_starts(place, STR("postgres://")) && access(where, F_OK) != 0)
        return err_set(e, POS_NONE,
                       "cannot open the history '%s': %s: give with --state "
                       "the one that `watch` keeps",
                       where, strerror(errno));
    return history_open(out, where, e);
}

void history_report_odd(struct history *h, const struct notes *n)
{
    struct arena a;
    arena_init(&a);
    const char *text = h == NULL ? NULL : history_odd(h, &a);
    if (text != NULL)
        notes_line(n, text);
    arena_release(&a);
}

static const char *status_of(const struct deployment_row *d)
{
    return verdict_is_good(d->verdict) || d->verdict == VERDICT_DEGRADED
               ? "success"
               : "failure";
}

static void add_runs(struct deploy_evidence *out, struct arena *life,
                     const struct deployment_rows *rows)
{
    size_t from = rows->count > RUNS_SHOWN ? rows->count - RUNS_SHOWN : 0;
    out->run = arena_array(life, rows->count + 1, sizeof(*out->run));
    for (size_t i = from; i < rows->count; i++) {
        const struct deployment_row *d = &rows->item[i];
        out->run[out->run_count++] = (struct deployment_run){
            .id = arena_printf(life, "%lld", (long long)d->run),
            .workflow = "postflight verify",
            .target = "production",
            .status = status_of(d),
            .commit = d->commit != NULL ? d->commit : d->version,
            .start_ms = d->started_ms,
            .end_ms = d->finished_ms};
    }
}

bool deploy_history_read(struct deploy_evidence *out, struct arena *life,
                         const char *where, const struct notes *n)
{
    struct history *h = NULL;
    struct deployment_rows rows;
    struct err e = {.set = false};
    if (!history_open(&h, where, &e) ||
        !history_deployments(h, life, 0, INT64_MAX, &rows, &e))
        return fail(n, h, &e);
    if (out->run_count == 0)
        add_runs(out, life, &rows);
    history_report_odd(h, n);
    history_close(h);
    return true;
}

/* The oldest commit that this deployment brought: lead time counts from it. */
static int64_t oldest_commit(const struct record *r)
{
    const struct git_evidence *git = &r->evidence.git;
    int64_t oldest = 0;
    for (size_t i = 0; i < git->commit_count; i++)
        if (oldest == 0 || git->commit[i].time_ms < oldest)
            oldest = git->commit[i].time_ms;
    return oldest > 0 && oldest <= r->started_ms ? oldest : 0;
}

/* A deployment that fixes: the one before failed, or an incident is open. */
static bool is_rework(struct history *h, struct arena *life,
                      const struct record *r, bool *rework, struct err *e)
{
    struct deployment_rows rows;
    struct incident_rows open;
    if (!history_deployments(h, life, 0, r->started_ms, &rows, e) ||
        !history_open_incidents(h, life, &open, e))
        return false;
    const struct deployment_row *last =
        rows.count > 0 ? &rows.item[rows.count - 1] : NULL;
    *rework = open.count > 0 ||
              (last != NULL && strcmp(status_of(last), "failure") == 0);
    return true;
}

static bool keep(struct history *h, struct arena *life, const struct record *r,
                 struct err *e)
{
    struct run_row run;
    struct result_row *results = record_rows(&run, life, r);
    struct buf text;
    run.deployment = true;
    struct deployment_row row = {.version = r->deployment.expected,
                                 .commit = r->evidence.git.to != NULL
                                               ? r->evidence.git.to
                                               : r->evidence.ci.commit,
                                 .started_ms = r->started_ms,
                                 .finished_ms = r->finished_ms,
                                 .verdict = r->verdict,
                                 .state = r->deployment.state,
                                 .committed_ms = oldest_commit(r)};
    if (row.version == NULL)
        row.version = run.commit;
    buf_init(&text, HISTORY_RECORD_MAX);
    report_write_record(&text, r);
    struct str record = buf_view(&text);
    bool ok = history_begin(h, e);
    ok = ok && is_rework(h, life, r, &row.rework, e) &&
         history_add_run(h, &run, results, r->result_count,
                         text.full ? NULL : &record, e);
    row.run = run.id;
    ok = ok && history_add_deployment(h, &row, e) && history_commit(h, e);
    if (!ok)
        history_rollback(h);
    buf_release(&text);
    return ok;
}

bool deploy_history_add(struct arena *life, const char *where,
                        const struct record *r, const struct notes *n)
{
    struct history *h = NULL;
    struct err e = {.set = false};
    if (!history_open(&h, where, &e) || !keep(h, life, r, &e))
        return fail(n, h, &e);
    history_report_odd(h, n);
    history_close(h);
    return true;
}
