/* What happened when: measured, told by people, stamps of the incident. */
#include <stdlib.h>

#include "report/document.h"
#include "report/parts.h"

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
        "the impact began",      "it was noticed",
        "somebody took it on",   "the impact ended",
        "the cause was gone",    "it was seen to stay away",
        "nothing was left to do"};
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

static struct events merge_events(struct arena *a,
                                  const struct report_inputs *in)
{
    const struct record *r = in->record;
    size_t room = r->timeline_count + in->facts->event_count + INCIDENT_STAMPS;
    struct events all = {arena_array(a, room, sizeof(*all.item)), 0};
    for (size_t i = 0; i < r->timeline_count; i++)
        all.item[all.count++] = r->timeline[i];
    add_told(&all, in->facts);
    add_stamps(&all, in->incident);
    if (all.count > 1)
        qsort(all.item, all.count, sizeof(*all.item), event_compare);
    return all;
}

static const char *since(struct arena *a, const struct events *all, size_t i)
{
    if (i == 0)
        return "start";
    int64_t ms = all->item[i].time_ms - all->item[i - 1].time_ms;
    return ms == 0 ? "at once" : part_span(a, ms * 1000);
}

void section_timeline(struct markdown *m, const struct report_inputs *in)
{
    static const char *const head[] = {"Time (UTC)", "Source", "Known by",
                                       "After", "Event"};
    struct events all = merge_events(m->arena, in);
    if (all.count == 0)
        return;
    part_section(m, "Timeline");
    markdown_table(m, head, ARRAY_COUNT(head));
    for (size_t i = 0; i < all.count && i < ROWS_MAX; i++) {
        const struct event *e = &all.item[i];
        markdown_row(m);
        markdown_code_cell(m, part_stamp(m->arena, e->time_ms));
        markdown_code_cell(m, e->source);
        markdown_text_cell(m, e->witness < 0
                                  ? "unknown"
                                  : name_of(&witness_names, e->witness));
        markdown_words_cell(m, since(m->arena, &all, i));
        markdown_words_cell(m, e->text);
        markdown_row_end(m);
    }
    markdown_table_end(m);
    part_more_rows(m, all.count);
}
