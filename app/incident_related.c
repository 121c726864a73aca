/* How incidents belong together: by cause, build, check or service. */
#include "app/incident_related.h"

#include <string.h>

#include "app/incident_rows.h"
#include "watch/watch.h"

#define RELATED_MAX 20
#define MONTHS_MS   (INT64_C(90) * 24 * 60 * 60 * 1000)

static bool is_same(const char *a, const char *b)
{
    return a != NULL && b != NULL && strcmp(a, b) == 0;
}

/* How an incident belongs to this one; NULL: it does not. */
static const char *relation(struct arena *a, const struct incident_row *row,
                            const struct incident_row *other)
{
    if (is_same(row->signature, other->signature))
        return arena_printf(a, "the same signature %s", row->signature);
    if (is_same(row->migration, other->migration))
        return arena_printf(a, "the same migration %s", row->migration);
    if (is_same(row->commit, other->commit))
        return arena_printf(a, "the same build %s", row->commit);
    struct str rest = str_from(other->checks);
    while (rest.len > 0) {
        const char *check = str_dup(a, str_cut(rest, '\n', &rest));
        if (watch_has_check(row, check))
            return arena_printf(a, "the same check %s", check);
    }
    return is_same(row->service, other->service)
               ? arena_printf(a, "the same service %s", row->service)
               : NULL;
}

static bool is_told(const struct facts *f, const char *id)
{
    for (size_t i = 0; i < f->related_count; i++)
        if (is_same(f->related[i].id, id))
            return true;
    return false;
}

/* before_ms: it must have ended by then; 0: it may go on. */
static bool add_related(struct history *h, struct arena *a,
                        const struct incident_row *row, int64_t before_ms,
                        struct facts *f, struct err *e)
{
    struct incident_rows rows;
    int64_t from = row->detected_ms - MONTHS_MS;
    if (!history_incidents(h, a, NULL, from > 0 ? from : 0, &rows, e) ||
        !incidents_describe(h, a, rows.item, rows.count, e))
        return false;
    struct fact_related *all =
        arena_array(a, f->related_count + RELATED_MAX + 1, sizeof(*all));
    if (f->related_count > 0)
        memcpy(all, f->related, f->related_count * sizeof(*all));
    size_t most = f->related_count + RELATED_MAX;
    f->related = all;
    for (size_t i = 0; i < rows.count && f->related_count < most; i++) {
        const struct incident_row *other = &rows.item[i];
        const char *how = relation(a, row, other);
        bool ended = before_ms == 0 || (other->resolved_ms != 0 &&
                                        other->resolved_ms <= before_ms);
        if (how == NULL || !ended || is_same(other->id, row->id) ||
            other->detected_ms > row->detected_ms || is_told(f, other->id))
            continue;
        all[f->related_count++] = (struct fact_related){
            .id = other->id,
            .text = how,
            .state = name_of(&incident_status_names, other->status),
            .time_ms = other->started_ms};
    }
    return true;
}

bool incident_related(struct history *h, struct arena *a,
                      const struct incident_row *row, struct facts *f,
                      struct err *e)
{
    return add_related(h, a, row, 0, f, e);
}

static const char *migration_of(const struct findings *logs)
{
    for (size_t i = 0; i < logs->finding_count; i++)
        for (size_t k = 0; k < logs->finding[i].capture_count; k++)
            if (is_same(logs->finding[i].capture[k].name, "migration"))
                return logs->finding[i].capture[k].value;
    return NULL;
}

static const char *checks_of(struct arena *a, const struct record *r)
{
    struct buf out;
    buf_init(&out, (size_t)1 << 20);
    for (size_t i = 0; i < r->episode_count; i++)
        buf_printf(&out, out.len == 0 ? "%s" : "\n%s", r->episode[i].check);
    const char *checks = out.len == 0 ? "" : buf_dup(a, &out);
    buf_release(&out);
    return checks;
}

bool incident_related_story(struct history *h, struct arena *a,
                            const struct story *story,
                            const struct incident *incident, struct facts *f,
                            struct err *e)
{
    const struct record *told = &story->told;
    const struct cause *c = findings_cause(&told->logs);
    int64_t started = incident->stamp[STAMP_STARTED].time_ms;
    if (started == 0)
        started = told->started_ms;
    const struct incident_row row = {
        .id = f->incident,
        .signature = c == NULL ? NULL : c->signature,
        .migration = migration_of(&told->logs),
        .commit = told->deployment.expected,
        .checks = checks_of(a, told),
        .detected_ms =
            told->finished_ms > started ? told->finished_ms : started,
    };
    return add_related(h, a, &row, started, f, e);
}
