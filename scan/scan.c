/* The front: logs through the stages, in constant memory but for hits. */
#include "scan/scan.h"

#include <string.h>

#include "scan/internal.h"

/* A lone CR ends a line on a terminal: progress bars overwrite themselves. */
static void scan_line(struct scan *s, struct cleaner *c, struct line *line,
                      struct str raw)
{
    while (raw.len > 0) {
        struct str segment = str_cut(raw, '\r', &raw);
        if (segment.len == 0)
            continue;
        line->sequence = s->sequence;
        cleaner_read(c, segment, line);
        match_line(s, line);
    }
}

static struct str skip_mark(struct str raw)
{
    return str_starts(raw, STR("\xEF\xBB\xBF")) ? str_sub(raw, 3, raw.len)
                                                : raw;
}

static bool scan_log(struct scan *s, struct cleaner *c, const char *path,
                     struct err *e)
{
    struct source_reader *reader = NULL;
    struct line line = {.file = path};
    struct str raw;
    bool cut = false;
    int more;
    if (!source_open(&reader, path, e))
        return false;
    s->region++;
    s->coverage.files++;
    while ((more = source_next(reader, &raw, &line.offset, &cut, e)) > 0) {
        if (line.number == 0)
            raw = skip_mark(raw);
        line.number++;
        s->sequence++;
        s->coverage.lines++;
        s->coverage.cut += cut;
        scan_line(s, c, &line, raw);
    }
    s->coverage.bytes += line.offset;
    source_close(reader);
    return more == 0;
}

static void conclude(struct scan *s, struct findings *out)
{
    struct occurrences all = {NULL, 0, 0};
    group_hits(s, &all);
    group_unknown(s, &all, out);
    find_causes(s, &all, out);
    group_findings(s, &all, out);
    out->coverage = s->coverage;
}

bool scan_logs(struct findings *out, struct arena *run,
               const struct catalogue *catalogue, const char *const *path,
               size_t count, struct err *e)
{
    struct scan s = {.arena = run, .catalogue = catalogue};
    struct cleaner *c = cleaner_open();
    bool ok = true;
    *out = (struct findings){.finding_count = 0};
    for (size_t i = 0; ok && i < count; i++)
        ok = scan_log(&s, c, path[i], e);
    cleaner_close(c);
    if (ok)
        conclude(&s, out);
    return ok;
}

void scan_text(struct findings *out, struct arena *run,
               const struct catalogue *catalogue, const char *name,
               struct str text)
{
    struct scan s = {.arena = run, .catalogue = catalogue};
    struct cleaner *c = cleaner_open();
    struct line line = {.file = name};
    const char *start = text.ptr;
    *out = (struct findings){.finding_count = 0};
    s.coverage.files = 1;
    s.coverage.bytes = (int64_t)text.len;
    while (text.len > 0) {
        line.offset = text.ptr - start;
        struct str raw = str_cut(text, '\n', &text);
        line.number++;
        s.sequence++;
        s.coverage.lines++;
        scan_line(&s, c, &line, str_sub(raw, 0, SCAN_LINE_MAX));
    }
    cleaner_close(c);
    conclude(&s, out);
}
