/* The front: logs through the stages, in constant memory but for hits. */
#include "scan/scan.h"

#include <string.h>

#include "scan/flood.h"
#include "scan/internal.h"

static bool scan_log(struct scan *s, struct candidates *c, const char *path,
                     struct err *e)
{
    struct source_reader *source = NULL;
    if (!source_open(&source, path, e))
        return false;
    s->coverage.files++;
    bool ok = candidates_scan(c, path, source, e);
    source_close(source);
    return ok;
}

static void conclude(struct scan *s, struct findings *out)
{
    struct occurrences all = {NULL, 0, 0};
    order_events(s);
    group_hits(s, &all);
    group_unknown(s, &all, out);
    group_findings(s, &all, out);
    find_causes(s, &all, out);
    flood_write(s, out);
    flood_close(s->flood);
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
    else
        flood_close(s.flood);
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
    s.coverage.files++;
    if (!candidates_scan(c, name, source, &e))
        s.coverage.gave_up++; /* it says that it is compressed, and is not */
    source_close(source);
    candidates_close(c);
    conclude(&s, out);
}
