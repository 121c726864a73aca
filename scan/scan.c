/* The front: logs through the stages, in constant memory but for hits. */
#include "scan/scan.h"

#include <string.h>

#include "scan/internal.h"

/* A line that goes on in the next block counts once. */
static bool scan_source(struct scan *s, struct candidates *c,
                        struct source_reader *source, const char *name,
                        struct err *e)
{
    struct blocks *blocks = blocks_open(source);
    struct str text;
    bool cut = false, was_cut = false;
    int more;
    s->region++;
    s->coverage.files++;
    candidates_begin(c, name);
    while ((more = blocks_next(blocks, &text, &cut, e)) > 0) {
        candidates_scan(c, blocks, text);
        s->coverage.lines -= cut;
        s->coverage.cut += cut && !was_cut;
        was_cut = cut;
    }
    s->coverage.bytes += blocks_end(blocks);
    blocks_close(blocks);
    return more == 0;
}

static bool scan_log(struct scan *s, struct candidates *c, const char *path,
                     struct err *e)
{
    struct source_reader *source = NULL;
    if (!source_open(&source, path, e))
        return false;
    bool ok = scan_source(s, c, source, path, e);
    source_close(source);
    return ok;
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
               const struct scan_inputs *in, struct err *e)
{
    struct good *good = in->good == NULL ? NULL : good_open();
    struct scan s = {.arena = run,
                     .catalogue = in->catalogue,
                     .window = &in->window,
                     .good = good};
    struct candidates *c = candidates_open(&s, false);
    bool ok = good == NULL || good_read(good, in->good, e);
    *out = (struct findings){.finding_count = 0};
    for (size_t i = 0; ok && i < in->path_count; i++)
        ok = scan_log(&s, c, in->path[i], e);
    candidates_close(c);
    if (ok)
        conclude(&s, out);
    good_close(good);
    return ok;
}

void scan_text(struct findings *out, struct arena *run,
               const struct catalogue *catalogue, const char *name,
               struct str text, bool naive)
{
    struct scan s = {.arena = run, .catalogue = catalogue};
    struct candidates *c = candidates_open(&s, naive);
    struct source_reader *source = source_of_text(name, text);
    struct err e = {.set = false};
    *out = (struct findings){.finding_count = 0};
    if (!scan_source(&s, c, source, name, &e))
        s.coverage.gave_up++; /* it says that it is compressed, and is not */
    source_close(source);
    candidates_close(c);
    conclude(&s, out);
}
