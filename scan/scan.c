/* The front: logs through the stages, in constant memory but for hits. */
#include "scan/scan.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "scan/close_look.h"
#include "scan/error_lines.h"
#include "scan/excerpt_lines.h"
#include "scan/flood.h"
#include "scan/internal.h"
#include "scan/kept.h"
#include "scan/log_window.h"
#include "scan/readers.h"

void scan_begin(struct scan *s, struct arena *run, const struct scan_inputs *in)
{
    *s = (struct scan){.arena = run,
                       .catalogue = in->catalogue,
                       .window = &in->window,
                       .deploy = in->deploy,
                       .previous = in->previous,
                       .previous_count = in->previous_count,
                       .tells_why = in->why,
                       .excerpt = in->excerpt,
                       .kept = kept_open(),
                       .readers = readers_open()};
}

bool scan_reads(const struct scan *s, int64_t time_ms)
{
    const struct scan_window *w = s->window;
    return w == NULL || time_ms == 0 ||
           ((w->since_ms == 0 || time_ms >= w->since_ms) &&
            (w->until_ms == 0 || time_ms <= w->until_ms));
}

#define ROWS_OF_ENTRY ((int64_t)1 << 20)

int64_t scan_row_upwards(int64_t number, int64_t above)
{
    return -(number - above) * ROWS_OF_ENTRY + above;
}

void scan_end(struct scan *s)
{
    flood_close(s->flood);
    kept_close(s->kept);
    readers_close(s->readers);
}

struct log_state scan_new_log(struct scan *s, const char *name)
{
    return (struct log_state){.file = name, .log = (size_t)s->coverage.files++};
}

void scan_set_changed(struct scan *s, size_t log, int64_t changed_ms)
{
    while (s->changed_count <= log) {
        s->changed_ms = arena_grow(s->arena, s->changed_ms, s->changed_count,
                                   &s->changed_cap, sizeof(*s->changed_ms));
        s->changed_ms[s->changed_count++] = 0;
    }
    s->changed_ms[log] = changed_ms;
}

int64_t scan_changed_ms(const struct scan *s, size_t log)
{
    return log < s->changed_count ? s->changed_ms[log] : 0;
}

/* When the reading ends; a pipe ends earlier only if that was wanted. */
struct reading {
    int64_t until_us;
    bool of_pipes;
};

static struct reading begin_reading(const struct scan_inputs *in)
{
    int64_t ms = in->limit_ms > 0 ? in->limit_ms : SCAN_LIMIT_MS;
    return (struct reading){clock_now_us() + ms * 1000, in->limit_ms > 0};
}

/* What was not read may have said anything. */
static void note_unread(struct scan *s)
{
    s->coverage.unread++;
    s->coverage.gave_up++;
    s->coverage.unjudged++;
}

static bool scan_part(struct scan *s, struct candidates *c, const char *name,
                      struct source_reader *source, int64_t changed_ms,
                      struct err *e)
{
    struct log_state log = scan_new_log(s, name);
    scan_set_changed(s, log.log, changed_ms);
    bool ok = candidates_scan(c, &log, source, e);
    if (source_is_late(source))
        note_unread(s);
    s->coverage.mixed += source_is_mixed(source);
    return ok;
}

static bool scan_log(struct scan *s, struct candidates *c, const char *path,
                     const struct reading *reading, struct err *e)
{
    struct log_parts *parts = NULL;
    struct source_reader *source = NULL;
    const char *name = path;
    int more = 1;
    if (!parts_open(&parts, s->arena, path, e))
        return false;
    int64_t changed_ms = source_changed_ms(source_file(parts_whole(parts)));
    bool limited = reading->of_pipes || changed_ms != 0;
    if (limited)
        source_limit(parts_whole(parts), reading->until_us);
    while (more > 0 && (more = parts_next(parts, &source, &name, e)) > 0) {
        if (limited)
            source_limit(source, reading->until_us);
        if (!scan_part(s, c, name, source, changed_ms, e))
            more = -1;
    }
    parts_close(parts);
    return more == 0;
}

/* Works on a copy: more may be read after it. */
void scan_conclude(const struct scan *so_far, struct arena *run,
                   struct findings *out)
{
    struct scan s = *so_far;
    struct occurrences all = {NULL, 0, 0};
    s.arena = run;
    close_look(&s);
    order_events(&s);
    error_lines_settle(&s);
    window_settle(&s);
    group_hits(&s, &all);
    group_unknown(&s, &all, out);
    group_findings(&s, &all, out);
    find_causes(&s, &all, out);
    flood_write(&s, out);
    excerpt_write(&s, out);
    out->why = s.why;
    out->why_count = s.why_count;
    out->coverage = s.coverage;
}

bool scan_logs(struct findings *out, struct arena *run,
               const struct scan_inputs *in, struct err *e)
{
    struct scan s;
    scan_begin(&s, run, in);
    struct good *good = in->good_count == 0 ? NULL : good_open();
    struct candidates *c = candidates_open(&s, false);
    const struct reading reading = begin_reading(in);
    bool ok = true;
    for (size_t i = 0; ok && i < in->good_count; i++)
        ok = good_read(good, in->good[i], e);
    s.good = good;
    *out = (struct findings){.finding_count = 0};
    for (size_t i = 0; ok && i < in->path_count; i++)
        ok = scan_log(&s, c, in->path[i], &reading, e);
    candidates_close(c);
    if (ok)
        scan_conclude(&s, run, out);
    scan_end(&s);
    good_close(good);
    return ok;
}

struct text_scanner {
    struct scan scan; /* of one text at a time */
    struct readers *readers;
    struct candidates *candidates;
};

struct text_scanner *text_scanner_open(const struct catalogue *catalogue,
                                       bool naive)
{
    struct text_scanner *t = heap_zeroed(sizeof(*t));
    t->readers = readers_open();
    t->scan = (struct scan){.catalogue = catalogue};
    t->candidates = candidates_open(&t->scan, naive);
    return t;
}

void text_scanner_close(struct text_scanner *t)
{
    if (t == NULL)
        return;
    candidates_close(t->candidates);
    readers_close(t->readers);
    free(t);
}

void text_scanner_run(struct text_scanner *t, struct findings *out,
                      struct arena *run, const char *name, struct str text)
{
    struct scan *s = &t->scan;
    *s = (struct scan){.arena = run,
                       .catalogue = s->catalogue,
                       .kept = kept_open(),
                       .readers = t->readers};
    struct source_reader *source = source_of_text(name, text);
    struct log_state log = scan_new_log(s, name);
    struct err e = {.set = false};
    *out = (struct findings){.finding_count = 0};
    if (!candidates_scan(t->candidates, &log, source, &e))
        s->coverage.gave_up++; /* it says that it is compressed, and is not */
    s->coverage.mixed += source_is_mixed(source);
    source_close(source);
    scan_conclude(s, run, out);
    flood_close(s->flood);
    kept_close(s->kept);
}

void scan_text(struct findings *out, struct arena *run,
               const struct catalogue *catalogue, const char *name,
               struct str text, bool naive)
{
    struct text_scanner *t = text_scanner_open(catalogue, naive);
    text_scanner_run(t, out, run, name, text);
    text_scanner_close(t);
}
