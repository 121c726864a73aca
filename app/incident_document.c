/*
 * The document of an incident: what the history knows goes into the facts,
 * what people know comes from the facts file beside it.
 */
#include <string.h>
#include <unistd.h>

#include "app/incident_related.h"
#include "app/incident_rows.h"
#include "app/picture_file.h"
#include "app/watcher.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/shape_yaml.h"
#include "base/text.h"
#include "report/report.h"
#include "verdict/verdict.h"

#define DOCUMENT_BYTES_MAX ((size_t)4 << 20)
#define EVENTS_MAX         500
#define DAY_MS             (INT64_C(24) * 3600 * 1000)
#define MONTHS_MS          (90 * DAY_MS)

struct incident_page {
    const struct watcher *w;
    struct arena *arena;
    const struct incident_row *row;
    const char *path;   /* of the document, in the folder of documents */
    struct story story; /* of its records, and of what its episodes show */
    struct facts facts;
};

/*
 * The history says its name, and others may write there; the folder is that of
 * the definitions, whatever folder the history names.
 */
static const char *path_of(const struct watcher *w, struct arena *a,
                           const struct incident_row *row)
{
    const char *slash = strrchr(row->document, '/');
    return arena_printf(a, "%s/%s", w->probing.plan.watch.documents,
                        slash == NULL ? row->document : slash + 1);
}

/* "incidents/INC-1.md" and "incidents/INC-1.facts.yaml" */
static const char *facts_path(const struct incident_page *p)
{
    struct str path = str_from(p->path);
    if (str_ends(path, STR(".md")))
        path.len -= 3;
    return arena_printf(p->arena, "%.*s.facts.yaml", STR_ARGS(path));
}

static bool make_facts(const struct incident_page *p, const char *path,
                       struct err *e)
{
    static const char start[] =
        "# What only people know of this incident; every key may be left out.\n"
        "# docs/REPORTS.md has them all.\n"
        "# owner: who answers for it\n"
        "# summary: what happened, in two sentences\n"
        "# user_impact: what users saw, in numbers\n"
        "# actions:\n"
        "#   - { id: A1, text: ..., owner: ..., due: 2026-12-01, type: "
        "prevent }\n";
    const char *text =
        arena_printf(p->arena, "incident: %s\n%s", p->row->id, start);
    return access(path, F_OK) == 0 ||
           notes_file(p->w->notes, path, str_from(text), e);
}

/* Invalid facts are reported, and the document is written without them. */
static void read_facts(struct incident_page *p, const char *path)
{
    struct source *source = arena_alloc(p->arena, sizeof(*source));
    const struct yaml_node *root = NULL;
    struct err e = {.set = false};
    struct diags d;
    diags_init(&d, p->arena);
    p->facts = (struct facts){.severity = -1, .status = -1};
    if (!file_read(source, p->arena, path, DOCUMENT_BYTES_MAX, &e)) {
        notes_error(p->w->notes, &e);
        return;
    }
    if (yaml_parse(&root, p->arena, source, &d) &&
        shape_read_yaml(&p->facts, p->arena, &facts_shape, root, &d) &&
        diags_errors(&d) == 0)
        return;
    notes_diags(p->w->notes, &d);
    p->facts = (struct facts){.severity = -1, .status = -1};
}

/* What the history says of it, where people said nothing. */
static void fill_facts(struct incident_page *p)
{
    const struct incident_row *row = p->row;
    struct facts *f = &p->facts;
    f->incident = row->id;
    if (f->title == NULL)
        f->title = row->title;
    if (f->detected_by == NULL)
        f->detected_by = "postflight watch";
    if (f->severity < 0)
        f->severity = row->worst;
    if (f->status < 0)
        f->status = row->status;
}

/* When what happened was observed, or somebody said so. */
static void fill_times(struct incident_page *p)
{
    const struct incident_row *row = p->row;
    struct story *s = &p->story;
    s->known_ms[STAMP_STARTED] =
        row->episode_count > 0 ? row->episode[0].from_ms : row->started_ms;
    s->known_ms[STAMP_DETECTED] = row->detected_ms;
    s->known_ms[STAMP_ACKNOWLEDGED] = row->acknowledged_ms;
    s->known_ms[STAMP_MITIGATED] = row->mitigated_ms;
    s->known_ms[STAMP_RESOLVED] = row->resolved_ms;
    s->known_ms[STAMP_VERIFIED] = row->verified_ms;
    s->known_ms[STAMP_CLOSED] = row->closed_ms;
}

static void fill_checks(struct incident_page *p)
{
    struct str rest = str_from(p->row->checks);
    size_t cap = 0;
    p->facts.check = NULL;
    p->facts.check_count = 0;
    while (rest.len > 0) {
        struct str name = str_cut(rest, '\n', &rest);
        p->facts.check =
            arena_grow(p->arena, p->facts.check, p->facts.check_count, &cap,
                       sizeof(*p->facts.check));
        p->facts.check[p->facts.check_count++] = str_dup(p->arena, name);
    }
}

static bool fill_events(struct incident_page *p, struct err *e)
{
    struct event_rows rows;
    struct facts *f = &p->facts;
    if (!history_events(p->w->history, p->arena, p->row->id, 0, &rows, e) ||
        !incident_add_pending(p->w->history, p->arena, p->row->id, &rows, e))
        return false;
    struct fact_event *all =
        arena_array(p->arena, f->event_count + rows.count + 1, sizeof(*all));
    if (f->event_count > 0)
        memcpy(all, f->event, f->event_count * sizeof(*all));
    for (size_t i = 0; i < rows.count && i < EVENTS_MAX; i++)
        all[f->event_count++] =
            (struct fact_event){rows.item[i].time_ms, rows.item[i].text,
                                rows.item[i].source, rows.item[i].witness};
    f->event = all;
    return true;
}

/* A record that the history has kept; one that it has not is no error. */
static bool read_run(struct incident_page *p, int64_t run,
                     const struct record **out, struct err *e)
{
    struct str text = STR_NONE;
    struct err said = {.set = false};
    *out = NULL;
    if (run == 0)
        return true;
    if (!history_record(p->w->history, p->arena, run, &text, e))
        return false;
    struct source source = {"a record of the history", text};
    struct record *record = arena_alloc(p->arena, sizeof(*record));
    if (text.len == 0)
        return true;
    if (report_read_record(record, p->arena, &source, &said))
        *out = record;
    else
        notes_error(p->w->notes, &said); /* the document is written without */
    return true;
}

static const char *title_of(const struct record *r, const char *check)
{
    for (size_t i = 0; i < r->result_count; i++)
        if (strcmp(r->result[i].id, check) == 0)
            return r->result[i].title;
    return check;
}

/*
 * The document is about the episodes of the incident, whatever this round saw.
 * Without any, as in a history that was pruned, there is its own time.
 */
static void take_episodes(struct incident_page *p, struct record *now)
{
    const struct facts *f = &p->facts;
    const struct incident_row *row = p->row;
    if (row->episode_count > 0) {
        now->episode =
            arena_array(p->arena, row->episode_count, sizeof(*now->episode));
        memcpy(now->episode, row->episode,
               row->episode_count * sizeof(*now->episode));
        now->episode_count = row->episode_count;
        return;
    }
    now->episode =
        arena_array(p->arena, f->check_count + 1, sizeof(*now->episode));
    now->episode_count = 0;
    for (size_t i = 0; i < f->check_count; i++)
        now->episode[now->episode_count++] =
            (struct episode){.check = f->check[i],
                             .title = title_of(now, f->check[i]),
                             .severity = row->severity,
                             .worst = STATUS_FAIL,
                             .from_ms = row->started_ms,
                             .to_ms = row->mitigated_ms,
                             .last_ms = row->detected_ms,
                             .rounds = 1,
                             .first_failure = "its check failed"};
}

/* From its opening to now. */
static bool make_story(struct incident_page *p, const struct record *now,
                       struct err *e)
{
    struct record *last = arena_alloc(p->arena, sizeof(*last));
    const struct incident_row *row = p->row;
    const int64_t run[] = {row->run, row->worst_run, row->last_run};
    const struct record *record[ARRAY_COUNT(run) + 1];
    size_t count = 0;
    for (size_t i = 0; i < ARRAY_COUNT(run); i++) {
        if (i > 0 && run[i] == run[i - 1])
            continue;
        if (!read_run(p, run[i], &record[count], e))
            return false;
        count += record[count] != NULL &&
                 record[count]->started_ms < now->started_ms;
    }
    *last = *now;
    take_episodes(p, last);
    record[count++] = last;
    verdict_story(&p->story, p->arena, record, count, TELL_HISTORY);
    return true;
}

static bool write_text(struct incident_page *p,
                       const struct report_templates *t,
                       const struct incident *incident, struct err *e)
{
    const struct report_inputs in = {.record = &p->story.told,
                                     .facts = &p->facts,
                                     .incident = incident,
                                     .living = true,
                                     .story = &p->story,
                                     .picture =
                                         picture_name(p->arena, p->path)};
    struct source existing;
    struct report_update u = {.text = STR_NONE};
    if (!report_write(&u.text, p->arena, "incident", t, &in, e) ||
        !picture_file(p->arena, p->w->notes, &in,
                      picture_path(p->arena, p->path), NULL, e))
        return false;
    if (access(p->path, F_OK) == 0) {
        struct str fresh = u.text;
        if (!file_read(&existing, p->arena, p->path, DOCUMENT_BYTES_MAX, e) ||
            !report_update(&u, p->arena, &existing, fresh, e))
            return false;
        if (str_equal(u.text, existing.text))
            return true;
    }
    return notes_file(p->w->notes, p->path, u.text, e);
}

static bool read_back(struct incident_page *p)
{
    struct source existing;
    struct err e = {.set = false};
    struct diags d;
    if (access(p->path, F_OK) != 0)
        return true;
    diags_init(&d, p->arena);
    if (!file_read(&existing, p->arena, p->path, DOCUMENT_BYTES_MAX, &e)) {
        notes_error(p->w->notes, &e);
        return false;
    }
    if (report_read_back(&p->facts, p->arena, &existing, &d))
        return true;
    notes_diags(p->w->notes, &d);
    return false;
}

static bool write_page(struct incident_page *p, const struct record *now,
                       struct err *e)
{
    struct report_templates *templates = NULL;
    struct incident incident;
    struct diags d;
    const char *path = facts_path(p);
    diags_init(&d, p->arena);
    if (!file_make_parent(path, e) || !make_facts(p, path, e))
        return false;
    read_facts(p, path);
    if (!read_back(p))
        return true; /* reported; the document stays as it is */
    fill_facts(p);
    fill_checks(p);
    if (!fill_events(p, e) ||
        !incident_related(p->w->history, p->arena, p->row, &p->facts, e) ||
        !make_story(p, now, e))
        return false;
    fill_times(p);
    verdict_redact_facts(&p->facts, p->arena, p->w->probing.redactor);
    return verdict_story_incident(&incident, p->arena, &p->story, &p->facts,
                                  e) &&
           report_templates_open(&templates, p->arena, NULL, &d) &&
           write_text(p, templates, &incident, e);
}

/*
 * It has ended, and one of its checks does not pass just now: once is not
 * enough to open it again, and the document says what is known of its end.
 */
static bool contradicts(const struct record *now,
                        const struct incident_row *row)
{
    bool bad = false;
    for (size_t i = 0; i < now->result_count; i++)
        bad = bad || (now->result[i].status != STATUS_PASS &&
                      watch_has_check(row, now->result[i].id));
    return row->verified_ms != 0 && bad;
}

bool incident_document(const struct watcher *w, struct arena *a,
                       const struct record *now, const struct incident_row *row)
{
    struct incident_page p = {
        .w = w, .arena = a, .row = row, .path = path_of(w, a, row)};
    struct err e = {.set = false};
    if (contradicts(now, row) || write_page(&p, now, &e))
        return true;
    notes_error(w->notes, &e);
    return false;
}

/* Does the document say that it is closed? */
static bool is_told(const struct watcher *w, struct arena *a,
                    const struct incident_row *row)
{
    struct source text;
    struct buf stamp;
    struct err e = {.set = false};
    buf_init(&stamp, 64);
    clock_format(&stamp, row->closed_ms);
    bool told =
        file_read(&text, a, path_of(w, a, row), DOCUMENT_BYTES_MAX, &e) &&
        str_find(text.text, buf_view(&stamp), 0) < text.text.len;
    buf_release(&stamp);
    return told;
}

/* Somebody did or said something since then. */
static bool is_new(const struct watcher *w, struct arena *a,
                   const struct incident_row *row, int64_t since_ms, bool *out,
                   struct err *e)
{
    struct event_rows rows;
    *out = !is_told(w, a, row);
    if (*out)
        return true;
    if (!history_events(w->history, a, row->id, since_ms, &rows, e))
        return false;
    for (size_t i = 0; i < rows.count; i++)
        *out = *out || rows.item[i].witness == WITNESS_REPORTED;
    return true;
}

/* What was known when it was closed; otherwise what is known now. */
static bool take_record(const struct watcher *w, struct arena *a,
                        const struct incident_row *row, struct record *out,
                        struct err *e)
{
    struct run_row run;
    struct str text = STR_NONE;
    if (!history_last_run(w->history, a, row->closed_ms + 1, &run, e) ||
        !history_record(w->history, a, run.id, &text, e))
        return false;
    struct source source = {"the record of its end", text};
    struct record then;
    struct err said = {.set = false};
    if (text.len == 0)
        return true;
    if (report_read_record(&then, a, &source, &said))
        *out = then;
    else
        notes_error(w->notes, &said); /* what is known now is written */
    return true;
}

static bool write_last(const struct watcher *w, struct arena *a,
                       const struct record *now, const struct incident_row *row,
                       int64_t since_ms)
{
    struct err e = {.set = false};
    struct record then = *now;
    bool due = false;
    if (row->closed_ms == 0 || row->document == NULL ||
        row->closed_ms < since_ms - DAY_MS)
        return true;
    if (is_new(w, a, row, since_ms, &due, &e) && !due)
        return true;
    if (!e.set && take_record(w, a, row, &then, &e))
        return incident_document(w, a, &then, row);
    notes_error(w->notes, &e);
    return false;
}

bool incident_last_documents(const struct watcher *w, struct arena *a,
                             const struct record *now, int64_t since_ms)
{
    struct incident_rows rows;
    struct err e = {.set = false};
    bool ok = true;
    int64_t from = since_ms - MONTHS_MS;
    if (!history_incidents(w->history, a, NULL, from > 0 ? from : 0, &rows,
                           &e) ||
        !incidents_describe(w->history, a, rows.item, rows.count, &e)) {
        notes_error(w->notes, &e);
        return false;
    }
    for (size_t i = 0; i < rows.count; i++)
        ok = write_last(w, a, now, &rows.item[i], since_ms) && ok;
    return ok;
}
