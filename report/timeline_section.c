/* What happened when: measured, told by people, stamps of the incident. */
#include <stdlib.h>
#include <string.h>

#include "report/document.h"
#include "report/parts.h"

#define SAME_MS   1000 /* rows that say the same within it are one */
#define NAMED_MAX 4    /* checks that a row names */

struct events {
    struct event *item;
    size_t count;
};

static const char *or_unknown(const char *text)
{
    return text == NULL ? "not told" : text;
}

static void add_told(struct events *all, const struct facts *f)
{
    for (size_t i = 0; i < f->event_count; i++)
        if (f->event[i].time_ms != 0)
            all->item[all->count++] = (struct event){
                .time_ms = f->event[i].time_ms,
                .source = or_unknown(f->event[i].source),
                .text = or_unknown(f->event[i].text),
                .witness = f->event[i].witness < 0 ? WITNESS_REPORTED
                                                   : f->event[i].witness};
}

static bool has_time(const struct events *all, int64_t time_ms)
{
    for (size_t i = 0; i < all->count; i++)
        if (all->item[i].time_ms == time_ms)
            return true;
    return false;
}

/* A stamp that nothing else in the timeline tells: lengths lie between rows. */
static void add_stamps(struct events *all, const struct incident *incident)
{
    static const char *const text[INCIDENT_STAMPS] = {
        "The impact began",       "It was detected", "It was acknowledged",
        "The impact ended",       "It was resolved", "It was verified",
        "The incident was closed"};
    for (size_t i = 0; i < INCIDENT_STAMPS; i++) {
        int64_t time_ms = incident->stamp[i].time_ms;
        if (time_ms == 0 || incident->stamp[i].witness != WITNESS_REPORTED ||
            has_time(all, time_ms))
            continue;
        all->item[all->count++] = (struct event){.time_ms = time_ms,
                                                 .source = "facts",
                                                 .text = text[i],
                                                 .witness = WITNESS_REPORTED};
    }
}

/* Of the public's timeline, which has no row of a program. */
static void add_episodes(struct events *all, struct arena *a,
                         const struct record *r)
{
    for (size_t i = 0; i < r->episode_count; i++) {
        const struct episode *e = &r->episode[i];
        const char *title = part_known(e->title);
        all->item[all->count++] = (struct event){
            .time_ms = e->from_ms,
            .source = "checks",
            .text = arena_printf(a, "%s: %s", title, episode_failure(a, e)),
            .witness = WITNESS_OBSERVED};
        if (e->to_ms != 0)
            all->item[all->count++] =
                (struct event){.time_ms = e->to_ms,
                               .source = "checks",
                               .text = arena_printf(a, "%s works again", title),
                               .witness = WITNESS_OBSERVED};
    }
}

/* The check of a row "probe ID", or NULL. */
static const struct result *probed(const struct report_inputs *in,
                                   const struct event *e)
{
    static const char word[] = "probe ";
    if (e->source == NULL || !str_starts(str_from(e->source), STR("probe ")))
        return NULL;
    return part_check(in->record, e->source + sizeof(word) - 1);
}

static bool is_run_start(const struct event *e)
{
    return part_same(e->source, "postflight") &&
           part_same(e->text, "verification started");
}

/* "Backend API returned HTTP 502", "Backend API failed: connection refused" */
static const char *failed_words(struct arena *a, const struct result *r)
{
    const char *name = part_known(r->title);
    if (r->status == STATUS_FAIL && r->http_status >= 400)
        return arena_printf(a, "%s returned HTTP %lld", name,
                            (long long)r->http_status);
    return arena_printf(
        a, "%s: %s%s%s", name, name_of(&status_names, r->status),
        r->message == NULL ? "" : ", ", r->message == NULL ? "" : r->message);
}

/* Passing checks within a second, from row i on, as one; returns the next. */
static size_t join_passed(struct events *out, struct arena *a,
                          const struct report_inputs *in,
                          const struct events *all, size_t i)
{
    struct buf names;
    struct event joint = all->item[i];
    size_t count = 0, at = i;
    buf_init(&names, (size_t)64 << 10);
    for (; at < all->count; at++) {
        const struct result *r = probed(in, &all->item[at]);
        if (r == NULL || r->status != STATUS_PASS ||
            all->item[at].time_ms - joint.time_ms >= SAME_MS)
            break;
        if (count++ < NAMED_MAX)
            buf_printf(&names, "%s%s", count == 1 ? "" : ", ",
                       part_known(r->title));
    }
    joint.text = count > NAMED_MAX
                     ? arena_printf(a, "%zu checks passed, among them %s",
                                    count, names.ptr)
                     : arena_printf(a, "%s passed", names.ptr);
    joint.source = count == 1 ? joint.source : "probes";
    buf_release(&names);
    out->item[out->count++] = joint;
    return at;
}

/* The same was said less than a second ago. */
static bool is_repeated(const struct events *out, const struct event *e)
{
    for (size_t i = out->count; i-- > 0;) {
        if (e->time_ms - out->item[i].time_ms >= SAME_MS)
            return false;
        if (part_same(out->item[i].text, e->text))
            return true;
    }
    return false;
}

/* Fewer rows that say as much. */
static struct events curate(struct arena *a, const struct report_inputs *in,
                            const struct events *all)
{
    struct events out = {arena_array(a, all->count + 1, sizeof(*out.item)), 0};
    for (size_t i = 0; i < all->count;) {
        struct event e = all->item[i];
        const struct result *r = probed(in, &e);
        if (r != NULL && r->status == STATUS_PASS) {
            i = join_passed(&out, a, in, all, i);
            continue;
        }
        i++;
        if (r != NULL)
            e.text = failed_words(a, r);
        if (!is_run_start(&e) && !is_repeated(&out, &e))
            out.item[out.count++] = e;
    }
    return out;
}

static struct events merge_events(struct arena *a,
                                  const struct report_inputs *in)
{
    const struct record *r = in->record;
    size_t room = r->timeline_count + in->facts->event_count + INCIDENT_STAMPS +
                  2 * r->episode_count;
    struct events all = {arena_array(a, room, sizeof(*all.item)), 0};
    for (size_t i = 0; i < r->timeline_count; i++)
        all.item[all.count++] = r->timeline[i];
    if (in->for_public)
        add_episodes(&all, a, r);
    add_told(&all, in->facts);
    add_stamps(&all, in->incident);
    if (all.count > 1)
        qsort(all.item, all.count, sizeof(*all.item), event_compare);
    return curate(a, in, &all);
}

/* What was measured needs no word; what was told or inferred has it. */
static void write_source(struct markdown *m, const struct event *e)
{
    markdown_cell(m);
    markdown_code(m, e->source);
    if (e->witness == WITNESS_OBSERVED)
        return;
    markdown_text(m, ", ");
    markdown_text(m, e->witness < 0 ? "unknown"
                                    : name_of(&witness_names, e->witness));
}

void section_timeline(struct markdown *m, const struct report_inputs *in)
{
    static const char *const head[] = {"Time (UTC)", "Event", "Source"};
    size_t columns = ARRAY_COUNT(head) - in->for_public;
    struct events all = merge_events(m->arena, in);
    if (all.count == 0)
        return;
    part_section(m, "Timeline");
    markdown_table(m, head, columns);
    for (size_t i = 0; i < all.count && i < ROWS_MAX; i++) {
        const struct event *e = &all.item[i];
        int64_t before = i == 0 ? 0 : all.item[i - 1].time_ms;
        markdown_row(m);
        markdown_words_cell(m, part_clock(m->arena, e->time_ms, before));
        markdown_words_cell(m, e->text);
        if (!in->for_public)
            write_source(m, e);
        markdown_row_end(m);
    }
    markdown_table_end(m);
    part_more_rows(m, all.count);
}
