/* postflight status: the page of what the watcher knows. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/app.h"
#include "app/deploy_history.h"
#include "app/incident_rows.h"
#include "app/watcher.h"
#include "base/clock.h"
#include "base/file.h"
#include "report/report.h"
#include "report/status_page/status_page.h"

#define FIGURE_DAYS   90
#define INCIDENT_DAYS 365
#define LATE_ROUNDS   3  /* pauses that are no round yet */
#define PAUSES        20 /* of the last rounds, the longest counts */
#define LATE_LEAST_MS INT64_C(180000)

struct shown {
    struct arena *life;
    const struct notes *notes;
    struct history *history;
    const char *folder;
    struct run_row last;
    struct result_rows results;
    struct check_states states;
    struct uptime_rows uptime;
    struct incident_rows incidents;
    struct deployment_rows deployments;
};

static bool read_all(struct shown *s, struct err *e)
{
    struct arena *a = s->life;
    if (!history_last_run(s->history, a, INT64_MAX, &s->last, e))
        return false;
    int64_t now = s->last.started_ms, day = STATUS_DAY_MS;
    return history_results(s->history, a, now, now + 1, &s->results, e) &&
           history_states(s->history, a, &s->states, e) &&
           history_uptime(s->history, a,
                          (struct slices){status_from_ms(now), now + 1, day},
                          &s->uptime, e) &&
           history_incidents(s->history, a, NULL, now - INCIDENT_DAYS * day,
                             &s->incidents, e) &&
           history_count_undelivered(s->history, &s->incidents, e) &&
           incidents_describe(s->history, a, s->incidents.item,
                              s->incidents.count, e) &&
           history_deployments(s->history, a, now - FIGURE_DAYS * day,
                               INT64_MAX, &s->deployments, e);
}

/* The last thing that is known: a round, or a deployment after it. */
static int64_t last_known(const struct shown *s)
{
    int64_t last = s->last.started_ms;
    for (size_t i = 0; i < s->deployments.count; i++)
        if (s->deployments.item[i].finished_ms > last)
            last = s->deployments.item[i].finished_ms;
    return last;
}

/* By how much the last round is later than the rounds before it were. */
static bool find_late(const struct shown *s, int64_t *late_ms, struct err *e)
{
    struct run_rows runs;
    int64_t pause = 0, before = 0, now = clock_wall_ms();
    *late_ms = 0;
    if (s->last.id == 0)
        return true;
    if (!history_runs(s->history, s->life, s->last.started_ms - STATUS_DAY_MS,
                      s->last.started_ms + 1, &runs, e))
        return false;
    size_t from = runs.count > PAUSES ? runs.count - PAUSES : 0;
    for (size_t i = from; i < runs.count; i++) {
        if (runs.item[i].deployment)
            continue;
        if (before != 0 && runs.item[i].started_ms - before > pause)
            pause = runs.item[i].started_ms - before;
        before = runs.item[i].started_ms;
    }
    int64_t most = LATE_ROUNDS * pause;
    most = most < LATE_LEAST_MS ? LATE_LEAST_MS : most;
    if (pause > 0 && now - s->last.started_ms > most)
        *late_ms = now - s->last.started_ms;
    return true;
}

/* "site" and "incidents/x.md": "../incidents/x.md". */
static const char *relative(struct arena *a, const char *folder,
                            const char *path)
{
    char *from = realpath(folder, NULL), *to = realpath(path, NULL);
    const char *out = NULL;
    size_t same = 0;
    struct buf up;
    if (from == NULL || to == NULL) {
        free(from);
        free(to);
        return NULL;
    }
    for (size_t i = 0; from[i] == to[i] && from[i] != '\0'; i++)
        if (from[i] == '/')
            same = i + 1;
    size_t length = strlen(from);
    if (strncmp(from, to, length) == 0 && to[length] == '/')
        same = length + 1;
    buf_init(&up, 8192);
    if (same <= length)
        buf_text(&up, "../");
    for (size_t i = same; i < length; i++)
        if (from[i] == '/')
            buf_text(&up, "../");
    buf_text(&up, to + same);
    out = buf_take(a, &up);
    free(from);
    free(to);
    return out;
}

static void place_documents(struct shown *s)
{
    for (size_t i = 0; i < s->incidents.count; i++) {
        struct incident_row *row = &s->incidents.item[i];
        if (row->document != NULL)
            row->document = relative(s->life, s->folder, row->document);
    }
}

static bool make_page(struct shown *s, struct status_page *out, struct err *e)
{
    const struct status_rows rows = {.last = s->results.item,
                                     .last_count = s->results.count,
                                     .state = s->states.item,
                                     .state_count = s->states.count,
                                     .uptime = s->uptime.item,
                                     .uptime_count = s->uptime.count};
    *out = (struct status_page){
        .now_ms = s->last.started_ms,
        .production = s->last.id == 0 ? -1 : s->last.production,
        .deployment = s->last.id == 0 ? -1 : s->last.state,
        .build = s->last.commit,
        .incident = s->incidents.item,
        .incident_count = s->incidents.count,
        .days = FIGURE_DAYS,
    };
    if (s->incidents.count > 0)
        out->service = s->incidents.item[0].service;
    out->item = status_services(s->life, &rows, &out->count);
    int64_t end = last_known(s) + 1;
    status_figures(out->figure, s->life, s->deployments.item,
                   s->deployments.count, end - FIGURE_DAYS * STATUS_DAY_MS,
                   end);
    return find_late(s, &out->late_ms, e);
}

static bool publish(const struct shown *s, struct str markdown, struct str html,
                    struct err *e)
{
    const struct file_part part[] = {
        {arena_printf(s->life, "%s/STATUS.md", s->folder), markdown,
         FILE_SHARED},
        {arena_printf(s->life, "%s/index.html", s->folder), html, FILE_SHARED}};
    return notes_files(s->notes, part, ARRAY_COUNT(part), false, e);
}

static bool write_pages(struct shown *s, struct err *e)
{
    struct status_page page;
    struct str markdown, html;
    if (!file_make_folder(s->folder, e))
        return false;
    place_documents(s);
    return make_page(s, &page, e) &&
           status_markdown(&markdown, s->life, &page, e) &&
           status_html(&html, s->life, &page, e) &&
           publish(s, markdown, html, e);
}

static int check_folder(const struct settings *s, const struct notes *n)
{
    struct err e = {.set = false};
    if (s->output == NULL)
        err_set(&e, POS_NONE, "expected -o DIR: the folder of the page");
    else if (access(s->output, F_OK) == 0 && !file_is_folder(s->output))
        err_set(&e, POS_NONE, "-o: '%s' is not a folder", s->output);
    return e.set ? notes_fail(n, &e, EXIT_USAGE) : EXIT_VERIFIED;
}

int status_run(struct arena *life, const struct settings *s,
               const struct notes *n)
{
    struct shown shown = {.life = life, .notes = n, .folder = s->output};
    struct err e = {.set = false};
    int code = check_folder(s, n);
    if (code != EXIT_VERIFIED)
        return code;
    if (!history_open_existing(&shown.history, watcher_place(s), &e))
        return notes_fail(n, &e, EXIT_INCONCLUSIVE);
    bool ok = read_all(&shown, &e) && write_pages(&shown, &e);
    history_report_odd(shown.history, n);
    history_close(shown.history);
    return ok ? EXIT_VERIFIED : notes_fail(n, &e, EXIT_INCONCLUSIVE);
}
